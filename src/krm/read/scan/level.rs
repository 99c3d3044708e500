//! The block collections that are open: where a line may begin, and what may begin there.

use super::lex::{Lexed, bail};

/// What a line holds at a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Key,
    Dash,
    /// A scalar or a collection in brackets.
    Node,
}

/// Collections deeper than this are left to the parser, which takes as many.
const DEEPEST: usize = 250;

#[derive(Clone, Copy, Debug)]
struct Level {
    column: usize,
    holds: Holds,
    /// A list stands at the column of its key.
    is_beside: bool,
}

/// The columns of the collections that are open.
#[derive(Debug)]
pub(super) struct Levels {
    open: Vec<Level>,
    /// The last line has a key or a dash with nothing behind it: a collection may follow.
    opened: bool,
}

impl Levels {
    pub(super) fn new() -> Self {
        Self {
            open: Vec::new(),
            opened: true,
        }
    }

    /// A key or a dash has nothing behind it.
    pub(super) fn open(&mut self) {
        self.opened = true;
    }

    /// A new document begins.
    pub(super) fn clear(&mut self) {
        self.open.clear();
        self.opened = true;
    }

    /// Something stands at a column: in a collection that is open there, or in a new one where one may begin.
    pub(super) fn at(&mut self, column: usize, holds: Holds) -> Lexed<()> {
        let mut opened = std::mem::replace(&mut self.opened, false);
        while self.open.last().is_some_and(|level| level.column > column) {
            self.open.pop();
            opened = false;
        }
        let deep = self.open.len() > DEEPEST;
        match self.open.last_mut().filter(|level| level.column == column) {
            Some(level) => {
                let dash = holds == Holds::Dash;
                let fits = match level.holds {
                    Holds::Key if dash => level.is_beside || opened,
                    Holds::Node => false,
                    known => known == holds,
                };
                if !fits {
                    return bail("something that does not belong into its collection");
                }
                level.is_beside = dash;
            }
            None if !opened => {
                return bail("a line is indented otherwise than those around it");
            }
            None if deep => return bail("nested too deep"),
            None => self.open.push(Level {
                column,
                holds,
                is_beside: false,
            }),
        }
        Ok(())
    }
}
