//! One object of the input, as a slice of its source.

use std::borrow::Cow;
use std::ops::Range;

use super::context::{self, Around};
use super::explain;
use super::node::{Kind, Node};
use super::parse::{self, Limit, ParseError, ParseErrorKind};
use crate::problem::rules::krm as rule;
use crate::problem::{ObjectRef, Place, Problem, limited};
use crate::source::Source;

/// Of one object at most this many problems are reported: a key that stands 100,000 times would give one each.
const LIMIT: usize = 100;

/// How the object stands in its source, which decides how it is cut out, replaced or completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A document of its own between `---` lines.
    Stream,
    /// An element of a block sequence whose dashes stand at this column (`items:` of a ResourceList or List).
    Item(usize),
    /// An element of a flow sequence (JSON).
    Flow,
    /// The function config of a ResourceList: never cut out or replaced.
    FunctionConfig,
}

/// One object. Its text is not parsed beyond its identity until somebody asks for [`Document::node`].
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// Where it came from.
    pub source: &'a Source,
    /// Its bytes, with the dash of a block item.
    pub range: Range<usize>,
    /// The document of the stream that it is or that holds it, when that may say more than its own text.
    pub(super) around: Option<Around>,
    /// How it stands there.
    pub form: Form,
    /// Position among the objects of its source.
    pub index: usize,
    /// `apiVersion`, empty when missing.
    pub api_version: Cow<'a, str>,
    /// `kind`, empty when missing.
    pub kind: Cow<'a, str>,
    /// `metadata.name`, empty when missing.
    pub name: Cow<'a, str>,
    /// `metadata.namespace`, empty when missing.
    pub namespace: Cow<'a, str>,
}

impl<'a> Document<'a> {
    /// All of a source as one document of the stream. It has no identity.
    pub fn whole(source: &'a Source) -> Self {
        Self {
            source,
            range: 0..source.text.len(),
            around: None,
            form: Form::Stream,
            index: 0,
            api_version: "".into(),
            kind: "".into(),
            name: "".into(),
            namespace: "".into(),
        }
    }

    /// The same with the identity that its tree has, which costs reading it: aliases and merge keys count. One that
    /// cannot be read stays as it is.
    #[must_use]
    pub fn identified(mut self) -> Self {
        let Ok(node) = self.node() else { return self };
        let text = |path: &[&str]| {
            let value = node.at(path).filter(|value| !value.is_null());
            let text = value.and_then(Node::text).unwrap_or_default();
            text.to_owned().into()
        };
        self.api_version = text(&["apiVersion"]);
        self.kind = text(&["kind"]);
        self.name = text(&["metadata", "name"]);
        self.namespace = text(&["metadata", "namespace"]);
        self
    }

    /// API group: `apiVersion` up to the slash, empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }

    /// Whether it is of a group and kind, whatever the version.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group() == group
    }

    /// Whether both have one version, kind, namespace and name.
    pub fn is_same_object(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.name == other.name
            && self.namespace == other.namespace
            && self.api_version == other.api_version
    }

    /// Its identity for messages and results.
    pub fn object(&self) -> ObjectRef {
        ObjectRef {
            api_version: self.api_version.to_string(),
            kind: self.kind.to_string(),
            name: self.name.to_string(),
            namespace: self.namespace.to_string(),
        }
    }

    /// A place in this object: `span` of a node of its tree and the path of the field.
    ///
    /// An item that kpt read from a file of the package says so in its annotations. The place is then that file,
    /// without a line: what we see is the stream, whose lines nobody can look up, and a line of the stream next to
    /// the name of the file would send people to the wrong one. Object and field lead there.
    pub fn place(&self, span: Range<usize>, path: impl Into<String>) -> Place {
        let from_package = self.source.name.starts_with('<') && self.source.is_of_package();
        let file = if from_package { self.file() } else { None };
        let mut place = match &file {
            Some((file, _)) => Place::in_file(file.as_str()).as_hidden_as(self.source, span),
            None => Place::in_source(self.source, span),
        };
        place = place.of(self.object(), path);
        place.index = file.map_or(self.index, |(_, index)| index);
        place
    }

    /// The file of the package that an item came from, and its position there.
    fn file(&self) -> Option<(String, usize)> {
        let find = |keys: [&str; 2]| keys.into_iter().find_map(|key| self.annotation(key));
        let path = find([
            "internal.config.kubernetes.io/path",
            "config.kubernetes.io/path",
        ])?;
        let index = find([
            "internal.config.kubernetes.io/index",
            "config.kubernetes.io/index",
        ]);
        Some((
            path,
            index.and_then(|index| index.parse().ok()).unwrap_or(0),
        ))
    }

    /// Whether `oc` failed, and its message stands where an object should.
    pub fn is_said_by_oc(&self) -> bool {
        let text = self.source.text.get(self.range.clone());
        self.kind.is_empty() && text.is_some_and(explain::is_said_by_oc)
    }

    /// Whether a word stands anywhere in its text.
    pub fn mentions(&self, word: &str) -> bool {
        let text = self.source.text.get(self.range.clone()).unwrap_or("");
        memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
    }

    /// What keeps a mark from being read that the object may carry: [`Document::annotation`] would say that it does
    /// not.
    pub fn unread(&self, keys: &[&str]) -> Vec<Problem> {
        if !keys.iter().any(|key| self.may_carry(key)) {
            return Vec::new();
        }
        let tree = self.tree(Limit::LOOKED_AT);
        tree.map_or_else(|errors| self.problems(&errors), |_| Vec::new())
    }

    /// The value of an annotation. Cheap when the object does not even mention it: the tree is made only then.
    pub fn annotation(&self, key: &str) -> Option<String> {
        if !self.may_carry(key) {
            return None;
        }
        let node = self.tree(Limit::LOOKED_AT).ok()?;
        let value = node.at(&["metadata", "annotations", key])?;
        value.text().map(str::to_owned)
    }

    /// Whether a key may stand in it: in its text, or in what its aliases stand for.
    fn may_carry(&self, key: &str) -> bool {
        self.mentions(key) || self.may_say_more()
    }

    /// Whether it may have aliases whose anchors stand in another element of its list.
    fn may_say_more(&self) -> bool {
        let text = self.source.text.get(self.range.clone()).unwrap_or("");
        let bytes = text.as_bytes();
        let is_alias = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            let is_apart = before.is_none_or(|byte| b" \t\n[{,:".contains(byte));
            let after = bytes.get(at + 1);
            is_apart
                && after.is_some_and(|byte| !byte.is_ascii_whitespace() && !b"'\"".contains(byte))
        };
        let is_element = matches!(self.form, Form::Item(_) | Form::Flow);
        is_element && memchr::memchr_iter(b'*', bytes).any(is_alias)
    }

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
            _ => context::same_events(&headed(alone), (&headed(text), in_list)),
        };
        if let Some(alone) = alone.filter(is_same) {
            return Ok(headed(&alone));
        }
        let node = tree.map_err(|errors| self.problems(&errors))?;
        Ok(match self.form {
            Form::Flow => super::emit::flow(&node) + "\n",
            _ => super::emit::block(&node, 0),
        })
    }

    /// The object's tree. Everything that keeps it from being read is a problem of its own.
    pub fn node(&self) -> Result<Node, Vec<Problem>> {
        self.tree(Limit::INTERPRETED)
            .map_err(|errors| self.problems(&errors))
    }

    fn tree(&self, limit: Limit) -> Result<Node, Vec<ParseError>> {
        let errors = match parse::parse_within(&self.source.text, self.range.clone(), limit) {
            Ok(node) => return Ok(self.element(node)),
            Err(errors) => errors,
        };
        let is_syntax = |error: &ParseError| matches!(error.kind, ParseErrorKind::Syntax(_));
        let is_element = matches!(self.form, Form::Item(_) | Form::Flow);
        if is_element && errors.iter().any(is_syntax) || !self.head().is_empty() {
            self.in_context().unwrap_or(Err(errors))
        } else {
            Err(errors)
        }
    }

    /// A block item parses as a list of one.
    fn element(&self, node: Node) -> Node {
        match (self.form, node.kind) {
            (Form::Item(_), Kind::List(mut items)) if items.len() == 1 => items.remove(0),
            (_, kind) => Node { kind, ..node },
        }
    }

    /// Its tree by the document around it, which may hold the anchors of its aliases and the directives of its tags;
    /// `None` when these are not what it lacks.
    fn in_context(&self) -> Option<Result<Node, Vec<ParseError>>> {
        let text = self.source.text.get(self.range.clone())?;
        if !text.contains(['*', '!']) {
            return None;
        }
        let context = match self.around.as_ref()?.context(&self.source.text) {
            Ok(context) => context,
            Err(errors) => return Some(Err(errors.clone())),
        };
        let errors = context.errors.iter();
        let own = errors.filter(|error| self.range.contains(&error.span.start));
        let own: Vec<ParseError> = own.cloned().collect();
        if !own.is_empty() {
            return Some(Err(own));
        }
        let (_, node) = context.nodes.range(self.range.clone()).next()?;
        Some(Ok(node.clone()))
    }

    /// The directives of its document.
    fn head(&self) -> &str {
        let head = self
            .around
            .as_ref()
            .map_or(0..0, |around| around.head.clone());
        self.source.text.get(head).unwrap_or("")
    }

    fn problems(&self, errors: &[ParseError]) -> Vec<Problem> {
        let problem = |error: &ParseError| {
            let place = self.place(error.span.clone(), "");
            match &error.kind {
                ParseErrorKind::DuplicateKey(_, first) => {
                    let first = self.source.position(*first);
                    let first = format!(
                        "first written at {}:{}:{}",
                        self.source.name, first.line, first.column
                    );
                    Problem::new(&rule::DUPLICATE_KEY, place, error.kind.to_string()).fact(first)
                }
                ParseErrorKind::Syntax(_) | ParseErrorKind::ComplexKey => {
                    let message = error.kind.to_string();
                    let mut problem = explain::syntax(self.source, error.span.start, &message);
                    if problem.place.position.is_some() && place.position.is_some() {
                        problem.place = place.at(problem.place);
                    }
                    problem
                }
                kind @ (ParseErrorKind::TooLong(..) | ParseErrorKind::TooManyValues(_)) => {
                    Problem::new(&rule::OBJECT_TOO_LARGE, place, kind.to_string()).help(
                        "no API server takes an object of this size: a generator probably ran away",
                    )
                }
                kind => Problem::new(&rule::INVALID_YAML, place, kind.to_string()),
            }
        };
        limited(errors.iter().map(problem), LIMIT, "object")
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
