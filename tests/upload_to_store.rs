//! What a job wrote goes into an S3-compatible store, which this test is itself.
#![cfg(feature = "object-store")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use support::{Ended, Scratch, line, prose, soju};

const HASH: &str = "x-amz-meta-soju-xxh3";

/// A bucket. The first time that an object is written fails, as stores do now and then.
#[derive(Default)]
struct Bucket {
    /// Bytes and hash of each object.
    objects: Mutex<BTreeMap<String, (Bytes, String)>>,
    tried: Mutex<HashSet<String>>,
    /// An object that can't be written at all.
    broken: Mutex<Option<String>>,
    written: Mutex<Vec<String>>,
}

type Shared = State<Arc<Bucket>>;

async fn look(State(bucket): Shared, Path(key): Path<String>) -> Response {
    let Some((bytes, hash)) = bucket.objects.lock().unwrap().get(&key).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let response = Response::builder()
        .header("etag", "\"1\"")
        .header("last-modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        .header(HASH, hash);
    response.body(Body::from(bytes)).unwrap()
}

async fn take(State(bucket): Shared, Path(key): Path<String>, headers: HeaderMap, bytes: Bytes) -> Response {
    if bucket.broken.lock().unwrap().as_ref() == Some(&key) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if bucket.tried.lock().unwrap().insert(key.clone()) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let hash = headers.get(HASH).map_or_else(String::new, |hash| hash.to_str().unwrap().to_owned());
    bucket.objects.lock().unwrap().insert(key.clone(), (bytes, hash));
    bucket.written.lock().unwrap().push(key);
    ([("etag", "\"1\"")], "").into_response()
}

fn serve(bucket: Arc<Bucket>) -> (tokio::runtime::Runtime, String) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/corpus/{*key}", get(look).put(take)).with_state(bucket);
    runtime.spawn(async move { axum::serve(listener, app).await });
    (runtime, address)
}

fn upload(scratch: &Scratch, address: &str, args: &[&str]) -> Ended {
    Ended::of(scratch.with_store(address).arg("upload").args(args))
}

fn job(scratch: &Scratch) {
    scratch.write("in.jsonl", line(1, &prose(1)) + &line(2, "짧다") + "{broken\n");
    let mut command = soju();
    command.current_dir(scratch.path("")).args(["clean", "in.jsonl", "--no-model", "--out", "out"]);
    Ended::of(&mut command).expect(0, &[]);
}

#[test]
fn a_job_goes_over_once_and_personal_data_stays_here() {
    let bucket = Arc::new(Bucket::default());
    let (_runtime, address) = serve(Arc::clone(&bucket));
    let scratch = Scratch::new();
    job(&scratch);
    scratch.write("out/notes.txt", "of somebody else");
    let url = "s3://corpus/clean/";
    let ended = upload(&scratch, &address, &["out", url]).expect(0, &[]);
    assert!(
        ended.stdout.starts_with("4 files sent, ") && ended.stdout.ends_with("; 0 were there\n"),
        "{ended:?}"
    );
    let written = std::mem::take(&mut *bucket.written.lock().unwrap());
    let names = ["part-00000.jsonl.zst", "report.json", "report.html", "README.md"];
    assert_eq!(written, names.map(|name| format!("clean/{name}")));
    for name in names {
        let here = std::fs::read(scratch.path("out").join(name)).unwrap();
        assert!(bucket.objects.lock().unwrap()[&format!("clean/{name}")].0 == here, "{name}");
    }
    let ended = upload(&scratch, &address, &["out", url, "--with-dropped"]).expect(0, &[]);
    assert!(
        ended.stdout.starts_with("2 files sent, ") && ended.stdout.ends_with("; 4 were there\n"),
        "{ended:?}"
    );
    let written = bucket.written.lock().unwrap();
    assert_eq!(*written, ["clean/dropped/part-00000.jsonl.zst", "clean/rejects.jsonl"]);
}

/// Shards of two records each of a job on seven, sent as they are finished.
fn clean_to(scratch: &Scratch, address: &str, url: &str, options: &[&str]) -> Ended {
    let fixed = ["clean", "in.jsonl", "--no-model", "--out", "out", "--shard-records", "2", "--to", url];
    Ended::of(scratch.with_store(address).args(fixed).args(options))
}

#[test]
fn shards_go_to_the_store_as_they_are_finished() {
    let bucket = Arc::new(Bucket::default());
    let (_runtime, address) = serve(Arc::clone(&bucket));
    let scratch = Scratch::new();
    let texts: String = (1..=7).map(|n| line(n, &prose(n))).collect();
    scratch.write("in.jsonl", texts + &line(8, "짧다") + "{broken\n");
    scratch.clean("all-here", &["in.jsonl"], &["--shard-records", "2"]).expect(0, &[]);
    let url = "s3://corpus/clean/";
    *bucket.broken.lock().unwrap() = Some("clean/part-00001.jsonl.zst".to_owned());
    clean_to(&scratch, &address, url, &[]).expect(1, &["s3://corpus/clean/part-00001.jsonl.zst", "--resume"]);
    assert!(scratch.out("out").files().contains(&"part-00001.jsonl.zst".to_owned()));
    *bucket.broken.lock().unwrap() = None;
    clean_to(&scratch, &address, "s3://corpus/other", &["--resume"])
        .expect(2, &["shards of the job in out went to s3://corpus/clean"]);
    scratch.clean("out", &["in.jsonl"], &["--shard-records", "2", "--resume"]).expect(2, &["--to"]);
    let ended = clean_to(&scratch, &address, url, &["--resume"]).expect(0, &[]);
    assert!(ended.stdout.contains("s3://corpus/clean (4 shards"), "{ended:?}");
    let names = ["part-00000", "part-00001", "part-00002", "part-00003"].map(|n| format!("{n}.jsonl.zst"));
    let written = bucket.written.lock().unwrap().clone();
    let expected = names.iter().map(String::as_str).chain(["report.json", "report.html", "README.md"]);
    assert_eq!(written, expected.map(|name| format!("clean/{name}")).collect::<Vec<_>>());
    for name in &names {
        let here = std::fs::read(scratch.path("all-here").join(name)).unwrap();
        assert!(bucket.objects.lock().unwrap()[&format!("clean/{name}")].0 == here, "{name}");
    }
    let files = scratch.out("out").files();
    assert_eq!(
        files,
        ["README.md", "dropped/part-00003.jsonl.zst", "rejects.jsonl", "report.html", "report.json"]
    );
    let counts = &scratch.out("out").report()["counts"];
    assert_eq!((&counts["input"], &counts["kept"]), (&9.into(), &7.into()));

    // What needs the shards says where they are; what was dropped can still be sent to the same place.
    let mut explain = soju();
    explain.current_dir(scratch.path("")).args(["explain", "out", "--id", "1"]);
    Ended::of(&mut explain).expect(2, &["the job sent it to s3://corpus/clean"]);
    upload(&scratch, &address, &["out", "s3://corpus/b/"])
        .expect(2, &["the job sent it to s3://corpus/clean"]);
    let ended = upload(&scratch, &address, &["out", url, "--with-dropped"]).expect(0, &[]);
    assert!(ended.stdout.starts_with("2 files sent, "), "{ended:?}");
}

#[test]
fn a_dedup_job_sends_its_shards_too() {
    let bucket = Arc::new(Bucket::default());
    let (_runtime, address) = serve(Arc::clone(&bucket));
    let scratch = Scratch::new();
    scratch.write("in.jsonl", line(1, &prose(1)) + &line(2, &prose(1)) + &line(3, &prose(30)));
    let args = ["dedup", "in.jsonl", "--out", "out", "--to", "s3://corpus/unique"];
    Ended::of(scratch.with_store(&address).args(args)).expect(0, &[]);
    let written = bucket.written.lock().unwrap().clone();
    let names = ["part-00000.jsonl.zst", "report.json", "report.html"];
    assert_eq!(written, names.map(|name| format!("unique/{name}")));
    assert!(scratch.out("out").kept().is_empty());
}

#[test]
fn what_can_not_be_sent_is_said() {
    let scratch = Scratch::new();
    let nowhere = "http://127.0.0.1:9";
    std::fs::create_dir(scratch.path("none")).unwrap();
    upload(&scratch, nowhere, &["none", "s3://corpus/a/"])
        .expect(2, &["none is no folder that `soju clean`"]);
    job(&scratch);
    upload(&scratch, nowhere, &["out", "corpus/a"]).expect(2, &["corpus/a is no address of an object store"]);
}
