//! Character boundaries near a byte offset.
//!
//! `str::floor_char_boundary` and its counterpart came to the standard library after the oldest Rust
//! that this workspace supports.

/// The last boundary at or before `at`; the text's end when `at` lies behind it.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// The first boundary at or behind `at`; the text's end when `at` lies behind it.
pub(crate) fn ceil_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        let text = "a가b";
        assert_eq!((0..7).map(|i| floor_boundary(text, i)).collect::<Vec<_>>(), [0, 1, 1, 1, 4, 5, 5]);
        assert_eq!((0..7).map(|i| ceil_boundary(text, i)).collect::<Vec<_>>(), [0, 1, 4, 4, 4, 5, 5]);
    }
}
