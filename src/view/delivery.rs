//! How Argo CD delivers, for people.

use serde::Serialize;

use super::words;
use crate::plan;

/// What a GpuDelivery makes, on the cluster of Argo CD.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Its name.
    pub name: String,
    /// Namespace of Argo CD.
    pub namespace: String,
    /// The AppProject.
    pub project: String,
    /// Labels of the cluster Secrets that it looks for: `environment=gpu-enabled`; empty for the cluster of Argo CD.
    pub selector: Vec<String>,
    /// Clusters of the input that it finds.
    pub clusters: Vec<String>,
    /// Whether components wait for those before.
    pub ordered: bool,
    /// Every object that is made: `ApplicationSet/gpu`.
    pub objects: Vec<String>,
    /// In the order in which they are synced.
    pub components: Vec<Component>,
}

/// One component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Components of a lower number are healthy before it is synced.
    pub order: u32,
    /// `clusters` or `hub`.
    pub on: &'static str,
    /// Namespace that it is delivered to.
    pub namespace: String,
    /// Address of its repository.
    pub repository: String,
    /// Branch, tag, commit or version.
    pub revision: String,
    /// Its folder there, or its chart.
    pub path: String,
    /// How its Applications are called: `gpu-pools-<cluster>`.
    pub applications: String,
    /// How many kinds of objects the project allows for it.
    pub kinds: usize,
}

impl Delivery {
    /// Where all of it goes: `to the clusters with environment=gpu-enabled (prod, west) in steps, by project gpu`.
    pub(super) fn about(&self) -> String {
        let to = match self.selector.as_slice() {
            [] => "to the cluster of Argo CD".to_owned(),
            labels => format!("to the clusters with {}", labels.join(" and ")),
        };
        let known = match self.clusters.as_slice() {
            [] => String::new(),
            clusters if clusters.len() > SHOWN => {
                format!(
                    " ({})",
                    words::count(clusters.len() as u64, "cluster", "clusters")
                )
            }
            clusters => format!(" ({})", clusters.join(", ")),
        };
        let how = if self.ordered {
            "one order after the other"
        } else {
            "all at once"
        };
        format!(
            "{to}{known}, {how}; project {} in {}",
            self.project, self.namespace
        )
    }

    /// The headings of what [`Delivery::rows`] has.
    pub(super) const HEADS: [&'static str; 6] = [
        "Order",
        "Component",
        "From",
        "Namespace",
        "Applications",
        "Kinds",
    ];

    /// The cells of a table.
    pub(super) fn rows(&self) -> impl Iterator<Item = [String; 6]> {
        self.components.iter().map(|one| {
            [
                one.order.to_string(),
                one.name.clone(),
                format!("{} of {} at {}", one.path, one.repository, one.revision),
                one.namespace.clone(),
                one.applications.clone(),
                one.kinds.to_string(),
            ]
        })
    }
}

/// Clusters that are named.
const SHOWN: usize = 5;

/// All deliveries of a plan.
pub(super) fn all(plan: &plan::Plan) -> Vec<Delivery> {
    let component = |one: &plan::DeliveredComponent| Component {
        name: one.name.clone(),
        order: one.order,
        on: if one.is_on_hub { "hub" } else { "clusters" },
        namespace: one.namespace.clone(),
        repository: one.repository.clone(),
        revision: one.revision.clone(),
        path: one.path.clone(),
        applications: one.applications.clone(),
        kinds: one.kinds,
    };
    let delivery = |one: &plan::Delivery| Delivery {
        name: one.name.clone(),
        namespace: one.namespace.clone(),
        project: one.project.clone(),
        selector: one.selector.clone(),
        clusters: one.clusters.clone(),
        ordered: one.is_ordered,
        objects: one.objects.clone(),
        components: one.components.iter().map(component).collect(),
    };
    plan.deliveries.iter().map(delivery).collect()
}
