//! From the hidden states of a text's tokens to what was asked for, row by row, so that a long text need not
//! be held whole.

use crate::request::{Embedding, Pooling};

/// Takes rows in order, gives the answer.
#[derive(Debug)]
pub(crate) struct Pool {
    pooling: Pooling,
    width: usize,
    rows: usize,
    /// All rows, or the last one.
    values: Vec<f32>,
    /// In double precision, so that the order and number of rows do not show.
    sum: Vec<f64>,
}

impl Pool {
    pub(crate) fn new(pooling: Pooling) -> Self {
        Self { pooling, width: 0, rows: 0, values: Vec::new(), sum: Vec::new() }
    }

    /// The next token's row. All rows have one width, at least 1.
    pub(crate) fn add(&mut self, row: &[f32]) {
        self.width = row.len();
        self.rows += 1;
        match self.pooling {
            Pooling::Mean => {
                self.sum.resize(row.len(), 0.0);
                self.sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
            }
            Pooling::Last => {
                self.values.clear();
                self.values.extend_from_slice(row);
            }
            Pooling::Tokens => self.values.extend_from_slice(row),
        }
    }

    /// All rows are there; at least one.
    pub(crate) fn finish(self) -> Embedding {
        let values = match self.pooling {
            Pooling::Mean => self.sum.iter().map(|sum| (sum / self.rows as f64) as f32).collect(),
            Pooling::Last | Pooling::Tokens => self.values,
        };
        Embedding::new(self.width, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pooled(pooling: Pooling) -> Embedding {
        let mut pool = Pool::new(pooling);
        [[1.0, 10.0], [2.0, 20.0], [6.0, -30.0]].iter().for_each(|row| pool.add(row));
        pool.finish()
    }

    #[test]
    fn rows_become_what_was_asked_for() {
        assert_eq!(pooled(Pooling::Mean), Embedding::new(2, vec![3.0, 0.0]));
        assert_eq!(pooled(Pooling::Last), Embedding::new(2, vec![6.0, -30.0]));
        assert_eq!(pooled(Pooling::Tokens), Embedding::new(2, vec![1.0, 10.0, 2.0, 20.0, 6.0, -30.0]));
    }
}
