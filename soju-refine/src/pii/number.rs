//! Digits in their many forms, and the groups of digits that may be one number.

/// Groups that are looked at from one start. No number has more.
pub(super) const MAX_GROUPS: usize = 8;
/// Digits that are looked at from one start.
const MAX_DIGITS: usize = 40;
/// Digits in one group. A longer run is no number of a person.
const MAX_RUN: usize = 20;
/// Characters between two groups.
const MAX_GAP: usize = 3;

/// The digit that starts at byte `at`, and its length in bytes.
///
/// Takes ASCII, full-width and mathematical digits, and keycaps (`1️⃣`). Not circled ones: those number lists.
#[inline]
pub(super) fn digit_at(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match *bytes.get(at)? {
        b @ b'0'..=b'9' => {
            let keycap = bytes[at + 1..].starts_with(&[0xEF, 0xB8, 0x8F, 0xE2, 0x83, 0xA3]);
            Some((b - b'0', if keycap { 7 } else { 1 }))
        }
        0xEF => match bytes.get(at + 1..at + 3)? {
            [0xBC, b @ 0x90..=0x99] => Some((b - 0x90, 3)),
            _ => None,
        },
        0xF0 => match bytes.get(at + 1..at + 4)? {
            [0x9D, 0x9F, b @ 0x8E..=0xBF] => Some(((b - 0x8E) % 10, 4)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the character is a digit that [`digit_at`] takes.
pub(super) fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９' | '\u{1D7CE}'..='\u{1D7FF}')
}

/// What stands between two groups of digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Gap {
    /// The first mark that is not a space; NUL when there is none.
    pub(super) mark: char,
    /// The last such mark.
    pub(super) last: char,
    /// How many marks.
    pub(super) marks: u8,
    /// How many spaces.
    pub(super) spaces: u8,
}

impl Gap {
    /// Only one space.
    pub(super) fn space(self) -> bool {
        self.marks == 0 && self.spaces == 1
    }

    /// A dash of some form, perhaps with a space on each side.
    pub(super) fn dash(self) -> bool {
        self.marks == 1 && dash(self.mark) && self.spaces <= 2
    }

    /// A dash or one space.
    pub(super) fn plain(self) -> bool {
        self.dash() || self.space()
    }

    /// A mark that stands between the groups of phone numbers, or one space.
    pub(super) fn usual(self) -> bool {
        let spaced = self.spaces <= 2;
        self.space()
            || spaced && self.marks == 1 && phone_mark(self.mark)
            || spaced && self.marks == 2 && matches!(self.mark, ')' | '）') && phone_mark(self.last)
    }
}

/// A dash, by any of the characters people take for one. ㅡ is the vowel, right beside the digits on the keyboard.
pub(super) fn dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '‐' | '‑' | '‒' | '−' | '－' | '﹣' | '─' | 'ㅡ' | 'ー' | '⁃')
}

fn phone_mark(c: char) -> bool {
    dash(c) || matches!(c, '.' | '．' | '·' | 'ㆍ' | '･' | '•' | '(' | ')' | '（' | '）' | '/' | '／' | '~')
}

/// A run of digits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Index of its first digit in [`Number::digits`].
    pub(super) from: usize,
    pub(super) len: usize,
    /// What stands before it; nothing before the first.
    pub(super) gap: Gap,
}

/// Groups of digits with at most three characters between them, from one start on.
#[derive(Debug, Clone)]
pub(super) struct Number {
    digits: [u8; MAX_DIGITS],
    groups: [Group; MAX_GROUPS],
    count: usize,
    /// Where the first run of digits ends, however long it is.
    pub(super) first_end: usize,
}

impl Number {
    pub(super) const fn new() -> Self {
        const GAP: Gap = Gap { mark: '\0', last: '\0', marks: 0, spaces: 0 };
        Self {
            digits: [0; MAX_DIGITS],
            groups: [Group { start: 0, end: 0, from: 0, len: 0, gap: GAP }; MAX_GROUPS],
            count: 0,
            first_end: 0,
        }
    }

    /// Reads the number that starts with the digit at `start`. The work is bounded, but for a first
    /// run that is too long to be anything: that one is passed over as a whole.
    #[inline]
    pub(super) fn read(&mut self, text: &str, start: usize) {
        let bytes = text.as_bytes();
        self.count = 0;
        let (mut at, mut from, mut gap) = (start, 0, Gap::default());
        loop {
            let group = self.run(bytes, at, from, gap);
            if self.count == 0 {
                self.first_end = group.end;
            }
            if group.len == 0 || group.len > MAX_RUN {
                return;
            }
            self.groups[self.count] = group;
            self.count += 1;
            from += group.len;
            if self.count == MAX_GROUPS || from + MAX_RUN > MAX_DIGITS {
                return;
            }
            match gap_at(text, group.end) {
                Some((next, between)) => (at, gap) = (next, between),
                None => return,
            }
        }
    }

    #[inline]
    fn run(&mut self, bytes: &[u8], start: usize, from: usize, gap: Gap) -> Group {
        let (mut at, mut len) = (start, 0);
        // A run that is too long is only measured when it is the first: the caller goes on behind it.
        while let Some((digit, width)) = digit_at(bytes, at) {
            if len < MAX_RUN {
                self.digits[from + len] = digit;
            } else if self.count > 0 {
                len += 1;
                break;
            }
            len += 1;
            at += width;
        }
        #[cfg(test)]
        READ.set(READ.get() + (at - start));
        Group { start, end: at, from, len, gap }
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups[..self.count]
    }

    /// The digits of the first `groups` groups.
    pub(super) fn digits(&self, groups: usize) -> &[u8] {
        let end = self.groups[..groups].last().map_or(0, |g| g.from + g.len);
        &self.digits[..end]
    }

    /// The digits of one group.
    pub(super) fn group(&self, index: usize) -> &[u8] {
        let group = &self.groups()[index];
        &self.digits[group.from..group.from + group.len]
    }

    pub(super) fn start(&self) -> usize {
        self.groups[0].start
    }

    /// Whether the first groups have these lengths, with gaps that `fits`.
    pub(super) fn shaped(&self, lengths: &[usize], fits: impl Fn(Gap) -> bool) -> bool {
        let groups = self.groups();
        groups.len() >= lengths.len()
            && groups.iter().zip(lengths).all(|(g, len)| g.len == *len)
            && groups[1..lengths.len()].iter().all(|g| fits(g.gap))
    }
}

#[cfg(test)]
thread_local! {
    /// Bytes of digits that were read, as the measure of the work.
    pub(super) static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The marks at `at` up to the next digit, when there are few enough.
#[inline]
fn gap_at(text: &str, at: usize) -> Option<(usize, Gap)> {
    let mut gap = Gap::default();
    for (taken, (i, c)) in text[at..].char_indices().enumerate() {
        if taken > 0 && is_digit(c) {
            return Some((at + i, gap));
        }
        if taken == MAX_GAP {
            return None;
        }
        match c {
            ' ' | '\u{A0}' | '\u{3000}' => gap.spaces += 1,
            '가'..='힣' | '\n' | '\r' => return None,
            'ㅡ' | 'ㅣ' => mark(&mut gap, c),
            _ if c.is_alphanumeric() => return None,
            _ => mark(&mut gap, c),
        }
    }
    None
}

fn mark(gap: &mut Gap, c: char) {
    if gap.marks == 0 {
        gap.mark = c;
    }
    gap.last = c;
    gap.marks += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Number {
        let mut number = Number::new();
        number.read(text, 0);
        number
    }

    #[test]
    fn groups_and_gaps() {
        let number = read("010-1234 - 5678입니다");
        let lengths: Vec<_> = number.groups().iter().map(|g| g.len).collect();
        assert_eq!(lengths, [3, 4, 4]);
        assert_eq!(number.digits(3), [0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(number.group(2), [5, 6, 7, 8]);
        assert!(number.shaped(&[3, 4, 4], Gap::dash));
        assert_eq!(read("2018년 3월").groups().len(), 1);
        assert_eq!(read("1\n2").groups().len(), 1);
        assert_eq!(read("1 , - 2").groups().len(), 1);
    }

    #[test]
    fn digits_of_every_form() {
        for zero_one in ["01", "０１", "𝟎𝟏", "𝟬𝟭", "0️⃣1️⃣"] {
            let number = read(zero_one);
            assert_eq!((number.digits(1), number.first_end), (&[0, 1][..], zero_one.len()), "{zero_one}");
            assert!(zero_one.chars().next().is_some_and(is_digit));
        }
    }

    #[test]
    fn a_run_that_is_too_long_is_passed_over() {
        let long = "1".repeat(1000);
        assert_eq!((read(&long).groups().len(), read(&long).first_end), (0, 1000));
        let second = format!("1-{long}");
        assert_eq!((read(&second).groups().len(), read(&second).first_end), (1, 1));
    }
}
