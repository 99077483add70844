//! Contact data in a line, as evidence. Finding it for masking is the business of [`crate::pii`].

/// What was seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Contacts {
    pub(super) phones: usize,
    pub(super) emails: usize,
    pub(super) urls: usize,
    /// Amounts of money and percentages.
    pub(super) prices: usize,
}

impl Contacts {
    /// One pass over the bytes.
    pub(super) fn count(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut found = Self::default();
        // Lengths and first digits of the last groups of digits that only signs of a phone number part.
        let mut groups: [(usize, [u8; 2]); 3] = [(0, [0; 2]); 3];
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'0'..=b'9' => {
                    let start = at;
                    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                        at += 1;
                    }
                    let gap = start
                        - bytes[..start].iter().rev().take(3).take_while(|b| b"-.() )".contains(b)).count();
                    let joined = gap < start && gap > 0 && bytes[gap - 1].is_ascii_digit();
                    if !joined {
                        groups = [(0, [0; 2]); 3];
                    }
                    groups = [
                        groups[1],
                        groups[2],
                        (at - start, [bytes[start], bytes.get(start + 1).copied().unwrap_or(0)]),
                    ];
                    found.phones += usize::from(phone(&groups));
                    let unit = &text[at..];
                    found.prices += usize::from(
                        unit.starts_with('%')
                            || unit.trim_start().starts_with('원')
                            || unit.starts_with("만원")
                            || unit.starts_with("천원"),
                    );
                }
                b'@' => {
                    let before = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
                    let host = bytes[at + 1..]
                        .iter()
                        .take(40)
                        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'.' || **b == b'-');
                    let dotted = host.clone().any(|b| *b == b'.');
                    found.emails += usize::from(before && dotted && host.count() > 3);
                    // The mark of a mention.
                    found.urls +=
                        usize::from(!before && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic));
                    at += 1;
                }
                b'h' | b'w' | b'U' | b'[' => {
                    let rest = &bytes[at..];
                    let free = at == 0 || !bytes[at - 1].is_ascii_alphabetic();
                    if free && (rest.starts_with(b"http") || rest.starts_with(b"www.")) {
                        found.urls += 1;
                    }
                    // The place of an address that a corpus has taken out.
                    if free && rest.starts_with(b"URL") && !rest.get(3).is_some_and(u8::is_ascii_alphanumeric)
                    {
                        found.urls += 1;
                    }
                    found.emails += usize::from(rest.starts_with(b"[email"));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        found
    }
}

/// Whether the last groups of digits make a phone number: `02-123-4567`, `010.1234.5678`, `1588-1234`.
fn phone(groups: &[(usize, [u8; 2]); 3]) -> bool {
    let [a, b, c] = groups;
    c.0 == 4
        && ((3..=4).contains(&b.0) && (2..=4).contains(&a.0) && a.1[0] == b'0'
            || b.0 == 4 && b.1[0] == b'1' && matches!(b.1[1], b'5' | b'6' | b'8'))
        || c.0 >= 7 && (3..=4).contains(&b.0) && b.1[0] == b'0'
        || (10..=11).contains(&c.0) && c.1 == *b"01"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_contacts() {
        for (text, phones, emails, urls, prices) in [
            ("문의 : 02-123-4567, 010.1234.5678", 2, 0, 0, 0),
            ("02) 747-4800 또는 1588-1234", 2, 0, 0, 0),
            ("abc@mdtoday.co.kr www.a.com http://b", 0, 1, 2, 0),
            ("[email protected] @user URL", 0, 1, 2, 0),
            ("8,900원에서 72% 할인", 0, 0, 0, 2),
            ("2018-10-31 12:30 제21대 2012.09.19", 0, 0, 0, 0),
            ("01012345678", 1, 0, 0, 0),
        ] {
            assert_eq!(Contacts::count(text), Contacts { phones, emails, urls, prices }, "{text}");
        }
    }
}
