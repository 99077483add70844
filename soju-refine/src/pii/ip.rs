//! IP addresses of both versions.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use super::context::{Words, after, before, ends, previous, same_line, starts};
use super::kind::{Found, Kind};
use super::scan::{Cue, Recognizer};

static ANNOUNCED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&["ip", "아이피", "서버", "접속", "dns", "게이트웨이", "주소", "호스트", "작성자"])
});
static VERSION: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&["버전", "버젼", "version", "ver", "펌웨어", "firmware", "build", "빌드", "업데이트", "v."])
});

/// What the address is called.
static NAMED: LazyLock<Words> = LazyLock::new(|| Words::new(&["ip", "아이피"]));
/// Numbers of goods are dotted as well.
static GOODS: LazyLock<Words> =
    LazyLock::new(|| Words::new(&["제품번호", "품번", "부품번호", "모델", "부품 번호", "제품 번호"]));

/// Longest text of an address of version 6.
const LONGEST: usize = 45;

/// Addresses of version 4 in dotted form (RFC 791).
///
/// Versions and chapters have that form as well: without a word before it, one number has to be larger
/// than those usually get.
pub(super) struct IpV4;

impl Recognizer for IpV4 {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let groups = cue.number.groups();
        let dotted =
            |n: usize| groups[n].gap.marks == 1 && groups[n].gap.mark == '.' && groups[n].gap.spaces == 0;
        if groups.len() < 4 || !(1..4).all(dotted) || groups.len() > 4 && dotted(4) {
            return None;
        }
        let span = groups[0].start..groups[3].end;
        let apart = previous(cue.text, span.start).is_none_or(|c| !matches!(c, '.' | '-' | ',' | '/'));
        if !apart || !starts(cue.text, span.start) || !ends(cue.text, span.end) {
            return None;
        }
        let address: Ipv4Addr = cue.text[span.clone()].parse().ok()?;
        if address.is_loopback() || address.is_unspecified() || address.is_documentation() || mask(address) {
            return None;
        }
        let tail = same_line(before(cue.text, span.start, 24));
        let version = VERSION.any(tail) || VERSION.any(after(cue.text, span.end, 10)) || GOODS.any(tail);
        // A server has versions as well as addresses: only a word for the address itself stands against that.
        let announced = ANNOUNCED.any(tail) && (!version || NAMED.any(tail));
        let large = address.octets().iter().any(|octet| *octet >= 32);
        (announced || large && !version).then(|| Found::new(Kind::Ip, span).sure(announced))
    }
}

/// A network mask, 255.255.255.0.
fn mask(address: Ipv4Addr) -> bool {
    let bits = u32::from(address);
    bits.leading_ones() >= 8 && bits.leading_ones() + bits.trailing_zeros() >= 32
}

/// The address of version 6 (RFC 4291) around the colon at `at`.
pub(super) fn v6(text: &str, at: usize) -> Option<Found> {
    let part = |b: &u8| b.is_ascii_hexdigit() || *b == b':';
    let bytes = text.as_bytes();
    let back = bytes[..at].iter().rev().take(LONGEST).take_while(|b| part(b)).count();
    let ahead = bytes[at..].iter().take(LONGEST).take_while(|b| part(b) || **b == b'.').count();
    let mut start = at - back;
    // A colon of the sentence's may stand before it.
    if bytes[start] == b':' && bytes.get(start + 1) != Some(&b':') {
        start += 1;
    }
    let end = at + bytes[at..at + ahead].iter().rposition(|b| *b != b'.').map_or(0, |i| i + 1);
    let value = text.get(start..end)?;
    if value.len() < 4
        || !starts(text, start)
        || !ends(text, end)
        || value.bytes().filter(|b| *b == b':').count() < 2
    {
        return None;
    }
    let address: Ipv6Addr = value.parse().ok()?;
    let first = address.segments()[0];
    let given = matches!(first, 0x2000..=0x3FFF | 0xFE80..=0xFEBF | 0xFC00..=0xFDFF);
    let documentation = address.segments()[..2] == [0x2001, 0x0DB8];
    (given && !documentation).then(|| Found::new(Kind::Ip, start..end))
}
