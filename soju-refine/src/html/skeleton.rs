//! A page reduced to what main-text extraction looks at.
//!
//! The tags that give the page its shape stay, with class, identifier and role, and so does the text. Scripts, forms,
//! pictures and inline formatting go, and what is hidden. What comes out is well-formed and at most [`MAX_DEPTH`] deep, so
//! that a tree builder has nothing to repair: repairs are where its time grows faster than the page.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::tag::Tag;

/// Elements in each other. Browsers stop at 512; what is left of a page here needs less than 40. Tags beyond it are left
/// out, their text stays.
const MAX_DEPTH: usize = 64;
/// Bytes of a class or identifier that are kept.
const MAX_VALUE: usize = 100;
/// Bytes of a style that are looked at.
const MAX_STYLE: usize = 1000;

pub(super) struct Skeleton {
    pub(super) html: String,
    /// Tags that were opened.
    pub(super) elements: usize,
}

/// The skeleton of a page. Linear in its length.
pub(super) fn of(html: &str) -> Skeleton {
    let mut builder = Builder::default();
    let callback = |event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        match event {
            CallbackEvent::OpenStartTag { name } => builder.open_tag(name),
            CallbackEvent::AttributeName { name } => builder.attribute(name),
            CallbackEvent::AttributeValue { value } => builder.value(value),
            CallbackEvent::CloseStartTag { self_closing } => builder.close_tag(self_closing),
            CallbackEvent::EndTag { name } => builder.end_tag(name),
            CallbackEvent::String { value } => builder.text(&String::from_utf8_lossy(value)),
            _ => {}
        }
        None
    };
    let mut emitter = CallbackEmitter::new(callback);
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    builder.finish()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Class,
    Id,
    Role,
    Rel,
    Href,
    Style,
    AriaHidden,
    Other,
}

#[derive(Default)]
struct Builder {
    html: String,
    elements: usize,
    stack: Vec<Tag>,
    /// Start tags that did not get onto the stack and whose end tags mean nothing.
    ignored: Ignored,
    /// The element whose content is left out, and how many of its name are open in it.
    mute: Option<(Tag, u32)>,
    ignored_in_mute: Ignored,
    /// The start tag that is being read.
    tag: Option<Tag>,
    attribute: Option<Attribute>,
    attributes: String,
    has_href: bool,
    hidden: bool,
    in_title: bool,
}

impl Builder {
    fn open_tag(&mut self, name: &[u8]) {
        self.tag = Tag::named(name);
        self.attribute = None;
        self.attributes.clear();
        self.has_href = false;
        self.hidden = false;
    }

    fn attribute(&mut self, name: &[u8]) {
        self.attribute = Some(match name {
            b"class" => Attribute::Class,
            b"id" => Attribute::Id,
            b"role" => Attribute::Role,
            b"rel" => Attribute::Rel,
            b"href" => Attribute::Href,
            b"style" => Attribute::Style,
            b"aria-hidden" => Attribute::AriaHidden,
            _ => Attribute::Other,
        });
        self.hidden |= name == b"hidden";
    }

    fn value(&mut self, value: &[u8]) {
        if self.tag.is_none() {
            return;
        }
        match self.attribute.take() {
            Some(Attribute::Class) => self.keep("class", value),
            Some(Attribute::Id) => self.keep("id", value),
            Some(Attribute::Role) => self.keep("role", value),
            Some(Attribute::Rel) => self.keep("rel", value),
            Some(Attribute::Href) => self.has_href = true,
            Some(Attribute::Style) => self.hidden |= hides(value),
            Some(Attribute::AriaHidden) => self.hidden |= value == b"true",
            Some(Attribute::Other) | None => {}
        }
    }

    fn keep(&mut self, name: &str, value: &[u8]) {
        // A name that stands twice counts once, and by it no attribute grows without bound.
        if self.attributes.contains(&format!(" {name}=")) {
            return;
        }
        let value = String::from_utf8_lossy(&value[..value.len().min(MAX_VALUE)]);
        self.attributes.push_str(&format!(" {name}=\""));
        escape(&value, &mut self.attributes);
        self.attributes.push('"');
    }

    fn close_tag(&mut self, self_closing: bool) {
        let Some(tag) = self.tag.take() else { return };
        if let Some((mute, open)) = &mut self.mute {
            if *mute == tag {
                *open += 1;
            } else {
                self.ignored_in_mute.add(tag);
            }
            return;
        }
        match tag {
            Tag::Title => self.in_title = true,
            Tag::Br => self.void(tag),
            Tag::Hr => {
                self.close_within(&[Tag::P], &[]);
                self.void(tag);
            }
            // Only these two may end where they begin.
            Tag::Svg | Tag::Math if self_closing => {}
            _ if tag.is_mute() || self.hidden => {
                self.mute = Some((tag, 1));
                self.ignored_in_mute = Ignored::default();
            }
            Tag::A => self.link(),
            _ => self.block(tag),
        }
    }

    fn link(&mut self) {
        if let Some(at) = self.find(Tag::A) {
            self.close_to(at);
        }
        // What has no address is a place in the page.
        if !self.has_href || !self.push(Tag::A) {
            self.ignored.add(Tag::A);
        }
    }

    fn block(&mut self, tag: Tag) {
        match tag {
            Tag::Li => self.close_within(&[Tag::Li], &[Tag::Ul, Tag::Ol]),
            Tag::Dt | Tag::Dd => self.close_within(&[Tag::Dt, Tag::Dd], &[Tag::Dl]),
            _ if tag.is_part_of_table() && !self.make_way(tag) => return self.ignore(tag),
            _ => {}
        }
        self.close_within(&[Tag::P], &[]);
        if tag.is_heading() && self.stack.last().is_some_and(|top| top.is_heading()) {
            self.close_to(self.stack.len() - 1);
        }
        if !self.push(tag) {
            self.ignore(tag);
        }
    }

    /// Closes what stands in the way of a part of a table. False outside of tables.
    fn make_way(&mut self, tag: Tag) -> bool {
        let Some(table) = self.stack.iter().rposition(|open| *open == Tag::Table) else { return false };
        let inside = &self.stack[table + 1..];
        let group = table + 1 + usize::from(inside.first().is_some_and(|first| first.holds_rows()));
        let row = inside.iter().position(|open| *open == Tag::Tr);
        match (tag, row) {
            (Tag::Td | Tag::Th, Some(row)) => self.close_to(table + 1 + row + 1),
            (Tag::Td | Tag::Th, None) => {
                self.close_to(group);
                self.write(Tag::Tr, "");
            }
            (Tag::Tr, _) => self.close_to(group),
            _ => self.close_to(table + 1),
        }
        true
    }

    /// Leaves the tag out, but not the end of the line that it means.
    fn ignore(&mut self, tag: Tag) {
        self.ignored.add(tag);
        self.void(Tag::Br);
    }

    fn end_tag(&mut self, name: &[u8]) {
        // Attributes of an end tag belong to nothing.
        self.tag = None;
        let Some(tag) = Tag::named(name) else { return };
        if let Some((mute, open)) = &mut self.mute {
            if *mute == tag {
                *open -= 1;
                if *open == 0 {
                    self.mute = None;
                }
                return;
            }
            // The end of what is around it ends it too.
            if self.ignored_in_mute.take(tag) || self.find(tag).is_none() {
                return;
            }
            self.mute = None;
        }
        if tag == Tag::Title {
            self.in_title = false;
        } else if self.ignored.take(tag) {
            if tag != Tag::A {
                self.void(Tag::Br);
            }
        } else if let Some(at) = self.find(tag) {
            self.close_to(at);
        }
    }

    fn text(&mut self, text: &str) {
        if self.mute.is_some() || self.in_title {
            return;
        }
        if !text.trim().is_empty() {
            self.cell();
        } else if self.stack.last().is_some_and(|top| top.holds_cells()) {
            return;
        }
        escape(text, &mut self.html);
    }

    /// Opens a cell where what is no part of a table stands between its parts. A tree builder would move it out.
    fn cell(&mut self) {
        if self.stack.last().is_some_and(|top| top.holds_rows()) {
            self.write(Tag::Tr, "");
        }
        if self.stack.last() == Some(&Tag::Tr) {
            self.write(Tag::Td, "");
        }
    }

    fn void(&mut self, tag: Tag) {
        self.cell();
        self.html.push('<');
        self.html.push_str(tag.name());
        self.html.push('>');
    }

    /// Opens an element, unless that is too deep.
    fn push(&mut self, tag: Tag) -> bool {
        if self.stack.len() >= MAX_DEPTH {
            return false;
        }
        if !tag.is_part_of_table() {
            self.cell();
        }
        let attributes = std::mem::take(&mut self.attributes);
        self.write(tag, &attributes);
        self.attributes = attributes;
        true
    }

    fn write(&mut self, tag: Tag, attributes: &str) {
        self.html.push('<');
        self.html.push_str(tag.name());
        self.html.push_str(attributes);
        if tag == Tag::A {
            self.html.push_str(" href=\"/\"");
        }
        self.html.push('>');
        self.elements += 1;
        self.stack.push(tag);
    }

    /// Closes the innermost of `tags` that is open, unless one of `borders` or the cell of a table is between.
    fn close_within(&mut self, tags: &[Tag], borders: &[Tag]) {
        let stops = |open: &Tag| tags.contains(open) || borders.contains(open) || open.is_scope();
        if let Some(at) = self.stack.iter().rposition(stops)
            && tags.contains(&self.stack[at])
        {
            self.close_to(at);
        }
    }

    /// Where an element stands that an end tag closes.
    fn find(&self, tag: Tag) -> Option<usize> {
        let fits = |open: Tag| open == tag || open.is_heading() && tag.is_heading();
        let in_table = tag == Tag::Table || tag.is_part_of_table();
        let border = |open: Tag| if in_table { open == Tag::Table } else { open.is_scope() };
        let at = self.stack.iter().rposition(|open| fits(*open) || border(*open))?;
        fits(self.stack[at]).then_some(at)
    }

    /// Closes all but the first `len` open elements.
    fn close_to(&mut self, len: usize) {
        while self.stack.len() > len {
            let Some(tag) = self.stack.pop() else { return };
            self.html.push_str("</");
            self.html.push_str(tag.name());
            self.html.push('>');
        }
    }

    fn finish(mut self) -> Skeleton {
        self.close_to(0);
        let html = format!("<!DOCTYPE html><html><body>{}</body></html>", self.html);
        Skeleton { html, elements: self.elements }
    }
}

/// How many start tags of each element are ignored.
struct Ignored([u32; Tag::COUNT]);

impl Default for Ignored {
    fn default() -> Self {
        Self([0; Tag::COUNT])
    }
}

impl Ignored {
    fn add(&mut self, tag: Tag) {
        self.0[tag as usize] += 1;
    }

    /// Whether an end tag belongs to one of them.
    fn take(&mut self, tag: Tag) -> bool {
        let count = &mut self.0[tag as usize];
        let any = *count > 0;
        *count -= u32::from(any);
        any
    }
}

/// Whether a style keeps its element from being seen.
fn hides(style: &[u8]) -> bool {
    let style: Vec<u8> = style.iter().take(MAX_STYLE).filter(|b| !b.is_ascii_whitespace()).copied().collect();
    let style = style.to_ascii_lowercase();
    ["display:none", "visibility:hidden"]
        .iter()
        .any(|rule| memchr::memmem::find(&style, rule.as_bytes()).is_some())
}

fn escape(text: &str, out: &mut String) {
    for part in text.split_inclusive(['&', '<', '>', '"']) {
        let last = part.len() - 1;
        let entity = match part.as_bytes()[last] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => {
                out.push_str(part);
                continue;
            }
        };
        out.push_str(&part[..last]);
        out.push_str(entity);
    }
}
