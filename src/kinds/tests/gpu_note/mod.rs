//! `GpuNote`: a ConfigMap for each pool of a cluster, with the taints of its nodes. It exists in tests alone and shows
//! what a kind costs: this folder, its name in `OurKind` and its row in `KINDS`.

use serde::Deserialize;

use crate::api::gpu_machine_set::FactsRef;
use crate::api::{FROM, OurKind, Owner, Placeholder};
use crate::kinds::{Spec, World};
use crate::krm::Node;
use crate::plan::{Made, Plan};
use crate::pool_face::PoolFace;
use crate::problem::Problems;
use crate::types::ClusterId;

#[derive(Debug, Deserialize)]
pub(crate) struct GpuNoteSpec {
    facts: Option<FactsRef>,
    namespace: String,
}

impl Spec for GpuNoteSpec {
    const KIND: OurKind = OurKind::GpuNote;

    fn facts(&self) -> Option<&FactsRef> {
        self.facts.as_ref()
    }

    fn plan(
        placeholder: &Placeholder<'_, Self>,
        world: &World<'_>,
        plan: &mut Plan,
        problems: &mut Problems,
    ) {
        let read = &placeholder.read;
        let place = placeholder.place("spec.facts");
        let selected = world.gathered.meant(read.spec.facts.as_ref(), place);
        let Some(cluster) = problems.take(selected.map_err(|problem| [*problem])) else {
            return;
        };
        let cluster = ClusterId::from(cluster.infrastructure_name.as_ref().map(|fact| &fact.value));
        let from = Owner::new(Self::KIND, &read.name);
        let note = |pool: &PoolFace| {
            let keys = pool.taints.iter().map(|taint| taint.key.as_str());
            let keys = keys.collect::<Vec<_>>().join(",");
            let annotations = Node::from([(FROM, Node::from(from.to_string()))]);
            let metadata = Node::from([
                ("annotations", annotations),
                ("name", format!("{}-{}", read.name, pool.name).into()),
                ("namespace", read.spec.namespace.as_str().into()),
            ]);
            let node = Node::from([
                ("apiVersion", "v1".into()),
                ("data", Node::from([("taints", keys.into())])),
                ("kind", "ConfigMap".into()),
                ("metadata", metadata),
            ]);
            Made {
                node: node.into(),
                from: from.clone(),
                cluster: cluster.clone(),
                pool: None,
            }
        };
        let made: Vec<Made> = plan.pools_of(&cluster).iter().map(note).collect();
        plan.made.extend(made);
    }
}
