//! What the input shows of Argo CD itself: the Secrets of clusters, its settings, and documents that a component brings.

use crate::krm::{Document, Node, Split};

/// What marks a Secret of a cluster.
const SECRET_TYPE: &str = "argocd.argoproj.io/secret-type";
/// Annotation on a document of the input: the component that brings it to a cluster.
pub(super) const COMPONENT: &str = "gpu-machineset.dev/component";

/// A cluster that Argo CD knows.
pub(super) struct Known<'s> {
    /// Its name there; `None` where it cannot be read.
    pub(super) name: Option<String>,
    /// Labels of its Secret.
    labels: Vec<(String, String)>,
    /// Address of its API server.
    pub(super) server: Option<String>,
    /// Its Secret.
    pub(super) document: &'s Document<'s>,
}

impl Known<'_> {
    /// Whether its Secret has a label.
    pub(super) fn has(&self, key: &str, value: &str) -> bool {
        self.labels.iter().any(|one| one.0 == key && one.1 == value)
    }

    /// Its name as part of a name (argo-cd applicationset/utils, SanitizeName).
    pub(super) fn normalized(&self) -> Option<String> {
        let name = self.name.as_ref()?.to_lowercase();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let name: String = name
            .chars()
            .map(|c| if fits(c) { c } else { '-' })
            .collect();
        Some(name.trim_matches(['-', '.']).chars().take(253).collect())
    }
}

/// All documents of the input with what they stand at.
pub(super) fn documents<'s>(
    splits: &'s [Split<'s>],
) -> impl Iterator<Item = ((usize, usize), &'s Document<'s>)> {
    splits.iter().enumerate().flat_map(|(at, split)| {
        let own = split.documents.iter().enumerate();
        own.map(move |(index, document)| ((at, index), document))
    })
}

/// The clusters whose Secrets stand in the input.
pub(super) fn clusters<'s>(splits: &'s [Split<'s>]) -> Vec<Known<'s>> {
    let secrets = documents(splits).map(|(_, document)| document);
    let secrets = secrets.filter(|one| one.is("", "Secret") && one.mentions(SECRET_TYPE));
    secrets.filter_map(known).collect()
}

fn known<'s>(document: &'s Document<'s>) -> Option<Known<'s>> {
    let node = document.node().ok()?;
    if node.str_at(&["metadata", "labels", SECRET_TYPE]) != Some("cluster") {
        return None;
    }
    let labels = node
        .at(&["metadata", "labels"])
        .map_or(&[][..], Node::entries);
    let label =
        |entry: &crate::krm::Entry| Some((entry.key.clone(), entry.value.text()?.to_owned()));
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

/// Base64 of a short text.
fn decoded(text: &str) -> Option<String> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0u32, 0u32, Vec::new());
    for byte in text.trim().trim_end_matches('=').bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        bits = (bits << 6 | u32::try_from(digit).ok()?) & 0xfff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
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
