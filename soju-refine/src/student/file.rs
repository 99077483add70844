//! The file that a student is kept in.
//!
//! ```text
//! offset  length
//! 0       8       "SOJUSTUD"
//! 8       4       version, 1 (this and all numbers below little-endian)
//! 12      4       length of the header
//! 16      …       header: JSON, UTF-8; see `Header`
//! …       …       for each head in the header's order: 2^bits signed 16-bit weights
//! end-8   8       xxh3-64 of everything before
//! ```
//!
//! Features are written by name, so that a file goes on working when later versions measure more. A file
//! that asks for one that this version does not measure is refused.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::head::Head;
use super::linear::calibration::Calibration;
use super::{Grams, Level, Student, measures};

const MAGIC: &[u8; 8] = b"SOJUSTUD";
const VERSION: u32 = 1;
/// Files that are longer hold no student: two heads of 2^22 buckets with the longest header.
const MOST_BYTES: u64 = 20 << 20;
const MOST_HEADER: usize = 1 << 20;

/// A file that holds no student that this version can use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudentError {
    /// The file can't be read.
    #[error("cannot read the student {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file can't be written.
    #[error("cannot write the student {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is none of ours, cut short or damaged.
    #[error("not a student: {0}; make one with: soju train-filter")]
    Invalid(String),
    /// A later soju wrote it.
    #[error(
        "the student's file has version {found}, this soju reads version {VERSION}; use a newer soju, or train it again with: soju train-filter"
    )]
    Version {
        /// The version in the file.
        found: u32,
    },
    /// It was trained with a feature that is no longer measured.
    #[error(
        "the student was trained with the {level} feature `{name}`, which this soju does not measure; train it again with: soju train-filter"
    )]
    Feature {
        /// The head's level.
        level: &'static str,
        /// The feature.
        name: String,
    },
    /// It has no head for the level that it is asked for.
    #[error(
        "{path}: the student has no head for the level {level}; train it with samples of that level, see: soju train-filter --help"
    )]
    NoHead {
        /// The file.
        path: PathBuf,
        /// The level.
        level: &'static str,
    },
    /// As the others, for a file with a name.
    #[error("{path}: {source}")]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<StudentError>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    /// What it was trained on.
    statement: String,
    heads: Vec<HeadHeader>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadHeader {
    level: Level,
    grams: Grams,
    scale: f32,
    bias: f32,
    features: Vec<(String, f32)>,
    calibration: Calibration,
}

fn invalid(message: impl Into<String>) -> StudentError {
    StudentError::Invalid(message.into())
}

impl Student {
    /// Reads a student from a file.
    ///
    /// # Errors
    /// The file can't be read, is damaged, or needs a feature that is not measured.
    pub fn load(path: &Path) -> Result<Self, StudentError> {
        let read = || {
            let bytes = std::fs::metadata(path)?.len();
            if bytes > MOST_BYTES {
                return Ok(Err(invalid(format!("{bytes} bytes are too many"))));
            }
            std::fs::read(path).map(|bytes| Self::from_bytes(&bytes))
        };
        read()
            .map_err(|source| StudentError::Read { path: path.to_owned(), source })?
            .map_err(|source| StudentError::InFile { path: path.to_owned(), source: Box::new(source) })
    }

    /// Writes the student to a file, whole or not at all.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn save(&self, path: &Path) -> Result<(), StudentError> {
        let write = || {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            std::io::Write::write_all(&mut file, &self.to_bytes())?;
            file.as_file().sync_all()?;
            file.persist(path).map(drop).map_err(|e| e.error)
        };
        write().map_err(|source| StudentError::Write { path: path.to_owned(), source })
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            statement: self.statement.clone(),
            heads: self.heads.iter().map(HeadHeader::of).collect(),
        };
        let header = serde_json::to_vec(&header).expect("the header holds nothing that JSON lacks");
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend((header.len() as u32).to_le_bytes());
        out.extend(header);
        for head in &self.heads {
            out.extend(head.weights.iter().flat_map(|w| w.to_le_bytes()));
        }
        Self::sealed(&out)
    }

    /// A number that changes with anything in the student.
    pub fn fingerprint(&self) -> u64 {
        xxh3_64(&self.to_bytes())
    }

    /// Bytes with their checksum behind them, as a file has it.
    pub fn sealed(bytes: &[u8]) -> Vec<u8> {
        [bytes, &xxh3_64(bytes).to_le_bytes()].concat()
    }

    /// Reads a student from a file's bytes. Any bytes may come.
    ///
    /// # Errors
    /// The bytes are no student, or need a feature that is not measured.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StudentError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| invalid("it does not begin with SOJUSTUD"))?;
        let short = || invalid("it is cut short");
        let (version, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let found = u32::from_le_bytes(*version);
        if found != VERSION {
            return Err(StudentError::Version { found });
        }
        let (body, sum) = bytes.split_last_chunk().ok_or_else(short)?;
        if xxh3_64(body) != u64::from_le_bytes(*sum) {
            return Err(invalid("it is damaged, its checksum is another"));
        }
        let (length, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let length = u32::from_le_bytes(*length) as usize;
        if length > MOST_HEADER {
            return Err(invalid("its header is too long"));
        }
        let rest = &rest[..rest.len() - sum.len().min(rest.len())];
        let (header, mut rest) = rest.split_at_checked(length).ok_or_else(short)?;
        let header: Header = serde_json::from_slice(header).map_err(|e| invalid(format!("header: {e}")))?;
        // Before any head is looked into: one under the wrong level would be blamed for its features.
        for (i, head) in header.heads.iter().enumerate() {
            if header.heads[..i].iter().any(|h| h.level == head.level) {
                return Err(invalid(format!("two heads for one level, {}", head.level.name())));
            }
        }
        let heads: Vec<Head> =
            header.heads.into_iter().map(|head| head.take(&mut rest)).collect::<Result<_, _>>()?;
        if !rest.is_empty() {
            return Err(invalid("it is longer than its header says"));
        }
        Ok(Self { statement: header.statement, heads })
    }
}

impl HeadHeader {
    fn of(head: &Head) -> Self {
        let names = measures::names(head.level);
        Self {
            level: head.level,
            grams: head.grams,
            scale: head.scale,
            bias: head.bias,
            features: head.features.iter().map(|(place, w)| (names[*place].to_owned(), *w)).collect(),
            calibration: head.calibration,
        }
    }

    /// The head, with its weights from the front of `rest`.
    fn take(self, rest: &mut &[u8]) -> Result<Head, StudentError> {
        let level = self.level;
        let numbers = [self.scale, self.bias].into_iter().chain(self.features.iter().map(|f| f.1));
        let calibration = [self.calibration.slope, self.calibration.offset];
        // A bound, too, so that no sum of them overflows.
        let sound = |x: f64| x.is_finite() && x.abs() < 1e9;
        if !self.grams.valid() || !numbers.map(f64::from).chain(calibration).all(sound) {
            return Err(invalid(format!("a number of the {} head is out of its bounds", level.name())));
        }
        let bytes = self.grams.buckets() * 2;
        let (weights, after) = rest.split_at_checked(bytes).ok_or_else(|| invalid("it is cut short"))?;
        *rest = after;
        let names = measures::names(level);
        let features = self
            .features
            .into_iter()
            .map(|(name, weight)| match names.iter().position(|n| *n == name) {
                Some(place) => Ok((place, weight)),
                None => Err(StudentError::Feature { level: level.name(), name }),
            })
            .collect::<Result<_, _>>()?;
        Ok(Head {
            level,
            grams: self.grams,
            weights: weights.chunks_exact(2).map(|w| i16::from_le_bytes([w[0], w[1]])).collect(),
            scale: self.scale,
            bias: self.bias,
            features,
            calibration: self.calibration,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn student() -> Student {
        let head = |level| Head {
            level,
            grams: Grams { bits: 8, ..Grams::default() },
            weights: (0..256).map(|i| i * 7 - 900).collect(),
            scale: 0.001,
            bias: -0.5,
            features: vec![(0, 1.5), (3, -2.0)],
            calibration: Calibration { slope: 1.2, offset: 0.1 },
        };
        Student { statement: "시험".into(), heads: vec![head(Level::Segment), head(Level::Document)] }
    }

    /// The bytes with a change, and a checksum that fits them.
    fn changed(from: &str, to: &str) -> Vec<u8> {
        let header = String::from_utf8_lossy(&student().to_bytes()[16..]).find("}]}").unwrap() + 3;
        let bytes = student().to_bytes();
        let text = std::str::from_utf8(&bytes[16..16 + header]).unwrap().replacen(from, to, 1);
        let mut out = bytes[..12].to_vec();
        out.extend((text.len() as u32).to_le_bytes());
        out.extend(text.as_bytes());
        out.extend(&bytes[16 + header..bytes.len() - 8]);
        Student::sealed(&out)
    }

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s.bin");
        student().save(&path).unwrap();
        assert_eq!(Student::load(&path).unwrap(), student());
        assert_eq!(Student::from_bytes(&changed("x", "x")).unwrap(), student());
    }

    #[test]
    fn damage_is_named() {
        let error = |bytes: &[u8]| Student::from_bytes(bytes).unwrap_err().to_string();
        let good = student().to_bytes();
        assert!(error(b"GGUF").contains("SOJUSTUD"));
        assert!(error(&good[..good.len() - 1]).contains("checksum"));
        let mut bad = good.clone();
        bad[40] ^= 1;
        assert!(error(&bad).contains("checksum"));
        bad = good;
        bad[8] = 2;
        assert!(error(&bad).contains("version 2"));
        assert!(error(&changed("\"bits\":8", "\"bits\":63")).contains("out of its bounds"));
        assert!(error(&changed("\"bits\":8", "\"bits\":9")).contains("cut short"));
        assert!(error(&changed("\"level\":\"segment\"", "\"level\":\"document\"")).contains("two heads"));
        let first = measures::names(Level::Segment)[0];
        let message = error(&changed(&format!("\"{first}\""), "\"gone\""));
        assert!(message.contains("segment feature `gone`"), "{message}");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(at in 0_usize..2000, byte: u8, cut in 0_usize..2000) {
            let mut bytes = student().to_bytes();
            let (at, cut) = (at % bytes.len(), cut % bytes.len());
            bytes[at] = byte;
            let _ = Student::from_bytes(&bytes);
            bytes.truncate(cut);
            if let Ok(read) = Student::from_bytes(&Student::sealed(&bytes)) {
                prop_assert!(read.raw_document("가나다").is_none_or(f32::is_finite));
            }
        }
    }
}
