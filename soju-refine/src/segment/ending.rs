//! How a Korean sentence ends.

/// What the end of a segment says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// A final verb ending: 다, 요, 까, 죠 and their like.
    Sentence,
    /// A nominal or casual ending: 음, 함, 됨, 임, 네, 군 and their like.
    Clipped,
    /// A noun, a number, a foreign word or a particle: no end of a sentence.
    None,
}

/// Reads the end of `segment`, past punctuation, brackets, emoticons and laughter.
pub fn ending(segment: &str) -> Ending {
    let mut back = segment.chars().rev().take(40).skip_while(
        |c| !matches!(c, '가'..='힣' | 'a'..='z' | 'A'..='Z' | '0'..='9' | '\u{4E00}'..='\u{9FFF}'),
    );
    let (Some(last), before) = (back.next(), back.next()) else { return Ending::None };
    // 바다, 필요, 중요, 페이지: nouns of two or three syllables that look like endings.
    let noun =
        matches!((before, last), (Some('바' | '마' | '캐' | '필' | '중' | '주' | '수' | '소'), '다' | '요'));
    match last {
        '다' | '요' | '까' | '죠' | '쇼' if !noun => Ending::Sentence,
        '오' if matches!(before, Some('시' | '하')) => Ending::Sentence,
        '음' | '함' | '됨' | '임' | '네' | '군' | '걸' | '듯' | '용' | '염' | '셈' => {
            Ending::Clipped
        }
        '지' | '야' | '라' | '자' | '니' | '게' | '데' | '고' | '서' | '면' | '어' | '아' | '해' | '줘'
            if matches!(before, Some('가'..='힣'))
                && segment.trim_end().ends_with(['.', '!', '?', '~', '…', 'ㅋ', 'ㅎ', 'ㅠ', '^']) =>
        {
            Ending::Clipped
        }
        _ => Ending::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_endings() {
        for (text, expected) in [
            ("비가 온다.", Ending::Sentence),
            ("좋아요 ㅎㅎ^^", Ending::Sentence),
            ("밝혔다”(종합)", Ending::None),
            ("갈까요?)", Ending::Sentence),
            ("클릭하십시오.", Ending::Sentence),
            ("재미없었음.", Ending::Clipped),
            ("그러지 뭐 알았어~", Ending::Clipped),
            ("동해 바다", Ending::None),
            ("5페이지", Ending::None),
            ("서울특별시", Ending::None),
            ("...", Ending::None),
        ] {
            assert_eq!(ending(text), expected, "{text}");
        }
    }
}
