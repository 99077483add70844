use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::dedup::LineRules;
use crate::dedup::anchors::{anchors, windows};
use crate::dedup::units::UnitSigner;

/// The cuts of the second and later of equal lines and paragraphs, and of passages that stood before.
fn repeated(text: &str, length: usize) -> Vec<CutRow> {
    let rules = LineRules { paragraph: 6, ..LineRules::default() };
    let mut signer = UnitSigner::default();
    let (mut lines, mut passages) = (HashSet::new(), HashSet::new());
    let mut cuts = Vec::new();
    for (at, unit) in (0..).zip(units(text)) {
        let Some(signature) = signer.sign(&text[unit.span], &rules) else { continue };
        if !lines.insert(signature.hash) {
            let kind = match at % 3 {
                _ if signature.paragraph => REPEATED_PARAGRAPH,
                0 => HOST_BOILERPLATE,
                _ => BOILERPLATE,
            };
            cuts.push(CutRow { doc: 0, kind, at });
        }
    }
    let places: Vec<u32> = anchors(text, length).iter().map(|(_, at)| *at).collect();
    let windows = windows(text, length, &places).into_iter();
    let again = windows.filter(|(hash, _)| !passages.insert(*hash));
    cuts.extend(again.map(|(_, at)| CutRow { doc: 0, kind: REPEATED_PASSAGE, at }));
    cuts
}

/// The text without these spans, put together here and not by [`Document`].
fn without(text: &str, changes: &[Change]) -> String {
    let mut at = 0;
    let mut out = String::new();
    for change in changes {
        out.push_str(&text[at..change.span.start]);
        at = change.span.end;
    }
    out + &text[at..]
}

fn holds(text: &str, cuts: &[CutRow], length: usize) -> Result<(), TestCaseError> {
    let changes = changes(text, cuts, length);
    prop_assert!(changes.windows(2).all(|w| w[0].span.end <= w[1].span.start), "{changes:?}");
    for change in &changes {
        prop_assert!(!change.span.is_empty() && change.replacement.is_empty());
        prop_assert!(text.get(change.span.clone()).is_some(), "{change:?} is not on characters");
    }
    let expected = without(text, &changes);
    let mut doc = Document::new("p", text);
    doc.apply("dedup", changes);
    prop_assert_eq!(doc.text(), &expected);
    prop_assert_eq!(doc.original(), text);
    // Every line that a row names is gone, whatever else the rows say.
    let units = units(text);
    let gone = |span: &Range<usize>| doc.edits().iter().map(|e| overlap(&e.span, span)).sum::<usize>();
    for row in cuts.iter().filter(|row| row.kind != REPEATED_PASSAGE) {
        if let Some(unit) = units.get(row.at as usize) {
            prop_assert_eq!(gone(&unit.cut), unit.cut.len());
        }
    }
    Ok(())
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

/// Lines of templates and of prose, and such as hold nothing.
const STOCK: [&str; 7] = [
    "홈 > 게시판",
    "조회 12",
    "오늘은 날씨가 아주 좋았다.",
    "그래서 다 같이 산에 갔다.",
    "👨\u{200d}👩 각",
    "",
    "  ",
];

proptest! {
    /// Lines and paragraphs that come again, from a small stock so that many do.
    #[test]
    fn what_repeats_is_cut_and_nothing_else_changes(
        lines in prop::collection::vec(
            (prop::sample::select(STOCK.to_vec()), "[가-각a-c 다.]{0,8}", any::<bool>()),
            0..20,
        ),
        feed in prop::sample::select(vec!["\n", "\r\n", " ", "\n\n"]),
        length in 4usize..20,
    ) {
        let text: String = lines.iter().map(|(line, own, is_own)| {
            format!("{line}{}{feed}", if *is_own { own.as_str() } else { "" })
        }).collect();
        holds(&text, &repeated(&text, length), length)?;
    }

    /// Rows that fit the text by chance at most, as after a change of the input.
    #[test]
    fn no_rows_make_it_panic_or_invent(
        text in any::<String>(),
        rows in prop::collection::vec((0u8..4, 0u32..40), 0..12),
        length in 1usize..30,
    ) {
        let mut rows: Vec<_> = rows.into_iter().map(|(kind, at)| CutRow { doc: 0, kind, at }).collect();
        rows.sort_by_key(|row| (row.kind, row.at));
        holds(&text, &rows, length)?;
    }
}

#[test]
fn cuts_of_several_kinds_do_not_overlap() {
    let text = "메뉴 홈 로그인\n본문은 여기서 시작한다. 그리고 이어진다.\n저작권자\n";
    let row = |kind, at| CutRow { doc: 0, kind, at };
    let cuts =
        [row(BOILERPLATE, 2), row(HOST_BOILERPLATE, 0), row(REPEATED_PASSAGE, 4), row(REPEATED_PASSAGE, 5)];
    let changes = changes(text, &cuts, 10);
    let cut: Vec<_> = changes.iter().map(|c| (c.kind.as_ref(), &text[c.span.clone()])).collect();
    assert_eq!(
        cut,
        [
            ("host_boilerplate", "메뉴 홈 로그인\n"),
            ("repeated_passage", "본문은"),
            ("boilerplate", "저작권자\n")
        ]
    );
}
