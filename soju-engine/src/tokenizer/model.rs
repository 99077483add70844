//! The vocabulary inside a model file, through llama.cpp.

use std::path::Path;
use std::sync::Arc;

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use super::{Control, Source, Tokenizer};
use crate::{EngineError, TokenId};

/// llama.cpp counts bytes in 32 bits; longer texts are cut at a character, which may change one token there.
const LONGEST: usize = 1 << 30;

/// Tokens that `tokenizer.json` marks special and GGUF files do not: llama.cpp would find them in any text.
const UNMARKED: [&str; 3] = ["<start_of_image>", "<end_of_image>", "<image_soft_token>"];

impl Tokenizer {
    /// The vocabulary of a loaded model.
    pub(crate) fn from_model(model: Arc<LlamaModel>) -> Self {
        let control = Control { chat_template: chat_template(&model), ..control(&model.vocab()) };
        Self::new(Source::Model(model), control)
    }

    /// Takes the control tokens from the model, after a check that this tokenizer belongs to it.
    pub(crate) fn for_model(self, model: &LlamaModel, path: &Path) -> Result<Self, EngineError> {
        let foreign = |reason: String| Err(EngineError::Tokenizer { path: path.to_owned(), reason });
        let size = model.n_vocab().max(0);
        let have = self.vocabulary();
        // A few ids may be missing on either side: padding, tokens of an image encoder.
        if have.abs_diff(size as usize) > 1024 {
            return foreign(format!(
                "it has {have} tokens and the model {size}; they do not belong together"
            ));
        }
        let vocab = model.vocab();
        let mut control = control(&vocab);
        control.chat_template = chat_template(model).or_else(|| self.chat_template().map(str::to_owned));
        for (name, id) in &self.inner.control.by_name {
            if let Some(other) = control.by_name.get(name).filter(|other| *other != id) {
                return foreign(format!("{name} is token {id} here and {other} in the model"));
            }
        }
        for id in (0..size).step_by(997).filter(|id| !vocab.is_control(LlamaToken(*id))) {
            let (mine, mut its) = (self.decode_bytes(&[id]), Vec::new());
            piece_into(model, id, &mut its);
            if mine != its {
                let (mine, its) = (String::from_utf8_lossy(&mine), String::from_utf8_lossy(&its));
                return foreign(format!("token {id} is {mine:?} here and {its:?} in the model"));
            }
        }
        let Ok(inner) = Arc::try_unwrap(self.inner) else {
            return foreign("it is in use elsewhere".into());
        };
        for (name, id) in inner.control.by_name {
            if id < size {
                control.by_name.entry(name).or_insert(id);
            }
        }
        Ok(Self::new(inner.source, control))
    }
}

/// The template under `tokenizer.chat_template` of the file.
fn chat_template(model: &LlamaModel) -> Option<String> {
    let template = model.chat_template(None).ok()?;
    Some(template.to_str().ok()?.to_owned()).filter(|template| !template.trim().is_empty())
}

fn control(vocab: &LlamaVocab<'_>) -> Control {
    let known = |token: LlamaToken| (token.0 >= 0).then_some(token.0);
    let mut control = Control { bos: known(vocab.bos()), eos: known(vocab.eos()), ..Control::default() };
    for token in vocab.tokens() {
        if vocab.is_eog(token) {
            control.end_ids.push(token.0);
        }
        let Some(name) = vocab.text(token).map(|name| name.to_string_lossy()) else { continue };
        if vocab.is_control(token) || UNMARKED.contains(&&*name) {
            control.by_name.insert(name.into_owned(), token.0);
        }
    }
    control
}

pub(super) fn encode(model: &LlamaModel, text: &str) -> Vec<TokenId> {
    let vocab = model.vocab();
    let mut ids = Vec::with_capacity(text.len() / 3);
    let mut take = |mut part: &str| {
        while !part.is_empty() {
            let (head, tail) = part.split_at(boundary(part, LONGEST));
            ids.extend(vocab.tokenize(head.as_bytes(), false, false).into_iter().map(|token| token.0));
            part = tail;
        }
    };
    // A cut after the `<` hides an unmarked token; the `<` is a token of its own there in any case.
    let mut start = 0;
    for (at, _) in text.match_indices('<') {
        if UNMARKED.iter().any(|name| text[at..].starts_with(name)) {
            take(&text[start..=at]);
            start = at + 1;
        }
    }
    take(&text[start..]);
    ids
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

pub(super) fn piece_into(model: &LlamaModel, id: TokenId, bytes: &mut Vec<u8>) {
    // llama.cpp ends the process at an id that it does not know.
    if (0..model.n_vocab()).contains(&id) {
        let start = bytes.len();
        model.vocab().token_to_piece_into(LlamaToken(id), bytes, false, None);
        if UNMARKED.iter().any(|name| name.as_bytes() == &bytes[start..]) {
            bytes.truncate(start);
        }
    }
}
