//! What a cluster gets beside pools and operators: each section once, in the words of no format. A section is a function
//! in a file of its own and its row here; every format shows all of them.

mod strip;

pub(super) use strip::{Mark, Span, Strip, Strips};

use super::{Cluster, access, open_stack, served};

/// What stands in a section.
pub(super) enum Block {
    /// What all that follows is of, and about it.
    Title { text: String, about: String },
    /// Rows under their headings.
    Table(Table),
    /// Lengths with what lies on them.
    Strips(Strips),
    /// Commands to copy, each behind what it does.
    Commands(Vec<(String, String)>),
}

/// A table.
pub(super) struct Table {
    /// What stands above it where there is room for that.
    pub(super) title: String,
    /// Headings of its columns.
    pub(super) heads: &'static [&'static str],
    /// Its rows, with a cell for each heading.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// What stands in a row under a heading.
pub(super) struct Cell {
    /// In words.
    pub(super) text: String,
    /// Whether it names its row, so that it wants room.
    pub(super) is_name: bool,
    /// Drawn above the words, where a format draws.
    pub(super) bar: Option<Shares>,
}

/// Shares of a whole, the first of them darkest.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    /// The whole.
    pub(super) whole: u32,
    /// Its shares.
    pub(super) parts: [u32; 2],
    /// What they are, and what is left of the whole.
    pub(super) names: [&'static str; 3],
}

/// All sections in their order; one that has nothing to show is empty.
static SECTIONS: [fn(&Cluster) -> Vec<Block>; 3] =
    [access::section, served::section, open_stack::section];

/// What a cluster has of all sections.
pub(super) fn blocks(cluster: &Cluster) -> impl Iterator<Item = Block> {
    SECTIONS.iter().flat_map(|section| section(cluster))
}

impl Cell {
    /// Words alone.
    pub(super) fn words(text: String) -> Self {
        Self {
            text,
            is_name: false,
            bar: None,
        }
    }
}

impl Table {
    /// A table of words alone; none without rows.
    pub(super) fn of_words<const COLUMNS: usize>(
        title: &str,
        heads: &'static [&'static str; COLUMNS],
        rows: impl Iterator<Item = [String; COLUMNS]>,
    ) -> Option<Block> {
        let rows: Vec<Vec<Cell>> = rows.map(|row| row.map(Cell::words).into()).collect();
        Self::of(title, heads, rows)
    }

    /// A table of words whose first column names the rows; none without rows.
    pub(super) fn of_named<const COLUMNS: usize>(
        title: &str,
        heads: &'static [&'static str; COLUMNS],
        rows: impl Iterator<Item = [String; COLUMNS]>,
    ) -> Option<Block> {
        let row = |row: [String; COLUMNS]| {
            let mut cells = row.map(Cell::words);
            if let Some(first) = cells.first_mut() {
                first.is_name = true;
            }
            cells.into()
        };
        Self::of(title, heads, rows.map(row).collect())
    }

    /// A table; none without rows.
    pub(super) fn of(
        title: &str,
        heads: &'static [&'static str],
        rows: Vec<Vec<Cell>>,
    ) -> Option<Block> {
        let title = title.to_owned();
        (!rows.is_empty()).then_some(Block::Table(Self { title, heads, rows }))
    }

    /// Its rows in words.
    pub(super) fn words(self) -> impl Iterator<Item = Vec<String>> {
        let words = |row: Vec<Cell>| row.into_iter().map(|cell| cell.text).collect();
        self.rows.into_iter().map(words)
    }
}
