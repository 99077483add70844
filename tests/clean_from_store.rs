//! The main job on objects of an S3-compatible store, which this test is itself.
#![cfg(feature = "object-store")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use support::{Ended, Scratch, line, prose, soju};

/// A bucket. The first request for each object fails, as stores do now and then, and lists come one object a page.
#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Vec<u8>>,
    asked: Mutex<HashSet<String>>,
}

impl Bucket {
    fn with(mut self, key: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.objects.insert(key.to_owned(), bytes.into());
        self
    }

    /// Serves it as long as the runtime lives; gives the address.
    fn serve(self) -> (tokio::runtime::Runtime, String) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new()
            .route("/corpus", get(list))
            .route("/corpus/{*key}", get(object))
            .with_state(Arc::new(self));
        runtime.spawn(async move { axum::serve(listener, app).await });
        (runtime, address)
    }
}

/// ListObjectsV2, a key a page; the token is the key before.
async fn list(State(bucket): State<Arc<Bucket>>, Query(query): Query<BTreeMap<String, String>>) -> String {
    let prefix = query.get("prefix").cloned().unwrap_or_default();
    let after = query.get("continuation-token").cloned().unwrap_or_default();
    let mut keys = bucket.objects.iter().filter(|(key, _)| key.starts_with(&prefix) && **key > after);
    let mut xml = "<?xml version=\"1.0\"?><ListBucketResult>".to_owned();
    if let Some((key, bytes)) = keys.next() {
        write!(
            xml,
            "<Contents><Key>{key}</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified><Size>{}</Size></Contents>",
            bytes.len()
        )
        .unwrap();
        if keys.next().is_some() {
            write!(
                xml,
                "<IsTruncated>true</IsTruncated><NextContinuationToken>{key}</NextContinuationToken>"
            )
            .unwrap();
        }
    }
    xml + "</ListBucketResult>"
}

async fn object(State(bucket): State<Arc<Bucket>>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    let Some(bytes) = bucket.objects.get(&key) else { return StatusCode::NOT_FOUND.into_response() };
    if bucket.asked.lock().unwrap().insert(key) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let response =
        Response::builder().header("etag", "\"1\"").header("last-modified", "Tue, 02 Jan 2024 03:04:05 GMT");
    let range =
        headers.get("range").and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let Some((from, to)) = range else { return response.body(Body::from(bytes.clone())).unwrap() };
    let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
    response
        .status(StatusCode::PARTIAL_CONTENT)
        .header("content-range", format!("bytes {from}-{to}/{}", bytes.len()))
        .body(Body::from(bytes[from..=to].to_vec()))
        .unwrap()
}

fn clean(scratch: &Scratch, address: &str, inputs: &[&str], options: &[&str]) -> Ended {
    let mut command = scratch.with_store(address);
    Ended::of(command.arg("clean").args(inputs).args(["--out", "out", "--no-model"]).args(options))
}

#[test]
fn a_folder_of_a_bucket_is_read_like_one_of_a_disk() {
    let packed = zstd::encode_all((line(1, &prose(1)) + &line(2, &prose(2))).as_bytes(), 1).unwrap();
    let large: String = (3..6000).map(|n| line(n, &prose(n))).collect();
    let (_runtime, address) = Bucket::default()
        .with("ko/a.jsonl.zst", packed)
        .with("ko/sub/b.jsonl", large)
        .with("ko/notes.md", "no data")
        .with("other.jsonl", line(9, &prose(9)))
        .serve();
    let scratch = Scratch::new();
    clean(&scratch, &address, &["s3://corpus/ko/"], &["--limit", "5000"]).expect(0, &[]);
    let [input, kept, ..] = scratch.out("out").counts();
    assert_eq!(input, 5000);
    assert!(kept > 4900);
    let report = scratch.out("out").report().to_string();
    assert!(report.contains("s3://corpus/ko/a.jsonl.zst") && report.contains("s3://corpus/ko/sub/b.jsonl"));
    clean(&scratch, &address, &["s3://corpus/other.jsonl"], &["--overwrite"]).expect(0, &[]);
    assert_eq!(scratch.out("out").counts(), [1, 1, 0, 0]);
}

/// A Parquet file of documents, which `soju clean` writes.
#[cfg(feature = "parquet")]
fn parquet(scratch: &Scratch, documents: std::ops::Range<usize>) -> Vec<u8> {
    scratch.write("in.jsonl", documents.map(|n| line(n, &prose(n))).collect::<String>());
    scratch.clean("made", &["in.jsonl"], &["--output-format", "parquet"]).expect(0, &[]);
    std::fs::read(scratch.path("made/part-00000.parquet")).unwrap()
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_where_it_lies() {
    let scratch = Scratch::new();
    let bytes = parquet(&scratch, 0..3000);
    let half = bytes[..bytes.len() / 2].to_vec();
    let (_runtime, address) = Bucket::default()
        .with("ko/a.parquet", bytes)
        .with("ko/b.jsonl", line(5000, &prose(5000)))
        .with("half.parquet", half)
        .serve();
    let from_disk = scratch.clean("disk", &["made/part-00000.parquet"], &[]);
    from_disk.expect(0, &[]);
    clean(&scratch, &address, &["s3://corpus/ko/a.parquet"], &[]).expect(0, &[]);
    let texts = |out: &str| {
        let kept = scratch.out(out).kept();
        kept.iter().map(|record| record["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts("out"), texts("disk"));
    assert_eq!(scratch.out("out").counts(), scratch.out("disk").counts());
    assert!(texts("out").len() > 2900);
    clean(&scratch, &address, &["s3://corpus/ko/"], &["--overwrite"]).expect(0, &[]);
    assert_eq!(scratch.out("out").counts()[0], scratch.out("disk").counts()[0] + 1);
    clean(&scratch, &address, &["s3://corpus/half.parquet"], &["--overwrite"])
        .expect(3, &["s3://corpus/half.parquet", "does not end in PAR1"]);
}

#[test]
fn stages_of_hplt_lie_beside_each_other_in_a_bucket() {
    let packed = |lines: String| zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let text = |n: usize| format!("{}\n", serde_json::json!({"text": prose(n)}));
    let (_runtime, address) = Bucket::default()
        .with("kor/text.zst", packed((0..20).map(text).collect()))
        .with(
            "kor/metadata.zst",
            packed((0..20).map(|n| format!("{{\"u\":\"http://a.kr/{n}\"}}\n")).collect()),
        )
        .with("kor/md.zst", packed("{}\n".repeat(20)))
        .with("alone/text.zst", packed(text(30)))
        .serve();
    let scratch = Scratch::new();
    clean(&scratch, &address, &["s3://corpus/"], &[]).expect(0, &[]);
    assert_eq!(scratch.out("out").counts()[..2], [20, 20]);
    let kept = scratch.out("out").kept();
    assert_eq!(kept[7]["u"], "http://a.kr/7");
    // By itself it is JSON lines.
    clean(&scratch, &address, &["s3://corpus/alone/text.zst"], &["--overwrite"]).expect(0, &[]);
    assert_eq!(scratch.out("out").counts()[..2], [1, 1]);
    clean(&scratch, &address, &["s3://corpus/alone/text.zst"], &["--overwrite", "--format", "hplt-stages"])
        .expect(3, &["s3://corpus/alone/metadata.zst"]);
}

#[test]
fn what_is_not_there_is_said() {
    let (_runtime, address) = Bucket::default().with("a.jsonl", line(1, &prose(1))).serve();
    let scratch = Scratch::new();
    clean(&scratch, &address, &["s3://corpus/b.jsonl"], &[])
        .expect(2, &["no such file or folder: s3://corpus/b.jsonl"]);
    clean(&scratch, &address, &["s3://corpus/*.zst"], &[])
        .expect(2, &["no file matches the pattern s3://corpus/*.zst"]);
    let mut command = soju();
    command.current_dir(scratch.path("")).args([
        "clean",
        "a.jsonl",
        "--no-model",
        "--out",
        "s3://corpus/out",
    ]);
    scratch.write("a.jsonl", line(1, &prose(1)));
    Ended::of(&mut command).expect(2, &["s3://corpus/out is not on a local disk"]);
}
