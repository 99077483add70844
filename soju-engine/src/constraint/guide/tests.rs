//! Whatever the logits, the finished text satisfies the constraint.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::tokenizer::Tokenizer;

const EOS: TokenId = 257;

fn vocabulary() -> Vocabulary {
    Vocabulary::new(&Tokenizer::bytes(), 258).unwrap()
}

/// A generation with random choices among the allowed ids, `seed` deciding. None when it does not end in time.
fn generate(
    vocabulary: &Vocabulary,
    constraint: &Constraint,
    mut seed: u64,
    forcing: bool,
) -> Option<String> {
    let mut guide = Guide::new(vocabulary, constraint, &[EOS]).unwrap();
    let mut bytes = Vec::new();
    for _ in 0..400 {
        let Next::Allowed(mask) = guide.next().unwrap() else {
            return Some(String::from_utf8(bytes).unwrap());
        };
        let allowed: Vec<TokenId> = mask.iter().map(|id| id as TokenId).collect();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The end is preferred where it is possible, every other time.
        let token = match allowed.contains(&EOS) && seed >> 63 == 0 {
            true => EOS,
            false => allowed[(seed >> 33) as usize % allowed.len()],
        };
        guide.accept(token).unwrap();
        if token == EOS {
            return Some(String::from_utf8(bytes).unwrap());
        }
        bytes.push(u8::try_from(token).expect("control tokens are never allowed"));
        if forcing {
            bytes.extend(guide.take_forced().unwrap().into_iter().map(|id| u8::try_from(id).unwrap()));
        }
    }
    None
}

fn refusal(constraint: &Constraint) -> String {
    match Guide::new(&vocabulary(), constraint, &[EOS]) {
        Ok(_) => panic!("{constraint:?} was taken"),
        Err(error) => error.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_of_the_choices(
        choices in proptest::collection::vec("[가-다a-c/\"\\\\\\.\n]{1,4}", 1..6), seed: u64, forcing: bool,
    ) {
        let text = generate(&vocabulary(), &Constraint::Choices(choices.clone()), seed, forcing).unwrap();
        prop_assert!(choices.contains(&text), "{text:?} of {choices:?}");
    }

    #[test]
    fn a_match_of_the_expression(number in 0..6usize, seed: u64, forcing: bool) {
        let expression =
            ["01[016789]-[0-9]{3,4}-[0-9]{4}", "(가|나다)+", "^a*b?/$", "[^\\n]{1,3}\\.", "x{0,3}", "\\w{2}"][number];
        let text = generate(&vocabulary(), &Constraint::Regex(expression.into()), seed, forcing);
        let whole = regex::Regex::new(&format!("^(?:{expression})$")).unwrap();
        prop_assert!(text.iter().all(|text| whole.is_match(text)), "{text:?} of {expression}");
        prop_assert!(text.is_some() || expression.contains(['*', '+']));
    }

    #[test]
    fn a_value_of_the_schema(labels in proptest::collection::btree_set("[가-하]{1,3}", 1..4), seed: u64) {
        let schema = serde_json::json!({
            "type": "object",
            "properties": {"판정": {"enum": labels}, "점수": {"type": "integer", "minimum": 0, "maximum": 5}},
            "required": ["판정", "점수"], "additionalProperties": false
        });
        let text = generate(&vocabulary(), &Constraint::JsonSchema(schema.to_string()), seed, true).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        prop_assert!(labels.contains(value["판정"].as_str().unwrap()), "{text}");
        prop_assert!((0..=5).contains(&value["점수"].as_i64().unwrap()), "{text}");
    }

    #[test]
    fn a_text_of_the_grammar(seed: u64, forcing: bool) {
        let grammar = "root ::= \"(\" root \")\" | number (\",\" number){1,2}\nnumber ::= [0-9] | [1-9] [0-9]";
        let text = generate(&vocabulary(), &Constraint::Grammar(grammar.into()), seed, forcing);
        if let Some(text) = text {
            let inner = text.trim_start_matches('(');
            let open = text.len() - inner.len();
            prop_assert_eq!(inner.len() - inner.trim_end_matches(')').len(), open);
            let numbers: Vec<_> = inner.trim_end_matches(')').split(',').collect();
            prop_assert!((2..=3).contains(&numbers.len()), "{}", text);
            prop_assert!(numbers.iter().all(|number| number.parse::<u8>().is_ok_and(|number| number < 100)));
        }
    }

    #[test]
    fn no_text_brings_the_compiler_down(text in "[\\[\\](){}|*+?^$.\\\\a-c0-9,\":/#\n-]{1,40}") {
        let vocabulary = vocabulary();
        let of: [fn(String) -> Constraint; 3] = [Constraint::Regex, Constraint::Grammar, Constraint::JsonSchema];
        for constraint in of {
            if let Err(error) = Guide::new(&vocabulary, &constraint(text.clone()), &[EOS]) {
                prop_assert!(matches!(&error, BackendError::Invalid(_)), "{}", error);
            }
        }
    }
}

#[test]
fn any_json() {
    let vocabulary = vocabulary();
    let finished = (0..40).filter_map(|seed| generate(&vocabulary, &Constraint::Json, seed, true));
    let texts: Vec<String> = finished.collect();
    for text in &texts {
        // Not as a `Value`: JSON has numbers that no `f64` holds.
        serde_json::from_str::<serde::de::IgnoredAny>(text).unwrap();
    }
    assert!(texts.len() > 10, "{texts:?}");
}

#[test]
fn what_is_forced() {
    let vocabulary = vocabulary();
    let choices = Constraint::Choices(vec!["가나".into(), "가다라".into()]);
    let mut guide = Guide::new(&vocabulary, &choices, &[EOS]).unwrap();
    let common = "가".bytes().map(TokenId::from).collect::<Vec<_>>();
    assert!(guide.take_forced().unwrap().starts_with(&common));
    let Next::Allowed(mask) = guide.next().unwrap() else { panic!("it is not over") };
    assert!(!mask.is_allowed(EOS as u32) && mask.num_set() <= 2, "{:?}", mask.to_list());
}

#[test]
fn the_end_of_a_prefix() {
    let vocabulary = vocabulary();
    let choices = Constraint::Choices(vec!["a".into(), "ab".into()]);
    for (ends, may_end) in [(vec![EOS], true), (vec![], false)] {
        let mut guide = Guide::new(&vocabulary, &choices, &ends).unwrap();
        guide.accept(97).unwrap();
        assert!(!guide.is_over());
        let Next::Allowed(mask) = guide.next().unwrap() else { panic!("`ab` is possible") };
        assert_eq!((mask.is_allowed(98), mask.is_allowed(EOS as u32)), (true, may_end));
        guide.accept(98).unwrap();
        assert!(guide.is_over() && matches!(guide.next(), Ok(Next::End)));
    }
    let mut guide = Guide::new(&vocabulary, &choices, &[EOS]).unwrap();
    assert!(guide.accept(120).is_err());
}

#[test]
fn refusals() {
    for (constraint, part) in [
        (Constraint::Regex("(a".into()), "compiled"),
        (Constraint::Regex("a\\".into()), "lone backslash"),
        (Constraint::Regex("a".repeat(300_000)), "too long"),
        (Constraint::Grammar("root ::= [z-a]".into()), "line 1, column 11"),
        (Constraint::JsonSchema("{\"type\": \"tpyo\"}".into()), "compiled"),
        (Constraint::JsonSchema("{\"$ref\": \"https://example.com/x\"}".into()), "compiled"),
        (Constraint::JsonSchema("false".into()), "compiled"),
    ] {
        let refusal = refusal(&constraint);
        assert!(refusal.contains(part) && !refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn hostile_constraints_end() {
    let vocabulary = vocabulary();
    for constraint in [
        Constraint::Regex("(".repeat(5000) + "a" + &")".repeat(5000)),
        Constraint::Regex("((a{1,999}){1,999}){1,999}".into()),
        Constraint::Regex(format!("(a|b)*a{}", "(a|b)".repeat(400))),
        Constraint::JsonSchema("[".repeat(100) + &"]".repeat(100)),
        Constraint::JsonSchema("{\"allOf\":[".repeat(50) + "{}" + &"]}".repeat(50)),
        Constraint::Grammar(format!("root ::= {}", "a? ".repeat(2000) + "\na ::= \"x\"{4000}")),
        Constraint::Grammar("root ::= root root | root root root | \"a\" |".into()),
    ] {
        // Taken or refused: either is well, as long as it comes to an end.
        let Ok(mut guide) = Guide::new(&vocabulary, &constraint, &[EOS]) else { continue };
        for _ in 0..20 {
            let Ok(Next::Allowed(mask)) = guide.next() else { break };
            let Some(id) = mask.first_bit_set() else { break };
            if id as TokenId == EOS || guide.accept(id as TokenId).is_err() {
                break;
            }
        }
    }
}
