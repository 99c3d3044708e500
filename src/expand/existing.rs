//! What stands in the input and beside the facts already: every document once, with what all that decide over it ask.

use std::cell::OnceCell;
use std::collections::BTreeMap;
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
pub(super) struct Existing<'s, 'a>(Vec<Standing<'s, 'a>>);

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
        Self(splits.iter().enumerate().flat_map(of_split).collect())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Standing<'s, 'a>> + Clone {
        self.0.iter()
    }

    /// Those of sources whose objects leave.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Standing<'s, 'a>> + Clone {
        self.0.iter().filter(|one| one.is_input)
    }

    /// Those of some kinds, by identity.
    pub(super) fn of_kinds(&self, kinds: &[&str]) -> BTreeMap<ObjectId, Vec<&Standing<'s, 'a>>> {
        let mut all: BTreeMap<ObjectId, Vec<&Standing<'_, '_>>> = BTreeMap::new();
        let is_asked = |one: &&Standing<'_, '_>| kinds.contains(&one.document.kind.as_ref());
        for one in self.all().filter(is_asked) {
            all.entry(ObjectId::from(one.document))
                .or_default()
                .push(one);
        }
        all
    }
}
