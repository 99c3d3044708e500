//! An element of a list as a document of its own.

use crate::krm::read::context::same_events;
use crate::krm::read::document::{Document, Form};
use crate::krm::read::parse::{self, Limit};
use crate::krm::write::emit;
use crate::problem::Problem;

impl Document<'_> {
    /// The object as a document of its own: its bytes where it is one, its lines without the list's indentation where
    /// it is an element, written anew where that would be another object: aliases leave with what they stand for.
    ///
    /// # Errors
    /// An element that says nothing by itself and that we cannot write anew.
    pub fn standalone(&self) -> Result<String, Vec<Problem>> {
        let text = self.source.text.get(self.range.clone()).unwrap_or("");
        let head = self.head();
        let headed = |text: &str| match head {
            "" => text.to_owned(),
            _ => format!("{head}---\n{text}"),
        };
        let (alone, in_list) = match self.form {
            Form::Stream | Form::FunctionConfig => return Ok(headed(text)),
            // strict JSON has neither
            Form::Flow if !text.contains(['*', '!']) => return Ok(headed(text)),
            Form::Flow => (Some(text.to_owned()), false),
            Form::Item(column) => (outdented(text, column), true),
        };
        let tree = self.tree(Limit::LOOKED_AT);
        let is_same = |alone: &String| match (&tree, parse::parse(alone, 0..alone.len())) {
            (Ok(node), Ok(same)) => *node == same,
            // what we do not read is the next reader's to judge, as long as it is the same
            _ => same_events(&headed(alone), (&headed(text), in_list)),
        };
        if let Some(alone) = alone.filter(is_same) {
            return Ok(headed(&alone));
        }
        let node = tree.map_err(|errors| self.problems(&errors))?;
        Ok(match self.form {
            Form::Flow => emit::flow(&node) + "\n",
            _ => emit::block(&node, 0),
        })
    }
}

/// The lines of a block element without its dash; `None` when a line stands further left than the first.
fn outdented(text: &str, column: usize) -> Option<String> {
    let dashed = text.trim_start_matches(' ');
    let first = dashed.strip_prefix('-')?.trim_start_matches(' ');
    if first.starts_with(['\n', '\r', '#']) {
        return None;
    }
    let indent = " ".repeat(column + dashed.len() - first.len());
    let mut document = String::with_capacity(text.len());
    for line in format!("{indent}{first}").split_inclusive('\n') {
        match line.strip_prefix(&indent) {
            Some(rest) => document.push_str(rest),
            None if line.trim().is_empty() => document.push('\n'),
            None => return None,
        }
    }
    Some(document)
}

#[cfg(test)]
mod tests {
    use crate::krm::{Source, split};

    fn standalone(text: &str) -> Vec<String> {
        let source = Source::new("a.yaml", text);
        let split = split(&source).unwrap();
        let standalone = |document: &super::Document<'_>| document.standalone().unwrap();
        split.documents.iter().map(standalone).collect()
    }

    #[test]
    fn elements_keep_their_comments_and_styles_as_documents() {
        let list = "kind: List\napiVersion: v1\nitems:\n  - kind: A # why\n    data: {mode: 0755}\n    text: |\n      one\n\n        two\n  - kind: B\n";
        let first = "kind: A # why\ndata: {mode: 0755}\ntext: |\n  one\n\n    two\n";
        assert_eq!(standalone(list), [first, "kind: B\n"]);
    }

    #[test]
    fn elements_that_cannot_be_read_are_outdented_all_the_same() {
        let list = "kind: List\napiVersion: v1\nitems:\n  - kind: A\n    a: 1\n    a: 2\n";
        assert_eq!(standalone(list), ["kind: A\na: 1\na: 2\n"]);
    }

    /// Anchors in another element, in the list's own metadata, as merge key, of all of an element, and set twice.
    #[test]
    fn elements_leave_with_what_their_aliases_stand_for() {
        let all = "kind: ResourceList\nmetadata: &m {a: 1}\nitems:\n- kind: A\n  l: &l {x: y}\n- kind: B\n  l: *l\n  m: *m\n- {kind: C, <<: *l, n: &l [z]}\n- kind: D\n  own: &own 1\n  o: *own\n  l: *l\n- &e\n  kind: E\n- *e\n";
        assert_eq!(
            standalone(all),
            [
                "kind: A\nl: &l {x: y}\n",
                "kind: B\nl:\n  x: y\nm:\n  a: 1\n",
                "kind: C\n\"n\":\n- z\nx: y\n",
                "kind: D\nown: 1\no: 1\nl:\n- z\n",
                "&e\nkind: E\n",
                "kind: E\n",
            ]
        );
        let flow = "{kind: ResourceList, items: [{kind: A, l: &l {x: y}}, {kind: B, l: *l}, {kind: C, s: '*l !x'}]}\n";
        assert_eq!(
            standalone(flow),
            [
                "{kind: A, l: &l {x: y}}",
                "{\"kind\":\"B\",\"l\":{\"x\":\"y\"}}\n",
                "{kind: C, s: '*l !x'}",
            ]
        );
    }

    #[test]
    fn elements_are_read_with_what_their_aliases_stand_for() {
        let text = "kind: ResourceList\nitems:\n- kind: &k A\n  metadata: &m {name: a, annotations: {x: y}}\n- kind: *k\n  metadata: *m\n";
        let source = Source::new("a.yaml", text);
        let documents = split(&source).unwrap().documents;
        assert_eq!((&*documents[1].kind, &*documents[1].name), ("A", "a"));
        assert_eq!(documents[1].annotation("x").as_deref(), Some("y"));
    }

    #[test]
    fn elements_that_say_nothing_by_themselves_are_errors() {
        let list = "kind: List\napiVersion: v1\nitems:\n- kind: A\n  l: &l {x: !local y}\n- kind: B\n  l: *l\n  a: 1\n  a: 2\n- kind: C\n";
        let source = Source::new("a.yaml", list);
        let documents = split(&source).unwrap().documents;
        let told: Vec<bool> = documents
            .iter()
            .map(|document| document.standalone().is_ok())
            .collect();
        assert_eq!(told, [true, false, true]);
        let problem = documents[1].standalone().unwrap_err().remove(0);
        assert_eq!(problem.rule.slug, "duplicate-key");
    }

    /// Of many elements that share an anchor the list is read once.
    #[test]
    fn many_elements_that_share_an_anchor_are_read_in_no_time() {
        let element = "- kind: B\n  metadata: *l\n".repeat(20_000);
        let list = format!(
            "kind: List\napiVersion: v1\nitems:\n- kind: A\n  metadata: &l {{name: x}}\n{element}"
        );
        assert_eq!(standalone(&list).len(), 20_001);
    }

    #[test]
    fn documents_keep_their_directives() {
        let text = "%TAG !e! tag:e,1:\n---\nkind: A\nx: !e!y z\n...\n# b\n%TAG !f! tag:yaml.org,2002:\n---\nkind: List\napiVersion: v1\nitems:\n- kind: B\n  x: !f!str 1\n- kind: C\n";
        assert_eq!(
            standalone(text),
            [
                "%TAG !e! tag:e,1:\n---\nkind: A\nx: !e!y z\n",
                "%TAG !f! tag:yaml.org,2002:\n---\nkind: B\nx: !f!str 1\n",
                "%TAG !f! tag:yaml.org,2002:\n---\nkind: C\n",
            ]
        );
        let source = Source::new("a.yaml", text);
        let documents = split(&source).unwrap().documents;
        let node = documents[1].node().unwrap();
        assert_eq!(node.to_json(), serde_json::json!({"kind": "B", "x": "1"}));
    }

    #[test]
    fn elements_that_cannot_be_outdented_are_written_anew() {
        let list = "kind: List\napiVersion: v1\nitems:\n-\n  kind: A\n- # why\n  kind: B\n";
        assert_eq!(standalone(list), ["kind: A\n", "kind: B\n"]);
    }
}
