//! The overview as Markdown, for the comment of a pull request.

use std::fmt::Write as _;

use super::{Cluster, Overview, Pool, words};

/// One section per cluster, with a line break at its end.
pub fn markdown(overview: &Overview) -> String {
    let mut text = String::new();
    for (index, cluster) in overview.clusters.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        section(cluster, &mut text);
    }
    text
}

fn section(cluster: &Cluster, text: &mut String) {
    let _ = writeln!(
        text,
        "## GPU pools of {}\n\n{}\n",
        cell(&cluster.name),
        cell(&words::about(cluster))
    );
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

fn pools(cluster: &Cluster, text: &mut String) {
    let row = |pool: &Pool| {
        let machine = pool.machine.as_ref();
        let totals = &pool.totals;
        vec![
            pool.name.clone(),
            pool.instance_type.clone(),
            words::gpus_of(pool),
            words::known(machine.map(|machine| machine.vcpu.into()), words::grouped),
            words::known(
                machine.map(|machine| machine.memory_mib.into()),
                words::memory,
            ),
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
