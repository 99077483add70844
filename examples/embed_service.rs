//! soju inside a service: an axum server that cleans a posted document and streams what happens.
//!
//! ```sh
//! cargo run --release --example embed_service            # listens on 127.0.0.1:3000
//! curl -N --data-binary '전화 010-1234-5678로 연락 주세요.' http://127.0.0.1:3000/clean
//! curl http://127.0.0.1:3000/metrics                     # counters and latencies, for Prometheus
//! ```
//! The answer is a stream of server-sent events: one `stage` for each rule, one `judging` where the
//! model is asked, and one `done` with the verdict, the clean text and every edit. `SOJU_LISTEN` sets
//! another address; without the model (`soju model pull gemma-3-270m`) it says so and does not start.

use std::convert::Infallible;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use soju::engine::{Engine, models, prometheus};
use soju::refine::document::Document;
use soju::refine::llm::{Evidence, Judge, JudgeConfig};
use soju::refine::pipeline::{Cleaner, RulesConfig, Verdict};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

/// The largest document that is taken.
const MAX_BYTES: usize = 4 << 20;

struct Service {
    cleaner: Cleaner,
    engine: Engine,
    judge: Judge,
}

/// The routes. The engine is shared: whatever else the program asks of it runs in the same batches.
pub(crate) fn app(engine: Engine) -> anyhow::Result<Router> {
    let judge = Judge::new(engine.clone(), JudgeConfig::default())?;
    let service = Service { cleaner: Cleaner::new(RulesConfig::default()), engine, judge };
    Ok(Router::new()
        .route("/clean", post(clean))
        .route("/stats", get(stats))
        .route("/metrics", get(metrics))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(Arc::new(service)))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let app = app(Engine::cpu(models::resolve("gemma-3-270m")?)?)?;
    let address = std::env::var("SOJU_LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(&address)
        .await
        .with_context(|| format!("cannot listen on {address}; SOJU_LISTEN sets another address"))?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

async fn stopped() {
    // Where signals can't be listened for, the service runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

async fn stats(State(service): State<Arc<Service>>) -> Json<Value> {
    Json(serde_json::to_value(service.engine.stats()).unwrap_or_default())
}

async fn metrics(State(service): State<Arc<Service>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, prometheus::CONTENT_TYPE)], prometheus::text(&service.engine.stats()))
}

/// The work is synchronous and blocks, so it has a thread of the blocking pool; the channel between is
/// bounded, and when the client goes away the next send fails and the work ends.
async fn clean(
    State(service): State<Arc<Service>>,
    text: String,
) -> Sse<impl tokio_stream::Stream<Item = Result<Event, Infallible>>> {
    let (events, stream): (Sender<Event>, Receiver<Event>) = channel(16);
    tokio::task::spawn_blocking(move || work(&service, text, &events));
    Sse::new(ReceiverStream::new(stream).map(Ok)).keep_alive(KeepAlive::default())
}

fn work(service: &Service, text: String, events: &Sender<Event>) {
    let send =
        |name: &str, data: Value| events.blocking_send(Event::default().event(name).data(data.to_string()));
    let mut doc = Document::new("posted", text);
    let mut gone = false;
    let verdict = service.cleaner.clean_with(&mut doc, |stage, doc, verdict| {
        let edits = doc.edits().iter().filter(|e| e.stage == stage).count();
        gone |=
            send("stage", json!({"stage": stage, "edits": edits, "verdict": verdict_name(verdict)})).is_err();
    });
    if gone {
        return;
    }
    let (mut verdict_word, mut judge) = (verdict_name(&verdict), Value::Null);
    if let Verdict::Unsure(reason) = &verdict {
        let _ = send("judging", json!({"reason": reason.kind}));
        match service.judge.judge(doc.text(), Evidence::of(&doc)) {
            // The model took too long; what the rules doubt stays.
            Ok(None) => verdict_word = "keep",
            Ok(Some(judgement)) => {
                let drop = judgement.junk > service.judge.config().drop_above;
                verdict_word = if drop { "drop" } else { "keep" };
                judge = json!({"junk": judgement.junk, "tokens": judgement.tokens});
            }
            Err(error) => {
                let _ = send("error", json!({"message": error.to_string()}));
                return;
            }
        }
    }
    let edits: Vec<Value> = doc
        .visible_edits()
        .map(|e| json!({"stage": e.stage, "kind": e.kind, "start": e.span.start, "end": e.span.end, "replacement": e.replacement}))
        .collect();
    let reason = match &verdict {
        Verdict::Drop(reason) | Verdict::Unsure(reason) => json!(reason),
        Verdict::Keep => Value::Null,
    };
    // A client that went away needs no answer.
    let _ = send(
        "done",
        json!({"verdict": verdict_word, "reason": reason, "judge": judge, "text": doc.text(), "edits_bytes": edits}),
    );
}

fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Keep => "keep",
        Verdict::Unsure(_) => "unsure",
        Verdict::Drop(_) => "drop",
    }
}
