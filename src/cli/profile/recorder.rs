//! Keeps the engine's spans.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use soju_engine::trace;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Subscriber, span};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Collects spans until they are taken. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    zero: Instant,
    spans: Arc<Mutex<Vec<Span>>>,
}

/// A span that has ended.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub(super) name: &'static str,
    /// Since the recorder was made.
    pub(super) start: Duration,
    pub(super) end: Duration,
    pub(super) whose: Whose,
    pub(super) fields: Vec<(&'static str, Value)>,
}

/// Spans belong to a request, which wanders between threads, or to a thread.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    Request(u64),
    Thread { id: ThreadId, name: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Number(u64),
    Text(String),
}

/// All spans of a run.
pub(super) type Recording = Vec<Span>;

impl Default for Recorder {
    fn default() -> Self {
        Self { zero: Instant::now(), spans: Arc::default() }
    }
}

impl Recorder {
    /// Itself as a layer that sees the engine's spans only.
    pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(self) -> impl Layer<S> {
        self.with_filter(Targets::new().with_target(trace::TARGET, LevelFilter::DEBUG))
    }

    /// What has ended since the last time.
    pub(super) fn take(&self) -> Recording {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Span {
    pub(super) fn seconds(&self) -> f64 {
        self.end.saturating_sub(self.start).as_secs_f64()
    }

    pub(super) fn number(&self, field: &str) -> Option<u64> {
        self.fields.iter().find_map(|(name, value)| match value {
            Value::Number(number) if *name == field => Some(*number),
            _ => None,
        })
    }
}

/// In a span's extensions while it is open.
struct Open(Span);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let name = attributes.metadata().name();
        let start = self.zero.elapsed();
        let thread = std::thread::current();
        let whose = Whose::Thread { id: thread.id(), name: thread.name().unwrap_or("unnamed").to_owned() };
        let mut open = Open(Span { name, start, end: start, whose, fields: Vec::new() });
        attributes.record(&mut open);
        if trace::LIFETIME.contains(&name) {
            // The spans of a request are children of one that names it and says how old it was already.
            let parent = span.parent();
            let own = open.0.number("id").zip(open.0.number("age_us"));
            let inherited = || {
                let extensions = parent.as_ref()?.extensions();
                let request = &extensions.get::<Open>()?.0;
                request.number("id").zip(request.number("age_us"))
            };
            if let Some((request, age)) = own.or_else(inherited) {
                open.0.whose = Whose::Request(request);
                if name == trace::REQUEST || name == trace::QUEUE {
                    open.0.start = start.saturating_sub(Duration::from_micros(age));
                }
            }
        }
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<Open>()
        {
            values.record(open);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(open) = context.span(&id).and_then(|span| span.extensions_mut().remove::<Open>()) else {
            return;
        };
        self.lock().push(Span { end: self.zero.elapsed(), ..open.0 });
    }
}

impl Visit for Open {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.fields.push((field.name(), Value::Number(value)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.fields.push((field.name(), Value::Text(value.to_owned())));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.fields.push((field.name(), Value::Text(format!("{value:?}"))));
    }
}
