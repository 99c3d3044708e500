//! MachineSets with their MachineAutoscalers, one of each per zone.

mod autoscaler;
mod live;
mod objects;
mod relics;

use crate::cloud::{self, FieldPath};
use crate::krm::Node;
use crate::node_group::{Impact, KindDef, NodeGroup, Role, Scaled, Shows};
use crate::plan::Pool;
use crate::problem::rules::argocd as rule;
use crate::types::machine_api::{CLUSTER, PROVIDER_SPEC};

/// MachineSets.
pub(crate) struct MachineSets;

static KINDS: [KindDef; 2] = [
    KindDef {
        group: "machine.openshift.io",
        version: "v1beta1",
        kind: "MachineSet",
        plural: "machinesets",
        role: Role::Machines,
        removal: "scale it to 0 and delete it when its machines may go",
        not_served: (
            &rule::NO_MACHINE_API,
            "is it a hosted control plane, which has NodePools instead? else enable the capability MachineAPI",
        ),
    },
    KindDef {
        group: "autoscaling.openshift.io",
        version: "v1beta1",
        kind: "MachineAutoscaler",
        plural: "machineautoscalers",
        role: Role::Scaler,
        removal: "delete it; its MachineSet keeps the machines that it has",
        not_served: (
            &rule::NO_MACHINE_AUTOSCALER,
            "give the pool fixed `replicas`, or enable the capability MachineAPI",
        ),
    },
];

impl NodeGroup for MachineSets {
    fn kinds(&self) -> &'static [KindDef] {
        &KINDS
    }

    fn objects(&self, pool: &Pool) -> Vec<Node> {
        let sets = pool.groups.iter().map(|set| objects::of(pool, set));
        let scalers = pool.groups.iter();
        sets.chain(scalers.filter_map(|set| autoscaler::of(pool, set)))
            .collect()
    }

    fn relics(&self, object: &Node, own: &[&str]) -> Vec<String> {
        relics::of(object, own)
    }

    fn lacks(&self, object: &Node) -> Vec<String> {
        let spec = object.at(&PROVIDER_SPEC);
        spec.map_or_else(Vec::new, cloud::missing)
    }

    fn scaled(&self, scaler: &Node) -> Option<Scaled> {
        let number = |field| scaler.at(&["spec", field])?.text()?.parse().ok();
        let target = scaler.str_at(&["spec", "scaleTargetRef", "name"])?;
        Some(Scaled {
            target: target.to_owned(),
            min: number("minReplicas"),
            max: number("maxReplicas")?,
        })
    }

    fn shows<'n>(&self, object: &'n Node) -> Shows<'n> {
        let spec = object.at(&["spec", "template", "spec"]);
        let replicas = object.at(&["spec", "replicas"]).and_then(Node::text);
        Shows {
            cluster: object.str_at(&["metadata", "labels", CLUSTER]),
            replicas: replicas.and_then(|replicas| replicas.parse().ok()),
            taints: spec.and_then(|spec| spec.get("taints")),
            node_labels: spec.and_then(|spec| spec.at(&["metadata", "labels"])),
            provider_spec: object.at(&PROVIDER_SPEC),
        }
    }

    fn settle(&self, live: &mut Node, rendered: &mut Node, autoscaled: bool) {
        let is_set = live.str_at(&["kind"]) == Some(KINDS[0].kind);
        if is_set {
            live::settle(live, rendered, autoscaled);
        }
    }

    fn clean(&self, object: &mut Node) {
        live::clean(object);
    }

    fn impact(&self, kind: &KindDef, path: &[&str]) -> Impact {
        live::impact(kind, path)
    }

    fn removes(&self, lacking: &[String], path: &[&str]) -> bool {
        live::removes(lacking, path)
    }

    fn kept_by_others(&self, object: &Node) -> &'static [FieldPath] {
        let cloud = object.at(&PROVIDER_SPEC).and_then(cloud::of_spec);
        cloud.map_or(&[], |cloud| cloud.profile().boot_images)
    }

    fn scaled_field(&self, object: &Node) -> Option<FieldPath> {
        let stated = object.at(&["spec", "replicas"]).is_some();
        stated.then_some(FieldPath::JsonPointer("/spec/replicas"))
    }
}

/// A map of strings, every value quoted when it has to be.
fn strings<'a>(map: impl IntoIterator<Item = (&'a String, &'a String)>) -> Node {
    Node::map(
        map.into_iter()
            .map(|(key, value)| (key.as_str(), Node::from(value.as_str()))),
    )
}

/// A typed Kubernetes object as a tree. Types of k8s-openapi serialise to JSON without exception.
fn typed<T: serde::Serialize>(object: &T) -> Node {
    serde_json::to_value(object).map_or_else(|_| Node::null(), |value| Node::from_json(&value))
}
