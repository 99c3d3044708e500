//! Totals over all zones, split exactly.

use crate::api::gpu_machine_set::{Autoscaling, GpuMachineSetSpec};
use crate::cloud::PoolRequest;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};

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

/// Machines of a zone: at first, and the limits of the autoscaler.
type Scale = (Option<u32>, Option<Autoscaling>);

/// Machines of each zone; limits that contradict each other are reported.
pub(super) fn scales(
    zones: usize,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) -> Vec<Scale> {
    let spec: &GpuMachineSetSpec = request.spec;
    let mut wrong = |rule, path: &str, message: String, help: String| {
        problems.push(Problem::new(rule, (request.place)(path), message).help(help));
    };
    if let Some(Autoscaling { min, max }) = spec.autoscaling {
        if min > max {
            let message = format!("min {min} is above max {max}");
            wrong(
                &rule::SCALING_LIMITS,
                "spec.autoscaling",
                message,
                "swap them".to_owned(),
            );
        } else if zones > 0 && usize::try_from(max).is_ok_and(|max| max < zones) {
            let message = format!("max {max} over {zones} zones leaves zones without a machine");
            let help = format!("set `max` to {zones} or more, or name fewer zones");
            wrong(&rule::SCALING_LIMITS, "spec.autoscaling.max", message, help);
        }
        if let Some(replicas) = spec
            .replicas
            .filter(|replicas| !(min..=max).contains(replicas) && min <= max)
        {
            let message = format!("replicas {replicas} is outside autoscaling {min} to {max}");
            let help = "`replicas` is what a new set starts with: write a number between min and max, or remove it";
            wrong(
                &rule::SCALING_LIMITS,
                "spec.replicas",
                message,
                help.to_owned(),
            );
        }
    }
    let replicas = spec.replicas.map(|total| split(total, zones));
    let limits = spec
        .autoscaling
        .map(|limits| (split(limits.min, zones), split(limits.max, zones)));
    let part = |parts: &[u32], zone: usize| parts.get(zone).copied().unwrap_or(0);
    (0..zones)
        .map(|zone| {
            let scale = limits.as_ref().map(|(min, max)| Autoscaling {
                min: part(min, zone),
                max: part(max, zone),
            });
            (
                replicas.as_ref().map(|replicas| part(replicas, zone)),
                scale,
            )
        })
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
