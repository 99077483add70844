//! What `soju clean` wrote is a dataset for Hugging Face's `datasets`: no script, no network.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::{Scratch, line, prose};

/// The rows that `datasets.load_dataset(folder)` gives.
fn load(folder: &Path) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fetch = root.join("scripts/fetch-datasets.sh");
    let packages = String::from_utf8(Command::new(&fetch).arg("--dir").output().unwrap().stdout).unwrap();
    assert!(
        Path::new(packages.trim()).is_dir(),
        "the package `datasets` is missing: run {}",
        fetch.display()
    );
    let output = Command::new("python3")
        .arg(root.join("tests/support/load_dataset.py"))
        .arg(folder)
        .env("PYTHONPATH", packages.trim())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8(output.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Takes away what columns do not tell apart: a member that is null from one that is not there.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let set = members.iter().filter(|(_, v)| !v.is_null());
            set.map(|(k, v)| (k.clone(), without_nulls(v))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Records whose fields come and go and change their kind, over several shards; some dropped, some broken.
fn corpus() -> String {
    let record = |i: usize| {
        let mut record = json!({"id": i, "text": prose(i), "tags": [], "deep": {"a": i}});
        match i {
            12 => record["text"] = json!(prose(i) + " 문의는 010-1234-5678 로 하면 된다고 한다."),
            17 => record["id"] = json!("seventeen"),
            21 => record["tags"] = json!(["늦게"]),
            23 => record["deep"] = json!({"b": 0.5}),
            27 => record["late"] = json!([[1, 2], [3]]),
            28 => record["text"] = json!(prose(3)),
            _ => {}
        }
        record.to_string() + "\n"
    };
    (0..30).map(record).collect::<String>() + "{broken\n" + &line(99, "짧다")
}

#[test]
fn json_lines_load_as_they_were_written() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", corpus());
    scratch.clean("out", &["in.jsonl"], &["--shard-records", "7"]).expect(0, &[]);
    let out = scratch.out("out");
    let rows = load(&scratch.path("out"));
    let kept = out.kept();
    assert!(kept.len() > 20 && out.dropped().len() > 1 && out.rejects().len() == 1);
    assert_eq!(rows.len(), kept.len());
    for (row, kept) in rows.iter().zip(&kept) {
        assert_eq!(without_nulls(row), without_nulls(kept));
    }
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_loads_the_same_documents() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", corpus());
    let options = ["--shard-records", "7", "--license", "cc0-1.0"];
    scratch.clean("lines", &["in.jsonl"], &options).expect(0, &[]);
    scratch
        .clean("out", &["in.jsonl"], &[&options[..], &["--output-format", "parquet"]].concat())
        .expect(0, &[]);
    let card = std::fs::read_to_string(scratch.path("out/README.md")).unwrap();
    assert!(card.contains("\nlicense: \"cc0-1.0\"\n"), "{card}");
    let rows = load(&scratch.path("out"));
    let kept = scratch.out("lines").kept();
    assert_eq!(rows.len(), kept.len());
    for (row, kept) in rows.iter().zip(&kept) {
        assert_eq!(row["text"], kept["text"]);
        assert_eq!(without_nulls(&row["soju"]["edits"]), without_nulls(&kept["soju"]["edits"]));
        let rest: Value = serde_json::from_str(row["soju"]["other_fields"].as_str().unwrap_or("{}")).unwrap();
        for (name, value) in kept.as_object().unwrap() {
            let column = match &row[name] {
                // JSON as text, where the first shard had values of no kind or of several.
                Value::String(json) if !value.is_string() => serde_json::from_str(json).unwrap(),
                column => column.clone(),
            };
            let found = if column.is_null() { &rest[name] } else { &column };
            assert!(
                name == "soju" || without_nulls(found) == without_nulls(value),
                "{name}: {row} is not {kept}"
            );
        }
    }
    let masked = rows.iter().find(|r| r["id"] == 12).unwrap();
    assert!(masked["text"].as_str().unwrap().contains("<전화번호>"), "{masked}");
    assert_eq!(masked["soju"]["edits"][0]["stage"], "pii");
}

#[cfg(feature = "parquet")]
#[test]
fn real_documents_load_in_both_formats() {
    let scratch = Scratch::new();
    let input = support::sample();
    for format in ["jsonl", "parquet"] {
        scratch.clean(format, &[input.to_str().unwrap()], &["--output-format", format]).expect(0, &[]);
    }
    let (lines, columns) = (load(&scratch.path("jsonl")), load(&scratch.path("parquet")));
    assert!(lines.len() > 30);
    let texts =
        |rows: &[Value]| rows.iter().map(|r| (r["id"].clone(), r["text"].clone())).collect::<Vec<_>>();
    assert_eq!(texts(&lines), texts(&columns));
}
