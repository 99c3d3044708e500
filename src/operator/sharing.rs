//! One GPU for several pods: what a pool's `sharing` means for its nodes, for the device plugin and for counts.
//!
//! Time-slicing and MPS are entries of one ConfigMap that a node label chooses from; MIG is cut by the MIG manager
//! after another node label. Replicas below 2 are refused by the device plugin, so "no sharing" is an entry without.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::objects::object;
use super::{Context, Operand};
use crate::api::gpu_machine_set::Sharing;
use crate::krm::{Node, emit};
use crate::pool_face::PoolFace;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems, did_you_mean};

/// The ConfigMap with an entry per way of sharing, in the namespace of the GPU operator.
pub(crate) const CONFIG_MAP: &str = "device-plugin-config";
/// The entry for nodes that name none.
pub(crate) const EXCLUSIVE: &str = "exclusive";
const CONFIG_LABEL: &str = "nvidia.com/device-plugin.config";
const MIG_LABEL: &str = "nvidia.com/mig.config";
/// The resource that is shared.
const GPU: &str = "nvidia.com/gpu";
/// A profile that cuts one GPU into instances of several sizes.
const BALANCED: &str = "all-balanced";

/// Labels that the nodes of a pool need for its sharing.
pub(crate) fn node_labels(sharing: &Sharing) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    if let Some(entry) = entry(sharing) {
        labels.insert(CONFIG_LABEL.to_owned(), entry);
    }
    if let Some(profile) = &sharing.mig {
        labels.insert(MIG_LABEL.to_owned(), profile.clone());
    }
    labels
}

/// The sharing that labels of nodes stand for: [`node_labels`] the other way round.
pub(crate) fn sharing_of(labels: &Node) -> Option<Sharing> {
    let entry = labels.str_at(&[CONFIG_LABEL]).unwrap_or_default();
    let count = |way: &str| entry.strip_prefix(way)?.parse().ok();
    let sharing = Sharing {
        time_slicing: count("time-slicing-"),
        mps: count("mps-"),
        mig: labels.str_at(&[MIG_LABEL]).map(str::to_owned),
    };
    let none = sharing.time_slicing.is_none() && sharing.mps.is_none() && sharing.mig.is_none();
    (!none).then_some(sharing)
}

/// Name of the ConfigMap's entry: `time-slicing-4`, `mps-2`.
fn entry(sharing: &Sharing) -> Option<String> {
    let slices = sharing
        .time_slicing
        .map(|count| format!("time-slicing-{count}"));
    slices.or_else(|| sharing.mps.map(|count| format!("mps-{count}")))
}

/// How many `nvidia.com/gpu` one GPU of a pool shows as; `None` when a MIG profile's count is not known.
pub(crate) fn units_per_gpu(sharing: Option<&Sharing>, model: Option<&str>) -> Option<u32> {
    let Some(sharing) = sharing else {
        return Some(1);
    };
    let count = sharing.time_slicing.or(sharing.mps);
    match (&sharing.mig, count) {
        (Some(profile), _) => instances(model?, profile),
        (None, count) => Some(count.unwrap_or(1)),
    }
}

/// What pods ask for on nodes of a pool, given how instances of MIG are named; `None` where they have several names, or
/// one that is not known.
pub(crate) fn resource(sharing: Option<&Sharing>, strategy: &str) -> Option<String> {
    match sharing.and_then(|sharing| sharing.mig.as_deref()) {
        None | Some("all-disabled") => Some(GPU.to_owned()),
        Some(_) if strategy == "single" => Some(GPU.to_owned()),
        Some(BALANCED | "all-enabled") => None,
        // the device plugin writes `1g.10gb+me` as `1g.10gb.me`
        Some(profile) => {
            let size = profile.strip_prefix("all-")?.replace('+', ".");
            (strategy == "mixed").then(|| format!("nvidia.com/mig-{size}"))
        }
    }
}

struct Profile {
    model: &'static str,
    name: &'static str,
    /// Instances of one GPU; `None` where models of one name differ.
    instances: Option<u32>,
}

/// MIG profiles by GPU model, as the MIG manager's default configuration names them
/// (NVIDIA/mig-parted, NVIDIA/gpu-operator assets/state-mig-manager); `-` for models without MIG.
fn profiles() -> &'static [Profile] {
    static PROFILES: OnceLock<Vec<Profile>> = OnceLock::new();
    PROFILES.get_or_init(|| {
        let lines = include_str!("mig.tsv").lines().skip(1);
        let profile = |line: &'static str| {
            let mut cells = line.split('\t');
            Some(Profile {
                model: cells.next()?,
                name: cells.next()?,
                instances: cells.next()?.parse().ok(),
            })
        };
        lines.filter_map(profile).collect()
    })
}

/// Whether cards of a model can be cut by MIG; `None` where the table does not have it.
pub(crate) fn has_mig(model: &str) -> Option<bool> {
    let mut own = profiles().iter().filter(|one| one.model == model);
    own.next().map(|first| first.name != "-")
}

fn instances(model: &str, profile: &str) -> Option<u32> {
    let mut own = profiles().iter().filter(|one| one.model == model);
    own.find(|one| one.name == profile)?.instances
}

/// Rules over the sharing of all pools, with the `mig.strategy` that is in force.
pub(crate) fn check(context: &Context<'_>, strategy: &str, problems: &mut Problems) {
    for pool in context.request.pools {
        let Some(sharing) = &pool.sharing else {
            continue;
        };
        if let Some(profile) = &sharing.mig {
            check_profile(context, pool, profile, problems);
            let wanted = strategy_of(profile);
            if strategy != wanted && strategy != "mixed" {
                let message = format!(
                    "pool `{}` is cut by MIG, but `mig.strategy` is `{strategy}`",
                    pool.name
                );
                problems.push(
                    Problem::new(&rule::SHARING_CONFLICT, context.place("mig"), message)
                        .values(strategy, Some(wanted.to_owned()))
                        .help(format!("write `mig: {wanted}`, or leave it out")),
                );
            }
        }
        if sharing.mps.is_some() && strategy == "mixed" {
            let message = format!(
                "pool `{}` shares by MPS, which the device plugin refuses with `mig.strategy: mixed`",
                pool.name
            );
            problems.push(
                Problem::new(
                    &rule::SHARING_CONFLICT,
                    (context.request.place_of_pool)(pool, "spec.sharing.mps"),
                    message,
                )
                .help(
                    "use `timeSlicing` there, or one MIG profile for whole pools (`all-1g.10gb`)",
                ),
            );
        }
    }
}

fn check_profile(context: &Context<'_>, pool: &PoolFace, profile: &str, problems: &mut Problems) {
    let Some(model) = pool.board() else { return };
    let own: Vec<&Profile> = profiles().iter().filter(|one| one.model == model).collect();
    let place = || (context.request.place_of_pool)(pool, "spec.sharing.mig");
    if own.is_empty() || own.iter().any(|one| one.name == profile) {
        return;
    }
    if own.iter().any(|one| one.name == "-") {
        let message = format!("`{model}` has no MIG");
        problems.push(
            Problem::new(&rule::UNKNOWN_MIG_PROFILE, place(), message)
                .values(profile, None)
                .help("share it with `timeSlicing` or `mps`"),
        );
        return;
    }
    if matches!(profile, BALANCED | "all-disabled" | "all-enabled") {
        return;
    }
    let names: Vec<&str> = own.iter().map(|one| one.name).collect();
    let near = did_you_mean(profile, names.iter().copied()).map(str::to_owned);
    let message = format!("`{model}` has no MIG profile `{profile}`");
    problems.push(
        Problem::new(&rule::UNKNOWN_MIG_PROFILE, place(), message)
            .values(profile, near)
            .help(format!("there are: {}, {BALANCED}", names.join(", "))),
    );
}

/// The strategy that a profile needs.
fn strategy_of(profile: &str) -> &'static str {
    if profile == BALANCED {
        "mixed"
    } else {
        "single"
    }
}

/// The strategy that all pools need: `single` names instances like whole GPUs, so it does no harm elsewhere.
pub(crate) fn strategy(pools: &[PoolFace]) -> &'static str {
    let mut profiles = pools
        .iter()
        .filter_map(|pool| pool.sharing.as_ref()?.mig.as_deref());
    let mixed = profiles.any(|profile| strategy_of(profile) == "mixed");
    if mixed { "mixed" } else { "single" }
}

/// Whether a pool is cut by MIG.
pub(crate) fn any_mig(pools: &[PoolFace]) -> bool {
    pools.iter().any(|pool| {
        pool.sharing
            .as_ref()
            .is_some_and(|sharing| sharing.mig.is_some())
    })
}

/// The ConfigMap of the device plugin, when a pool shares by time-slicing or MPS.
pub(crate) fn config_map(context: &Context<'_>) -> Option<Operand> {
    let data = entries(context.request.pools);
    if data.is_empty() {
        return None;
    }
    let mut object = object("v1", "ConfigMap", CONFIG_MAP, context.namespace);
    let exclusive = (EXCLUSIVE.to_owned(), Node::from("version: v1\n"));
    object.set("data", Node::map([exclusive].into_iter().chain(data)));
    Some(Operand {
        object,
        step: 4,
        custom: false,
    })
}

/// One entry per way of sharing, sorted.
fn entries(pools: &[PoolFace]) -> Vec<(String, Node)> {
    let ways: BTreeSet<(String, &str, u32)> = pools
        .iter()
        .filter_map(|pool| pool.sharing.as_ref())
        .filter_map(|sharing| {
            let way = sharing.time_slicing.map(|count| ("timeSlicing", count));
            let (way, count) = way.or(sharing.mps.map(|count| ("mps", count)))?;
            Some((entry(sharing)?, way, count))
        })
        .collect();
    let text = |way: &str, count: u32| {
        let resource = Node::map([("name", Node::from(GPU)), ("replicas", count.into())]);
        let mut config = Node::map([("version", Node::from("v1"))]);
        config
            .make(&["sharing", way])
            .set("resources", vec![resource]);
        Node::from(emit::block(&config, 0))
    };
    ways.into_iter()
        .map(|(name, way, count)| (name, text(way, count)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_sorted_unique_and_complete() {
        let lines: Vec<&str> = include_str!("mig.tsv").lines().skip(1).collect();
        assert_eq!(profiles().len(), lines.len());
        let mut sorted = lines.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(lines, sorted);
        assert_eq!(instances("h100-80gb", "all-1g.10gb"), Some(7));
        // p4d and p4de share a name in the catalogue
        assert_eq!(instances("a100", "all-1g.10gb"), None);
    }
}
