//! What the release of OpenShift makes and keeps: no cure takes it away, and no operator goes there.

use super::Shown;
use super::installed::GLOBAL_NAMESPACE;

/// Namespaces that OpenShift itself owns: an OperatorGroup there, or a pruned Namespace, breaks the platform.
const NAMESPACES: [&str; 17] = [
    "default",
    "kube-public",
    "kube-system",
    "openshift",
    "openshift-config",
    "openshift-config-managed",
    "openshift-dns",
    "openshift-dns-operator",
    "openshift-ingress",
    "openshift-ingress-operator",
    "openshift-machine-api",
    "openshift-machine-config-operator",
    "openshift-marketplace",
    "openshift-monitoring",
    "openshift-network-operator",
    "openshift-operator-lifecycle-manager",
    "openshift-user-workload-monitoring",
];

/// OperatorGroups of the release (openshift/operator-framework-olm, manifests/; openshift/cluster-monitoring-operator).
pub(crate) const GROUPS: [(&str, &str); 3] = [
    (GLOBAL_NAMESPACE, "global-operators"),
    ("openshift-monitoring", "openshift-cluster-monitoring"),
    ("openshift-operator-lifecycle-manager", "olm-operators"),
];

/// Whether OpenShift itself owns a namespace.
pub(crate) fn is_namespace(namespace: &str) -> bool {
    NAMESPACES.contains(&namespace)
}

/// Whether the release keeps an OperatorGroup: whoever deletes it stops all operators of its namespace.
pub(crate) fn is_group(group: &Shown) -> bool {
    GROUPS.contains(&(group.namespace.as_str(), group.name.as_str()))
}

/// How a Subscription goes, with its OperatorGroup where that serves nothing else.
pub(crate) fn uninstall(subscription: &Shown, groups: &[&Shown], alone: bool) -> String {
    let (name, namespace) = (&subscription.name, &subscription.namespace);
    let what =
        format!("delete Subscription `{name}` of `{namespace}` and its ClusterServiceVersion");
    if namespace == GLOBAL_NAMESPACE {
        return format!("{what}; the OperatorGroup there is the cluster's own and stays");
    }
    let groups: Vec<String> = (groups.iter())
        .filter(|group| alone && !is_group(group))
        .map(|group| format!("OperatorGroup `{}`", group.name))
        .collect();
    match groups.as_slice() {
        [] => what,
        groups => format!(
            "{what}, then {}, which serves nothing else",
            groups.join(" and ")
        ),
    }
}

/// Which of two goes: never that of the release, and of one that a cluster has and one that Git has the latter.
pub(crate) fn one_of(first: &Shown, second: &Shown) -> String {
    let out = |one: &Shown| format!("remove {} from the input", one.text());
    match (first.document.is_some(), second.document.is_some()) {
        (true, false) => out(first),
        (false, true) => out(second),
        _ if is_group(first) => format!("remove {}; the other is the cluster's own", second.text()),
        _ if is_group(second) => format!("remove {}; the other is the cluster's own", first.text()),
        _ => format!(
            "remove the one that is not meant: {} or {}",
            first.text(),
            second.text()
        ),
    }
}
