//! Output folders of jobs into S3-compatible stores.
//!
//! A job writes into a folder of a disk, where it can be resumed; what it wrote goes to a store when it is done. The dataset
//! card goes last, so that what has one is whole. Every object carries the hash of its file, and what is there already
//! with the same one is not sent again: a command that was stopped goes on where it was.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use object_store::path::Path as Key;
use object_store::{
    Attribute, AttributeValue, Attributes, GetOptions, MultipartUpload, ObjectStore, PutMultipartOptions,
};
use xxhash_rust::xxh3::Xxh3;

use super::IoError;
use super::job_folder::{self, DROPPED, REJECTS, REPORT, STATE};
use super::objects::{self, Outcome, done, generic};
use super::partial::PARTIAL_SUFFIX;

/// Bytes of a part. S3 takes 10,000 parts of an object, and none but the last below 5 MiB.
const PART_BYTES: usize = 16 << 20;
/// Metadata of an object: the xxh3 of its file, 128 bits in hexadecimal.
const HASH: &str = "soju-xxh3";
/// The dataset card.
const CARD: &str = "README.md";

/// A file of a job's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFile {
    /// Its path below the folder, with slashes: the end of the object's key.
    pub name: String,
    path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It was written.
    Now,
    /// An object with its hash was there.
    Before,
}

/// The files that a finished job wrote, in the order in which they are to be sent; those of `dropped/` and the
/// rejects, which hold personal data as they were read, only where `with_dropped` is set.
///
/// # Errors
/// `folder` holds no job, or one that is not finished, or can't be read.
pub fn job_files(folder: &Path, with_dropped: bool) -> Result<Vec<JobFile>, IoError> {
    let open = |source| IoError::Open { path: folder.into(), source };
    let report = folder.join(REPORT);
    if !job_folder::is_job(folder) {
        return Err(IoError::NoJob { path: folder.into() });
    }
    let complete = fs::read(&report).ok().and_then(|report| {
        let report: serde_json::Value = serde_json::from_slice(&report).ok()?;
        report["complete"].as_bool()
    });
    if complete != Some(true) {
        return Err(IoError::UnfinishedJob { path: folder.into() });
    }
    let (mut files, mut folders) = (Vec::new(), vec![(folder.to_owned(), String::new())]);
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(open)? {
            let entry = entry.map_err(open)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, facts) = (entry.path(), entry.metadata().map_err(open)?);
            let raw = prefix.is_empty() && (name == DROPPED || name == REJECTS);
            if name == STATE || name.ends_with(PARTIAL_SUFFIX) || raw && !with_dropped {
                continue;
            }
            let name = format!("{prefix}{name}");
            if facts.is_dir() {
                folders.push((path, name + "/"));
            } else {
                files.push(JobFile { name, path, bytes: facts.len() });
            }
        }
    }
    files.sort_by(|a, b| (a.name == CARD, &a.name).cmp(&(b.name == CARD, &b.name)));
    Ok(files)
}

/// Where a job's files go.
pub struct Destination {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    url: String,
}

impl Destination {
    /// The folder that an address such as `s3://bucket/folder/` names. Nothing is asked of the store.
    ///
    /// # Errors
    /// The address is none.
    pub fn new(url: &str) -> Result<Self, IoError> {
        if !objects::is_address(url) {
            return Err(IoError::NoAddress { path: url.into() });
        }
        let (store, key) = objects::open(url)?;
        Ok(Self::of(store, &key, url))
    }

    fn of(store: Arc<dyn ObjectStore>, key: &str, url: &str) -> Self {
        let prefix = Some(key.trim_matches('/')).filter(|key| !key.is_empty());
        let prefix = prefix.map_or_else(String::new, |key| format!("{key}/"));
        Self { store, prefix, url: url.trim_end_matches('/').to_owned() }
    }

    /// Sends a file, unless it is there; stops between two parts where `stop` is set. A large one becomes an
    /// object when its last part is there, not before.
    ///
    /// # Errors
    /// The file can't be read or the store does not take it. `Ok(None)` when it was stopped.
    pub fn send(&self, file: &JobFile, stop: &Arc<AtomicBool>) -> Result<Option<Sent>, IoError> {
        let fault = |error: object_store::Error| IoError::Upload {
            path: file.path.clone(),
            url: format!("{}/{}", self.url, file.name),
            message: error.to_string(),
        };
        let hash = hash(&file.path).map_err(|source| IoError::Open { path: file.path.clone(), source })?;
        let key = Key::parse(format!("{}{}", self.prefix, file.name)).map_err(|e| fault(e.into()))?;
        let (store, path, stop) = (Arc::clone(&self.store), file.path.clone(), Arc::clone(stop));
        done(async move {
            if hash_there(&*store, &key).await?.as_deref() == Some(&*hash) {
                return Ok(Some(Sent::Before));
            }
            put(&*store, &key, &path, hash, &stop).await
        })
        .map_err(fault)
    }
}

fn hash(path: &Path) -> io::Result<String> {
    let mut hasher = Xxh3::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(format!("{:032x}", hasher.digest128())),
            Ok(n) => hasher.update(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The hash that an object carries, if it is there and has one.
async fn hash_there(store: &dyn ObjectStore, key: &Key) -> Outcome<Option<String>> {
    match store.get_opts(key, GetOptions::new().with_head(true)).await {
        Ok(got) => {
            let hash = got.attributes.get(&Attribute::Metadata(HASH.into()));
            Ok(hash.map(|hash| hash.as_ref().to_owned()))
        }
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn put(
    store: &dyn ObjectStore,
    key: &Key,
    path: &Path,
    hash: String,
    stop: &AtomicBool,
) -> Outcome<Option<Sent>> {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::Metadata(HASH.into()), AttributeValue::from(hash));
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let mut file = File::open(path).map_err(generic)?;
    let first = part(&mut file)?;
    if first.len() < PART_BYTES {
        store.put_opts(key, first.into(), attributes.into()).await?;
        return Ok(Some(Sent::Now));
    }
    let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
    let mut upload = store.put_multipart_opts(key, options).await?;
    match parts(&mut *upload, first, &mut file, stop).await {
        Ok(true) => upload.complete().await.map(|_| Some(Sent::Now)),
        Ok(false) => upload.abort().await.map(|()| None),
        Err(error) => {
            // What the store keeps of it is no object; the first error says why.
            let _ = upload.abort().await;
            Err(error)
        }
    }
}

/// Sends part after part; `false` when it was stopped.
async fn parts(
    upload: &mut dyn MultipartUpload,
    mut next: Vec<u8>,
    file: &mut File,
    stop: &AtomicBool,
) -> Outcome<bool> {
    while !next.is_empty() {
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        upload.put_part(std::mem::take(&mut next).into()).await?;
        next = part(file)?;
    }
    Ok(true)
}

fn part(file: &mut File) -> Outcome<Vec<u8>> {
    let mut part = Vec::new();
    file.take(PART_BYTES as u64).read_to_end(&mut part).map_err(generic)?;
    Ok(part)
}

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt;
    use object_store::memory::InMemory;

    use super::*;

    /// A finished job with a large shard.
    fn job(complete: bool) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write(".soju/job.json", b"{}");
        write("README.md", b"card");
        write("dropped/part-00000.jsonl.zst", b"");
        write("part-00000.jsonl.zst", &vec![7; PART_BYTES * 5 / 2]);
        write("part-00001.jsonl.zst.partial", b"x");
        write("rejects.jsonl", b"");
        write("report.json", format!(r#"{{"complete":{complete}}}"#).as_bytes());
        dir
    }

    fn never() -> Arc<AtomicBool> {
        Arc::new(AtomicBool::new(false))
    }

    #[test]
    fn a_finished_job_goes_over_once_with_its_card_last() {
        let job = job(true);
        let names = |files: &[JobFile]| files.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
        let clean = job_files(job.path(), false).unwrap();
        assert_eq!(names(&clean), ["part-00000.jsonl.zst", "report.json", CARD]);
        let files = job_files(job.path(), true).unwrap();
        assert_eq!(
            names(&files),
            ["dropped/part-00000.jsonl.zst", "part-00000.jsonl.zst", "rejects.jsonl", "report.json", CARD]
        );
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let to = Destination::of(Arc::clone(&store), "a/b/", "s3://bucket/a/b/");
        for (round, expected) in [Sent::Now, Sent::Before].into_iter().enumerate() {
            for file in &files {
                assert_eq!(to.send(file, &never()).unwrap(), Some(expected), "{round} {}", file.name);
            }
        }
        let key = Key::from("a/b/part-00000.jsonl.zst");
        let from = Arc::clone(&store);
        let bytes = done(async move { from.get_opts(&key, GetOptions::new()).await?.bytes().await }).unwrap();
        assert!(bytes == vec![7; PART_BYTES * 5 / 2]);
        fs::write(job.path().join("report.json"), "{}").unwrap();
        assert_eq!(to.send(&files[3], &never()).unwrap(), Some(Sent::Now), "it is another file now");
    }

    #[test]
    fn a_large_file_that_is_stopped_leaves_no_object() {
        let job = job(true);
        let files = job_files(job.path(), false).unwrap();
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let to = Destination::of(Arc::clone(&store), "", "s3://bucket");
        assert_eq!(to.send(&files[0], &Arc::new(AtomicBool::new(true))).unwrap(), None);
        let there = done(async move { store.head(&Key::from("part-00000.jsonl.zst")).await });
        assert!(matches!(there, Err(object_store::Error::NotFound { .. })), "{there:?}");
    }

    #[test]
    fn what_is_no_finished_job_is_refused() {
        let none = tempfile::tempdir().unwrap();
        assert!(matches!(job_files(none.path(), false), Err(IoError::NoJob { .. })));
        assert!(matches!(job_files(job(false).path(), false), Err(IoError::UnfinishedJob { .. })));
        assert!(matches!(Destination::new("bucket/a"), Err(IoError::NoAddress { .. })));
    }
}
