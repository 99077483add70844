//! What single words show.

/// Traces of machine translation: endings torn off or glued on, pronouns that Korean leaves out,
/// particles that stand alone. `before` is the last character of the word before.
pub(super) fn translated(word: &str, before: Option<char>) -> usize {
    let bare = word.trim_end_matches(['.', ',']);
    let Some(last @ '가'..='힣') = bare.chars().next_back() else { return 0 };
    // The torn ones have one to four syllables, the glued ones end longer words.
    let listed =
        before.is_some() && torn(bare) || bare.len() >= 9 && (glued(bare, last) || bare.starts_with("수있"));
    // `때문에이 문제가`: a determiner glued to the word before.
    let joined =
        last == '이' && matches!(bare, "때문에이" | "에서이" | "하여이" | "경우이" | "후이" | "다음이");
    // `발생 합니다`, `사용 하는`: a verb torn from its noun.
    let verb = auxiliary(bare) && before.is_some_and(noun);
    // `접했습 니다`, `추적하고.`, `작은 것을.`: an ending torn off, a sentence that stops before its verb.
    let ending = bare.starts_with("니다") || bare.starts_with("습니다");
    let stop = word.len() > bare.len() && !word.ends_with("..") && word.ends_with('.');
    let stopped = stop && bare.len() >= 6 && unfinished(bare, last);
    let pronoun = bare.starts_with("당신");
    // A particle that stands alone: `사용 하 여`, `호텔 은`.
    let alone = before.is_some()
        && bare.len() == 3
        && matches!(last, '을' | '를' | '은' | '는' | '의' | '여' | '와' | '과' | '로' | '에');
    [listed, joined, verb, ending, stopped, pronoun, alone].into_iter().map(usize::from).sum()
}

/// An ending or particle that stands alone.
fn torn(bare: &str) -> bool {
    matches!(
        bare,
        "하" | "되"
            | "그것은"
            | "그것을"
            | "그들은"
            | "그들의"
            | "귀하의"
            | "의하여"
            | "에서"
            | "에게"
            | "으로"
            | "까지"
    )
}

/// Whether a word ends in what should be a word of its own; `last` is its last syllable.
fn glued(bare: &str, last: char) -> bool {
    let ends = |end: &str| bare.ends_with(end);
    match last {
        '한' => ends("을위한") || ends("를위한") || ends("에대한"),
        '는' => ends("에있는") || ends("수있는") || ends("하게하는"),
        '어' => ends("에있어"),
        '우' => ends("할경우"),
        '해' => ends("에의해"),
        '이' => ends("는이") || ends("를이") || ends("을이") || ends("에서이"),
        '의' => ends("에의"),
        '다' => ends("수있다") || ends("수있습니다"),
        _ => false,
    }
}

/// Forms of 하다 and 되다, which make verbs of nouns.
fn auxiliary(bare: &str) -> bool {
    matches!(
        bare,
        "하여"
            | "하기"
            | "하는"
            | "하고"
            | "하면"
            | "합니다"
            | "했습니다"
            | "하려면"
            | "하거나"
            | "되는"
            | "되어"
            | "됩니다"
            | "되지"
            | "되었습니다"
            | "된다"
            | "한다"
    )
}

/// Whether a sentence can't stop with a word that ends so.
fn unfinished(bare: &str, last: char) -> bool {
    let ends = |end: &str| bare.ends_with(end);
    match last {
        '을' | '를' | '의' | '와' | '과' => true,
        '는' => ends("하는") || ends("되는"),
        '고' => ends("하고"),
        '며' => ends("하며"),
        '서' => ends("에서"),
        '한' => ends("위한"),
        _ => false,
    }
}

/// Whether a word opens with a pronoun that Korean mostly leaves out, and translations do not.
pub(super) fn pronoun(word: &str) -> bool {
    const PRONOUNS: [&str; 9] =
        ["그것", "그들", "당신", "귀하", "저희를", "우리는", "우리의", "이것", "그녀"];
    word.starts_with(['그', '당', '귀', '저', '우', '이']) && PRONOUNS.iter().any(|p| word.starts_with(p))
}

/// Whether a word that ends so may be a bare noun: no particle and no ending.
fn noun(last: char) -> bool {
    matches!(last, '가'..='힣')
        && !matches!(
            last,
            '은' | '는'
                | '이'
                | '가'
                | '을'
                | '를'
                | '에'
                | '의'
                | '로'
                | '와'
                | '과'
                | '도'
                | '만'
                | '서'
                | '게'
                | '지'
                | '고'
                | '려'
                | '어'
                | '아'
                | '야'
                | '면'
                | '니'
                | '기'
                | '록'
                | '해'
                | '히'
                | '다'
                | '요'
                | '할'
                | '한'
                | '된'
                | '던'
                | '며'
                | '여'
                | '러'
                | '안'
                | '못'
                | '잘'
                | '더'
        )
}

/// Whether a word ties sentences into an argument or story.
pub(super) fn ties(word: &str) -> bool {
    matches!(
        word,
        "그러나"
            | "하지만"
            | "그래서"
            | "그리고"
            | "따라서"
            | "또한"
            | "또"
            | "때문에"
            | "위해"
            | "대해"
            | "대한"
            | "있다."
            | "있는"
            | "이라고"
            | "것이다."
            | "것은"
            | "것을"
            | "것이"
            | "라고"
            | "같은"
            | "이런"
            | "그런"
            | "그"
            | "이"
            | "저는"
            | "제가"
            | "통해"
            | "따르면"
            | "했다."
            | "없는"
    )
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
        && matches!(bare.chars().next_back(), Some('다' | '요' | '까' | '죠' | '음' | '함' | '임' | '됨'))
}

/// Whether a line that ends so is a sentence that goes on or was spoken: 하는데, 했지만, 먹었어.
pub(super) fn goes_on(bare: &str) -> bool {
    let mut back = bare.chars().rev();
    let (Some(last), Some(before)) = (back.next(), back.next()) else { return false };
    match last {
        '데' => matches!(before, '는' | '은' | '인' | '던'),
        '만' => before == '지',
        '서' => matches!(before, '어' | '아' | '해' | '면'),
        '며' => matches!(before, '으' | '하'),
        '고' => matches!(before, '하' | '되' | '다' | '라' | '냐' | '자' | '려'),
        '까' => matches!(before, '니' | '을' | '일' | '할' | '될'),
        '든' => before == '거',
        '면' => before == '다',
        '록' => before == '도',
        '어' => matches!(before, '었' | '았' | '했' | '졌' | '겠' | '있' | '없' | '싶'),
        '아' => matches!(before, '같' | '잖'),
        '야' => before == '거',
        '지' => matches!(before, '는' | '하' | '되'),
        '봐' => before == '나',
        '네' => matches!(before, '하' | '있' | '없' | '같'),
        '나' => before == '구' && back.next() == Some('는'),
        _ => false,
    }
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
