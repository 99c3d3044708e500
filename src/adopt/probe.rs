//! Which placeholder gives a set: try it, see what differs, say that too.

use std::collections::BTreeMap;

use crate::adopt::beside;
use crate::adopt::sets::Set;
use crate::api::LOCAL_CONFIG;
use crate::api::{GROUP, VERSION};
use crate::cloud::{self, MachineApi};
use crate::cluster::{ClusterFacts, Worker};
use crate::expand::planned;
use crate::krm::{Kind, Node, Source, emit};
use crate::types::machine_api::GPUS;

/// What a placeholder says of machines, so that the worker's clone becomes the live set.
#[derive(Clone, Debug)]
pub(super) struct Probed {
    /// The worker to clone, when its zone has several.
    pub(super) template: Option<String>,
    /// The subnet of the zone, when it is not the worker's.
    pub(super) subnet: Option<String>,
    /// `rootVolume`, `market` and so on.
    pub(super) fields: Vec<(&'static str, Node)>,
    /// What no field can say.
    pub(super) patch: Option<Node>,
}

/// One try: which set, with which worker.
struct Try<'a> {
    id: String,
    set: &'a Set,
    probed: Probed,
}

/// The best placeholder of each set, in the order of the sets; `None` when the worker cannot be cloned at all.
pub(super) fn all(
    sets: &[Set],
    cluster: &ClusterFacts,
    api: &dyn MachineApi,
    facts: &[Source],
) -> Vec<Probed> {
    let mut tries = Vec::new();
    for (index, set) in sets.iter().enumerate() {
        let tries_of_set = templates(set, cluster).into_iter();
        for (number, template) in tries_of_set.enumerate() {
            let named = template.as_deref().and_then(|name| cluster.worker(name));
            let is_here = cluster.templates(set.zone.as_deref()).next().is_some()
                || named.is_some_and(|worker| worker.zone() == set.zone.as_deref());
            let subnet = api
                .subnet(&set.provider_spec)
                .filter(|_| !is_here && !cluster.workers.is_empty());
            let probed = Probed {
                template,
                subnet: subnet.map(str::to_owned),
                fields: Vec::new(),
                patch: None,
            };
            tries.push(Try {
                id: format!("s{index}t{number}"),
                set,
                probed,
            });
        }
    }
    let bases = specs(&tries, cluster, facts);
    for one in &mut tries {
        let Some(base) = bases.get(&one.id) else {
            continue;
        };
        let live = &one.set.provider_spec;
        one.probed.fields = api.fields(live, base);
        if !api.same_subnet(base, live) {
            one.probed.subnet = api.subnet(live).map(str::to_owned);
        }
    }
    let specs = specs(&tries, cluster, facts);
    for one in &mut tries {
        if let Some(spec) = specs.get(&one.id) {
            let clean = |spec: &Node| {
                let mut spec = spec.clone();
                // a field that admission requires is never patched away
                api.fill_in(&mut spec);
                api.drop_defaults(&mut spec);
                spec
            };
            one.probed.patch = patch(&clean(spec), &clean(&one.set.provider_spec));
        }
    }
    let best = |index: usize| {
        let prefix = format!("s{index}t");
        let own = tries.iter().filter(|one| one.id.starts_with(&prefix));
        own.min_by_key(|one| (!specs.contains_key(&one.id), cost(&one.probed)))
    };
    let none = Probed {
        template: None,
        subnet: None,
        fields: Vec::new(),
        patch: None,
    };
    (0..sets.len())
        .map(|index| best(index).map_or_else(|| none.clone(), |one| one.probed.clone()))
        .collect()
}

/// Workers to try. None by its name comes first, and wins unless a named one saves an override: a name is true on this
/// cluster only. One whose image does not boot on the set's machines is named when there is no other.
fn templates(set: &Set, cluster: &ClusterFacts) -> Vec<Option<String>> {
    let instance = cloud::of_cluster(cluster).and_then(|cloud| cloud.instance(&set.instance_type));
    let boots = |worker: &&Worker| match (&instance, worker.architecture.as_deref()) {
        (Some(instance), Some(image)) => instance.arch == image,
        _ => true,
    };
    let of_its_kind = |workers: Vec<&Worker>| {
        let fitting: Vec<&Worker> = workers.iter().copied().filter(boots).collect();
        let workers = if fitting.is_empty() { workers } else { fitting };
        workers
            .into_iter()
            .map(|one| Some(one.name.clone()))
            .collect::<Vec<_>>()
    };
    let here: Vec<&Worker> = cluster.templates(set.zone.as_deref()).collect();
    let stand_ins = || {
        let workers = cluster.workers.iter();
        workers.filter(|worker| worker.can_stand_in() && worker.zone() == set.zone.as_deref())
    };
    match here[..] {
        [] if cluster.workers.iter().all(|one| one.reserved.is_some()) => {
            let mut stand_ins: Vec<&Worker> = stand_ins().collect();
            stand_ins.sort_by_key(|one| !one.is_named_as_installed(cluster));
            let named = of_its_kind(stand_ins);
            if named.is_empty() { vec![None] } else { named }
        }
        [] | [_] => vec![None],
        _ => std::iter::once(None).chain(of_its_kind(here)).collect(),
    }
}

/// GPUs of a set's machines, where neither the cloud nor the catalogue knows them: as the set says.
pub(super) fn gpu(set: &Set, cluster: &ClusterFacts) -> Option<Node> {
    let cloud = cloud::of_cluster(cluster).filter(|cloud| cloud.profile().states_gpus())?;
    if cloud.instance(&set.instance_type).is_some() {
        return None;
    }
    let count = set.node.at(&["metadata", "annotations", GPUS])?.text()?;
    let count: u32 = count.parse().ok().filter(|count| *count > 0)?;
    Some(Node::from([("count", count.into())]))
}

fn cost(probed: &Probed) -> usize {
    let patch = probed
        .patch
        .as_ref()
        .map_or(0, |patch| emit::flow(patch).len());
    patch + probed.fields.len() + usize::from(probed.subnet.is_some())
}

/// The provider specs that the tries give, without those that cannot be planned.
fn specs(tries: &[Try<'_>], cluster: &ClusterFacts, facts: &[Source]) -> BTreeMap<String, Node> {
    let mut text = String::new();
    for one in tries {
        let mut spec = spec(one.set, &one.probed);
        if let Some(gpu) = gpu(one.set, cluster).filter(|_| spec.get("gpu").is_none()) {
            spec.set("gpu", gpu);
        }
        text.push_str("---\n");
        text.push_str(&emit::block(&placeholder(&one.id, spec), 0));
    }
    let sources = beside(Source::new("<probe>", text), facts);
    let pools = planned(&sources).pools.into_iter();
    let spec = |mut pool: crate::plan::Pool| match pool.groups.len() {
        1 => Some((pool.name, pool.groups.remove(0).provider_spec)),
        _ => None,
    };
    pools.filter_map(spec).collect()
}

fn spec(set: &Set, probed: &Probed) -> Node {
    let mut spec = Node::from([
        ("instanceType", set.instance_type.as_str().into()),
        ("replicas", 1u32.into()),
        ("nameTemplate", set.name.as_str().into()),
    ]);
    if let Some(zone) = &set.zone {
        spec.set("zones", vec![Node::from(zone.as_str())]);
    }
    let subnets = (set.zone.iter().zip(&probed.subnet))
        .map(|(zone, subnet)| (zone.clone(), subnet.clone()))
        .collect();
    machines(&mut spec, probed, &subnets);
    spec
}

/// Writes what was found out into a spec.
pub(super) fn machines(spec: &mut Node, probed: &Probed, subnets: &BTreeMap<String, String>) {
    if let Some(template) = &probed.template {
        spec.set(
            "template",
            Node::from([("machineSet", template.as_str().into())]),
        );
    }
    for (key, value) in &probed.fields {
        spec.set(key, value.clone());
    }
    if !subnets.is_empty() {
        let subnets = subnets
            .iter()
            .map(|(zone, subnet)| (zone.as_str(), Node::from(subnet.as_str())));
        spec.make(&["network"]).set("subnets", Node::map(subnets));
    }
    if let Some(patch) = &probed.patch {
        spec.set("providerSpec", patch.clone());
    }
}

/// A GpuMachineSet of this name.
pub(super) fn placeholder(name: &str, spec: Node) -> Node {
    let annotations = Node::from([(LOCAL_CONFIG, "true".into())]);
    Node::from([
        ("apiVersion", format!("{GROUP}/{VERSION}").into()),
        ("kind", "GpuMachineSet".into()),
        (
            "metadata",
            Node::from([("name", name.into()), ("annotations", annotations)]),
        ),
        ("spec", spec),
    ])
}

/// The merge patch (RFC 7386) that makes `b` of `a`; `None` when they are equal.
fn patch(a: &Node, b: &Node) -> Option<Node> {
    if a.to_json() == b.to_json() {
        return None;
    }
    let (Kind::Map(old), Kind::Map(new)) = (&a.kind, &b.kind) else {
        return Some(b.clone());
    };
    let mut changes = Node::map::<&str>([]);
    for entry in new {
        match a.get(&entry.key) {
            None => changes.set(&entry.key, entry.value.clone()),
            Some(value) => {
                if let Some(change) = patch(value, &entry.value) {
                    changes.set(&entry.key, change);
                }
            }
        }
    }
    for entry in old.iter().filter(|entry| b.get(&entry.key).is_none()) {
        changes.set(&entry.key, Node::null());
    }
    Some(changes)
}
