//! The figures for a person to read.

use super::summary::{Summary, spread};

/// Where the time of one mode went.
pub(super) fn one(name: &str, summary: &Summary) -> String {
    let mut text = format!("\n{name}: {:.1} tokens/s\n", summary.tokens_per_second);
    text += &format!("  {:28} {:>9} {:>9} {:>9}\n", "A REQUEST, seconds", "mean", "p50", "p99");
    for (part, values) in [
        ("waiting for a batch", &summary.wait),
        ("prefill", &summary.prefill),
        ("decode", &summary.decode),
        ("until its first token", &summary.first_token),
        ("until its end", &summary.whole),
    ] {
        let [mean, p50, p99] = spread(values);
        text += &format!("  {part:28} {mean:9.3} {p50:9.3} {p99:9.3}\n");
    }
    let worker = &summary.worker;
    let parts = [
        ("computing prompts", worker.prompts),
        ("computing new tokens", worker.new_tokens),
        ("choosing tokens", worker.sampling),
        ("planning", worker.planning),
        ("other", worker.other),
        ("idle", worker.idle),
    ];
    let all: f64 = parts.iter().map(|(_, seconds)| seconds).sum();
    text += &format!("  {:28} {:>9} {:>9}   {} steps\n", "THE ENGINE'S THREAD", "seconds", "%", worker.steps);
    for (part, seconds) in parts {
        text += &format!("  {part:28} {seconds:9.3} {:9.1}\n", 100.0 * seconds / all.max(f64::MIN_POSITIVE));
    }
    text += &format!("  {:28} {:>9}\n", "OTHER THREADS", "seconds");
    for (part, seconds) in [("tokenizing", summary.tokenizing), ("detokenizing", summary.detokenizing)] {
        text += &format!("  {part:28} {seconds:9.3}\n");
    }
    text
}

/// The same requests in flight and in static batches.
pub(super) fn compared(in_flight: &Summary, fixed: &Summary) -> String {
    let mut text =
        format!("\n{:34} {:>10} {:>10} {:>17}\n", "COMPARED", "in flight", "static", "static/in flight");
    let mut line = |label: &str, a: f64, b: f64| {
        let ratio = if a > 0.0 { format!("{:.2}", b / a) } else { "-".into() };
        text += &format!("{label:34} {a:10.3} {b:10.3} {ratio:>17}\n");
    };
    for (label, a, b) in [
        ("waiting for a batch", &in_flight.wait, &fixed.wait),
        ("until the first token", &in_flight.first_token, &fixed.first_token),
        ("until the end", &in_flight.whole, &fixed.whole),
    ] {
        let (a, b) = (spread(a), spread(b));
        line(&format!("{label}, p50 s"), a[1], b[1]);
        line(&format!("{label}, p99 s"), a[2], b[2]);
    }
    line("tokens/s", in_flight.tokens_per_second, fixed.tokens_per_second);
    line("steps", in_flight.worker.steps as f64, fixed.worker.steps as f64);
    text
}
