//! Which parts of a document are page furniture.

use std::collections::HashSet;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::lexicon::{self, Counts};
use super::line::{Scratch, Seen, judge_part};
use super::marks::{self, Marks};
use super::shape::Shape;
use super::{JunkConfig, pieces, references};
use crate::segment::{Mark, Segment, ceil_boundary, segments};

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
    pub(super) seen: Vec<Seen>,
    /// What each segment is by itself: score, kind, and whether that is certain.
    pub(super) verdicts: Vec<(f32, &'static str, bool)>,
    /// Sorted, without overlaps.
    pub(super) cuts: Vec<Cut>,
}

/// Headings behind which other articles, reports or goods are listed.
pub(super) const TAILS: [&str; 29] = [
    "관련기사",
    "관련 기사",
    "인기기사",
    "인기 기사",
    "주요뉴스",
    "주요 뉴스",
    "오늘의 눈",
    "많이 본 기사",
    "많이 본 뉴스",
    "많이본",
    "추천기사",
    "추천 기사",
    "최신기사",
    "최신 기사",
    "실시간 인기",
    "기자의 다른 기사",
    "이 시각 주요",
    "프리미엄자료",
    "프리미엄 자료",
    "관련자료",
    "연관 검색어",
    "다른 앨범",
    "인기글",
    "최근 글",
    "관련글",
    "BEST]",
    "바깥 고리",
    "참고 문헌",
    "이자료와 유사한",
];

/// Longest segment that goes whole for a phrase in it, in characters.
const PHRASE_SEGMENT: usize = 200;
/// The same for prose, which may speak of comments, log-ins or deliveries: all but copyright and ads.
const PHRASE_PROSE: usize = 70;
/// The same for a label, which counts only outside prose.
const PHRASE_LABEL: usize = 100;
/// Longest table of contents of a report, in bytes.
const CONTENTS: usize = 2400;
/// Longest introduction by its seller before it, in bytes.
const INTRODUCTION: usize = 400;

/// Measures the parts of `text` and finds what to cut.
pub(super) fn parts(text: &str, config: &JunkConfig, scratch: &mut Scratch) -> Parts {
    let segments = segments(text);
    let seen = seen(text, &segments, scratch);
    let shapes: Vec<Shape> = seen.iter().zip(&segments).map(|(seen, s)| Shape::of(seen, s)).collect();
    let verdicts: Vec<_> =
        seen.iter().zip(&segments).map(|(seen, s)| judge_part(&text[s.body..s.span.end], seen)).collect();
    let repeats = repeats(text, &segments, config.repeat_chars);
    let mut whole: Vec<Option<(&'static str, f32)>> = vec![None; segments.len()];
    let marks = marks::find(text);
    phrase_segments(&marks, &segments, &shapes, &mut whole);
    if marks.heading {
        tails(text, &segments, &shapes, &mut whole);
    }
    page_lists(text, &segments, &shapes, &mut whole);
    item_runs(text, &segments, &shapes, &verdicts, config.list_items, &mut whole);
    for run in references::runs(text, &segments, &shapes) {
        for w in &mut whole[run] {
            w.get_or_insert(("list", 0.8));
        }
    }
    judged(&seen, &verdicts, &mut whole);
    if config.cut_profanity {
        for (whole, _) in whole.iter_mut().zip(&seen).filter(|(_, seen)| seen.counts.profanity() > 0) {
            whole.get_or_insert(("profanity", 0.9));
        }
    }
    for (i, repeated) in repeats.iter().enumerate() {
        if *repeated && config.repeat_chars > 0 {
            whole[i].get_or_insert(("repeat", 0.9));
        }
    }
    for (i, shape) in shapes.iter().enumerate() {
        // `- - - 제품소개`: a heading of a template.
        let mark = &text[segments[i].span.start..segments[i].body];
        if mark.matches('-').count() > 1
            && (1..=2).contains(&shape.words)
            && shape.digits == 0
            && !shape.sentence
        {
            whole[i].get_or_insert(("nav", 0.7));
        }
        if shape.hangul + shape.digits + shape.latin == 0 {
            whole[i].get_or_insert(("ornament", 0.9));
        }
    }
    let mut cuts: Vec<Cut> = whole
        .iter()
        .zip(&segments)
        .filter_map(|(w, s)| w.map(|(kind, score)| Cut { span: s.span.clone(), kind, score }))
        .collect();
    cuts.extend(pieces::find(text, &marks.anchors).into_iter().filter_map(|(span, kind)| {
        let piece = &text[span.clone()];
        let start = span.end - piece.trim_start().len();
        let end = span.start + piece.trim_end().len();
        (start < end).then_some(Cut { span: start..end, kind, score: 0.95 })
    }));
    cuts.extend(contents(text));
    cuts.retain(|cut| config.cuts(cut.kind));
    let cuts = join(text, cuts);
    Parts { segments, shapes, seen, verdicts, cuts }
}

/// Counts each segment, with the words of the lexicon found in one pass over the whole.
fn seen(text: &str, segments: &[Segment], scratch: &mut Scratch) -> Vec<Seen> {
    scratch.start(text);
    let mut counts = vec![Counts::default(); segments.len()];
    let mut at = 0;
    lexicon::find(text, &scratch.folded, |hit| {
        while segments.get(at).is_some_and(|s| s.span.end <= hit.span.start) {
            at += 1;
        }
        if let Some(of) = counts.get_mut(at) {
            of.add(text, &hit);
        }
    });
    segments
        .iter()
        .zip(counts)
        .map(|(s, counts)| Seen::count(&text[s.body..s.span.end], scratch, counts))
        .collect()
}

/// Score above which an item is no text by itself.
const NO_TEXT: f32 = 0.8;
/// Least score of a segment that goes for its own sake without a form that is certain.
const ALONE: f32 = 0.97;

/// Segments that are junk whatever stands around them. Labels and fragments are not among them: in a
/// document they may be headings.
fn judged(seen: &[Seen], verdicts: &[(f32, &'static str, bool)], whole: &mut [Option<(&'static str, f32)>]) {
    let translated: usize = seen.iter().map(|s| s.translated).sum();
    let words: usize = seen.iter().map(|s| s.words).sum();
    // Where a whole page is translated by machine, its sentences go that show it.
    let by_machine = translated * 25 > words;
    for ((whole, seen), (score, kind, certain)) in whole.iter_mut().zip(seen).zip(verdicts) {
        let kind = match *kind {
            "sponsored" if *certain => "ad",
            "breadcrumb" if *certain => "nav",
            kind @ ("nav" | "copyright" | "contact") if *certain => kind,
            "gambling" | "adult" | "loan" if *certain || *score >= ALONE => "spam",
            "keywords" if *certain => "spam",
            "ad" if *score >= ALONE => "ad",
            _ if by_machine && seen.translated >= 2 && seen.translated * 16 >= seen.words => {
                "machine_translation"
            }
            _ => continue,
        };
        whole.get_or_insert((kind, *score));
    }
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

/// Tables of contents as shops of reports show them: from 목차 to 본문내용 in one line, with the seller's
/// words before it.
fn contents(text: &str) -> Vec<Cut> {
    let ends: Vec<usize> =
        memchr::memmem::find_iter(text.as_bytes(), "본문내용").map(|i| i + "본문내용".len()).collect();
    if ends.is_empty() {
        return Vec::new();
    }
    let (mut cuts, mut next, mut free) = (Vec::new(), 0, 0);
    for start in memchr::memmem::find_iter(text.as_bytes(), "목차") {
        while ends.get(next).is_some_and(|end| *end <= start) {
            next += 1;
        }
        let Some(end) = ends.get(next).copied() else { break };
        if start < free || end - start > CONTENTS || text[start..end].contains('\n') {
            continue;
        }
        let from = ceil_boundary(text, start.saturating_sub(INTRODUCTION)).max(free);
        let before = &text[from..start];
        let line = before.rfind('\n').map_or(0, |i| i + 1);
        let start = before[line..].find("소개글").map_or(start, |i| from + line + i);
        free = end;
        cuts.push(Cut { span: start..end, kind: "list", score: 0.8 });
    }
    cuts
}

/// Segments that a phrase gives away.
fn phrase_segments(
    marks: &Marks,
    segments: &[Segment],
    shapes: &[Shape],
    whole: &mut [Option<(&'static str, f32)>],
) {
    let mut at = 0;
    for (place, phrase) in &marks.phrases {
        while segments.get(at).is_some_and(|s| s.span.end <= *place) {
            at += 1;
        }
        if segments.get(at).is_none_or(|s| !s.span.contains(place)) {
            continue;
        }
        let most = match (phrase.label, phrase.kind, shapes[at].prose()) {
            (true, _, true) => 0,
            (true, _, false) => PHRASE_LABEL,
            (false, "copyright" | "ad", _) | (false, _, false) => PHRASE_SEGMENT,
            (false, _, true) => PHRASE_PROSE,
        };
        if shapes[at].visible <= most {
            whole[at].get_or_insert((phrase.kind, 0.95));
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
            && TAILS.iter().any(|t| {
                body.find(t).is_some_and(|i| !body[..i].ends_with(|c: char| matches!(c, '가'..='힣')))
            });
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

/// Runs of list items that are labels, numbers or titles rather than text: metadata and menus anywhere,
/// numbered contents, and other pages' titles at the end of a line.
fn item_runs(
    text: &str,
    segments: &[Segment],
    shapes: &[Shape],
    verdicts: &[(f32, &'static str, bool)],
    least: usize,
    whole: &mut [Option<(&'static str, f32)>],
) {
    let item = |i: usize, whole: &[Option<_>]| {
        let s = &shapes[i];
        whole[i].is_some()
            || s.item && (arrow(text, &segments[i]) && s.visible < 60 || !s.prose() && !s.sentence)
    };
    let mut at = 0;
    while at < segments.len() {
        let first = at;
        while at < segments.len() && item(at, whole) {
            at += 1;
        }
        let run = first..at;
        at += 1;
        let count = run.len();
        if least == 0 || count < 3 {
            continue;
        }
        let visible: usize = shapes[run.clone()].iter().map(|s| s.visible).sum();
        let digits: usize = shapes[run.clone()].iter().map(|s| s.digits).sum();
        let particles: usize = shapes[run.clone()].iter().map(|s| s.particles).sum();
        let marks =
            |m: &[Mark]| segments[run.clone()].iter().filter(|s| m.contains(&s.mark)).count() * 2 > count;
        let short = visible <= 18 * count && particles * 2 <= count;
        let figures = digits * 8 >= visible;
        let titles = segments[run.clone()]
            .iter()
            .filter(|s| {
                let body = &text[s.body..s.span.end];
                arrow(text, s)
                    || body.ends_with("..")
                    || body.ends_with('…')
                    || body.trim_start().starts_with(['[', '(', '“', '‘', '"', '\''])
            })
            .count();
        let last = segments.get(at - 1).is_none_or(|s| text[..s.span.start].ends_with('\n'));
        let labels = (short || figures) && marks(&[Mark::Dash, Mark::Bar]) || short && marks(&[Mark::Number]);
        // Contents and labels: by themselves none of them would be taken for text.
        let no_text = verdicts[run.clone()].iter().filter(|v| v.0 > NO_TEXT).count() * 5 >= count * 4
            && visible <= 24 * count
            && particles <= count
            && (count > 3 && marks(&[Mark::Number])
                || marks(&[Mark::Bullet]) && !told(text, segments, shapes, &run));
        let kind = if count >= least && labels || no_text {
            "list"
        } else if last && titles * 3 >= count {
            "related"
        } else {
            continue;
        };
        for w in &mut whole[run] {
            w.get_or_insert((kind, 0.7));
        }
    }
}

/// Whether a run of bullets is part of a sentence: `… 공약은 ▲수당 도입 ▲공공산후조리원 ▲실업부조 등이다`.
fn told(text: &str, segments: &[Segment], shapes: &[Shape], run: &Range<usize>) -> bool {
    let bullet = |i: usize| segments.get(i).and_then(|s: &Segment| text[s.span.clone()].chars().next());
    let alone = run.start == 0
        || shapes[run.start - 1].sentence
        || text[segments[run.start - 1].span.end..segments[run.start].span.start].contains('\n');
    !alone || bullet(run.end) == bullet(run.start)
}

/// Whether an arrow opens the segment, as it does before titles of other articles.
fn arrow(text: &str, segment: &Segment) -> bool {
    text[segment.span.clone()].starts_with(['▶', '☞', '►', '▷'])
}

/// Lists of other documents on sale: items that end in a number of pages, each with the start of its
/// text, from the first of two to the end of the line.
fn page_lists(text: &str, segments: &[Segment], shapes: &[Shape], whole: &mut [Option<(&'static str, f32)>]) {
    let paged = |i: usize| {
        let body = text[segments[i].span.clone()].trim_end();
        shapes[i].item
            && body.ends_with("페이지")
            && body.trim_end_matches("페이지").trim_end().ends_with(|c: char| c.is_ascii_digit())
    };
    let found: Vec<usize> = (0..segments.len()).filter(|i| paged(*i)).collect();
    if let [first, .., last] = found[..] {
        let end = (last..segments.len())
            .find(|i| {
                segments.get(i + 1).is_none_or(|s| text[segments[*i].span.end..s.span.start].contains('\n'))
            })
            .map_or(segments.len(), |i| i + 1);
        for w in &mut whole[first..end] {
            w.get_or_insert(("related", 0.8));
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
        // Of the spaces on both sides one stays.
        if before.is_none_or(char::is_whitespace) {
            cut.span.end += space;
        }
    }
    out
}
