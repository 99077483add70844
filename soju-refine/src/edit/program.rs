//! The language of edit programs.
//!
//! ```text
//! drop 3-5
//! mask 7 phone
//! join 8-9
//! fix_spacing 10 띄어쓰기를 고친 문장
//! ```
//! One instruction a line; numbers are those of the segments, from 1. `keep`, alone, changes nothing.

use std::fmt::Write;
use std::ops::RangeInclusive;

use crate::pii::Kind;
use crate::segment::Segment;

/// Most instructions of a program that [`grammar`] lets through.
const MOST: usize = 64;
/// Longest line behind `fix_spacing` that [`grammar`] lets through, in characters.
const LONGEST_FIX: usize = 400;

/// One instruction. Segments are counted from 0 here, and from 1 in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instruction {
    /// Cuts these segments.
    Drop(RangeInclusive<usize>),
    /// Puts a placeholder in the place of the personal data in a segment.
    Mask(usize, Kind),
    /// Makes one line of these segments.
    Join(RangeInclusive<usize>),
    /// The segment as it should be spaced.
    FixSpacing(usize, String),
}

/// What a model answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program(pub Vec<Instruction>);

/// An answer that is no program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// A line is no instruction.
    #[error(
        "line {line} of the edit program is no instruction: {text:?}; there are keep, drop N-M, mask N KIND, join N-M and fix_spacing N TEXT"
    )]
    Unknown {
        /// The line, from 1.
        line: usize,
        /// Its first characters.
        text: String,
    },
    /// A segment that was not shown.
    #[error("line {line} of the edit program names segment {segment}, but there are {segments}")]
    NoSuchSegment {
        /// The line, from 1.
        line: usize,
        /// The segment, from 1.
        segment: usize,
        /// How many segments were shown.
        segments: usize,
    },
}

impl Program {
    /// Reads an answer about `segments` segments. Borders of a range may come in either order.
    ///
    /// # Errors
    /// The first line that is no instruction, or that names a segment that was not shown.
    pub fn parse(text: &str, segments: usize) -> Result<Self, ProgramError> {
        let lines: Vec<_> = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()).collect();
        if lines.len() == 1 && lines[0].1.trim() == "keep" {
            return Ok(Self::default());
        }
        let instructions = lines.into_iter().map(|(i, line)| instruction(line.trim(), i + 1, segments));
        instructions.collect::<Result<_, _>>().map(Self)
    }
}

fn instruction(text: &str, line: usize, segments: usize) -> Result<Instruction, ProgramError> {
    let unknown = || ProgramError::Unknown { line, text: text.chars().take(60).collect() };
    let (verb, rest) = text.split_once(' ').ok_or_else(unknown)?;
    let (number, tail) = rest.split_once(' ').unwrap_or((rest, ""));
    let place = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let segment: usize = digits.then(|| text.parse().ok()).flatten().ok_or_else(unknown)?;
        match segment {
            1.. if segment <= segments => Ok(segment - 1),
            _ => Err(ProgramError::NoSuchSegment { line, segment, segments }),
        }
    };
    let range = || -> Result<_, ProgramError> {
        let (a, b) = number.split_once('-').unwrap_or((number, number));
        let (a, b) = (place(a)?, place(b)?);
        Ok(a.min(b)..=a.max(b))
    };
    match verb {
        "drop" if tail.is_empty() => range().map(Instruction::Drop),
        "join" if tail.is_empty() => range().map(Instruction::Join),
        "mask" => {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == tail).ok_or_else(unknown)?;
            Ok(Instruction::Mask(place(number)?, kind))
        }
        "fix_spacing" if !tail.is_empty() => Ok(Instruction::FixSpacing(place(number)?, tail.to_owned())),
        _ => Err(unknown()),
    }
}

/// What ends a program: a base model in the middle of shots chooses an empty line, not an end token.
pub(super) const STOP: &str = "\n\n";

/// The grammar of programs about `segments` segments, for [`soju_engine::Constraint::Grammar`]; `spacing` lets
/// `fix_spacing` in. Every text that it derives parses, and ends in an empty line. Without a segment it derives `keep`
/// only.
pub fn grammar(segments: usize, spacing: bool) -> String {
    if segments == 0 {
        return "root ::= \"keep\\n\\n\"".to_owned();
    }
    let alternatives = |all: &mut dyn Iterator<Item = String>| {
        all.map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(" | ")
    };
    let numbers = alternatives(&mut (1..=segments).map(|n| n.to_string()));
    let kinds = alternatives(&mut Kind::ALL.iter().map(|kind| kind.name().to_owned()));
    let (fix, line) = match spacing {
        true => (
            " | \"fix_spacing \" n \" \" line",
            format!("line ::= [^ \\n\\r] [^\\n\\r]{{0,{LONGEST_FIX}}}\n"),
        ),
        false => ("", String::new()),
    };
    format!(
        "root ::= (\"keep\" | op (\"\\n\" op){{0,{}}}) \"\\n\\n\"\n\
         op ::= (\"drop \" | \"join \") n (\"-\" n)? | \"mask \" n \" \" kind{fix}\n\
         {line}n ::= {numbers}\nkind ::= {kinds}\n",
        MOST - 1
    )
}

/// The segments of `text` as the model is shown them: `[1] …`, a line each.
pub fn numbered(text: &str, segments: &[Segment]) -> String {
    listed(segments.iter().map(|segment| &text[segment.span.clone()]))
}

pub(super) fn listed<'a>(segments: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (i, segment) in segments.enumerate() {
        writeln!(out, "[{}] {segment}", i + 1).expect("a string takes any text");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_instruction_is_read() {
        let text = "drop 3-5\nmask 7 phone\n\njoin 9-8\nfix_spacing 10 잘 띄어 쓴 글\ndrop 1";
        let program = Program::parse(text, 10).unwrap();
        let expected = [
            Instruction::Drop(2..=4),
            Instruction::Mask(6, Kind::Phone),
            Instruction::Join(7..=8),
            Instruction::FixSpacing(9, "잘 띄어 쓴 글".to_owned()),
            Instruction::Drop(0..=0),
        ];
        assert_eq!(program.0, expected);
        assert_eq!(Program::parse(" keep \n", 3), Ok(Program::default()));
    }

    #[test]
    fn what_is_no_program_is_named() {
        for (text, message) in [
            ("drop 0", "line 1 of the edit program names segment 0, but there are 3"),
            ("drop 1\ndrop 2-4", "line 2 of the edit program names segment 4, but there are 3"),
            ("새 글을 쓴다", "line 1 of the edit program is no instruction: \"새 글을 쓴다\""),
            ("keep\ndrop 1", "line 1 of the edit program is no instruction: \"keep\""),
            ("mask 1 name", "no instruction"),
            ("fix_spacing 1", "no instruction"),
            ("drop +1", "no instruction"),
            ("drop 99999999999999999999999", "no instruction"),
        ] {
            let error = Program::parse(text, 3).unwrap_err().to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn segments_are_shown_with_their_numbers() {
        let text = "첫 문장이다. 둘째 문장이다.";
        let shown = numbered(text, &crate::segment::segments(text));
        assert_eq!(shown, "[1] 첫 문장이다.\n[2] 둘째 문장이다.\n");
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(text in "((drop|join|mask|fix_spacing|keep) ?[0-9-]{0,4} ?(phone|가나)?\n?){0,5}|\\PC{0,40}", segments in 0usize..9) {
            if let Ok(program) = Program::parse(&text, segments) {
                for instruction in program.0 {
                    let last = match instruction {
                        Instruction::Drop(range) | Instruction::Join(range) => *range.end(),
                        Instruction::Mask(at, _) | Instruction::FixSpacing(at, _) => at,
                    };
                    prop_assert!(last < segments);
                }
            }
        }
    }
}
