//! What a number counts: units and counters, each by one name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text::{latin, run_end, syllable};
use super::words::{only_particles, stems};

/// What stands behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Unit {
    /// Nothing that belongs to it.
    None,
    /// A unit that is known, by its one name.
    Known(&'static str),
    /// Some other word that is written to it.
    Other(String),
}

/// Units by the name that they are compared by, with other forms. Of two that fit a text the longer counts.
const UNITS: &str = "원=krw 달러=불=usd 유로 엔 위안 파운드 %p=퍼센트포인트 %=퍼센트=프로 포인트 명=인=사람 분 개 번째 \
    번=차례 회 차 위 층 세=살 년=해 개월=달 월 일 시간 시 초 주 마리 권 대 곳=군데 건 편 점 쪽=페이지 \
    장 병 잔 채 가지 종 평 배 호 조 항 가구 석 자리 줄 그루 벌 켤레 송이 척 팀 쌍 세대 도 t=톤 \
    km=킬로미터 kg=킬로그램 cm=센티미터 mm=밀리미터 m=미터 g=그램 l=리터 m2=제곱미터 ha=헥타르 킬로 mg \
    ml kb mb gb tb kw mw hz";

static NAMES: LazyLock<HashMap<Vec<char>, &'static str>> = LazyLock::new(|| {
    let groups = UNITS.split_whitespace().map(|group| group.split('='));
    let named = groups.flat_map(|group| group.clone().zip(group.take(1).cycle()));
    named.map(|(spelled, name)| (spelled.chars().collect(), name)).collect()
});

/// Longest unit in syllables.
const LONGEST_UNIT: usize = 6;

/// What may stand between a unit and its particles.
const BEHIND: &[&str] = &[
    "간", "여", "째", "쯤", "당", "씩", "가량", "정도", "이상", "이하", "미만", "초과", "동안", "대", "말",
    "초", "중", "내", "짜리",
];

/// The unit of a number that ends at `end`, and where what belongs to the two ends.
pub(super) fn unit(chars: &[char], end: usize) -> (Unit, usize) {
    let at = |i: usize| chars.get(i).copied().unwrap_or('\n');
    match at(end) {
        '%' => percent(chars, end + 1),
        '°' => {
            let celsius = at(end + 1) == 'c' && !latin_or_digit(at(end + 2));
            (Unit::Known("도"), end + 1 + usize::from(celsius))
        }
        c if latin(c) => {
            let run = run_end(chars, end, latin_or_digit);
            let known = named(&chars[end..run]).map(Unit::Known);
            (known.unwrap_or_else(|| Unit::Other(chars[end..run].iter().collect())), run)
        }
        // `5천여 종`: some more than five thousand.
        '여' if counter(chars, end + 1).is_some() => counter(chars, end + 1).unwrap_or((Unit::None, end)),
        c if syllable(c) => attached(chars, end),
        ' ' => spaced(chars, end + 1).unwrap_or((Unit::None, end)),
        _ => (Unit::None, end),
    }
}

fn latin_or_digit(c: char) -> bool {
    latin(c) || c.is_ascii_digit()
}

/// `%`, `%p` and `%포인트`, whose sign stands before `end`.
fn percent(chars: &[char], end: usize) -> (Unit, usize) {
    let run = run_end(chars, end, |c| latin_or_digit(c) || syllable(c));
    match &chars[end..run] {
        ['p', rest @ ..] | ['포', '인', '트', rest @ ..] if trailing(rest) => (Unit::Known("%p"), run),
        _ => (Unit::Known("%"), end),
    }
}

/// A known counter that a word at `end`, or behind a space there, begins with.
pub(super) fn counter(chars: &[char], end: usize) -> Option<(Unit, usize)> {
    let from = end + usize::from(chars.get(end) == Some(&' '));
    spaced(chars, from).filter(|_| chars.get(from).is_some_and(|c| syllable(*c)))
}

fn named(word: &[char]) -> Option<&'static str> {
    NAMES.get(word).copied()
}

/// A known unit that the word at `from` is made of, with nothing but particles and the like behind it.
fn spaced(chars: &[char], from: usize) -> Option<(Unit, usize)> {
    let c = *chars.get(from)?;
    if latin(c) {
        let run = run_end(chars, from, latin_or_digit);
        return Some((Unit::Known(named(&chars[from..run])?), run));
    }
    let run = run_end(chars, from, syllable);
    let longest = LONGEST_UNIT.min(run - from);
    let fits = |len: &usize| trailing(&chars[from + len..run]);
    let name = (1..=longest).rev().filter(fits).find_map(|len| named(&chars[from..from + len]))?;
    Some((Unit::Known(name), run))
}

/// What the syllables are that are written to a number.
fn attached(chars: &[char], end: usize) -> (Unit, usize) {
    if let Some(known) = spaced(chars, end) {
        return known;
    }
    let run = run_end(chars, end, syllable);
    let word = &chars[end..run];
    if trailing(word) {
        return (Unit::None, run);
    }
    let stem = stems(word).into_iter().min().unwrap_or(word.len());
    (Unit::Other(word[..stem].iter().collect()), run)
}

/// Whether what stands behind a unit adds nothing to it.
fn trailing(rest: &[char]) -> bool {
    only_particles(rest)
        || BEHIND.iter().any(|behind| {
            let length = behind.chars().count();
            rest.len() >= length
                && behind.chars().eq(rest[..length].iter().copied())
                && only_particles(&rest[length..])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_by_one_name() {
        for (text, expected, behind) in [
            ("명이었다", Unit::Known("명"), 4),
            (" 사람이", Unit::Known("명"), 4),
            ("개월간", Unit::Known("개월"), 3),
            ("년 동안", Unit::Known("년"), 1),
            ("%p 올라", Unit::Known("%p"), 2),
            ("%포인트가", Unit::Known("%p"), 5),
            ("%포장", Unit::Known("%"), 1),
            ("d4", Unit::Other("d4".into()), 2),
            ("퍼센트", Unit::Known("%"), 3),
            ("km를", Unit::Known("km"), 2),
            ("킬로미터를", Unit::Known("km"), 5),
            ("여 종으로", Unit::Known("종"), 5),
            ("호선을", Unit::Other("호선".into()), 3),
            ("이 있다", Unit::None, 1),
            (" 새로운", Unit::None, 0),
            ("", Unit::None, 0),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(unit(&chars, 0), (expected, behind), "{text}");
        }
    }
}
