//! Tables of the page, and what stands in their cells.

use std::fmt::Write as _;

use super::escape;

/// One cell, as HTML.
pub(super) struct Cell {
    pub(super) html: String,
    pub(super) class: &'static str,
}

impl Cell {
    /// Text that may be broken.
    pub(super) fn text(text: &str) -> Self {
        let html = escape(text);
        Self { html, class: "" }
    }

    /// A name that wants room.
    pub(super) fn name(text: &str) -> Self {
        let html = escape(text);
        Self {
            html,
            class: "name",
        }
    }

    /// Text that stays in one line where there is room.
    pub(super) fn short(text: String) -> Self {
        Self {
            html: text,
            class: "short",
        }
    }

    /// A number, right under those of other rows.
    pub(super) fn number(text: String) -> Self {
        Self {
            html: text,
            class: "number",
        }
    }

    /// A word of a program: it breaks behind signs alone, so that no part of a name is taken for a name.
    pub(super) fn code(text: &str) -> Self {
        let mut html = String::from("<code>");
        for part in text.split_inclusive(['=', ':', '/']) {
            html.push_str(&escape(part));
            html.push_str("<wbr>");
        }
        let html = html.trim_end_matches("<wbr>").to_owned() + "</code>";
        Self { html, class: "" }
    }

    pub(super) fn codes(texts: &[String]) -> Self {
        let codes: Vec<String> = texts.iter().map(|text| Self::code(text).html).collect();
        let html = if codes.is_empty() {
            "none".to_owned()
        } else {
            codes.join("<br>")
        };
        Self { html, class: "" }
    }
}

/// A table; narrow screens show each row as a card, for which every cell carries its heading. The roles keep it a table
/// for screen readers even then.
pub(super) fn table(
    title: &str,
    heads: &[&str],
    rows: impl Iterator<Item = Vec<Cell>>,
    page: &mut String,
) {
    let _ = write!(
        page,
        "<h3>{title}</h3>\n<table role=\"table\" aria-label=\"{title}\">\n<thead role=\"rowgroup\"><tr role=\"row\">"
    );
    let mut rows = rows.peekable();
    let first = rows.peek().map_or(&[][..], Vec::as_slice);
    for (index, head) in heads.iter().enumerate() {
        let is_number = first.get(index).is_some_and(|cell| cell.class == "number");
        let class = if is_number { " class=\"number\"" } else { "" };
        let _ = write!(
            page,
            "<th role=\"columnheader\" scope=\"col\"{class}>{head}</th>"
        );
    }
    page.push_str("</tr></thead>\n<tbody role=\"rowgroup\">\n");
    for row in rows {
        page.push_str("<tr role=\"row\">");
        for (cell, head) in row.iter().zip(heads) {
            let class = match cell.class {
                "" => String::new(),
                class => format!(" class=\"{class}\""),
            };
            // one child beside the heading, however many lines it has
            let _ = write!(
                page,
                "<td role=\"cell\" data-head=\"{head}\"{class}><span>{}</span></td>",
                cell.html
            );
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}
