//! What a TensorRT-LLM backend is made from.

use std::path::PathBuf;

use trtllm_sys::{
    CommunicationMode, CommunicationType, DecodingConfig, DecodingModeKind, ExecutorConfig,
    OrchestratorConfig, ParallelConfig,
};

use super::guided::GuidedVocabulary;
use crate::{EngineError, MedusaConfig, MedusaOptionsPolicy};

/// Requests that the backend holds unless told otherwise.
const DEFAULT_QUEUE_CAPACITY: usize = 1024;

/// Settings of a [`TrtLlmBackend`](super::TrtLlmBackend).
///
/// # Several GPUs
/// An engine built for several GPUs needs a process for each of them.
///
/// - Leader mode, the library's default: all processes are started alike, with `mpirun`. The first one takes requests;
///   the others load the same backend and call [`follow`](super::TrtLlmBackend::follow). [`leader`](Self::leader) names
///   the GPUs and the processes.
/// - Orchestrator mode: this process holds no part of the model and starts the others by itself. See
///   [`orchestrator`](Self::orchestrator).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TrtLlmConfig {
    /// The folder that `trtllm-build` wrote: `config.json` and `rank0.engine`.
    ///
    /// To score, the engine must have been built with `--gather_context_logits`.
    pub engine: PathBuf,
    /// The executor's own configuration: scheduler, KV cache, decoding mode, leader or orchestrator mode, and all else.
    pub executor: ExecutorConfig,
    /// The vocabulary for constrained decoding (XGrammar). Without it a request with a constraint is refused.
    pub guided: Option<GuidedVocabulary>,
    /// Medusa's heads and choice tree; sets the decoding mode.
    pub medusa: Option<MedusaConfig>,
    /// What to do with a request whose options Medusa mode does not know: refuse it, unless told.
    pub medusa_options: MedusaOptionsPolicy,
    /// The most open requests; 1,024 unless told.
    pub queue_capacity: usize,
}

impl TrtLlmConfig {
    /// The library's defaults for the engine in this folder.
    pub fn new(engine: impl Into<PathBuf>) -> Self {
        Self {
            engine: engine.into(),
            executor: ExecutorConfig::default(),
            guided: None,
            medusa: None,
            medusa_options: MedusaOptionsPolicy::default(),
            queue_capacity: DEFAULT_QUEUE_CAPACITY,
        }
    }

    /// Leader mode: every process of the MPI job runs this program with the same settings. `devices` are the numbers of
    /// the GPUs, `participants` the MPI ranks that hold a part of the model; the first is the leader, which alone takes
    /// requests.
    ///
    /// # Examples
    /// ```
    /// # use soju_engine::TrtLlmConfig;
    /// // Tensor parallelism over two GPUs, started with `mpirun -n 2`.
    /// let config = TrtLlmConfig::new("engine").leader(&[0, 1], &[0, 1]);
    /// ```
    #[must_use]
    pub fn leader(mut self, devices: &[i32], participants: &[i32]) -> Self {
        self.executor.parallel = Some(ParallelConfig {
            communication_type: Some(CommunicationType::Mpi),
            communication_mode: Some(CommunicationMode::Leader),
            device_ids: Some(devices.to_vec()),
            participant_ids: Some(participants.to_vec()),
            ..ParallelConfig::default()
        });
        self
    }

    /// Orchestrator mode: this process takes requests, holds no part of the model, and starts a `worker` for each GPU:
    /// the program `executorWorker` of the TensorRT-LLM installation (`bin/executorWorker` in the Python package's
    /// folder).
    #[must_use]
    pub fn orchestrator(mut self, worker: impl Into<PathBuf>) -> Self {
        self.executor.parallel = Some(ParallelConfig {
            communication_type: Some(CommunicationType::Mpi),
            communication_mode: Some(CommunicationMode::Orchestrator),
            orchestrator: Some(OrchestratorConfig {
                is_orchestrator: Some(true),
                worker_executable: Some(worker.into().to_string_lossy().into_owned()),
                spawn_processes: Some(true),
            }),
            ..ParallelConfig::default()
        });
        self
    }

    /// The executor's configuration with Medusa's tree and the vocabulary in it. `vocabulary`: tokens of the engine.
    pub(super) fn executor(&self, vocabulary: usize) -> Result<ExecutorConfig, EngineError> {
        let refuse = |sentence: String| Err(EngineError::InvalidConfig(sentence));
        let mut executor = self.executor.clone();
        if let Some(medusa) = &self.medusa {
            if executor.decoding.is_some() {
                return refuse("both `medusa` and `executor.decoding` are set; leave one of them out".into());
            }
            let choices = medusa.choices().map(|path| path.iter().map(|rank| i32::from(*rank)).collect());
            let medusa_choices = Some(choices.collect());
            executor.decoding = Some(DecodingConfig { medusa_choices, ..DecodingConfig::default() });
        }
        if let Some(guided) = &self.guided {
            if executor.guided.is_some() {
                return refuse("both `guided` and `executor.guided` are set; leave one of them out".into());
            }
            executor.guided = Some(guided.to_config(vocabulary)?);
        }
        if executor.guided.is_some() && executor.decoding.as_ref().is_some_and(speculates) {
            // `batch_manager/guidedDecoder.cpp` follows the text by one token a step.
            let sentence = "guided decoding does not go with a decoding mode that brings several tokens a step; leave \
                            out `guided`, or `medusa` and `executor.decoding`";
            return refuse(sentence.into());
        }
        if let Some(worker) = spawned_worker(&executor)
            && !std::path::Path::new(worker).is_file()
        {
            return refuse(format!(
                "the worker of orchestrator mode, {worker}, is not there; give the path of TensorRT-LLM's \
                 `executorWorker`"
            ));
        }
        Ok(executor)
    }
}

fn speculates(decoding: &DecodingConfig) -> bool {
    use DecodingModeKind as Kind;
    let by_mode = decoding.mode.as_ref().is_some_and(|mode| {
        !matches!(mode.kind, Kind::Auto | Kind::TopK | Kind::TopP | Kind::TopKTopP | Kind::BeamSearch)
    });
    by_mode || decoding.medusa_choices.is_some() || decoding.lookahead.is_some() || decoding.eagle.is_some()
}

/// The program that the executor would start.
fn spawned_worker(executor: &ExecutorConfig) -> Option<&str> {
    let orchestrator = executor.parallel.as_ref()?.orchestrator.as_ref()?;
    let spawns = orchestrator.is_orchestrator != Some(false) && orchestrator.spawn_processes != Some(false);
    orchestrator.worker_executable.as_deref().filter(|_| spawns)
}
