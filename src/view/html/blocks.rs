//! Sections on the page.

use super::cells::{Cell, table};
use crate::view::section::{self, Block, Shares};

pub(super) fn block(block: Block, page: &mut String) {
    match block {
        Block::Table(rows) => {
            let row = |row: Vec<section::Cell>| row.into_iter().map(cell).collect();
            table(
                &rows.title,
                rows.heads,
                rows.rows.into_iter().map(row),
                page,
            );
        }
    }
}

fn cell(cell: section::Cell) -> Cell {
    let mut drawn = Cell::text(&cell.text);
    if let Some(shares) = cell.bar {
        drawn.html = format!("{}<br>{}", bar(&shares), drawn.html);
    }
    drawn
}

/// Shares of a whole; beside it stands the same in words.
fn bar(shares: &Shares) -> String {
    let width = |part: u32| u64::from(part) * 160 / u64::from(shares.whole.max(1));
    let [first, second] = shares.parts;
    let (first, second) = (width(first).min(160), width(second));
    format!(
        "<svg width=\"160\" height=\"10\" aria-hidden=\"true\"><rect width=\"160\" height=\"10\" fill=\"currentColor\" opacity=\".12\"/><rect width=\"{first}\" height=\"10\" fill=\"currentColor\" opacity=\".8\"/><rect x=\"{first}\" width=\"{second}\" height=\"10\" fill=\"currentColor\" opacity=\".4\"/></svg>"
    )
}
