//! Kinds of Kubernetes and OpenShift, their groups, and whether their objects are in a namespace. Text in the binary,
//! as the other tables: a kind that is not in it may well exist.

use crate::problem::did_you_mean;

const KINDS: &str = include_str!("kinds.tsv");

/// Groups whose kinds are all in the table.
const WHOLE: [&str; 7] = [
    "",
    "admissionregistration.k8s.io",
    "apps",
    "batch",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
];

/// A kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KindRow {
    /// Its API group; empty for the core group.
    pub(crate) group: &'static str,
    /// Its name.
    pub(crate) kind: &'static str,
    /// Whether its objects are in a namespace.
    pub(crate) namespaced: bool,
}

fn rows() -> impl Iterator<Item = KindRow> {
    let lines = KINDS.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut fields = line.split('\t');
        Some(KindRow {
            group: fields.next()?,
            kind: fields.next()?,
            namespaced: fields.next()? == "N",
        })
    })
}

/// The kinds of a name, of whatever group.
pub(crate) fn called(kind: &str) -> Vec<KindRow> {
    rows().filter(|row| row.kind == kind).collect()
}

/// A kind of a group.
pub(crate) fn of(group: &str, kind: &str) -> Option<KindRow> {
    rows().find(|row| row.group == group && row.kind == kind)
}

/// Whether a kind that is not in the table is certainly none.
pub(crate) fn is_whole(group: &str) -> bool {
    WHOLE.contains(&group)
}

/// The kind that was probably meant: of a group, or of all. `ValidatingAdmissionWebhook` is what people call a
/// `ValidatingWebhookConfiguration`, since the admission plugin has that name.
pub(crate) fn nearest(group: Option<&str>, kind: &str) -> Option<&'static str> {
    let plugin = match kind {
        "MutatingAdmissionWebhook" => Some("MutatingWebhookConfiguration"),
        "ValidatingAdmissionWebhook" => Some("ValidatingWebhookConfiguration"),
        _ => None,
    };
    let of_group = |row: &KindRow| group.is_none_or(|group| row.group == group);
    plugin.or_else(|| did_you_mean(kind, rows().filter(of_group).map(|row| row.kind)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_kind_is_in_it_once() {
        let all: Vec<(&str, &str)> = rows().map(|row| (row.group, row.kind)).collect();
        assert!(all.is_sorted() && all.len() > 70, "{}", all.len());
        for (group, kind) in all {
            assert_eq!(of(group, kind).map(|row| row.kind), Some(kind));
            assert_eq!(called(kind).len(), 1, "{kind}");
        }
    }

    #[test]
    fn what_is_no_kind_has_a_nearest_one() {
        let webhook = nearest(
            Some("admissionregistration.k8s.io"),
            "ValidatingAdmissionWebhook",
        );
        assert_eq!(webhook, Some("ValidatingWebhookConfiguration"));
        assert_eq!(nearest(None, "Deploymnet"), Some("Deployment"));
        assert_eq!(nearest(None, "Xyz"), None);
    }
}
