//! Applications and ApplicationSets.

use crate::krm::{Kind, Node};
use crate::problem::Problem;
use crate::problem::rules::delivery as rule;

use super::clusters::Known;
use super::project::Project;
use super::{Written, maps};

const WAVE: &str = "argocd.argoproj.io/sync-wave";

/// What is wrong with one.
pub(super) fn check(
    one: &Written<'_>,
    projects: &[Project<'_>],
    known: &[Known<'_>],
) -> Vec<Problem> {
    let is_set = one.document.kind == "ApplicationSet";
    let base = if is_set { "spec.template.spec" } else { "spec" };
    let keys: Vec<&str> = base.split('.').collect();
    let spec = one.node.at(&keys);
    let mut problems = Vec::new();
    if let Some(spec) = spec {
        problems.extend(allow_empty(one, spec, base));
        problems.extend(ignored(one, spec, base));
        problems.extend(outside(one, spec, base, projects));
    }
    if is_set {
        problems.extend(wave(one));
        problems.extend(selectors(one, known));
        problems.extend(missing_keys(one));
    }
    problems.extend(maps::check(one));
    problems
}

/// `allowEmpty: true` reads as if it protected.
fn allow_empty(one: &Written<'_>, spec: &Node, base: &str) -> Option<Problem> {
    let path = ["syncPolicy", "automated", "allowEmpty"];
    let is_on = spec.at(&path).and_then(Node::text) == Some("true");
    let message = "an empty folder in Git deletes everything: `allowEmpty` allows that, and does not prevent it";
    is_on.then(|| {
        let path = format!("{base}.{}", path.join("."));
        let problem = one.problem(&rule::ALLOW_EMPTY, &path, message.to_owned());
        problem.help("remove it: without it Argo CD refuses to delete all")
    })
}

/// Pods are made on the cluster, and are in no Application.
fn ignored(one: &Written<'_>, spec: &Node, base: &str) -> Vec<Problem> {
    let entries = spec.get("ignoreDifferences").map_or(&[][..], Node::items);
    let dead = entries.iter().enumerate().filter(|(_, entry)| {
        let group = entry.get("group").and_then(Node::text).unwrap_or_default();
        group.is_empty() && entry.get("kind").and_then(Node::text) == Some("Pod")
    });
    dead.map(|(index, _)| {
        let path = format!("{base}.ignoreDifferences[{index}]");
        let message =
            "Pods are made by controllers and come from no Application: the entry has no effect";
        let problem = one.problem(&rule::IGNORED_NEVER_DELIVERED, &path, message.to_owned());
        problem
            .help("remove it; for what an autoscaler changes, name the Deployment or StatefulSet")
    })
    .collect()
}

/// What the AppProject of the input does not allow.
fn outside(one: &Written<'_>, spec: &Node, base: &str, projects: &[Project<'_>]) -> Vec<Problem> {
    let name = spec.get("project").and_then(Node::text);
    let Some(project) = projects.iter().find(|project| Some(project.name) == name) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let several = spec
        .get("sources")
        .map_or(&[][..], Node::items)
        .iter()
        .enumerate();
    let several = several.map(|(index, source)| (format!("sources[{index}]"), source));
    let only = spec
        .get("source")
        .map(|source| ("source".to_owned(), source));
    for (path, source) in only.into_iter().chain(several) {
        let repository = source
            .get("repoURL")
            .and_then(Node::text)
            .unwrap_or_default();
        if !is_template(repository) && !project.allows_source(repository) {
            let path = format!("{base}.{path}.repoURL");
            let message = format!(
                "AppProject `{}` does not allow the repository `{repository}`",
                project.name
            );
            let problem = one.problem(&rule::OUTSIDE_PROJECT, &path, message);
            problems.push(
                problem
                    .help("add it to `spec.sourceRepos` of the AppProject, written as it is here"),
            );
        }
    }
    let to = |key: &str| spec.at(&["destination", key]).and_then(Node::text);
    let namespace = to("namespace").unwrap_or_default();
    let server = to("server").filter(|server| !is_template(server));
    let is_known = !is_template(namespace) && (server.is_some() || to("name").is_none());
    if is_known && to("server").is_some() && !project.allows_destination(server, namespace) {
        let path = format!("{base}.destination");
        let message = format!(
            "AppProject `{}` does not allow the namespace `{namespace}` there",
            project.name
        );
        let problem = one.problem(&rule::OUTSIDE_PROJECT, &path, message);
        problems.push(problem.help("add it to `spec.destinations` of the AppProject"));
    }
    problems
}

fn is_template(text: &str) -> bool {
    text.contains("{{")
}

/// No code of Argo CD reads sync waves of generated Applications.
fn wave(one: &Written<'_>) -> Option<Problem> {
    let path = ["spec", "template", "metadata", "annotations", WAVE];
    one.node.at(&path)?;
    let message = "a sync wave on the Applications of an ApplicationSet orders nothing: waves count inside of one Application";
    let path = format!("spec.template.metadata.annotations[\"{WAVE}\"]");
    let problem = one.problem(&rule::WAVE_ORDERS_NOTHING, &path, message.to_owned());
    Some(problem.help("order them with `strategy: {type: RollingSync}` over a label of the Applications, as `order` of a GpuDelivery does"))
}

/// Selectors of clusters that find none.
fn selectors(one: &Written<'_>, known: &[Known<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if known.is_empty() {
        return problems;
    }
    each_generator(&one.node, "clusters", &mut |path, generator| {
        let labels = generator
            .at(&["selector", "matchLabels"])
            .map_or(&[][..], Node::entries);
        let fits = |known: &Known<'_>| {
            labels
                .iter()
                .all(|label| known.label(&label.key) == label.value.text())
        };
        let is_template = labels
            .iter()
            .any(|label| label.value.text().is_some_and(is_template));
        if labels.is_empty() || is_template || known.iter().any(fits) {
            return;
        }
        let wanted: Vec<String> = (labels.iter())
            .map(|label| format!("{}={}", label.key, label.value.text().unwrap_or_default()))
            .collect();
        let message = format!(
            "no cluster Secret of the input has the labels `{}`: the generator finds no cluster",
            wanted.join(",")
        );
        let problem = one.problem(
            &rule::NO_MATCHING_CLUSTER,
            &format!("{path}.selector"),
            message,
        );
        let namespace = one.document.namespace.as_ref();
        problems.push(problem.help(format!("label the Secret of the cluster, not its nodes: `oc label secret -n {namespace} NAME {}`", wanted.join(" "))));
    });
    problems
}

/// A template that says `<no value>` where a parameter is missing.
fn missing_keys(one: &Written<'_>) -> Option<Problem> {
    let spec = one.node.get("spec")?;
    let go = spec.get("goTemplate").and_then(Node::text) == Some("true");
    let options = spec.get("goTemplateOptions").map_or(&[][..], Node::items);
    if go
        && options
            .iter()
            .any(|option| option.text() == Some("missingkey=error"))
    {
        return None;
    }
    let message = if go {
        "a parameter that is missing is deployed as `<no value>`"
    } else {
        "a parameter that is missing is deployed as its own name in braces"
    };
    let problem = one.problem(&rule::MISSING_KEYS, "spec", message.to_owned());
    Some(problem.help("give it `goTemplate: true` and `goTemplateOptions: [missingkey=error]`, and parameters a dot: `{{.name}}`"))
}

/// Whether a generator of a kind is anywhere in the set.
pub(super) fn has_generator(set: &Node, kind: &str) -> bool {
    let mut found = false;
    each_generator(set, kind, &mut |_, _| found = true);
    found
}

/// Looks at every generator of a kind, at whatever depth.
fn each_generator(set: &Node, kind: &str, look: &mut dyn FnMut(&str, &Node)) {
    let mut open: Vec<(String, &Node)> = Vec::new();
    open.extend(
        set.at(&["spec", "generators"])
            .map(|list| ("spec.generators".to_owned(), list)),
    );
    while let Some((path, node)) = open.pop() {
        match &node.kind {
            Kind::List(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(index, item)| (format!("{path}[{index}]"), item)));
            }
            Kind::Map(entries) => {
                for entry in entries {
                    let path = format!("{path}.{}", entry.key);
                    if entry.key == kind {
                        look(&path, &entry.value);
                    } else if ["matrix", "merge", "generators"].contains(&entry.key.as_str()) {
                        open.push((path, &entry.value));
                    }
                }
            }
            Kind::Scalar(..) => {}
        }
    }
}
