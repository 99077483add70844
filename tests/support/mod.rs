//! What the integration tests share: a scratch folder, the command, and readers of what it wrote.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Real documents that the repository ships.
pub(crate) fn sample() -> PathBuf {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/hplt-v2-kor-sample.jsonl.zst");
    assert!(sample.is_file(), "{} is missing", sample.display());
    sample
}

/// A folder for one test, removed at its end.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// `soju clean` without a model, from this folder, into `out`.
    pub(crate) fn clean(&self, out: &str, inputs: &[&str], options: &[&str]) -> Ended {
        let mut command = soju();
        command
            .current_dir(self.0.path())
            .arg("clean")
            .args(inputs)
            .args(["--out", out, "--no-model"])
            .args(options);
        Ended::of(&mut command)
    }

    /// `soju` in this folder, with the object store at an address.
    pub(crate) fn with_store(&self, address: &str) -> Command {
        let mut command = soju();
        command
            .current_dir(self.0.path())
            .env("AWS_ENDPOINT_URL", address)
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_ACCESS_KEY_ID", "a")
            .env("AWS_SECRET_ACCESS_KEY", "b");
        command
    }

    pub(crate) fn out(&self, name: &str) -> Out {
        Out(self.path(name))
    }
}

pub(crate) fn soju() -> Command {
    Command::cargo_bin("soju").unwrap()
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is not in {}", self.stderr);
        }
        self
    }
}

/// An output folder.
pub(crate) struct Out(PathBuf);

impl Out {
    pub(crate) fn report(&self) -> Value {
        serde_json::from_slice(&fs::read(self.0.join("report.json")).unwrap()).unwrap()
    }

    /// Input, kept, dropped and rejected records, checked against each other and against the files.
    #[track_caller]
    pub(crate) fn counts(&self) -> [u64; 4] {
        let report = self.report();
        let count =
            |name: &str| report["counts"][name].as_u64().unwrap_or_else(|| panic!("no {name} in {report}"));
        let [input, kept, dropped, rejected] = ["input", "kept", "dropped", "rejected"].map(count);
        assert_eq!(input, kept + dropped + rejected);
        assert_eq!(self.kept().len() as u64, kept);
        assert_eq!(self.rejects().len() as u64, rejected);
        [input, kept, dropped, rejected]
    }

    pub(crate) fn kept(&self) -> Vec<Value> {
        records(&self.0)
    }

    pub(crate) fn dropped(&self) -> Vec<Value> {
        records(&self.0.join("dropped"))
    }

    pub(crate) fn rejects(&self) -> Vec<Value> {
        match fs::read_to_string(self.0.join("rejects.jsonl")) {
            Ok(text) => text.lines().map(|l| serde_json::from_str(l).unwrap()).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// Names of all files, without those of the job's own state.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in [self.0.clone(), self.0.join("dropped")] {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    names.push(path.strip_prefix(&self.0).unwrap().display().to_string());
                }
            }
        }
        names.sort();
        names
    }
}

/// The records of all shards of a folder, in their order.
pub(crate) fn records(folder: &Path) -> Vec<Value> {
    let mut parts: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|e| e.unwrap().path())
        .filter(|p| p.to_string_lossy().ends_with(".jsonl.zst"))
        .collect();
    parts.sort();
    parts.iter().flat_map(|p| lines(p)).collect()
}

/// The JSON lines of a compressed file.
pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = zstd::decode_all(fs::File::open(path).unwrap()).unwrap();
    String::from_utf8(text).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// A paragraph that every rule lets pass, different for each number.
pub(crate) fn prose(number: usize) -> String {
    format!(
        "지난 {number}월 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모여 책을 읽고, 어른들은 저녁마다 \
         글쓰기 모임을 연다. 사서는 책을 고르는 법을 천천히 가르쳐 주었고, 주민들은 낡은 책장을 손수 고쳤다. 한 학부모는 \
         아이가 먼저 도서관에 가자고 조른다며 웃었다. 올해로 {number}년째 이어진 이 모임은 이웃 마을에도 알려졌다."
    )
}

/// A line of JSON with a text.
pub(crate) fn line(id: usize, text: &str) -> String {
    serde_json::json!({"id": id.to_string(), "text": text}).to_string() + "\n"
}
