//! Our side.

use std::path::Path;
use std::time::Instant;

use anyhow::ensure;
use soju_engine::{Batching, CpuConfig, Engine, GenerationRequest, GenerationRequestBuilder};

use super::args::EngineArgs;
use super::drive::{Side, Timing};
use super::workload::Job;

/// The engine in this process.
pub(in crate::cli) struct Ours(pub(in crate::cli) Engine);

impl Ours {
    pub(super) fn load(args: &EngineArgs, model: &Path, batching: Batching) -> anyhow::Result<Self> {
        let mut config = CpuConfig::new(model);
        config.threads = args.threads();
        config.max_sequences = args.most_clients();
        config.kv_tokens = args.context();
        config.batch_tokens = config.batch_tokens.max(config.max_sequences);
        config.batching = batching;
        config.flash_attention = !args.no_flash_attention;
        Ok(Self(Engine::builder().cpu(config).build()?))
    }
}

impl Ours {
    /// Asks for as many new tokens as the job wants, and takes the times.
    pub(in crate::cli) fn ask(&self, request: GenerationRequestBuilder, job: &Job) -> anyhow::Result<Timing> {
        let request = request.max_new_tokens(job.new_tokens).ignore_end().build()?;
        let start = Instant::now();
        let (mut first, mut tokens) = (None, 0);
        for chunk in self.0.submit(request)? {
            tokens += chunk?.tokens.len();
            if tokens > 0 {
                first.get_or_insert_with(|| start.elapsed());
            }
        }
        let whole = start.elapsed();
        ensure!(tokens == job.new_tokens, "the engine generated {tokens} tokens, not {}", job.new_tokens);
        Ok(Timing { first: first.unwrap_or(whole), whole, tokens })
    }
}

impl Side for Ours {
    fn complete(&self, job: &Job) -> anyhow::Result<Timing> {
        self.ask(GenerationRequest::builder(job.prompt.as_slice()).shared_prefix(job.shared), job)
    }
}
