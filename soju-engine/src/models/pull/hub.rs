//! A file from the Hugging Face hub, through the hf-hub crate.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hf_hub::api::Progress;
use hf_hub::api::sync::{ApiBuilder, ApiError};
use hf_hub::{Repo, RepoType};

use super::super::hash::sha256_of;
use super::super::header::check_gguf;
use super::super::origin::Origin;
use super::super::spec::HubFile;
use super::super::{ModelError, ModelStore};
use super::{PullProgress, PullStep, Pulled, put_in_place, remove_dir};

/// How often a broken transfer is taken up again.
const RETRIES: usize = 3;

/// Fetches the file unless it is there and whole.
pub(super) fn pull(
    store: &ModelStore,
    file: &HubFile,
    progress: &mut dyn PullProgress,
) -> Result<Pulled, ModelError> {
    let target = store.dir.join(file.file_name());
    let pulled = |already_there| Pulled {
        path: target.clone(),
        already_there,
        source: file.to_string(),
        licence: None,
        licence_files: Vec::new(),
    };
    let _lock = store.lock(file.file_name(), progress)?;
    if is_whole(file, &target, progress)? {
        return Ok(pulled(true));
    }
    let work = store.pull_dir(file.file_name());
    let blob = download(file, &work, progress)?;
    let installed = check_and_install(store, file, &blob, &target, progress);
    // What came is wrong: going on from these bytes would give the same again.
    if matches!(installed, Ok(()) | Err(ModelError::SourceChanged { .. } | ModelError::Hub { .. })) {
        remove_dir(&work)?;
    }
    installed.map(|()| pulled(false))
}

/// Whether the file is there with the content that it had when it was pulled.
fn is_whole(file: &HubFile, target: &Path, progress: &mut dyn PullProgress) -> Result<bool, ModelError> {
    let Ok(metadata) = fs::metadata(target) else { return Ok(false) };
    let taken = |owner: String| {
        Err(ModelError::NameTaken { spec: file.to_string(), path: target.to_path_buf(), owner })
    };
    match Origin::read(target) {
        None => taken("elsewhere".to_owned()),
        Some(origin) if origin.source != file.to_string() => taken(origin.source),
        Some(origin) => {
            progress.begin(PullStep::Verify, Some(metadata.len()));
            let whole = origin.size == metadata.len() && origin.sha256 == sha256_of(target, progress)?;
            if !whole {
                progress.note(&format!("{} is damaged; fetching it anew", target.display()));
            }
            Ok(whole)
        }
    }
}

/// Fetches into a cache of its own, where an interrupted transfer goes on. Returns the file itself.
fn download(file: &HubFile, cache: &Path, progress: &mut dyn PullProgress) -> Result<PathBuf, ModelError> {
    let failed = |e: ApiError| explain(file, cache, &e);
    let mut builder =
        ApiBuilder::from_env().with_cache_dir(cache.to_path_buf()).with_progress(false).with_retries(RETRIES);
    if let Some(token) = env::var("HF_TOKEN").ok().filter(|t| !t.is_empty()) {
        builder = builder.with_token(Some(token));
    }
    let repo = Repo::with_revision(file.repo.clone(), RepoType::Model, file.revision.clone());
    let api = builder.build().map_err(failed)?.repo(repo);
    let link = api.download_with_progress(&file.file, Bridge { progress, done: 0 }).map_err(failed)?;
    let blob = link.canonicalize().map_err(ModelError::io("read", &link))?;
    let cache = cache.canonicalize().map_err(ModelError::io("read", cache))?;
    if !blob.starts_with(&cache) {
        // The name of the blob is the server's etag.
        return Err(ModelError::Hub {
            spec: file.to_string(),
            detail: "the server's etag leads out of the model folder".to_owned(),
            remedy: "check HF_ENDPOINT",
        });
    }
    Ok(blob)
}

/// Compares what came with what is known of it, notes its origin and puts it in place.
fn check_and_install(
    store: &ModelStore,
    file: &HubFile,
    blob: &Path,
    target: &Path,
    progress: &mut dyn PullProgress,
) -> Result<(), ModelError> {
    if file.file_name().ends_with(".gguf") {
        check_gguf(blob).map_err(|error| match error {
            ModelError::BadHeader { found, .. } => ModelError::Hub {
                spec: file.to_string(),
                detail: format!("what came is not a gguf file: {found}"),
                remedy: "check file and revision, and HF_ENDPOINT",
            },
            other => other,
        })?;
    }
    let size = fs::metadata(blob).map_err(ModelError::io("read", blob))?.len();
    progress.begin(PullStep::Verify, Some(size));
    let sha256 = sha256_of(blob, progress)?;
    // For large files the hub's etag, and so the name of the blob, is the checksum.
    let etag = blob.file_name().and_then(|n| n.to_str()).filter(|n| is_sha256(n));
    let known = store.known.iter().find(|m| m.file == file.file_name()).map(|m| m.sha256);
    if let Some(expected) = known.or(etag).filter(|e| *e != sha256) {
        let error = ModelError::SourceChanged {
            what: file.to_string(),
            expected: expected.to_owned(),
            found: sha256,
        };
        // Going on from these bytes would give the same again.
        let _ = fs::remove_file(blob);
        return Err(error);
    }
    Origin { source: file.to_string(), sha256, size }.write(target)?;
    fs::File::open(blob).and_then(|f| f.sync_all()).map_err(ModelError::io("write", blob))?;
    put_in_place(blob, target)
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn explain(file: &HubFile, cache: &Path, error: &ApiError) -> ModelError {
    if let ApiError::IoError(e) = error
        && matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    {
        return ModelError::StorageFull { path: cache.to_path_buf(), needed: None };
    }
    let detail = error.to_string();
    let remedy = match () {
        () if detail.contains("status code 401") || detail.contains("status code 403") => {
            "accept the model's terms on its page and set HF_TOKEN"
        }
        () if detail.contains("status code 404") => "check owner, repository, file and revision",
        () if detail.contains("status code 416") => "delete the hidden .pull- folder in the model folder",
        () => "check the network, HTTPS_PROXY and HF_ENDPOINT, then run the same command again",
    };
    ModelError::Hub { spec: file.to_string(), detail, remedy }
}

/// hf-hub tells steps, we tell sums.
struct Bridge<'a> {
    progress: &'a mut dyn PullProgress,
    done: u64,
}

impl Progress for Bridge<'_> {
    fn init(&mut self, size: usize, _: &str) {
        // Called again for each retry.
        self.done = 0;
        self.progress.begin(PullStep::Download, Some(size as u64));
    }

    fn update(&mut self, size: usize) {
        self.done += size as u64;
        self.progress.advance(self.done);
    }

    fn finish(&mut self) {}
}
