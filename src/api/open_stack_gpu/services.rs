//! Services of an OpenStack that not every one has.

use serde::Deserialize;
use serde_json::{Map, Value};

/// Services: `true`, or a JSON merge patch over the section that is made.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Services {
    /// Keys and certificates.
    pub(crate) barbican: Option<Service>,
    /// Volumes of virtual machines.
    pub(crate) cinder: Option<Service>,
    /// Names of virtual machines.
    pub(crate) designate: Option<Service>,
    /// Images of virtual machines; always on. A patch says where they are kept.
    pub(crate) glance: Option<Service>,
    /// Stacks of resources.
    pub(crate) heat: Option<Service>,
    /// The dashboard.
    pub(crate) horizon: Option<Service>,
    /// Bare metal machines.
    pub(crate) ironic: Option<Service>,
    /// Shared file systems.
    pub(crate) manila: Option<Service>,
    /// Load balancers.
    pub(crate) octavia: Option<Service>,
    /// Objects; Glance keeps its images there.
    pub(crate) swift: Option<Service>,
    /// Measurements: what of them is wanted.
    pub(crate) telemetry: Option<Telemetry>,
    /// Advice on where virtual machines run.
    pub(crate) watcher: Option<Service>,
}

/// A service.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum Service {
    /// Whether it is on.
    On(bool),
    /// It is on, with a JSON merge patch (RFC 7386) over its section of the OpenStackControlPlane.
    Patch(#[cfg_attr(test, schemars(with = "Map<String, Value>"))] Map<String, Value>),
}

impl Service {
    /// Whether it is on.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self, Self::On(false))
    }
}

/// What is wanted of telemetry.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Telemetry {
    /// Measurements of OpenStack's own resources. Default: false.
    pub(crate) ceilometer: Option<bool>,
    /// Prometheus for them. Needs the Cluster Observability Operator. Default: false.
    pub(crate) metric_storage: Option<bool>,
    /// Alarms that scale stacks. Default: false.
    pub(crate) autoscaling: Option<bool>,
}

impl Telemetry {
    /// Whether anything of it is.
    pub(crate) fn is_on(&self) -> bool {
        [self.ceilometer, self.metric_storage, self.autoscaling].contains(&Some(true))
    }
}
