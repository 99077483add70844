//! Output shards of zstd-compressed JSON lines.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;
use serde_json::value::RawValue;

use super::field_kinds::FieldKinds;
use super::partial::PartialFile;
use super::serialize::append_line;
use super::shard_writer::{Shard, ShardWriter};
use super::{IoError, Record};

/// Writes one shard; see [`ShardWriter`].
pub(crate) struct JsonlShard {
    // Before the file's place: the file is closed when that is removed.
    /// None after a failed write: the stream has a hole then.
    encoder: Option<zstd::Encoder<'static, File>>,
    partial: PartialFile,
    line: Vec<u8>,
    records: u64,
    text_bytes: u64,
    fields: FieldKinds,
}

impl JsonlShard {
    /// Starts a shard at `path`, whose folder must exist. `level` is zstd's, 1 to 22; 0 means its default.
    pub(crate) fn create(path: impl Into<PathBuf>, level: i32) -> Result<Self, IoError> {
        let (partial, file) = PartialFile::create(path.into())?;
        let encoder = zstd::Encoder::new(file, level).and_then(|mut encoder| {
            encoder.include_checksum(true)?;
            Ok(encoder)
        });
        let encoder = Some(encoder.map_err(|e| partial.fault(e))?);
        let fields = FieldKinds::default();
        Ok(Self { encoder, partial, line: Vec::new(), records: 0, text_bytes: 0, fields })
    }

    /// Writes a value as a line of its own.
    ///
    /// # Errors
    /// As [`ShardWriter::write`], and when the value is not expressible in JSON; the shard is then as it was.
    pub(crate) fn write_value(&mut self, value: &impl Serialize) -> Result<(), IoError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value)
            .map_err(|source| IoError::Encode { path: self.partial.path().to_owned(), source })?;
        self.line.push(b'\n');
        self.write_line()
    }

    fn write_line(&mut self) -> Result<(), IoError> {
        let written = match &mut self.encoder {
            Some(encoder) => encoder.write_all(&self.line),
            None => Err(io::Error::other("an earlier write failed")),
        };
        if let Err(source) = written {
            self.encoder = None;
            return Err(self.partial.fault(source));
        }
        self.records += 1;
        self.text_bytes += self.line.len() as u64;
        Ok(())
    }

    fn complete(&mut self) -> io::Result<u64> {
        let encoder = self.encoder.take().ok_or_else(|| io::Error::other("an earlier write failed"))?;
        self.partial.finish(encoder.finish()?)
    }
}

impl ShardWriter for JsonlShard {
    fn write(&mut self, record: &Record, clean_text: &str, soju: &RawValue) -> Result<(), IoError> {
        self.line.clear();
        append_line(&mut self.line, record, clean_text, &soju)
            .map_err(|source| IoError::Encode { path: self.partial.path().to_owned(), source })?;
        self.write_line()?;
        self.fields.observe(record, soju);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Shard, IoError> {
        let bytes = self.complete().map_err(|e| self.partial.fault(e))?;
        Ok(Shard {
            path: self.partial.path().to_owned(),
            records: self.records,
            uncompressed_bytes: self.text_bytes,
            bytes,
            fields: std::mem::take(&mut self.fields),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;
    use crate::io::{Format, Input, LineReader, Position};

    fn create(path: impl Into<PathBuf>, level: i32) -> Box<JsonlShard> {
        Box::new(JsonlShard::create(path, level).unwrap())
    }

    fn note() -> Box<RawValue> {
        serde_json::value::to_raw_value(&json!({})).unwrap()
    }

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
        let mut writer = create(&path, 3);
        for text in ["가", "나", "다"] {
            writer.write(&record(text), text, &note()).unwrap();
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
        create(&path, 3).finish().unwrap();
        assert!(zstd::decode_all(File::open(path).unwrap()).unwrap().is_empty());
    }

    #[test]
    fn dropped_unfinished_it_leaves_nothing_and_spares_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.zst");
        fs::write(&path, "earlier").unwrap();
        let mut writer = create(&path, 3);
        writer.write(&record("가"), "가", &note()).unwrap();
        drop(writer);
        assert_eq!(files(&dir), ["a.zst"]);
        assert_eq!(fs::read_to_string(path).unwrap(), "earlier");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = JsonlShard::create("no/such/folder/a.zst", 3).err().unwrap();
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
        let mut writer = create(&path, 3);
        writer.write(&record("가"), "가", &note()).unwrap();
        let error = writer.finish().unwrap_err();
        assert!(error.is_disk_full(), "{error:?}");
        assert!(error.to_string().contains("a.zst.partial: the disk is full; free some space"), "{error}");
        assert!(files(&dir).is_empty());

        full();
        let mut writer = create(&path, 1);
        let mut state = 1u32;
        let noise: String = (0..200_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(33 + (state >> 26) as u8)
            })
            .collect();
        let error = (0..100).find_map(|_| writer.write(&record("가"), &noise, &note()).err()).unwrap();
        assert!(error.is_disk_full(), "{error:?}");
        assert!(writer.write(&record("가"), "가", &note()).is_err(), "a shard with a hole goes on");
        assert!(writer.finish().is_err());
        assert!(files(&dir).is_empty());
    }
}
