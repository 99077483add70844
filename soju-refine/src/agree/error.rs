//! What can be wrong with raters that are to be compared.

use crate::eval::EvalError;

use super::Key;

/// Raters that can't be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AgreeError {
    /// A file can't be read, or a line of it is no rating.
    #[error(transparent)]
    File(#[from] EvalError),
    /// Two raters have one name.
    #[error("two raters are called {name}; give each a name of its own: NAME=FILE")]
    SameName {
        /// The name.
        name: String,
    },
    /// There is nothing by which all ratings could be paired.
    #[error(
        "the ratings have nothing in common to pair them by: {}; every one needs a `doc`, an `id` or a text, and --docs FILE \
         gives documents their texts",
        lacking.join(", ")
    )]
    NoKey {
        /// For each key the first rating without it.
        lacking: Vec<String>,
    },
    /// A rating lacks what was asked for as the key.
    #[error("{lacking}, and --by {} needs it everywhere", key.name())]
    Lacking {
        /// Where it is, and what it lacks.
        lacking: String,
        /// The key.
        key: Key,
    },
    /// No two raters rated the same text.
    #[error("no two of {} rated the same text, paired by {}; {}", raters.join(", "), key.name(), remedy(*key))]
    NothingShared {
        /// The raters, each with its first key where that can be shown.
        raters: Vec<String>,
        /// What they were paired by.
        key: Key,
    },
    /// One of soju's own levels is to rate, and there is no text.
    #[error(
        "{rater} has nothing to rate, the files have no texts; give them with --docs FILE (`doc` and `text`)"
    )]
    NoTexts {
        /// The rater.
        rater: String,
    },
    /// The student lacks a head.
    #[error(
        "{rater} has no head for the level {level}; train it with samples of that level (soju train-filter --help), or say \
         with --level what the texts are"
    )]
    NoHead {
        /// The rater.
        rater: String,
        /// The level.
        level: &'static str,
    },
}

fn remedy(key: Key) -> &'static str {
    match key {
        Key::Doc | Key::Id => "--by text pairs them by their texts",
        Key::Text => {
            "texts are the same when they are equal but for space at their ends; with `doc` or `id` in every file \
             they are paired by that"
        }
    }
}
