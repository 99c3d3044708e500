//! Words and numbers that every form writes alike.

use super::{Amount, Cluster, Machine, Pool, Set, Sharing};
use crate::api::gpu_machine_set::Taint;

/// What stands in place of a plan.
pub(super) const FAILED: &str = "Nothing is planned before the errors are mended.";

/// `nvidia.com/gpu=true:NoSchedule`
pub(super) fn taint(taint: &Taint) -> String {
    let (key, effect) = (&taint.key, taint.effect.as_str());
    match taint.value.as_deref() {
        None | Some("") => format!("{key}:{effect}"),
        Some(value) => format!("{key}={value}:{effect}"),
    }
}

/// The zones of a pool in a row.
/// The zone of a set.
pub(super) fn zone(set: &Set) -> &str {
    set.zone.as_deref().unwrap_or("no zone")
}

pub(super) fn zones(pool: &Pool, separator: &str) -> String {
    let zones = pool.sets.iter().map(zone);
    zones.collect::<Vec<_>>().join(separator)
}

/// `1 machine`, `1,200 machines`
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", grouped(number))
}

/// `1,048,576`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `64 GiB`
pub(super) fn memory(mib: u64) -> String {
    let (gib, rest) = (mib / 1024, mib % 1024);
    match rest {
        0 => format!("{} GiB", grouped(gib)),
        // no type of the catalogue has a finer part
        rest => format!("{}.{} GiB", grouped(gib), rest * 10 / 1024),
    }
}

/// A number that may not be known.
pub(super) fn known(value: Option<u64>, text: impl Fn(u64) -> String) -> String {
    value.map_or_else(|| "?".to_owned(), text)
}

/// `2`, `0 to 7`
pub(super) fn range(min: u64, max: u64) -> String {
    if min == max {
        grouped(max)
    } else {
        format!("{} to {}", grouped(min), grouped(max))
    }
}

/// `0 to 3`
pub(super) fn machines(set: &Set) -> String {
    range(set.min.into(), set.max.into())
}

/// `4 x nvidia l4`, `share of nvidia l4`
pub(super) fn gpus(machine: &Machine) -> String {
    let model = format!("{} {}", machine.gpu_vendor, machine.gpu_model);
    if machine.fractional_gpu {
        format!("share of {model}")
    } else {
        format!("{} x {model}", machine.gpus)
    }
}

/// GPUs of one machine of a pool, with how they are shared.
pub(super) fn gpus_of(pool: &Pool) -> String {
    let gpus = match (&pool.machine, &pool.stated_gpu) {
        (Some(machine), _) => gpus(machine),
        (None, Some(gpu)) => format!("{} x {}", gpu.count, gpu.model.unwrap_or("GPU")),
        (None, None) => "?".to_owned(),
    };
    match &pool.sharing {
        Some(way) => format!("{gpus}, {}", sharing(way)),
        None => gpus,
    }
}

/// Processors and memory of one machine of a pool.
pub(super) fn size_of(pool: &Pool) -> [String; 2] {
    let size = match (&pool.machine, pool.stated_size) {
        (Some(machine), _) => Some((machine.vcpu, machine.memory_mib)),
        (None, stated) => stated.map(|size| (size.vcpu, size.memory_mib)),
    };
    let (vcpu, memory) = size.unzip();
    [
        known(vcpu.map(u64::from), grouped),
        known(memory.map(u64::from), self::memory),
    ]
}

/// `4 pods each (time slicing)`, `MIG all-1g.10gb`
pub(super) fn sharing(sharing: &Sharing) -> String {
    let way = match sharing.way {
        "timeSlicing" => "time slicing",
        "mps" => "MPS",
        _ => "MIG",
    };
    match (sharing.pods_per_gpu, &sharing.profile) {
        (Some(pods), _) => format!("{pods} pods each ({way})"),
        (None, Some(profile)) => format!("{way} {profile}"),
        (None, None) => way.to_owned(),
    }
}

/// `3 machines, 3 GPUs, 48 vCPU, 192 GiB`
pub(super) fn amount(amount: &Amount) -> String {
    let parts = [
        count(amount.machines, "machine", "machines"),
        count(amount.gpus, "GPU", "GPUs"),
        count(amount.vcpu, "vCPU", "vCPU"),
        memory(amount.memory_mib),
    ];
    match amount.uncounted_machines {
        0 => parts.join(", "),
        machines => {
            let machines = count(machines, "machine", "machines");
            format!(
                "{} and what {machines} of unknown type have",
                parts.join(", ")
            )
        }
    }
}

/// `AWS us-east-2, OpenShift 4.20.8, cluster-zpqdx-xxm9n`
pub(super) fn about(cluster: &Cluster) -> String {
    let place = [&cluster.platform, &cluster.region].map(|part| part.as_deref().unwrap_or(""));
    let place = place.join(" ").trim().to_owned();
    let version = cluster.openshift_version.as_ref();
    let version = version.map(|version| format!("OpenShift {version}"));
    let infra = cluster.infrastructure_name.clone();
    let infra = infra.filter(|infra| *infra != cluster.name);
    let parts = [Some(place), version, infra].into_iter().flatten();
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// `key=value` pairs in the order of the keys.
pub(super) fn labels(pool: &Pool) -> Vec<String> {
    let label = |(key, value): (&String, &String)| match value.as_str() {
        "" => key.clone(),
        value => format!("{key}={value}"),
    };
    pool.labels.iter().map(label).collect()
}

/// Lines of at most `width` characters: broken at a space, else after a dash, a slash or an equals sign, else anywhere.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.chars().count() > width {
        let end = rest
            .char_indices()
            .nth(width)
            .map_or(rest.len(), |(at, _)| at);
        let head = rest.get(..end).unwrap_or(rest);
        let ends_a_word = rest.get(end..).is_some_and(|tail| tail.starts_with(' '));
        let space = if ends_a_word {
            Some(end)
        } else {
            head.rfind(' ')
        };
        let joint = head.rfind(['-', '/', '=', ':', '.']).map(|at| at + 1);
        let cut = space.filter(|at| *at > 0).or(joint).unwrap_or(end);
        lines.push(rest.get(..cut).unwrap_or_default().trim_end().to_owned());
        rest = rest.get(cut..).unwrap_or_default().trim_start();
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest.to_owned());
    }
    lines
}

/// Prose of at most `width` columns, with a line break at its end. Other than in a cell, a word that is longer stays
/// whole, and code in backticks stays in one piece: both are there to be copied.
pub fn paragraph(text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    let mut is_code = false;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 {
            let fits = column + 1 + length <= width;
            lines.push(if fits || is_code { ' ' } else { '\n' });
            column = if fits || is_code { column + 1 } else { 0 };
        }
        lines.push_str(word);
        column += length;
        is_code ^= word.matches('`').count() % 2 == 1;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_memory_is_in_gib() {
        assert_eq!(
            ["0", "999", "1,000", "1,048,576"],
            [0, 999, 1000, 1 << 20].map(grouped)[..]
        );
        assert_eq!(memory(65536), "64 GiB");
        assert_eq!(memory(1536), "1.5 GiB");
        assert_eq!(memory(2 << 20), "2,048 GiB");
    }

    #[test]
    fn long_cells_go_on_in_the_next_line() {
        assert_eq!(
            wrapped("cluster-zpqdx-worker", 14),
            ["cluster-zpqdx-", "worker"]
        );
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("", 3), [""]);
    }

    #[test]
    fn prose_is_wrapped_and_code_is_not() {
        let code = format!("`{}`", "oc get ".repeat(20));
        let text = format!("{} {code} {}", "word ".repeat(30), "word ".repeat(30));
        let text = paragraph(&text, 80);
        assert!(text.contains(&code));
        let is_long = |line: &&str| line.len() > 80;
        assert_eq!(text.lines().filter(is_long).count(), 1, "{text}");
    }
}
