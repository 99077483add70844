//! What joins a step, and when requests leave.

use std::time::Duration;

use super::*;

#[test]
fn requests_join_between_steps() {
    let mut world = World::new(ROOMY);
    world.add(generate(0, vec![1; 8], 20));
    world.step();
    world.add(generate(1, vec![2; 10], 3));
    let plan_rows = world.step();
    assert_eq!(plan_rows, 11, "one decode row and the whole second prompt");
    world.drain();
}

#[test]
fn long_prompts_do_not_stop_decoding() {
    let mut world = World::new(ROOMY);
    world.add(generate(0, vec![1; 4], 20));
    world.step();
    world.add(generate(1, vec![2; 60], 1));
    for step in 1..=4 {
        world.step();
        assert_eq!(world.jobs[&0].generated.len(), step + 1);
    }
    world.drain();
}

#[test]
fn higher_priority_goes_first() {
    let mut world = World::new(Limits { max_sequences: 1, ..ROOMY });
    world.add(generate(0, vec![1; 4], 4));
    world.step();
    for (id, priority) in [(1, 0.1), (2, 0.9)] {
        world.add(Job { priority, ..generate(id, vec![1; 4], 1) });
    }
    while world.jobs[&2].ended.is_none() {
        assert_eq!(world.jobs[&1].ended, None);
        world.step();
    }
    world.drain();
}

#[test]
fn late_jobs_expire_wherever_they_are() {
    let mut world = World::new(Limits { max_sequences: 1, ..ROOMY });
    let now = Instant::now();
    for id in 0..2 {
        world.add(Job { deadline: Some(now + Duration::from_secs(1)), ..generate(id, vec![1; 4], 9) });
    }
    world.add(generate(2, vec![1; 4], 2));
    world.step();
    assert!(world.scheduler.expire(now).is_empty());
    let expired = world.scheduler.expire(now + Duration::from_secs(1));
    assert_eq!(expired, [0, 1]);
    expired.into_iter().for_each(|id| world.end(id, FinishReason::TimedOut));
    world.drain();
    assert_eq!(world.jobs[&2].ended, Some(FinishReason::Length));
}

#[test]
fn low_priority_is_overtaken_a_bounded_number_of_times() {
    let mut world = World::new(Limits { max_sequences: 1, ..ROOMY });
    world.add(Job { priority: 0.0, ..generate(0, vec![1; 4], 1) });
    let mut later = 0;
    while world.jobs[&0].ended.is_none() {
        // There are always two of the highest priority waiting.
        while world.scheduler.queued() < 3 {
            later += 1;
            world.add(Job { priority: 1.0, ..generate(later, vec![1; 4], 1) });
        }
        world.step();
        assert!(later < 1100, "it still waits after {later} later requests");
    }
    assert!(later > 1000, "the priority counted for little: {later}");
    world.drain();
}

#[test]
fn forced_tokens_are_computed_together_without_output() {
    let mut world = World::new(ROOMY);
    world.add(generate(0, vec![1; 4], 20));
    let plan = world.scheduler.plan();
    assert_eq!(plan.outputs.len(), 1);
    assert_eq!(world.scheduler.sampled(0, &[5, 6, 7]), Progress { accepted: 3, reason: None });
    let plan = world.scheduler.plan();
    assert_eq!(
        plan.rows.iter().map(|row| (row.token, row.output)).collect::<Vec<_>>(),
        [(5, false), (6, false), (7, true)]
    );
    let tokens = vec![9; 40];
    let progress = world.scheduler.sampled(0, &tokens);
    assert_eq!(progress, Progress { accepted: 17, reason: Some(FinishReason::Length) });
}

#[test]
fn an_answer_may_begin_before_its_prompt_is_computed() {
    let mut world = World::new(ROOMY);
    world.add(generate(0, vec![1; 4], 20));
    assert_eq!(world.scheduler.sampled(0, &[5, 6, 7]), Progress { accepted: 3, reason: None });
    let plan = world.scheduler.plan();
    let outputs: Vec<_> = plan.rows.iter().filter(|row| row.output).map(|row| row.token).collect();
    assert_eq!((plan.rows.len(), outputs), (7, vec![7]), "one step, one output");
    world.add(generate(1, vec![1; 4], 2));
    let progress = world.scheduler.sampled(1, &[5, 6, 7]);
    assert_eq!(progress, Progress { accepted: 2, reason: Some(FinishReason::Length) });
    assert_eq!(world.scheduler.queued(), 0, "it is out before it was in");
}
