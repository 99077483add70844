//! Time during which a model has something to do.

use std::time::{Duration, Instant};

/// How many documents a model is working on, and since when that is counted.
#[derive(Debug, Default)]
pub(super) struct Busy {
    pub(super) documents: usize,
    since: Option<Instant>,
}

impl Busy {
    /// One document more.
    pub(super) fn start(&mut self) {
        self.documents += 1;
        self.since.get_or_insert_with(Instant::now);
    }

    /// One document less. The time since the last one went, or since the first one came: together the time in which
    /// there was one at all.
    pub(super) fn end(&mut self) -> Duration {
        self.documents -= 1;
        let now = Instant::now();
        let since = self.since.take().unwrap_or(now);
        self.since = (self.documents > 0).then_some(now);
        now - since
    }
}
