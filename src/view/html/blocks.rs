//! Sections on the page.

use std::fmt::Write as _;

use super::cells::{Cell, table};
use super::escape;
use crate::view::section::{self, Block, Shares, Strip, Strips};

/// Letters of a name that is never broken.
const SHORT: usize = 20;

pub(super) fn block(block: Block, page: &mut String) {
    match block {
        Block::Title { text, about } => {
            let (text, about) = (escape(&text), escape(&about));
            let _ = writeln!(
                page,
                "<h3 class=\"part\">{text}</h3>\n<p class=\"quiet\">{about}</p>"
            );
        }
        Block::Strips(strips) => drawn(&strips, page),
        Block::Commands(commands) => {
            page.push_str("<h3>Commands</h3>\n");
            for (what, command) in commands {
                let (what, command) = (escape(&what), escape(&command));
                let _ = writeln!(
                    page,
                    "<p class=\"quiet\">{what}</p>\n<pre><code>{command}</code></pre>"
                );
            }
        }
        Block::Table(rows) => {
            let bars = rows.rows.iter().flatten().find_map(|cell| cell.bar);
            let row = |row: Vec<section::Cell>| row.iter().map(cell).collect();
            table(
                &rows.title,
                rows.heads,
                rows.rows.into_iter().map(row),
                page,
            );
            if let Some(bars) = bars {
                legend(&bars, page);
            }
        }
    }
}

fn cell(cell: &section::Cell) -> Cell {
    let is_short = cell.text.len() <= SHORT;
    let mut drawn = if cell.is_name && is_short {
        Cell::short(escape(&cell.text))
    } else if cell.is_name {
        Cell::name(&cell.text)
    } else {
        Cell::text(&cell.text)
    };
    if let Some(shares) = &cell.bar {
        drawn.html = format!("{}<br>{}", bar(shares), drawn.html);
    }
    drawn
}

/// How dark the shares of a bar are, and what is left of the whole.
const SHADES: [&str; 3] = [".8", ".4", ".12"];

/// What the shades of bars mean.
fn legend(bars: &Shares, page: &mut String) {
    page.push_str("<ul class=\"legend\">\n");
    for (shade, name) in SHADES.iter().zip(bars.names) {
        let name = escape(name);
        let _ = writeln!(
            page,
            "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect width=\"1\" height=\"1\" fill=\"currentColor\" opacity=\"{shade}\"/></svg>{name}</li>"
        );
    }
    page.push_str("</ul>\n");
}

/// Shares of a whole; beside it stands the same in words.
fn bar(shares: &Shares) -> String {
    let width = |part: u32| u64::from(part) * 160 / u64::from(shares.whole.max(1));
    let [first, second] = shares.parts;
    let (first, second) = (width(first).min(160), width(second));
    let [dark, middle, light] = SHADES;
    format!(
        "<svg width=\"160\" height=\"10\" aria-hidden=\"true\"><rect width=\"160\" height=\"10\" fill=\"currentColor\" opacity=\"{light}\"/><rect width=\"{first}\" height=\"10\" fill=\"currentColor\" opacity=\"{dark}\"/><rect x=\"{first}\" width=\"{second}\" height=\"10\" fill=\"currentColor\" opacity=\"{middle}\"/></svg>"
    )
}

/// Strips as wide as the page, each with its words; what the colours mean stands once below all.
fn drawn(strips: &Strips, page: &mut String) {
    let _ = writeln!(
        page,
        "<h3>{}</h3>\n<figure class=\"strips\">",
        escape(&strips.title)
    );
    for strip in &strips.all {
        let (name, about) = (escape(&strip.name), escape(&strip.about));
        let _ = writeln!(
            page,
            "<p><strong>{name}</strong> <span class=\"quiet\">{about}</span></p>"
        );
        one(strip, page);
    }
    page.push_str("<ul class=\"legend\">\n");
    for mark in strips.marks() {
        let (colour, about) = (mark.colour, escape(mark.about));
        let _ = writeln!(
            page,
            "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"f{colour}\" width=\"1\" height=\"1\"/></svg>{about}</li>"
        );
    }
    let _ = writeln!(
        page,
        "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect class=\"free\" width=\"1\" height=\"1\"/></svg>{}</li>\n</ul>\n<figcaption>{}</figcaption>\n</figure>",
        escape(&strips.free),
        escape(&strips.about)
    );
}

fn one(strip: &Strip, page: &mut String) {
    let _ = write!(
        page,
        "<svg class=\"strip\" viewBox=\"0 0 {} 1\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\"><rect class=\"free\" width=\"100%\" height=\"1\"/>",
        Strip::WIDTH,
        escape(&strip.in_words())
    );
    // what must not be lost is drawn last, over the others
    for span in strip.drawn() {
        let (at, width) = strip.place(span);
        let (colour, label) = (span.mark.colour, escape(&span.label));
        let _ = write!(
            page,
            "<rect class=\"f{colour}\" x=\"{at}\" width=\"{width}\" height=\"1\"><title>{label}</title></rect>"
        );
    }
    page.push_str("</svg>\n");
}
