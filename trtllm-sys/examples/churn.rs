//! Many requests, some cancelled, some dropped with their executor: run it under a tool that looks for leaks and
//! errors of memory.
//!
//! ```text
//! cargo build -p trtllm-sys --features stand-in --example churn
//! valgrind --leak-check=full --error-exitcode=9 target/debug/examples/churn 100000
//! ```

use std::error::Error;
use std::time::Duration;

use trtllm_sys::stand_in::Engine;
use trtllm_sys::{
    Executor, ExecutorConfig, FinishReason, LogitsProcessors, Model, OutputConfig, Request, SamplingConfig,
    Tensor,
};

fn main() -> Result<(), Box<dyn Error>> {
    let total: u64 = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    Engine::new().set("vocab_size", 100).write(folder.path())?;
    let bias = Tensor::from_slice(&[100], &[0.0_f32; 100])?;
    let executor = Executor::new(
        &Model::folder(folder.path()),
        &ExecutorConfig::default(),
        &LogitsProcessors::default(),
    )?;
    let (mut sent, mut ended, mut cancelled, mut tokens) = (0_u64, 0_u64, 0_u64, 0_u64);
    while ended < total {
        while sent < total && sent - ended < 64 {
            let prompt = [(sent % 97) as i32, 5, (sent % 11) as i32];
            let mut request = Request::new(&prompt[..], 1 + (sent % 7) as i32);
            request.options.streaming = Some(sent % 2 == 0);
            request.options.client_id = Some(sent);
            request.options.stop_words = (sent % 5 == 0).then(|| vec![vec![1, 2], vec![3]]);
            request.options.sampling = Some(SamplingConfig { seed: Some(sent), ..SamplingConfig::default() });
            request.options.output = Some(OutputConfig {
                exclude_input_from_output: Some(true),
                return_log_probs: Some(sent % 3 == 0),
                return_context_logits: Some(sent % 50 == 0),
                return_perf_metrics: Some(sent % 4 == 0),
                ..OutputConfig::default()
            });
            request.tensors.embedding_bias = (sent % 8 == 0).then_some(&bias);
            let id = executor.enqueue(&request)?;
            if sent % 6 == 0 {
                executor.cancel(id)?;
            }
            sent += 1;
        }
        for response in executor.await_responses(Duration::from_millis(100))?.iter() {
            let result = response.result()?;
            for beam in result.beams() {
                tokens += beam.tokens.len() as u64;
                cancelled += u64::from(response.is_final() && beam.finish_reason == FinishReason::Cancelled);
            }
            if let Some(logits) = result.context_logits() {
                assert_eq!(logits.as_slice::<f32>()?.len(), 300);
            }
            ended += u64::from(response.is_final());
        }
        if sent % 1024 < 64 {
            executor.iteration_stats()?;
        }
    }
    // These are dropped with the executor.
    for seed in 0..16 {
        let mut request = Request::new(vec![1, 2, 3], 500);
        request.options.sampling = Some(SamplingConfig { seed: Some(seed), ..SamplingConfig::default() });
        executor.enqueue(&request)?;
    }
    drop(executor);
    println!("{ended} requests ended, {cancelled} of them cancelled, {tokens} tokens");
    Ok(())
}
