//! Segments: what takes the place of lines where a corpus has none.
//!
//! HPLT v2 put spaces where pages had line ends, so a menu, a list and three sentences stand in one
//! line. A segment is a sentence, a list item or a part of a menu: it ends at a line end, after a
//! Korean sentence ending, or before a mark that opens an item. Linear in time; every border is
//! decided from a few characters around it.

use std::ops::Range;

mod boundary;
mod ending;

pub(crate) use boundary::{SYLLABLE, ceil_boundary, floor_boundary, syllables_end};
pub use ending::{Ending, ending};

/// What a segment opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing: a sentence, or the first words of a text.
    None,
    /// A hyphen between spaces, as flattened lists have it.
    Dash,
    /// A vertical bar.
    Bar,
    /// A bullet, an arrow, a star or a reference mark.
    Bullet,
    /// A number or numeral with a dot or bracket.
    Number,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Byte range with the mark, without white space at its end. Never empty.
    pub span: Range<usize>,
    /// Where the text behind the mark starts; `span.end` when there is none.
    pub body: usize,
    /// What it opens with.
    pub mark: Mark,
}

/// Splits a text. The segments are in order and leave out nothing but white space.
pub fn segments(text: &str) -> Vec<Segment> {
    let mut out: Vec<Segment> = Vec::new();
    let mut open: Option<Segment> = None;
    let mut space = true;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        if c == '\n' {
            out.extend(open.take());
            space = true;
            at = next;
            continue;
        }
        if c.is_whitespace() {
            space = true;
            at = next;
            continue;
        }
        let syllable = matches!(c, '가'..='힣');
        if let (Some(segment), true, false) = (&mut open, syllable, space)
            && segment.body < segment.span.end
            && text.as_bytes()[segment.span.end - 1] != b'.'
        {
            // Inside a word: nothing opens or closes here.
            at = syllables_end(text, next);
            segment.span.end = at;
            continue;
        }
        if let Some((mark, length)) = (!syllable).then(|| mark_at(text, at, space)).flatten() {
            match &mut open {
                // Marks in a row open one segment.
                Some(segment) if segment.body == segment.span.end => {
                    segment.body = at + length;
                    segment.span.end = at + length;
                }
                _ => {
                    out.extend(open.take());
                    open = Some(Segment { span: at..at + length, body: at + length, mark });
                }
            }
            at += length;
        } else {
            // Without a space only a full stop can close a sentence.
            let may_close =
                |s: &Segment| s.body < s.span.end && (space || text.as_bytes()[s.span.end - 1] == b'.');
            if open.as_ref().is_some_and(|s| may_close(s) && closed(text, s.span.end, c, space)) {
                out.extend(open.take());
            }
            let segment = open.get_or_insert(Segment { span: at..at, body: at, mark: Mark::None });
            if segment.body == segment.span.end {
                segment.body = at;
            }
            segment.span.end = next;
            at = next;
        }
        space = false;
    }
    out.extend(open);
    out
}

/// Whether the text before `end` closes a sentence, when `next` follows after white space or not.
fn closed(text: &str, end: usize, next: char, space: bool) -> bool {
    let mut back = text[..end]
        .chars()
        .rev()
        .take(6)
        .skip_while(|c| matches!(*c, '"' | '\'' | '”' | '’' | ')' | ']' | '」' | '』' | '》'));
    let Some(mut last) = back.next() else { return false };
    while space && matches!(last, '~' | '^' | ';' | 'ㅎ' | 'ㅋ' | 'ㅠ' | 'ㅜ' | '♡' | '♥') {
        last = back.next().unwrap_or(' ');
    }
    let before = back.next();
    match last {
        '!' | '?' | '…' | '。' | '！' | '？' => space && !matches!(next, '!' | '?' | '.'),
        '.' => {
            let korean = before.is_some_and(|c| matches!(c, '가'..='힣' | ')' | '”' | '"' | '’' | '%'));
            let final_ = before.is_some_and(|c| {
                matches!(c, '다' | '요' | '까' | '죠' | '음' | '함' | '됨' | '임' | '니' | '오')
            });
            if space {
                before == Some(' ')
                    || korean
                    || before.is_some_and(|c| c == '.' || (c.is_ascii_alphabetic() && !next.is_ascii()))
            } else {
                final_ && matches!(next, '가'..='힣' | '“' | '‘' | '[' | '(')
            }
        }
        '다' | '까' => space && matches!(before, Some('니')),
        '요' => {
            space
                && before.is_some_and(|c| {
                    matches!(
                        c,
                        '세' | '해'
                            | '어'
                            | '아'
                            | '네'
                            | '예'
                            | '에'
                            | '구'
                            | '지'
                            | '데'
                            | '게'
                            | '나'
                            | '가'
                    )
                })
        }
        _ => false,
    }
}

/// The mark at `at` and its length in bytes. `space` tells whether white space or the start stands before it.
fn mark_at(text: &str, at: usize, space: bool) -> Option<(Mark, usize)> {
    let rest = &text[at..];
    let mut chars = rest.chars();
    let c = chars.next()?;
    let next = chars.next();
    let gap = next.is_none_or(char::is_whitespace);
    let found = |mark| Some((mark, c.len_utf8()));
    match c {
        '-' if space && (gap || next.is_some_and(|n| !n.is_ascii_digit() && n != '-' && n != '>')) => {
            found(Mark::Dash)
        }
        '|' | '│' | '┃' | '｜' => found(Mark::Bar),
        '▶' | '☞' | '※' | '➤' | '►' | '▷' => found(Mark::Bullet),
        '■' | '□' | '◆' | '◇' | '●' | '○' | '★' | '☆' | '▲' | '△' | '▼' | '▽' | '◎' | '▣' | '◈' | '▪'
        | '•' | '‣' | '✔' | '✓' | '♣' | '♧' | '*' | 'ㆍ' | '·' | '└' | '→' | '◀' | '◁'
            if space =>
        {
            found(Mark::Bullet)
        }
        '①'..='⑳' | '㉠'..='㉭' | '❶'..='❿' if space => found(Mark::Number),
        'Ⅰ'..='Ⅻ' if space && matches!(next, Some('.' | ')' | ' ')) => found(Mark::Number),
        '0'..='9' if space => numbered(text, at).map(|length| (Mark::Number, length)),
        _ => None,
    }
}

/// The length of `1.`, `12)` and the like at `at`, when it is not a part of a date or an amount.
fn numbered(text: &str, at: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let digits = rest.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    if digits > 2 || !matches!(rest.get(digits), Some(b'.' | b')')) {
        return None;
    }
    let length = digits + 1;
    let mut after = text[at + length..].chars();
    let opens = match after.next()? {
        ' ' => after.next().is_some_and(|c| !c.is_ascii_digit()),
        c => matches!(c, '가'..='힣' | '‘' | '“' | '[' | '<' | '『'),
    };
    let mut back = text[..at].chars().rev().skip_while(|c| c.is_whitespace());
    let part = match back.next() {
        Some('.' | ',' | '/' | '~') => back.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => c.is_ascii_digit(),
        None => false,
    };
    (opens && !part).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        segments(text).into_iter().map(|s| &text[s.span]).collect()
    }

    #[test]
    fn sentences_items_and_menus() {
        assert_eq!(
            split("비가 온다. 우산을 챙겼다.그래서 괜찮았다! 정말요? 네"),
            ["비가 온다.", "우산을 챙겼다.", "그래서 괜찮았다!", "정말요?", "네"]
        );
        assert_eq!(
            split("소개합니다 다음은 목록입니다 - 사과 - 배 - - 감"),
            ["소개합니다", "다음은 목록입니다", "- 사과", "- 배", "- - 감"]
        );
        assert_eq!(split("홈 | 전국|지도 ▶더보기 ※ 참고"), ["홈", "| 전국", "|지도", "▶더보기", "※ 참고"]);
        assert_eq!(split("1. 서론 2. 본론 3) 결론"), ["1. 서론", "2. 본론", "3) 결론"]);
        assert_eq!(split("2018. 10. 31. 기준 3.5% 오른 14.2 점"), ["2018. 10. 31. 기준 3.5% 오른 14.2 점"]);
        assert_eq!(split("첫 줄\n둘째 줄\n\n셋째"), ["첫 줄", "둘째 줄", "셋째"]);
        assert_eq!(split("그는 “간다.” 했다."), ["그는 “간다.”", "했다."]);
        assert_eq!(split("이★★씨와 동◆여대, T-50"), ["이★★씨와 동◆여대, T-50"]);
        assert!(split(" \n ").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_is_left_out(text in "[가다요니. \n|*\\-1-3)!▶a\u{301}]{0,60}") {
            let found = segments(&text);
            let mut at = 0;
            for s in &found {
                prop_assert!(text[at..s.span.start].chars().all(char::is_whitespace));
                prop_assert!(s.span.start < s.span.end && s.body <= s.span.end && s.body >= s.span.start);
                prop_assert!(text.get(s.body..s.span.end).is_some());
                at = s.span.end;
            }
            prop_assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
