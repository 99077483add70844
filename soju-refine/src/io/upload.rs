//! Output folders of jobs into S3-compatible stores.
//!
//! A job writes into a folder of a disk, where it can be resumed; what it wrote goes to a store when it is done, or with a
//! [`Destination`] as its [`ShardSink`] shard by shard. The dataset card goes last, so that what has one is whole. Every object carries the hash of its file, and what is there already
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
use super::job_folder::{self, CARD, CLUSTERS, DROPPED, PAGE, REJECTS, REPORT};
use super::objects::{self, Outcome, done, generic};
use super::sent::{self, Sent as SentShard, ShardSink};

/// Bytes of a part. S3 takes 10,000 parts of an object, and none but the last below 5 MiB.
const PART_BYTES: usize = 16 << 20;
/// Metadata of an object: the xxh3 of its file, 128 bits in hexadecimal.
const HASH: &str = "soju-xxh3";

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

/// The files that a finished job wrote and that are to go to `to`, in their order: the shards, the reports and the
/// card, whoever wrote that. Where `with_dropped` is set, also `dropped/`, the rejects and the clusters, which hold personal data as it
/// was read. Never the spans of personal data, with which masks can be undone, and no other file that is there.
///
/// # Errors
/// `folder` holds no job, or one that is not finished, or can't be read, or the job took shards elsewhere itself.
pub fn job_files(folder: &Path, with_dropped: bool, to: &Destination) -> Result<Vec<JobFile>, IoError> {
    if !job_folder::is_job(folder) {
        return Err(IoError::NoJob { path: folder.into() });
    }
    if !is_complete(&folder.join(REPORT))? {
        return Err(IoError::UnfinishedJob { path: folder.into() });
    }
    match sent::first_gone(folder)? {
        Some(SentShard { file, to: place, .. }) if place != to.url => {
            return Err(IoError::SentElsewhere { path: folder.join(file), place });
        }
        _ => {}
    }
    let mut paths = shards(folder)?;
    let mut singles = vec![REPORT, PAGE];
    if with_dropped {
        paths.extend(shards(&folder.join(DROPPED))?);
        singles.extend([REJECTS, CLUSTERS]);
    }
    singles.push(CARD);
    paths.extend(singles.into_iter().map(|name| folder.join(name)).filter(|path| path.is_file()));
    paths.into_iter().map(|path| JobFile::new(folder, path)).collect()
}

fn shards(folder: &Path) -> Result<Vec<PathBuf>, IoError> {
    job_folder::parts(folder).map_err(|source| IoError::Open { path: folder.into(), source })
}

/// Whether this is the report of a job that ended; it is written when the job stops, too.
fn is_complete(report: &Path) -> Result<bool, IoError> {
    let fault = |source| IoError::Open { path: report.into(), source };
    let report: serde_json::Value = match fs::read(report) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| fault(error.into()))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(fault(error)),
    };
    Ok(report["complete"] == true)
}

impl JobFile {
    fn new(folder: &Path, path: PathBuf) -> Result<Self, IoError> {
        let below = path.strip_prefix(folder).unwrap_or(&path).components();
        let name: Vec<_> = below.map(|part| part.as_os_str().to_string_lossy()).collect();
        match fs::metadata(&path) {
            Ok(facts) => Ok(Self { name: name.join("/"), bytes: facts.len(), path }),
            Err(source) => Err(IoError::Open { path, source }),
        }
    }
}

/// Where a job's files go.
#[derive(Debug)]
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

impl ShardSink for Destination {
    fn place(&self) -> &str {
        &self.url
    }

    fn take(&self, path: &Path, name: &str, stop: &Arc<AtomicBool>) -> Result<bool, IoError> {
        let bytes = fs::metadata(path).map_err(|source| IoError::Open { path: path.into(), source })?.len();
        let file = JobFile { name: name.to_owned(), path: path.to_owned(), bytes };
        Ok(self.send(&file, stop)?.is_some())
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

    const COMPLETE: &str = r#"{"complete":true}"#;

    /// A job with a large shard, and files beside it that are not to be sent.
    fn job(report: &str) -> tempfile::TempDir {
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
        write("pii-spans/part-00000.jsonl.zst", b"");
        write("rejects.jsonl", b"");
        write("clusters.jsonl.zst", b"");
        write("notes/part-00000.jsonl.zst", b"somebody's");
        write("secret.key", b"somebody's");
        write("report.json", report.as_bytes());
        dir
    }

    fn never() -> Arc<AtomicBool> {
        Arc::new(AtomicBool::new(false))
    }

    #[test]
    fn a_finished_job_goes_over_once_with_its_card_last() {
        let job = job(COMPLETE);
        let names = |files: &[JobFile]| files.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let to = Destination::of(Arc::clone(&store), "a/b/", "s3://bucket/a/b/");
        let clean = job_files(job.path(), false, &to).unwrap();
        assert_eq!(names(&clean), ["part-00000.jsonl.zst", "report.json", CARD]);
        let files = job_files(job.path(), true, &to).unwrap();
        assert_eq!(
            names(&files),
            [
                "part-00000.jsonl.zst",
                "dropped/part-00000.jsonl.zst",
                "report.json",
                "rejects.jsonl",
                "clusters.jsonl.zst",
                CARD
            ]
        );
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
        assert_eq!(to.send(&files[2], &never()).unwrap(), Some(Sent::Now), "it is another file now");
    }

    #[test]
    fn a_large_file_that_is_stopped_leaves_no_object() {
        let job = job(COMPLETE);
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let to = Destination::of(Arc::clone(&store), "", "s3://bucket");
        let files = job_files(job.path(), false, &to).unwrap();
        assert_eq!(to.send(&files[0], &Arc::new(AtomicBool::new(true))).unwrap(), None);
        let there = done(async move { store.head(&Key::from("part-00000.jsonl.zst")).await });
        assert!(matches!(there, Err(object_store::Error::NotFound { .. })), "{there:?}");
    }

    #[test]
    fn what_is_no_finished_job_is_refused() {
        let none = tempfile::tempdir().unwrap();
        let to = Destination::of(Arc::new(InMemory::new()), "a", "s3://bucket/a");
        let job_files = |folder: &Path, with_dropped| job_files(folder, with_dropped, &to);
        assert!(matches!(job_files(none.path(), false), Err(IoError::NoJob { .. })));
        let stopped = job(r#"{"complete":false}"#);
        assert!(matches!(job_files(stopped.path(), false), Err(IoError::UnfinishedJob { .. })));
        let damaged = job(r#"{"complete":tr"#);
        assert!(
            matches!(job_files(damaged.path(), false), Err(IoError::Open { path, .. }) if path.ends_with(REPORT))
        );
        fs::remove_file(damaged.path().join(REPORT)).unwrap();
        assert!(matches!(job_files(damaged.path(), false), Err(IoError::UnfinishedJob { .. })));
        assert!(matches!(Destination::new("bucket/a"), Err(IoError::NoAddress { .. })));
        let elsewhere = job(COMPLETE);
        for (place, refused) in [("s3://bucket/a", false), ("s3://bucket/b", true)] {
            let line = format!("{{\"file\":\"part-00002.jsonl.zst\",\"bytes\":1,\"to\":\"{place}\"}}\n");
            fs::write(elsewhere.path().join(".soju/sent.jsonl"), line).unwrap();
            let files = job_files(elsewhere.path(), false);
            assert_eq!(matches!(files, Err(IoError::SentElsewhere { .. })), refused, "{place}");
        }
    }
}
