//! A plan becomes an [`Overview`].

use std::collections::BTreeMap;

use super::access::shares;
use super::{
    Amount, Cluster, Machine, Operator, Overview, Pool, Set, Sharing, StatedGpu, StatedSize,
    Tolerating, Totals,
};
use super::{autoscaler, delivery, notes, open_stack, served, words};
use crate::api::OurKind;
use crate::api::gpu_machine_set::{self as api, Market, Taint};
use crate::catalog::{Instance, Size};
use crate::cluster::{ClusterFacts, Fact};
use crate::krm::Node;
use crate::operator as known;
use crate::plan::{self, Autoscaler};
use crate::types::ClusterId;

/// What a plan comes to.
pub(crate) fn of(plan: &plan::Plan, facts: &[ClusterFacts]) -> Overview {
    let mut clusters = Clusters {
        plan,
        facts,
        all: BTreeMap::new(),
    };
    clusters.pools();
    for platform in &plan.platforms {
        clusters.platform(platform);
    }
    for access in &plan.access {
        let cluster = clusters.get(&access.cluster);
        cluster.access.extend(shares(access));
    }
    for model in &plan.models {
        let cluster = clusters.get(&model.cluster);
        cluster.models.push(served::of(model));
    }
    for made in &plan.made {
        clusters.made(made);
    }
    for one in &plan.open_stacks {
        let shown = open_stack::of(one);
        clusters.get(&one.cluster).open_stack.push(shown);
    }
    let all = clusters.all.into_values().collect();
    Overview::of_clusters(all).with_deliveries(delivery::all(plan))
}

/// Clusters of a plan, with what is known of each so far.
struct Clusters<'a> {
    plan: &'a plan::Plan,
    facts: &'a [ClusterFacts],
    all: BTreeMap<ClusterId, Cluster>,
}

impl Clusters<'_> {
    /// Those that get pools.
    fn pools(&mut self) {
        let mut planned: BTreeMap<ClusterId, Vec<&plan::Pool>> = BTreeMap::new();
        for pool in &self.plan.pools {
            let cluster = ClusterId::from(Some(&pool.infra));
            planned.entry(cluster).or_default().push(pool);
        }
        for (id, pools) in planned {
            let cluster = cluster(&pools, &self.scaled_by(&id));
            self.all.insert(id, cluster);
        }
    }

    fn scaled_by(&self, id: &ClusterId) -> Autoscaler {
        let mut platforms = self.plan.platforms.iter();
        let platform = platforms.find(|one| one.cluster == *id);
        platform.map_or_else(Autoscaler::default, |one| one.autoscaler.clone())
    }

    /// A cluster, whatever else it gets.
    fn get(&mut self, id: &ClusterId) -> &mut Cluster {
        let scaled_by = self.scaled_by(id);
        let without_pools = || without_pools(id, self.facts, &scaled_by);
        self.all.entry(id.clone()).or_insert_with(without_pools)
    }

    /// What kinds make that build on pools and platforms, or on nothing; deliveries have a section of their own.
    fn made(&mut self, made: &plan::Made) {
        if !made.from.is(OurKind::GpuDelivery) {
            let objects = &mut self.get(&made.cluster).objects;
            objects.push(title(&made.node));
            objects.sort();
        }
    }

    fn platform(&mut self, platform: &plan::Platform) {
        let objects: Vec<&Node> = platform.objects.iter().chain(&platform.shared).collect();
        if objects.is_empty() {
            return;
        }
        let pools = self.plan.pools.iter();
        let pools = pools.filter(|pool| platform.cluster.is(pool.infra.as_str()));
        let taints: Vec<&Taint> = pools.flat_map(|pool| &pool.taints).collect();
        let cluster = self.get(&platform.cluster);
        let operators = objects.iter().filter_map(|object| operator(object));
        cluster.operators.extend(operators);
        let tolerating = objects
            .iter()
            .filter_map(|object| tolerating(object, &taints));
        cluster.tolerating.extend(tolerating);
        cluster
            .objects
            .extend(objects.iter().map(|object| title(object)));
        cluster.objects.sort();
    }
}

fn cluster(planned: &[&plan::Pool], scaled_by: &Autoscaler) -> Cluster {
    let pools = planned.iter().map(|planned| pool(planned, scaled_by));
    let pools: Vec<Pool> = pools.collect();
    let totals = pools.iter().map(|pool| &pool.totals);
    let about = planned.first().map(|pool| (&pool.about, &pool.infra));
    let platform = about.map(|(about, _)| about.platform);
    let scaled_by = autoscaler::of(scaled_by);
    let quotas = notes::quotas(platform.unwrap_or_default(), &pools);
    Cluster {
        name: about.map_or_else(String::new, |(about, _)| about.cluster.clone()),
        infrastructure_name: about.map(|(_, infra)| infra.to_string()),
        platform: platform.map(str::to_owned),
        region: about.map(|(about, _)| about.region.clone()),
        openshift_version: about.and_then(|(about, _)| about.openshift_version.clone()),
        notes: notes::of_cluster(&quotas, scaled_by.as_ref()),
        objects: objects(planned),
        quotas,
        cluster_autoscaler: scaled_by,
        totals: totals.fold(Totals::default(), |sum, totals| sum.plus(totals)),
        pools,
        ..Cluster::default()
    }
}

/// What the pools make.
fn objects(planned: &[&plan::Pool]) -> Vec<String> {
    let sets = planned.iter().flat_map(|pool| &pool.groups);
    let objects = sets.flat_map(|set| {
        let scaled = set.scale.map(|_| format!("MachineAutoscaler/{}", set.name));
        [format!("MachineSet/{}", set.name)]
            .into_iter()
            .chain(scaled)
    });
    let mut objects: Vec<String> = objects.collect();
    objects.sort();
    objects
}

/// `Subscription/openshift-nfd/nfd`
fn title(object: &Node) -> String {
    let paths: [&[&str]; 3] = [&["kind"], &["metadata", "namespace"], &["metadata", "name"]];
    let parts = paths.iter().filter_map(|path| object.str_at(path));
    parts.collect::<Vec<_>>().join("/")
}

/// A cluster that gets operators alone. They need no facts.
fn without_pools(cluster: &ClusterId, facts: &[ClusterFacts], scaled_by: &Autoscaler) -> Cluster {
    let is_it = |one: &&ClusterFacts| {
        let name = one.infrastructure_name.as_ref();
        name.map(|fact| &fact.value) == cluster.name()
    };
    let facts = facts.iter().find(is_it);
    let scaled_by = autoscaler::of(scaled_by);
    Cluster {
        name: facts.map_or_else(|| "any cluster".to_owned(), |facts| facts.name.clone()),
        infrastructure_name: text(facts.and_then(|facts| facts.infrastructure_name.as_ref())),
        platform: text(facts.and_then(|facts| facts.platform.as_ref())),
        region: text(facts.and_then(|facts| facts.region.as_ref())),
        openshift_version: text(facts.and_then(|facts| facts.openshift_version.as_ref())),
        notes: notes::of_autoscaler(scaled_by.as_ref())
            .into_iter()
            .collect(),
        cluster_autoscaler: scaled_by,
        ..Cluster::default()
    }
}

fn text<T: ToString>(fact: Option<&Fact<T>>) -> Option<String> {
    fact.map(|fact| fact.value.to_string())
}

fn pool(planned: &plan::Pool, scaled_by: &Autoscaler) -> Pool {
    let about = &planned.about;
    let instance = about.instance.as_ref();
    let sets: Vec<Set> = planned.groups.iter().map(set).collect();
    Pool {
        name: planned.name.clone(),
        instance_type: about.instance_type.to_string(),
        machine: instance.map(machine),
        stated_gpu: about
            .gpu
            .filter(|_| instance.is_none())
            .map(|gpu| StatedGpu {
                count: gpu.count,
                model: gpu.model,
            }),
        stated_size: about
            .size
            .filter(|_| instance.is_none())
            .map(|size| StatedSize {
                vcpu: size.vcpu,
                memory_mib: size.memory_mib,
            }),
        market: match about.market {
            Market::OnDemand => "OnDemand",
            Market::Spot => "Spot",
            Market::CapacityBlock => "CapacityBlock",
        },
        sharing: planned.sharing.as_ref().and_then(sharing),
        accelerator: planned.accelerator.clone(),
        autoscaled: planned.autoscaled,
        taints: planned.taints.iter().map(words::taint).collect(),
        labels: planned.node_labels.clone(),
        totals: totals(&sets, about),
        cost: None,
        notes: notes::of_pool(planned, scaled_by),
        sets,
    }
}

fn machine(instance: &Instance) -> Machine {
    Machine {
        gpus: instance.gpus,
        gpu_vendor: instance.vendor,
        gpu_model: instance.model,
        fractional_gpu: instance.fractional,
        vcpu: instance.vcpu,
        memory_mib: instance.memory_mib,
        architecture: instance.arch,
    }
}

fn sharing(sharing: &api::Sharing) -> Option<Sharing> {
    let (way, pods_per_gpu) = match sharing {
        api::Sharing {
            time_slicing: Some(pods),
            ..
        } => ("timeSlicing", Some(*pods)),
        api::Sharing {
            mps: Some(pods), ..
        } => ("mps", Some(*pods)),
        api::Sharing { mig: Some(_), .. } => ("mig", None),
        _ => return None,
    };
    Some(Sharing {
        way,
        pods_per_gpu,
        profile: sharing.mig.clone(),
    })
}

fn set(planned: &plan::Group) -> Set {
    let limits = planned.scale;
    // the CRD's default of spec.replicas is 1
    let first = planned.replicas.unwrap_or(1);
    Set {
        name: planned.name.to_string(),
        zone: planned.zone.clone(),
        cloned_from: planned.template.clone(),
        first,
        min: limits.map_or(first, |limits| limits.min),
        max: limits.map_or(first, |limits| limits.max),
    }
}

fn totals(sets: &[Set], about: &plan::About) -> Totals {
    let gpus = about.gpu.map_or(0, |gpu| gpu.count);
    let amount = |count: fn(&Set) -> u32| {
        let machines = sets.iter().map(|set| u64::from(count(set))).sum();
        let of = |value: fn(Size) -> u32| {
            let each = about.size.map_or(0, value);
            machines * u64::from(each)
        };
        Amount {
            machines,
            uncounted_machines: if about.size.is_none() { machines } else { 0 },
            gpus: machines * u64::from(gpus),
            vcpu: of(|size| size.vcpu),
            memory_mib: of(|size| size.memory_mib),
        }
    };
    Totals {
        sets: sets.len(),
        first: amount(|set| set.first),
        min: amount(|set| set.min),
        max: amount(|set| set.max),
    }
}

/// A Subscription, whoever made it.
fn operator(object: &Node) -> Option<Operator> {
    let is_subscription = object.str_at(&["kind"])? == "Subscription"
        && object
            .str_at(&["apiVersion"])?
            .starts_with("operators.coreos.com/");
    let text = |path: &[&str]| object.str_at(path).unwrap_or_default().to_owned();
    let (package, channel) = (text(&["spec", "name"]), text(&["spec", "channel"]));
    is_subscription.then(|| Operator {
        needs: known::needs(&package, &channel),
        package,
        channel,
        source: text(&["spec", "source"]),
        namespace: text(&["metadata", "namespace"]),
    })
}

/// Which of the taints an object tolerates, read off the object itself: the picture shows what is there.
fn tolerating(object: &Node, taints: &[&Taint]) -> Option<Tolerating> {
    let (kind, name) = (
        object.str_at(&["kind"])?,
        object.str_at(&["metadata", "name"])?,
    );
    let mut lists = Vec::new();
    tolerations(object, &mut lists);
    let mut names: Vec<String> = Vec::new();
    for taint in taints {
        let name = words::taint(taint);
        let tolerates = |list: &&Node| list.items().iter().any(|one| tolerates(one, taint));
        let is_tolerated = lists.iter().any(tolerates) || known::tolerates_by_itself(kind, taint);
        if is_tolerated && !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| Tolerating {
        object: format!("{kind}/{name}"),
        taints: names,
    })
}

/// Every list under a key that ends in `tolerations`, in any depth.
fn tolerations<'a>(node: &'a Node, lists: &mut Vec<&'a Node>) {
    for entry in node.entries() {
        if entry.key.to_ascii_lowercase().ends_with("tolerations") {
            lists.push(&entry.value);
        } else {
            tolerations(&entry.value, lists);
        }
    }
    for item in node.items() {
        tolerations(item, lists);
    }
}

/// As Kubernetes compares (`Toleration.ToleratesTaint`).
fn tolerates(toleration: &Node, taint: &Taint) -> bool {
    let text = |key: &str| toleration.str_at(&[key]).unwrap_or("");
    let any_value = text("operator") == "Exists";
    let key = match text("key") {
        "" => any_value,
        key => key == taint.key,
    };
    let effect = ["", taint.effect.as_str()].contains(&text("effect"));
    key && effect && (any_value || text("value") == taint.value.as_deref().unwrap_or(""))
}

impl Amount {
    fn plus(self, other: Self) -> Self {
        Self {
            machines: self.machines + other.machines,
            uncounted_machines: self.uncounted_machines + other.uncounted_machines,
            gpus: self.gpus + other.gpus,
            vcpu: self.vcpu + other.vcpu,
            memory_mib: self.memory_mib + other.memory_mib,
        }
    }
}

impl Totals {
    pub(super) fn plus(&self, other: &Self) -> Self {
        Self {
            sets: self.sets + other.sets,
            first: self.first.plus(other.first),
            min: self.min.plus(other.min),
            max: self.max.plus(other.max),
        }
    }
}
