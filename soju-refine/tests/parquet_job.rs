//! A job that writes Parquet, dies in the middle and goes on; and one that reads what it wrote.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use soju_refine::io::{Input, OutputFormat, Raw, ReadOptions, Reader, inputs, reader};
use soju_refine::job::{CleanJob, JobConfig, JobEnd, OutputMode};

const RECORDS: usize = 300;

fn prose(number: usize) -> String {
    format!(
        "지난 {number}월 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모여 책을 읽고, 어른들은 저녁마다 \
         글쓰기 모임을 연다. 사서는 책을 고르는 법을 천천히 가르쳐 주었고, 주민들은 낡은 책장을 손수 고쳤다. 한 학부모는 \
         아이가 먼저 도서관에 가자고 조른다며 웃었다. 올해로 {number}년째 이어진 이 모임은 이웃 마을에도 알려졌다."
    )
}

/// Good records, duplicates, broken lines, and fields that the first shard has not seen.
fn corpus() -> String {
    let record = |i: usize| match i % 10 {
        7 => json!({"id": i, "text": prose(i - 7)}).to_string(),
        8 => "{broken".to_owned(),
        9 if i > 100 => json!({"id": format!("id-{i}"), "text": prose(i), "late": [i]}).to_string(),
        _ => json!({"id": i, "text": prose(i), "tags": ["a"]}).to_string(),
    };
    (0..RECORDS).map(|i| record(i) + "\n").collect()
}

fn run(input: &Path, out: &Path, mode: OutputMode) -> JobEnd {
    let mut config = JobConfig::default();
    config.output.format = OutputFormat::Parquet;
    config.output.shard_records = 50;
    let inputs = inputs::expand(&[input.to_str().unwrap().to_owned()]).unwrap();
    CleanJob::new(config, inputs, out).mode(mode).run().unwrap()
}

fn shards(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    all.retain(|p| p.extension().is_some_and(|e| e == "parquet"));
    all.sort();
    all
}

/// Every row of every shard, each with the columns of its file.
fn rows(folder: &Path) -> Vec<Value> {
    let read = |path: &PathBuf| {
        let mut reader: Box<dyn Reader> =
            reader::open(&Input::file(path).unwrap(), &ReadOptions::default()).unwrap();
        let mut rows = Vec::new();
        while let Some(Raw::Record(raw)) = reader.next_record().unwrap() {
            let record = raw.parse().unwrap();
            let fields = record.fields.iter();
            rows.push(
                fields.map(|(n, v)| (n.clone(), serde_json::from_str::<Value>(v.get()).unwrap())).collect(),
            );
        }
        rows
    };
    shards(folder).iter().flat_map(read).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_job_that_died_after_any_shard_ends_as_one_that_did_not() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    fs::write(&input, corpus()).unwrap();
    let whole = folder.path().join("whole");
    let end = run(&input, &whole, OutputMode::New);
    let tally = &end.report.tally;
    assert_eq!((tally.input, tally.rejected), (RECORDS as u64, 30));
    let (kept, dropped) = (rows(&whole), rows(&whole.join("dropped")));
    assert_eq!((kept.len() as u64, dropped.len() as u64), (tally.kept, tally.dropped));
    assert!(tally.kept > 200 && tally.dropped >= 30);
    let names = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&kept[0]), ["id", "text", "tags", "soju"]);
    assert!(kept.iter().all(|row| names(row) == names(&kept[0])), "shards differ in their columns");
    let late = kept.iter().find(|r| r["soju"]["other_fields"].is_string()).unwrap();
    assert!(late["id"].is_null() && late["soju"]["other_fields"].as_str().unwrap().contains("\"late\":["));

    let journal = fs::read_to_string(whole.join(".soju/journal.jsonl")).unwrap();
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    // The last one is empty: the input ended with the shard before it.
    assert_eq!((lines.len(), shards(&whole).len()), (7, 6));
    for finished in 0..lines.len() {
        // Died while it wrote the line of the next shard, whose files have their names, and the one after was open.
        let out = folder.path().join(format!("died-{finished}"));
        copy(&whole, &out);
        let half = &lines[finished].as_bytes()[..lines[finished].len() / 2];
        fs::write(out.join(".soju/journal.jsonl"), [lines[..finished].concat().as_bytes(), half].concat())
            .unwrap();
        fs::write(out.join("part-00009.parquet.partial"), "PAR1").unwrap();
        fs::write(out.join("dropped/part-00009.parquet.partial"), "PAR1").unwrap();
        let again = run(&input, &out, OutputMode::Resume);
        assert!(again.complete);
        assert_eq!(again.report.tally, *tally, "after {finished}");
        assert_eq!(rows(&out), kept, "after {finished}");
        assert_eq!(rows(&out.join("dropped")), dropped, "after {finished}");
        let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!(count(&out), count(&whole), "after {finished}");
    }
}

#[test]
fn another_format_takes_the_place_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    fs::write(&input, corpus()).unwrap();
    let out = folder.path().join("out");
    let inputs = inputs::expand(&[input.to_str().unwrap().to_owned()]).unwrap();
    CleanJob::new(JobConfig::default(), inputs, &out).run().unwrap();
    assert!(out.join("part-00000.jsonl.zst").is_file());
    run(&input, &out, OutputMode::Overwrite);
    assert!(!out.join("part-00000.jsonl.zst").exists());
    assert!(!out.join("dropped/part-00000.jsonl.zst").exists());
    assert_eq!(shards(&out).len(), 6);
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    fs::write(&input, corpus()).unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let end = run(&input, &first, OutputMode::New);
    let again = run(&first.join("part-*.parquet"), &second, OutputMode::New);
    assert_eq!(again.report.tally.input, end.report.tally.kept);
    assert_eq!(again.report.tally.rejected, 0);
    assert_eq!(again.report.run.inputs[0].schema.as_deref(), Some("parquet"));
    let texts = |folder: &Path| rows(folder).iter().map(|r| r["text"].clone()).collect::<Vec<_>>();
    assert_eq!(texts(&second), texts(&first));
}
