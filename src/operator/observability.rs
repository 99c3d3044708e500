//! Cluster Observability Operator: monitoring stacks beside that of the cluster. OpenStack's telemetry makes its own.

use super::installed::GLOBAL_NAMESPACE;
use super::{Mode, Operator, PLAIN};

pub(crate) static OPERATOR: Operator = Operator {
    id: "observability",
    title: "Cluster Observability Operator",
    about: "Monitoring stacks beside that of the cluster. Added by itself for an OpenStackGpu with `telemetry: {metricStorage: true}`.",
    aliases: &["cluster-observability-operator", "coo"],
    package: "cluster-observability-operator",
    namespace: GLOBAL_NAMESPACE,
    monitored: false,
    modes: &[Mode::All],
    ..PLAIN
};
