//! Korean phone numbers written in digits.
//!
//! Forms follow the number plan of the Ministry of Science and ICT's 전기통신번호관리세칙: 01x mobile, 02 to
//! 064 areas, 030 and 050 followers, 060, 070 and 080 services, 15xx to 18xx representative numbers; abroad, +82
//! without the zero (ITU-T E.164).

mod abroad;
mod local;
mod national;
mod service;

use std::sync::LazyLock;

use super::context::{Words, before, previous, same_line};
use super::kind::Found;
use super::number::{Group, is_digit};
use super::scan::{Cue, Recognizer};
use abroad::international;
use local::local;
use national::national;
use service::service;

pub(super) use service::short;

/// Words that announce a phone number, a short way before it.
static ANNOUNCED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "전화",
        "연락처",
        "연락",
        "문의",
        "상담",
        "예약",
        "주문",
        "신청",
        "제보",
        "팩스",
        "핸드폰",
        "휴대폰",
        "휴대전화",
        "대표번호",
        "고객센터",
        "콜센터",
        "번호",
        "tel",
        "fax",
        "phone",
        "mobile",
        "h.p",
        "hp",
        "☎",
        "☏",
        "📞",
        "📱",
        "℡",
        "t.",
        "f.",
        "m.",
        "t:",
        "f:",
        "m:",
        "t :",
        "f :",
        "m :",
        "t)",
        "f)",
        "m)",
        "폰",
    ])
});

/// Words that announce nothing else than a phone number.
static SURELY: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "전화",
        "연락처",
        "팩스",
        "핸드폰",
        "휴대폰",
        "tel",
        "fax",
        "phone",
        "☎",
        "☏",
        "📞",
        "📱",
        "℡",
    ])
});

/// Words that announce a number of another sort.
static OTHER: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "주문번호",
        "주문 번호",
        "접수번호",
        "관리번호",
        "문서번호",
        "자료번호",
        "등록번호",
        "상품번호",
        "상품코드",
        "제품번호",
        "모델",
        "품번",
        "코드",
        "바코드",
        "isbn",
        "issn",
        "일련번호",
        "송장",
        "운송장",
        "사건",
        "계좌",
        "특허",
        "출원",
        "고유번호",
        "우편번호",
        "비밀번호",
        "인증번호",
        "승인번호",
        "번지",
        "serial",
        "code",
        "no.",
        "id",
    ])
});

/// Words for offices and companies, whose numbers are public.
static OFFICE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "대표",
        "고객센터",
        "고객 센터",
        "고객상담",
        "콜센터",
        "상담센터",
        "센터",
        "병원",
        "의원",
        "한의원",
        "시청",
        "구청",
        "군청",
        "도청",
        "경찰서",
        "소방서",
        "보건소",
        "협회",
        "재단",
        "공단",
        "공사",
        "대학교",
        "학교",
        "은행",
        "주식회사",
        "(주)",
        "㈜",
        "본사",
        "지점",
        "사무국",
        "사무소",
        "민원실",
        "안내데스크",
        "상담실",
    ])
});

/// Units and counters that make a number a quantity.
const COUNTERS: [&str; 13] = ["원", "호", "만", "억", "개", "명", "%", "년", "점", "번지", "쪽", "km", "kg"];

/// Phone and fax numbers.
pub(super) struct Phone;

impl Recognizer for Phone {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let text = cue.text;
        let first = cue.number.group(0);
        let start = cue.number.start();
        let plus = matches!(previous(text, start), Some('+' | '＋'));
        if plus || first.starts_with(&[8, 2]) || first.starts_with(&[0, 0]) {
            return international(cue, plus);
        }
        match first[0] {
            0 => national(cue),
            1 => service(cue),
            _ => local(cue),
        }
    }
}

/// Whether a word announces the number, with few characters and no digit between.
fn announced(cue: &Cue<'_>) -> bool {
    let tail = tail(cue.text, cue.number.start(), 60);
    let Some(rest) = ANNOUNCED.behind_last(tail) else { return false };
    rest.chars().count() <= 12 && !rest.chars().any(is_digit)
}

fn tail(text: &str, at: usize, bytes: usize) -> &str {
    same_line(before(text, at, bytes))
}

/// Whether a phone number ended just before, with only signs of a list between.
fn listed(cue: &Cue<'_>) -> bool {
    let start = cue.number.start();
    cue.last_phone > 0
        && start - cue.last_phone < 24
        && cue.text[cue.last_phone..start].chars().all(|c| " ,/~·&와과및또는+＋(\n".contains(c))
}

/// Where the number ends, the last digits of a range included: `02-399-1177~8`.
fn extended(groups: &[Group], used: usize) -> usize {
    let end = groups[used - 1].end;
    match groups.get(used) {
        Some(g) if g.len <= 4 && matches!(g.gap.mark, '~' | '∼' | '～' | '〜') && g.gap.marks == 1 => {
            g.end
        }
        _ => end,
    }
}

/// Takes in an opening bracket that belongs to the number: `(02)123-4567`.
fn bracket(text: &str, groups: &[Group], span: &mut std::ops::Range<usize>) {
    let closes = groups.get(1).is_some_and(|g| matches!(g.gap.mark, ')' | '）'));
    if closes && let Some(open @ ('(' | '（')) = previous(text, span.start) {
        span.start -= open.len_utf8();
    }
}

/// Whether nothing before makes the candidate part of a longer number.
fn free_before(text: &str, start: usize, listed: bool, marked: bool) -> bool {
    let before = &text[..start];
    let mut back = before.chars().rev();
    match back.next() {
        None => true,
        Some(c) if is_digit(c) => false,
        Some('제' | '₩' | '$' | '￦') => false,
        Some('*' | '#' | '=' | '_') => back.next().is_none_or(|c| !c.is_ascii_digit() && c != '*') && marked,
        Some(c) if c.is_ascii_alphabetic() => {
            // A model or order number, unless the letters announce: `TEL010…`, `H.P010…`.
            let word: Vec<u8> = before.bytes().rev().take_while(u8::is_ascii_alphabetic).take(8).collect();
            [&b"let"[..], b"xaf", b"ph", b"enohp", b"elibom", b"llec", b"t", b"m", b"f", b"p"]
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        }
        Some('-' | '–' | '.' | ',' | ':' | '/' | '~' | '－') => {
            listed || back.find(|c| *c != ' ').is_none_or(|c| !is_digit(c))
        }
        // `3 010 1234 5678` may be a row of numbers; with marks between its groups it is a phone.
        Some(' ') => listed || marked || back.find(|c| *c != ' ').is_none_or(|c| !is_digit(c)),
        Some(_) => true,
    }
}

/// Whether nothing behind makes the candidate part of a longer number, an address or a quantity.
fn free_after(text: &str, end: usize, strong: bool) -> bool {
    let rest = &text[end..];
    let mut ahead = rest.chars();
    match (ahead.next(), ahead.next()) {
        (Some(c), _) if is_digit(c) || matches!(c, '@' | '＠' | '*' | '_') => false,
        (Some('-' | '–' | '－'), Some(c)) if is_digit(c) || c == '*' => false,
        (Some('.'), Some(c)) if is_digit(c) => strong,
        (Some(c), _) if c.is_ascii_alphabetic() => strong,
        _ => strong || !COUNTERS.iter().any(|c| rest.starts_with(c)),
    }
}
