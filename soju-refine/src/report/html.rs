//! The report as one HTML page.

use minijinja::value::Value;
use minijinja::{Environment, Error, escape_formatter};
use serde::Serialize;

use super::facts::{self, RunFacts};
use super::numbers::{self, counted, percent};
use super::sample::Sample;
use super::table::{self, BarWidth};
use super::tally::{Tally, flat};
use super::visible::visible;
use super::write::Report;
use super::{chart, names};

const TEMPLATES: &[(&str, &str)] = &[
    ("report.html", include_str!("templates/report.html")),
    ("tables.html", include_str!("templates/tables.html")),
    ("samples.html", include_str!("templates/samples.html")),
    ("run.html", include_str!("templates/run.html")),
    ("style.css", include_str!("templates/style.css")),
];

/// What the templates know.
#[derive(Serialize)]
struct Page<'a> {
    headline: String,
    lead: String,
    balanced: bool,
    run: &'a RunFacts,
    started: String,
    per_second: Option<f64>,
    tally: &'a Tally,
    judged: u64,
    bar: [BarWidth; 3],
    drops: Vec<table::DropRow<'a>>,
    rejects: Vec<table::RejectRow<'a>>,
    edits: Vec<table::EditRow<'a>>,
    levels: Vec<table::LevelRow<'a>>,
    generated: Vec<(&'static str, String)>,
    stages: Vec<table::StageRow<'a>>,
    charts: Vec<chart::Figure>,
    samples: Vec<&'a Sample>,
    config: Option<String>,
}

pub(super) fn page(report: &Report) -> Result<String, Error> {
    render("report.html", report)
}

fn render(template: &str, report: &Report) -> Result<String, Error> {
    let (run, tally) = (&report.run, &report.tally);
    let charts = [
        chart::lengths(tally),
        chart::rule_scores(tally, &run.thresholds),
        chart::judge_scores(tally, &run.thresholds),
    ];
    let page = Page {
        headline: headline(tally),
        lead: lead(tally),
        balanced: report.is_balanced(),
        run,
        started: facts::rfc3339_text(run.started).replace('T', " ").replace('Z', " UTC"),
        per_second: report.documents_per_second(),
        tally,
        judged: tally.judged(),
        bar: [tally.kept, tally.dropped, tally.rejected].map(|n| BarWidth::of(n, tally.input)),
        drops: table::drops(tally),
        rejects: table::rejects(tally),
        edits: table::edits(tally),
        levels: table::levels(tally),
        generated: super::terminal::generated(tally),
        stages: table::stages(report),
        charts: charts.into_iter().flatten().collect(),
        samples: report.samples(),
        config: (!run.config.is_null()).then(|| format!("{:#}", run.config)),
    };
    environment()?.get_template(template)?.render(page)
}

/// Every string that the templates put out is escaped, and what it hides is made visible.
fn environment() -> Result<Environment<'static>, Error> {
    let mut env = Environment::new();
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    env.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => escape_formatter(out, state, &Value::from(visible(text).as_ref())),
        _ => escape_formatter(out, state, value),
    });
    env.add_filter("english", |name: &str| names::english(name));
    env.add_filter("korean", |name: &str| names::korean(name).unwrap_or_default());
    env.add_filter("grouped", numbers::grouped);
    env.add_filter("counted", |n: u64, noun: &str| counted(n, noun));
    env.add_filter("percent", percent);
    env.add_filter("bytes", numbers::bytes);
    env.add_filter("duration", numbers::duration);
    env.add_filter("rate", numbers::rate);
    env.add_filter("measured", numbers::measured);
    env.add_filter("score", |score: f64| format!("{score:.2}"));
    for (name, source) in TEMPLATES {
        env.add_template(name, source)?;
    }
    Ok(env)
}

fn headline(tally: &Tally) -> String {
    match (tally.input, tally.kept) {
        (0, _) => "No documents were read".to_owned(),
        (input, kept) if input == kept => format!("All {} kept", counted(input, "document")),
        (input, kept) => format!("{} of {} kept", numbers::grouped(kept), counted(input, "document")),
    }
}

fn lead(tally: &Tally) -> String {
    if tally.input == 0 {
        return "The input held no records.".to_owned();
    }
    let mut lead = match (tally.dropped, tally.rejected) {
        (0, 0) => "Nothing was dropped.".to_owned(),
        (dropped, 0) => format!("{} dropped.", were(dropped, "document")),
        (0, rejected) => format!("{} unreadable.", were(rejected, "record")),
        (dropped, rejected) => {
            format!("{} dropped, {} unreadable.", were(dropped, "document"), were(rejected, "record"))
        }
    };
    let removed: u64 = flat(&tally.edits).map(|(.., c)| c.removed).sum();
    if removed > 0 {
        let share = percent(removed, tally.characters.kept_before);
        lead += &format!(" Out of the kept ones, {share} of the characters were cut or replaced.");
    }
    if tally.judged() > 0 {
        lead += &format!(" The language model was asked about {}.", counted(tally.judged(), "document"));
    }
    lead
}

fn were(n: u64, noun: &str) -> String {
    format!("{} {}", counted(n, noun), if n == 1 { "was" } else { "were" })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::fixture::{at, dropped, kept, tiny};
    use super::super::{InputError, InputFacts, ModelFacts, Outcome};
    use super::*;
    use crate::document::{Change, Document};
    use crate::io::{Position, RejectKind, Rejection};

    const HOSTILE: &str = "</pre></style><script>alert('1')</script>\"]]>&amp;\0\u{202e}{{ 7*7 }}";

    /// Compares with a file; `SOJU_BLESS=1` writes it anew.
    fn golden(name: &str, got: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/golden").join(name);
        if std::env::var_os("SOJU_BLESS").is_some() {
            std::fs::write(&path, got).unwrap();
        }
        assert_eq!(got, std::fs::read_to_string(&path).unwrap());
    }

    #[test]
    fn tables_and_samples_are_as_reviewed() {
        golden("tables.html", &render("tables.html", &tiny()).unwrap());
        golden("samples.html", &render("samples.html", &tiny()).unwrap());
    }

    #[test]
    fn an_empty_job_renders() {
        let mut report = tiny();
        report.tally = Tally::default();
        report.run.wall_seconds = 0.0;
        let page = page(&report).unwrap();
        assert!(
            page.contains("No documents were read") && !page.contains("NaN") && !page.contains("<table>")
        );
    }

    #[test]
    fn hostile_text_is_text_wherever_it_stands() {
        let mut report = tiny();
        let mut doc = Document::new(HOSTILE, format!("{HOSTILE} {HOSTILE} {HOSTILE}"));
        let n = HOSTILE.len();
        doc.apply("junk", vec![Change::cut(HOSTILE, 0..n), Change::replace("x", n + 1..2 * n + 1, HOSTILE)]);
        let hostile = Outcome { url: Some(HOSTILE.to_owned()), decided_by: HOSTILE.into(), ..kept(9) };
        report.tally.outcome(&doc, &hostile);
        report.tally.outcome(&Document::new("d", HOSTILE), &dropped(9, "junk", HOSTILE));
        report.tally.rejected(&Rejection {
            position: Position { file: HOSTILE.into(), ..at(9) },
            reason: RejectKind::BadJson,
            message: HOSTILE.to_owned(),
            excerpt: HOSTILE.to_owned(),
        });
        report.run.command = vec![HOSTILE.to_owned()];
        report.run.config = serde_json::json!({ HOSTILE: HOSTILE });
        report.run.model = Some(ModelFacts { name: HOSTILE.to_owned(), file: HOSTILE.to_owned(), bytes: 1 });
        report.run.output.folder = HOSTILE.to_owned();
        report.run.input_errors = vec![InputError { file: HOSTILE.to_owned(), message: HOSTILE.to_owned() }];
        report.run.inputs = vec![InputFacts {
            file: HOSTILE.to_owned(),
            schema: Some(HOSTILE.to_owned()),
            warnings: vec![HOSTILE.to_owned()],
            ..InputFacts::default()
        }];
        let page = page(&report).unwrap();
        assert!(!page.contains("<script") && !page.contains('\0') && !page.contains('\u{202e}'));
        assert!(page.contains(
            "&lt;script&gt;alert(&#x27;1&#x27;)&lt;&#x2f;script&gt;&quot;]]&gt;&amp;amp;␀‹U+202E›{{ 7*7 }}"
        ));
        assert_eq!(page.matches("</style>").count(), 1);
        assert_eq!(page.matches("</pre>").count(), 1);
    }

    #[test]
    fn the_page_needs_no_other_file() {
        let mut report = tiny();
        report
            .tally
            .outcome(&Document::new("u", "글"), &Outcome { url: Some("https://a.kr/".into()), ..kept(9) });
        let page = page(&report).unwrap();
        for asset in ["<script", "<link", "<img", "src=", "href=", "url(", "@import", "xmlns="] {
            assert!(!page.contains(asset), "{asset}");
        }
        assert!(page.contains("https:&#x2f;&#x2f;a.kr&#x2f;"), "an address is shown, not linked");
    }

    #[test]
    fn tags_close_what_they_open() {
        let page = page(&tiny()).unwrap();
        for tag in [
            "html", "main", "section", "article", "table", "tr", "td", "div", "dl", "dd", "svg", "g", "del",
            "span", "p",
        ] {
            let opened =
                page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }

    #[test]
    fn an_interrupted_or_unbalanced_job_says_so() {
        let mut report = tiny();
        assert!(!page(&report).unwrap().contains("class=\"notice"));
        report.run.complete = false;
        report.tally.input += 1;
        let page = page(&report).unwrap();
        assert!(page.contains("interrupted") && page.contains("do not add up"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_text_renders_without_hidden_characters(text: String, kind: String) {
            let mut report = tiny();
            let mut doc = Document::new(text.clone(), format!("{text}{kind}"));
            if !text.is_empty() {
                doc.apply("junk", vec![Change::replace(kind.clone(), 0..text.len(), kind)]);
            }
            report.tally.outcome(&doc, &kept(9));
            let page = page(&report).unwrap();
            prop_assert!(matches!(visible(&page), Cow::Borrowed(_)));
        }
    }
}
