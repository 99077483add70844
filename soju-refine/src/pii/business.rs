//! Registration numbers of businesses (부가가치세법 제8조): tax office, form, serial number and check digit, 3-2-5.

use std::sync::LazyLock;

use super::context::{Words, before, ends, previous, same_line};
use super::kind::{Found, Kind};
use super::number::{Gap, is_digit};
use super::scan::{Cue, Recognizer};

static ANNOUNCED: LazyLock<Words> = LazyLock::new(|| Words::new(&["사업자", "등록번호", "고유번호증"]));

/// Registration numbers of businesses.
pub(super) struct Business;

impl Recognizer for Business {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let groups = cue.number.groups();
        let used = match groups[0].len {
            10 => 1,
            3 if cue.number.shaped(&[3, 2, 5], Gap::plain) => 3,
            _ => return None,
        };
        let span = groups[0].start..groups[used - 1].end;
        let digits = cue.number.digits(used);
        let next = cue.text[span.end..].chars();
        let continues = matches!(next.clone().next(), Some('-')) && next.clone().nth(1).is_some_and(is_digit);
        let alone = previous(cue.text, span.start)
            .is_none_or(|c| !c.is_ascii_alphanumeric() && !"-–.*_#".contains(c));
        if !alone || continues || !ends(cue.text, span.end) {
            return None;
        }
        let announced = ANNOUNCED.any(same_line(before(cue.text, span.start, 48)));
        let joined = used == 3 && groups[1].gap.dash() && groups[2].gap.dash();
        // The first three digits are the code of a tax office, from 101 on.
        let good = digits[..3] != [0; 3] && (announced || joined && check(digits) && digits[0] > 0);
        good.then(|| Found::new(Kind::Business, span).sure(announced && check(digits)))
    }
}

/// Weights 1, 3, 7 in turn and 5 for the ninth digit, whose tens are added as well.
fn check(d: &[u8]) -> bool {
    let sum: u32 = d[..9].iter().zip([1, 3, 7, 1, 3, 7, 1, 3, 5]).map(|(d, w)| u32::from(*d) * w).sum();
    let sum = sum + u32::from(d[8]) * 5 / 10;
    u32::from(d[9]) == (10 - sum % 10) % 10
}
