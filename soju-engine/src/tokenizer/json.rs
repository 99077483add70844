//! A `tokenizer.json` through the `tokenizers` crate.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use super::Control;
use crate::{EngineError, TokenId};

/// Names under which models keep the token that begins a sequence, the one that ends it, and all that end a
/// generation. `tokenizer.json` itself does not say which is which.
const BEGIN: [&str; 3] = ["<bos>", "<s>", "<|begin_of_text|>"];
const END: [&str; 4] = ["<eos>", "</s>", "<|end_of_text|>", "<|endoftext|>"];
const END_OF_TURN: [&str; 4] = ["<end_of_turn>", "<|eot_id|>", "<|im_end|>", "<|end|>"];

pub(super) struct JsonVocabulary {
    tokenizer: tokenizers::Tokenizer,
    len: usize,
    pieces: Pieces,
    /// The vocabulary still lists the control tokens' names as pieces.
    control: HashSet<TokenId>,
}

/// How the pieces of the vocabulary stand for bytes.
enum Pieces {
    /// SentencePiece: `▁` is a space, `<0x0A>` is one byte.
    SentencePiece,
    /// GPT-2: each byte is a printable character.
    ByteLevel,
}

/// Reads the file and takes the control tokens out of it.
pub(super) fn read(path: &Path) -> Result<(JsonVocabulary, Control), EngineError> {
    let bad = |reason: String| EngineError::Tokenizer { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
    let mut json: Value = serde_json::from_slice(&bytes)
        .map_err(|error| bad(format!("it is not a tokenizer.json: {error}")))?;
    drop(bytes);

    let mut control = Control::default();
    if let Some(Value::Array(added)) = json.get_mut("added_tokens") {
        added.retain(|token| {
            let special = token["special"] == Value::Bool(true) || is_placeholder(&token["content"]);
            if let (true, Some(name), Some(id)) = (special, token["content"].as_str(), token["id"].as_i64()) {
                control.by_name.insert(name.to_owned(), TokenId::try_from(id).unwrap_or(TokenId::MAX));
            }
            !special
        });
    }
    let find = |names: &[&str]| -> Vec<TokenId> {
        names.iter().filter_map(|name| control.by_name.get(*name).copied()).collect()
    };
    let (bos, eos, turn) = (find(&BEGIN), find(&END), find(&END_OF_TURN));
    control.bos = bos.first().copied();
    control.eos = eos.first().copied();
    control.end_ids = eos.into_iter().chain(turn).collect();

    control.chat_template = chat_template(path).map_err(bad)?;

    // The post-processor would add control tokens.
    json["post_processor"] = Value::Null;
    let byte_level = json["decoder"].to_string().contains("\"ByteLevel\"");
    let pieces = if byte_level { Pieces::ByteLevel } else { Pieces::SentencePiece };
    let tokenizer: tokenizers::Tokenizer =
        serde_json::from_value(json).map_err(|error| bad(format!("it is not a tokenizer.json: {error}")))?;
    // What can fail later (a missing token for unknown characters, a faulty pattern) fails here.
    tokenizer
        .encode_fast("soju 소주 \0 \u{10FFFF}", false)
        .map_err(|error| bad(format!("it can't tokenize a trial text: {error}")))?;
    let len = tokenizer.get_vocab_size(true);
    let ids = control.by_name.values().copied().collect();
    Ok((JsonVocabulary { tokenizer, len, pieces, control: ids }, control))
}

/// The chat template in the files that stand beside `tokenizer.json`.
fn chat_template(path: &Path) -> Result<Option<String>, String> {
    let read = |name: &str| match std::fs::read_to_string(path.with_file_name(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{name} beside it can't be read: {error}")),
    };
    if let Some(template) = read("chat_template.jinja")? {
        return Ok(Some(template));
    }
    let Some(text) = read("tokenizer_config.json")? else { return Ok(None) };
    let config: Value = serde_json::from_str(&text)
        .map_err(|error| format!("tokenizer_config.json beside it is not JSON: {error}"))?;
    let named =
        |all: &Vec<Value>| all.iter().find(|one| one["name"] == "default").map(|one| one["template"].clone());
    let template = match &config["chat_template"] {
        Value::Array(all) => named(all).unwrap_or_default(),
        one => one.clone(),
    };
    Ok(template.as_str().map(str::to_owned))
}

impl JsonVocabulary {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn encode(&self, text: &str) -> Vec<TokenId> {
        // `read` has tried it on every kind of character.
        match self.tokenizer.encode_fast(text, false) {
            Ok(encoding) => encoding.get_ids().iter().map(|id| *id as TokenId).collect(),
            Err(error) => {
                tracing::error!(%error, "the tokenizer failed on a text of {} bytes", text.len());
                Vec::new()
            }
        }
    }

    pub(super) fn piece_into(&self, id: TokenId, bytes: &mut Vec<u8>) {
        if self.control.contains(&id) {
            return;
        }
        let Ok(id) = u32::try_from(id) else { return };
        let Some(piece) = self.tokenizer.id_to_token(id) else { return };
        match self.pieces {
            Pieces::SentencePiece => match byte_of_piece(&piece) {
                Some(byte) => bytes.push(byte),
                None => bytes.extend(piece.replace('▁', " ").bytes()),
            },
            Pieces::ByteLevel => {
                for character in piece.chars() {
                    match byte_of_char(character) {
                        Some(byte) => bytes.push(byte),
                        None => bytes.extend(character.encode_utf8(&mut [0; 4]).bytes()),
                    }
                }
            }
        }
    }
}

/// Gemma's file does not mark these special, though no text should become one of them.
fn is_placeholder(name: &Value) -> bool {
    let Some(name) = name.as_str() else { return false };
    let number = name.strip_prefix("<unused").and_then(|name| name.strip_suffix('>'));
    name == "<mask>" || number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit()))
}

/// `<0x0A>` → 10.
fn byte_of_piece(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    let is_byte = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_byte.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
}

/// The inverse of GPT-2's table: printable Latin-1 characters stand for themselves, the other bytes in
/// order for the characters from U+0100 on.
fn byte_of_char(character: char) -> Option<u8> {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    match u32::from(character) {
        code @ 0..=0xFF => u8::try_from(code).ok().filter(|byte| printable(*byte)),
        code => (0..=u8::MAX).filter(|byte| !printable(*byte)).nth(code as usize - 0x100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_pieces() {
        assert_eq!(byte_of_piece("<0x0A>"), Some(10));
        assert_eq!(byte_of_piece("<0xEA>"), Some(0xEA));
        assert_eq!(byte_of_piece("<0x>"), None);
        assert_eq!(byte_of_piece("<0x+1>"), None);
        assert_eq!(byte_of_piece("<eos>"), None);
    }

    #[test]
    fn the_byte_table_of_gpt2() {
        assert_eq!(byte_of_char('Ġ'), Some(b' '));
        assert_eq!(byte_of_char('Ċ'), Some(b'\n'));
        assert_eq!(byte_of_char('a'), Some(b'a'));
        assert_eq!(byte_of_char('Ń'), Some(0xAD));
        assert_eq!(byte_of_char('가'), None);
    }

    #[test]
    fn a_broken_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        let error = read(&path).err().unwrap().to_string();
        assert!(error.contains("tokenizer.json") && error.contains("No such file"), "{error}");
        std::fs::write(&path, "{\"model\": ").unwrap();
        let error = read(&path).err().unwrap().to_string();
        assert!(error.contains("not a tokenizer.json"), "{error}");
        std::fs::write(&path, "{}").unwrap();
        assert!(read(&path).is_err());
    }
}
