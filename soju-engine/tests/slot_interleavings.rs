//! The slot between the response thread and a reader, under every order in which their steps can fall.
//!
//! `src/stream/slot.rs` is compiled here a second time, with shuttle's locks in the place of std's: shuttle runs
//! the two sides one step at a time and tries the orders one after the other. A lost wake-up leaves a side that
//! nothing can wake, which shuttle reports as a deadlock. Its `wait_timeout` never times out, so a reader that
//! gives up is one whose deadline has passed already.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod sync {
    pub(super) use shuttle::sync::{Condvar, Mutex, MutexGuard};
    pub(super) use std::sync::PoisonError;
}

#[path = "../src/stream/slot.rs"]
mod slot;

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use shuttle::sync::Arc;
use shuttle::{check_dfs, future, thread};
use slot::{Merge, Slot};

type Letters = Slot<Word, &'static str>;

#[derive(Debug, PartialEq)]
struct Word(String);

impl Merge for Word {
    fn merge(&mut self, later: Self) {
        self.0.push_str(&later.0);
    }
}

fn word(text: &str) -> Word {
    Word(text.to_owned())
}

/// What a reader has got: all text in the order it came, and the error if that was the end.
#[derive(Debug, Default, PartialEq)]
struct Read {
    text: String,
    error: Option<&'static str>,
}

impl Read {
    /// Takes an item. True if it was the end of the slot.
    fn add(&mut self, item: Option<Result<Word, &'static str>>) -> bool {
        assert!(item.is_none() || self.error.is_none(), "{item:?} came after the error");
        match item {
            Some(Ok(Word(text))) => self.text.push_str(&text),
            Some(Err(error)) => self.error = Some(error),
            None => return true,
        }
        false
    }
}

/// Blocks until the end.
fn block(slot: &Letters) -> Read {
    let mut read = Read::default();
    loop {
        let Poll::Ready(item) = slot.wait(None) else { panic!("gave up without a deadline") };
        if read.add(item) {
            return read;
        }
    }
}

/// Is woken until the end.
fn poll(slot: &Letters) -> Read {
    let mut read = Read::default();
    while !read.add(future::block_on(poll_fn(|context| slot.poll(context)))) {}
    read
}

/// The ends of a slot, each with what a reader has to get.
fn close(slot: &Letters) {
    slot.put(word("a"));
    slot.put(word("b"));
    slot.close(word("c"));
}

const CLOSED: (&str, Option<&str>) = ("abc", None);

fn fail(slot: &Letters) {
    slot.put(word("a"));
    slot.fail("dead");
}

const FAILED: (&str, Option<&str>) = ("a", Some("dead"));

/// Runs both sides in every order.
fn check(
    write: fn(&Letters),
    read: fn(&Letters) -> Read,
    (text, error): (&'static str, Option<&'static str>),
) {
    check_dfs(
        move || {
            let slot = Arc::new(Letters::new());
            let writer = thread::spawn({
                let slot = Arc::clone(&slot);
                move || write(&slot)
            });
            assert_eq!(read(&slot), Read { text: text.to_owned(), error });
            writer.join().unwrap();
            // The end stays the end.
            assert_eq!(slot.wait(None), Poll::Ready(None));
            assert!(slot.is_ready());
        },
        None,
    );
}

#[test]
fn a_blocking_reader_gets_all_and_one_end() {
    check(close, block, CLOSED);
    check(fail, block, FAILED);
}

#[test]
fn a_polling_reader_gets_all_and_one_end() {
    check(close, poll, CLOSED);
    check(fail, poll, FAILED);
}

#[test]
fn nothing_follows_the_end() {
    fn close_often(slot: &Letters) {
        slot.close(word("a"));
        slot.put(word("b"));
        slot.close(word("c"));
        slot.fail("dead");
    }
    fn fail_often(slot: &Letters) {
        slot.fail("dead");
        slot.close(word("a"));
        slot.fail("dead again");
    }
    check(close_often, block, ("a", None));
    check(close_often, poll, ("a", None));
    check(fail_often, block, ("", Some("dead")));
    check(fail_often, poll, ("", Some("dead")));
}

/// A future that waited and was dropped has left its waker; the one after it has to be woken instead.
#[test]
fn a_later_waker_takes_the_place_of_an_earlier_one() {
    fn twice(slot: &Letters) -> Read {
        let mut read = Read::default();
        if let Poll::Ready(item) = slot.poll(&Context::from_waker(Waker::noop())) {
            assert!(!read.add(item), "the first item is no end");
        }
        let rest = poll(slot);
        read.text.push_str(&rest.text);
        Read { error: rest.error, ..read }
    }
    check(close, twice, CLOSED);
    check(fail, twice, FAILED);
}

/// A wait that ran out of time takes nothing with it.
#[test]
fn a_reader_that_gives_up_and_comes_back_has_lost_nothing() {
    fn impatient(slot: &Letters) -> Read {
        let mut read = Read::default();
        if let Poll::Ready(item) = slot.wait(Some(Instant::now())) {
            assert!(!read.add(item), "the first item is no end");
        }
        let rest = block(slot);
        read.text.push_str(&rest.text);
        Read { error: rest.error, ..read }
    }
    check(close, impatient, CLOSED);
    check(fail, impatient, FAILED);
}

/// A reader that is gone for good: the writer ends all the same, and what was not read is freed with the slot.
#[test]
fn a_reader_that_is_gone_holds_up_nobody() {
    check_dfs(
        || {
            let slot = Arc::new(Letters::new());
            let reader = thread::spawn({
                let slot = Arc::clone(&slot);
                move || {
                    let _ = slot.poll(&Context::from_waker(Waker::noop()));
                    let _ = slot.wait(Some(Instant::now()));
                }
            });
            close(&slot);
            reader.join().unwrap();
            assert!(Arc::into_inner(slot).is_some(), "somebody still holds the slot");
        },
        None,
    );
}

/// What `is_ready` says holds for the only reader.
#[test]
fn a_slot_that_is_ready_gives_without_waiting() {
    check_dfs(
        || {
            let slot = Arc::new(Letters::new());
            let writer = thread::spawn({
                let slot = Arc::clone(&slot);
                move || fail(&slot)
            });
            if slot.is_ready() {
                assert!(slot.wait(Some(Instant::now())).is_ready());
            }
            writer.join().unwrap();
        },
        None,
    );
}
