//! What was said of the same text, brought together.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{AgreeError, Opinion, Own, Rater, Rating};
use crate::student::Level;

/// What ratings are paired by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    /// The document's number.
    Doc,
    /// The text's name.
    Id,
    /// The text itself, without space at its ends.
    Text,
}

impl Key {
    const ALL: [Self; 3] = [Self::Doc, Self::Id, Self::Text];

    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Doc => "doc",
            Self::Id => "id",
            Self::Text => "text",
        }
    }
}

/// A text with what each rater says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Its number or name; the text where there is neither.
    pub key: String,
    /// Whether it has the number of a document.
    pub numbered: bool,
    /// The text, where one of the raters has it.
    pub text: Option<String>,
    /// What kind of text it is, by the first that says so.
    pub kind: String,
    /// Where it comes from, by the first that says so.
    pub source: String,
    /// Segment or document, by the first that says so.
    pub level: Option<Level>,
    /// In the raters' order.
    pub opinions: Vec<Option<Opinion>>,
}

/// What is to be known of one rater.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RaterFacts {
    /// Its name.
    pub name: String,
    /// Texts that it rated.
    pub rated: usize,
    /// Further ratings of texts that it had rated; the first counts.
    pub repeated: usize,
    /// Those of them that say something else than the first.
    pub contradicting: usize,
}

/// All texts with all opinions.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairing {
    /// What they were paired by.
    pub key: Key,
    /// The raters.
    pub raters: Vec<RaterFacts>,
    /// The texts, in the order of the first rater that has them.
    pub units: Vec<Unit>,
    /// Texts paired by number or name for which two raters have different texts.
    pub different_texts: usize,
}

impl Pairing {
    /// Pairs ratings by a key; without one by the first of `doc`, `id` and text that every rating has and that, texts
    /// aside, no rater has twice: lines of one document share its number.
    ///
    /// # Errors
    /// Two raters have one name, or there is no such key.
    pub fn of(raters: &[Rater], key: Option<Key>) -> Result<Self, AgreeError> {
        for (i, rater) in raters.iter().enumerate() {
            if raters[..i].iter().any(|r| r.name == rater.name) {
                return Err(AgreeError::SameName { name: rater.name.clone() });
            }
        }
        let key = match key {
            Some(key) => match lacking(raters, key) {
                Some(lacking) => return Err(AgreeError::Lacking { lacking, key }),
                None => key,
            },
            None => choose(raters)?,
        };
        let mut pairing = Self { key, raters: Vec::new(), units: Vec::new(), different_texts: 0 };
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut different: HashSet<usize> = HashSet::new();
        for (number, rater) in raters.iter().enumerate() {
            let mut facts = RaterFacts { name: rater.name.clone(), rated: 0, repeated: 0, contradicting: 0 };
            for rating in &rater.ratings {
                let called = rating.key(key).expect("a key is chosen that every rating has");
                let place = *places.entry(called).or_insert_with(|| {
                    pairing.units.push(Unit::of(rating, called, raters.len()));
                    pairing.units.len() - 1
                });
                let unit = &mut pairing.units[place];
                match unit.opinions[number] {
                    None => {
                        unit.opinions[number] = Some(rating.opinion);
                        facts.rated += 1;
                        if unit.join(rating) {
                            different.insert(place);
                        }
                    }
                    Some(first) => {
                        facts.repeated += 1;
                        facts.contradicting += usize::from(first != rating.opinion);
                    }
                }
            }
            pairing.raters.push(facts);
        }
        pairing.different_texts = different.len();
        Ok(pairing)
    }

    /// Lets one of soju's own levels rate every text that is at hand. A text that names no level has that of `level`; without
    /// one it is a document if it has a number, else a segment.
    ///
    /// # Errors
    /// There is no text, another rater has the name, or the student lacks the head that it needs.
    pub fn ask(&mut self, name: &str, own: &Own, level: Option<Level>) -> Result<(), AgreeError> {
        if self.raters.iter().any(|r| r.name == name) {
            return Err(AgreeError::SameName { name: name.to_owned() });
        }
        let mut rated = 0;
        for unit in &mut self.units {
            let of_numbered = if unit.numbered { Level::Document } else { Level::Segment };
            let level = unit.level.or(level).unwrap_or(of_numbered);
            let opinion = match &unit.text {
                None => None,
                Some(text) => Some(
                    own.rate(text, level)
                        .ok_or_else(|| AgreeError::NoHead { rater: name.to_owned(), level: level.name() })?,
                ),
            };
            rated += usize::from(opinion.is_some());
            unit.opinions.push(opinion);
        }
        if rated == 0 {
            return Err(AgreeError::NoTexts { rater: name.to_owned() });
        }
        self.raters.push(RaterFacts { name: name.to_owned(), rated, repeated: 0, contradicting: 0 });
        Ok(())
    }
}

impl Unit {
    fn of(rating: &Rating, key: &str, raters: usize) -> Self {
        Self {
            key: key.to_owned(),
            numbered: rating.doc.is_some(),
            text: rating.text.clone(),
            kind: rating.kind.clone(),
            source: rating.source.clone(),
            level: rating.level,
            opinions: vec![None; raters],
        }
    }

    /// Takes what is not known yet, and says whether the other's text is another.
    fn join(&mut self, rating: &Rating) -> bool {
        let different = matches!((&self.text, &rating.text), (Some(ours), Some(theirs)) if ours != theirs);
        if self.text.is_none() {
            self.text.clone_from(&rating.text);
        }
        for (ours, theirs) in [(&mut self.kind, &rating.kind), (&mut self.source, &rating.source)] {
            if ours.is_empty() {
                ours.clone_from(theirs);
            }
        }
        self.level = self.level.or(rating.level);
        self.numbered |= rating.doc.is_some();
        different
    }
}

/// The first rating without a key, in words.
fn lacking(raters: &[Rater], key: Key) -> Option<String> {
    raters.iter().find_map(|rater| {
        let rating = rater.ratings.iter().find(|r| r.key(key).is_none())?;
        Some(format!("{}:{} has no `{}`", rater.path.display(), rating.line, key.name()))
    })
}

fn choose(raters: &[Rater]) -> Result<Key, AgreeError> {
    let (mut usable, mut without) = (Vec::new(), Vec::new());
    for key in Key::ALL {
        match lacking(raters, key) {
            Some(lacking) => without.push(lacking),
            None => usable.push(key),
        }
    }
    let unique = |key: Key| {
        raters.iter().all(|rater| {
            let mut seen = HashSet::new();
            rater.ratings.iter().all(|r| seen.insert(r.key(key)))
        })
    };
    let first = usable.iter().copied().find(|key| *key == Key::Text || unique(*key));
    first.or(usable.last().copied()).ok_or(AgreeError::NoKey { lacking: without })
}

#[cfg(test)]
mod tests {
    use super::super::Label;
    use super::*;

    fn rating(doc: Option<&str>, id: Option<&str>, text: Option<&str>, label: Label) -> Rating {
        let owned = |s: Option<&str>| s.map(str::to_owned);
        Rating {
            line: 1,
            doc: owned(doc),
            id: owned(id),
            text: owned(text),
            kind: String::new(),
            source: String::new(),
            level: None,
            opinion: Opinion::labelled(label),
        }
    }

    fn rater(name: &str, ratings: Vec<Rating>) -> Rater {
        Rater { name: name.into(), path: format!("{name}.tsv").into(), ratings }
    }

    #[test]
    fn the_first_key_that_all_have_pairs() {
        let a = rater("a", vec![rating(Some("1"), Some("x"), Some("가"), Label::Junk)]);
        let b = |doc, id| rater("b", vec![rating(doc, id, Some("나"), Label::Keep)]);
        let by = |b| {
            let pairing = Pairing::of(&[a.clone(), b], None).unwrap();
            (pairing.key, pairing.units.len(), pairing.different_texts)
        };
        assert_eq!(by(b(Some("1"), Some("y"))), (Key::Doc, 1, 1));
        assert_eq!(by(b(None, Some("y"))), (Key::Id, 2, 0));
        assert_eq!(by(b(None, None)), (Key::Text, 2, 0));
    }

    #[test]
    fn lines_of_one_document_are_not_paired_by_its_number() {
        let line = |text, label| rating(Some("1"), None, Some(text), label);
        let a = rater("a", vec![line("가", Label::Junk), line("나", Label::Keep)]);
        let b = rater("b", vec![line("나", Label::Keep), line("가", Label::Junk)]);
        let pairing = Pairing::of(&[a, b], None).unwrap();
        assert_eq!((pairing.key, pairing.units.len()), (Key::Text, 2));
        assert!(pairing.units.iter().all(|u| u.opinions[0] == u.opinions[1]));
    }

    #[test]
    fn what_is_said_twice_counts_once() {
        let line = |label| rating(None, None, Some("가"), label);
        let a = rater("a", vec![line(Label::Junk), line(Label::Junk), line(Label::Keep)]);
        let b = rater("b", vec![line(Label::Keep)]);
        let pairing = Pairing::of(&[a, b], None).unwrap();
        let facts = &pairing.raters[0];
        assert_eq!((facts.rated, facts.repeated, facts.contradicting), (1, 2, 1));
        assert_eq!(pairing.units[0].opinions[0], Some(Opinion::labelled(Label::Junk)));
    }

    #[test]
    fn what_one_lacks_another_gives() {
        let mut b = rater("b", vec![rating(Some("1"), None, Some("가"), Label::Keep)]);
        b.ratings[0].kind = "ad".into();
        let a = rater("a", vec![rating(Some("1"), None, None, Label::Junk)]);
        let unit = &Pairing::of(&[a, b], None).unwrap().units[0];
        assert_eq!((unit.text.as_deref(), &*unit.kind), (Some("가"), "ad"));
    }

    #[test]
    fn without_a_key_it_is_said_who_lacks_what() {
        let a = rater("a", vec![rating(Some("1"), None, None, Label::Junk)]);
        let b = rater("b", vec![rating(None, None, Some("가"), Label::Junk)]);
        let error = Pairing::of(&[a.clone(), b.clone()], None).unwrap_err().to_string();
        for part in ["b.tsv:1 has no `doc`", "a.tsv:1 has no `id`", "a.tsv:1 has no `text`", "--docs FILE"] {
            assert!(error.contains(part), "{error}");
        }
        let error = Pairing::of(&[a.clone(), b], Some(Key::Doc)).unwrap_err().to_string();
        assert!(error.contains("b.tsv:1 has no `doc`, and --by doc needs it"), "{error}");
        let error = Pairing::of(&[a.clone(), a.clone()], None).unwrap_err().to_string();
        assert!(error.contains("two raters are called a"), "{error}");
        let own = Own::student(crate::student::Student::builtin());
        let error = Pairing::of(&[a], None).unwrap().ask("student", &own, None).unwrap_err().to_string();
        assert!(error.contains("--docs FILE"), "{error}");
    }
}
