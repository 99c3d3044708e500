//! A `GpuDelivery` with its defaults filled in, and what the input shows beside it.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::Placeholder;
use crate::api::gpu_delivery::{Clusters, Component, GpuDeliverySpec, Layout, On, Pools};
use crate::argocd::written::clusters::Known;
use crate::kinds::World;
use crate::plan::{Allowed, Delivered, Plan};
use crate::problem::Place;
use crate::types::machine_api;

use super::allowed;
use super::hub;

/// The cluster that Argo CD runs on, to itself.
pub(super) const LOCAL: &str = "https://kubernetes.default.svc";
/// Its name, where nobody gave it another.
pub(super) const IN_CLUSTER: &str = "in-cluster";

/// A placeholder with its defaults.
pub(super) struct Delivery<'a> {
    pub(super) placeholder: &'a Placeholder<'a, GpuDeliverySpec>,
    pub(super) spec: &'a GpuDeliverySpec,
    pub(super) name: &'a str,
    /// Namespace of Argo CD.
    pub(super) namespace: &'a str,
    /// Name of the AppProject.
    pub(super) project: String,
    pub(super) parts: Vec<Part<'a>>,
    /// The selected clusters, by what they have in common.
    pub(super) groups: Vec<Group<'a>>,
    /// What the pools become.
    pub(super) delivered: Delivered,
    /// Clusters whose Secrets stand in the input.
    pub(super) known: Vec<Known<'a>>,
}

/// A component with its defaults.
pub(super) struct Part<'a> {
    pub(super) component: &'a Component,
    pub(super) index: usize,
    pub(super) namespace: &'a str,
    pub(super) repository: Option<&'a str>,
    pub(super) revision: Option<&'a str>,
    pub(super) order: u32,
    pub(super) allowed: Allowed,
}

/// Clusters that get the same.
pub(super) struct Group<'a> {
    /// Its name; `None` for the clusters of a selector without groups.
    pub(super) name: Option<&'a str>,
    /// The label that its clusters have beside those of the selector.
    pub(super) label: Option<(&'a str, &'a str)>,
    /// Values of that label that its clusters do not have.
    pub(super) others: (Option<&'a str>, Vec<&'a str>),
    /// Its values, those of the group without a label below its own.
    pub(super) values: BTreeMap<&'a str, &'a str>,
}

impl<'a> Part<'a> {
    pub(super) fn name(&self) -> &'a str {
        &self.component.name
    }

    pub(super) fn is_on_hub(&self) -> bool {
        self.component.on == Some(On::Hub)
    }

    /// Whether it has machines, which go when its Applications do.
    pub(super) fn has_pools(&self) -> bool {
        self.component.pools.is_some()
    }
}

impl<'a> Delivery<'a> {
    pub(super) fn of(
        placeholder: &'a Placeholder<'a, GpuDeliverySpec>,
        world: &World<'a>,
        plan: &Plan,
    ) -> Self {
        let spec = &placeholder.read.spec;
        let name = placeholder.read.name.as_str();
        let project = spec
            .project
            .as_ref()
            .and_then(|project| project.name.as_deref());
        let delivered = allowed::delivered(plan);
        let mut parts: Vec<Part<'a>> = Vec::new();
        for (index, component) in spec.components.iter().enumerate() {
            parts.push(part(
                spec,
                index,
                component,
                allowed::of(component, world, &delivered),
            ));
        }
        let delivery = Self {
            placeholder,
            spec,
            name,
            namespace: spec
                .argocd_namespace
                .as_deref()
                .unwrap_or("openshift-gitops"),
            project: project.unwrap_or(name).to_owned(),
            parts,
            groups: spec.clusters.as_ref().map_or_else(Vec::new, groups),
            delivered,
            known: hub::clusters(world.splits),
        };
        delivery.with_namespaces()
    }

    /// Argo CD makes the namespaces of components, and asks the project whether it may.
    fn with_namespaces(mut self) -> Self {
        if self
            .options()
            .iter()
            .any(|option| option == "CreateNamespace=true")
        {
            for part in &mut self.parts {
                let namespace = (String::new(), "Namespace".to_owned());
                part.allowed.cluster.insert(namespace);
            }
        }
        self
    }

    /// The place of a field.
    pub(super) fn place(&self, path: &str) -> Place {
        self.placeholder.place(path)
    }

    /// The place of a field of a component.
    pub(super) fn place_of(&self, part: &Part<'_>, field: &str) -> Place {
        self.place(&format!("spec.components[{}].{field}", part.index))
    }

    /// Whether the project is made here.
    pub(super) fn makes_project(&self) -> bool {
        let project = self.spec.project.as_ref();
        project.and_then(|project| project.create).unwrap_or(true)
    }

    /// Sync options of all Applications.
    pub(super) fn options(&self) -> Vec<String> {
        const DEFAULT: [&str; 5] = [
            "CreateNamespace=true",
            "PrunePropagationPolicy=foreground",
            "ApplyOutOfSyncOnly=true",
            "ServerSideApply=true",
            "PruneLast=true",
        ];
        let written = self
            .spec
            .sync
            .as_ref()
            .and_then(|sync| sync.options.clone());
        written.unwrap_or_else(|| DEFAULT.map(str::to_owned).to_vec())
    }

    /// Every order that a component has.
    pub(super) fn orders(&self) -> BTreeSet<u32> {
        self.parts.iter().map(|part| part.order).collect()
    }

    /// Whether one ApplicationSet syncs them in steps.
    pub(super) fn is_ordered(&self) -> bool {
        self.is_combined() && self.orders().len() > 1
    }

    /// Whether Applications are made here, and not by an ApplicationSet.
    pub(super) fn makes_applications(&self) -> bool {
        self.spec.clusters.is_none() && !self.is_ordered()
    }

    pub(super) fn is_combined(&self) -> bool {
        self.spec.layout.unwrap_or_default() == Layout::Combined
    }

    /// Whether one Application has all components.
    pub(super) fn is_single(&self) -> bool {
        self.spec.layout == Some(Layout::Single) && self.spec.clusters.is_none()
    }

    /// The namespace of manifests that name none, where one Application has all components: pools name theirs.
    pub(super) fn only_namespace(&self) -> &'a str {
        let mut others = self.parts.iter().filter(|part| !part.has_pools());
        let first = others.next().or(self.parts.first());
        first.map_or(machine_api::NAMESPACE, |part| part.namespace)
    }

    /// The selected clusters of which the Secrets are known.
    pub(super) fn selected(&self, clusters: &Clusters) -> Vec<&Known<'a>> {
        let labels = &clusters.selector.match_labels;
        let fits = |known: &&Known<'_>| labels.iter().all(|(key, value)| known.has(key, value));
        self.known.iter().filter(fits).collect()
    }

    /// Addresses that the project has to allow for a component.
    pub(super) fn servers_of(&self, part: &Part<'_>) -> Vec<String> {
        match &self.spec.clusters {
            Some(clusters) if !part.is_on_hub() => {
                let named = clusters.servers.clone();
                let mut servers = named.unwrap_or_else(|| vec!["*".to_owned()]);
                let is_wide = servers.iter().any(|server| server == "*");
                if clusters.local.is_some() && !is_wide {
                    servers.push(LOCAL.to_owned());
                }
                servers
            }
            _ => vec![LOCAL.to_owned()],
        }
    }
}

fn part<'a>(
    spec: &'a GpuDeliverySpec,
    index: usize,
    component: &'a Component,
    allowed: Allowed,
) -> Part<'a> {
    let own = component.source.as_ref();
    let common = spec.source.as_ref();
    let repository = own.and_then(|source| source.repo_url.as_deref());
    let revision = own.and_then(|source| source.target_revision.as_deref());
    // the revision of one repository is none of another
    let of_common = common.filter(|_| repository.is_none());
    let namespace = match component.pools {
        Some(Pools::Plugin | Pools::Rendered) => machine_api::NAMESPACE,
        None => &component.name,
    };
    Part {
        component,
        index,
        namespace: component.namespace.as_deref().unwrap_or(namespace),
        repository: repository.or_else(|| common?.repo_url.as_deref()),
        revision: revision.or_else(|| of_common?.target_revision.as_deref()),
        order: component.order.unwrap_or_default(),
        allowed,
    }
}

fn groups(clusters: &Clusters) -> Vec<Group<'_>> {
    let environments = clusters.values.iter().flatten();
    let rest = environments
        .clone()
        .find(|(_, one)| one.match_labels.is_none());
    let shared = rest.map(|(_, one)| &one.set);
    let mut groups = Vec::new();
    let mut taken: (Option<&str>, Vec<&str>) = (None, Vec::new());
    for (name, one) in environments {
        let Some((key, value)) = one
            .match_labels
            .as_ref()
            .and_then(|labels| labels.iter().next())
        else {
            continue;
        };
        taken.0 = Some(key);
        taken.1.push(value);
        let values = shared.into_iter().flatten().chain(&one.set);
        groups.push(Group {
            name: Some(name),
            label: Some((key, value)),
            others: (None, Vec::new()),
            values: values
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
        });
    }
    if groups.is_empty() || rest.is_some() {
        let values = shared.into_iter().flatten();
        groups.push(Group {
            name: rest.map(|(name, _)| name.as_str()),
            label: None,
            others: taken,
            values: values
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect(),
        });
    }
    groups
}
