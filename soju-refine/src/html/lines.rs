//! From HTML to lines of text.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::tag::Tag;

/// The text of well-formed HTML, a line for each block and each part between `<br>`; cells of a row stand in one line. White
/// space is folded, except in `<pre>`. What stands in navigation, footers, asides and the title is left out.
pub(super) fn of(html: &str) -> String {
    let mut lines = Lines::default();
    let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        match event {
            CallbackEvent::OpenStartTag { name } => lines.start(name),
            CallbackEvent::EndTag { name } => lines.end(name),
            CallbackEvent::String { value } => lines.text(&String::from_utf8_lossy(value)),
            _ => {}
        }
        None
    });
    let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    lines.close_line();
    lines.text.truncate(lines.text.trim_end().len());
    lines.text
}

#[derive(Default)]
struct Lines {
    text: String,
    line: String,
    pre: u32,
    /// The element whose content is left out, and how many of its name are open.
    mute: Option<(Tag, u32)>,
}

impl Lines {
    fn start(&mut self, name: &[u8]) {
        let Some(tag) = Tag::named(name) else { return };
        if let Some((mute, open)) = &mut self.mute {
            *open += u32::from(*mute == tag);
            return;
        }
        match tag {
            Tag::A => {}
            Tag::Td | Tag::Th => self.line.push(' '),
            Tag::Nav | Tag::Footer | Tag::Aside | Tag::Title => self.mute = Some((tag, 1)),
            _ => {
                self.close_line();
                self.pre += u32::from(tag == Tag::Pre);
            }
        }
    }

    fn end(&mut self, name: &[u8]) {
        let Some(tag) = Tag::named(name) else { return };
        if let Some((mute, open)) = &mut self.mute {
            *open -= u32::from(*mute == tag);
            if *open == 0 {
                self.mute = None;
                self.close_line();
            }
            return;
        }
        if !matches!(tag, Tag::A | Tag::Td | Tag::Th) {
            self.close_line();
        }
        if tag == Tag::Pre {
            self.pre = self.pre.saturating_sub(1);
        }
    }

    fn text(&mut self, text: &str) {
        if self.mute.is_some() {
            return;
        }
        if self.pre > 0 {
            for part in text.split_inclusive('\n') {
                self.line.push_str(part.trim_end_matches(['\r', '\n']));
                if part.ends_with('\n') {
                    self.close_line();
                }
            }
            return;
        }
        for part in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = part.trim_end_matches(|c: char| c.is_ascii_whitespace());
            self.line.push_str(word);
            if word.len() < part.len() && !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
        }
    }

    fn close_line(&mut self) {
        let line = if self.pre > 0 { self.line.trim_end() } else { self.line.trim() };
        if !line.trim().is_empty() {
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.line.clear();
    }
}
