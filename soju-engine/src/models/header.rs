//! A look at the first bytes of a GGUF file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::ModelError;

/// Checks magic and version, reading 24 bytes.
///
/// The layout is that of the GGUF specification in the ggml repository: magic, version (u32),
/// number of tensors (u64), number of metadata pairs (u64), little-endian.
pub(super) fn check_gguf(path: &Path) -> Result<(), ModelError> {
    let mut head = Vec::with_capacity(24);
    File::open(path).and_then(|f| f.take(24).read_to_end(&mut head)).map_err(ModelError::io("read", path))?;
    fault(&head).map_or(Ok(()), |found| Err(ModelError::BadHeader { path: path.to_path_buf(), found }))
}

/// What is wrong with the first 24 bytes, if anything.
fn fault(head: &[u8]) -> Option<String> {
    let Ok(head) = <&[u8; 24]>::try_from(head) else {
        return Some(format!("it ends after {} bytes", head.len()));
    };
    if !head.starts_with(b"GGUF") {
        let shown = head[..4].escape_ascii();
        return Some(match &head[..] {
            [b'<', ..] => "it is a web page".to_owned(),
            [b'v', b'e', b'r', b's', b'i', b'o', b'n', b' ', ..] => {
                "it is a git lfs pointer, not the file itself".to_owned()
            }
            _ => format!("it starts with \"{shown}\" instead of \"GGUF\""),
        });
    }
    let version = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    match version {
        2 | 3 => None,
        v if matches!(v.swap_bytes(), 1..=3) => Some("it is a big-endian gguf file".to_owned()),
        v => Some(format!("its gguf version is {v}, and only 2 and 3 are supported")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(version: [u8; 4]) -> Vec<u8> {
        [b"GGUF".as_slice(), &version, &[0; 16]].concat()
    }

    #[test]
    fn versions_2_and_3_pass_and_others_are_named() {
        assert_eq!(fault(&head([2, 0, 0, 0])), None);
        assert_eq!(fault(&head([3, 0, 0, 0])), None);
        assert!(fault(&head([1, 0, 0, 0])).unwrap().contains("version is 1"));
        assert!(fault(&head([0, 0, 0, 3])).unwrap().contains("big-endian"));
    }

    #[test]
    fn what_stands_there_instead_is_said() {
        assert!(fault(b"").unwrap().contains("after 0 bytes"));
        assert!(fault(b"GGUF\x03\0\0\0").unwrap().contains("after 8 bytes"));
        assert!(fault(b"<!DOCTYPE html><html><head>"[..24].as_ref()).unwrap().contains("web page"));
        assert!(fault(b"version https://git-lfs."[..24].as_ref()).unwrap().contains("lfs"));
        assert!(fault(&[0xff; 24]).unwrap().contains(r"\xff"));
    }
}
