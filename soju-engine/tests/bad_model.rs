//! Model files that are missing, damaged, or something else.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used)]

mod common;

use std::io::Read;
use std::path::Path;

use soju_engine::{CpuConfig, Engine, EngineError};

fn refusal(path: &Path) -> String {
    Engine::cpu(path).unwrap_err().to_string()
}

#[test]
fn each_fault_has_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.gguf");
    assert!(matches!(Engine::cpu(&missing), Err(EngineError::ModelNotFound { path }) if path == missing));
    let sentence = refusal(&missing);
    assert!(
        sentence.contains("none.gguf") && sentence.contains("soju model pull gemma-3-270m"),
        "{sentence}"
    );

    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert!(refusal(&write("empty.gguf", b"")).contains("fewer than 4 bytes"));
    let page = refusal(&write("page.gguf", b"<html>404</html>"));
    assert!(page.contains("not a GGUF file") && page.contains("<htm"), "{page}");
    assert!(refusal(&write("magic.gguf", b"GGUF")).contains("damaged"));
    assert!(refusal(folder.path()).contains("folder"));

    let mut start = vec![0; 20_000_000];
    std::fs::File::open(common::model()).unwrap().read_exact(&mut start).unwrap();
    let cut = refusal(&write("cut.gguf", &start));
    assert!(cut.contains("cut short") && cut.contains("soju model pull"), "{cut}");
    start.truncate(100_000);
    start[5000..90_000].fill(0xFF);
    assert!(refusal(&write("damaged.gguf", &start)).contains("damaged"));
}

#[test]
fn settings_out_of_range_are_named() {
    let refused = |change: fn(&mut CpuConfig)| {
        let mut config = CpuConfig::new("unused.gguf");
        change(&mut config);
        Engine::builder().cpu(config).build().unwrap_err().to_string()
    };
    assert!(refused(|config| config.threads = 0).contains("threads is 0"));
    assert!(refused(|config| config.max_sequences = 300).contains("more than 256"));
    assert!(
        refused(|config| config.batch_tokens = 8).contains("batch_tokens 8 is less than max_sequences 32")
    );
    assert!(refused(|config| config.kv_tokens = usize::MAX).contains("kv_tokens"));
}
