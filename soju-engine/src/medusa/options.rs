//! Options of a request that Medusa mode does not know.

use serde::{Deserialize, Serialize};

use super::{IgnoredOption, MedusaError};
use crate::backend::GenerateTask;
use crate::request::Sampling;

/// What to do with a request whose options Medusa mode does not know.
///
/// TensorRT-LLM accepts drafts by exact match with the base model's own choice, and of a request's options
/// only the length, the stop words and the end id apply. Temperature, top-p and penalties are passed over
/// without a word, log-probabilities are not computed. Top-k and the seed are worse: they still steer the
/// base model's draw, without the temperature (`layers/medusaDecodingLayer.cpp`). So tokens are the most
/// probable ones, or the request is refused.
///
/// # Examples
/// ```
/// use soju_engine::backend::GenerateTask;
/// use soju_engine::{MedusaOptionsPolicy, Sampling};
///
/// let mut task = GenerateTask::new(vec![1, 2, 3], 16);
/// task.sampling = Sampling { temperature: 0.7, top_k: Some(40), ..Sampling::GREEDY };
/// let error = MedusaOptionsPolicy::Refuse.apply(&mut task).unwrap_err();
/// assert!(error.to_string().contains("takes no temperature 0.7, top_k 40"));
///
/// assert_eq!(MedusaOptionsPolicy::Drop.apply(&mut task)?, ["temperature", "top_k"]);
/// assert_eq!(task.sampling, Sampling::GREEDY);
/// # Ok::<(), soju_engine::MedusaError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MedusaOptionsPolicy {
    /// Refuse the request. The default.
    #[default]
    Refuse,
    /// Decode greedily without them, and tell which.
    Drop,
}

impl MedusaOptionsPolicy {
    /// Makes a task fit for Medusa mode: its sampling greedy, without log-probabilities. Gives the names of
    /// what was dropped, in the order temperature, top_k, top_p, seed, log_probs.
    ///
    /// # Errors
    /// [`MedusaError::IgnoredOptions`] under [`Refuse`](Self::Refuse); the task stays as it was.
    pub fn apply(self, task: &mut GenerateTask) -> Result<Vec<&'static str>, MedusaError> {
        let dropped = check_sampling(&task.sampling, task.log_probs, self)?;
        task.sampling = Sampling::GREEDY;
        task.log_probs = false;
        Ok(dropped)
    }
}

/// Which options would have to be dropped in Medusa mode.
///
/// Sampling that takes the most probable token anyway, by its temperature or by a top-k of 1, is fine as it
/// is, whatever else it holds.
///
/// # Errors
/// [`MedusaError::IgnoredOptions`] with names and values under [`MedusaOptionsPolicy::Refuse`], if there are
/// any.
pub fn check_sampling(
    sampling: &Sampling,
    log_probs: bool,
    policy: MedusaOptionsPolicy,
) -> Result<Vec<&'static str>, MedusaError> {
    let mut options = Vec::new();
    let mut add = |name, value: Option<String>| {
        options.extend(value.map(|value| IgnoredOption { name, value }));
    };
    if !sampling.is_greedy() && sampling.top_k != Some(1) {
        add("temperature", Some(sampling.temperature.to_string()));
        add("top_k", sampling.top_k.map(|k| k.to_string()));
        add("top_p", sampling.top_p.map(|p| p.to_string()));
        add("seed", (sampling.seed != 0).then(|| sampling.seed.to_string()));
    }
    add("log_probs", log_probs.then(|| "true".to_owned()));
    match policy {
        MedusaOptionsPolicy::Refuse if !options.is_empty() => Err(MedusaError::IgnoredOptions { options }),
        _ => Ok(options.into_iter().map(|option| option.name).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EngineError, GenerationRequest};

    const ALL: Sampling = Sampling { temperature: 0.5, top_k: Some(4), top_p: Some(0.9), seed: 7 };

    #[test]
    fn greedy_requests_pass_untouched() {
        for policy in [MedusaOptionsPolicy::Refuse, MedusaOptionsPolicy::Drop] {
            assert_eq!(check_sampling(&Sampling::GREEDY, false, policy), Ok(vec![]));
            let one = Sampling { top_k: Some(1), ..ALL };
            assert_eq!(check_sampling(&one, false, policy), Ok(vec![]));
        }
    }

    #[test]
    fn the_error_names_options_and_values() {
        let error = check_sampling(&ALL, true, MedusaOptionsPolicy::default()).unwrap_err();
        let text = error.to_string();
        let list = "takes no temperature 0.5, top_k 4, top_p 0.9, seed 7, log_probs true: tokens are";
        assert!(text.contains(list), "{text}");
        assert!(matches!(EngineError::from(error), EngineError::InvalidRequest(_)));
    }

    #[test]
    fn dropping_tells_what_was_dropped() {
        let names = check_sampling(&ALL, true, MedusaOptionsPolicy::Drop).unwrap();
        assert_eq!(names, ["temperature", "top_k", "top_p", "seed", "log_probs"]);
        let request = GenerationRequest::builder("가").temperature(1.0).build().unwrap();
        assert_eq!(
            check_sampling(&request.sampling, false, MedusaOptionsPolicy::Drop),
            Ok(vec!["temperature"])
        );
    }

    #[test]
    fn a_refused_task_stays_as_it_was() {
        let task = GenerateTask { sampling: ALL, log_probs: true, ..GenerateTask::new(vec![1], 1) };
        let mut tried = task.clone();
        assert!(MedusaOptionsPolicy::Refuse.apply(&mut tried).is_err());
        assert_eq!(tried, task);
        MedusaOptionsPolicy::Drop.apply(&mut tried).unwrap();
        assert_eq!((tried.sampling, tried.log_probs), (Sampling::GREEDY, false));
    }
}
