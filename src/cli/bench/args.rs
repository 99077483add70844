//! Options of `soju bench engine`.

use std::path::PathBuf;

use clap::Args;

/// Tokens of the few-shot header, of the part after it, and of the answer.
pub(super) const FEW_SHOT: [usize; 3] = [512, 64, 8];
/// The key-value cache of llama-server comes in such units for each slot.
const CONTEXT_UNIT: usize = 256;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju bench engine                                             the engine alone
  soju bench engine --server-binary llama-server                beside a server that soju starts and stops
  soju bench engine --server-binary llama-server --server-args '--swa-full'
  soju bench engine --server http://127.0.0.1:8080              beside a server that runs already
  soju bench engine --clients 4 --requests 8 --json out.json    quickly, with every round in a file

Each client sends its next request when it has the answer to the last. Our side and the server's take turns
within every round, so that noise of the machine hits both; the table shows medians over the rounds. The threads of
whoever has just computed spin for a moment beside the other; OMP_WAIT_POLICY=passive ends that, and slows both.")]
pub(crate) struct EngineArgs {
    /// Model to run: a name of `soju model list` or a GGUF file
    #[arg(long, value_name = "NAME|FILE", default_value = "gemma-3-270m")]
    pub(super) model: String,
    /// Numbers of clients at a time
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1,8,32",
        value_parser = clap::value_parser!(u16).range(1..=224))]
    pub(super) clients: Vec<u16>,
    /// Requests of each measurement; at least one for each client
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) requests: u32,
    /// Tokens of a prompt
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = clap::value_parser!(u16).range(2..))]
    pub(super) prompt_tokens: u16,
    /// Tokens of an answer
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) new_tokens: u16,
    /// Rounds; each measures every side once
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) rounds: u16,
    /// Threads that compute, on both sides [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// No flash attention on our side
    #[arg(long)]
    pub(super) no_flash_attention: bool,
    /// Address of a llama-server that runs already, with the same model
    #[arg(long, value_name = "URL", conflicts_with = "server_binary")]
    pub(super) server: Option<String>,
    /// A llama-server to start with the same model, threads and context, and to stop at the end
    #[arg(long, value_name = "FILE")]
    pub(super) server_binary: Option<PathBuf>,
    /// More arguments for it, separated by spaces
    #[arg(long, value_name = "ARGS", requires = "server_binary", allow_hyphen_values = true)]
    pub(super) server_args: Option<String>,
    /// Keep what it writes here
    #[arg(long, value_name = "FILE", requires = "server_binary")]
    pub(super) server_log: Option<PathBuf>,
    /// Seconds that an answer of the server may take until it counts as gone
    #[arg(long, value_name = "S", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) timeout: u64,
    /// Korean text to cut prompts from: JSON lines with a field `text`, .zst or not
    #[arg(long, value_name = "FILE", default_value = "examples/data/hplt-v2-kor-sample.jsonl.zst")]
    pub(super) text: PathBuf,
    /// Seed of the prompts and the arrivals
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Leave the shared header and the static batching out
    #[arg(long)]
    pub(super) throughput_only: bool,
    /// Write every round's figures here
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
}

impl EngineArgs {
    pub(super) fn most_clients(&self) -> usize {
        self.clients.iter().copied().max().map_or(1, usize::from)
    }

    pub(super) fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(all, usize::from)
    }

    /// Tokens of the key-value cache, the same on both sides: the longest request for each client.
    pub(super) fn context(&self) -> usize {
        // Answers of the open workload are up to 7/4 as long.
        let plain = usize::from(self.prompt_tokens) + usize::from(self.new_tokens) * 2;
        let one = plain.max(FEW_SHOT.iter().sum());
        one.next_multiple_of(CONTEXT_UNIT) * self.most_clients()
    }
}
