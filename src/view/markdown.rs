//! The overview as Markdown, for the comment of a pull request.

use std::fmt::Write as _;

use super::against::Alike;
use super::section::Block;
use super::{
    Against, Cluster, Cost, Delivery, Overview, Pool, Said, cost, said, section as parts, words,
};

/// The longest that a text gets: GitHub refuses comments of more than 65,536 characters, and other tools add some.
const LONGEST: usize = 59_800;
/// Of these, what the table of clusters may take, and what changes and problems may take each.
const LONGEST_PART: usize = 16_000;

/// Signs of a strip.
const STRIP: usize = 64;

/// Changes, problems, a table of several clusters, a section per cluster as long as they fit, and infos, with a line
/// break at its end.
pub fn markdown(overview: &Overview) -> String {
    let mut text = String::new();
    if let Some(against) = &overview.changes {
        changes(against, &mut text);
    }
    let [grave, infos] = said::split(&overview.problems);
    let mut below = String::new();
    problems("Problems", &grave, &mut text);
    problems("Infos", &infos, &mut below);
    if overview.failed {
        let _ = writeln!(text, "{}", words::FAILED);
    }
    let several = overview.clusters.len() > 1;
    if several {
        fleet(overview, &mut text);
    }
    for one in &overview.deliveries {
        delivery(one, &mut text);
    }
    let mut left_out = 0_u64;
    for cluster in &overview.clusters {
        let mut part = String::new();
        section(cluster, &mut part);
        if several {
            let name = cell(&cluster.name);
            part = format!("<details><summary>{name}</summary>\n\n{part}\n</details>\n");
        }
        if left_out > 0 || several && text.len() + part.len() + below.len() > LONGEST {
            left_out += 1;
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&part);
    }
    if left_out > 0 {
        let clusters = words::count(left_out, "cluster", "clusters");
        let _ = writeln!(
            text,
            "\nDetails of {clusters} are left out here: `--format json` has them."
        );
    }
    if !text.is_empty() && !below.is_empty() {
        text.push('\n');
    }
    text.push_str(below.trim_end_matches('\n'));
    if !below.is_empty() {
        text.push('\n');
    }
    text
}

/// Lines as long as they fit, and how many do not.
fn fitting(lines: impl Iterator<Item = String>, what: [&str; 2], text: &mut String) {
    let mut part = String::new();
    let mut left_out = 0_u64;
    for line in lines {
        if left_out > 0 || part.len() + line.len() > LONGEST_PART {
            left_out += 1;
        } else {
            part.push_str(&line);
        }
    }
    text.push_str(&part);
    if left_out > 0 {
        let [one, many] = what;
        let more = words::count(left_out, one, many);
        let _ = writeln!(text, "\n{more} more: `--format json` has all.");
    }
}

fn changes(against: &Against, text: &mut String) {
    text.push_str("## Changes against the earlier plan\n\n");
    if against.clusters.is_empty() {
        text.push_str("None.\n");
    }
    let totals = against.totals();
    if !totals.is_empty() {
        let _ = writeln!(text, "Together: {}.\n", totals.join("; "));
    }
    let change = |change: Alike| {
        let mut lines = format!("- **{}**\n", cell(&change.heading));
        for sentence in change.sentences {
            let _ = writeln!(lines, "  - {sentence}");
        }
        lines
    };
    let lines = against.alike().into_iter().map(change);
    fitting(lines, ["change", "changes"], text);
    text.push('\n');
}

fn problems(title: &str, said: &[&Said], text: &mut String) {
    if said.is_empty() {
        return;
    }
    let count = match title {
        "Infos" => said.len().to_string(),
        _ => said::counted(said),
    };
    let _ = writeln!(text, "## {title}: {count}\n");
    let line = |one: &&Said| {
        let place = match one.place() {
            place if place.is_empty() => String::new(),
            place => format!(" ({})", cell(&place)),
        };
        let mut lines = format!(
            "- **{}** `{}` {}{place}\n",
            one.severity,
            one.rule,
            prose(&one.message)
        );
        for fact in &one.facts {
            let _ = writeln!(lines, "  - {}", prose(fact));
        }
        for help in one.help.iter().filter(|_| one.severity != "info") {
            let _ = writeln!(lines, "  - help: {}", prose(help));
        }
        lines
    };
    fitting(said.iter().map(line), ["problem", "problems"], text);
    text.push('\n');
}

fn fleet(overview: &Overview, text: &mut String) {
    let sentences = super::fleet::sentences(overview);
    let _ = writeln!(text, "## GPU pools of {}.\n", sentences.join("; "));
    let summary = super::fleet::summary(&overview.clusters);
    let head: Vec<String> = summary.head.iter().map(|head| cell(head)).collect();
    let _ = writeln!(text, "| {} |", head.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(head.len()));
    let row = |row: Vec<String>| {
        let cells: Vec<String> = row.iter().map(|one| cell(one)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rows = summary.rows.into_iter().map(row);
    fitting(rows, ["cluster", "clusters"], text);
}

/// A sentence whose code stands in backticks, as Markdown has it; what is no code is taken as it is.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 0 {
            cell(part)
        } else {
            format!("`{}`", part.replace('\n', " "))
        }
    });
    parts.collect()
}

fn heading(cluster: &Cluster, text: &mut String) {
    let (name, about) = (cell(&cluster.name), cell(&words::about(cluster)));
    // nothing is known of a cluster that gets an OpenStack alone, and it has no pools
    if cluster.pools.is_empty() && !cluster.open_stack.is_empty() {
        let _ = writeln!(text, "## GPU plan of {name}\n{about}");
    } else {
        let _ = writeln!(text, "## GPU pools of {name}\n\n{about}\n");
    }
}

fn section(cluster: &Cluster, text: &mut String) {
    heading(cluster, text);
    if !cluster.pools.is_empty() {
        pools(cluster, text);
    }
    if !cluster.operators.is_empty() {
        let rows = cluster.operators.iter().map(|operator| {
            let needs = operator.needs.join(", ");
            vec![
                operator.package.clone(),
                operator.channel.clone(),
                operator.source.clone(),
                operator.namespace.clone(),
                needs,
            ]
        });
        text.push('\n');
        table(
            &["Operator", "Channel", "Catalogue", "Namespace", "Needs"],
            rows,
            text,
        );
    }
    for block in parts::blocks(cluster) {
        text.push('\n');
        part(block, text);
    }
    for pool in &cluster.pools {
        details(pool, text);
    }
    let notes = cluster
        .pools
        .iter()
        .flat_map(|pool| pool.notes.iter().map(move |note| (Some(pool), note)));
    let notes: Vec<_> = notes
        .chain(cluster.notes.iter().map(|note| (None, note)))
        .collect();
    if !notes.is_empty() {
        text.push('\n');
    }
    for (pool, note) in notes {
        let whose = pool.map_or_else(String::new, |pool| format!("**{}** ", cell(&pool.name)));
        // notes quote fields in backticks, as Markdown does
        let _ = writeln!(text, "- {whose}{}", note.text);
    }
}

fn part(block: Block, text: &mut String) {
    match block {
        Block::Title { text: of, about } => {
            let _ = writeln!(text, "### {}\n\n{}", cell(&of), cell(&about));
        }
        Block::Table(rows) => table(rows.heads, rows.words(), text),
        Block::Strips(strips) => {
            text.push_str("```text\n");
            for strip in &strips.all {
                let (name, about) = (&strip.name, &strip.about);
                let scale = strip.scale(STRIP);
                let signs = strip.signs(STRIP);
                let _ = writeln!(text, "{name}: {about}, {scale}\n|{signs}|");
            }
            let _ = writeln!(
                text,
                "{}\n```\n\n{}",
                strips.legend_in_signs(),
                strips.about
            );
        }
        Block::Commands(commands) => {
            text.push_str("```sh\n");
            for (what, command) in commands {
                let _ = writeln!(text, "# {what}\n{command}");
            }
            text.push_str("```\n");
        }
    }
}

fn delivery(delivery: &Delivery, text: &mut String) {
    let (name, about) = (cell(&delivery.name), cell(&delivery.about()));
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "## Delivery {name}\n\n{about}\n");
    let rows = delivery.rows().map(|row| row.to_vec());
    table(&Delivery::HEADS, rows, text);
}

fn pools(cluster: &Cluster, text: &mut String) {
    let row = |pool: &Pool| {
        let [vcpu, memory] = words::size_of(pool);
        let totals = &pool.totals;
        vec![
            pool.name.clone(),
            pool.instance_type.clone(),
            words::gpus_of(pool),
            vcpu,
            memory,
            words::zones(pool, ", "),
            words::range(totals.min.machines, totals.max.machines),
            words::grouped(totals.first.machines),
        ]
    };
    let head = [
        "Pool", "Type", "GPUs", "vCPU", "Memory", "Zones", "Machines", "At first",
    ];
    table(&head, cluster.pools.iter().map(row), text);
    let _ = writeln!(
        text,
        "\nAt first {}; at the most {}.",
        words::amount(&cluster.totals.first),
        words::amount(&cluster.totals.max)
    );
    let Some(costs) = &cluster.costs else { return };
    let mut priced = cost::rows(cluster).map(Vec::from).peekable();
    if priced.peek().is_some() {
        text.push('\n');
        table(&Cost::HEADS, priced, text);
    }
    let _ = writeln!(text, "\nPer hour it {}.", costs.sentences().join("; "));
}

fn details(pool: &Pool, text: &mut String) {
    let code = |list: &[String]| {
        let list: Vec<String> = list.iter().map(|one| format!("`{one}`")).collect();
        if list.is_empty() {
            "none".to_owned()
        } else {
            list.join(", ")
        }
    };
    let _ = writeln!(
        text,
        "\n<details><summary>Pool {}: MachineSets, taints, labels</summary>\n",
        cell(&pool.name)
    );
    let rows = pool.sets.iter().map(|set| {
        let origin = set
            .cloned_from
            .clone()
            .unwrap_or_else(|| "facts alone".to_owned());
        vec![
            set.name.clone(),
            words::zone(set).to_owned(),
            words::machines(set),
            set.first.to_string(),
            origin,
        ]
    });
    table(
        &["MachineSet", "Zone", "Machines", "At first", "Cloned from"],
        rows,
        text,
    );
    let _ = writeln!(
        text,
        "\nTaints: {}\n\nLabels: {}\n\n</details>",
        code(&pool.taints),
        code(&words::labels(pool))
    );
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>, text: &mut String) {
    let _ = writeln!(text, "| {} |", head.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|one| cell(one)).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

/// Text that Markdown and HTML leave as it is.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => cell.push_str("&lt;"),
            '&' => cell.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => cell.extend(['\\', c]),
            '\n' | '\r' => cell.push(' '),
            _ => cell.push(c),
        }
    }
    cell
}
