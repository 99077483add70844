//! What every kind of job can be told beside its configuration.

/// Methods of a job with the fields `inputs`, `mode`, `threads`, `command`, `stop` and `sink`, inside its `impl`.
macro_rules! job_options {
    () => {
        /// What to do with an output folder that holds something.
        #[must_use]
        pub fn mode(mut self, mode: OutputMode) -> Self {
            self.mode = mode;
            self
        }

        /// Threads that parse and work on records; one for each core when not given.
        #[must_use]
        pub fn threads(mut self, threads: usize) -> Self {
            self.threads = threads.max(1);
            self
        }

        /// The command line, for the report.
        #[must_use]
        pub fn command(mut self, command: Vec<String>) -> Self {
            self.command = command;
            self
        }

        /// Takes the shards of what stays to another place as they are finished, and at the end the reports; the folder keeps
        /// the job's state and what was dropped. A slow place slows the job down, so that at most three shards are
        /// in the folder.
        #[must_use]
        pub fn sink(mut self, sink: Arc<dyn ShardSink>) -> Self {
            self.sink = Some(sink);
            self
        }

        /// Setting this stops the job: what is done is finished and written, the rest is left for a later
        /// run with [`OutputMode::Resume`].
        pub fn stop_flag(&self) -> Arc<AtomicBool> {
            Arc::clone(&self.stop)
        }

        /// Sizes of all inputs together in bytes, where they are known.
        pub fn input_bytes(&self) -> Option<u64> {
            self.inputs.iter().map(|i| i.bytes).sum()
        }
    };
}
pub(super) use job_options;
