//! The guards: what a rewritten text must pass before it is kept.

use serde::{Deserialize, Serialize};

use super::align::{Support, align};
use super::facts::{Finding, invented};
use super::record::Rewritten;
use super::repeats::{repeated, returning};
use super::source::Source;
use super::text::{Letters, folded};
use crate::language::{Language, LanguageConfig};
use crate::segment::{Segment, segments};

/// Offending texts that a rejection keeps.
const MOST_TEXTS: usize = 8;
/// Characters of each.
const SHOWN: usize = 60;
/// Letters of the sequences that `overlap` counts.
const SEQUENCE: usize = 4;

/// What may speak against a rewritten text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Guard {
    /// There is no letter and no digit.
    Empty,
    /// It is too short, or too short or too long beside its source.
    Length,
    /// It is not Korean.
    Language,
    /// A number that the source does not have, or not of this unit.
    Number,
    /// A date, or a day of the week.
    Date,
    /// A name: of a person with their title, a place or a body, in Latin or other letters, or a quotation.
    Entity,
    /// A word that stands in no form in the source.
    Word,
    /// Too few of its sequences of letters are the source's.
    Overlap,
    /// A sentence that no part of the source supports.
    Unsupported,
    /// It means something else, by embeddings.
    Meaning,
    /// It repeats itself.
    Repetition,
}

impl Guard {
    /// All of them, in the order in which rejections are listed.
    pub const ALL: [Self; 11] = [
        Self::Empty,
        Self::Length,
        Self::Language,
        Self::Number,
        Self::Date,
        Self::Entity,
        Self::Word,
        Self::Overlap,
        Self::Unsupported,
        Self::Meaning,
        Self::Repetition,
    ];

    /// Its name in records and counts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Length => "length",
            Self::Language => "language",
            Self::Number => "number",
            Self::Date => "date",
            Self::Entity => "entity",
            Self::Word => "word",
            Self::Overlap => "overlap",
            Self::Unsupported => "unsupported",
            Self::Meaning => "meaning",
            Self::Repetition => "repetition",
        }
    }
}

/// Thresholds of [`Guards`]. None was fitted: those of `language` are the stage's own, and where a default was reasoned
/// out, its reason stands beside it. Facts have no threshold: one that the source does not have is one too many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GuardConfig {
    /// Fewest letters and digits of an output (`length`). Default 40, about a sentence, as in the stage `language`.
    pub min_letters: usize,
    /// Fewest letters and digits for each one of the source (`length`). Default 0.1: of a page with more around its
    /// text than that, too little is left to judge what went.
    pub min_length: f32,
    /// Most letters and digits for each one of the source (`length`). Default 1.05: what only takes out and repairs
    /// can't grow, but for a letter here and there.
    pub max_length: f32,
    /// Least share of the output's sequences of four letters that the source has (`overlap`). Default 0.6: a changed
    /// letter costs up to four of them, so one letter in ten may differ. Source words in another order have next to
    /// none, as a Korean word is about three letters long.
    pub min_overlap: f32,
    /// Least share of a sentence's letters that stand in runs of three which one part of the source has
    /// (`unsupported`). Default 0.6: more than half, so that two sentences can't be made one.
    pub min_support: f32,
    /// Least cosine of the embeddings of output and source, where the caller has them (`meaning`). Default 0.8. What is
    /// high depends on the embedding; fit it to yours.
    pub min_cosine: f32,
    /// Greatest share of sequences of eight letters that stood there before (`repetition`). Default 0.2, which is what
    /// Gopher's rules allow of characters in repeated lines (arXiv:2112.11446). A phrase three times in a row is a loop
    /// whatever the share.
    pub max_returning: f32,
    /// What is Korean (`language`). Defaults are the stage's; its lengths and its policies are not heard.
    pub language: LanguageConfig,
}

impl Default for GuardConfig {
    fn default() -> Self {
        Self {
            min_letters: 40,
            min_length: 0.1,
            max_length: 1.05,
            min_overlap: 0.6,
            min_support: 0.6,
            min_cosine: 0.8,
            max_returning: 0.2,
            language: LanguageConfig::default(),
        }
    }
}

/// A guard that speaks against a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    /// Which one.
    pub guard: Guard,
    /// How many places it objects to, at least 1.
    pub count: usize,
    /// The first of them: facts in lower case and plain forms, others as they stand. Cut to 60 characters each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
    /// What was measured, for a guard with a threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<f32>,
}

impl Rejection {
    fn new(guard: Guard) -> Self {
        Self { guard, count: 1, texts: Vec::new(), measured: None }
    }

    fn measured(guard: Guard, value: f32) -> Self {
        Self { measured: Some(value), ..Self::new(guard) }
    }

    fn with_text(mut self, text: impl IntoIterator<Item = char>) -> Self {
        self.texts.push(text.into_iter().take(SHOWN).collect());
        self
    }
}

/// Looks at rewritten texts.
#[derive(Debug, Clone, Default)]
pub struct Guards {
    config: GuardConfig,
    language: Language,
}

impl Guards {
    /// Guards with these thresholds.
    pub fn new(config: GuardConfig) -> Self {
        let language = Language::new(config.language.clone());
        Self { config, language }
    }

    /// What they were told.
    pub fn config(&self) -> &GuardConfig {
        &self.config
    }

    /// Every guard that speaks against `output` as a text made of `source`, in the order of [`Guard::ALL`], each once.
    /// `source` is what the model was shown, normalized. `cosine` is that of the embeddings of the two texts, where the
    /// caller has them; one that is no number is a rejection.
    pub fn check(&self, source: &str, output: &str, cosine: Option<f32>) -> Vec<Rejection> {
        self.heard(source, output, cosine).0
    }

    /// The output as a text that may be kept, or what speaks against it.
    ///
    /// # Errors
    /// Every guard that speaks against it, as [`Guards::check`] lists them.
    pub fn pass(&self, source: &str, output: &str, cosine: Option<f32>) -> Result<Rewritten, Vec<Rejection>> {
        match self.heard(source, output, cosine) {
            (rejections, supports) if rejections.is_empty() => Ok(Rewritten::new(source, output, &supports)),
            (rejections, _) => Err(rejections),
        }
    }

    fn heard(&self, source: &str, output: &str, cosine: Option<f32>) -> (Vec<Rejection>, Vec<Support>) {
        let config = &self.config;
        let letters = Letters::of(output);
        if letters.chars.is_empty() {
            return (vec![Rejection::new(Guard::Empty)], Vec::new());
        }
        let mut all = Vec::new();
        let length = letters.chars.len() as f32 / Letters::of(source).chars.len().max(1) as f32;
        let fits = (config.min_length..=config.max_length).contains(&length);
        if letters.chars.len() < config.min_letters || !fits {
            all.push(Rejection::measured(Guard::Length, length));
        }
        if let Some((kind, share)) = self.language.foreign(output) {
            all.push(Rejection::measured(Guard::Language, share).with_text(kind.chars()));
        }
        let index = Source::new(source);
        all.extend(by_guard(invented(&index, output)));
        let segments = segments(output);
        let overlap = overlap(&index, output, &segments);
        if overlap < config.min_overlap {
            all.push(Rejection::measured(Guard::Overlap, overlap));
        }
        let supports = align(source, output);
        all.extend(self.unsupported(output, &supports));
        all.extend(cosine.and_then(|cosine| self.of_meaning(cosine)));
        let returning = returning(&letters.chars);
        let repeated = repeated(&letters, &segments);
        if repeated.is_some() || returning > config.max_returning {
            let rejection = Rejection::measured(Guard::Repetition, returning);
            all.push(match repeated {
                Some(span) => rejection.with_text(letters.chars[span].iter().copied()),
                None => rejection,
            });
        }
        (all, supports)
    }

    /// What the guard [`Guard::Meaning`] says of the cosine of two embeddings.
    pub(super) fn of_meaning(&self, cosine: f32) -> Option<Rejection> {
        let far = cosine.is_nan() || cosine < self.config.min_cosine;
        far.then(|| Rejection::measured(Guard::Meaning, cosine))
    }

    fn unsupported(&self, output: &str, supports: &[Support]) -> Option<Rejection> {
        let mut rejection: Option<Rejection> = None;
        for support in supports.iter().filter(|support| support.overlap < self.config.min_support) {
            let first = || Rejection { count: 0, ..Rejection::measured(Guard::Unsupported, support.overlap) };
            let rejection = rejection.get_or_insert_with(first);
            rejection.count += 1;
            rejection.measured = rejection.measured.map(|least| least.min(support.overlap));
            if rejection.texts.len() < MOST_TEXTS {
                rejection.texts.push(output[support.output.clone()].chars().take(SHOWN).collect());
            }
        }
        rejection
    }
}

/// Findings as one rejection of each guard.
fn by_guard(findings: Vec<Finding>) -> Vec<Rejection> {
    let mut all: Vec<Rejection> = Vec::new();
    for Finding { guard, text } in findings {
        let place = all.binary_search_by_key(&guard, |rejection| rejection.guard).unwrap_or_else(|place| {
            all.insert(place, Rejection { count: 0, ..Rejection::new(guard) });
            place
        });
        all[place].count += 1;
        if all[place].texts.len() < MOST_TEXTS {
            all[place].texts.push(text);
        }
    }
    all
}

/// The share of sequences of four letters that the source has. They do not reach over the end of a sentence, as where
/// one was taken out others have met; a shorter sentence is a sequence by itself.
fn overlap(source: &Source, output: &str, segments: &[Segment]) -> f32 {
    let (mut there, mut all) = (0_usize, 0_usize);
    for segment in segments {
        let mut sentence = folded(&output[segment.span.clone()]);
        sentence.retain(|c| c.is_alphanumeric());
        for sequence in sentence.windows(SEQUENCE.min(sentence.len()).max(1)) {
            all += 1;
            there += usize::from(source.has_run(sequence));
        }
    }
    there as f32 / all.max(1) as f32
}
