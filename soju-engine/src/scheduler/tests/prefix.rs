//! The prefix cache at work, and the tree alone against a set of texts.

use proptest::prelude::*;

use super::super::radix::RadixTree;
use super::*;

#[test]
fn a_shared_prefix_is_computed_once() {
    let mut world = World::new(ROOMY);
    let header: Vec<_> = (0..30).collect();
    let mut rows = 0;
    for id in 0..8 {
        let mut job = generate(id, [header.clone(), vec![40 + id as TokenId]].concat(), 1);
        job.shared_prefix = 30;
        world.add(job);
    }
    while !world.scheduler.is_idle() {
        rows += world.step();
    }
    world.drain();
    assert_eq!(rows, 30 + 8);
    assert_eq!(world.scheduler.counters().prefix_tokens, 7 * 30);
    assert_eq!(world.scheduler.cells_used(), 30, "the prefix is kept");
}

/// Runs all, and counts the rows.
fn rows(world: &mut World) -> usize {
    let mut rows = 0;
    while !world.scheduler.is_idle() {
        rows += world.step();
    }
    world.drain();
    rows
}

#[test]
fn prefixes_that_begin_alike_share_their_beginning() {
    let mut world = World::new(Limits { max_sequences: 1, prefix_sequences: 4, ..ROOMY });
    let header: Vec<TokenId> = (0..30).collect();
    for (id, extra) in [(0, 40), (1, 41), (2, 40)] {
        let prompt = [header.clone(), vec![extra; 10], vec![id as TokenId; 3]].concat();
        world.add(Job { shared_prefix: 40, ..generate(id, prompt, 1) });
    }
    assert_eq!(rows(&mut world), 43 + 13 + 3);
    assert_eq!(world.scheduler.counters(), Counters { prefix_tokens: 30 + 40, prefix_hits: 2, pauses: 0 });
    assert_eq!(world.scheduler.cells_used(), 50, "the header once and both branches");
}

#[test]
fn unmarked_prompts_are_reused_where_all_are_kept() {
    let turn = |limits| {
        let mut world = World::new(Limits { prefix_sequences: 4, ..limits });
        world.add(generate(0, (0..30).collect(), 5));
        rows(&mut world);
        // The next turn of a conversation: the first one, its answer, and something new.
        let next = [&world.jobs[&0].job.prompt[..], &world.jobs[&0].generated, &[7, 8, 9]].concat();
        world.add(generate(1, next, 1));
        rows(&mut world)
    };
    // The last generated token was never computed.
    assert_eq!(turn(Limits { reuse: PrefixReuse::All, ..ROOMY }), 1 + 3);
    assert_eq!(turn(ROOMY), 38);
}

#[test]
fn requests_that_come_together_compute_a_common_prompt_once() {
    let mut world = World::new(Limits { prefix_sequences: 8, reuse: PrefixReuse::All, ..ROOMY });
    let header: Vec<TokenId> = (0..40).collect();
    for id in 0..4 {
        world.add(generate(id, [&header[..], &[50 + id as TokenId; 2]].concat(), 1));
    }
    assert_eq!(rows(&mut world), 42 + 3 * 2);
}

#[test]
fn the_prefix_unused_longest_makes_room() {
    let mut world = World::new(Limits { kv_tokens: 60, max_sequences: 1, prefix_sequences: 8, ..ROOMY });
    let marked = |id, first: TokenId| {
        let prompt = [vec![first; 20], vec![id as TokenId]].concat();
        Job { shared_prefix: 20, ..generate(id, prompt, 1) }
    };
    for (id, first) in [(0, 60), (1, 61), (2, 60)] {
        world.add(marked(id, first));
        rows(&mut world);
    }
    world.add(marked(3, 62));
    rows(&mut world);
    let mut kept: Vec<_> = world.scheduler.tree.paths().into_iter().map(|path| path[0]).collect();
    kept.sort_unstable();
    assert_eq!(kept, [60, 62], "60 was used after 61");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The tree finds exactly what a list of texts finds, and holds each cell once.
    #[test]
    fn the_tree_is_a_set_of_texts(texts in prop::collection::vec(prop::collection::vec(0..3, 1..10), 1..30)) {
        let sequences = texts.len() as SequenceId;
        let mut tree = RadixTree::new(0..sequences);
        let mut cache = Cache::default();
        let mut known: HashSet<Vec<TokenId>> = HashSet::new();
        for (i, text) in texts.iter().enumerate() {
            let longest = (0..=text.len()).rev().find(|len| *len == 0 || known.contains(&text[..*len]));
            prop_assert_eq!(Some(tree.held(text)), longest);
            let from = sequences + i as SequenceId;
            for (position, token) in text.iter().enumerate() {
                cache.push(&Row { token: *token, position, sequence: from, output: false });
            }
            let mut ops = Vec::new();
            let node = tree.insert(text, from, &mut ops).expect("there are as many sequences as texts");
            tree.pin(node);
            ops.into_iter().for_each(|op| cache.apply(op));
            cache.apply(KvOp::Clear { sequence: from });
            known.extend((1..=text.len()).map(|len| text[..len].to_vec()));
            if i % 3 != 0 {
                tree.unpin(node);
            }
            prop_assert_eq!(tree.cells(), cache.cells());
            let found = tree.find(text).expect("it has been inserted");
            prop_assert_eq!(found.len, text.len());
            prop_assert_eq!(&cache.text(found.holder)[..text.len()], &text[..]);
        }
        let pinned: HashSet<Vec<TokenId>> = texts.iter().step_by(3)
            .flat_map(|text| (1..=text.len()).map(|len| text[..len].to_vec())).collect();
        prop_assert_eq!(tree.pinned_cells(), pinned.len());
        let mut ops = Vec::new();
        while tree.evict(&mut ops) {}
        ops.into_iter().for_each(|op| cache.apply(op));
        prop_assert_eq!(tree.cells(), pinned.len(), "only what is pinned stays");
        prop_assert_eq!(cache.cells(), pinned.len());
    }
}
