//! Dates by their parts: `2024년 5월 3일`, `2024.05.03`, `2024. 5. 3.` and `2024-05-03` are one.

use super::text::run_end;

/// A date; a part that is not said is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Date {
    pub(super) year: u16,
    pub(super) month: u16,
    pub(super) day: u16,
}

impl Date {
    fn checked(year: u16, month: u16, day: u16) -> Option<Self> {
        (month <= 12 && day <= 31).then_some(Self { year, month, day })
    }

    /// The dates that are said by saying this one: itself, its year, its month, and with the year in two digits.
    pub(super) fn said(self) -> impl Iterator<Item = Self> {
        let Self { year, month, day } = self;
        [year, year % 100, 0].into_iter().flat_map(move |year| {
            let parts = [(month, day), (month, 0), (0, 0)];
            parts.into_iter().map(move |(month, day)| Self { year, month, day })
        })
    }
}

/// A short run of digits: its value, how many there are, where it ends.
fn digits(chars: &[char], at: usize) -> Option<(u16, usize, usize)> {
    let end = at + chars.get(at..)?.iter().take(5).take_while(|c| c.is_ascii_digit()).count();
    let value = chars[at..end].iter().fold(0_u16, |n, c| n.wrapping_mul(10) + (u32::from(*c) as u16 - 48));
    (1..=4).contains(&(end - at)).then_some((value, end - at, end))
}

/// The date whose first digit stands at `at`, and where it ends.
pub(super) fn date(chars: &[char], at: usize) -> Option<(Date, usize)> {
    let first = digits(chars, at)?;
    match chars.get(first.2)? {
        '년' => from_year(chars, first),
        '월' => from_month(chars, at, 0),
        '.' | '-' | '/' => marked(chars, first),
        _ => None,
    }
}

/// `2024년 5월 3일` and its beginnings; a year of two digits only with a month.
fn from_year(chars: &[char], (year, length, end): (u16, usize, usize)) -> Option<(Date, usize)> {
    let behind = end + 1;
    let month = behind + usize::from(chars.get(behind) == Some(&' '));
    if let Some(found) = from_month(chars, month, year).filter(|_| length == 4 || length == 2) {
        return Some(found);
    }
    // `1990년대`, `2024년간`.
    let other = matches!(chars.get(behind), Some('대' | '간'));
    (length == 4 && !other).then_some((Date { year, month: 0, day: 0 }, behind))
}

/// `5월 3일` and `5월`.
fn from_month(chars: &[char], at: usize, year: u16) -> Option<(Date, usize)> {
    let (month, _, end) = digits(chars, at).filter(|m| m.0 > 0 && chars.get(m.2) == Some(&'월'))?;
    let behind = end + 1;
    let day = behind + usize::from(chars.get(behind) == Some(&' '));
    let day =
        digits(chars, day).filter(|d| chars.get(d.2) == Some(&'일') && chars.get(d.2 + 1) != Some(&'간'));
    let found =
        day.and_then(|day| Some((Date::checked(year, month, day.0).filter(|_| day.0 > 0)?, day.2 + 1)));
    found.or_else(|| Some((Date::checked(year, month, 0)?, behind)))
}

/// `2024.05.03`, `2024. 5. 3.`, `24-05-03` and `2024.05`.
fn marked(chars: &[char], (year, length, end): (u16, usize, usize)) -> Option<(Date, usize)> {
    let mark = chars[end];
    let next = |end: usize| {
        let spaced = mark == '.' && chars.get(end + 1) == Some(&' ');
        digits(chars, end + 1 + usize::from(spaced)).map(|found| (found, spaced))
    };
    let goes_on = |end: usize| {
        chars.get(end).is_some_and(|c| matches!(c, '.' | '-' | '/' | ',' | ':'))
            && chars.get(end + 1).is_some_and(char::is_ascii_digit)
    };
    let (month, spaced) = next(end)?;
    if chars.get(month.2) == Some(&mark)
        && let Some((day, _)) = next(month.2)
    {
        let year_fits = match length {
            4 => (1000..3000).contains(&year),
            2 => month.1 == 2 && day.1 == 2,
            _ => false,
        };
        if year_fits && month.0 > 0 && day.0 > 0 && !goes_on(day.2) {
            return Some((Date::checked(year, month.0, day.0)?, day.2));
        }
    }
    // `2024.05`; with a space only where a full stop follows, or it would be the end of a sentence.
    let closed = chars.get(month.2) == Some(&'.');
    let fits = mark == '.' && length == 4 && (1900..=2100).contains(&year) && (1..=12).contains(&month.0);
    (fits && month.1 <= 2 && (!spaced || closed) && !goes_on(month.2))
        .then_some((Date { year, month: month.0, day: 0 }, month.2))
}

/// The dates without a year that `5.3` or `5/3` at `at` may mean.
pub(super) fn short(chars: &[char], at: usize) -> Option<Date> {
    let (month, _, end) = digits(chars, at).filter(|m| m.0 > 0)?;
    let mark = chars.get(end).filter(|c| matches!(c, '.' | '/' | '-'))?;
    let spaced = *mark == '.' && chars.get(end + 1) == Some(&' ');
    let day = digits(chars, end + 1 + usize::from(spaced)).filter(|d| d.0 > 0)?;
    Date::checked(0, month, day.0)
}

/// The day of the week in brackets at `at`, and where they end.
pub(super) fn weekday(chars: &[char], at: usize) -> Option<(char, usize)> {
    let at = at + usize::from(chars.get(at) == Some(&' '));
    match chars.get(at..at + 3)? {
        ['(', day @ ('월' | '화' | '수' | '목' | '금' | '토' | '일'), ')'] => Some((*day, at + 3)),
        _ => None,
    }
}

/// The day of the week that a word begins with.
pub(super) fn named_weekday(word: &[char]) -> Option<char> {
    match word {
        [day @ ('월' | '화' | '수' | '목' | '금' | '토' | '일'), '요', '일', ..] => Some(*day),
        _ => None,
    }
}

/// Whether four digits may be a year.
pub(super) fn year(chars: &[char], at: usize) -> bool {
    let end = run_end(chars, at, |c| c.is_ascii_digit());
    end == at + 4 && matches!(chars[at], '1' | '2')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u16, u16, u16, usize)> {
        let chars: Vec<char> = text.chars().collect();
        date(&chars, 0).map(|(d, end)| (d.year, d.month, d.day, end))
    }

    #[test]
    fn one_date_in_many_forms() {
        for form in
            ["2024년 5월 3일", "2024.05.03", "2024. 5. 3.", "2024-05-03", "2024/5/3", "2024년5월3일(금)"]
        {
            assert_eq!(read(form).map(|d| (d.0, d.1, d.2)), Some((2024, 5, 3)), "{form}");
        }
        assert_eq!(read("24.05.03"), Some((24, 5, 3, 8)));
        assert_eq!(read("24년 5월"), Some((24, 5, 0, 6)));
        assert_eq!(read("5월 3일부터"), Some((0, 5, 3, 5)));
        assert_eq!(read("5월에"), Some((0, 5, 0, 2)));
        assert_eq!(read("5월 3일간"), Some((0, 5, 0, 2)));
        assert_eq!(read("2024년도"), Some((2024, 0, 0, 5)));
        assert_eq!(read("2024.05"), Some((2024, 5, 0, 7)));
    }

    #[test]
    fn other_numbers_are_no_dates() {
        for text in
            ["3일", "3년", "1990년대", "13월", "2024. 5개", "10.10.10.1", "3.5%", "24.5.3", "2024-13-01"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
