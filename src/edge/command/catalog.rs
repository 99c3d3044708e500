//! `catalog`: instance types with GPUs, the channels of operators, and models to serve.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::catalog::dates::{CHANNELS, INSTANCES, SERVED_MODELS, Table};
use crate::catalog::{self, Instance, ServedModel};
use crate::cloud;
use crate::edge::cli::TableFormat;
use crate::edge::reply::Reply;
use crate::operator;
use crate::problem::did_you_mean;
use crate::types::Version;
use crate::view;

/// What is asked for.
pub(super) struct Asked<'a> {
    /// A type or a part of its name; `operators` or `models`.
    pub(super) word: Option<&'a str>,
    /// A part of the name of an operator or a model.
    pub(super) name: Option<&'a str>,
    pub(super) platform: Option<&'a str>,
    pub(super) openshift: Option<&'a str>,
    pub(super) format: TableFormat,
}

/// `gpu-machineset catalog [TYPE]`
pub(super) fn catalog(asked: &Asked<'_>) -> Reply {
    match asked.word {
        Some(word @ ("operators" | "models")) if asked.platform.is_some() => Reply::usage(format!(
            "error: `--platform` is of instance types\n\n  tip: gpu-machineset catalog {word}\n"
        )),
        word if asked.openshift.is_some() && word != Some("operators") => Reply::usage(format!(
            "error: `--openshift` is of operators\n\n  tip: gpu-machineset catalog operators --openshift {}\n",
            asked.openshift.unwrap_or_default()
        )),
        Some("operators") => operators(asked),
        Some("models") => models(asked),
        Some(word) if asked.name.is_some() => Reply::usage(format!(
            "error: one type, or a part of its name, and nothing behind it\n\n  tip: gpu-machineset catalog {word}\n"
        )),
        _ => types(asked),
    }
}

/// One type in full, or a table of those whose name or GPU holds the word.
fn types(asked: &Asked<'_>) -> Reply {
    let platforms = catalog::platforms();
    let find = |name: &str| {
        let mut known = platforms.iter().copied();
        known.find(|known| known.eq_ignore_ascii_case(name))
    };
    let platform = match asked
        .platform
        .map(|name| find(name).ok_or(name))
        .transpose()
    {
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
    let Some(word) = asked.word else {
        return Reply::done(table(&rows, asked.format));
    };
    if let Some(row) = rows.iter().find(|row| row.name == word) {
        return Reply::done(match asked.format {
            TableFormat::Table => in_full(row),
            TableFormat::Json => table(&[*row], asked.format),
        });
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
    Reply::done(table(&found, asked.format))
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
        (None, None) if catalog::served_model(word).is_ok() => (
            format!("`{word}` is a model to serve, not an instance type"),
            format!("gpu-machineset fit {word}"),
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

fn table(rows: &[Instance], format: TableFormat) -> String {
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
    shown(heading, lines, INSTANCES, format)
}

/// `gpu-machineset catalog operators [NAME] [--openshift VERSION]`
fn operators(asked: &Asked<'_>) -> Reply {
    let openshift = asked.openshift;
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
    let names: BTreeSet<String> = rows.iter().filter_map(|row| row.first().cloned()).collect();
    let rows = rows.into_iter().filter(|row| is_asked(asked, row.first()));
    let rows: Vec<[String; 5]> = rows.collect();
    if rows.is_empty() {
        return unnamed(asked, "operator", &names);
    }
    Reply::done(shown(heading, rows.into_iter(), CHANNELS, asked.format))
}

/// Whether the name of a row is asked for.
fn is_asked(asked: &Asked<'_>, name: Option<&String>) -> bool {
    let part = asked.name.map(str::to_lowercase);
    part.is_none_or(|part| name.is_some_and(|name| name.to_lowercase().contains(&part)))
}

fn unnamed(asked: &Asked<'_>, what: &str, names: &BTreeSet<String>) -> Reply {
    let name = asked.name.unwrap_or_default();
    let tip = match did_you_mean(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("gpu-machineset catalog {what}s"),
    };
    Reply::usage(format!(
        "error: no {what} has `{name}` in its name\n\n  tip: {tip}\n"
    ))
}

/// `gpu-machineset catalog models [NAME]`
fn models(asked: &Asked<'_>) -> Reply {
    let heading = [
        "MODEL",
        "TASK",
        "WEIGHTS",
        "FORMAT",
        "LONGEST",
        "CONFIRMED",
        "HUGGING FACE",
    ];
    let rows = catalog::served_models().map(|model| {
        let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        [
            model.id.to_owned(),
            model.task.to_owned(),
            text(model.weights_gib.map(|gib| format!("{gib:.2} GiB"))),
            model.quant.unwrap_or(model.dtype).to_owned(),
            text(model.max_len.map(|tokens| tokens.to_string())),
            confirmed(&model).to_owned(),
            text(model.hf_id.map(str::to_owned)),
        ]
    });
    let all: Vec<[String; 7]> = rows.collect();
    let names: BTreeSet<String> = all.iter().filter_map(|row| row.first().cloned()).collect();
    let rows = all.into_iter().filter(|row| is_asked(asked, row.first()));
    let rows: Vec<[String; 7]> = rows.collect();
    if rows.is_empty() {
        return unnamed(asked, "model", &names);
    }
    Reply::done(shown(
        heading,
        rows.into_iter(),
        SERVED_MODELS,
        asked.format,
    ))
}

fn confirmed(model: &ServedModel) -> &'static str {
    match model.status {
        'v' => "size",
        'c' => "dimensions",
        _ => "no",
    }
}

/// What is shown, and how old it is.
fn dated(shown: &str, table: Table) -> String {
    format!("{shown}# {table}\n")
}

/// A table, or its rows as objects whose keys are its headings.
fn shown<const N: usize>(
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    table: Table,
    format: TableFormat,
) -> String {
    match format {
        TableFormat::Table => dated(&columns(heading, rows), table),
        TableFormat::Json => {
            let keys = heading.map(key);
            let object = |row: [String; N]| -> Value {
                let pairs = keys.iter().cloned().zip(row.map(Value::from));
                Value::Object(pairs.collect())
            };
            let rows: Vec<Value> = rows.map(object).collect();
            format!("{:#}\n", json!({"table": table.to_string(), "rows": rows}))
        }
    }
}

/// `HUGGING FACE` as `huggingFace`
fn key(heading: &str) -> String {
    let mut words = heading.split(' ');
    let first = words.next().unwrap_or_default().to_lowercase();
    words.fold(first, |key, word| {
        let (head, tail) = word.split_at(1.min(word.len()));
        key + head + &tail.to_lowercase()
    })
}

fn columns<const N: usize>(heading: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut lines = vec![heading.map(str::to_owned).to_vec()];
    lines.extend(rows.map(Vec::from));
    view::columns(&lines, "", None)
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
        ("as of", INSTANCES.day.to_owned()),
    ];
    let fields = fields.map(|(name, value)| vec![name.to_owned(), value]);
    format!("{}\n{}", row.name, view::columns(&fields, "  ", None))
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
