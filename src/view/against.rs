//! What is other than in an earlier plan: machines, GPUs, quotas, operators, and objects that come and go. Both plans are
//! read in their JSON form, so that one of a file and one that was made just now compare alike.

mod told;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use told::Alike;

use super::{Overview, Quota, Totals, VERSION, fleet};

/// What is other than in an earlier plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Against {
    /// All clusters together, before.
    pub before: Totals,
    /// The same now.
    pub after: Totals,
    /// Clusters that differ, sorted by name.
    pub clusters: Vec<Change>,
}

/// What is other on one cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name.
    pub cluster: String,
    /// `new`, `gone` or `changed`.
    pub what: &'static str,
    /// All its pools together, before.
    pub before: Totals,
    /// The same now.
    pub after: Totals,
    /// Pools whose machines or instance type are others.
    pub pools: Vec<PoolChange>,
    /// vCPU of quotas.
    pub quotas: Vec<QuotaChange>,
    /// Channels of operators; `null` where it is not installed.
    pub operators: Vec<OperatorChange>,
    /// Objects that come.
    pub made: Vec<String>,
    /// Objects that go: nobody renders them any more.
    pub gone: Vec<String>,
}

/// What is other of one pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PoolChange {
    /// Its name.
    pub pool: String,
    /// Instance type and totals before; `null` when it is new.
    pub before: Option<PoolThen>,
    /// The same now; `null` when it is gone.
    pub after: Option<PoolThen>,
}

/// What is compared of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolThen {
    #[serde(skip_serializing)]
    name: String,
    /// Instance type.
    pub instance_type: String,
    /// Machines and what they have.
    pub totals: Totals,
}

/// What is other of one quota.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaChange {
    /// What it is called.
    pub name: String,
    /// vCPU before.
    pub before: u64,
    /// vCPU now.
    pub after: u64,
}

/// What is other of one operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperatorChange {
    /// Its package.
    pub package: String,
    /// The channel before.
    pub before: Option<String>,
    /// The channel now.
    pub after: Option<String>,
}

/// Why a text is no plan to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not JSON, or not of the form of a plan.
    NoPlan(String),
    /// It is a plan of another version, which is written there.
    Version(String),
}

#[derive(Deserialize)]
struct Then {
    clusters: Vec<ClusterThen>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClusterThen {
    name: String,
    infrastructure_name: Option<String>,
    pools: Vec<PoolThen>,
    operators: Vec<OperatorThen>,
    totals: Totals,
    quotas: Vec<Quota>,
    objects: Vec<String>,
}

#[derive(Deserialize)]
struct OperatorThen {
    package: String,
    channel: String,
}

/// Compares a plan with the JSON form of an earlier one.
///
/// # Errors
/// A text that is no plan, or one of another version.
pub fn against(earlier: &str, now: &Overview) -> Result<Against, Unreadable> {
    let earlier = read(earlier)?;
    let now_json = serde_json::to_value(now).map_err(|error| no_plan(&error))?;
    let now_then = of_value(now_json)?;
    let totals = |then: &Then| {
        let all = then.clusters.iter().map(|cluster| &cluster.totals);
        all.fold(Totals::default(), |sum, totals| sum.plus(totals))
    };
    let mut pairs: BTreeMap<String, [Option<&ClusterThen>; 2]> = BTreeMap::new();
    for (at, then) in [&earlier, &now_then].into_iter().enumerate() {
        for cluster in &then.clusters {
            let name = cluster
                .infrastructure_name
                .as_ref()
                .unwrap_or(&cluster.name);
            if let Some(side) = pairs.entry(name.clone()).or_default().get_mut(at) {
                *side = Some(cluster);
            }
        }
    }
    let mut clusters: Vec<Change> = pairs.into_values().filter_map(change).collect();
    clusters.sort_by(|a, b| a.cluster.cmp(&b.cluster));
    Ok(Against {
        before: totals(&earlier),
        after: fleet::totals(&now.clusters),
        clusters,
    })
}

fn read(text: &str) -> Result<Then, Unreadable> {
    let value: Value = serde_json::from_str(text).map_err(|error| no_plan(&error))?;
    match value.get("version") {
        Some(version) if *version == VERSION && value.get("failed") == Some(&Value::Bool(true)) => {
            let why = "it is of a run that failed, and planned nothing";
            Err(Unreadable::NoPlan(why.to_owned()))
        }
        Some(version) if *version == VERSION => of_value(value),
        Some(version) => Err(Unreadable::Version(version.to_string())),
        None => Err(Unreadable::NoPlan("it has no `version`".to_owned())),
    }
}

fn of_value(value: Value) -> Result<Then, Unreadable> {
    serde_json::from_value(value).map_err(|error| no_plan(&error))
}

fn no_plan(error: &serde_json::Error) -> Unreadable {
    Unreadable::NoPlan(error.to_string())
}

fn change([before, after]: [Option<&ClusterThen>; 2]) -> Option<Change> {
    let any = after.or(before)?;
    let totals = |one: Option<&ClusterThen>| one.map(|one| one.totals.clone()).unwrap_or_default();
    let objects = |one: Option<&ClusterThen>| -> BTreeSet<String> {
        one.map(|one| one.objects.iter().cloned().collect())
            .unwrap_or_default()
    };
    let (then, now) = (objects(before), objects(after));
    let change = Change {
        cluster: any.name.clone(),
        what: match (before, after) {
            (None, _) => "new",
            (_, None) => "gone",
            _ => "changed",
        },
        before: totals(before),
        after: totals(after),
        pools: pools(before, after),
        quotas: quotas(before, after),
        operators: operators(before, after),
        made: now.difference(&then).cloned().collect(),
        gone: then.difference(&now).cloned().collect(),
    };
    let is_same = change.what == "changed"
        && change.before == change.after
        && change.pools.is_empty()
        && change.quotas.is_empty()
        && change.operators.is_empty()
        && change.made.is_empty()
        && change.gone.is_empty();
    (!is_same).then_some(change)
}

/// What both sides have by name, where it differs.
fn paired<'a, T, V: PartialEq + 'a>(
    before: Option<&'a [T]>,
    after: Option<&'a [T]>,
    key_value: impl Fn(&'a T) -> (&'a str, V),
) -> Vec<(&'a str, Option<V>, Option<V>)> {
    let map = |side: Option<&'a [T]>| -> BTreeMap<&'a str, V> {
        side.unwrap_or_default().iter().map(&key_value).collect()
    };
    let (mut before, mut after) = (map(before), map(after));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let pairs = names
        .into_iter()
        .map(|name| (name, before.remove(name), after.remove(name)));
    pairs.filter(|(_, before, after)| before != after).collect()
}

fn pools(before: Option<&ClusterThen>, after: Option<&ClusterThen>) -> Vec<PoolChange> {
    let [before, after] = [before, after].map(|side| side.map(|one| one.pools.as_slice()));
    let pairs = paired(before, after, |pool: &PoolThen| (pool.name.as_str(), pool));
    let pairs = pairs.into_iter().map(|(name, before, after)| PoolChange {
        pool: name.to_owned(),
        before: before.cloned(),
        after: after.cloned(),
    });
    pairs.collect()
}

fn quotas(before: Option<&ClusterThen>, after: Option<&ClusterThen>) -> Vec<QuotaChange> {
    let [before, after] = [before, after].map(|side| side.map(|one| one.quotas.as_slice()));
    let pairs = paired(before, after, |quota: &Quota| {
        (quota.name.as_str(), quota.vcpu)
    });
    let pairs = pairs.into_iter().map(|(name, before, after)| QuotaChange {
        name: name.to_owned(),
        before: before.unwrap_or_default(),
        after: after.unwrap_or_default(),
    });
    pairs.collect()
}

fn operators(before: Option<&ClusterThen>, after: Option<&ClusterThen>) -> Vec<OperatorChange> {
    let [before, after] = [before, after].map(|side| side.map(|one| one.operators.as_slice()));
    let pairs = paired(before, after, |one: &OperatorThen| {
        (one.package.as_str(), one.channel.as_str())
    });
    let pairs = pairs
        .into_iter()
        .map(|(package, before, after)| OperatorChange {
            package: package.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        });
    pairs.collect()
}
