//! Puts a report together and writes its files.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use super::error::ReportError;
use super::facts::RunFacts;
use super::sample::Sample;
use super::tally::Tally;
use super::{html, terminal};

/// What a job did, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What ran, on what, for how long.
    pub run: RunFacts,
    /// What was counted.
    pub tally: Tally,
}

/// `report.json`. A change that could break a reader of it changes `format`.
#[derive(Serialize)]
struct Json<'a> {
    format: &'static str,
    #[serde(flatten)]
    run: &'a RunFacts,
    documents_per_second: Option<f64>,
    balanced: bool,
    counts: serde_json::Value,
    samples: Vec<&'a Sample>,
}

impl Report {
    /// Writes the report as JSON. The file appears whole or not at all.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_json(&self, path: impl AsRef<Path>) -> Result<(), ReportError> {
        let mut json = serde_json::to_vec_pretty(&self.json()?)?;
        json.push(b'\n');
        write_whole(path.as_ref(), &json)
    }

    /// Writes the report as one HTML page that needs no other file. It appears whole or not at all.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_html(&self, path: impl AsRef<Path>) -> Result<(), ReportError> {
        let page = html::page(self)?;
        write_whole(path.as_ref(), page.as_bytes())
    }

    /// The main figures in about a dozen lines of plain text for a terminal.
    pub fn terminal_summary(&self) -> String {
        terminal::summary(self)
    }

    /// Records in every second of this run; none if it took no time.
    pub fn documents_per_second(&self) -> Option<f64> {
        let done = self.tally.input.saturating_sub(self.run.resumed);
        (self.run.wall_seconds > 0.0).then(|| done as f64 / self.run.wall_seconds)
    }

    /// Whether the counts agree with each other ([`Tally::is_balanced`]) and with what the readers saw.
    pub fn is_balanced(&self) -> bool {
        let seen: Option<u64> = self.run.inputs.iter().map(|i| i.records).sum();
        let agrees = self.run.inputs.is_empty() || seen.is_none_or(|seen| seen == self.tally.input);
        self.tally.is_balanced() && agrees
    }

    /// The documents to show.
    pub(super) fn samples(&self) -> Vec<&Sample> {
        self.tally.samples.selected(&self.tally.dropped_by)
    }

    fn json(&self) -> Result<Json<'_>, serde_json::Error> {
        let mut counts = serde_json::to_value(&self.tally)?;
        if let Some(counts) = counts.as_object_mut() {
            counts.shift_remove("samples");
        }
        Ok(Json {
            format: "soju-report/1",
            run: &self.run,
            documents_per_second: self.documents_per_second(),
            balanced: self.is_balanced(),
            counts,
            samples: self.samples(),
        })
    }
}

/// Writes a file beside its place and moves it there once it is on disk.
pub(super) fn write_whole(path: &Path, contents: &[u8]) -> Result<(), ReportError> {
    let failed = |source| ReportError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".report-");
    // A temporary file is private by default; a report is as open as the user's mask says.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(failed)?;
    file.write_all(contents).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    // The rename itself lives in the folder. Some systems can't sync one; the file is whole all the same.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}
#[cfg(test)]
mod tests {
    use super::super::fixture::tiny;
    use super::super::{InputFacts, Tally};

    #[test]
    fn json_holds_the_counts_and_the_samples_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        tiny().write_json(&path).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(json["format"], "soju-report/1");
        assert_eq!(json["started"], "2027-01-15T08:00:00Z");
        assert_eq!(json["documents_per_second"], 2.5);
        assert_eq!(json["counts"]["dropped_by"]["junk"]["gambling"]["documents"], 1);
        assert_eq!(json["counts"]["rejected_by"]["bad_json"]["first"][0]["line"], 5);
        assert!(json["counts"].get("samples").is_none());
        let cut = &json["samples"][0]["pieces"][0];
        assert_eq!((&cut["piece"], &cut["kind"]), (&"cut".into(), &"navigation".into()));
        let text = json.to_string();
        assert!(!text.contains("1234") && !text.contains("4567"), "{text}");
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        std::fs::write(&path, "old").unwrap();
        tiny().write_html(&path).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().ends_with("</html>"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("report.json");
        let error = tiny().write_json(&path).unwrap_err().to_string();
        assert!(error.starts_with("cannot write") && error.contains("missing"), "{error}");
    }

    #[test]
    fn records_that_the_readers_saw_and_nobody_counted_unbalance_the_report() {
        let mut report = tiny();
        report.run.inputs = vec![InputFacts { records: Some(5), ..InputFacts::default() }];
        assert!(report.is_balanced());
        report.run.inputs[0].records = Some(6);
        assert!(!report.is_balanced());
        report.run.inputs[0].records = None;
        assert!(report.is_balanced());
    }

    #[test]
    fn a_resumed_run_is_as_fast_as_what_it_did_itself() {
        let mut report = tiny();
        report.run.resumed = 4;
        assert_eq!(report.documents_per_second(), Some(0.5));
        report.run.wall_seconds = 0.0;
        report.tally = Tally::default();
        assert_eq!(report.documents_per_second(), None);
    }
}
