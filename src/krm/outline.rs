//! Where the parts of a source stand: what the scanner ([`super::scan`]) and the parser ([`super::walk`]) both find,
//! and what splitting and rewriting work from. Byte ranges only, no trees.

use crate::source::line_end;
use std::borrow::Cow;
use std::ops::Range;

pub(super) use crate::source::BOM;

/// What kind of node a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
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
pub(super) struct Identity<'a> {
    pub(super) api_version: Cow<'a, str>,
    pub(super) kind: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) namespace: Cow<'a, str>,
    /// Aliases or merge keys stand where they could change the identity: only the tree tells.
    pub(super) unsure: bool,
}

/// One element of `items`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// Block: from the start of the dash's line to the first line that is not the element's. Flow: the node.
    pub(super) range: Range<usize>,
    pub(super) shape: Shape,
    pub(super) identity: Identity<'a>,
}

/// The `items` of a mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List<'a> {
    /// The column of the dashes; `None` for a flow sequence.
    pub(super) column: Option<usize>,
    pub(super) elements: Vec<Element<'a>>,
}

/// A key of the root mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where the key starts; in a block mapping the start of its line.
    pub(super) start: usize,
    /// Just behind the colon.
    pub(super) colon: usize,
    /// The node of a flow collection or a written null; empty, behind the colon, for anything else.
    pub(super) node: Range<usize>,
    /// The value: in a block mapping from behind the colon to the end of its last line, in a flow mapping the node.
    pub(super) value: Range<usize>,
    pub(super) shape: Shape,
    /// Whether the value is a flow collection or a scalar, so that `node` tells its exact bytes.
    pub(super) flow: bool,
}

/// The keys that make a mapping more than an object of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Envelope<'a> {
    pub(super) items: Option<(Entry, List<'a>)>,
    pub(super) config: Option<(Entry, Identity<'a>)>,
    pub(super) results: Option<Entry>,
    /// Every key of a flow root with its value, in order.
    pub(super) entries: Vec<Range<usize>>,
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
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
pub(super) struct Part<'a> {
    /// With its directives and `---` before and `...` behind: what goes when the document goes.
    pub(super) segment: Range<usize>,
    /// From its first `%` line to its `---`; empty for a document without directives. They hold for no other one.
    pub(super) head: Range<usize>,
    /// What stands between the markers.
    pub(super) range: Range<usize>,
    pub(super) root: Root,
    /// The end of the last line with content; for flow the end of the node.
    pub(super) end: usize,
    pub(super) identity: Identity<'a>,
    pub(super) envelope: Option<Box<Envelope<'a>>>,
}

impl Part<'_> {
    /// Whether it begins without `---`: as the first document, or because the one before it ends with `...`.
    pub(super) fn is_implicit(&self, text: &str) -> bool {
        let before = text.get(self.segment.start..self.range.start);
        before.is_some_and(|before| before.trim_start_matches(BOM).is_empty())
    }

    /// Whether nothing of a List's objects stays when elements go.
    pub(super) fn is_emptied(&self, removed: &[usize]) -> bool {
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
pub(super) struct Owner {
    pub(super) part: usize,
    pub(super) element: Option<usize>,
}

/// An alias in one element to an anchor in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) anchor: Owner,
    pub(super) alias: Owner,
    /// Where the alias stands.
    pub(super) span: Range<usize>,
}

/// A whole source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline<'a> {
    pub(super) parts: Vec<Part<'a>>,
    pub(super) links: Vec<Link>,
    /// JSON values one after the other, without `---`.
    pub(super) json_sequence: bool,
    /// Parts that begin without the `---` that they need: files that `cat` joined.
    pub(super) unmarked: Vec<usize>,
}

impl Outline<'_> {
    /// Whether the first object is JSON, so that what is added is JSON as well.
    pub(super) fn begins_with_json(&self) -> bool {
        let first = self.parts.iter().find(|part| part.root != Root::Empty);
        first.is_some_and(|part| part.root == Root::Flow)
    }
}

/// What the parser tells about a source that it could not outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OutlineError {
    pub(super) kind: OutlineErrorKind,
    pub(super) span: Range<usize>,
}

/// The kinds of [`OutlineError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OutlineErrorKind {
    /// Not YAML.
    Syntax(String),
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
pub(super) fn lines_end(text: &str, at: usize) -> usize {
    let free = at > 0 && text.as_bytes().get(at - 1) == Some(&b'\n');
    if free { at } else { line_end(text, at) }
}
