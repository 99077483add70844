//! How an input is compressed, by what its first bytes say.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::zstd_blocks::ZstdBlocks;
use super::{IoError, Layout};

/// Bytes that are looked at to tell what a file is.
pub(super) const SNIFF_BYTES: usize = 16;
/// Bytes read at once, before and after decompression.
const BUFFER_BYTES: usize = 128 << 10;
/// The largest window that is granted to a zstd frame, as a power of two: 128 MB, zstd's own default.
const WINDOW_LOG_MAX: u32 = 27;

const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
const XZ: &[u8] = b"\xfd7zXZ\0";
/// Memory that is granted to an xz decoder, in KiB; level 9 needs 65 MB.
const XZ_MEMORY_KIB: u32 = 128 << 10;
const UNPACK: &str = "unpack it first";

/// First bytes of what is not read here, with a name and a way out.
const FOREIGN: [(&[u8], &str, &str); 8] = [
    (b"\x04\x22\x4d\x18", "an lz4 file", "convert it with `lz4 -dc FILE | zstd -o NEW.jsonl.zst`"),
    (b"PK\x03\x04", "a zip file", UNPACK),
    (b"PK\x05\x06", "an empty zip file", "check where it came from"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z file", UNPACK),
    (b"Rar!\x1a\x07", "a rar file", UNPACK),
    (b"PAR1", "a parquet file", "give its name the extension .parquet, or read it with --format parquet"),
    (b"ARROW1\0\0", "an arrow file", "convert it to JSON lines first, for example with duckdb or pyarrow"),
    (b"%PDF-", "a pdf file", "extract its text as JSON lines first"),
];

/// How the bytes of an input are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, of one or several members.
    Gzip,
    /// Zstandard, of one or several frames, skippable ones among them.
    Zstd,
    /// xz, of one or several streams.
    Xz,
    /// bzip2, of one or several streams.
    Bzip2,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "uncompressed",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
        })
    }
}

impl Compression {
    /// What the first bytes of an input say.
    pub(super) fn of_content(name: &str, head: &[u8]) -> Result<Self, IoError> {
        if head.starts_with(GZIP) {
            return Ok(Self::Gzip);
        }
        // Any of 0x184D2A50 to 0x184D2A5F starts a skippable frame (RFC 8878, 3.1.2).
        let skippable = matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
        if skippable || head.starts_with(ZSTD) || (head.len() >= 2 && ZSTD.starts_with(head)) {
            return Ok(Self::Zstd);
        }
        if head.starts_with(XZ) {
            return Ok(Self::Xz);
        }
        // Text may well begin with BZh; the level and the first block's mark may not follow it.
        if head.starts_with(b"BZh") && matches!(head.get(3..6), Some([b'1'..=b'9', b'1' | 0x17, b'A' | 0x72]))
        {
            return Ok(Self::Bzip2);
        }
        match FOREIGN.iter().find(|(magic, _, _)| head.starts_with(magic)) {
            Some(&(_, found, remedy)) => Err(IoError::Foreign { path: PathBuf::from(name), found, remedy }),
            None => Ok(Self::None),
        }
    }

    /// What the file's name says; none where it says nothing.
    fn of_name(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        let uncompressed = || Layout::of_name(name).map(|_| Self::None);
        Self::of_extension(&extension).or_else(uncompressed)
    }

    /// What an extension in lower case promises, if it is one of compressed files.
    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "gz" | "gzip" => Some(Self::Gzip),
            "zst" | "zstd" => Some(Self::Zstd),
            "xz" => Some(Self::Xz),
            "bz2" => Some(Self::Bzip2),
            _ => None,
        }
    }

    /// Puts the decompressor in front of `raw`.
    pub(super) fn decode(self, raw: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
        let raw = BufReader::with_capacity(BUFFER_BYTES, raw);
        Ok(match self {
            Self::None => Box::new(raw),
            Self::Gzip => {
                Box::new(BufReader::with_capacity(BUFFER_BYTES, flate2::bufread::MultiGzDecoder::new(raw)))
            }
            Self::Zstd => {
                let decoder = ZstdBlocks::new(raw, WINDOW_LOG_MAX)?;
                Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder))
            }
            Self::Xz => {
                let decoder = lzma_rust2::XzReader::new_mem_limit(raw, true, XZ_MEMORY_KIB);
                Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder))
            }
            Self::Bzip2 => {
                Box::new(BufReader::with_capacity(BUFFER_BYTES, bzip2::bufread::MultiBzDecoder::new(raw)))
            }
        })
    }
}

/// Something odd about an input that does not keep it from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputWarning {
    /// The extension of the file says one thing, its content another. The content is believed.
    Extension {
        /// The input.
        name: Arc<str>,
        /// What the extension promises.
        named: Compression,
        /// What is inside.
        found: Compression,
    },
    /// Some of its records are of a kind that is not read.
    PassedOver {
        /// The input.
        name: Arc<str>,
        /// How many.
        records: u64,
        /// What they are.
        what: &'static str,
    },
    /// There is not one byte in it.
    Empty {
        /// The input.
        name: Arc<str>,
    },
}

impl InputWarning {
    pub(super) fn check(name: &Arc<str>, head: &[u8], found: Compression) -> Option<Self> {
        if head.is_empty() {
            return Some(Self::Empty { name: Arc::clone(name) });
        }
        let named = Compression::of_name(name).filter(|&named| named != found)?;
        Some(Self::Extension { name: Arc::clone(name), named, found })
    }
}

impl fmt::Display for InputWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extension { name, named, found } => {
                write!(f, "{name} is named like a file of {named} data but is {found}; reading it as {found}")
            }
            Self::PassedOver { name, records, what } => {
                write!(f, "in {name} {what} were passed over: {records}")
            }
            Self::Empty { name } => write!(f, "{name} is empty"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_taken_for_something_foreign() {
        for text in ["", "{", "(", "{\"text\":1}", "BZh", "BZh91 is a word", "PK", "PAR", "P*M"] {
            let found = Compression::of_content("f", text.as_bytes()).unwrap();
            assert_eq!(found, Compression::None, "{text:?}");
        }
        // As bzip2 -c writes it, of something and of nothing.
        for head in [&b"BZh91AY&SY"[..], b"BZh9\x17rE8P\x90"] {
            assert_eq!(Compression::of_content("f", head).unwrap(), Compression::Bzip2);
        }
    }

    #[test]
    fn foreign_files_are_named_with_a_way_out() {
        let error = Compression::of_content("ko.txt.lz4", b"\x04\x22\x4d\x18\0\x04").unwrap_err();
        assert_eq!(
            error.to_string(),
            "ko.txt.lz4 is an lz4 file, which is not read here; convert it with `lz4 -dc FILE | zstd -o NEW.jsonl.zst`"
        );
        for (magic, found, _) in &FOREIGN {
            let error = Compression::of_content("f", magic).unwrap_err().to_string();
            assert!(error.contains(found), "{error}");
        }
    }
}
