//! Korean phone numbers written in digits.
//!
//! Forms follow the number plan of the Ministry of Science and ICT's 전기통신번호관리세칙: 01x mobile, 02 to
//! 064 areas, 030 and 050 followers, 060, 070 and 080 services, 15xx to 18xx representative numbers; abroad, +82
//! without the zero (ITU-T E.164).

use std::sync::LazyLock;

use super::context::{Words, after, before, next, previous, same_line};
use super::kind::{Found, Kind};
use super::number::{Gap, Group, is_digit};
use super::scan::{Cue, Recognizer};

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

/// Numbers of three and four digits that everybody may call.
const SHORT: [u16; 44] = [
    101, 107, 110, 111, 112, 113, 114, 116, 117, 118, 119, 120, 121, 122, 123, 125, 126, 127, 128, 129, 131,
    132, 134, 182, 188, 1301, 1330, 1331, 1332, 1333, 1335, 1336, 1337, 1338, 1339, 1345, 1350, 1355, 1357,
    1366, 1372, 1388, 1393, 1399,
];

/// Units and counters that make a number a quantity.
const COUNTERS: [&str; 13] = ["원", "호", "만", "억", "개", "명", "%", "년", "점", "번지", "쪽", "km", "kg"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Mobile,
    Area,
    /// 030, 050, 060, 070.
    Virtual,
    /// 080, which the company that is called pays.
    Free,
}

/// A national number: digits up to the exchange, and how it is divided.
#[derive(Debug, Clone, Copy)]
struct National {
    class: Class,
    /// How many groups it takes.
    groups: usize,
    /// Whether the groups are divided behind the prefix, and before the last four digits.
    first: bool,
    second: bool,
}

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

/// A number with a prefix.
fn national(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    let (found, e) = (1..=groups.len().min(3)).rev().find_map(|k| {
        let found = divide(cue.number.digits(k), &groups[..k], k)?;
        Some((found, found.groups))
    })?;
    let used = &groups[..e];
    if !gaps_fit(used, found.class) {
        return None;
    }
    let mut span = used[0].start..extended(groups, e);
    let listed = listed(cue);
    let marked = used[1..].iter().any(|g| g.gap.marks > 0);
    let strong = found.class == Class::Mobile;
    if !free_before(cue.text, span.start, listed, found.first && marked)
        || !free_after(cue.text, span.end, strong || found.second)
    {
        return None;
    }
    let announced = announced(cue);
    let other = || OTHER.any(tail(cue.text, span.start, 36));
    let good = match found.class {
        Class::Mobile => found.first || found.second || announced || !other(),
        Class::Area => {
            found.first && even(used) || announced || listed || whole(cue, used, found.class) && !other()
        }
        Class::Virtual | Class::Free => {
            found.first && found.second || announced || listed || whole(cue, used, found.class) && !other()
        }
    };
    if !good {
        return None;
    }
    bracket(cue.text, used, &mut span);
    let mut value = Found::new(Kind::Phone, span).sure(announced || strong && found.first);
    value.public = found.class == Class::Free
        || !strong && OFFICE.any(same_line(before(cue.text, value.span.start, 48)));
    Some(value)
}

/// Whether the digits divide into a prefix, an exchange and four digits, with breaks only between these.
fn divide(digits: &[u8], groups: &[Group], used: usize) -> Option<National> {
    let (class, head) = prefix(digits)?;
    let exchange = digits.len().checked_sub(head + 4).filter(|len| matches!(len, 3 | 4))?;
    // No exchange starts with 0, but for 050 numbers, which have none.
    if digits[head] == 0 && head != 4 {
        return None;
    }
    let (mut first, mut second) = (false, false);
    for group in &groups[1..] {
        match group.from {
            f if f == head => first = true,
            f if f == head + exchange => second = true,
            _ => return None,
        }
    }
    Some(National { class, groups: used, first, second })
}

/// The class of a number and the length of its prefix.
fn prefix(d: &[u8]) -> Option<(Class, usize)> {
    match *d.get(..3)? {
        [0, 1, 0 | 1 | 6..=9] => Some((Class::Mobile, 3)),
        [0, 2, _] => Some((Class::Area, 2)),
        [0, 3, 1..=3] | [0, 4, 1..=4] | [0, 5, 1..=5] | [0, 6, 1..=4] => Some((Class::Area, 3)),
        [0, 5, 0] if matches!(d.get(3), Some(1..=8)) => Some((Class::Virtual, 4)),
        [0, 3, 0] => Some((Class::Virtual, 4)),
        [0, 6 | 7, 0] => Some((Class::Virtual, 3)),
        [0, 8, 0] => Some((Class::Free, 3)),
        _ => None,
    }
}

/// Marks are those of phone numbers; between the groups of a mobile number any mark may stand, when it is the same twice.
fn gaps_fit(groups: &[Group], class: Class) -> bool {
    if groups[1..].iter().all(|g| g.gap.usual()) {
        return true;
    }
    let odd = |g: Gap| g.marks > 0 && g.mark == g.last && g.mark != ',' && !matches!(g.mark, '$' | '₩' | '%');
    class == Class::Mobile && groups.len() == 3 && odd(groups[1].gap) && groups[1].gap == groups[2].gap
}

/// The groups are kept apart by marks, or all by spaces; not `031/1234.5678`.
fn even(groups: &[Group]) -> bool {
    let plain = |c: char| if super::number::dash(c) { '-' } else { c };
    let mut marks = groups[1..]
        .iter()
        .map(|g| plain(g.gap.last))
        .filter(|c| !matches!(c, '\0' | '(' | ')' | '（' | '）'));
    marks.next().is_none_or(|first| marks.all(|mark| mark == first))
}

/// Digits in one run, alone among letters: 0212345678. Not an ISBN of ten digits.
fn whole(cue: &Cue<'_>, used: &[Group], class: Class) -> bool {
    let digits = cue.number.digits(used.len());
    let (_, head) = prefix(digits).expect("the caller has divided it");
    let exchange = digits[head] >= 2 || head == 4 || class == Class::Virtual;
    let isbn = digits.len() == 10
        && digits.iter().zip((1..=10).rev()).map(|(d, w)| u32::from(*d) * w).sum::<u32>() % 11 == 0;
    let alone = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && !"-_#/.,=+*".contains(c));
    let end = used[used.len() - 1].end;
    // A full stop ends the sentence, unless more follows at once.
    let behind = match next(cue.text, end) {
        Some('.' | ',' | '/') => {
            after(cue.text, end, 8).chars().nth(1).is_none_or(|c| !c.is_ascii_alphanumeric())
        }
        c => alone(c),
    };
    let latin = cue.text[..used[0].start]
        .strip_suffix(':')
        .is_some_and(|b| b.ends_with(|c: char| c.is_ascii_alphanumeric()));
    used.len() == 1 && exchange && !isbn && !latin && alone(previous(cue.text, used[0].start)) && behind
}

/// A service number has a separator, and is no span of years (`1592-1598`); or it is announced.
fn service(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    let used = if groups[0].len == 8 {
        1
    } else if groups.len() > 1 && groups[0].len == 4 && groups[1].len == 4 && groups[1].gap.usual() {
        2
    } else {
        return None;
    };
    let digits = cue.number.digits(used);
    let number = digits.iter().fold(0, |n, d| n * 10 + u32::from(*d));
    let (first, second) = (number / 10_000, number % 10_000);
    if !representative(first) {
        return None;
    }
    let span = groups[0].start..extended(groups, used);
    let listed = listed(cue);
    if !free_before(cue.text, span.start, listed, false) || !free_after(cue.text, span.end, false) {
        return None;
    }
    let years = first < second && second <= 2100 && second - first <= 250;
    let joined = used == 2 && groups[1].gap.dash();
    let announced = announced(cue);
    if !(joined && !years || announced) || OTHER.any(tail(cue.text, span.start, 24)) && !announced {
        return None;
    }
    let mut found = Found::new(Kind::Phone, span).sure(announced);
    found.public = true;
    Some(found)
}

/// Prefixes of representative numbers that were given out.
fn representative(first: u32) -> bool {
    matches!(
        first,
        1522 | 1533
            | 1544
            | 1551
            | 1555
            | 1566
            | 1567
            | 1570
            | 1577
            | 1588
            | 1599
            | 1600
            | 1611
            | 1613
            | 1614
            | 1622
            | 1633
            | 1644
            | 1646
            | 1655
            | 1660
            | 1661
            | 1666
            | 1668
            | 1670
            | 1688
            | 1677
            | 1699
            | 1800
            | 1802
            | 1811
            | 1822
            | 1833
            | 1844
            | 1855
            | 1866
            | 1877
            | 1888
            | 1899
    )
}

/// A number without its area code, right behind a word for phone: `☎ 555-1234`.
fn local(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    if groups.len() < 2 || cue.number.group(0)[0] < 2 {
        return None;
    }
    let two = groups[1].len == 4 && matches!(groups[0].len, 3 | 4) && groups[1].gap.dash();
    let american = groups.len() > 2 && cue.number.shaped(&[3, 3, 4], Gap::usual) && groups[2].gap.dash();
    let used = if american { 3 } else { 2 };
    let mut span = groups[0].start..extended(groups, used);
    if !(two || american)
        || !free_before(cue.text, span.start, false, true)
        || !free_after(cue.text, span.end, false)
    {
        return None;
    }
    let close = |rest: &str| {
        rest.chars().count() <= 5 && !rest.chars().any(|c| is_digit(c) || ('가'..='힣').contains(&c))
    };
    let announced = SURELY
        .behind_last(same_line(before(cue.text, span.start, 32)))
        .is_some_and(|rest| close(rest.strip_prefix("번호").unwrap_or(rest)));
    if !announced && !(listed(cue) && two) {
        return None;
    }
    bracket(cue.text, &groups[..used], &mut span);
    Some(Found::new(Kind::Phone, span))
}

/// A number with a country code: Korea's, or behind a plus sign any.
fn international(cue: &Cue<'_>, plus: bool) -> Option<Found> {
    let groups = cue.number.groups();
    let all = cue.number.digits(groups.len());
    let zeros = all.iter().take_while(|d| **d == 0).count();
    if zeros > 2 || zeros == 1 || plus && zeros > 0 {
        return None;
    }
    if !all[zeros..].starts_with(&[8, 2]) {
        return if plus { foreign(cue) } else { None };
    }
    let code = zeros + 2;
    let dropped = code + usize::from(all.get(code) == Some(&0));
    let mut arranged = [0; 14];
    let (k, class) = (1..=groups.len().min(6)).rev().find_map(|k| {
        let digits = cue.number.digits(k);
        let rest = digits.get(dropped..).filter(|rest| (8..=11).contains(&rest.len()))?;
        arranged[1..=rest.len()].copy_from_slice(rest);
        let digits = &arranged[..=rest.len()];
        let (class, head) = prefix(digits)?;
        let exchange = digits.len().checked_sub(head + 4).filter(|len| matches!(len, 3 | 4))?;
        let breaks = groups[1..k].iter().all(|g| {
            let at = (g.from + 1).saturating_sub(dropped);
            at <= 1 || at == head || at == head + exchange
        });
        let gaps = groups[1..k].iter().all(|g| g.gap.usual() || bracketed_zero(g.gap));
        (breaks && gaps && digits[head] != 0).then_some((k, class))
    })?;
    let mut span = groups[0].start..extended(groups, k);
    if plus {
        span.start -= previous(cue.text, span.start).map_or(0, char::len_utf8);
    }
    let good = plus || announced(cue) || listed(cue);
    if !good || !free_before(cue.text, span.start, listed(cue), true) || !free_after(cue.text, span.end, true)
    {
        return None;
    }
    bracket(cue.text, &groups[..k], &mut span);
    let mut found = Found::new(Kind::Phone, span).sure(true);
    found.public = class != Class::Mobile && OFFICE.any(same_line(before(cue.text, found.span.start, 48)));
    Some(found)
}

/// `+1-202-555-0123`: the plus sign and the marks make it a number of another country.
fn foreign(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    let fits = |g: &Group| g.len >= 2 && (g.gap.plain() || matches!(g.gap.mark, '(' | ')' | '.'));
    let k = 1 + groups[1..].iter().take_while(|g| fits(g)).count();
    let digits = cue.number.digits(k).len();
    let joined = groups[1..k].iter().any(|g| g.gap.dash() || matches!(g.gap.mark, '(' | ')'));
    let start = groups[0].start;
    let span = start - previous(cue.text, start).map_or(0, char::len_utf8)..groups[k - 1].end;
    let good = (9..=15).contains(&digits)
        && groups[0].len <= 3
        && k >= 3
        && (joined || announced(cue))
        && free_before(cue.text, span.start, false, true)
        && free_after(cue.text, span.end, true);
    good.then(|| Found::new(Kind::Phone, span))
}

/// `+82 (0)10`.
fn bracketed_zero(gap: Gap) -> bool {
    gap.marks <= 2 && matches!(gap.mark, '(' | ')') && gap.spaces <= 1
}

/// A short number that is announced: `국번 없이 119`, `☎ 1345`. Only for those who want these masked, too.
pub(super) fn short(cue: &Cue<'_>) -> Option<Found> {
    let group = cue.number.groups()[0];
    let value = cue.number.group(0).iter().fold(0, |n: u32, d| n * 10 + u32::from(*d));
    let known = matches!(group.len, 3 | 4) && SHORT.iter().any(|s| u32::from(*s) == value);
    let before = same_line(before(cue.text, group.start, 32)).trim_end_matches([' ', ':', '(', ')']);
    let announced = ["국번없이", "국번 없이", "전화", "☎", "☏", "신고는", "신고", "상담전화"]
        .iter()
        .any(|word| before.ends_with(word));
    if !known || !announced || !free_after(cue.text, group.end, false) {
        return None;
    }
    let mut found = Found::new(Kind::Phone, group.start..group.end);
    found.public = true;
    Some(found)
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
