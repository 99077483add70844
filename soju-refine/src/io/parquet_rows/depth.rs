//! How deep the schema of a Parquet file is nested, before a library goes down into it.
//!
//! The schema is a list of elements in Thrift's compact protocol, each with the number of its children
//! (`SchemaElement.num_children`, field 5, in `FileMetaData.schema`, field 2, of parquet.thrift). The parquet
//! crate builds and drops the tree by recursion, so a footer of a few megabytes could exhaust the stack, which
//! no caller can catch.

use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;

/// Levels that are let through; corpora have less than ten.
const MAX_DEPTH: usize = 64;
const MAGIC: &[u8] = b"PAR1";
/// The length of the metadata, and the magic number.
const FOOTER_BYTES: u64 = 8;

/// Reads the end of the file and looks at its schema.
pub(super) fn check(file: &impl ChunkReader) -> Result<Result<(), String>, ParquetError> {
    let bytes = file.len();
    if bytes < FOOTER_BYTES + MAGIC.len() as u64 {
        return Ok(Err(format!("{bytes} bytes are too few for a parquet file")));
    }
    let footer = file.get_bytes(bytes - FOOTER_BYTES, FOOTER_BYTES as usize)?;
    let [a, b, c, d, magic @ ..] = &footer[..] else {
        return Ok(Err("the end of the file is missing".into()));
    };
    if magic != MAGIC {
        return Ok(Err("the end of the file is missing: it does not end in PAR1".into()));
    }
    let length = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
    if length > bytes - FOOTER_BYTES {
        return Ok(Err(format!("metadata of {length} bytes in a file of {bytes}")));
    }
    let metadata = file.get_bytes(bytes - FOOTER_BYTES - length, length as usize)?;
    Ok(match (Thrift { rest: &metadata }).schema_depth() {
        // What can't be followed here can't be followed by the library, which says it better.
        None => Ok(()),
        Some(depth) if depth <= MAX_DEPTH => Ok(()),
        Some(_) => Err(format!("a schema nested more than {MAX_DEPTH} deep")),
    })
}

/// A reader of Thrift's compact protocol. None where the bytes end or make no sense.
struct Thrift<'a> {
    rest: &'a [u8],
}

mod kind {
    pub(super) const STOP: u8 = 0;
    pub(super) const LIST: u8 = 9;
    pub(super) const STRUCT: u8 = 12;
}

impl Thrift<'_> {
    /// The depth of the schema in a `FileMetaData`, counted no further than one beyond the limit.
    fn schema_depth(&mut self) -> Option<usize> {
        let mut id = 0;
        loop {
            match self.field(&mut id)? {
                kind::STOP => return None,
                kind::LIST if id == 2 => break,
                other => self.skip(other, 0)?,
            }
        }
        let (elements, kind) = self.list()?;
        // Children that are still to come, for each open level.
        let mut open: Vec<u64> = Vec::new();
        let mut deepest = 0;
        for _ in 0..elements {
            if kind != kind::STRUCT {
                return None;
            }
            while open.last() == Some(&0) {
                open.pop();
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            let children = self.children()?;
            if children > 0 {
                open.push(children);
            }
            deepest = deepest.max(open.len());
            if deepest > MAX_DEPTH {
                break;
            }
        }
        Some(deepest)
    }

    /// The number of children of a `SchemaElement`.
    fn children(&mut self) -> Option<u64> {
        let (mut id, mut children) = (0, 0);
        loop {
            match self.field(&mut id)? {
                kind::STOP => return Some(children),
                5 if id == 5 => children = u64::try_from(self.zigzag()?).ok()?,
                other => self.skip(other, 0)?,
            }
        }
    }

    /// The header of a field: its type; its number goes to `id`.
    fn field(&mut self, id: &mut i64) -> Option<u8> {
        let byte = self.byte()?;
        let kind = byte & 15;
        if kind != kind::STOP {
            *id = match byte >> 4 {
                0 => self.zigzag()?,
                delta => id.checked_add(i64::from(delta))?,
            };
        }
        Some(kind)
    }

    fn list(&mut self) -> Option<(u64, u8)> {
        let byte = self.byte()?;
        let size = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
        // Each element takes a byte at least.
        (size <= self.rest.len() as u64).then_some((size, byte & 15))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.take(1),
            4..=6 => self.varint().map(drop),
            7 => self.take(8),
            8 => {
                let bytes = self.varint()?;
                self.take(bytes)
            }
            kind::LIST | 10 => {
                let (size, kind) = self.list()?;
                (0..size).try_for_each(|_| self.skip_item(kind, depth + 1))
            }
            11 => {
                let size = self.varint()?;
                if size == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                (0..size).try_for_each(|_| {
                    self.skip_item(kinds >> 4, depth + 1)?;
                    self.skip_item(kinds & 15, depth + 1)
                })
            }
            kind::STRUCT => {
                let mut id = 0;
                loop {
                    match self.field(&mut id)? {
                        kind::STOP => return Some(()),
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
            }
            _ => None,
        }
    }

    /// A truth value takes a byte in a list and none in a field.
    fn skip_item(&mut self, kind: u8, depth: usize) -> Option<()> {
        if matches!(kind, 1 | 2) { self.take(1) } else { self.skip(kind, depth) }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;

    /// A file whose schema is a chain of groups so many levels deep, with what a library would want to see left out.
    pub(in super::super) fn nested(levels: usize) -> Vec<u8> {
        let mut metadata = vec![0x15, 2, 0x19, 0xfc];
        let mut size = levels + 1;
        while size > 127 {
            metadata.push(size as u8 | 128);
            size >>= 7;
        }
        metadata.push(size as u8);
        for level in 0..=levels {
            metadata.extend_from_slice(&[0x48, 1, b'a']);
            if level < levels {
                metadata.extend_from_slice(&[0x15, 2]);
            }
            metadata.push(0);
        }
        metadata.push(0);
        let mut file = b"PAR1".to_vec();
        file.extend_from_slice(&metadata);
        file.extend_from_slice(&(metadata.len() as u32).to_le_bytes());
        file.extend_from_slice(b"PAR1");
        file
    }

    fn checked(file: &[u8]) -> Result<(), String> {
        check(&Bytes::copy_from_slice(file)).unwrap()
    }

    #[test]
    fn deep_schemas_are_refused_and_shallow_ones_are_not() {
        assert_eq!(checked(&nested(3)), Ok(()));
        assert_eq!(checked(&nested(64)), Ok(()));
        for levels in [65, 1_000_000] {
            assert_eq!(checked(&nested(levels)), Err("a schema nested more than 64 deep".into()));
        }
    }

    #[test]
    fn files_without_their_end_are_told() {
        assert!(checked(b"PAR1").unwrap_err().contains("too few"));
        assert!(checked(b"PAR1 cut off here").unwrap_err().contains("does not end in PAR1"));
        assert!(checked(b"PAR1\xff\xff\xff\x7fPAR1").unwrap_err().contains("metadata of 2147483647 bytes"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut metadata: Vec<u8>, at in 0usize..40, byte: u8) {
            let mut file = nested(9);
            let at = 4 + at % (file.len() - 12);
            file[at] = byte;
            let _ = checked(&file);
            metadata.splice(0..0, *b"PAR1");
            let length = metadata.len() as u32 - 4;
            metadata.extend_from_slice(&length.to_le_bytes());
            metadata.extend_from_slice(b"PAR1");
            let _ = checked(&metadata);
        }
    }
}
