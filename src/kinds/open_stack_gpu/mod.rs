//! `OpenStackGpu`: GPU passthrough on Red Hat OpenStack Services on OpenShift, from volumes to the aliases of Nova.

mod address;
mod bare_metal;
mod bare_metal_hosts;
mod boards;
mod claims;
mod cloud;
mod complete;
mod control_plane;
mod data_plane;
mod external_secrets;
mod flavors;
mod folders;
mod gpus;
mod health;
mod host_selectors;
mod images;
mod ini;
mod input_rules;
mod isolation;
mod judge;
mod kernel_args;
mod lua;
mod made_node_set;
mod namespaces;
mod needs;
mod net_config;
mod networks;
mod node_arguments;
mod node_set;
mod node_set_rules;
mod nodes;
mod nova;
mod nova_rules;
mod objects;
mod of_nodes;
mod operators;
mod processors;
mod release;
mod secrets;
mod sections;
mod service_names;
mod services;
mod shown;
mod storage;
mod storage_classes;
mod texts;
mod vgpu_rules;
mod vgpus;
mod volumes;

use serde_json::{Value, json};

use crate::api::gpu_machine_set::FactsRef;
use crate::api::open_stack_gpu::OpenStackGpuSpec;
use crate::api::{OurKind, Placeholder};
use crate::catalog::MadeType;
use crate::kinds::{Spec, World};
use crate::krm::{Node, Split};
use crate::operator::Operator;
use crate::plan::Plan;
use crate::problem::Problems;
use cloud::Cloud;
use networks::Net;
use objects::{CONTROL_PLANE, More, NAMESPACE, NET_CONFIG, Objects};

impl Spec for OpenStackGpuSpec {
    const KIND: OurKind = OurKind::OpenStackGpu;

    fn facts(&self) -> Option<&FactsRef> {
        self.facts.as_ref()
    }

    fn made_types(placeholder: &Placeholder<'_, Self>) -> Vec<MadeType> {
        flavors::types(placeholder)
    }

    fn needs(placeholder: &Placeholder<'_, Self>, splits: &[Split<'_>]) -> Vec<&'static Operator> {
        operators::needed(placeholder, splits)
    }

    fn plan(
        placeholder: &Placeholder<'_, Self>,
        world: &World<'_>,
        plan: &mut Plan,
        problems: &mut Problems,
    ) {
        if let Some(cloud) = Cloud::of(placeholder, world, problems) {
            decide(&cloud, plan, problems);
        }
    }
}

fn decide(cloud: &Cloud<'_>, plan: &mut Plan, problems: &mut Problems) {
    namespaces::check(cloud, problems);
    let mut objects = Objects::new(cloud);
    let theirs = complete::find(cloud, problems);
    if theirs.is_none() {
        namespace(cloud, &mut objects);
    }
    storage::put(cloud, control_plane::claims(cloud), &mut objects, problems);
    let isolated = cloud.spec.network.as_ref();
    if let Some(isolated) = isolated.and_then(|network| network.isolated.as_ref()) {
        isolation::put(cloud, isolated, &mut objects);
    }
    // beside a control plane that is there only what is asked for
    if theirs.is_none() || cloud.spec.network.is_some() {
        net_config(cloud, &mut objects);
    }
    match theirs {
        Some(theirs) => {
            complete::judge(cloud, theirs, problems);
            complete::complete(cloud, theirs, plan, problems);
        }
        None => {
            if let Some(release) = cloud.release(problems) {
                control_plane::put(cloud, release, &mut objects, problems);
            }
        }
    }
    judge::check(cloud, problems);
    input_rules::check(cloud, problems);
    let texts = texts::all(cloud);
    nova_rules::check(cloud, &texts, problems);
    vgpu_rules::check(cloud, &texts, problems);
    processors::check(cloud, &texts, problems);
    let given = theirs.and_then(|theirs| theirs.document.node().ok());
    // of one that cannot be read, which was said, nothing is wanted
    let nothing = Node::null();
    let said = given.as_ref().and_then(|node| node.get("spec"));
    let wanted = secrets::wanted(cloud, theirs.map(|_| said.unwrap_or(&nothing)));
    secrets::check(cloud, &wanted, problems);
    external_secrets::put(cloud, &wanted, &mut objects);
    if let Some(plane) = &cloud.spec.data_plane {
        data_plane::put(cloud, plane, &mut objects, plan, problems);
    }
    flavors::say(cloud, problems);
    flavors::say_runs(cloud, problems);
    let made = objects.finish(plan, problems);
    let all = volumes::all(cloud, &made, &plan.made);
    volumes::check(cloud, &all, problems);
    claims::check(cloud, &all, problems);
    storage_classes::check(cloud, &made, &plan.made, problems);
    health::check(cloud, &made, problems);
    let mut own = made.iter().map(|made| made.node.as_ref());
    let own = own.find(|node| node.str_at(&["kind"]) == Some(CONTROL_PLANE.kind));
    let control_plane = given.as_ref().or(own).and_then(|node| node.get("spec"));
    let shown = shown::of(cloud, theirs, control_plane);
    plan.open_stacks.push(shown);
    plan.made.extend(made);
}

/// The namespace, unless somebody wrote it: pods of OpenStack are privileged.
fn namespace(cloud: &Cloud<'_>, objects: &mut Objects<'_, '_>) {
    let mut given = cloud.given("", "Namespace");
    if given.any(|(_, document)| document.name == cloud.namespace) {
        return;
    }
    let more = More {
        labels: vec![
            (
                "pod-security.kubernetes.io/enforce",
                "privileged".to_owned(),
            ),
            (
                "security.openshift.io/scc.podSecurityLabelSync",
                "false".to_owned(),
            ),
        ],
        ..More::default()
    };
    objects.add(NAMESPACE, cloud.namespace, None, more, json!({}));
}

/// The NetConfig, unless somebody wrote one: a namespace has one only.
fn net_config(cloud: &Cloud<'_>, objects: &mut Objects<'_, '_>) {
    if net_config::given(cloud).is_some() {
        return;
    }
    let networks: Vec<Value> = cloud.networks.all.iter().map(network).collect();
    let spec = json!({"networks": networks});
    objects.put(
        NET_CONFIG,
        "netconfig",
        More::default(),
        json!({"spec": spec}),
    );
}

/// What the webhook would add within the list is written: Argo CD compares lists whole.
fn network(net: &Net) -> Value {
    let range = |range: &address::Range| json!({"start": range.from.to_string(), "end": range.to.to_string()});
    let ranges: Vec<Value> = net.ranges.iter().map(range).collect();
    let mut subnet =
        json!({"name": "subnet1", "cidr": net.cidr.to_string(), "allocationRanges": ranges});
    if let Some(gateway) = net.gateway {
        subnet["gateway"] = gateway.to_string().into();
    }
    if let Some(vlan) = net.vlan {
        subnet["vlan"] = vlan.into();
    }
    json!({
        "name": net.name,
        "dnsDomain": net.domain,
        "mtu": net.mtu,
        "serviceNetwork": net.name,
        "subnets": [subnet],
    })
}
