//! Logits post-processors written in Rust.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::error::Error as StdError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use support::{Running, oracle, request};
use trtllm_sys::stand_in::Engine;
use trtllm_sys::{
    BatchedLogitsProcessor, ExecutorConfig, LogitsProcessor, LogitsProcessors, LogitsStep, MemoryType, Tensor,
};

type Outcome = Result<(), Box<dyn StdError + Send + Sync>>;

/// Makes one token the best, and keeps what it saw.
struct Always {
    token: usize,
    seen: Mutex<Vec<(Option<u64>, Vec<i32>)>>,
}

impl Always {
    fn new(token: usize) -> Arc<Self> {
        Arc::new(Self { token, seen: Mutex::default() })
    }
}

impl LogitsProcessor for Always {
    fn process(&self, step: &mut LogitsStep<'_>) -> Outcome {
        self.seen.lock().unwrap().push((step.client_id(), step.beams().next().unwrap().to_vec()));
        step.as_mut_slice::<f32>()?[self.token] = 100.0;
        Ok(())
    }
}

/// The same through a copy, as on a GPU.
struct ByCopy(usize);

impl LogitsProcessor for ByCopy {
    fn process(&self, step: &mut LogitsStep<'_>) -> Outcome {
        let mut logits = step.read()?.as_slice::<f32>()?.to_vec();
        logits[self.0] = 100.0;
        assert_eq!(step.memory(), MemoryType::Cpu);
        step.write(&Tensor::from_slice(step.shape(), &logits)?)?;
        Ok(())
    }
}

struct Fails;

impl LogitsProcessor for Fails {
    fn process(&self, _: &mut LogitsStep<'_>) -> Outcome {
        Err("the grammar is lost".into())
    }
}

struct Panics;

impl LogitsProcessor for Panics {
    fn process(&self, _: &mut LogitsStep<'_>) -> Outcome {
        panic!("on purpose");
    }
}

struct Batch(AtomicUsize);

impl BatchedLogitsProcessor for Batch {
    fn process(&self, steps: &mut [LogitsStep<'_>]) -> Outcome {
        self.0.fetch_max(steps.len(), Ordering::SeqCst);
        for step in steps {
            let token = usize::try_from(step.client_id().unwrap())?;
            assert_eq!(step.beams().next().unwrap()[0], i32::try_from(token)?);
            step.as_mut_slice::<f32>()?[token] = 100.0;
        }
        Ok(())
    }
}

fn with(processors: LogitsProcessors) -> Running {
    Running::with_processors(&Engine::new(), &ExecutorConfig::default(), &processors)
}

#[test]
fn a_named_processor_changes_the_tokens_of_those_that_name_it() {
    let always = Always::new(42);
    let named: Vec<(String, Arc<dyn LogitsProcessor>)> =
        vec![("금지".into(), always.clone()), ("copy".into(), Arc::new(ByCopy(43)))];
    let running = with(LogitsProcessors { named, ..LogitsProcessors::default() });
    let mut asked = request(&[1, 2], 3);
    assert_eq!(running.run(&asked).first(), oracle(0).tokens(&[1, 2], 3));
    asked.options.client_id = Some(8);
    asked.options.logits_processor_name = Some("금지".into());
    assert_eq!(running.run(&asked).first(), [42, 42, 42]);
    asked.options.logits_processor_name = Some("copy".into());
    assert_eq!(running.run(&asked).first(), [43, 43, 43]);
    let seen = always.seen.lock().unwrap();
    assert_eq!(seen[0], (Some(8), vec![1, 2]));
    assert_eq!(seen[2], (Some(8), vec![1, 2, 42, 42]));
}

#[test]
fn a_request_can_bring_a_processor_of_its_own() {
    let running = Running::plain();
    let mut asked = request(&[1], 2);
    let always: Arc<dyn LogitsProcessor> = Always::new(7);
    asked.logits_processor = Some(Arc::clone(&always));
    assert!(asked.effective().unwrap().has_logits_processor);
    assert_eq!(running.run(&asked).first(), [7, 7]);
    drop((asked, running));
    assert_eq!(Arc::strong_count(&always), 1, "C++ still holds the processor");
}

#[test]
fn a_batched_processor_sees_all_requests_of_a_step() {
    let batch = Arc::new(Batch(AtomicUsize::new(0)));
    let engine = Engine::new().set("iteration_us", 3000);
    let processors =
        LogitsProcessors { batched: Some(batch.clone()), replicate: Some(false), ..Default::default() };
    let running = Running::with_processors(&engine, &ExecutorConfig::default(), &processors);
    let prompts: Vec<[i32; 1]> = (10..14).map(|token| [token]).collect();
    let requests: Vec<_> = prompts
        .iter()
        .map(|prompt| {
            let mut asked = request(prompt, 5);
            asked.options.client_id = Some(prompt[0].unsigned_abs().into());
            asked.options.logits_processor_name = Some(LogitsProcessors::BATCHED.into());
            asked
        })
        .collect();
    let ids = running.executor.enqueue_all(&requests).unwrap();
    let answers = running.collect(&ids);
    for (id, prompt) in ids.iter().zip(&prompts) {
        assert_eq!(answers[id].first(), [prompt[0]; 5]);
    }
    assert_eq!(batch.0.load(Ordering::SeqCst), 4);
}

#[test]
fn a_processor_that_fails_or_panics_fails_the_step_and_no_more() {
    let running = Running::plain();
    for (processor, text) in [
        (Arc::new(Fails) as Arc<dyn LogitsProcessor>, "the grammar is lost"),
        (Arc::new(Panics) as Arc<dyn LogitsProcessor>, "panicked: on purpose"),
    ] {
        let mut asked = request(&[1], 2);
        asked.logits_processor = Some(processor);
        let answer = running.run(&asked);
        assert!(answer.error.as_deref().is_some_and(|error| error.contains(text)), "{answer:?}");
        assert_eq!(running.run(&request(&[1], 2)).first(), oracle(0).tokens(&[1], 2));
    }
}
