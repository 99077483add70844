//! What each stage cost.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Documents and processor seconds by stage. Times of stages that run on several threads add up, so
/// the sum may be more than the wall time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StageTimes(pub BTreeMap<String, StageTime>);

/// The cost of one stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    /// Documents that came to it.
    pub documents: u64,
    /// Seconds spent on them.
    pub seconds: f64,
}

impl StageTimes {
    /// Adds the time of `documents` documents in a stage.
    pub fn add(&mut self, stage: &str, documents: u64, time: Duration) {
        let of_stage = match self.0.get_mut(stage) {
            Some(known) => known,
            None => self.0.entry(stage.to_owned()).or_default(),
        };
        of_stage.documents += documents;
        of_stage.seconds += time.as_secs_f64();
    }

    /// Adds the times of other documents.
    pub fn merge(&mut self, other: &Self) {
        for (stage, time) in &other.0 {
            let known = self.0.entry(stage.clone()).or_default();
            known.documents += time.documents;
            known.seconds += time.seconds;
        }
    }
}
