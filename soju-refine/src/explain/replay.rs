//! The invariant, checked from outside: a clean text is its original with the edits on record and nothing else.

use crate::job::EditNote;

/// Where a record of edits does not lead from the original to the clean text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// An edit that lies outside the text, or before the end of the one before.
    #[error(
        "edit {index} ({start}..{end}) does not fit a text of {characters} characters behind an edit that ends at {after}"
    )]
    Misplaced {
        /// Which one, counted from 0.
        index: usize,
        /// Its first code point.
        start: usize,
        /// The first behind it.
        end: usize,
        /// The end of the edit before.
        after: usize,
        /// Code points of the text.
        characters: usize,
    },
    /// The original with the edits is another text.
    #[error("the original with its edits differs from the clean text at character {at} of the clean text")]
    Differs {
        /// The first code point that differs.
        at: usize,
    },
}

/// The original with the edits.
///
/// # Errors
/// [`Mismatch::Misplaced`].
pub fn replay(original: &str, edits: &[EditNote<'_>]) -> Result<String, Mismatch> {
    let mut text = String::with_capacity(original.len());
    let mut rest = original.chars();
    let mut at = 0;
    for (index, edit) in edits.iter().enumerate() {
        let misplaced = |characters| Mismatch::Misplaced {
            index,
            start: edit.start,
            end: edit.end,
            after: at,
            characters,
        };
        if edit.start < at || edit.end <= edit.start {
            return Err(misplaced(original.chars().count()));
        }
        text.extend(rest.by_ref().take(edit.start - at));
        if rest.by_ref().take(edit.end - edit.start).count() < edit.end - edit.start {
            return Err(misplaced(original.chars().count()));
        }
        text.push_str(&edit.replacement);
        at = edit.end;
    }
    text.push_str(rest.as_str());
    Ok(text)
}

/// How the original with the edits differs from the clean text, if it does.
pub fn unlike_clean(original: &str, edits: &[EditNote<'_>], clean: &str) -> Option<Mismatch> {
    match replay(original, edits) {
        Err(mismatch) => Some(mismatch),
        Ok(text) if text == clean => None,
        Ok(text) => {
            let at = text.chars().zip(clean.chars()).take_while(|(a, b)| a == b).count();
            Some(Mismatch::Differs { at })
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::{Change, Document};
    use crate::job::edit_notes;

    /// An edit on record, of the kind `k`.
    pub(in super::super) fn edit(
        stage: &'static str,
        start: usize,
        end: usize,
        replacement: &'static str,
    ) -> EditNote<'static> {
        EditNote {
            stage: stage.into(),
            kind: "k".into(),
            start,
            end,
            replacement: replacement.into(),
            score: None,
        }
    }

    #[test]
    fn edits_are_replayed_and_faults_are_named() {
        let original = "가나다라마";
        assert_eq!(replay(original, &[edit("s", 0, 1, ""), edit("s", 2, 4, "<x>")]).unwrap(), "나<x>마");
        assert_eq!(unlike_clean(original, &[edit("s", 4, 5, "")], "가나다라"), None);
        assert_eq!(
            unlike_clean(original, &[edit("s", 4, 5, "")], "가나라라"),
            Some(Mismatch::Differs { at: 2 })
        );
        for edits in [
            vec![edit("s", 4, 6, "")],
            vec![edit("s", 7, 9, "")],
            vec![edit("s", 2, 2, "")],
            vec![edit("s", 1, 3, ""), edit("s", 2, 4, "")],
        ] {
            assert!(matches!(replay(original, &edits), Err(Mismatch::Misplaced { .. })), "{edits:?}");
        }
    }

    proptest! {
        /// What a document's edits are written as leads back to its text.
        #[test]
        fn written_edits_lead_to_the_clean_text(original in "[가-힣a-z\u{1100}-\u{1112} ]{1,60}", cuts in prop::collection::vec((0usize..60, 1usize..9, any::<bool>()), 0..6)) {
            let mut doc = Document::new("p", original.clone());
            for (start, length, cut) in cuts {
                let bounds: Vec<usize> = doc.text().char_indices().map(|(i, _)| i).chain([doc.text().len()]).collect();
                if start + length < bounds.len() {
                    let span = bounds[start]..bounds[start + length];
                    doc.apply("s", vec![Change::replace("k", span, if cut { "" } else { "##" })]);
                }
            }
            let notes = edit_notes(doc.original(), doc.visible_edits());
            prop_assert_eq!(unlike_clean(&original, &notes, doc.text()), None);
        }
    }
}
