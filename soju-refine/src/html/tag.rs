//! The elements that give a page its shape. All others are read as if their tags were not there.

macro_rules! tags {
    ($($tag:ident $name:literal,)*) => {
        /// An element with a meaning for the shape of a page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
        pub(super) enum Tag { $($tag,)* }

        impl Tag {
            pub(super) const COUNT: usize = [$($name),*].len();

            /// The element of a name in lower case.
            pub(super) fn named(name: &[u8]) -> Option<Self> {
                match std::str::from_utf8(name).ok()? {
                    $($name => Some(Self::$tag),)*
                    _ => None,
                }
            }

            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$tag => $name,)* }
            }
        }
    };
}

// Those whose content is no text of the page stand last.
#[rustfmt::skip]
tags! {
    A "a", Address "address", Article "article", Aside "aside", Blockquote "blockquote", Br "br",
    Caption "caption", Center "center", Dd "dd", Details "details", Div "div", Dl "dl", Dt "dt",
    Fieldset "fieldset", Figcaption "figcaption", Figure "figure", Footer "footer", H1 "h1", H2 "h2", H3 "h3",
    H4 "h4", H5 "h5", H6 "h6", Header "header", Hr "hr", Li "li", Main "main", Nav "nav", Ol "ol", P "p",
    Pre "pre", Section "section", Summary "summary", Table "table", Tbody "tbody", Td "td", Tfoot "tfoot",
    Th "th", Thead "thead", Title "title", Tr "tr", Ul "ul",
    Button "button", Canvas "canvas", Iframe "iframe", Math "math", Noframes "noframes", Noscript "noscript",
    Object "object", Script "script", Select "select", Style "style", Svg "svg", Template "template",
    Textarea "textarea",
}

impl Tag {
    /// Whether its content is no text of the page.
    pub(super) fn is_mute(self) -> bool {
        self >= Self::Button
    }

    pub(super) fn is_heading(self) -> bool {
        self >= Self::H1 && self <= Self::H6
    }

    /// Whether it is a table or holds rows of one: what stands directly in it is no text.
    pub(super) fn holds_rows(self) -> bool {
        matches!(self, Self::Table | Self::Tbody | Self::Thead | Self::Tfoot)
    }

    /// Whether nothing but rows or cells may stand directly in it.
    pub(super) fn holds_cells(self) -> bool {
        self.holds_rows() || self == Self::Tr
    }

    /// Whether it has its place in a table only.
    pub(super) fn is_part_of_table(self) -> bool {
        self != Self::Table && self.holds_cells() || matches!(self, Self::Td | Self::Th | Self::Caption)
    }

    /// Whether tags in it close nothing outside (HTML standard, 13.2.4.2).
    pub(super) fn is_scope(self) -> bool {
        matches!(self, Self::Table | Self::Td | Self::Th | Self::Caption)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_text_stands_last() {
        for name in ["button", "script", "select", "svg", "textarea"] {
            assert!(Tag::named(name.as_bytes()).unwrap().is_mute(), "{name}");
        }
        for name in ["a", "p", "td", "ul"] {
            let tag = Tag::named(name.as_bytes()).unwrap();
            assert!(!tag.is_mute());
            assert_eq!(tag.name(), name);
        }
        assert_eq!(Tag::named(b"span"), None);
    }
}
