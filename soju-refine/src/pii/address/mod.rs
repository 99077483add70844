//! Road-name addresses, lot addresses and flats.
//!
//! A road-name address is region, road, building number and, behind a comma, flat or floor, with the
//! quarter in brackets (도로명주소법 제2조). A lot address is region, quarter and lot. Both end in a number, and
//! a number is what the search starts from; what stands before and behind decides.

mod names;
mod parts;

use std::sync::LazyLock;

use super::context::{Words, after, before, previous, same_line};
use super::kind::{Found, Kind};
use super::number::Number;
use super::regions;
use super::scan::{Cue, Recognizer};
use names::{of_part, of_quarter, of_region, of_street, region_of_road};
use parts::{BUILDINGS, detail, postcode, room};

/// Bytes of a road's or a quarter's name that are looked at.
const LONGEST_NAME: usize = 60;

static ANNOUNCED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "주소",
        "소재지",
        "오시는 길",
        "오시는길",
        "찾아오시는",
        "위치",
        "도로명",
        "address",
        "거주지",
        "배송지",
    ])
});

/// What makes a number behind a name a quantity.
const COUNTERS: [&str; 50] = [
    "원",
    "명",
    "개",
    "%",
    "년",
    "월",
    "일",
    "시",
    "분",
    "초",
    "위",
    "km",
    "m",
    "kg",
    "g",
    "cm",
    "도",
    "배",
    "차",
    "회",
    // 번째, 번 출구; 번지 is asked for before.
    "번",
    "점",
    "세",
    "살",
    "대",
    "호선",
    "호점",
    "곳",
    "가지",
    "건",
    "만",
    "천",
    "억",
    "조",
    "주",
    "박",
    "인",
    "차로",
    "차선",
    "평",
    "편",
    "권",
    "부",
    "장",
    "팀",
    "단계",
    "퍼센트",
    "미터",
    "킬로",
    "골",
];

/// Addresses.
pub(super) struct Address;

impl Recognizer for Address {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let (text, number) = (cue.text, cue.number);
        let start = number.start();
        let end = lot(number);
        if let Some(found) = flat(text, number) {
            return Some(found);
        }
        let space = usize::from(text[..start].ends_with(' '));
        // `을지로2가`, `동선동1가 114-1`: the number is part of the quarter's name.
        if let Some(behind) = text[end..].strip_prefix('가')
            && !behind.starts_with('길')
            && (space == 0 || end - start == 1 && lot_follows(behind))
        {
            return None;
        }
        match previous(text, start - space)? {
            '로' | '길' => road(text, start - space, space == 0, number),
            '동' | '리' | '가' => quarter(text, start - space, end),
            '산' if space == 0 || text[..start - space].ends_with(" 산") => {
                let before = text[..start - space - '산'.len_utf8()].trim_end_matches(' ').len();
                matches!(previous(text, before)?, '동' | '리').then(|| quarter(text, before, end))?
            }
            _ => None,
        }
    }
}

/// Whether a lot follows the name of a quarter: `을지로 3가 23`, not `테헤란로 2가 아니라`.
fn lot_follows(behind: &str) -> bool {
    behind.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether what stands around a single number makes an address possible. Cheap, for it is asked of every number.
#[inline]
pub(super) fn hinted(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = &bytes[..start];
    let before = before.strip_suffix(b" ").unwrap_or(before);
    let syllable = before.len().checked_sub(3).map(|from| &before[from..]);
    let named = syllable
        .is_some_and(|s| ["로", "길", "동", "리", "가", "산"].iter().any(|name| s == name.as_bytes()));
    named || bytes[end..].starts_with("동".as_bytes())
}

/// Where `123`, `123-4` ends.
fn lot(number: &Number) -> usize {
    let groups = number.groups();
    let branch = groups.len() > 1
        && groups[1].gap.marks == 1
        && super::number::dash(groups[1].gap.mark)
        && groups[1].gap.spaces == 0
        && groups[1].len <= 4;
    groups[usize::from(branch)].end
}

/// A building number behind a road's name that ends at `road_end`. In `봉은사로114길 43` the road's name
/// goes on behind the number that was found, which is `joined` to it.
fn road(text: &str, road_end: usize, joined: bool, number: &Number) -> Option<Found> {
    let mut end = lot(number);
    let first = number.groups()[0];
    if first.len > 5 {
        return None;
    }
    let branch = branch(text, first.end).filter(|_| first.len <= 4);
    if let Some(behind) = branch {
        end = behind;
    } else if first.len > 4 {
        return None;
    }
    let start = name_start(text, road_end)?;
    let name = &text[start..road_end];
    let syllables = name.chars().count();
    let own = region_of_road(name);
    if syllables < 2 || !name.starts_with(|c: char| ('가'..='힣').contains(&c)) {
        return None;
    }
    // `서울로 7017`: roads of this name have numbers, but not so high ones.
    if branch.is_none() && (quantity(text, end) || first.len > 3 && of_region(name)) {
        return None;
    }
    let chain = chain(text, start);
    let region = chain < start || own.is_some();
    let plain = !name.ends_with("으로") && syllables >= 3;
    let announced = || ANNOUNCED.any(same_line(before(text, start, 36)));
    let quarter = || {
        let ahead = text[end..].trim_start_matches(' ');
        ahead.strip_prefix('(').is_some_and(|inside| {
            let inside = after(inside, 0, 36);
            inside
                .split(')')
                .next()
                .is_some_and(|i| i.len() < inside.len() && i.contains('동') && !i.contains('.'))
        })
    };
    let good =
        region || branch.is_some() && (!joined || syllables >= 3) || plain && (announced() || quarter());
    good.then(|| {
        let from = postcode(text, chain);
        Found::new(Kind::Address, from..detail(text, end)).sure(region)
    })
}

/// `114길 43`, `12번길 3-4`: where the building number ends.
fn branch(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let rest = ["번", "가", "나", "다", "라", "마"].iter().find_map(|s| rest.strip_prefix(s)).unwrap_or(rest);
    let rest = rest.strip_prefix('길')?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let from = text.len() - rest.len();
    let behind = &rest[digits..];
    let sub =
        behind.strip_prefix('-').map_or(0, |b| b.bytes().take_while(u8::is_ascii_digit).take(5).count());
    let end = from + digits + if (1..=4).contains(&sub) { sub + 1 } else { 0 };
    ((1..=4).contains(&digits) && !quantity(text, end)).then_some(end)
}

/// A lot behind the name of a quarter or a village that ends at `name_end`.
fn quarter(text: &str, name_end: usize, end: usize) -> Option<Found> {
    let mut start = name_start(text, name_end)?;
    // `을지로 3가`
    if name_end - start == "3가".len()
        && let Some(stem_end) = text[..start].strip_suffix(' ').map(str::len)
        && let Some(from) = name_start(text, stem_end)
        && of_street(&text[from..stem_end])
    {
        start = from;
    }
    let name = &text[start..name_end];
    let syllables = name.chars().count();
    let own = regions::prefix(name).is_some_and(|len| of_quarter(&name[len..]));
    if !(2..=12).contains(&syllables) || !(own || of_quarter(name)) || quantity(text, end) {
        return None;
    }
    let chain = chain(text, start);
    let numbered = text[end..].trim_start_matches(' ').starts_with("번지");
    let divided = text[..end].bytes().rev().take(6).any(|b| b == b'-');
    let announced = || divided && ANNOUNCED.any(same_line(before(text, start, 36)));
    let region = chain < start || own;
    // Without a region `종로3가 5층`, `종로3가 1, 3호선` and `종로3가 2024` are none.
    let part = || {
        of_part(name)
            && (divided || text[name_end..end].trim_start_matches(' ').len() < 4)
            && !text[end..].starts_with(['층', '호', '동'])
            && !text[end..].trim_start_matches([',', ' ']).starts_with(|c: char| c.is_ascii_digit())
    };
    (region || numbered || announced() || part()).then(|| {
        let lot_end =
            if numbered { end + text[end..].find("번지").unwrap_or(0) + "번지".len() } else { end };
        Found::new(Kind::Address, postcode(text, chain)..detail(text, lot_end)).sure(region)
    })
}

/// A flat: `101동 1203호`, with the name of the house before it.
fn flat(text: &str, number: &Number) -> Option<Found> {
    let group = number.groups()[0];
    let start = group.start;
    if !(1..=4).contains(&group.len) {
        return None;
    }
    let (from, end) = if let Some(rest) = text[group.end..].strip_prefix('동') {
        let end = room(text, text.len() - rest.len())?;
        (start, end)
    } else {
        // `가동 101호`, `A동 101호`
        let before = text[..start].strip_suffix(' ').unwrap_or(&text[..start]).strip_suffix('동')?;
        let letter =
            before.chars().next_back().filter(|c| c.is_ascii_uppercase() || "가나다라마바사".contains(*c))?;
        let from = before.len() - letter.len_utf8();
        let alone = previous(text, from).is_none_or(|c| !c.is_alphanumeric());
        (from, room(text, start).filter(|_| alone)?)
    };
    if previous(text, from).is_some_and(|c| matches!(c, '제' | '-' | '.') || c.is_ascii_alphanumeric()) {
        return None;
    }
    let name = text[..from].trim_end_matches(' ').len();
    let named = from - name <= 1 && BUILDINGS.iter().any(|b| text[..name].ends_with(b));
    let mut begin = from;
    if named && let Some(word) = name_start(text, name) {
        begin = chain(text, word);
    }
    Some(Found::new(Kind::Address, begin..end).sure(named))
}

/// Where the word starts that ends at `end`.
fn name_start(text: &str, end: usize) -> Option<usize> {
    let tail = before(text, end, LONGEST_NAME);
    let part =
        |c: char| ('가'..='힣').contains(&c) || c.is_ascii_digit() || c == '·' || c.is_ascii_alphabetic();
    let len: usize = tail.chars().rev().take_while(|c| part(*c)).map(char::len_utf8).sum();
    (len > 0 && len < LONGEST_NAME).then_some(end - len)
}

/// Where the row of regions starts that ends before the word at `start`; `start` when there is none.
fn chain(text: &str, start: usize) -> usize {
    let (mut first, mut at, mut pending) = (start, start, 0);
    while let Some(end) = text[..at].strip_suffix(' ').map(str::len).filter(|_| at > 0) {
        let Some(from) = name_start(text, end) else { break };
        let word = &text[from..end];
        if regions::named(word) {
            (first, at, pending) = (from, from, 0);
        } else if pending < 2
            && ["읍", "면", "동", "리", "가"].iter().any(|s| word.ends_with(s))
            && word.len() > 3
        {
            // Taken in only when a region stands before it.
            (at, pending) = (from, pending + 1);
        } else {
            break;
        }
        if start - first > 160 {
            break;
        }
    }
    first
}

/// Whether the number that ends at `end` counts or measures something, or goes on.
fn quantity(text: &str, end: usize) -> bool {
    let rest = &text[end..];
    let mut ahead = rest.chars();
    match (ahead.next(), ahead.next()) {
        (Some('.' | ',' | ':' | '~' | '/' | '-' | '·'), Some(c)) if c.is_ascii_digit() => return true,
        (Some(c), _) if c.is_ascii_alphabetic() || c == '%' || c == '~' => return true,
        _ => {}
    }
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    if ["번지", "층", "호", "동"].iter().any(|s| rest.starts_with(s)) {
        return ["호선", "호점", "동안"].iter().any(|s| rest.starts_with(s));
    }
    let spaced = rest.len() < text.len() - end;
    COUNTERS.iter().any(|c| {
        rest.strip_prefix(c).is_some_and(|behind| {
            // `152 일대`: behind a space only a counter that is a word of its own.
            !spaced
                || behind
                    .chars()
                    .next()
                    .is_none_or(|c| !('가'..='힣').contains(&c) && !c.is_ascii_alphabetic())
        })
    })
}
