//! Recall of every form of personal data and false alarms on clean sentences: the table of `docs/pii.md`.
//!
//! `cargo test -p soju-refine --release --test pii_table -- --nocapture` prints it. Numbers are made by a
//! generator with a fixed seed over all values a form allows; none is taken from anywhere.

#![allow(clippy::unwrap_used)]

mod pii_forms;

use pii_forms::{Rng, clean, forms};
use soju_refine::pii::{Kind, Pii};

/// Values of each form.
const VALUES: usize = 2000;
/// Clean sentences.
const SENTENCES: usize = 20_000;

/// What stands around a value that nothing announces.
const BARE: [(&str, &str); 10] = [
    ("", ""),
    ("제 것은 ", "입니다."),
    ("홍길동 ", ", 김철수"),
    ("(", ")"),
    ("그쪽은 ", "로 해 주세요"),
    ("「", "」"),
    ("이쪽:", " 저쪽"),
    ("- ", "\n- 다음"),
    ("아래와 같다. ", "."),
    ("▶", "◀"),
];

#[test]
fn every_form_is_found() {
    let pii = Pii::default();
    println!("| kind | form | before it | values | recall |\n| --- | --- | --- | ---: | ---: |");
    let mut bad = Vec::new();
    let mut totals: std::collections::BTreeMap<Kind, (usize, usize)> = Default::default();
    for form in forms() {
        let mut rng = Rng::new(form.name);
        let mut hits = 0;
        let mut missed = None;
        for i in 0..VALUES {
            let value = (form.make)(&mut rng);
            let (before, after) = BARE[i % BARE.len()];
            // `(02)123-4567)` can be read in two ways.
            let before = if before == "(" && value.contains(')') { "[" } else { before };
            let announced = form.before.get(i / BARE.len() % form.before.len().max(1)).copied().unwrap_or("");
            let text = format!("{before}{announced}{value}{after}");
            let at = before.len() + announced.len();
            let hit = pii.find(&text).iter().any(|f| f.kind == form.kind && f.span == (at..at + value.len()));
            hits += usize::from(hit);
            if !hit && missed.is_none() {
                missed = Some(format!("{text:?} -> {:?}", pii.find(&text)));
            }
        }
        let total = totals.entry(form.kind).or_default();
        *total = (total.0 + hits, total.1 + VALUES);
        let recall = hits as f64 / VALUES as f64;
        println!(
            "| {} | {} | {} | {VALUES} | {recall:.4} |",
            form.kind.name(),
            form.name,
            form.before.first().map_or("", |b| b.trim()),
        );
        if recall < 0.98 {
            bad.push(format!("{} {}: {recall:.4}, such as {}", form.kind.name(), form.name, missed.unwrap()));
        }
    }
    println!("\n| kind | values | recall |\n| --- | ---: | ---: |");
    for (kind, (hits, all)) in &totals {
        println!("| {} | {all} | {:.4} |", kind.name(), *hits as f64 / *all as f64);
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert_eq!(totals.len(), Kind::ALL.len(), "a kind has no form");
}

#[test]
fn clean_sentences_stay() {
    let pii = Pii::default();
    let mut rng = Rng::new("clean");
    let templates = clean();
    let mut alarms: Vec<String> = Vec::new();
    for i in 0..SENTENCES {
        let sentence = (templates[i % templates.len()])(&mut rng);
        for found in pii.find(&sentence) {
            alarms.push(format!(
                "{}: {:?} in {sentence:?}",
                found.kind.name(),
                &sentence[found.span.clone()]
            ));
        }
    }
    let rate = alarms.len() as f64 * 10_000.0 / SENTENCES as f64;
    println!("{SENTENCES} made-up clean sentences full of numbers: {rate:.1} false alarms per 10,000");
    for alarm in alarms.iter().take(20) {
        println!("    {alarm}");
    }
    assert!(
        rate < 5.0,
        "{rate} false alarms per 10,000 sentences:\n{}",
        alarms[..alarms.len().min(40)].join("\n")
    );
}
