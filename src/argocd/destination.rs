//! What is known of the cluster that an Application is deployed to.
//!
//! Argo CD passes its version and the APIs that it serves to plugins, but leaves both out where it does not know them:
//! under the source hydrator they are empty, for parameter announcements absent. What is empty says nothing.

use crate::cluster::ClusterFacts;
use crate::krm::Split;
use crate::node_group::NODE_GROUPS;
use crate::problem::rules::argocd as rule;
use crate::problem::{Place, Problem};

/// OpenShift 4.N is built on Kubernetes 1.(N + 13), from 4.6 on.
const AHEAD: u32 = 13;
/// Minor versions that an upgrade, and facts that are a little older, may make.
const TOLERATED: u32 = 1;

/// What Argo CD says of the destination.
#[derive(Clone, Debug, Default)]
pub(crate) struct Destination {
    /// KUBE_VERSION: `1.33.4`.
    pub kube_version: String,
    /// KUBE_API_VERSIONS: `group/version` and `group/version/Kind`, with commas.
    pub api_versions: String,
}

impl Destination {
    /// Judges an output before anything is synced.
    pub(crate) fn check(
        &self,
        output: &Split<'_>,
        clusters: &[ClusterFacts],
        giver: &str,
    ) -> Vec<Problem> {
        let mut problems: Vec<Problem> = clusters
            .iter()
            .filter_map(|cluster| self.version(cluster, giver))
            .collect();
        if self.api_versions.trim().is_empty() {
            return problems;
        }
        for def in NODE_GROUPS.iter().flat_map(|form| form.kinds()) {
            let api = format!("{}/{}", def.group, def.version);
            let kind = def.kind;
            let (rule, help) = def.not_served;
            let mut wanted = output
                .documents
                .iter()
                .filter(|document| document.kind == kind && document.api_version == api.as_str());
            let Some(first) = wanted.next().filter(|_| !self.serves(&api)) else {
                continue;
            };
            let message = format!("the destination of {giver} has no {api}, so no {kind}");
            let place = Place::in_file(format!("<{giver}>")).of(first.object(), "");
            problems.push(
                Problem::new(rule, place, message)
                    .fact("KUBE_API_VERSIONS lists what the destination serves")
                    .help(help),
            );
        }
        problems
    }

    fn serves(&self, api: &str) -> bool {
        let same = |listed: &str| {
            listed
                .strip_prefix(api)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.api_versions.split(',').map(str::trim).any(same)
    }

    fn version(&self, cluster: &ClusterFacts, giver: &str) -> Option<Problem> {
        let fact = cluster.openshift_version.as_ref()?;
        let openshift = fact.value.version();
        let mut parts = self.kube_version.trim().trim_start_matches('v').split('.');
        let (major, minor) = (parts.next()?, parts.next()?);
        let minor: u32 = minor.trim_end_matches('+').parse().ok()?;
        if openshift.0 != 4 || major != "1" || minor.abs_diff(openshift.1 + AHEAD) <= TOLERATED {
            return None;
        }
        let runs = match minor.checked_sub(AHEAD) {
            Some(minor) => format!(", which is that of OpenShift 4.{minor}"),
            None => String::new(),
        };
        let message = format!(
            "the destination of {giver} runs Kubernetes {}{runs}",
            self.kube_version.trim()
        );
        Some(
            Problem::new(
                &rule::KUBE_VERSION_DIFFERS,
                fact.origin.place.clone(),
                message,
            )
            .fact(fact.quote("OpenShift version"))
            .help("take the facts from the cluster that is deployed to, or bring them up to date"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Fact, Origin};
    use crate::krm::{Source, split};
    use crate::types::Release;

    fn cluster(version: &str) -> ClusterFacts {
        let origin = Origin {
            object: "ClusterVersion/version".to_owned(),
            path: ".status.desired.version".to_owned(),
            place: Place::in_file("facts.yaml"),
        };
        ClusterFacts {
            openshift_version: Some(Fact {
                value: Release::parse(version).unwrap(),
                origin: origin.into(),
            }),
            ..ClusterFacts::default()
        }
    }

    fn differs(kube: &str, openshift: &str) -> bool {
        let destination = Destination {
            kube_version: kube.to_owned(),
            api_versions: String::new(),
        };
        let output = Source::new("<output>", "");
        let output = split(&output).unwrap();
        !destination
            .check(&output, &[cluster(openshift)], "Application a")
            .is_empty()
    }

    #[test]
    fn versions_two_apart_are_of_different_clusters() {
        assert!(!differs("1.33.4", "4.20.8"));
        assert!(!differs("1.32.1", "4.20.8"), "in the middle of an upgrade");
        assert!(!differs("v1.34+", "4.20"));
        assert!(differs("1.31.0", "4.20.8"));
        assert!(differs("1.36.0", "4.20.8"));
        for unknown in ["", "1", "nonsense", "2.1.0"] {
            assert!(!differs(unknown, "4.20.8"), "{unknown}");
        }
    }

    fn lacks(served: &str) -> usize {
        let destination = Destination {
            kube_version: String::new(),
            api_versions: served.to_owned(),
        };
        let output = "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata: {name: a}\n---\napiVersion: autoscaling.openshift.io/v1beta1\nkind: MachineAutoscaler\nmetadata: {name: a}\n";
        let output = Source::new("<output>", output);
        let output = split(&output).unwrap();
        destination.check(&output, &[], "Application a").len()
    }

    #[test]
    fn what_is_not_served_is_missed_and_what_is_unknown_is_not() {
        assert_eq!(lacks(""), 0);
        assert_eq!(lacks("v1,apps/v1"), 2);
        assert_eq!(
            lacks("v1,machine.openshift.io/v1beta1,machine.openshift.io/v1beta1/MachineSet"),
            1
        );
        assert_eq!(
            lacks("machine.openshift.io/v1beta1/MachineSet,autoscaling.openshift.io/v1beta1"),
            0
        );
        assert_eq!(
            lacks("machine.openshift.io/v1beta10,autoscaling.openshift.io/v1"),
            2
        );
    }
}
