//! Views of the responses in a batch.

use super::{Head, RequestPerfMetrics, Responses, TensorKind};
use crate::{ContextPhaseParams, FinishReason, Tensor};

/// One response: an error or a result.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    batch: &'a Responses,
    index: usize,
}

impl<'a> Response<'a> {
    pub(super) fn new(batch: &'a Responses, index: usize) -> Self {
        Self { batch, index }
    }

    fn head(&self) -> &'a Head {
        &self.batch.heads[self.index]
    }

    /// The request.
    #[must_use]
    pub fn request_id(&self) -> u64 {
        self.head().request_id
    }

    /// The caller's own number of the request.
    #[must_use]
    pub fn client_id(&self) -> Option<u64> {
        self.head().client_id
    }

    /// Whether this is the last response of the request, over all its sequences. An error always is.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.head().is_final
    }

    /// The result, or what the executor says went wrong.
    ///
    /// # Errors
    ///
    /// The executor's own text.
    pub fn result(&self) -> Result<GenerationResult<'a>, &'a str> {
        match self.head().error {
            Some(error) => Err(self.batch.errors.get(error).map_or("", String::as_str)),
            None => Ok(GenerationResult { batch: self.batch, index: self.index }),
        }
    }
}

/// What one response brings of a request.
///
/// With streaming, the tokens are the new ones (several in a step of a speculative mode) unless all were asked
/// for. A final result after cancelling or a time-out may have no tokens at all.
#[derive(Clone, Copy, Debug)]
pub struct GenerationResult<'a> {
    batch: &'a Responses,
    index: usize,
}

impl<'a> GenerationResult<'a> {
    fn head(&self) -> &'a Head {
        &self.batch.heads[self.index]
    }

    /// Whether this is the last result of the request, over all its sequences.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.head().is_final
    }

    /// Whether this is the last result of its sequence.
    #[must_use]
    pub fn is_sequence_final(&self) -> bool {
        self.head().is_sequence_final
    }

    /// Which of the sequences asked for this belongs to; 0 in beam search, where all beams share one result.
    #[must_use]
    pub fn sequence_index(&self) -> i32 {
        self.head().sequence_index
    }

    /// Decoding iterations so far.
    #[must_use]
    pub fn decoding_iter(&self) -> i32 {
        self.head().decoding_iter
    }

    /// Tokens in an iteration, on average: above 1 where drafts are accepted.
    #[must_use]
    pub fn avg_decoded_tokens_per_iter(&self) -> f32 {
        self.head().avg_decoded_tokens_per_iter
    }

    /// Each beam.
    pub fn beams(&self) -> impl ExactSizeIterator<Item = Beam<'a>> {
        let (batch, head) = (self.batch, self.head());
        (0..head.beams).map(move |beam| Beam::new(batch, head, head.first_beam + beam))
    }

    /// Logits of the prompt, `[prompt, vocabulary]`.
    #[must_use]
    pub fn context_logits(&self) -> Option<&'a Tensor> {
        self.tensor(TensorKind::ContextLogits)
    }

    /// Logits of the output: `[beams, tokens, vocabulary]` without streaming, `[1, beams, vocabulary]` with.
    #[must_use]
    pub fn generation_logits(&self) -> Option<&'a Tensor> {
        self.tensor(TensorKind::GenerationLogits)
    }

    /// Hidden states of the encoder, `[length, hidden]`.
    #[must_use]
    pub fn encoder_output(&self) -> Option<&'a Tensor> {
        self.tensor(TensorKind::EncoderOutput)
    }

    /// Further outputs that were asked for.
    pub fn additional_outputs(&self) -> impl Iterator<Item = AdditionalOutput<'a>> {
        self.tensors()
            .filter(|held| held.kind == TensorKind::Additional)
            .map(|held| AdditionalOutput { name: &held.name, tensor: &held.tensor })
    }

    /// Where a draft model's logits can be had straight from its executor.
    #[must_use]
    pub fn fast_logits(&self) -> Option<FastLogits> {
        self.head().fast_logits
    }

    /// What a generation-only request needs to go on.
    #[must_use]
    pub fn context_phase(&self) -> Option<&'a ContextPhaseParams> {
        self.batch.context_phases.get(self.head().context_phase?)
    }

    /// Times and counts.
    #[must_use]
    pub fn perf_metrics(&self) -> Option<&'a RequestPerfMetrics> {
        self.batch.perf.get(self.head().perf?)
    }

    fn tensor(&self, kind: TensorKind) -> Option<&'a Tensor> {
        self.tensors().find(|held| held.kind == kind).map(|held| &held.tensor)
    }

    fn tensors(&self) -> impl Iterator<Item = &'a super::HeldTensor> + use<'a> {
        // The tensors come in the order of their responses.
        let all = &self.batch.tensors;
        let first = all.partition_point(|held| held.response < self.index);
        let index = self.index;
        all[first..].iter().take_while(move |held| held.response == index)
    }
}

/// One beam of a result.
#[derive(Clone, Copy, Debug)]
pub struct Beam<'a> {
    /// The tokens.
    pub tokens: &'a [i32],
    /// The sum of their log-probabilities.
    pub cum_log_prob: Option<f32>,
    /// The log-probability of each. With streaming they cover the whole sequence so far.
    pub log_probs: Option<&'a [f32]>,
    /// Why it ended.
    pub finish_reason: FinishReason,
}

impl<'a> Beam<'a> {
    fn new(batch: &'a Responses, head: &Head, beam: usize) -> Self {
        Self {
            tokens: part(&batch.tokens, &batch.token_offsets, beam),
            cum_log_prob: batch.cum_log_probs.get(beam).copied().filter(|_| head.has_cum_log_probs),
            log_probs: head.has_log_probs.then(|| part(&batch.log_probs, &batch.log_prob_offsets, beam)),
            finish_reason: FinishReason::from_raw(
                batch.finish_reasons.get(beam).copied().unwrap_or_default(),
            ),
        }
    }
}

fn part<'a, T>(values: &'a [T], offsets: &[u32], index: usize) -> &'a [T] {
    match offsets.get(index..index + 2) {
        Some(&[start, end]) => values.get(start as usize..end as usize).unwrap_or_default(),
        _ => &[],
    }
}

/// A further output of the engine.
#[derive(Clone, Copy, Debug)]
pub struct AdditionalOutput<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its values, `[beams, x]`.
    pub tensor: &'a Tensor,
}

/// `SpeculativeDecodingFastLogitsInfo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FastLogits {
    /// The request in the draft model's executor.
    pub draft_request_id: u64,
    /// The MPI rank of the draft model's leader.
    pub draft_participant_id: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Responses {
        Responses {
            heads: vec![
                Head { request_id: 1, beams: 2, has_cum_log_probs: true, ..Head::default() },
                Head { request_id: 2, error: Some(0), is_final: true, first_beam: 2, ..Head::default() },
                Head { request_id: 3, first_beam: 2, beams: 1, has_log_probs: true, ..Head::default() },
            ],
            tokens: vec![5, 6, 7, 8],
            token_offsets: vec![0, 2, 3, 4],
            finish_reasons: vec![0, 3, 5],
            cum_log_probs: vec![-1.0, -2.0, 0.0],
            log_probs: vec![-0.5],
            log_prob_offsets: vec![0, 0, 0, 1],
            errors: vec!["prompt too long".into()],
            ..Responses::default()
        }
    }

    #[test]
    fn beams_find_their_parts() {
        let batch = batch();
        let first = batch.get(0).unwrap().result().unwrap();
        let beams: Vec<_> = first.beams().collect();
        assert_eq!(beams.len(), 2);
        assert_eq!((beams[0].tokens, beams[1].tokens), (&[5, 6][..], &[7][..]));
        assert_eq!((beams[0].cum_log_prob, beams[0].log_probs), (Some(-1.0), None));
        assert_eq!(beams[1].finish_reason, FinishReason::Length);

        let third = batch.get(2).unwrap().result().unwrap();
        let beam = third.beams().next().unwrap();
        assert_eq!((beam.tokens, beam.cum_log_prob), (&[8][..], None));
        assert_eq!(beam.log_probs, Some(&[-0.5][..]));
        assert_eq!(beam.finish_reason, FinishReason::Cancelled);
    }

    #[test]
    fn an_error_is_no_result() {
        let batch = batch();
        let second = batch.get(1).unwrap();
        assert_eq!(second.result().unwrap_err(), "prompt too long");
        assert!(second.is_final());
        assert!(batch.get(3).is_none());
    }

    #[test]
    fn offsets_that_lie_give_nothing_rather_than_a_panic() {
        let mut batch = batch();
        batch.token_offsets = vec![0, 900];
        assert_eq!(
            batch.get(0).unwrap().result().unwrap().beams().map(|beam| beam.tokens.len()).sum::<usize>(),
            0
        );
    }
}
