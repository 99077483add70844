//! Folds by source: what comes from one source is held back together.

use std::collections::BTreeMap;

/// The fold of each group, 0 to `folds - 1`: the greatest first, each into the fold that holds least.
/// Equal sizes go by name, so the answer depends on nothing but the groups.
pub(crate) fn assign<'a>(groups: impl Iterator<Item = &'a str>, folds: usize) -> BTreeMap<&'a str, usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for group in groups {
        *sizes.entry(group).or_default() += 1;
    }
    let mut order: Vec<(&str, usize)> = sizes.into_iter().collect();
    order.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), *name));
    let mut loads = vec![0; folds.max(1)];
    order
        .into_iter()
        .map(|(name, size)| {
            let least = (0..loads.len()).min_by_key(|f| (loads[*f], *f)).unwrap_or(0);
            loads[least] += size;
            (name, least)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_stays_together_and_folds_are_even() {
        let groups = ["a", "b", "a", "c", "a", "d", "b"];
        let folds = assign(groups.into_iter(), 3);
        assert_eq!(folds, BTreeMap::from([("a", 0), ("b", 1), ("c", 2), ("d", 2)]));
        assert_eq!(assign(groups.into_iter().rev(), 3), folds);
    }
}
