//! Queues of Kueue: a flavor and a local queue for each pool, named after it in every namespace; what differs by team is
//! the cluster queue behind it. One queue for several pools could admit on another than the one that was picked.

use std::collections::BTreeSet;

use super::context::Context;
use super::objects::{
    CLUSTER_QUEUES, KindOf, LOCAL_QUEUES, Metadata, Objects, QUOTAS, list, namespaces,
    tolerations_of,
};
use super::pools::{of_teams, quantity_of};
use super::teams::unknown_capacity;
use crate::api::gpu_access::Borrowing;
use crate::krm::Node;
use crate::plan::{AccessPool, AccessTeam, Offer};
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Problems};
use crate::types::{Version, quantity};

/// From this version of the Red Hat build on queues are `v1beta2`; all versions serve `v1beta1`.
const V1BETA2_SINCE: Version = Version(1, 3);
/// The flavor of pods without GPU.
const CPU: &str = "cpu";
/// A queue of this name takes every workload of its namespace that names none.
const DEFAULT: &str = "default";
/// A queue's name becomes a label value.
const LONGEST: usize = 63;

/// What a queue gets.
struct Share<'t> {
    /// `l4-fraud`, or `l4` for what no team has a number for.
    name: String,
    /// `None` for a queue that only lends.
    namespaces: Option<BTreeSet<&'t str>>,
    units: u32,
}

/// All queues of all pools.
pub(super) fn put(
    context: &Context<'_>,
    teams: &mut [AccessTeam],
    pools: &[AccessPool],
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let api = match context.kueue_version() {
        Some(version) if version >= V1BETA2_SINCE => "kueue.x-k8s.io/v1beta2",
        _ => "kueue.x-k8s.io/v1beta1",
    };
    let beside = beside(context, problems);
    if beside.is_some() {
        let of = of(api, "ResourceFlavor", QUOTAS);
        objects.put(of, ("", CPU), Metadata::default(), Node::map::<&str>([]));
    }
    for pool in pools {
        check_name(context, pool, beside.is_some(), problems);
        let (Some(capacity), Some(units), Some(offer), Some(resource)) =
            (pool.capacity, pool.units, pool.offer, &pool.resource)
        else {
            let place = context.place("metadata.name");
            problems.push(unknown_capacity(context, pool, &place));
            continue;
        };
        let shares = shares(context, teams, pool, capacity);
        if shares.iter().all(|share| share.namespaces.is_none()) {
            // nobody could submit
            continue;
        }
        let of_flavor = of(api, "ResourceFlavor", QUOTAS);
        objects.put(
            of_flavor,
            ("", &pool.key),
            Metadata::default(),
            flavor(pool),
        );
        let is_cohort = context.spec.borrowing == Some(Borrowing::Idle) && shares.len() > 1;
        let mut local = Vec::new();
        for share in &shares {
            let quota = Quota {
                pool,
                resource,
                units: (share.units, units),
                offer,
                beside: beside.as_ref(),
            };
            let cohort = is_cohort.then_some(pool.key.as_str());
            let spec = cluster_queue(api, share, &quota, cohort);
            let of_queue = of(api, "ClusterQueue", CLUSTER_QUEUES);
            objects.put(of_queue, ("", &share.name), Metadata::default(), spec);
            for namespace in share.namespaces.iter().flatten() {
                local.push(((*namespace).to_owned(), share.name.clone()));
            }
        }
        for (namespace, queue) in &local {
            let spec = Node::from([("clusterQueue", queue.as_str().into())]);
            let of_queue = of(api, "LocalQueue", LOCAL_QUEUES);
            objects.put(of_queue, (namespace, &pool.key), Metadata::default(), spec);
        }
        for team in teams.iter_mut() {
            let own = local
                .iter()
                .find(|(namespace, _)| team.namespaces.contains(namespace));
            team.limits
                .extend(own.map(|(_, queue)| format!("ClusterQueue {queue}")));
        }
    }
}

fn of<'a>(api: &'a str, kind: &'a str, wave: i32) -> KindOf<'a> {
    KindOf {
        api,
        kind,
        wave,
        is_custom: true,
        options: "",
    }
}

fn check_name(context: &Context<'_>, pool: &AccessPool, has_cpu: bool, problems: &mut Problems) {
    let (name, key) = (&pool.face.name, &pool.key);
    let place = || context.place_of_pool(&pool.face, "metadata.name");
    if key == DEFAULT || key == CPU && has_cpu {
        let why = if key == DEFAULT {
            "a queue of this name takes every workload of its namespace that names none"
        } else {
            "the flavor of pods without GPU has this name"
        };
        let message = format!("pool `{name}` cannot have queues of its name: {why}");
        let problem = Problem::new(&rule::QUEUE_DEFAULT_NAME, place(), message);
        problems.push(problem.help("rename the pool"));
    }
    if key.len() > LONGEST {
        let length = key.len();
        let message = format!(
            "pool `{name}` cannot have queues of its name: it has {length} characters, {LONGEST} are allowed"
        );
        let problem = Problem::new(&rule::QUEUE_NAME_TOO_LONG, place(), message);
        problems.push(problem.help("rename the pool"));
    }
}

/// Who gets how much of a pool: each team with a number its own queue, all others what these leave.
fn shares<'t>(
    context: &Context<'_>,
    teams: &'t [AccessTeam],
    pool: &AccessPool,
    capacity: u32,
) -> Vec<Share<'t>> {
    let mut shares = Vec::new();
    let mut rest = if pool.is_restricted() {
        BTreeSet::new()
    } else {
        of_teams(teams)
    };
    let mut left = capacity;
    for team in teams {
        let Some(amount) = team.gpus.get(&pool.face.name) else {
            continue;
        };
        let own = team.namespaces.iter().map(String::as_str);
        match amount.count() {
            Some(count) => {
                let own: BTreeSet<&str> = own.collect();
                rest.retain(|namespace| !own.contains(namespace));
                left = left.saturating_sub(count);
                shares.push(Share {
                    name: format!("{}-{}", pool.key, team.name),
                    namespaces: Some(own),
                    units: count,
                });
            }
            None => rest.extend(own),
        }
    }
    let lends = context.spec.borrowing == Some(Borrowing::Idle) && left > 0;
    if !rest.is_empty() || lends {
        let of_rest = Share {
            name: pool.key.clone(),
            namespaces: Some(rest).filter(|rest| !rest.is_empty()),
            units: left,
        };
        shares.insert(0, of_rest);
    }
    shares
}

fn flavor(pool: &AccessPool) -> Node {
    let labels = pool.way.labels.iter();
    let labels = labels.map(|(key, value)| (key.as_str(), value.as_str().into()));
    let mut spec = Node::from([("nodeLabels", Node::map(labels))]);
    if !pool.way.tolerations.is_empty() {
        spec.set("tolerations", tolerations_of(&pool.way.tolerations));
    }
    spec
}

/// What a queue gives out.
struct Quota<'a> {
    pool: &'a AccessPool,
    resource: &'a str,
    /// How many it has, and how many a node has.
    units: (u32, u32),
    /// What a node has besides.
    offer: Offer,
    /// CPU and memory of other nodes.
    beside: Option<&'a (String, String)>,
}

fn cluster_queue(api: &str, share: &Share<'_>, quota: &Quota<'_>, cohort: Option<&str>) -> Node {
    let mut spec = Node::map::<&str>([]);
    if let Some(cohort) = cohort {
        let is_new = api.ends_with("v1beta2");
        spec.set(if is_new { "cohortName" } else { "cohort" }, cohort);
    }
    if let Some(own) = &share.namespaces {
        spec.set("namespaceSelector", namespaces("In", own));
    }
    if cohort.is_some() {
        spec.set(
            "preemption",
            Node::from([("reclaimWithinCohort", "Any".into())]),
        );
    }
    let covered = list([CPU, "memory", quota.resource]);
    // pods without GPU take the first that has room for them: a GPU quota of 0 lets the others pass
    let beside = quota.beside.map(|(cores, memory)| {
        resources(
            CPU,
            quota.resource,
            [cores.clone(), memory.clone(), "0".to_owned()],
        )
    });
    let (count, units) = quota.units;
    let of = |all: u32| u64::from(all) * u64::from(count) / u64::from(units.max(1));
    let own = [
        of(quota.offer.cores).to_string(),
        format!("{}Gi", of(quota.offer.gib)),
        count.to_string(),
    ];
    let own = resources(&quota.pool.key, quota.resource, own);
    let flavors: Vec<Node> = beside.into_iter().chain([own]).collect();
    let group = Node::from([("coveredResources", covered), ("flavors", flavors.into())]);
    spec.set("resourceGroups", vec![group]);
    spec
}

fn resources(flavor: &str, resource: &str, quotas: [String; 3]) -> Node {
    let names = [CPU, "memory", resource];
    let one = |(name, quota): (&str, String)| {
        Node::from([("name", name.into()), ("nominalQuota", quota.into())])
    };
    let all: Vec<Node> = names.into_iter().zip(quotas).map(one).collect();
    Node::from([("name", flavor.into()), ("resources", all.into())])
}

/// CPU and memory of other nodes, in canonical form: Kueue writes quantities anew, and Argo CD compares their text.
fn beside(context: &Context<'_>, problems: &mut Problems) -> Option<(String, String)> {
    let written = context.spec.cpu.as_ref()?;
    let mib = quantity_of(
        context,
        Some(&written.memory),
        "spec.cpu.memory",
        quantity::mib,
        problems,
    )?;
    let memory = if mib % 1024 == 0 {
        format!("{}Gi", mib / 1024)
    } else {
        format!("{mib}Mi")
    };
    Some((written.cores.to_string(), memory))
}
