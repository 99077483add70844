//! Always-on clocks of the engine: how long requests and tokens take, and how many tokens a second come.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Histogram;
use crate::backend::{Event, RequestId};
use crate::stats::EngineStats;

/// Seconds that [`EngineStats::tokens_per_second`] looks back.
const WINDOW: u64 = 10;

/// The clocks. Its lock is held for a few instructions by the response thread, by submitters and by
/// [`Engine::stats`](crate::Engine::stats).
#[derive(Debug)]
pub(super) struct Latency(Mutex<Clocks>);

#[derive(Debug)]
struct Clocks {
    open: HashMap<RequestId, Times>,
    rate: Rate,
    first_token: Histogram,
    token_gap: Histogram,
    request: Histogram,
}

#[derive(Debug)]
struct Times {
    taken: Instant,
    last_token: Option<Instant>,
}

impl Latency {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Clocks {
            open: HashMap::new(),
            rate: Rate::new(Instant::now()),
            first_token: Histogram::default(),
            token_gap: Histogram::default(),
            request: Histogram::default(),
        }))
    }

    /// The backend took a request.
    pub(super) fn taken(&self, id: RequestId) {
        self.lock().open.insert(id, Times { taken: Instant::now(), last_token: None });
    }

    /// A response came.
    pub(super) fn answered(&self, id: RequestId, event: &Event) {
        let now = Instant::now();
        let mut clocks = self.lock();
        let clocks = &mut *clocks;
        let Some(times) = clocks.open.get_mut(&id) else { return };
        let tokens = match event {
            Event::Tokens(generated) | Event::Finished(generated, _) => generated.tokens.len() as u32,
            _ => 0,
        };
        if tokens > 0 {
            clocks.rate.add(now, u64::from(tokens));
            match times.last_token.replace(now) {
                None => clocks.first_token.record(now - times.taken),
                // Tokens that come together share the gap before them.
                Some(last) => clocks.token_gap.record_times((now - last) / tokens, u64::from(tokens)),
            }
        }
        if event.is_final() {
            clocks.request.record(now - times.taken);
            clocks.open.remove(&id);
        }
    }

    /// No request will be answered any more.
    pub(super) fn ended(&self) {
        self.lock().open.clear();
    }

    pub(super) fn fill(&self, stats: &mut EngineStats) {
        let clocks = self.lock();
        stats.tokens_per_second = clocks.rate.per_second(Instant::now());
        stats.time_to_first_token = clocks.first_token;
        stats.inter_token_gap = clocks.token_gap;
        stats.request_time = clocks.request;
    }

    fn lock(&self) -> MutexGuard<'_, Clocks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tokens of each of the last seconds.
#[derive(Debug)]
struct Rate {
    start: Instant,
    /// Which second a place holds, and its tokens.
    seconds: [(u64, u64); WINDOW as usize],
}

impl Rate {
    fn new(start: Instant) -> Self {
        Self { start, seconds: [(0, 0); WINDOW as usize] }
    }

    fn add(&mut self, now: Instant, tokens: u64) {
        let second = (now - self.start).as_secs();
        let place = &mut self.seconds[(second % WINDOW) as usize];
        if place.0 != second {
            *place = (second, 0);
        }
        place.1 += tokens;
    }

    /// Over the second under way and the nine before it, or since the start if that is less.
    fn per_second(&self, now: Instant) -> f64 {
        let age = now - self.start;
        let first = age.as_secs().saturating_sub(WINDOW - 1);
        let tokens: u64 = self.seconds.iter().filter(|place| place.0 >= first).map(|place| place.1).sum();
        let covered = age - Duration::from_secs(first);
        if tokens == 0 { 0.0 } else { tokens as f64 / covered.as_secs_f64().max(1e-3) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_forgets_what_is_older_than_its_window() {
        let start = Instant::now();
        let at = |tenths: u64| start + Duration::from_millis(100 * tenths);
        let mut rate = Rate::new(start);
        assert_eq!(rate.per_second(at(0)), 0.0);
        rate.add(at(1), 30);
        rate.add(at(12), 30);
        assert_eq!(rate.per_second(at(20)), 30.0);
        assert_eq!(rate.per_second(at(99)), 60.0 / 9.9);
        // Second 10 takes the place of second 0.
        rate.add(at(100), 45);
        assert_eq!(rate.per_second(at(105)), 75.0 / 9.5);
        assert_eq!(rate.per_second(at(250)), 0.0);
    }
}
