//! Numbers that hide from a search for digits: 공일공-일이삼사, 0I0, o1o, 010 일이삼사 5678, `0 1 0 1 2 3 …`.

mod registration;

use super::card;
use super::context::{before, next, previous, same_line};
use super::kind::{Found, Kind};
use super::number::{Number, digit_at, is_digit};

pub(super) use registration::{registrations, spoken_from};

/// Digits of the longest number that is looked for, a card's.
const MOST: usize = 17;
/// Characters between two digits.
const GAP: usize = 3;

/// The digit that a character stands for where digits are expected.
pub(super) fn loose(c: char) -> Option<u8> {
    Some(match c {
        'o' | 'O' | 'О' | 'о' | 'ㅇ' | '○' | '〇' | '◯' | '零' | '공' | '영' | '빵' | '⓪' => 0,
        'I' | 'l' | 'i' | '|' | 'ㅣ' | 'Ⅰ' | '일' | '一' | '壹' | '①' => 1,
        '이' | '二' | '둘' | '②' => 2,
        '삼' | '三' | '셋' | '③' => 3,
        '사' | '四' | '넷' | '④' => 4,
        '오' | '五' | '⑤' => 5,
        '육' | '륙' | '六' | '⑥' => 6,
        '칠' | '七' | '⑦' => 7,
        '팔' | '八' | '⑧' => 8,
        '구' | '九' | '⑨' => 9,
        _ => return None,
    })
}

/// The digits from one place on, however they are written.
struct Digits {
    values: [u8; MOST],
    /// Where each one ends.
    ends: [usize; MOST],
    count: usize,
    /// A bit for each that is no digit to a machine.
    loose: u32,
    /// A bit for each before which a gap stands.
    gaps: u32,
    /// Before how many stands a mark or a word for one.
    marks: usize,
    /// Whether 다시 or 대시 is said somewhere, which stands between digits for a dash only.
    said: bool,
}

fn read(text: &str, start: usize, machine_only: bool) -> Digits {
    let mut read =
        Digits { values: [0; MOST], ends: [0; MOST], count: 0, loose: 0, gaps: 0, marks: 0, said: false };
    let mut at = start;
    while read.count < MOST {
        let mut skipped = 0;
        let mut marked = false;
        let mut said = false;
        let (digit, width, plain) = loop {
            if let Some((digit, width)) = digit_at(text.as_bytes(), at) {
                break (digit, width, true);
            }
            let Some(c) = next(text, at) else { return read };
            if !machine_only && let Some(digit) = loose(c) {
                break (digit, c.len_utf8(), false);
            }
            let word = dash_word(&text[at..], machine_only);
            let mark = !c.is_alphanumeric() && !matches!(c, '\n' | '\r' | ',') || c == 'ㅡ';
            if read.count == 0 || skipped == GAP || !(mark || word.is_some()) {
                return read;
            }
            said |= word.is_some_and(|len| len > c.len_utf8());
            marked |= c != ' ';
            skipped += 1;
            at += word.unwrap_or(c.len_utf8());
        };
        at += width;
        read.gaps |= u32::from(skipped > 0) << read.count;
        read.marks += usize::from(marked);
        read.said |= said;
        read.loose |= u32::from(!plain) << read.count;
        read.values[read.count] = digit;
        read.ends[read.count] = at;
        read.count += 1;
    }
    read
}

/// The length of the word that stands for a dash when a number is said aloud. The particles among them
/// stand behind digits that are a machine's, too, and mean something else there.
fn dash_word(text: &str, machine_only: bool) -> Option<usize> {
    let words = if machine_only { &["다시", "대시"][..] } else { &["다시", "대시", "에", "의"] };
    words.iter().find(|word| text.starts_with(**word)).map(|word| word.len())
}

/// A mobile number from `start` on of which not all digits are digits.
pub(super) fn mobile(text: &str, start: usize) -> Option<Found> {
    let read = read(text, start, false);
    let d = &read.values[..read.count];
    if !matches!(d, [0, 1, 0 | 1 | 6..=9, 1..=9, ..]) || read.count < 10 {
        return None;
    }
    let count = if d[2] == 0 || read.count >= 11 { 11 } else { 10 };
    if read.count < count || read.loose == 0 {
        return None;
    }
    let end = read.ends[count - 1];
    // The prefix is in one piece, unless every digit stands alone. Digits that are all a machine's are a plain
    // number, and `010.123.4567 이` has a particle behind it.
    let written = text[start..end].chars().filter(|c| is_digit(*c)).count();
    let broken = read.gaps & 0b110 != 0 && (read.gaps.count_ones() as usize) + 1 < count;
    let particle = written + 1 == count && !text[..end].ends_with(is_digit);
    if broken || written == count || particle || goes_on(text, end) || within(text, start) {
        return None;
    }
    Some(Found::new(Kind::Phone, start..end))
}

/// Whether the number that ends at `end` has more digits. One or two syllables may be particles that sound like
/// digits: 칠이고, 칠이오.
fn goes_on(text: &str, end: usize) -> bool {
    let sounds = text[end..].chars().take_while(|c| !c.is_ascii() && loose(*c).is_some()).take(3);
    let (count, bytes) = sounds.fold((0, 0), |(count, bytes), c| (count + 1, bytes + c.len_utf8()));
    count > 2 || next(text, end + bytes).is_some_and(|c| is_digit(c) || c.is_ascii_alphanumeric())
}

/// Whether the place is within a row of digits. One syllable alone may end a word: 친구공일공.
fn within(text: &str, start: usize) -> bool {
    let mut back = text[..start].chars().rev();
    let first = back.next();
    let sounds = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && loose(c).is_some());
    first.is_some_and(|c| is_digit(c) || c.is_ascii_alphanumeric()) || sounds(first) && sounds(back.next())
}

/// Digits that stand one by one: a mobile number, a registration number or a card's.
pub(super) fn spaced(text: &str, number: &Number) -> Option<Found> {
    let groups = number.groups();
    if groups.len() < 6 || groups.iter().any(|g| g.len != 1) {
        return None;
    }
    let start = number.start();
    let read = read(text, start, true);
    let d = &read.values[..read.count];
    if (read.gaps.count_ones() as usize) + 1 < read.count
        || previous(text, start).is_some_and(|c| c.is_ascii_alphanumeric())
    {
        return None;
    }
    let span = start..read.ends[read.count - 1];
    let row = text[..start].chars().rev().find(|c| *c != ' ').is_some_and(is_digit);
    let tail = same_line(before(text, start, 48));
    let found = match d {
        // Rows of zeros and ones are a table's.
        [0, 1, 0 | 1 | 6..=9, 1..=9, ..] if mobile_length(d, read.marks) && d.iter().any(|d| *d > 1) => {
            Found::new(Kind::Phone, span)
        }
        _ if d.len() == 13 => {
            let (kind, sure) = super::registration::judge(d, read.marks > 0 && read.marks < 4, tail)?;
            Found::new(kind, span).sure(sure)
        }
        _ if d.len() == 16 => Found::new(Kind::Card, span).sure(card::judge(d, true, tail)?),
        _ => return None,
    };
    (!row).then_some(found)
}

/// Eleven digits, or the ten of a number from before 2004 where marks divide it.
fn mobile_length(digits: &[u8], marks: usize) -> bool {
    digits.len() == 11 || digits.len() == 10 && digits[2] != 0 && marks > 0
}

/// Where a number may start that is written with look-alikes around the digits of `number`.
#[inline]
pub(super) fn hint(text: &str, number: &Number) -> Option<usize> {
    let group = number.groups()[0];
    let bytes = text.as_bytes();
    let digits = number.group(0);
    // `010 일이삼사 …`, `01O-…`, `0I0`, `0일0`
    let opens = matches!(digits, [0] | [0, 1] | [0, 1, _] | [0, 1, _, _, ..]) && digits[0] == 0;
    if opens {
        let short = number.digits(number.groups().len()).len() < 11;
        return short.then_some(group.start);
    }
    // `o1o`, `공1공`
    let lead = previous(text, group.start).filter(|c| digits[0] == 1 && loose(*c) == Some(0))?;
    (group.len == 1 || bytes[group.start] == b'1').then_some(group.start - lead.len_utf8())
}
