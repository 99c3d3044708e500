//! The sentences of a comparison.

use std::collections::BTreeMap;

use super::{Against, Change, PoolThen};
use crate::view::{Amount, Totals, words};

impl Against {
    /// All clusters together: `at the most: machines 7 -> 9`.
    pub(in crate::view) fn totals(&self) -> Vec<String> {
        totals(&self.before, &self.after)
    }
}

/// Clusters that a heading names; of more it says how many.
const NAMED: usize = 3;

/// Clusters of which the same is to say.
pub(in crate::view) struct Alike {
    /// Their names, and whether they are new or gone.
    pub(in crate::view) heading: String,
    /// What is other.
    pub(in crate::view) sentences: Vec<String>,
}

impl Against {
    /// What is other, each once with the clusters that it is true of.
    pub(in crate::view) fn alike(&self) -> Vec<Alike> {
        let mut all: Vec<(&'static str, Vec<String>, Vec<&str>)> = Vec::new();
        let mut known: BTreeMap<(&'static str, Vec<String>), usize> = BTreeMap::new();
        for change in &self.clusters {
            let sentences = change.sentences();
            let next = all.len();
            let at = *known
                .entry((change.what, sentences.clone()))
                .or_insert(next);
            match all.get_mut(at) {
                Some((.., names)) => names.push(&change.cluster),
                None => all.push((change.what, sentences, vec![&change.cluster])),
            }
        }
        let alike = all.into_iter().map(|(what, sentences, names)| {
            let count = names.len();
            let shown: Vec<&str> = names.into_iter().take(NAMED).collect();
            let more = match count {
                0..=NAMED => String::new(),
                count => format!(" and {} more", count - NAMED),
            };
            let names = format!("{}{more}", shown.join(", "));
            let heading = match what {
                "changed" => names,
                what => format!("{what}: {names}"),
            };
            Alike { heading, sentences }
        });
        alike.collect()
    }
}

impl Change {
    /// A sentence for each thing that is other.
    fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for pool in &self.pools {
            sentences.push(match (&pool.before, &pool.after) {
                (None, Some(now)) => format!("pool `{}` is new: {}", pool.pool, most(now)),
                (Some(then), None) => format!("pool `{}` is gone: {}", pool.pool, most(then)),
                (Some(then), Some(now)) => {
                    let (before, after) = (&then.instance_type, &now.instance_type);
                    let of_type = (before != after).then(|| format!("{before} -> {after}"));
                    let changes = of_type.into_iter().chain(totals(&then.totals, &now.totals));
                    let changes: Vec<String> = changes.collect();
                    format!("pool `{}`: {}", pool.pool, changes.join("; "))
                }
                (None, None) => continue,
            });
        }
        if self.what != "changed" {
            // names hold the cluster's, so that no two such clusters would be alike
            let objects = self.gone.len().max(self.made.len()) as u64;
            sentences.push(format!(
                "in all {}",
                words::count(objects, "object", "objects")
            ));
            return sentences;
        }
        for quota in &self.quotas {
            let (before, after) = (words::grouped(quota.before), words::grouped(quota.after));
            sentences.push(format!("quota {}: {before} -> {after} vCPU", quota.name));
        }
        for operator in &self.operators {
            let package = &operator.package;
            sentences.push(match (&operator.before, &operator.after) {
                (None, Some(now)) => format!("operator `{package}` is new, channel `{now}`"),
                (Some(_), None) => format!("operator `{package}` is no longer made"),
                (before, after) => {
                    let channel = |side: &Option<String>| side.clone().unwrap_or_default();
                    let (before, after) = (channel(before), channel(after));
                    format!("operator `{package}`: channel `{before}` -> `{after}`")
                }
            });
        }
        let list = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        let objects = [
            ("objects that go", &self.gone),
            ("objects that come", &self.made),
        ];
        for (what, names) in objects.into_iter().filter(|(_, names)| !names.is_empty()) {
            sentences.push(format!("{what}: {}", list(names)));
        }
        sentences
    }
}

fn most(pool: &PoolThen) -> String {
    let amount = words::amount(&pool.totals.max);
    format!("{}, at the most {amount}", pool.instance_type)
}

fn totals(before: &Totals, after: &Totals) -> Vec<String> {
    let is_fixed = |totals: &Totals| totals.first == totals.max && totals.min == totals.max;
    let pairs = if is_fixed(before) && is_fixed(after) {
        vec![("", &before.max, &after.max)]
    } else {
        vec![
            ("at first", &before.first, &after.first),
            ("at the least", &before.min, &after.min),
            ("at the most", &before.max, &after.max),
        ]
    };
    let sentence = |(when, before, after): (&str, &Amount, &Amount)| {
        let numbers = [
            (
                "machines",
                before.machines,
                after.machines,
                words::grouped as fn(u64) -> String,
            ),
            ("GPUs", before.gpus, after.gpus, words::grouped),
            ("vCPU", before.vcpu, after.vcpu, words::grouped),
            ("memory", before.memory_mib, after.memory_mib, words::memory),
        ];
        let changed = numbers
            .iter()
            .filter(|(_, before, after, _)| before != after);
        let changed = changed.map(|(what, before, after, in_words)| {
            format!("{what} {} -> {}", in_words(*before), in_words(*after))
        });
        let changed: Vec<String> = changed.collect();
        let changed = changed.join(", ");
        (!changed.is_empty()).then(|| format!("{when} {changed}").trim_start().to_owned())
    };
    let sets =
        (before.sets != after.sets).then(|| format!("sets {} -> {}", before.sets, after.sets));
    sets.into_iter()
        .chain(pairs.into_iter().filter_map(sentence))
        .collect()
}
