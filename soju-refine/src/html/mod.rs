//! The main text of an HTML page, as lines.
//!
//! [`decode`] finds the encoding of a page and [`main_text`] the part of it that is its subject. The choice of
//! that part is Mozilla's Readability, as the crate `legible` has it. What it gets is not the page but a
//! skeleton of it, whose depth and number of elements are bounded: HTML parsers take time that grows with the
//! square of the depth, and pages of others may be as deep as they like. All work is linear in the page.

mod charset;
mod lines;
mod skeleton;
mod tag;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use charset::decode;

/// Elements of a skeleton up to which it is looked for a main part. Pages that people read have a tenth of it.
const MAX_ELEMENTS: usize = 50_000;
/// Characters under which Readability tries again with less strict filters. Its own 500 are for English; Korean says as
/// much in less than half.
const FEW_CHARS: usize = 200;

/// The main text of a page, a line for each block. Where no part of the page stands out, all its text but that of
/// navigation, footers and asides; empty for a page without text.
pub fn main_text(html: &str) -> String {
    let page = skeleton::of(html);
    if page.elements <= MAX_ELEMENTS
        && let Some(article) = article(&page.html)
    {
        let text = lines::of(&article);
        if !text.is_empty() {
            return text;
        }
    }
    lines::of(&page.html)
}

/// The part of a page that Readability chooses, as HTML.
fn article(html: &str) -> Option<String> {
    let options = legible::Options::new().char_threshold(FEW_CHARS).disable_json_ld(true);
    // A page that makes it panic is one without a main part.
    let parsed = catch_unwind(AssertUnwindSafe(|| legible::parse(html, None, Some(options))));
    parsed.ok()?.ok().map(|article| article.content)
}

#[cfg(test)]
mod tests;
