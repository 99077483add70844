//! Choice trees: what is refused and where, the arrays, the pictures, JSON.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use soju_engine::medusa::MAX_RANK;
use soju_engine::{MedusaConfig, MedusaError, MedusaPreset, MedusaTree};

use crate::{Path, choices, depth, table};

proptest! {
    #[test]
    fn valid_choices_pass_and_come_in_order(choices in choices()) {
        let config = MedusaConfig::new(depth(&choices), &choices).unwrap();
        let tree = config.tree();
        let mut sorted = choices.clone();
        sorted.sort_by_key(|path| (path.len(), path.clone()));
        let wide = |path: &[u16]| path.iter().map(|rank| i32::from(*rank)).collect();
        let given: Vec<Path> = config.choices().map(wide).collect();
        prop_assert_eq!(&given, &sorted);
        prop_assert_eq!((tree.nodes(), tree.depth()), (choices.len(), depth(&choices)));
        // Without gaps beyond those that the rank limit of 5 allows, only the room for guesses can be short.
        match config.check_limits(choices.len()) {
            Ok(()) => prop_assert!(tree.guesses_per_head().iter().sum::<usize>() <= choices.len() + 1),
            Err(MedusaError::TooManyGuesses { guesses, limit, path }) => {
                prop_assert!(guesses > limit && limit == choices.len() + 1);
                prop_assert!(choices.contains(&path));
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn arrays_agree_with_the_paths(choices in choices()) {
        let tree = MedusaTree::new(&choices).unwrap();
        for position in tree.positions() {
            let path = tree.path(position);
            prop_assert_eq!(tree.depth_of(position), path.len());
            match tree.parent(position) {
                None => prop_assert_eq!(position, 0),
                Some(parent) => {
                    prop_assert_eq!(tree.path(parent), &path[..path.len() - 1]);
                    prop_assert!(parent < position && tree.children(parent).contains(&position));
                }
            }
            for child in tree.children(position) {
                prop_assert_eq!(tree.parent(child), Some(position));
            }
            let row = tree.mask_row(position);
            prop_assert_eq!(row.len(), tree.nodes() + 1);
            for other in tree.positions() {
                prop_assert_eq!(row[other], path.starts_with(tree.path(other)));
            }
        }
        let on_a_path: BTreeSet<_> = tree.leaf_paths().into_iter().flatten().collect();
        prop_assert!(on_a_path.into_iter().eq(tree.positions()));
    }

    #[test]
    fn a_node_taken_out_leaves_its_child_without_parent(choices in choices(), index: Index) {
        let inner: Vec<_> = choices
            .iter()
            .filter(|path| {
                choices.iter().any(|other| other.len() == path.len() + 1 && other.starts_with(path))
            })
            .cloned()
            .collect();
        prop_assume!(!inner.is_empty());
        let removed = index.get(&inner);
        let rest: Vec<_> = choices.iter().filter(|path| *path != removed).cloned().collect();
        let orphan = rest.iter().find(|path| path.len() == removed.len() + 1 && path.starts_with(removed));
        let expected = MedusaError::MissingParent { path: orphan.unwrap().clone(), parent: removed.clone() };
        prop_assert_eq!(MedusaTree::new(&rest), Err(expected));
    }

    #[test]
    fn a_node_listed_twice_is_found(mut choices in choices(), index: Index, place: Index) {
        let twice = index.get(&choices).clone();
        choices.insert(place.index(choices.len() + 1), twice.clone());
        prop_assert_eq!(MedusaTree::new(&choices), Err(MedusaError::Duplicate { path: twice }));
    }

    #[test]
    fn an_empty_path_is_found(mut choices in choices(), place: Index) {
        let index = place.index(choices.len() + 1);
        choices.insert(index, vec![]);
        prop_assert_eq!(MedusaTree::new(&choices), Err(MedusaError::EmptyPath { index }));
    }

    #[test]
    fn an_absurd_rank_is_found(
        mut choices in choices(),
        index: Index,
        place: Index,
        rank in prop_oneof![i32::MIN..0, 1024..=i32::MAX],
    ) {
        let index = index.index(choices.len());
        let path = &mut choices[index];
        let place = place.index(path.len());
        path[place] = rank;
        let path = path.clone();
        let expected = MedusaError::RankOutOfRange { path, rank, max: MAX_RANK };
        prop_assert_eq!(MedusaTree::new(&choices), Err(expected));
    }

    #[test]
    fn a_path_beyond_the_heads_is_found(choices in choices(), cut in 1..5usize) {
        let heads = depth(&choices).saturating_sub(cut);
        match MedusaConfig::new(heads, &choices) {
            Err(MedusaError::NoHeads) => prop_assert_eq!(heads, 0),
            Err(MedusaError::TooDeep { path, heads: told }) => {
                prop_assert_eq!((told, path.len()), (heads, heads + 1));
                prop_assert!(choices.contains(&path));
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn a_node_beyond_the_engine_is_found(choices in choices(), index: Index) {
        let limit = index.index(choices.len());
        let config = MedusaConfig::new(depth(&choices), &choices).unwrap();
        let path = config.choices().nth(limit).unwrap().iter().map(|rank| i32::from(*rank)).collect();
        let expected = MedusaError::TooManyNodes { nodes: choices.len(), limit, path };
        prop_assert_eq!(config.check_limits(limit), Err(expected));
    }

    #[test]
    fn json_brings_back_the_same(choices in choices()) {
        let config = MedusaConfig::new(depth(&choices) + 1, &choices).unwrap();
        let json = serde_json::to_string(&config).unwrap();
        prop_assert_eq!(serde_json::from_str::<MedusaConfig>(&json).unwrap(), config);
    }

    #[test]
    fn pictures_have_a_line_for_each_node(choices in choices(), table in table(3, 4)) {
        let tree = MedusaTree::new(&choices).unwrap();
        prop_assert_eq!(tree.to_string().lines().count(), tree.nodes() + 2);
        let picture = tree.picture().heads(7).accuracies(&table).to_string();
        prop_assert_eq!(picture.lines().count(), tree.nodes() + 2);
        let line = tree.one_line().to_string();
        prop_assert_eq!(line.split([' ', '(', ')']).filter(|rank| !rank.is_empty()).count(), tree.nodes());
        prop_assert_eq!(line.matches('(').count(), line.matches(')').count());
    }
}

#[test]
fn the_picture_of_the_public_tree_is_the_golden_one() {
    let config = MedusaConfig::from(MedusaPreset::Nodes63);
    let picture = format!("{config}\n{}\n", config.tree().one_line());
    let golden = include_str!("nodes-63.txt");
    assert_eq!(picture, golden, "if the change is meant, write the left side to tests/nodes-63.txt");
}
