//! What is sorted and spilled. Rows are ordered by their fields from the first on.

use crate::dedup::spill::row;

row! {
    /// A document by its text. The first of equal texts is the one that stays.
    pub(super) struct ExactRow {
        hash: u128,
        rank: u32,
        doc: u32,
    }
}

row! {
    /// A document by one band of its sketch.
    pub(super) struct BandRow {
        key: u64,
        doc: u32,
    }
}

row! {
    /// A line of a document.
    pub(super) struct LineRow {
        hash: u64,
        host: u64,
        doc: u32,
        line: u32,
        flags: u8,
    }
}

/// Flags of a line.
pub(super) const SHORT: u8 = 1;
pub(super) const SENTENCE: u8 = 2;
pub(super) const PARAGRAPH: u8 = 4;

row! {
    /// A document by an anchor.
    pub(super) struct AnchorRow {
        hash: u64,
        doc: u32,
        at: u32,
    }
}

row! {
    /// An anchor of a document that stands elsewhere too.
    pub(super) struct PlaceRow {
        doc: u32,
        at: u32,
    }
}

row! {
    /// A document by a passage.
    pub(super) struct PassageRow {
        hash: u128,
        doc: u32,
        at: u32,
    }
}

row! {
    /// A line or passage to cut: the number of the line, or the character at which the passage begins.
    pub(super) struct CutRow {
        doc: u32,
        kind: u8,
        at: u32,
    }
}

/// Kinds of cuts.
pub(super) const BOILERPLATE: u8 = 0;
pub(super) const HOST_BOILERPLATE: u8 = 1;
pub(super) const REPEATED_PARAGRAPH: u8 = 2;
pub(super) const REPEATED_PASSAGE: u8 = 3;

row! {
    /// A document to drop, the one that stays for it, and their similarity as the bits of an f32.
    pub(super) struct DropRow {
        doc: u32,
        kept: u32,
        kind: u8,
        similarity: u32,
    }
}

row! {
    /// The same, by cluster.
    pub(super) struct MemberRow {
        kept: u32,
        doc: u32,
        kind: u8,
        similarity: u32,
    }
}

/// Kinds of drops.
pub(super) const EXACT: u8 = 0;
pub(super) const NEAR: u8 = 1;

row! {
    /// What is kept of every record, by its number. One that was rejected has the kind 0.
    pub(super) struct RecordRow {
        kind: u8,
        rank: u32,
        host: u64,
        input: u32,
        line: u64,
        id_at: u64,
        id_bytes: u32,
        excerpt_bytes: u32,
    }
}
