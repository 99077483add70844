//! Embedding: the hidden states of the model's last layer for a text.

use crate::TokenId;

/// Asks for the hidden states of a text. Costs one pass over it; nothing is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedRequest {
    /// Token ids, with the beginning-of-sequence token if the model wants one. Not empty.
    pub tokens: Vec<TokenId>,
    /// Which states, or what becomes of them.
    pub pooling: Pooling,
}

/// What becomes of the hidden states of a text's tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pooling {
    /// Their mean: one row.
    #[default]
    Mean,
    /// That of the last token: one row.
    Last,
    /// All of them: one row a token.
    Tokens,
}

/// The answer to an [`EmbedRequest`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Embedding {
    /// Numbers of a row: the model's hidden size.
    pub width: usize,
    /// The rows one after another, shape `[rows, width]`. After the model's last normalization, not scaled to
    /// length 1.
    pub values: Vec<f32>,
}

impl Embedding {
    /// Puts an answer together.
    ///
    /// # Panics
    /// If `values` is not whole rows.
    #[must_use]
    pub fn new(width: usize, values: Vec<f32>) -> Self {
        assert!(
            width > 0 && values.len().is_multiple_of(width),
            "{} values in rows of {width}",
            values.len()
        );
        Self { width, values }
    }

    /// The rows.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }
}
