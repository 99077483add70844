//! Files of rows.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use super::{Row, SpillError};

/// Writes rows one after another.
#[derive(Debug)]
pub struct TableWriter<R> {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: Vec<u8>,
    rows: PhantomData<R>,
}

impl<R: Row> TableWriter<R> {
    /// A new file at `path`, in the place of one that may be there.
    ///
    /// # Errors
    /// It can't be created.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, SpillError> {
        let path = path.into();
        let file = File::create(&path).map_err(SpillError::at(&path))?;
        Ok(Self {
            path,
            file: BufWriter::with_capacity(1 << 18, file),
            bytes: vec![0; R::BYTES],
            rows: PhantomData,
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// It can't be written.
    pub fn push(&mut self, row: &R) -> Result<(), SpillError> {
        row.put(&mut self.bytes);
        self.file.write_all(&self.bytes).map_err(SpillError::at(&self.path))
    }

    /// Writes what is in the buffer. With `sync` it is on disk after this, whatever happens to the machine.
    ///
    /// # Errors
    /// It can't be written.
    pub fn finish(mut self, sync: bool) -> Result<PathBuf, SpillError> {
        let mut flush = || {
            self.file.flush()?;
            if sync { self.file.get_ref().sync_all() } else { Ok(()) }
        };
        flush().map_err(SpillError::at(&self.path))?;
        Ok(self.path)
    }
}

/// Reads the rows of a file in their order.
#[derive(Debug)]
pub struct TableReader<R> {
    path: PathBuf,
    file: BufReader<File>,
    bytes: Vec<u8>,
    rows: PhantomData<R>,
}

impl<R: Row> TableReader<R> {
    /// The file at `path`, read through a buffer of `buffer` bytes.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(path: &Path, buffer: usize) -> Result<Self, SpillError> {
        let file = File::open(path).map_err(SpillError::at(path))?;
        let file = BufReader::with_capacity(buffer.max(R::BYTES), file);
        Ok(Self { path: path.to_owned(), file, bytes: vec![0; R::BYTES], rows: PhantomData })
    }

    /// The next row; none at the end of the file.
    ///
    /// # Errors
    /// It can't be read, or ends within a row.
    pub fn read(&mut self) -> Result<Option<R>, SpillError> {
        let mut filled = 0;
        while filled < self.bytes.len() {
            match self.file.read(&mut self.bytes[filled..]) {
                Ok(0) if filled == 0 => return Ok(None),
                Ok(0) => return Err(SpillError::at(&self.path)(io::ErrorKind::UnexpectedEof.into())),
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(SpillError::at(&self.path)(e)),
            }
        }
        Ok(Some(R::take(&self.bytes)))
    }
}

impl<R: Row> Iterator for TableReader<R> {
    type Item = Result<R, SpillError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

/// Reads single rows of a file by their number.
#[derive(Debug)]
pub struct TableLookup<R> {
    path: PathBuf,
    file: File,
    bytes: Vec<u8>,
    rows: PhantomData<R>,
}

impl<R: Row> TableLookup<R> {
    /// The file at `path`.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(path: &Path) -> Result<Self, SpillError> {
        let file = File::open(path).map_err(SpillError::at(path))?;
        Ok(Self { path: path.to_owned(), file, bytes: vec![0; R::BYTES], rows: PhantomData })
    }

    /// Row `number`, from 0.
    ///
    /// # Errors
    /// It can't be read, or there are not as many.
    pub fn get(&mut self, number: u64) -> Result<R, SpillError> {
        let at = number * R::BYTES as u64;
        let mut read = || {
            self.file.seek(SeekFrom::Start(at))?;
            self.file.read_exact(&mut self.bytes)
        };
        read().map_err(SpillError::at(&self.path))?;
        Ok(R::take(&self.bytes))
    }
}
