//! Numbers by their value: `35,000`, `3만 5천` and `삼만 오천` are one, `세 명` is `3명`.

use super::text::{run_end, syllable};
use super::units::{Unit, counter, unit};

/// Groups of three digits behind commas, and parts between multipliers. Nothing real has more.
const MOST_PARTS: usize = 8;
/// Digits before and behind the point of a number that can be multiplied.
const DIGITS: (usize, usize) = (20, 6);
/// One, in millionths.
const ONE: u128 = 1_000_000;

const TENS: &[(char, u128)] = &[('십', 10), ('백', 100), ('천', 1000)];
const MYRIADS: &[(char, u128)] =
    &[('만', 10_000), ('억', 100_000_000), ('조', 1_000_000_000_000), ('경', 10_000_000_000_000_000)];
const SINO: &[(char, u128)] =
    &[('일', 1), ('이', 2), ('삼', 3), ('사', 4), ('오', 5), ('육', 6), ('칠', 7), ('팔', 8), ('구', 9)];
const NATIVE_TENS: &[(&str, u128)] = &[
    ("열", 10),
    ("스물", 20),
    ("스무", 20),
    ("서른", 30),
    ("마흔", 40),
    ("쉰", 50),
    ("예순", 60),
    ("일흔", 70),
    ("여든", 80),
    ("아흔", 90),
];
const NATIVE: &[(&str, u128)] = &[
    ("한", 1),
    ("두", 2),
    ("세", 3),
    ("석", 3),
    ("네", 4),
    ("넉", 4),
    ("다섯", 5),
    ("여섯", 6),
    ("일곱", 7),
    ("여덟", 8),
    ("아홉", 9),
    ("너댓", 4),
];

/// A number and what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    /// Decimal, without separators and needless zeros.
    pub(super) value: String,
    pub(super) unit: Unit,
    /// Where it ends, with its unit and the particles behind that.
    pub(super) end: usize,
}

/// A number as it is read: in millionths, or as it stands where it has too many digits.
#[derive(Debug, Clone)]
enum Amount {
    Exact(u128),
    Raw(String),
}

impl Amount {
    fn value(self) -> String {
        match self {
            Self::Raw(digits) => digits,
            Self::Exact(millionths) if millionths % ONE == 0 => (millionths / ONE).to_string(),
            Self::Exact(millionths) => {
                let text = format!("{}.{:06}", millionths / ONE, millionths % ONE);
                text.trim_end_matches('0').to_owned()
            }
        }
    }
}

/// Where the digits at `at`, with their separators and their fraction, end.
pub(super) fn plain_end(chars: &[char], at: usize) -> usize {
    plain(chars, at).map_or(at, |(_, end)| end)
}

fn plain(chars: &[char], at: usize) -> Option<(Amount, usize)> {
    let digits = |from| run_end(chars, from, |c| c.is_ascii_digit());
    let mut end = digits(at);
    if end == at {
        return None;
    }
    if end - at <= 3 {
        for _ in 0..MOST_PARTS {
            if chars.get(end) != Some(&',') || digits(end + 1) != end + 4 {
                break;
            }
            end += 4;
        }
    }
    let whole: String = chars[at..end].iter().filter(|c| **c != ',').collect();
    let mut fraction = String::new();
    if chars.get(end) == Some(&'.') && digits(end + 1) > end + 1 {
        let from = end + 1;
        end = digits(from);
        fraction = chars[from..end].iter().collect();
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() > DIGITS.0 || fraction.len() > DIGITS.1 {
        return Some((Amount::Raw(format!("{whole}.{fraction}")), end));
    }
    let parse = |digits: &str| digits.parse::<u128>().unwrap_or(0);
    let millionths = parse(whole) * ONE + parse(&format!("{fraction:0<6}"));
    Some((Amount::Exact(millionths), end))
}

fn of(table: &[(char, u128)], c: Option<&char>) -> Option<u128> {
    table.iter().find(|(spelled, _)| Some(spelled) == c).map(|(_, value)| *value)
}

/// A number with its multipliers. It begins with a digit, or with a numeral where `spelled`.
fn multiplied(chars: &[char], at: usize, spelled: bool) -> Option<(Amount, usize)> {
    let (mut total, mut section, mut current) = (0_u128, 0_u128, None::<u128>);
    let (mut end, mut last) = (at, u128::MAX);
    for _ in 0..2 * MOST_PARTS {
        let numeral = |i: usize| of(SINO, chars.get(i)).or_else(|| of(TENS, chars.get(i)));
        let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
        // `3만 5천`: a space behind a multiplier.
        let space = end > at && current.is_none() && chars.get(end) == Some(&' ');
        let next = end + usize::from(space && (digit(end + 1) || spelled && numeral(end + 1).is_some()));
        if current.is_none() && !spelled && digit(next) {
            match plain(chars, next)? {
                (raw @ Amount::Raw(_), behind) if end == at => return Some((raw, behind)),
                (Amount::Exact(value), behind) if end == at || value / ONE < last => {
                    (current, end) = (Some(value), behind);
                }
                _ => break,
            }
        } else if let Some(value) = of(SINO, chars.get(next)).filter(|_| spelled && current.is_none()) {
            (current, end) = (Some(value * ONE), next + 1);
        } else if let Some(ten) = of(TENS, chars.get(next)).filter(|_| spelled || end > at) {
            section = section.checked_add(current.take().unwrap_or(ONE).checked_mul(ten)?)?;
            (last, end) = (ten, next + 1);
        } else if let Some(myriad) = of(MYRIADS, chars.get(end)).filter(|_| spelled || end > at) {
            let base = section.checked_add(current.take().unwrap_or(0))?;
            let base = if base == 0 { ONE } else { base };
            total = total.checked_add(base.checked_mul(myriad)?)?;
            (section, last, end) = (0, myriad, end + 1);
        } else {
            break;
        }
    }
    let sum = total.checked_add(section)?.checked_add(current.unwrap_or(0))?;
    (end > at).then_some((Amount::Exact(sum), end))
}

/// The quantity whose first digit stands at `at`.
pub(super) fn quantity(chars: &[char], at: usize) -> Option<Quantity> {
    let (plain, plain_end) = plain(chars, at)?;
    let with = |amount: Amount, end| {
        let (unit, end) = unit(chars, end);
        Quantity { value: amount.value(), unit: currency(chars, at).unwrap_or(unit), end }
    };
    let whole = multiplied(chars, at, false)
        .filter(|(_, end)| *end > plain_end)
        .map(|(amount, end)| with(amount, end))
        // `3경기`, `5천사`: what looked like a multiplier begins a word.
        .filter(|whole| !matches!(whole.unit, Unit::Other(_)));
    Some(whole.unwrap_or_else(|| with(plain, plain_end)))
}

/// The currency whose sign stands before a number.
fn currency(chars: &[char], at: usize) -> Option<Unit> {
    let mut back = chars[..at].iter().rev().take(2).skip_while(|c| **c == ' ');
    let name = match back.next()? {
        '$' => "달러",
        '₩' => "원",
        '€' => "유로",
        '¥' => "엔",
        '£' => "파운드",
        _ => return None,
    };
    Some(Unit::Known(name))
}

/// The quantity that the word at `at` spells: a numeral with a counter behind it. A numeral of one syllable needs a
/// space between: 세대 is a generation, and 한층 no floor.
pub(super) fn spelled(chars: &[char], at: usize) -> Option<Quantity> {
    let (value, end) = native(chars, at).or_else(|| {
        let (amount, end) = multiplied(chars, at, true)?;
        // `이 년`: this one.
        (end > at + 1 || chars[at] != '이').then_some((amount, end))
    })?;
    let apart = chars.get(end) == Some(&' ');
    if !apart && (end == at + 1 || !chars.get(end).is_some_and(|c| syllable(*c))) {
        return None;
    }
    let (unit, end) = counter(chars, end)?;
    Some(Quantity { value: value.value(), unit, end })
}

fn native(chars: &[char], at: usize) -> Option<(Amount, usize)> {
    let read = |table: &[(&str, u128)], at: usize| {
        table.iter().find_map(|(spelled, value)| {
            let mut rest = chars[at..].iter().copied();
            spelled.chars().all(|c| rest.next() == Some(c)).then(|| (*value, at + spelled.chars().count()))
        })
    };
    let (tens, end) = read(NATIVE_TENS, at).unwrap_or((0, at));
    let (ones, end) = read(NATIVE, end).unwrap_or((0, end));
    (end > at).then_some((Amount::Exact((tens + ones) * ONE), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let digit = chars.iter().position(char::is_ascii_digit);
        let found = digit.map_or_else(|| spelled(&chars, 0), |at| quantity(&chars, at));
        found.map_or("none".to_owned(), |q| match q.unit {
            Unit::None => q.value,
            Unit::Known(name) => format!("{} {name}", q.value),
            Unit::Other(name) => format!("{} ?{name}", q.value),
        })
    }

    #[test]
    fn one_value_in_many_forms() {
        for (value, forms) in [
            ("35000 원", &["35,000원", "3만 5천원", "3만5000원", "3.5만 원", "삼만 오천 원", "₩35000"][..]),
            ("120000000 원", &["1억 2,000만원", "1억2천만 원", "120000000원", "일억 이천만 원"]),
            ("3 명", &["3명", "세 명", "3 사람이", "3인은", "03명"]),
            ("12 시", &["12시에", "열두 시"]),
            ("3.5 달러", &["$3.50", "$ 3.5", "3.5달러를"]),
            ("36 %", &["36%인", "36퍼센트", "36.0 프로"]),
            ("5000 종", &["5천여 종으로", "5,000종"]),
            ("20", &["20", "20은", "20."]),
        ] {
            for form in forms {
                assert_eq!(read(form), value, "{form}");
            }
        }
        assert_eq!(read("2호선을"), "2 ?호선");
        assert_eq!(read("3경기를"), "3 ?경기");
        assert_eq!(read(&"9".repeat(50)), format!("{}.", "9".repeat(50)));
    }

    #[test]
    fn words_are_no_numerals() {
        for word in
            ["한편", "세대", "세계가", "이천 쌀", "한국 명", "이사회", "만남", "사과", "한 시민", "네"]
        {
            assert_eq!(read(word), "none", "{word}");
        }
    }
}
