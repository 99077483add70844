//! `soju bench engine` from outside: alone, beside a server of the test, and beside things that are no server.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(feature = "cpu")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::Value;
use support::{Ended, Scratch, soju};

/// A tiny measurement, with the options in `more`.
fn bench(scratch: &Scratch, more: &[&str]) -> Ended {
    let mut command = soju();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("OMP_WAIT_POLICY", "passive")
        .args(["bench", "engine", "--clients", "1,2", "--requests", "2", "--prompt-tokens", "8"])
        .args(["--new-tokens", "3", "--rounds", "2", "--json"])
        .arg(scratch.path("out.json"))
        .args(more);
    Ended::of(&mut command)
}

/// What was measured: label, side, rounds.
fn measured(scratch: &Scratch) -> Vec<(String, String, usize)> {
    let report: Value = serde_json::from_slice(&std::fs::read(scratch.path("out.json")).unwrap()).unwrap();
    let one = |figures: &Value| {
        assert!(figures["median"].as_f64().unwrap() > 0.0, "{figures}");
        assert!(figures["first_token_s"]["p50"].as_f64() <= figures["whole_answer_s"]["p50"].as_f64());
        let text = |name: &str| figures[name].as_str().unwrap().to_owned();
        (text("what"), text("side"), figures["rounds"].as_array().unwrap().len())
    };
    report["figures"].as_array().unwrap().iter().map(one).collect()
}

/// A server on a port of this machine that answers each request with what `answer` makes of its path and
/// body: a status and a body. It runs until the test process ends.
fn serve(answer: impl Fn(&str, &Value) -> (u16, String) + Send + Sync + Copy + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || talk(stream.unwrap(), answer));
        }
    });
    url
}

fn talk(stream: TcpStream, answer: impl Fn(&str, &Value) -> (u16, String)) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_lowercase());
        }
        let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        let path = head[0].split(' ').nth(1).unwrap().to_owned();
        let (status, body) = answer(&path, &serde_json::from_slice(&body).unwrap_or_default());
        let length = body.len();
        let _ = write!(writer, "HTTP/1.1 {status} x\r\nContent-Length: {length}\r\n\r\n{body}");
    }
}

/// Health and completions as llama-server words them.
fn llama(path: &str, request: &Value) -> (u16, String) {
    match path {
        "/health" => (200, r#"{"status":"ok"}"#.into()),
        "/props" => (200, r#"{"total_slots":1}"#.into()),
        "/completion" => {
            let wanted = request["n_predict"].as_u64().unwrap();
            assert_eq!((&request["ignore_eos"], &request["stream"]), (&true.into(), &true.into()));
            let prompt = request["prompt"].as_array().unwrap().len();
            assert_eq!(request["cache_prompt"], prompt > 512, "only the few-shot prompts share a header");
            let one = "data: {\"content\":\"a\",\"tokens\":[5],\"stop\":false}\n\n".repeat(wanted as usize);
            let last = format!("data: {{\"tokens\":[],\"stop\":true,\"tokens_predicted\":{wanted}}}\n\n");
            (200, [":\n\n", &one, &last].concat())
        }
        _ => (404, "{}".into()),
    }
}

#[test]
fn alone_it_measures_our_side_only() {
    let scratch = Scratch::new();
    let ended = bench(&scratch, &[]).expect(0, &[]);
    assert!(ended.stdout.contains("tokens/s, 2 clients"), "{}", ended.stdout);
    let measured = measured(&scratch);
    let what: Vec<_> = measured.iter().map(|(what, side, _)| (what.as_str(), side.as_str())).collect();
    let arriving = "tokens/s, arriving by themselves";
    assert_eq!(
        what,
        [
            ("tokens/s, 1 clients", "soju"),
            ("tokens/s, 2 clients", "soju"),
            ("few-shot requests/s, 2 clients", "soju"),
            (arriving, "soju"),
            (arriving, "soju static"),
        ]
    );
    assert!(measured.iter().all(|(.., rounds)| *rounds == 2));
}

#[test]
fn beside_a_server_both_sides_are_measured() {
    let scratch = Scratch::new();
    let url = serve(llama);
    let ended = bench(&scratch, &["--server", &url]).expect(0, &["the server has 1 slots", "-np 2"]);
    assert!(ended.stdout.contains("llama-server"), "{}", ended.stdout);
    let theirs = measured(&scratch).into_iter().filter(|(_, side, _)| side == "llama-server").count();
    assert_eq!(theirs, 3);
}

#[test]
fn what_is_no_server_is_told_in_a_sentence() {
    let scratch = Scratch::new();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    bench(&scratch, &["--server", &format!("http://{nobody}")]).expect(1, &["is it running there"]);
    let page = serve(|_, _| (200, "<html>hello</html>".into()));
    bench(&scratch, &["--server", &page]).expect(1, &["not that of a llama-server", "hello"]);
    let other = serve(|_, _| (404, "nothing".into()));
    bench(&scratch, &["--server", &other]).expect(1, &["not a llama-server", "404"]);
    let loading = serve(|_, _| (503, "{}".into()));
    bench(&scratch, &["--server", &loading]).expect(1, &["still loading"]);
    bench(&scratch, &["--server-binary", "no/such/file"]).expect(1, &["no/such/file can't be started"]);
    bench(&scratch, &["--server-binary", "false"]).expect(1, &["false ended by itself"]);
}

#[test]
fn a_server_that_fails_ends_the_benchmark() {
    let scratch = Scratch::new();
    let refusing = serve(|path, request| match path {
        "/completion" => (400, r#"{"error":{"message":"the prompt is too long"}}"#.into()),
        _ => llama(path, request),
    });
    bench(&scratch, &["--server", &refusing]).expect(1, &["with 400: the prompt is too long"]);
    let short = serve(|path, request| match path {
        "/completion" => (200, "data: {\"tokens\":[5],\"stop\":false}\n\n".into()),
        _ => llama(path, request),
    });
    bench(&scratch, &["--server", &short]).expect(1, &["without its last event"]);
    let silent = serve(|path, request| {
        if path == "/completion" {
            thread::sleep(std::time::Duration::from_secs(600));
        }
        llama(path, request)
    });
    bench(&scratch, &["--server", &silent, "--timeout", "1"]).expect(1, &["within 1 s"]);
    assert!(!scratch.path("out.json").exists(), "nothing is written when it failed");
}
