//! A subscriber that writes down when the engine's spans open and close.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use soju_engine::trace::{LIFETIME, TARGET};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

/// What happened to a span, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Open,
    Enter,
    Exit,
    Token,
    Close,
}

/// A line of the log: the span's id is unique within the log.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) span: u64,
    pub(crate) name: &'static str,
    pub(crate) parent: Option<u64>,
    pub(crate) step: Step,
    /// All fields, when the span closes.
    pub(crate) fields: HashMap<&'static str, String>,
}

static LOG: Mutex<Vec<Line>> = Mutex::new(Vec::new());
static ALONE: Mutex<()> = Mutex::new(());

/// Listens while it lives; one test at a time.
pub(crate) struct Listening(MutexGuard<'static, ()>);

impl Listening {
    pub(crate) fn start() -> Self {
        static ONCE: Once = Once::new();
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        ONCE.call_once(|| {
            let ours = Targets::new().with_target(TARGET, LevelFilter::TRACE);
            tracing_subscriber::registry().with(Logger.with_filter(ours)).init();
        });
        LOG.lock().unwrap().clear();
        Self(alone)
    }

    /// What was written; call it when the engine has been shut down.
    pub(crate) fn lines(self) -> Vec<Line> {
        std::mem::take(&mut *LOG.lock().unwrap())
    }
}

/// The life of one request as words: `+queue -queue +prefill token -prefill …`.
#[derive(Debug)]
pub(crate) struct Life {
    pub(crate) words: String,
    pub(crate) fields: HashMap<&'static str, String>,
    pub(crate) waited_us: u64,
}

/// The lives of all requests by their `id`. Every span opens once and closes once, at the latest with its parent.
pub(crate) fn lives(lines: &[Line]) -> HashMap<u64, Life> {
    let mut open: HashMap<u64, &Line> = HashMap::new();
    let mut lives: HashMap<u64, Life> = HashMap::new();
    for line in lines.iter().filter(|line| LIFETIME.contains(&line.name)) {
        let request = line.parent.unwrap_or(line.span);
        let life = lives.entry(request).or_insert_with(|| Life {
            words: String::new(),
            fields: HashMap::new(),
            waited_us: u64::MAX,
        });
        let word = match line.step {
            Step::Open => {
                assert!(open.insert(line.span, line).is_none(), "{line:?} opened twice");
                assert!(
                    line.parent.is_none_or(|parent| open.contains_key(&parent)),
                    "{line:?} after its parent"
                );
                format!("+{}", line.name)
            }
            Step::Close => {
                assert!(open.remove(&line.span).is_some(), "{line:?} closed twice or never opened");
                assert!(
                    open.values().all(|other| other.parent != Some(line.span)),
                    "{line:?} before its child"
                );
                match line.name {
                    "request" => life.fields = line.fields.clone(),
                    "queue" => life.waited_us = line.fields["waited_us"].parse().unwrap(),
                    _ => {}
                }
                format!("-{}", line.name)
            }
            Step::Token => "token".to_owned(),
            Step::Enter | Step::Exit => panic!("{line:?} has the life of a request and is never entered"),
        };
        life.words += &format!(" {word}");
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    lives.into_values().map(|life| (life.fields["id"].parse().unwrap(), life)).collect()
}

struct Logger;

struct Kept {
    parent: Option<u64>,
    fields: Fields,
}

#[derive(Default, Clone)]
struct Fields(HashMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl Logger {
    fn log<S: Subscriber + for<'a> LookupSpan<'a>>(id: &Id, step: Step, context: &Context<'_, S>) {
        let span = context.span(id).unwrap();
        let extensions = span.extensions();
        let kept: &Kept = extensions.get().unwrap();
        let fields = kept.fields.0.clone();
        LOG.lock().unwrap().push(Line {
            span: id.into_u64(),
            name: span.name(),
            parent: kept.parent,
            step,
            fields,
        });
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Logger {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let parent = span.parent().map(|parent| parent.id().into_u64());
        span.extensions_mut().insert(Kept { parent, fields });
        Self::log(id, Step::Open, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let mut extensions = span.extensions_mut();
        let kept: &mut Kept = extensions.get_mut().unwrap();
        values.record(&mut kept.fields);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        assert_eq!(event.metadata().name(), "token");
        let id = event.parent().unwrap();
        Self::log(id, Step::Token, &context);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        Self::log(id, Step::Enter, &context);
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        Self::log(id, Step::Exit, &context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        Self::log(&id, Step::Close, &context);
    }
}
