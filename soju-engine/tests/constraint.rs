//! Constrained decoding on the CPU backend, with the real model.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::sync::OnceLock;

use serde_json::{Value, json};
use soju_engine::{
    Completion, Constraint, Engine, FinishReason, GenerationRequest, GenerationRequestBuilder,
};

const LABELS: [&str; 4] = ["광고", "기사", "게시글", "기타"];

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::cpu(common::model()).unwrap())
}

fn request(prompt: &str, constraint: Constraint) -> GenerationRequestBuilder {
    GenerationRequest::builder(prompt).max_new_tokens(64).constraint(constraint)
}

fn answer(request: GenerationRequestBuilder) -> Completion {
    engine().submit(request.build().unwrap()).unwrap().collect().unwrap()
}

fn judgement() -> Constraint {
    let schema = json!({
        "type": "object",
        "properties": {
            "판정": {"enum": LABELS},
            "품질": {"type": "integer", "minimum": 0, "maximum": 5},
            "이유": {"type": "string", "maxLength": 12},
        },
        "required": ["판정", "품질", "이유"],
        "additionalProperties": false,
    });
    Constraint::JsonSchema(schema.to_string())
}

fn check_judgement(text: &str) {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert!(LABELS.contains(&value["판정"].as_str().unwrap()), "{text}");
    assert!((0..=5).contains(&value["품질"].as_i64().unwrap()), "{text}");
    assert!(value["이유"].as_str().unwrap().chars().count() <= 12, "{text}");
}

fn is_phone_number(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    parts[0] == "010"
        && (lengths == [3, 3, 4] || lengths == [3, 4, 4])
        && parts.iter().all(|part| part.bytes().all(|digit| digit.is_ascii_digit()))
}

#[test]
fn a_judgement_follows_its_schema() {
    let prompt = "글: 지금 전화하시면 반값! 무료 상담\n판정을 JSON으로: ";
    let before = engine().stats().backend.forced_tokens;
    let greedy = answer(request(prompt, judgement()));
    assert_eq!(greedy.finish_reason, FinishReason::EndId);
    check_judgement(&greedy.text);
    assert!(engine().stats().backend.forced_tokens > before);
    for seed in 0..4 {
        let hot = answer(request(prompt, judgement()).temperature(1.5).seed(seed));
        assert_eq!(hot.finish_reason, FinishReason::EndId, "{}", hot.text);
        check_judgement(&hot.text);
    }
}

#[test]
fn a_telephone_number() {
    for temperature in [0.0, 1.5] {
        let expression = Constraint::Regex("010-[0-9]{3,4}-[0-9]{4}".into());
        let answer = answer(request("전화번호: ", expression).temperature(temperature).log_probs(true));
        assert!(is_phone_number(&answer.text), "{}", answer.text);
        assert_eq!(answer.finish_reason, FinishReason::EndId);
        // Of the model's own distribution, so that what was forced may be improbable.
        assert_eq!(answer.log_probs.len(), answer.tokens.len());
        assert!(answer.log_probs.iter().all(|log_prob| *log_prob <= 1e-3));
    }
}

#[test]
fn choices_of_which_one_begins_another() {
    let words = ["소", "소주", "소주잔", "맥주", "막걸리"];
    let choices = Constraint::Choices(words.map(str::to_owned).to_vec());
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..12 {
        let answer = answer(request("내가 좋아하는 술은 ", choices.clone()).temperature(1.5).seed(seed));
        assert!(words.contains(&answer.text.as_str()), "{}", answer.text);
        assert_eq!(answer.finish_reason, FinishReason::EndId);
        seen.insert(answer.text);
    }
    assert!(seen.len() > 1, "{seen:?}");
    // Without a token to end with, the text ends where it can't go on.
    let only = request("나는 ", Constraint::Choices(vec!["소주를 마신다".into()])).ignore_end();
    let answer = answer(only);
    assert_eq!((answer.text.as_str(), answer.finish_reason), ("소주를 마신다", FinishReason::EndId));
}

#[test]
fn what_is_forced_from_the_start_costs_no_output() {
    let mut config = soju_engine::CpuConfig::new(common::model());
    config.threads = 1;
    let engine = Engine::builder().cpu(config).build().unwrap();
    let ask = |constraint| {
        let request = request("나는 ", constraint).build().unwrap();
        engine.submit(request).unwrap().collect().unwrap()
    };
    // One text only: nothing is computed at all.
    let answer = ask(Constraint::Choices(vec!["소주를 마신다".into()]));
    assert_eq!((answer.text.as_str(), answer.finish_reason), ("소주를 마신다", FinishReason::EndId));
    let stats = engine.stats().backend;
    assert_eq!((stats.steps, stats.prompt_tokens), (0, 0), "{stats:?}");
    assert_eq!(
        (stats.generated_tokens, stats.forced_tokens),
        (answer.tokens.len() as u64, answer.tokens.len() as u64)
    );
    // One choice: its output is the only one.
    let answer = ask(Constraint::JsonSchema(
        r#"{"type": "object", "properties": {"판정": {"enum": ["예", "아니오"]}},
        "required": ["판정"], "additionalProperties": false}"#
            .into(),
    ));
    assert!(
        ["{\"판정\": \"예\"}", "{\"판정\": \"아니오\"}"].contains(&answer.text.as_str()),
        "{}",
        answer.text
    );
    let after = engine.stats().backend;
    let free =
        (after.generated_tokens - stats.generated_tokens) - (after.forced_tokens - stats.forced_tokens);
    assert!(after.steps - stats.steps <= 3 && free <= 3, "{stats:?}, {after:?}");
}

#[test]
fn a_grammar_with_nested_lists() {
    let grammar = "# lists of words\nroot ::= \"[\" item (\", \" item)* \"]\"\nitem ::= word | root\nword ::= [가-힣]{1,4}";
    for seed in 0..3 {
        let request = request("낱말: ", Constraint::Grammar(grammar.into())).temperature(1.0).seed(seed);
        let answer = answer(request);
        let depth = |text: &str, bracket| text.matches(bracket).count();
        assert!(answer.text.starts_with('['), "{}", answer.text);
        let legal = |letter: char| ('가'..='힣').contains(&letter) || "[], ".contains(letter);
        // The budget may cut a character.
        assert!(answer.text.chars().all(|letter| legal(letter) || letter == '\u{FFFD}'), "{}", answer.text);
        match answer.finish_reason {
            FinishReason::EndId => assert_eq!(depth(&answer.text, '['), depth(&answer.text, ']')),
            reason => assert_eq!(reason, FinishReason::Length),
        }
    }
}

#[test]
fn the_budget_cuts() {
    let answer = answer(request("판정: ", judgement()).max_new_tokens(3));
    assert_eq!((answer.finish_reason, answer.tokens.len()), (FinishReason::Length, 3));
    assert!(
        "{\"판정\": \"".starts_with(&answer.text) || answer.text.starts_with("{\"판정\": \""),
        "{}",
        answer.text
    );
}

#[test]
fn with_and_without_together() {
    let streams: Vec<_> = (0..9)
        .map(|i| {
            let builder = match i % 3 {
                0 => request("글: 오늘 비가 온다.\nJSON: ", judgement()).temperature(0.7).seed(i),
                1 => request("번호 ", Constraint::Regex("010-[0-9]{3,4}-[0-9]{4}".into())),
                _ => GenerationRequest::builder("옛날 옛적에").max_new_tokens(20).ignore_end(),
            };
            engine().submit(builder.build().unwrap()).unwrap()
        })
        .collect();
    for (i, stream) in streams.into_iter().enumerate() {
        let answer = stream.collect().unwrap();
        match i % 3 {
            0 => check_judgement(&answer.text),
            1 => assert!(is_phone_number(&answer.text), "{}", answer.text),
            _ => assert_eq!((answer.tokens.len(), answer.finish_reason), (20, FinishReason::Length)),
        }
    }
}

#[test]
fn a_bad_constraint_fails_alone() {
    let other = engine()
        .submit(GenerationRequest::builder("옛날 옛적에").max_new_tokens(12).ignore_end().build().unwrap());
    for (constraint, part) in [
        (Constraint::Regex("(".into()), "can't be compiled"),
        (Constraint::Grammar("root ::= x".into()), "line 1, column 10: there is no rule `x`"),
        (Constraint::JsonSchema("{\"type\": 7}".into()), "can't be compiled"),
    ] {
        let outcome =
            engine().submit(request("가", constraint).build().unwrap()).map(|stream| stream.collect());
        let error = match outcome {
            Ok(Ok(answer)) => panic!("{}", answer.text),
            Ok(Err(error)) | Err(error) => error.to_string(),
        };
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(other.unwrap().collect().unwrap().tokens.len(), 12);
}

#[test]
fn the_vocabulary_of_a_tokenizer_file() {
    let path = common::model_dir().join("tokenizer/tokenizer.json");
    assert!(path.exists(), "{} is missing; `make test` gets it", path.display());
    let mut config = soju_engine::CpuConfig::new(common::model());
    config.tokenizer = Some(path);
    let engine = Engine::builder().cpu(config).build().unwrap();
    let prompt = "글: 지금 전화하시면 반값!\nJSON: ";
    let own = engine.submit(request(prompt, judgement()).build().unwrap()).unwrap().collect().unwrap();
    check_judgement(&own.text);
}
