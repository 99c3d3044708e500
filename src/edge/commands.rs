//! What each command does.

use clap::CommandFactory as _;

use crate::Mode;
use crate::api::{self, OurKind};
use crate::problem::{did_you_mean, rules};

use super::cli::{Check, Cli, Render};
use super::{Reply, expanded, files, folder, never_empty};

/// Columns of explanations.
const WIDTH: usize = 80;

/// `gpu-machineset render PATH...`
pub(super) fn render(args: &Render) -> Reply {
    let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let mut output = expanded(sources, unread, Mode::Bare);
    never_empty(&mut output);
    let report = args.reporting.report();
    if report.fails(&output.problems) {
        output.text.clear();
    } else if let Some(folder) = &args.output {
        let written = folder::write(folder, &output.objects, args.force);
        output.text = output.problems.take(written).unwrap_or_default();
    }
    report.beside(output.text, output.problems)
}

/// `gpu-machineset check PATH...`
pub(super) fn check(args: &Check) -> Reply {
    let (sources, unread) = files::gather(&args.inputs.paths, &args.inputs.facts);
    let output = expanded(sources, unread, Mode::Auto);
    args.reporting.report().alone(output.problems)
}

/// `gpu-machineset explain [RULE]`
pub(super) fn explain(rule: Option<&str>) -> Reply {
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
    let row = |rule: &&crate::problem::Rule| {
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
pub(super) fn schema(kind: Option<&str>) -> Reply {
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

/// `gpu-machineset completions SHELL`
pub(super) fn completions(shell: clap_complete::Shell) -> Reply {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gpu-machineset", &mut bytes);
    Reply::done(String::from_utf8_lossy(&bytes))
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
