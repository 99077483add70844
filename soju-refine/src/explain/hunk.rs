//! The places of a text that have edits, with some text around them.

use crate::job::EditNote;
use crate::report::mask;

/// A part of a text, in order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// Text that is in the clean text.
    Kept(String),
    /// A cut or replacement.
    Edit {
        /// What is on record.
        edit: &'a EditNote<'a>,
        /// What stood there, where that is known.
        text: Option<String>,
    },
}

/// A place with edits.
#[derive(Debug, Clone, PartialEq)]
pub struct Hunk<'a> {
    /// Characters that were passed over in front of it, of the text as it was read.
    pub skipped: usize,
    /// What stands there.
    pub parts: Vec<Part<'a>>,
}

/// The places in the original that have edits which `shown` chooses, with `context` characters of kept text on both
/// sides. Other edits there are shown too, but those of the normalization are applied unseen.
pub fn hunks<'a>(
    original: &str,
    edits: &'a [EditNote<'a>],
    shown: impl Fn(&EditNote<'_>) -> bool,
    context: usize,
) -> Vec<Hunk<'a>> {
    let mut pieces = Pieces::default();
    let mut rest = original.chars();
    let mut at = 0;
    for edit in edits {
        pieces.kept(rest.by_ref().take(edit.start.saturating_sub(at)));
        let text: String = rest.by_ref().take(edit.end.saturating_sub(edit.start)).collect();
        pieces.edit(edit, Some(text), &shown);
        at = edit.end;
    }
    pieces.kept(rest);
    pieces.hunks(context)
}

/// As [`hunks`], where only the clean text is at hand: what was removed stays unknown.
pub fn hunks_of_clean<'a>(
    clean: &str,
    edits: &'a [EditNote<'a>],
    shown: impl Fn(&EditNote<'_>) -> bool,
    context: usize,
) -> Vec<Hunk<'a>> {
    let mut pieces = Pieces::default();
    let mut rest = clean.chars();
    let mut at = 0;
    for edit in edits {
        pieces.kept(rest.by_ref().take(edit.start.saturating_sub(at)));
        rest.by_ref().take(edit.replacement.chars().count()).for_each(drop);
        pieces.edit(edit, None, &shown);
        at = edit.end;
    }
    pieces.kept(rest);
    pieces.hunks(context)
}

/// A text cut at its edits.
#[derive(Default)]
struct Pieces<'a> {
    pieces: Vec<Piece<'a>>,
}

struct Piece<'a> {
    part: Part<'a>,
    /// Characters of the original that it stands for.
    original: usize,
    chosen: bool,
}

impl<'a> Pieces<'a> {
    fn kept(&mut self, text: impl Iterator<Item = char>) {
        let text: String = text.collect();
        let characters = text.chars().count();
        self.push_kept(&text, characters);
    }

    fn push_kept(&mut self, text: &str, original: usize) {
        match self.pieces.last_mut() {
            Some(Piece { part: Part::Kept(before), original: of_before, .. }) => {
                before.push_str(text);
                *of_before += original;
            }
            _ if text.is_empty() && original == 0 => {}
            _ => self.pieces.push(Piece { part: Part::Kept(text.to_owned()), original, chosen: false }),
        }
    }

    fn edit(&mut self, edit: &'a EditNote<'a>, text: Option<String>, shown: &impl Fn(&EditNote<'_>) -> bool) {
        let original = edit.end.saturating_sub(edit.start);
        let chosen = shown(edit);
        if !chosen && edit.stage == mask::NORMALIZE_STAGE {
            self.push_kept(&edit.replacement, original);
        } else {
            self.pieces.push(Piece { part: Part::Edit { edit, text }, original, chosen });
        }
    }

    /// Goes through the pieces once: kept text is taken whole between two edits that share it, else by its ends.
    fn hunks(self, context: usize) -> Vec<Hunk<'a>> {
        let near = self.near(context);
        let mut hunks: Vec<Hunk<'a>> = Vec::new();
        let (mut open, mut skipped) = (false, 0);
        for (piece, near) in self.pieces.into_iter().zip(near) {
            let Near { behind, ahead } = near;
            let mut push = |skipped: usize, part: Part<'a>, open: &mut bool| {
                if !std::mem::replace(open, true) {
                    hunks.push(Hunk { skipped, parts: Vec::new() });
                }
                if let Some(hunk) = hunks.last_mut() {
                    hunk.parts.push(part);
                }
            };
            match piece.part {
                part @ Part::Edit { .. } => {
                    if behind + ahead > 0 || piece.chosen {
                        push(std::mem::take(&mut skipped), part, &mut open);
                    } else {
                        skipped += piece.original;
                        open = false;
                    }
                }
                Part::Kept(text) => {
                    let characters = text.chars().count();
                    if behind + ahead >= characters && behind + ahead > 0 {
                        push(std::mem::take(&mut skipped), Part::Kept(text), &mut open);
                        continue;
                    }
                    if behind > 0 {
                        push(skipped, Part::Kept(text.chars().take(behind).collect()), &mut open);
                    }
                    open = false;
                    // Where normalization changed the length there is no exact count; this one adds up over the text.
                    skipped =
                        if behind > 0 { 0 } else { skipped } + piece.original.saturating_sub(behind + ahead);
                    if ahead > 0 {
                        let tail = text.chars().skip(characters - ahead).collect();
                        push(std::mem::take(&mut skipped), Part::Kept(tail), &mut open);
                    }
                }
            }
        }
        hunks
    }

    /// For each piece how many of its characters are context of a chosen edit behind which, and ahead of which, it stands.
    fn near(&self, context: usize) -> Vec<Near> {
        let mut near = vec![Near::default(); self.pieces.len()];
        let mut left = 0;
        for (piece, near) in self.pieces.iter().zip(&mut near) {
            left = piece.spend(left, context, &mut near.behind);
        }
        left = 0;
        for (piece, near) in self.pieces.iter().zip(&mut near).rev() {
            left = piece.spend(left, context, &mut near.ahead);
        }
        near
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Near {
    behind: usize,
    ahead: usize,
}

impl Piece<'_> {
    /// Takes of the context that is `left` what the piece needs. An edit costs something too, so that context ends.
    fn spend(&self, left: usize, context: usize, taken: &mut usize) -> usize {
        if self.chosen {
            return context;
        }
        let characters = match &self.part {
            Part::Kept(text) => text.chars().count(),
            Part::Edit { .. } => 1,
        };
        *taken = left.min(characters);
        left - *taken
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::explain::replay;
    use crate::explain::replay::tests::edit;

    fn shown(hunks: &[Hunk<'_>]) -> String {
        let part = |part: &Part<'_>| match part {
            Part::Kept(text) => text.clone(),
            Part::Edit { edit, text } => {
                let text = text.clone().unwrap_or_else(|| format!("{} characters", edit.end - edit.start));
                format!("[-{text}-]{{+{}+}}", edit.replacement)
            }
        };
        hunks
            .iter()
            .map(|h| format!("@{} {}\n", h.skipped, h.parts.iter().map(part).collect::<String>()))
            .collect()
    }

    #[test]
    fn places_with_text_around_them() {
        let original = "가나다라마바사아자차카타파하";
        let edits = [edit("junk", 3, 4, ""), edit("normalize", 5, 6, "x"), edit("pii", 10, 11, "<p>")];
        let all = |e: &EditNote<'_>| e.stage != "normalize";
        assert_eq!(
            shown(&hunks(original, &edits, all, 2)),
            "@1 나다[-라-]{++}마x\n@2 자차[-카-]{+<p>+}타파\n"
        );
        assert_eq!(
            shown(&hunks(original, &edits, all, 3)),
            "@0 가나다[-라-]{++}마x사아자차[-카-]{+<p>+}타파하\n"
        );
        assert_eq!(shown(&hunks(original, &edits, |e| e.stage == "pii", 0)), "@10 [-카-]{+<p>+}\n");
        let clean = replay(original, &edits).unwrap();
        assert_eq!(
            shown(&hunks_of_clean(&clean, &edits, all, 1)),
            "@2 다[-1 characters-]{++}마\n@4 차[-1 characters-]{+<p>+}타\n"
        );
        assert!(hunks(original, &edits, |_| false, 9).is_empty());
    }

    proptest! {
        /// With context without end all is shown, once and in order.
        #[test]
        fn nothing_is_lost_or_doubled(text in "[가-힣]{1,40}", spans in prop::collection::vec((0usize..6, 1usize..4, 0usize..3), 1..6), context in 0usize..50) {
            let characters = text.chars().count();
            let (mut at, mut edits) = (0, Vec::new());
            for (gap, length, kind) in spans {
                let (start, end) = (at + gap, at + gap + length);
                if end > characters { break; }
                edits.push(edit(["junk", "pii", "normalize"][kind], start, end, ["", "<p>", "x"][kind]));
                at = end;
            }
            prop_assume!(!edits.is_empty());
            let found = hunks(&text, &edits, |e| e.stage == "pii", context);
            let original = |part: &Part<'_>| match part {
                Part::Kept(text) => text.chars().filter(|c| *c != 'x').collect(),
                Part::Edit { text, .. } => text.clone().unwrap(),
            };
            let chosen = edits.iter().filter(|e| e.stage == "pii").count();
            let seen = found.iter().flat_map(|h| &h.parts).filter(|p| matches!(p, Part::Edit { edit, .. } if edit.stage == "pii")).count();
            prop_assert_eq!(seen, chosen);
            let mut unsilenced: String = text.clone();
            for e in edits.iter().rev().filter(|e| e.stage == "normalize") {
                let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
                unsilenced.replace_range(bounds[e.start]..bounds[e.end], "");
            }
            let mut from = 0;
            for hunk in &found {
                let whole: String = hunk.parts.iter().map(original).collect();
                let place = unsilenced[from..].find(&whole);
                prop_assert!(place.is_some(), "{} is not behind {} in {}", whole, from, unsilenced);
                from += place.unwrap() + whole.len();
            }
            if context >= 47 && chosen > 0 {
                let whole: String = found.iter().flat_map(|h| &h.parts).map(original).collect();
                prop_assert_eq!(whole, unsilenced);
            }
        }
    }
}
