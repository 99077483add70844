//! The engine's counters as Prometheus reads them: text exposition format 0.0.4.

use std::fmt::Write;

use crate::{EngineStats, Histogram};

/// What a `/metrics` endpoint says in its `Content-Type`.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All counters, each with `HELP` and `TYPE`. Times are in seconds.
///
/// # Examples
/// ```
/// let text = soju_engine::prometheus::text(&soju_engine::EngineStats::default());
/// assert!(text.contains("# TYPE soju_requests_total counter\nsoju_requests_total 0\n"));
/// ```
#[must_use]
pub fn text(stats: &EngineStats) -> String {
    let backend = &stats.backend;
    let mut page = Page(String::new());
    page.gauge("healthy", "Whether the backend works (1) or not (0).", f64::from(u8::from(stats.healthy)));
    page.gauge("requests_in_flight", "Requests taken and not yet finished.", stats.in_flight as f64);
    page.gauge("requests_active", "Requests being computed.", backend.active as f64);
    page.gauge("requests_queued", "Requests that wait for room.", backend.queued as f64);
    page.gauge("requests_paused", "Requests that had begun and wait again.", backend.paused as f64);
    page.gauge("tokens_per_second", "Generated tokens a second, last 10 seconds.", stats.tokens_per_second);
    page.gauge(
        "kv_tokens_used",
        "Tokens whose keys and values are held, kept ones included.",
        backend.kv_tokens_used as f64,
    );
    page.gauge(
        "kv_tokens_cached",
        "Tokens whose keys and values are kept for later requests only.",
        backend.kv_tokens_cached as f64,
    );
    page.gauge(
        "kv_tokens_capacity",
        "The most tokens whose keys and values can be held.",
        backend.kv_tokens_total as f64,
    );
    page.gauge("kv_block_tokens", "Tokens of a block of the cache.", backend.kv_block_tokens as f64);
    page.counter("requests", "Requests taken.", stats.submitted);
    page.counter("pauses", "Times that a request was paused.", backend.pauses);
    page.counter("prompt_tokens", "Prompt tokens computed.", backend.prompt_tokens);
    page.counter("generated_tokens", "Tokens generated.", backend.generated_tokens);
    page.counter("prefix_hits", "Requests that found part of their prompt computed.", backend.prefix_hits);
    page.counter(
        "prefix_reused_tokens",
        "Prompt tokens that a shared prefix saved.",
        backend.prefix_reused_tokens,
    );
    page.counter("forced_tokens", "Tokens that a constraint left no choice about.", backend.forced_tokens);
    page.counter("draft_tokens", "Tokens drafted for verification.", backend.draft_tokens);
    page.counter(
        "accepted_draft_tokens",
        "Drafted tokens that were accepted.",
        backend.accepted_draft_tokens,
    );
    page.counter("steps", "Batches computed.", backend.steps);
    page.histogram("queue_wait", "Time from taking a request to its admission.", &backend.queue_wait);
    page.histogram(
        "time_to_first_token",
        "Time from taking a request to its first token.",
        &stats.time_to_first_token,
    );
    page.histogram("inter_token_gap", "Time between tokens of a request.", &stats.inter_token_gap);
    page.histogram("request", "Time from taking a request to its end.", &stats.request_time);
    page.0
}

struct Page(String);

impl Page {
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        self.line(format_args!("# HELP soju_{name} {help}\n# TYPE soju_{name} {kind}"));
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "gauge");
        self.line(format_args!("soju_{name} {value}"));
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        let name = format!("{name}_total");
        self.head(&name, help, "counter");
        self.line(format_args!("soju_{name} {value}"));
    }

    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        let name = format!("{name}_seconds");
        self.head(&name, help, "histogram");
        for (bound, count) in histogram.cumulative() {
            match bound {
                Some(bound) => {
                    self.line(format_args!("soju_{name}_bucket{{le=\"{}\"}} {count}", bound.as_secs_f64()));
                }
                None => self.line(format_args!("soju_{name}_bucket{{le=\"+Inf\"}} {count}")),
            }
        }
        self.line(format_args!("soju_{name}_sum {}", histogram.sum().as_secs_f64()));
        self.line(format_args!("soju_{name}_count {}", histogram.count()));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{line}");
    }
}

#[cfg(test)]
mod tests;
