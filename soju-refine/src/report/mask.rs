//! Keeps personal data out of reports.
//!
//! A report shows text that the `pii` stage masked, and text it never saw: documents dropped and
//! spans cut before it. So beside its edits, whatever has the shape of a phone number, a resident
//! registration number, an account number or an e-mail address is hidden here, without its care
//! for precision: a hidden order number does no harm in a sample.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::document::Document;

/// The stage whose edits hold personal data.
pub(crate) const PII_STAGE: &str = "pii";

/// The stage whose edits are applied without being shown: hundreds of recomposed syllables and
/// doubled spaces would drown the rest.
pub(crate) const NORMALIZE_STAGE: &str = "normalize";

static PERSONAL: LazyLock<Regex> = LazyLock::new(|| {
    let dash = r"[-‐‑‒–—―−－﹣.．·∙•/_~～()（）\s]";
    let local = r"[A-Za-z0-9._%+\-Ａ-Ｚａ-ｚ０-９]{1,64}";
    let at = r"(?:@|＠|\(at\)|\[at\]|골뱅이)";
    let pattern = [
        // Phone numbers of every length, with or without the country code.
        format!(r"(?:\+?82{dash}{{0,4}})?\(?[0０]\d{{1,3}}{dash}{{0,4}}\d{{3,4}}{dash}{{0,4}}\d{{4}}"),
        format!(r"\+?82{dash}{{1,4}}\d{{1,3}}{dash}{{0,4}}\d{{3,4}}{dash}{{0,4}}\d{{4}}"),
        // Numbers of companies; not the years 1592-1598.
        format!(r"1(?:5(?:22|33|44|66|77|88|99)|[68]\d\d){dash}{{1,4}}\d{{4}}"),
        // Resident registration numbers.
        format!(r"\d{{6}}{dash}{{1,4}}[1-8１-８][\d*]{{6}}"),
        // Account and card numbers; a date's last group is shorter.
        r"\d{2,6}[-－–]\d{2,6}[-－–]\d{3,8}(?:[-－–]\d{1,6})?".to_owned(),
        r"\d{10,}".to_owned(),
        format!(
            r"{local}\s{{0,2}}{at}\s{{0,2}}[A-Za-z0-9\-]{{1,63}}(?:\s?[.．]\s?[A-Za-z0-9\-]{{1,63}}){{1,4}}"
        ),
    ]
    .join("|");
    Regex::new(&pattern).expect("the pattern is a constant that the tests compile")
});

/// Spans of the original text that may hold personal data, sorted, not overlapping.
pub(super) fn personal_spans(doc: &Document) -> Vec<Range<usize>> {
    let by_stage = doc.edits().iter().filter(|e| e.stage == PII_STAGE).map(|e| e.span.clone());
    with_what_looks_personal(doc.original(), by_stage)
}

/// `known` spans of a text and those that look like personal data, sorted, not overlapping.
pub(crate) fn with_what_looks_personal(
    text: &str,
    known: impl Iterator<Item = Range<usize>>,
) -> Vec<Range<usize>> {
    let mut spans: Vec<_> = known.chain(PERSONAL.find_iter(text).map(|m| m.range())).collect();
    spans.sort_unstable_by_key(|s| s.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// A text with each letter and digit of what looks like personal data as •.
pub(super) fn without_personal(text: &str) -> String {
    let spans: Vec<_> = PERSONAL.find_iter(text).map(|m| m.range()).collect();
    let mut shown = String::with_capacity(text.len());
    push_masked(&mut shown, text, 0..text.len(), &spans);
    shown
}

/// Appends `text[range]`, each letter and digit inside `spans` as •.
pub(crate) fn push_masked(shown: &mut String, text: &str, range: Range<usize>, spans: &[Range<usize>]) {
    let mut at = range.start;
    let first = spans.partition_point(|s| s.end <= range.start);
    for span in spans[first..].iter().take_while(|s| s.start < range.end) {
        let (start, end) = (span.start.max(at), span.end.min(range.end));
        shown.push_str(&text[at..start]);
        push_dots(shown, &text[start..end]);
        at = end;
    }
    shown.push_str(&text[at..range.end]);
}

/// Appends each letter and digit as •, the rest as it is.
pub(crate) fn push_dots(shown: &mut String, text: &str) {
    shown.extend(text.chars().map(|c| if c.is_alphanumeric() { '•' } else { c }));
}

/// Whether any of the sorted `spans` overlaps `range`.
pub(crate) fn touches(range: &Range<usize>, spans: &[Range<usize>]) -> bool {
    let next = spans.partition_point(|s| s.end <= range.start);
    spans.get(next).is_some_and(|s| s.start < range.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Change;
    use proptest::prelude::*;

    #[test]
    fn what_looks_personal_is_hidden() {
        for (text, shown) in [
            ("전화010-1234-5678로", "전화•••-••••-••••로"),
            ("+82 10 1234 5678", "+•• •• •••• ••••"),
            ("02)555-1234", "••)•••-••••"),
            ("０１０－１２３４－５６７８", "•••－••••－••••"),
            ("문의 1588-1234", "문의 ••••-••••"),
            ("901231-1234567", "••••••-•••••••"),
            ("우리은행 1002-123-456789", "우리은행 ••••-•••-••••••"),
            ("메일은hong.gd@example.co.kr입니다", "메일은••••.••@•••••••.••.••입니다"),
            ("hong골뱅이naver.com", "••••••••••••.•••"),
        ] {
            assert_eq!(without_personal(text), shown, "{text}");
        }
    }

    #[test]
    fn dates_prices_and_years_stay() {
        for text in [
            "2012.07.18",
            "2012-07-18 14:30",
            "1,300,000원",
            "제16조 2항",
            "2002~2006년",
            "임진왜란(1592-1598)",
            "3.14159",
            "코로나19 확진자 1234명",
        ] {
            assert_eq!(without_personal(text), text);
        }
    }

    #[test]
    fn a_masked_span_stays_hidden_under_a_later_cut() {
        let mut doc = Document::new("1", "담당 홍길동 과장");
        doc.apply(PII_STAGE, vec![Change::replace("name", 7..16, "<이름>")]);
        let end = doc.text().len();
        doc.apply("junk", vec![Change::cut("contact", 0..end)]);
        let mut shown = String::new();
        push_masked(&mut shown, doc.original(), 0..doc.original().len(), &personal_spans(&doc));
        assert_eq!(shown, "담당 ••• 과장");
    }

    proptest! {
        #[test]
        fn no_phone_number_survives_between_any_text(before in "[가-힣 .,a-z]{0,9}", after in "[가-힣 .,a-z]{0,9}",
                                                     dash in "[-. ]?", digits in "01[016789]-[0-9]{4}-[0-9]{4}") {
            let text = format!("{before}{}{after}", digits.replace('-', &dash));
            prop_assert!(!without_personal(&text).contains(|c: char| c.is_ascii_digit()));
        }
    }
}
