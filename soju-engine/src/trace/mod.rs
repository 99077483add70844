//! What the engine tells a `tracing` subscriber while it works.
//!
//! All spans and events have the target [`TARGET`]; nothing else has it. They cost a check of a static each
//! while no subscriber wants that target. Requests, batches and texts are named by numbers; no text and no
//! token id is told.
//!
//! **Spans with the life of a request** ([`LIFETIME`]): made by the backend, never entered; they start when they are
//! made and end when they are closed. Level `DEBUG`.
//!
//! | name | from, to | fields |
//! | --- | --- | --- |
//! | `request` | the backend's thread takes it, its end | `id`, `kind` (`generate`, `score`, `embed`), `prompt_tokens`, `age_us` (how long ago it was submitted), `outcome` |
//! | `queue` | submitted, admitted | `waited_us` (since the submission) |
//! | `prefill` | admitted, first token or end | |
//! | `decode` | first token, end | |
//! | `paused` | lost its place in the cache, admitted again | |
//!
//! `request` is the parent of the others, which follow each other without overlapping. After `paused` there
//! is another `prefill`. `outcome` is a finish reason as in JSON, or `scored`, `embedded`, `failed`, or `lost` when
//! the backend died. TensorRT-LLM does not say when it admits a request: there `queue` lasts until the first token, and
//! how long requests truly waited is in [`BackendStats::queue_wait`](crate::BackendStats::queue_wait).
//!
//! **Events**: `token`, level `TRACE`, in the span that the request is in, for each step that brought it tokens;
//! `gap_us` since its last token (absent for its first).
//!
//! **Spans of a thread**, entered, level `DEBUG`:
//!
//! | name | thread | fields |
//! | --- | --- | --- |
//! | `iteration` | backend (CPU) | `rows`, `decode_rows`, `outputs`: one step of the batch |
//! | `plan`, `compute`, `sample` | backend, inside `iteration` | `compute`: `rows`, `decode_rows`. The last two only in steps with rows |
//! | `embed` | backend, inside `iteration` | `rows`: a batch of texts whose hidden states are wanted |
//! | `tokenize` | the submitter's | `tokens` |
//! | `detokenize` | responses | `id`, `tokens` |

#[cfg(feature = "nvtx")]
mod nvtx;
#[cfg(any(feature = "cpu", feature = "testing", feature = "trtllm"))]
mod requests;

use tracing::Span;
use tracing::field::Empty;

#[cfg(feature = "nvtx")]
pub use nvtx::NvtxLayer;
#[cfg(any(feature = "cpu", feature = "testing", feature = "trtllm"))]
pub(crate) use requests::RequestWatch;

/// The target of all spans and events of this module.
pub const TARGET: &str = "soju_engine::trace";
/// A request, from its arrival at the backend's thread to its end.
pub const REQUEST: &str = "request";
/// It waits for room in a batch.
pub const QUEUE: &str = "queue";
/// Its prompt is computed.
pub const PREFILL: &str = "prefill";
/// Its tokens are generated.
pub const DECODE: &str = "decode";
/// It has lost its place and waits again.
pub const PAUSED: &str = "paused";
/// A token was chosen (event).
pub const TOKEN: &str = "token";
/// One step of the backend.
pub const ITERATION: &str = "iteration";
/// The scheduler chooses what the step computes.
pub const PLAN: &str = "plan";
/// The model computes.
pub const COMPUTE: &str = "compute";
/// Tokens are chosen and answers sent.
pub const SAMPLE: &str = "sample";
/// Hidden states are computed.
pub const EMBED: &str = "embed";
/// A text becomes token ids.
pub const TOKENIZE: &str = "tokenize";
/// Token ids become text.
pub const DETOKENIZE: &str = "detokenize";

/// The spans that live as long as a part of a request and are never entered.
pub const LIFETIME: [&str; 5] = [REQUEST, QUEUE, PREFILL, DECODE, PAUSED];

pub(crate) fn tokenize() -> Span {
    tracing::debug_span!(target: TARGET, TOKENIZE, tokens = Empty)
}

pub(crate) fn detokenize(id: u64, tokens: usize) -> Span {
    tracing::debug_span!(target: TARGET, DETOKENIZE, id, tokens)
}

/// The fields come with [`planned`], when they are known.
#[cfg(feature = "cpu")]
pub(crate) fn iteration() -> Span {
    tracing::debug_span!(target: TARGET, ITERATION, rows = Empty, decode_rows = Empty, outputs = Empty)
}

#[cfg(feature = "cpu")]
pub(crate) fn planned(iteration: &Span, rows: usize, decode_rows: usize, outputs: usize) {
    iteration.record("rows", rows).record("decode_rows", decode_rows).record("outputs", outputs);
}

#[cfg(feature = "cpu")]
pub(crate) fn plan() -> Span {
    tracing::debug_span!(target: TARGET, PLAN)
}

#[cfg(feature = "cpu")]
pub(crate) fn compute(rows: usize, decode_rows: usize) -> Span {
    tracing::debug_span!(target: TARGET, COMPUTE, rows, decode_rows)
}

/// The field comes when it is known.
#[cfg(feature = "cpu")]
pub(crate) fn embed() -> Span {
    tracing::debug_span!(target: TARGET, EMBED, rows = Empty)
}

#[cfg(feature = "cpu")]
pub(crate) fn sample() -> Span {
    tracing::debug_span!(target: TARGET, SAMPLE)
}
