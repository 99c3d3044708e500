//! Annotations and labels that kustomize, kpt, kubectl and Argo CD keep for themselves (points 10 and 11 of the KRM wire
//! contract). On an object that stays they must stay; on one that is made from another they would make kustomize drop
//! it, rename it wrongly, or kpt refuse it.

use super::Node;
use crate::types::metadata_keys::{Reader, is_foreign};

/// By which Argo CD knows again what an Application applied (argo-cd util/argo/resource_tracking.go).
const TRACKING_ID: &str = "argocd.argoproj.io/tracking-id";
/// By which Flux knows again what a Kustomization applied.
const FLUX: &str = "kustomize.toolkit.fluxcd.io";

/// Written by kustomize's transformers that rename: all earlier names, oldest first.
const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";

/// The name that an object had in the user's file, when kustomize renamed it since.
pub(crate) fn original_name(object: &Node) -> Option<&str> {
    let names = object.str_at(&["metadata", "annotations", PREVIOUS_NAMES])?;
    names.split(',').next().filter(|name| !name.is_empty())
}

/// How messages call an Application of Argo CD, by the name that it tracks its objects with: for one outside of Argo CD's
/// own namespace that is `<namespace>_<name>`, and neither holds a `_`.
pub(crate) fn application_title(name: &str) -> String {
    format!("Application {}", name.replacen('_', "/", 1))
}

/// Who applies a live object, as it says itself: `Application gpu`, `Kustomization flux-system/gpu`. The tracking id of
/// another object, which a clone or a controller copied, says nothing.
pub(crate) fn applier(object: &Node) -> Option<String> {
    let api_version = object.str_at(&["apiVersion"])?;
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let (kind, name) = (
        object.str_at(&["kind"])?,
        object.str_at(&["metadata", "name"])?,
    );
    let tracked = || {
        // `<application>:<group>/<kind>:<namespace>/<name>`, where an object without namespace has any
        let id = object.str_at(&["metadata", "annotations", TRACKING_ID])?;
        let (application, rest) = id.split_once(':')?;
        let (tracked_kind, object_name) = rest.split_once(':')?;
        let (tracked_namespace, tracked_name) = object_name.split_once('/')?;
        let namespace = object.str_at(&["metadata", "namespace"]);
        let is_it = tracked_kind.split_once('/') == Some((group, kind))
            && tracked_name == name
            && namespace.is_none_or(|namespace| namespace == tracked_namespace);
        is_it.then(|| application_title(application))
    };
    let label = |key: &str| {
        let key = format!("{FLUX}/{key}");
        object
            .str_at(&["metadata", "labels", &key])
            .map(str::to_owned)
    };
    let flux = || {
        Some(format!(
            "Kustomization {}/{}",
            label("namespace")?,
            label("name")?
        ))
    };
    tracked().or_else(flux)
}

/// Whether a key is a tool's own bookkeeping.
pub(crate) fn is_tool_key(key: &str) -> bool {
    is_foreign(key, Reader::Wire)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::parse::parse;

    fn of(metadata: &str, kind: &str) -> Option<String> {
        let text = format!("{kind}\nmetadata: {{{metadata}}}\n");
        applier(&parse(&text, 0..text.len()).expect("YAML"))
    }

    #[test]
    fn who_applies_an_object_stands_in_its_own_tracking_id() {
        let policy = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy";
        let id =
            |id: &str| format!("name: p, annotations: {{argocd.argoproj.io/tracking-id: '{id}'}}");
        let of_policy = |text: &str| of(&id(text), policy);
        // an object without namespace is tracked in that of the destination
        let gpu = Some("Application gpu".to_owned());
        assert_eq!(of_policy("gpu:nvidia.com/ClusterPolicy:argocd/p"), gpu);
        assert_eq!(of_policy("gpu:nvidia.com/ClusterPolicy:/p"), gpu);
        let elsewhere = of_policy("team_gpu:nvidia.com/ClusterPolicy:argocd/p");
        assert_eq!(elsewhere.as_deref(), Some("Application team/gpu"));
        // copied from another object, or no id
        for copied in [
            "gpu:nvidia.com/ClusterPolicy:argocd/q",
            "gpu:apps/Deployment:argocd/p",
            "gpu",
            "",
        ] {
            assert_eq!(of_policy(copied), None, "{copied}");
        }
        let namespace = "apiVersion: v1\nkind: ConfigMap";
        let in_namespace = |id: &str| {
            of(
                &format!(
                    "name: p, namespace: a, annotations: {{argocd.argoproj.io/tracking-id: '{id}'}}"
                ),
                namespace,
            )
        };
        assert_eq!(in_namespace("gpu:/ConfigMap:a/p"), gpu);
        assert_eq!(in_namespace("gpu:/ConfigMap:b/p"), None);
    }

    #[test]
    fn what_flux_applies_is_labelled() {
        let map = "apiVersion: v1\nkind: ConfigMap";
        let name = "kustomize.toolkit.fluxcd.io/name: gpu";
        let both = format!(
            "name: p, labels: {{{name}, kustomize.toolkit.fluxcd.io/namespace: flux-system}}"
        );
        assert_eq!(
            of(&both, map).as_deref(),
            Some("Kustomization flux-system/gpu")
        );
        assert_eq!(of(&format!("name: p, labels: {{{name}}}"), map), None);
    }
}
