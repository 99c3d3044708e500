//! Where in a document the parser stands, as far as it matters.

use std::ops::Range;

/// Whose identity a mapping tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Root,
    Element,
    Config,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Object(Target),
    Meta(Target),
    Items,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    ApiVersion,
    Kind,
    Metadata,
    Name,
    Namespace,
    Items,
    Config,
    Results,
    Merge,
    Other,
}

impl Key {
    pub(super) const fn bit(self) -> u16 {
        1 << self as u16
    }

    pub(super) fn of(role: Role, text: &str) -> Self {
        match (role, text) {
            (Role::Object(_) | Role::Meta(_), "<<") => Self::Merge,
            (Role::Object(_), "apiVersion") => Self::ApiVersion,
            (Role::Object(_), "kind") => Self::Kind,
            (Role::Object(_), "metadata") => Self::Metadata,
            (Role::Meta(_), "name") => Self::Name,
            (Role::Meta(_), "namespace") => Self::Namespace,
            (Role::Object(Target::Root), "items") => Self::Items,
            (Role::Object(Target::Root), "functionConfig") => Self::Config,
            (Role::Object(Target::Root), "results") => Self::Results,
            _ => Self::Other,
        }
    }
}

pub(super) struct Frame {
    pub(super) role: Role,
    pub(super) map: bool,
    pub(super) flow: bool,
    /// The key whose value comes next.
    pub(super) key: Option<(Key, Range<usize>)>,
    /// Places of the keys that were seen, by bit.
    pub(super) seen: u16,
    /// Where they were first written.
    pub(super) firsts: Vec<(Key, usize)>,
    /// The first byte of the collection.
    pub(super) start: usize,
}

/// What a node is to its parent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Root,
    Key,
    Value(Role, Key),
    Element(Role),
}

/// The bit of [`Frame::seen`] that says: the frame above is a key.
pub(super) const COMPLEX: u16 = 1 << 15;
