//! Commands that look something up: rules, instance types, schemas.

use crate::api::{self, OurKind};
use crate::catalog::{self, Instance};
use crate::cloud;
use crate::operator;
use crate::problem::{Rule, did_you_mean, rules};
use crate::types::Version;

use crate::edge::Reply;

/// Columns of explanations.
const WIDTH: usize = 80;

/// `gpu-machineset explain [RULE]`
pub(crate) fn explain(rule: Option<&str>) -> Reply {
    let Some(name) = rule else {
        return Reply::done(all_rules());
    };
    // as it stands in a message: `error[zone-outside-region]`
    let slug = name.split_once('[').map_or(name, |(_, rest)| rest);
    let slug = slug.trim_end_matches([']', ':']);
    if let Some(rule) = rules::find(slug) {
        let text = wrapped(rule.explanation);
        return Reply::done(format!(
            "{} ({})\n\n{}.\n\n{text}",
            rule.slug,
            rule.severity,
            capital(rule.summary)
        ));
    }
    let meant = did_you_mean(slug, rules::all().iter().map(|rule| rule.slug));
    let tip = meant.map_or_else(
        || "`gpu-machineset explain` lists all rules".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    Reply::usage(format!(
        "error: no rule has the name `{slug}`\n\n  tip: {tip}\n"
    ))
}

fn all_rules() -> String {
    let rules = rules::all();
    let width = rules.iter().map(|rule| rule.slug.len()).max().unwrap_or(0);
    let row = |rule: &&Rule| {
        format!(
            "{:width$}  {:7}  {}\n",
            rule.slug,
            rule.severity.to_string(),
            rule.summary
        )
    };
    rules.iter().map(row).collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Breaks lines between words; code in backticks stays in one piece, so that it can be copied.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    let mut is_code = false;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 {
            let fits = column + 1 + width <= WIDTH;
            lines.push(if fits || is_code { ' ' } else { '\n' });
            column = if fits || is_code { column + 1 } else { 0 };
        }
        lines.push_str(word);
        column += width;
        is_code ^= word.matches('`').count() % 2 == 1;
    }
    lines.push('\n');
    lines
}

/// `gpu-machineset schema [KIND]`
pub(crate) fn schema(kind: Option<&str>) -> Reply {
    let kinds = OurKind::ALL.map(OurKind::name);
    let Some(name) = kind else {
        return Reply::done(kinds.join("\n") + "\n");
    };
    if let Some(kind) = OurKind::find(name) {
        return Reply::done(api::schema(kind));
    }
    let tip = did_you_mean(name, kinds).map_or_else(
        || format!("the kinds are {}", kinds.join(", ")),
        |meant| format!("did you mean `{meant}`?"),
    );
    Reply::usage(format!(
        "error: no kind has the name `{name}`\n\n  tip: {tip}\n"
    ))
}

/// `gpu-machineset catalog [TYPE] [--platform PLATFORM]`: one type in full, or a table of those whose name or GPU holds
/// the word.
pub(crate) fn catalog(word: Option<&str>, platform: Option<&str>) -> Reply {
    let platforms = catalog::platforms();
    let find = |name: &str| {
        let mut known = platforms.iter().copied();
        known.find(|known| known.eq_ignore_ascii_case(name))
    };
    let platform = match platform.map(|name| find(name).ok_or(name)).transpose() {
        Ok(platform) => platform,
        Err(name) => {
            let tip = format!("the platforms are {}", platforms.join(", "));
            return Reply::usage(format!(
                "error: no platform has the name `{name}`\n\n  tip: {tip}\n"
            ));
        }
    };
    let rows: Vec<Instance> = catalog::all()
        .filter(|row| platform.is_none_or(|platform| row.platform == platform))
        .collect();
    let Some(word) = word else {
        return Reply::done(table(&rows));
    };
    if let Some(row) = rows.iter().find(|row| row.name == word) {
        return Reply::done(in_full(row));
    }
    let folded = word.to_lowercase();
    let holds = |row: &Instance| {
        row.name.to_lowercase().contains(&folded) || catalog::accelerator(row).contains(&folded)
    };
    let found: Vec<Instance> = rows.iter().copied().filter(holds).collect();
    if found.is_empty() {
        let searched: Vec<&str> = platforms
            .into_iter()
            .filter(|name| platform.is_none_or(|only| only == *name))
            .collect();
        return not_in_catalog(word, &searched);
    }
    Reply::done(table(&found))
}

fn not_in_catalog(word: &str, platforms: &[&str]) -> Reply {
    let gpuless = platforms
        .iter()
        .find_map(|platform| cloud::find(platform)?.without_gpu(word));
    let nearest = platforms
        .iter()
        .find_map(|platform| catalog::nearest(platform, word));
    let (what, tip) = match (gpuless, nearest) {
        (Some((family, _)), _) => (
            format!("`{word}` has no GPU: it is of the family `{family}`"),
            "`gpu-machineset catalog` lists all types with GPUs".to_owned(),
        ),
        (None, Some(nearest)) => (
            format!("`{word}` is not in the catalogue"),
            format!("did you mean `{nearest}`?"),
        ),
        (None, None) if is_operator(word) => (
            format!("`{word}` is an operator, not an instance type"),
            "gpu-machineset catalog operators".to_owned(),
        ),
        (None, None) => (
            format!("`{word}` is not in the catalogue"),
            "`gpu-machineset catalog` lists all types; one that is not listed still renders, with a warning".to_owned(),
        ),
    };
    Reply::usage(format!("error: {what}\n\n  tip: {tip}\n"))
}

fn is_operator(word: &str) -> bool {
    operator::catalogue(None)
        .iter()
        .any(|row| row.first().is_some_and(|name| name == word))
}

fn table(rows: &[Instance]) -> String {
    let heading = [
        "PLATFORM",
        "TYPE",
        "GPUS",
        "ACCELERATOR",
        "VCPU",
        "MEMORY",
        "ARCH",
    ];
    let lines = rows.iter().map(|row| {
        [
            row.platform.to_owned(),
            row.name.to_owned(),
            gpus(row),
            catalog::accelerator(row),
            row.vcpu.to_string(),
            memory(row),
            row.arch.to_owned(),
        ]
    });
    columns(heading, lines)
}

/// `gpu-machineset catalog operators [--openshift VERSION]`
pub(crate) fn operators(openshift: Option<&str>) -> Reply {
    let version = match openshift
        .map(|text| Version::leading(text).ok_or(text))
        .transpose()
    {
        Ok(version) => version,
        Err(text) => {
            return Reply::usage(format!(
                "error: `{text}` is no OpenShift version\n\n  tip: write it as `4.20`\n"
            ));
        }
    };
    let rows = operator::catalogue(version);
    if rows.is_empty() {
        return Reply::usage(format!(
            "error: no channels are known of OpenShift {}\n\n  tip: `gpu-machineset catalog operators` lists all versions\n",
            openshift.unwrap_or_default()
        ));
    }
    let heading = ["OPERATOR", "PRODUCT", "CHANNEL", "OPENSHIFT", "NOTE"];
    Reply::done(columns(heading, rows.into_iter()))
}

fn columns<const N: usize>(heading: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut lines = vec![heading.map(str::to_owned)];
    lines.extend(rows);
    let mut widths = [0; N];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.len().max(*width);
        }
    }
    let mut text = String::new();
    for line in &lines {
        let cells = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn in_full(row: &Instance) -> String {
    let fields = [
        ("platform", row.platform.to_owned()),
        ("GPUs", gpus(row)),
        ("GPU model", format!("{} {}", row.vendor, row.model)),
        (
            "accelerator",
            format!(
                "{} (node label cluster-api/accelerator)",
                catalog::accelerator(row)
            ),
        ),
        ("vCPU", row.vcpu.to_string()),
        ("memory", memory(row)),
        ("architecture", row.arch.to_owned()),
        ("source", row.source.to_owned()),
    ];
    let line = |(name, value): &(&str, String)| format!("  {name:13} {value}\n");
    format!(
        "{}\n{}",
        row.name,
        fields.iter().map(line).collect::<String>()
    )
}

fn gpus(row: &Instance) -> String {
    if row.fractional {
        "share".to_owned()
    } else {
        row.gpus.to_string()
    }
}

fn memory(row: &Instance) -> String {
    format!("{} GiB", f64::from(row.memory_mib) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_are_wrapped_and_code_is_not() {
        let code = format!("`{}`", "oc get ".repeat(20));
        let text = wrapped(&format!(
            "{} {code} {}",
            "word ".repeat(30),
            "word ".repeat(30)
        ));
        assert!(text.contains(&code));
        let is_long = |line: &&str| line.len() > WIDTH;
        assert_eq!(text.lines().filter(is_long).count(), 1, "{text}");
    }
}
