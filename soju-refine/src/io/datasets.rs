//! Presets for corpora: how each is laid out, where its text is, whose it is.
//!
//! The list is `datasets.toml` beside this file. A preset holds no data and fetches none. Licences and
//! addresses were looked up, not guessed: what was not found says `unconfirmed`, and whoever uses a
//! corpus reads its own terms.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::Layout;
use super::mapping::{Mapping, TextField};

static ALL: LazyLock<Vec<Dataset>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        dataset: Vec<Dataset>,
    }
    let file: File = toml::from_str(include_str!("datasets.toml")).expect("a test reads the list");
    file.dataset
});

/// A corpus that soju can read by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// The name on the command line.
    pub name: String,
    /// What it is.
    pub title: String,
    /// How its files are laid out.
    #[serde(rename = "format")]
    pub layout: Layout,
    /// The fields that hold the text; several are joined by line feeds. Empty is the layout's own.
    #[serde(default)]
    pub text: Vec<String>,
    /// The field of the identifier, where it is not `id`.
    #[serde(default)]
    pub id: Option<String>,
    /// The columns of a table.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Whether the first line of a table names the columns.
    #[serde(default = "yes")]
    pub header: bool,
    /// What stands between columns, where it is not what the layout says.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// Split rows at the last delimiters only: the text may hold more.
    #[serde(default)]
    pub split_last: bool,
    /// Line feeds are written as a backslash and an n.
    #[serde(default)]
    pub newline_escapes: bool,
    /// Names of files that give the corpus away, as globs; any compression may follow.
    #[serde(default)]
    pub files: Vec<String>,
    /// The licence, by its SPDX identifier where it has one; `unconfirmed` where it was not found.
    pub licence: String,
    /// Where it is.
    pub address: String,
    /// What a user should know.
    #[serde(default)]
    pub note: String,
}

fn yes() -> bool {
    true
}

impl Dataset {
    /// Every corpus, sorted by name.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The corpus of that name, whatever the case.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|dataset| dataset.name.eq_ignore_ascii_case(name))
    }

    /// The name that is most like `name`, for a message.
    pub fn nearest(name: &str) -> Option<&'static str> {
        let alike = |d: &&Self| strsim::jaro_winkler(name, &d.name);
        let nearest = ALL.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
        (alike(&nearest) > 0.7).then_some(&nearest.name)
    }

    /// The corpus that a file's name gives away.
    pub fn of_file(name: &str) -> Option<&'static Self> {
        let file = name.rsplit(['/', '\\']).next()?;
        let bare =
            [".gz", ".zst", ".xz", ".bz2"].iter().find_map(|ext| file.strip_suffix(ext)).unwrap_or(file);
        ALL.iter().find(|dataset| {
            dataset.files.iter().any(|glob| glob::Pattern::new(glob).is_ok_and(|glob| glob.matches(bare)))
        })
    }

    pub(super) fn delimiter_byte(&self) -> Option<u8> {
        self.delimiter.and_then(|c| u8::try_from(c).ok())
    }

    pub(super) fn mapping(&'static self) -> Mapping {
        let text = match self.text.as_slice() {
            [] => TextField::Auto,
            [one] => TextField::Named(one.as_str().into()),
            several => TextField::Joined(several.iter().map(|name| Arc::from(name.as_str())).collect()),
        };
        Mapping {
            text,
            id: self.id.as_deref().unwrap_or("id").into(),
            schema: Some(&self.name),
            newline_escapes: self.newline_escapes,
        }
    }
}

#[cfg(test)]
#[path = "datasets_tests.rs"]
mod tests;
