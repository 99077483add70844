//! Lines whose form gives them away.

use super::features::Seen;
use crate::junk::lexicon::Class;
use crate::junk::marks;

/// Longest line that goes for a phrase in it, in visible characters: all but copyright and ads.
const PHRASE_PROSE: usize = 70;
/// Longest notice that a post was paid for.
const SPONSORED: usize = 120;
/// Longest message of a page's own.
const MESSAGE: usize = 60;
/// The same for copyright and ads.
const PHRASE_LINE: usize = 200;

/// The kind of a line that is no text whatever its words, and how sure that is. With `phrased` the phrases of the
/// page's own text are looked for, too.
pub(super) fn certain(text: &str, seen: &Seen, phrased: bool) -> Option<(&'static str, f32)> {
    let of = |class| seen.counts.of(class);
    if seen.letters == 0 || seen.hangul == 0 && seen.jamo * 2 > seen.letters {
        return Some(("emoticon", 0.98));
    }
    if seen.hangul + seen.latin < 2 {
        return Some(("fragment", 0.95));
    }
    if laughter(text, seen) {
        return Some(("emoticon", 0.95));
    }
    let prose = seen.prose();
    if !prose && seen.steps >= 2 && seen.words <= 24 && seen.visible <= 14 * (seen.steps + 1) {
        return Some(("breadcrumb", 0.95));
    }
    if seen.number_run >= 8 {
        return Some(("keywords", 0.97));
    }
    if of(Class::Sponsored) > 0 && seen.visible <= SPONSORED && seen.quotes == 0 && of(Class::Report) == 0 {
        return Some(("sponsored", 0.95));
    }
    // A form's head with a board's fields: 제 목, 작성일, 조회수, 내 용.
    if of(Class::Field) >= 3 && of(Class::Field) * 14 >= seen.words {
        return Some(("template", 0.95));
    }
    if seen.counts.stuffed > 0 && of(Class::Report) == 0 {
        return Some(("keywords", 0.95));
    }
    if phrased && seen.visible <= PHRASE_LINE {
        for (_, phrase) in marks::find(text).phrases {
            let most = match (phrase.label, phrase.kind) {
                (true, _) if prose => 0,
                (_, "copyright" | "ad") => PHRASE_LINE,
                _ if prose => PHRASE_PROSE,
                _ => 100,
            };
            if seen.visible <= most && of(Class::Report) == 0 {
                let kind = if phrase.kind == "list" { "listing" } else { phrase.kind };
                return Some((kind, 0.93));
            }
        }
    }
    // `보안을 위해 비밀번호를 다시 입력해 주세요.`
    if seen.visible <= MESSAGE
        && of(Class::Ui) * 3 >= seen.words
        && of(Class::Report) == 0
        && seen.quotes == 0
    {
        return Some(("nav", 0.9));
    }
    if seen.cut_short && !seen.sentence() && seen.visible <= MESSAGE && !seen.spoken() {
        return Some(("nav", 0.8));
    }
    let contacts = seen.contacts.phones + seen.contacts.emails;
    if contacts > 0 && !prose && seen.visible <= 60 {
        return Some((if of(Class::Byline) > 0 { "byline" } else { "contact" }, 0.95));
    }
    if seen.contacts.emails > 0 && of(Class::Byline) > 0 {
        return Some(("byline", 0.9));
    }
    // An offer hides its words, or heaps them up and calls to take it.
    let spam = of(Class::Gambling) + of(Class::Adult) + of(Class::Loan);
    let calls = of(Class::Cta) + of(Class::Promo) + seen.contacts.phones > 0;
    if (spam > 0 && seen.counts.disguised > 0
        || spam > 1 && seen.quotes == 0 && (calls || spam * 4 >= seen.words))
        && of(Class::Report) == 0
        && of(Class::Profanity) + of(Class::Hate) == 0
    {
        let most = [Class::Gambling, Class::Adult, Class::Loan].into_iter().max_by_key(|c| of(*c));
        let kind = match most {
            Some(Class::Adult) => "adult",
            Some(Class::Loan) => "loan",
            _ => "gambling",
        };
        return Some((kind, 0.95));
    }
    None
}

/// Whether a line is one sound again and again: 하하하, 히히힛, 노잼노잼노잼.
fn laughter(text: &str, seen: &Seen) -> bool {
    if seen.hangul < 3 || seen.visible > 60 {
        return false;
    }
    let mut kinds = [' '; 4];
    let mut many = 0;
    for c in text.chars().filter(|c| matches!(c, '가'..='힣')) {
        if !kinds[..many].contains(&c) {
            if many == kinds.len() {
                return false;
            }
            kinds[many] = c;
            many += 1;
        }
    }
    many * 3 <= seen.hangul
}
