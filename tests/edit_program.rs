//! Edit programs from the real model: whatever it is asked, its answer under the grammar is a program.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use soju::engine::{Constraint, Engine, FinishReason, GenerationRequest, models};
use soju::refine::document::Document;
use soju::refine::edit::{Actions, EditLimits, Program, changes, grammar, numbered};
use soju::refine::segment::segments;

const SHOTS: &str = "[1] 홈 > 뉴스 > 사회\n[2] 비가 온 뒤 강물이 불었다.\n[3] 문의 010-1234-5678\n답:\ndrop 1\nmask 3 phone\n\n\
    [1] 아침에 눈이 내렸다.\n[2] 아이들이 뛰어나왔다.\n답:\nkeep\n\n";

#[test]
fn every_answer_under_the_grammar_is_a_program() {
    let engine = Engine::cpu(models::resolve("gemma-3-270m").unwrap()).unwrap();
    let text = "홈 > 문화 > 책\n도서관은 올해 책 천 권을 새로 들였다.\n시민이 고른 책이 절반이다.\n문의 02-123-4567\n로그인 | 회원가입";
    let segments = segments(text);
    let prompt = format!("{SHOTS}{}답:\n", numbered(text, &segments));
    let mut ended = 0;
    for seed in 0..8 {
        let request = GenerationRequest::builder(prompt.as_str())
            .max_new_tokens(48)
            .constraint(Constraint::Grammar(grammar(segments.len(), true)))
            .temperature(1.0)
            .stop("\n\n")
            .seed(seed);
        let answer = engine.submit(request.build().unwrap()).unwrap().collect().unwrap();
        if answer.finish_reason == FinishReason::Length {
            continue;
        }
        ended += 1;
        let program = Program::parse(&answer.text, segments.len());
        let program = program.unwrap_or_else(|error| panic!("{}: {error}", answer.text));
        let actions = Actions::of(program, segments.len());
        let edited = changes(text, &segments, &actions, EditLimits::default());
        let mut doc = Document::new("t", text);
        doc.apply("edit", edited.changes);
        assert!(doc.text().chars().count() > text.chars().count() / 3, "{}", answer.text);
    }
    assert!(ended > 0, "no answer came to its end");
}
