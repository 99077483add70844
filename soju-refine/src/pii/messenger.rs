//! Identifiers in messengers.
//!
//! An identifier is a word of Latin letters and digits, so only the name of a messenger before it, with a
//! word for identifier, a mark, or a shape that no word has, makes it one.

use std::ops::Range;
use std::sync::LazyLock;

use super::context::{Words, after, before, next, previous};
use super::kind::{Found, Kind};

/// How far behind the name an identifier may start, in bytes.
const REACH: usize = 48;
/// Lengths of identifiers.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=32;

/// Words that may stand between the name and the identifier; those of the first part say that one follows.
static BETWEEN: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "아이디",
        "아 이 디",
        "아뒤",
        "id",
        "i.d",
        "i d",
        "ⓘⓓ",
        "ID는",
        "추가",
        "친추",
        "친구추가",
        "계정",
        "검색",
        "문의",
        "상담",
        "연락",
        "주소",
        "메신저",
        "채팅",
        "오픈채팅",
        "플러스친구",
        "플친",
        "채널",
        "로",
        "는",
        "은",
        "톡",
        "으로",
        "그램",
        "레그램",
        "래그램",
        "레",
        "래",
        "주세요",
        "가능",
    ])
});
/// What is left of a name behind the part that was found: `텔` of 텔레그램.
const REST: [&str; 6] = ["톡", "그램", "레그램", "래그램", "레", "래"];
/// Words that promise an identifier.
static PROMISE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&["아이디", "아 이 디", "아뒤", "id", "i.d", "i d", "ⓘⓓ", "친추", "친구추가", "계정", "검색"])
});

/// Latin words that follow the names of messengers.
const WORDS: [&str; 36] = [
    "kakaotalk",
    "kakao",
    "talk",
    "telegram",
    "line",
    "wechat",
    "instagram",
    "messenger",
    "http",
    "https",
    "www",
    "android",
    "iphone",
    "ipad",
    "app",
    "apps",
    "store",
    "google",
    "play",
    "windows",
    "mac",
    "friends",
    "channel",
    "plus",
    "pay",
    "mobile",
    "open",
    "chat",
    "bank",
    "corp",
    "games",
    "group",
    "page",
    "version",
    "email",
    "naver",
];

/// Obfuscated names: what is left when marks are taken out.
const CLOAKED: [&str; 15] = [
    "카톡",
    "까톡",
    "카카오톡",
    "텔레",
    "텔레그램",
    "ㅋㅏ톡",
    "ㅋ톡",
    "ㅋr톡",
    "ㅋr카오톡",
    "kㅏ톡",
    "k톡",
    "캌톡",
    "카카톡",
    "깨톡",
    "텔래",
];

/// The identifier that the name of a messenger at `word` announces.
pub(super) fn named(text: &str, word: Range<usize>) -> Option<Found> {
    let name = text[word.clone()].to_ascii_lowercase();
    let photos = matches!(&*name, "인스타" | "인스타그램" | "insta" | "instagram");
    if photos && name.is_ascii() && !alone(text, &word) {
        return None;
    }
    // `톡` ends the names of KakaoTalk, plain and cloaked; alone it is any talk.
    let weak = match name.as_str() {
        "톡" if !cloaked(text, word.end) => return None,
        "라인" | "line" | "인스타" | "insta" | "instagram" => true,
        "텔" if !telegram(text, word.end) => return None,
        _ => false,
    };
    let behind = after(text, word.end, REACH + *LENGTHS.end());
    let behind = behind.split('\n').next().unwrap_or(behind);
    let lead = lead(behind)?;
    let token = token(&behind[lead.end..])?;
    if !LENGTHS.contains(&token.trim_start_matches('@').len()) || common(token) {
        return None;
    }
    let followed = behind[lead.end + token.len()..].trim_start();
    // `#인스타그램 #ootd2024`: hashtags stand in rows.
    if !(lead.promised || lead.marked) && lead.tagged {
        return None;
    }
    if !lead.promised
        && (numbered(token)
            || !lead.marked && counted(token)
            || SOFTWARE.iter().any(|w| followed.starts_with(w))
            || on_track(text, word.start))
    {
        return None;
    }
    let plain = token.trim_start_matches('@');
    let mixed = plain.bytes().any(|b| b.is_ascii_digit() || b == b'_')
        && plain.bytes().any(|b| b.is_ascii_alphabetic());
    let at = token.starts_with('@');
    let good = lead.promised && (lead.marked || mixed || at || token.len() >= 5)
        || at
        || lead.marked && (!weak || mixed)
        || mixed && !weak && !lead.worded
        || photos && !lead.worded && handle(token);
    let start = word.end + lead.end;
    good.then(|| Found::new(Kind::Messenger, start..start + token.len()).sure(lead.promised))
}

/// What stands between the name and the identifier.
struct Lead {
    end: usize,
    /// A word for identifier is in it.
    promised: bool,
    /// A colon or another mark that announces is in it.
    marked: bool,
    /// Other words are in it.
    worded: bool,
    /// A number sign is in it.
    tagged: bool,
}

fn lead(behind: &str) -> Option<Lead> {
    let mut lead = Lead { end: 0, promised: false, marked: false, worded: false, tagged: false };
    while lead.end < behind.len().min(REACH) {
        let rest = &behind[lead.end..];
        if let Some(len) = BETWEEN.at_start(rest) {
            let letters = rest.as_bytes()[0].is_ascii_alphabetic();
            let word = rest
                .as_bytes()
                .get(len)
                .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
            // `id` may begin the identifier: `idol77`.
            if !(letters && word) {
                let promise = PROMISE.at_start(rest).is_some();
                lead.promised |= promise;
                lead.worded |= !promise && !REST.contains(&&rest[..len]);
                lead.end += len;
                continue;
            }
        }
        match rest.chars().next()? {
            c if c.is_ascii_alphanumeric() || c == '@' || c == '_' => return Some(lead),
            ':' | '=' | '：' | '→' | '▶' | '►' | '☞' | '-' | '>' | '】' | ']' | '＝' => {
                lead.marked = true
            }
            '#' => lead.tagged = true,
            ' ' | '(' | ')' | '[' | '【' | '\'' | '"' | '“' | '‘' | '/' | '.' | ',' | '♥' | '★' | '☆'
            | '~' | '「' | '『' | 'ㄹ' | 'ㅔ' | 'ㄱ' | 'ㅁ' | '*' | '●' | '◆' | '■' => {}
            _ => return None,
        }
        lead.end += rest.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// The identifier that `text` starts with, a leading at sign included.
fn token(text: &str) -> Option<&str> {
    let at = usize::from(text.starts_with('@'));
    let len = text[at..]
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        .count();
    let token = text[..at + len].trim_end_matches(['.', '-']);
    let plain = &token[at.min(token.len())..];
    let mail = text[token.len()..].starts_with(['@', '＠']);
    let named = plain.bytes().any(|b| b.is_ascii_alphabetic()) && !mail && !plain.contains("://");
    (plain.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && named).then_some(token)
}

/// What follows the versions and parts of a program.
const SOFTWARE: [&str; 7] = ["버전", "버젼", "업데이트", "기능", "출시", "서비스", "앱"];

/// Words that have a number behind them in prose.
const COUNTED: [&str; 31] = [
    "story", "stories", "reel", "reels", "live", "feed", "photo", "video", "shorts", "top", "best", "vol",
    "no", "part", "ep", "season", "day", "step", "gen", "web", "win", "covid", "galaxy", "note", "api",
    "sns", "event", "mbti", "follow", "follower", "dm",
];

/// A version or the number of a product: `v9.8.0`, `ver2`, `pay3`.
fn numbered(token: &str) -> bool {
    let plain = unnumbered(token);
    matches!(&*plain, "v" | "ver" | "rc" | "beta" | "alpha" | "ios" | "os") || WORDS.contains(&&*plain)
}

/// A thing of which there are several: `story2`, `top100`, `photo_2024`.
fn counted(token: &str) -> bool {
    COUNTED.contains(&unnumbered(token).trim_end_matches('_'))
}

fn unnumbered(token: &str) -> String {
    token.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_ascii_lowercase()
}

/// Whether no letter or digit stands beside a Latin name: not `installed`, `hot_insta`.
fn alone(text: &str, name: &Range<usize>) -> bool {
    let joined = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    !joined(previous(text, name.start)) && !joined(next(text, name.end))
}

/// What a name in Instagram looks like, which has small letters only, and no word does: `hong1234`, `hong_gd`.
fn handle(token: &str) -> bool {
    let letters = token.bytes().filter(u8::is_ascii_lowercase).count();
    letters > 2
        && token.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.'))
        && token.bytes().any(|b| b.is_ascii_digit() || b == b'_')
        && !token.starts_with(|c: char| c.is_ascii_digit())
}

/// `2호선 라인`: a line of a railway.
fn on_track(text: &str, name: usize) -> bool {
    before(text, name, 12).trim_end().ends_with("호선")
}

fn common(token: &str) -> bool {
    let plain = token.trim_start_matches('@');
    let first = plain.split(['.', '-']).next().unwrap_or(plain);
    // `PC`, `SNS`: short capitals name things.
    WORDS.iter().any(|w| first.eq_ignore_ascii_case(w))
        || plain.len() <= 4 && plain.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether the text up to `end` ends in a name of KakaoTalk, marks within it or not.
fn cloaked(text: &str, end: usize) -> bool {
    let tail = before(text, end, 24);
    let kept: Vec<char> = tail.chars().rev().filter(|c| !" .,-_*@~!/|^♥★☆♡`'".contains(*c)).take(5).collect();
    CLOAKED.iter().any(|name| {
        name.chars()
            .rev()
            .zip(kept.iter().map(Some).chain(std::iter::repeat(None)))
            .all(|(n, k)| Some(&n.to_ascii_lowercase()) == k.map(char::to_ascii_lowercase).as_ref())
    })
}

/// Whether a name of Telegram stands around `end`, where its first syllable ends.
fn telegram(text: &str, end: usize) -> bool {
    let ahead = after(text, end, 24);
    let mut kept = ahead.chars().filter(|c| !" .,-_*@~!/|^♥★☆♡`'".contains(*c));
    match kept.next() {
        Some('레' | '래') => true,
        Some('ㄹ') => matches!(kept.next(), Some('ㅔ' | 'ㅐ' | 'ㄱ' | '그')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pii;

    fn masked(text: &str) -> Option<&str> {
        let found = Pii::default().find(text);
        assert!(found.len() < 2, "{text}: {found:?}");
        found.first().map(|f| &text[f.span.clone()])
    }

    #[test]
    fn names_in_instagram_and_cloaked_kakaotalk() {
        for text in [
            "ㅋr톡 hong1234",
            "ㅋr.톡 : hong1234",
            "ㅋr카오톡 hong1234",
            "인스타 hong1234",
            "인스타그램 hong1234",
            "인스타(hong1234)",
            "instagram hong1234",
            "Insta: hong1234",
        ] {
            assert_eq!(masked(text), Some("hong1234"), "{text}");
        }
        assert_eq!(masked("인스타그램: hong_1234"), Some("hong_1234"));
        assert_eq!(masked("인스타 hong_gd 놀러 오세요"), Some("hong_gd"));
    }

    #[test]
    fn what_stands_beside_instagram_is_no_name() {
        for text in [
            "인스타 2024",
            "인스타 감성",
            "인스타 감성 cafe1234",
            "인스타 감성카페",
            "인스타 story2",
            "인스타 iphone15 사진",
            "인스타 TOP100",
            "인스타 top100 계정",
            "인스타 BTS2023",
            "인스타 1080p",
            "인스타 v9.8.0",
            "인스타 photo",
            "#인스타 #photo_2024",
            "#인스타그램 #ootd2024",
            "#instagram #daily_look",
            "installed hong1234",
            "instance1234 hong1234",
            "톡 hong1234",
        ] {
            assert_eq!(masked(text), None, "{text}");
        }
    }
}
