//! What running requests take from the prefix cache and give to it.

use super::job::{KvOp, Plan};
use super::policy::PrefixReuse;
use super::radix::{RadixTree, common_prefix};
use super::running::Running;
use super::{Counters, Scheduler};

/// Unmarked prompts wait for each other only if they have so many tokens in common.
const WORTH_WAITING: usize = 16;

impl Scheduler {
    /// Prompts that are computed, as far as they are to be kept, move into the prefix cache.
    pub(super) fn offer_prompts(&mut self) {
        for running in &mut self.running {
            let len = running.request.offer(self.limits.reuse);
            if running.offered || running.computed < len {
                continue;
            }
            running.offered = true;
            let tokens = &running.request.tokens[..len];
            // Where another request was faster, both hold the same tokens; moving these would leave a gap.
            if len <= running.matched || self.tree.held(tokens) != running.matched {
                continue;
            }
            let Some(node) = self.tree.insert(tokens, running.sequences[0], &mut self.ops) else { continue };
            self.tree.pin(node);
            if let Some(old) = running.pin.replace(node) {
                self.tree.unpin(old);
            }
            running.matched = len;
        }
    }

    /// What a request that leaves has computed stays, as far as it is to be kept.
    pub(super) fn keep(&mut self, running: &Running) {
        let len = match self.limits.reuse {
            PrefixReuse::Marked => running.request.offer(PrefixReuse::Marked).min(running.computed),
            PrefixReuse::All => running.computed,
        };
        if len <= running.matched {
            return;
        }
        let tokens = &running.request.tokens[..len];
        if let Some(node) = self.tree.insert(tokens, running.sequences[0], &mut self.ops) {
            self.tree.pin(node);
            self.tree.unpin(node);
        }
    }

    /// Before the first token of its own is computed, a request takes what the prefix cache has meanwhile. False
    /// while an earlier request computes what this one could take.
    pub(super) fn settle_prefix(&mut self, index: usize, plan: &mut Plan) -> bool {
        let reuse = self.limits.reuse;
        let (earlier, rest) = self.running.split_at_mut(index);
        let running = &mut rest[0];
        if running.computed > running.matched {
            return true;
        }
        let before = running.matched;
        if let Some(copy) = match_prefix(running, &mut self.tree, reuse) {
            plan.ops.push(copy);
            self.counters.count(before, running.matched);
        }
        let wanted = &running.request.tokens[..running.request.reusable(reuse)];
        let worth = running.matched + if reuse == PrefixReuse::All { WORTH_WAITING } else { 1 };
        !earlier.iter().any(|leader| {
            let offer = leader.request.offer(reuse);
            !leader.offered && common_prefix(&leader.request.tokens[..offer], wanted) >= worth
        })
    }
}

impl Counters {
    /// A request that had `before` tokens from the cache now has `now`.
    pub(super) fn count(&mut self, before: usize, now: usize) {
        self.prefix_hits += u64::from(before == 0);
        self.prefix_tokens += (now - before) as u64;
    }
}

/// Lets a request begin with what the cache has of its tokens, if that is more than it has. The copy must be
/// made before anything else is computed.
pub(super) fn match_prefix(running: &mut Running, tree: &mut RadixTree, reuse: PrefixReuse) -> Option<KvOp> {
    let wanted = &running.request.tokens[..running.request.reusable(reuse)];
    if wanted.len() <= running.matched || tree.held(wanted) <= running.matched {
        return None;
    }
    let found = tree.find(wanted)?;
    tree.pin(found.node);
    if let Some(old) = running.pin.replace(found.node) {
        tree.unpin(old);
    }
    let start = running.matched;
    (running.matched, running.computed) = (found.len, found.len);
    Some(KvOp::Copy { from: found.holder, to: running.sequences[0], start, end: found.len })
}
