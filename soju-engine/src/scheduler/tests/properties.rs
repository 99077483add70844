//! Random arrivals, sizes, cancels, deadlines and end tokens under every policy.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn limits() -> impl Strategy<Value = Limits> {
    let rules = (
        prop_oneof![3 => Just(Batching::InFlight), 1 => Just(Batching::Static)],
        prop_oneof![Just(CapacityPolicy::GuaranteedNoEvict), Just(CapacityPolicy::MaxUtilization)],
        prop_oneof![Just(PrefixReuse::Marked), Just(PrefixReuse::All)],
    );
    (40usize..120, 1usize..6, 0usize..5, 0usize..20, 0usize..4, rules).prop_map(
        |(kv, sequences, prefixes, batch, outputs, (batching, policy, reuse))| Limits {
            kv_tokens: kv,
            max_sequences: sequences,
            prefix_sequences: prefixes,
            batch_tokens: sequences + batch,
            max_outputs: sequences + outputs,
            batching,
            policy,
            reuse,
        },
    )
}

#[derive(Debug, Clone)]
enum Action {
    Add {
        header: usize,
        header_len: usize,
        own: usize,
        shared: bool,
        priority: u8,
        deadline: Option<u64>,
        work: Work,
    },
    Cancel(u64),
    /// So many seconds have passed.
    Expire(u64),
    Step(u8),
}

fn work() -> impl Strategy<Value = Work> {
    let generate = (1usize..30, prop::collection::vec(0..50, 0..2))
        .prop_map(|(max_new, end_ids)| Work::Generate { max_new, end_ids });
    let score = prop::collection::vec(prop::collection::vec(0..50, 1..6), 1..6)
        .prop_map(|continuations| Work::Score { continuations });
    prop_oneof![generate, score]
}

fn action() -> impl Strategy<Value = Action> {
    let deadline = prop_oneof![3 => Just(None), 1 => (1u64..20).prop_map(Some)];
    let add = (0usize..3, 0usize..14, 1usize..12, any::<bool>(), 0u8..4, deadline, work()).prop_map(
        |(header, header_len, own, shared, priority, deadline, work)| Action::Add {
            header,
            header_len,
            own,
            shared,
            priority,
            deadline,
            work,
        },
    );
    prop_oneof![
        4 => add,
        1 => (0u64..30).prop_map(Action::Cancel),
        1 => (0u64..20).prop_map(Action::Expire),
        3 => (0u8..4).prop_map(Action::Step),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Every request ends exactly once with the text that it would have alone, within all limits.
    #[test]
    fn every_request_ends_once_and_right(
        limits in limits(),
        forced in 0usize..4,
        actions in prop::collection::vec(action(), 1..40),
    ) {
        let mut world = World::new(limits);
        world.forced = forced;
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        for (id, action) in (0..).zip(actions) {
            match action {
                Action::Add { header, header_len, own, shared, priority, deadline, work } => {
                    // A few headers, so that prefixes are shared; `own` makes the rest of the prompt.
                    let header_tokens = (0..header_len).map(|i| (header * 100 + i) as TokenId);
                    let own_tokens = (0..own).map(|i| (id as usize * 7 + i) as TokenId % 50);
                    let prompt: Vec<_> = header_tokens.chain(own_tokens).collect();
                    let shared_prefix = if shared { header_len } else { 0 };
                    let priority = f32::from(priority) / 4.0;
                    let deadline = deadline.map(at);
                    let job = Job { id, prompt, shared_prefix, priority, deadline, work };
                    if job.prompt.len() + 30 <= limits.kv_tokens {
                        world.add(job);
                    }
                }
                Action::Cancel(id) => {
                    if world.scheduler.cancel(id) {
                        world.end(id, FinishReason::Cancelled);
                    }
                }
                Action::Expire(seconds) => {
                    let now = at(seconds);
                    let late = |known: &Known| {
                        known.ended.is_none() && known.job.deadline.is_some_and(|deadline| deadline <= now)
                    };
                    for id in world.scheduler.expire(now) {
                        prop_assert!(late(&world.jobs[&id]), "{} was not late", id);
                        world.end(id, FinishReason::TimedOut);
                    }
                    prop_assert!(!world.jobs.values().any(late), "a late request goes on");
                }
                Action::Step(steps) => (0..steps).for_each(|_| { world.step(); }),
            }
        }
        world.drain();
    }
}
