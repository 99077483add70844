//! The parts of a document that the model is shown.

/// Up to `count` excerpts of about `chars` characters from the middles of as many equal parts of the
/// text, so that a header or a footer does not stand for the whole. A text of fewer than
/// `2 * chars` characters gives one. White space is collapsed, and an excerpt starts and ends at a
/// space where one is near.
pub(crate) fn excerpts(text: &str, count: usize, chars: usize) -> Vec<String> {
    let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let length = bounds.len() - 1;
    let count = if length < 2 * chars { 1 } else { count.clamp(1, length / chars.max(1)) };
    (0..count)
        .map(|i| {
            let middle = length * (2 * i + 1) / (2 * count);
            let start = middle.saturating_sub(chars / 2);
            let end = (start + chars).min(length);
            let (start, end) = (end.saturating_sub(chars), end);
            trim_to_words(text, bounds[start], bounds[end])
        })
        .filter(|excerpt| !excerpt.is_empty())
        .collect()
}

/// Moves the borders inward to the next space, unless that would cost more than a fifth of the span.
fn trim_to_words(text: &str, start: usize, end: usize) -> String {
    let span = &text[start..end];
    let reach = span.len() / 5;
    let from = match span.find(char::is_whitespace) {
        Some(at) if start > 0 && at < reach => at,
        _ => 0,
    };
    let to = match span.rfind(char::is_whitespace) {
        Some(at) if end < text.len() && span.len() - at < reach => at,
        _ => span.len(),
    };
    span[from..to.max(from)].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(excerpts("짧은  글\n이다", 2, 100), ["짧은 글 이다"]);
        assert!(excerpts(" \n ", 2, 100).is_empty());
        assert!(excerpts("", 2, 100).is_empty());
    }

    #[test]
    fn a_long_text_is_shown_in_parts_from_all_over() {
        let text: String = (0..1000).map(|i| format!("낱말{i} ")).collect();
        let parts = excerpts(&text, 2, 60);
        assert_eq!(parts.len(), 2);
        assert!(parts[0].contains("낱말25") && parts[1].contains("낱말75"), "{parts:?}");
        assert!(parts.iter().all(|p| p.starts_with('낱') && p.chars().count() <= 60));
    }

    proptest! {
        #[test]
        fn any_text_gives_bounded_excerpts(text in "\\PC{0,300}|[ \n가a]{0,300}", count in 0usize..5, chars in 1usize..80) {
            let parts = excerpts(&text, count, chars);
            prop_assert!(parts.len() <= count.max(1));
            for part in parts {
                prop_assert!(part.chars().count() <= chars.max(text.chars().count().min(2 * chars)));
            }
        }
    }
}
