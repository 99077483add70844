//! The life of requests and executors: cancelling, time-outs, shutdown, waiting, dropping, many threads.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::{Running, oracle, request, streaming};
use trtllm_sys::stand_in::Engine;
use trtllm_sys::{Error, ExecutorConfig, FinishReason, SamplingConfig};

/// An engine that takes its time, so that requests are still running when something happens to them.
fn slow() -> Engine {
    Engine::new().set("iteration_us", 1000)
}

#[test]
fn a_cancelled_request_ends_with_a_final_response() {
    for stream in [false, true] {
        let running = Running::new(&slow(), &ExecutorConfig::default());
        let asked = if stream { streaming(&[1, 2], 900) } else { request(&[1, 2], 900) };
        let id = running.executor.enqueue(&asked).unwrap();
        thread::sleep(Duration::from_millis(20));
        assert!(running.executor.is_live(id));
        assert!(running.executor.cancel(id).unwrap());
        let answer = &running.collect(&[id])[&id];
        assert_eq!(answer.first_finish(), FinishReason::Cancelled);
        let tokens = answer.tokens.get(&(0, 0)).cloned().unwrap_or_default();
        assert!(tokens.len() < 900);
        assert_eq!(tokens, oracle(0).tokens(&[1, 2], tokens.len()));
        assert!(!running.executor.is_live(id));
        assert!(!running.executor.cancel(id).unwrap(), "a request that is done is not cancelled again");
    }
}

#[test]
fn an_id_that_was_never_given_is_neither_cancelled_nor_waited_for() {
    let running = Running::plain();
    assert!(!running.executor.cancel(12_345).unwrap());
    let error = running.executor.await_responses_of(&[12_345], Duration::from_secs(60)).unwrap_err();
    assert!(matches!(error, Error::UnknownRequest(12_345)), "{error}");
}

#[test]
fn a_request_can_run_out_of_time() {
    let running = Running::new(&slow(), &ExecutorConfig::default());
    let mut asked = streaming(&[1], 900);
    asked.options.allotted_time_ms = Some(Duration::from_millis(30));
    let answer = running.run(&asked);
    assert_eq!(answer.first_finish(), FinishReason::TimedOut);
    assert!(answer.tokens[&(0, 0)].len() < 900);
}

#[test]
fn a_wait_ends_with_its_time() {
    let running = Running::plain();
    let start = Instant::now();
    assert!(running.executor.await_responses(Duration::from_millis(30)).unwrap().is_empty());
    assert!(start.elapsed() >= Duration::from_millis(30));
}

#[test]
fn responses_of_chosen_requests_can_be_waited_for() {
    let running = Running::plain();
    let first = running.executor.enqueue(&request(&[1], 2)).unwrap();
    let second = running.executor.enqueue(&request(&[2], 2)).unwrap();
    let responses = running.executor.await_responses_of(&[second], Duration::from_secs(30)).unwrap();
    assert!(responses.iter().all(|response| response.request_id() == second));
    assert_eq!(responses.len(), 1);
    // It is done, so there is nothing more to wait for.
    assert!(matches!(
        running.executor.await_responses_of(&[second], Duration::from_secs(30)),
        Err(Error::UnknownRequest(_))
    ));
    let responses = running.executor.await_responses_of(&[first], Duration::from_secs(30)).unwrap();
    assert_eq!(responses.get(0).unwrap().request_id(), first);
}

#[test]
fn ready_responses_are_counted() {
    let running = Running::plain();
    let id = running.executor.enqueue(&request(&[1], 2)).unwrap();
    let start = Instant::now();
    while running.executor.responses_ready(Some(id)).unwrap() == 0 {
        assert!(start.elapsed() < Duration::from_secs(30));
        thread::yield_now();
    }
    assert_eq!(running.executor.responses_ready(None).unwrap(), 1);
    running.collect(&[id]);
    assert_eq!(running.executor.responses_ready(None).unwrap(), 0);
}

#[test]
fn there_is_one_consumer() {
    let running = Running::plain();
    let waiting = AtomicBool::new(false);
    thread::scope(|scope| {
        let (executor, flag) = (&running.executor, &waiting);
        let waiter = scope.spawn(move || {
            flag.store(true, Ordering::SeqCst);
            executor.await_responses(Duration::from_millis(600)).map(|responses| responses.len())
        });
        while !waiting.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(100));
        assert!(matches!(executor.await_responses(Duration::ZERO), Err(Error::ConsumerBusy)));
        assert_eq!(waiter.join().unwrap().unwrap(), 0);
    });
    assert!(running.executor.await_responses(Duration::ZERO).is_ok());
}

#[test]
fn once_closed_nothing_goes_in_and_what_was_there_comes_out() {
    let running = Running::plain();
    let id = running.executor.enqueue(&request(&[1], 20)).unwrap();
    running.executor.close();
    assert!(matches!(running.executor.enqueue(&request(&[1], 1)), Err(Error::ShutDown)));
    assert!(matches!(running.executor.enqueue_all(&[]), Err(Error::ShutDown)));
    assert_eq!(running.collect(&[id])[&id].first(), oracle(0).tokens(&[1], 20));
}

#[test]
fn after_shutdown_every_call_says_so() {
    let running = Running::plain();
    let id = running.executor.enqueue(&request(&[1], 20)).unwrap();
    running.executor.shutdown().unwrap();
    running.executor.shutdown().unwrap();
    let executor = &running.executor;
    let shut = |outcome: Result<(), Error>| assert!(matches!(outcome, Err(Error::ShutDown)), "{outcome:?}");
    shut(executor.enqueue(&request(&[1], 1)).map(drop));
    shut(executor.await_responses(Duration::ZERO).map(drop));
    shut(executor.await_responses_of(&[id], Duration::ZERO).map(drop));
    shut(executor.responses_ready(None).map(drop));
    shut(executor.cancel(id).map(drop));
    shut(executor.cancel_all());
    shut(executor.iteration_stats().map(drop));
    shut(executor.kv_events(Duration::ZERO).map(drop));
}

#[test]
fn dropping_an_executor_does_not_wait_for_requests_that_nobody_reads() {
    let running = Running::new(&Engine::new().set("iteration_us", 20_000), &ExecutorConfig::default());
    for _ in 0..8 {
        // Run to the end, these would take 18 seconds.
        running.executor.enqueue(&streaming(&[1], 900)).unwrap();
    }
    let start = Instant::now();
    drop(running);
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

#[test]
fn shutdown_from_one_thread_is_seen_by_the_others_at_once() {
    let running = Running::new(&slow(), &ExecutorConfig::default());
    running.executor.enqueue(&request(&[1], 300)).unwrap();
    thread::scope(|scope| {
        let executor = &running.executor;
        let closer = scope.spawn(move || executor.shutdown());
        let start = Instant::now();
        loop {
            match executor.enqueue(&request(&[1], 1)) {
                Err(Error::ShutDown) => break,
                other => drop(other.unwrap()),
            }
            assert!(start.elapsed() < Duration::from_secs(30));
        }
        closer.join().unwrap().unwrap();
    });
}

#[test]
fn many_threads_enqueue_and_cancel_while_one_reads() {
    const THREADS: u64 = 4;
    const EACH: u64 = 200;
    let running = Running::plain();
    let executor = &running.executor;
    let mut done = std::collections::BTreeMap::new();
    thread::scope(|scope| {
        let senders: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    let mut ids = Vec::new();
                    for index in 0..EACH {
                        let prompt = [thread as i32, index as i32];
                        let mut asked = streaming(&prompt, 6);
                        asked.options.client_id = Some(thread * EACH + index);
                        asked.options.sampling =
                            Some(SamplingConfig { seed: Some(index), ..SamplingConfig::default() });
                        let id = executor.enqueue(&asked).unwrap();
                        if index % 3 == 0 {
                            executor.cancel(id).unwrap();
                        }
                        ids.push(id);
                    }
                    ids
                })
            })
            .collect();
        let start = Instant::now();
        let mut tokens: std::collections::BTreeMap<u64, Vec<i32>> = std::collections::BTreeMap::new();
        while done.len() < usize::try_from(THREADS * EACH).unwrap() {
            assert!(start.elapsed() < Duration::from_secs(120), "{} of {}", done.len(), THREADS * EACH);
            for response in executor.await_responses(Duration::from_millis(100)).unwrap().iter() {
                let result = response.result().unwrap();
                let all = tokens.entry(response.request_id()).or_default();
                let mut reason = FinishReason::NotFinished;
                for beam in result.beams() {
                    all.extend_from_slice(beam.tokens);
                    reason = beam.finish_reason;
                }
                if response.is_final() {
                    let client = response.client_id().unwrap();
                    assert!(done.insert(client, (reason, all.clone())).is_none(), "two final responses");
                }
            }
        }
        let ids: Vec<u64> = senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect();
        let unique: std::collections::BTreeSet<u64> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "an id was given twice");
    });
    for (client, (reason, tokens)) in done {
        let (thread, index) = (client / EACH, client % EACH);
        let expected = oracle(index).tokens(&[thread as i32, index as i32], 6);
        assert_eq!(tokens, expected[..tokens.len()]);
        match reason {
            FinishReason::Length => assert_eq!(tokens.len(), 6),
            other => assert_eq!((other, index % 3), (FinishReason::Cancelled, 0)),
        }
    }
}
