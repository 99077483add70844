//! SHA-256 of large files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{ModelError, PullProgress};

/// SHA-256 of a file in lower-case hex, telling the progress in bytes.
pub(super) fn sha256_of(path: &Path, progress: &mut dyn PullProgress) -> Result<String, ModelError> {
    let mut file = File::open(path).map_err(ModelError::io("open", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut done = 0;
    loop {
        match file.read(&mut buffer).map_err(ModelError::io("read", path))? {
            0 => return Ok(format!("{:x}", hash.finalize())),
            n => {
                hash.update(&buffer[..n]);
                done += n as u64;
                progress.advance(done);
            }
        }
    }
}
