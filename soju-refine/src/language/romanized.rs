//! Korean in Latin letters.

/// Whether a text reads as Korean in Latin letters, after the Revised Romanization (2000).
///
/// Nearly every word must fall into syllables of the romanization, and the vowels that English, Japanese or
/// Spanish have not (`eo`, `eu`, `ae`, `yeo`, `ui`) must be as frequent as Korean has them.
pub(super) fn romanized(text: &str) -> bool {
    let (mut words, mut whole, mut typical) = (0_usize, 0_usize, 0_usize);
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() >= 2) {
        words += 1;
        let word = word.to_ascii_lowercase();
        if syllables(word.as_bytes()) {
            whole += 1;
            typical += usize::from(["eo", "eu", "ae", "ui"].iter().any(|v| word.contains(v)));
        }
    }
    words >= 4 && whole * 5 >= words * 4 && typical * 5 >= words
}

const ONSETS: [&str; 19] =
    ["kk", "tt", "pp", "ss", "jj", "ch", "g", "n", "d", "r", "m", "b", "s", "j", "k", "t", "p", "h", ""];
const VOWELS: [&str; 21] = [
    "yae", "yeo", "wae", "ae", "ya", "eo", "ye", "wa", "oe", "yo", "wo", "we", "wi", "yu", "eu", "ui", "a",
    "e", "o", "u", "i",
];
const CODAS: [&str; 8] = ["ng", "k", "n", "t", "l", "m", "p", ""];

/// Whether a word can be read as syllables, all of it. Longest onset and vowel first; every coda is tried.
fn syllables(word: &[u8]) -> bool {
    // Places that a syllable can end at; words are short, and longer ones are no words.
    const LONGEST: usize = 40;
    if word.len() > LONGEST {
        return false;
    }
    let mut ends = [false; LONGEST + 1];
    ends[0] = true;
    for at in 0..word.len() {
        if !ends[at] {
            continue;
        }
        for onset in ONSETS.iter().filter(|o| word[at..].starts_with(o.as_bytes())) {
            let vowel_at = at + onset.len();
            let vowel = VOWELS.iter().find(|v| word[vowel_at..].starts_with(v.as_bytes()));
            let Some(vowel) = vowel else { continue };
            let coda_at = vowel_at + vowel.len();
            for coda in CODAS.iter().filter(|c| word[coda_at..].starts_with(c.as_bytes())) {
                ends[coda_at + coda.len()] = true;
            }
        }
    }
    ends[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_in_latin_letters_and_other_languages() {
        for text in [
            "annyeonghaseyo jeoneun hanguk saram imnida mannaseo bangapseumnida",
            "oneul nalssiga jeongmal joayo geuraeseo gongwone gal geoyeyo",
            "Dongmulgwa baekdusani mareugo daltorok haneunimi bouhasa uri nara manse",
        ] {
            assert!(romanized(text), "{text}");
        }
        for text in [
            "This is an English sentence about the weather in Seoul and nothing else",
            "watashi wa nihonjin desu kyou wa ii tenki desu ne ashita mo hareru deshou",
            "Saya tidak tahu apa yang harus saya lakukan dengan semua ini sekarang",
            "el perro come en la casa de mi hermano y no sale nunca a la calle",
            "ok no me",
            "",
        ] {
            assert!(!romanized(text), "{text}");
        }
    }
}
