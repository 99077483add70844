//! Personal data, replaced by typed placeholders.
//!
//! Patterns are matched with linear-time regular expressions and then checked by their
//! surroundings, because a word border means nothing beside Hangul and a date, a price, an ISBN or
//! an account number looks much like a phone number.

mod email;
mod phone;
mod rrn;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::document::{Change, Document};
use crate::pipeline::{Stage, Verdict};

/// What stands in the place of a phone number.
pub const PHONE: &str = "<전화번호>";
/// What stands in the place of an e-mail address.
pub const EMAIL: &str = "<이메일>";
/// What stands in the place of a resident registration number.
pub const RRN: &str = "<주민등록번호>";

/// What [`Pii`] masks. Every switch is on by default.
///
/// Emergency and short public numbers (112, 119, 1330, 1345) are never masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PiiConfig {
    /// Phone and fax numbers (kind `phone`): mobile, area codes, 070, 050x, 060, 080, +82.
    pub phone: bool,
    /// Service numbers of companies, 15xx, 16xx, 18xx and 080, too. Only with `phone`.
    pub service_numbers: bool,
    /// E-mail addresses (kind `email`), `골뱅이` and `(at)` spellings included.
    pub email: bool,
    /// Resident and foreigner registration numbers (kind `rrn`).
    pub rrn: bool,
}

impl Default for PiiConfig {
    fn default() -> Self {
        Self { phone: true, service_numbers: true, email: true, rrn: true }
    }
}

/// The stage `pii`. Never objects to a document.
#[derive(Debug, Clone, Default)]
pub struct Pii {
    config: PiiConfig,
}

impl Pii {
    /// A stage with this configuration.
    pub fn new(config: PiiConfig) -> Self {
        Self { config }
    }

    /// Where personal data stands in `text`: kind and byte range, sorted, without overlaps.
    pub fn find(&self, text: &str) -> Vec<(&'static str, Range<usize>)> {
        let mut found = Vec::new();
        if self.config.rrn {
            found.extend(rrn::find(text).map(|span| ("rrn", span)));
        }
        if self.config.phone {
            found.extend(
                phone::find(text, self.config.service_numbers).into_iter().map(|span| ("phone", span)),
            );
        }
        if self.config.email {
            found.extend(email::find(text).into_iter().map(|span| ("email", span)));
        }
        found.sort_by_key(|(_, span)| (span.start, std::cmp::Reverse(span.end)));
        let mut end = 0;
        found.retain(|(_, span)| {
            let free = span.start >= end;
            end = end.max(span.end);
            free
        });
        found
    }
}

impl Stage for Pii {
    fn name(&self) -> &'static str {
        "pii"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        let changes = self
            .find(doc.text())
            .into_iter()
            .map(|(kind, span)| {
                let placeholder = match kind {
                    "phone" => PHONE,
                    "email" => EMAIL,
                    _ => RRN,
                };
                Change::replace(kind, span, placeholder)
            })
            .collect();
        doc.apply("pii", changes);
        Verdict::Keep
    }
}

/// The value of an ASCII or full-width digit.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０')).ok(),
        _ => None,
    }
}

/// At most the last `n` characters of `text`.
fn last_chars(text: &str, n: usize) -> &str {
    let start = text.char_indices().rev().take(n).last().map_or(text.len(), |(i, _)| i);
    &text[start..]
}

#[cfg(test)]
mod tests;
