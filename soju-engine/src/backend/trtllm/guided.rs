//! Constrained decoding in the executor's words: the vocabulary for XGrammar, and constraints as its guides.
//!
//! TensorRT-LLM hands a guide to XGrammar in the step that takes the request up (`batch_manager/guidedDecoder.cpp`). A
//! regular expression or grammar that XGrammar can't read fails that step, so what can be seen to be wrong is refused here.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use trtllm_sys::{GuideType, GuidedDecodingBackend, GuidedDecodingConfig, GuidedDecodingParams};

use crate::{BackendError, Constraint, EngineError, TokenId, Tokenizer};

/// A few ids may be missing on either side: padding, tokens of an image encoder.
const MOST_DIFFERENT: usize = 1024;

/// What XGrammar looks for in a `tokenizer.json`: how pieces stand for bytes, and that no space is put before a text.
const BYTE_LEVEL: &str = r#"{"normalizer":null,"pre_tokenizer":null,"decoder":{"type":"ByteLevel"}}"#;

/// Where the vocabulary for constrained decoding comes from: see [`TrtLlmConfig::guided`](super::TrtLlmConfig::guided).
///
/// # Examples
/// ```
/// use std::path::Path;
/// use soju_engine::TrtLlmConfig;
///
/// let mut config = TrtLlmConfig::new("engine");
/// config.guided = Some(Path::new("tokenizer.json").into());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum GuidedVocabulary {
    /// A `tokenizer.json`, which is read when the backend is loaded.
    File(PathBuf),
    /// A tokenizer that is there already.
    Loaded(Tokenizer),
}

impl From<&Path> for GuidedVocabulary {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<PathBuf> for GuidedVocabulary {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<Tokenizer> for GuidedVocabulary {
    fn from(tokenizer: Tokenizer) -> Self {
        Self::Loaded(tokenizer)
    }
}

impl GuidedVocabulary {
    /// The executor's setting for an engine of `vocabulary` tokens.
    ///
    /// Each piece is given as its bytes, in GPT-2's printable form, whatever the tokenizer: half a character can't be
    /// written otherwise, and nothing is left to XGrammar's guess at the kind of the tokenizer. Control tokens are given
    /// as empty texts, which XGrammar never lets through: else a literal `<start_of_turn>` could come out as the token.
    pub(super) fn to_config(&self, vocabulary: usize) -> Result<GuidedDecodingConfig, EngineError> {
        let tokenizer = match self {
            Self::File(path) => Tokenizer::from_file(path)?,
            Self::Loaded(tokenizer) => tokenizer.clone(),
        };
        let refuse = |sentence: String| Err(EngineError::InvalidConfig(sentence));
        let own = tokenizer.vocabulary();
        if own.abs_diff(vocabulary) > MOST_DIFFERENT {
            return refuse(format!(
                "the tokenizer in `guided` has {own} tokens and the engine {vocabulary}; they do not belong together"
            ));
        }
        let known = |id: &TokenId| usize::try_from(*id).is_ok_and(|id| id < own.min(vocabulary));
        let stop_token_ids: Vec<TokenId> = tokenizer.end_ids().iter().copied().filter(known).collect();
        if stop_token_ids.is_empty() {
            return refuse(
                "the tokenizer in `guided` has no token that ends a text, so a constrained one would never end".into(),
            );
        }
        let printable = printable();
        let piece = |id: usize| {
            let bytes = tokenizer.decode_bytes(&[TokenId::try_from(id).unwrap_or(TokenId::MAX)]);
            bytes.iter().map(|byte| printable[usize::from(*byte)]).collect::<String>()
        };
        Ok(GuidedDecodingConfig {
            backend: Some(GuidedDecodingBackend::XGrammar),
            encoded_vocab: Some((0..own.min(vocabulary)).map(piece).collect()),
            tokenizer: Some(BYTE_LEVEL.to_owned()),
            stop_token_ids: Some(stop_token_ids),
        })
    }
}

/// GPT-2's table: printable Latin-1 characters stand for themselves, the other bytes in order for the characters from
/// U+0100 on.
fn printable() -> [char; 256] {
    let mut next = 0x100_u16;
    std::array::from_fn(|byte| match u8::try_from(byte) {
        Ok(byte @ (b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)) => char::from(byte),
        _ => {
            next += 1;
            char::from_u32(u32::from(next - 1)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
    })
}

/// Refuses a constraint that XGrammar could not read.
pub(super) fn check(constraint: &Constraint) -> Result<(), BackendError> {
    let invalid = |sentence: &str| Err(BackendError::Invalid(sentence.to_owned()));
    let nul = match constraint {
        Constraint::Json => false,
        Constraint::JsonSchema(text) | Constraint::Regex(text) | Constraint::Grammar(text) => {
            text.contains('\0')
        }
        Constraint::Choices(choices) => choices.iter().any(|choice| choice.contains('\0')),
    };
    if nul {
        return invalid("its constraint holds a NUL character, where XGrammar stops to read; leave it out");
    }
    match constraint {
        Constraint::Grammar(text) if !has_root(text) => {
            invalid("its grammar has no rule `root ::= …`, from which every text is derived; add one")
        }
        _ => Ok(()),
    }
}

/// Whether a line begins with `root ::=`.
fn has_root(grammar: &str) -> bool {
    grammar.lines().any(|line| {
        line.trim_start().strip_prefix("root").is_some_and(|rest| rest.trim_start().starts_with("::="))
    })
}

/// A constraint as the request's guide.
pub(super) fn guide(constraint: &Constraint) -> GuidedDecodingParams {
    let (kind, text) = match constraint {
        Constraint::Json => (GuideType::Json, None),
        Constraint::JsonSchema(schema) => (GuideType::JsonSchema, Some(schema.clone())),
        Constraint::Regex(expression) => (GuideType::Regex, Some(expression.clone())),
        Constraint::Grammar(grammar) => (GuideType::EbnfGrammar, Some(grammar.clone())),
        Constraint::Choices(choices) => (GuideType::EbnfGrammar, Some(alternatives(choices))),
    };
    GuidedDecodingParams { kind, text }
}

/// A grammar whose alternatives are string literals.
///
/// Not a regular expression: XGrammar has no escapes for some characters there, and its versions differ in those they
/// have. Within a literal only the quotation mark, the backslash and line ends mean something
/// (`grammar_parser.cc`, `ParseStringToken`).
///
/// XGrammar's compiler writes the grammar out and reads it again. It writes control characters and those of Latin-1 as
/// `\x` with two digits, and reads `\x` with as many as follow: `"éf"` becomes one character. So a digit after such a
/// character gets a rule of its own, which ends the literal (seen with XGrammar 0.1.21 to 0.1.27).
fn alternatives(choices: &[String]) -> String {
    let mut rule = String::from("root ::= ");
    let mut digits = BTreeSet::new();
    for (index, choice) in choices.iter().enumerate() {
        rule.push_str(if index == 0 { "\"" } else { " | \"" });
        let mut open_escape = false;
        for character in choice.chars() {
            match character {
                digit if open_escape && digit.is_ascii_hexdigit() => {
                    digits.insert(digit);
                    // Writing to a String can't fail.
                    let _ = write!(rule, "\" digit-{digit} \"");
                }
                '"' | '\\' => rule.extend(['\\', character]),
                '\0'..='\u{1F}' | '\u{7F}' => drop(write!(rule, "\\u{:04x}", u32::from(character))),
                _ => rule.push(character),
            }
            open_escape = matches!(character, '\0'..='\u{1F}' | '\u{7F}'..='\u{FF}');
        }
        rule.push('"');
    }
    for digit in digits {
        let _ = write!(rule, "\ndigit-{digit} ::= \"{digit}\"");
    }
    rule
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads the alternatives as XGrammar does: escapes are those of C, `\x` takes all digits that follow. `None` also
    /// for a literal that it would spoil.
    fn read(grammar: &str) -> Option<Vec<String>> {
        let mut rest = grammar.strip_prefix("root ::= ")?.split("\ndigit-").next()?;
        let mut texts = vec![String::new()];
        loop {
            let (text, after) = match rest.strip_prefix("digit-") {
                Some(name) => {
                    let digit = name.chars().next()?;
                    grammar.contains(&format!("\ndigit-{digit} ::= \"{digit}\"")).then_some(())?;
                    (String::from(digit), &name[1..])
                }
                None => literal(rest.strip_prefix('"')?)?,
            };
            let characters: Vec<char> = text.chars().collect();
            let spoiled = |pair: &[char]| {
                let escaped = pair[0] < ' ' || ('\u{7F}'..='\u{FF}').contains(&pair[0]);
                escaped && pair[1].is_ascii_hexdigit()
            };
            if characters.windows(2).any(spoiled) {
                return None;
            }
            texts.last_mut()?.push_str(&text);
            if after.is_empty() {
                return Some(texts);
            }
            rest = match after.strip_prefix(" | ") {
                Some(next) => {
                    texts.push(String::new());
                    next
                }
                None => after.strip_prefix(' ')?,
            };
        }
    }

    fn literal(mut rest: &str) -> Option<(String, &str)> {
        let mut text = String::new();
        loop {
            let mut characters = rest.chars();
            match characters.next()? {
                '"' => return Some((text, characters.as_str())),
                '\n' | '\r' | '\0' => return None,
                '\\' => {
                    let escape = characters.next()?;
                    let all = characters.as_str();
                    let digits = match escape {
                        'u' => 4,
                        'U' => 8,
                        'x' => all.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(all.len()),
                        '"' | '\\' | '\'' | '?' => {
                            text.push(escape);
                            rest = all;
                            continue;
                        }
                        _ => return None,
                    };
                    text.push(char::from_u32(u32::from_str_radix(all.get(..digits)?, 16).ok()?)?);
                    rest = all.get(digits..)?;
                }
                other => {
                    text.push(other);
                    rest = characters.as_str();
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_choices_are_read_back_as_they_were(
            choices in prop::collection::vec(prop::collection::vec(
                prop_oneof![
                    any::<char>(),
                    prop::sample::select(vec!['"', '\\', '\n', '\r', '\t', '\u{7F}', '|', 'x', 'u', '0', 'f', '가', '[', 'é']),
                ],
                1..12,
            ).prop_map(String::from_iter), 1..6),
        ) {
            prop_assert_eq!(read(&alternatives(&choices)), Some(choices));
        }
    }

    #[test]
    fn the_reader_knows_the_trap_that_is_avoided() {
        assert_eq!(read("root ::= \"\\x0ag\" | \"\\u000age\""), Some(vec!["\ng".into(), "\nge".into()]));
        assert_eq!(read("root ::= \"\\x0af\""), Some(vec!["\u{AF}".into()]));
        assert_eq!(read("root ::= \"éf\""), None);
        let split = "root ::= \"é\" digit-f \"\"\ndigit-f ::= \"f\"";
        assert_eq!(alternatives(&["éf".into()]), split);
        assert_eq!(read(split), Some(vec!["éf".into()]));
        assert_eq!(read("root ::= \"a\nb\""), None);
    }

    #[test]
    fn each_constraint_has_its_guide() {
        let guide = |constraint| {
            let guide = guide(&constraint);
            (guide.kind, guide.text)
        };
        assert_eq!(guide(Constraint::Json), (GuideType::Json, None));
        assert_eq!(guide(Constraint::JsonSchema("{}".into())), (GuideType::JsonSchema, Some("{}".into())));
        assert_eq!(guide(Constraint::Regex("[가-힣]+".into())), (GuideType::Regex, Some("[가-힣]+".into())));
        let grammar = "root ::= \"가\" | item+\nitem ::= [0-9]";
        assert_eq!(
            guide(Constraint::Grammar(grammar.into())),
            (GuideType::EbnfGrammar, Some(grammar.into()))
        );
        let choices = Constraint::Choices(vec!["예".into(), "say \"no\"".into()]);
        assert_eq!(guide(choices), (GuideType::EbnfGrammar, Some(r#"root ::= "예" | "say \"no\"""#.into())));
    }

    #[test]
    fn what_xgrammar_could_not_read_is_refused() {
        let refusal = |constraint: Constraint| check(&constraint).unwrap_err().to_string();
        assert!(refusal(Constraint::Grammar("rooted ::= \"a\"".into())).contains("no rule `root"));
        assert!(refusal(Constraint::Choices(vec!["a\0".into()])).contains("NUL"));
        assert_eq!(check(&Constraint::Grammar("# digits\nroot::= [0-9]".into())), Ok(()));
        assert_eq!(check(&Constraint::Choices(vec!["a\n".into()])), Ok(()));
    }

    #[test]
    fn the_vocabulary_is_bytes_and_control_tokens_are_empty() {
        let config = GuidedVocabulary::from(Tokenizer::bytes()).to_config(1000).unwrap();
        let vocabulary = config.encoded_vocab.unwrap();
        assert_eq!(vocabulary.len(), 258);
        assert_eq!(
            (vocabulary[65].as_str(), vocabulary[32].as_str(), vocabulary[10].as_str()),
            ("A", "Ġ", "Ċ")
        );
        assert_eq!((vocabulary[0xAD].as_str(), vocabulary[0xEA].as_str()), ("Ń", "ê"));
        assert_eq!((vocabulary[256].as_str(), vocabulary[257].as_str()), ("", ""));
        let mut distinct = vocabulary[..256].to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), 256);
        assert_eq!(config.stop_token_ids, Some(vec![257]));
        let parsed: serde_json::Value = serde_json::from_str(&config.tokenizer.unwrap()).unwrap();
        assert_eq!(parsed["decoder"]["type"], "ByteLevel");
    }

    #[test]
    fn a_tokenizer_of_another_model_is_refused() {
        let refusal = |vocabulary| {
            GuidedVocabulary::from(Tokenizer::bytes()).to_config(vocabulary).unwrap_err().to_string()
        };
        assert!(refusal(32_000).contains("do not belong together"));
        assert!(refusal(200).contains("no token that ends a text"));
        assert_eq!(
            GuidedVocabulary::from(Tokenizer::bytes()).to_config(258).unwrap().encoded_vocab.unwrap().len(),
            258
        );
        assert!(GuidedVocabulary::from(Path::new("nowhere.json")).to_config(258).is_err());
    }
}
