//! Annotations and labels that kustomize, kpt, kubectl and Argo CD keep for themselves (points 10 and 11 of the KRM wire
//! contract). On an object that stays they must stay; on one that is made from another they would make kustomize drop
//! it, rename it wrongly, or kpt refuse it.

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

/// Whether a key is a tool's own bookkeeping.
pub fn is_tool_key(key: &str) -> bool {
    KEYS.contains(&key) || PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}
