//! What the rest of the program asks about operators.

use super::delivered::{self, PACKAGES};
use super::{OPERATORS, Operator, channels, installed};
use crate::types::Version;

/// ConfigMap of the cluster's own monitoring, in `openshift-monitoring`.
pub(crate) const MONITORING: &str = "cluster-monitoring-config";
/// ConfigMap of the GPU dashboard, in `openshift-config-managed`.
pub(crate) const DASHBOARD: &str = "nvidia-dcgm-exporter-dashboard";

/// Id, product, channel, OpenShift versions and note of every known channel, on one version or on all. A channel
/// that is taken by default is marked.
pub(crate) fn catalogue(version: Option<Version>) -> Vec<[String; 5]> {
    let rows = channels::rows()
        .iter()
        .filter(|row| version.is_none_or(|version| (row.from..=row.to).contains(&version)));
    let title = |id: &str| {
        let operator = OPERATORS.iter().find(|operator| operator.id == id);
        operator.map_or("", |operator| operator.title)
    };
    rows.map(|row| {
        let default = if row.default { " (default)" } else { "" };
        [
            row.operator.to_owned(),
            title(row.operator).to_owned(),
            match row.channel {
                "-" => "none".to_owned(),
                channel => format!("{channel}{default}"),
            },
            row.versions(),
            row.remark(),
        ]
    })
    .collect()
}

/// Namespaces beside those of operators into which something of a platform goes: the operand of Serverless, the
/// dashboard of GPUs, the settings of monitoring.
const ALSO: [&str; 3] = [
    "knative-serving",
    "openshift-config-managed",
    "openshift-monitoring",
];

/// Those that pools and what runs on them may want. An OpenStack has its own: a project that is made without it allows
/// nothing of it.
fn of_pools() -> impl Iterator<Item = &'static &'static Operator> {
    const OTHERS: [&Operator; 4] = [
        &super::METALLB,
        &super::NMSTATE,
        &super::OBSERVABILITY,
        &super::OPENSTACK,
    ];
    let is_other = |one: &Operator| OTHERS.iter().any(|other| other.id == one.id);
    OPERATORS.iter().filter(move |one| !is_other(one))
}

/// Group and kind of everything that a platform of pools makes.
pub(crate) fn kinds_of_all() -> impl Iterator<Item = (&'static str, &'static str)> {
    const OF_EACH: [(&str, &str); 5] = [
        ("", "ConfigMap"),
        ("", "Namespace"),
        ("autoscaling.openshift.io", "ClusterAutoscaler"),
        ("operators.coreos.com", "OperatorGroup"),
        ("operators.coreos.com", "Subscription"),
    ];
    let operands = of_pools().flat_map(|operator| operator.operands);
    let operands = operands.map(|operand| (operand.group, operand.kind));
    OF_EACH.into_iter().chain(operands)
}

/// Every namespace that a platform of pools puts something into.
pub(crate) fn namespaces_of_all() -> Vec<&'static str> {
    let own = of_pools().map(|operator| operator.namespace);
    let mut all: Vec<&str> = own.chain(ALSO).filter(|name| !name.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether an object says something about a platform.
pub(crate) fn concerns(group: &str, kind: &str, name: &str) -> bool {
    match (group, kind) {
        ("", "Namespace")
        | ("operators.coreos.com", "Subscription" | "OperatorGroup")
        | ("autoscaling.openshift.io", "ClusterAutoscaler") => true,
        ("", "ConfigMap") => [MONITORING, DASHBOARD].contains(&name),
        // a cluster has hundreds of them
        (PACKAGES, "PackageManifest") => OPERATORS.iter().any(|one| one.package == name),
        _ if delivered::delivers(group, kind) => true,
        _ => OPERATORS
            .iter()
            .flat_map(|operator| operator.operands.iter().chain(operator.companions))
            .any(|operand| operand.group == group && operand.kind == kind),
    }
}

/// Packages that an object shows as installed, whoever subscribed to them: those whose operand it is, or in whose
/// namespace it is an OperatorGroup.
pub(crate) fn shown_by<'o>(
    group: &'o str,
    kind: &'o str,
    namespace: &'o str,
) -> impl Iterator<Item = &'static str> + 'o {
    OPERATORS
        .iter()
        .filter(move |operator| installed::shows(operator, group, kind, namespace))
        .map(|operator| operator.package)
}

/// Packages that a package does nothing without; none for packages that are not known here.
pub(crate) fn needs(package: &str, channel: &str) -> Vec<String> {
    let is_it = |operator: &&&Operator| operator.package == package;
    let operator = OPERATORS.iter().find(is_it);
    let needs = operator.map(|operator| (operator.needs)(channel));
    let packages = needs.into_iter().flatten().map(|operator| operator.package);
    packages.map(str::to_owned).collect()
}

/// Whether an object only says what a catalogue offers: nobody applies it, and no server takes it.
pub(crate) fn is_offer(group: &str, kind: &str) -> bool {
    group == PACKAGES && kind == "PackageManifest"
}

/// Whether a package is of the catalogue of this program.
pub(crate) fn is_known(package: &str) -> bool {
    OPERATORS.iter().any(|one| one.package == package)
}
