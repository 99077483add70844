//! Versions of TensorRT-LLM.

use std::fmt;
use std::ops::RangeInclusive;

/// A version by its three numbers. Suffixes (`rc2`, `.post1`) do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

/// Versions that hold the C++ executor as this crate knows it. From 1.3 on TensorRT-LLM is without it.
pub const SUPPORTED: RangeInclusive<Version> = Version::new(0, 20, 0)..=Version::new(1, 2, 1);

impl Version {
    /// A version.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Reads `1.2.1`, `1.2.0rc2`, `0.20.0.post1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().splitn(4, '.');
        let mut next = || {
            let part = numbers.next()?;
            let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
            part[..end].parse().ok()
        };
        Some(Self::new(next()?, next()?, next()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The version that `executor/version.h` gives: `kTensorRtLlmVersion = "1.2.1";`
pub(super) fn in_header(text: &str) -> Option<Version> {
    let line = text.lines().find(|line| line.contains("kTensorRtLlmVersion") && line.contains('"'))?;
    Version::parse(line.split('"').nth(1)?)
}
