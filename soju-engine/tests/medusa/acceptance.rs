//! What a step brings: against a naive reference, on average, and over a whole text.

use proptest::collection::vec;
use proptest::prelude::*;
use soju_engine::medusa::accept;
use soju_engine::{MedusaPreset, MedusaTree};

use crate::{choices, table};

proptest! {
    /// Every combination of right ranks and misses with its probability, through `accept`.
    #[test]
    fn expected_tokens_are_the_mean_over_all_outcomes(choices in choices(), table in table(3, 3)) {
        let tree = MedusaTree::new(&choices).unwrap();
        let mut mean = 0.0;
        // A head's outcome: its right rank, or 3 for none.
        for outcome in 0..4usize.pow(3) {
            let right = [outcome % 4, outcome / 4 % 4, outcome / 16];
            let probability: f64 = right
                .iter()
                .enumerate()
                .map(|(head, rank)| match rank {
                    3 => 1.0 - table.ranks(head).iter().sum::<f64>(),
                    rank => table.accuracy(head, *rank),
                })
                .product();
            // Rank r drafts token r; the model says the right rank, or -1, which nobody drafts.
            let drafted: Vec<i32> = tree.choices().map(|path| i32::from(path[path.len() - 1])).collect();
            let says = |position| match right.get(tree.depth_of(position)) {
                Some(3) | None => -1,
                Some(rank) => *rank as i32,
            };
            let greedy: Vec<i32> = tree.positions().map(says).collect();
            let tokens = accept(&tree, &drafted, &greedy).unwrap().tokens().count();
            mean += probability * tokens as f64;
        }
        let expected = table.expected_tokens_per_step(&tree);
        prop_assert!((mean - expected).abs() < 1e-9, "mean {}, expected {}", mean, expected);
    }

    /// Few different tokens, so that paths are accepted, siblings equal each other, and ties arise.
    #[test]
    fn accept_is_the_naive_reference(
        (choices, drafted, greedy) in choices().prop_flat_map(|choices| {
            let nodes = choices.len();
            (Just(choices), vec(0..3i32, nodes), vec(0..3i32, nodes + 1))
        }),
    ) {
        let tree = MedusaTree::new(&choices).unwrap();
        let mut best: Vec<usize> = Vec::new();
        for (end, path) in tree.choices().enumerate() {
            // The positions of the path, by looking for its beginnings among the choices.
            let way: Vec<usize> = (1..=path.len())
                .map(|length| 1 + tree.choices().position(|other| *other == path[..length]).unwrap())
                .collect();
            let right = (0..way.len()).all(|i| {
                let before = if i == 0 { 0 } else { way[i - 1] };
                drafted[way[i] - 1] == greedy[before]
            });
            assert_eq!(way.last(), Some(&(end + 1)));
            if right && way.len() > best.len() {
                best = way;
            }
        }
        let step = accept(&tree, &drafted, &greedy).unwrap();
        prop_assert_eq!(&step.positions, &best);
        prop_assert_eq!(step.bonus, greedy[best.last().copied().unwrap_or(0)]);
        let drafts: Vec<i32> = best.iter().map(|position| drafted[position - 1]).collect();
        prop_assert_eq!(step.drafts, drafts);
    }
}

/// Decoding with a tree gives the text of decoding without one, in fewer steps.
#[test]
fn steps_give_the_text_of_greedy_decoding() {
    // A model of three tokens: the next one depends on the last two.
    let next = |text: &[i32]| (text[text.len() - 1] * 2 + text[text.len() - 2] + 1) % 3;
    let mut plain = vec![0, 1];
    while plain.len() < 60 {
        plain.push(next(&plain));
    }
    let tree = MedusaPreset::Nodes8.tree();
    let (mut text, mut steps) = (vec![0, 1], 0);
    while text.len() < 60 {
        // Heads that are right at times: rank r guesses the token of as many steps ago as it is deep, plus r.
        let guess =
            |depth: usize, rank: u16| (text[text.len().saturating_sub(depth + 1)] + i32::from(rank)) % 3;
        let drafted: Vec<i32> = tree.choices().map(|path| guess(path.len(), path[path.len() - 1])).collect();
        let after = |position: usize| {
            let mut way: Vec<usize> = tree.lineage(position).filter(|position| *position > 0).collect();
            way.reverse();
            let mut seen = text.clone();
            seen.extend(way.into_iter().map(|position| drafted[position - 1]));
            next(&seen)
        };
        let greedy: Vec<i32> = tree.positions().map(after).collect();
        text.extend(accept(&tree, &drafted, &greedy).unwrap().tokens());
        steps += 1;
    }
    assert_eq!(text[..60], plain[..60]);
    assert!(steps < 50, "{steps} steps");
}
