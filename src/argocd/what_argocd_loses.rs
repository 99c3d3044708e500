//! What Argo CD would drop, turn or refuse of a text that others read well. Read from argo-cd's `kube.SplitYAML` and
//! reposerver, Kubernetes' YAML reader and go-yaml v2, and tried on them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, VecDeque};

use crate::krm::scalar::is_yaml_1_1_bool;
use crate::krm::{Document, Kind, Node, Role, Source, Split, Style, split};
use crate::problem::rules::argocd as rule;
use crate::problem::{Place, Problem, Rule};

/// Judges an output; places are those of the sources that it was made from, where it came from one. `namespace` is
/// where objects without a namespace go.
pub(crate) fn recheck(output: &Split<'_>, sources: &[Source], namespace: &str) -> Vec<Problem> {
    let documents = output.documents.as_slice();
    let homes = Homes::new(documents, sources);
    let mut problems = lines(output.source, &homes);
    let mut seen: BTreeMap<[&str; 4], &Document<'_>> = BTreeMap::new();
    for document in documents {
        if !object(document).is_empty() {
            problems.extend(object(&homes.document(document)));
        }
        let namespace = match document.namespace.as_ref() {
            "" => namespace,
            namespace => namespace,
        };
        let identity = [document.group(), &document.kind, namespace, &document.name];
        if document.kind.is_empty() || document.name.is_empty() {
            continue;
        }
        if let Some(first) = seen.insert(identity, document) {
            let message = format!(
                "{} `{}` stands twice in the Application",
                document.kind, document.name
            );
            let (first, place) = (
                start(&homes.document(first)),
                start(&homes.document(document)),
            );
            problems.push(
                Problem::new(&rule::REPEATED_OBJECT, place, message)
                    .fact(format!("the first is at {first}"))
                    .help("remove one of them"),
            );
        }
    }
    problems
}

fn start(document: &Document<'_>) -> Place {
    document.place(document.range.start..document.range.start, "")
}

/// Which source each document of the output was copied from. Looked up only when something is wrong, and then for all
/// documents at once: an application may have thousands of files with the same mistake.
struct Homes<'a> {
    documents: &'a [Document<'a>],
    sources: &'a [Source],
    found: OnceCell<BTreeMap<usize, (&'a Source, usize)>>,
}

impl<'a> Homes<'a> {
    fn new(documents: &'a [Document<'a>], sources: &'a [Source]) -> Self {
        Self {
            documents,
            sources,
            found: OnceCell::new(),
        }
    }

    /// Where the document that begins at a byte of the output begins in its source.
    fn find(&self, start: usize) -> Option<(&'a Source, usize)> {
        let found = self.found.get_or_init(|| self.all());
        found.get(&start).copied()
    }

    fn all(&self) -> BTreeMap<usize, (&'a Source, usize)> {
        let mut copies: BTreeMap<&str, VecDeque<(&'a Source, usize)>> = BTreeMap::new();
        let inputs = self
            .sources
            .iter()
            .filter(|source| source.role == Role::Input);
        for source in inputs {
            // only places are looked up here: one that cannot be cut gave no output at all
            let Ok(split) = split(source) else { continue };
            for range in split
                .documents
                .iter()
                .map(|document| document.range.clone())
            {
                let text = source.text.get(range.clone()).unwrap_or("").trim_end();
                copies
                    .entry(text)
                    .or_default()
                    .push_back((source, range.start));
            }
        }
        let mut found = BTreeMap::new();
        for document in self.documents {
            let text = document
                .source
                .text
                .get(document.range.clone())
                .unwrap_or("");
            // the third of three copies in the output is the third in the sources
            let home = copies
                .get_mut(text.trim_end())
                .and_then(VecDeque::pop_front);
            found.extend(home.map(|home| (document.range.start, home)));
        }
        found
    }

    /// The same document in its source, so that a person finds it.
    fn document(&self, document: &Document<'a>) -> Document<'a> {
        let mut home = document.clone();
        if let Some((source, at)) = self.find(document.range.start) {
            home.range = at..at + document.range.len();
            if source.text.get(home.range.clone()).is_none() {
                home.range = at..source.text.len();
            }
            home.source = source;
        }
        home
    }

    /// A line of the output in the source of the document that it is in, or stands before.
    fn line(&self, output: &Source, start: usize, length: usize) -> Option<Place> {
        let after = self
            .documents
            .partition_point(|document| document.range.end <= start);
        let document = self.documents.get(after)?;
        let (source, at) = self.find(document.range.start)?;
        let at = (at + start).checked_sub(document.range.start)?;
        let span = at..at + length;
        let same = source.text.get(span.clone())? == output.text.get(start..start + length)?;
        same.then(|| Place::in_source(source, span))
    }
}

/// What stands between documents.
fn lines(output: &Source, homes: &Homes<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report =
        |rule: &'static Rule, start: usize, line: &str, message: String, help: &str| {
            let place = homes.line(output, start, line.len());
            let place =
                place.unwrap_or_else(|| Place::in_source(output, start..start + line.len()));
            problems.push(Problem::new(rule, place, message).help(help));
        };
    let mut ended = false;
    let mut begun = false;
    let mut start = 0;
    for full in output.text.split_inclusive('\n') {
        let line = full.trim_end();
        if let Some(rest) = line
            .strip_prefix("---")
            .filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        {
            let rest = rest.trim_start();
            if !rest.is_empty() && !rest.starts_with('#') {
                let message = format!("`{}` begins on the line of its `---`", shortened(rest));
                report(
                    &rule::TEXT_AFTER_SEPARATOR,
                    start,
                    line,
                    message,
                    "put `---` on a line of its own",
                );
            }
            (ended, begun) = (false, false);
        } else if line == "..." || line.starts_with("... ") {
            ended = true;
        } else if !line.is_empty() && !line.starts_with('#') {
            if ended {
                let message =
                    "Argo CD drops all that stands between `...` and the next `---`".to_owned();
                report(
                    &rule::LOST_DOCUMENT,
                    start,
                    line,
                    message,
                    "write `---` instead of `...`",
                );
                ended = false;
            }
            if !begun && line.starts_with('%') {
                let message = format!("Argo CD cannot read the directive `{}`", shortened(line));
                report(
                    &rule::YAML_DIRECTIVE,
                    start,
                    line,
                    message,
                    "remove the line",
                );
            }
            begun = true;
        }
        start += full.len();
    }
    problems
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

/// What is wrong with one object.
fn object(document: &Document<'_>) -> Vec<Problem> {
    let node = match document.node() {
        Ok(node) => node,
        Err(problems) => return problems,
    };
    let mut problems = Vec::new();
    let missing = [
        ("kind", &document.kind),
        ("apiVersion", &document.api_version),
    ];
    let missing: Vec<&str> = missing
        .iter()
        .filter(|(_, text)| text.is_empty())
        .map(|(field, _)| *field)
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "a document without `{}` is no object of Kubernetes",
            missing.join("` and `")
        );
        problems.push(
            Problem::new(&rule::NO_KIND, start(document), message)
                .help("move files that are no manifests out of the folder, or into one whose name begins with a dot"),
        );
    }
    if let Some(items) = node
        .entry("items")
        .filter(|items| matches!(items.value.kind, Kind::List(_)))
    {
        let message = format!(
            "Argo CD would deploy the `items` of {} `{}` instead of itself",
            document.kind, document.name
        );
        let place = document.place(items.key_span.clone(), "items");
        problems
            .push(Problem::new(&rule::TAKEN_FOR_LIST, place, message).help(
                "deploy this object in an Application without a plugin, or rename the field",
            ));
    }
    scalars(document, &node, "", &mut problems);
    problems
}

/// Plain words that YAML 1.1 takes for booleans.
fn scalars(document: &Document<'_>, node: &Node, path: &str, problems: &mut Vec<Problem>) {
    let report = |text: &str, span: std::ops::Range<usize>, what: &str, path: &str| {
        let place = document.place(span, path);
        if place.is_hidden() {
            let message =
                format!("a {what} word is a boolean to Argo CD and a string to kustomize");
            let problem = Problem::new(&rule::NOT_THE_SAME_TO_ALL, place, message);
            return problem.help("put quotes around it when it is meant as text");
        }
        let boolean = matches!(text.to_ascii_lowercase().as_str(), "y" | "yes" | "on");
        let message = format!(
            "{what} `{text}` is `{boolean}` to Argo CD and the string \"{text}\" to kustomize"
        );
        Problem::new(&rule::NOT_THE_SAME_TO_ALL, place, message)
            .help(format!("write `\"{text}\"` or `{boolean}`"))
            .values(text, None)
    };
    match &node.kind {
        Kind::Scalar(text, Style::Plain) if is_yaml_1_1_bool(text) => {
            problems.push(report(text, node.span.clone(), "plain", path));
        }
        Kind::Scalar(..) => {}
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                scalars(document, item, &format!("{path}[{index}]"), problems);
            }
        }
        Kind::Map(entries) => {
            for entry in entries {
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{}", entry.key);
                let written = document
                    .source
                    .text
                    .get(entry.key_span.clone())
                    .unwrap_or("");
                if is_yaml_1_1_bool(&entry.key) && written == entry.key {
                    problems.push(report(&entry.key, entry.key_span.clone(), "key", &path));
                }
                scalars(document, &entry.value, &path, problems);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slug and place of each problem.
    fn found(text: &str) -> Vec<String> {
        let sources = [Source::new("a.yaml", text)];
        let output = Source::new("<output>", text);
        let problems = recheck(&split(&output).unwrap(), &sources, "here");
        let shown = |problem: &Problem| format!("{} {}", problem.rule.slug, problem.place);
        problems.iter().map(shown).collect()
    }

    const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

    #[test]
    fn what_argo_cd_reads_well_is_left_alone() {
        let good = [
            OBJECT.to_owned(),
            format!("---\n# c\n{OBJECT}--- # next\n{}...\n# the end\n", OBJECT.replace("name: a", "name: b")),
            format!("{OBJECT}...\n---\n{}---\n", OBJECT.replace("name: a", "name: b")),
            format!("{OBJECT}data: {{a: \"yes\", b: 0777, c: 1_000, 'on': '%', d: yesterday}}\n"),
            format!("{OBJECT}data:\n  a: |\n    --- x\n    ...\n    on: y\n"),
            format!("{OBJECT}---\n{}", OBJECT.replace("name: a", "name: a, namespace: there")),
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n".to_owned(),
        ];
        for text in good {
            assert!(found(&text).is_empty(), "{text}\n{:?}", found(&text));
        }
    }

    #[test]
    fn what_argo_cd_would_lose_is_a_problem() {
        let other = OBJECT.replace("name: a", "name: b");
        let bad = [
            (format!("{OBJECT}...\n{other}"), "lost-document a.yaml:5:1"),
            (
                format!("--- {{apiVersion: v1, kind: A, metadata: {{name: a}}}}\n---\n{OBJECT}"),
                "text-after-separator a.yaml:1:1",
            ),
            (
                format!("%YAML 1.2\n---\n{OBJECT}"),
                "yaml-directive a.yaml:1:1",
            ),
            (
                format!("{OBJECT}data: {{a: on}}\n"),
                "not-the-same-to-all a.yaml:4:11",
            ),
            (
                format!("{OBJECT}data:\n  y: \"1\"\n"),
                "not-the-same-to-all a.yaml:5:3",
            ),
            (
                format!("{OBJECT}items: [{{a: b}}]\n"),
                "taken-for-list a.yaml:4:1",
            ),
            ("replicas: 3\n".to_owned(), "no-kind a.yaml:1:1"),
            (
                format!("{OBJECT}---\n{other}---\n{OBJECT}"),
                "repeated-object a.yaml:9:1",
            ),
            (
                format!(
                    "{OBJECT}---\n{}",
                    OBJECT.replace("name: a", "name: a, namespace: here")
                ),
                "repeated-object a.yaml:5:1",
            ),
            (
                format!("{OBJECT}data: {{a: b, a: c}}\n"),
                "duplicate-key a.yaml:4:14",
            ),
        ];
        for (text, expected) in bad {
            assert_eq!(found(&text), [expected], "{text}");
        }
    }
}
