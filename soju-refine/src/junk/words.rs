//! What single words show.

/// Traces of machine translation: endings torn off or glued on, pronouns that Korean leaves out,
/// particles that stand alone. `before` is the last character of the word before.
pub(super) fn translated(word: &str, before: Option<char>) -> usize {
    const TORN: [&str; 12] = [
        "하",
        "되",
        "그것은",
        "그것을",
        "그들은",
        "그들의",
        "귀하의",
        "의하여",
        "에서",
        "에게",
        "으로",
        "까지",
    ];
    const GLUED: [&str; 16] = [
        "을위한",
        "를위한",
        "에있는",
        "에대한",
        "에있어",
        "할경우",
        "에의해",
        "하게하는",
        "는이",
        "를이",
        "을이",
        "에서이",
        "에의",
        "수있는",
        "수있다",
        "수있습니다",
    ];
    const VERBS: [&str; 16] = [
        "하여",
        "하기",
        "하는",
        "하고",
        "하면",
        "합니다",
        "했습니다",
        "하려면",
        "하거나",
        "되는",
        "되어",
        "됩니다",
        "되지",
        "되었습니다",
        "된다",
        "한다",
    ];
    let bare = word.trim_end_matches(['.', ',']);
    if !bare.ends_with(|c: char| matches!(c, '가'..='힣')) {
        return 0;
    }
    let listed = match bare.len() {
        // The torn ones have one to four syllables, the glued ones end longer words.
        0..=12 if before.is_some() && TORN.contains(&bare) => 1,
        9.. => usize::from(GLUED.iter().any(|g| bare.ends_with(g)) || bare.starts_with("수있")),
        _ => 0,
    };
    // `때문에이 문제가`: a determiner glued to the word before.
    let joined = usize::from(["때문에이", "에서이", "하여이", "경우이", "후이", "다음이"].contains(&bare));
    // `발생 합니다`, `사용 하는`: a verb torn from its noun.
    let torn = usize::from(before.is_some_and(noun) && VERBS.contains(&bare));
    // `접했습 니다`, `추적하고.`, `작은 것을.`: an ending torn off, a sentence that stops before its verb.
    let stop = word.len() > bare.len() && !word.ends_with("..") && word.ends_with('.');
    let broken = usize::from(bare.starts_with("니다") || bare.starts_with("습니다"))
        + usize::from(
            stop && bare.len() >= 6
                && ["을", "를", "의", "와", "과", "하는", "하고", "하며", "에서", "위한", "되는"]
                    .iter()
                    .any(|e| bare.ends_with(e)),
        );
    let pronoun = usize::from(bare.starts_with("당신"));
    // A particle that stands alone: `사용 하 여`, `호텔 은`.
    let alone = usize::from(before.is_some() && bare.len() == 3 && "을를은는의여와과로에".contains(bare));
    broken + listed + joined + torn + pronoun + alone
}

/// Whether a word that ends so may be a bare noun: no particle and no ending.
fn noun(last: char) -> bool {
    matches!(last, '가'..='힣')
        && !"은는이가을를에의로와과도만서게지고려어아야면니기록해히다요할될한된던며여러안못잘더"
            .contains(last)
}

/// Whether a word ties sentences into an argument or story.
pub(super) fn ties(word: &str) -> bool {
    const TIES: [&str; 30] = [
        "그러나",
        "하지만",
        "그래서",
        "그리고",
        "따라서",
        "또한",
        "또",
        "때문에",
        "위해",
        "대해",
        "대한",
        "있다.",
        "있는",
        "이라고",
        "것이다.",
        "것은",
        "것을",
        "것이",
        "라고",
        "같은",
        "이런",
        "그런",
        "그",
        "이",
        "저는",
        "제가",
        "통해",
        "따르면",
        "했다.",
        "없는",
    ];
    word.len() <= 10 && TIES.contains(&word)
}

/// Whether a word of two syllables or more ends in a particle.
pub(super) fn particle(syllables: usize, last: char) -> bool {
    syllables >= 2
        && matches!(
            last,
            '은' | '는' | '이' | '가' | '을' | '를' | '에' | '의' | '로' | '와' | '과' | '도' | '만' | '서'
        )
}

/// Whether a word ends as a verb inside a sentence does: 한, 된, 하며, 해서, 하면.
pub(super) fn verbal(syllables: usize, last: char) -> bool {
    syllables >= 2
        && matches!(
            last,
            '한' | '된'
                | '할'
                | '될'
                | '던'
                | '며'
                | '면'
                | '게'
                | '여'
                | '해'
                | '려'
                | '니'
                | '데'
                | '지'
                | '고'
                | '록'
                | '러'
        )
}

/// Whether a word ends a sentence where others follow: `했다.`, `좋아요!`, `합니다`.
pub(super) fn closes(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', '!', '?', '~', '”', '"', ')', '’']);
    if bare.ends_with("니다") || bare.ends_with("세요") {
        return true;
    }
    bare.len() < word.len()
        && ["다", "요", "까", "죠", "음", "함", "임", "됨"].iter().any(|e| bare.ends_with(e))
}

/// Whether a line that ends so is a sentence that goes on or was spoken: 하는데, 했지만, 먹었어.
pub(super) fn goes_on(bare: &str) -> bool {
    const ENDS: [&str; 46] = [
        "는데",
        "은데",
        "인데",
        "던데",
        "지만",
        "어서",
        "아서",
        "해서",
        "면서",
        "으며",
        "하며",
        "하고",
        "되고",
        "니까",
        "거든",
        "다면",
        "다고",
        "라고",
        "냐고",
        "자고",
        "려고",
        "도록",
        "었어",
        "았어",
        "했어",
        "졌어",
        "겠어",
        "있어",
        "없어",
        "같아",
        "싶어",
        "거야",
        "잖아",
        "는지",
        "을까",
        "일까",
        "할까",
        "될까",
        "나봐",
        "하네",
        "있네",
        "없네",
        "같네",
        "하지",
        "되지",
        "는구나",
    ];
    ENDS.iter().any(|e| bare.ends_with(e))
}

/// Whether a last syllable is one with which speech ends: 해, 싶대, 같네, 시끄러워.
pub(super) fn spoken(last: char) -> bool {
    "어아워해대래지네까나야데게자줘봐껴려돼걸뿐".contains(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_words() {
        assert_eq!(translated("공간을위한", Some('다')), 1);
        assert_eq!(translated("은", Some('텔')), 1);
        assert_eq!(translated("은", None), 0);
        assert_eq!(translated("당신이", None), 1);
        assert_eq!(translated("학교는", Some('우')), 0);
        assert_eq!(translated("합니다", Some('생')), 1);
        assert_eq!(translated("합니다", Some('을')), 0);
        assert_eq!(translated("추적하고.", Some('를')), 1);
        assert_eq!(translated("니다만", Some('습')), 1);
        assert!(ties("하지만") && !ties("하지만은"));
        assert!(particle(2, '은') && !particle(1, '은'));
        assert!(verbal(2, '한') && !verbal(3, '다'));
    }
}
