//! Versions of TensorRT-LLM, and which of them this crate binds.

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

/// The first version whose pre-releases are without the executor.
const WITHOUT_EXECUTOR: Version = Version::new(1, 3, 0);

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

    /// Why a version outside [`SUPPORTED`] can't be used.
    pub(super) fn fault(self) -> &'static str {
        if self >= WITHOUT_EXECUTOR {
            "is without the C++ executor, which was removed in the pre-releases of 1.3"
        } else if self > *SUPPORTED.end() {
            "is newer than this crate knows"
        } else {
            "is too old for this crate"
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The version that `executor/version.h` gives, as written there: `kTensorRtLlmVersion = "1.2.1";`
pub(super) fn in_header(text: &str) -> Option<&str> {
    quoted_after(text, "kTensorRtLlmVersion")
}

/// The version that the Python package's `version.py` gives: `__version__ = "1.2.1"`
pub(super) fn in_package(text: &str) -> Option<&str> {
    quoted_after(text, "__version__")
}

fn quoted_after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.contains(name) && line.contains('"'))?;
    line.split_once(name)?.1.split('"').nth(1)
}
