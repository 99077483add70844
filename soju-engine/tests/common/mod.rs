//! Where the tests find the model.
#![allow(dead_code)]

use std::path::PathBuf;

/// The folder of models: `$SOJU_MODEL_DIR`, else `soju/models` in the user's cache folder.
pub(crate) fn model_dir() -> PathBuf {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("SOJU_MODEL_DIR")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("soju/models")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/soju/models")))
        .expect("none of SOJU_MODEL_DIR, XDG_CACHE_HOME and HOME is set")
}

/// The model file.
pub(crate) fn model() -> PathBuf {
    let path = model_dir().join("gemma-3-270m-q4_k_m.gguf");
    assert!(path.exists(), "{} is missing; run `make model`", path.display());
    path
}
