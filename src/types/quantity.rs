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

/// A quantity of memory in GiB, which is not nothing.
pub(crate) fn gib(text: &str) -> Option<f64> {
    let mib = u32::try_from(mib(text)?).ok()?;
    (mib > 0).then(|| f64::from(mib) / 1024.0)
}

/// A quantity of storage in bytes, rounded down: `10Gi`, `500M`, `1024`.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 10] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("Pi", 1 << 50),
        ("k", 1000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("P", 1_000_000_000_000_000),
    ];
    let with = UNITS
        .iter()
        .find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
    match with {
        Some((number, bytes)) => decimal(number, bytes),
        None => text.parse().ok(),
    }
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
        let part = part.parse::<u64>().ok()?.checked_mul(factor)?;
        sum = sum.checked_add(part / scale)?;
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
        let storage = ["10Gi", "500M", "1.5Ki", "1024", "1e3", "99999999P", "G"].map(bytes);
        let expected = [
            of(10 << 30),
            of(500_000_000),
            of(1536),
            of(1024),
            None,
            None,
            None,
        ];
        assert_eq!(storage, expected);
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
