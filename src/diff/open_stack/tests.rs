//! What of an OpenStack is a difference, and what it does.

use super::super::{Comparison, compare, text};
use crate::krm::Source;

const RENDERED: &str =
    include_str!("../../../testdata/render/openstack_gpu/production/expected.yaml");
const STATUS: &str = "status:\n  deployedConfigHash: n5d8\n  configHash: n5d8\n";

fn compared(rendered: &str, live: &str) -> Comparison {
    compare(rendered, &[Source::new("live.yaml", live)])
}

fn fields(comparison: &Comparison) -> Vec<String> {
    let changes = comparison.differences.iter().flat_map(|one| &one.changes);
    changes
        .map(|change| format!("{} ({})", change.field(), change.impact))
        .collect()
}

fn slugs(comparison: &Comparison) -> Vec<&str> {
    comparison
        .problems
        .iter()
        .map(|one| one.rule.slug)
        .collect()
}

fn object(kind: &str) -> &'static str {
    let head = format!("kind: {kind}\n");
    RENDERED
        .split("---\n")
        .find(|one| one.contains(&head))
        .unwrap()
}

fn changed(text: &str, from: &str, to: &str) -> String {
    let changed = text.replacen(from, to, 1);
    assert!(changed != text, "{from}");
    changed
}

/// Defaults of the API server, what the webhook adds, and what the operator says of itself.
#[test]
fn what_a_webhook_adds_is_no_difference() {
    let live = changed(
        object("OpenStackControlPlane"),
        "  dns:\n    enabled: true\n",
        "  topologyRef: {}\n  dns:\n    enabled: true\n    uniquePodNames: false\n",
    );
    let live = live.replacen(
        "metadata:\n",
        "metadata:\n  labels: {core.openstack.org/openstackcontrolplane: \"\"}\n  uid: 3c1\n",
        1,
    );
    let comparison = compared(object("OpenStackControlPlane"), &live);
    assert_eq!(fields(&comparison), [""; 0]);
    assert_eq!(comparison.compared, 1);
}

/// What was applied before and is rendered no more goes.
#[test]
fn what_was_applied_and_is_rendered_no_more_is_a_difference() {
    let rendered = object("OpenStackControlPlane");
    let applied = "metadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{\"spec\": {\"topologyRef\": {\"name\": \"spread\"}}}'\n";
    let live = changed(rendered, "metadata:\n  annotations:\n", applied);
    let live = changed(
        &live,
        "spec:\n",
        "spec:\n  topologyRef: {name: spread}\n  customServiceConfig: x\n",
    );
    assert_eq!(
        fields(&compared(rendered, &live)),
        ["spec.topologyRef (pods of the control plane start anew, virtual machines run on)"]
    );
}

/// A kind, what is changed of an object of it, and what is said of that.
static CHANGES: [(&str, &str, &str, &str); 12] = [
    (
        "OpenStackControlPlane",
        "  heat:\n    enabled: false",
        "  heat:\n    enabled: true",
        "spec.heat.enabled (pods of the control plane start anew, virtual machines run on)",
    ),
    (
        "OpenStackControlPlane",
        "type: single",
        "type: split",
        "spec.glance.template.glanceAPIs.default.type (refused by the API server, the field cannot change)",
    ),
    (
        "OpenStackDataPlaneNodeSet",
        "hugepages=64",
        "hugepages=32",
        "spec.nodeTemplate.ansible.ansibleVars.edpm_kernel_args (with the next run on the compute nodes, nothing before)",
    ),
    (
        "OpenStackDataPlaneNodeSet",
        "  - telemetry\n",
        "",
        "spec.services (with the next run on the compute nodes, nothing before)",
    ),
    (
        "OpenStackDataPlaneService",
        "blacklist nvidia",
        "blacklist nvidia-drm",
        "spec.playbookContents (with the next run on the compute nodes, nothing before)",
    ),
    (
        "ConfigMap",
        "report_in_placement = True",
        "report_in_placement = False",
        "data[\"30-gpu.conf\"] (with the next run on the compute nodes, nothing before)",
    ),
    (
        "OpenStackDataPlaneDeployment",
        "  - openstack-edpm\n",
        "  - others\n",
        "spec.nodeSets (refused by the API server, the field cannot change)",
    ),
    (
        "NetConfig",
        "cidr: 172.17.0.0/24",
        "cidr: 172.27.0.0/24",
        "spec.networks (refused while compute nodes have addresses of it)",
    ),
    (
        "NetConfig",
        "name: ctlplane\n    dns",
        "name: CtlPlane\n    dns",
        "spec.networks (refused while compute nodes have addresses of it)",
    ),
    (
        "NetConfig",
        "172.17.0.250",
        "172.17.0.240",
        "spec.networks (harmless, no machine is touched)",
    ),
    (
        "NodeNetworkConfigurationPolicy",
        "id: 20",
        "id: 23",
        "spec.desiredState.interfaces (interfaces or addresses change at once)",
    ),
    (
        "NetworkAttachmentDefinition",
        "192.168.122.70",
        "192.168.122.60",
        "spec.config (new pods only, running ones stay as they are)",
    ),
];

#[test]
fn each_change_says_what_it_does() {
    for (kind, from, to, expected) in CHANGES {
        let live = changed(object(kind), from, to);
        assert_eq!(fields(&compared(object(kind), &live)), [expected], "{kind}");
    }
}

/// What others write in another form than the webhook keeps it: the table of openstack-operator's and infra-operator's
/// defaulting.
#[test]
fn what_a_webhook_writes_back_is_said_to_be() {
    let back = "(the webhook writes it back: Argo CD would never be in sync)";
    for (kind, rendered, field) in [
        (
            "OpenStackControlPlane",
            (
                "        cell1:\n",
                "        cell1:\n          cellMessageBusInstance: rabbitmq-cell1\n",
            ),
            "spec.nova.template.cellTemplates.cell1.cellMessageBusInstance",
        ),
        (
            "OpenStackControlPlane",
            (
                "      cinderBackup:\n",
                "      cinderVolumes: {}\n      cinderBackup:\n",
            ),
            "spec.cinder.template.cinderVolumes",
        ),
        (
            "OpenStackControlPlane",
            (
                "      - key: local\n        values:\n        - /openstack.svc/\n",
                "",
            ),
            "spec.dns.template.options",
        ),
        (
            "NetConfig",
            ("    mtu: 1500\n    serviceNetwork: internalapi\n", ""),
            "spec.networks",
        ),
    ] {
        let (from, to) = rendered;
        let rendered = changed(object(kind), from, to);
        let comparison = compared(&rendered, object(kind));
        assert_eq!(fields(&comparison), [format!("{field} {back}")], "{field}");
    }
}

#[test]
fn a_run_is_told_and_so_is_what_waits_for_a_restart() {
    let run = object("OpenStackDataPlaneDeployment");
    let old = changed(
        run,
        "name: openstack-edpm-2cf0a519",
        "name: openstack-edpm-1",
    );
    let comparison = compared(run, &old);
    assert_eq!(
        fields(&comparison),
        [
            " (Ansible runs on the compute nodes, none starts anew but a new one)",
            " (harmless, no machine is touched)"
        ]
    );
    assert!(
        text(&comparison).ends_with("# 2 of 2 objects differ: Ansible runs on compute nodes\n")
    );
    // nodes that had a run do not start anew by another one
    let nodes = object("OpenStackDataPlaneNodeSet");
    let live = changed(nodes, "hugepages=64", "hugepages=32");
    let live = format!("{live}{STATUS}---\n{old}");
    let both = format!("{nodes}---\n{run}");
    let comparison = compared(&both, &live);
    assert_eq!(slugs(&comparison), ["os-restart-due"]);
    assert!(
        fields(&comparison)[0]
            .ends_with("(from the next start of the compute nodes on, which no usual run makes)")
    );
    let force = "spec:\n  ansibleExtraVars:\n    edpm_reboot_strategy: force\n";
    let both = format!("{nodes}---\n{}", changed(run, "spec:\n", force));
    let comparison = compared(&both, &live);
    assert_eq!(slugs(&comparison), [""; 0]);
    assert!(text(&comparison).ends_with("objects differ: compute nodes start anew\n"));
}

/// Its policy is not declared, since volumes have their own; all else of a class cannot change.
#[test]
fn what_no_class_and_volume_can_change_is_refused() {
    let lab = include_str!("../../../testdata/replaced/seed-003/expected.yaml");
    let class = lab
        .split("---\n")
        .find(|one| one.contains("kind: StorageClass\n"))
        .unwrap();
    let live = changed(
        class,
        "volumeBindingMode: WaitForFirstConsumer",
        "reclaimPolicy: Delete\nvolumeBindingMode: Immediate",
    );
    assert_eq!(
        fields(&compared(class, &live)),
        ["volumeBindingMode (refused by the API server, the field cannot change)"]
    );
    let volume = lab
        .split("---\n")
        .find(|one| one.contains("kind: PersistentVolume\n"))
        .unwrap();
    let live = changed(
        volume,
        "persistentVolumeReclaimPolicy: Retain",
        "persistentVolumeReclaimPolicy: Delete\n  claimRef: {name: x}\n  volumeMode: Filesystem",
    );
    assert_eq!(
        fields(&compared(volume, &live)),
        ["spec.persistentVolumeReclaimPolicy (harmless, no machine is touched)"]
    );
}

/// Which hosts a NodeSet has is fixed while it has nodes; how they are installed is not.
#[test]
fn other_hosts_are_refused_while_there_are_nodes() {
    const OF_HOSTS: &str =
        include_str!("../../../testdata/render/openstack_gpu/bare-metal/expected.yaml");
    let is_set = |one: &&str| one.contains("kind: OpenStackDataPlaneNodeSet\n");
    let set = OF_HOSTS.split("---\n").find(is_set).unwrap();
    let live = changed(set, "      hosts-of: openstack\n", "      hosts-of: gpu\n");
    let live = changed(&live, "disabled", "metadata");
    let fields = fields(&compared(set, &live));
    let refused = |field: &str| {
        let change = fields.iter().find(|one| one.contains(field));
        change.is_some_and(|change| change.contains("refused"))
    };
    assert!(refused("bmhLabelSelector"), "{fields:?}");
    assert!(!refused("automatedCleaningMode"), "{fields:?}");
}
