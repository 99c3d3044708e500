//! cert-manager Operator for Red Hat OpenShift. Kueue, LeaderWorkerSet and others do nothing without it, and no
//! bundle of theirs says so to OLM.

use super::{Mode, Operator, PLAIN};

/// Bundles up to 1.14 support their own namespace only; that mode is right on every version.
pub(super) static OPERATOR: Operator = Operator {
    id: "cert-manager",
    title: "cert-manager Operator for Red Hat OpenShift",
    about: "Certificates for the webhooks of other operators. Added by itself where one of them needs it.",
    aliases: &["openshift-cert-manager-operator"],
    package: "openshift-cert-manager-operator",
    namespace: "cert-manager-operator",
    group: "cert-manager-operator",
    modes: &[Mode::Own, Mode::Single, Mode::All],
    ..PLAIN
};
