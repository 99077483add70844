//! Coefficients of agreement beyond chance.

use serde::Serialize;

/// The 97.5 % point of the normal distribution.
const NORMAL: f64 = 1.959_963_984_540_054;

/// Below this a variance is nought that was rounded.
const NOUGHT: f64 = 1e-12;

/// Cohen's kappa of two raters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Kappa {
    /// 1 for two that always agree, 0 for as much agreement as their shares of each label give by chance.
    pub kappa: f64,
    /// The 95 % confidence interval. `None` where its formula knows no spread: two that always agree, or one that
    /// gives everything the same label.
    pub interval: Option<[f64; 2]>,
}

impl Kappa {
    /// From a square table of counts, a row for each label of the first rater and a column for each of the second.
    ///
    /// Kappa is that of Cohen (1960), A coefficient of agreement for nominal scales, and `None` where it is undefined:
    /// without ratings, and where both give one label to everything. The interval is kappa ± 1.96 standard errors for large
    /// samples by Fleiss, Cohen and Everitt (1969), Large sample standard errors of kappa and weighted kappa, within
    /// -1 and 1.
    ///
    /// ```
    /// use soju_refine::agree::Kappa;
    /// let kappa = Kappa::of(&[vec![20, 5], vec![10, 15]]).unwrap();
    /// assert!((kappa.kappa - 0.4).abs() < 1e-12);
    /// ```
    pub fn of(counts: &[Vec<u64>]) -> Option<Self> {
        let row = |i: usize| counts[i].iter().sum::<u64>();
        let column = |j: usize| counts.iter().map(|row| row[j]).sum::<u64>();
        let labels = counts.len();
        let n: u64 = (0..labels).map(row).sum();
        let rows: Vec<u64> = (0..labels).map(row).collect();
        let columns: Vec<u64> = (0..labels).map(column).collect();
        let square = u128::from(n) * u128::from(n);
        let by_chance: u128 = rows.iter().zip(&columns).map(|(r, c)| u128::from(*r) * u128::from(*c)).sum();
        if by_chance == square {
            return None;
        }
        let n = n as f64;
        let shares = |counts: &[u64]| counts.iter().map(|c| *c as f64 / n).collect::<Vec<_>>();
        let (rows, columns) = (shares(&rows), shares(&columns));
        let cell = |i: usize, j: usize| counts[i][j] as f64 / n;
        let observed: f64 = (0..labels).map(|i| counts[i][i] as f64).sum::<f64>() / n;
        let expected = by_chance as f64 / square as f64;
        let kappa = (observed - expected) / (1.0 - expected);

        let mut spread = -(kappa - expected * (1.0 - kappa)).powi(2);
        for i in 0..labels {
            for j in 0..labels {
                spread += cell(i, j)
                    * if i == j {
                        (1.0 - (rows[i] + columns[i]) * (1.0 - kappa)).powi(2)
                    } else {
                        ((1.0 - kappa) * (columns[i] + rows[j])).powi(2)
                    };
            }
        }
        let interval = (spread > NOUGHT).then(|| {
            let half = NORMAL * (spread / n).sqrt() / (1.0 - expected);
            [(kappa - half).max(-1.0), (kappa + half).min(1.0)]
        });
        Some(Self { kappa, interval })
    }
}

/// Krippendorff's alpha of any number of raters for labels without an order (Krippendorff 2004, Content analysis, chapter
/// 11). Each unit is the number of raters that gave it each label; units with fewer than two count for nothing. `None`
/// where nothing could differ: fewer than two labels, or no such units.
pub fn nominal_alpha<const LABELS: usize>(units: impl Iterator<Item = [u32; LABELS]>) -> Option<f64> {
    let (mut observed, mut totals) = (0.0, [0.0; LABELS]);
    for unit in units {
        let raters: f64 = unit.iter().copied().map(f64::from).sum();
        if raters < 2.0 {
            continue;
        }
        for (total, count) in totals.iter_mut().zip(unit.map(f64::from)) {
            *total += count;
            observed += count * (raters - count) / (raters - 1.0);
        }
    }
    let all: f64 = totals.iter().sum();
    let expected: f64 = totals.iter().map(|t| t * (all - t)).sum();
    (expected > 0.0).then(|| 1.0 - (all - 1.0) * observed / expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kappa(table: &[&[u64]]) -> Option<Kappa> {
        Kappa::of(&table.iter().map(|row| row.to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn kappa_of_cohen_1960() {
        // Table 2 of the paper: of 200, 140 are agreed on and 82 by chance, (140 - 82) / (200 - 82) = .492.
        let found = kappa(&[&[88, 14, 18], &[10, 40, 10], &[2, 6, 12]]).unwrap();
        assert!((found.kappa - 58.0 / 118.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn kappa_and_interval_of_fleiss() {
        // Fleiss, Levin and Paik, Statistical methods for rates and proportions, 3rd edition, table 18.1: 100 patients,
        // observed .89, by chance .66, kappa .68. The interval by hand from their formula: of the variance, A is .29519,
        // B .00804 and C .21431, the standard error √(.08892 / 100) / .34 = .0877.
        let found = kappa(&[&[75, 1, 4], &[5, 4, 1], &[0, 0, 10]]).unwrap();
        assert!((found.kappa - 0.23 / 0.34).abs() < 1e-12, "{found:?}");
        let [low, high] = found.interval.unwrap();
        assert!((low - 0.504_575_958).abs() < 1e-8 && (high - 0.848_365_218).abs() < 1e-8, "{found:?}");
    }

    #[test]
    fn the_same_agreement_can_be_worth_different_kappas() {
        // 60 of 100 agreed on in both; by chance .54 and .46.
        let close = |table: &[&[u64]], value: f64| (kappa(table).unwrap().kappa - value).abs() < 1e-12;
        assert!(close(&[&[45, 15], &[25, 15]], 0.06 / 0.46));
        assert!(close(&[&[25, 35], &[5, 35]], 0.14 / 0.54));
    }

    #[test]
    fn where_kappa_or_its_interval_is_undefined() {
        assert_eq!(kappa(&[]), None);
        assert_eq!(kappa(&[&[0, 0], &[0, 0]]), None);
        assert_eq!(kappa(&[&[7, 0], &[0, 0]]), None);
        let same = kappa(&[&[3, 0], &[0, 4]]).unwrap();
        assert_eq!((same.kappa, same.interval), (1.0, None));
        let never = kappa(&[&[0, 4], &[4, 0]]).unwrap();
        assert_eq!((never.kappa, never.interval), (-1.0, None));
        let one_label = kappa(&[&[0, 0], &[3, 7]]).unwrap();
        assert!(one_label.kappa.abs() < 1e-12 && one_label.interval.is_none(), "{one_label:?}");
        // One label by each, but not the same.
        let apart = kappa(&[&[0, 7], &[0, 0]]).unwrap();
        assert_eq!((apart.kappa, apart.interval), (0.0, None));
    }

    #[test]
    fn alpha_of_krippendorff_2011() {
        // Computing Krippendorff's alpha-reliability, sections A (binary, two observers) and C (nominal, four observers,
        // values missing): .095 and .743.
        let meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
        let owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
        let units = meg.into_iter().zip(owen).map(|(a, b)| {
            let mut counts = [0; 2];
            counts[a] += 1;
            counts[b] += 1;
            counts
        });
        assert!((nominal_alpha(units).unwrap() - 2.0 / 21.0).abs() < 1e-12);
        let observers = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ];
        let units = (0..12).map(|unit| {
            let mut counts = [0; 5];
            for value in observers.map(|values| values[unit]).into_iter().filter(|v| *v > 0) {
                counts[value - 1] += 1;
            }
            counts
        });
        assert!((nominal_alpha(units).unwrap() - 0.743_421_052_6).abs() < 1e-9);
    }

    #[test]
    fn alpha_needs_something_that_could_differ() {
        assert_eq!(nominal_alpha([[3, 0], [2, 0]].into_iter()), None);
        assert_eq!(nominal_alpha([[1, 0], [0, 1]].into_iter()), None);
        assert_eq!(nominal_alpha([[2, 0], [0, 2]].into_iter()), Some(1.0));
    }

    proptest! {
        #[test]
        fn kappa_is_a_number_within_its_interval(table in prop::collection::vec(prop::collection::vec(0_u64..50, 3), 3)) {
            if let Some(found) = Kappa::of(&table) {
                prop_assert!((-1.0..=1.0).contains(&found.kappa), "{found:?}");
                if let Some([low, high]) = found.interval {
                    prop_assert!(-1.0 <= low && low <= found.kappa && found.kappa <= high && high <= 1.0, "{found:?}");
                }
            }
        }
    }
}
