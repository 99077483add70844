//! Mojibake: Korean that was read under a wrong encoding before it came here.
//!
//! Three accidents are undone, line by line, and only where nothing is lost in between:
//! CP949 read as Latin-1 or CP1252 (`¾È³ç`), UTF-8 read as either (`ì•ˆë…•`), and UTF-8 read as CP949 (`媛`).
//! CP949 is tested first: what is CP949 mojibake also looks like Latin letters to a general repair
//! tool, which then spoils it. A line changes only if all of its bytes fit the other encoding and
//! what comes out is Korean of common syllables.

use encoding_rs::{EUC_KR, WINDOWS_1252};

/// Letters beyond ASCII that a line needs before it is looked at: three syllables of two bytes.
const MIN_HIGH: usize = 6;
/// Twice-garbled text is undone twice, no further.
const ROUNDS: usize = 2;

/// A text with its mojibake undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The text, never longer than it was, with the same line feeds.
    pub text: String,
    /// What was undone, without repetition, in the order in which it was first met.
    pub repairs: Vec<&'static str>,
}

/// Undoes mojibake. None if there is none, which is always so for clean Korean. Linear.
pub fn repair(text: &str) -> Option<Repaired> {
    if !is_suspicious(text) {
        return None;
    }
    let mut repaired = Repaired { text: String::with_capacity(text.len()), repairs: Vec::new() };
    for line in text.split_inclusive('\n') {
        let (mut current, mut kinds) = (None, Vec::new());
        for _ in 0..ROUNDS {
            let Some((next, kind)) = undo(current.as_deref().unwrap_or(line)) else { break };
            kinds.push(kind);
            current = Some(next);
        }
        match current.filter(|text: &String| text.chars().any(is_syllable)) {
            None => repaired.text.push_str(line),
            Some(text) => {
                repaired.text.push_str(&text);
                kinds.retain(|kind| !repaired.repairs.contains(kind));
                kinds.dedup();
                repaired.repairs.append(&mut kinds);
            }
        }
    }
    (!repaired.repairs.is_empty()).then_some(repaired)
}

/// Whether the text holds what mojibake can't do without: pairs of Latin letters beyond ASCII, or many
/// ideographs. One pass over the bytes; clean Korean ends here.
fn is_suspicious(text: &str) -> bool {
    let (mut latin, mut ideographs, mut others) = (0usize, 0usize, 0usize);
    // Sums of bytes without branches, as many as a byte can count: vector instructions take 32 at once.
    for bytes in text.as_bytes().chunks(u8::MAX.into()) {
        let (mut l, mut i, mut o) = (0u8, 0u8, 0u8);
        for byte in bytes {
            l += u8::from(byte & 0xfe == 0xc2);
            // U+4000 to U+9FFF.
            i += u8::from((0xe4..=0xe9).contains(byte));
            o += u8::from((0xea..=0xed).contains(byte));
        }
        latin += usize::from(l);
        ideographs += usize::from(i);
        others += usize::from(o);
    }
    latin >= 3 || (ideographs >= 2 && ideographs * 2 >= others)
}

fn undo(line: &str) -> Option<(String, &'static str)> {
    if let Some(bytes) = latin_bytes(line) {
        if let Some(text) = cp949(&bytes) {
            return Some((text, "cp949_as_latin1"));
        }
        if let Some(text) = utf8(&bytes) {
            return Some((text, "utf8_as_latin1"));
        }
        return None;
    }
    utf8_as_cp949(line).map(|text| (text, "utf8_as_cp949"))
}

/// The bytes that gave this line under CP1252 or Latin-1; none if they could not have.
fn latin_bytes(line: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(line.len());
    let mut high = 0;
    for c in line.chars() {
        let byte = match u32::from(c) {
            code @ ..=0xff => code as u8,
            _ => cp1252_byte(c)?,
        };
        high += usize::from(byte >= 0x80);
        bytes.push(byte);
    }
    (high >= MIN_HIGH).then_some(bytes)
}

/// The byte of a character that CP1252 has between 0x80 and 0x9F.
fn cp1252_byte(c: char) -> Option<u8> {
    // Nothing else in CP1252 lies beyond Latin-1.
    if !matches!(c, '\u{152}'..='\u{192}' | '\u{2c6}'..='\u{2dc}' | '\u{2013}'..='\u{203a}' | '\u{20ac}' | '\u{2122}')
    {
        return None;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
    (!unmappable).then(|| bytes[0])
}

/// Korean, if the bytes are CP949.
fn cp949(bytes: &[u8]) -> Option<String> {
    let text = EUC_KR.decode_without_bom_handling_and_without_replacement(bytes)?;
    let share = Share::of_cp949(bytes);
    (share.common * 20 >= share.pairs * 17 && share.common >= 3).then(|| text.into_owned())
}

/// How the two-byte characters of a CP949 text divide.
struct Share {
    pairs: usize,
    /// The 2,350 syllables of KS X 1001; text of nearly nothing else is Korean.
    common: usize,
}

impl Share {
    fn of_cp949(bytes: &[u8]) -> Self {
        let mut share = Self { pairs: 0, common: 0 };
        let mut at = 0;
        while at + 1 < bytes.len() {
            if bytes[at] < 0x80 {
                at += 1;
                continue;
            }
            share.pairs += 1;
            share.common += usize::from(matches!(bytes[at], 0xb0..=0xc8) && bytes[at + 1] >= 0xa1);
            at += 2;
        }
        share
    }
}

/// Korean, if the bytes are UTF-8.
fn utf8(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let high = text.chars().filter(|c| !c.is_ascii()).count();
    let hangul = text.chars().filter(|&c| is_syllable(c)).count();
    // The other half may be mojibake still, where it went wrong twice.
    let garbled = text.chars().filter(|c| matches!(u32::from(*c), 0x80..=0xff)).count();
    (hangul >= 2 && hangul * 2 >= high || garbled >= MIN_HIGH && garbled * 2 >= high).then(|| text.to_owned())
}

/// UTF-8 that was read as CP949 and lost nothing, which needs an even number of bytes in every run.
fn utf8_as_cp949(line: &str) -> Option<String> {
    let (mut ideographs, mut syllables) = (0, 0);
    for c in line.chars() {
        ideographs += usize::from(matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'));
        syllables += usize::from(is_syllable(c));
    }
    if ideographs < 2 || ideographs * 2 < syllables || line.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    let (bytes, _, unmappable) = EUC_KR.encode(line);
    if unmappable {
        return None;
    }
    let text = std::str::from_utf8(&bytes).ok()?;
    let high = text.chars().filter(|c| !c.is_ascii()).count();
    let hangul = text.chars().filter(|&c| is_syllable(c)).count();
    (hangul >= 2 && hangul * 10 >= high * 7).then(|| text.to_owned())
}

fn is_syllable(c: char) -> bool {
    matches!(c, '가'..='힣')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KOREAN: &str = "안녕하세요. 오늘은 날씨가 좋아서 산책을 다녀왔습니다 (2019.3.1).";

    fn latin1(bytes: &[u8]) -> String {
        bytes.iter().map(|b| char::from(*b)).collect()
    }

    fn cp1252(bytes: &[u8]) -> String {
        WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
    }

    fn repaired(text: &str) -> (String, Vec<&'static str>) {
        let repaired = repair(text).unwrap_or_else(|| panic!("{text} was left"));
        (repaired.text, repaired.repairs)
    }

    #[test]
    fn cp949_read_as_latin() {
        assert_eq!(repaired("¾È³çÇÏ¼¼¿ä"), ("안녕하세요".into(), vec!["cp949_as_latin1"]));
        let bytes = EUC_KR.encode(KOREAN).0;
        for text in [latin1(&bytes), cp1252(&bytes)] {
            assert_eq!(repaired(&text), (KOREAN.into(), vec!["cp949_as_latin1"]));
        }
    }

    #[test]
    fn utf8_read_as_latin_once_and_twice() {
        for garble in [latin1, cp1252] {
            let once = garble(KOREAN.as_bytes());
            assert_eq!(repaired(&once), (KOREAN.into(), vec!["utf8_as_latin1"]));
            let twice = garble(once.as_bytes());
            assert_eq!(repaired(&twice), (KOREAN.into(), vec!["utf8_as_latin1"]));
        }
    }

    #[test]
    fn utf8_read_as_cp949_where_nothing_was_lost() {
        // Words whose UTF-8 bytes all pair up as KS X 1001, found by trying.
        let words: Vec<String> = ('가'..='힣')
            .map(|c| c.to_string().repeat(4))
            .filter(|word| !EUC_KR.decode_without_bom_handling(word.as_bytes()).1)
            .collect();
        assert!(words.len() > 100, "{}", words.len());
        let undone = words.iter().filter(|word| {
            let garbled = EUC_KR.decode_without_bom_handling(word.as_bytes()).0;
            repair(&garbled).is_some_and(|r| r.text == **word && r.repairs == ["utf8_as_cp949"])
        });
        assert!(undone.count() * 2 > words.len());
    }

    #[test]
    fn only_the_garbled_lines_change() {
        let text = format!("제목은 멀쩡하다\n{}\n끝", cp1252(&EUC_KR.encode(KOREAN).0));
        assert_eq!(repaired(&text).0, format!("제목은 멀쩡하다\n{KOREAN}\n끝"));
    }

    #[test]
    fn western_text_and_symbols_stay() {
        let texts = [
            "Déjà vu à l'été, où l'élève préféré est né. Ça c'est très bien, être là.",
            "Übergrößenträger Straße für Ärzte und Öl; Äpfel, Ähre, Öse",
            "×÷±°§¶·¸¹º»¼½¾ ×÷±°§¶·¸¹º»¼½¾",
            "“인용” – ‘작은’ … · × ÷ ± ° § ¶ 「」 ½ ¼",
            "ÀÈÌÒÙ àèìòù ÂÊÎÔÛ âêîôû ÄËÏÖÜ äëïöü",
            "大韓民國은 民主共和國이다. 大韓民國의 主權은 國民에게 있고",
            "日本語の文章です。漢字も混ざります",
            "中华人民共和国",
            "Æon Øre Åse ÆØÅ æøå",
            "DÃ©jÃ\u{a0} vu, Ã©tÃ©, Ã©lÃ¨ve",
            "",
        ];
        for text in texts {
            assert_eq!(repair(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn clean_korean_never_changes(
            text in "([가-힣]{1,6}[ .,·…“”’×°½%()0-9a-zA-Z\n]{0,3}){1,40}",
        ) {
            prop_assert_eq!(repair(&text), None);
        }

        #[test]
        fn syllables_hanja_and_jamo_never_change(text in "([가-힣]{2,5}[一-龥ㄱ-ㅣ]{0,2} ){1,30}") {
            prop_assert_eq!(repair(&text), None);
        }

        /// Any text, and lines of garbled ones: nothing grows, and a line stays or becomes Korean.
        #[test]
        fn no_text_makes_it_panic_or_grow(
            text in "\\PC{0,60}",
            latin in "[\u{80}-\u{ff}\n]{0,40}",
            korean in "[가-힣 .0-9a-z\n]{0,30}",
            times in 0usize..4,
        ) {
            let mut garbled = cp1252(&EUC_KR.encode(&korean).0);
            for _ in 0..times {
                garbled = cp1252(garbled.as_bytes());
            }
            for text in [format!("{text}\n{garbled}\n{latin}"), text, latin, garbled] {
                let Some(repaired) = repair(&text) else { continue };
                prop_assert!(!repaired.repairs.is_empty() && repaired.text.len() < text.len());
                let (before, after) = (text.split('\n'), repaired.text.split('\n'));
                prop_assert_eq!(before.clone().count(), after.clone().count());
                for (before, after) in before.zip(after) {
                    prop_assert!(before == after || after.chars().any(is_syllable), "{before}: {after}");
                }
            }
        }

        /// What has too few letters of the kinds that mojibake is made of can't be any.
        #[test]
        fn text_without_its_letters_never_changes(text: String) {
            let plain: String =
                text.chars().filter(|c| !matches!(c, '\u{80}'..='\u{ff}' | '\u{4000}'..='\u{9fff}')).collect();
            prop_assert_eq!(repair(&plain), None);
        }

        #[test]
        fn korean_sentences_survive_the_accident(words in prop::collection::vec(
            prop::sample::select(vec!["오늘", "날씨가", "정말", "좋다", "학교에", "갔다", "사람들은", "나라의"]), 2..20,
        )) {
            let text = words.join(" ");
            let garbled = cp1252(&EUC_KR.encode(&text).0);
            prop_assert_eq!(repair(&garbled).map(|r| r.text), Some(text.clone()));
            let garbled = cp1252(text.as_bytes());
            prop_assert_eq!(repair(&garbled).map(|r| r.text), Some(text));
        }
    }
}
