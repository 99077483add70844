//! Personal data out of what is shown of an original.

use std::ops::Range;

use crate::job::EditNote;
use crate::report::mask::{PII_STAGE, push_dots, push_masked, touches, with_what_looks_personal};

/// The text with each letter and digit of personal data as •, and edits whose replacements show none. Offsets stay the same.
///
/// Hidden is what the stage `pii` replaced, and whatever else looks like a phone number, a registration number, an account
/// or an e-mail address: what was cut before that stage, or in a document that it never saw.
pub fn without_personal<'a>(text: &str, edits: &[EditNote<'a>]) -> (String, Vec<EditNote<'a>>) {
    let bytes = byte_spans(text, edits);
    let by_stage =
        edits.iter().zip(&bytes).filter(|(edit, _)| edit.stage == PII_STAGE).map(|(_, span)| span.clone());
    let personal = with_what_looks_personal(text, by_stage);
    let mut hidden = String::with_capacity(text.len());
    push_masked(&mut hidden, text, 0..text.len(), &personal);
    let mut edits = edits.to_vec();
    for (edit, span) in edits.iter_mut().zip(&bytes) {
        // A digit that was only written otherwise is still the digit.
        if edit.stage != PII_STAGE && touches(span, &personal) {
            let mut replacement = String::new();
            push_dots(&mut replacement, &edit.replacement);
            edit.replacement = replacement.into();
        }
    }
    (hidden, edits)
}

/// Byte spans of edits that are sorted; what lies outside the text is its end.
fn byte_spans(text: &str, edits: &[EditNote<'_>]) -> Vec<Range<usize>> {
    let mut chars = text.chars();
    let (mut character, mut byte) = (0, 0);
    let mut at = |to: usize| {
        while character < to {
            let Some(c) = chars.next() else { break };
            character += 1;
            byte += c.len_utf8();
        }
        byte
    };
    edits.iter().map(|edit| at(edit.start)..at(edit.end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_masked_or_looks_personal_is_dots() {
        let text = "담당 홍길동, ０10-1234-5678 또는 02-345-6789";
        let edit = |stage: &'static str, start, end, replacement: &'static str| EditNote {
            stage: stage.into(),
            kind: "k".into(),
            start,
            end,
            replacement: replacement.into(),
            score: None,
        };
        let edits = [edit("pii", 3, 6, "<이름>"), edit("normalize", 8, 9, "0")];
        let (shown, edits) = without_personal(text, &edits);
        assert_eq!(shown, "담당 •••, •••-••••-•••• 또는 ••-•••-••••");
        assert_eq!((&*edits[0].replacement, &*edits[1].replacement), ("<이름>", "•"));
        assert_eq!(shown.chars().count(), text.chars().count());
    }

    #[test]
    fn spans_of_edits_in_bytes() {
        let edit = |start, end| EditNote {
            stage: "s".into(),
            kind: "k".into(),
            start,
            end,
            replacement: "".into(),
            score: None,
        };
        assert_eq!(
            byte_spans("가a나", &[edit(0, 1), edit(1, 2), edit(2, 3), edit(3, 9)]),
            [0..3, 3..4, 4..7, 7..7]
        );
        assert_eq!(byte_spans("", &[edit(0, 1), edit(1, 2)]), [0..0, 0..0]);
    }
}
