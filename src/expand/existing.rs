//! What stands in the input and beside the facts already: every document once, with what all that decide over it ask.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::what_leaves;
use crate::facts::DocumentId;
use crate::krm::{Document, Node, ObjectId, Split};
use crate::problem::{Problem, Problems};

/// One document.
pub(super) struct Standing<'s, 'a> {
    /// Its source and its index in it.
    pub(super) id: DocumentId,
    pub(super) document: &'s Document<'a>,
    /// Whether objects of its source leave at all.
    pub(super) is_input: bool,
    node: OnceCell<Result<Rc<Node>, Vec<Problem>>>,
}

impl Standing<'_, '_> {
    /// Its tree, which is read once, whoever asks first; `None` after the problems that keep it from being read.
    pub(super) fn node(&self, problems: &mut Problems) -> Option<Rc<Node>> {
        match self.node.get_or_init(|| self.document.node().map(Rc::new)) {
            Ok(node) => Some(Rc::clone(node)),
            Err(errors) => {
                problems.extend(errors.iter().cloned());
                None
            }
        }
    }

    /// Whether it is a cluster's own object, as somebody saved it.
    pub(super) fn is_live(&self) -> bool {
        what_leaves::is_live(self.document)
    }

    /// Whether the output delivers it to every cluster.
    pub(super) fn is_delivered(&self) -> bool {
        self.is_input && !self.is_live() && !what_leaves::is_local_config(self.document)
    }
}

/// All of them, in the order in which they came.
pub(super) struct Existing<'s, 'a> {
    all: Vec<Standing<'s, 'a>>,
    /// What was saved from a cluster of objects that the output delivers: one object each, of which Git's counts.
    copies: BTreeSet<DocumentId>,
}

impl<'s, 'a> Existing<'s, 'a> {
    pub(super) fn gather(splits: &'s [Split<'a>]) -> Self {
        let of_split = |(at, split): (usize, &'s Split<'a>)| {
            let is_input = what_leaves::is_input(split);
            let documents = split.documents.iter().enumerate();
            documents.map(move |(index, document)| Standing {
                id: (at, index),
                document,
                is_input,
                node: OnceCell::new(),
            })
        };
        let all: Vec<Standing<'_, '_>> = splits.iter().enumerate().flat_map(of_split).collect();
        let copies = copies(&all);
        Self { all, copies }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Standing<'s, 'a>> + Clone {
        self.all.iter()
    }

    /// All but the copies that a cluster holds of what the output delivers.
    pub(super) fn counting(&self) -> impl Iterator<Item = &Standing<'s, 'a>> + Clone {
        self.all().filter(|one| !self.copies.contains(&one.id))
    }

    /// Those of sources whose objects leave.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Standing<'s, 'a>> + Clone {
        self.counting().filter(|one| one.is_input)
    }

    /// Documents that are no facts.
    pub(super) fn delivered(&self) -> impl Iterator<Item = &'s Document<'a>> + Clone {
        self.inputs().map(|one| one.document)
    }

    /// The copies, which are facts and nothing else.
    pub(super) fn copies(&self) -> impl Iterator<Item = DocumentId> {
        self.copies.iter().copied()
    }

    /// Those of some kinds, by identity.
    pub(super) fn of_kinds(&self, kinds: &[&str]) -> BTreeMap<ObjectId, Vec<&Standing<'s, 'a>>> {
        let mut all: BTreeMap<ObjectId, Vec<&Standing<'_, '_>>> = BTreeMap::new();
        let is_asked = |one: &&Standing<'_, '_>| kinds.contains(&one.document.kind.as_ref());
        for one in self.counting().filter(is_asked) {
            all.entry(ObjectId::from(one.document))
                .or_default()
                .push(one);
        }
        all
    }
}

/// Most inputs have nothing that may be a copy, and nothing is compared then.
fn copies(all: &[Standing<'_, '_>]) -> BTreeSet<DocumentId> {
    let maybe = |one: &&Standing<'_, '_>| !one.is_input || one.document.mentions_live_fields();
    let maybe: Vec<&Standing<'_, '_>> = all.iter().filter(maybe).collect();
    let asked: BTreeSet<ObjectId> = identities(&maybe);
    if asked.is_empty() {
        return BTreeSet::new();
    }
    let is_delivered = |one: &&Standing<'_, '_>| {
        one.is_input && asked.contains(&ObjectId::from(one.document)) && one.is_delivered()
    };
    let delivered: Vec<&Standing<'_, '_>> = all.iter().filter(is_delivered).collect();
    let delivered = identities(&delivered);
    let copies = maybe
        .into_iter()
        .filter(|one| delivered.contains(&ObjectId::from(one.document)) && !one.is_delivered());
    copies.map(|one| one.id).collect()
}

fn identities(all: &[&Standing<'_, '_>]) -> BTreeSet<ObjectId> {
    let named = all.iter().filter(|one| !one.document.name.is_empty());
    named.map(|one| ObjectId::from(one.document)).collect()
}
