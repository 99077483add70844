//! The documents that a report shows: chosen by the hash of their identifier, so that neither the
//! order of the input nor its division into shards matters.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::mask;
use super::outcome::{Decision, Outcome};
use super::piece::{self, Piece};
use super::tally::{ByKind, DropCount, flat};
use crate::document::Document;
use crate::io::Position;
use crate::pipeline::Reason;

/// How many documents a report shows.
const SHOWN: usize = 12;

/// A document before and after. Personal data is hidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The hash of the identifier; the lowest are shown.
    pub(super) rank: u64,
    /// The document's identifier.
    pub id: String,
    /// Where it stands in the input.
    pub position: Position,
    /// The address it was crawled from.
    pub url: Option<String>,
    /// Why it was dropped; none for a kept document.
    pub dropped: Option<Reason>,
    /// The level that settled it.
    pub decided_by: String,
    /// How junk-like the rules found it, 0 (good) to 1 (junk).
    pub rule_score: Option<f32>,
    /// The model's probability that it is junk, 0 to 1.
    pub judge_score: Option<f32>,
    /// Characters as it was read.
    pub characters_before: u64,
    /// Characters with its edits applied.
    pub characters_after: u64,
    /// Edits of the normalization, applied in the pieces without being shown.
    pub normalized: u64,
    /// The text, shortened around the edits.
    pub pieces: Vec<Piece>,
}

impl Sample {
    fn new(rank: u64, doc: &Document, outcome: &Outcome) -> Self {
        let (pieces, normalized) = piece::pieces(doc);
        let finite = |score: Option<f32>| score.filter(|s| s.is_finite());
        Self {
            rank,
            id: doc.id().to_owned(),
            position: outcome.position.clone(),
            url: outcome.url.as_deref().map(mask::without_personal),
            dropped: match &outcome.decision {
                Decision::Kept => None,
                Decision::Dropped(reason) => Some(Reason { score: finite(reason.score), ..reason.clone() }),
            },
            decided_by: outcome.decided_by.to_string(),
            rule_score: finite(outcome.rule_score),
            judge_score: finite(outcome.judge_score),
            characters_before: doc.original().chars().count() as u64,
            characters_after: doc.text().chars().count() as u64,
            normalized,
            pieces,
        }
    }

    fn key(&self) -> (u64, &str, u64) {
        (self.rank, &self.position.file, self.position.line)
    }
}

const KEPT_CUT: &str = "kept_cut";
const KEPT_MASKED: &str = "kept_masked";
const KEPT_UNTOUCHED: &str = "kept_untouched";
const JUDGED_KEPT: &str = "judged_kept";
const JUDGED_DROPPED: &str = "judged_dropped";

/// Candidates for the samples of a report: a few of each group, by rank. The groups are documents
/// kept with cuts, kept with personal data masked, kept untouched, kept or dropped by the model, and dropped for each other reason.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SamplePool(BTreeMap<String, Vec<Sample>>);

impl SamplePool {
    /// Takes the document in if it ranks before one that is there.
    pub(super) fn offer(&mut self, doc: &Document, outcome: &Outcome) {
        let group = group_of(doc, outcome);
        let capacity = capacity(&group);
        let rank = xxh3_64(doc.id().as_bytes());
        let key = (rank, &*outcome.position.file, outcome.position.line);
        let samples = self.0.entry(group.into_owned()).or_default();
        let at = samples.partition_point(|s| s.key() < key);
        if at < capacity {
            samples.insert(at, Sample::new(rank, doc, outcome));
            samples.truncate(capacity);
        }
    }

    /// Takes in the candidates of another part of the input.
    pub(super) fn merge(&mut self, other: &Self) {
        for (group, candidates) in &other.0 {
            let samples = self.0.entry(group.clone()).or_default();
            samples.extend_from_slice(candidates);
            samples.sort_by(|a, b| a.key().cmp(&b.key()));
            samples.truncate(capacity(group));
        }
    }

    /// The dozen to show: of each group its share, what is then left over of the places to the main
    /// reasons and to documents with cuts.
    pub(super) fn selected(&self, dropped_by: &ByKind<DropCount>) -> Vec<&Sample> {
        let mut reasons: Vec<_> = flat(dropped_by).collect();
        reasons.sort_by_key(|(.., count)| std::cmp::Reverse(count.documents));
        let reasons: Vec<String> =
            reasons.iter().map(|(stage, kind, _)| dropped_group(stage, kind)).collect();
        let shares = [(KEPT_CUT, 3), (KEPT_MASKED, 1), (JUDGED_KEPT, 2), (JUDGED_DROPPED, 2)];
        let shares = shares.into_iter().chain(reasons.iter().map(|r| (r.as_str(), 1)).take(3));
        let mut taken: BTreeMap<&str, usize> = shares.chain([(KEPT_UNTOUCHED, 1)]).collect();
        taken.iter_mut().for_each(|(group, n)| *n = (*n).min(self.group(group).len()));

        let by_need: Vec<&str> = reasons
            .iter()
            .map(String::as_str)
            .chain([KEPT_CUT, KEPT_MASKED, JUDGED_DROPPED, JUDGED_KEPT, KEPT_UNTOUCHED])
            .collect();
        while taken.values().sum::<usize>() < SHOWN {
            let before: usize = taken.values().sum();
            for group in &by_need {
                let n = taken.entry(group).or_default();
                let more = *n < self.group(group).len();
                *n += usize::from(more);
                if more && taken.values().sum::<usize>() == SHOWN {
                    break;
                }
            }
            if taken.values().sum::<usize>() == before {
                break;
            }
        }
        let in_order = [KEPT_CUT, KEPT_MASKED, JUDGED_KEPT, JUDGED_DROPPED]
            .into_iter()
            .chain(reasons.iter().map(String::as_str))
            .chain([KEPT_UNTOUCHED]);
        in_order
            .flat_map(|group| self.group(group).iter().take(taken.get(group).copied().unwrap_or(0)))
            .collect()
    }

    fn group(&self, name: &str) -> &[Sample] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

fn group_of(doc: &Document, outcome: &Outcome) -> Cow<'static, str> {
    let judged = outcome.judge_score.is_some();
    match &outcome.decision {
        Decision::Dropped(_) if judged => JUDGED_DROPPED.into(),
        Decision::Dropped(reason) => dropped_group(&reason.stage, &reason.kind).into(),
        Decision::Kept if judged => JUDGED_KEPT.into(),
        Decision::Kept if doc.visible_edits().any(|e| e.stage == mask::PII_STAGE) => KEPT_MASKED.into(),
        Decision::Kept if doc.visible_edits().any(piece::is_shown) => KEPT_CUT.into(),
        Decision::Kept => KEPT_UNTOUCHED.into(),
    }
}

fn dropped_group(stage: &str, kind: &str) -> String {
    format!("dropped/{stage}/{kind}")
}

fn capacity(group: &str) -> usize {
    match group {
        KEPT_CUT | KEPT_MASKED => SHOWN,
        KEPT_UNTOUCHED => 2,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{dropped, judged, kept, with_cuts};
    use super::super::tally::Tally;
    use super::*;
    use crate::document::Change;

    #[test]
    fn the_dozen_is_a_mixture() {
        let mut tally = Tally::default();
        for i in 0..50 {
            let text = || Document::new(format!("doc{i}"), "글");
            let mut cut = Document::new(format!("cut{i}"), "메뉴 글");
            cut.apply("junk", vec![Change::cut("nav", 0..7)]);
            tally.outcome(&cut, &kept(i));
            tally.outcome(&with_cuts(&format!("masked{i}")), &kept(i));
            tally.outcome(&text(), &kept(i));
            tally.outcome(&text(), &dropped(i, "junk", "gambling"));
            tally.outcome(&text(), &dropped(i, "language", "not_korean"));
            tally.outcome(&text(), &judged(dropped(i, "judge", "junk"), 0.9));
            tally.outcome(&text(), &judged(kept(i), 0.1));
        }
        let samples = tally.samples.selected(&tally.dropped_by);
        let count = |what: &dyn Fn(&Sample) -> bool| samples.iter().filter(|s| what(s)).count();
        assert_eq!(samples.len(), SHOWN);
        assert!(count(&|s| s.dropped.is_none() && s.pieces.len() > 1) >= 4);
        assert!(
            (1..=2)
                .contains(&count(&|s| s.dropped.is_none() && s.pieces.len() == 1 && s.judge_score.is_none()))
        );
        assert!(count(&|s| s.judge_score.is_some()) >= 4);
        for kind in ["gambling", "not_korean"] {
            assert!(count(&|s| s.dropped.as_ref().is_some_and(|r| r.kind == kind)) >= 1, "{kind}");
        }
    }

    #[test]
    fn the_places_of_groups_without_documents_go_to_others() {
        let mut tally = Tally::default();
        for i in 0..50 {
            tally.outcome(&with_cuts(&format!("cut{i}")), &kept(i));
        }
        assert_eq!(tally.samples.selected(&tally.dropped_by).len(), SHOWN);
    }

    #[test]
    fn an_unseen_address_or_score_does_no_harm() {
        let outcome = Outcome {
            url: Some("https://x.kr/?tel=010-1234-5678".to_owned()),
            rule_score: Some(f32::NAN),
            ..kept(1)
        };
        let mut tally = Tally::default();
        tally.outcome(&Document::new("", ""), &outcome);
        let sample = tally.samples.selected(&tally.dropped_by)[0].clone();
        assert_eq!(sample.url.as_deref(), Some("https://x.kr/?tel=•••-••••-••••"));
        assert_eq!((sample.rule_score, sample.pieces.len()), (None, 0));
    }
}
