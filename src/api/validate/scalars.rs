//! The part of the walk that judges scalars: strings, enumerated words, numbers, booleans.

use serde_json::Value;

use super::{At, Walk, article, described};
use crate::api::Schema;
use crate::api::suggest::{self, list};
use crate::krm::scalar::{Resolved, is_yaml_1_1_bool};
use crate::krm::{Node, Style};
use crate::problem::{Problem, did_you_mean};
use crate::types::{InvalidName, shape_of};

/// The largest 32-bit integer, which is what Kubernetes stores counts in.
const INT32: i64 = i32::MAX as i64;

impl Walk<'_> {
    pub(super) fn string(
        &mut self,
        schema: Schema<'_>,
        text: &str,
        style: Style,
        node: &Node,
        at: &At,
    ) {
        let choices: Vec<&str> = suggest::choices(schema).collect();
        if node.resolved() != Some(Resolved::Str) && choices.is_empty() {
            let message = format!(
                "`{}`: expected a string, got {}",
                at.name(),
                described(node)
            );
            let problem = self.invalid(at, node, message);
            let names = schema.at(&["examples"]).words();
            return self.problem(match (misshapen(schema, text), ending(text, names)) {
                // in quotes it would be the next mistake
                (Some(error), _) => problem.help(error.to_string()),
                (None, Some(name)) => {
                    let message = format!("write `{name}`");
                    problem.values(text, Some(name.to_owned())).help(message)
                }
                (None, None) => quote(problem, text),
            });
        }
        if !choices.is_empty() {
            return self.choice(&choices, text, node, at);
        }
        if style == Style::Plain && is_yaml_1_1_bool(text) {
            let message = format!(
                "`{}`: `{text}` is a string to kustomize and a boolean to kubectl",
                at.name()
            );
            let problem = quote(self.invalid(at, node, message), text);
            return self.problem(problem);
        }
        if text.is_empty() && schema.get("minLength").is_some() {
            let message = format!("`{}` is empty", at.name());
            let problem = self.invalid(at, node, message);
            return self.problem(problem);
        }
        if let Some(error) = misshapen(schema, text) {
            let problem = self.invalid(at, node, error.to_string());
            self.problem(reform(problem, schema, text));
        }
    }

    fn choice(&mut self, choices: &[&str], text: &str, node: &Node, at: &At) {
        if choices.contains(&text) && node.resolved() == Some(Resolved::Str) {
            return;
        }
        let quoted: Vec<String> = choices.iter().map(|one| format!("`{one}`")).collect();
        let message = format!(
            "`{}`: expected {}, got {}",
            at.name(),
            list(&quoted, "or"),
            described(node)
        );
        let nearest = did_you_mean(text, choices.iter().copied());
        let mut problem = self.invalid(at, node, message);
        problem.proposed = nearest.map(str::to_owned);
        if let Some(nearest) = nearest {
            problem = problem.help(format!("did you mean `{nearest}`?"));
        }
        self.problem(problem);
    }

    pub(super) fn number(&mut self, schema: Schema<'_>, expected: &str, node: &Node, at: &At) {
        let text = node.text().unwrap_or_default();
        let wrong = |walk: &Self| {
            let name = at.name();
            let message = format!(
                "`{name}`: expected {}, got {}",
                article(expected),
                described(node)
            );
            walk.invalid(at, node, message)
        };
        let value = match node.resolved() {
            Some(Resolved::Int(value)) => value,
            Some(Resolved::Float(_)) if expected == "number" => return,
            _ => {
                let cure = suggest::number(text, node.resolved() == Some(Resolved::Str));
                let mut problem = wrong(self);
                if let Some((help, number)) = cure {
                    problem.proposed = Some(number);
                    problem = problem.help(help);
                }
                return self.problem(problem);
            }
        };
        let digits = text.trim_start_matches(['+', '-']);
        if digits.len() > 1 && digits.starts_with('0') && digits != value.to_string() {
            let message = format!("`{}`: `{text}` is read as {value}", at.name());
            let help = format!("write `{value}`, or the number that you mean without the zero");
            let problem = self.invalid(at, node, message).help(help);
            return self.problem(problem);
        }
        self.range(schema, value, node, at);
    }

    fn range(&mut self, schema: Schema<'_>, value: i64, node: &Node, at: &At) {
        let bound = |name| schema.get(name).and_then(Schema::number);
        let (least, most) = (bound("minimum"), bound("maximum"));
        let below = least.is_some_and(|least| value < least);
        let above = most.is_some_and(|most| value > most);
        if !below && !above {
            return;
        }
        let allowed = match (least, most) {
            (Some(least), Some(i64::MAX | INT32) | None) => format!("at least {least}"),
            (None | Some(0), Some(most)) => format!("at most {most}"),
            (Some(least), Some(most)) => format!("{least} to {most}"),
            _ => return,
        };
        let allowed = if above && most == Some(INT32) {
            format!("at most {INT32}")
        } else {
            allowed
        };
        let message = format!("`{}` must be {allowed}, not {value}", at.name());
        let mut problem = self.invalid(at, node, message);
        problem.proposed = if below { least } else { most }.map(|bound| bound.to_string());
        self.problem(problem);
    }

    pub(super) fn boolean(&mut self, text: &str, node: &Node, at: &At) {
        if matches!(node.resolved(), Some(Resolved::Bool(_))) {
            return;
        }
        let message = format!(
            "`{}`: expected a boolean, got {}",
            at.name(),
            described(node)
        );
        let right = match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "on" | "1" => Some("true"),
            "false" | "no" | "n" | "off" | "0" => Some("false"),
            _ => None,
        };
        let mut problem = self.invalid(at, node, message);
        problem.proposed = right.map(str::to_owned);
        problem = problem.help(match right {
            Some(right) if text == right => format!("remove the quotes: `{right}`"),
            Some(right) => format!("write `{right}`"),
            None => "write `true` or `false`".to_owned(),
        });
        self.problem(problem);
    }
}

/// What is wrong with a text of a field (or the name of a field) that has a `format` of ours.
pub(super) fn misshapen(schema: Schema<'_>, text: &str) -> Option<InvalidName> {
    let format = schema.get("format")?.word()?;
    shape_of(format)?.check(text).err()
}

/// With the form of the text that is allowed, when there is one.
pub(super) fn reform(problem: Problem, schema: Schema<'_>, text: &str) -> Problem {
    let Some(right) = well_formed(schema, text) else {
        return problem;
    };
    let mut problem = problem.help(format!("write `{right}`"));
    problem.proposed = Some(right);
    problem
}

/// The same text with dashes for what is not allowed, in lower case when that is wanted.
fn well_formed(schema: Schema<'_>, text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    // between the family and the size of an instance type stands a dot
    let is_type = schema.get("format").and_then(Schema::word) == Some("instance-type");
    let between = if is_type && !text.contains('.') {
        "."
    } else {
        "-"
    };
    let dashed = text.trim().replace([' ', '_'], between);
    let fits = |one: &String| one != text && misshapen(schema, one).is_none();
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || c == '.');
    let words = |text: &str| text.replace(is_other, "-");
    // a slash stays where it ends a prefix
    let prefixed = dashed
        .split_once('/')
        .map(|(prefix, name)| format!("{prefix}/{}", words(name)));
    let all_words = words(&dashed);
    let tries = [Some(dashed.to_ascii_lowercase()), prefixed, Some(all_words)];
    let tries = [dashed].into_iter().chain(tries.into_iter().flatten());
    let trimmed = |text: String| [text.clone(), text.trim_matches(['-', '.']).to_owned()];
    tries.flat_map(trimmed).find(fits)
}

/// The name that a number is the end of: of the channel `v25.10` people remember `25.10`.
fn ending<'a>(number: &str, mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    names.find(|name| {
        let before = name.strip_suffix(number);
        before.is_some_and(|before| before.ends_with(|c| !is_number(c)))
    })
}

pub(super) fn quote(problem: Problem, text: &str) -> Problem {
    let quoted = Value::from(text).to_string();
    let mut problem = problem.help(format!("quote it: `{quoted}`"));
    problem.proposed = Some(quoted);
    problem
}
