//! Which parts of a document are page furniture.

use std::collections::HashSet;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::shape::Shape;
use super::{JunkConfig, phrases, pieces};
use crate::segment::{Mark, Segment, segments};

/// A part to cut.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    pub(super) span: Range<usize>,
    pub(super) kind: &'static str,
    /// How sure, 0 to 1: 0.95 for a form or phrase, 0.8 for a section, 0.7 for a run of items.
    pub(super) score: f32,
}

/// A document's segments with what was measured on them.
pub(super) struct Parts {
    pub(super) segments: Vec<Segment>,
    pub(super) shapes: Vec<Shape>,
    /// Segments that repeat an earlier one word for word.
    pub(super) repeats: Vec<bool>,
    /// Sorted, without overlaps.
    pub(super) cuts: Vec<Cut>,
}

/// Headings behind which other articles, reports or goods are listed.
const TAILS: [&str; 29] = [
    "관련기사", "관련 기사", "인기기사", "인기 기사", "주요뉴스", "주요 뉴스", "오늘의 눈", "많이 본 기사", "많이 본 뉴스", "많이본", "추천기사", "추천 기사",
    "최신기사", "최신 기사", "실시간 인기", "기자의 다른 기사", "이 시각", "프리미엄자료", "프리미엄 자료", "관련자료", "연관 검색어", "다른 앨범", "인기글",
    "최근 글", "관련글", "BEST]", "바깥 고리", "참고 문헌", "이자료와 유사한",
];

/// Longest text between 목차 and 본문내용 that is taken for a table of contents, in bytes.
const CONTENTS: usize = 2400;
/// Longest segment that goes whole for a phrase in it, in characters.
const PHRASE_SEGMENT: usize = 200;

/// Measures the parts of `text` and finds what to cut.
pub(super) fn parts(text: &str, config: &JunkConfig) -> Parts {
    let segments = segments(text);
    let shapes: Vec<Shape> = segments.iter().map(|s| Shape::of(text, s)).collect();
    let repeats = repeats(text, &segments, config.repeat_chars);
    let mut whole: Vec<Option<(&'static str, f32)>> = vec![None; segments.len()];
    contents(text, &segments, &shapes, &mut whole);
    phrase_segments(text, &segments, &shapes, &mut whole);
    tails(text, &segments, &shapes, &mut whole);
    item_runs(&segments, &shapes, config.list_items, &mut whole);
    for (i, repeated) in repeats.iter().enumerate() {
        if *repeated && config.repeat_chars > 0 {
            whole[i].get_or_insert(("repeat", 0.9));
        }
    }
    for (i, shape) in shapes.iter().enumerate() {
        if shape.hangul + shape.digits + shape.latin == 0 {
            whole[i].get_or_insert(("ornament", 0.9));
        }
    }
    let mut cuts: Vec<Cut> = whole
        .iter()
        .zip(&segments)
        .filter_map(|(w, s)| w.map(|(kind, score)| Cut { span: s.span.clone(), kind, score }))
        .collect();
    cuts.extend(pieces::find(text).into_iter().map(|(span, kind)| Cut { span, kind, score: 0.95 }));
    cuts.retain(|cut| config.cuts(cut.kind));
    let cuts = join(text, cuts);
    Parts { segments, shapes, repeats, cuts }
}

/// Segments of some length that stand earlier in the text already.
fn repeats(text: &str, segments: &[Segment], least: usize) -> Vec<bool> {
    let mut seen = HashSet::new();
    segments
        .iter()
        .map(|s| {
            let body = text[s.body..s.span.end].trim();
            body.chars().nth(least.max(8)).is_some() && !seen.insert(xxh3_64(body.as_bytes()))
        })
        .collect()
}

/// Tables of contents of report shops: from 목차 to 본문내용.
fn contents(text: &str, segments: &[Segment], shapes: &[Shape], whole: &mut [Option<(&'static str, f32)>]) {
    let mut open: Option<usize> = None;
    for (i, s) in segments.iter().enumerate() {
        let body = &text[s.span.clone()];
        if let Some(first) = open
            && (s.span.start - segments[first].span.start > CONTENTS || shapes[i].sentence && shapes[i].words > 9)
        {
            open = None;
        }
        if open.is_none() && (body.starts_with("목차") || body.ends_with("목차") || body.contains(" 목차1")) {
            open = Some(i);
        }
        if let (Some(first), true) = (open, body.contains("본문내용")) {
            for w in &mut whole[first..i] {
                *w = Some(("list", 0.8));
            }
            open = None;
        }
    }
}

/// Segments that a phrase gives away.
fn phrase_segments(
    text: &str,
    segments: &[Segment],
    shapes: &[Shape],
    whole: &mut [Option<(&'static str, f32)>],
) {
    let mut at = 0;
    for (offset, kind) in phrases::find(text) {
        while segments.get(at).is_some_and(|s| s.span.end <= offset) {
            at += 1;
        }
        if segments.get(at).is_some_and(|s| s.span.contains(&offset)) && shapes[at].visible <= PHRASE_SEGMENT {
            whole[at].get_or_insert((kind, 0.95));
        }
    }
}

/// Headings of lists of other articles, with what follows up to the next prose.
fn tails(text: &str, segments: &[Segment], shapes: &[Shape], whole: &mut [Option<(&'static str, f32)>]) {
    let mut at = 0;
    while at < segments.len() {
        let body = &text[segments[at].span.clone()];
        let heading = shapes[at].visible <= 60
            && !shapes[at].sentence
            && TAILS.iter().any(|t| body.contains(t));
        if !heading {
            at += 1;
            continue;
        }
        let first = at;
        at += 1;
        // Items may be headlines that end like sentences; unmarked prose ends the list.
        while at < segments.len() && (shapes[at].item && shapes[at].visible < 90 || !shapes[at].prose()) {
            at += 1;
        }
        if at - first >= 2 || shapes[first].words <= 4 {
            for w in &mut whole[first..at] {
                w.get_or_insert(("related", 0.8));
            }
        }
    }
}

/// Long runs of list items without prose.
fn item_runs(
    segments: &[Segment],
    shapes: &[Shape],
    least: usize,
    whole: &mut [Option<(&'static str, f32)>],
) {
    let listed = |i: usize| {
        matches!(segments[i].mark, Mark::Dash | Mark::Bar | Mark::Bullet)
            && !shapes[i].prose()
            && !shapes[i].sentence
    };
    let mut at = 0;
    while at < segments.len() {
        if !listed(at) {
            at += 1;
            continue;
        }
        let first = at;
        while at < segments.len() && (listed(at) || whole[at].is_some()) {
            at += 1;
        }
        if least > 0 && at - first >= least {
            for w in &mut whole[first..at] {
                w.get_or_insert(("list", 0.7));
            }
        }
    }
}

/// Joins cuts that overlap or have only white space and marks between them, and takes the white space behind.
fn join(text: &str, mut cuts: Vec<Cut>) -> Vec<Cut> {
    cuts.sort_by_key(|c| (c.span.start, std::cmp::Reverse(c.span.end)));
    let mut out: Vec<Cut> = Vec::new();
    for cut in cuts {
        match out.last_mut() {
            Some(last) if cut.span.start < last.span.end => {
                last.span.end = last.span.end.max(cut.span.end);
            }
            Some(last)
                if last.kind == cut.kind
                    && text[last.span.end..cut.span.start].chars().all(|c| " -|·,()".contains(c)) =>
            {
                last.span.end = cut.span.end;
            }
            _ => out.push(cut),
        }
    }
    for cut in &mut out {
        let behind = &text[cut.span.end..];
        let space = behind.len() - behind.trim_start_matches(' ').len();
        let before = text[..cut.span.start].chars().next_back();
        // One space stays between what is left, unless the cut starts a line.
        if before.is_none_or(char::is_whitespace) {
            cut.span.end += space;
        }
    }
    out
}
