//! Logistic regression with a quadratic penalty, by L-BFGS (Nocedal and Wright 2006, algorithm 7.5).
//!
//! Full passes in one thread and 64-bit sums: the same samples in the same order give the same weights,
//! whatever the machine does besides.

/// A text as a row: columns in order with their values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) columns: Vec<u32>,
    pub(crate) values: Vec<f32>,
}

/// A row with what it should be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Example<'a> {
    pub(crate) row: &'a Row,
    /// Probability of junk, 0 to 1.
    pub(crate) target: f64,
    pub(crate) weight: f64,
}

/// Weights of the columns and a constant, which carries no penalty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    pub(crate) columns: Vec<f64>,
    pub(crate) bias: f64,
}

impl Weights {
    pub(crate) fn logit(&self, row: &Row) -> f64 {
        let products = row.columns.iter().zip(&row.values);
        self.bias + products.map(|(c, v)| self.columns[*c as usize] * f64::from(*v)).sum::<f64>()
    }
}

/// Probability of a logit.
pub(crate) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Steps that the curvature is taken from.
const MEMORY: usize = 8;
/// The relative gradient at which it is good enough.
const TOLERANCE: f64 = 1e-4;
const MOST_STEPS: usize = 200;

/// Minimizes the weighted cross-entropy plus `penalty / 2` times the squared weights.
pub(crate) fn fit(examples: &[Example<'_>], columns: usize, penalty: f64) -> Weights {
    // The last place is the bias.
    let mut at = vec![0.0; columns + 1];
    let mut gradient = vec![0.0; columns + 1];
    let mut value = loss(examples, &at, penalty, &mut gradient);
    let start = norm(&gradient).max(1e-12);
    let mut memory: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    for _ in 0..MOST_STEPS {
        if norm(&gradient) <= TOLERANCE * start {
            break;
        }
        let direction = direction(&gradient, &memory);
        let slope = dot(&gradient, &direction);
        let mut step = if memory.is_empty() { 1.0 / norm(&gradient).max(1.0) } else { 1.0 };
        let mut next_gradient = vec![0.0; columns + 1];
        let (next, next_value) = loop {
            let next: Vec<f64> = at.iter().zip(&direction).map(|(a, d)| a + step * d).collect();
            let next_value = loss(examples, &next, penalty, &mut next_gradient);
            if next_value <= value + 1e-4 * step * slope || step < 1e-10 {
                break (next, next_value);
            }
            step *= 0.5;
        };
        let moved: Vec<f64> = next.iter().zip(&at).map(|(n, a)| n - a).collect();
        let turned: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(n, g)| n - g).collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-12 {
            if memory.len() == MEMORY {
                memory.remove(0);
            }
            memory.push((moved, turned, 1.0 / curvature));
        }
        if value - next_value <= 1e-10 * value.abs() {
            at = next;
            break;
        }
        (at, value, gradient) = (next, next_value, next_gradient);
    }
    let bias = at.pop().unwrap_or_default();
    Weights { columns: at, bias }
}

/// The loss at `at`, and its gradient.
fn loss(examples: &[Example<'_>], at: &[f64], penalty: f64, gradient: &mut [f64]) -> f64 {
    let bias = at.len() - 1;
    let mut sum = 0.0;
    gradient.fill(0.0);
    for Example { row, target, weight } in examples {
        let products = row.columns.iter().zip(&row.values);
        let logit = at[bias] + products.clone().map(|(c, v)| at[*c as usize] * f64::from(*v)).sum::<f64>();
        // log(1 + exp(x)) without overflow.
        sum += weight * (logit.max(0.0) + (-logit.abs()).exp().ln_1p() - target * logit);
        let error = weight * (sigmoid(logit) - target);
        for (c, v) in products {
            gradient[*c as usize] += error * f64::from(*v);
        }
        gradient[bias] += error;
    }
    for (g, a) in gradient[..bias].iter_mut().zip(at) {
        *g += penalty * a;
    }
    sum + penalty / 2.0 * dot(&at[..bias], &at[..bias])
}

/// The two loops of L-BFGS.
fn direction(gradient: &[f64], memory: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for (moved, turned, rho) in memory.iter().rev() {
        let alpha = rho * dot(moved, &q);
        q.iter_mut().zip(turned).for_each(|(q, t)| *q -= alpha * t);
        alphas.push(alpha);
    }
    if let Some((_, turned, rho)) = memory.last() {
        let scale = 1.0 / (rho * dot(turned, turned)).max(1e-300);
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((moved, turned, rho), alpha) in memory.iter().zip(alphas.iter().rev()) {
        let beta = rho * dot(turned, &q);
        q.iter_mut().zip(moved).for_each(|(q, m)| *q += (alpha - beta) * m);
    }
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(columns: &[u32]) -> Row {
        Row { columns: columns.to_vec(), values: vec![1.0; columns.len()] }
    }

    #[test]
    fn soft_targets_come_back_without_a_penalty() {
        let rows = [row(&[0]), row(&[1]), row(&[])];
        let targets = [0.9, 0.2, 0.5];
        let examples: Vec<_> =
            rows.iter().zip(targets).map(|(row, target)| Example { row, target, weight: 2.0 }).collect();
        let weights = fit(&examples, 2, 1e-9);
        for (row, target) in rows.iter().zip(targets) {
            assert!((sigmoid(weights.logit(row)) - target).abs() < 1e-3, "{weights:?}");
        }
    }

    #[test]
    fn the_gradient_vanishes_at_the_answer() {
        let rows: Vec<Row> = (0..40).map(|i| row(&[i % 7, 7 + i % 5])).collect();
        let examples: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(i, row)| Example { row, target: f64::from(u8::from(i % 3 == 0)), weight: 1.0 })
            .collect();
        let weights = fit(&examples, 12, 0.5);
        let mut at = weights.columns.clone();
        at.push(weights.bias);
        let mut gradient = vec![0.0; 13];
        loss(&examples, &at, 0.5, &mut gradient);
        assert!(norm(&gradient) < 5e-3, "{gradient:?}");
        assert_eq!(weights, fit(&examples, 12, 0.5));
    }
}
