//! A document, and the record of everything that was taken out of it.
//!
//! The clean text is never handed in from outside: it is *derived* from the original text and a list
//! of [`Edit`]s. A stage can only cut a span or put a replacement in its place, so the record is
//! complete by construction and nothing can be invented.

use std::borrow::Cow;
use std::ops::Range;

use crate::junk::Features;

/// One change of a document: a span of the original text that was cut or replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The stage that made the change, such as `pii`.
    pub stage: &'static str,
    /// What was found, such as `phone`. Unique within its stage.
    pub kind: Cow<'static, str>,
    /// Byte range in the original text, on character boundaries, never empty.
    pub span: Range<usize>,
    /// What stands there now; empty for a cut.
    pub replacement: Cow<'static, str>,
    /// How sure the stage was, 0 to 1, where it has a notion of that.
    pub score: Option<f32>,
}

/// A change that a stage asks for, in offsets of the current text ([`Document::text`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What was found.
    pub kind: Cow<'static, str>,
    /// Byte range in the current text, on character boundaries, not empty.
    pub span: Range<usize>,
    /// What to put there; empty for a cut.
    pub replacement: Cow<'static, str>,
    /// How sure the stage is, 0 to 1.
    pub score: Option<f32>,
}

impl Change {
    /// Takes the span out.
    pub fn cut(kind: impl Into<Cow<'static, str>>, span: Range<usize>) -> Self {
        Self { kind: kind.into(), span, replacement: Cow::Borrowed(""), score: None }
    }

    /// Puts `replacement` in the place of the span.
    pub fn replace(
        kind: impl Into<Cow<'static, str>>,
        span: Range<usize>,
        replacement: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { replacement: replacement.into(), ..Self::cut(kind, span) }
    }

    /// Adds how sure the stage is, 0 to 1.
    #[must_use]
    pub fn with_score(mut self, score: f32) -> Self {
        self.score = Some(score);
        self
    }
}

/// An edit that shows in the current text: one that no later edit has swallowed.
#[derive(Debug, Clone)]
struct Active {
    edit: usize,
    text: Range<usize>,
}

/// A text on its way through the pipeline.
#[derive(Debug, Clone)]
pub struct Document {
    id: String,
    original: String,
    /// The text with the edits; none while there are none.
    text: Option<String>,
    edits: Vec<Edit>,
    active: Vec<Active>,
    measures: Vec<(&'static str, f32)>,
    features: Option<(Features, &'static str)>,
}

impl Document {
    /// A document with nothing changed yet. `id` need only be good for finding it again.
    pub fn new(id: impl Into<String>, original: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            text: None,
            original: original.into(),
            edits: Vec::new(),
            active: Vec::new(),
            measures: Vec::new(),
            features: None,
        }
    }

    /// The identifier given at the start.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The text as it was read.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// The text with every edit so far applied.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.original)
    }

    /// Every edit in the order it was made, those that a later one swallowed included.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Keeps a value that a stage measured, such as `junk`, for the record and the report.
    pub fn measure(&mut self, name: &'static str, value: f32) {
        match self.measures.iter_mut().find(|m| m.0 == name) {
            Some(known) => known.1 = value,
            None => self.measures.push((name, value)),
        }
    }

    /// What the stages measured, in the order in which they did. Values are in the unit that the stage documents.
    pub fn measures(&self) -> &[(&'static str, f32)] {
        &self.measures
    }

    /// A measured value by its name.
    pub fn measured(&self, name: &str) -> Option<f32> {
        self.measures.iter().find(|m| m.0 == name).map(|m| m.1)
    }

    /// Keeps what the stage `junk` measured before it cut, with the kind of the feature that weighs most, for a
    /// later stage. It is no part of the record.
    pub(crate) fn keep_features(&mut self, features: Features, kind: &'static str) {
        self.features = Some((features, kind));
    }

    /// What the stage `junk` measured before it cut, and the kind of the feature that weighs most.
    pub fn features(&self) -> Option<&(Features, &'static str)> {
        self.features.as_ref()
    }

    /// The text with the edits of one stage, whatever the others have changed.
    pub fn text_of(&self, stage: &str) -> Cow<'_, str> {
        let mut edits: Vec<(usize, &Edit)> =
            self.edits.iter().enumerate().filter(|(_, e)| e.stage == stage).collect();
        if edits.is_empty() {
            return Cow::Borrowed(&self.original);
        }
        // What swallows an earlier edit starts no later than it, reaches no less far, and is younger.
        edits.sort_unstable_by_key(|(i, e)| {
            (e.span.start, std::cmp::Reverse(e.span.end), std::cmp::Reverse(*i))
        });
        let mut text = String::with_capacity(self.original.len());
        let mut at = 0;
        for (_, edit) in edits {
            if edit.span.start >= at {
                text.push_str(&self.original[at..edit.span.start]);
                text.push_str(&edit.replacement);
                at = edit.span.end;
            }
        }
        text.push_str(&self.original[at..]);
        Cow::Owned(text)
    }

    /// The edits that show in [`Document::text`], sorted by span; spans do not overlap.
    pub fn visible_edits(&self) -> impl Iterator<Item = &Edit> {
        self.active.iter().map(|a| &self.edits[a.edit])
    }

    /// Applies the changes of one stage.
    ///
    /// A change whose border falls inside an earlier replacement takes in the whole of it: a
    /// replacement has no inner offsets to cut at.
    ///
    /// # Panics
    /// When the changes are not sorted, overlap, are empty, or leave the text or its character
    /// boundaries: those are faults of the stage, not of the text.
    pub fn apply(&mut self, stage: &'static str, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let mut last = 0;
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(changes.len());
        for change in &changes {
            let Range { start, end } = change.span;
            assert!(
                last <= start && start < end && self.text().get(start..end).is_some(),
                "stage {stage}: change {start}..{end} ({}) is empty, unsorted, overlapping or off a character boundary",
                change.kind
            );
            last = end;
            spans.push(self.original_start(start)..self.original_end(end));
        }
        self.merge(stage, changes, spans);
        self.derive();
    }

    /// Maps a span of the current text onto the original.
    pub fn original_span(&self, span: Range<usize>) -> Range<usize> {
        self.original_start(span.start)..self.original_end(span.end)
    }

    /// Where in the original a span that starts at `at` in the current text starts. After a cut, not before it.
    fn original_start(&self, at: usize) -> usize {
        let next = self.active.partition_point(|a| a.text.start <= at);
        let Some(a) = next.checked_sub(1).map(|i| &self.active[i]) else {
            return at;
        };
        let span = &self.edits[a.edit].span;
        if at < a.text.end { span.start } else { span.end + (at - a.text.end) }
    }

    /// Where in the original a span that ends at `at` in the current text ends. Before a cut, not after it.
    fn original_end(&self, at: usize) -> usize {
        let next = self.active.partition_point(|a| a.text.start < at);
        let Some(a) = next.checked_sub(1).map(|i| &self.active[i]) else {
            return at;
        };
        let span = &self.edits[a.edit].span;
        if at <= a.text.end { span.end } else { span.end + (at - a.text.end) }
    }

    /// Adds the changes to the edits, leaving active only what none of them covers.
    fn merge(&mut self, stage: &'static str, changes: Vec<Change>, spans: Vec<Range<usize>>) {
        let old = std::mem::take(&mut self.active);
        let mut old = old.into_iter().peekable();
        let mut end_of_last = 0;
        for (change, mut span) in changes.into_iter().zip(spans) {
            // Two changes that both touch one replacement both widen to it; the later one keeps what is left.
            span.start = span.start.max(end_of_last);
            if span.is_empty() {
                continue;
            }
            end_of_last = span.end;
            while let Some(a) = old.next_if(|a| self.edits[a.edit].span.end <= span.start) {
                self.active.push(a);
            }
            while old.next_if(|a| self.edits[a.edit].span.start < span.end).is_some() {}
            self.active.push(Active { edit: self.edits.len(), text: 0..0 });
            self.edits.push(Edit {
                stage,
                kind: change.kind,
                span,
                replacement: change.replacement,
                score: change.score,
            });
        }
        self.active.extend(old);
    }

    fn derive(&mut self) {
        let mut text = self.text.take().unwrap_or_else(|| String::with_capacity(self.original.len()));
        text.clear();
        let mut at = 0;
        for a in &mut self.active {
            let edit = &self.edits[a.edit];
            text.push_str(&self.original[at..edit.span.start]);
            let start = text.len();
            text.push_str(&edit.replacement);
            a.text = start..text.len();
            at = edit.span.end;
        }
        text.push_str(&self.original[at..]);
        self.text = Some(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_text_of_a_stage_knows_no_other() {
        let mut doc = Document::new("1", "가  나  다 라");
        assert_eq!(doc.text_of("a"), "가  나  다 라");
        let two = |text: &str, at| {
            let start = text.match_indices("  ").nth(at).unwrap().0;
            start..start + 2
        };
        let changes = (0..2).map(|i| Change::replace("space", two(doc.text(), i), " ")).collect();
        doc.apply("a", changes);
        let start = doc.text().find("나").unwrap();
        doc.apply("b", vec![Change::cut("x", start - 1..start + "나 다".len())]);
        assert_eq!((doc.text(), &*doc.text_of("a")), ("가 라", "가 나 다 라"));
        doc.apply("a", vec![Change::replace("all", 0..doc.text().len(), "하나")]);
        assert_eq!((doc.text(), &*doc.text_of("a")), ("하나", "하나"));
    }

    #[test]
    fn cuts_and_replacements_compose() {
        let mut doc = Document::new("1", "전화  010-1234-5678 로 연락. 끝");
        let text = doc.text().to_owned();
        let spaces = text.find("  ").unwrap();
        doc.apply("normalize", vec![Change::replace("space", spaces..spaces + 2, " ")]);
        let start = doc.text().find("010").unwrap();
        doc.apply("pii", vec![Change::replace("phone", start..start + 13, "<전화번호>")]);
        assert_eq!(doc.text(), "전화 <전화번호> 로 연락. 끝");
        let end = doc.text().find("끝").unwrap();
        doc.apply("junk", vec![Change::cut("contact", 0..end)]);
        assert_eq!(doc.text(), "끝");
        assert_eq!(doc.edits().len(), 3);
        assert_eq!(doc.visible_edits().count(), 1);
        assert_eq!(&doc.original()[doc.edits()[1].span.clone()], "010-1234-5678");
    }

    #[test]
    fn a_span_beside_a_cut_does_not_take_it_in() {
        let mut doc = Document::new("1", "abcdef");
        doc.apply("a", vec![Change::cut("x", 2..4)]);
        assert_eq!(doc.text(), "abef");
        doc.apply("b", vec![Change::cut("y", 1..2), Change::cut("y", 2..3)]);
        assert_eq!(doc.text(), "af");
        let spans: Vec<_> = doc.visible_edits().map(|e| e.span.clone()).collect();
        assert_eq!(spans, [1..2, 2..4, 4..5]);
    }

    #[test]
    #[should_panic(expected = "off a character boundary")]
    fn a_border_inside_a_syllable_is_a_fault_of_the_stage() {
        Document::new("1", "가나").apply("a", vec![Change::cut("x", 1..3)]);
    }

    /// Random changes in several rounds, against the same changes on a plain list of characters.
    type Round = Vec<(usize, usize, bool)>;

    fn rounds() -> impl Strategy<Value = (String, Vec<Round>)> {
        let round = prop::collection::vec((0usize..60, 1usize..9, any::<bool>()), 0..6);
        ("[가-힣a-z \u{1100}-\u{1112}]{0,60}", prop::collection::vec(round, 0..5))
    }

    proptest! {
        #[test]
        fn text_is_the_original_with_the_visible_edits((original, rounds) in rounds()) {
            let mut doc = Document::new("p", original.clone());
            for round in rounds {
                let bounds: Vec<usize> = doc.text().char_indices().map(|(i, _)| i).chain([doc.text().len()]).collect();
                let mut picked: Vec<_> = round.into_iter().map(|(s, l, cut)| (s, s + l, cut)).filter(|r| r.1 < bounds.len()).collect();
                picked.sort_unstable();
                let (mut changes, mut last, mut expected, mut at) = (vec![], 0, String::new(), 0);
                for (s, e, cut) in picked {
                    if s < last { continue; }
                    last = e;
                    let span = bounds[s]..bounds[e];
                    expected.push_str(&doc.text()[at..span.start]);
                    at = span.end;
                    let replacement = if cut { "" } else { "#" };
                    expected.push_str(replacement);
                    changes.push(Change::replace("k", span, replacement));
                }
                expected.push_str(&doc.text()[at..]);
                let before = doc.edits().len();
                let n = changes.len();
                doc.apply("s", changes);
                prop_assert_eq!(doc.edits().len(), before + n);
                prop_assert_eq!(doc.text(), expected.as_str());
                let spans: Vec<_> = doc.visible_edits().map(|e| e.span.clone()).collect();
                prop_assert!(spans.windows(2).all(|w| w[0].end <= w[1].start));
            }
        }
    }
}
