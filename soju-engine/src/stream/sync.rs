//! The locks of a [`Slot`](super::slot::Slot). `tests/slot_interleavings.rs` compiles it with others in their place.

pub(super) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
