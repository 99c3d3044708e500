//! What people want to see of a delivery.

use crate::krm::Node;
use crate::plan::{DeliveredComponent, Delivery as Shown};

use super::delivery::{Delivery, IN_CLUSTER, Part};

/// A delivery, with what is made of it.
pub(super) fn of(delivery: &Delivery<'_>, objects: &[Node]) -> Shown {
    let clusters = delivery.spec.clusters.as_ref();
    let labels = clusters
        .iter()
        .flat_map(|clusters| &clusters.selector.match_labels);
    let known = clusters.map(|clusters| delivery.selected(clusters));
    let known = known.unwrap_or_default();
    let title = |node: &Node| {
        let text = |path: &[&str]| node.str_at(path).unwrap_or_default().to_owned();
        format!("{}/{}", text(&["kind"]), text(&["metadata", "name"]))
    };
    let mut components: Vec<DeliveredComponent> = delivery
        .parts
        .iter()
        .map(|part| component(delivery, part))
        .collect();
    components.sort_by_key(|one| one.order);
    Shown {
        name: delivery.name.to_owned(),
        namespace: delivery.namespace.to_owned(),
        project: delivery.project.clone(),
        selector: labels
            .map(|(key, value)| format!("{key}={value}"))
            .collect(),
        clusters: known
            .into_iter()
            .filter_map(|known| known.name.clone())
            .collect(),
        is_ordered: delivery.is_ordered(),
        objects: objects.iter().map(title).collect(),
        components,
    }
}

fn component(delivery: &Delivery<'_>, part: &Part<'_>) -> DeliveredComponent {
    let is_on_hub = part.is_on_hub() || delivery.spec.clusters.is_none();
    let cluster = match (is_on_hub, delivery.makes_applications()) {
        (_, true) => String::new(),
        (true, false) => format!("-{IN_CLUSTER}"),
        (false, false) => "-<cluster>".to_owned(),
    };
    let component = part.component;
    let path = component.path.as_ref().or(component.chart.as_ref());
    DeliveredComponent {
        name: part.name().to_owned(),
        order: part.order,
        is_on_hub,
        namespace: part.namespace.to_owned(),
        repository: part.repository.unwrap_or_default().to_owned(),
        revision: part.revision.unwrap_or("HEAD").to_owned(),
        path: path.cloned().unwrap_or_default(),
        applications: if delivery.is_single() {
            delivery.name.to_owned()
        } else {
            format!("{}-{}{cluster}", delivery.name, part.name())
        },
        kinds: part.allowed.kinds().len(),
    }
}
