//! Writes the licences of all that the program is linked with: `cargo run --example licences -- TARGET FILE`.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool of packaging: it reads and writes files, and is no part of the program"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use serde_json::Value;

/// How the files begin in which crates carry their licences.
const NAMES: [&str; 5] = ["licen", "copying", "notice", "unlicense", "copyright"];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [target, file] = arguments.as_slice() else {
        return Err(io::Error::other("which? licences TARGET FILE"));
    };
    fs::write(file, page(&metadata(target)?)?)
}

/// What cargo says of the crates of a target.
fn metadata(target: &str) -> io::Result<Value> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        target,
    ]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output()?;
    if !output.status.success() {
        return Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(io::Error::other)
}

/// The ids of what the program is linked with: neither what builds it nor what tests it.
fn linked(metadata: &Value) -> BTreeSet<&str> {
    let nodes = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten();
    let nodes: BTreeMap<&str, &Value> = nodes
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = metadata["resolve"]["root"].as_str().into_iter().collect();
    while let Some(id) = open.pop() {
        if !found.insert(id) {
            continue;
        }
        for dependency in nodes
            .get(id)
            .and_then(|node| node["deps"].as_array())
            .into_iter()
            .flatten()
        {
            let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
            if kinds.clone().any(|kind| kind["kind"].is_null()) {
                open.extend(dependency["pkg"].as_str());
            }
        }
    }
    found
}

/// A crate a line, then every text once, with the crates that it is of.
fn page(metadata: &Value) -> io::Result<String> {
    let linked = linked(metadata);
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut crates = String::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in
        packages.filter(|package| package["id"].as_str().is_some_and(|id| linked.contains(id)))
    {
        let word = |key: &str| package[key].as_str().unwrap_or_default();
        let name = format!("{} {}", word("name"), word("version"));
        let _ = writeln!(
            crates,
            "| {name} | {} | {} |",
            word("license"),
            word("repository")
        );
        let folder = Path::new(word("manifest_path"))
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        let mut own = of_folder(&folder)?;
        if own.is_empty() {
            // its words are the same for everybody, and whose they are stands in the table
            own = of_licence(word("license"))?;
        }
        if own.is_empty() {
            return Err(io::Error::other(format!(
                "{name} carries no licence, and `{}` is no text here",
                word("license")
            )));
        }
        for text in own {
            texts.entry(text).or_default().push(name.clone());
        }
    }
    let mut page = format!(
        "# Licences of what gpu-machineset is linked with\n\n| crate | licence | source |\n|---|---|---|\n{crates}"
    );
    for (text, names) in texts {
        let _ = write!(
            page,
            "\n## {}\n\n```text\n{}\n```\n",
            names.join(", "),
            text.trim_end()
        );
    }
    Ok(page)
}

fn of_folder(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if entry.path().is_file() && NAMES.iter().any(|begin| name.starts_with(begin)) {
            texts.insert(fs::read_to_string(entry.path())?.replace("\r\n", "\n"));
        }
    }
    Ok(texts)
}

/// The text of a licence that a crate names and does not carry.
fn of_licence(expression: &str) -> io::Result<BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = if expression.contains("Apache-2.0") {
        "LICENSE-APACHE"
    } else if expression.contains("MIT") {
        "LICENSE-MIT"
    } else {
        return Ok(BTreeSet::new());
    };
    Ok([fs::read_to_string(root.join(file))?].into())
}
