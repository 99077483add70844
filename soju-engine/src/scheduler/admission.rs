//! Which requests run: admission by the cells of the key-value cache, and pausing where more were admitted than
//! turned out to fit.

use super::job::Plan;
use super::policy::{Batching, CapacityPolicy};
use super::prefix::match_prefix;
use super::running::{Phase, Running};
use super::{Request, Scheduler};

impl Scheduler {
    /// Admits waiting requests in their order until one does not fit. Later ones do not overtake it, so none
    /// waits for ever.
    pub(super) fn admit(&mut self, plan: &mut Plan) {
        if self.limits.batching == Batching::Static && !self.running.is_empty() {
            return;
        }
        while let Some((place, request)) = self.waiting.pop_first() {
            let id = request.id;
            if let Err(request) = self.try_admit(request) {
                self.waiting.insert(place, request);
                return;
            }
            plan.admitted.push(id);
        }
    }

    fn try_admit(&mut self, request: Request) -> Result<(), Request> {
        let lanes = request.lanes(&self.limits);
        let Some(left) = self.free_sequences.len().checked_sub(lanes) else { return Err(request) };
        let sequences = self.free_sequences.split_off(left);
        // Without a cache, or with nothing to offer, nobody need wait for this prompt.
        let offered = !self.tree.is_enabled() || request.offer(self.limits.reuse) == 0;
        let phase = Phase::Prefill;
        let mut running = Running { request, sequences, computed: 0, pin: None, matched: 0, offered, phase };
        let copy = match_prefix(&mut running, &mut self.tree, self.limits.reuse);
        let held = self.tree.pinned_cells() + self.own_cells();
        if held + self.future_cells() + self.wanted_cells(&running) > self.limits.kv_tokens {
            if let Some(node) = running.pin {
                self.tree.unpin(node);
            }
            self.free_sequences.append(&mut running.sequences);
            return Err(running.request);
        }
        if let Some(copy) = copy {
            self.ops.push(copy);
            self.counters.count(0, running.matched);
        }
        running.request.paused = false;
        self.running.push(running);
        Ok(())
    }

    /// Cells that the running requests will want.
    fn future_cells(&self) -> usize {
        self.running.iter().map(|running| self.wanted_cells(running)).sum()
    }

    fn wanted_cells(&self, running: &Running) -> usize {
        // A request that may be paused leaves room for the token after this step's, else it would be paused at once.
        let spare = self.limits.policy == CapacityPolicy::MaxUtilization && running.can_pause();
        running.future_cells(self.limits.policy) + usize::from(spare)
    }

    /// Pauses the requests that came last until the next step of the others fits.
    pub(super) fn pause_for_room(&mut self, plan: &mut Plan) {
        if self.limits.policy != CapacityPolicy::MaxUtilization {
            return;
        }
        loop {
            let due: usize =
                self.running.iter().map(|running| running.future_cells(self.limits.policy)).sum();
            if self.tree.pinned_cells() + self.own_cells() + due <= self.limits.kv_tokens {
                return;
            }
            let candidates = self.running.iter().enumerate().filter(|(_, running)| running.can_pause());
            let Some((index, _)) = candidates.max_by_key(|(_, running)| running.request.place) else {
                return;
            };
            let mut request = self.remove(index);
            request.paused = true;
            self.counters.pauses += 1;
            plan.paused.push(request.id);
            self.waiting.insert(request.place, request);
        }
    }
}
