//! Text that is not UTF-8: which encoding it is in, and what it says.
//!
//! An input is guessed at once, from its head, which is long enough to be sure; each record is then
//! decoded by itself, so that one in another encoding does no harm to the rest.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_KR, Encoding, UTF_8, WINDOWS_1252};

use super::ByteStream;

/// Bytes beyond ASCII that a record needs for a guess of its own.
const MIN_HIGH: usize = 8;

/// What the head of an input says about its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EncodingGuess {
    encoding: Option<&'static Encoding>,
    /// What the bytes were before the stream made them UTF-8.
    transcoded: Option<&'static str>,
}

impl EncodingGuess {
    /// Guesses from the first bytes of an input. A character that they cut in two does not count.
    pub fn of_head(head: &[u8]) -> Self {
        let utf8 = match std::str::from_utf8(head) {
            Ok(_) => true,
            Err(error) => error.error_len().is_none(),
        };
        Self { encoding: if utf8 { None } else { guess(head) }, transcoded: None }
    }

    /// Guesses from the head of a stream that is at its start.
    pub fn of_stream(stream: &mut ByteStream) -> Self {
        Self { transcoded: stream.transcoded(), ..Self::of_head(stream.peek()) }
    }

    /// An encoding by its name in the Encoding Standard.
    pub(super) fn named(name: &str) -> Self {
        Self { encoding: Encoding::for_label(name.as_bytes()), transcoded: None }
    }

    /// Decodes the bytes of one record: the text, with the name of the encoding if it was not UTF-8. None if
    /// no encoding fits them well enough to be believed.
    pub fn decode<'a>(self, bytes: &'a [u8]) -> Option<(Cow<'a, str>, Option<&'static str>)> {
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            return Some((Cow::Borrowed(text), self.transcoded));
        }
        if let Some(encoding) = self.encoding
            && let Some(text) = strictly(encoding, bytes)
        {
            return Some((text, Some(encoding.name())));
        }
        if let Some(text) = strictly(EUC_KR, bytes)
            && is_korean(&text)
        {
            return Some((text, Some(EUC_KR.name())));
        }
        let encoding = guess(bytes)?;
        let text = strictly(encoding, bytes)?;
        Some((text, Some(encoding.name())))
    }
}

fn strictly<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// The likeliest encoding; none where the bytes are too few or fit nothing.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    if high < MIN_HIGH {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(Some(b"kr"), Utf8Detection::Deny);
    // CP1252 is what a detector says when it knows nothing: it fits all bytes. Western text has few
    // letters beyond ASCII.
    let unsure = encoding == WINDOWS_1252 && high * 4 > bytes.len();
    (!unsure && encoding != UTF_8).then_some(encoding)
}

/// Whether a short text in CP949 is Korean and no accident: of what is beyond ASCII, nearly all is Hangul.
pub(crate) fn is_korean(text: &str) -> bool {
    let (mut high, mut hangul) = (0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        high += 1;
        hangul += usize::from(matches!(c, '가'..='힣'));
    }
    hangul >= 2 && hangul * 10 >= high * 7
}

#[cfg(test)]
mod tests {
    use encoding_rs::SHIFT_JIS;
    use proptest::prelude::*;

    use super::*;

    const KOREAN: &str = "한국어 위키백과는 위키백과의 한국어판이다. 똠방각하 펲시콜라";

    fn decode(bytes: &[u8]) -> Option<(String, Option<&'static str>)> {
        EncodingGuess::default().decode(bytes).map(|(text, name)| (text.into_owned(), name))
    }

    #[test]
    fn cp949_is_decoded_with_the_syllables_that_ks_x_1001_lacks() {
        let bytes = EUC_KR.encode(KOREAN).0;
        assert_eq!(decode(&bytes), Some((KOREAN.into(), Some("EUC-KR"))));
        assert_eq!(decode(&EUC_KR.encode("{\"text\":\"나라\"}").0).unwrap().0, "{\"text\":\"나라\"}");
        let guess = EncodingGuess::of_head(&bytes);
        assert_eq!(guess.encoding, Some(EUC_KR));
        // One syllable is enough where the input has been recognized.
        assert_eq!(guess.decode(b"\xb0\xa1").unwrap(), (Cow::Borrowed("가"), Some("EUC-KR")));
        assert_eq!(decode(b"\xb0\xa1"), None);
    }

    #[test]
    fn other_encodings_and_none() {
        let japanese = "日本語の文章がここにあります。もう少し長く書いておきます。カタカナ";
        assert_eq!(decode(&SHIFT_JIS.encode(japanese).0), Some((japanese.into(), Some("Shift_JIS"))));
        let french = "Où est l'élève qui a été déjà là, très près de la forêt où naît l'été à côté";
        let (text, name) = decode(&WINDOWS_1252.encode(french).0).unwrap();
        assert_eq!((text.as_str(), name), (french, Some("windows-1252")));
        assert_eq!(decode(b"{\"text\":\"\xff\xfe\"}"), None);
        assert_eq!(decode(&[0xff; 100]), None);
        assert_eq!(decode("가나다".as_bytes()), Some(("가나다".into(), None)));
    }

    #[test]
    fn a_head_that_ends_in_the_middle_of_a_character_is_utf8() {
        let text = "가나다".repeat(100);
        assert_eq!(EncodingGuess::of_head(&text.as_bytes()[..200]), EncodingGuess::default());
        assert_eq!(EncodingGuess::of_head(b""), EncodingGuess::default());
    }

    proptest! {
        #[test]
        fn utf8_is_never_touched(text in "\\PC{0,80}", head in prop::collection::vec(any::<u8>(), 0..80)) {
            let guess = EncodingGuess::of_head(&head);
            prop_assert_eq!(guess.decode(text.as_bytes()), Some((Cow::Borrowed(text.as_str()), None)));
        }

        #[test]
        fn no_bytes_make_it_panic(head: Vec<u8>, bytes: Vec<u8>) {
            let _ = EncodingGuess::of_head(&head).decode(&bytes);
        }
    }
}
