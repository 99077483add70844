//! From a constraint to an automaton of `llguidance`.

use llguidance::TokenParser;
use llguidance::api::TopLevelGrammar;
use serde_json::{Value, json};

use super::guide::first_line;
use super::{Constraint, Vocabulary, grammar};
use crate::BackendError;

/// Longer constraints are refused; `llguidance` bounds the work for what is shorter.
const LONGEST: usize = 256 << 10;

/// `llguidance` walks nested grammars by recursion.
const STACK: usize = 64 << 20;

/// Compiles a constraint.
pub(super) fn compile(vocabulary: &Vocabulary, constraint: &Constraint) -> Result<TokenParser, BackendError> {
    let length = match constraint {
        Constraint::Json => 0,
        Constraint::JsonSchema(text) | Constraint::Regex(text) | Constraint::Grammar(text) => text.len(),
        Constraint::Choices(choices) => choices.iter().map(String::len).sum(),
    };
    if length > LONGEST {
        return Err(BackendError::Invalid(format!(
            "its constraint of {length} bytes is too long; {LONGEST} are the most"
        )));
    }
    let compile = || {
        let grammar = translate(constraint)?;
        vocabulary.factory().create_parser(grammar).map_err(|error| refused(&error.to_string()))
    };
    // On a thread of its own: an overflowing stack could not be caught.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("soju-constraint".into()).stack_size(STACK);
        match thread.spawn_scoped(scope, compile).map(|thread| thread.join()) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(refused("compiling it panicked")),
            Err(error) => Err(BackendError::Failed(format!("no thread could be started: {error}"))),
        }
    })
}

fn refused(reason: &str) -> BackendError {
    BackendError::Invalid(format!("its constraint can't be compiled: {}", first_line(reason)))
}

fn translate(constraint: &Constraint) -> Result<TopLevelGrammar, BackendError> {
    match constraint {
        Constraint::Json => Ok(TopLevelGrammar::from_json_schema(spaced(json!({})))),
        Constraint::JsonSchema(text) => match serde_json::from_str(text) {
            Ok(schema) => Ok(TopLevelGrammar::from_json_schema(spaced(schema))),
            Err(error) => Err(refused(&format!("the JSON schema is not JSON: {error}"))),
        },
        Constraint::Regex(text) => {
            let body = text.strip_prefix('^').unwrap_or(text);
            let slashes = |text: &str| text.bytes().rev().take_while(|byte| *byte == b'\\').count();
            let body = match body.strip_suffix('$') {
                Some(inner) if slashes(inner).is_multiple_of(2) => inner,
                _ => body,
            };
            // `llguidance` would drop it silently.
            if !slashes(body).is_multiple_of(2) {
                return Err(refused("the regular expression ends with a lone backslash"));
            }
            Ok(TopLevelGrammar::from_lark(grammar::regex(body)))
        }
        Constraint::Grammar(text) => match grammar::translate(text) {
            Ok(lark) => Ok(TopLevelGrammar::from_lark(lark)),
            Err(error) => Err(refused(&error)),
        },
        Constraint::Choices(choices) => Ok(TopLevelGrammar::from_lark(grammar::choices(choices))),
    }
}

/// One space after commas and colons and none elsewhere, unless the schema says otherwise: small models can
/// write spaces for ever.
fn spaced(schema: Value) -> Value {
    let mut schema = match schema {
        Value::Bool(true) => json!({}),
        other => other,
    };
    if let Value::Object(members) = &mut schema {
        let spacing = json!({"whitespace_flexible": false, "item_separator": ", ", "key_separator": ": "});
        members.entry("x-guidance").or_insert(spacing);
    }
    schema
}
