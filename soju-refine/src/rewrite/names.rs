//! Names that more than one word make: people with their titles, and titles in quotation marks.

use std::ops::Range;

use super::scan::{Found, Token};
use super::words::stems;

/// Titles behind a person's name. A longer word may end in one: 서울시장.
const TITLES: &[&str] = &[
    "씨",
    "대표",
    "교수",
    "시장",
    "장관",
    "기자",
    "의원",
    "대통령",
    "총리",
    "회장",
    "사장",
    "감독",
    "선수",
    "박사",
    "원장",
    "총장",
    "팀장",
    "위원장",
    "변호사",
    "작가",
    "배우",
    "가수",
    "지사",
    "군수",
    "구청장",
    "청장",
    "국장",
    "검사",
    "판사",
    "목사",
    "총재",
    "차관",
    "서장",
    "소장",
    "코치",
    "앵커",
    "아나운서",
];

/// Ends of words that name a place or a body.
const PLACES: &[&str] = &[
    "시",
    "군",
    "구",
    "도",
    "읍",
    "면",
    "동",
    "리",
    "대학교",
    "대학",
    "대",
    "회사",
    "은행",
    "구청",
    "시청",
    "군청",
    "도청",
    "병원",
    "학교",
    "재단",
    "협회",
    "위원회",
    "공사",
    "그룹",
    "전자",
    "신문",
    "방송",
    "일보",
    "연구원",
    "연구소",
    "센터",
    "박물관",
    "미술관",
    "도서관",
    "교회",
    "경찰서",
    "법원",
    "공원",
    "시장",
    "역",
    "항",
    "산",
    "강",
    "섬",
];

/// The commonest family names, which are all of one syllable.
const FAMILY: &str = "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방\
    공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부";

/// Marks in which titles and what somebody said are quoted.
const QUOTES: [(char, char); 7] =
    [('《', '》'), ('〈', '〉'), ('『', '』'), ('「', '」'), ('“', '”'), ('‘', '’'), ('"', '"')];

fn ends(word: &[char], ends: &[&str], least: usize) -> bool {
    ends.iter().any(|end| {
        let length = end.chars().count();
        word.len() >= length + least && end.chars().eq(word[word.len() - length..].iter().copied())
    })
}

/// Whether a word looks like the name of a place, a body or a person.
pub(super) fn entity(word: &[char]) -> bool {
    stems(word).into_iter().any(|end| ends(&word[..end], PLACES, 2) || ends(&word[..end], TITLES, 2))
}

/// People in a sentence whose tokens these are: a name of up to four syllables and the word with a title behind it.
/// Each as where it stands, without particles.
pub(super) fn people<'a>(chars: &'a [char], tokens: &'a [Found]) -> impl Iterator<Item = Range<usize>> + 'a {
    tokens.windows(2).filter_map(|two| {
        let [name, title] = two else { return None };
        let words = name.token == Token::Word && title.token == Token::Word;
        let apart = title.span.start == name.span.end + 1 && chars[name.span.end] == ' ';
        let family = FAMILY.contains(chars[name.span.start]);
        if !(words && apart && family && name.span.len() <= 4) {
            return None;
        }
        let word = &chars[title.span.clone()];
        let end = stems(word).into_iter().find(|end| ends(&word[..*end], TITLES, 0))?;
        Some(name.span.start..title.span.start + end)
    })
}

/// What stands between quotation marks in a sentence; of marks within marks the outer ones.
pub(super) fn quoted(chars: &[char]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut open: Option<(char, usize)> = None;
    for (at, c) in chars.iter().enumerate() {
        match open {
            Some((close, start)) if *c == close => {
                all.push(start..at);
                open = None;
            }
            Some(_) => {}
            None => open = QUOTES.iter().find(|(mark, _)| mark == c).map(|(_, close)| (*close, at + 1)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;

    fn found(text: &str) -> (Vec<String>, Vec<String>) {
        let chars: Vec<char> = text.chars().collect();
        let mut tokens = Vec::new();
        scan(&chars, false, |found| tokens.push(found));
        let show = |span: Range<usize>| chars[span].iter().collect::<String>();
        (people(&chars, &tokens).map(show).collect(), quoted(&chars).into_iter().map(show).collect())
    }

    #[test]
    fn people_and_titles_are_found() {
        let (people, quoted) =
            found("김 씨와 홍길동 서울시장은 새로운 대표가 쓴 《먼 길》을 “좋다”고 했다. 『끝");
        assert_eq!(people, ["김 씨", "홍길동 서울시장"]);
        assert_eq!(quoted, ["먼 길", "좋다"]);
    }

    #[test]
    fn words_for_places_and_bodies() {
        let entity = |word: &str| entity(&word.chars().collect::<Vec<_>>());
        assert!(entity("여수시에서") && entity("한국은행은") && entity("박철수씨가"));
        assert!(!entity("축제가") && !entity("시"));
    }
}
