//! A placeholder where it stands.

use super::{Read, key_place, place};
use crate::krm::Document;
use crate::problem::Place;

/// An object of one of our kinds that says what to make.
#[derive(Debug)]
pub(crate) struct Placeholder<'a, S> {
    /// Where it stands.
    pub(crate) document: &'a Document<'a>,
    /// What it says.
    pub(crate) read: Read<S>,
}

impl<S> Placeholder<'_, S> {
    /// The place of one of its fields.
    pub(crate) fn place(&self, path: &str) -> Place {
        place(self.document, &self.read.node, path)
    }

    /// The place of the name of one of its fields.
    pub(crate) fn key_place(&self, path: &str) -> Place {
        key_place(self.document, &self.read.node, path)
    }
}
