//! The counts of a job, mergeable over shards.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::histogram::{LengthHistogram, ScoreHistogram};
use super::mask;
use super::outcome::{Decision, Outcome};
use super::sample::SamplePool;
use crate::document::Document;
use crate::edit::EditCounts;
use crate::io::{Position, RejectKind, Rejection};
use crate::rewrite::RewriteCounts;

/// How many positions are kept of each kind of rejection.
const FIRST_REJECTIONS: usize = 5;

/// How much of a rejection's message is kept.
const MESSAGE_CHARACTERS: usize = 400;

/// Counts by stage, then by kind.
pub(super) type ByKind<T> = BTreeMap<String, BTreeMap<String, T>>;

/// Numbers of characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Characters {
    /// Of every document that could be read, as it was read.
    pub input: u64,
    /// Of the kept documents, as they were read.
    pub kept_before: u64,
    /// Of the kept documents, as they were written.
    pub kept_after: u64,
}

/// Dropped documents of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropCount {
    /// Documents.
    pub documents: u64,
    /// Their characters, as they were read.
    pub characters: u64,
}

/// Edits of one kind in kept documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditCount {
    /// Kept documents with at least one.
    pub documents: u64,
    /// Edits that show in the output; those that a later one swallowed do not count.
    pub edits: u64,
    /// Characters taken out.
    pub removed: u64,
    /// Characters put in their place.
    pub added: u64,
}

/// A record that could not be read, without its contents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct RejectedAt {
    pub(super) file: String,
    pub(super) line: u64,
    pub(super) message: String,
}

/// Rejected records of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectCount {
    /// Records.
    pub records: u64,
    /// The first few by file name and line. Their contents stand in the rejects file only.
    pub(super) first: Vec<RejectedAt>,
}

impl RejectCount {
    /// Where the first few stand, with the fault in words; by file name and line.
    pub fn first(&self) -> impl Iterator<Item = (Position, &str)> {
        self.first
            .iter()
            .map(|r| (Position { file: r.file.as_str().into(), line: r.line }, r.message.as_str()))
    }

    fn keep_first(&mut self) {
        self.first.sort_unstable();
        self.first.truncate(FIRST_REJECTIONS);
    }
}

/// One number for kept documents and one for dropped ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split<T> {
    /// Of kept documents.
    pub kept: T,
    /// Of dropped documents.
    pub dropped: T,
}

impl<T> Split<T> {
    fn side(&mut self, kept: bool) -> &mut T {
        if kept { &mut self.kept } else { &mut self.dropped }
    }
}

/// Everything that a job counts. [`Tally::merge`] is associative and commutative, so the tally of
/// the whole is the same however the input was split into shards.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Records that were read.
    pub input: u64,
    /// Documents in the output.
    pub kept: u64,
    /// Documents that a stage spoke against.
    pub dropped: u64,
    /// Records that could not be read as documents.
    pub rejected: u64,
    /// Characters in and out.
    pub characters: Characters,
    /// Dropped documents by the stage and the kind of the reason.
    pub dropped_by: ByKind<DropCount>,
    /// Rejected records by kind.
    pub rejected_by: BTreeMap<RejectKind, RejectCount>,
    /// Edits of kept documents by stage and kind.
    pub edits: ByKind<EditCount>,
    /// The model's edit programs, where it was asked for them.
    #[serde(default, skip_serializing_if = "EditCounts::is_empty")]
    pub edit_programs: EditCounts,
    /// What became of passages that the model wrote anew, where it did.
    #[serde(default, skip_serializing_if = "RewriteCounts::is_empty")]
    pub rewrites: RewriteCounts,
    /// Documents by the level that settled them.
    pub decided_by: BTreeMap<String, Split<u64>>,
    /// Documents by their characters as they were read.
    pub lengths: Split<LengthHistogram>,
    /// Documents by the score of the rules, 0 (good) to 1 (junk).
    pub rule_scores: Split<ScoreHistogram>,
    /// Documents by the model's probability of junk, 0 to 1, where it was asked.
    pub judge_scores: Split<ScoreHistogram>,
    /// Documents to show.
    pub samples: SamplePool,
}

impl Tally {
    /// Counts a record that could not be read.
    pub fn rejected(&mut self, rejection: &Rejection) {
        self.input += 1;
        self.rejected += 1;
        let count = self.rejected_by.entry(rejection.reason).or_default();
        count.records += 1;
        let Position { file, line } = &rejection.position;
        if count
            .first
            .get(FIRST_REJECTIONS - 1)
            .is_some_and(|last| (&*last.file, last.line) < (&**file, *line))
        {
            return;
        }
        // A message may quote the record.
        let message: String = rejection.message.chars().take(MESSAGE_CHARACTERS).collect();
        let message = mask::without_personal(&message);
        count.first.push(RejectedAt { file: file.to_string(), line: *line, message });
        count.keep_first();
    }

    /// Counts a document and what became of it. Linear in its length.
    pub fn outcome(&mut self, doc: &Document, outcome: &Outcome) {
        let characters = count(doc.original());
        let kept = outcome.decision == Decision::Kept;
        self.input += 1;
        self.characters.input += characters;
        match &outcome.decision {
            Decision::Kept => {
                self.kept += 1;
                self.characters.kept_before += characters;
                self.characters.kept_after += count(doc.text());
                self.count_edits(doc);
            }
            Decision::Dropped(reason) => {
                self.dropped += 1;
                let by = entry(&mut self.dropped_by, &reason.stage, &reason.kind);
                by.documents += 1;
                by.characters += characters;
            }
        }
        *self.decided_by.entry(outcome.decided_by.to_string()).or_default().side(kept) += 1;
        self.lengths.side(kept).add(characters);
        if let Some(score) = outcome.rule_score {
            self.rule_scores.side(kept).add(score);
        }
        if let Some(score) = outcome.judge_score {
            self.judge_scores.side(kept).add(score);
        }
        self.samples.offer(doc, outcome);
    }

    fn count_edits(&mut self, doc: &Document) {
        let mut of_doc: BTreeMap<(&str, &str), EditCount> = BTreeMap::new();
        for edit in doc.visible_edits() {
            let counts = of_doc.entry((edit.stage, &edit.kind)).or_default();
            counts.documents = 1;
            counts.edits += 1;
            counts.removed += count(&doc.original()[edit.span.clone()]);
            counts.added += count(&edit.replacement);
        }
        for ((stage, kind), counts) in of_doc {
            entry(&mut self.edits, stage, kind).add(&counts);
        }
    }

    /// Adds another tally, of other records.
    pub fn merge(&mut self, other: &Tally) {
        self.input += other.input;
        self.kept += other.kept;
        self.dropped += other.dropped;
        self.rejected += other.rejected;
        self.characters.input += other.characters.input;
        self.characters.kept_before += other.characters.kept_before;
        self.characters.kept_after += other.characters.kept_after;
        for (stage, kind, count) in flat(&other.dropped_by) {
            let by = entry(&mut self.dropped_by, stage, kind);
            by.documents += count.documents;
            by.characters += count.characters;
        }
        for (kind, count) in &other.rejected_by {
            let by = self.rejected_by.entry(*kind).or_default();
            by.records += count.records;
            by.first.extend_from_slice(&count.first);
            by.keep_first();
        }
        for (stage, kind, count) in flat(&other.edits) {
            entry(&mut self.edits, stage, kind).add(count);
        }
        self.edit_programs.merge(&other.edit_programs);
        self.rewrites.merge(&other.rewrites);
        for (level, count) in &other.decided_by {
            let by = self.decided_by.entry(level.clone()).or_default();
            by.kept += count.kept;
            by.dropped += count.dropped;
        }
        self.lengths.kept.merge(&other.lengths.kept);
        self.lengths.dropped.merge(&other.lengths.dropped);
        self.rule_scores.kept.merge(&other.rule_scores.kept);
        self.rule_scores.dropped.merge(&other.rule_scores.dropped);
        self.judge_scores.kept.merge(&other.judge_scores.kept);
        self.judge_scores.dropped.merge(&other.judge_scores.dropped);
        self.samples.merge(&other.samples);
    }

    /// Whether the counts agree with each other: every record that came in is kept, dropped or
    /// rejected, each of these under one kind, and the kept characters less the cuts are those written.
    /// False for a tally whose stored state was damaged.
    pub fn is_balanced(&self) -> bool {
        // Wide sums: damaged counts may be of any size.
        let sum = |counts: &mut dyn Iterator<Item = u64>| counts.map(u128::from).sum::<u128>();
        let (input, kept, dropped, rejected) = (
            u128::from(self.input),
            u128::from(self.kept),
            u128::from(self.dropped),
            u128::from(self.rejected),
        );
        input == kept + dropped + rejected
            && dropped == sum(&mut flat(&self.dropped_by).map(|(_, _, c)| c.documents))
            && rejected == sum(&mut self.rejected_by.values().map(|c| c.records))
            && kept == sum(&mut self.decided_by.values().map(|s| s.kept))
            && dropped == sum(&mut self.decided_by.values().map(|s| s.dropped))
            && kept == self.lengths.kept.total()
            && dropped == self.lengths.dropped.total()
            && u128::from(self.characters.kept_before) + sum(&mut flat(&self.edits).map(|(_, _, c)| c.added))
                == u128::from(self.characters.kept_after)
                    + sum(&mut flat(&self.edits).map(|(_, _, c)| c.removed))
    }

    /// How many documents the model was asked about.
    pub fn judged(&self) -> u64 {
        (self.judge_scores.kept.total() + self.judge_scores.dropped.total()) as u64
    }
}

impl EditCount {
    fn add(&mut self, other: &Self) {
        self.documents += other.documents;
        self.edits += other.edits;
        self.removed += other.removed;
        self.added += other.added;
    }
}

/// Every count with its stage and kind.
pub(super) fn flat<T>(by: &ByKind<T>) -> impl Iterator<Item = (&str, &str, &T)> {
    by.iter()
        .flat_map(|(stage, kinds)| kinds.iter().map(|(kind, count)| (stage.as_str(), kind.as_str(), count)))
}

fn entry<'a, T: Default>(by: &'a mut ByKind<T>, stage: &str, kind: &str) -> &'a mut T {
    by.entry(stage.to_owned()).or_default().entry(kind.to_owned()).or_default()
}

fn count(text: &str) -> u64 {
    text.chars().count() as u64
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{dropped, judged, kept, rejection, tiny, with_cuts};
    use super::*;
    use crate::document::Change;
    use proptest::prelude::*;

    #[test]
    fn a_job_is_counted() {
        let tally = tiny().tally;
        assert_eq!((tally.input, tally.kept, tally.dropped, tally.rejected), (5, 2, 2, 1));
        let characters = Characters { input: 84, kept_before: 52, kept_after: 33 };
        assert_eq!(tally.characters, characters);
        let phone = EditCount { documents: 1, edits: 1, removed: 13, added: 6 };
        assert_eq!((tally.edits["junk"]["navigation"].removed, tally.edits["pii"]["phone"]), (12, phone));
        assert_eq!(tally.decided_by["judge"], Split { kept: 0, dropped: 1 });
        assert_eq!(tally.judged(), 1);
        assert!(tally.is_balanced());
    }

    #[test]
    fn damage_shows_in_the_balance() {
        type Damage = fn(&mut Tally);
        let damages: [Damage; 7] = [
            |t| t.input += 1,
            |t| t.dropped_by.clear(),
            |t| t.rejected_by.clear(),
            |t| t.decided_by.clear(),
            |t| t.lengths.kept.add(9),
            |t| t.characters.kept_after += 1,
            |t| t.kept = u64::MAX,
        ];
        for (i, damage) in damages.iter().enumerate() {
            let mut tally = tiny().tally;
            damage(&mut tally);
            assert!(!tally.is_balanced(), "damage {i}");
        }
    }

    #[test]
    fn an_edit_that_a_later_one_took_in_does_not_count() {
        let mut doc = with_cuts("1");
        let end = doc.text().len();
        doc.apply("judge", vec![Change::cut("boilerplate", 0..end)]);
        let mut tally = Tally::default();
        tally.outcome(&doc, &kept(1));
        let kinds: Vec<_> = flat(&tally.edits).map(|(_, kind, c)| (kind, c.edits)).collect();
        assert_eq!(kinds, [("boilerplate", 1), ("navigation", 1)]);
        assert!(tally.is_balanced());
    }

    #[test]
    fn rejections_keep_the_first_positions_without_the_contents() {
        let mut tally = Tally::default();
        for line in (1..=9).rev() {
            tally.rejected(&rejection(line));
        }
        let rejected = &tally.rejected_by[&RejectKind::BadJson];
        let lines: Vec<u64> = rejected.first().map(|(at, _)| at.line).collect();
        assert_eq!((rejected.records, lines), (9, vec![1, 2, 3, 4, 5]));
        assert!(!serde_json::to_string(&tally).unwrap().contains("비밀"));
    }

    /// One record: which of the outcomes, the text, how many characters are cut.
    fn records() -> impl Strategy<Value = Vec<(u8, String, usize)>> {
        prop::collection::vec((0u8..6, "[가-힣0-9 ]{0,40}", 0usize..9), 0..60)
    }

    fn feed(tally: &mut Tally, line: usize, (what, text, cut): &(u8, String, usize)) {
        let line = line as u64;
        // Few identifiers, so that ranks collide.
        let mut doc = Document::new(format!("id{}", line % 7), text.clone());
        if let Some((at, _)) = text.char_indices().nth(*cut).filter(|(at, _)| *at > 0) {
            doc.apply("junk", vec![Change::cut("navigation", 0..at)]);
        }
        match what {
            0 => tally.rejected(&rejection(line)),
            1 => tally.outcome(&doc, &dropped(line, "junk", "gambling")),
            2 => tally.outcome(&doc, &dropped(line, "dedup", "exact")),
            3 => tally.outcome(&doc, &judged(dropped(line, "judge", "junk"), 0.7)),
            4 => tally.outcome(&doc, &judged(kept(line), 0.2)),
            _ => tally.outcome(&doc, &kept(line)),
        }
    }

    proptest! {
        #[test]
        fn any_division_into_shards_gives_the_same_total(records in records(), cuts in prop::collection::vec(0usize..60, 2), turn: bool) {
            let mut whole = Tally::default();
            let mut parts: [Tally; 3] = Default::default();
            let (a, b) = (cuts[0].min(cuts[1]), cuts[0].max(cuts[1]));
            for (line, record) in records.iter().enumerate() {
                feed(&mut whole, line, record);
                feed(&mut parts[usize::from(line >= a) + usize::from(line >= b)], line, record);
            }
            // A shard's tally is stored and read again.
            let [mut x, y, z] = parts.map(|p| serde_json::from_str::<Tally>(&serde_json::to_string(&p).unwrap()).unwrap());
            let merged = if turn {
                let mut yz = z;
                yz.merge(&y);
                yz.merge(&x);
                yz
            } else {
                x.merge(&y);
                x.merge(&z);
                x
            };
            prop_assert!(merged.is_balanced());
            prop_assert_eq!(&merged, &whole);
            prop_assert_eq!(merged.samples.selected(&merged.dropped_by), whole.samples.selected(&whole.dropped_by));
        }
    }
}
