//! Each kind of bad input: a message that names file and line, the right exit code, nothing lost.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::io::Write;
use std::process::Command as Process;

use support::{Ended, Scratch, line, prose, sample, soju};

/// The only rejection, as "reason@line".
fn rejected(scratch: &Scratch) -> Vec<String> {
    let rejects = scratch.out("out").rejects();
    rejects.iter().map(|r| format!("{}@{}", r["reason"].as_str().unwrap(), r["line"])).collect()
}

fn compressed(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 1).unwrap()
}

#[test]
fn bad_records_are_rejected_and_the_job_goes_on() {
    let scratch = Scratch::new();
    let mut bytes = line(1, &prose(1)).into_bytes();
    bytes.extend(b"{\"id\": \"2\", \"text\": \n");
    bytes.extend(b"[1, 2]\n\n");
    bytes.extend(b"{\"id\": \"5\", \"content\": \"x\"}\n");
    bytes.extend(b"{\"id\": \"6\", \"text\": \"\xff\xfe\"}\n");
    bytes.extend(b"{\"id\": \"7\", \"text\": 12}\n{\"id\": \"8\", \"text\": \" \"}\n");
    bytes.extend(line(9, &prose(2)).into_bytes());
    scratch.write("in.jsonl", bytes);
    scratch.clean("out", &["in.jsonl"], &[]).expect(0, &[]);
    let expected =
        ["bad_json@2", "bad_json@3", "missing_text@5", "invalid_utf8@6", "missing_text@7", "empty_text@8"];
    assert_eq!(rejected(&scratch), expected);
    assert_eq!(scratch.out("out").counts(), [8, 2, 0, 6]);
    let missing = &scratch.out("out").rejects()[2];
    let message = missing["message"].as_str().unwrap();
    assert!(message.contains("content") && message.contains("--text-field"), "{message}");
}

#[test]
fn a_wrong_extension_is_read_for_what_it_is_and_said() {
    let scratch = Scratch::new();
    scratch.write("plain.jsonl.zst", line(1, &prose(1)));
    scratch.write("packed.jsonl", compressed(&line(2, &prose(2))));
    scratch
        .clean("out", &["plain.jsonl.zst", "packed.jsonl"], &[])
        .expect(0, &["warning: ", "plain.jsonl.zst", "packed.jsonl"]);
    assert_eq!(scratch.out("out").counts(), [2, 2, 0, 0]);
}

#[test]
fn a_foreign_format_is_an_error_that_does_not_stop_the_others() {
    let scratch = Scratch::new();
    scratch.write("a.jsonl", b"PK\x03\x04 something zipped");
    scratch.write("b.jsonl", line(1, &prose(1)));
    scratch.clean("out", &["a.jsonl", "b.jsonl"], &[]).expect(3, &["error: ", "a.jsonl"]);
    assert_eq!(scratch.out("out").counts(), [1, 1, 0, 0]);
}

#[test]
fn truncated_files_give_what_was_whole() {
    let text: String = (1..200).map(|i| line(i, &prose(i))).collect();
    let zst = compressed(&text);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    for (name, whole) in [("in.jsonl.zst", zst), ("in.jsonl.gz", gz)] {
        let scratch = Scratch::new();
        scratch.write(name, &whole[..whole.len() * 2 / 3]);
        scratch.write("next.jsonl", line(1000, &prose(1000)));
        scratch.clean("out", &[name, "next.jsonl"], &[]).expect(3, &["error: ", name, "after line"]);
        let [input, kept, ..] = scratch.out("out").counts();
        assert!((1..200).contains(&input), "{input}");
        assert_eq!(scratch.out("out").kept().last().unwrap()["id"], "1000");
        assert!(kept >= 1);
        let report = scratch.out("out").report();
        assert!(report.to_string().contains(name));
    }
}

#[test]
fn an_empty_file_is_a_job_without_documents() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", "");
    scratch.clean("out", &["in.jsonl"], &[]).expect(0, &[]);
    assert_eq!(scratch.out("out").counts(), [0, 0, 0, 0]);
    assert_eq!(scratch.out("out").files(), ["README.md", "rejects.jsonl", "report.html", "report.json"]);
}

#[test]
fn a_line_of_100_mb_is_rejected_without_being_held() {
    let scratch = Scratch::new();
    let mut file = zstd::Encoder::new(fs::File::create(scratch.path("in.jsonl.zst")).unwrap(), 1).unwrap();
    file.write_all(line(1, &prose(1)).as_bytes()).unwrap();
    file.write_all(b"{\"id\": \"2\", \"text\": \"").unwrap();
    let mebibyte = "가".repeat((1 << 20) / 3);
    for _ in 0..100 {
        file.write_all(mebibyte.as_bytes()).unwrap();
    }
    file.write_all(b"\"}\n").unwrap();
    file.write_all(line(3, &prose(3)).as_bytes()).unwrap();
    file.finish().unwrap();
    scratch.clean("out", &["in.jsonl.zst"], &[]).expect(0, &[]);
    assert_eq!(rejected(&scratch), ["line_too_long@2"]);
    assert_eq!(scratch.out("out").counts(), [3, 2, 0, 1]);
}

#[test]
fn missing_inputs_are_named() {
    let scratch = Scratch::new();
    scratch.clean("out", &["nowhere.jsonl"], &[]).expect(2, &["nowhere.jsonl"]);
    scratch.clean("out", &["*.zst"], &[]).expect(2, &["*.zst"]);
    assert!(!scratch.path("out").exists());
}

#[test]
fn a_missing_or_broken_model_is_said_before_anything_is_written() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", line(1, &prose(1)));
    let run = |model: &str| {
        let mut command = soju();
        command.current_dir(scratch.path("")).env("SOJU_MODEL_DIR", scratch.path("models"));
        Ended::of(command.args(["clean", "in.jsonl", "--out", "out", "--model", model]))
    };
    run("gemma-3-270m").expect(1, &["gemma-3-270m", "soju model pull gemma-3-270m", "--no-model"]);
    scratch.write("broken.gguf", b"GGUF and then nothing of the kind");
    run("broken.gguf").expect(1, &["broken.gguf"]);
    assert!(!scratch.path("out").exists());
}

#[test]
fn a_missing_tokenizer_is_named() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", line(1, &prose(1)));
    let mut command = soju();
    command.current_dir(scratch.path("")).args([
        "clean",
        "in.jsonl",
        "--out",
        "out",
        "--tokenizer",
        "none.json",
    ]);
    Ended::of(&mut command).expect(1, &["none.json"]);
    assert!(!scratch.path("out").exists());
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", line(1, &prose(1)));
    scratch.write("other.jsonl", line(2, &prose(2)));
    fs::create_dir(scratch.path("photos")).unwrap();
    scratch.write("photos/cat.jpg", "x");
    scratch.clean("photos", &["in.jsonl"], &["--overwrite"]).expect(2, &["photos", "holds no soju job"]);
    scratch.clean("out", &["in.jsonl"], &[]).expect(0, &[]);
    scratch.clean("out", &["in.jsonl"], &[]).expect(2, &["this job already", "--resume", "--overwrite"]);
    scratch.clean("out", &["other.jsonl"], &[]).expect(2, &["another job already"]);
    scratch.clean("out", &["other.jsonl"], &["--resume"]).expect(2, &["in.jsonl there, other.jsonl here"]);
    assert_eq!(scratch.out("out").kept()[0]["id"], "1");
    scratch.clean("out", &["other.jsonl"], &["--overwrite"]).expect(0, &[]);
    assert_eq!(scratch.out("out").kept()[0]["id"], "2");
}

/// Runs a shell script with a tiny file system at `disk`, where the system lets us make one.
fn with_full_disk(disk: &str, script: &str) -> Option<Ended> {
    let mount = format!("mount -t tmpfs -o size=48k none {disk} && touch {disk}/mounted && {script}");
    let output =
        Process::new("unshare").args(["--map-root-user", "--mount", "sh", "-c", &mount]).output().ok()?;
    let stderr = String::from_utf8(output.stderr).unwrap();
    let allowed = !["unshare:", "mount:"].iter().any(|m| stderr.contains(m));
    let stdout = String::from_utf8(output.stdout).unwrap();
    allowed.then(|| Ended { code: output.status.code().unwrap_or(-1), stdout, stderr })
}

#[test]
fn a_full_disk_ends_the_job_with_its_remedy_and_nothing_half_written() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("disk")).unwrap();
    let disk = scratch.path("disk").display().to_string();
    let soju = assert_cmd::cargo::cargo_bin("soju");
    let script = format!(
        "{} clean {} --out {disk}/out --no-model; code=$?; find {disk}/out -name '*.partial' -o -name 'part-*' | sort; exit $code",
        soju.display(),
        sample().display()
    );
    let Some(ended) = with_full_disk(&disk, &script) else {
        // Containers may forbid it; the writers' own tests meet a full device in any case.
        eprintln!("not run: this system allows no file system of our own");
        return;
    };
    let ended = ended.expect(1, &["No space left on device", "--resume"]);
    assert_eq!(ended.stdout.trim(), "", "left behind");
}
