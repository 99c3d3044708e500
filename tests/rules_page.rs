//! `docs/reference/rules.md` is what the program explains, with an anchor for each rule: reports link to it.

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
