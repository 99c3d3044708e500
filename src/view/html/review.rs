//! What a reviewer reads first: changes, problems, and all clusters at a glance.

use std::fmt::Write as _;

use super::{Cell, escape, numbers, quoted, table};
use crate::view::{Against, Costs, Overview, Said, fleet, said};

/// What is other than in the earlier plan.
pub(super) fn changes(against: &Against, page: &mut String) {
    page.push_str("<section class=\"cluster\" aria-labelledby=\"changes\">\n<h2 id=\"changes\">Changes against the earlier plan</h2>\n");
    let totals = match (against.clusters.is_empty(), against.totals()) {
        (true, _) => "none".to_owned(),
        (false, totals) => totals.join("; "),
    };
    let _ = writeln!(page, "<p class=\"quiet\">{}</p>", escape(&totals));
    for change in against.alike() {
        let _ = writeln!(page, "<h3>{}</h3>\n<ul>", escape(&change.heading));
        for sentence in change.sentences {
            let _ = writeln!(page, "<li>{}</li>", quoted(&sentence));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
}

/// What the run says.
pub(super) fn problems(title: &str, all: &[&Said], page: &mut String) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<section class=\"cluster\" aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n<p class=\"quiet\">{}</p>\n<ul class=\"said\">",
        said::counted(all),
        id = title.to_lowercase(),
    );
    for one in all {
        let place = match one.place() {
            place if place.is_empty() => String::new(),
            place => format!("<br><small>{}</small>", escape(&place)),
        };
        let facts = one
            .facts
            .iter()
            .map(|fact| format!("<li>{}</li>", quoted(fact)));
        let help = one
            .help
            .iter()
            .map(|help| format!("<li>help: {}</li>", quoted(help)));
        let more: String = facts.chain(help).collect();
        let more = match more.as_str() {
            "" => String::new(),
            more => format!("<ul>{more}</ul>"),
        };
        let _ = writeln!(
            page,
            "<li class=\"{severity}\"><strong>{severity}</strong> <code>{}</code> {}{place}{more}</li>",
            one.rule,
            quoted(&one.message),
            severity = one.severity
        );
    }
    page.push_str("</ul>\n</section>\n");
}

/// Totals, and a table whose rows lead to the clusters.
pub(super) fn fleet(overview: &Overview, page: &mut String) {
    let sentences = fleet::sentences(overview);
    let about = sentences.first().map_or("", String::as_str);
    let _ = writeln!(
        page,
        "<section class=\"cluster\" aria-labelledby=\"fleet\">\n<h2 id=\"fleet\">All clusters</h2>\n<p class=\"quiet\">{}</p>",
        escape(about)
    );
    numbers(&overview.totals, page);
    for sentence in overview.costs.iter().flat_map(Costs::sentences) {
        let _ = writeln!(page, "<p>{}</p>", escape(&sentence));
    }
    let summary = fleet::summary(&overview.clusters);
    let head: Vec<String> = summary.head.iter().map(|head| escape(head)).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = summary.rows.iter().enumerate().map(|(index, row)| {
        let cell = |(column, text): (usize, &String)| match column {
            0 => Cell {
                html: format!("<a href=\"#c{index}\">{}</a>", escape(text)),
                class: "name",
            },
            1 => Cell::text(text),
            _ => Cell::number(escape(text)),
        };
        row.iter().enumerate().map(cell).collect()
    });
    table("Clusters", &head, rows, page);
    page.push_str("</section>\n");
}
