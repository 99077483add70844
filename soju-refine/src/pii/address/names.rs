//! Whether a word can be the name of a road or of a quarter.

use super::super::regions;

/// Whether a road is called like a region and nothing else: 서울로, 남구로, 세종대로.
pub(super) fn of_region(name: &str) -> bool {
    name.strip_suffix(['로', '길']).is_some_and(|n| regions::named(n.strip_suffix('대').unwrap_or(n)))
}

/// The region that a road's name begins with: 서울 of `서울테헤란로`. In 서울로 it is the name, or no road is meant.
pub(super) fn region_of_road(name: &str) -> Option<usize> {
    regions::prefix(name).filter(|len| !matches!(&name[*len..], "로" | "길"))
}

/// Whether the word is the name of a quarter or a village: 역삼동, 우1동, 을지로1가, but not 1가, 2동 or 서울시가.
///
/// 가 is a part of a street or of a larger quarter, has a number always and that one's name before it.
pub(super) fn of_quarter(name: &str) -> bool {
    let (stem, divided) = stem(name);
    let syllables = stem.chars().filter(|c| ('가'..='힣').contains(c)).count();
    if name.ends_with('가') { divided && syllables > 1 } else { syllables > 0 }
}

/// Whether the word is the name of a part of a street: 종로1가. Nothing else is called so.
pub(super) fn of_part(name: &str) -> bool {
    let (stem, divided) = stem(name);
    name.ends_with('가') && divided && name.len() - stem.len() == "1가".len() && of_street(stem)
}

/// Whether the word may be the street or the quarter that a 가 is a part of: 을지로, 명동.
pub(super) fn of_street(word: &str) -> bool {
    word.ends_with(['로', '동'])
        && !word.ends_with("으로")
        && word.chars().count() > 1
        && word.chars().all(|c| ('가'..='힣').contains(&c))
}

/// What stands before the last syllable and its number, and whether there is a number.
fn stem(name: &str) -> (&str, bool) {
    let head = name.char_indices().next_back().map_or("", |(at, _)| &name[..at]);
    let stem = head.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem.trim_end_matches(' '), stem.len() < head.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_have_names_of_their_own() {
        for name in ["역삼동", "우동", "우1동", "삼평리", "을지로1가", "종로5가", "남산동2가", "을지로 3가"]
        {
            assert!(of_quarter(name), "{name}");
        }
        for name in ["1가", "2동", "동", "A동", "서울시가", "우1가", "국가", ""] {
            assert!(!of_quarter(name), "{name}");
        }
        assert!(of_part("종로1가") && of_part("명동2가"));
        assert!(!of_part("앞으로3가") && !of_part("종로12가") && !of_part("역삼1동") && !of_part("길1가"));
    }

    #[test]
    fn a_region_with_an_ending_is_no_region_before_a_road() {
        assert!(of_region("서울로") && of_region("남구로") && of_region("세종대로"));
        assert!(!of_region("테헤란로") && !of_region("서울"));
        assert_eq!(region_of_road("서울로"), None);
        assert_eq!(region_of_road("서울테헤란로"), Some("서울".len()));
        assert_eq!(region_of_road("세종대로"), Some("세종".len()));
    }
}
