//! Totals over all zones, split exactly.

/// Splits a total over `parts`, earlier parts first: 5 over 3 is 2, 2, 1.
///
/// Splits of `min <= max` over the same parts keep `min <= max` part by part.
pub(crate) fn split(total: u32, parts: usize) -> Vec<u32> {
    let count = u32::try_from(parts).unwrap_or(u32::MAX).max(1);
    let (each, rest) = (total / count, total % count);
    (0..parts)
        .map(|part| each + u32::from(u32::try_from(part).is_ok_and(|part| part < rest)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::kinds::gpu_machine_set::scaling::split;

    #[test]
    fn earlier_zones_get_the_rest() {
        assert_eq!(split(5, 3), [2, 2, 1]);
        assert_eq!(split(0, 2), [0, 0]);
        assert_eq!(split(1, 3), [1, 0, 0]);
    }

    proptest! {
        #[test]
        fn the_total_is_exact_and_limits_stay_ordered(min in 0u32..500, more in 0u32..500, parts in 1usize..20) {
            let (low, high) = (split(min, parts), split(min + more, parts));
            prop_assert_eq!(low.iter().sum::<u32>(), min);
            prop_assert_eq!(high.iter().sum::<u32>(), min + more);
            prop_assert!(low.iter().zip(&high).all(|(low, high)| low <= high));
        }
    }
}
