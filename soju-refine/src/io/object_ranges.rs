//! An object of a store at any place of it, for what is not read from its start to its end.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};

use super::IoError;
use super::objects::{Outcome, PART_BYTES, done, fault, head, open, parsed};

/// Bytes of an object that are held at most.
const HELD_BYTES: u64 = 64 << 20;
/// What is asked for at once at least, however many places are read side by side.
const MIN_PART_BYTES: u64 = 64 << 10;

/// An object in parts that are fetched where somebody reads, and held as long as there is room for them: what is read
/// at several places at once, such as the columns of a table, is fetched once. One that changes meanwhile is an error.
pub(super) struct Ranges {
    store: Arc<dyn ObjectStore>,
    path: Path,
    version: Option<String>,
    size: u64,
    state: Mutex<State>,
}

struct State {
    /// Bytes that are asked for at once.
    part_bytes: u64,
    held_bytes: u64,
    /// What was used last stands at the end.
    parts: VecDeque<(u64, Bytes)>,
    lost: Option<io::Error>,
    #[cfg(test)]
    fetched: u64,
}

impl Ranges {
    /// Asks the store for an object.
    ///
    /// # Errors
    /// When it is not there, and when the store can't be asked.
    pub(super) fn open(url: &str) -> Result<Self, IoError> {
        let (store, key) = open(url)?;
        Self::of(store, parsed(&key, url)?, HELD_BYTES).map_err(|error| fault(url, &error))
    }

    fn of(store: Arc<dyn ObjectStore>, path: Path, held_bytes: u64) -> Outcome<Self> {
        let meta = head(&store, &path)?;
        let state = State {
            part_bytes: held_bytes.min(PART_BYTES),
            held_bytes,
            parts: VecDeque::new(),
            lost: None,
            #[cfg(test)]
            fetched: 0,
        };
        Ok(Self { store, path, version: meta.e_tag, size: meta.size, state: Mutex::new(state) })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Says at how many places it will be read side by side, so that a part of each can be held.
    pub(super) fn shared_by(&self, places: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let share = state.held_bytes / (places as u64 + 1);
        state.part_bytes = share.max(MIN_PART_BYTES).min(state.part_bytes);
    }

    /// The store's fault, where it was one and not the bytes that made reading fail.
    pub(super) fn take_lost(&self) -> Option<io::Error> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).lost.take()
    }

    /// Bytes from a place on, as many as are at hand; none at the end.
    fn at(&self, at: u64) -> io::Result<Bytes> {
        if at >= self.size {
            return Ok(Bytes::new());
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = |(start, part): &(u64, Bytes)| (*start..*start + part.len() as u64).contains(&at);
        let found = state.parts.iter().position(holds);
        let (start, part) = match found.and_then(|i| state.parts.remove(i)) {
            Some(part) => part,
            None => match self.fetch(at, self.size.min(at + state.part_bytes)) {
                Ok(part) => {
                    #[cfg(test)]
                    {
                        state.fetched += part.len() as u64;
                    }
                    (at, part)
                }
                Err(error) => {
                    let message = error.to_string();
                    state.lost = Some(io::Error::new(io::ErrorKind::ConnectionAborted, error));
                    return Err(io::Error::new(io::ErrorKind::ConnectionAborted, message));
                }
            },
        };
        let mut held: u64 = state.parts.iter().map(|(_, part)| part.len() as u64).sum();
        while held + part.len() as u64 > state.held_bytes
            && let Some((_, old)) = state.parts.pop_front()
        {
            held -= old.len() as u64;
        }
        let wanted = part.slice((at - start) as usize..);
        state.parts.push_back((start, part));
        Ok(wanted)
    }

    fn fetch(&self, from: u64, to: u64) -> Outcome<Bytes> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(from..to)),
            if_match: self.version.clone(),
            ..GetOptions::default()
        };
        let (store, path) = (Arc::clone(&self.store), self.path.clone());
        let part = done(async move { store.get_opts(&path, options).await?.bytes().await })?;
        if part.len() as u64 == to - from {
            Ok(part)
        } else {
            let message = format!("it gave {} bytes where {} were asked for", part.len(), to - from);
            Err(super::objects::generic(message))
        }
    }
}

/// Reads on from a place of an object.
pub(super) struct RangeReader {
    ranges: Arc<Ranges>,
    at: u64,
    part: Bytes,
}

impl RangeReader {
    pub(super) fn new(ranges: Arc<Ranges>, at: u64) -> Self {
        Self { ranges, at, part: Bytes::new() }
    }
}

impl Read for RangeReader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.part.is_empty() {
            self.part = self.ranges.at(self.at)?;
        }
        let n = buf.len().min(self.part.len());
        buf[..n].copy_from_slice(&self.part.split_to(n));
        self.at += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::super::objects::tests::{put, store};
    use super::*;

    const SIZE: usize = 1 << 20;

    fn bytes() -> Vec<u8> {
        (0..SIZE as u32 / 4).flat_map(|n| n.wrapping_mul(0x9E37_79B9).to_le_bytes()).collect()
    }

    fn read(ranges: &Arc<Ranges>, at: usize, length: usize) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        RangeReader::new(Arc::clone(ranges), at as u64).take(length as u64).read_to_end(&mut read)?;
        Ok(read)
    }

    #[test]
    fn places_side_by_side_are_fetched_once_in_little_memory() {
        let whole = bytes();
        let store = store(&[("a", whole.clone())]);
        let ranges = Arc::new(Ranges::of(store, Path::from("a"), 320 << 10).unwrap());
        ranges.shared_by(4);
        // Four columns of a quarter each, a little of every one in turn.
        for step in 0..SIZE / 4 / 1000 {
            for column in 0..4 {
                let at = column * (SIZE / 4) + step * 1000;
                assert!(read(&ranges, at, 1000).unwrap() == whole[at..at + 1000]);
            }
            let state = ranges.state.lock().unwrap();
            let held: usize = state.parts.iter().map(|(_, part)| part.len()).sum();
            assert!(held <= 320 << 10, "{held}");
        }
        let fetched = ranges.state.lock().unwrap().fetched;
        assert!(fetched <= SIZE as u64 * 3 / 2, "{fetched}");
    }

    #[test]
    fn what_is_longer_than_a_part_is_read_whole_and_the_end_is_the_end() {
        let whole = bytes();
        let ranges = Arc::new(Ranges::of(store(&[("a", whole.clone())]), Path::from("a"), 100_000).unwrap());
        assert!(read(&ranges, 7, SIZE).unwrap() == whole[7..]);
        assert!(read(&ranges, SIZE, 1).unwrap().is_empty());
        assert!(read(&ranges, SIZE + 5, 1).unwrap().is_empty());
        assert!(ranges.take_lost().is_none());
    }

    #[test]
    fn an_object_that_changes_is_lost_and_that_is_told_from_bad_bytes() {
        let store = store(&[("a", bytes())]);
        let ranges = Arc::new(Ranges::of(Arc::clone(&store), Path::from("a"), 100_000).unwrap());
        read(&ranges, 0, 10).unwrap();
        put(&store, "a", vec![0; SIZE]);
        // What is held is still good.
        assert_eq!(read(&ranges, 0, 10).unwrap(), bytes()[..10]);
        assert_eq!(read(&ranges, SIZE / 2, 10).unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        assert!(ranges.take_lost().is_some() && ranges.take_lost().is_none());
        assert!(Ranges::of(store, Path::from("b"), 1).is_err());
    }
}
