//! What Argo CD passes in variables.

use std::env;

use crate::argocd::Variables;

const ENV_PREFIX: &str = "ARGOCD_ENV_";

/// What Argo CD passes.
pub(super) fn variables() -> Variables {
    let env = env::vars_os().filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(ENV_PREFIX)?.to_owned();
        Some((name, value.to_string_lossy().into_owned()))
    });
    Variables {
        application: text("ARGOCD_APP_NAME"),
        parameters: text("ARGOCD_APP_PARAMETERS"),
        env: env.collect(),
    }
}

/// A variable, empty when it is not there.
pub(super) fn text(name: &str) -> String {
    env::var_os(name)
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
