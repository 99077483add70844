//! Training data: labelled lines, labelled documents with their spans, and JSON lines of any origin.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Level, Sample};
use crate::document::Document;
use crate::eval::{DocLabel, DocText, EvalError, LineLabel, SpanLabel};
use crate::normalize::Normalize;
use crate::pipeline::Stage;
use crate::segment::segments;

/// Files to learn from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Labelled segments (`.tsv`) or texts of any level (`.jsonl`), counted in the held-back figures.
    pub labels: Vec<PathBuf>,
    /// The same, only learned from.
    pub extra: Vec<PathBuf>,
    /// Labels of documents (`.tsv`), whose texts stand in `docs`.
    pub doc_labels: Vec<PathBuf>,
    /// The documents.
    pub docs: Option<PathBuf>,
    /// What goes and what stays inside them; segments are learned from it.
    pub spans: Option<PathBuf>,
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrainingData {
    /// Every sample, in the files' order.
    pub samples: Vec<Sample>,
}

/// A text of a JSON lines file.
#[derive(Deserialize)]
struct Labelled {
    text: String,
    /// `junk`, `keep`, `mask` or `mixed`; or `p`.
    label: Option<String>,
    /// Probability of junk, as a model gives it.
    p: Option<f32>,
    weight: Option<f32>,
    level: Option<Level>,
    source: Option<String>,
    kind: Option<String>,
}

/// Weight of a segment whose label comes from its document alone.
const OF_DOCUMENT: f32 = 0.3;
/// Weight of a segment whose label comes from a span.
const OF_SPAN: f32 = 0.5;

impl Sources {
    /// Reads everything.
    ///
    /// # Errors
    /// A file can't be read or has not the form it should have, or documents have labels but no texts.
    pub fn read(&self) -> Result<TrainingData, EvalError> {
        let mut samples = Vec::new();
        for (files, judged) in [(&self.labels, true), (&self.extra, false)] {
            for path in files {
                let jsonl = path.extension().is_some_and(|e| e == "jsonl" || e == "json" || e == "ndjson");
                samples.extend(if jsonl { json(path, judged)? } else { lines(path, judged)? });
            }
        }
        if let Some(docs) = &self.docs {
            let docs = DocText::read(docs)?;
            let spans = self.spans.as_deref().map(SpanLabel::read).transpose()?.unwrap_or_default();
            for labels in &self.doc_labels {
                documents(&DocLabel::read(labels)?, &docs, &spans, &mut samples)?;
            }
        }
        Ok(TrainingData { samples })
    }
}

fn lines(path: &Path, judged: bool) -> Result<Vec<Sample>, EvalError> {
    let read = LineLabel::read(path)?;
    if read.iter().all(|l| l.text.is_empty()) {
        return Err(EvalError::malformed(
            path,
            1,
            "no column `text`; labels of documents go with --doc-labels and --docs",
        ));
    }
    read.into_iter()
        .enumerate()
        .map(|(i, line)| {
            Ok(Sample {
                level: Level::Segment,
                target: target(&line.label).ok_or_else(|| unknown(path, i + 2, &line.label))?,
                weight: 1.0,
                group: group(&line.source),
                kind: format!("{}/{}", line.label, line.kind),
                text: line.text,
                judged,
            })
        })
        .collect()
}

fn json(path: &Path, judged: bool) -> Result<Vec<Sample>, EvalError> {
    let read: Vec<Labelled> = crate::eval::json_lines(path)?;
    read.into_iter()
        .enumerate()
        .map(|(i, l)| {
            let given = match (l.p, &l.label) {
                (Some(p), _) => p,
                (None, Some(label)) => target(label).ok_or_else(|| unknown(path, i + 1, label))?,
                (None, None) => {
                    return Err(EvalError::malformed(path, i + 1, "neither `label` nor `p`"));
                }
            };
            let weight = l.weight.unwrap_or(1.0);
            if !((0.0..=1.0).contains(&given) && weight > 0.0 && weight.is_finite()) {
                let message = format!("`p` is {given} and `weight` {weight}; expected 0 to 1, and above 0");
                return Err(EvalError::malformed(path, i + 1, message));
            }
            let label = if given > 0.5 { "junk" } else { "keep" };
            Ok(Sample {
                level: l.level.unwrap_or(Level::Segment),
                target: given,
                weight,
                // Without a source each text is one of its own.
                group: l.source.as_deref().map_or_else(|| format!("{}:{}", path.display(), i + 1), group),
                kind: format!("{label}/{}", l.kind.unwrap_or_default()),
                text: l.text,
                judged,
            })
        })
        .collect()
}

fn unknown(path: &Path, line: usize, label: &str) -> EvalError {
    EvalError::malformed(path, line, format!("unknown label {label:?}, expected keep, mask, mixed or junk"))
}

fn target(label: &str) -> Option<f32> {
    match label {
        "junk" => Some(1.0),
        "keep" | "mask" | "mixed" => Some(0.0),
        _ => None,
    }
}

/// The source that a sample is held back with. Documents of a crawl are sources of their own
/// (`…:kor_Hang doc 604`), and so are lines of a file (`crawl.jsonl line 604`); of a repository or a corpus (`owner/name:file#174`) all goes together.
fn group(source: &str) -> String {
    if let Some((_, doc)) = source.rsplit_once("doc ")
        && doc.bytes().all(|b| b.is_ascii_digit())
    {
        return format!("doc {doc}");
    }
    if let Some((_, line)) = source.rsplit_once(" line ")
        && line.bytes().all(|b| b.is_ascii_digit())
    {
        return source.to_owned();
    }
    source.split([':', '#']).next().unwrap_or(source).to_owned()
}

fn documents(
    labels: &[DocLabel],
    docs: &[DocText],
    spans: &[SpanLabel],
    samples: &mut Vec<Sample>,
) -> Result<(), EvalError> {
    let texts: HashMap<i64, &str> = docs.iter().map(|d| (d.doc, d.text.as_str())).collect();
    let spans: HashMap<i64, &SpanLabel> = spans.iter().map(|s| (s.doc, s)).collect();
    for label in labels {
        let text = *texts.get(&label.doc).ok_or(EvalError::NoText { doc: label.doc })?;
        let group = format!("doc {}", label.doc);
        let junk = label.label == "junk";
        samples.push(Sample {
            level: Level::Document,
            text: text.to_owned(),
            target: f32::from(u8::from(junk)),
            weight: 1.0,
            group: group.clone(),
            kind: format!("{}/{}", label.label, label.kind),
            judged: true,
        });
        let mut normal = Document::new("", text);
        Normalize::default().apply(&mut normal);
        let found = |wanted: &str| normal.text().find(wanted).map(|at| at..at + wanted.len());
        let span = spans.get(&label.doc);
        let remove: Vec<_> = span.iter().flat_map(|s| &s.remove).filter_map(|r| found(&r.text)).collect();
        let keep: Vec<_> = span.iter().flat_map(|s| &s.keep).filter_map(|k| found(k)).collect();
        for segment in segments(normal.text()) {
            let text = &normal.text()[segment.span.clone()];
            let (target, weight) = if junk {
                (1.0, OF_DOCUMENT)
            } else if covered(&segment.span, &remove) {
                (1.0, OF_SPAN)
            } else if covered(&segment.span, &keep) {
                (0.0, OF_SPAN)
            } else if label.label == "keep" {
                (0.0, OF_DOCUMENT)
            } else {
                continue;
            };
            if text.chars().nth(3).is_some() {
                samples.push(Sample {
                    level: Level::Segment,
                    text: text.to_owned(),
                    target,
                    weight,
                    group: group.clone(),
                    kind: String::new(),
                    judged: false,
                });
            }
        }
    }
    Ok(())
}

/// Whether the spans cover the greater part of a range.
fn covered(range: &Range<usize>, spans: &[Range<usize>]) -> bool {
    let common = |s: &Range<usize>| s.end.min(range.end).saturating_sub(s.start.max(range.start));
    spans.iter().map(common).sum::<usize>() * 2 > range.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_name_their_groups() {
        assert_eq!(group("owner/name:a/b.csv#174"), "owner/name");
        assert_eq!(group("owner/crawl:kor_Hang doc 604"), "doc 604");
        assert_eq!(group("s3://b/crawl.jsonl line 604"), "s3://b/crawl.jsonl line 604");
        assert_eq!(group("handmade:ad#3"), "handmade");
        assert_eq!(group(""), "");
    }

    #[test]
    fn segments_of_documents_take_their_labels_from_spans() {
        let labels = [DocLabel { doc: 1, label: "keep".into(), kind: "prose".into() }];
        let docs =
            [DocText { doc: 1, text: "비가 많이 내렸다. 로그인 회원가입 고객센터".into() }];
        let spans: SpanLabel = serde_json::from_str(
            r#"{"doc":1,"remove":[{"text":"로그인 회원가입 고객센터","kind":"nav"}],"keep":[]}"#,
        )
        .unwrap();
        let mut samples = Vec::new();
        documents(&labels, &docs, &[spans], &mut samples).unwrap();
        let got: Vec<_> = samples.iter().map(|s| (s.level, s.target, s.weight, s.judged)).collect();
        assert_eq!(
            got,
            [
                (Level::Document, 0.0, 1.0, true),
                (Level::Segment, 0.0, OF_DOCUMENT, false),
                (Level::Segment, 1.0, OF_SPAN, false)
            ]
        );
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            Sources { labels: vec![path], ..Sources::default() }.read().unwrap_err().to_string()
        };
        assert!(error("a.jsonl", "{\"text\":\"가\",\"p\":1.5}\n").contains("a.jsonl:1: `p` is 1.5"));
        assert!(error("a.jsonl", "{\"text\":\"가\"}\n").contains("neither `label` nor `p`"));
        assert!(
            error("a.tsv", "label\tkind\ttext\ngood\t-\t가\n").contains("a.tsv:2: unknown label \"good\"")
        );
        assert!(error("a.tsv", "label\tkind\njunk\t-\n").contains("--doc-labels"));
    }
}
