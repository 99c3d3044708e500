//! Argo CD's own objects in the input, whoever wrote them: what Argo CD would refuse, ignore, or do otherwise than it
//! looks. Nothing of it is an error: what is not ours leaves as it came.

mod applications;
pub(crate) mod clusters;
mod maps;
pub(crate) mod project;

use crate::api::{Owner, place};
use crate::krm::{Document, Kind, Node};
use crate::problem::rules::delivery as rule;
use crate::problem::{Place, Problem, Problems, limited};
use clusters::Known;
use project::Project;

pub(crate) const GROUP: &str = "argoproj.io";
/// Of one object at most this many problems are reported.
const LIMIT: usize = 40;

/// An object of Argo CD, read.
struct Written<'d> {
    document: &'d Document<'d>,
    node: Node,
}

impl Written<'_> {
    fn place(&self, path: &str) -> Place {
        place(self.document, &self.node, path)
    }

    fn problem(&self, rule: &'static crate::problem::Rule, path: &str, message: String) -> Problem {
        Problem::new(rule, self.place(path), message)
    }
}

/// Checks every AppProject, Application and ApplicationSet that is delivered and not made by us, and the Secrets of
/// clusters beside them.
pub(crate) fn check<'d>(
    documents: impl Iterator<Item = &'d Document<'d>> + Clone,
    problems: &mut Problems,
) {
    let is_argo = |document: &&Document<'_>| document.group() == GROUP && !document.is_live();
    let read = |document: &'d Document<'d>| {
        let node = document.node().ok()?;
        Some(Written { document, node })
    };
    let argo: Vec<Written<'_>> = documents.clone().filter(is_argo).filter_map(read).collect();
    if argo.is_empty() {
        return;
    }
    let projects: Vec<Project<'_>> = (argo.iter())
        .filter(|one| one.document.kind == "AppProject")
        .map(|one| Project::of(&one.document.name, &one.node))
        .collect();
    let known: Vec<Known<'_>> = documents.filter_map(clusters::known).collect();
    for one in argo.iter().filter(|one| Owner::of(one.document).is_none()) {
        let found = match one.document.kind.as_ref() {
            "AppProject" => project::check(one),
            "Application" | "ApplicationSet" => applications::check(one, &projects, &known),
            _ => continue,
        };
        let left = placeholders(one);
        problems.extend(limited(found.into_iter().chain(left), LIMIT, "object"));
    }
    problems.extend(unused_labels(&argo, &known));
}

/// Words that stand for something else, and were not replaced.
fn placeholders(one: &Written<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), &one.node)];
    while let Some((path, node)) = open.pop() {
        match &node.kind {
            Kind::Scalar(text, _) => {
                let key = path.rsplit('.').next().unwrap_or_default();
                let is_address =
                    key.starts_with("repoURL") || key.starts_with("sourceRepos") || key == "server";
                if let Some(word) = placeholder(text, is_address) {
                    let message =
                        format!("`{word}` stands for something else, and is left in `{path}`");
                    let problem = one.problem(&rule::PLACEHOLDER_LEFT, &path, message);
                    found.push(problem.help("write what is meant"));
                }
            }
            Kind::List(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(index, item)| (format!("{path}[{index}]"), item)));
            }
            Kind::Map(entries) => open.extend(entries.iter().map(|entry| {
                let path = match (path.as_str(), entry.key.contains(['.', '/'])) {
                    (path, true) => format!("{path}[\"{}\"]", entry.key),
                    ("", false) => entry.key.clone(),
                    (path, false) => format!("{path}.{}", entry.key),
                };
                (path, &entry.value)
            })),
        }
    }
    found
}

/// The word in a text that stands for something else.
pub(crate) fn placeholder(text: &str, is_address: bool) -> Option<&str> {
    const HOSTS: [&str; 3] = ["example.com", "example.org", "example.net"];
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let mut words = text.split(is_end);
    words.find(|word| {
        let upper = word.to_ascii_uppercase();
        let asks = [
            "YOUR_",
            "YOUR-",
            "CHANGEME",
            "CHANGE_ME",
            "CHANGE-ME",
            "REPLACE_ME",
        ];
        let of_host = |host: &str| {
            let left = word.strip_suffix(host);
            left.is_some_and(|left| left.is_empty() || left.ends_with('.'))
        };
        asks.iter().any(|ask| upper.starts_with(ask))
            || is_address && HOSTS.into_iter().any(of_host)
    })
}

/// A label on the Secret of a cluster that no generator looks for.
fn unused_labels(argo: &[Written<'_>], known: &[Known<'_>]) -> Option<Problem> {
    let mut sets = argo
        .iter()
        .filter(|one| one.document.kind == "ApplicationSet");
    let first = sets.clone().next()?;
    if sets.any(|one| applications::has_generator(&one.node, "clusters")) {
        return None;
    }
    let (key, value) = known.iter().find_map(|known| known.own_labels().next())?;
    let message = format!(
        "clusters of the input have the label `{key}={value}`, and no generator looks for it"
    );
    // words at the place of a Secret are hidden
    let problem = first.problem(&rule::CLUSTER_LABEL_UNUSED, "spec.generators", message);
    Some(problem.help(format!("a generator `clusters: {{selector: {{matchLabels: {{{key}: {value}}}}}}}` does; a list delivers to the servers that it names")))
}
