//! Dedup jobs from outside: what stays, what goes and why, whatever the threads, the memory and the interruptions.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use soju_refine::dedup::{DedupRules, FuzzyRules, Keep, LineRules, SubstringRules};
use soju_refine::io::inputs;
use soju_refine::job::{DedupEnd, DedupJob, DedupJobConfig, JobError, OutputMode};
use tempfile::TempDir;

const WORDS: [&str; 40] = [
    "마을",
    "도서관",
    "아이들",
    "오래된",
    "강가",
    "학교",
    "저녁",
    "바람",
    "이야기",
    "시장",
    "골목",
    "기차",
    "편지",
    "겨울",
    "사람들",
    "나무",
    "산길",
    "노래",
    "할머니",
    "창문",
    "아침",
    "구름",
    "바다",
    "등대",
    "자전거",
    "우산",
    "고양이",
    "부엌",
    "책상",
    "의자",
    "신문",
    "달력",
    "언덕",
    "꽃밭",
    "우물",
    "담장",
    "지붕",
    "마당",
    "별빛",
    "여름",
];

/// Prose of `n` sentences that no other seed gives.
fn prose(seed: u64, n: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        WORDS[(state >> 20) as usize % WORDS.len()]
    };
    (0..n).map(|_| format!("{}에서 {}은 {}과 함께 {}를 보았다. ", next(), next(), next(), next())).collect()
}

struct Corpus(TempDir);

impl Corpus {
    fn new(texts: &[String]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (file, texts) in texts.chunks(texts.len().div_ceil(3).max(1)).enumerate() {
            let lines: String = texts.iter().map(|t| t.to_owned() + "\n").collect();
            fs::write(dir.path().join(format!("{file}.jsonl")), lines).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn job(&self, out: &str, rules: DedupRules) -> DedupJob {
        let pattern = self.path("*.jsonl").to_str().unwrap().to_owned();
        let mut config = DedupJobConfig { rules, ..DedupJobConfig::default() };
        config.output.shard_records = 50;
        DedupJob::new(config, inputs::expand(&[pattern]).unwrap(), self.path(out)).threads(2)
    }

    /// Kept and dropped records of a finished job, checked against its counts.
    fn outcome(&self, end: &DedupEnd, out: &str) -> (Vec<Value>, Vec<Value>) {
        let (kept, dropped) = (records(&self.path(out)), records(&self.path(out).join("dropped")));
        let tally = &end.report.tally;
        assert!(end.report.is_balanced());
        assert_eq!(tally.input, tally.kept + tally.dropped + tally.rejected);
        assert_eq!((kept.len() as u64, dropped.len() as u64), (tally.kept, tally.dropped));
        (kept, dropped)
    }
}

fn record(id: usize, text: &str) -> String {
    serde_json::json!({"id": id.to_string(), "u": format!("http://h{}.kr/{id}", id % 4), "text": text, "q": id % 7})
        .to_string()
}

fn records(folder: &Path) -> Vec<Value> {
    let mut parts: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()).collect();
    parts.retain(|p| {
        p.to_string_lossy().ends_with("jsonl.zst") && p.file_name().unwrap() != "clusters.jsonl.zst"
    });
    parts.sort();
    parts.iter().flat_map(|p| lines(p)).collect()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = zstd::decode_all(fs::File::open(path).unwrap()).unwrap();
    String::from_utf8(text).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn ids(records: &[Value]) -> Vec<&str> {
    records.iter().map(|r| r["id"].as_str().unwrap()).collect()
}

fn everything() -> DedupRules {
    DedupRules {
        lines: Some(LineRules { documents: 30, ..LineRules::default() }),
        substring: Some(SubstringRules { characters: 60 }),
        ..DedupRules::default()
    }
}

fn fuzzy(keep: Keep) -> DedupRules {
    DedupRules { keep, ..DedupRules::default() }
}

/// Documents with equal ones, similar ones, a template line, a repeated passage and broken lines among them.
fn mixed(n: usize) -> Vec<String> {
    let passage = prose(999_999, 3);
    (0..n)
        .map(|i| {
            let own = prose(i as u64, 12);
            let text = match i % 10 {
                1 => prose(i as u64 - 1, 12).replace(' ', "  "),
                2 => prose(i as u64 - 2, 12) + "덧붙인 말이 조금 있다.",
                3 => format!("{own}{passage}"),
                4 => return "{broken".into(),
                5 => format!("{own}\n저작권자 마을신문사 무단전재 및 재배포 금지\n"),
                6 => format!("홈 > 커뮤니티 > 자유게시판\n{own}"),
                _ => own,
            };
            record(i, &text)
        })
        .collect()
}

#[test]
fn threads_memory_and_shards_do_not_change_the_result() {
    let corpus = Corpus::new(&mixed(600));
    let first = corpus.outcome(&corpus.job("a", everything()).threads(1).run().unwrap(), "a");
    assert_eq!(first.0.len() + first.1.len(), 540);
    let kinds = |kind: &str| first.1.iter().filter(|r| r["soju"]["reason"]["kind"] == kind).count();
    assert_eq!((kinds("exact_duplicate"), kinds("near_duplicate")), (60, 60));
    let edits = |kind: &str| {
        let has = |r: &&Value| r["soju"]["edits"].as_array().unwrap().iter().any(|e| e["kind"] == kind);
        first.0.iter().filter(has).count()
    };
    assert_eq!(edits("boilerplate"), 120, "two template lines");
    assert_eq!(edits("repeated_passage"), 59, "all but the first");
    let end = corpus.job("b", everything()).threads(5).memory(1).run().unwrap();
    assert_eq!(corpus.outcome(&end, "b"), first);
    assert_eq!(
        end.resolved,
        corpus.job("c", everything()).threads(3).memory(100_000).run().unwrap().resolved
    );
    let left: Vec<_> =
        fs::read_dir(corpus.path("b/.soju/dedup")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["resolved.json"], "scratch files stay");
}

#[test]
fn what_went_names_what_stayed() {
    let texts = [prose(1, 10), prose(2, 10), prose(1, 10) + "끝이 다르다.", prose(2, 10)];
    let corpus = Corpus::new(&texts.iter().enumerate().map(|(i, t)| record(i, t)).collect::<Vec<_>>());
    let run = |out: &str, keep| corpus.outcome(&corpus.job(out, fuzzy(keep)).run().unwrap(), out);
    let (kept, dropped) = run("longest", Keep::Longest);
    assert_eq!(ids(&kept), ["1", "2"]);
    let note = &dropped[0]["soju"];
    assert_eq!(dropped[0]["id"], "0");
    assert_eq!(note["duplicate_of"]["id"], "2");
    assert_eq!(note["duplicate_of"]["line"], 1);
    assert!(note["duplicate_of"]["file"].as_str().unwrap().ends_with("1.jsonl"));
    let similarity = note["reason"]["score"].as_f64().unwrap();
    assert!((0.8..1.0).contains(&similarity), "{similarity}");
    assert_eq!(dropped[1]["soju"]["reason"]["kind"], "exact_duplicate");
    assert_eq!(dropped[1]["soju"]["duplicate_of"]["id"], "1");
    assert_eq!(dropped[0]["text"], texts[0].as_str(), "dropped records are as they were");
    assert_eq!(ids(&run("first", Keep::First).0), ["0", "1"]);
    assert_eq!(ids(&run("score", Keep::Score("q".into())).0), ["2", "3"]);
    let end = corpus.job("list", fuzzy(Keep::First)).clusters(true).run().unwrap();
    let clusters = lines(&end.clusters.unwrap());
    assert_eq!(
        (clusters.len(), &clusters[0]["kept"]["id"], &clusters[0]["dropped"][0]["id"]),
        (2, &"0".into(), &"2".into())
    );
    assert!(texts[0].starts_with(clusters[0]["kept"]["excerpt"].as_str().unwrap()));
}

#[test]
fn chains_end_at_a_document_that_stays() {
    // 3 equals 1, which resembles 2; what stays for both is 2.
    let base = prose(5, 10);
    let texts = [prose(4, 10), base.clone(), base.clone() + "조금 더 긴 글이다.", base];
    let corpus = Corpus::new(&texts.iter().enumerate().map(|(i, t)| record(i, t)).collect::<Vec<_>>());
    let (kept, dropped) = corpus.outcome(&corpus.job("out", fuzzy(Keep::Longest)).run().unwrap(), "out");
    assert_eq!(ids(&kept), ["0", "2"]);
    assert!(dropped.iter().all(|d| d["soju"]["duplicate_of"]["id"] == "2"));
}

#[test]
fn hostile_documents() {
    let mut texts =
        vec![record(0, ""), record(1, "   \n "), record(2, "...!!!"), record(3, "?!"), record(4, "...!!!")];
    texts.push(record(5, &"가".repeat(4 << 20)));
    texts.push(record(6, &("가".repeat(1000) + "나")));
    texts.push(record(7, &"\u{300}".repeat(1 << 20)));
    texts.push(record(8, &"\u{1100}\u{1161}".repeat(1000)));
    texts.push(record(9, &"가".repeat(1000)));
    texts.push(record(10, "\0\u{fffd}\u{feff}"));
    let corpus = Corpus::new(&texts);
    let end = corpus.job("out", everything()).run().unwrap();
    let (kept, dropped) = corpus.outcome(&end, "out");
    assert_eq!(end.report.tally.rejected, 2, "empty texts");
    // Texts without letters are near-duplicates of nothing; runs of one letter are one shingle.
    assert_eq!(ids(&dropped), ["4", "8", "9"]);
    assert_eq!(ids(&kept), ["2", "3", "5", "6", "7", "10"]);
}

#[test]
fn a_hundred_thousand_times_the_same() {
    let one = record(0, "같은 글이 십만 번 있다.");
    let other = record(0, "같은 글이 십만 번 있다!");
    let texts: Vec<String> =
        (0..100_000).map(|i| if i % 2 == 0 { one.clone() } else { other.clone() }).collect();
    let corpus = Corpus::new(&texts);
    let pattern = corpus.path("*.jsonl").to_str().unwrap().to_owned();
    let config = DedupJobConfig {
        rules: DedupRules {
            exact: false,
            fuzzy: Some(FuzzyRules::default()),
            lines: None,
            substring: None,
            keep: Keep::First,
        },
        ..DedupJobConfig::default()
    };
    let end = DedupJob::new(config, inputs::expand(&[pattern]).unwrap(), corpus.path("out"))
        .memory(1 << 20)
        .run()
        .unwrap();
    assert_eq!((end.report.tally.kept, end.report.tally.dropped), (1, 99_999));
    assert_eq!((end.resolved.clusters, end.resolved.largest), (1, 100_000));
    assert_eq!(end.resolved.sizes.iter().sum::<u64>(), 1);
}

#[test]
fn stopped_and_resumed_it_gives_what_an_uninterrupted_one_does() {
    let corpus = Corpus::new(&mixed(3000));
    let whole = corpus.outcome(&corpus.job("whole", everything()).run().unwrap(), "whole");
    // Before anything is written.
    let job = corpus.job("early", everything());
    job.stop_flag().store(true, Ordering::Relaxed);
    assert!(matches!(job.run(), Err(JobError::Stopped)));
    let end = corpus.job("early", everything()).mode(OutputMode::Resume).run().unwrap();
    assert_eq!(corpus.outcome(&end, "early"), whole);
    // While it writes.
    let job = corpus.job("late", everything());
    let (stop, journal) = (job.stop_flag(), corpus.path("late/.soju/journal.jsonl"));
    let watcher = std::thread::spawn(move || {
        for _ in 0..60_000 {
            if fs::metadata(&journal).is_ok_and(|m| m.len() > 0) {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        stop.store(true, Ordering::Relaxed);
    });
    let end = job.run().unwrap();
    watcher.join().unwrap();
    corpus.outcome(&end, "late");
    // What a crash leaves behind goes.
    fs::write(corpus.path("late/part-09999.jsonl.zst.partial"), "half").unwrap();
    let end = corpus.job("late", everything()).threads(1).mode(OutputMode::Resume).run().unwrap();
    assert!(end.complete);
    assert_eq!(corpus.outcome(&end, "late"), whole);
    // Another job in the same folder is refused; the same one is done.
    let error = corpus.job("late", fuzzy(Keep::First)).mode(OutputMode::Resume).run().unwrap_err();
    assert!(matches!(error, JobError::OtherJob { .. }), "{error}");
    let end = corpus.job("late", everything()).mode(OutputMode::Resume).run().unwrap();
    assert_eq!(corpus.outcome(&end, "late"), whole);
}

#[test]
fn an_earlier_note_is_kept_and_cuts_are_recorded() {
    let template = "회원가입 로그인 장바구니 고객센터 안내\n";
    let text = |i: usize| format!("{template}{}", prose(i as u64, 8));
    let records: Vec<String> = (0..40)
        .map(|i| {
            let mut record: Value = serde_json::from_str(&record(i, &text(i))).unwrap();
            record["soju"] = serde_json::json!({"edits": [i]});
            record.to_string()
        })
        .collect();
    let corpus = Corpus::new(&records);
    let (kept, _) = corpus.outcome(&corpus.job("out", everything()).run().unwrap(), "out");
    assert_eq!(kept.len(), 40);
    for (i, record) in kept.iter().enumerate() {
        assert_eq!(record["text"], prose(i as u64, 8));
        assert_eq!(record["soju"]["earlier"]["edits"][0], i);
        let edit = &record["soju"]["edits"][0];
        assert_eq!((&edit["kind"], &edit["start"]), (&"boilerplate".into(), &0.into()));
        assert_eq!(edit["end"], template.chars().count());
    }
}
