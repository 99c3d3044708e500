//! What Argo CD hands to the plugin, read from the Application itself.

use std::collections::BTreeMap;
use std::path::Path;

use crate::argocd::{PLUGIN, Variables, parameters, pool_parameters};
use crate::cluster::facts_that_are_missing;
use crate::krm::{Document, Kind, Node, Source, parse, split_readable};
use crate::problem::rules::argocd as rule;
use crate::problem::{Place, Problem, Problems};

/// A source of an Application, or of the template of an ApplicationSet, that a plugin renders.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    name: String,
    kind: String,
    /// `spec.source.path`: the application's folder in its repository.
    pub path: String,
    source: Node,
    place: Place,
}

/// Every source that a plugin renders. What cannot be cut is said when it is rendered.
pub(crate) fn handed(sources: &[Source], problems: &mut Problems) -> Vec<Handed> {
    let splits = split_readable(sources);
    let documents = splits.iter().flat_map(|split| &split.documents);
    documents
        .flat_map(|document| sources_of(document, problems))
        .collect()
}

fn sources_of(document: &Document<'_>, problems: &mut Problems) -> Vec<Handed> {
    let spec_path: &[&str] = match document.kind.as_ref() {
        "Application" => &["spec"],
        "ApplicationSet" => &["spec", "template", "spec"],
        _ => return Vec::new(),
    };
    // one that cannot be read hands over nobody knows what
    let is_argo = document.group() == "argoproj.io";
    let node = is_argo.then(|| problems.take(document.node())).flatten();
    let Some(spec) = node.as_ref().and_then(|node| node.at(spec_path)) else {
        return Vec::new();
    };
    let several = spec.get("sources").map_or(&[][..], Node::items);
    let sources = spec.get("source").into_iter().chain(several);
    let plugin = |source: &&Node| {
        source
            .get("plugin")
            .is_some_and(|plugin| !plugin.is_empty())
    };
    let path = format!("{}.source", spec_path.join("."));
    let handed = sources.filter(plugin).map(|source| Handed {
        name: document.name.to_string(),
        kind: document.kind.to_string(),
        path: source.str_at(&["path"]).unwrap_or_default().to_owned(),
        source: source.clone(),
        place: document.place(source.span.clone(), path.as_str()),
    });
    handed.collect()
}

/// The Application that a folder is rendered for; none when none says so. What is known to be unknown is a problem.
pub(crate) fn application_of(
    handed: Vec<Handed>,
    folder: Option<&Path>,
    problems: &mut Problems,
) -> Result<Option<Handed>, Box<Problem>> {
    let is_of = |one: &Handed| folder.is_none_or(|folder| one.is_of(folder));
    let (mut its, others): (Vec<Handed>, Vec<Handed>) = handed.into_iter().partition(is_of);
    if its.len() > 1 {
        its.retain(|one| one.is_ours() && one.hands_over());
    }
    if its.len() > 1 {
        return Err(Box::new(ambiguous(&its)));
    }
    let Some(only) = its.pop() else {
        let others: Vec<Handed> = others.into_iter().filter(Handed::is_ours).collect();
        problems.extend(of_other_folders(&others));
        return Ok(None);
    };
    if let Some(problem) = only.of_another_plugin() {
        problems.push(problem);
        return Ok(None);
    }
    if only.kind == "Application" {
        return Ok(Some(only));
    }
    problems.extend(only.of_a_set());
    Ok(None)
}

impl Handed {
    /// Whether it is rendered from a folder; what a template makes of its path is not known, and may be any.
    pub(crate) fn is_of(&self, folder: &Path) -> bool {
        let path = self.path.trim_start_matches("./").trim_end_matches('/');
        path.contains("{{") || path == "." || folder.ends_with(path)
    }

    /// Files in the application's folder that Argo CD merges over the source, in this order (argo-cd repository.go,
    /// mergeSourceParameters).
    pub(crate) fn files_over_it(&self) -> [String; 2] {
        let own = format!(".argocd-source-{}.yaml", self.name);
        [".argocd-source.yaml".to_owned(), own]
    }

    /// Merges one of them.
    pub(crate) fn merge(&mut self, file: &Source) -> Result<(), Vec<Problem>> {
        let patch = parse::parse(&file.text, 0..file.text.len()).map_err(|errors| {
            let wrong = errors.iter().map(|error| {
                let place = Place::in_file(file.name.as_str());
                let message = format!("`{}` is no YAML: {}", file.name, error.kind);
                Problem::new(&rule::INVALID_PARAMETER, place, message)
                    .help("Argo CD merges it over `spec.source` of the Application")
            });
            wrong.collect::<Vec<Problem>>()
        })?;
        self.source.merge_patch(&patch);
        Ok(())
    }

    /// The variables that Argo CD makes of it.
    pub(crate) fn variables(&self, problems: &mut Problems) -> Variables {
        let plugin = self.source.get("plugin");
        let list = plugin.and_then(|plugin| plugin.get("parameters"));
        let env = plugin.and_then(|plugin| plugin.get("env"));
        let is_list = |list: &&Node| {
            let named = |item: &Node| item.str_at(&["name"]).is_some();
            matches!(list.kind, Kind::List(_)) && list.items().iter().all(named)
        };
        if list.is_some_and(|list| !list.is_null() && !is_list(&list)) {
            problems.push(self.no_list());
        }
        let list = list.filter(is_list);
        let mut variables = Variables {
            application: self.name.clone(),
            parameters: list
                .map(|list| list.to_json().to_string())
                .unwrap_or_default(),
            env: BTreeMap::new(),
        };
        for entry in env.map_or(&[][..], Node::items) {
            let text = |key: &str| entry.str_at(&[key]).unwrap_or_default().to_owned();
            let (name, value) = (text("name"), text("value"));
            if name.is_empty() {
                continue;
            }
            if value.contains('$') {
                problems.push(filled_in(&variables, &name));
            } else {
                variables.env.insert(name, value);
            }
        }
        variables
    }

    fn hands_over(&self) -> bool {
        let any = |list: &str| {
            let list = self.source.at(&["plugin", list]);
            list.is_some_and(|list| !list.items().is_empty())
        };
        any("parameters") || any("env")
    }

    fn title(&self) -> String {
        format!("{} `{}`", self.kind, self.name)
    }

    fn is_ours(&self) -> bool {
        let name = self.source.str_at(&["plugin", "name"]);
        name.is_none_or(|name| name == PLUGIN)
    }

    fn no_list(&self) -> Problem {
        let message = format!(
            "the parameters of {} are no list of names and values",
            self.title()
        );
        Problem::new(&rule::INVALID_PARAMETER, self.place.clone(), message)
            .help("write `parameters: [{name: region, string: us-east-2}]`")
    }

    /// Without a name Argo CD asks every plugin whether it is meant.
    fn of_another_plugin(&self) -> Option<Problem> {
        let name = self.source.str_at(&["plugin", "name"])?;
        let message = format!(
            "{} names the plugin `{name}`: what it hands over does not count here",
            self.title()
        );
        let problem = Problem::new(&rule::PARAMETERS_NOT_READ, self.place.clone(), message);
        (name != PLUGIN)
            .then(|| problem.help(format!("this plugin is `{PLUGIN}`, without a version")))
    }

    fn of_a_set(&self) -> Option<Problem> {
        let message = format!(
            "{} fills in parameters for each of its Applications, and none of them is here",
            self.title()
        );
        let problem = Problem::new(&rule::PARAMETERS_NOT_READ, self.place.clone(), message);
        self.hands_over().then(|| problem.help(
            "name one of its Applications instead: `oc get applications.argoproj.io NAME -n openshift-gitops -o yaml > application.yaml`",
        ))
    }
}

/// One line, however many a folder of Applications holds.
fn of_other_folders(others: &[Handed]) -> Option<Problem> {
    let first = others.first()?;
    let (title, path) = (first.title(), &first.path);
    let message = match others.len() {
        1 => format!("{title} is for `{path}`: what it hands over does not count here"),
        count => format!(
            "{title} is for `{path}`, and {} more are for other folders: what they hand over does not count here",
            count - 1
        ),
    };
    let problem = Problem::new(&rule::PARAMETERS_NOT_READ, first.place.clone(), message);
    Some(problem.help("name its folder, or the Application of this one"))
}

fn ambiguous(several: &[Handed]) -> Problem {
    let place = several.last().map(|one| one.place.clone());
    let names: Vec<String> = several
        .iter()
        .map(|one| format!("{} at {}", one.title(), one.place))
        .collect();
    let message = format!(
        "{} Applications hand over parameters to one folder",
        several.len()
    );
    Problem::new(
        &rule::AMBIGUOUS_APPLICATION,
        place.unwrap_or_default(),
        message,
    )
    .fact(names.join(", "))
    .help("name the file of one of them")
}

fn filled_in(variables: &Variables, name: &str) -> Problem {
    let place = parameters::place(&variables.giver(), "env", name);
    let message = format!("variable `{name}` holds a `$`, which Argo CD alone can fill in");
    Problem::new(&rule::INVALID_PARAMETER, place, message)
        .help("give it under `parameters`, where Argo CD replaces nothing")
}

/// The problem for somebody who named no Application, which may give what is missing.
pub(crate) fn for_want_of_an_application(problem: Problem) -> Problem {
    if pool_parameters::field_that_is_missing(&problem).is_none()
        && facts_that_are_missing(&problem).is_empty()
    {
        return problem;
    }
    problem.help("does the Application give it as a parameter? Then name its file as well: `gpu-machineset argocd application FOLDER application.yaml`")
}
