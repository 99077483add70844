//! Objects in S3-compatible stores as inputs.
//!
//! An address is `s3://bucket/key`. Where the store is and who asks comes from the environment (`AWS_ENDPOINT_URL`,
//! `AWS_ACCESS_KEY_ID` and so on), as the crate `object_store` reads it. Its futures run on a thread of their own, so that callers
//! may stand inside a runtime or not.

use std::collections::HashSet;
use std::future::Future;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore};
use tokio::runtime::{Builder, Runtime};

use super::hplt_stages::HpltStages;
use super::{Input, IoError, Layout, Source};

const SCHEME: &str = "s3://";
/// Bytes of an object that are asked for at once. Twice as many are held.
pub(super) const PART_BYTES: u64 = 4 << 20;

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).thread_name("soju-objects").enable_all().build()
});

pub(super) type Outcome<T> = Result<T, object_store::Error>;

/// Begins work; what it gives comes out of the channel.
fn begin<T: Send + 'static>(
    work: impl Future<Output = Outcome<T>> + Send + 'static,
) -> io::Result<Receiver<Outcome<T>>> {
    let runtime = RUNTIME.as_ref().map_err(|error| io::Error::new(error.kind(), error.to_string()))?;
    let (sender, receiver) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        // Nobody waits for it any more where this fails.
        let _ = sender.send(work.await);
    });
    Ok(receiver)
}

fn wait<T>(receiver: &Receiver<Outcome<T>>) -> Outcome<T> {
    receiver.recv().unwrap_or_else(|_| Err(generic("the work on it ended without a result")))
}

pub(super) fn generic(message: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> object_store::Error {
    object_store::Error::Generic { store: "S3", source: message.into() }
}

pub(super) fn done<T: Send + 'static>(work: impl Future<Output = Outcome<T>> + Send + 'static) -> Outcome<T> {
    wait(&begin(work).map_err(generic)?)
}

pub(super) fn fault(url: &str, error: &object_store::Error) -> IoError {
    match error {
        object_store::Error::NotFound { .. } => IoError::NotFound { path: url.into() },
        other => IoError::Object { path: url.into(), message: other.to_string() },
    }
}

/// Whether a name is the address of an object.
pub(super) fn is_address(name: &str) -> bool {
    name.starts_with(SCHEME)
}

/// The store of an address, and the key in it.
pub(super) fn open(url: &str) -> Result<(Arc<dyn ObjectStore>, String), IoError> {
    let (bucket, key) = url
        .strip_prefix(SCHEME)
        .and_then(|rest| rest.split_once('/').or(Some((rest, ""))))
        .unwrap_or_default();
    // The store's client looks for it when it is built. One that the process has already stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store =
        AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(|error| fault(url, &error))?;
    Ok((Arc::new(store), key.to_owned()))
}

/// The inputs that an address names: an object, or with a slash at its end or where there is no such object all below it whose
/// name promises a layout, or a glob.
///
/// # Errors
/// When there is none, and when the store can't be asked.
pub(super) fn list(url: &str) -> Result<Vec<Input>, IoError> {
    let (store, key) = open(url)?;
    let bucket = &url[..url.len() - key.len()];
    found(&store, bucket.trim_end_matches('/'), &key, url)
}

fn found(store: &Arc<dyn ObjectStore>, bucket: &str, key: &str, url: &str) -> Result<Vec<Input>, IoError> {
    if let Some(at) = key.find(['*', '?', '[']) {
        let pattern =
            glob::Pattern::new(key).map_err(|source| IoError::BadPattern { path: url.into(), source })?;
        let options = glob::MatchOptions {
            require_literal_separator: true,
            require_literal_leading_dot: true,
            ..glob::MatchOptions::new()
        };
        let folder = key[..at].rfind('/').map_or("", |slash| &key[..slash]);
        let matched = below(store, bucket, folder, url, |key| pattern.matches_with(key, options))?;
        return if matched.is_empty() { Err(IoError::NoMatch { path: url.into() }) } else { Ok(matched) };
    }
    if !key.is_empty() && !key.ends_with('/') {
        match head(store, &parsed(key, url)?) {
            Ok(meta) => return Ok(vec![input(bucket, &meta)]),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(fault(url, &error)),
        }
    }
    let inside = below(store, bucket, key.trim_end_matches('/'), url, |_| true)?;
    let inside = data(inside);
    if inside.is_empty() && !key.ends_with('/') && !key.is_empty() {
        return Err(IoError::NotFound { path: url.into() });
    }
    if inside.is_empty() { Err(IoError::EmptyFolder { path: url.into() }) } else { Ok(inside) }
}

pub(super) fn parsed(key: &str, url: &str) -> Result<Path, IoError> {
    Path::parse(key).map_err(|error| IoError::Object { path: url.into(), message: error.to_string() })
}

/// What a store says of an object.
pub(super) fn head(store: &Arc<dyn ObjectStore>, path: &Path) -> Outcome<ObjectMeta> {
    let (store, path) = (Arc::clone(store), path.clone());
    done(async move { store.get_opts(&path, GetOptions::new().with_head(true)).await.map(|got| got.meta) })
}

/// Whether there is an object at an address.
///
/// # Errors
/// When the store can't be asked.
pub(super) fn is_there(url: &str) -> Result<bool, IoError> {
    let (store, key) = open(url)?;
    match head(&store, &parsed(&key, url)?) {
        Ok(_) => Ok(true),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(fault(url, &error)),
    }
}

/// Of objects those whose names promise a layout.
fn data(objects: Vec<Input>) -> Vec<Input> {
    let names: HashSet<Arc<str>> = objects.iter().map(|object| Arc::clone(&object.name)).collect();
    let is_data = |object: &Input| {
        let key = object.name.strip_prefix(SCHEME).unwrap_or(&object.name);
        let hidden = key.split('/').any(|part| part.starts_with('.'));
        let metadata = HpltStages::metadata_of(&object.name);
        !hidden && (Layout::of_name(key).is_some() || metadata.is_some_and(|m| names.contains(m.as_str())))
    };
    objects.into_iter().filter(is_data).collect()
}

/// The objects in a folder and below it, sorted by key.
fn below(
    store: &Arc<dyn ObjectStore>,
    bucket: &str,
    folder: &str,
    url: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Input>, IoError> {
    let (store, prefix) = (Arc::clone(store), parsed(folder, url)?);
    let prefix = (!folder.is_empty()).then_some(prefix);
    let mut objects: Vec<ObjectMeta> = done(async move { store.list(prefix.as_ref()).try_collect().await })
        .map_err(|error| fault(url, &error))?;
    objects.retain(|object| wanted(object.location.as_ref()));
    objects.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(objects.iter().map(|object| input(bucket, object)).collect())
}

fn input(bucket: &str, object: &ObjectMeta) -> Input {
    let url = format!("{bucket}/{}", object.location);
    Input {
        name: url.as_str().into(),
        source: Source::Object(url),
        bytes: Some(object.size),
        modified: Some(object.last_modified.into()),
    }
}

/// The bytes of an object, in order.
///
/// # Errors
/// When it is not there, and when the store can't be asked.
pub(super) fn read(url: &str) -> Result<impl Read + Send + 'static, IoError> {
    let (store, key) = open(url)?;
    Parts::new(store, parsed(&key, url)?).map_err(|error| fault(url, &error))
}

/// An object in parts, of which the next is on its way while one is read. Parts of an object that changes meanwhile are an
/// error.
struct Parts {
    store: Arc<dyn ObjectStore>,
    path: Path,
    version: Option<String>,
    size: u64,
    /// Where the part begins that is asked for next.
    next: u64,
    coming: Option<Receiver<Outcome<Bytes>>>,
    part: Bytes,
}

impl Parts {
    fn new(store: Arc<dyn ObjectStore>, path: Path) -> Outcome<Self> {
        let meta = head(&store, &path)?;
        let (version, size) = (meta.e_tag, meta.size);
        Ok(Self { store, path, version, size, next: 0, coming: None, part: Bytes::new() })
    }

    fn ask(&mut self) -> io::Result<()> {
        if self.next >= self.size {
            return Ok(());
        }
        let range: Range<u64> = self.next..self.size.min(self.next + PART_BYTES);
        self.next = range.end;
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            if_match: self.version.clone(),
            ..GetOptions::default()
        };
        let (store, path) = (Arc::clone(&self.store), self.path.clone());
        self.coming = Some(begin(async move { store.get_opts(&path, options).await?.bytes().await })?);
        Ok(())
    }
}

impl Read for Parts {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            if self.coming.is_none() {
                self.ask()?;
            }
            let Some(coming) = self.coming.take() else { return Ok(0) };
            // Told from bad data by its kind.
            self.part =
                wait(&coming).map_err(|error| io::Error::new(io::ErrorKind::ConnectionAborted, error))?;
            self.ask()?;
        }
        let n = buf.len().min(self.part.len());
        buf[..n].copy_from_slice(&self.part.split_to(n));
        Ok(n)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use object_store::PutPayload;
    use object_store::memory::InMemory;

    use super::*;

    pub(in super::super) fn store(objects: &[(&str, Vec<u8>)]) -> Arc<dyn ObjectStore> {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        for (key, bytes) in objects {
            put(&store, key, bytes.clone());
        }
        store
    }

    pub(in super::super) fn put(store: &Arc<dyn ObjectStore>, key: &str, bytes: Vec<u8>) {
        let (store, path) = (Arc::clone(store), Path::parse(key).unwrap());
        done(async move { store.put_opts(&path, PutPayload::from(bytes), Default::default()).await })
            .unwrap();
    }

    #[test]
    fn objects_folders_and_globs_are_listed() {
        let keys = [
            "a/b.jsonl",
            "a/a.jsonl.zst",
            "a/sub/c.csv",
            "a/notes.md",
            "a/.hidden.jsonl",
            "b.jsonl",
            "s/text.zst",
            "s/metadata.zst",
            "t/text.zst",
        ];
        let store = store(&keys.map(|key| (key, vec![b'x'])));
        let names = |key: &str| {
            let inputs = found(&store, "s3://bucket", key, &format!("s3://bucket/{key}"));
            inputs.map(|inputs| inputs.iter().map(|i| i.name.replace("s3://bucket/", "")).collect::<Vec<_>>())
        };
        assert_eq!(names("a/").unwrap(), ["a/a.jsonl.zst", "a/b.jsonl", "a/sub/c.csv"]);
        assert_eq!(names("a").unwrap(), names("a/").unwrap());
        assert_eq!(names("a/notes.md").unwrap(), ["a/notes.md"]);
        assert_eq!(names("s").unwrap(), ["s/text.zst"]);
        assert_eq!(names("").unwrap().len(), 5);
        assert_eq!(names("a/*.jsonl*").unwrap(), ["a/a.jsonl.zst", "a/b.jsonl"]);
        assert!(matches!(names("c"), Err(IoError::NotFound { .. })));
        assert!(matches!(names("c/"), Err(IoError::EmptyFolder { .. })));
        assert!(matches!(names("c*"), Err(IoError::NoMatch { .. })));
        assert!(matches!(names("a//b"), Err(IoError::Object { .. })));
    }

    #[test]
    fn an_object_is_read_in_parts_and_as_long_as_it_stays_the_same() {
        let bytes: Vec<u8> = (0..PART_BYTES as u32 * 5 / 8).flat_map(u32::to_le_bytes).collect();
        let store = store(&[("a", bytes.clone()), ("empty", Vec::new())]);
        let open = |key: &str| Parts::new(Arc::clone(&store), Path::parse(key).unwrap());
        let mut read = Vec::new();
        open("a").unwrap().read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        assert_eq!(open("empty").unwrap().read(&mut [0]).unwrap(), 0);
        assert!(matches!(open("b"), Err(object_store::Error::NotFound { .. })));
        let mut parts = open("a").unwrap();
        parts.read_exact(&mut [0; 100]).unwrap();
        put(&store, "a", vec![0; bytes.len()]);
        let error = parts.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    }
}
