//! The encoding of a page.

use std::borrow::Cow;

use encoding_rs::{EUC_KR, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use crate::io::{EncodingGuess, is_korean};

/// Bytes from the start in which a page may name its encoding. The standard says 1024, which pages that begin with
/// comments or scripts exceed.
const META_BYTES: usize = 16 << 10;
/// Bytes from which an encoding is guessed.
const GUESS_BYTES: usize = 64 << 10;
/// Of so many characters beyond ASCII one may be broken: pages are cut off, and comments in another encoding get
/// pasted into them.
const ONE_BROKEN_IN: usize = 50;

/// Decodes a page: the text, with the name of the encoding if it was not UTF-8. None if no encoding fits.
///
/// The order is that of the HTML standard (13.2.3.2), except that a page which is UTF-8 is taken as such, whatever it
/// says, and that a label is believed only if the bytes fit it: byte order mark, `http_charset` (the one of the HTTP
/// header), `<meta>`, the likeliest by its letters. Windows-1252, which servers say of everything, comes last.
pub fn decode<'a>(
    bytes: &'a [u8],
    http_charset: Option<&str>,
) -> Option<(Cow<'a, str>, Option<&'static str>)> {
    let named = |encoding: &'static Encoding| (encoding != UTF_8).then(|| encoding.name());
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some((encoding.decode(bytes).0, named(encoding)));
    }
    if let Some(text) = fitting(UTF_8, bytes) {
        return Some((text, None));
    }
    let labels = [http_charset.and_then(of_label), of_meta(bytes)];
    for encoding in labels.into_iter().flatten().filter(|encoding| *encoding != WINDOWS_1252) {
        if let Some(text) = fitting(encoding, bytes) {
            return Some((text, named(encoding)));
        }
    }
    if let Some(text) = fitting(EUC_KR, bytes)
        && is_korean(&text)
    {
        return Some((text, named(EUC_KR)));
    }
    let guess = EncodingGuess::of_head(&bytes[..bytes.len().min(GUESS_BYTES)]);
    if let Some(decoded) = guess.decode(bytes) {
        return Some(decoded);
    }
    let weak = labels.contains(&Some(WINDOWS_1252)).then_some(WINDOWS_1252)?;
    Some((weak.decode_without_bom_handling(bytes).0, named(weak)))
}

/// The text, if all but a few of its characters are whole.
fn fitting<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if broken {
        let beyond = text.chars().filter(|c| !c.is_ascii()).count();
        let lost = text.matches(char::REPLACEMENT_CHARACTER).count();
        // One that was cut off at the end does not count.
        let cut = text.ends_with(char::REPLACEMENT_CHARACTER) && beyond > 1;
        if (lost - usize::from(cut)) * ONE_BROKEN_IN > beyond {
            return None;
        }
    }
    Some(text)
}

fn of_label(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.trim_matches(['"', '\'', ' ']).as_bytes())?;
    // What names UTF-16 in ASCII is not in it.
    let unfit = [UTF_16LE, UTF_16BE, REPLACEMENT, X_USER_DEFINED].contains(&encoding);
    (!unfit).then_some(encoding)
}

/// The encoding that a `<meta>` names.
fn of_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(META_BYTES)].to_ascii_lowercase();
    memchr::memmem::find_iter(&head, b"<meta").find_map(|at| {
        let tag = &head[at..];
        let tag = &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())];
        let value = &tag[memchr::memmem::find(tag, b"charset")? + 7..];
        let value = value.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| b" \t\r\n\"';/".contains(b)).unwrap_or(value.len());
        of_label(std::str::from_utf8(&value[..end]).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use encoding_rs::SHIFT_JIS;
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "<p>대한민국의 수도는 서울이다. 똠방각하 펲시콜라</p>";

    fn cp949(text: &str) -> Vec<u8> {
        EUC_KR.encode(text).0.into_owned()
    }

    fn name_of(bytes: &[u8], http: Option<&str>) -> Option<&'static str> {
        let (text, name) = decode(bytes, http).unwrap();
        assert!(text.contains("대한민국의 수도는 서울이다. 똠방각하 펲시콜라"), "{text}");
        name
    }

    #[test]
    fn korean_pages_come_out_right_whatever_they_say() {
        assert_eq!(name_of(&cp949(TEXT), Some("euc-kr")), Some("EUC-KR"));
        assert_eq!(name_of(&cp949(TEXT), None), Some("EUC-KR"));
        let labels =
            ["ks_c_5601-1987", "\"EUC-KR\"", "utf-8", "ISO-8859-1", "windows-1252", "shift_jis", "nonsense"];
        for label in labels {
            assert_eq!(name_of(&cp949(TEXT), Some(label)), Some("EUC-KR"), "{label}");
            assert_eq!(name_of(TEXT.as_bytes(), Some(label)), None, "{label}");
        }
        for meta in [
            "<META http-equiv=Content-Type content='text/html; charset=euc-kr'>",
            "<meta name=a><meta charset = \"cp949\">",
            "<meta charset=utf-8>",
            "<meta charset=utf-16>",
        ] {
            // `cp949` is no label of the standard, so it is found by the letters.
            assert_eq!(name_of(&cp949(&format!("{meta}{TEXT}")), None), Some("EUC-KR"), "{meta}");
        }
    }

    #[test]
    fn marks_and_broken_bytes() {
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(TEXT.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(name_of(&utf16, Some("utf-8")), Some("UTF-16LE"));
        assert_eq!(name_of(format!("\u{feff}{TEXT}").as_bytes(), None), None);
        // Cut off in the middle of a character, and a byte that does not belong.
        let cut = TEXT.repeat(20);
        let cut = &cut.as_bytes()[..cut.len() - "라</p>".len() + 1];
        assert_eq!(name_of(cut, None), None);
        let mut odd = TEXT.repeat(20).into_bytes();
        odd.insert(0, 0xb0);
        assert_eq!(name_of(&odd, Some("euc-kr")), None);
        let mut odd = cp949(&TEXT.repeat(20));
        odd.insert(3, 0xff);
        assert_eq!(name_of(&odd, Some("ISO-8859-1")), Some("EUC-KR"));
        assert_eq!(name_of(&odd, None), Some("EUC-KR"));
    }

    #[test]
    fn other_languages_keep_theirs() {
        let japanese = "日本語の文章がここにあります。もう少し長く書いておきます。カタカナ";
        let bytes = SHIFT_JIS.encode(japanese).0;
        assert_eq!(decode(&bytes, Some("Shift_JIS")).unwrap(), (japanese.into(), Some("Shift_JIS")));
        let french = "Été".repeat(3);
        let bytes = WINDOWS_1252.encode(&french).0;
        assert_eq!(decode(&bytes, Some("latin1")).unwrap(), (french.as_str().into(), Some("windows-1252")));
        assert_eq!(decode(&[0xff; 100], None), None);
        assert_eq!(decode(b"", None).unwrap().0, "");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, label in prop::option::of(".{0,12}")) {
            let _ = decode(&bytes, label.as_deref());
        }
    }
}
