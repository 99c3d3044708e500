//! By which label a MachineSet finds its machines.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::PoolRequest;
use crate::facts::Gathered;
use crate::kinds::gpu_machine_set::set_names;
use crate::kinds::gpu_machine_set::zones::Zone;
use crate::plan::Pool;
use crate::problem::rules::{api, pool as rule};
use crate::problem::{Problem, Problems};
use crate::types::{InfraName, LABEL_VALUE};

/// One value per zone; `None` stands for the name of its set, unless a template says otherwise.
pub(crate) fn of(
    zones: &[Zone<'_>],
    name: &str,
    request: &PoolRequest<'_>,
    problems: &mut Problems,
) -> Vec<Option<String>> {
    let by_name = || zones.iter().map(|_| None).collect();
    let Some(template) = &request.spec.selector_template else {
        return by_name();
    };
    let path = "spec.selectorTemplate";
    let mut values = Vec::new();
    for zone in zones {
        match set_names::fill(template, zone, name, request) {
            Ok(value) => {
                if let Err(error) = LABEL_VALUE.check(&value) {
                    let message = format!("`{value}` is no value of a label: {error}");
                    problems.push(Problem::new(
                        &api::INVALID_VALUE,
                        (request.place)(path),
                        message,
                    ));
                    return by_name();
                }
                values.push(Some(value));
            }
            Err(variable) => {
                problems.push(set_names::unknown(&variable, path, request));
                return by_name();
            }
        }
    }
    values
}

/// Two sets of one selector take each other's machines.
pub(crate) fn check(pools: &[Pool], gathered: &Gathered, problems: &mut Problems) {
    // sets that find their machines by their names are told apart by these
    let said = |pool: &&Pool| pool.groups.iter().any(|set| set.name != *set.selector);
    let said = pools.iter().filter(said);
    let clusters: BTreeSet<&InfraName> = said.map(|pool| &pool.infra).collect();
    for cluster in clusters {
        let facts = gathered.clusters.iter().find(|one| {
            let infra = one.infrastructure_name.as_ref();
            infra.is_some_and(|infra| infra.value == *cluster)
        });
        let workers = facts.map(|facts| &facts.workers).into_iter().flatten();
        let mut seen: BTreeMap<&str, &str> = workers
            .map(|worker| (worker.name.as_str(), worker.name.as_str()))
            .collect();
        for pool in pools.iter().filter(|pool| pool.infra == *cluster) {
            for set in &pool.groups {
                match seen.insert(&set.selector, &set.name) {
                    Some(first) if set.name != first => {
                        let message = format!(
                            "MachineSets `{first}` and `{}` both select machines labelled `{}`",
                            set.name, set.selector
                        );
                        problems.push(
                            Problem::new(&rule::DUPLICATE_SELECTOR, pool.place.clone(), message)
                                .help("add `{zone}` and `{instanceType}` to `selectorTemplate`, or remove it"),
                        );
                    }
                    _ => {}
                }
            }
        }
    }
}
