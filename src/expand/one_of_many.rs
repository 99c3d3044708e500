//! Several clusters of one input, each seen by itself: what it takes to render one must not grow with the others.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::GROUP;
use crate::cluster::ClusterFacts;
use crate::expand::what_leaves;
use crate::facts::{self, DocumentId, Gathered};
use crate::krm::{Document, Split};
use crate::operator;
use crate::types::InfraName;

/// An input taken apart: what every cluster sees, and what only one sees.
pub(super) struct Apart<'s, 'a> {
    splits: &'s [Split<'a>],
    gathered: &'s Gathered,
    /// By source; a source of which nothing is left is not there.
    common: BTreeMap<usize, Seen<'a>>,
    /// By cluster and source: objects that no other cluster sees.
    own: BTreeMap<&'s InfraName, BTreeMap<usize, Vec<usize>>>,
}

/// A part of a source, with the positions that its objects have in the whole.
struct Seen<'a> {
    split: Split<'a>,
    positions: Vec<usize>,
}

impl<'s, 'a> Apart<'s, 'a> {
    /// Takes the objects out that are of one cluster and leave with none. The facts are those of all clusters.
    pub(super) fn new(splits: &'s [Split<'a>], gathered: &'s Gathered) -> Self {
        let mut apart = Self {
            splits,
            gathered,
            common: BTreeMap::new(),
            own: BTreeMap::new(),
        };
        // new objects go where they went
        let home = splits.iter().rposition(what_leaves::is_input);
        for (at, split) in splits.iter().enumerate() {
            let mut owners: BTreeMap<usize, &InfraName> = BTreeMap::new();
            for (index, document) in split.documents.iter().enumerate() {
                let owner = owner(document, (at, index), split, gathered);
                owners.extend(owner.map(|owner| (index, owner)));
            }
            let gone: BTreeSet<usize> = owners.keys().copied().collect();
            let Some((common, positions)) = split.without(&gone) else {
                // the function config is read as one more document
                let positions = (0..=split.documents.len()).collect();
                let split = split.clone();
                apart.common.insert(at, Seen { split, positions });
                continue;
            };
            for index in &positions {
                owners.remove(index);
            }
            for (index, owner) in owners {
                let own = apart.own.entry(owner).or_default();
                own.entry(at).or_default().push(index);
            }
            if home == Some(at) || !common.is_blank() {
                let split = common;
                apart.common.insert(at, Seen { split, positions });
            }
        }
        apart
    }

    /// The input as if it described this cluster only. The clusters of the facts are left out.
    pub(super) fn seen_by(&self, cluster: &ClusterFacts) -> (Vec<Split<'a>>, Gathered) {
        let infra = cluster.infrastructure_name.as_ref();
        let own = infra.and_then(|infra| self.own.get(&infra.value));
        let own = own.into_iter().flatten();
        let mut seen: Vec<(usize, Split<'a>, &[usize])> = own
            .filter_map(|(at, positions)| {
                let split = self.splits.get(*at)?;
                let documents = positions.iter();
                let documents = documents.filter_map(|index| split.documents.get(*index));
                let split = split.only(documents.cloned().collect());
                Some((*at, split, positions.as_slice()))
            })
            .collect();
        let common = self.common.iter();
        seen.extend(common.map(|(at, seen)| (*at, seen.split.clone(), &*seen.positions)));
        // a stable order: what is its own comes first
        seen.sort_by_key(|(at, _, _)| *at);
        let mut gathered = Gathered {
            several: self.gathered.several,
            ..Gathered::default()
        };
        let mut splits = Vec::with_capacity(seen.len());
        for (at, split, positions) in seen {
            let source = splits.len();
            for (index, position) in positions.iter().enumerate() {
                let (old, new) = ((at, *position), (source, index));
                let known = |ids: &BTreeSet<DocumentId>| ids.contains(&old).then_some(new);
                gathered.used.extend(known(&self.gathered.used));
                gathered.live.extend(known(&self.gathered.live));
            }
            let of = self.gathered.sources.get(&at);
            gathered.sources.extend(of.map(|of| (source, of.clone())));
            splits.push(split);
        }
        (splits, gathered)
    }
}

/// The one cluster that an object can matter to.
fn owner<'s>(
    document: &Document<'_>,
    id: DocumentId,
    split: &Split<'_>,
    gathered: &'s Gathered,
) -> Option<&'s InfraName> {
    // placeholders are every cluster's, wherever they stand
    if document.group() == GROUP && !facts::is_read(document) {
        return None;
    }
    let shows = operator::concerns(document.group(), &document.kind, &document.name);
    let source = gathered.sources.get(&id.0);
    let infra = match gathered.of.get(&id) {
        Some(of) if !shows => of.name()?,
        _ => source?,
    };
    // of a dump that stands among the paths nothing leaves that shows what is installed
    let goes = || what_leaves::is_of_one_cluster(document, id, gathered);
    (!what_leaves::is_input(split) || goes()).then_some(infra)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts;
    use crate::krm::{Role, Source, split};
    use crate::problem::Problems;

    const POOL: &str = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: l4}\nspec: {}\n";

    fn cluster_facts(name: &str, rest: &str) -> String {
        format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: {name}}}\nspec: {{infrastructureName: {name}-x7k2p, {rest}}}\n"
        )
    }

    fn with_region_elsewhere(name: &str) -> String {
        let from =
            format!("from: {{region: {{kind: ConfigMap, name: {name}, path: $.data.region}}}}");
        let facts = cluster_facts(name, &from);
        format!(
            "{facts}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, annotations: {{config.kubernetes.io/local-config: 'true'}}}}\ndata: {{region: us-east-2}}\n"
        )
    }

    fn dump(name: &str) -> String {
        let set = |zone: &str| {
            format!(
                "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata:\n  name: {name}-{zone}\n  uid: a\n  labels: {{machine.openshift.io/cluster-api-cluster: {name}-x7k2p}}\nspec: {{template: {{metadata: {{labels: {{machine.openshift.io/cluster-api-machine-role: worker}}}}, spec: {{providerSpec: {{value: {{kind: AWSMachineProviderConfig, placement: {{availabilityZone: {zone}}}}}}}}}}}}}\n"
            )
        };
        let infrastructure = format!(
            "apiVersion: config.openshift.io/v1\nkind: Infrastructure\nmetadata: {{name: cluster}}\nstatus: {{infrastructureName: {name}-x7k2p}}\n"
        );
        [infrastructure, set("us-east-2a"), set("us-east-2b")].join("---\n")
    }

    /// Of every cluster of a fleet: the sources and documents that it sees, and the bytes that they have.
    fn seen(fleet: &[Source], clusters: usize) -> BTreeSet<(usize, usize, usize)> {
        let splits: Vec<Split<'_>> = (fleet.iter())
            .map(|source| split(source).expect("splits"))
            .collect();
        let mut gathered = facts::gather(&splits, None, &mut Problems::new());
        let described = std::mem::take(&mut gathered.clusters);
        assert_eq!(described.len(), clusters);
        let apart = Apart::new(&splits, &gathered);
        let seen = described.iter().map(|cluster| {
            let (splits, gathered) = apart.seen_by(cluster);
            let documents = || splits.iter().flat_map(|split| &split.documents);
            assert!(documents().any(|document| document.name == "l4"));
            assert!(!gathered.used.is_empty());
            let bytes = documents().map(|document| document.range.len()).sum();
            (splits.len(), documents().count(), bytes)
        });
        seen.collect()
    }

    /// Rendering one cluster takes time by what it sees: a fleet takes linear time when no cluster sees the others.
    #[test]
    fn what_a_cluster_sees_does_not_grow_with_the_fleet() {
        let pool = || Source::new("gpu.yaml", POOL);
        for of_one in [
            |name: &str| cluster_facts(name, "region: us-east-2"),
            with_region_elsewhere,
            dump,
        ] {
            let texts = |clusters: usize| -> Vec<String> {
                let name = |index: usize| format!("c{index:02}");
                (0..clusters).map(|index| of_one(&name(index))).collect()
            };
            for role in [Role::Input, Role::FactsOnly] {
                let in_one_file = |clusters: usize| {
                    let all = texts(clusters).join("---\n");
                    let fleet = [pool(), Source::with_role("all.yaml", all, role)];
                    seen(&fleet, clusters)
                };
                let few = in_one_file(3);
                assert_eq!(few.len(), 1, "{few:?}");
                assert_eq!(few, in_one_file(30));
                let in_a_file_each = |clusters: usize| {
                    let each = texts(clusters);
                    let each = each.into_iter().enumerate();
                    let each = each.map(|(index, text)| {
                        Source::with_role(format!("{index}.yaml"), text, role)
                    });
                    seen(&each.chain([pool()]).collect::<Vec<_>>(), clusters)
                };
                let few = in_a_file_each(3);
                assert_eq!(few.len(), 1, "{few:?}");
                assert_eq!(few, in_a_file_each(30));
            }
        }
    }

    /// What leaves, leaves with every cluster, and what says nothing of its cluster counts for all.
    #[test]
    fn what_others_may_need_is_seen_by_all() {
        let of_all = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: apps}\n---\napiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: gpu, uid: a}\n";
        let git_set = dump("a").replace("  uid: a\n", "");
        let texts = [git_set, dump("b"), of_all.to_owned()].join("---\n");
        let fleet = [Source::new("all.yaml", format!("{POOL}---\n{texts}"))];
        let splits = [split(&fleet[0]).expect("splits")];
        let mut gathered = facts::gather(&splits, None, &mut Problems::new());
        let described = std::mem::take(&mut gathered.clusters);
        let apart = Apart::new(&splits, &gathered);
        let (of_b, gathered) = apart.seen_by(&described[1]);
        let names: Vec<&str> = (of_b.iter().flat_map(|split| &split.documents))
            .map(|document| document.name.as_ref())
            .collect();
        let own = ["cluster", "b-us-east-2a", "b-us-east-2b"];
        let common = ["l4", "a-us-east-2a", "a-us-east-2b", "apps", "gpu"];
        assert_eq!(names, [&own[..], &common].concat());
        let used: Vec<DocumentId> = gathered.used.into_iter().collect();
        assert_eq!(used, [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]);
        assert!(gathered.several && gathered.sources.is_empty());
    }
}
