//! Objects that are not to be read from their own text alone: their document holds what their aliases stand for.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use granit_parser::Event;

use super::events::over_events;
use super::outline::Part;
use super::parse::{Builder, Open, ParseError};
use super::quotes;
use crate::krm::tree::node::Node;

/// What objects say that cannot be read from their own text alone: the elements of a list of objects whose aliases
/// have their anchors elsewhere in the document, or all of a document that begins with directives.
#[derive(Debug)]
pub(super) struct Context {
    /// By where they start.
    pub(super) nodes: BTreeMap<usize, Node>,
    /// What is wrong, anywhere in the document.
    pub(super) errors: Vec<ParseError>,
}

/// The document of the stream that holds an object. It is read when an object of it first asks, and once for all:
/// many elements may share an anchor.
#[derive(Clone, Debug)]
pub(super) struct Around {
    begins: usize,
    /// Its directives; empty for none.
    pub(super) head: Range<usize>,
    read: Rc<OnceCell<Result<Context, Vec<ParseError>>>>,
}

impl Around {
    /// `None` for a document whose objects can be read from their own text.
    pub(super) fn of(part: &Part<'_>) -> Option<Self> {
        let is_needed = part.envelope.is_some() || !part.head.is_empty();
        is_needed.then(|| Self {
            begins: part.segment.start,
            head: part.head.clone(),
            read: Rc::default(),
        })
    }

    pub(super) fn context(&self, text: &str) -> &Result<Context, Vec<ParseError>> {
        self.read
            .get_or_init(|| in_context(text, self.begins, !self.head.is_empty()))
    }
}

/// What the builder keeps for a [`Context`].
pub(super) struct Keeping {
    nodes: BTreeMap<usize, Node>,
    /// Whether to keep what could be read from its own text, too.
    all: bool,
    /// Where the element that is open starts.
    start: usize,
    /// Whether an alias of it has its anchor before that.
    foreign: bool,
}

/// Aliases may copy at most this many nodes in one document of many objects.
const CONTEXT_BUDGET: usize = 1_000_000;

impl Builder {
    /// Whether what comes is an element of a list that a key of the root holds.
    fn in_items(&self) -> bool {
        matches!(self.frames.as_slice(), [_, last] if matches!(last.open, Open::List(_)))
    }

    /// Notes the aliases of the element that is open.
    pub(super) fn look_back(&mut self, event: &Event<'_>, span: &Range<usize>) {
        let begins = self.in_items();
        let Some(keeping) = &mut self.keeping else {
            return;
        };
        if begins {
            (keeping.start, keeping.foreign) = (span.start, false);
        }
        if let Event::Alias(id) = event {
            let anchor = self.anchors.get(id);
            keeping.foreign |= anchor.is_none_or(|node| node.span.start < keeping.start);
        }
    }

    pub(super) fn keep(&mut self, node: &Node) {
        let is_object = self.frames.is_empty() || self.in_items();
        if let Some(keeping) = &mut self.keeping
            && is_object
            && (keeping.all || keeping.foreign)
        {
            keeping.nodes.insert(node.span.start, node.clone());
        }
    }
}

/// Reads one document of a stream from its start, for the objects in it.
fn in_context(text: &str, begins: usize, all: bool) -> Result<Context, Vec<ParseError>> {
    let new = || {
        let mut builder = Builder::new(CONTEXT_BUDGET);
        builder.keeping = Some(Keeping {
            nodes: BTreeMap::new(),
            all,
            start: 0,
            foreign: false,
        });
        builder
    };
    let each = |builder: &mut Builder, event: Event<'_>, span| {
        let is_end = event == Event::DocumentEnd;
        builder.event(event, span);
        !is_end && builder.budget > 0
    };
    let builder = over_events(text.get(begins..).unwrap_or(""), begins, new, each)?;
    if builder.budget == 0 {
        return Err(builder.errors);
    }
    Ok(Context {
        nodes: builder
            .keeping
            .map_or_else(BTreeMap::new, |kept| kept.nodes),
        errors: builder.errors,
    })
}

/// Whether two texts are the same document but for layout, whatever it is that we do not read in it. The second one
/// may be an element of a list.
pub(in crate::krm) fn same_events(a: &str, (b, in_list): (&str, bool)) -> bool {
    let each = |all: &mut Vec<Event<'static>>, event: Event<'_>, _| {
        let is_outside = matches!(
            event,
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd
        );
        if !is_outside {
            all.push(quotes::owned(event));
        }
        true
    };
    let events = |text: &str| over_events(text, 0, Vec::new, each);
    let (Ok(a), Ok(b)) = (events(a), events(b)) else {
        return false;
    };
    let inner = if in_list {
        1..b.len().max(2) - 1
    } else {
        0..b.len()
    };
    b.get(inner).is_some_and(|b| a == b)
}
