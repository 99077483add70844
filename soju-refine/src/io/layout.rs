//! How the bytes of an input make records.

use super::{Compression, IoError};

/// A way in which files hold records. A new one goes into [`Layout::ALL`], gets its name and extensions
/// here and its reader in [`reader::open`](super::reader::open).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// A JSON object per line.
    JsonLines,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Self; 1] = [Self::JsonLines];

    /// Its name on the command line and in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
        }
    }

    /// Extensions of files, without those of compression.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::JsonLines => &["jsonl", "ndjson"],
        }
    }

    /// The layout of that name.
    ///
    /// # Errors
    /// [`IoError::UnknownFormat`], with the names that there are.
    pub fn named(name: &str) -> Result<Self, IoError> {
        let known = Self::ALL.into_iter().find(|layout| layout.name() == name);
        known.ok_or_else(|| IoError::UnknownFormat {
            name: name.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }

    /// The layout that a file's name promises, `a.jsonl.zst` as well as `a.jsonl`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let base = match name.rsplit_once('.') {
            Some((base, extension)) if Compression::of_extension(extension).is_some() => base,
            _ => &name,
        };
        let (_, extension) = base.rsplit_once('.')?;
        Self::ALL.into_iter().find(|layout| layout.extensions().contains(&extension))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_layouts_under_any_compression() {
        for name in ["a.jsonl", "dir.x/A.JSONL.zst", "a.b.ndjson.gz"] {
            assert_eq!(Layout::of_name(name), Some(Layout::JsonLines), "{name}");
        }
        for name in ["-", "jsonl", "a.zst", "a.jsonl.partial", ".gz", ""] {
            assert_eq!(Layout::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn every_name_is_known_and_others_are_not() {
        for layout in Layout::ALL {
            assert_eq!(Layout::named(layout.name()).unwrap(), layout);
        }
        let error = Layout::named("jsonk").unwrap_err();
        assert!(error.is_usage());
        assert!(error.to_string().starts_with("no format is called `jsonk`; there are jsonl"), "{error}");
    }
}
