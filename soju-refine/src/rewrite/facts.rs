//! Facts of an output that its source does not have.

use super::guards::Guard;
use super::names::{entity, people, quoted};
use super::scan::{Found, Token, scan};
use super::source::Source;
use super::text::folded;
use crate::segment::segments;

/// Characters of a finding that are kept.
const SHOWN: usize = 60;

/// Something that an output says and its source does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) guard: Guard,
    /// It, in its folded form.
    pub(super) text: String,
}

/// What `output` says and `source` does not, in the order of the text, sentence by sentence.
pub(super) fn invented(source: &Source, output: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for segment in segments(output) {
        let chars = folded(&output[segment.span]);
        let mut tokens: Vec<Found> = Vec::new();
        scan(&chars, false, |found| tokens.push(found));
        let mut add = |guard, chars: &[char]| {
            findings.push(Finding { guard, text: chars.iter().take(SHOWN).collect() });
        };
        for token in &tokens {
            let there = &chars[token.span.clone()];
            if let Some(guard) = objection(source, there, &token.token) {
                add(guard, there);
            }
        }
        let spans = people(&chars, &tokens).chain(quoted(&chars));
        for span in spans {
            let letters: Vec<char> =
                chars[span.clone()].iter().copied().filter(|c| c.is_alphanumeric()).collect();
            if !source.has_run(&letters) {
                add(Guard::Entity, &chars[span]);
            }
        }
    }
    findings
}

/// The guard that speaks against a token whose text is `there`.
fn objection(source: &Source, there: &[char], token: &Token) -> Option<Guard> {
    let (guard, known) = match token {
        Token::Date(date) => (Guard::Date, source.has_date(*date)),
        Token::Weekday(day) => (Guard::Date, source.has_weekday(*day)),
        Token::Quantity(quantity) => (Guard::Number, source.has_quantity(quantity)),
        Token::Code(code) => (Guard::Number, source.has_code(code)),
        Token::Numerals => (Guard::Number, source.has_run(there)),
        Token::Latin(word) => (Guard::Entity, source.has_latin(word)),
        Token::Foreign => (Guard::Entity, source.has_run(there)),
        // Nothing is said in one syllable that a particle or an ending could not be.
        Token::Word if there.len() == 1 => return None,
        Token::Word if source.has_word(there) => return None,
        Token::Word => (if entity(there) { Guard::Entity } else { Guard::Word }, false),
    };
    (!known).then_some(guard)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, output: &str) -> Vec<(Guard, String)> {
        invented(&Source::new(source), output).into_iter().map(|f| (f.guard, f.text)).collect()
    }

    #[test]
    fn the_same_in_another_form_is_no_invention() {
        for (source, output) in [
            ("서울시는 새 축제를 연다.", "서울시가 새 축제를 열었다."),
            ("행사는 2024년 5월 3일에 열린다.", "행사는 2024.05.03에 열린다."),
            ("행사는 2024-05-03 열린다.", "행사는 5월 3일 열린다. 2024년 행사이다."),
            ("관객 3만 5천 명이 왔다.", "관객 35,000명이 왔다."),
            ("세 명이 36%를 냈다.", "3명이 36퍼센트를 냈다."),
            ("LG전자(대표 김철수)는 밝혔다.", "lg전자는 밝혔다."),
            ("홍길동 서울시장은 《먼 길》을 읽었다.", "홍길동 서울시장이 『먼 길』을 읽는다."),
            ("비가오면 겉이 금방 젖어요", "비가 오면 겉이 금방 젖어요."),
            ("값은 ３０００원", "값은 3,000원"),
        ] {
            assert_eq!(found(source, output), [], "{source} / {output}");
        }
    }

    #[test]
    fn what_is_new_is_found() {
        let source = "새로운 축제가 열린다. 관객 5명이 3개를 2024년 5월 3일(금)에 샀다. 김철수 시장과 박영희 교수가 왔다.";
        for (output, guard, text) in [
            ("새로운 축제가 5월 10일에 열린다.", Guard::Date, "5월 10일"),
            ("새로운 축제가 2023년에 열린다.", Guard::Date, "2023년"),
            ("5월 3일(토)에 샀다.", Guard::Date, "(토)"),
            ("토요일에 샀다.", Guard::Date, "토요일에"),
            ("관객 7명이 왔다.", Guard::Number, "7명이"),
            ("관객 3명이 왔다.", Guard::Number, "3명이"),
            ("관객 일곱 명이 왔다.", Guard::Number, "일곱 명이"),
            ("02-123-4567에 왔다.", Guard::Number, "02-123-4567"),
            ("٣ 왔다.", Guard::Number, "٣"),
            ("KBS 축제가 열린다.", Guard::Entity, "kbs"),
            ("東京 축제가 열린다.", Guard::Entity, "東京"),
            ("축제가 여수시에서 열린다.", Guard::Entity, "여수시에서"),
            ("박영희 시장과 왔다.", Guard::Entity, "박영희 시장"),
            ("“다시 열린다”고 왔다.", Guard::Entity, "다시 열린다"),
            ("불꽃 축제가 열린다.", Guard::Word, "불꽃"),
            ("축제가 열리지 않았다.", Guard::Word, "않았다"),
        ] {
            let all = found(source, output);
            assert!(all.iter().any(|f| f.0 == guard && f.1.ends_with(text)), "{output}: {all:?}");
        }
    }
}
