//! Quantities of CPU and memory, as Kubernetes writes them.

/// A quantity of CPU in thousandths of a core: `500m`, `2`, `1.5`.
pub(crate) fn millicores(text: &str) -> Option<u64> {
    match text.strip_suffix('m') {
        Some(number) => number.parse().ok(),
        None => decimal(text, 1000),
    }
}

/// A quantity of memory in MiB, rounded down.
pub(crate) fn mib(text: &str) -> Option<u64> {
    let units = [("Mi", 1), ("Gi", 1024), ("Ti", 1024 * 1024)];
    let with = units
        .iter()
        .find_map(|(unit, mib)| Some((text.strip_suffix(unit)?, *mib)));
    let (number, mib) = with?;
    decimal(number, mib)
}

/// A decimal number times a factor, rounded down.
fn decimal(text: &str, factor: u64) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 6 || whole.len() > 9 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut sum = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    if !part.is_empty() {
        let scale = 10_u64.pow(u32::try_from(part.len()).ok()?);
        sum += part.parse::<u64>().ok()? * factor / scale;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        let cpu = ["500m", "2", "1.5", "0.25", "", "x", "-1", "1.", ".5"].map(millicores);
        let of = |number| Some(number);
        assert_eq!(
            cpu,
            [
                of(500),
                of(2000),
                of(1500),
                of(250),
                None,
                None,
                None,
                of(1000),
                None
            ]
        );
        let memory = ["3Gi", "512Mi", "1.5Gi", "1Ti", "3G", "3", "Gi"].map(mib);
        assert_eq!(
            memory,
            [
                of(3072),
                of(512),
                of(1536),
                of(1024 * 1024),
                None,
                None,
                None
            ]
        );
    }
}
