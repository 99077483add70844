//! What the tests on the stand-in share: an engine in a temporary folder, an executor on it, and everything that a
//! set of requests was answered.

#![allow(dead_code, unreachable_pub, reason = "each test file takes what it needs")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use trtllm_sys::stand_in::{Engine, Oracle};
use trtllm_sys::{
    Executor, ExecutorConfig, FinishReason, LogitsProcessors, Model, OutputConfig, Request, Responses,
};

/// The default vocabulary of the stand-in.
pub const VOCABULARY: u64 = 1000;

/// Long enough for any machine; a test that needs it all has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// An executor with the folder that it runs from.
pub struct Running {
    pub executor: Executor,
    folder: tempfile::TempDir,
}

impl Running {
    pub fn new(engine: &Engine, config: &ExecutorConfig) -> Self {
        Self::with_processors(engine, config, &LogitsProcessors::default())
    }

    pub fn with_processors(engine: &Engine, config: &ExecutorConfig, processors: &LogitsProcessors) -> Self {
        let folder = tempfile::tempdir().unwrap();
        engine.write(folder.path()).unwrap();
        let executor = Executor::new(&Model::folder(folder.path()), config, processors).unwrap();
        Self { executor, folder }
    }

    pub fn plain() -> Self {
        Self::new(&Engine::new(), &ExecutorConfig::default())
    }

    /// Enqueues a request and gives back all that it was answered.
    pub fn run(&self, request: &Request<'_>) -> Answer {
        let id = self.executor.enqueue(request).unwrap();
        self.collect(&[id]).remove(&id).unwrap()
    }

    /// All that these requests are answered, by id.
    pub fn collect(&self, ids: &[u64]) -> BTreeMap<u64, Answer> {
        let mut answers: BTreeMap<u64, Answer> = ids.iter().map(|id| (*id, Answer::default())).collect();
        let start = Instant::now();
        while answers.values().any(|answer| !answer.done) {
            assert!(start.elapsed() < PATIENCE, "no final response: {answers:?}");
            let responses = self.executor.await_responses(Duration::from_millis(200)).unwrap();
            for response in responses.iter() {
                let answer = answers.get_mut(&response.request_id()).expect("a response to another request");
                assert!(!answer.done, "a response after the final one");
                answer.take(&responses, response);
            }
        }
        answers
    }

    /// An engine's folder whose executor could not be made.
    pub fn refused(engine: &Engine, config: &ExecutorConfig) -> trtllm_sys::Error {
        let folder = tempfile::tempdir().unwrap();
        engine.write(folder.path()).unwrap();
        Executor::new(&Model::folder(folder.path()), config, &LogitsProcessors::default()).unwrap_err()
    }
}

/// All that one request was answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub error: Option<String>,
    /// For each sequence and beam, all tokens in order.
    pub tokens: BTreeMap<(i32, usize), Vec<i32>>,
    /// For each sequence and beam, the tokens of each response.
    pub steps: BTreeMap<(i32, usize), Vec<Vec<i32>>>,
    pub finish: BTreeMap<(i32, usize), FinishReason>,
    pub log_probs: BTreeMap<(i32, usize), Vec<f32>>,
    pub cum_log_probs: BTreeMap<(i32, usize), f32>,
    pub client_id: Option<u64>,
    pub decoding_iter: i32,
    pub avg_tokens: f32,
    pub sequences_ended: usize,
    pub done: bool,
}

impl Answer {
    fn take(&mut self, _: &Responses, response: trtllm_sys::Response<'_>) {
        self.client_id = response.client_id();
        self.done = response.is_final();
        let result = match response.result() {
            Ok(result) => result,
            Err(text) => {
                self.error = Some(text.to_owned());
                return;
            }
        };
        self.decoding_iter = result.decoding_iter();
        self.avg_tokens = result.avg_decoded_tokens_per_iter();
        self.sequences_ended += usize::from(result.is_sequence_final());
        for (index, beam) in result.beams().enumerate() {
            let key = (result.sequence_index(), index);
            self.tokens.entry(key).or_default().extend(beam.tokens);
            self.steps.entry(key).or_default().push(beam.tokens.to_vec());
            self.finish.insert(key, beam.finish_reason);
            if let Some(values) = beam.log_probs {
                self.log_probs.insert(key, values.to_vec());
            }
            if let Some(value) = beam.cum_log_prob {
                self.cum_log_probs.insert(key, value);
            }
        }
    }

    pub fn first(&self) -> &[i32] {
        &self.tokens[&(0, 0)]
    }

    pub fn first_finish(&self) -> FinishReason {
        self.finish[&(0, 0)]
    }
}

/// A request whose output leaves the prompt out.
pub fn request(prompt: &[i32], max_tokens: i32) -> Request<'_> {
    let mut request = Request::new(prompt, max_tokens);
    request.options.output =
        Some(OutputConfig { exclude_input_from_output: Some(true), ..OutputConfig::default() });
    request
}

pub fn streaming(prompt: &[i32], max_tokens: i32) -> Request<'_> {
    let mut request = request(prompt, max_tokens);
    request.options.streaming = Some(true);
    request
}

pub fn oracle(seed: u64) -> Oracle {
    Oracle::new(VOCABULARY, seed)
}
