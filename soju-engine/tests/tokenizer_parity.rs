//! The two sources of a tokenizer give the same ids: Gemma's `tokenizer.json` and the GGUF's vocabulary.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used)]

mod common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use soju_engine::{CpuConfig, Engine, Tokenizer};

/// Text of which so many bytes are compared.
const BYTES: usize = 1 << 20;

struct Pair {
    model: Engine,
    json: Tokenizer,
}

static PAIR: LazyLock<Pair> = LazyLock::new(|| Pair {
    model: Engine::cpu(common::model()).unwrap(),
    json: Tokenizer::from_file(json()).unwrap(),
});

fn json() -> PathBuf {
    let path = std::env::var_os("SOJU_TOKENIZER_JSON")
        .map_or_else(|| common::model_dir().join("tokenizer/tokenizer.json"), PathBuf::from);
    assert!(path.exists(), "{} is missing; run `make model`", path.display());
    path
}

/// The sample's texts, and permutations of their sentences until there is enough.
fn korean() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().ends_with(".jsonl.zst") {
            let file = std::fs::File::open(&path).unwrap();
            for line in BufReader::new(zstd::Decoder::new(file).unwrap()).lines() {
                let record: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
                texts.extend(record["text"].as_str().map(str::to_owned));
            }
        }
    }
    assert!(!texts.is_empty(), "no texts in {}", folder.display());
    let sentences: Vec<String> =
        texts.iter().flat_map(|text| text.split_inclusive(". ")).map(str::to_owned).collect();
    let mut size: usize = texts.iter().map(String::len).sum();
    let mut stride = 1;
    while size < BYTES {
        stride += 2;
        // Every stride gives another order, so that tokens meet other neighbours.
        let order = (0..sentences.len()).map(|i| (i * stride) % sentences.len());
        for run in order.collect::<Vec<_>>().chunks(20) {
            let text: String = run.iter().map(|i| sentences[*i].as_str()).collect();
            size += text.len();
            texts.push(text);
        }
    }
    texts
}

fn assert_same(text: &str) {
    let (model, json) = (PAIR.model.tokenizer().encode(text), PAIR.json.encode(text));
    if model != json {
        let at = model.iter().zip(&json).take_while(|(a, b)| a == b).count();
        let near = |ids: &[i32]| ids[at.saturating_sub(2)..ids.len().min(at + 5)].to_vec();
        panic!(
            "ids differ from token {at} on: {:?} in the model, {:?} in the file; after {:?}",
            near(&model),
            near(&json),
            PAIR.json.decode(&json[at.saturating_sub(8)..at])
        );
    }
    assert_eq!(PAIR.json.decode(&json), text);
    assert_eq!(PAIR.model.tokenizer().decode(&model), text);
}

#[test]
fn a_megabyte_of_korean() {
    let texts = korean();
    assert!(texts.iter().map(String::len).sum::<usize>() >= BYTES);
    texts.iter().for_each(|text| assert_same(text));
}

#[test]
fn hostile_strings() {
    let longs = ["가".repeat(5000), " ".repeat(3000), "\n".repeat(500), "ㅋ".repeat(3000), "a".repeat(5000)];
    let strings = [
        "",
        " ",
        "  앞뒤 빈칸  ",
        "\0",
        "널\0널",
        "줄\r끝\r\n섞임\n\n\n\n끝",
        "\t\t탭",
        "<eos>",
        "본문<eos><bos>본문",
        "<start_of_turn>user\n안녕<end_of_turn>\n<start_of_turn>model\n",
        "<start_of_image><end_of_image><pad><unk>",
        "<mask>[multimodal]<unused0> <unused98>",
        "<0x0A><0xEA>",
        "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}",
        "ㄱㄴㄷ ㅏㅑㅓ",
        "👩‍👩‍👧‍👦🇰🇷👍🏽",
        "\u{FEFF}표지",
        "\u{200B}\u{200D}\u{2028}\u{2029}\u{FFFD}\u{10FFFF}\u{E000}",
        "漢字かなカナ русский العربية",
        "<table></table><b>굵게</b><h1>",
        "1234567890 3.14 ₩10,000",
    ];
    strings.iter().copied().chain(longs.iter().map(String::as_str)).for_each(assert_same);
}

/// Every control token's name, alone, doubled and inside text, stays text in both.
#[test]
fn no_text_becomes_a_control_token() {
    let control: Vec<i32> = ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<pad>"]
        .iter()
        .map(|name| {
            let id = PAIR.json.token(name).unwrap();
            assert_eq!(PAIR.model.tokenizer().token(name), Some(id), "{name}");
            id
        })
        .collect();
    for name in ["<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<pad>", "<start_of_image>"] {
        for text in [name.to_owned(), format!("{name}{name}"), format!("가{name} 나"), format!(" {name}\n")]
        {
            for tokenizer in [PAIR.model.tokenizer(), &PAIR.json] {
                let ids = tokenizer.encode(&text);
                assert!(
                    !ids.iter().any(|id| control.contains(id)),
                    "{text:?} gave {ids:?} with {tokenizer:?}"
                );
                assert_eq!(tokenizer.decode(&ids), text);
            }
        }
    }
}

#[test]
fn both_name_the_same_tokens() {
    let model = PAIR.model.tokenizer();
    assert_eq!((PAIR.json.bos(), PAIR.json.eos()), (model.bos(), model.eos()));
    for id in PAIR.json.end_ids() {
        assert!(
            model.end_ids().contains(id),
            "{id} ends a generation in the file only: {:?}",
            model.end_ids()
        );
    }
    for name in ["<mask>", "<unused0>", "<unused98>", "<start_of_image>", "<unk>"] {
        assert_eq!(PAIR.json.token(name), model.token(name), "{name}");
    }
    assert_eq!(model.token("안녕"), None);
    assert_eq!(model.decode(&[2, -1, i32::MAX]), "");
    assert_eq!(PAIR.json.decode(&[2, -1, i32::MAX]), "");
}

#[test]
fn an_engine_takes_the_file_and_refuses_a_foreign_one() {
    let mut config = CpuConfig::new(common::model());
    config.tokenizer = Some(json());
    let engine = Engine::builder().cpu(config.clone()).build().unwrap();
    assert_eq!(engine.tokenizer().encode("소주 한 잔"), PAIR.json.encode("소주 한 잔"));
    assert_eq!(engine.tokenizer().end_ids(), PAIR.model.tokenizer().end_ids());

    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("tokenizer.json");
    let small = r#"{"version":"1.0","added_tokens":[],"model":{"type":"BPE","vocab":{"a":0,"<unk>":1},"merges":[],"unk_token":"<unk>"}}"#;
    std::fs::write(&foreign, small).unwrap();
    config.tokenizer = Some(foreign);
    let error = Engine::builder().cpu(config).build().unwrap_err().to_string();
    assert!(error.contains("do not belong together"), "{error}");
}
