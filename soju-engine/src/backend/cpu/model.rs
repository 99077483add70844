//! Loading a model file.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};

use crate::{BackendError, EngineError};

/// Initializes llama.cpp once for the process and sends its log to `tracing` (target `llama-cpp-2`).
pub(super) fn llama() -> Result<&'static LlamaBackend, EngineError> {
    static LLAMA: OnceLock<Result<LlamaBackend, String>> = OnceLock::new();
    let llama = LLAMA.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default());
        LlamaBackend::init().map_err(|error| error.to_string())
    });
    llama.as_ref().map_err(|reason| {
        let reason =
            format!("llama.cpp can't be initialized ({reason}); another part of this process holds it");
        EngineError::Backend(BackendError::Failed(reason))
    })
}

pub(super) fn load(path: &Path) -> Result<Arc<LlamaModel>, EngineError> {
    check_header(path)?;
    let model = LlamaModel::load_from_file(llama()?, path, &LlamaModelParams::default());
    model.map(Arc::new).map_err(|error| EngineError::ModelUnreadable {
        path: path.to_owned(),
        reason: format!(
            "llama.cpp does not take it ({error}): it is cut short, damaged, or of an unknown kind (the log has more)"
        ),
    })
}

/// llama.cpp only says "null"; the usual faults can be told apart beforehand.
fn check_header(path: &Path) -> Result<(), EngineError> {
    let unreadable = |reason: String| EngineError::ModelUnreadable { path: path.to_owned(), reason };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(EngineError::ModelNotFound { path: path.to_owned() });
        }
        Err(error) => return Err(unreadable(error.to_string())),
    };
    if path.is_dir() {
        return Err(unreadable("it is a folder".into()));
    }
    let mut magic = [0; 4];
    match file.read_exact(&mut magic) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(unreadable("it has fewer than 4 bytes".into()))
        }
        Err(error) => Err(unreadable(error.to_string())),
        Ok(()) if &magic != b"GGUF" => Err(unreadable(format!(
            "it is not a GGUF file: it begins with {:?} where GGUF is expected",
            String::from_utf8_lossy(&magic)
        ))),
        Ok(()) => Ok(()),
    }
}
