//! The spans as NVTX ranges, for Nsight Systems.

use std::cell::RefCell;
use std::sync::OnceLock;

use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::LIFETIME;

/// A layer that turns spans into NVTX ranges of the domain `soju`: those of a request's life ([`LIFETIME`])
/// become ranges that start and end (`nvtxRangeStartEx`, `nvtxRangeEnd`), the others ranges of their thread
/// (`nvtxRangePushEx`, `nvtxRangePop`); events become marks. Give it a filter for [`TARGET`](super::TARGET).
///
/// Without a profiler in the process NVTX does nothing.
///
/// # Examples
/// ```
/// use soju_engine::trace::{NvtxLayer, TARGET};
/// use tracing_subscriber::filter::{LevelFilter, Targets};
/// use tracing_subscriber::prelude::*;
///
/// let only_ours = Targets::new().with_target(TARGET, LevelFilter::TRACE);
/// let _on_this_thread =
///     tracing_subscriber::registry().with(NvtxLayer::new().with_filter(only_ours)).set_default();
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct NvtxLayer {}

impl NvtxLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// Kept in a span's extensions, which the registry clears when the span closes.
struct Started {
    _range: nvtx::domain::Range<'static>,
}

thread_local! {
    /// The pushed ranges of this thread.
    static PUSHED: RefCell<Vec<(Id, nvtx::domain::LocalRange<'static>)>> = const { RefCell::new(Vec::new()) };
}

/// Never freed: ranges may end as late as the process does.
fn domain() -> &'static nvtx::Domain {
    static DOMAIN: OnceLock<nvtx::Domain> = OnceLock::new();
    DOMAIN.get_or_init(|| nvtx::Domain::new(c"soju"))
}

fn message(name: &str) -> nvtx::Str {
    nvtx::Str::from_str_lossy(name)
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for NvtxLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let name = attributes.metadata().name();
        if let (true, Some(span)) = (LIFETIME.contains(&name), context.span(id)) {
            span.extensions_mut().insert(Started { _range: domain().range(message(name)) });
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        domain().mark(message(event.metadata().name()));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let Some(name) = context.metadata(id).map(|metadata| metadata.name()) else { return };
        if !LIFETIME.contains(&name) {
            let range = domain().local_range(message(name));
            PUSHED.with_borrow_mut(|pushed| pushed.push((id.clone(), range)));
        }
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        PUSHED.with_borrow_mut(|pushed| {
            // Guards may be dropped out of order; NVTX can only pop the innermost, which is then the wrong one for
            // a moment, but as many are popped as were pushed.
            if let Some(index) = pushed.iter().rposition(|(entered, _)| entered == id) {
                pushed.remove(index);
            }
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if let Some(span) = context.span(&id) {
            span.extensions_mut().remove::<Started>();
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;

    use super::*;
    use crate::trace::{COMPUTE, ITERATION, PREFILL, REQUEST, TARGET, TOKEN};

    fn pushed() -> usize {
        PUSHED.with_borrow(Vec::len)
    }

    #[test]
    fn as_many_ranges_are_popped_as_were_pushed() {
        let ours = Targets::new().with_target(TARGET, LevelFilter::TRACE);
        let subscriber = tracing_subscriber::registry().with(NvtxLayer::new().with_filter(ours));
        tracing::subscriber::with_default(subscriber, || {
            let request = tracing::debug_span!(target: TARGET, parent: None, REQUEST);
            let prefill = tracing::debug_span!(target: TARGET, parent: &request, PREFILL);
            let outer = tracing::debug_span!(target: TARGET, ITERATION).entered();
            assert_eq!(pushed(), 1, "what has the life of a request is no range of a thread");
            let inner = tracing::debug_span!(target: TARGET, COMPUTE).entered();
            tracing::event!(name: TOKEN, target: TARGET, parent: &prefill, tracing::Level::TRACE, {});
            let elsewhere = tracing::debug_span!(target: "elsewhere", "other").entered();
            assert_eq!(pushed(), 2);
            // Guards may go in any order, and the spans of requests on another thread.
            drop(outer);
            assert_eq!(pushed(), 1);
            drop((inner, elsewhere));
            std::thread::spawn(move || drop((prefill, request))).join().unwrap();
            assert_eq!(pushed(), 0);
        });
    }
}
