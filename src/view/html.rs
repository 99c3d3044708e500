//! The overview as one page that needs nothing else: no script, no font, no picture from anywhere.

use std::fmt::Write as _;

use super::{
    Amount, Cluster, Cost, Delivery, Overview, Pool, Totals, cost, picture, said, section as parts,
    words,
};

mod blocks;
mod cells;
mod review;

use cells::{Cell, table};

const STYLE: &str = include_str!("page.css");

/// The page, with a line break at its end.
pub fn html(overview: &Overview) -> String {
    let mut page = String::new();
    let clusters = &overview.clusters;
    let title = match clusters.as_slice() {
        _ if overview.failed => "GPU plan: failed".to_owned(),
        [only] => format!("GPU plan of {}", only.name),
        [] if !overview.deliveries.is_empty() => {
            let names: Vec<&str> = overview
                .deliveries
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            format!("GPU plan of delivery {}", names.join(", "))
        }
        several => format!(
            "GPU plan of {}",
            words::count(several.len() as u64, "cluster", "clusters")
        ),
    };
    let title = escape(&title);
    let about = if overview.failed {
        words::FAILED
    } else {
        "What will be there once it is applied."
    };
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n<p class=\"quiet\">{about}</p>\n"
    );
    page.push_str("</header>\n<main>\n");
    if let Some(against) = &overview.changes {
        review::changes(against, &mut page);
    }
    let [grave, infos] = said::split(&overview.problems);
    review::problems("Problems", &grave, &mut page);
    if clusters.len() > 1 {
        review::fleet(overview, &mut page);
    }
    let is_only = clusters.len() == 1;
    for (index, cluster) in clusters.iter().enumerate() {
        section(index, cluster, is_only, &mut page);
    }
    for (index, delivery) in overview.deliveries.iter().enumerate() {
        delivered(index, delivery, &mut page);
    }
    review::problems("Infos", &infos, &mut page);
    let _ = write!(
        page,
        "</main>\n<footer class=\"quiet\">gpu-machineset {}</footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    );
    page
}

fn section(index: usize, cluster: &Cluster, is_only: bool, page: &mut String) {
    let about = escape(&words::about(cluster));
    // the title of the page names the only one
    let (heading, about) = if is_only && !about.is_empty() {
        (about, String::new())
    } else {
        let about = format!("\n<p class=\"quiet\">{about}</p>");
        (escape(&cluster.name), about)
    };
    let _ = writeln!(
        page,
        "<section class=\"cluster\" id=\"c{index}\" aria-labelledby=\"h{index}\">\n<h2 id=\"h{index}\">{heading}</h2>{about}"
    );
    if !cluster.pools.is_empty() {
        numbers(&cluster.totals, page);
    }
    if !cluster.pools.is_empty() || !cluster.operators.is_empty() {
        figure(index, cluster, page);
    }
    notes(cluster, page);
    if !cluster.pools.is_empty() {
        pools(cluster, page);
        costs(cluster, page);
        sets(cluster, page);
    }
    for block in parts::blocks(cluster) {
        blocks::block(block, page);
    }
    if !cluster.operators.is_empty() {
        operators(cluster, page);
    }
    page.push_str("</section>\n");
}

fn figure(index: usize, cluster: &Cluster, page: &mut String) {
    page.push_str(if cluster.pools.is_empty() {
        "<figure>\n<figcaption>Operators, each after what it needs.</figcaption>\n"
    } else {
        "<figure>\n<figcaption>Pools with the machines of each zone, their taints, and what tolerates these.</figcaption>\n"
    });
    picture::wide(index, cluster, page);
    picture::narrow(index, cluster, page);
    page.push_str("</figure>\n");
}

fn delivered(index: usize, delivery: &Delivery, page: &mut String) {
    let _ = writeln!(
        page,
        "<section class=\"cluster\" id=\"d{index}\" aria-labelledby=\"hd{index}\">\n<h2 id=\"hd{index}\">Delivery {}</h2>\n<p class=\"quiet\">{}</p>",
        escape(&delivery.name),
        escape(&delivery.about()),
    );
    let rows = delivery
        .rows()
        .map(|row| row.map(|cell| Cell::text(&cell)).into());
    table("Components", &Delivery::HEADS, rows, page);
    page.push_str("</section>\n");
}

pub(super) fn numbers(totals: &Totals, page: &mut String) {
    let (first, max) = (&totals.first, &totals.max);
    // some machines are of unknown type: what is known is the least
    let known = |text: String| match max.uncounted_machines {
        0 => text,
        _ => format!("{text} + ?"),
    };
    let number = |value: fn(&Amount) -> u64, text: fn(u64) -> String| {
        (known(text(value(max))), known(text(value(first))))
    };
    let cells = [
        ("GPUs", number(|amount| amount.gpus, words::grouped)),
        ("vCPU", number(|amount| amount.vcpu, words::grouped)),
        ("Memory", number(|amount| amount.memory_mib, words::memory)),
    ];
    let sets = words::grouped(totals.sets as u64);
    let machines = (words::grouped(max.machines), words::grouped(first.machines));
    let _ = writeln!(
        page,
        "<dl class=\"numbers\">\n<div><dt>MachineSets</dt><dd>{sets}<small>one per pool and zone</small></dd></div>"
    );
    for (name, (most, first)) in [("Machines", machines)].into_iter().chain(cells) {
        // what is bought when it is applied comes first
        let cell = if most == first {
            format!("<dt>{name}</dt><dd>{most}</dd>")
        } else {
            format!("<dt>{name} at first</dt><dd>{first}<small>{most} at the most</small></dd>")
        };
        let _ = writeln!(page, "<div>{cell}</div>");
    }
    page.push_str("</dl>\n");
}

fn notes(cluster: &Cluster, page: &mut String) {
    let of_pools = cluster.pools.iter().flat_map(|pool| {
        let name = escape(&pool.name);
        pool.notes
            .iter()
            .map(move |note| format!("<li><strong>{name}</strong> {}</li>\n", quoted(&note.text)))
    });
    let of_cluster = cluster
        .notes
        .iter()
        .map(|note| format!("<li>{}</li>\n", quoted(&note.text)));
    let notes: String = of_pools.chain(of_cluster).collect();
    if !notes.is_empty() {
        let _ = write!(page, "<h3>Notes</h3>\n<ul>\n{notes}</ul>\n");
    }
}

/// Names in backticks become code.
pub(super) fn quoted(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        if index % 2 == 0 {
            html.push_str(&part);
        } else {
            let _ = write!(html, "<code>{part}</code>");
        }
    }
    html
}

fn pools(cluster: &Cluster, page: &mut String) {
    let heads = [
        "Pool", "Type", "GPUs", "vCPU", "Memory", "Market", "Machines", "At first", "Taints",
        "Labels",
    ];
    let row = |pool: &Pool| {
        let [vcpu, memory] = words::size_of(pool);
        vec![
            Cell::name(&pool.name),
            Cell::short(escape(&pool.instance_type)),
            Cell::text(&words::gpus_of(pool)),
            Cell::number(vcpu),
            Cell::number(memory),
            Cell::short(escape(pool.market)),
            Cell::number(words::range(
                pool.totals.min.machines,
                pool.totals.max.machines,
            )),
            Cell::number(words::grouped(pool.totals.first.machines)),
            Cell::codes(&pool.taints),
            Cell::codes(&words::labels(pool)),
        ]
    };
    table("Pools", &heads, cluster.pools.iter().map(row), page);
}

fn costs(cluster: &Cluster, page: &mut String) {
    let Some(costs) = &cluster.costs else { return };
    let priced = cost::rows(cluster).map(|[name, prices @ ..]| {
        let prices = prices.map(|price| Cell::number(escape(&price)));
        [Cell::name(&name)].into_iter().chain(prices).collect()
    });
    table("Cost per hour", &Cost::HEADS, priced, page);
    for sentence in costs.sentences() {
        let _ = writeln!(page, "<p>{}</p>", escape(&sentence));
    }
}

fn sets(cluster: &Cluster, page: &mut String) {
    let heads = [
        "MachineSet",
        "Pool",
        "Zone",
        "Machines",
        "At first",
        "Cloned from",
    ];
    let rows = cluster.pools.iter().flat_map(|pool| {
        pool.sets.iter().map(|set| {
            vec![
                Cell::code(&set.name),
                Cell::name(&pool.name),
                Cell::short(escape(words::zone(set))),
                Cell::number(words::machines(set)),
                Cell::number(set.first.to_string()),
                set.cloned_from
                    .as_deref()
                    .map_or_else(|| Cell::text("facts alone"), Cell::code),
            ]
        })
    });
    table("MachineSets", &heads, rows, page);
}

fn operators(cluster: &Cluster, page: &mut String) {
    let heads = ["Operator", "Channel", "Catalogue", "Namespace", "Needs"];
    let rows = cluster.operators.iter().map(|operator| {
        vec![
            Cell::code(&operator.package),
            Cell::short(escape(&operator.channel)),
            Cell::text(&operator.source),
            Cell::text(&operator.namespace),
            Cell::codes(&operator.needs),
        ]
    });
    table("Operators", &heads, rows, page);
}

/// Text as HTML, also inside of attributes.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
    html
}
