//! Fields that a pool writes cloud by cloud, so that one file is right on all: `instanceType: {AWS: g6.4xlarge, Azure:
//! Standard_NC8as_T4_v3}`. Before anything is decided the entry of the cluster's platform takes the place of the map.

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::api::{Placeholder, Read};
use crate::catalog;
use crate::cloud;
use crate::krm::{Kind, Node};
use crate::problem::rules::{api, pool as rule};
use crate::problem::{Problem, Problems, did_you_mean};

const INSTANCE_TYPE: &[&str] = &["spec", "instanceType"];
const PROVIDER_SPEC: &[&str] = &["spec", "providerSpec"];
/// Fields that may be such a map, as paths from the root.
const FIELDS: [&[&str]; 4] = [
    INSTANCE_TYPE,
    &["spec", "zones"],
    &["spec", "rootVolume", "type"],
    PROVIDER_SPEC,
];

/// The fields of a placeholder that are written by platform.
pub(crate) fn fields(node: &Node) -> impl Iterator<Item = (&'static [&'static str], &Node)> {
    FIELDS.into_iter().filter_map(|path| {
        let value = node.at(path)?;
        let is_map = matches!(value.kind, Kind::Map(_));
        // a provider spec is a map too, of keys that are no platforms
        let is_named = || {
            value
                .entries()
                .iter()
                .any(|entry| cloud::find(&entry.key).is_some())
        };
        (is_map && (path != PROVIDER_SPEC || is_named())).then_some((path, value))
    })
}

/// The placeholder as it is for one platform. `None` where it has no machines there, or after problems.
pub(crate) fn resolve<'a>(
    placeholder: &Placeholder<'a, GpuMachineSetSpec>,
    platform: &str,
    problems: &mut Problems,
) -> Option<Placeholder<'a, GpuMachineSetSpec>> {
    let mut node = placeholder.read.node.clone();
    let mut is_known = true;
    for (path, value) in fields(&placeholder.read.node) {
        let unknown = value
            .entries()
            .iter()
            .filter(|entry| cloud::find(&entry.key).is_none());
        for entry in unknown {
            is_known = false;
            let place = placeholder.key_place(&format!("{}.{}", path.join("."), entry.key));
            problems.push(unknown_platform(&entry.key, place));
        }
        match value.get(platform) {
            Some(own) => put(&mut node, path, own.clone()),
            None => node.remove_at(path),
        }
    }
    if let Some(problem) = not_for(placeholder, platform, false) {
        problems.push(problem);
        return None;
    }
    let spec = node.get("spec").map(Node::to_json).unwrap_or_default();
    let spec = serde_json::from_value(spec).map_err(|error| {
        let place = placeholder.place("spec");
        [Problem::new(&api::INVALID_VALUE, place, error.to_string())]
    });
    let spec = problems.take(spec).filter(|_| is_known)?;
    let read = &placeholder.read;
    Some(Placeholder {
        document: placeholder.document,
        read: Read {
            name: read.name.clone(),
            spec,
            node,
            labels: read.labels.clone(),
            annotations: read.annotations.clone(),
            local_config: read.local_config,
            overridden: read.overridden.clone(),
        },
    })
}

fn put(node: &mut Node, path: &[&str], value: Node) {
    if let Some((last, above)) = path.split_last() {
        node.make(above).set(last, value);
    }
}

fn unknown_platform(name: &str, place: crate::problem::Place) -> Problem {
    let near = did_you_mean(name, cloud::with_machine_sets());
    let message = format!("`{name}` is no platform");
    let problem =
        Problem::new(&rule::UNKNOWN_PLATFORM, place, message).values(name, near.map(str::to_owned));
    if let Some(near) = near {
        return problem.help(format!("did you mean `{near}`?"));
    }
    let known: Vec<&str> = cloud::with_machine_sets().collect();
    problem.help(format!("platforms: {}", known.join(", ")))
}

/// Why a pool has no machines on a platform, as a problem; `None` where it is made. A platform that the instance type does
/// not name has none whoever asks. In a fleet a pool goes by a cluster that cannot have it, unless it names that cluster;
/// anywhere else that is a mistake, which is said where it is found.
pub(crate) fn not_for(
    pool: &Placeholder<'_, GpuMachineSetSpec>,
    platform: &str,
    in_fleet: bool,
) -> Option<Problem> {
    let facts = pool.read.spec.facts.as_ref();
    let is_named = facts.is_some_and(|facts| !facts.is_selection());
    let types = fields(&pool.read.node).find(|(path, _)| *path == INSTANCE_TYPE);
    let types = types.map(|(_, types)| types);
    let (why, help) = match types.filter(|types| types.get(platform).is_none()) {
        Some(types) => {
            let stated = types.entries().iter().map(|entry| entry.key.as_str());
            let stated: Vec<&str> = stated.collect();
            (
                format!("it has an instance type for {}", stated.join(", ")),
                format!("to have machines there: `instanceType: {{{platform}: ...}}`"),
            )
        }
        None if !in_fleet || is_named => return None,
        None => (
            cannot_have(pool, platform)?,
            "say it in the pool: `facts: {platform: [...]}`".to_owned(),
        ),
    };
    let name = &pool.read.name;
    let message = format!("pool `{name}` is left out on platform `{platform}`: {why}");
    let place = pool.place("spec.instanceType");
    Some(Problem::new(&rule::NOT_FOR_PLATFORM, place, message).help(help))
}

/// Why a platform cannot have a pool of any cluster.
fn cannot_have(pool: &Placeholder<'_, GpuMachineSetSpec>, platform: &str) -> Option<String> {
    let cloud = cloud::find(platform);
    let Some(cloud) = cloud.filter(|cloud| cloud.machine_api().is_some()) else {
        return Some("MachineSets cannot be made there".to_owned());
    };
    let name = pool.read.spec.instance_type.as_str();
    // where people make the types, a pool has to say what GPUs they have: one that does not means the other cloud
    let is_unsaid = cloud.profile().states_gpus() && pool.read.spec.gpu.is_none();
    let elsewhere = || catalog::platform_of(name).filter(|owner| is_unsaid && *owner != platform);
    let owner = cloud.owner_of(name).or_else(elsewhere)?;
    Some(format!("`{name}` is an instance type of {owner}"))
}
