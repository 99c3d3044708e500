//! Annotations and labels that kustomize, kpt, kubectl and Argo CD keep for themselves (points 10 and 11 of the KRM wire
//! contract). On an object that stays they must stay; on one that is made from another they would make kustomize drop
//! it, rename it wrongly, or kpt refuse it.

use super::Node;

const KEYS: [&str; 7] = [
    "argocd.argoproj.io/tracking-id",
    "config.kubernetes.io/function",
    "config.kubernetes.io/index",
    "config.kubernetes.io/local-config",
    "config.kubernetes.io/origin",
    "config.kubernetes.io/path",
    "kubectl.kubernetes.io/last-applied-configuration",
];

const PREFIXES: [&str; 6] = [
    "alpha.config.kubernetes.io/",
    "config.k8s.io/",
    "internal.config.k8s.io/",
    "internal.config.kubernetes.io/",
    "internal.kpt.dev/",
    "kustomize.config.k8s.io/",
];

/// Written by kustomize's transformers that rename: all earlier names, oldest first.
const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";

/// The name that an object had in the user's file, when kustomize renamed it since.
pub fn original_name(object: &Node) -> Option<&str> {
    let names = object.str_at(&["metadata", "annotations", PREVIOUS_NAMES])?;
    names.split(',').next().filter(|name| !name.is_empty())
}

/// Whether a key is a tool's own bookkeeping.
pub fn is_tool_key(key: &str) -> bool {
    KEYS.contains(&key) || PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}
