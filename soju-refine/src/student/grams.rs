//! Hashed character n-grams.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};

use super::linear::solver::Row;

/// How a text becomes hashed n-grams of characters.
///
/// Letters are lowered, digits become one digit, white space becomes one space, and no character is
/// counted more than three times in a row, so that a page's numbers and a laugh's length carry nothing.
/// The n-grams of all orders from 1 up are hashed into `2^bits` buckets (the hashing trick, Weinberger
/// et al. 2009, without signs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grams {
    /// Start of every hash.
    pub seed: u64,
    /// Logarithm of the number of buckets, 8 to 22.
    pub bits: u32,
    /// The longest n-gram in characters, 1 to 6.
    pub longest: usize,
}

impl Default for Grams {
    fn default() -> Self {
        Self { seed: 0x736f_6a75, bits: 17, longest: 4 }
    }
}

/// Longest n-gram that a file may ask for.
const LONGEST: usize = 6;
/// How often a bucket counts in one text.
const MOST: usize = u8::MAX as usize;
/// How often a character counts in a row.
const RUN: u32 = 3;
/// An odd number without structure: the golden ratio in 64 bits.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

impl Grams {
    /// Whether the values are within their bounds.
    pub(super) fn valid(&self) -> bool {
        (8..=22).contains(&self.bits) && (1..=LONGEST).contains(&self.longest)
    }

    /// How many buckets there are.
    pub fn buckets(&self) -> usize {
        1 << self.bits
    }

    /// Calls `seen` with the bucket of each n-gram, in the text's order; returns how many there were.
    pub fn each(&self, text: &str, mut seen: impl FnMut(usize)) -> usize {
        let shift = 64 - self.bits;
        let mut hashes = [self.seed; LONGEST + 1];
        let (mut chars, mut count, mut run) = (0, 0, 0);
        let mut last = '\0';
        let mut put = |c: char| {
            if c == last {
                run += 1;
                if run >= if c == ' ' { 1 } else { RUN } {
                    return;
                }
            } else {
                (run, last) = (0, c);
            }
            chars = (chars + 1).min(self.longest);
            // From the longest down: each needs the shorter one as it was before this character.
            for n in (1..=chars).rev() {
                hashes[n] = (hashes[n - 1].rotate_left(23) ^ u64::from(c)).wrapping_mul(MIX);
                seen((hashes[n] >> shift) as usize);
            }
            count += chars;
        };
        put(' ');
        text.chars().for_each(|c| put(plain(c)));
        put(' ');
        count
    }

    /// The n-grams of a text as a row of unit length: each bucket weighs `ln(1 + count)`, so that a word that comes
    /// again and again says little more than one that comes twice.
    pub(super) fn row(&self, text: &str) -> Row {
        let mut buckets = Vec::new();
        self.each(text, |bucket| buckets.push(bucket as u32));
        buckets.sort_unstable();
        let mut row = Row::default();
        for equal in buckets.chunk_by(|a, b| a == b) {
            row.columns.push(equal[0]);
            row.values.push((equal.len().min(MOST) as f32).ln_1p());
        }
        let length = row.values.iter().map(|v| f64::from(v * v)).sum::<f64>().sqrt() as f32;
        row.values.iter_mut().for_each(|v| *v /= length);
        row
    }

    /// The product of [`Grams::row`] with weights. Allocates nothing but a thread's first buffers.
    pub(super) fn product(&self, text: &str, weights: &[i16]) -> f32 {
        COUNTS.with_borrow_mut(|counts| {
            counts.of.resize(counts.of.len().max(self.buckets()), 0);
            self.each(text, |bucket| {
                let count = &mut counts.of[bucket];
                if *count == 0 {
                    counts.touched.push(bucket as u32);
                }
                *count = count.saturating_add(1);
            });
            let (mut sum, mut squares) = (0.0_f64, 0.0_f64);
            for bucket in counts.touched.drain(..) {
                let count = std::mem::take(&mut counts.of[bucket as usize]);
                let value = f64::from(counts.logarithms[usize::from(count)]);
                sum += value * f64::from(weights[bucket as usize]);
                squares += value * value;
            }
            (sum / squares.sqrt().max(1.0e-9)) as f32
        })
    }
}

/// What a thread counts in. All counts are 0 between texts.
struct Counts {
    of: Vec<u8>,
    touched: Vec<u32>,
    /// `ln(1 + count)`.
    logarithms: [f32; MOST + 1],
}

thread_local! {
    static COUNTS: RefCell<Counts> = RefCell::new(Counts {
        of: Vec::new(),
        touched: Vec::new(),
        logarithms: std::array::from_fn(|count| (count as f32).ln_1p()),
    });
}

/// A character as the n-grams see it.
fn plain(c: char) -> char {
    match c {
        '가'..='힣' | 'a'..='z' => c,
        '0'..='9' => '0',
        'A'..='Z' => c.to_ascii_lowercase(),
        _ if c.is_whitespace() => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<usize> {
        let mut out = Vec::new();
        let count = Grams::default().each(text, |b| out.push(b));
        assert_eq!(count, out.len());
        out
    }

    #[test]
    fn what_carries_nothing_makes_no_difference() {
        assert_eq!(of("전화 02-123"), of("전화  13-579 "));
        assert_eq!(of("ㅋㅋㅋ"), of("ㅋㅋㅋㅋㅋㅋㅋㅋ"));
        assert_eq!(of("ABC"), of("abc"));
        assert_ne!(of("가나"), of("나가"));
    }

    #[test]
    fn all_orders_are_counted() {
        // ` ab `: four of one, three of two, two of three, one of four.
        assert_eq!(of("ab").len(), 4 + 3 + 2 + 1);
        assert_eq!(of("").len(), 1);
        assert!(of("가나다라마바사아자차카타파하").iter().all(|b| *b < Grams::default().buckets()));
    }

    #[test]
    fn scoring_is_the_product_with_the_row() {
        let grams = Grams { bits: 8, ..Grams::default() };
        let weights: Vec<i16> = (0..256).map(|i| i * 37 % 256 - 128).collect();
        for text in ["", "가나다라 가나다라 마바사", &"하하호호 ".repeat(400), "한 줄"] {
            let row = grams.row(text);
            let length: f32 = row.values.iter().map(|v| v * v).sum();
            assert!((length - 1.0).abs() < 1e-4, "{text}: {length}");
            let by_row: f32 =
                row.columns.iter().zip(&row.values).map(|(c, v)| f32::from(weights[*c as usize]) * v).sum();
            assert!((grams.product(text, &weights) - by_row).abs() < 0.01, "{text}");
        }
    }

    #[test]
    fn buckets_are_used_evenly() {
        let grams = Grams { bits: 8, ..Grams::default() };
        let mut counts = [0_u32; 256];
        let text: String = ('가'..='힣').step_by(3).collect();
        let all = grams.each(&text, |b| counts[b] += 1) as u32;
        assert!(counts.iter().all(|c| *c > all / 512 && *c < all / 128), "{counts:?}");
    }
}
