//! The example `embed_service` behind a true socket: documents in, events, counters and metrics out.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(feature = "cpu")]

#[path = "../examples/embed_service.rs"]
#[allow(dead_code, reason = "its main function is not run")]
mod embed_service;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;
use soju::engine::{Engine, GenerationRequest, models};

/// Sends a request, and gives the head and the body of the answer as they came.
fn talk(address: SocketAddr, request: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

/// The value of a sample without labels.
fn sample(page: &str, name: &str) -> f64 {
    let line = page.lines().find(|line| line.split(' ').next() == Some(name));
    line.and_then(|line| line.split(' ').nth(1))
        .unwrap_or_else(|| panic!("no {name} in\n{page}"))
        .parse()
        .unwrap()
}

#[test]
fn documents_are_cleaned_and_the_engine_is_seen() {
    let engine = Engine::cpu(models::resolve("gemma-3-270m").unwrap()).unwrap();
    let app = embed_service::app(engine.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, app).await });

    let document = "서울시는 오늘 새 버스 노선을 발표했다. 이 노선은 강북에서 강남까지 한 시간에 네 번 다니며, 다음 달부터 \
                    시민들이 이용할 수 있다. 자세한 내용을 알고 싶은 시민은 담당 직원 휴대전화 010-1234-5678로 연락하면 된다. \
                    시는 앞으로도 주민의 의견을 들어 노선을 조금씩 늘려 나갈 계획이라고 밝혔다.";
    let (head, events) = talk(address, "POST /clean", document);
    assert!(head.starts_with("http/1.1 200") && head.contains("text/event-stream"), "{head}");
    assert!(events.contains("event: stage") && events.contains("event: done"), "{events}");
    assert!(!events.contains("010-1234-5678"), "{events}");

    // The service and its program share the engine, so requests of the program are counted too.
    let before = sample(&talk(address, "GET /metrics", "").1, "soju_requests_total");
    let request = GenerationRequest::builder("옛날 옛적에").max_new_tokens(5).ignore_end().build().unwrap();
    engine.submit(request).unwrap().collect().unwrap();
    let (head, page) = talk(address, "GET /metrics", "");
    assert!(head.starts_with("http/1.1 200") && head.contains("text/plain; version=0.0.4"), "{head}");
    assert_eq!(sample(&page, "soju_healthy"), 1.0);
    assert_eq!(sample(&page, "soju_requests_total"), before + 1.0);
    assert!(sample(&page, "soju_generated_tokens_total") >= 5.0, "{page}");
    assert!(sample(&page, "soju_inter_token_gap_seconds_count") >= 4.0, "{page}");
    assert!(sample(&page, "soju_queue_wait_seconds_count") >= 1.0, "{page}");
    assert!(page.contains("# TYPE soju_time_to_first_token_seconds histogram"), "{page}");

    let (_, stats) = talk(address, "GET /stats", "");
    let stats: Value = serde_json::from_str(&stats).unwrap_or_else(|error| panic!("{error}: {stats}"));
    assert_eq!(stats["healthy"], true);
    assert!(stats["steps"].as_u64().unwrap() > 0, "{stats}");

    let (head, _) = talk(address, "GET /nothing", "");
    assert!(head.starts_with("http/1.1 404"), "{head}");
}
