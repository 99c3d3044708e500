//! Ways in to a model from outside of the cluster.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Ways in from outside.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Expose {
    /// A Route of its own.
    pub(crate) route: Option<Route>,
    /// A product of 3scale with its backend: keys, plans and quotas for callers.
    pub(crate) threescale: Option<Threescale>,
    /// The Gateway that leads to an LLMInferenceService. Default: `openshift-ai-inference` in `openshift-ingress`, which
    /// is made where nothing shows it.
    pub(crate) gateway: Option<GatewayRef>,
    /// Models as a Service of OpenShift AI 3: keys and limits for callers, behind a Gateway of its own. It needs
    /// `engine: llm-d`, which is the default with it.
    pub(crate) maas: Option<Maas>,
}

/// Who may call a model of Models as a Service, and how much.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Maas {
    /// Tiers whose members may call it, up to 3.3. Default: all of them.
    #[cfg_attr(test, schemars(extend("items" = {"type": "string", "format": "dns-label"})))]
    pub(crate) tiers: Option<Vec<String>>,
    /// Groups whose members may call it, from 3.4 on. Default: `system:authenticated`, everybody who is logged in.
    #[cfg_attr(test, schemars(length(min = 1), extend("items" = {"type": "string", "format": "group-name"})))]
    pub(crate) groups: Option<Vec<String>>,
    /// Tokens of a caller by window, as `1h: 100000`; from 3.4 on one is needed.
    #[cfg_attr(test, schemars(extend("additionalProperties" = {"type": "integer", "minimum": 1, "maximum": 2_147_483_647})))]
    pub(crate) tokens: Option<BTreeMap<String, u32>>,
}

/// A Gateway.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct GatewayRef {
    /// Its name.
    #[cfg_attr(test, schemars(extend("format" = "dns-label")))]
    pub(crate) name: String,
    /// Its namespace. Default: `openshift-ingress`.
    #[cfg_attr(test, schemars(extend("default" = "openshift-ingress", "format" = "dns-label")))]
    pub(crate) namespace: Option<String>,
}

/// A Route.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Route {
    /// How long an answer may take. Default: 30 s, as of every Route, which cuts long answers.
    #[cfg_attr(test, schemars(extend("format" = "go-duration")))]
    pub(crate) timeout: Option<String>,
}

/// A product of 3scale. The account is that of the namespace: its Secret is never written.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Threescale {
    /// Namespace of 3scale's objects. Default: `3scale`.
    #[cfg_attr(test, schemars(extend("default" = "3scale", "format" = "dns-label")))]
    pub(crate) namespace: Option<String>,
    /// What 3scale calls it. Default: the name of this object.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) system_name: Option<String>,
    /// Plans by name. Default: `standard`, without a limit.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "dns-label"})))]
    pub(crate) plans: Option<BTreeMap<String, Plan>>,
    /// Where the server is, as 3scale reaches it. Default: by the DataScienceCluster of the input or the facts.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) url: Option<String>,
    /// Documentation for callers. Default: none.
    pub(crate) openapi: Option<OpenApi>,
}

/// A plan of a product.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Plan {
    /// What callers read. Default: its name, with a capital letter.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) title: Option<String>,
    /// Whether somebody has to approve each application. Default: false.
    pub(crate) approval: Option<bool>,
    /// Tokens of an application by period: `minute`, `hour`, `day`, `week`, `month`, `year`, `eternity`. Default: no limit.
    #[cfg_attr(test, schemars(extend("propertyNames" = {"format": "dns-label"}, "additionalProperties" = {"type": "integer", "minimum": 1, "maximum": 2_147_483_647})))]
    pub(crate) tokens: Option<BTreeMap<String, u32>>,
}

/// Documentation of an API.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenApi {
    /// Where its OpenAPI document is.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(crate) url: String,
}
