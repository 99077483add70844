//! A document as a reader of the report sees it: what stayed, what went, what was put in its place.

use serde::{Deserialize, Serialize};

use super::mask::{self, NORMALIZE_STAGE};
use crate::document::{Document, Edit};

/// Characters shown of a sample at most, beside the last piece.
const BUDGET: usize = 1600;
/// A run longer than this is shortened, if that leaves out a fair part of it.
const LONG: usize = 300;
/// Characters shown at each end of a shortened run.
const ENDS: usize = 120;
/// Characters shown at the start of a document without edits.
const UNTOUCHED_HEAD: usize = 420;
/// How far a shortened run may give way for its end to fall on a space.
const GIVE: usize = 12;

/// A part of a document, in order. Personal data is hidden in every kind of piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "piece", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Piece {
    /// Text that stayed.
    Kept {
        /// The text, normalized.
        text: String,
    },
    /// Text that was taken out.
    Cut {
        /// The stage that did.
        stage: String,
        /// What it found.
        kind: String,
        /// The text as it was read.
        text: String,
    },
    /// Text that something else stands in place of.
    Replaced {
        /// The stage that did.
        stage: String,
        /// What it found.
        kind: String,
        /// The text as it was read.
        text: String,
        /// What stands there now.
        replacement: String,
    },
    /// Text left out of the report.
    Elided {
        /// How many characters.
        characters: u64,
        /// How many cuts and replacements lie wholly within them.
        edits: u64,
        /// Whether they are from the middle of a cut, rather than of text that stayed.
        cut: bool,
    },
}

/// A document as pieces, shortened, and how many edits of the normalization are in them unseen.
pub(super) fn pieces(doc: &Document) -> (Vec<Piece>, u64) {
    let (pieces, normalized) = whole(doc);
    (shortened(pieces), normalized)
}

/// Whether an edit is shown as one.
pub(super) fn is_shown(edit: &Edit) -> bool {
    edit.stage != NORMALIZE_STAGE
}

fn whole(doc: &Document) -> (Vec<Piece>, u64) {
    let personal = mask::personal_spans(doc);
    let original = doc.original();
    let (mut pieces, mut kept, mut normalized, mut at) = (Vec::new(), String::new(), 0, 0);
    for edit in doc.visible_edits() {
        mask::push_masked(&mut kept, original, at..edit.span.start, &personal);
        at = edit.span.end;
        if !is_shown(edit) {
            normalized += 1;
            if mask::touches(&edit.span, &personal) {
                mask::push_dots(&mut kept, &edit.replacement);
            } else {
                kept.push_str(&edit.replacement);
            }
            continue;
        }
        push_kept(&mut pieces, &mut kept);
        let mut text = String::new();
        mask::push_masked(&mut text, original, edit.span.clone(), &personal);
        pieces.push(edited(edit, text));
    }
    mask::push_masked(&mut kept, original, at..original.len(), &personal);
    push_kept(&mut pieces, &mut kept);
    (pieces, normalized)
}

fn push_kept(pieces: &mut Vec<Piece>, kept: &mut String) {
    if !kept.is_empty() {
        pieces.push(Piece::Kept { text: std::mem::take(kept) });
    }
}

fn edited(edit: &Edit, text: String) -> Piece {
    let (stage, kind) = (edit.stage.to_owned(), edit.kind.to_string());
    if edit.replacement.is_empty() {
        Piece::Cut { stage, kind, text }
    } else {
        Piece::Replaced { stage, kind, text, replacement: edit.replacement.to_string() }
    }
}

fn shortened(pieces: Vec<Piece>) -> Vec<Piece> {
    let head = if pieces.len() == 1 { UNTOUCHED_HEAD } else { ENDS };
    let mut short = Vec::with_capacity(pieces.len());
    let mut used = 0;
    let mut rest = pieces.into_iter();
    while used < BUDGET {
        let Some(piece) = rest.next() else {
            return short;
        };
        used += piece.shown().min(LONG);
        match piece {
            Piece::Kept { text } => match ends(&text, head) {
                None => short.push(Piece::Kept { text }),
                Some((first, characters, last)) => {
                    short.push(Piece::Kept { text: first.to_owned() });
                    short.push(Piece::Elided { characters, edits: 0, cut: false });
                    short.push(Piece::Kept { text: last.to_owned() });
                }
            },
            Piece::Cut { stage, kind, text } => match ends(&text, ENDS) {
                None => short.push(Piece::Cut { stage, kind, text }),
                Some((first, characters, last)) => {
                    let cut = |text: &str| Piece::Cut {
                        stage: stage.clone(),
                        kind: kind.clone(),
                        text: text.to_owned(),
                    };
                    short.push(cut(first));
                    short.push(Piece::Elided { characters, edits: 0, cut: true });
                    short.push(cut(last));
                }
            },
            Piece::Replaced { stage, kind, text, replacement } => {
                let text =
                    ends(&text, ENDS).map(|(first, _, last)| format!("{first} … {last}")).unwrap_or(text);
                short.push(Piece::Replaced { stage, kind, text, replacement });
            }
            elided @ Piece::Elided { .. } => short.push(elided),
        }
    }
    let (mut characters, mut edits) = (0, 0);
    for piece in rest {
        characters += piece.shown() as u64;
        edits += u64::from(!matches!(piece, Piece::Kept { .. }));
    }
    if characters > 0 {
        short.push(Piece::Elided { characters, edits, cut: false });
    }
    short
}

impl Piece {
    /// Characters of the text that was read.
    fn shown(&self) -> usize {
        match self {
            Piece::Kept { text } | Piece::Cut { text, .. } | Piece::Replaced { text, .. } => {
                text.chars().count()
            }
            Piece::Elided { .. } => 0,
        }
    }
}

/// The first `head` characters and the last few of a long text, and how many lie between them.
fn ends(text: &str, head: usize) -> Option<(&str, u64, &str)> {
    let length = text.chars().count();
    if length <= LONG.max(head + 2 * ENDS) {
        return None;
    }
    let first = before_space(text, byte_of(text, head));
    let tail = text.char_indices().rev().nth(ENDS - 1).map_or(text.len(), |(i, _)| i);
    let last = after_space(text, tail);
    let between = text[first..last].chars().count() as u64;
    Some((&text[..first], between, &text[last..]))
}

fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(i, _)| i)
}

/// The last white space shortly before `at`, or `at`.
fn before_space(text: &str, at: usize) -> usize {
    let back = text[..at].char_indices().rev().take(GIVE);
    back.filter(|(_, c)| c.is_whitespace()).map(|(i, _)| i).next().unwrap_or(at)
}

/// The first character after white space shortly after `at`, or `at`.
fn after_space(text: &str, at: usize) -> usize {
    let ahead = text[at..].char_indices().take(GIVE);
    ahead.filter(|(_, c)| c.is_whitespace()).map(|(i, c)| at + i + c.len_utf8()).next().unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Change;
    use proptest::prelude::*;

    fn kept(text: &str) -> Piece {
        Piece::Kept { text: text.to_owned() }
    }

    #[test]
    fn edits_show_and_normalization_does_not() {
        let mut doc = Document::new("1", "메뉴  홈\u{1112}\u{1161} 본문 전화 010-1234-5678 끝");
        doc.apply(
            "normalize",
            vec![Change::replace("space", 6..8, " "), Change::replace("nfc", 11..17, "하")],
        );
        doc.apply("junk", vec![Change::cut("navigation", 0..10)]);
        let start = doc.text().find("010").unwrap();
        doc.apply("pii", vec![Change::replace("phone", start..start + 13, "<전화번호>")]);
        let (pieces, normalized) = pieces(&doc);
        let cut = Piece::Cut { stage: "junk".into(), kind: "navigation".into(), text: "메뉴  홈".into() };
        let phone = Piece::Replaced {
            stage: "pii".into(),
            kind: "phone".into(),
            text: "•••-••••-••••".into(),
            replacement: "<전화번호>".into(),
        };
        assert_eq!(pieces, [cut, kept("하 본문 전화 "), phone, kept(" 끝")]);
        assert_eq!(normalized, 1, "the space was swallowed by the cut");
    }

    #[test]
    fn a_recomposed_digit_of_a_phone_number_stays_hidden() {
        let mut doc = Document::new("1", "가 ０10-1234-5678");
        doc.apply("normalize", vec![Change::replace("width", 4..7, "0")]);
        assert_eq!(pieces(&doc).0, [kept("가 •••-••••-••••")]);
    }

    #[test]
    fn a_long_text_keeps_its_ends() {
        let text = "가나다라 ".repeat(1000);
        let (pieces, _) = pieces(&Document::new("1", text.clone()));
        let [Piece::Kept { text: first }, Piece::Elided { characters, .. }, Piece::Kept { text: last }] =
            &pieces[..]
        else {
            panic!("{pieces:?}");
        };
        assert!(text.starts_with(first.as_str()) && text.ends_with(last.as_str()));
        assert_eq!(first.chars().count() + last.chars().count() + *characters as usize, 5000);
        assert!(first.chars().count() <= UNTOUCHED_HEAD && last.starts_with('가'));
    }

    #[test]
    fn a_document_of_a_thousand_cuts_ends_in_an_elision() {
        let mut doc = Document::new("1", "가나다라 ".repeat(2000));
        doc.apply("junk", (0..1000).map(|i| Change::cut("list", i * 26..i * 26 + 12)).collect());
        let (pieces, _) = pieces(&doc);
        let Some(Piece::Elided { edits, .. }) = pieces.last() else {
            panic!("{:?}", pieces.last());
        };
        let shown = pieces.iter().filter(|p| matches!(p, Piece::Cut { .. })).count() as u64;
        assert_eq!(shown + edits, 1000);
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in "[가-힣 ]{0,900}", cuts in prop::collection::vec((0usize..900, 1usize..500), 0..4)) {
            let mut doc = Document::new("p", text.clone());
            let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            for (start, length) in cuts {
                let end = (start + length).min(doc.text().chars().count());
                if start < end {
                    let byte = |n| byte_of(doc.text(), n);
                    let span = byte(start)..byte(end);
                    doc.apply("junk", vec![Change::cut("k", span)]);
                }
            }
            let count: u64 = pieces(&doc).0.iter().map(|p| match p {
                Piece::Elided { characters, .. } => *characters,
                p => p.shown() as u64,
            }).sum();
            prop_assert_eq!(count + 1, bounds.len() as u64);
        }
    }
}
