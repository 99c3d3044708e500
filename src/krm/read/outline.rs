//! Where the parts of a source stand: what the scanner ([`super::scan`]) and the parser ([`super::walk`]) both find,
//! and what splitting and rewriting work from. Byte ranges only, no trees.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::ErrorKind;

use crate::source::line_end;

pub(in crate::krm) use crate::source::BOM;

/// What kind of node a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::krm) enum Shape {
    /// Empty, `~` or `null`.
    Null,
    /// Any other scalar.
    Scalar,
    /// A mapping.
    Map,
    /// A sequence.
    List,
    /// `*alias`: whatever the anchor holds.
    Alias,
}

/// The four values that name an object; empty where nothing is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::krm) struct Identity<'a> {
    pub(in crate::krm) api_version: Cow<'a, str>,
    pub(in crate::krm) kind: Cow<'a, str>,
    pub(in crate::krm) name: Cow<'a, str>,
    pub(in crate::krm) namespace: Cow<'a, str>,
    /// Aliases or merge keys stand where they could change the identity: only the tree tells.
    pub(in crate::krm) unsure: bool,
}

/// One element of `items`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::krm) struct Element<'a> {
    /// Block: from the start of the dash's line to the first line that is not the element's. Flow: the node.
    pub(in crate::krm) range: Range<usize>,
    pub(in crate::krm) shape: Shape,
    pub(in crate::krm) identity: Identity<'a>,
}

/// The `items` of a mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::krm) struct List<'a> {
    /// The column of the dashes; `None` for a flow sequence.
    pub(in crate::krm) column: Option<usize>,
    pub(in crate::krm) elements: Vec<Element<'a>>,
}

/// A key of the root mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::krm) struct Entry {
    /// Where the key starts; in a block mapping the start of its line.
    pub(in crate::krm) start: usize,
    /// Just behind the colon.
    pub(in crate::krm) colon: usize,
    /// The node of a flow collection or a written null; empty, behind the colon, for anything else.
    pub(in crate::krm) node: Range<usize>,
    /// The value: in a block mapping from behind the colon to the end of its last line, in a flow mapping the node.
    pub(in crate::krm) value: Range<usize>,
    pub(in crate::krm) shape: Shape,
    /// Whether the value is a flow collection or a scalar, so that `node` tells its exact bytes.
    pub(in crate::krm) flow: bool,
}

/// The keys that make a mapping more than an object of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::krm) struct Envelope<'a> {
    pub(in crate::krm) items: Option<(Entry, List<'a>)>,
    pub(in crate::krm) config: Option<(Entry, Identity<'a>)>,
    pub(in crate::krm) results: Option<Entry>,
    /// Every key of a flow root with its value, in order.
    pub(in crate::krm) entries: Vec<Range<usize>>,
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::krm) enum Root {
    /// Nothing but comments, or null.
    Empty,
    /// A block mapping whose keys stand at this column.
    Block(usize),
    /// A flow mapping: JSON.
    Flow,
    /// A scalar or a sequence.
    Other,
}

/// One document of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::krm) struct Part<'a> {
    /// With its directives and `---` before and `...` behind: what goes when the document goes.
    pub(in crate::krm) segment: Range<usize>,
    /// From its first `%` line to its `---`; empty for a document without directives. They hold for no other one.
    pub(in crate::krm) head: Range<usize>,
    /// What stands between the markers.
    pub(in crate::krm) range: Range<usize>,
    pub(in crate::krm) root: Root,
    /// The end of the last line with content; for flow the end of the node.
    pub(in crate::krm) end: usize,
    pub(in crate::krm) identity: Identity<'a>,
    pub(in crate::krm) envelope: Option<Box<Envelope<'a>>>,
}

impl Part<'_> {
    /// Whether it begins without `---`: as the first document, or because the one before it ends with `...`.
    pub(in crate::krm) fn is_implicit(&self, text: &str) -> bool {
        let before = text.get(self.segment.start..self.range.start);
        before.is_some_and(|before| before.trim_start_matches(BOM).is_empty())
    }

    /// Whether nothing of a List's objects stays when elements go.
    pub(in crate::krm) fn is_emptied(&self, removed: &[usize]) -> bool {
        let items = (self.envelope.as_ref()).and_then(|envelope| envelope.items.as_ref());
        items.is_some_and(|(_, list)| {
            let stays = |index: usize| removed.binary_search(&index).is_err();
            let mut elements = list.elements.iter().enumerate();
            let any = elements.any(|(index, one)| one.shape != Shape::Null && stays(index));
            !removed.is_empty() && !any
        })
    }
}

/// Who defines an anchor, or uses it: an element of a document's `items`, or (`None`) anything else of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::krm) struct Owner {
    pub(in crate::krm) part: usize,
    pub(in crate::krm) element: Option<usize>,
}

/// An alias in one element to an anchor in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::krm) struct Link {
    pub(in crate::krm) anchor: Owner,
    pub(in crate::krm) alias: Owner,
    /// Where the alias stands.
    pub(in crate::krm) span: Range<usize>,
}

/// A whole source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::krm) struct Outline<'a> {
    pub(in crate::krm) parts: Vec<Part<'a>>,
    pub(in crate::krm) links: Vec<Link>,
    /// JSON values one after the other, without `---`.
    pub(in crate::krm) json_sequence: bool,
    /// Parts that begin without the `---` that they need: files that `cat` joined.
    pub(in crate::krm) unmarked: Vec<usize>,
}

impl Outline<'_> {
    /// Whether the first object is JSON, so that what is added is JSON as well.
    pub(in crate::krm) fn begins_with_json(&self) -> bool {
        let first = self.parts.iter().find(|part| part.root != Root::Empty);
        first.is_some_and(|part| part.root == Root::Flow)
    }
}

/// What the parser tells about a source that it could not outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::krm) struct OutlineError {
    pub(in crate::krm) kind: OutlineErrorKind,
    pub(in crate::krm) span: Range<usize>,
}

/// The kinds of [`OutlineError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::krm) enum OutlineErrorKind {
    /// Not YAML.
    Syntax(ErrorKind),
    /// A key that names the object stands twice; the first place.
    DuplicateKey(String, usize),
    /// Valid, but in a form that nobody writes and that cannot be cut (`? items`).
    Unusual(&'static str),
    /// A byte order mark behind a byte order mark.
    SecondMark,
}

/// Of one source at most this many problems are reported: one that is no YAML at all would give one per document.
pub(crate) const LIMIT: usize = 20;

/// Where the content that ends at `at` leaves the next line free.
pub(in crate::krm) fn lines_end(text: &str, at: usize) -> usize {
    let free = at > 0 && text.as_bytes().get(at - 1) == Some(&b'\n');
    if free { at } else { line_end(text, at) }
}

/// A carriage return without a line feed: it breaks a line for YAML and for no editor.
pub(in crate::krm) fn lone_carriage_return(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_lone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    memchr::memchr_iter(b'\r', bytes).find(is_lone)
}
