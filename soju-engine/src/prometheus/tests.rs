//! The page against the rules of the exposition format.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::*;

fn filled() -> EngineStats {
    let mut stats = EngineStats { submitted: 7, tokens_per_second: 12.5, ..EngineStats::default() };
    for ms in [0, 3, 3, 40, 500, 200_000] {
        stats.time_to_first_token.record(Duration::from_millis(ms));
        stats.backend.queue_wait.record(Duration::from_millis(ms / 2));
    }
    stats.backend.generated_tokens = 99;
    stats
}

/// A sample line: name, `le` if there, value.
fn sample(line: &str) -> (&str, Option<&str>, f64) {
    let (left, value) = line.rsplit_once(' ').unwrap();
    let value = value.parse().unwrap_or_else(|_| panic!("{line}: the value is no number"));
    let Some((name, rest)) = left.split_once('{') else { return (left, None, value) };
    let le = rest.strip_prefix("le=\"").and_then(|rest| rest.strip_suffix("\"}"));
    (name, Some(le.unwrap_or_else(|| panic!("{line}: other labels than le"))), value)
}

#[test]
fn the_page_obeys_the_format() {
    let page = text(&filled());
    assert!(page.ends_with('\n') && !page.contains("\n\n"));
    let mut kinds: HashMap<&str, &str> = HashMap::new();
    let mut helped = HashSet::new();
    let mut seen = HashSet::new();
    let mut buckets: HashMap<&str, Vec<(f64, f64)>> = HashMap::new();
    let mut counts = HashMap::new();
    for line in page.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap();
            assert!(helped.insert(name) && !help.is_empty(), "{line}");
            continue;
        }
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert!(helped.contains(name), "{line}: HELP comes first");
            assert!(kinds.insert(name, kind).is_none(), "{line}: twice");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            continue;
        }
        let (name, le, value) = sample(line);
        let legal =
            |(i, c): (usize, char)| c.is_ascii_alphabetic() || c == '_' || (i > 0 && c.is_ascii_digit());
        assert!(name.chars().enumerate().all(legal), "{line}");
        assert!(seen.insert((name, le)), "{line}: twice");
        let suffix = ["_bucket", "_sum", "_count"].into_iter().find(|suffix| {
            name.strip_suffix(suffix).is_some_and(|family| kinds.get(family) == Some(&"histogram"))
        });
        let family = name.strip_suffix(suffix.unwrap_or("")).unwrap();
        assert!(kinds.contains_key(family), "{line}: TYPE comes first");
        assert_eq!(kinds[family] == "histogram", suffix.is_some(), "{line}");
        match (suffix, le) {
            (Some("_bucket"), Some(le)) => {
                let bound = if le == "+Inf" { f64::INFINITY } else { le.parse().unwrap() };
                buckets.entry(family).or_default().push((bound, value));
            }
            (Some("_count"), None) => assert!(counts.insert(family, value).is_none()),
            (_, le) => assert!(le.is_none(), "{line}"),
        }
    }
    assert_eq!(buckets.len(), 4);
    for (family, buckets) in buckets {
        assert!(buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{family}: {buckets:?}");
        assert_eq!(buckets.last(), Some(&(f64::INFINITY, counts[family])), "{family}");
    }
}

#[test]
fn values_stand_where_they_belong() {
    let page = text(&filled());
    for line in [
        "soju_requests_total 7",
        "soju_tokens_per_second 12.5",
        "soju_generated_tokens_total 99",
        "soju_healthy 0",
        "soju_time_to_first_token_seconds_bucket{le=\"0.0001\"} 1",
        "soju_time_to_first_token_seconds_bucket{le=\"0.0032\"} 3",
        "soju_time_to_first_token_seconds_bucket{le=\"104.8576\"} 5",
        "soju_time_to_first_token_seconds_bucket{le=\"+Inf\"} 6",
        "soju_time_to_first_token_seconds_sum 200.546",
        "soju_time_to_first_token_seconds_count 6",
    ] {
        assert!(page.lines().any(|l| l == line), "{line} is missing in\n{page}");
    }
}
