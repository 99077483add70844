//! Figures from ranks.

/// Ranks from 1; equal values share theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut at = 0;
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        for i in equal {
            ranks[*i] = at as f64 + (equal.len() as f64 + 1.0) / 2.0;
        }
        at += equal.len();
    }
    ranks
}

/// Area under the ROC curve of scores with whether each is of the class: the chance that one of the class scores above
/// another (Mann and Whitney 1947); 0.5 where one class is missing.
pub fn auc(scored: &[(f64, bool)]) -> f64 {
    let ranks = ranks(&scored.iter().map(|s| s.0).collect::<Vec<_>>());
    let of_class: f64 = scored.iter().zip(&ranks).filter(|(s, _)| s.1).map(|(_, rank)| rank).sum();
    let class = scored.iter().filter(|s| s.1).count() as f64;
    let rest = scored.len() as f64 - class;
    if class * rest == 0.0 { 0.5 } else { (of_class - class * (class + 1.0) / 2.0) / (class * rest) }
}

/// The correlation of the ranks of pairs (Spearman 1904); 0 where one side never changes.
pub fn spearman(pairs: &[(f64, f64)]) -> f64 {
    let a = ranks(&pairs.iter().map(|p| p.0).collect::<Vec<_>>());
    let b = ranks(&pairs.iter().map(|p| p.1).collect::<Vec<_>>());
    let mean = (pairs.len() as f64 + 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum::<f64>();
    let scale = (product(&a, &a) * product(&b, &b)).sqrt();
    if scale > 0.0 { product(&a, &b) / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_share_their_rank() {
        assert_eq!(ranks(&[0.5, 0.1, 0.5, 0.9]), [2.5, 1.0, 2.5, 4.0]);
        // Of four pairs three are in order and one is even.
        let some = [(0.9, true), (0.4, true), (0.4, false), (0.1, false)];
        assert!((auc(&some) - 3.5 / 4.0).abs() < 1e-12);
        assert_eq!(auc(&some[..1]), 0.5);
    }

    /// Five pairs with one swap: 1 - 6 * 2 / (5 * 24), Spearman's formula without ties.
    #[test]
    fn the_rank_correlation_is_that_of_the_formula() {
        let rho = spearman(&[(0.1, 0.0), (0.2, 0.4), (0.3, 0.2), (0.4, 0.6), (0.5, 0.8)]);
        assert!((rho - (1.0 - 12.0 / 120.0)).abs() < 1e-12, "{rho}");
        assert_eq!(spearman(&[(0.1, 0.5), (0.2, 0.5)]), 0.0);
    }
}
