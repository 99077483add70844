//! Prompt prefixes that are kept: each is computed once in a sequence of its own and copied into the
//! sequences of the requests that begin with it.

use super::job::SequenceId;
use crate::TokenId;

/// A kept prefix.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) tokens: Vec<TokenId>,
    pub(super) sequence: SequenceId,
    /// Tokens planned so far.
    pub(super) done: usize,
    /// The step that planned the last of them; it can be copied from the next step on.
    pub(super) planned_in: u64,
    /// Requests that were admitted with it and have not finished.
    pub(super) users: usize,
    last_used: u64,
}

impl Entry {
    pub(super) fn is_ready(&self, step: u64) -> bool {
        self.done == self.tokens.len() && self.planned_in < step
    }
}

/// All kept prefixes. There are a few, so they are searched one by one.
#[derive(Debug)]
pub(super) struct Prefixes {
    entries: Vec<Entry>,
    free: Vec<SequenceId>,
    clock: u64,
}

impl Prefixes {
    pub(super) fn new(sequences: std::ops::Range<SequenceId>) -> Self {
        Self { entries: Vec::new(), free: sequences.rev().collect(), clock: 0 }
    }

    pub(super) fn find(&self, tokens: &[TokenId]) -> Option<SequenceId> {
        self.entries.iter().find(|entry| entry.tokens == tokens).map(|entry| entry.sequence)
    }

    pub(super) fn get_mut(&mut self, sequence: SequenceId) -> &mut Entry {
        let found = self.entries.iter_mut().find(|entry| entry.sequence == sequence);
        found.expect("a prefix is kept while a request uses it")
    }

    /// Takes a free sequence for a new prefix; `None` if there is none.
    pub(super) fn insert(&mut self, tokens: &[TokenId]) -> Option<SequenceId> {
        let sequence = self.free.pop()?;
        let tokens = tokens.to_vec();
        self.entries.push(Entry { tokens, sequence, done: 0, planned_in: 0, users: 0, last_used: 0 });
        Some(sequence)
    }

    pub(super) fn has_free_sequence(&self) -> bool {
        !self.free.is_empty()
    }

    pub(super) fn acquire(&mut self, sequence: SequenceId) {
        self.clock += 1;
        let clock = self.clock;
        let entry = self.get_mut(sequence);
        entry.users += 1;
        entry.last_used = clock;
    }

    pub(super) fn release(&mut self, sequence: SequenceId) {
        self.get_mut(sequence).users -= 1;
    }

    /// Forgets the unused prefix that was used longest ago, except `keep`. Returns its sequence and length.
    pub(super) fn evict(&mut self, keep: Option<SequenceId>) -> Option<(SequenceId, usize)> {
        let unused = |entry: &&Entry| entry.users == 0 && Some(entry.sequence) != keep;
        let victim = self.entries.iter().filter(unused).min_by_key(|entry| entry.last_used)?.sequence;
        let index = self.entries.iter().position(|entry| entry.sequence == victim)?;
        let entry = self.entries.swap_remove(index);
        self.free.push(victim);
        Some((victim, entry.tokens.len()))
    }

    /// Cells that hold something.
    pub(super) fn cells_used(&self) -> usize {
        self.entries.iter().map(|entry| entry.done).sum()
    }

    /// Cells set aside.
    pub(super) fn cells_reserved(&self) -> usize {
        self.entries.iter().map(|entry| entry.tokens.len()).sum()
    }
}
