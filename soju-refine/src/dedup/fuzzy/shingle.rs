//! Shingles: the overlapping pieces by which two texts are compared.

use serde::{Deserialize, Serialize};

use super::fold::{GAP, fold};

/// What a shingle is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShingleUnit {
    /// Characters, which in Korean are syllables. Spaces and punctuation count for nothing, so that a text
    /// spaced otherwise (띄어쓰기) stays the same.
    Characters,
    /// Words between white space or punctuation (eojeol).
    Words,
}

/// How a text is cut into shingles: every run of `size` units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shingling {
    /// What is counted.
    pub unit: ShingleUnit,
    /// Units in a shingle, at least 1.
    pub size: usize,
}

impl Default for Shingling {
    /// Five characters: `examples/dedup_shingles.rs` is the measurement behind it.
    fn default() -> Self {
        Self { unit: ShingleUnit::Characters, size: 5 }
    }
}

/// An odd number without structure; the base of the rolling hash.
const BASE: u64 = 0x9E6C_63D0_876A_68DF;

impl Shingling {
    /// Puts a 64-bit hash of every shingle of `text` into `hashes`, repeats included, in order.
    ///
    /// A text shorter than one shingle gives one, of all it has; a text without letters or digits gives none.
    /// `folded` is scratch space. The hashes are stable across runs and machines.
    pub fn hashes(&self, text: &str, folded: &mut Vec<u32>, hashes: &mut Vec<u64>) {
        hashes.clear();
        match self.unit {
            ShingleUnit::Characters => {
                fold(text, false, folded);
                roll(folded.iter().map(|c| u64::from(*c)), self.size, hashes);
            }
            ShingleUnit::Words => {
                fold(text, true, folded);
                let word = |w: &[u32]| w.iter().fold(1, |h: u64, c| h.wrapping_mul(BASE) + u64::from(*c));
                let words = folded.split(|c| *c == GAP).filter(|w| !w.is_empty());
                roll(words.map(|w| mix(word(w))), self.size, hashes);
            }
        }
    }
}

/// A polynomial hash of each window of `size` units, modulo 2⁶⁴, then mixed.
fn roll(units: impl Iterator<Item = u64> + Clone, size: usize, hashes: &mut Vec<u64>) {
    let size = size.max(1);
    let leaving = (0..size).fold(1, |power: u64, _| power.wrapping_mul(BASE));
    let mut behind = units.clone();
    let mut hash = 0u64;
    let mut seen = 0usize;
    hashes.reserve(units.size_hint().0);
    for unit in units {
        hash = hash.wrapping_mul(BASE).wrapping_add(unit);
        seen += 1;
        if seen > size {
            hash = hash.wrapping_sub(behind.next().unwrap_or(0).wrapping_mul(leaving));
        }
        if seen >= size {
            hashes.push(mix(hash));
        }
    }
    if seen > 0 && seen < size {
        hashes.push(mix(hash));
    }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014):
/// a bijection whose every output bit depends on every input bit.
pub(crate) fn mix(mut h: u64) -> u64 {
    h = (h ^ (h >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    h ^ (h >> 31)
}

/// The Jaccard similarity of two sets of shingles, each sorted and without repeats; 0 when both are empty.
pub fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let union = a.len() + b.len() - common;
    if union == 0 { 0.0 } else { common as f64 / union as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hashes(unit: ShingleUnit, size: usize, text: &str) -> Vec<u64> {
        let (mut folded, mut hashes) = (Vec::new(), Vec::new());
        Shingling { unit, size }.hashes(text, &mut folded, &mut hashes);
        hashes
    }

    #[test]
    fn characters_ignore_spacing_and_words_do_not() {
        let (a, b) = ("아버지가 방에 들어가신다.", "아버지가방에 들어가신다");
        assert_eq!(hashes(ShingleUnit::Characters, 3, a), hashes(ShingleUnit::Characters, 3, b));
        assert_eq!(hashes(ShingleUnit::Characters, 3, a).len(), 9);
        assert_ne!(hashes(ShingleUnit::Words, 2, a), hashes(ShingleUnit::Words, 2, b));
        assert_eq!(hashes(ShingleUnit::Words, 2, a).len(), 2);
    }

    #[test]
    fn short_and_empty_texts() {
        assert_eq!(hashes(ShingleUnit::Characters, 5, "가 나").len(), 1);
        assert_ne!(hashes(ShingleUnit::Characters, 5, "가나"), hashes(ShingleUnit::Characters, 5, "나가"));
        assert!(hashes(ShingleUnit::Characters, 5, " .\n!").is_empty());
        assert!(hashes(ShingleUnit::Words, 5, "").is_empty());
    }

    #[test]
    fn jaccard_of_small_sets() {
        assert_eq!(jaccard(&[1, 2, 3], &[2, 3, 4]), 0.5);
        assert_eq!(jaccard(&[], &[]), 0.0);
        assert_eq!(jaccard(&[1], &[1]), 1.0);
    }

    proptest! {
        #[test]
        fn a_window_hashes_the_same_wherever_it_stands(text in "[가-힣]{8,30}", size in 1usize..6) {
            let all = hashes(ShingleUnit::Characters, size, &text);
            let chars: Vec<char> = text.chars().collect();
            prop_assert_eq!(all.len(), chars.len() - size + 1);
            for (i, window) in chars.windows(size).enumerate() {
                let alone: String = window.iter().collect();
                prop_assert_eq!(hashes(ShingleUnit::Characters, size, &alone), vec![all[i]]);
            }
        }
    }
}
