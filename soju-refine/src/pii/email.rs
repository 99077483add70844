//! E-mail addresses.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Addresses with an at sign or a spelling of it. A spelled one needs a domain that is known to end
/// in a mail host's way, because `골뱅이` is also a snail.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let local = r"[A-Za-z0-9][A-Za-z0-9._%+\-]*";
    let domain = r"[A-Za-z0-9][A-Za-z0-9\-]*(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}";
    let host = r"(?:naver|daum|hanmail|nate|gmail|hotmail|yahoo|outlook|kakao|korea|empal|paran|dreamwiz|[A-Za-z0-9\-]+(?:\.(?:co|or|ac|go|re|ne|pe))?)";
    let end = r"(?:com|net|org|kr|io|edu)";
    let at = r"[ ]?(?:골뱅이|\([ ]?(?:at|AT|At|골뱅이|@)[ ]?\)|\[[ ]?(?:at|AT|At|골뱅이|@)[ ]?\]|<at>)[ ]?";
    let dot = r"(?:\.|[ ]?(?:점|닷|\(dot\)|\[dot\])[ ]?)";
    Regex::new(&format!(
        r"\[email[  ]protected\]|{local}(?:[@＠]{domain}|[ ][@＠][ ]?{host}\.{end}(?:\.kr)?|[@＠][ ]{host}\.{end}(?:\.kr)?|{at}{host}{dot}{end}(?:{dot}kr)?)"
    ))
    .expect("the pattern is a constant")
});

/// Endings that make `img@2x.png` a file.
const FILES: [&str; 9] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "html"];

/// Byte ranges of e-mail addresses in `text`, sorted.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    // Every form has one of these; most texts have none.
    if memchr::memchr2(b'@', b'[', text.as_bytes()).is_none()
        && !["＠", "골뱅이", "(at)", "(AT)", "<at>"].iter().any(|mark| text.contains(mark))
    {
        return Vec::new();
    }
    ADDRESS
        .find_iter(text)
        .filter(|m| {
            let ending = m.as_str().rsplit('.').next().unwrap_or_default();
            !FILES.iter().any(|f| ending.eq_ignore_ascii_case(f))
        })
        .map(|m| m.range())
        .collect()
}
