//! Page furniture inside documents, and documents that are nothing else.
//!
//! Two jobs on the same measurements. What can be told apart from the text around it — bylines,
//! copyright lines, menus, share buttons, tails of other headlines, lists of goods — is cut, each cut
//! with its kind and how sure it is. Then the whole document gets a score from 0 (prose) to 1 (junk)
//! out of measured features; in the band between two thresholds the language model decides.
//!
//! No word drops a document: vocabulary counts by density among the other features, so that news
//! about gambling, crime and loans stay. Swearing and slurs count only from the third word on, are kept as the
//! measure `profanity`, and go by a policy of their own.

mod cut;
mod features;
mod fold;
mod lexicon;
mod line;
mod marks;
mod phrases;
mod pieces;
mod references;
mod score;
mod shape;
mod tally;
mod words;

pub use features::Features;
pub use line::{LineFeatures, LineLabel, LineVerdict, judge_line};

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::document::{Change, Document};
use crate::language::{Letters, Policy};
use crate::pipeline::{Reason, Stage, Verdict};

/// Thresholds and switches of [`Junk`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JunkConfig {
    /// Documents that score above go out without asking anyone. Default 0.85: of 668 labelled documents,
    /// each judged by a fit on the other nine tenths, none of 357 good ones, 5 of 165 mixed ones and 67 of
    /// 146 junk ones score above.
    pub drop_above: f32,
    /// Documents that score above, up to `drop_above`, go to the model. Default 0.12: about a quarter of
    /// the labelled documents; of the junk ones, a tenth stay below.
    pub unsure_above: f32,
    /// Documents with fewer letters left outside the cuts go out, with the share of cut text as score and
    /// the kind `boilerplate`. Default 40, as the language check asks for.
    pub min_letters_left: usize,
    /// Whether junk inside documents is cut at all.
    pub cut: bool,
    /// Kinds of cuts that are not made, such as `byline` or `url`. Default: none.
    pub keep_kinds: Vec<String>,
    /// A run of this many list items without prose is cut; 0 keeps all lists. Default 5.
    pub list_items: usize,
    /// A segment of more characters than this that repeats an earlier one is cut; 0 keeps them. Default 15.
    pub repeat_chars: usize,
    /// Greatest share of swearwords and slurs among the words, 0 to 1; above, with three of them or more,
    /// `profanity`. Default 0.05, one word in twenty, chosen by hand.
    pub max_profanity: f32,
    /// What becomes of documents above `max_profanity`. Default `label`: only the measure `profanity` says so,
    /// and the score weighs it among other things.
    pub profanity: Policy,
    /// Cut the sentences and lines in which a swearword or slur stands. Default: they stay.
    pub cut_profanity: bool,
}

impl Default for JunkConfig {
    fn default() -> Self {
        Self {
            drop_above: 0.85,
            unsure_above: 0.12,
            min_letters_left: 40,
            cut: true,
            keep_kinds: Vec::new(),
            list_items: 5,
            repeat_chars: 15,
            max_profanity: 0.05,
            profanity: Policy::Label,
            cut_profanity: false,
        }
    }
}

impl JunkConfig {
    fn cuts(&self, kind: &str) -> bool {
        self.cut && !self.keep_kinds.iter().any(|k| k == kind)
    }
}

/// The kinds of cuts.
pub const CUT_KINDS: [&str; 15] = [
    "ad",
    "byline",
    "contact",
    "copyright",
    "list",
    "machine_translation",
    "nav",
    "ornament",
    "profanity",
    "related",
    "repeat",
    "share_buttons",
    "spam",
    "timestamp",
    "url",
];

/// The stage `junk`.
///
/// Cuts have the kinds of [`CUT_KINDS`]. Reasons have the kind of the feature that weighs
/// most, and the document's score: `list`, `boilerplate`, `not_prose`, `numbers`, `foreign`, `symbols`,
/// `spacing`, `fragments`, `repetition`, `keywords`, `spam`, `downloads`, `commerce`,
/// `insults` or `machine_translation`; by its own policy `profanity`, with the share of such words as score.
#[derive(Debug, Clone, Default)]
pub struct Junk {
    config: JunkConfig,
}

/// What [`Junk`] finds in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// 0 for prose, 1 for junk.
    pub score: f32,
    /// The feature that weighs most towards junk, as a reason's kind.
    pub kind: &'static str,
    /// The features behind the score.
    pub features: Features,
    /// Swearwords and slurs, and their share of the words.
    pub profanity: (usize, f32),
    /// What would be cut: byte range, kind and how sure; sorted, without overlaps.
    pub cuts: Vec<(Range<usize>, &'static str, f32)>,
}

impl Junk {
    /// A stage with this configuration.
    pub fn new(config: JunkConfig) -> Self {
        Self { config }
    }

    /// Letters outside the changes, counted no further than needed.
    fn letters_left(&self, text: &str, changes: &[Change]) -> usize {
        let (mut letters, mut at) = (0, 0);
        for change in changes {
            letters += Letters::count(&text[at..change.span.start]).total();
            at = change.span.end;
            if letters >= self.config.min_letters_left {
                return letters;
            }
        }
        letters + Letters::count(&text[at..]).total()
    }

    /// Measures a text and changes nothing.
    pub fn measure(&self, text: &str) -> Findings {
        let (parts, features, words) = line::with_scratch(|scratch| {
            let parts = cut::parts(text, &self.config, scratch);
            let features = Features::measure(text, &parts, scratch);
            (parts, features, scratch.words.len())
        });
        let swearing = parts.seen.iter().map(|s| s.counts.profanity()).sum::<usize>();
        let profanity = (swearing, (swearing as f32 / words.max(1) as f32).min(1.0));
        let (score, kind) = score::score(&features);
        debug_assert!(parts.cuts.iter().all(|c| CUT_KINDS.contains(&c.kind)), "a kind that is not listed");
        let cuts = parts.cuts.into_iter().map(|c| (c.span, c.kind, c.score)).collect();
        Findings { score, kind, features, profanity, cuts }
    }
}

impl Stage for Junk {
    fn name(&self) -> &'static str {
        "junk"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        let found = self.measure(doc.text());
        doc.measure("junk", found.score);
        doc.keep_features(found.features, found.kind);
        let (swearing, share) = found.profanity;
        if swearing > 0 {
            doc.measure("profanity", share);
        }
        let profane = swearing >= features::SWEARING && share > self.config.max_profanity;
        let of_profanity = || Reason::new("junk", "profanity").with_score(share);
        let reason = || Reason::new("junk", found.kind).with_score(found.score);
        if found.score > self.config.drop_above {
            // The text is left whole: a dropped document is looked at to see why, not read.
            return Verdict::Drop(reason());
        }
        if profane && self.config.profanity == Policy::Drop {
            return Verdict::Drop(of_profanity());
        }
        let changes: Vec<Change> = found
            .cuts
            .iter()
            .map(|(span, kind, score)| Change::cut(*kind, span.clone()).with_score(*score))
            .collect();
        let cut = changes.iter().map(|c| c.span.len()).sum::<usize>() as f32 / doc.text().len().max(1) as f32;
        if self.letters_left(doc.text(), &changes) < self.config.min_letters_left {
            return Verdict::Drop(Reason::new("junk", "boilerplate").with_score(cut));
        }
        doc.apply("junk", changes);
        match () {
            () if profane && self.config.profanity == Policy::Unsure => Verdict::Unsure(of_profanity()),
            () if found.score > self.config.unsure_above => Verdict::Unsure(reason()),
            () => Verdict::Keep,
        }
    }
}

#[cfg(test)]
mod tests;
