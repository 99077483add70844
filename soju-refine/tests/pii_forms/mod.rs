//! Generators: valid values of every form, and clean sentences with numbers that are none.

mod negatives;
mod values;

use soju_refine::pii::Kind;

pub(crate) use negatives::clean;
pub(crate) use values::forms;

/// A form of a kind.
pub(crate) struct Form {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    /// Words one of which stands before the value; none for a form that is found without.
    pub(crate) before: &'static [&'static str],
    pub(crate) make: fn(&mut Rng) -> String,
}

/// SplitMix64 (Steele, Lea, Flood 2014), seeded by a name.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.bytes().fold(0x5EED, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `from..=to`.
    pub(crate) fn number(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from + 1)
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.next() as usize % from.len()]
    }

    /// `n` digits.
    pub(crate) fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + self.number(0, 9) as u8)).collect()
    }

    /// `n` digits, the first not below `first`.
    pub(crate) fn leading(&mut self, first: u64, n: usize) -> String {
        self.number(first, 9).to_string() + &self.digits(n - 1)
    }
}
