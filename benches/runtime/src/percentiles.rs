//! Percentiles of measurements.

/// Returns the least of `sorted` that at least `share` in a thousand of them do not exceed.
///
/// # Panics
///
/// Panics if `sorted` is empty.
pub fn per_mille(sorted: &[u64], share: usize) -> u64 {
    let rank = (sorted.len() * share).div_ceil(1_000);
    sorted[rank.max(1) - 1]
}

#[cfg(test)]
mod tests {
    use super::per_mille;

    #[test]
    fn a_share_of_them_does_not_exceed_it() {
        let thousand: Vec<u64> = (1..=1_000).collect();
        assert_eq!(per_mille(&thousand, 500), 500);
        assert_eq!(per_mille(&thousand, 990), 990);
        assert_eq!(per_mille(&thousand, 999), 999);
        assert_eq!(per_mille(&thousand, 1_000), 1_000);
    }

    #[test]
    fn of_few_it_is_one_of_them() {
        assert_eq!(per_mille(&[7], 500), 7);
        assert_eq!(per_mille(&[7, 9], 500), 7);
        assert_eq!(per_mille(&[7, 9], 501), 9);
        assert_eq!(per_mille(&[7, 9], 0), 7);
    }
}
