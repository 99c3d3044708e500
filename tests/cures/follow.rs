//! Does what a help says, where it can be done without thinking: what is left to the reader (`...`, `NAME`) is not.

use std::ops::Range;

use serde_json::Value;

use super::{Problem, edit};

/// What was done, and the text as it is then.
type Done = Option<(&'static str, String)>;

/// A help with the place that it speaks of.
pub(super) struct Help<'a> {
    pub(super) problem: &'a Problem,
    pub(super) text: &'a str,
    pub(super) at: Range<usize>,
    pub(super) said: &'a str,
}

impl Help<'_> {
    pub(super) fn follow(&self) -> Done {
        let help = self.said;
        let has = |words: &str| help.contains(words);
        if let Some((before, block)) = help.split_once(":\n") {
            return self.block(before, block);
        }
        // what is looked up needs the object that holds it, and a worker is not at the place
        if has("in another object") || has("orrect it at the worker") {
            return None;
        }
        if has("in a ClusterFacts: `spec: ") {
            return self.fact();
        }
        if has("nnotate it") || has("annotation") {
            return self.annotation();
        }
        match help.split(' ').next()? {
            "remove" | "keep" => self.removal().or_else(|| self.value()),
            "did" | "here" => self.meant(),
            "write" if has("write a GpuPlatform") => {
                let spec = format!("spec: {{{}}}", self.spans().next()?);
                let text = with_document(self.text, "GpuPlatform", &spec);
                Some(("platform to write", text))
            }
            "write" | "set" | "add" | "take" | "say" | "select" | "or" | "use" | "clone" => {
                self.field().or_else(|| self.value())
            }
            "name" | "quote" => self.value(),
            _ => None,
        }
    }

    /// What stands in backticks, when nothing in there is left to the reader.
    fn spans(&self) -> impl Iterator<Item = &str> {
        self.said.split('`').skip(1).step_by(2).filter(|span| {
            let mut words = span.split(|c: char| !c.is_ascii_alphabetic());
            let is_blank =
                |word: &str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
            !span.contains("...") && !span.contains('<') && !words.any(is_blank)
        })
    }

    fn document(&self) -> Range<usize> {
        edit::document(self.text, self.at.start)
    }

    fn key(&self) -> Option<usize> {
        edit::key_at(self.text, self.at.start)
    }

    /// Lines of YAML below the help.
    fn block(&self, before: &str, block: &str) -> Done {
        let first = block.lines().next()?;
        let indent = first.len() - first.trim_start().len();
        let lines = block.lines();
        let lines: Option<Vec<&str>> = lines.map(|line| line.get(indent..)).collect();
        let block = lines?.join("\n") + "\n";
        if !block.starts_with("apiVersion:") {
            let text = merged(self.text, self.document(), &block);
            return text.map(|text| ("lines to add", text));
        }
        if before == "right is" {
            let text = edit::replaced(self.text, self.document(), &block);
            return text.map(|text| ("object as it is right", text));
        }
        Some(("object to add", format!("{}---\n{block}", self.text)))
    }

    fn fact(&self) -> Done {
        let spec = self.spans().next()?;
        let fact = spec.split_once('{')?.1.strip_suffix('}')?;
        let text = match self.text.find("kind: ClusterFacts") {
            Some(at) => {
                // each field on a line of its own; a list in brackets has none
                let fields = fact.split(", ");
                fields
                    .into_iter()
                    .try_fold(self.text.to_owned(), |text, field| {
                        let within = edit::document(&text, at);
                        edit::added(&text, within, "spec", field)
                    })?
            }
            None => with_document(self.text, "ClusterFacts", spec),
        };
        Some(("fact to state", text))
    }

    fn annotation(&self) -> Done {
        let note = self.spans().find(|span| span.contains(": "))?;
        let mut at = self.at.start;
        // said of another object: the pool that the message names
        if self.said.contains("on the pool") {
            let (_, pool) = self.problem.word("message").split_once("pool `")?;
            let name = pool.split('`').next()?;
            at = self.text.find(&format!("metadata: {{name: {name}"))?;
        }
        let text = edit::annotated(self.text, at, note);
        text.map(|text| ("annotation", text))
    }

    fn removal(&self) -> Done {
        let what = self.said.split_once(' ')?.1;
        if what.starts_with("`uid`") {
            let goes =
                |line: &str| line.starts_with("uid:") || line.starts_with("resourceVersion:");
            let lines = self.text.split_inclusive('\n');
            let stay = lines.filter(|line| !goes(line.trim_start()));
            return Some(("removal of a field", stay.collect()));
        }
        if what.starts_with('`') {
            let name = self.spans().next()?.split(':').next()?;
            let start = edit::only_key(self.text, self.document(), name)?;
            let text = edit::removed(self.text, start);
            return text.map(|text| ("removal of a field", text));
        }
        let here = ["it", "this one", "one", "the line"];
        here.iter().find(|word| what.starts_with(**word))?;
        let text = if self.text[self.at.clone()].starts_with("apiVersion:") {
            edit::replaced(self.text, self.document(), "")
        } else {
            edit::removed(self.text, self.key().unwrap_or(self.at.start))
        };
        text.map(|text| ("removal", text))
    }

    /// The word that was meant, in place of the value or of the key.
    fn meant(&self) -> Done {
        let meant = self.spans().next()?;
        let current = self.problem.word("currentValue");
        let is_current = |range: &Range<usize>| {
            let here = &self.text[range.clone()];
            current.is_empty() || here.trim_matches(['"', '\'']) == current
        };
        // some point at the value of a field with another name; others at the pool for a worker's value
        let of_key = || self.key().map(|key| key..key + current.len());
        let at = Some(self.at.clone()).filter(is_current);
        let at = at.or_else(|| of_key().filter(is_current))?;
        let text = edit::replaced(self.text, at, meant);
        text.map(|text| ("word that was meant", text))
    }

    /// `key: value`
    fn field(&self) -> Done {
        let help = self.said;
        let (name, entry) = self.spans().find_map(|span| {
            let (key, _) = span.split_once(": ")?;
            (!key.contains([' ', '{', '[', '/', '"'])).then_some((key, span))
        })?;
        let is_of_another = help.contains("in a GpuPlatform");
        if is_of_another && self.problem.0["object"]["kind"] != "GpuPlatform" {
            return None;
        }
        let here = self.key();
        let here = here.filter(|key| self.text[*key..].starts_with(&format!("{name}:")));
        if let Some(key) = here.or_else(|| edit::only_key(self.text, self.document(), name)) {
            let text = edit::with_value(self.text, key, entry);
            return text.map(|text| ("field to change", text));
        }
        let path = self.problem.word("path");
        let parent = match path.rsplit_once('.') {
            Some((_, last)) if help.starts_with("add `enabled") => last,
            _ if path.starts_with("spec.operators.") => "operators",
            _ if help.ends_with("beside its name") => "metadata",
            _ => "spec",
        };
        let text = edit::added(self.text, self.document(), parent, entry);
        text.map(|text| ("field to add", text))
    }

    /// One value in place of another.
    fn value(&self) -> Done {
        let starts = [
            "write `",
            "quote it: `",
            "remove the quotes: `",
            "name it `",
        ];
        let rest = starts
            .iter()
            .find_map(|start| self.said.strip_prefix(start))?;
        let value = rest.split('`').next()?;
        self.spans().next().filter(|span| *span == value)?;
        let text = edit::replaced(self.text, self.at.clone(), value);
        text.map(|text| ("value to write", text))
    }
}

/// A document of ours more, for what is stated of the cluster or of the platform.
fn with_document(text: &str, kind: &str, spec: &str) -> String {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!(
        "{text}{end}---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: {kind}\n\
         metadata: {{name: stated, annotations: {{config.kubernetes.io/local-config: \"true\"}}}}\n{spec}\n"
    )
}

/// An object with lines merged into it: those of the monitoring stack into its configuration.
fn merged(text: &str, within: Range<usize>, block: &str) -> Option<String> {
    let mut object: Value = serde_yaml::from_str(&text[within.clone()]).ok()?;
    let lines: Value = serde_yaml::from_str(block).ok()?;
    if lines.get("enableUserWorkload").is_some() {
        object["data"]["config.yaml"] = Value::from(block);
    } else {
        merge(&mut object, lines);
    }
    let object = serde_yaml::to_string(&object).ok()?;
    edit::replaced(text, within, &object)
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Array(from)) => into.extend(from),
        (into, from) => *into = from,
    }
}
