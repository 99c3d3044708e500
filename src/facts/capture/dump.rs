//! What must hold of a dump before anything is read out of it.

use crate::facts::ClusterFacts;
use crate::krm::{Document, Node, Split};
use crate::problem::rules::{krm, migrate as rule};
use crate::problem::{Place, Problem, Problems};
use crate::types::machine_api::CLUSTER;

/// Saves from a cluster all that `facts` reads. These kinds exist on every OpenShift with the Machine API, so that
/// `oc` does not refuse the whole line.
pub const LINE: &str = "oc get infrastructures.config.openshift.io,clusterversions.config.openshift.io,machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io,subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml";

/// Reports dumps that are empty or cut off, and Secrets in them.
pub(crate) fn check(splits: &[Split<'_>], problems: &mut Problems) {
    let documents = || splits.iter().flat_map(|split| &split.documents);
    if let (None, Some(first)) = (documents().next(), splits.first()) {
        let place = Place::in_file(first.source.name.as_str());
        let problem = Problem::new(&krm::EMPTY_INPUT, place, "no object in the dump");
        problems.push(problem.help(format!(
            "save one from the cluster: `{LINE} > cluster.yaml`"
        )));
    }
    for document in documents().filter(|one| one.kind.is_empty() || is_headless_list(one)) {
        problems.push(cut_off(document));
    }
    let secrets: Vec<&Document<'_>> = documents().filter(|one| one.is("", "Secret")).collect();
    if let Some(first) = secrets.first() {
        let place = first.place(first.range.start..first.range.start, "");
        let message = match secrets.len() {
            1 => format!("the dump holds Secret `{}`", first.name),
            count => format!(
                "the dump holds {count} Secrets, the first is `{}`",
                first.name
            ),
        };
        problems.push(
            Problem::new(&rule::SECRET_IN_DUMP, place, message)
                .help("nothing of it is copied; delete the dump when it is no longer needed"),
        );
    }
}

/// A list whose members are no objects: its text ends within one.
fn is_headless_list(document: &Document<'_>) -> bool {
    document.kind.ends_with("List") && document.name.is_empty()
}

fn cut_off(document: &Document<'_>) -> Problem {
    let end = document
        .range
        .end
        .saturating_sub(1)
        .max(document.range.start);
    let place = document.place(end..end, "");
    let message = format!("`{}` ends in the middle of an object", document.source.name);
    Problem::new(&rule::DUMP_CUT_OFF, place, message)
        .help(format!("save it again: `{LINE} > cluster.yaml`"))
}

/// Reports MachineSets of another cluster.
pub(super) fn one_cluster(splits: &[Split<'_>], facts: &ClusterFacts, problems: &mut Problems) {
    let Some(infra) = &facts.infrastructure_name else {
        return;
    };
    let documents = splits.iter().flat_map(|split| &split.documents);
    for document in documents.filter(|one| one.is("machine.openshift.io", "MachineSet")) {
        let Ok(node) = document.node() else {
            continue;
        };
        let paths: [&[&str]; 2] = [
            &["metadata", "labels", CLUSTER],
            &["spec", "template", "metadata", "labels", CLUSTER],
        ];
        let labels = paths.iter().filter_map(|path| node.at(path));
        let other = labels
            .filter(|label| label.text() != Some(&infra.value))
            .find_map(Node::text);
        if let Some(other) = other {
            let place = document.place(node.span.clone(), "");
            let message = format!("MachineSet `{}` is of cluster `{other}`", document.name);
            problems.push(
                Problem::new(&rule::CLUSTERS_MIXED, place, message)
                    .fact(infra.quote("infrastructure name"))
                    .help("capture each cluster for itself, from a dump of its own"),
            );
        }
    }
}
