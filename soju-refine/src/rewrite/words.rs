//! Forms of a Korean word: what it may be once particles and endings are taken off.
//!
//! No dictionary and no analyser: a word has several readings, and it is enough that the source knows one of them.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::text::closed;

/// Particles, the plural, and forms of the copula, which all stand behind nouns.
const PARTICLES: &[&str] = &[
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "에",
    "의",
    "로",
    "으로",
    "와",
    "과",
    "도",
    "만",
    "나",
    "이나",
    "란",
    "이란",
    "랑",
    "이랑",
    "에서",
    "에게",
    "에게서",
    "한테",
    "께",
    "께서",
    "까지",
    "부터",
    "마다",
    "마저",
    "조차",
    "밖에",
    "보다",
    "처럼",
    "같이",
    "만큼",
    "대로",
    "라도",
    "이라도",
    "라고",
    "이라고",
    "라는",
    "이라는",
    "라면",
    "이라면",
    "라며",
    "이라며",
    "로서",
    "으로서",
    "로써",
    "으로써",
    "서",
    "들",
    "뿐",
    "야",
    "이야",
    "며",
    "이며",
    "고",
    "이고",
    "이자",
    "자",
    "인",
    "일",
    "다",
    "이다",
    "였다",
    "이었다",
    "입니다",
    "였습니다",
    "이었습니다",
    "이에요",
    "예요",
    "인데",
    "이지만",
    "지만",
];

/// Particles on one word: `서울에서부터는` has three.
const MOST_PARTICLES: usize = 3;

/// Forms of 하다, 되다 and 시키다, which make verbs of nouns.
const VERBS_OF_NOUNS: &[&str] = &[
    "하다",
    "한다",
    "했다",
    "하였다",
    "합니다",
    "했습니다",
    "하였습니다",
    "하는",
    "하고",
    "하며",
    "하여",
    "해",
    "해서",
    "했고",
    "했으며",
    "하면",
    "하면서",
    "하기",
    "하지",
    "할",
    "한",
    "함",
    "하던",
    "했던",
    "하게",
    "하도록",
    "하려",
    "하려는",
    "하려고",
    "하자",
    "했지만",
    "하지만",
    "한다고",
    "했다고",
    "한다는",
    "했다는",
    "하는데",
    "했는데",
    "해야",
    "해요",
    "했어요",
    "하세요",
    "하겠다",
    "하겠습니다",
    "하니",
    "하므로",
    "하거나",
    "해도",
    "하였고",
    "하였으며",
    "한다면",
    "되다",
    "된다",
    "됐다",
    "되었다",
    "됩니다",
    "됐습니다",
    "되었습니다",
    "되는",
    "되고",
    "되며",
    "되어",
    "돼",
    "돼서",
    "되어서",
    "됐고",
    "됐으며",
    "되면",
    "되면서",
    "되기",
    "되지",
    "될",
    "된",
    "됨",
    "되던",
    "됐던",
    "되었던",
    "되게",
    "되도록",
    "됐지만",
    "된다고",
    "됐다고",
    "된다는",
    "됐다는",
    "돼야",
    "돼요",
    "됐어요",
    "되거나",
    "되었고",
    "되었으며",
    "되므로",
    "되니",
    "시키다",
    "시킨다",
    "시켰다",
    "시키는",
    "시키고",
    "시켜",
    "시킨",
    "시킬",
    "시켰고",
    "시키며",
    "시킵니다",
    "시켰습니다",
];

/// Endings of other verbs, such that few nouns end so.
const ENDINGS: &[&str] = &[
    "습니다",
    "니다",
    "었습니다",
    "았습니다",
    "였습니다",
    "다",
    "었다",
    "았다",
    "였다",
    "는다",
    "린다",
    "렸다",
    "진다",
    "졌다",
    "요",
    "어요",
    "아요",
    "었어요",
    "았어요",
    "는",
    "며",
    "으며",
    "었으며",
    "았으며",
    "던",
    "었던",
    "았던",
    "지만",
    "었지만",
    "았지만",
    "면서",
    "으면서",
    "는데",
    "은데",
    "었는데",
    "았는데",
    "도록",
    "었고",
];

/// Words that carry no fact. Those that turn a statement round (않다, 없다, 아니다) are not among them.
const COMMON: &str = "이는 이를 이에 이와 이로 이런 이러한 이것 그것 그런 그러한 그는 그가 그의 그를 그들 그녀 우리 저는 제가 저희 \
    나는 내가 것은 것이 것을 것도 것으로 것이다 것입니다 것이며 것이고 등을 등이 등의 등은 등에 등과 때는 때에 때가 때문 그리고 \
    그러나 하지만 또한 또는 따라서 그래서 그런데 그러면 그러므로 있다 있는 있고 있으며 있어 있었다 있습니다 있었습니다 있던 있어요 \
    있지만 하다 하는 하고 하며 하여 해서 한다 했다 합니다 했습니다 하였다 하면 하기 하게 하지 되는 되고 되며 되어 된다 됐다 되었다 \
    됩니다 됐습니다 되면 되기 돼서 이다 입니다 였다 이었다 이며 이고 같은 같다 같이 같습니다 위해 위한 위해서 대해 대한 대해서 통해 \
    통한 통하여 따라 따른 따르면 의해 의한 관한 관해 관련 함께";

static COMMON_WORDS: LazyLock<HashSet<Vec<char>>> =
    LazyLock::new(|| COMMON.split_whitespace().map(|word| word.chars().collect()).collect());

/// What a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading<'a> {
    /// A word that carries no fact.
    Common,
    /// A word, or a noun without its particles.
    Stem(&'a [char]),
    /// A verb without its ending; the end of its last syllable belongs to the ending.
    Verb(&'a [char]),
}

/// Whether `word` ends in `end`; returns where the rest ends, which is never empty.
fn before(word: &[char], end: &str) -> Option<usize> {
    let length = end.chars().count();
    let rest = word.len().checked_sub(length).filter(|rest| *rest > 0)?;
    end.chars().eq(word[rest..].iter().copied()).then_some(rest)
}

/// Lengths that a word has with more and more particles taken off, its own first.
pub(super) fn stems(word: &[char]) -> Vec<usize> {
    let mut ends = vec![word.len()];
    let (mut from, mut to) = (0, 1);
    for _ in 0..MOST_PARTICLES {
        for at in from..to {
            for particle in PARTICLES {
                let rest = before(&word[..ends[at]], particle);
                if let Some(rest) = rest.filter(|rest| !ends.contains(rest)) {
                    ends.push(rest);
                }
            }
        }
        (from, to) = (to, ends.len());
    }
    ends
}

/// Whether a run of syllables is nothing but particles, or empty.
pub(super) fn only_particles(run: &[char]) -> bool {
    // Something for the particles to stand behind.
    let mut word = vec!['\0'];
    word.extend(run.iter().take(MOST_PARTICLES * 5 + 1));
    stems(&word).contains(&1)
}

/// What a run of syllables may be, the likeliest first.
pub(super) fn readings(word: &[char]) -> Vec<Reading<'_>> {
    let stems = stems(word);
    let mut all: Vec<_> = stems.iter().map(|end| Reading::Stem(&word[..*end])).collect();
    if stems.iter().any(|end| *end >= 2 && COMMON_WORDS.contains(&word[..*end])) {
        all.push(Reading::Common);
    }
    let nouns = VERBS_OF_NOUNS.iter().filter_map(|end| before(word, end));
    all.extend(nouns.map(|rest| Reading::Stem(&word[..rest])));
    for end in ENDINGS {
        let Some(rest) = before(word, end) else { continue };
        // 간다 is 가다, and 바다 is no verb: one syllable before a short ending is one of a verb if it is closed.
        if rest >= 2 || closed(word[rest - 1]) || end.chars().count() >= 2 {
            all.push(Reading::Verb(&word[..rest]));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str) -> Vec<String> {
        let word: Vec<char> = word.chars().collect();
        readings(&word)
            .into_iter()
            .map(|reading| match reading {
                Reading::Common => "common".to_owned(),
                Reading::Stem(stem) => stem.iter().collect(),
                Reading::Verb(stem) => format!("{}-", stem.iter().collect::<String>()),
            })
            .collect()
    }

    #[test]
    fn particles_and_endings_come_off() {
        for (word, stem) in [
            ("서울시는", "서울시"),
            ("서울시가", "서울시"),
            ("서울에서부터는", "서울"),
            ("학생들에게도", "학생"),
            ("축제입니다", "축제"),
            ("개최했습니다", "개최"),
            ("개최된다", "개최"),
            ("열었다", "열-"),
            ("간다", "간-"),
            ("그것은", "common"),
        ] {
            assert!(read(word).iter().any(|r| r == stem), "{word}: {:?}", read(word));
        }
        assert_eq!(read("바다"), ["바다", "바"]);
        assert_eq!(read("은"), ["은"]);
        // Words that turn a statement round have to be in the source.
        for word in ["않았다", "없다", "아니다"] {
            assert!(!read(word).contains(&"common".to_owned()), "{word}");
        }
    }

    #[test]
    fn particles_alone() {
        let only = |run: &str| only_particles(&run.chars().collect::<Vec<_>>());
        assert!(only("") && only("이") && only("에서는") && only("까지만"));
        assert!(!only("관은") && !only("이시는") && !only(&"은".repeat(4000)));
    }
}
