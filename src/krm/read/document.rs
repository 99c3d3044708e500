//! One object of the input, as a slice of its source.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::ErrorKind;

use super::context::Around;
use super::explain;
use super::parse::{self, Limit, ParseError, ParseErrorKind};
use crate::krm::tree::node::{Kind, Node};
use crate::krm::tree::object_id::{DEFAULT_NAMESPACE, ObjectId};
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
    /// An item that kpt or kustomize read from a file of the package may say so in its annotations. The place is then that file,
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
        ]);
        let path = path.or_else(|| self.annotation(ORIGIN).and_then(|origin| local(&origin)))?;
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

    /// The object's tree.
    ///
    /// # Errors
    /// Everything that keeps it from being read, each a problem of its own.
    pub fn node(&self) -> Result<Node, Vec<Problem>> {
        self.tree(Limit::INTERPRETED)
            .map_err(|errors| self.problems(&errors))
    }

    pub(in crate::krm) fn tree(&self, limit: Limit) -> Result<Node, Vec<ParseError>> {
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
    pub(in crate::krm) fn head(&self) -> &str {
        let head = self
            .around
            .as_ref()
            .map_or(0..0, |around| around.head.clone());
        self.source.text.get(head).unwrap_or("")
    }

    pub(in crate::krm) fn problems(&self, errors: &[ParseError]) -> Vec<Problem> {
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
                    let stop = match &error.kind {
                        ParseErrorKind::Syntax(stop) => stop.clone(),
                        kind => ErrorKind::Custom(kind.to_string()),
                    };
                    let mut problem = explain::syntax(self.source, error.span.start, &stop);
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

/// Where kustomize read an item, when `buildMetadata` has `originAnnotations`.
const ORIGIN: &str = "config.kubernetes.io/origin";

/// The file that an origin names; none when it lies in another repository, or when a plugin made the item.
fn local(origin: &str) -> Option<String> {
    let value = |key: &str| {
        let mut lines = origin.lines();
        lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(':').map(str::trim))
    };
    if value("repo").is_some() {
        return None;
    }
    value("path").map(str::to_owned)
}

impl From<&Document<'_>> for ObjectId {
    fn from(document: &Document<'_>) -> Self {
        let namespace = Some(document.namespace.as_ref()).filter(|namespace| !namespace.is_empty());
        Self {
            group: document.group().to_owned(),
            kind: document.kind.to_string(),
            namespace: namespace.unwrap_or(DEFAULT_NAMESPACE).to_owned(),
            name: document.name.to_string(),
        }
    }
}
