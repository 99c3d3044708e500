//! How Argo CD delivers, decided.

/// What a `GpuDelivery` decides.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// The placeholder's name.
    pub(crate) name: String,
    /// Namespace of Argo CD.
    pub(crate) namespace: String,
    /// Its AppProject.
    pub(crate) project: String,
    /// Labels of the Secrets of its clusters: `environment=gpu-enabled`; none for the cluster of Argo CD alone.
    pub(crate) selector: Vec<String>,
    /// Selected clusters whose Secrets stand in the input.
    pub(crate) clusters: Vec<String>,
    /// Whether one component waits until another is healthy.
    pub(crate) is_ordered: bool,
    /// Every object that is made: `ApplicationSet/gpu`.
    pub(crate) objects: Vec<String>,
    /// In the order in which they are synced.
    pub(crate) components: Vec<DeliveredComponent>,
}

/// A component of one.
#[derive(Debug)]
pub(crate) struct DeliveredComponent {
    /// Its name.
    pub(crate) name: String,
    /// Components of a lower number are healthy before it is synced.
    pub(crate) order: u32,
    /// Whether it goes to the hub.
    pub(crate) is_on_hub: bool,
    /// Namespace that it is delivered to.
    pub(crate) namespace: String,
    /// Address of its repository.
    pub(crate) repository: String,
    /// Branch, tag, commit or version.
    pub(crate) revision: String,
    /// Its folder there, or its chart.
    pub(crate) path: String,
    /// How its Applications are called: `gpu-pools-<cluster>`.
    pub(crate) applications: String,
    /// How many kinds of objects the project allows for it.
    pub(crate) kinds: usize,
}
