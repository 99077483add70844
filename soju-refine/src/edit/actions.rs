//! What is to become of each segment.

use std::ops::Range;

use super::program::{Instruction, Program};
use crate::pii::Kind;

/// What is to become of one segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Action {
    /// It goes. Whatever else was said of it goes with it.
    pub drop: bool,
    /// Kinds of personal data to mask in it, each once.
    pub masks: Vec<Kind>,
    /// The line break behind it becomes a space.
    pub join_next: bool,
    /// How it should be spaced.
    pub spacing: Option<String>,
}

/// What is to become of the segments of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actions(pub Vec<Action>);

impl Actions {
    /// What a program says of `segments` segments. The first `fix_spacing` of a segment counts.
    pub fn of(program: Program, segments: usize) -> Self {
        let mut actions = vec![Action::default(); segments];
        for instruction in program.0 {
            match instruction {
                Instruction::Drop(range) => {
                    actions.iter_mut().take(range.end() + 1).skip(*range.start()).for_each(|a| a.drop = true);
                }
                Instruction::Join(range) => actions
                    .iter_mut()
                    .take(*range.end())
                    .skip(*range.start())
                    .for_each(|a| a.join_next = true),
                Instruction::Mask(at, kind) => {
                    if let Some(action) = actions.get_mut(at).filter(|a| !a.masks.contains(&kind)) {
                        action.masks.push(kind);
                    }
                }
                Instruction::FixSpacing(at, text) => {
                    if let Some(action) = actions.get_mut(at) {
                        action.spacing.get_or_insert(text);
                    }
                }
            }
        }
        Self(actions)
    }

    /// Brings together what was said of windows of a document of `segments` segments. A segment that several windows
    /// show goes, is joined or spaced only if all of them say so; personal data is masked if one of them does.
    /// A segment that no window shows stays as it is.
    pub fn agree(segments: usize, windows: impl IntoIterator<Item = (Range<usize>, Self)>) -> Self {
        let mut all: Vec<Option<Action>> = vec![None; segments];
        for (window, said) in windows {
            let last = window.end.saturating_sub(1);
            for (at, mut action) in window.zip(said.0) {
                let Some(known) = all.get_mut(at) else { break };
                // The last segment's line break is shown by the next window.
                action.join_next &= at < last;
                match known {
                    None => *known = Some(action),
                    Some(known) => {
                        known.drop &= action.drop;
                        known.join_next = if at < last { action.join_next } else { known.join_next };
                        if known.spacing != action.spacing {
                            known.spacing = None;
                        }
                        for kind in action.masks {
                            if !known.masks.contains(&kind) {
                                known.masks.push(kind);
                            }
                        }
                    }
                }
            }
        }
        Self(all.into_iter().map(Option::unwrap_or_default).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, segments: usize) -> Actions {
        Actions::of(Program::parse(text, segments).unwrap(), segments)
    }

    #[test]
    fn windows_agree_at_their_seam() {
        let first = said("drop 2-4\nmask 4 phone\nfix_spacing 3 가 나", 4);
        let second = said("drop 2\nmask 1 email\nfix_spacing 1 가 나", 3);
        let all = Actions::agree(6, [(0..4, first), (2..5, second)]).0;
        let drops: Vec<bool> = all.iter().map(|a| a.drop).collect();
        assert_eq!(drops, [false, true, false, true, false, false]);
        assert_eq!((&all[3].masks[..], &all[2].masks[..]), (&[Kind::Phone][..], &[Kind::Email][..]));
        assert_eq!(all[2].spacing.as_deref(), Some("가 나"));
        assert_eq!(all[5], Action::default());
    }

    #[test]
    fn joins_at_a_seam_are_those_of_the_window_that_shows_both() {
        let all = Actions::agree(3, [(0..2, said("join 1-2", 2)), (1..3, said("join 1-2", 2))]).0;
        assert_eq!(all.iter().map(|a| a.join_next).collect::<Vec<_>>(), [true, true, false]);
    }
}
