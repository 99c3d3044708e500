//! Folders of nodes that Jobs of the input make for local volumes, as far as their scripts can be read without running
//! them: loops over numbers and words, variables, `mkdir`. What is more than that says nothing, and nothing is guessed.

use std::collections::BTreeMap;

use crate::krm::{Document, Node};

use super::cloud::Cloud;
use super::nodes::HOSTNAME;

/// A loop that counts further makes no folders of volumes.
const MOST: usize = 4096;

/// What a Job prepares.
pub(super) struct Prepared<'a> {
    pub(super) document: &'a Document<'a>,
    /// The paths on a node.
    pub(super) folders: Vec<String>,
    /// The label `kubernetes.io/hostname` of the node that it runs on, where its selector says it.
    pub(super) node: Option<String>,
    /// Whether it is on one node by the name of that, which may be another than the label.
    pub(super) is_pinned: bool,
    /// Whether it runs on every node, as a DaemonSet does.
    pub(super) is_everywhere: bool,
}

/// Of every Job and DaemonSet of the input; `None` once a script makes folders that cannot be told.
pub(super) fn prepared<'a>(cloud: &Cloud<'a>) -> Option<Vec<Prepared<'a>>> {
    let mut all = Vec::new();
    for (group, kind) in [("batch", "Job"), ("apps", "DaemonSet")] {
        for (_, document) in cloud.given(group, kind) {
            let Ok(root) = document.node() else { continue };
            let Some(pod) = root.at(&["spec", "template", "spec"]) else {
                continue;
            };
            let mut folders = Vec::new();
            for list in ["initContainers", "containers"] {
                for container in pod.get(list).map_or(&[][..], Node::items) {
                    folders.extend(of_container(pod, container)?);
                }
            }
            let node = pod.str_at(&["nodeSelector", HOSTNAME]);
            all.push(Prepared {
                document,
                folders,
                node: node.map(str::to_owned),
                is_pinned: pod.str_at(&["nodeName"]).is_some(),
                is_everywhere: kind == "DaemonSet",
            });
        }
    }
    // a script that is mounted
    for (_, document) in cloud.given("", "ConfigMap") {
        let Ok(root) = document.node() else { continue };
        let mut texts = root.get("data").map_or(&[][..], Node::entries).iter();
        if texts.any(|entry| {
            entry
                .value
                .text()
                .is_some_and(|text| text.contains("mkdir"))
        }) {
            return None;
        }
    }
    Some(all)
}

fn of_container(pod: &Node, container: &Node) -> Option<Vec<String>> {
    let words = |field: &str| {
        let items = container.get(field).map_or(&[][..], Node::items);
        items.iter().filter_map(Node::text).collect::<Vec<_>>()
    };
    let words = [words("command"), words("args")].concat();
    let scripts: Vec<&&str> = words.iter().filter(|word| word.contains("mkdir")).collect();
    let script = match scripts.as_slice() {
        [] => return Some(Vec::new()),
        [one] if **one != "mkdir" => (**one).to_owned(),
        _ => words.join(" "),
    };
    let mut variables = BTreeMap::new();
    for one in container.get("env").map_or(&[][..], Node::items) {
        if let (Some(name), Some(value)) = (one.str_at(&["name"]), one.str_at(&["value"])) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    let made = Script::run(&script, variables)?;
    made.iter()
        .map(|path| on_node(pod, container, path))
        .collect()
}

/// The path on the node of one in a container, by the volume that it is in.
fn on_node(pod: &Node, container: &Node, path: &str) -> Option<String> {
    let mounts = container.get("volumeMounts").map_or(&[][..], Node::items);
    let mut best: Option<(&str, &str)> = None;
    for mount in mounts {
        let (at, name) = (mount.str_at(&["mountPath"])?, mount.str_at(&["name"])?);
        let volumes = pod.get("volumes").map_or(&[][..], Node::items);
        let volume = volumes
            .iter()
            .find(|one| one.str_at(&["name"]) == Some(name));
        let at = at.trim_end_matches('/');
        let is_within = path == at
            || path
                .strip_prefix(at)
                .is_some_and(|rest| rest.starts_with('/'));
        let host = volume.and_then(|one| one.str_at(&["hostPath", "path"]));
        if let Some(host) =
            host.filter(|_| is_within && best.is_none_or(|(of, _)| of.len() <= at.len()))
        {
            best = Some((at, host));
        }
    }
    let (at, host) = best?;
    let rest = path.strip_prefix(at)?;
    Some(clean(&format!("{}{rest}", host.trim_end_matches('/'))))
}

/// Without slashes that say nothing.
pub(super) fn clean(path: &str) -> String {
    let steps: Vec<&str> = path
        .split('/')
        .filter(|step| !step.is_empty() && *step != ".")
        .collect();
    format!("/{}", steps.join("/"))
}

/// A script while it is read.
struct Script {
    variables: BTreeMap<String, String>,
    /// Variables of the loops that are open, with what they go through.
    loops: Vec<(String, Vec<String>)>,
    made: Vec<String>,
}

impl Script {
    /// The folders that it makes; `None` when that cannot be told.
    fn run(text: &str, variables: BTreeMap<String, String>) -> Option<Vec<String>> {
        let mut script = Self {
            variables,
            loops: Vec::new(),
            made: Vec::new(),
        };
        let text = text.replace("\\\n", " ");
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with('#'));
        let mut left = 0;
        for statement in lines.flat_map(statements) {
            left += statement.matches("mkdir").count();
            left -= usize::from(script.step(&statement)?);
        }
        // one that stands where it was not looked for
        (left == 0).then_some(script.made)
    }

    /// Whether the statement was a `mkdir`.
    fn step(&mut self, statement: &str) -> Option<bool> {
        let mut said = statement.trim();
        while let Some(rest) = ["do ", "then ", "else ", "sudo "]
            .iter()
            .find_map(|word| said.strip_prefix(word))
        {
            said = rest.trim_start();
        }
        if let Some(rest) = said.strip_prefix("for ") {
            let (name, list) = rest.split_once(" in ").unwrap_or((rest, "$unknown"));
            let values = self.list(list).unwrap_or_default();
            self.loops.push((name.trim().to_owned(), values));
        } else if said.starts_with("while ") || said.starts_with("until ") {
            self.loops.push((String::new(), vec![String::new()]));
        } else if said == "done" || said.starts_with("done ") {
            self.loops.pop();
        } else if let Some(rest) = said.strip_prefix("mkdir ") {
            for word in words(rest).iter().filter(|word| !word.starts_with('-')) {
                let paths = self.every(word)?;
                self.made.extend(paths);
            }
            return Some(true);
        } else if let Some((name, value)) = assignment(said) {
            match self.expand(value, &[]) {
                Some(value) => self.variables.insert(name.to_owned(), value),
                None => self.variables.remove(name),
            };
        }
        Some(false)
    }

    /// What a loop goes through.
    fn list(&self, list: &str) -> Option<Vec<String>> {
        let list = list.trim();
        let inner = list
            .strip_prefix("$(")
            .and_then(|rest| rest.strip_suffix(')'));
        let inner = inner.or(list
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`')));
        if let Some(inner) = inner {
            let inner = self.expand(inner, &[])?;
            return seq(inner.strip_prefix("seq ")?);
        }
        let mut values = Vec::new();
        for word in words(list) {
            values.extend(braces(&self.expand(&word, &[])?)?);
        }
        Some(values)
    }

    /// A word in every turn of the loops that are open.
    fn every(&self, word: &str) -> Option<Vec<String>> {
        let mut turns: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        for (name, values) in &self.loops {
            let is_used =
                word.contains(&format!("${name}")) || word.contains(&format!("${{{name}"));
            if !is_used {
                continue;
            }
            let mut longer = Vec::new();
            for turn in &turns {
                for value in values.iter().take(MOST + 1) {
                    let mut turn = turn.clone();
                    turn.push((name, value));
                    longer.push(turn);
                }
                if longer.len() > MOST {
                    return None;
                }
            }
            turns = longer;
        }
        if turns.is_empty() {
            return None;
        }
        let mut paths = Vec::new();
        for turn in turns {
            paths.extend(braces(&self.expand(word, &turn)?)?);
        }
        Some(paths)
    }

    /// A word with the values of its variables; `None` when one is not known.
    fn expand(&self, word: &str, turn: &[(&str, &str)]) -> Option<String> {
        let mut out = String::new();
        let word = word.replace(['"', '\''], "");
        let mut rest = word.as_str();
        while let Some((before, after)) = rest.split_once('$') {
            out.push_str(before);
            let (name, default, left) = if let Some(inner) = after.strip_prefix('{') {
                let (inner, left) = inner.split_once('}')?;
                let (name, default) = inner.split_once(":-").unwrap_or((inner, ""));
                (name, default, left)
            } else {
                let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
                let (name, left) = after.split_at(after.find(is_end).unwrap_or(after.len()));
                (name, "", left)
            };
            let of_turn = turn.iter().rev().find(|(known, _)| *known == name);
            let value = of_turn.map(|(_, value)| *value);
            let value = value.or_else(|| self.variables.get(name).map(String::as_str));
            out.push_str(value.or(Some(default).filter(|default| !default.is_empty()))?);
            rest = left;
        }
        out.push_str(rest);
        (!out.contains('`')).then_some(out)
    }
}

/// Statements of a line.
fn statements(line: &str) -> Vec<String> {
    let (mut all, mut open, mut quote) = (vec![String::new()], 0_usize, None);
    let joined = line.replace("&&", ";").replace("||", ";");
    for c in joined.chars() {
        match c {
            '"' | '\'' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            '(' => open += 1,
            ')' => open = open.saturating_sub(1),
            _ => {}
        }
        match all.last_mut() {
            Some(last) if c != ';' || open > 0 || quote.is_some() => last.push(c),
            _ => all.push(String::new()),
        }
    }
    all
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// `A=b`, with `export` or without.
fn assignment(said: &str) -> Option<(&str, &str)> {
    let said = said.strip_prefix("export ").unwrap_or(said);
    let (name, value) = said.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !value.contains(' ')).then_some((name, value))
}

/// `-w 1 20`
fn seq(args: &str) -> Option<Vec<String>> {
    let (mut is_wide, mut numbers) = (false, Vec::new());
    for word in args.split_whitespace() {
        if word == "-w" {
            is_wide = true;
        } else {
            numbers.push(word.parse::<usize>().ok()?);
        }
    }
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] if *step > 0 => (*first, *step, *last),
        _ => return None,
    };
    let width = if is_wide { last.to_string().len() } else { 0 };
    let all = (first..=last).step_by(step).take(MOST + 1);
    let all: Vec<String> = all.map(|number| format!("{number:0width$}")).collect();
    (all.len() <= MOST).then_some(all)
}

/// `pv{01..20}` and `{a,b}`, once.
fn braces(word: &str) -> Option<Vec<String>> {
    let Some((before, rest)) = word.split_once('{') else {
        return Some(vec![word.to_owned()]);
    };
    let (inner, after) = rest.split_once('}')?;
    if after.contains('{') {
        return None;
    }
    let values: Vec<String> = match inner.split_once("..") {
        Some((first, last)) => {
            let width = if first.starts_with('0') {
                first.len()
            } else {
                0
            };
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            let all = (first..=last).take(MOST);
            all.map(|number| format!("{number:0width$}")).collect()
        }
        None => inner.split(',').map(str::to_owned).collect(),
    };
    Some(
        values
            .iter()
            .map(|value| format!("{before}{value}{after}"))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(script: &str) -> Option<Vec<String>> {
        let variables = [("NUM".to_owned(), "2".to_owned())];
        Script::run(script, variables.into_iter().collect())
    }

    #[test]
    fn scripts_are_read_as_far_as_they_count() {
        let two = |path: &str| Some(vec![format!("{path}1"), format!("{path}2")]);
        for (script, folders) in [
            (
                "set -ex\nPV=${NUM:-20}\n# mkdir\nfor i in $(seq $PV); do\n  mkdir -p \"/a/pv${i}\"\n  chmod 777 \"/a/pv${i}\"\ndone\n",
                two("/a/pv"),
            ),
            (
                "for i in $(seq -w 1 10 11); do mkdir -p /a/$i; done",
                Some(vec!["/a/01".into(), "/a/11".into()]),
            ),
            ("mkdir -p /a/{01..02}", two("/a/0")),
            (
                "for d in x1 x2\ndo\nmkdir -p \\\n  /a/$d && echo\ndone",
                two("/a/x"),
            ),
            (
                "for i in {1..2}; do for j in 1; do mkdir /a/$j$i; done; done; mkdir /b",
                Some(vec!["/a/11".into(), "/a/12".into(), "/b".into()]),
            ),
            ("for i in $(ls /x); do mkdir -p /a/$i; done", None),
            ("for ((i=1; i<3; i++)); do mkdir /a/$i; done", None),
            ("chroot /host mkdir -p /a", None),
            ("mkdir -p $(dirname /a/b)", None),
            ("while read x; do mkdir /a/$x; done < list", None),
            ("echo no folders", Some(vec![])),
        ] {
            assert_eq!(made(script), folders, "{script}");
        }
    }
}
