//! Finds the point where our curve leaves the native one.

use crate::bench::median;

/// A factor above the noise of a machine that does other things too.
const LIMIT: f64 = 1.5;

/// Returns the first ratio to the native cost, from few tasks to many, from which on our cost is
/// the greater one and has grown by more than [`LIMIT`] times the growth of the native cost.
///
/// Each ratio is compared with the median of those before it: a single outlier comes from other
/// load on the machine.
pub(super) fn at(ratios: &[f64]) -> Option<usize> {
    (1..ratios.len()).find(|&i| {
        let (before, from_here) = ratios.split_at(i);
        let before = median(before.to_vec());
        let is_bent = |&ratio: &f64| ratio > 1.0 && ratio > before * LIMIT;
        from_here.iter().all(is_bent)
    })
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn it_is_where_ours_grows_and_the_native_one_does_not() {
        assert_eq!(at(&[1.0, 1.1, 1.0, 2.0, 3.0]), Some(3));
        assert_eq!(at(&[0.9, 1.1, 1.7, 1.8, 1.9]), Some(2));
    }

    #[test]
    fn what_comes_back_does_not_bend() {
        assert_eq!(at(&[1.0, 1.0, 3.0, 1.0, 1.0]), None);
        assert_eq!(at(&[1.0, 0.6, 1.1, 1.0, 1.2]), None);
    }

    #[test]
    fn what_costs_more_at_all_sizes_does_not_bend() {
        assert_eq!(at(&[2.0, 2.1, 2.0, 2.2, 2.1]), None);
    }

    #[test]
    fn what_costs_less_than_the_native_one_does_not_bend() {
        assert_eq!(at(&[0.01, 0.02, 0.1, 0.5, 0.9]), None);
    }
}
