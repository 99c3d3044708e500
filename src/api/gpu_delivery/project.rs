//! The AppProject of a `GpuDelivery`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The AppProject.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Project {
    /// Its name. Default: the name of this object.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) name: Option<String>,
    /// Whether it is made; else it has to be there. Default: true.
    pub(crate) create: Option<bool>,
    /// What it is for, 255 characters at the most.
    #[cfg_attr(test, schemars(extend("format" = "description")))]
    pub(crate) description: Option<String>,
    /// Roles by name. `admin` may do everything to the Applications of the project, `readonly` may look at them; any
    /// other says what it may.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "dns-label"})))]
    pub(crate) roles: Option<BTreeMap<String, Role>>,
    /// When syncs are allowed or denied. Default: always allowed.
    pub(crate) sync_windows: Option<Vec<SyncWindow>>,
    /// JSON merge patch (RFC 7386) over the generated `spec`: the escape hatch for fields that have no name here.
    #[cfg_attr(test, schemars(with = "Option<Map<String, Value>>"))]
    pub(crate) spec: Option<Map<String, Value>>,
}

/// A role.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Role {
    /// Groups of the identity provider that have it.
    #[cfg_attr(test, schemars(extend("items" = {"type": "string", "format": "group-name"})))]
    pub(crate) groups: Option<Vec<String>>,
    /// What it may do. Default: everything for `admin`, `get` and `logs` for `readonly`.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) may: Option<Vec<May>>,
}

/// What a role may do.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum May {
    /// Everything below.
    All,
    /// Look at Applications.
    Get,
    /// Make Applications.
    Create,
    /// Change Applications.
    Update,
    /// Delete Applications.
    Delete,
    /// Sync Applications.
    Sync,
    /// Sync from elsewhere than Git.
    Override,
    /// Read the logs of pods.
    Logs,
    /// Run commands in pods.
    Exec,
}

/// When syncs are allowed or denied.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SyncWindow {
    /// `allow` or `deny`.
    pub(crate) kind: WindowKind,
    /// When it begins: minute, hour, day of the month, month, day of the week, as `0 22 * * *`.
    #[cfg_attr(test, schemars(extend("format" = "cron")))]
    pub(crate) schedule: String,
    /// How long it lasts, as `1h`.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub(crate) duration: String,
    /// Applications that it is for, globs. Default: all, unless namespaces or clusters are named.
    pub(crate) applications: Option<Vec<String>>,
    /// Namespaces that it is for, globs.
    pub(crate) namespaces: Option<Vec<String>>,
    /// Clusters that it is for, globs.
    pub(crate) clusters: Option<Vec<String>>,
    /// Whether a person may sync all the same. Default: false.
    pub(crate) manual_sync: Option<bool>,
    /// Time zone of the schedule, as `Europe/Berlin`. Default: UTC.
    pub(crate) time_zone: Option<String>,
}

/// Kind of a window.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum WindowKind {
    /// Outside of windows of this kind nothing is synced.
    Allow,
    /// Nothing is synced.
    Deny,
}
