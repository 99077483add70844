//! The checked-in constants of `src/bindings.rs` are what bindgen makes of the headers today.
//!
//! With `TRTLLM_SYS_UPDATE_BINDINGS=1` the file is written anew. With `TRTLLM_INCLUDE_DIR` (and
//! `CUDA_INCLUDE_DIR`, folders separated by `:`) the true headers are read besides the stand-in's. Where there is
//! no libclang the test says so and passes: bindgen can't run there.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

const ENUMS: [&str; 15] = [
    "BatchingType",
    "CacheTransceiverConfig_BackendType",
    "CapacitySchedulerPolicy",
    "CommunicationMode",
    "CommunicationType",
    "ContextChunkingPolicy",
    "DataType",
    "FinishReason",
    "GuidedDecodingConfig_GuidedDecodingBackend",
    "GuidedDecodingParams_GuideType",
    "KvCacheTransferMode",
    "MemoryType",
    "ModelType",
    "RequestStage",
    "RequestType",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The bindings of the headers in `includes`; `None` where libclang can't be loaded.
fn generate(includes: &[PathBuf]) -> Option<String> {
    let folders: Vec<String> = includes.iter().map(|folder| format!("-I{}", folder.display())).collect();
    let mut builder = bindgen::Builder::default()
        .header(root().join("shim/include/trtllm_shim/enums.h").display().to_string())
        .clang_args(["-x", "c++", "-std=c++17", "-Wno-pragma-once-outside-header"])
        .clang_args(folders)
        .enable_cxx_namespaces()
        .default_enum_style(bindgen::EnumVariation::NewType { is_bitfield: false, is_global: false })
        .generate_comments(false)
        .disable_header_comment()
        .layout_tests(false)
        .allowlist_recursively(false)
        .formatter(bindgen::Formatter::None);
    for name in ENUMS {
        builder = builder.allowlist_type(format!("tensorrt_llm::executor::{name}"));
    }
    // bindgen panics instead of failing when the library is missing.
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.generate())).ok()?;
    Some(arranged(&made.unwrap().to_string()))
}

/// The constants alone, one line each: what matters, without bindgen's changing wrapping.
fn arranged(raw: &str) -> String {
    let flat = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = vec![
        "//! Values of the enumerations of `tensorrt_llm::executor`, made by bindgen from the headers.".to_owned(),
        "//!".to_owned(),
        "//! Do not edit: `TRTLLM_SYS_UPDATE_BINDINGS=1 cargo test -p trtllm-sys --features stand-in --test bindings`"
            .to_owned(),
        String::new(),
    ];
    for name in ENUMS {
        lines.push(format!("pub(crate) mod {} {{", snake(name)));
        let prefix = "pub const ";
        for piece in flat.split(prefix).skip(1) {
            let tight: String = piece.chars().filter(|c| !c.is_whitespace()).collect();
            if let Some((constant, value)) = constant_of(&tight, name) {
                lines.push(format!("    pub(crate) const {}: i32 = {value};", shouting(constant)));
            }
        }
        lines.push("}".to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}

/// `kEND_ID:root::…::FinishReason=root::…::FinishReason(1);…` of the enumeration asked for → `kEND_ID` and `1`.
fn constant_of<'a>(tight: &'a str, enumeration: &str) -> Option<(&'a str, &'a str)> {
    let last = |path: &'a str| path.rsplit(':').next().unwrap_or_default();
    let (constant, rest) = tight.split_once(':')?;
    let (kind, rest) = rest.split_once('=')?;
    let (made, rest) = rest.split_once('(')?;
    let (value, _) = rest.split_once(')')?;
    let proper = constant.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (proper && last(kind) == enumeration && last(made) == enumeration).then_some((constant, value))
}

/// `CacheTransceiverConfig_BackendType` → `cache_transceiver_config_backend_type`.
fn snake(name: &str) -> String {
    let mut result = String::new();
    for c in name.chars().filter(|c| *c != '_') {
        if c.is_ascii_uppercase() && !result.is_empty() {
            result.push('_');
        }
        result.push(c.to_ascii_lowercase());
    }
    result
}

/// `kEND_ID` → `END_ID`, `REQUEST_TYPE_CONTEXT_ONLY` → `CONTEXT_ONLY`.
fn shouting(constant: &str) -> String {
    let short = constant.strip_prefix("REQUEST_TYPE_").unwrap_or(constant);
    match short.strip_prefix('k') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_uppercase()) => rest.to_owned(),
        _ => short.to_owned(),
    }
}

fn folders(variable: &str) -> Vec<PathBuf> {
    std::env::var_os(variable).map(|value| std::env::split_paths(&value).collect()).unwrap_or_default()
}

#[test]
fn the_checked_in_constants_are_those_of_the_headers() {
    let Some(made) = generate(&[root().join("shim/stand_in/include")]) else {
        eprintln!("not run: libclang can't be loaded");
        return;
    };
    let file = root().join("src/bindings.rs");
    if std::env::var_os("TRTLLM_SYS_UPDATE_BINDINGS").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), made, "src/bindings.rs is out of date");
}

#[test]
fn the_true_headers_have_every_constant() {
    let true_headers = folders("TRTLLM_INCLUDE_DIR");
    if true_headers.is_empty() {
        eprintln!("not run: TRTLLM_INCLUDE_DIR is not set");
        return;
    }
    let all: Vec<PathBuf> = true_headers.into_iter().chain(folders("CUDA_INCLUDE_DIR")).collect();
    let Some(made) = generate(&all) else { return };
    // An older version may lack a value that a newer one has; none may have another number.
    let ours = constants(&std::fs::read_to_string(root().join("src/bindings.rs")).unwrap());
    let theirs = constants(&made);
    assert!(!theirs.is_empty(), "no constant found in the true headers");
    for (name, value) in theirs {
        assert_eq!(ours.get(&name), Some(&value), "{name}");
    }
}

fn constants(text: &str) -> std::collections::BTreeMap<String, String> {
    let mut module = String::new();
    let mut found = std::collections::BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("pub(crate) mod ") {
            module = rest.trim_end_matches(" {").to_owned();
        } else if let Some((name, value)) = line
            .trim()
            .strip_prefix("pub(crate) const ")
            .and_then(|rest| rest.trim_end_matches(';').split_once(": i32 = "))
        {
            found.insert(format!("{module}::{name}"), value.to_owned());
        }
    }
    found
}

#[test]
fn names_are_turned_into_rusts() {
    let made = "kEND_ID:root::a::FinishReason=root::a::FinishReason(1);}";
    assert_eq!(constant_of(made, "FinishReason"), Some(("kEND_ID", "1")));
    assert_eq!(constant_of(made, "Reason"), None);
    assert_eq!(snake("CacheTransceiverConfig_BackendType"), "cache_transceiver_config_backend_type");
    assert_eq!(shouting("kEND_ID"), "END_ID");
    assert_eq!(shouting("REQUEST_TYPE_CONTEXT_ONLY"), "CONTEXT_ONLY");
    assert_eq!(shouting("DRAM"), "DRAM");
}
