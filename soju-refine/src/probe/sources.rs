//! Training data of a probe: the same labelled files as the student's, and scores of the rubric.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::Target;
use crate::eval::{DocText, EvalError, tsv_rows};
use crate::student::{Level, Sources};

/// A text with what is to be told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeSample {
    /// Whether it stands for a segment or a whole document.
    pub level: Level,
    /// The text as it was read.
    pub text: String,
    /// The questions that are answered for it, each as a share of the greatest answer, 0 to 1. Of kinds only the one
    /// that it is.
    pub targets: Vec<(Target, f32)>,
    /// How much it counts, above 0.
    pub weight: f32,
    /// The source that it is held back with.
    pub group: String,
    /// What kind of text it is, for the report.
    pub kind: String,
    /// Whether the held-back figures count it.
    pub judged: bool,
}

/// Scores of a document by the rubric: a row of a tab-separated file with the columns `doc`, `kind`, `coherence`,
/// `information` and `educational`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rubric {
    /// The document's number.
    pub doc: i64,
    /// Its kind, such as `prose`.
    pub kind: String,
    /// Name and score, 0 to 5.
    pub scores: [(&'static str, f32); 3],
}

/// The rubric's scores.
const SCORES: [&str; 3] = ["coherence", "information", "educational"];

impl Rubric {
    /// Reads a file.
    ///
    /// # Errors
    /// The file can't be read, lacks a column, or a value is not what it should be.
    pub fn read(path: &Path) -> Result<Vec<Self>, EvalError> {
        tsv_rows(path, &["doc", "kind", SCORES[0], SCORES[1], SCORES[2]], &[], |line, fields| {
            let bad = |name: &str, value: &str, expected: &str| {
                EvalError::malformed(path, line, format!("`{name}` is {value:?}, expected {expected}"))
            };
            let doc = fields[0].trim().parse().map_err(|_| bad("doc", &fields[0], "a number"))?;
            let mut scores = SCORES.map(|name| (name, 0.0));
            for (score, field) in scores.iter_mut().zip(&fields[2..]) {
                let value: f32 = field.trim().parse().map_err(|_| bad(score.0, field, "0 to 5"))?;
                if !(0.0..=5.0).contains(&value) {
                    return Err(bad(score.0, field, "0 to 5"));
                }
                score.1 = value;
            }
            Ok(Self { doc, kind: fields[1].trim().to_owned(), scores })
        })
    }
}

/// Files to learn from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeSources {
    /// What is junk.
    pub junk: Sources,
    /// Scores by the rubric of documents whose texts stand in the documents of `junk`.
    pub rubric: Vec<PathBuf>,
}

impl ProbeSources {
    /// Reads everything. Segments that follow from the labels of their document alone are left out: `derived` says
    /// every how many of those that follow from a span is taken, 0 for none.
    ///
    /// # Errors
    /// A file can't be read or has not the form it should have, or a document has a label but no text.
    pub fn read(&self, derived: usize) -> Result<Vec<ProbeSample>, EvalError> {
        let mut seen = 0;
        let mut samples: Vec<ProbeSample> = Vec::new();
        for s in self.junk.read()?.samples {
            if s.level == Level::Segment && s.kind.is_empty() && !s.judged {
                // Of a span, which weighs more than what follows from the document.
                seen += usize::from(s.weight >= 0.5);
                if derived == 0 || s.weight < 0.5 || !seen.is_multiple_of(derived) {
                    continue;
                }
            }
            samples.push(ProbeSample {
                level: s.level,
                text: s.text,
                targets: vec![(Target::Junk, s.target)],
                weight: s.weight,
                group: s.group,
                kind: s.kind,
                judged: s.judged,
            });
        }
        let mut places: HashMap<String, usize> = HashMap::new();
        for (i, s) in samples.iter().enumerate().filter(|(_, s)| s.level == Level::Document) {
            places.entry(s.group.clone()).or_insert(i);
        }
        let docs = self.junk.docs.as_deref().map(DocText::read).transpose()?.unwrap_or_default();
        let texts: HashMap<i64, &str> = docs.iter().map(|d| (d.doc, d.text.as_str())).collect();
        for path in &self.rubric {
            for rubric in Rubric::read(path)? {
                let text = *texts.get(&rubric.doc).ok_or(EvalError::NoText { doc: rubric.doc })?;
                let group = format!("doc {}", rubric.doc);
                let at = *places.entry(group.clone()).or_insert_with(|| {
                    samples.push(ProbeSample {
                        level: Level::Document,
                        text: text.to_owned(),
                        targets: Vec::new(),
                        weight: 1.0,
                        group,
                        kind: String::new(),
                        judged: true,
                    });
                    samples.len() - 1
                });
                let targets = &mut samples[at].targets;
                targets.push((Target::Kind(rubric.kind), 1.0));
                targets.extend(
                    rubric.scores.iter().map(|(name, s)| (Target::Score((*name).to_owned()), s / 5.0)),
                );
            }
        }
        Ok(samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rubric_joins_the_label_of_its_document() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let mut sources = ProbeSources::default();
        sources.junk.doc_labels = vec![path("labels.tsv", "doc\tlabel\n1\tjunk\n")];
        sources.junk.docs =
            Some(path("docs.jsonl", "{\"doc\":1,\"text\":\"가\"}\n{\"doc\":2,\"text\":\"나\"}\n"));
        let rubric =
            "doc\tkind\tcoherence\tinformation\teducational\n1\tspam\t1\t0\t0\n2\tprose\t5\t4\t2.5\n";
        sources.rubric = vec![path("rubric.tsv", rubric)];
        let samples = sources.read(0).unwrap();
        let docs: Vec<_> = samples.iter().filter(|s| s.level == Level::Document).collect();
        assert_eq!(docs.len(), 2);
        assert_eq!(docs[0].targets.len(), 5);
        assert_eq!(docs[0].targets[0], (Target::Junk, 1.0));
        assert_eq!(docs[1].targets[0], (Target::Kind("prose".into()), 1.0));
        assert_eq!(docs[1].targets[3], (Target::Score("educational".into()), 0.5));
        let bad = path("bad.tsv", &rubric.replace("2.5", "7"));
        let error = Rubric::read(&bad).unwrap_err().to_string();
        assert!(error.contains("bad.tsv:3: `educational` is \"7\", expected 0 to 5"), "{error}");
    }
}
