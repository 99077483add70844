//! Asking the model about a sample, and keeping what it said.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use soju_engine::{Engine, EngineError};

use super::Sampled;
use crate::llm::{Judge, JudgeError};
use crate::probe::{Probe, Target, embed_all};
use crate::student::Level;

/// A sample that could not be labelled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabelError {
    /// The model failed.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The model failed.
    #[error("the model could not read a segment")]
    Engine(#[from] EngineError),
    /// Segments are judged by a probe, and this one has no head for them.
    #[error("the probe has no head for segments; train it with labelled lines, see: soju train-probe --help")]
    NoHead,
    /// The file can't be read or written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file exists, and nobody said what to do with it.
    #[error("{0} exists already; name another file, or remove it")]
    Exists(PathBuf),
    /// What an earlier run left belongs to another sample.
    #[error(
        "{path}:{line}: not a label of this sample, so the earlier run had other inputs, another seed or another model; remove the file to start anew"
    )]
    OtherSample {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
}

/// A labelled text: one line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// `junk` or `keep`.
    pub label: String,
    /// Probability of junk.
    pub p: f32,
    /// Segment or document.
    pub level: Level,
    /// Where it comes from; texts of one source are held back together.
    pub source: String,
    /// The model's own log-odds of junk, natural log.
    pub log_odds: f32,
    /// The rules' score of the document.
    pub rules: f32,
    /// Rules and student together, where the student was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub student: Option<f32>,
    /// The model, and its probe or prompt.
    pub model: String,
}

/// Takes a text with its probability of junk and the model's log-odds, or without where it gave no answer.
type Write<'a> = dyn FnMut(&Sampled, Option<(f32, f32)>) -> Result<(), LabelError> + 'a;

/// Who labels.
#[derive(Debug)]
enum Teacher {
    Documents(Box<Judge>),
    Segments(Engine, Arc<Probe>),
}

/// Labels a sample and writes it.
#[derive(Debug)]
pub struct LabelJob {
    teacher: Teacher,
    model: String,
    in_flight: usize,
    stop: Arc<AtomicBool>,
}

impl LabelJob {
    /// Documents, by a judge. `model` is kept beside each label.
    pub fn documents(judge: Judge, model: &str) -> Self {
        let in_flight = judge.config().in_flight;
        let model = format!("{model} with {}", judge.version());
        Self { teacher: Teacher::Documents(Box::new(judge)), model, in_flight, stop: Arc::default() }
    }

    /// Segments, by the head for them of a probe that was read from `file`.
    ///
    /// # Errors
    /// The probe has none, or belongs to another model.
    pub fn segments(engine: Engine, probe: Arc<Probe>, file: &Path, model: &str) -> Result<Self, LabelError> {
        if probe.head(Level::Segment, &Target::Junk).is_none() {
            return Err(LabelError::NoHead);
        }
        probe.check_model(&engine, file)?;
        let model = format!("{model} with probe {:016x}", probe.fingerprint());
        Ok(Self { teacher: Teacher::Segments(engine, probe), model, in_flight: 64, stop: Arc::default() })
    }

    /// Setting it ends the job at the next text; what was labelled stays.
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    /// Labels the sample and writes a line each to `path`, in the sample's order. Until the last is there the file is
    /// called `path` with `.partial` behind it, and a later run with the same sample goes on from it. A text that the
    /// model gives no answer on in time is left out. `seen` hears how many are done. False when it was stopped.
    ///
    /// # Errors
    /// The file exists or can't be written, or the model fails.
    pub fn run(
        &self,
        sample: &[Sampled],
        path: &Path,
        mut seen: impl FnMut(usize),
    ) -> Result<bool, LabelError> {
        if path.exists() {
            return Err(LabelError::Exists(path.to_owned()));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let (done, file) = self.open(sample, &partial)?;
        seen(done);
        let failed = |source| LabelError::Write { path: partial.clone(), source };
        let mut out = BufWriter::new(file);
        let mut count = done;
        let mut write = |sampled: &Sampled, said: Option<(f32, f32)>| -> Result<(), LabelError> {
            count += 1;
            if let Some((p, log_odds)) = said {
                serde_json::to_writer(&mut out, &self.labelled(sampled, p, log_odds))
                    .map_err(|e| failed(e.into()))?;
            } else {
                // A place for it, so that a later run knows where it is.
                out.write_all(b"null").map_err(failed)?;
            }
            out.write_all(b"\n").and_then(|()| out.flush()).map_err(failed)?;
            seen(count);
            Ok(())
        };
        let complete = match &self.teacher {
            Teacher::Documents(judge) => self.ask_judge(judge, &sample[done..], &mut write)?,
            Teacher::Segments(engine, probe) => self.ask_probe(engine, probe, &sample[done..], &mut write)?,
        };
        if complete {
            self.finish(&partial, path)?;
        }
        Ok(complete)
    }

    fn labelled(&self, sampled: &Sampled, p: f32, log_odds: f32) -> Labelled {
        Labelled {
            text: sampled.text.clone(),
            label: if p > 0.5 { "junk" } else { "keep" }.to_owned(),
            p,
            level: if matches!(self.teacher, Teacher::Documents(_)) {
                Level::Document
            } else {
                Level::Segment
            },
            source: sampled.source.clone(),
            log_odds,
            rules: sampled.evidence.rules,
            student: sampled.evidence.student,
            model: self.model.clone(),
        }
    }

    /// What an earlier run wrote, checked against the sample; a line that was cut short goes.
    fn open(&self, sample: &[Sampled], partial: &Path) -> Result<(usize, File), LabelError> {
        let failed = |source| LabelError::Write { path: partial.to_owned(), source };
        let known =
            if partial.exists() { std::fs::read_to_string(partial).map_err(failed)? } else { String::new() };
        let whole = known.rfind('\n').map_or(0, |at| at + 1);
        let mut done = 0;
        for line in known[..whole].lines() {
            let other = || LabelError::OtherSample { path: partial.to_owned(), line: done + 1 };
            let sampled = sample.get(done).ok_or_else(other)?;
            if line != "null" {
                let said: Labelled = serde_json::from_str(line).map_err(|_| other())?;
                if (&said.source, &said.text, &said.model) != (&sampled.source, &sampled.text, &self.model) {
                    return Err(other());
                }
            }
            done += 1;
        }
        let file = OpenOptions::new().create(true).append(true).open(partial).map_err(failed)?;
        file.set_len(whole as u64).map_err(failed)?;
        Ok((done, file))
    }

    /// Takes out the places of texts without an answer and gives the file its name.
    fn finish(&self, partial: &Path, path: &Path) -> Result<(), LabelError> {
        let write = || {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            for line in std::fs::read_to_string(partial)?.lines().filter(|l| *l != "null") {
                writeln!(file, "{line}")?;
            }
            file.as_file().sync_all()?;
            file.persist(path)?;
            std::fs::remove_file(partial)
        };
        write().map_err(|source| LabelError::Write { path: path.to_owned(), source })
    }

    fn ask_judge(
        &self,
        judge: &Judge,
        sample: &[Sampled],
        write: &mut Write<'_>,
    ) -> Result<bool, LabelError> {
        let mut waiting = VecDeque::new();
        for sampled in sample {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            waiting.push_back((sampled, judge.submit(judge.prepare(&sampled.text), sampled.evidence)?));
            if waiting.len() >= self.in_flight
                && let Some((sampled, pending)) = waiting.pop_front()
            {
                write(sampled, pending.wait()?.map(|j| (j.junk, j.log_odds)))?;
            }
        }
        for (sampled, pending) in waiting {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            write(sampled, pending.wait()?.map(|j| (j.junk, j.log_odds)))?;
        }
        Ok(true)
    }

    fn ask_probe(
        &self,
        engine: &Engine,
        probe: &Probe,
        sample: &[Sampled],
        write: &mut Write<'_>,
    ) -> Result<bool, LabelError> {
        let head = probe.head(Level::Segment, &Target::Junk).ok_or(LabelError::NoHead)?;
        // Pieces, so that a stop or a failure costs no more than one of them.
        for piece in sample.chunks(4 * self.in_flight) {
            let texts = piece.iter().map(|s| s.text.as_str());
            let Some(states) = embed_all(engine, probe.shape, texts, &self.stop, |_| ())? else {
                return Ok(false);
            };
            for (sampled, states) in piece.iter().zip(states) {
                let said = states.map(|s| (head.answer(&s), head.log_odds(&s)));
                write(sampled, said.filter(|s| s.0.is_finite()))?;
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::{Evidence, JudgeBy, JudgeConfig};
    use soju_engine::testing::FakeBackend;
    use soju_engine::{Score, ScoreRequest};

    fn sampled(count: usize) -> Vec<Sampled> {
        let text = |i: usize| format!("{} {i}", if i.is_multiple_of(3) { "junk!" } else { "prose" });
        (0..count)
            .map(|i| Sampled {
                source: format!("f doc {i}"),
                text: text(i),
                evidence: Evidence { rules: 0.5, student: None },
            })
            .collect()
    }

    fn judge(dies_after: Option<u64>) -> Judge {
        let mut fake = FakeBackend::scoring(|request: &ScoreRequest| {
            let junk = request.prompt[request.shared_prefix..].contains(&i32::from(b'!'));
            let of =
                |i: usize, len: usize| vec![if (i == 1) == junk { -0.1 } else { -9.0 } / len as f32; len];
            Ok(Score {
                log_probs: request.continuations.iter().enumerate().map(|(i, c)| of(i, c.len())).collect(),
            })
        });
        if let Some(steps) = dies_after {
            fake = fake.dies_after(steps);
        }
        let config = JudgeConfig { by: JudgeBy::Prompt, in_flight: 4, ..JudgeConfig::default() };
        Judge::new(fake.engine().unwrap(), config).unwrap()
    }

    fn read(path: &Path) -> Vec<Labelled> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    #[test]
    fn each_text_has_its_label_and_the_models_log_odds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.jsonl");
        let sample = sampled(10);
        assert!(LabelJob::documents(judge(None), "fake").run(&sample, &path, |_| ()).unwrap());
        let labels = read(&path);
        assert_eq!(labels.len(), 10);
        for (i, label) in labels.iter().enumerate() {
            assert_eq!(label.label == "junk", i % 3 == 0, "{label:?}");
            assert!((label.log_odds.abs() - 8.9).abs() < 0.01);
            assert_eq!((label.text.as_str(), label.level), (sample[i].text.as_str(), Level::Document));
        }
        let error = LabelJob::documents(judge(None), "fake").run(&sample, &path, |_| ()).unwrap_err();
        assert!(matches!(error, LabelError::Exists(_)));
    }

    /// What was labelled before the model died is there, and nothing is asked or written twice.
    #[test]
    fn a_dead_engine_costs_nothing_that_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let (path, whole) = (dir.path().join("labels.jsonl"), dir.path().join("whole.jsonl"));
        let sample = sampled(40);
        LabelJob::documents(judge(None), "fake").run(&sample, &whole, |_| ()).unwrap();
        LabelJob::documents(judge(Some(20)), "fake").run(&sample, &path, |_| ()).unwrap_err();
        assert!(!path.exists());
        let partial = dir.path().join("labels.jsonl.partial");
        let before = std::fs::read_to_string(&partial).unwrap();
        // The machine died in the middle of a line, too.
        std::fs::write(&partial, format!("{before}{{\"text\":\"ju")).unwrap();
        let mut seen = Vec::new();
        assert!(LabelJob::documents(judge(None), "fake").run(&sample, &path, |n| seen.push(n)).unwrap());
        assert_eq!(seen[0], before.lines().count());
        assert_eq!(read(&path), read(&whole));
        assert!(!partial.exists());
    }

    #[test]
    fn another_sample_does_not_go_on_from_this_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.jsonl");
        let job = LabelJob::documents(judge(None), "fake");
        job.stop_flag().store(true, Ordering::Relaxed);
        assert!(!job.run(&sampled(5), &path, |_| ()).unwrap());
        LabelJob::documents(judge(Some(3)), "fake").run(&sampled(40), &path, |_| ()).unwrap_err();
        let mut other = sampled(40);
        other[0].text.push('x');
        let partial = dir.path().join("labels.jsonl.partial");
        if std::fs::read_to_string(&partial).unwrap().is_empty() {
            std::fs::write(&partial, "{}\n").unwrap();
        }
        let error = LabelJob::documents(judge(None), "fake").run(&other, &path, |_| ()).unwrap_err();
        assert!(matches!(error, LabelError::OtherSample { line: 1, .. }), "{error}");
    }
}
