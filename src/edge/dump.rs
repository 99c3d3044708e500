//! Dumps of running clusters: files of `oc get -o yaml`, must-gather folders, folders of `oc adm inspect`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::krm::Source;
use crate::node_group::NODE_GROUPS;
use crate::problem::Problems;

use super::files;

/// Folders of a must-gather hold thousands of files; these resources are read. Groups are folders, resources are
/// folders in them or files with a list.
const RESOURCES: &[(&str, &[&str])] = &[
    (
        "config.openshift.io",
        &["infrastructures", "clusterversions"],
    ),
    ("autoscaling.openshift.io", &["clusterautoscalers"]),
    ("operators.coreos.com", &["subscriptions", "operatorgroups"]),
    // what shows that an operator is installed
    ("nfd.openshift.io", &["nodefeaturediscoveries"]),
    (
        "nvidia.com",
        &["clusterpolicies", "gpuclusters", "nvidiadrivers"],
    ),
    ("kuadrant.io", &["kuadrants"]),
    ("kueue.openshift.io", &["kueues"]),
    ("metallb.io", &["metallbs"]),
    ("nmstate.io", &["nmstates"]),
    ("ocs.openshift.io", &["storageclusters"]),
    ("operator.knative.dev", &["knativeservings"]),
    ("operator.openshift.io", &["leaderworkersetoperators"]),
    ("operator.openstack.org", &["openstacks"]),
    (
        "datasciencecluster.opendatahub.io",
        &["datascienceclusters"],
    ),
    ("dscinitialization.opendatahub.io", &["dscinitializations"]),
    ("opendatahub.io", &["odhdashboardconfigs"]),
    ("cluster.open-cluster-management.io", &["managedclusters"]),
    ("batch", &["jobs", "cronjobs"]),
    (
        "rbac.authorization.k8s.io",
        &[
            "clusterroles",
            "clusterrolebindings",
            "roles",
            "rolebindings",
        ],
    ),
];
/// Resources of the core group are read in the namespaces that matter, and in those of Jobs that make MachineSets:
/// Secrets and logs are not.
const CORE: (&str, &[&str]) = ("core", &["configmaps", "serviceaccounts"]);
const NAMESPACES: [&str; 2] = ["openshift-machine-api", "openshift-machine-config-operator"];
/// How deep the folders of a must-gather lie below the one that is named.
const DEPTH: usize = 12;

/// All sources that the paths name; standard input when none is named.
pub(super) fn gather(paths: &[PathBuf]) -> (Vec<Source>, Problems) {
    let mut all = Vec::new();
    for path in paths {
        let mut found = Found::default();
        if path.is_dir() {
            walk(path, &mut Vec::new(), DEPTH, &mut found);
        }
        if found.is_inspected {
            all.extend(found.files);
            // named like any other path, so that reading it says why
            all.extend(found.unread);
        } else {
            all.push(path.clone());
        }
    }
    if all.is_empty() && paths.is_empty() {
        all.push(PathBuf::from("-"));
    }
    files::gather(&all, &[])
}

#[derive(Default)]
struct Found {
    files: Vec<PathBuf>,
    /// Whether any folder has the layout of `oc adm inspect`.
    is_inspected: bool,
    /// Namespaces of Jobs that make MachineSets.
    makers: Vec<String>,
    /// Folders that cannot be read: what they hold is not "not there".
    unread: Vec<PathBuf>,
}

/// Collects the files that are read. `below` are the names of the folders since the last root of a layout.
fn walk(folder: &Path, below: &mut Vec<String>, depth: usize, found: &mut Found) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let Ok(entries) = entries else {
        found.unread.push(folder.to_owned());
        return;
    };
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        let is_root = matches!(name, "cluster-scoped-resources" | "namespaces");
        let names = below.len();
        if is_root || !below.is_empty() {
            below.push(name.to_owned());
        }
        if matches!(&below[..], [root, _] if root == "namespaces") && makes_sets(&path) {
            found.makers.push(name.to_owned());
        }
        if path.is_dir() && !path.is_symlink() && depth > 0 && may_lead(below, &found.makers) {
            walk(&path, below, depth - 1, found);
        } else if is_read(below, &found.makers) && path.is_file() {
            found.files.push(path.clone());
        }
        found.is_inspected |= is_root && path.is_dir();
        below.truncate(names);
    }
}

/// Whether a Job of a namespace makes MachineSets; its script lies beside it.
fn makes_sets(namespace: &Path) -> bool {
    let batch = namespace.join("batch");
    let lists = ["jobs.yaml", "cronjobs.yaml"].map(|name| batch.join(name));
    let folders = ["jobs", "cronjobs"].map(|name| fs::read_dir(batch.join(name)));
    let single = folders.into_iter().flatten().flatten().flatten();
    let says = |path: PathBuf| {
        fs::read_to_string(path).is_ok_and(|text| text.to_lowercase().contains("machineset"))
    };
    (lists.into_iter())
        .chain(single.map(|entry| entry.path()))
        .any(says)
}

/// Group and what follows, in a layout: `cluster-scoped-resources/GROUP/...`, `namespaces/NAMESPACE/GROUP/...`.
fn group(below: &[String]) -> Option<(Option<&str>, &str, &[String])> {
    match below {
        [root, group, rest @ ..] if root == "cluster-scoped-resources" => {
            Some((None, group.as_str(), rest))
        }
        [_, namespace, group, rest @ ..] => Some((Some(namespace), group.as_str(), rest)),
        _ => None,
    }
}

/// Whether a folder is worth entering: any above the groups, and the groups that are read.
fn may_lead(below: &[String], makers: &[String]) -> bool {
    group(below).is_none_or(|(namespace, name, _)| !resources(namespace, name, makers).is_empty())
}

fn is_read(below: &[String], makers: &[String]) -> bool {
    let Some((namespace, name, [first, ..])) = group(below) else {
        return false;
    };
    let is_manifest = below.last().is_some_and(|file| {
        let ending = Path::new(file).extension();
        ending.is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known))
    });
    let resource = first.split('.').next().unwrap_or(first);
    is_manifest && resources(namespace, name, makers).contains(&resource)
}

fn resources(namespace: Option<&str>, group: &str, makers: &[String]) -> Vec<&'static str> {
    let (core, resources) = CORE;
    if group == core {
        let has_maker = |name: &str| makers.iter().any(|maker| maker == name);
        let matters = namespace.is_some_and(|name| NAMESPACES.contains(&name) || has_maker(name));
        return resources.iter().copied().filter(|_| matters).collect();
    }
    let others = RESOURCES.iter().filter(|(known, _)| *known == group);
    let others = others.flat_map(|(_, resources)| resources.iter().copied());
    let of_pools = NODE_GROUPS.iter().flat_map(|form| form.kinds());
    let of_pools = of_pools.filter(|def| def.group == group);
    others.chain(of_pools.map(|def| def.plural)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator;

    #[test]
    fn all_that_shows_an_operator_is_read() {
        let kinds =
            (operator::OPERATORS.iter()).flat_map(|one| one.operands.iter().chain(one.companions));
        for kind in kinds {
            let word = kind.kind.to_lowercase();
            let plural = match word.strip_suffix('y') {
                Some(stem) => format!("{stem}ies"),
                None => format!("{word}s"),
            };
            let known = resources(None, kind.group, &[]);
            assert!(known.contains(&plural.as_str()), "{} {plural}", kind.group);
        }
    }
}
