//! What the input or the facts show of the platform, by whomever and under whatever name. Nothing of it is made a
//! second time: a second OperatorGroup in a namespace stops every operator there.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::delivered::PACKAGES;
use super::offers::{self, Offer};
use super::{Mode, OPERATORS, Operator};
use crate::krm::Node;
use crate::problem::Place;
use crate::types::{ClusterId, InfraName};

pub(crate) const OLM: &str = "operators.coreos.com";
/// Saves from a cluster what shows which operators it has.
pub(crate) const SAVE_INSTALLED: &str =
    "oc get subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml";
/// Where OpenShift keeps a global OperatorGroup.
pub(crate) const GLOBAL_NAMESPACE: &str = "openshift-operators";

/// Whether an object shows an operator as installed, without its Subscription: an operand of it, or an OperatorGroup
/// in its namespace.
pub(crate) fn shows(operator: &Operator, group: &str, kind: &str, namespace: &str) -> bool {
    let is_operand = |one: &super::OperandKind| one.group == group && one.kind == kind;
    let is_group = group == OLM && kind == "OperatorGroup";
    let occupies = is_group && namespace == operator.namespace && namespace != GLOBAL_NAMESPACE;
    occupies || operator.operands.iter().any(is_operand)
}

/// Packages that a kind of object belongs to, as operand or beside it.
pub(crate) fn packages_of<'o>(
    group: &'o str,
    kind: &'o str,
) -> impl Iterator<Item = &'static str> + 'o {
    let has = move |operator: &&&Operator| {
        let mut kinds = operator.operands.iter().chain(operator.companions);
        kinds.any(|one| one.group == group && one.kind == kind)
    };
    OPERATORS
        .iter()
        .filter(has)
        .map(|operator| operator.package)
}

/// Everything that is shown. What this placeholder made itself in an earlier run (annotation
/// `gpu-machineset.dev/from`) does not belong here: it is made again and updated in place.
#[derive(Debug, Default)]
pub(crate) struct Installed {
    /// Objects: Namespaces, OperatorGroups, Subscriptions, operands, ClusterAutoscalers and the ConfigMap of
    /// monitoring.
    pub(crate) objects: Vec<Shown>,
    /// ClusterAutoscalers that a `GpuPlatform` made which this run does not see: nothing is done about them, and they
    /// scale all the same.
    pub(crate) autoscalers_made_before: Vec<Shown>,
    /// The ClusterAutoscaler that `ClusterFacts.spec.clusterAutoscaler` says is there, and where.
    pub(crate) autoscaler_stated: Option<String>,
    /// Operators that `ClusterFacts.spec.operators` names.
    pub(crate) packages: Vec<Package>,
    /// Channels that `ClusterFacts.spec.catalogs` names; the PackageManifests among the objects come on top.
    pub(crate) offers: Vec<Offer>,
    /// Subscriptions of ours that somebody applies, and who: this run may be of another.
    pub(crate) applied: Vec<(String, String)>,
    /// The cluster that is looked at: objects that are known to be of another do not count.
    pub(crate) cluster: ClusterId,
}

/// An object that is there.
#[derive(Debug)]
pub(crate) struct Shown {
    /// API group, empty for the core group.
    pub(crate) group: String,
    /// Kind.
    pub(crate) kind: String,
    /// Name.
    pub(crate) name: String,
    /// Namespace, empty for none.
    pub(crate) namespace: String,
    /// Its tree.
    pub(crate) node: Rc<Node>,
    /// Where it stands.
    pub(crate) place: Place,
    /// Where the fields under its `spec` stand, by path, of what people write in the input.
    pub(crate) fields: BTreeMap<String, Place>,
    /// What it stands in, when something else installs it: `Policy gpu/operators`.
    pub(crate) within: Option<String>,
    /// Who applies it, when it says so and we made it: `Application gpu`.
    pub(crate) applier: Option<String>,
    /// Infrastructure name of its cluster, when that is known.
    pub(crate) cluster: Option<InfraName>,
    /// Which document of the output it is, so that it can be completed: its source and its index there. `None`
    /// when it only serves as a fact and belongs to somebody else.
    pub(crate) document: Option<(usize, usize)>,
}

impl Shown {
    /// `ClusterPolicy gpu-cluster-policy (facts.yaml:3:1)`
    pub(crate) fn text(&self) -> String {
        let name = match self.namespace.as_str() {
            "" => self.name.clone(),
            namespace => format!("{namespace}/{}", self.name),
        };
        match self.applier.as_ref().or(self.within.as_ref()) {
            Some(of) => format!("{} {name} of {of} ({})", self.kind, self.place),
            None => format!("{} {name} ({})", self.kind, self.place),
        }
    }

    /// Where a field under `spec` stands, or what is known to hold it.
    pub(crate) fn at(&self, path: &[&str]) -> Place {
        let known = |length: usize| {
            let path = path.get(..length).unwrap_or_default().join(".");
            self.fields.get(&path)
        };
        let nearest = (1..=path.len()).rev().find_map(known);
        nearest.unwrap_or(&self.place).clone()
    }

    /// Whether it can keep something of ours from being made: a hub has Subscriptions and Namespaces of many others.
    pub(crate) fn matters(&self) -> bool {
        let package = self.node.str_at(&["spec", "name"]);
        let mut known = OPERATORS.iter();
        match (self.group.as_str(), self.kind.as_str()) {
            (OLM, "Subscription") => known.any(|one| Some(one.package) == package),
            // a global OperatorGroup is nobody's
            (OLM, _) if self.namespace == GLOBAL_NAMESPACE => false,
            (OLM, _) => known.any(|one| one.namespace == self.namespace),
            (PACKAGES, _) => known.any(|one| one.package == self.name),
            ("", "Namespace") => false,
            _ => true,
        }
    }

    fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// What an OperatorGroup selects; `None` for several namespaces or a selector, which we do not judge.
    pub(crate) fn mode(&self) -> Option<Mode> {
        if self.node.at(&["spec", "selector"]).is_some() {
            return None;
        }
        let targets = self.node.at(&["spec", "targetNamespaces"]);
        match targets.map(Node::items).unwrap_or_default() {
            [] => Some(Mode::All),
            [only] if only.text() == Some(&self.namespace) => Some(Mode::Own),
            [only] if only.text() == Some("") => Some(Mode::All),
            [_] => Some(Mode::Single),
            _ => None,
        }
    }
}

/// An operator named in `ClusterFacts`.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    /// Package, or our id of it.
    pub(crate) name: String,
    /// Its channel.
    pub(crate) channel: Option<String>,
    /// Its namespace.
    pub(crate) namespace: Option<String>,
    /// Where it is named.
    pub(crate) place: Place,
}

impl Installed {
    fn here(&self) -> impl Iterator<Item = &Shown> {
        self.objects.iter().filter(|one| {
            let other = one.cluster.as_ref().filter(|of| !self.cluster.is(of));
            self.cluster.name().is_none() || other.is_none()
        })
    }

    /// Objects of a group and kind on a cluster.
    pub(crate) fn on<'a>(
        &'a self,
        cluster: &'a ClusterId,
        group: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a Shown> {
        let here = |one: &&Shown| {
            let other = one.cluster.as_ref().filter(|of| !cluster.is(of));
            cluster.name().is_none() || other.is_none()
        };
        let all = self.objects.iter().filter(here);
        all.filter(move |one| one.is(group, kind))
    }

    /// Objects of a group and kind.
    pub(crate) fn of<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a Shown> {
        self.here().filter(move |one| one.is(group, kind))
    }

    /// Subscriptions of a package.
    pub(crate) fn subscriptions<'a>(&'a self, package: &'a str) -> impl Iterator<Item = &'a Shown> {
        self.of(OLM, "Subscription")
            .filter(move |one| one.node.str_at(&["spec", "name"]) == Some(package))
    }

    /// OperatorGroups of a namespace.
    pub(crate) fn groups<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Shown> {
        self.of(OLM, "OperatorGroup")
            .filter(move |one| one.namespace == namespace)
    }

    /// What the cluster's catalogues offer of a package.
    pub(crate) fn offers(&self, package: &str) -> Vec<Offer> {
        let manifests = self.of(PACKAGES, "PackageManifest");
        let read = manifests.filter_map(|one| offers::read(&one.node, &one.text()));
        let all = read.chain(self.offers.iter().cloned());
        all.filter(|offer| offer.package == package).collect()
    }

    /// Whether a Subscription is the only one of its namespace that is shown.
    pub(crate) fn is_alone(&self, subscription: &Shown) -> bool {
        let mut others = self.of(OLM, "Subscription");
        let other =
            |one: &Shown| one.namespace == subscription.namespace && one.name != subscription.name;
        !others.any(other)
    }

    /// A Namespace.
    pub(crate) fn namespace(&self, name: &str) -> Option<&Shown> {
        self.of("", "Namespace").find(|one| one.name == name)
    }

    /// Operands of an operator, those of its first kind first.
    pub(crate) fn operands<'a>(
        &'a self,
        operator: &'a Operator,
    ) -> impl Iterator<Item = &'a Shown> {
        let kinds = operator.operands.iter();
        kinds.flat_map(|kind| self.of(kind.group, kind.kind))
    }

    /// Companions of an operator.
    pub(crate) fn companions<'a>(
        &'a self,
        operator: &'a Operator,
    ) -> impl Iterator<Item = &'a Shown> {
        let kinds = operator.companions.iter();
        kinds.flat_map(|kind| self.of(kind.group, kind.kind))
    }

    /// Whether anything shows an operator, whoever brings it.
    pub(crate) fn shows(&self, operator: &Operator) -> bool {
        self.subscriptions(operator.package).next().is_some()
            || self.operands(operator).next().is_some()
            || self.elsewhere(operator, operator.namespace).is_some()
    }

    /// What shows that somebody else installed an operator, and where: the Subscription, a line of the facts, the
    /// operand or an OperatorGroup in its namespace.
    pub(crate) fn elsewhere(&self, operator: &Operator, namespace: &str) -> Option<Elsewhere> {
        let foreign = |one: &&Shown| one.document.is_none();
        if let Some(one) = self.subscriptions(operator.package).find(foreign) {
            return Some(Elsewhere {
                text: one.text(),
                namespace: Some(one.namespace.clone()),
                channel: one.node.str_at(&["spec", "channel"]).map(str::to_owned),
            });
        }
        let named = |one: &&Package| one.name == operator.package || one.name == operator.id;
        if let Some(one) = self.packages.iter().find(named) {
            return Some(Elsewhere {
                text: format!("ClusterFacts names `{}` ({})", one.name, one.place),
                namespace: one.namespace.clone(),
                channel: one.channel.clone(),
            });
        }
        let shown = self.operands(operator).find(foreign);
        let occupied = (namespace != GLOBAL_NAMESPACE)
            .then(|| self.groups(namespace).find(foreign))
            .flatten();
        shown.or(occupied).map(|one| Elsewhere {
            text: one.text(),
            namespace: None,
            channel: None,
        })
    }
}

/// An operator that somebody else installed.
#[derive(Clone, Debug)]
pub(crate) struct Elsewhere {
    /// What shows it.
    pub(crate) text: String,
    /// Its namespace, when shown.
    pub(crate) namespace: Option<String>,
    /// Its channel, when shown.
    pub(crate) channel: Option<String>,
}
