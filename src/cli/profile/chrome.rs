//! Traces in Chrome's format (Trace Event Format, "JSON Object Format"), which Perfetto reads too: a process for
//! each mode, a track for each thread, asynchronous events for the requests.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::recorder::{Recording, Span, Value, Whose};

/// Writes one trace of several runs.
pub(super) fn write(path: &Path, runs: &[(&str, &Recording)]) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(b"{\"displayTimeUnit\":\"ms\",\"traceEvents\":[")?;
    let mut separator = "\n";
    for (index, (name, recording)) in runs.iter().enumerate() {
        for event in events(index + 1, name, recording) {
            write!(file, "{separator}{event}")?;
            separator = ",\n";
        }
    }
    file.write_all(b"\n]}\n")?;
    file.flush()
}

fn events(process: usize, name: &str, recording: &Recording) -> Vec<Json> {
    let named = |kind: &str, thread: usize, name: &str| json!({"ph": "M", "name": kind, "pid": process, "tid": thread, "args": {"name": name}});
    let mut events = vec![named("process_name", 0, name)];
    let mut threads = HashMap::new();
    let origin = recording.iter().map(|span| span.start).min().unwrap_or_default();
    for span in recording {
        match &span.whose {
            Whose::Request(id) => events.extend(pair(process, *id, origin, span)),
            Whose::Thread { id, name } => {
                let next = threads.len() + 1;
                let thread = *threads.entry(*id).or_insert_with(|| {
                    events.push(named("thread_name", next, name));
                    next
                });
                events.push(json!({
                    "ph": "X", "cat": "engine", "name": span.name, "pid": process, "tid": thread,
                    "ts": micros(span.start - origin), "dur": micros(span.end - span.start), "args": arguments(span),
                }));
            }
        }
    }
    events
}

/// The beginning and the end of a part of a request.
fn pair(process: usize, id: u64, origin: Duration, span: &Span) -> [Json; 2] {
    let event = |kind: &str, at: Duration| {
        json!({
            "ph": kind, "cat": "request", "name": span.name, "pid": process, "tid": 0, "id": format!("{process}.{id}"),
            "ts": micros(at - origin), "args": arguments(span),
        })
    };
    [event("b", span.start), event("e", span.end)]
}

fn arguments(span: &Span) -> Map<String, Json> {
    let json = |value: &Value| match value {
        Value::Number(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.as_str()),
    };
    span.fields.iter().map(|(name, value)| ((*name).to_owned(), json(value))).collect()
}

fn micros(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1000.0
}
