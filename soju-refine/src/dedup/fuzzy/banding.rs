//! Locality-sensitive hashing: which pairs are worth comparing.

use serde::{Deserialize, Serialize};

use super::shingle::mix;

/// A sketch cut into `bands` bands of `rows` positions. Two documents become a candidate pair when they agree in
/// all rows of at least one band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Banding {
    /// Bands.
    pub bands: usize,
    /// Positions of a band.
    pub rows: usize,
}

/// Share of the pairs right at the threshold that must become candidates.
const RECALL: f64 = 0.9;

impl Banding {
    /// What FineWeb2 and datatrove use: 14 bands of 8.
    pub const FINEWEB2: Self = Self { bands: 14, rows: 8 };

    /// The banding of a sketch of at most `size` positions (1 or more) for pairs of similarity `threshold` (0 to 1): the one
    /// with the fewest false candidates, so with the most rows, that finds nine in ten pairs right at the
    /// threshold. More similar pairs are found more often. Where even one row does not find that many, one row.
    pub fn for_threshold(threshold: f64, size: usize) -> Self {
        let size = size.max(1);
        (1..=size)
            .rev()
            .map(|rows| Self { bands: size / rows, rows })
            .find(|banding| banding.probability(threshold) >= RECALL)
            .unwrap_or(Self { bands: size, rows: 1 })
    }

    /// Positions that all bands need together.
    pub fn size(&self) -> usize {
        self.bands * self.rows
    }

    /// The odds that two documents of this similarity become a candidate pair: 1 - (1 - sʳ)ᵇ.
    pub fn probability(&self, similarity: f64) -> f64 {
        1.0 - (1.0 - similarity.powi(self.rows as i32)).powi(self.bands as i32)
    }

    /// A 64-bit key for each band of a sketch. Equal bands have equal keys, and bands of different places different
    /// ones but for odds of 2⁻⁶⁴, so that the keys of all bands can go into one table.
    pub fn keys<'a>(&self, sketch: &'a [u32]) -> impl Iterator<Item = u64> + use<'a> {
        sketch.chunks_exact(self.rows.max(1)).take(self.bands).enumerate().map(|(band, rows)| {
            let start = mix(band as u64 + 1);
            mix(rows
                .iter()
                .fold(start, |h, v| (h ^ u64::from(*v)).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(27)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandings_fit_their_threshold() {
        assert_eq!(Banding::for_threshold(0.8, 112), Banding::FINEWEB2);
        for threshold in [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] {
            let banding = Banding::for_threshold(threshold, 112);
            assert!(banding.size() <= 112);
            assert!(banding.probability(threshold) >= RECALL, "{threshold}: {banding:?}");
            let sharper = Banding { bands: 112 / (banding.rows + 1), rows: banding.rows + 1 };
            assert!(sharper.probability(threshold) < RECALL, "{threshold}: {sharper:?}");
        }
        assert_eq!(Banding::for_threshold(0.0, 112), Banding { bands: 112, rows: 1 });
        assert_eq!(Banding::for_threshold(1.0, 112), Banding { bands: 1, rows: 112 });
        assert_eq!(Banding::for_threshold(0.5, 0), Banding { bands: 1, rows: 1 });
    }

    #[test]
    fn keys_tell_bands_apart() {
        let sketch: Vec<u32> = (0..113).map(|i| i / 8).collect();
        let keys: Vec<u64> = Banding::FINEWEB2.keys(&sketch).collect();
        assert_eq!(keys.len(), 14);
        let same = vec![5; 112];
        let mut keys: Vec<u64> = Banding::FINEWEB2.keys(&same).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 14, "equal rows in different bands");
        let mut other = sketch.clone();
        other[17] += 1;
        let differing =
            Banding::FINEWEB2.keys(&sketch).zip(Banding::FINEWEB2.keys(&other)).filter(|(a, b)| a != b);
        assert_eq!(differing.count(), 1);
    }
}
