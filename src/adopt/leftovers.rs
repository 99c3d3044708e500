//! What the maker of the sets left on the cluster, and who else believes to own them.

use std::collections::BTreeSet;

use crate::adopt::sets::Set;
use crate::krm::{Document, Kind, Node, Split};
use crate::problem::rules::migrate as rule;
use crate::problem::{Problem, Problems};
use crate::types::metadata_keys::{Reader, is_foreign};

const RBAC: &str = "rbac.authorization.k8s.io";

/// Reports all of it.
pub(super) fn report(splits: &[Split<'_>], sets: &[Set], problems: &mut Problems) {
    let documents: Vec<&Document<'_>> = splits.iter().flat_map(|split| &split.documents).collect();
    problems.extend(sets.iter().filter_map(owner));
    problems.extend(sets.iter().filter_map(resets));
    problems.extend(sets.iter().filter_map(stale));
    let mut maker = Maker::default();
    for document in &documents {
        maker.job(document);
    }
    for document in &documents {
        maker.binding(document);
    }
    for document in &documents {
        maker.other(document);
    }
    let found = maker.found.into_iter();
    problems.extend(found.map(|(document, why)| leftover(document, why)));
}

/// Jobs that make MachineSets, with what belongs to them: namespaces and names.
#[derive(Default)]
struct Maker<'d> {
    found: Vec<(&'d Document<'d>, &'static str)>,
    accounts: BTreeSet<(String, String)>,
    maps: BTreeSet<(String, String)>,
    roles: BTreeSet<String>,
}

impl<'d> Maker<'d> {
    fn job(&mut self, document: &'d Document<'d>) {
        let is_job = document.is("batch", "Job") || document.is("batch", "CronJob");
        if let Some(node) = is_job.then(|| document.node().ok()).flatten()
            && mentions(&node, "machineset")
        {
            let here = |name: String| (document.namespace.to_string(), name);
            let (mut accounts, mut maps) = (BTreeSet::new(), BTreeSet::new());
            collect(&node, "serviceAccountName", &mut accounts);
            collect_maps(&node, &mut maps);
            // every namespace has these, for everybody
            accounts.retain(|name| !matches!(name.as_str(), "default" | "builder" | "deployer"));
            self.accounts.extend(accounts.into_iter().map(here));
            self.maps.extend(maps.into_iter().map(here));
            self.found.push((document, "it makes MachineSets"));
        }
    }

    fn binding(&mut self, document: &'d Document<'d>) {
        let is_binding = document.group() == RBAC && document.kind.ends_with("Binding");
        let Some(node) = is_binding.then(|| document.node().ok()).flatten() else {
            return;
        };
        let subjects = node.get("subjects").map(Node::items).unwrap_or_default();
        let account = |subject: &Node| {
            let namespace = subject
                .str_at(&["namespace"])
                .unwrap_or(&document.namespace);
            let name = subject.str_at(&["name"])?;
            Some((namespace.to_owned(), name.to_owned()))
        };
        let accounts = subjects.iter().filter_map(account);
        if accounts
            .into_iter()
            .any(|account| self.accounts.contains(&account))
        {
            let role = node.str_at(&["roleRef", "name"]);
            self.roles.extend(role.map(str::to_owned));
            self.found.push((document, "the Job's rights"));
        }
    }

    fn other(&mut self, document: &'d Document<'d>) {
        let name = document.name.as_ref();
        let here = (document.namespace.to_string(), name.to_owned());
        let is_role = document.is(RBAC, "ClusterRole") || document.is(RBAC, "Role");
        let why = if document.is("", "ConfigMap") && self.maps.contains(&here) {
            "the Job's script"
        } else if document.is("", "ServiceAccount") && self.accounts.contains(&here) {
            "the Job's account"
        } else if is_role && self.roles.contains(name) && !is_builtin(name) {
            // rights that come with OpenShift belong to everybody
            "the Job's rights"
        } else {
            return;
        };
        self.found.push((document, why));
    }
}

fn is_builtin(name: &str) -> bool {
    matches!(name, "cluster-admin" | "admin" | "edit" | "view") || name.starts_with("system:")
}

fn leftover(document: &Document<'_>, why: &str) -> Problem {
    let kind = document.kind.to_lowercase();
    let namespace = match document.namespace.as_ref() {
        "" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    let place = document.place(document.range.start..document.range.start, "");
    let message = format!(
        "{} `{}` is no longer needed: {why}",
        document.kind, document.name
    );
    Problem::new(&rule::LEFTOVER, place, message)
        .help("remove it from Git first, else it comes back with the next sync")
        .help(format!(
            "then `oc delete {kind}{namespace} {}`",
            document.name
        ))
}

/// Whether any text in the tree holds a word.
fn mentions(node: &Node, word: &str) -> bool {
    match &node.kind {
        Kind::Scalar(text, _) => text.to_lowercase().contains(word),
        Kind::List(items) => items.iter().any(|item| mentions(item, word)),
        Kind::Map(entries) => entries
            .iter()
            .any(|entry| entry.key != "annotations" && mentions(&entry.value, word)),
    }
}

/// The texts under a key, wherever it stands.
fn collect(node: &Node, key: &str, found: &mut BTreeSet<String>) {
    node.items()
        .iter()
        .for_each(|item| collect(item, key, found));
    for entry in node.entries() {
        if entry.key == key {
            found.extend(entry.value.str().map(str::to_owned));
        }
        collect(&entry.value, key, found);
    }
}

/// Names of ConfigMaps that are mounted or read as environment.
fn collect_maps(node: &Node, found: &mut BTreeSet<String>) {
    node.items()
        .iter()
        .for_each(|item| collect_maps(item, found));
    for entry in node.entries() {
        if matches!(
            entry.key.as_str(),
            "configMap" | "configMapRef" | "configMapKeyRef"
        ) {
            found.extend(entry.value.str_at(&["name"]).map(str::to_owned));
        }
        collect_maps(&entry.value, found);
    }
}

/// What `oc apply` applied last; what stands there and is no longer stated is removed by the next `oc apply`.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// An autoscaled pool states no replicas. Removed from a set they become 1, whatever runs.
fn resets(set: &Set) -> Option<Problem> {
    let annotations = set.strings(&["metadata", "annotations"]);
    let applied: serde_json::Value = serde_json::from_str(annotations.get(LAST_APPLIED)?).ok()?;
    let replicas = applied.pointer("/spec/replicas")?;
    set.limits?;
    let message = format!(
        "`oc apply` would set MachineSet `{}` back to 1 machine",
        set.name
    );
    Some(
        Problem::new(&rule::REPLICAS_RESET, set.place.clone(), message)
            .fact(format!("replicas {replicas} were applied with `oc apply` before, {} are there", set.replicas))
            .help(format!(
                "before the first `oc apply` of what is rendered: `oc annotate machinesets.machine.openshift.io -n openshift-machine-api {} {LAST_APPLIED}-`",
                set.name
            )),
    )
}

/// What tools left on a set for themselves. None of it is rendered, and applying leaves it there.
fn stale(set: &Set) -> Option<Problem> {
    let annotations = set.strings(&["metadata", "annotations"]);
    let keys = annotations.keys().map(String::as_str);
    let keys: Vec<&str> = keys.filter(|key| is_foreign(key, Reader::Stale)).collect();
    if keys.is_empty() {
        return None;
    }
    let message = format!(
        "MachineSet `{}` carries annotations of what made it: `{}`",
        set.name,
        keys.join("`, `")
    );
    let removals: Vec<String> = keys.iter().map(|key| format!("{key}-")).collect();
    Some(
        Problem::new(&rule::STALE_ANNOTATION, set.place.clone(), message).help(format!(
            "`oc annotate machinesets.machine.openshift.io -n openshift-machine-api {} {}`",
            set.name,
            removals.join(" ")
        )),
    )
}

/// Somebody who would delete or rewrite a set.
fn owner(set: &Set) -> Option<Problem> {
    let annotations = set.strings(&["metadata", "annotations"]);
    let labels = set.strings(&["metadata", "labels"]);
    let problem =
        |message: String| Problem::new(&rule::SET_HAS_AN_OWNER, set.place.clone(), message);
    if let Some(tracking) = annotations.get("argocd.argoproj.io/tracking-id") {
        let application = tracking.split(':').next().unwrap_or("");
        return Some(problem(format!("MachineSet `{}` is tracked by Argo CD Application `{application}`", set.name)).help(format!(
            "before it leaves that Application: `oc annotate machinesets.machine.openshift.io -n openshift-machine-api {} argocd.argoproj.io/sync-options=Prune=false`, else it is pruned with its machines",
            set.name
        )));
    }
    if let Some(application) = labels.get("app.kubernetes.io/instance") {
        return Some(problem(format!("MachineSet `{}` may be tracked by Argo CD Application `{application}` (label `app.kubernetes.io/instance`)", set.name)).help(format!(
            "if it is, then before it leaves that Application: `oc annotate machinesets.machine.openshift.io -n openshift-machine-api {} argocd.argoproj.io/sync-options=Prune=false`",
            set.name
        )));
    }
    if let Some(key) = labels
        .keys()
        .find(|key| key.starts_with("hive.openshift.io/"))
    {
        return Some(problem(format!("MachineSet `{}` belongs to a Hive MachinePool (label `{key}`)", set.name)).help(
            "Hive rewrites it, and deletes it with the pool: leave it to Hive with `--except`, make a pool of another name beside it, and delete the MachinePool on the hub when that one runs",
        ));
    }
    let owners = set
        .node
        .at(&["metadata", "ownerReferences"])
        .map(Node::items)
        .unwrap_or_default();
    let owner = owners.first()?;
    let text = |key| owner.str_at(&[key]).unwrap_or("");
    Some(
        problem(format!(
            "MachineSet `{}` is owned by {} `{}`",
            set.name,
            text("kind"),
            text("name")
        ))
        .help("it is deleted together with its owner: remove the reference first"),
    )
}
