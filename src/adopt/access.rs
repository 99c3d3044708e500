//! Flavors, queues and profiles that a cluster has already become a `GpuAccess` over the adopted pools, as far as they say
//! who may use what. What is not taken over is said.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::print::access as print;
use crate::api::Owner;
use crate::krm::{Document, Node, Split};
use crate::operator::tolerations::Toleration;
use crate::pool_face::PoolFace;
use crate::problem::rules::migrate as rule;
use crate::problem::{Problem, Problems};

const KUEUE: &str = "kueue.x-k8s.io";
const INSTANCE_TYPE: &str = "node.kubernetes.io/instance-type";
/// Fields of a ClusterQueue that a `GpuAccess` decides by itself.
const DECIDED: [&str; 8] = [
    "cohort",
    "cohortName",
    "flavorFungibility",
    "namespaceSelector",
    "preemption",
    "queueingStrategy",
    "resourceGroups",
    "stopPolicy",
];

/// The `GpuAccess` of a dump, and what it leaves; no text where nothing says who may use what.
pub(super) fn of(splits: &[Split<'_>], pools: &[PoolFace]) -> (Option<String>, Problems) {
    let documents = splits.iter().flat_map(|split| &split.documents);
    let others = documents.filter(|document| Owner::of(document).is_none());
    let read = others.filter_map(|document| Some((document, document.node().ok()?)));
    let mut found = Found {
        pools,
        flavors: BTreeMap::new(),
        locals: BTreeMap::new(),
        queues: BTreeMap::new(),
        teams: Vec::new(),
        shown: BTreeMap::new(),
        is_queued: false,
        borrows: false,
        left: Problems::new(),
    };
    let all: Vec<(&Document<'_>, Node)> = read.collect();
    let of_kind = |group: &'static str, kind: &'static str| {
        all.iter().filter(move |(one, _)| one.is(group, kind))
    };
    for (document, node) in of_kind(KUEUE, "ResourceFlavor") {
        found.flavor(document, node);
    }
    for (document, node) in of_kind(KUEUE, "LocalQueue") {
        let queue = node.str_at(&["spec", "clusterQueue"]).unwrap_or_default();
        let key = (document.namespace.to_string(), document.name.to_string());
        found.locals.insert(key, queue.to_owned());
    }
    for (document, node) in of_kind(KUEUE, "ClusterQueue") {
        found.queue(document, node);
    }
    for (document, node) in of_kind("infrastructure.opendatahub.io", "HardwareProfile") {
        found.hardware(document, node);
    }
    for (document, node) in of_kind("dashboard.opendatahub.io", "AcceleratorProfile") {
        found.accelerator(document, node);
    }
    (found.spec().map(|spec| print(&spec)), found.left)
}

/// What the dump says.
struct Found<'p> {
    pools: &'p [PoolFace],
    /// Pools of flavors.
    flavors: BTreeMap<String, String>,
    /// ClusterQueues of LocalQueues, by namespace and name.
    locals: BTreeMap<(String, String), String>,
    /// The pool that a ClusterQueue hands out, when it is one.
    queues: BTreeMap<String, String>,
    teams: Vec<Team>,
    /// Titles and GPU counts of profiles, by pool.
    shown: BTreeMap<String, (String, BTreeSet<u64>)>,
    is_queued: bool,
    borrows: bool,
    left: Problems,
}

/// Namespaces that share queues, and how much of which pool.
struct Team {
    name: String,
    namespaces: BTreeSet<String>,
    gpus: BTreeMap<String, u64>,
}

impl Found<'_> {
    fn leave(&mut self, document: &Document<'_>, why: &str) {
        let name = match document.namespace.as_ref() {
            "" => document.name.to_string(),
            namespace => format!("{namespace}/{}", document.name),
        };
        let message = format!("{} `{name}` {why}", document.kind);
        let start = document.range.start;
        let place = document.place(start..start, "");
        self.left
            .push(Problem::new(&rule::ACCESS_LEFT, place, message));
    }

    /// The only pool that labels and tolerations lead to.
    fn pool(&self, labels: Option<&Node>, tolerations: Option<&Node>) -> Option<String> {
        let labels = labels.map(Node::entries).unwrap_or_default();
        let tolerations = tolerations.map(Node::items).unwrap_or_default();
        let tolerations: Vec<Toleration> =
            tolerations.iter().filter_map(Toleration::read).collect();
        let has = |pool: &&PoolFace| {
            let mut labels = labels.iter();
            labels.all(|label| {
                let value = label.value.text();
                let of_type = label.key == INSTANCE_TYPE && pool.instance_type.as_deref() == value;
                of_type || pool.node_labels.get(&label.key).map(String::as_str) == value
            })
        };
        let tolerates = |pool: &&PoolFace| {
            let mut taints = pool.taints.iter();
            taints.all(|taint| tolerations.iter().any(|one| one.tolerates(taint)))
        };
        let found: Vec<&PoolFace> = self.pools.iter().filter(has).filter(tolerates).collect();
        match found[..] {
            [only] if !labels.is_empty() || !only.taints.is_empty() => Some(only.name.clone()),
            _ => None,
        }
    }

    fn flavor(&mut self, document: &Document<'_>, node: &Node) {
        let pool = self.pool(
            node.at(&["spec", "nodeLabels"]),
            node.at(&["spec", "tolerations"]),
        );
        match pool {
            Some(pool) => {
                self.flavors.insert(document.name.to_string(), pool);
            }
            None => self.leave(
                document,
                "is left: it does not lead to one adopted pool alone",
            ),
        }
    }

    fn queue(&mut self, document: &Document<'_>, node: &Node) {
        let spec = node.get("spec");
        let cohorts = ["cohort", "cohortName"];
        let mut cohorts = cohorts.iter().filter_map(|key| node.str_at(&["spec", key]));
        self.borrows |= cohorts.any(|cohort| !cohort.is_empty());
        let gpus = self.quotas(spec);
        if gpus.is_empty() {
            return self.leave(document, "is left: it hands out no GPUs of an adopted pool");
        }
        if let [only] = gpus.keys().collect::<Vec<_>>()[..] {
            self.queues.insert(document.name.to_string(), only.clone());
        }
        if let Err(why) = self.team(document, gpus) {
            return self.leave(document, why);
        }
        self.is_queued = true;
        let fields = spec.map(Node::entries).unwrap_or_default().iter();
        let fields = fields.map(|entry| entry.key.as_str());
        let more: Vec<&str> = fields.filter(|key| !DECIDED.contains(key)).collect();
        let without = match more[..] {
            [] => String::new(),
            ref fields => format!(", which has no `{}`", fields.join("`, `")),
        };
        self.leave(
            document,
            &format!("is replaced by queues of the GpuAccess{without}: delete it when its workloads have ended"),
        );
    }

    /// The namespaces whose LocalQueues lead to a ClusterQueue get its GPUs.
    fn team(
        &mut self,
        document: &Document<'_>,
        gpus: BTreeMap<String, u64>,
    ) -> Result<(), &'static str> {
        let of_queue = self.locals.iter();
        let of_queue = of_queue.filter(|(_, queue)| **queue == *document.name);
        let namespaces: BTreeSet<String> = of_queue
            .map(|((namespace, _), _)| namespace.clone())
            .collect();
        if namespaces.is_empty() {
            return Err("is left: no LocalQueue leads to it, so it only lends");
        }
        let mut teams = self.teams.iter_mut();
        if let Some(team) = teams.find(|team| team.namespaces == namespaces) {
            for (pool, count) in gpus {
                *team.gpus.entry(pool).or_default() += count;
            }
            return Ok(());
        }
        let mut teams = self.teams.iter();
        if teams.any(|team| !team.namespaces.is_disjoint(&namespaces)) {
            return Err("is left: a namespace of it is of another team");
        }
        let mut pools = gpus.keys();
        let prefix = pools.find_map(|pool| document.name.strip_prefix(&format!("{pool}-")));
        let name = prefix.unwrap_or(&document.name).replace('.', "-");
        self.teams.push(Team {
            name,
            namespaces,
            gpus,
        });
        Ok(())
    }

    /// GPUs of each pool.
    fn quotas(&self, spec: Option<&Node>) -> BTreeMap<String, u64> {
        let groups = spec.and_then(|spec| spec.get("resourceGroups"));
        let groups = groups.map(Node::items).unwrap_or_default();
        let mut gpus: BTreeMap<String, u64> = BTreeMap::new();
        let flavors = groups.iter().filter_map(|group| group.get("flavors"));
        for flavor in flavors.flat_map(Node::items) {
            let pool = flavor
                .str_at(&["name"])
                .and_then(|name| self.flavors.get(name));
            let resources = flavor.get("resources").map(Node::items).unwrap_or_default();
            let is_gpu = |one: &&Node| {
                let name = one.str_at(&["name"]);
                name.is_some_and(|name| name.starts_with("nvidia.com/"))
            };
            let counts = resources.iter().filter(is_gpu);
            let count: u64 = counts
                .filter_map(|one| one.get("nominalQuota")?.text()?.parse::<u64>().ok())
                .sum();
            if let Some(pool) = pool.filter(|_| count > 0) {
                *gpus.entry(pool.clone()).or_default() += count;
            }
        }
        gpus
    }

    fn show(
        &mut self,
        document: &Document<'_>,
        pool: Option<String>,
        title: Option<String>,
        count: Option<u64>,
    ) {
        let Some(pool) = pool else {
            return self.leave(
                document,
                "is left: it does not lead to one adopted pool alone",
            );
        };
        let (first, counts) = self.shown.entry(pool).or_default();
        if first.is_empty() {
            *first = title.unwrap_or_default();
        }
        counts.extend(count);
        self.leave(
            document,
            "is replaced by a profile of the GpuAccess: move its workloads before you delete it",
        );
    }

    fn hardware(&mut self, document: &Document<'_>, node: &Node) {
        let identifiers = node.at(&["spec", "identifiers"]).map(Node::items);
        let mut identifiers = identifiers.unwrap_or_default().iter();
        let gpu = identifiers.find(|one| {
            let name = one.str_at(&["identifier"]);
            name.is_some_and(|name| name.starts_with("nvidia.com/"))
        });
        let Some(gpu) = gpu else { return };
        let count = gpu.get("defaultCount").and_then(Node::text);
        let at = |key: &str| node.at(&["spec", "scheduling", "node", key]);
        let local = node.str_at(&["spec", "scheduling", "kueue", "localQueueName"]);
        let pool = if let Some(local) = local {
            let key = (document.namespace.to_string(), local.to_owned());
            let queue = self.locals.get(&key);
            queue.and_then(|queue| self.queues.get(queue).cloned())
        } else {
            let old = |key: &str| node.at(&["spec", key]);
            let labels = at("nodeSelector").or(old("nodeSelector"));
            self.pool(labels, at("tolerations").or(old("tolerations")))
        };
        let title = document.annotation("opendatahub.io/display-name");
        let title = title.or(node.str_at(&["spec", "displayName"]).map(str::to_owned));
        self.show(
            document,
            pool,
            title,
            count.and_then(|count| count.parse().ok()),
        );
    }

    fn accelerator(&mut self, document: &Document<'_>, node: &Node) {
        let pool = self.pool(None, node.at(&["spec", "tolerations"]));
        let title = node.str_at(&["spec", "displayName"]).map(str::to_owned);
        self.show(document, pool, title, None);
    }

    fn spec(&self) -> Option<Value> {
        if self.teams.is_empty() && self.shown.is_empty() {
            return None;
        }
        let mut spec = json!({});
        if self.is_queued {
            spec["mode"] = "queue".into();
            if self.borrows {
                spec["borrowing"] = "idle".into();
            }
        }
        if !self.teams.is_empty() {
            spec["enforcement"] = "warn".into();
        }
        for team in &self.teams {
            spec["teams"][&team.name] = json!({"namespaces": team.namespaces, "gpus": team.gpus});
        }
        for (pool, (title, counts)) in &self.shown {
            if !title.is_empty() {
                spec["pools"][pool]["title"] = title.clone().into();
            }
            if !counts.is_empty() {
                spec["pools"][pool]["profiles"] = json!(counts);
            }
        }
        Some(spec)
    }
}
