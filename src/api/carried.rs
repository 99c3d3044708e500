//! Annotations and labels that a placeholder must not carry: they go onto all that it makes, where a controller writes
//! them itself, or a delivery tool takes them as the order to delete machines.

use crate::krm::{Document, Entry, Node};
use crate::problem::Problem;
use crate::problem::rules::pool as rule;
use crate::types::metadata_keys::{Reader, writer};

use super::{OurKind, key_place};

/// A key by which a delivery tool deletes.
struct Row {
    /// The key; with `*` at its end, the beginning of keys.
    key: &'static str,
    /// The entry of a comma-separated value that means it; any value when there is none.
    entry: Option<&'static str>,
    /// The tool and what it does then.
    how: &'static str,
}

const HOOK: &str =
    "Argo CD deletes a hook before every sync without asking, a MachineSet with its machines";
const HELM_HOOK: &str =
    "Argo CD and Helm delete a hook before they make it again, a MachineSet with its machines";
const FORCE: &str =
    "Argo CD deletes what it cannot change and makes it again, a MachineSet with its machines";
const REPLACE: &str = "Argo CD puts the object in the place of the live one, which scales an autoscaled MachineSet back to the API's default of one machine";
const FLUX_FORCE: &str =
    "Flux deletes what it cannot change and makes it again, a MachineSet with its machines";

const fn row(key: &'static str, entry: Option<&'static str>, how: &'static str) -> Row {
    Row { key, entry, how }
}

/// Sources: gitops-engine `pkg/sync/hook/hook.go` and `delete_policy.go` (an object with a hook annotation is one, and
/// without a policy it goes before each creation), `pkg/sync/sync_context.go` (`Replace` and `Force`); Flux
/// kustomize-controller `docs/spec/v1/kustomizations.md` (a label counts as well).
#[rustfmt::skip]
static ROWS: [Row; 5] = [
    row("argocd.argoproj.io/hook*", None, HOOK),
    row("argocd.argoproj.io/sync-options", Some("Force=true"), FORCE),
    row("argocd.argoproj.io/sync-options", Some("Replace=true"), REPLACE),
    row("helm.sh/hook*", None, HELM_HOOK),
    row("kustomize.toolkit.fluxcd.io/force", Some("enabled"), FLUX_FORCE),
];

impl Row {
    fn means(&self, key: &str, value: &str) -> bool {
        let same = match self.key.strip_suffix('*') {
            Some(beginning) => key.starts_with(beginning),
            None => key == self.key,
        };
        let mut entries = value.split(',').map(str::trim);
        same && self
            .entry
            .is_none_or(|wanted| entries.any(|one| one.eq_ignore_ascii_case(wanted)))
    }

    /// What is wrong with it, and the cure.
    fn words(&self, what: &str, key: &str) -> (String, String) {
        let how = self.how;
        match self.entry {
            Some(entry) => (
                format!("with `{entry}` in {what} `{key}` {how}"),
                format!("take `{entry}` out of it"),
            ),
            None => (
                format!("{what} `{key}` makes a hook of all that the placeholder makes: {how}"),
                "remove it; to order objects, take `argocd.argoproj.io/sync-wave`".to_owned(),
            ),
        }
    }
}

/// Refuses what must not go onto the objects of a placeholder.
pub(super) fn check(document: &Document<'_>, node: &Node, kind: OurKind) -> Vec<Problem> {
    let fields = [("annotations", "annotation"), ("labels", "label")];
    let of_field = |(field, what): (&'static str, &'static str)| {
        let entries = node.at(&["metadata", field]).map_or(&[][..], Node::entries);
        entries
            .iter()
            .flat_map(move |entry| of_entry(entry, field, what, (document, node, kind)))
    };
    fields.into_iter().flat_map(of_field).collect()
}

fn of_entry<'e>(
    entry: &'e Entry,
    field: &'static str,
    what: &'static str,
    (document, node, kind): (&'e Document<'_>, &'e Node, OurKind),
) -> impl Iterator<Item = Problem> + 'e {
    let (key, value) = (&entry.key, entry.value.text().unwrap_or(""));
    let place = move || key_place(document, node, &format!("metadata.{field}[\"{key}\"]"));
    // a ClusterFacts makes nothing
    let rows = ROWS.iter().filter(move |_| kind != OurKind::ClusterFacts);
    let deletes = rows.filter(|row| row.means(key, value)).map(move |row| {
        let (message, help) = row.words(what, key);
        Problem::new(&rule::ANNOTATION_DELETES, place(), message).help(help)
    });
    // a controller of machines writes to what a pool makes, and nowhere else
    let writer = writer(key, Reader::Placeholder).filter(|_| kind == OurKind::GpuMachineSet);
    let owned = writer.map(move |writer| {
        let message = format!("{what} `{key}` is written by {writer}");
        Problem::new(&rule::ANNOTATION_OWNED, place(), message).help(
            "remove it: a value from Git is overwritten, and Argo CD sees a difference for ever",
        )
    });
    deletes.chain(owned)
}

#[cfg(test)]
mod tests {
    use super::super::read::tests::{document, source};
    use super::*;

    fn slugs(kind: OurKind, metadata: &str) -> Vec<&'static str> {
        let source = source(&format!("kind: {kind}\nmetadata: {{{metadata}}}\n"));
        let document = document(&source);
        let node = document.node().expect("parses");
        let problems = check(&document, &node, kind);
        problems.iter().map(|one| one.rule.slug).collect()
    }

    #[test]
    fn what_makes_a_tool_delete_machines_is_refused_on_placeholders_of_every_kind() {
        for kind in [OurKind::GpuMachineSet, OurKind::GpuPlatform] {
            for one in [
                "argocd.argoproj.io/hook: Sync",
                "argocd.argoproj.io/hook: Skip",
                "argocd.argoproj.io/hook-delete-policy: HookSucceeded",
                "helm.sh/hook: pre-install",
                "helm.sh/hook-weight: '1'",
                "argocd.argoproj.io/sync-options: 'Prune=confirm, Replace=true'",
                "argocd.argoproj.io/sync-options: 'Force=true'",
                "kustomize.toolkit.fluxcd.io/force: Enabled",
            ] {
                for field in ["annotations", "labels"] {
                    let found = slugs(kind, &format!("{field}: {{{one}}}"));
                    assert_eq!(found, ["annotation-deletes"], "{kind} {field} {one}");
                }
            }
        }
        let both = "annotations: {argocd.argoproj.io/sync-options: 'Force=true,Replace=true'}";
        assert_eq!(slugs(OurKind::GpuPlatform, both).len(), 2);
    }

    #[test]
    fn what_orders_protects_or_compares_is_the_users_to_say() {
        for kind in OurKind::ALL {
            for one in [
                "argocd.argoproj.io/sync-wave: '3'",
                "argocd.argoproj.io/compare-options: IgnoreExtraneous",
                "argocd.argoproj.io/sync-options: 'Prune=false,Delete=false,Replace=false,PruneLast=true'",
                "argocd.argoproj.io/sync-options: ServerSideApply=true",
                "helm.sh/resource-policy: keep",
                "kustomize.toolkit.fluxcd.io/prune: disabled",
                "kustomize.toolkit.fluxcd.io/force: disabled",
                "team: hook",
            ] {
                let found = slugs(kind, &format!("annotations: {{{one}}}"));
                assert!(found.is_empty(), "{kind} {one}: {found:?}");
            }
        }
        // a ClusterFacts makes nothing
        let hook = "annotations: {argocd.argoproj.io/hook: PreSync}";
        assert!(slugs(OurKind::ClusterFacts, hook).is_empty());
    }

    #[test]
    fn what_controllers_write_is_refused_on_pools_alone() {
        let written = "annotations: {machine.openshift.io/GPU: '1'}";
        assert_eq!(slugs(OurKind::GpuMachineSet, written), ["annotation-owned"]);
        assert!(slugs(OurKind::GpuPlatform, written).is_empty());
    }
}
