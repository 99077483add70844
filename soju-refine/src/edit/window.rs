//! Overlapping windows over the segments of a long document.

use std::ops::Range;

/// Ranges of segments that cost at most `budget` together, in tokens or any other unit of `costs`, each beginning
/// `overlap` segments before the end of the one before it, fewer where that would not lead on. A segment that
/// costs more than the budget is in no window: the model does not see it, and it stays.
pub fn windows(costs: &[usize], budget: usize, overlap: usize) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < costs.len() {
        let mut sum = 0;
        let mut end = start;
        while let Some(cost) = costs.get(end).filter(|cost| **cost <= budget - sum) {
            sum += cost;
            end += 1;
        }
        if end == start {
            start += 1;
            continue;
        }
        // A window that ends where the last one did would show nothing new.
        if out.last().is_none_or(|last| last.end < end) {
            out.push(start..end);
        }
        start = match costs.get(end) {
            None => break,
            Some(cost) if *cost > budget => end + 1,
            Some(_) => end.saturating_sub(overlap).max(start + 1),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn windows_overlap_and_leave_out_what_is_too_long() {
        assert_eq!(windows(&[1; 10], 4, 1), [0..4, 3..7, 6..10]);
        assert!(matches!(&windows(&[1; 3], 4, 1)[..], [all] if *all == (0..3)));
        assert_eq!(windows(&[1, 9, 1, 1], 4, 1), [0..1, 2..4]);
        assert!(windows(&[], 4, 1).is_empty() && windows(&[9], 4, 1).is_empty());
    }

    proptest! {
        #[test]
        fn every_segment_that_fits_is_shown(costs in prop::collection::vec(0usize..12, 0..40), budget in 1usize..20, overlap in 0usize..5) {
            let all = windows(&costs, budget, overlap);
            for (at, cost) in costs.iter().enumerate() {
                prop_assert_eq!(all.iter().any(|w| w.contains(&at)), *cost <= budget);
            }
            for window in &all {
                prop_assert!(costs[window.clone()].iter().sum::<usize>() <= budget);
            }
            prop_assert!(all.windows(2).all(|w| w[0].end < w[1].end && w[0].start < w[1].start));
        }
    }
}
