//! A source cut into its objects.

use super::context::Around;
use super::document::{Document, Form};
pub(crate) use super::outline::LIMIT;
use super::outline::{
    Element, Entry, Identity, Link, List, Outline, OutlineError, OutlineErrorKind, Part, Root,
    Shape,
};
use super::without::Gaps;
use super::{explain, scan, walk};
use crate::problem::rules::krm as rule;
use crate::problem::{Place, Problem, limited};
use crate::source::Source;

/// What holds the objects of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// One `ResourceList`: what kustomize and kpt send to a function.
    ResourceList,
    /// Documents between `---` lines, `List`s among them.
    Stream,
}

/// Where a document stands in the outline.
#[derive(Clone, Copy, Debug)]
pub(in crate::krm) struct Slot {
    pub(in crate::krm) part: usize,
    pub(in crate::krm) element: Option<usize>,
}

/// A source cut into its objects. Small: no trees, only ranges and identities.
#[derive(Clone, Debug)]
pub struct Split<'a> {
    /// What was cut.
    pub source: &'a Source,
    /// What holds the objects.
    pub container: Container,
    /// The objects in their order; null elements and empty documents are none.
    pub documents: Vec<Document<'a>>,
    /// `functionConfig` of a ResourceList.
    pub function_config: Option<Document<'a>>,
    /// What somebody should look at.
    pub warnings: Vec<Problem>,
    pub(in crate::krm) outline: Outline<'a>,
    pub(in crate::krm) slots: Vec<Slot>,
    /// What is not there any more, when something is not.
    pub(in crate::krm) gaps: Option<Gaps>,
}

/// What is said of a document that is a list or a scalar.
pub(super) const NOT_AN_OBJECT: &str = "the document is not an object";

impl Split<'_> {
    /// Whether its first object is JSON.
    pub(crate) fn is_json(&self) -> bool {
        let gaps = self.gaps.as_ref();
        gaps.map_or_else(|| self.outline.begins_with_json(), |gaps| gaps.json)
    }
}

/// Versions of ResourceList that kustomize and kpt have sent.
const VERSIONS: [&str; 3] = [
    "config.kubernetes.io/v1",
    "config.kubernetes.io/v1beta1",
    "config.kubernetes.io/v1alpha1",
];

/// Cuts a source into its objects. An empty source has none; whether that is a problem is the caller's to say.
///
/// # Errors
/// Text that is not YAML, one problem per document; a ResourceList that is none.
pub fn split(source: &Source) -> Result<Split<'_>, Vec<Problem>> {
    let outline = match scan::scan(&source.text) {
        Ok(outline) => Ok(outline),
        Err(_) => walk::walk(&source.text),
    };
    cut(source, outline)
}

/// All sources that can be cut, for those who look at what is there; what cannot be cut is said where it is rendered.
pub(crate) fn split_readable(sources: &[Source]) -> Vec<Split<'_>> {
    let splits = sources.iter().filter_map(|source| split(source).ok());
    splits.collect()
}

/// Cuts a text that we wrote. Whoever asks for its objects gets them or a problem, never none of them: no objects
/// means "delete everything".
///
/// # Errors
/// A text that cannot be read, although all that it was made of could.
pub(crate) fn split_again(written: &Source) -> Result<Split<'_>, Vec<Problem>> {
    split(written).map_err(|problems| problems.into_iter().map(unreadable).collect())
}

fn unreadable(problem: Problem) -> Problem {
    let message = format!(
        "the rendered text cannot be read again: {}",
        problem.message
    );
    let mut again = Problem::new(&rule::UNREADABLE_OUTPUT, problem.place, message);
    (again.facts, again.help) = (problem.facts, problem.help);
    again.help("nothing is written; change the object that the line belongs to")
}

/// The second half of [`split`], whoever made the outline.
pub(in crate::krm) fn cut<'a>(
    source: &'a Source,
    outline: Result<Outline<'a>, Vec<OutlineError>>,
) -> Result<Split<'a>, Vec<Problem>> {
    let outline = outline.map_err(|errors| {
        limited(
            errors.iter().map(|error| problem(source, error)),
            LIMIT,
            "text",
        )
    })?;
    let mut cutter = Cutter {
        split: Split {
            source,
            container: Container::Stream,
            documents: Vec::new(),
            function_config: None,
            warnings: Vec::new(),
            outline: Outline::default(),
            slots: Vec::new(),
            gaps: None,
        },
        around: None,
        problems: Vec::new(),
    };
    cutter.cut(outline);
    if cutter.problems.is_empty() {
        Ok(cutter.split)
    } else {
        Err(limited(cutter.problems, LIMIT, "text"))
    }
}

fn problem(source: &Source, error: &OutlineError) -> Problem {
    let place = || Place::in_source(source, error.span.clone());
    match &error.kind {
        OutlineErrorKind::Syntax(kind) => explain::syntax(source, error.span.start, kind),
        OutlineErrorKind::Unusual(message) => Problem::new(&rule::INVALID_YAML, place(), *message),
        OutlineErrorKind::SecondMark => {
            let message = "a byte order mark behind the one that a text may begin with";
            Problem::new(&rule::INVALID_YAML, place(), message)
                .help("remove it: YAML 1.1, so kubectl and kustomize, takes it for a character of the first line")
        }
        OutlineErrorKind::DuplicateKey(key, first) => {
            let at = source.position(*first);
            let message = format!("key `{key}` is already defined");
            Problem::new(&rule::DUPLICATE_KEY, place(), message).fact(format!(
                "first written at {}:{}:{}",
                source.name, at.line, at.column
            ))
        }
    }
}

struct Cutter<'a> {
    split: Split<'a>,
    /// The document of the stream that is cut.
    around: Option<Around>,
    problems: Vec<Problem>,
}

impl<'a> Cutter<'a> {
    fn cut(&mut self, mut outline: Outline<'a>) {
        let full = outline
            .parts
            .iter()
            .filter(|part| part.root != Root::Empty)
            .count();
        for (index, part) in outline.parts.iter_mut().enumerate() {
            self.around = Around::of(part);
            match part.root {
                Root::Empty => {}
                Root::Other => self.no_object(part),
                _ if part.identity.kind == "ResourceList" && full > 1 => {
                    let message = "a ResourceList stands among other documents";
                    let help = "a function reads one ResourceList and nothing else; for documents, take the ResourceList apart";
                    self.invalid(part.range.start, message, help);
                }
                _ if part.identity.kind == "ResourceList" => self.resource_list(index, part),
                _ if is_list(part) => self.list(index, part),
                Root::Block(_) | Root::Flow => {
                    part.envelope = None;
                    let identity = std::mem::take(&mut part.identity);
                    self.document(Form::Stream, part.range.clone(), identity, index, None);
                }
            }
        }
        self.split.outline = outline;
    }

    fn resource_list(&mut self, index: usize, part: &mut Part<'a>) {
        self.split.container = Container::ResourceList;
        let version = part.identity.api_version.as_ref();
        if !version.is_empty() && !VERSIONS.contains(&version) {
            let place = Place::in_source(self.split.source, part.range.start..part.range.start);
            let message = format!("ResourceList of unknown version `{version}` is read as v1");
            let problem = Problem::new(&rule::UNKNOWN_RESOURCE_LIST_VERSION, place, message)
                .help(format!("known versions: {}", VERSIONS.join(", ")));
            self.split.warnings.push(problem);
        }
        let start = part.range.start;
        let Some(envelope) = &mut part.envelope else {
            self.missing(start);
            return;
        };
        if envelope.items.is_none() && envelope.config.is_none() {
            self.missing(start);
        }
        if let Some((entry, identity)) = &mut envelope.config {
            self.function_config(index, entry, std::mem::take(identity));
        }
        if let Some((entry, list)) = &mut envelope.items {
            match entry.shape {
                Shape::List => self.elements(index, list),
                Shape::Null => {}
                _ => self.invalid(
                    entry.start,
                    "`items` is not a list",
                    "write `items: [...]`, or `items: []` for none",
                ),
            }
        }
    }

    fn missing(&mut self, at: usize) {
        let message = "the ResourceList has neither `items` nor `functionConfig`";
        self.invalid(at, message, "write `items: []` when there are no objects");
    }

    fn function_config(&mut self, part: usize, entry: &Entry, identity: Identity<'a>) {
        match entry.shape {
            Shape::Map => {
                let range = entry.value.clone();
                self.document(Form::FunctionConfig, range, identity, part, None);
                self.split.slots.pop();
                self.split.function_config = self.split.documents.pop();
            }
            Shape::Null => {}
            _ => self.invalid(
                entry.start,
                "`functionConfig` is not an object",
                "write an object with `apiVersion`, `kind` and `metadata.name`, or leave it out",
            ),
        }
    }

    fn list(&mut self, index: usize, part: &mut Part<'a>) {
        if let Some(envelope) = &mut part.envelope
            && let Some((_, list)) = &mut envelope.items
        {
            self.elements(index, list);
        }
    }

    fn elements(&mut self, part: usize, list: &mut List<'a>) {
        for (index, element) in list.elements.iter_mut().enumerate() {
            match element.shape {
                Shape::Null => {}
                Shape::Map | Shape::Alias => {
                    let form = list.column.map_or(Form::Flow, Form::Item);
                    let identity = std::mem::take(&mut element.identity);
                    self.document(form, element.range.clone(), identity, part, Some(index));
                }
                Shape::Scalar | Shape::List => {
                    let kind = if element.shape == Shape::List {
                        "a list"
                    } else {
                        "a plain value"
                    };
                    let message = format!("`items[{index}]` is {kind}, not an object");
                    self.invalid(
                        element.range.start,
                        message,
                        "an item is a mapping with `apiVersion`, `kind` and `metadata.name`",
                    );
                }
            }
        }
    }

    fn document(
        &mut self,
        form: Form,
        range: std::ops::Range<usize>,
        identity: Identity<'a>,
        part: usize,
        element: Option<usize>,
    ) {
        let document = Document {
            source: self.split.source,
            around: self.around.clone(),
            range,
            form,
            index: self.split.documents.len(),
            api_version: identity.api_version,
            kind: identity.kind,
            name: identity.name,
            namespace: identity.namespace,
        };
        // aliases or merge keys tell it
        let document = if identity.unsure {
            document.identified()
        } else {
            document
        };
        self.split.documents.push(document);
        self.split.slots.push(Slot { part, element });
    }

    fn no_object(&mut self, part: &Part<'_>) {
        if self.problems.len() > LIMIT {
            return;
        }
        let place = Place::in_source(self.split.source, part.range.start..part.range.start);
        let text = self.split.source.text.get(part.range.clone());
        let failed = text.is_some_and(explain::is_said_by_oc);
        let message = if failed {
            explain::FAILED
        } else {
            NOT_AN_OBJECT
        };
        let help = if failed {
            explain::AGAIN
        } else if text.is_some_and(is_table) {
            "this is what `oc get` prints for people: add `-o yaml`"
        } else {
            "every document is a mapping with `apiVersion`, `kind` and `metadata.name`"
        };
        self.problems
            .push(Problem::new(&rule::INVALID_YAML, place, message).help(help));
    }

    fn invalid(&mut self, at: usize, message: impl Into<String>, help: &str) {
        if self.problems.len() > LIMIT {
            return;
        }
        let place = Place::in_source(self.split.source, at..at);
        self.problems
            .push(Problem::new(&rule::INVALID_RESOURCE_LIST, place, message).help(help));
    }
}

/// What `oc get` prints without `-o yaml`, or with `-o name`.
fn is_table(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| {
        let is_name = line
            .split_once('/')
            .is_some_and(|(kind, _)| kind.contains('.'));
        line.starts_with("NAME ") || (is_name && !line.contains(' '))
    })
}

/// `List`, `ConfigMapList`...: kustomize takes every kind that ends so, with objects as items, for its items.
fn is_list(part: &Part<'_>) -> bool {
    let object = |element: &Element<'_>| {
        element.shape == Shape::Null
            || element.shape == Shape::Map && !element.identity.kind.is_empty()
    };
    let items = part
        .envelope
        .as_ref()
        .and_then(|envelope| envelope.items.as_ref());
    part.identity.kind.ends_with("List")
        && items.is_some_and(|(_, list)| {
            list.elements
                .iter()
                .any(|element| element.shape == Shape::Map)
                && list.elements.iter().all(object)
        })
}

/// Links from a document that stays to an anchor in one that goes.
pub(in crate::krm) fn broken_links<'s>(
    outline: &'s Outline<'_>,
    gone: impl Fn(usize, Option<usize>) -> bool + 's,
) -> impl Iterator<Item = &'s Link> {
    outline.links.iter().filter(move |link| {
        gone(link.anchor.part, link.anchor.element) && !gone(link.alias.part, link.alias.element)
    })
}
