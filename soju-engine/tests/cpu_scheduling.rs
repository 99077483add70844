//! The scheduler's policies with the real model: what is paused, reused or forced must not change the answers
//! beyond the numeric tolerance that the CPU backend states.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use soju_engine::{
    Batching, CapacityPolicy, Completion, CpuConfig, Engine, GenerationRequest, PrefixReuse, ScoreRequest,
    TokenId,
};

/// llama.cpp's kernels differ with the shape of a batch; see the documentation of the CPU backend and [`the_tolerance`].
const TOLERANCE: f32 = 0.5;
/// What 95 of 100 log-probabilities stay below.
const USUAL: f32 = 0.25;

fn engine(change: impl FnOnce(&mut CpuConfig)) -> Engine {
    let mut config = CpuConfig::new(common::model());
    change(&mut config);
    Engine::builder().cpu(config).build().unwrap()
}

fn prompt(engine: &Engine, text: &str) -> Vec<TokenId> {
    engine.tokenizer().bos().into_iter().chain(engine.tokenizer().encode(text)).collect()
}

fn run(engine: &Engine, prompts: &[Vec<TokenId>], new: usize) -> Vec<Completion> {
    let streams: Vec<_> = prompts
        .iter()
        .map(|prompt| {
            let request =
                GenerationRequest::builder(&prompt[..]).max_new_tokens(new).ignore_end().log_probs(true);
            engine.submit(request.build().unwrap()).unwrap()
        })
        .collect();
    streams.into_iter().map(|stream| stream.collect().unwrap()).collect()
}

/// By how much each token's log-probability differs between its choice and one pass over the whole answer.
fn moves(engine: &Engine, prompts: &[Vec<TokenId>], answers: &[Completion]) -> Vec<f32> {
    let mut moves = Vec::new();
    for (prompt, answer) in prompts.iter().zip(answers) {
        let continuations = vec![answer.tokens.clone()];
        let request = ScoreRequest { prompt: prompt.clone(), shared_prefix: 0, continuations };
        let score = &engine.score(vec![request]).unwrap()[0].log_probs[0];
        moves.extend(score.iter().zip(&answer.log_probs).map(|(scored, chosen)| (scored - chosen).abs()));
    }
    moves
}

/// Every token was as probable, when it was chosen, as it is in one pass over the whole answer: had a pause or a
/// copy spoiled the cache, it would not be.
fn check(engine: &Engine, prompts: &[Vec<TokenId>], answers: &[Completion]) {
    let moves = moves(engine, prompts, answers);
    let most = moves.iter().copied().fold(0.0, f32::max);
    assert!(most < TOLERANCE, "a log-probability moved by {most}");
    let far = moves.iter().filter(|by| **by >= USUAL).count();
    assert!(far * 20 <= moves.len(), "{far} of {} log-probabilities moved by {USUAL} or more", moves.len());
}

const TEXTS: [&str; 6] = [
    "옛날 옛적에 어느 마을에",
    "오늘 서울의 날씨는",
    "김치찌개를 끓이는 방법은",
    "대한민국의 수도는",
    "국회는 어제 본회의를 열고",
    "한글은 세종대왕이",
];

/// Alone and in company a request chooses the same tokens, until two are equally probable within the tolerance.
#[test]
fn company_decides_nothing_beyond_the_tolerance() {
    const NEW: usize = 24;
    let engine = engine(|_| {});
    let prompts: Vec<_> = TEXTS.iter().map(|text| prompt(&engine, text)).collect();
    let alone: Vec<_> =
        prompts.iter().map(|prompt| run(&engine, std::slice::from_ref(prompt), NEW).remove(0)).collect();
    let together = run(&engine, &prompts, NEW);
    for ((prompt, alone), together) in prompts.iter().zip(&alone).zip(&together) {
        let differs = alone.tokens.iter().zip(&together.tokens).position(|(a, b)| a != b);
        let Some(place) = differs else { continue };
        let before = [&prompt[..], &alone.tokens[..place]].concat();
        let continuations = vec![vec![alone.tokens[place]], vec![together.tokens[place]]];
        let request = ScoreRequest { prompt: before, shared_prefix: 0, continuations };
        let score = engine.score(vec![request]).unwrap().remove(0);
        let gap = (score.total(0) - score.total(1)).abs();
        assert!(gap < TOLERANCE, "token {place} differs though one is more probable by {gap}");
    }
}

/// How far the numbers of a token move between the step that chose it and one pass over the whole answer.
#[test]
#[ignore = "a measurement; run it with --nocapture"]
fn the_tolerance() {
    for flash_attention in [true, false] {
        let engine = engine(|config| config.flash_attention = flash_attention);
        let prompts: Vec<_> = TEXTS.iter().map(|text| prompt(&engine, text)).collect();
        let mut all = Vec::new();
        for few in 1..=prompts.len() {
            let answers = run(&engine, &prompts[..few], 60);
            all.extend(moves(&engine, &prompts[..few], &answers));
        }
        all.sort_by(f32::total_cmp);
        let at = |share: f32| all[(share * (all.len() - 1) as f32) as usize];
        println!(
            "flash attention {flash_attention}: {} tokens, half below {:.3}, 95 % {:.3}, 99 % {:.3}, all {:.3}",
            all.len(),
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0)
        );
    }
}

#[test]
fn pausing_and_resuming_loses_nothing() {
    let engine = engine(|config| {
        config.kv_tokens = 256;
        config.max_sequences = 6;
        config.policy = CapacityPolicy::MaxUtilization;
    });
    let prompts: Vec<_> = TEXTS.iter().map(|text| prompt(&engine, text)).collect();
    let answers = run(&engine, &prompts, 60);
    assert!(answers.iter().all(|answer| answer.tokens.len() == 60));
    let stats = engine.stats().backend;
    assert!(stats.pauses > 0 && stats.paused == 0, "{stats:?}");
    check(&engine, &prompts, &answers);
}

#[test]
fn a_conversation_goes_on_where_it_ended() {
    let engine = engine(|config| config.reuse = PrefixReuse::All);
    let mut turn = prompt(&engine, "다음은 두 사람의 대화이다.\n가: 안녕하세요?\n나:");
    let mut before = 0;
    for _ in 0..3 {
        let answers = run(&engine, std::slice::from_ref(&turn), 12);
        check(&engine, std::slice::from_ref(&turn), &answers);
        let reused = engine.stats().backend.prefix_reused_tokens;
        assert!(before == 0 || reused - before >= turn.len() as u64 - 8, "{reused} after {before}");
        before = reused.max(1);
        turn.extend(&answers[0].tokens);
        turn.extend(engine.tokenizer().encode("\n가: 그렇군요.\n나:"));
    }
    let stats = engine.stats().backend;
    assert!(stats.prefix_hits >= 2 && stats.kv_tokens_cached > 0, "{stats:?}");
}

#[test]
fn a_static_batch_takes_more_steps() {
    let steps = |batching| {
        let engine = engine(|config| {
            config.batching = batching;
            config.max_sequences = 2;
        });
        let prompts: Vec<_> = TEXTS.iter().map(|text| prompt(&engine, text)).collect();
        let streams: Vec<_> = (0..6)
            .map(|i| {
                let new = if i % 2 == 0 { 4 } else { 40 };
                let request = GenerationRequest::builder(&prompts[i][..]).max_new_tokens(new).ignore_end();
                engine.submit(request.build().unwrap()).unwrap()
            })
            .collect();
        streams.into_iter().for_each(|stream| assert!(stream.collect().is_ok()));
        engine.stats().backend.steps
    };
    // In flight the short requests run beside a long one: 40 + 40 + 40 steps shared by two, less than three times 40.
    let (in_flight, fixed) = (steps(Batching::InFlight), steps(Batching::Static));
    assert!(fixed > 110 && in_flight < fixed - 20, "{in_flight} in flight, {fixed} in static batches");
}
