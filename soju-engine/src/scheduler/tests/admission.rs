//! Capacity policies, pausing, and batches that don't change.

use super::*;

/// Room for two and a half requests of 40 tokens.
const TIGHT: Limits = Limits { kv_tokens: 100, ..ROOMY };

fn step_until_ended(world: &mut World) -> usize {
    let mut most = 0;
    while !world.scheduler.is_idle() {
        world.step();
        most = most.max(world.scheduler.active());
    }
    world.drain();
    most
}

#[test]
fn guaranteed_requests_are_never_paused() {
    let mut world = World::new(TIGHT);
    (0..6).for_each(|id| world.add(generate(id, vec![id as TokenId; 10], 30)));
    assert_eq!(step_until_ended(&mut world), 2);
    assert_eq!(world.scheduler.counters().pauses, 0);
}

#[test]
fn max_utilization_runs_more_and_loses_nothing() {
    let limits = Limits { policy: CapacityPolicy::MaxUtilization, ..TIGHT };
    let mut world = World::new(limits);
    // `drain` compares every answer with what the request gives alone.
    (0..6).for_each(|id| world.add(generate(id, vec![id as TokenId; 10], 30)));
    assert_eq!(step_until_ended(&mut world), 4);
    assert!(world.scheduler.counters().pauses > 0);
}

#[test]
fn the_request_that_came_last_is_paused_and_comes_back_first() {
    let limits = Limits { policy: CapacityPolicy::MaxUtilization, ..TIGHT };
    let mut world = World::new(limits);
    (0..5).for_each(|id| world.add(generate(id, vec![id as TokenId; 10], 30)));
    let mut paused = Vec::new();
    while !world.scheduler.is_idle() {
        world.step();
        if world.scheduler.paused() > 0 && paused.is_empty() {
            paused = world.scheduler.waiting.values().map(|request| request.id).collect();
        }
    }
    assert_eq!(paused, [3, 4], "3 runs again before 4 begins");
    world.drain();
}

#[test]
fn a_paused_request_can_be_cancelled_and_can_expire() {
    let limits = Limits { policy: CapacityPolicy::MaxUtilization, ..TIGHT };
    let mut world = World::new(limits);
    (0..4).for_each(|id| world.add(generate(id, vec![id as TokenId; 10], 30)));
    while world.scheduler.paused() == 0 {
        world.step();
    }
    assert!(world.scheduler.cancel(3));
    world.end(3, FinishReason::Cancelled);
    assert_eq!(world.scheduler.paused(), 0);
    world.drain();
}

#[test]
fn a_static_batch_waits_for_its_longest_request() {
    let mut world = World::new(Limits { batching: Batching::Static, ..ROOMY });
    (0..6).for_each(|id| world.add(generate(id, vec![id as TokenId; 2], 3 + id as usize)));
    let mut sizes = Vec::new();
    while !world.scheduler.is_idle() {
        let before = world.scheduler.queued();
        world.step();
        if world.scheduler.queued() < before {
            sizes.push(before - world.scheduler.queued());
        }
        let first_four = (0..4).all(|id| world.jobs[&id].ended.is_some());
        assert!(sizes.len() < 2 || first_four, "the second batch began before the first had ended");
    }
    assert_eq!(sizes, [4, 2]);
    world.drain();
}
