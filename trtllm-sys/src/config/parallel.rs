//! Devices and processes.

use crate::cross::mirror;
use crate::{CommunicationMode, CommunicationType};

mirror! {
    /// `ParallelConfig`.
    pub struct ParallelConfig <=> Parallel {
        /// How processes talk.
        pub communication_type: Option<CommunicationType>,
        /// Who may enqueue.
        pub communication_mode: Option<CommunicationMode>,
        /// The GPUs.
        pub device_ids: Option<Vec<i32>>,
        /// The MPI ranks; the first is the leader.
        pub participant_ids: Option<Vec<i32>>,
        /// Needed in orchestrator mode.
        pub orchestrator: Option<OrchestratorConfig>,
        /// The number of nodes.
        pub num_nodes: Option<i32>,
    }
}

mirror! {
    /// `OrchestratorConfig`.
    pub struct OrchestratorConfig <=> Orchestrator {
        /// Whether this process is the orchestrator, and not a worker that it started.
        pub is_orchestrator: Option<bool>,
        /// The path of `executorWorker`, which an installation keeps in `bin/`.
        pub worker_executable: Option<String>,
        /// Whether the orchestrator starts the workers itself.
        pub spawn_processes: Option<bool>,
    }
}
