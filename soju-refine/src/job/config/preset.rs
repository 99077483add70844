//! Named configurations that soju carries.

use std::path::Path;

use super::check::nearest;
use super::{ConfigError, JobConfig};

/// A configuration with a name. Its file, in `presets/`, says what differs from the default, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// The name on the command line.
    pub name: &'static str,
    /// The file.
    pub(super) toml: &'static str,
}

macro_rules! presets {
    ($($name:literal),*) => {
        &[$(Preset { name: $name, toml: include_str!(concat!("../../../presets/", $name, ".toml")) }),*]
    };
}

impl Preset {
    /// Every preset.
    pub const ALL: &[Self] = presets!("hplt", "strict", "fineweb2-kor", "keep-all-label-only");

    /// The preset of that name.
    ///
    /// # Errors
    /// [`ConfigError::UnknownPreset`].
    pub fn named(name: &str) -> Result<&'static Self, ConfigError> {
        Self::ALL.iter().find(|preset| preset.name == name).ok_or_else(|| {
            let names = Self::ALL.iter().map(|preset| preset.name);
            ConfigError::UnknownPreset {
                name: name.to_owned(),
                suggestion: nearest(name, names.clone()),
                known: names.collect::<Vec<_>>().join(", "),
            }
        })
    }

    /// What it is for: the words that its file begins with, without their number signs, as one line.
    pub fn about(&self) -> String {
        self.header().lines().map(|line| line.trim_start_matches(['#', ' '])).collect::<Vec<_>>().join(" ")
    }

    /// The comment that its file begins with.
    pub(super) fn header(&self) -> &'static str {
        self.toml.split_once("\n\n").map_or(self.toml, |(header, _)| header)
    }

    /// The whole configuration.
    ///
    /// # Panics
    /// Never: a test reads every preset.
    pub fn config(&self) -> JobConfig {
        let path = Path::new(self.name);
        JobConfig::from_toml(self.toml, path).expect("the tests read every preset")
    }
}
