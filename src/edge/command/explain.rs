//! `explain`: why a rule holds, and all rules.

use crate::edge::reply::Reply;
use crate::problem::{Rule, did_you_mean, rules};
use crate::view;

/// Columns of explanations.
const WIDTH: usize = 80;

/// `gpu-machineset explain [RULE]`
pub(super) fn explain(rule: Option<&str>) -> Reply {
    let Some(name) = rule else {
        return Reply::done(all_rules());
    };
    // as it stands in a message: `error[zone-outside-region]`
    let slug = name.split_once('[').map_or(name, |(_, rest)| rest);
    let slug = slug.trim_end_matches([']', ':']);
    if let Some(rule) = rules::find(slug) {
        let text = view::paragraph(rule.explanation, WIDTH);
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
    let row = |rule: &&Rule| {
        vec![
            rule.slug.to_owned(),
            rule.severity.to_string(),
            rule.summary.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = rules::all().iter().map(row).collect();
    view::columns(&rows, "", None)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
