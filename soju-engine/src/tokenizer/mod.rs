//! Text to token ids and back.
//!
//! One type, two sources: a `tokenizer.json` (the `tokenizers` crate) or the vocabulary inside a GGUF file.
//! Both give the same ids, but for runs of a literal U+2581 (`▁`), which stands for a space in such
//! vocabularies and is decoded as one. Text never becomes a control token: web text that holds a literal `<eos>` or
//! `<start_of_turn>` must not steer a model, so prompts are put together from ids and
//! [`Tokenizer::token`] names the control tokens for that.

mod json;
#[cfg(feature = "cpu")]
mod model;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::{EngineError, TokenId};
use json::JsonVocabulary;

/// Turns text into token ids and back. Cheap to clone; usable from many threads at once.
#[derive(Clone)]
pub struct Tokenizer {
    inner: Arc<Inner>,
}

struct Inner {
    source: Source,
    control: Control,
}

enum Source {
    Json(Box<JsonVocabulary>),
    #[cfg(feature = "cpu")]
    Model(Arc<llama_cpp_2::model::LlamaModel>),
    #[cfg(any(test, feature = "testing"))]
    Bytes,
}

/// Tokens that steer a model and that text never becomes.
#[derive(Debug, Clone, Default)]
struct Control {
    by_name: HashMap<String, TokenId>,
    bos: Option<TokenId>,
    eos: Option<TokenId>,
    end_ids: Vec<TokenId>,
    /// How turns of a conversation are written (Jinja); only models that were tuned for conversations have one.
    chat_template: Option<String>,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`. Its added tokens that are marked special become control tokens, which text
    /// can't produce. About a second for Gemma's 262,144 tokens. The chat template is that of `chat_template.jinja` or
    /// of `tokenizer_config.json` in the same folder, if there is one.
    ///
    /// # Errors
    /// [`EngineError::Tokenizer`] names the file and what is wrong with it.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, EngineError> {
        let (vocabulary, control) = json::read(path.as_ref())?;
        Ok(Self::new(Source::Json(Box::new(vocabulary)), control))
    }

    fn new(source: Source, control: Control) -> Self {
        Self { inner: Arc::new(Inner { source, control }) }
    }

    /// A toy for tests: the ids 0 to 255 are bytes, `<bos>` is 256, `<eos>` is 257.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn bytes() -> Self {
        let by_name = HashMap::from([("<bos>".to_owned(), 256), ("<eos>".to_owned(), 257)]);
        Self::new(
            Source::Bytes,
            Control { by_name, bos: Some(256), eos: Some(257), end_ids: vec![257], chat_template: None },
        )
    }

    /// The template (Jinja, as `apply_chat_template` of Hugging Face's `transformers` takes it) in which the turns of a
    /// conversation are written; `None` for a base model, which knows no turns.
    #[must_use]
    pub fn chat_template(&self) -> Option<&str> {
        self.inner.control.chat_template.as_deref()
    }

    /// The same tokenizer with another chat template, or none: then prompts are those of a base model.
    ///
    /// # Errors
    /// [`EngineError::InvalidConfig`] when it has been cloned before.
    pub fn with_chat_template(self, template: Option<String>) -> Result<Self, EngineError> {
        let mut inner = Arc::try_unwrap(self.inner).map_err(|_| {
            EngineError::InvalidConfig("the tokenizer is in use already; set its chat template first".into())
        })?;
        inner.control.chat_template = template;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Token ids of a text, without a beginning-of-sequence token and never with a control token.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vec<TokenId> {
        match &self.inner.source {
            Source::Json(vocabulary) => vocabulary.encode(text),
            #[cfg(feature = "cpu")]
            Source::Model(model) => model::encode(model, text),
            #[cfg(any(test, feature = "testing"))]
            Source::Bytes => text.bytes().map(TokenId::from).collect(),
        }
    }

    /// The text of token ids. Control tokens and ids outside the vocabulary give nothing; bytes that are not
    /// UTF-8 (half a character) give U+FFFD.
    #[must_use]
    pub fn decode(&self, ids: &[TokenId]) -> String {
        String::from_utf8_lossy(&self.decode_bytes(ids)).into_owned()
    }

    /// As [`decode`](Self::decode), but the bytes as they are.
    #[must_use]
    pub fn decode_bytes(&self, ids: &[TokenId]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ids.len() * 4);
        for id in ids {
            match &self.inner.source {
                Source::Json(vocabulary) => vocabulary.piece_into(*id, &mut bytes),
                #[cfg(feature = "cpu")]
                Source::Model(model) => model::piece_into(model, *id, &mut bytes),
                #[cfg(any(test, feature = "testing"))]
                Source::Bytes => bytes.extend(u8::try_from(*id)),
            }
        }
        bytes
    }

    /// The id of a control token by its name, for instance `<start_of_turn>`.
    #[must_use]
    pub fn token(&self, name: &str) -> Option<TokenId> {
        self.inner.control.by_name.get(name).copied()
    }

    /// The token that the model wants at the beginning of every sequence.
    #[must_use]
    pub fn bos(&self) -> Option<TokenId> {
        self.inner.control.bos
    }

    /// The token that ends a text.
    #[must_use]
    pub fn eos(&self) -> Option<TokenId> {
        self.inner.control.eos
    }

    /// All tokens that end a generation: of a text, of a turn.
    #[must_use]
    pub fn end_ids(&self) -> &[TokenId] {
        &self.inner.control.end_ids
    }

    /// Token ids run from 0 to below this.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        match &self.inner.source {
            Source::Json(vocabulary) => vocabulary.len(),
            #[cfg(feature = "cpu")]
            Source::Model(model) => model.n_vocab().max(0) as usize,
            #[cfg(any(test, feature = "testing"))]
            Source::Bytes => 258,
        }
    }
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let source = match &self.inner.source {
            Source::Json(_) => "tokenizer.json",
            #[cfg(feature = "cpu")]
            Source::Model(_) => "model file",
            #[cfg(any(test, feature = "testing"))]
            Source::Bytes => "bytes",
        };
        f.debug_struct("Tokenizer").field("source", &source).field("vocabulary", &self.vocabulary()).finish()
    }
}
