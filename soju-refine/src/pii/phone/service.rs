//! Numbers without an area: representative and short ones.

use super::super::context::{before, same_line};
use super::super::kind::{Found, Kind};
use super::super::scan::Cue;
use super::local::called;
use super::{OTHER, announced, extended, free_after, free_before, listed, tail};

/// Numbers of three and four digits that everybody may call.
const SHORT: [u16; 44] = [
    101, 107, 110, 111, 112, 113, 114, 116, 117, 118, 119, 120, 121, 122, 123, 125, 126, 127, 128, 129, 131,
    132, 134, 182, 188, 1301, 1330, 1331, 1332, 1333, 1335, 1336, 1337, 1338, 1339, 1345, 1350, 1355, 1357,
    1366, 1372, 1388, 1393, 1399,
];

/// A service number has a separator, and is no span of years (`1592-1598`); or it is announced.
pub(super) fn service(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    let used = if groups[0].len == 8 {
        1
    } else if groups.len() > 1 && groups[0].len == 4 && groups[1].len == 4 && groups[1].gap.usual() {
        2
    } else {
        return None;
    };
    let digits = cue.number.digits(used);
    let number = digits.iter().fold(0, |n, d| n * 10 + u32::from(*d));
    let (first, second) = (number / 10_000, number % 10_000);
    if !representative(first) {
        return None;
    }
    let span = groups[0].start..extended(groups, used);
    let listed = listed(cue);
    if !free_before(cue.text, span.start, listed, false) || !free_after(cue.text, span.end, false) {
        return None;
    }
    let years = first < second && second <= 2100 && second - first <= 250;
    let joined = used == 2 && groups[1].gap.dash() && !years;
    let announced = announced(cue);
    let other = || OTHER.any(tail(cue.text, span.start, 24));
    let called = || !years && called(cue.text, span.end);
    if !announced && (!(joined || called()) || other()) {
        return None;
    }
    let mut found = Found::new(Kind::Phone, span).sure(announced);
    found.public = true;
    Some(found)
}

/// Prefixes of representative numbers that were given out.
fn representative(first: u32) -> bool {
    matches!(
        first,
        1522 | 1533
            | 1544
            | 1551
            | 1555
            | 1566
            | 1567
            | 1570
            | 1577
            | 1588
            | 1599
            | 1600
            | 1611
            | 1613
            | 1614
            | 1622
            | 1633
            | 1644
            | 1646
            | 1655
            | 1660
            | 1661
            | 1666
            | 1668
            | 1670
            | 1688
            | 1677
            | 1699
            | 1800
            | 1802
            | 1811
            | 1822
            | 1833
            | 1844
            | 1855
            | 1866
            | 1877
            | 1888
            | 1899
    )
}

/// A short number that is announced: `국번 없이 119`, `☎ 1345`. Only for those who want these masked, too.
pub(in super::super) fn short(cue: &Cue<'_>) -> Option<Found> {
    let group = cue.number.groups()[0];
    let value = cue.number.group(0).iter().fold(0, |n: u32, d| n * 10 + u32::from(*d));
    let known = matches!(group.len, 3 | 4) && SHORT.iter().any(|s| u32::from(*s) == value);
    let before = same_line(before(cue.text, group.start, 32)).trim_end_matches([' ', ':', '(', ')']);
    let announced = ["국번없이", "국번 없이", "전화", "☎", "☏", "신고는", "신고", "상담전화"]
        .iter()
        .any(|word| before.ends_with(word));
    if !known || !announced || !free_after(cue.text, group.end, false) {
        return None;
    }
    let mut found = Found::new(Kind::Phone, group.start..group.end);
    found.public = true;
    Some(found)
}
