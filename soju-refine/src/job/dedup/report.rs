//! What a dedup job tells: the report of all jobs, and a list of the clusters.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::{Instant, SystemTime};

use serde::Serialize;

use super::super::error::JobError;
use super::super::journal::Journal;
use super::super::summary::{input_errors, input_facts, output_facts, send_reports, stage_times};
use super::resolve::BUFFER;
use super::rows::{DropRow, EXACT, MemberRow};
use super::state::{Resolved, State};
use super::write::{Place, Places};
use super::{DedupEnd, DedupJob};
use crate::dedup::spill::{Sorter, SpillError, TableReader};
use crate::io::OutputFormat;
use crate::io::job_folder::{PAGE, REPORT};
use crate::report::{Report, RunFacts};

/// Members of a cluster that the list names at most.
const LISTED: usize = 1000;

/// A document of a cluster.
#[derive(Serialize)]
struct Member {
    #[serde(flatten)]
    place: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity: Option<f32>,
    excerpt: String,
}

/// A line of `clusters.jsonl.zst`.
#[derive(Serialize)]
struct Cluster {
    size: u64,
    kept: Member,
    dropped: Vec<Member>,
}

impl DedupJob {
    /// Writes the clusters, in the order of the documents that stay. The file appears whole or not at all.
    pub(super) fn write_clusters(&self, state: &State) -> Result<PathBuf, JobError> {
        let path = state.clusters();
        let mut members = Sorter::new(state.path(""), "members", self.memory / 2);
        for row in TableReader::<DropRow>::open(&state.drops(), BUFFER)? {
            let DropRow { doc, kept, kind, similarity } = row?;
            members.push(MemberRow { kept, doc, kind, similarity })?;
        }
        let sorted = members.finish()?;
        let mut places = Places::open(self, state)?;
        let fault = || SpillError::at(&path);
        let file = tempfile::Builder::new().prefix(".clusters-").tempfile_in(&self.out).map_err(fault())?;
        let mut encoder = zstd::Encoder::new(BufWriter::new(file), 3).map_err(fault())?;
        let mut open: Option<(u32, Cluster)> = None;
        let mut write = |cluster: &Cluster| -> Result<(), SpillError> {
            let mut line = serde_json::to_vec(cluster).map_err(|e| fault()(e.into()))?;
            line.push(b'\n');
            encoder.write_all(&line).map_err(fault())
        };
        for row in sorted.iter()? {
            let row = row?;
            if open.as_ref().is_none_or(|(kept, _)| *kept != row.kept) {
                if let Some((_, cluster)) = &open {
                    write(cluster)?;
                }
                let kept = member(&mut places, row.kept, None)?;
                open = Some((row.kept, Cluster { size: 1, kept, dropped: Vec::new() }));
            }
            if let Some((_, cluster)) = &mut open {
                cluster.size += 1;
                if cluster.dropped.len() < LISTED {
                    cluster.dropped.push(member(&mut places, row.doc, Some(row))?);
                }
            }
        }
        if let Some((_, cluster)) = &open {
            write(cluster)?;
        }
        let file =
            encoder.finish().and_then(|w| w.into_inner().map_err(|e| e.into_error())).map_err(fault())?;
        file.as_file().sync_all().map_err(fault())?;
        file.persist(&path).map_err(|e| fault()(e.error))?;
        Ok(path)
    }

    pub(super) fn report(
        &self,
        journal: Journal,
        resolved: Resolved,
        clusters: Option<PathBuf>,
        resumed: u64,
        (started, start): (SystemTime, Instant),
    ) -> Result<DedupEnd, JobError> {
        let finished = &journal.finished;
        let faults = finished.faults.clone();
        let mut run = RunFacts::new(started);
        run.wall_seconds = start.elapsed().as_secs_f64();
        run.complete = journal.is_complete();
        run.resumed = resumed;
        run.command.clone_from(&self.command);
        run.config = self.config.to_json();
        run.inputs = input_facts(&self.inputs, finished);
        run.input_errors = input_errors(&faults);
        run.stages = stage_times(&finished.times);
        run.output = output_facts(&journal, OutputFormat::Jsonl, self.sink.as_ref())?;
        let complete = run.complete;
        let report = Report { tally: finished.tally.clone(), run };
        let (html, json) = (journal.out().join(PAGE), journal.out().join(REPORT));
        report.write_json(&json)?;
        report.write_html(&html)?;
        let complete = complete && send_reports(&journal, self.sink.as_ref(), &self.stop)?;
        Ok(DedupEnd { report, resolved, html, json, clusters, faults, complete })
    }
}

fn member(places: &mut Places<'_>, doc: u32, row: Option<MemberRow>) -> Result<Member, JobError> {
    let (place, excerpt) = places.get(doc)?;
    let kind = row.map(|row| if row.kind == EXACT { "exact_duplicate" } else { "near_duplicate" });
    let similarity = row.map(|row| (f32::from_bits(row.similarity) * 1e4).round() / 1e4);
    Ok(Member { place, kind, similarity, excerpt })
}
