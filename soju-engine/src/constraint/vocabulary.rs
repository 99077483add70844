//! The tokenizer as `llguidance` wants to see it: the bytes of every id, in a tree.

use std::sync::Arc;

use llguidance::ParserFactory;
use llguidance::toktrie::{InferenceCapabilities, TokEnv, TokRxInfo, TokTrie, TokenizerEnv};

use crate::tokenizer::Tokenizer;
use crate::{BackendError, TokenId};

/// Byte that begins the names of special tokens in the tree. No text holds it.
const MARK: u8 = TokTrie::SPECIAL_TOKEN_MARKER;

/// A tokenizer's ids as a tree of bytes, made once for each backend and shared by all constraints.
/// Control tokens are not in it, so no text can hold one.
pub(crate) struct Vocabulary {
    factory: ParserFactory,
    ends: Vec<TokenId>,
}

impl Vocabulary {
    /// Builds the tree for ids from 0 to below `size`, the number of logits that the model gives.
    ///
    /// # Errors
    /// [`BackendError::Invalid`] when the tokenizer knows no token that ends a text.
    pub(crate) fn new(tokenizer: &Tokenizer, size: usize) -> Result<Self, BackendError> {
        let known = |id: &TokenId| usize::try_from(*id).is_ok_and(|id| id < size);
        let ends: Vec<TokenId> = tokenizer.end_ids().iter().copied().filter(known).collect();
        let Some(&end) = ends.first() else {
            return Err(BackendError::Invalid(
                "the tokenizer names no token that ends a text; constraints need one".into(),
            ));
        };
        let mut words: Vec<Vec<u8>> = (0..size as TokenId).map(|id| tokenizer.decode_bytes(&[id])).collect();
        for word in words.iter_mut().filter(|word| word.first() == Some(&MARK)) {
            word.clear();
        }
        for id in &ends {
            words[*id as usize] = [&[MARK][..], format!("<end {id}>").as_bytes()].concat();
        }
        prefer_usual_ids(tokenizer, &mut words);
        let trie = TokTrie::from(&TokRxInfo::new(size as u32, end as u32), &words);
        let all_ends: Vec<u32> = ends.iter().map(|id| *id as u32).collect();
        let trie = trie.with_eos_tokens(&all_ends);
        let environment: TokEnv = Arc::new(Environment { tokenizer: tokenizer.clone(), trie });
        let slices = llguidance::earley::SlicedBiasComputer::general_slices();
        let mut factory = ParserFactory::new(&environment, InferenceCapabilities::default(), &slices)
            .map_err(|error| BackendError::Failed(format!("the vocabulary can't be indexed: {error}")))?;
        factory.quiet();
        let limits = factory.limits_mut();
        limits.verbose_errors = false;
        limits.max_grammar_size = 100_000;
        limits.max_lexer_states = 50_000;
        Ok(Self { factory, ends })
    }

    pub(super) fn factory(&self) -> &ParserFactory {
        &self.factory
    }

    /// The tokenizer's tokens that end a text. Not empty.
    pub(super) fn ends(&self) -> &[TokenId] {
        &self.ends
    }
}

/// Several ids may stand for the same byte (`A` and `<0x41>`). The tree holds one of them: the one that
/// texts are tokenized to.
fn prefer_usual_ids(tokenizer: &Tokenizer, words: &mut [Vec<u8>]) {
    let mut usual = [None; 128];
    for byte in 0..128u8 {
        if let [id] = tokenizer.encode(&char::from(byte).to_string())[..] {
            usual[usize::from(byte)] = usize::try_from(id).ok();
        }
    }
    for (id, word) in words.iter_mut().enumerate() {
        let [byte] = word[..] else { continue };
        if usual.get(usize::from(byte)).copied().flatten().is_some_and(|usual| usual != id) {
            word.clear();
        }
    }
}

struct Environment {
    tokenizer: Tokenizer,
    trie: TokTrie,
}

impl TokenizerEnv for Environment {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<u32> {
        let usual = |text: &str| {
            let ids = self.tokenizer.encode(text);
            // A tokenizer may change a text (a literal U+2581 becomes a space). The constraint is about bytes.
            if self.tokenizer.decode_bytes(&ids) == text.as_bytes() {
                ids.into_iter().map(|id| id as u32).collect()
            } else {
                self.trie.greedy_tokenize(text.as_bytes())
            }
        };
        self.trie.tokenize_with_greedy_fallback(bytes, usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_tokens_are_no_text() {
        let vocabulary = Vocabulary::new(&Tokenizer::bytes(), 258).unwrap();
        let trie = vocabulary.factory().tok_env().tok_trie();
        assert_eq!(trie.token(65), b"A");
        assert_eq!(trie.token(256), b"");
        assert_eq!(trie.eos_tokens(), [257]);
        assert_eq!(trie.greedy_tokenize("가".as_bytes()), [0xEA, 0xB0, 0x80]);
    }

    #[test]
    fn texts_are_tokenized_as_usual() {
        let vocabulary = Vocabulary::new(&Tokenizer::bytes(), 258).unwrap();
        let environment = vocabulary.factory().tok_env();
        assert_eq!(environment.tokenize_bytes("a가".as_bytes()), [97, 0xEA, 0xB0, 0x80]);
        assert_eq!(environment.tokenize_bytes(&[97, 0xEA]), [97, 0xEA]);
    }
}
