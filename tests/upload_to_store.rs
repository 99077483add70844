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
