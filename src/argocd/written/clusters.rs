//! The clusters that Argo CD knows, by the Secrets that register them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::krm::{Document, Entry, Node};

/// What marks a Secret of a cluster.
const SECRET_TYPE: &str = "argocd.argoproj.io/secret-type";

/// A cluster that Argo CD knows.
pub(crate) struct Known<'s> {
    /// Its name there; `None` where it cannot be read.
    pub(crate) name: Option<String>,
    /// Labels of its Secret.
    labels: Vec<(String, String)>,
    /// Address of its API server.
    pub(crate) server: Option<String>,
    /// Its Secret.
    pub(crate) document: &'s Document<'s>,
}

impl Known<'_> {
    /// Whether its Secret has a label.
    pub(crate) fn has(&self, key: &str, value: &str) -> bool {
        self.labels.iter().any(|one| one.0 == key && one.1 == value)
    }

    /// The value of a label.
    pub(super) fn label(&self, key: &str) -> Option<&str> {
        let one = self.labels.iter().find(|one| one.0 == key);
        one.map(|(_, value)| value.as_str())
    }

    /// Labels that a person gave it.
    pub(super) fn own_labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.labels.iter().filter(|(key, _)| {
            !key.starts_with("argocd.argoproj.io/") && !key.starts_with("app.kubernetes.io/")
        });
        labels.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Its name as part of a name (argo-cd applicationset/utils, SanitizeName).
    pub(crate) fn normalized(&self) -> Option<String> {
        let name = self.name.as_ref()?.to_lowercase();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let name: String = name
            .chars()
            .map(|c| if fits(c) { c } else { '-' })
            .collect();
        Some(name.trim_matches(['-', '.']).chars().take(253).collect())
    }
}

/// The cluster that a document registers.
pub(crate) fn known<'s>(document: &'s Document<'s>) -> Option<Known<'s>> {
    if !(document.is("", "Secret") && document.mentions(SECRET_TYPE)) {
        return None;
    }
    let node = document.node().ok()?;
    if node.str_at(&["metadata", "labels", SECRET_TYPE]) != Some("cluster") {
        return None;
    }
    let labels = node
        .at(&["metadata", "labels"])
        .map_or(&[][..], Node::entries);
    let label = |entry: &Entry| Some((entry.key.clone(), entry.value.text()?.to_owned()));
    let field = |key: &str| {
        let plain = node.str_at(&["stringData", key]).map(str::to_owned);
        plain.or_else(|| decoded(node.str_at(&["data", key])?))
    };
    Some(Known {
        name: field("name"),
        labels: labels.iter().filter_map(label).collect(),
        server: field("server"),
        document,
    })
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_secrets_are_base64() {
        for (text, plain) in [
            ("aW4tY2x1c3Rlcg==", Some("in-cluster")),
            ("cHJvZA==", Some("prod")),
            ("aHR0cHM6Ly9r", Some("https://k")),
            ("", Some("")),
            ("a b", None),
        ] {
            assert_eq!(decoded(text).as_deref(), plain, "{text}");
        }
    }
}
