//! Requests in the executor's words.

use trtllm_sys::{OutputConfig, Request, SamplingConfig};

use super::adapters::Carried;
use super::guided;
use crate::backend::{BackendRequest, GenerateTask};
use crate::{Sampling, TokenId};

pub(super) fn generation<'a>(
    task: &'a GenerateTask,
    whole: &BackendRequest,
    carried: &'a Carried,
) -> Request<'a> {
    let mut request = Request::new(&task.prompt[..], count(task.max_new_tokens));
    let options = &mut request.options;
    // Each step is answered, also where nobody reads along: a cancelled request keeps what it had.
    options.streaming = Some(true);
    options.sampling = Some(sampling(&task.sampling));
    options.output = Some(OutputConfig {
        return_log_probs: Some(task.log_probs),
        // They tell whether part of the prompt was found computed.
        return_perf_metrics: Some(true),
        ..OutputConfig::default()
    });
    options.guide = task.constraint.as_ref().map(guided::guide);
    // The executor has one end id; what else ends a request is a stop word of one token.
    let (first, others) = match task.end_ids.split_first() {
        Some((first, others)) => (*first, others),
        None => (-1, &[][..]),
    };
    options.end_id = Some(first);
    options.stop_words = (!others.is_empty()).then(|| others.iter().map(|id: &TokenId| vec![*id]).collect());
    carried.attach(task, &mut request);
    common(request, whole)
}

/// A pass over the prompt and a continuation; the one token that must be generated is thrown away.
pub(super) fn scoring<'a>(text: &'a [TokenId], whole: &BackendRequest) -> Request<'a> {
    let mut request = Request::new(text, 1);
    request.options.end_id = Some(-1);
    request.options.output = Some(OutputConfig {
        return_context_logits: Some(true),
        exclude_input_from_output: Some(true),
        ..OutputConfig::default()
    });
    common(request, whole)
}

fn common<'a>(mut request: Request<'a>, whole: &BackendRequest) -> Request<'a> {
    request.options.priority = Some(whole.priority);
    request.options.allotted_time_ms = whole.timeout;
    request
}

fn sampling(sampling: &Sampling) -> SamplingConfig {
    if sampling.is_greedy() {
        return SamplingConfig { top_k: Some(1), ..SamplingConfig::default() };
    }
    SamplingConfig {
        temperature: Some(sampling.temperature),
        // 0 stands for all tokens.
        top_k: Some(sampling.top_k.map_or(0, |k| i32::try_from(k).unwrap_or(i32::MAX))),
        top_p: sampling.top_p,
        seed: Some(sampling.seed),
        ..SamplingConfig::default()
    }
}

fn count(tokens: usize) -> i32 {
    i32::try_from(tokens).unwrap_or(i32::MAX)
}
