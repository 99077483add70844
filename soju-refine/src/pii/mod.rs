//! Personal data, replaced by typed placeholders or by pseudonyms.
//!
//! Every value has digits, an at sign, a dot or one of a few words in it. One pass finds these, and a small
//! recognizer for each kind looks at what stands around: a word border means nothing beside Hangul, and a
//! date, a price, an ISBN or a case number looks much like a phone number. `docs/pii.md` has the forms,
//! their recall and the false alarms.

mod account;
mod address;
mod business;
mod card;
mod config;
mod context;
mod documents;
mod email;
mod ip;
mod kind;
mod messenger;
mod number;
mod phone;
mod pseudonym;
mod regions;
mod registration;
mod scan;
mod spoken;
mod url;

use std::cmp::Reverse;

pub use config::{PiiConfig, Policy, PublicNumbers, Secret};
pub use kind::{EMAIL, Found, Kind, PHONE, RRN};

use crate::document::{Change, Document};
use crate::pipeline::{Stage, Verdict};
use pseudonym::Pseudonyms;

/// The stage `pii`. Never objects to a document.
#[derive(Clone, Default)]
pub struct Pii {
    config: PiiConfig,
    pseudonyms: Option<Pseudonyms>,
}

impl std::fmt::Debug for Pii {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pii").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Pii {
    /// A stage with this configuration. Ask [`PiiConfig::fault`] first: a pseudonym is as secret as its key.
    pub fn new(config: PiiConfig) -> Self {
        let pseudonyms = config.pseudonyms.then(|| Pseudonyms::new(config.secret.bytes()));
        Self { config, pseudonyms }
    }

    /// Where personal data stands in `text` that is to be masked or labelled, sorted, without overlaps.
    pub fn find(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        scan::scan(text, self.config.public_numbers == PublicNumbers::Mask, |value| found.push(value));
        if found.is_empty() {
            return found;
        }
        found.sort_by_key(|f| (f.span.start, Reverse(f.span.end)));
        let mut end = 0;
        found.retain(|f| {
            let free = f.span.start >= end;
            end = end.max(f.span.end);
            free && self.concerns(f)
        });
        found
    }

    /// Whether anything is done about a value. One that is kept still is no other value.
    fn concerns(&self, found: &Found) -> bool {
        let public = found.public && self.config.public_numbers == PublicNumbers::Keep;
        !public && self.config.policy(found.kind) != Policy::Keep
    }

    fn change(&self, text: &str, found: Found) -> Change {
        let replacement = match &self.pseudonyms {
            Some(pseudonyms) => pseudonyms.of(found.kind, &text[found.span.clone()]).into(),
            None => found.kind.placeholder().into(),
        };
        Change { kind: found.kind.name().into(), span: found.span, replacement, score: Some(found.score) }
    }
}

impl Stage for Pii {
    fn name(&self) -> &'static str {
        "pii"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        let mut found = self.find(doc.text());
        if found.is_empty() {
            return Verdict::Keep;
        }
        for kind in Kind::ALL.into_iter().filter(|k| self.config.policy(*k) == Policy::Label) {
            let count = found.iter().filter(|f| f.kind == kind).count();
            if count > 0 {
                // A count beyond 2^24 is no longer exact, and no longer of interest.
                doc.measure(kind.measure(), count as f32);
            }
        }
        found.retain(|f| self.config.policy(f.kind) == Policy::Mask);
        let changes = found.into_iter().map(|f| self.change(doc.text(), f)).collect();
        doc.apply("pii", changes);
        Verdict::Keep
    }
}

#[cfg(test)]
mod tests;
