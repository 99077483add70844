//! Output shards: zstd-compressed JSON lines that appear under their name only when they are whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::serialize::append_line;
use super::{IoError, Record};

/// Added to a shard's name as long as it is being written.
pub const PARTIAL_SUFFIX: &str = ".partial";

/// Writes one shard.
///
/// Records go to `NAME.partial` beside it; [`ShardWriter::finish`] gives it its name. Dropped without
/// that, the writer removes what it wrote.
pub struct ShardWriter {
    path: PathBuf,
    partial: PathBuf,
    /// None only in `finish` and `drop`.
    encoder: Option<zstd::Encoder<'static, File>>,
    line: Vec<u8>,
    records: u64,
    text_bytes: u64,
}

/// A finished shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Where it is.
    pub path: PathBuf,
    /// Records in it.
    pub records: u64,
    /// Size before compression, in bytes.
    pub uncompressed_bytes: u64,
    /// Size on disk, in bytes.
    pub bytes: u64,
}

impl ShardWriter {
    /// Starts a shard at `path`, whose folder must exist. `level` is zstd's, 1 to 22; 0 means its default.
    ///
    /// A `NAME.partial` that an earlier run left is written over.
    ///
    /// # Errors
    /// When the file can't be created.
    pub fn create(path: impl Into<PathBuf>, level: i32) -> Result<Self, IoError> {
        let path = path.into();
        let mut partial = path.clone().into_os_string();
        partial.push(PARTIAL_SUFFIX);
        let partial = PathBuf::from(partial);
        let fault = |source| IoError::Write { path: partial.clone(), source };
        let file = File::create(&partial).map_err(fault)?;
        let encoder = zstd::Encoder::new(file, level).and_then(|mut encoder| {
            encoder.include_checksum(true)?;
            Ok(encoder)
        });
        let encoder = Some(encoder.map_err(fault)?);
        Ok(Self { path, partial, encoder, line: Vec::new(), records: 0, text_bytes: 0 })
    }

    /// Writes a record with the clean text and the object `soju`, as
    /// [`append_line`] says.
    ///
    /// # Errors
    /// When the file can't be written; the shard can't be finished then. When `soju` is not expressible
    /// in JSON; the shard is then as it was.
    pub fn write(&mut self, record: &Record, clean_text: &str, soju: &impl Serialize) -> Result<(), IoError> {
        self.line.clear();
        append_line(&mut self.line, record, clean_text, soju)
            .map_err(|source| IoError::Encode { path: self.path.clone(), source })?;
        self.write_line()
    }

    /// Writes a value as a line of its own.
    ///
    /// # Errors
    /// As [`ShardWriter::write`].
    pub fn write_value(&mut self, value: &impl Serialize) -> Result<(), IoError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value)
            .map_err(|source| IoError::Encode { path: self.path.clone(), source })?;
        self.line.push(b'\n');
        self.write_line()
    }

    fn write_line(&mut self) -> Result<(), IoError> {
        let written = match &mut self.encoder {
            Some(encoder) => encoder.write_all(&self.line),
            None => Err(io::Error::other("an earlier write failed")),
        };
        if let Err(source) = written {
            // After a failed write the stream has a hole.
            self.encoder = None;
            return Err(IoError::Write { path: self.partial.clone(), source });
        }
        self.records += 1;
        self.text_bytes += self.line.len() as u64;
        Ok(())
    }

    /// Records written so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Bytes written so far, before compression.
    pub fn uncompressed_bytes(&self) -> u64 {
        self.text_bytes
    }

    /// Completes the shard: after this it is on disk under its name, in the place of an earlier file of
    /// that name, whatever happens to the machine.
    ///
    /// # Errors
    /// When the file can't be written, synced or renamed. What was written is then removed.
    pub fn finish(mut self) -> Result<Shard, IoError> {
        let result = self.complete();
        match result {
            Ok(bytes) => Ok(Shard {
                path: self.path.clone(),
                records: self.records,
                uncompressed_bytes: self.text_bytes,
                bytes,
            }),
            Err(source) => Err(IoError::Write { path: self.partial.clone(), source }),
        }
    }

    fn complete(&mut self) -> io::Result<u64> {
        let encoder = self.encoder.take().ok_or_else(|| io::Error::other("an earlier write failed"))?;
        let file = encoder.finish()?;
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        drop(file);
        fs::rename(&self.partial, &self.path)?;
        sync_folder(&self.path)?;
        Ok(bytes)
    }
}

impl Drop for ShardWriter {
    fn drop(&mut self) {
        self.encoder = None;
        // After `finish` there is none any more. Nothing can be done about a fault here, and the next run
        // writes over it.
        let _ = fs::remove_file(&self.partial);
    }
}

/// Makes a rename in the folder of `path` last.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows can't open a folder as a file, and keeps its own journal of names.
    if cfg!(windows) {
        return Ok(());
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::io::{Format, Input, LineReader, Position};

    fn record(text: &str) -> Record {
        let line = json!({"id": 1, "text": text}).to_string();
        Format::Auto.parse(line.as_bytes(), Position { file: "f".into(), line: 1 }).unwrap()
    }

    fn files(dir: &tempfile::TempDir) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_shard_appears_when_it_is_whole_and_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("part-00000.jsonl.zst");
        fs::write(dir.path().join("part-00000.jsonl.zst.partial"), "from a run that was killed").unwrap();
        let mut writer = ShardWriter::create(&path, 3).unwrap();
        for text in ["가", "나", "다"] {
            writer.write(&record(text), text, &json!({})).unwrap();
        }
        assert_eq!(files(&dir), ["part-00000.jsonl.zst.partial"]);
        let shard = writer.finish().unwrap();
        assert_eq!(files(&dir), ["part-00000.jsonl.zst"]);
        assert_eq!((shard.records, shard.bytes), (3, fs::metadata(&path).unwrap().len()));
        assert_eq!(shard.uncompressed_bytes, 3 * "{\"id\":1,\"text\":\"가\",\"soju\":{}}\n".len() as u64);

        let mut reader = LineReader::open(&Input::file(&path).unwrap(), 1000).unwrap();
        let (mut buf, mut texts) = (Vec::new(), String::new());
        while reader.next_line(&mut buf).unwrap().is_some() {
            texts += &Format::Auto.parse(&buf, reader.position()).unwrap().text;
        }
        assert_eq!(texts, "가나다");
        assert_eq!(reader.warning(), None);
    }

    #[test]
    fn an_empty_shard_is_a_valid_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zst");
        ShardWriter::create(&path, 3).unwrap().finish().unwrap();
        assert!(zstd::decode_all(File::open(path).unwrap()).unwrap().is_empty());
    }

    #[test]
    fn dropped_unfinished_it_leaves_nothing_and_spares_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zst");
        fs::write(&path, "earlier").unwrap();
        let mut writer = ShardWriter::create(&path, 3).unwrap();
        writer.write(&record("가"), "가", &json!({})).unwrap();
        drop(writer);
        assert_eq!(files(&dir), ["a.zst"]);
        assert_eq!(fs::read_to_string(path).unwrap(), "earlier");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = ShardWriter::create("no/such/folder/a.zst", 3).err().unwrap();
        assert_eq!(error.to_string(), "cannot write no/such/folder/a.zst.partial");
        assert!(!error.is_disk_full());
    }

    /// The device refuses every byte with the error of a full disk.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_reported_as_such_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zst");
        let partial = dir.path().join("a.zst.partial");
        let full = || std::os::unix::fs::symlink("/dev/full", &partial).unwrap();

        full();
        let mut writer = ShardWriter::create(&path, 3).unwrap();
        writer.write(&record("가"), "가", &json!({})).unwrap();
        let error = writer.finish().unwrap_err();
        assert!(error.is_disk_full(), "{error:?}");
        assert!(error.to_string().contains("a.zst.partial: the disk is full; free some space"), "{error}");
        assert!(files(&dir).is_empty());

        full();
        let mut writer = ShardWriter::create(&path, 1).unwrap();
        let mut state = 1u32;
        let noise: String = (0..200_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(33 + (state >> 26) as u8)
            })
            .collect();
        let error = (0..100).find_map(|_| writer.write(&record("가"), &noise, &json!({})).err()).unwrap();
        assert!(error.is_disk_full(), "{error:?}");
        assert!(writer.write(&record("가"), "가", &json!({})).is_err(), "a shard with a hole goes on");
        assert!(writer.finish().is_err());
        assert!(files(&dir).is_empty());
    }
}
