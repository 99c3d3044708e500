//! The platform of each cluster: its `GpuPlatform`, or what its pools and others imply.

pub(crate) mod across_clusters;
pub(crate) mod autoscaler_rules;
mod chosen;
mod cluster_autoscaler;
mod conflicts;
pub(crate) mod gpu_limits;
mod monitoring;
pub(crate) mod needed;
pub(crate) mod objects;
mod scale_down;
mod steps;
mod wanted;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::api::gpu_machine_set::{FactsRef, GpuMachineSetSpec};
use crate::api::gpu_platform::GpuPlatformSpec;
use crate::api::{OurKind, Owner, Placeholder};
use crate::cluster;
use crate::cluster::{ClusterFacts, FactName};
use crate::facts::{self, Gathered};
use crate::krm::Node;
use crate::operator::{Installed, Offer, OperatorRequest, Package};
use crate::plan::{Autoscaler, Platform, Pool};
use crate::pool_face::PoolFace;
use crate::problem::rules::platform as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::{ClusterId, InfraName};
use needed::Needed;
use steps::{PlatformPlan, machine_set_wave};

/// What all platforms are planned from.
pub(crate) struct Input<'a> {
    /// Every `GpuPlatform`.
    pub(crate) platforms: &'a [Placeholder<'a, GpuPlatformSpec>],
    /// Whether there is a `GpuPlatform` besides that nobody can read.
    pub(crate) unread: bool,
    /// Operators that placeholders of other kinds need.
    pub(crate) needed: &'a [Needed],
    /// Every `GpuMachineSet`.
    pub(crate) placeholders: &'a [Placeholder<'a, GpuMachineSetSpec>],
    /// Pools that only their sets show.
    pub(crate) earlier: &'a [PoolFace],
    /// All facts.
    pub(crate) gathered: &'a Gathered,
    /// What is there already; the packages of each cluster's facts come on top.
    pub(crate) installed: &'a mut Installed,
}

/// Plans the platform of every cluster that has a `GpuPlatform` or a pool, and the waves of the pools.
pub(crate) fn plan(
    mut input: Input<'_>,
    pools: &mut [Pool],
    problems: &mut Problems,
) -> Vec<Platform> {
    let mut planned: Vec<Platform> = Vec::new();
    let mut seen: BTreeMap<ClusterId, &Placeholder<'_, GpuPlatformSpec>> = BTreeMap::new();
    let (targets, complete) = targets(&input, pools, problems);
    for (placeholder, facts) in targets {
        let cluster = cluster_of(&facts);
        if let Some(first) = seen.get(&cluster) {
            problems.push(second(placeholder, first));
            continue;
        }
        seen.insert(cluster.clone(), placeholder);
        let spec = &placeholder.read.spec;
        of_facts(&facts, &cluster, input.installed);
        let place = |path: &str| placeholder.place(path);
        let of_cluster = Cluster {
            facts: &facts,
            id: &cluster,
            spec,
            implied: false,
            alone: false,
            place: &place,
        };
        let mut platform = of_cluster.platform(&input, pools, problems);
        platform.from = Owner::new(OurKind::GpuPlatform, &placeholder.read.name);
        platform.own_labels.clone_from(&placeholder.read.labels);
        platform
            .own_annotations
            .clone_from(&placeholder.read.annotations);
        planned.push(platform);
    }
    if complete && !input.unread {
        planned.extend(implied(&mut input, &seen, pools, problems));
    }
    across_clusters::here_and_there(&planned, problems);
    across_clusters::once(&mut planned, input.gathered, problems);
    planned
}

/// One cluster.
struct Cluster<'a> {
    facts: &'a ClusterFacts,
    id: &'a ClusterId,
    spec: &'a GpuPlatformSpec,
    implied: bool,
    alone: bool,
    place: &'a dyn Fn(&str) -> Place,
}

impl Cluster<'_> {
    /// The platform with nobody's marks, and the waves of the pools that come after what it makes.
    fn platform(&self, input: &Input<'_>, pools: &mut [Pool], problems: &mut Problems) -> Platform {
        let (plan, autoscaler) = self.plan(input, pools, problems);
        let wave = machine_set_wave(self.spec, !plan.objects.is_empty());
        for pool in pools.iter_mut().filter(|pool| self.id.is(&pool.infra)) {
            pool.wave = wave;
        }
        let objects = plan.objects.into_iter();
        let objects: Vec<Node> = objects.map(|planned| planned.object).collect();
        Platform {
            from: Owner::Implied(OurKind::GpuPlatform),
            cluster: self.id.clone(),
            shared: Vec::new(),
            own_labels: BTreeMap::new(),
            own_annotations: BTreeMap::new(),
            objects,
            completions: plan.completions,
            elsewhere: plan.elsewhere,
            packages: plan.packages,
            operators: plan.operators,
            mig_strategy: plan.mig_strategy,
            gpu_limits: plan.gpu_limits,
            autoscaler,
        }
    }

    fn plan(
        &self,
        input: &Input<'_>,
        pools: &[Pool],
        problems: &mut Problems,
    ) -> (PlatformPlan, Autoscaler) {
        let own = pools.iter().filter(|pool| self.id.is(&pool.infra));
        let earlier = input.earlier.iter().filter(|pool| pool.cluster == *self.id);
        let faces: Vec<PoolFace> = own.map(Pool::face).chain(earlier.cloned()).collect();
        let place_of_pool = |pool: &PoolFace, path: &str| {
            let placeholder = pool.placeholder.and_then(|at| input.placeholders.get(at));
            placeholder.map_or_else(|| pool.place.clone(), |one| one.place(path))
        };
        let version = self.facts.openshift_version.as_ref();
        let openshift = version.map(|fact| (fact.value.version(), fact.quote("OpenShift version")));
        let missing =
            |place: Place| cluster::missing(FactName::OpenshiftVersion, self.facts, place);
        let needed = needed::missing(input.needed, self.id, input.installed);
        let request = OperatorRequest {
            spec: self.spec,
            implied: self.implied,
            alone: self.alone,
            needed: &needed,
            openshift,
            okd: version.is_some_and(|fact| fact.value.is_okd()),
            missing_version: &missing,
            pools: &faces,
            place_of_pool: &place_of_pool,
            installed: input.installed,
            place: self.place,
        };
        let plan = steps::plan(&request, problems);
        let made = plan.objects.iter().map(|planned| &planned.object);
        let autoscaler = scale_down::known(&request, self.facts, made, &plan.gpu_limits);
        scale_down::judge(&request, self.facts, &autoscaler, problems);
        (plan, autoscaler)
    }
}

/// How pools and platforms of one cluster find each other.
fn cluster_of(facts: &ClusterFacts) -> ClusterId {
    let infra = facts.infrastructure_name.as_ref();
    ClusterId::from(infra.map(|fact| &fact.value))
}

/// Which platform is for which cluster, and whether every platform found its own.
///
/// One that names no cluster is for all that no other names: with several in the input, those that have pools.
fn targets<'a>(
    input: &Input<'a>,
    pools: &[Pool],
    problems: &mut Problems,
) -> (
    Vec<(&'a Placeholder<'a, GpuPlatformSpec>, ClusterFacts)>,
    bool,
) {
    let (mut targets, mut complete) = (Vec::new(), true);
    for placeholder in input.platforms {
        let facts = match &placeholder.read.spec.facts {
            None => continue,
            Some(FactsRef::Inline(_)) => {
                let given = input.gathered.given.as_ref();
                facts::from_spec(placeholder.document, given, problems)
            }
            Some(facts) if facts.is_selection() && !input.gathered.clusters.is_empty() => {
                let all = input.gathered.clusters.iter();
                let chosen = all.filter(|cluster| facts::means(facts, cluster));
                let before = targets.len();
                targets.extend(chosen.map(|cluster| (placeholder, cluster.clone())));
                if targets.len() == before {
                    let count = input.gathered.clusters.len();
                    let place = placeholder.place("spec.facts");
                    problems.push(facts::chooses_nothing(place, count));
                    complete = false;
                }
                continue;
            }
            Some(facts) => {
                let place = placeholder.place("spec.facts");
                let found = input.gathered.meant(Some(facts), place);
                let found = found.map_err(|problem| problems.push(*problem));
                found.ok().cloned()
            }
        };
        complete &= facts.is_some();
        targets.extend(facts.map(|facts| (placeholder, facts)));
    }
    let named: Vec<ClusterId> = targets.iter().map(|(_, facts)| cluster_of(facts)).collect();
    let unnamed = input.platforms.iter();
    for placeholder in unnamed.filter(|one| one.read.spec.facts.is_none()) {
        let all = clusters(input, pools);
        let is_open = |facts: &&ClusterFacts| !named.contains(&cluster_of(facts));
        let open: Vec<ClusterFacts> = all.iter().filter(is_open).cloned().collect();
        // none is left: that it is a second one is said where platforms meet
        let mine = if open.is_empty() { all } else { open };
        targets.extend(mine.into_iter().map(|facts| (placeholder, facts)));
    }
    (targets, complete)
}

/// Those that pools are on, else those of the input; without any facts a platform is planned as far as it goes.
fn clusters(input: &Input<'_>, pools: &[Pool]) -> Vec<ClusterFacts> {
    let mut clusters: BTreeMap<&InfraName, ClusterFacts> = BTreeMap::new();
    for pool in pools {
        let facts = || pool_facts(input, pool.placeholder, &ClusterId::from(Some(&pool.infra)));
        clusters.entry(&pool.infra).or_insert_with(facts);
    }
    if clusters.is_empty() {
        return match input.gathered.clusters.as_slice() {
            [] => vec![ClusterFacts::default()],
            known => known.to_vec(),
        };
    }
    clusters.into_values().collect()
}

/// What the facts of the cluster that is looked at say is there.
fn of_facts(facts: &ClusterFacts, cluster: &ClusterId, installed: &mut Installed) {
    installed.packages = packages(facts);
    installed.offers = offers(facts);
    let autoscaler = facts.cluster_autoscaler.as_ref();
    let autoscaler = autoscaler.filter(|fact| fact.value != "Absent");
    installed.autoscaler_stated = autoscaler.map(|fact| fact.quote(FactName::ClusterAutoscaler));
    installed.cluster.clone_from(cluster);
}

fn packages(facts: &ClusterFacts) -> Vec<Package> {
    let package = |(name, fact): (
        &String,
        &cluster::Fact<crate::api::cluster_facts::InstalledOperator>,
    )| Package {
        name: name.clone(),
        channel: fact.value.channel.clone(),
        namespace: fact.value.namespace.clone(),
        place: fact.origin.place.clone(),
    };
    facts.operators.iter().map(package).collect()
}

fn offers(facts: &ClusterFacts) -> Vec<Offer> {
    let offer = |((source, package), fact): (
        &(String, String),
        &cluster::Fact<crate::api::cluster_facts::CatalogPackage>,
    )| Offer {
        source: source.clone(),
        package: package.clone(),
        channels: fact.value.channels.clone(),
        default: fact.value.default.clone(),
        text: fact.origin.to_string(),
    };
    facts.catalogs.iter().map(offer).collect()
}

fn second(
    placeholder: &Placeholder<'_, GpuPlatformSpec>,
    first: &Placeholder<'_, GpuPlatformSpec>,
) -> Problem {
    let message = format!(
        "a second GpuPlatform `{}` for one cluster",
        placeholder.read.name
    );
    let first = format!(
        "the first is `{}` at {}",
        first.read.name,
        first.place("metadata.name")
    );
    Problem::new(
        &rule::SECOND_PLATFORM,
        placeholder.place("metadata.name"),
        message,
    )
    .fact(first)
    .help("merge them, or name the cluster of each with `spec.facts`")
}

/// Clusters whose pools, or what else needs operators, nobody gave a platform.
fn implied(
    input: &mut Input<'_>,
    seen: &BTreeMap<ClusterId, &Placeholder<'_, GpuPlatformSpec>>,
    pools: &mut [Pool],
    problems: &mut Problems,
) -> Vec<Platform> {
    let mut firsts: BTreeMap<ClusterId, (Option<usize>, Place)> = BTreeMap::new();
    for pool in pools.iter() {
        let cluster = ClusterId::from(Some(&pool.infra));
        if !seen.contains_key(&cluster) {
            let first = || (Some(pool.placeholder), pool.place.clone());
            firsts.entry(cluster).or_insert_with(first);
        }
    }
    for one in input.needed {
        if !seen.contains_key(&one.cluster) {
            let first = || (None, one.place.clone());
            firsts.entry(one.cluster.clone()).or_insert_with(first);
        }
    }
    let mut planned = Vec::new();
    for (cluster, (placeholder, place)) in firsts {
        let facts = match placeholder {
            Some(placeholder) => pool_facts(input, placeholder, &cluster),
            None => known_facts(input, &cluster),
        };
        of_facts(&facts, &cluster, input.installed);
        let needed = needed::missing(input.needed, &cluster, input.installed);
        if placeholder.is_none() && needed.is_empty() {
            continue;
        }
        let spec = GpuPlatformSpec::default();
        let place = |_: &str| place.clone();
        let cluster = Cluster {
            facts: &facts,
            id: &cluster,
            spec: &spec,
            implied: true,
            alone: placeholder.is_some_and(|one| inline(input, one).is_some()),
            place: &place,
        };
        planned.push(cluster.platform(input, pools, problems));
    }
    planned
}

/// The placeholder that holds its facts itself, since a generator sees no other object.
fn inline<'a>(
    input: &Input<'a>,
    placeholder: usize,
) -> Option<&'a Placeholder<'a, GpuMachineSetSpec>> {
    let placeholder = input.placeholders.get(placeholder);
    placeholder.filter(|one| matches!(one.read.spec.facts, Some(FactsRef::Inline(_))))
}

/// The facts that a pool was planned with.
fn pool_facts(input: &Input<'_>, placeholder: usize, cluster: &ClusterId) -> ClusterFacts {
    if let Some(inline) = inline(input, placeholder) {
        // what is wrong with them was said when the pool was planned
        let given = input.gathered.given.as_ref();
        return facts::from_spec(inline.document, given, &mut Problems::new()).unwrap_or_default();
    }
    known_facts(input, cluster)
}

fn known_facts(input: &Input<'_>, cluster: &ClusterId) -> ClusterFacts {
    let mut clusters = input.gathered.clusters.iter();
    let own = clusters.find(|facts| cluster_of(facts) == *cluster);
    own.cloned().unwrap_or_default()
}
