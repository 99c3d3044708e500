//! `docs/reference/rules.md` is what the program explains, with an anchor for each rule: reports link to it.
//! `docs/reference/commands.md` is what `--help` says.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use gpu_machineset::problem::rules;

const PAGE: &str = "docs/reference/rules.md";

fn page() -> String {
    let mut page = String::from(
        "# Rules\n\nWhat `gpu-machineset explain RULE` prints, for every rule. This page is written by \
         `UPDATE=1 cargo test`.\n",
    );
    for rule in rules::all() {
        let mut summary = rule.summary.chars();
        let capital: String = summary
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        let summary = format!("{capital}{}", summary.as_str());
        let _ = write!(
            page,
            "\n## {}\n\n**{}**: {summary}.\n\n{}\n",
            rule.slug,
            rule.severity,
            in_markdown(rule.explanation)
        );
    }
    page
}

/// Explanations are text with names in backticks: what a Markdown reader would take for a tag or a heading stays text.
fn in_markdown(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.trim().split('`').enumerate() {
        let is_code = index % 2 == 1;
        if index > 0 {
            out.push('`');
        }
        if is_code {
            out.push_str(part);
        } else {
            out.push_str(
                &part
                    .replace('<', "\\<")
                    .replace('*', "\\*")
                    .replace("\n#", "\n\\#"),
            );
        }
    }
    out
}

#[test]
fn the_page_of_rules_is_what_the_program_explains() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let right = page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &right).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == right, "{PAGE} is stale: UPDATE=1 cargo test");
    let headings: Vec<&str> = there
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    let slugs: Vec<&str> = rules::all().iter().map(|rule| rule.slug).collect();
    assert_eq!(headings, slugs, "one anchor for each rule, and no other");
    // an anchor of GitHub is the heading itself only if it is of these characters
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(slugs.iter().all(|slug| slug.chars().all(is_plain)));
}

const COMMANDS: &str = "docs/reference/commands.md";

/// What `--help` says of a command and of those below it.
fn helps(page: &mut String, command: &mut clap::Command, name: &str) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.trim().lines().map(str::trim_end).collect();
    let _ = write!(page, "\n## {name}\n\n```text\n{}\n```\n", lines.join("\n"));
    let below = command.get_subcommands_mut();
    for one in below.filter(|one| !one.is_hide_set() && one.get_name() != "help") {
        let name = format!("{name} {}", one.get_name());
        helps(page, one, &name);
    }
}

#[test]
fn the_page_of_commands_is_what_help_says() {
    let mut right = String::from(
        "# Commands\n\nWhat `gpu-machineset COMMAND --help` prints, for every command. This page is written by \
         `UPDATE=1 cargo test`; an archive has the same as man pages.\n",
    );
    let mut command = gpu_machineset::edge::command_line();
    command.build();
    helps(&mut right, &mut command, "gpu-machineset");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(COMMANDS);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &right).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == right, "{COMMANDS} is stale: UPDATE=1 cargo test");
    let commands = there.lines().filter(|line| line.starts_with("## ")).count();
    assert!(commands >= 18, "{commands}");
}

/// The calls of ours that a page names, in code and in blocks: words up to what belongs to the shell.
fn calls(text: &str) -> Vec<Vec<&str>> {
    let starts = text.match_indices("gpu-machineset ");
    let is_code = |at: usize| {
        let before = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let in_block = text[..at].matches("\n```").count() % 2 == 1;
        in_block && before.is_empty() || ["`", "    ", "| "].iter().any(|end| before.ends_with(end))
    };
    let ends = ['\n', '`', '|', '>', '<', ';', ')', '#', '"', '\'', '\\'];
    let call = |at: usize| {
        let line = text[at..].split(ends).next().unwrap_or_default();
        line.split_whitespace().collect()
    };
    starts
        .filter(|(at, _)| is_code(*at))
        .map(|(at, _)| call(at))
        .collect()
}

/// A command or an option that a page names and the program does not have helps nobody.
#[test]
fn pages_name_commands_that_there_are() {
    use clap::error::ErrorKind;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kinds = fs::read_dir(root.join("functions")).unwrap();
    let kinds = kinds.map(|entry| entry.unwrap().path().join("README.md"));
    let pages = crate::readme::pages()
        .into_iter()
        .map(|page| root.join(page));
    let mut asked = 0;
    let mut wrong = Vec::new();
    for path in pages.chain(kinds).filter(|path| !path.ends_with(COMMANDS)) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for call in calls(&text) {
            asked += 1;
            let parsed = gpu_machineset::edge::command_line().try_get_matches_from(&call);
            let kinds = [ErrorKind::UnknownArgument, ErrorKind::InvalidSubcommand];
            if parsed.is_err_and(|error| kinds.contains(&error.kind())) {
                wrong.push(format!("{}: {}", path.display(), call.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 60, "{asked}");
}
