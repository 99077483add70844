//! Area under the ROC curve.

/// The chance that something positive scores above something that is not, from the ranks (Mann and Whitney 1947); equal
/// scores share theirs. `None` without one of either.
pub(crate) fn auc(scored: impl Iterator<Item = (f64, bool)>) -> Option<f64> {
    let mut order: Vec<(f64, bool)> = scored.collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut at) = (0.0, 0);
    for equal in order.chunk_by(|a, b| a.0 == b.0) {
        let rank = at as f64 + (equal.len() as f64 + 1.0) / 2.0;
        ranks += rank * equal.iter().filter(|(_, positive)| *positive).count() as f64;
        at += equal.len();
    }
    let positive = order.iter().filter(|(_, positive)| *positive).count() as f64;
    let rest = order.len() as f64 - positive;
    let pairs = positive * rest;
    (pairs > 0.0).then(|| (ranks - positive * (positive + 1.0) / 2.0) / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_the_share_of_pairs_in_order() {
        let some = [(0.9, true), (0.4, true), (0.4, false), (0.1, false)];
        // Of four pairs three are in order and one is even.
        assert_eq!(auc(some.into_iter()), Some(3.5 / 4.0));
        assert_eq!(auc(some[..2].iter().copied()), None);
        assert_eq!(auc(std::iter::empty()), None);
    }
}
