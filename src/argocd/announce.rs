//! What the Parameters tab of an Application shows.

use serde_json::{Map, Value, json};

use super::parameters::Known;
use crate::api::Schema;
use crate::argocd::pool_parameters;
use crate::cluster::{ClusterFacts, Fact, FactName};
use crate::facts::Gathered;
use crate::krm::Split;

/// What the parameter `facts` is.
pub(super) const FACTS: &str = "Files or folders with more facts of the cluster, relative to the application's folder and within the repository.";
/// What the parameter `denyWarnings` is.
pub(super) const DENY_WARNINGS: &str = "true lets a warning fail the rendering, which Argo CD shows as the condition of the Application. Else warnings stand in the log of the sidecar alone, since Argo CD shows no output of a plugin that succeeds.";

/// The announcements (argo-cd `repository.proto`, ParameterAnnouncement): every parameter, with the value that the
/// tree gives it, and `required` where the tree needs it and does not hold it. `meant` are the clusters that are left
/// of all when one is named.
pub(crate) fn announcements(
    splits: &[Split<'_>],
    gathered: &Gathered,
    meant: &[ClusterFacts],
    missing: &[FactName],
) -> Value {
    let only = match meant {
        [only] => Some(only),
        _ => None,
    };
    let announce = |known: Known| {
        let mut fields = Map::new();
        let mut set = |key: &str, value: Value| fields.insert(key.to_owned(), value);
        set("name", known.name().into());
        set("title", title(known).into());
        set("tooltip", tooltip(known, gathered).into());
        let found = only
            .map(|cluster| values(known, cluster))
            .unwrap_or_default();
        let required = matches!(known, Known::Fact(fact) if missing.contains(&fact));
        let required = required && found.is_empty();
        // several clusters, and nothing says which one is meant
        let required = required || (known == Known::Cluster && gathered.clusters.len() > 1);
        set("required", required.into());
        if known.is_list() {
            set("collectionType", "array".into());
            set("array", json!(found));
        } else {
            set("collectionType", "string".into());
            set(
                "string",
                found.into_iter().next().unwrap_or_default().into(),
            );
        }
        Value::Object(fields)
    };
    let known = Known::all().into_iter().filter(|known| !known.is_static());
    let mut all: Vec<Value> = known.map(announce).collect();
    all.extend(pool_parameters::announcements(splits));
    Value::Array(all)
}

pub(super) fn title(known: Known) -> String {
    let words = match known {
        Known::Fact(fact) => fact.words(),
        Known::Facts => "facts",
        Known::Cluster => "cluster",
        Known::DenyWarnings => "deny warnings",
    };
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn tooltip(known: Known, gathered: &Gathered) -> String {
    match known {
        Known::Fact(_) => {
            let words = known.schema().and_then(|schema| schema.get("description"));
            words.and_then(Schema::prose).unwrap_or_default()
        }
        Known::Facts => FACTS.to_owned(),
        Known::DenyWarnings => DENY_WARNINGS.to_owned(),
        Known::Cluster => {
            let names: Vec<&str> = gathered
                .clusters
                .iter()
                .map(|cluster| cluster.name.as_str())
                .collect();
            let listed = match &names[..] {
                [] | [_] => String::new(),
                names => format!(" One of: {}.", names.join(", ")),
            };
            format!(
                "Which cluster is meant when the tree describes several: the name of a ClusterFacts, an infrastructure name or the name of a ManagedCluster.{listed}"
            )
        }
    }
}

fn values(known: Known, cluster: &ClusterFacts) -> Vec<String> {
    let Known::Fact(fact) = known else {
        return match known {
            Known::Cluster => vec![cluster.name.clone()],
            _ => Vec::new(),
        };
    };
    values_of(fact, cluster)
}

/// What is known of a fact: one text, or several for a list.
pub(super) fn values_of(fact: FactName, cluster: &ClusterFacts) -> Vec<String> {
    match fact {
        FactName::InfrastructureName => text(cluster.infrastructure_name.as_ref()),
        FactName::Platform => text(cluster.platform.as_ref()),
        FactName::Region => text(cluster.region.as_ref()),
        FactName::Zones => cluster.zones().into_iter().map(str::to_owned).collect(),
        FactName::OpenshiftVersion => text(cluster.openshift_version.as_ref()),
        FactName::InstalledVersion => text(cluster.installed_version.as_ref()),
        FactName::Architecture => text(cluster.architecture.as_ref()),
        FactName::Ami => text(cluster.own(fact)),
        FactName::Naming
        | FactName::ProjectId
        | FactName::Managed
        | FactName::Topology
        | FactName::ClusterAutoscaler => Vec::new(),
    }
}

fn text<T: ToString>(fact: Option<&Fact<T>>) -> Vec<String> {
    fact.map(|fact| fact.value.to_string())
        .into_iter()
        .collect()
}
