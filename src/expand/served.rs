//! Which objects of a cluster served beside its facts: workers that a pool names, and what shows an operator of the
//! plan. An object that was only looked at is nobody's fact: it is not for us to hold it back.

use std::collections::BTreeSet;

use super::placeholders::Found;
use crate::expand::existing::Existing;
use crate::facts::{self, Gathered};
use crate::krm::{Document, Node, original_name};
use crate::node_group::{self, NODE_GROUPS};
use crate::operator::{self, GLOBAL_NAMESPACE, OPERATORS};
use crate::plan::Plan;

/// Adds them to the documents that served.
pub(super) fn find(
    existing: &Existing<'_, '_>,
    plan: &Plan,
    found: &Found<'_>,
    gathered: &mut Gathered,
) {
    let needed = Needed::of(plan, found);
    let served = existing.all();
    let served = served.filter(|one| needed.has(one.document) && one.is_live());
    gathered.used.extend(served.map(|one| one.id));
    // of what the output delivers a cluster's copy never leaves beside it
    gathered.used.extend(existing.copies());
}

/// What a plan depends on.
struct Needed<'p> {
    templates: BTreeSet<&'p str>,
    packages: BTreeSet<&'p str>,
    namespaces: BTreeSet<&'p str>,
    autoscaler: bool,
    monitoring: bool,
}

impl<'p> Needed<'p> {
    fn of(plan: &'p Plan, found: &Found<'_>) -> Self {
        let sets = plan.pools.iter().flat_map(|pool| &pool.groups);
        let platforms = plan.platforms.iter();
        let packages = platforms.flat_map(|platform| platform.packages.iter().copied());
        let packages: BTreeSet<&str> = packages.collect();
        let own = OPERATORS.iter();
        let own = own.filter(|operator| packages.contains(operator.package));
        let objects = plan.platforms.iter().flat_map(|platform| &platform.objects);
        let made = objects.filter_map(|object| object.str_at(&["metadata", "namespace"]));
        let namespaces = own.map(|operator| operator.namespace).chain(made);
        let asks = |wants: fn(&crate::api::gpu_platform::GpuPlatformSpec) -> bool| {
            let mut platforms = found.platforms.iter();
            platforms.any(|platform| wants(&platform.read.spec))
        };
        Self {
            templates: sets.filter_map(|set| set.template.as_deref()).collect(),
            namespaces: namespaces
                .filter(|name| *name != GLOBAL_NAMESPACE)
                .collect(),
            packages,
            autoscaler: plan.pools.iter().any(|pool| pool.autoscaled)
                || asks(|spec| spec.cluster_autoscaler.is_some()),
            monitoring: asks(|spec| spec.monitoring.is_some()),
        }
    }

    fn has(&self, document: &Document<'_>) -> bool {
        let (group, kind) = (document.group(), document.kind.as_ref());
        let node = || document.node().ok();
        if node_group::with_machines(document).is_some() {
            let original =
                |node: &Node| self.templates.contains(original_name(node)?).then_some(());
            return self.templates.contains(document.name.as_ref())
                || !self.templates.is_empty()
                    && node().is_some_and(|node| original(&node).is_some());
        }
        match (group, kind) {
            ("operators.coreos.com", "Subscription") => node().is_some_and(|node| {
                let package = node.str_at(&["spec", "name"]);
                package.is_some_and(|package| self.packages.contains(package))
            }),
            ("operators.coreos.com", "OperatorGroup") => {
                self.namespaces.contains(document.namespace.as_ref())
            }
            ("", "Namespace") => self.namespaces.contains(document.name.as_ref()),
            ("", "ConfigMap") => self.monitoring && operator::concerns(group, kind, &document.name),
            ("autoscaling.openshift.io", "ClusterAutoscaler") => self.autoscaler,
            // what a catalogue offers is never applied
            _ if operator::is_offer(group, kind) => true,
            _ => operator::packages_of(group, kind).any(|package| self.packages.contains(package)),
        }
    }
}

/// Whether a dump is looked through for objects of this kind, or one of a cluster holds it beside them.
pub(super) fn is_of_clusters(document: &Document<'_>) -> bool {
    const GROUPS: [&str; 4] = [
        "autoscaling.openshift.io",
        "cluster.x-k8s.io",
        "config.openshift.io",
        "operators.coreos.com",
    ];
    let group = document.group();
    let kinds = NODE_GROUPS.iter().flat_map(|form| form.kinds());
    GROUPS.contains(&group)
        || kinds.into_iter().any(|def| def.group == group)
        || is_looked_at(document)
}

/// Whether facts are read from this kind, or what is installed.
pub(super) fn is_looked_at(document: &Document<'_>) -> bool {
    facts::is_read(document) || operator::concerns(document.group(), &document.kind, &document.name)
}
