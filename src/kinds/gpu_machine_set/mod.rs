//! `GpuMachineSet`: a pool of machines with GPUs.

pub(crate) mod by_platform;
pub(crate) mod earlier_pools;
pub(crate) mod hardware;
pub(crate) mod labels;
pub(crate) mod machine_selector;
mod managed_by;
pub(crate) mod name_template;
pub(crate) mod pool;
mod rosa;
pub(crate) mod scaling;
mod set_names;
mod templates;
mod zones;

use std::collections::BTreeMap;

use crate::api::Placeholder;
use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::catalog::MadeTypes;
use crate::facts::Gathered;
use crate::krm::Node;
use crate::plan::Pool;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems, first_of};

/// Decides everything, or says what keeps it from being decided.
pub(crate) fn plan(
    placeholders: &[Placeholder<'_, GpuMachineSetSpec>],
    gathered: &Gathered,
    types: &MadeTypes,
    problems: &mut Problems,
) -> Vec<Pool> {
    let mut pools = Vec::new();
    for (index, placeholder) in placeholders.iter().enumerate() {
        let pool = pool::plan(placeholder, gathered, types, problems);
        pools.extend(pool.map(|pool| Pool {
            placeholder: index,
            ..pool
        }));
    }
    duplicate_pools(placeholders, problems);
    duplicate_sets(&pools, problems);
    machine_selector::check(&pools, gathered, problems);
    hardware::two_models(&pools, placeholders, problems);
    pools
}

fn duplicate_pools(placeholders: &[Placeholder<'_, GpuMachineSetSpec>], problems: &mut Problems) {
    let mut seen: BTreeMap<(&str, String), &Placeholder<'_, GpuMachineSetSpec>> = BTreeMap::new();
    for placeholder in placeholders {
        let facts = placeholder
            .read
            .node
            .at(&["spec", "facts"])
            .and_then(Node::text);
        let key = (
            placeholder.read.name.as_str(),
            facts.unwrap_or("").to_owned(),
        );
        if let Some(first) = seen.get(&key) {
            let message = format!("there are two pools named `{}`", placeholder.read.name);
            // the config of a plugin that is a resource too
            let spec = |of: &Placeholder<'_, GpuMachineSetSpec>| {
                of.read.node.get("spec").map(Node::to_json)
            };
            let is_config =
                |of: &Placeholder<'_, GpuMachineSetSpec>| of.document.source.name.starts_with('<');
            let is_twice =
                is_config(first) && is_config(placeholder) && spec(first) == spec(placeholder);
            problems.push(
                Problem::new(
                    &rule::DUPLICATE_POOL,
                    placeholder.place("metadata.name"),
                    message,
                )
                .fact(format!("the first is at {}", first.place("metadata.name")))
                .help(if is_twice {
                    "it is listed twice: list it once, under `transformers:`"
                } else {
                    "rename one of them"
                }),
            );
        } else {
            seen.insert(key, placeholder);
        }
    }
}

fn duplicate_sets(pools: &[Pool], problems: &mut Problems) {
    let mut seen: BTreeMap<(&str, &str), &Pool> = BTreeMap::new();
    for pool in pools {
        let mut twice: BTreeMap<&str, (&Pool, Vec<&str>)> = BTreeMap::new();
        for set in &pool.groups {
            let key = (pool.infra.as_str(), set.name.as_str());
            match seen.get(&key) {
                Some(first) if first.name != pool.name => {
                    let (_, names) = twice.entry(first.name.as_str()).or_insert((first, vec![]));
                    names.push(set.name.as_str());
                }
                Some(_) => {}
                None => {
                    seen.insert(key, pool);
                }
            }
        }
        problems.extend(
            twice
                .values()
                .map(|(first, names)| same_names(first, pool, names)),
        );
    }
}

/// One problem for all the sets that two pools share.
fn same_names(first: &Pool, pool: &Pool, names: &[&str]) -> Problem {
    let (one, other) = (&first.name, &pool.name);
    let sets = first_of(names.iter().map(|name| format!("`{name}`")), 3);
    let plural = if names.len() == 1 { "" } else { "s" };
    let message = format!("pools `{one}` and `{other}` both make MachineSet{plural} {sets}");
    Problem::new(&rule::DUPLICATE_SET_NAME, pool.place.clone(), message)
        .fact(format!("pool `{one}` is at {}", first.place))
        .help(format!("set `nameTemplate: \"{{infra}}-{other}-{{instanceType}}-{{zone}}\"` or use `{{name}}` in the template of both"))
}
