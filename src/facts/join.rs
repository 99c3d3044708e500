//! What objects state, grouped by cluster.

use std::collections::{BTreeMap, BTreeSet};

use super::agree::{agreed, by_key, disagree};
use super::given::Given;
use super::read::{Reading, Statement};
use super::served::{Joined, Reserved};
use super::sources;
use super::{ClusterFacts, DocumentId, Fact, Worker, select};
use crate::cloud::{self, Cloud};
use crate::cluster::{FactName, source};
use crate::krm::{Kind, Node};
use crate::problem::rules::facts as rule;
use crate::problem::{Problem, Problems};
use crate::types::{ClusterId, Zone};

/// Readings of one cluster.
pub(super) type Group = Vec<Reading>;

/// Groups readings by cluster and joins each group.
pub(super) fn join(
    mut readings: Vec<Reading>,
    given: Option<&Given>,
    problems: &mut Problems,
) -> Joined {
    // the order of documents must not matter
    readings.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut groups = groups(readings, problems);
    let of = groups.iter().flat_map(|group| {
        // a name that is none was reported
        let of = ClusterId::of_label(group.iter().find_map(Reading::infra)).unwrap_or_default();
        group.iter().map(move |reading| (reading.id, of.clone()))
    });
    let of = of.collect();
    if let Some(given) = given {
        given.apply(&mut groups, problems);
    }
    let (mut clusters, mut looked_at) = (Vec::with_capacity(groups.len()), BTreeSet::new());
    for group in groups {
        let reserved = Reserved::of(&group);
        let cluster = cluster(group, problems);
        looked_at.extend(reserved.looked_at(&cluster));
        clusters.push(cluster);
    }
    tell_apart(&mut clusters);
    clusters.sort_by(|a: &ClusterFacts, b| a.name.cmp(&b.name));
    Joined {
        clusters,
        of,
        looked_at,
    }
}

fn order(reading: &Reading) -> (usize, &str, &str, DocumentId) {
    let kind = reading.object.split('/').next().unwrap_or("");
    let rank = sources::KINDS.iter().position(|(known, _)| *known == kind);
    let rank = rank.unwrap_or(sources::KINDS.len());
    (rank, &reading.object, &reading.place.file, reading.id)
}

fn groups(readings: Vec<Reading>, problems: &mut Problems) -> Vec<Group> {
    let mut named: BTreeMap<String, Group> = BTreeMap::new();
    let mut nameless = Vec::new();
    for reading in readings {
        match reading.infra() {
            Some(infra) => named.entry(infra.to_owned()).or_default().push(reading),
            None => nameless.push(reading),
        }
    }
    // fenced-off sets alone are no cluster when something better says which there are
    let plain = |reading: &Reading| {
        let reserved = |worker: &Worker| worker.machine_set.is_some() && worker.reserved.is_some();
        !reading.workers.iter().any(reserved)
    };
    if named.values().any(|group| group.iter().any(plain)) {
        named.retain(|_, group| group.iter().any(plain));
    }
    let mut groups: Vec<Group> = named.into_values().collect();
    // first those that say something of themselves, then a ClusterVersion, which says nothing
    let (called, silent): (Vec<_>, Vec<_>) = nameless
        .into_iter()
        .partition(|reading| !reading.names.is_empty());
    for reading in called.into_iter().chain(silent) {
        place(reading, &mut groups, problems);
    }
    groups
}

/// Puts an object that does not name its cluster into one.
fn place(reading: Reading, groups: &mut Vec<Group>, problems: &mut Problems) {
    let shares = |group: &&mut Group| {
        let mut names = group.iter().flat_map(|other| &other.names);
        names.any(|name| reading.names.contains(name))
    };
    let mut by_name = groups.iter_mut().filter(shares);
    if let (Some(group), None) = (by_name.next(), by_name.next()) {
        group.push(reading);
        return;
    }
    let managed = |reading: &Reading| reading.object.starts_with(source::MANAGED);
    let unknown = |group: &Group| group.iter().all(|reading| reading.infra().is_none());
    // two ManagedClusters are two clusters, whatever else they say; so are two names when no more is known
    let apart = match &groups[..] {
        [only] if unknown(only) => !reading.names.is_empty(),
        [only] => managed(&reading) && only.iter().any(managed),
        several => managed(&reading) || several.iter().all(unknown) && !reading.names.is_empty(),
    };
    match &mut groups[..] {
        _ if apart => groups.push(vec![reading]),
        [] => groups.push(vec![reading]),
        [only] => only.push(reading),
        several => {
            let message = format!(
                "{} does not say which cluster it belongs to",
                reading.object
            );
            let fact = select::listed(several.iter().map(name_of));
            let help = if reading.object.starts_with(source::FACTS) {
                "write the cluster's `spec.infrastructureName`"
            } else {
                "give this fact in the cluster's ClusterFacts instead, or render one cluster at a time"
            };
            let problem = Problem::new(&rule::AMBIGUOUS_FACTS, reading.place, message);
            problems.push(problem.fact(fact).help(help));
        }
    }
}

/// How messages call the cluster of a group.
pub(super) fn name_of(group: &Group) -> String {
    let named = group.iter().find_map(|reading| reading.names.first());
    let infra = || group.iter().find_map(Reading::infra).map(str::to_owned);
    let object = || group.first().map(|reading| reading.object.clone());
    named
        .cloned()
        .or_else(infra)
        .or_else(object)
        .unwrap_or_default()
}

/// Clusters that are called alike are called by their infrastructure names.
fn tell_apart(clusters: &mut [ClusterFacts]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for cluster in clusters.iter() {
        *count.entry(cluster.name.clone()).or_default() += 1;
    }
    for cluster in clusters {
        let infra = cluster.infrastructure_name.as_ref();
        if let (Some(2..), Some(infra)) = (count.get(&cluster.name), infra) {
            cluster.name = infra.value.to_string();
        }
    }
}

fn cluster(group: Group, problems: &mut Problems) -> ClusterFacts {
    let name = name_of(&group);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for reading in &group {
        names.extend(reading.names.iter().cloned());
        names.extend(reading.infra().map(str::to_owned));
    }
    let statements = group.iter().flat_map(|reading| &reading.statements);
    let statements: Vec<&Statement> = statements.collect();
    let mut disagreements = Problems::new();
    let mut facts = agreed(&name, &statements, &mut disagreements);
    facts.names = names.into_iter().collect();
    // what people wrote in ClusterFacts comes after what the hub knows
    let (ours, hubs): (Vec<_>, Vec<_>) = group
        .iter()
        .partition(|reading| reading.object.starts_with(source::FACTS));
    let labels = hubs.into_iter().chain(ours);
    let labels = labels.flat_map(|reading| reading.labels.iter().cloned());
    facts.labels = labels.collect();
    let one_region = disagreements.is_empty();
    problems.extend(disagreements);
    let operators = group.iter().flat_map(|reading| &reading.operators);
    let what = |package: &String| format!("operator `{package}` of cluster `{name}`");
    facts.operators = by_key(operators, what, problems);
    let catalogs = group.iter().flat_map(|reading| &reading.catalogs);
    let what = |(source, package): &(String, String)| {
        format!("`{package}` in catalogue `{source}` of cluster `{name}`")
    };
    facts.catalogs = by_key(catalogs, what, problems);
    let nodes = group.iter().flat_map(|reading| &reading.nodes);
    let what = |node: &String| format!("node `{node}` of cluster `{name}`");
    facts.nodes = by_key(nodes, what, problems);
    let domains = group.iter().flat_map(|reading| &reading.domains);
    let what = |domain: &String| format!("failure domain `{domain}` of cluster `{name}`");
    facts.failure_domains = by_key(domains, what, problems);
    let tags = group.iter().flat_map(|reading| &reading.tags);
    let what = |tag: &String| format!("tag `{tag}` of cluster `{name}`");
    facts.resource_tags = by_key(tags, what, problems);
    let overrides = group.iter().flat_map(|reading| &reading.overrides);
    let what = |(pool, field): &(String, String)| {
        format!("`{field}` of pool `{pool}` in cluster `{name}`")
    };
    facts.overrides = by_key(overrides, what, problems);
    facts.failed = (group.iter()).flat_map(|one| one.failed.clone()).collect();
    facts.workers = workers(&name, group, problems);
    if let Some(cloud) = cloud::of_cluster(&facts) {
        facts.example = cloud.profile().example;
        in_domains(&mut facts, cloud);
    }
    if facts.architecture.is_none() {
        facts.architecture = common_architecture(&facts.workers);
    }
    if one_region {
        workers_in_region(&facts, problems);
    }
    facts.name = name;
    facts
}

/// Workers by name. One that is there raw and captured is the raw one; what was captured must still be true.
fn workers(cluster: &str, group: Group, problems: &mut Problems) -> Vec<Worker> {
    let mut workers: BTreeMap<String, Worker> = BTreeMap::new();
    for worker in group.into_iter().flat_map(|reading| reading.workers) {
        let Some(known) = workers.get_mut(&worker.name) else {
            workers.insert(worker.name.clone(), worker);
            continue;
        };
        let differs =
            known.zone() != worker.zone() || !agrees(&known.provider_spec, &worker.provider_spec);
        if differs {
            let what = format!("worker `{}` of cluster `{cluster}`", worker.name);
            let quotes = [
                ("provider spec", &known.origin),
                ("another one", &worker.origin),
            ];
            problems.push(disagree(&what, &quotes));
        }
        if known.machine_set.is_none() && worker.machine_set.is_some() {
            *known = worker;
        }
    }
    workers.into_values().collect()
}

/// Whether two trees agree wherever both say something: capturing drops what the cloud filled in.
fn agrees(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Map(entries), Kind::Map(_)) => entries.iter().all(|entry| {
            let other = b.get(&entry.key);
            other.is_none_or(|other| agrees(&entry.value, other))
        }),
        (Kind::List(a), Kind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agrees(a, b))
        }
        _ => a.to_json() == b.to_json(),
    }
}

/// Workers whose provider spec names no zone, and whose failure domain is known by all else that it says.
fn in_domains(facts: &mut ClusterFacts, cloud: &dyn Cloud) {
    let mut workers = std::mem::take(&mut facts.workers);
    for worker in workers.iter_mut().filter(|worker| worker.zone.is_none()) {
        let domain = cloud.zone_of(&worker.provider_spec, facts);
        worker.zone = domain.map(|domain| Fact {
            value: Zone::of_worker(domain),
            origin: worker.origin.clone(),
        });
    }
    facts.workers = workers;
}

/// The architecture of the plain workers, when they state one and the same.
fn common_architecture(workers: &[Worker]) -> Option<Fact<String>> {
    let mut plain = workers.iter().filter(|worker| worker.reserved.is_none());
    let first = plain.next()?;
    let value = first.architecture.clone()?;
    let origin = first.origin.clone();
    let all = plain.all(|worker| worker.architecture.as_ref() == Some(&value));
    all.then_some(Fact { value, origin })
}

fn workers_in_region(facts: &ClusterFacts, problems: &mut Problems) {
    let (Some(platform), Some(region)) = (&facts.platform, &facts.region) else {
        return;
    };
    let Some(cloud) = cloud::find(&platform.value) else {
        return;
    };
    for worker in &facts.workers {
        let outside = |zone: &&Fact<Zone>| !cloud.profile().zones.fits(&zone.value, &region.value);
        let Some(zone) = worker.zone.as_ref().filter(outside) else {
            continue;
        };
        let message = format!(
            "worker `{}` is in zone `{}`, outside of region `{}`",
            worker.name, zone.value, region.value
        );
        let place = zone.origin.place.clone();
        let problem = Problem::new(&rule::WORKER_OUTSIDE_REGION, place, message);
        let help = "remove the worker of the other cluster, or correct the region";
        problems.push(problem.fact(region.quote(FactName::Region)).help(help));
    }
}
