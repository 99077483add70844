//! A job over inputs of many kinds: all are read, counts add up, and a stopped job goes on exactly.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use soju_refine::io::inputs;
use soju_refine::job::{CleanJob, JobConfig, JobEnd, OutputMode};

fn prose(i: usize) -> String {
    format!(
        "지난 {i}월 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다. \
         담당자는 방법을 천천히 가르쳐 주었고, 주민들은 낡은 시설을 손수 고쳤다. 올해로 {i}년째 이어진 모임이다."
    )
}

/// Thirteen files, two good records in each, and a bad one in four of them.
fn write_inputs(folder: &Path) -> usize {
    let mut number = 0;
    let mut next = || {
        number += 1;
        prose(number)
    };
    let object = |text: String| serde_json::json!({ "text": text }).to_string();
    let (a, b) = (object(next()), object(next()));
    fs::write(folder.join("a.jsonl"), format!("{a}\n{{\n{b}\n")).unwrap();
    let (a, b) = (object(next()), object(next()));
    fs::write(folder.join("b.json"), format!("[{a},\n 7,\n{b}]")).unwrap();
    fs::write(folder.join("c.csv"), format!("id,text\n1,\"{}\"\n2,\"{}\"\n", next(), next())).unwrap();
    fs::write(folder.join("d.tsv"), format!("text\tn\n{}\t1\nx\n{}\t2\n", next(), next())).unwrap();
    let cp949 = encoding_rs::EUC_KR.encode(&format!("{}\n{}\n", next(), next())).0.into_owned();
    fs::write(folder.join("e.txt"), cp949).unwrap();
    next();
    fs::write(
        folder.join("ratings_train.txt"),
        format!("id\tdocument\tlabel\n1\t{}\t0\n2\t{}\t1\n", next(), next()),
    )
    .unwrap();
    fs::write(folder.join("ko.txt"), format!("{}\n\n{}\n", next(), next())).unwrap();
    fs::write(
        folder.join("g.conllu"),
        format!("# text = {}\n1\ta\n\n# text = {}\n1\tb\n\n1\tc\n", next(), next()),
    )
    .unwrap();
    let squad = serde_json::json!({"data": [{"title": "t", "paragraphs": [
        {"context": next(), "qas": []}, {"context": next(), "qas": []}]}]});
    fs::write(folder.join("h.json"), squad.to_string()).unwrap();
    fs::create_dir(folder.join("stage")).unwrap();
    let lines =
        |lines: [String; 2]| zstd::encode_all(format!("{}\n{}\n", lines[0], lines[1]).as_bytes(), 1).unwrap();
    fs::write(folder.join("stage/text.zst"), lines([object(next()), object(next())])).unwrap();
    let meta = |u: &str| serde_json::json!({ "u": u }).to_string();
    fs::write(folder.join("stage/metadata.zst"), lines([meta("a"), meta("b")])).unwrap();
    let (a, b) = (object(next()), object(next()));
    let utf16: Vec<u8> = format!("\u{feff}{a}\n{b}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.join("i.jsonl"), utf16).unwrap();
    number
}

fn job(folder: &Path, out: &str, mode: OutputMode) -> CleanJob {
    let mut config = JobConfig::default();
    config.output.shard_records = 1;
    config.judge.enabled = false;
    let inputs = inputs::expand(&[folder.join("in").to_str().unwrap().to_owned()]).unwrap();
    CleanJob::new(config, inputs, folder.join(out)).mode(mode).threads(2)
}

fn documents(out: &Path) -> Vec<Value> {
    let mut all = Vec::new();
    for folder in [out.to_owned(), out.join("dropped")] {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ext| ext == "zst") {
                let text = zstd::decode_all(fs::File::open(path).unwrap()).unwrap();
                all.extend(
                    text.split(|b| *b == b'\n')
                        .filter(|l| !l.is_empty())
                        .map(|line| serde_json::from_slice::<Value>(line).unwrap()),
                );
            }
        }
    }
    all.sort_by_key(|d| (d["soju"]["source"]["file"].to_string(), d["soju"]["source"]["line"].as_u64()));
    all
}

fn counts(end: &JobEnd) -> [u64; 4] {
    let tally = &end.report.tally;
    [tally.input, tally.kept, tally.dropped, tally.rejected]
}

#[test]
fn a_folder_of_many_formats_is_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    write_inputs(&dir.path().join("in"));
    let end = job(dir.path(), "out", OutputMode::New).run().unwrap();
    let [input, kept, dropped, rejected] = counts(&end);
    assert_eq!(input, kept + dropped + rejected);
    // Two records of each of eleven inputs, but the plain text, which is one; and four bad ones.
    assert_eq!((input, rejected), (25, 4), "{:?}", end.faults);
    let all = documents(&dir.path().join("out"));
    assert_eq!(all.len(), 21);
    let of = |name: &str| {
        all.iter().find(|d| d["soju"]["source"]["file"].as_str().unwrap().ends_with(name)).unwrap()
    };
    assert_eq!(of("e.txt")["soju"]["reading"]["encoding"], "EUC-KR");
    assert_eq!(of("i.jsonl")["soju"]["reading"]["encoding"], "UTF-16LE");
    assert_eq!(of("a.jsonl")["soju"]["reading"], Value::Null);
    assert_eq!(of("h.json")["title"], "t");
    assert_eq!(of("text.zst")["u"], "a");
    assert!(of("ratings_train.txt")["document"].as_str().unwrap().contains("도서관"));
}

#[test]
fn a_job_that_is_stopped_again_and_again_gives_the_same() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    write_inputs(&dir.path().join("in"));
    let whole = job(dir.path(), "whole", OutputMode::New).run().unwrap();
    let mut end = None;
    for _ in 0..1000 {
        let job = job(dir.path(), "parts", OutputMode::Resume);
        let (stop, counters) = (job.stop_flag(), job.counters());
        let stopper = std::thread::spawn(move || {
            // Wherever it is by then: any place must do.
            let started = counters.progress().read;
            for _ in 0..200 {
                if counters.progress().read > started + 3 {
                    break;
                }
                std::thread::sleep(Duration::from_micros(200));
            }
            stop.store(true, Ordering::Relaxed);
        });
        let run = job.run().unwrap();
        stopper.join().unwrap();
        let complete = run.complete;
        end = Some(run);
        if complete {
            break;
        }
    }
    let end = end.unwrap();
    assert!(end.complete);
    assert_eq!(counts(&end), counts(&whole));
    assert_eq!(documents(&dir.path().join("parts")), documents(&dir.path().join("whole")));
}
