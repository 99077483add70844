//! From the bytes of tokens to text that can be shown: whole characters, no part of a stop string.

use unicode_segmentation::GraphemeCursor;

/// Longer clusters, in bytes, are not waited for: the longest emoji has 41, and a model may write joiners for ever.
const LONGEST_CLUSTER: usize = 64;

/// Puts text together from bytes.
#[derive(Debug)]
pub(crate) struct TextAssembler {
    stop: Vec<String>,
    /// The beginning of a character whose other bytes have not come; at most 3 bytes.
    bytes: Vec<u8>,
    /// Text that is whole and still held back.
    held: String,
}

/// What may be shown now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) text: String,
    /// A stop string follows; the text ends before it.
    pub(crate) stopped: bool,
}

impl TextAssembler {
    pub(crate) fn new(stop: Vec<String>) -> Self {
        Self { stop, bytes: Vec::new(), held: String::new() }
    }

    /// Takes the bytes of new tokens.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Progress {
        self.bytes.extend_from_slice(bytes);
        let rest = decode(&self.bytes, &mut self.held);
        self.bytes.drain(..self.bytes.len() - rest);
        if let Some(progress) = self.find_stop() {
            return progress;
        }
        let stop_begins = self.stop.iter().filter_map(|stop| partial_match(&self.held, stop)).min();
        let cluster_begins = open_cluster(&self.held);
        let end = stop_begins.unwrap_or(self.held.len()).min(cluster_begins);
        let tail = self.held.split_off(end);
        Progress { text: std::mem::replace(&mut self.held, tail), stopped: false }
    }

    /// Nothing follows: gives all that was held back. Half a character becomes U+FFFD.
    pub(crate) fn finish(&mut self) -> Progress {
        if !self.bytes.is_empty() {
            self.bytes.clear();
            self.held.push(char::REPLACEMENT_CHARACTER);
        }
        if let Some(progress) = self.find_stop() {
            return progress;
        }
        Progress { text: std::mem::take(&mut self.held), stopped: false }
    }

    fn find_stop(&mut self) -> Option<Progress> {
        let at = self.stop.iter().filter_map(|stop| self.held.find(stop.as_str())).min()?;
        self.bytes.clear();
        let mut text = std::mem::take(&mut self.held);
        text.truncate(at);
        Some(Progress { text, stopped: true })
    }
}

/// Appends what is whole to `text`, with U+FFFD for bytes that can't be part of a character. Returns how many
/// bytes at the end may yet become one.
fn decode(bytes: &[u8], text: &mut String) -> usize {
    let mut rest = 0;
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        if invalid.is_empty() {
            continue;
        }
        if chunks.peek().is_none() && may_become_character(invalid) {
            rest = invalid.len();
        } else {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    rest
}

/// Whether these bytes, which are not a character, begin one.
fn may_become_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// Where the longest end of `text` begins that is a beginning of `stop`.
fn partial_match(text: &str, stop: &str) -> Option<usize> {
    let earliest = text.len().saturating_sub(stop.len() - 1);
    (earliest..text.len())
        .filter(|at| text.is_char_boundary(*at))
        .find(|at| stop.as_bytes().starts_with(&text.as_bytes()[*at..]))
}

/// Where the last character (as a person sees it) begins if what follows may become part of it, else the
/// end: an emoji that a joiner or skin tone may follow, a flag's first half, a digit that may become a keycap, a
/// Hangul syllable without a final consonant. (Boundaries are those of UAX #29.)
fn open_cluster(text: &str) -> usize {
    let Some(last) = text.chars().next_back() else { return 0 };
    if !may_grow(last) {
        return text.len();
    }
    let mut cursor = GraphemeCursor::new(text.len(), text.len(), true);
    let begin = cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0);
    if text.len() - begin > LONGEST_CLUSTER { text.len() } else { begin }
}

/// Whether a Hangul syllable or an emoji may go on after this character.
fn may_grow(last: char) -> bool {
    match u32::from(last) {
        // Jamo, and whole syllables that a final consonant may still follow: 28 of each vowel, the first without one.
        0x1100..=0x11FF | 0xA960..=0xA97F | 0xD7B0..=0xD7FF => true,
        code @ 0xAC00..=0xD7A3 => (code - 0xAC00).is_multiple_of(28),
        // Joiner, variants, keycap.
        0x200D | 0xFE0E | 0xFE0F | 0x20E3 => true,
        // What becomes a keycap: # * 0 to 9.
        0x23 | 0x2A | 0x30..=0x39 => true,
        // Signs that are emoji with the variant after them.
        0xA9 | 0xAE | 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2194..=0x21AA | 0x231A..=0x23FF | 0x24C2 => true,
        0x25AA..=0x25FE | 0x2934..=0x2935 | 0x2B05..=0x2B55 | 0x3030 | 0x303D | 0x3297 | 0x3299 => true,
        // Emoji, flags, skin tones, tags of regional flags.
        0x2600..=0x27BF | 0x1F000..=0x1FAFF | 0xE0020..=0xE007F => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(stop: &[&str], pieces: &[&[u8]]) -> (Vec<String>, bool) {
        let mut assembler = TextAssembler::new(stop.iter().map(|stop| (*stop).to_owned()).collect());
        let mut shown = Vec::new();
        for piece in pieces {
            let progress = assembler.push(piece);
            shown.push(progress.text);
            if progress.stopped {
                return (shown, true);
            }
        }
        let progress = assembler.finish();
        shown.push(progress.text);
        (shown, progress.stopped)
    }

    #[test]
    fn a_syllable_is_never_split() {
        let bytes = "가나".as_bytes();
        let (shown, _) = run(&[], &[&bytes[..1], &bytes[1..4], &bytes[4..]]);
        assert_eq!(shown, ["", "", "가", "나"]);
        let (shown, _) =
            run(&[], &["한".as_bytes(), "가".as_bytes(), "\u{11A8}".as_bytes(), "다.".as_bytes()]);
        assert_eq!(shown, ["한", "", "", "가\u{11A8}다.", ""]);
    }

    #[test]
    fn an_emoji_is_held_until_it_is_settled() {
        let (shown, _) = run(&[], &["👩".as_bytes(), "\u{200D}".as_bytes(), "🔬 ".as_bytes(), b"a"]);
        assert_eq!(shown, ["", "", "👩\u{200D}🔬 ", "a", ""]);
        let (shown, _) = run(&[], &["🇰".as_bytes(), "🇷".as_bytes()]);
        assert_eq!(shown, ["", "", "🇰🇷"]);
        let (shown, _) =
            run(&[], &["\u{1112}".as_bytes(), "\u{1161}".as_bytes(), "\u{11AB}".as_bytes(), b"."]);
        assert_eq!(shown, ["", "", "", "\u{1112}\u{1161}\u{11AB}.", ""]);
    }

    #[test]
    fn signs_and_digits_may_become_emoji() {
        let (shown, _) = run(&[], &[b"1", "\u{FE0F}".as_bytes(), "\u{20E3}".as_bytes(), b"!"]);
        assert_eq!(shown, ["", "", "", "1\u{FE0F}\u{20E3}!", ""]);
        let (shown, _) = run(&[], &["↔".as_bytes(), "\u{FE0F}".as_bytes(), b"12", b"km"]);
        assert_eq!(shown, ["", "", "↔\u{FE0F}1", "2km", ""]);
    }

    #[test]
    fn endless_marks_are_not_held_for_ever() {
        for (begin, mark) in [("👩", "\u{200D}"), ("ᄏ", "ᄏ")] {
            let mut assembler = TextAssembler::new(Vec::new());
            let mut shown = assembler.push(begin.as_bytes()).text;
            for _ in 0..200 {
                shown += &assembler.push(mark.as_bytes()).text;
                assert!(assembler.held.len() <= LONGEST_CLUSTER);
            }
            shown += &assembler.finish().text;
            assert_eq!(shown, begin.to_owned() + &mark.repeat(200));
        }
    }

    #[test]
    fn broken_bytes_become_replacement_characters() {
        let (shown, _) = run(&[], &[b"\xEA", b"a\xFFb", b"\xF0\x9F"]);
        assert_eq!(shown.concat(), "\u{FFFD}a\u{FFFD}b\u{FFFD}");
    }

    #[test]
    fn stop_strings_across_tokens() {
        let (shown, stopped) = run(&["\n\n"], &[b"one\n", b"\ntwo"]);
        assert_eq!((shown.concat(), stopped), ("one".to_owned(), true));
        let (shown, stopped) = run(&["\n\n"], &[b"one\n", b"two"]);
        assert_eq!((shown, stopped), (vec!["one".to_owned(), "\ntwo".to_owned(), String::new()], false));
        let (shown, stopped) = run(&["끝", "일"], &["제일 끝".as_bytes()]);
        assert_eq!((shown.concat(), stopped), ("제".to_owned(), true));
        let (shown, stopped) = run(&["aab"], &[b"aaa", b"ab"]);
        assert_eq!((shown.concat(), stopped), ("aa".to_owned(), true));
    }

    const EMOJI: [&str; 12] = [
        "🍶",
        "👩\u{200D}🔬",
        "👨🏽\u{200D}👩🏿\u{200D}👧🏻\u{200D}👦🏾",
        "🇰🇷",
        "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
        "7\u{FE0F}\u{20E3}",
        "#\u{20E3}",
        "❤\u{FE0F}\u{200D}🔥",
        "©\u{FE0F}",
        "⏏\u{FE0F}",
        "☝🏼",
        "㊗\u{FE0F}",
    ];

    /// A modern syllable: in one character, in parts, or its final consonant apart.
    fn syllable() -> impl Strategy<Value = String> {
        (0..19u32, 0..21u32, 0..28u32, 0..3u8).prop_map(|(initial, vowel, last, form)| {
            let jamo = |base: u32, offset: u32| char::from_u32(base + offset).unwrap();
            let open = jamo(0xAC00, (initial * 21 + vowel) * 28);
            let parts = [jamo(0x1100, initial), jamo(0x1161, vowel)];
            let last_jamo = (last > 0).then(|| jamo(0x11A7, last));
            match form {
                0 => jamo(u32::from(open), last).to_string(),
                1 => parts.into_iter().chain(last_jamo).collect(),
                _ => [open].into_iter().chain(last_jamo).collect(),
            }
        })
    }

    proptest! {
        /// Where a text is shown up to, a syllable or an emoji ends.
        #[test]
        fn no_syllable_and_no_emoji_is_split(
            parts in prop::collection::vec(
                prop_oneof![3 => syllable(), 2 => prop::sample::select(EMOJI.to_vec()).prop_map(str::to_owned), 2 => "[a-c0-2 .]"],
                1..12,
            ),
            sizes in prop::collection::vec(1usize..6, 1..8),
        ) {
            let text = parts.concat();
            let mut rest = text.as_bytes();
            let mut pieces = Vec::new();
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, more) = rest.split_at((*size).min(rest.len()));
                pieces.push(piece);
                rest = more;
            }
            let (shown, _) = run(&[], &pieces);
            prop_assert_eq!(shown.concat(), &text[..]);
            let mut at = 0;
            for part in shown {
                at += part.len();
                let whole = GraphemeCursor::new(at, text.len(), true).is_boundary(&text, 0).unwrap();
                prop_assert!(whole, "{:?} is cut at {}", text, at);
            }
        }

        /// However the bytes are cut, the same text comes out, and each part is whole.
        #[test]
        fn cuts_do_not_matter(text in "\\PC{0,40}", cuts in prop::collection::vec(0usize..160, 0..8)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
            let (shown, _) = run(&[], &pieces);
            prop_assert_eq!(shown.concat(), text);
        }

        /// The text ends before the first stop string, however the bytes come.
        #[test]
        fn the_first_stop_wins(bytes in prop::collection::vec(prop::sample::select(b"ab\n".to_vec()), 0..30), size in 1usize..5) {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            let (shown, stopped) = run(&["ab\n", "bb"], &pieces);
            let text = String::from_utf8(bytes.clone()).unwrap();
            // A stop string that ends first is seen first, unless both come in one piece.
            let at = [text.find("ab\n"), text.find("bb")].into_iter().flatten().min();
            prop_assert_eq!(stopped, at.is_some());
            let shown = shown.concat();
            prop_assert!(text.starts_with(&shown));
            prop_assert!(!shown.contains("ab\n") && !shown.contains("bb"));
        }

        #[test]
        fn any_bytes_are_taken(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..5), 0..20)) {
            let all: Vec<u8> = pieces.concat();
            let slices: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
            let (shown, _) = run(&[], &slices);
            prop_assert_eq!(shown.concat(), String::from_utf8_lossy(&all));
        }
    }
}
