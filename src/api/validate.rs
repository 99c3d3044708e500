//! Walks a document's tree against the published schema of its kind and reports every problem, each at its own line
//! and column. serde would stop at the first one and knows no places.

mod scalars;

use std::ops::Range;

use self::scalars::{misshapen, quote, reform};
use super::Schema;
use super::suggest::{self, list};
use crate::krm::scalar::Resolved;
use crate::krm::{Document, Entry, Kind, Node, Style};
use crate::problem::Problem;
use crate::problem::rules::api as rule;

/// Of one document at most this many problems are reported: a file that is no placeholder at all would give one per
/// line.
const LIMIT: usize = 100;

/// Everything in which `node` differs from `schema`; empty when the typed reading may follow.
pub(crate) fn validate(document: &Document, node: &Node, schema: Schema<'_>) -> Vec<Problem> {
    let mut walk = Walk {
        document,
        schema,
        problems: Vec::new(),
    };
    let whole = At {
        path: String::new(),
        span: node.span.clone(),
        is_required: true,
    };
    walk.value(schema, node, &whole);
    let mut problems = walk.problems;
    if let Some(last) = problems.get_mut(LIMIT - 1) {
        let more = format!("only the first {LIMIT} problems of this object are shown");
        last.help.push(more);
    }
    problems
}

/// Where the walk stands: the field's path, and the span to show when the value itself has none (its key, or the
/// parent).
struct At {
    path: String,
    span: Range<usize>,
    /// Whether its parent needs it.
    is_required: bool,
}

impl At {
    fn key(&self, entry: &Entry, parent: Schema<'_>) -> Self {
        Self {
            path: suggest::join(&self.path, &entry.key),
            span: entry.key_span.clone(),
            is_required: suggest::required(parent).any(|name| name == entry.key),
        }
    }

    fn index(&self, index: usize, node: &Node) -> Self {
        Self {
            path: format!("{}[{index}]", self.path),
            span: node.span.clone(),
            is_required: false,
        }
    }

    /// The value's own span, or the key's when nothing is written.
    fn of(&self, node: &Node) -> Range<usize> {
        if node.span.is_empty() {
            self.span.clone()
        } else {
            node.span.clone()
        }
    }

    /// How messages call the field: its last name.
    fn name(&self) -> &str {
        match self.path.as_str() {
            "" => "the document",
            path if path.ends_with("\"]") => path,
            path => path.rsplit('.').next().unwrap_or(path),
        }
    }
}

struct Walk<'a> {
    document: &'a Document<'a>,
    schema: Schema<'a>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn invalid(&self, at: &At, node: &Node, message: impl Into<String>) -> Problem {
        let place = self.document.place(at.of(node), at.path.clone());
        let problem = Problem::new(&rule::INVALID_VALUE, place, message);
        match node.text() {
            Some(text) => problem.values(text, None),
            None => problem,
        }
    }

    fn value(&mut self, schema: Schema<'_>, node: &Node, at: &At) {
        let schema = alternative(schema, node);
        let expected = match schema.get("type") {
            // a map's value that may be null: `[string, null]`
            Some(types) if types.is_list() && node.is_null() => return,
            Some(types) if types.is_list() => types.words().next(),
            one => one.and_then(Schema::word),
        };
        let Some(expected) = expected else {
            self.constant(schema, node, at);
            return self.one_of_types(schema, node, at);
        };
        if node.is_null() {
            return self.null(schema, expected, node, at);
        }
        match (expected, &node.kind) {
            ("object", Kind::Map(entries)) => self.map(schema, entries, node, at),
            ("array", Kind::List(items)) => self.items(schema, items, node, at),
            ("string", Kind::Scalar(text, style)) => self.string(schema, text, *style, node, at),
            ("integer" | "number", Kind::Scalar(..)) => self.number(schema, expected, node, at),
            ("boolean", Kind::Scalar(text, _)) => self.boolean(text, node, at),
            _ => self.wrong_shape(schema, expected, node, at),
        }
    }

    fn constant(&mut self, schema: Schema<'_>, node: &Node, at: &At) {
        let Some(wanted) = schema.get("const").and_then(Schema::word) else {
            return;
        };
        if node.str() != Some(wanted) {
            let message = format!("`{}` must be `{wanted}`", at.name());
            let problem = self.invalid(at, node, message);
            self.problem(problem);
        }
    }

    /// A field of several forms, none of which is written.
    fn one_of_types(&mut self, schema: Schema<'_>, node: &Node, at: &At) {
        let alternatives = schema.at(&["anyOf"]).elements();
        let types = alternatives.filter_map(|one| one.get("type")?.word());
        let mut types: Vec<&str> = types.map(article).collect();
        types.dedup();
        if types.is_empty() {
            return;
        }
        let message = format!(
            "`{}`: expected {}, got {}",
            at.name(),
            list(&types, "or"),
            described(node)
        );
        let mut problem = self.invalid(at, node, message);
        if types.contains(&"a string") && matches!(node.kind, Kind::Scalar(..)) && !node.is_null() {
            problem = quote(problem, node.text().unwrap_or_default());
        }
        self.problem(problem);
    }

    fn null(&mut self, schema: Schema<'_>, expected: &str, node: &Node, at: &At) {
        let message = format!(
            "`{}` has no value; expected {}",
            at.name(),
            article(expected)
        );
        let needs = suggest::required(schema).next().is_some();
        let help = match expected {
            _ if at.is_required => "write it, indented, on the lines below",
            "object" if !needs => "remove the line, or write `{}`",
            "array" if schema.get("minItems").is_some() => "remove the line, or name at least one",
            "array" => "remove the line, or write `[]` for none",
            _ => "remove the line, or give it a value",
        };
        let problem = self.invalid(at, node, message).help(help);
        self.problem(problem);
    }

    fn map(&mut self, schema: Schema<'_>, entries: &[Entry], node: &Node, at: &At) {
        let properties = schema.at(&["properties"]);
        let additional = schema.at(&["additionalProperties"]);
        let names = schema.at(&["propertyNames"]);
        let mut misspelt = Vec::new();
        for entry in entries {
            if self.problems.len() >= LIMIT {
                return;
            }
            let at = at.key(entry, schema);
            if let Some(error) = misshapen(names, &entry.key) {
                let place = self.document.place(at.span.clone(), at.path.clone());
                let problem = Problem::new(&rule::INVALID_VALUE, place, error.to_string());
                let problem = problem.values(entry.key.as_str(), None);
                self.problem(reform(problem, names, &entry.key));
            }
            match properties.get(&entry.key) {
                Some(schema) => self.value(schema, &entry.value, &at),
                None if additional.is_false() => {
                    misspelt.extend(self.unknown(schema, entry, node, &at));
                }
                None if additional.is_object() => self.value(additional, &entry.value, &at),
                None => {}
            }
        }
        // what is there under a wrong name is not missing too
        let means = |one: &String, name: &str| {
            let within = one.strip_prefix(&suggest::join(&at.path, name));
            one == name || within.is_some_and(|rest| rest.starts_with('.'))
        };
        let there =
            |name: &str| node.get(name).is_some() || misspelt.iter().any(|one| means(one, name));
        for name in suggest::required(schema).filter(|name| !there(name)) {
            self.missing(schema, name, at);
        }
        self.one_required(schema, there, at);
        self.size(schema, entries, node, at);
    }

    /// Reports an unknown field; gives the field that was probably meant.
    fn unknown(
        &mut self,
        level: Schema<'_>,
        entry: &Entry,
        within: &Node,
        at: &At,
    ) -> Option<String> {
        let place = self.document.place(at.span.clone(), at.path.clone());
        let message = format!("unknown field `{}`", entry.key);
        let is_there = |name: &str| within.get(name).is_some();
        let help = suggest::field(self.schema, level, &at.path, &entry.key, is_there);
        let problem = Problem::new(&rule::UNKNOWN_FIELD, place, message)
            .values(entry.key.as_str(), help.proposed.clone())
            .help(help.text);
        self.problem(problem);
        help.proposed
    }

    fn missing(&mut self, schema: Schema<'_>, name: &str, at: &At) {
        let path = suggest::join(&at.path, name);
        let place = self.document.place(at.span.clone(), path.as_str());
        let mut problem =
            Problem::new(&rule::MISSING_FIELD, place, format!("`{path}` is required"));
        if let Some(text) = schema.at(&["properties", name, "description"]).prose() {
            let text = text.trim_end_matches('.');
            problem = problem.help(format!("`{name}`: {text}"));
        }
        self.problem(problem);
    }

    /// `anyOf: [{required: [a]}, {required: [b]}]`: one of them at least.
    fn one_required(&mut self, schema: Schema<'_>, there: impl Fn(&str) -> bool, at: &At) {
        let alternatives = schema.at(&["anyOf"]).elements();
        let names: Vec<&str> = alternatives.flat_map(suggest::required).collect();
        if names.is_empty() || names.iter().any(|name| there(name)) {
            return;
        }
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let place = self.document.place(at.span.clone(), at.path.clone());
        let message = format!("one of {} is required", list(&quoted, "and"));
        let mut problem = Problem::new(&rule::MISSING_FIELD, place, message);
        for name in names {
            let text = schema.at(&["properties", name, "description"]).prose();
            problem = problem.help(format!("`{name}`: {}", text.unwrap_or_default()));
        }
        self.problem(problem);
    }

    /// `minProperties` and `maxProperties`: exactly one, or at least one.
    fn size(&mut self, schema: Schema<'_>, entries: &[Entry], node: &Node, at: &At) {
        let bound = |name| schema.get(name).and_then(Schema::number);
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let too_few = bound("minProperties").is_some_and(|least| count < least);
        let too_many = bound("maxProperties").is_some_and(|most| count > most);
        if !too_few && !too_many {
            return;
        }
        let how_many = match (bound("minProperties"), bound("maxProperties")) {
            (Some(1), Some(1)) => "exactly one of",
            (_, Some(1)) => "at most one of",
            _ => "at least one of",
        };
        let names = suggest::properties(schema).map(|name| format!("`{name}`"));
        let names: Vec<String> = names.collect();
        let message = format!("`{}` holds {how_many} {}", at.name(), list(&names, "and"));
        let last = entries.last().filter(|_| too_many);
        let span = last.map_or_else(|| at.span.clone(), |entry| entry.key_span.clone());
        let place = self.document.place(span, at.path.clone());
        let mut problem = Problem::new(&rule::INVALID_VALUE, place, message);
        problem.current = node.text().map(str::to_owned);
        self.problem(problem);
    }

    fn items(&mut self, schema: Schema<'_>, items: &[Node], node: &Node, at: &At) {
        let least = schema.get("minItems").and_then(Schema::number);
        if least.is_some_and(|least| least > 0) && items.is_empty() {
            let message = format!("`{}` is an empty list", at.name());
            let problem = self
                .invalid(at, node, message)
                .help("remove the line for the default, or name at least one");
            self.problem(problem);
        }
        let Some(schema) = schema.get("items") else {
            return;
        };
        for (index, item) in items.iter().enumerate() {
            if self.problems.len() >= LIMIT {
                return;
            }
            self.value(schema, item, &at.index(index, item));
        }
    }

    fn wrong_shape(&mut self, schema: Schema<'_>, expected: &str, node: &Node, at: &At) {
        let message = format!(
            "`{}`: expected {}, got {}",
            at.name(),
            article(expected),
            described(node)
        );
        let mut problem = self.invalid(at, node, message);
        if let Some(help) = suggest::shape(schema, expected, node, at.name()) {
            problem = problem.help(help);
        }
        self.problem(problem);
    }
}

/// Of a field of several forms the one that is written, so that its own problems are reported.
fn alternative<'a>(schema: Schema<'a>, node: &Node) -> Schema<'a> {
    let fits = |one: &Schema<'_>| match (one.at(&["type"]).word(), &node.kind) {
        (Some("object"), Kind::Map(_)) | (Some("array"), Kind::List(_)) => true,
        (Some("integer"), Kind::Scalar(..)) => matches!(node.resolved(), Some(Resolved::Int(_))),
        (Some("boolean"), Kind::Scalar(..)) => matches!(node.resolved(), Some(Resolved::Bool(_))),
        (Some("string"), Kind::Scalar(..)) => !node.is_null(),
        _ => false,
    };
    if schema.get("type").is_some() {
        return schema;
    }
    // of several mappings the one that has most of the keys, each in its form
    let known = |one: &Schema<'_>| {
        let has = |entry: &&Entry| {
            let field = one.at(&["properties", &entry.key]);
            let is_list = field.at(&["type"]).word() == Some("array");
            field.is_object() && is_list == matches!(entry.value.kind, Kind::List(_))
        };
        node.entries().iter().filter(has).count()
    };
    let alternatives = schema.at(&["anyOf"]).elements().filter(fits);
    let best = alternatives.min_by_key(|one| std::cmp::Reverse(known(one)));
    best.unwrap_or_else(|| schema.main())
}

/// "an integer"
fn article(expected: &str) -> &'static str {
    match expected {
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "a boolean",
        "array" => "a list",
        _ => "a mapping",
    }
}

/// What is written, for messages: "the string `\"1\"`", "a list".
fn described(node: &Node) -> String {
    let text: String = node.text().unwrap_or_default().chars().take(60).collect();
    match (node.resolved(), &node.kind) {
        (Some(Resolved::Null), _) => "nothing".to_owned(),
        (Some(Resolved::Bool(_)), _) => format!("the boolean `{text}`"),
        (Some(Resolved::Int(_)), _) => format!("the integer `{text}`"),
        (Some(Resolved::Float(_)), _) => format!("the number `{text}`"),
        (_, Kind::Scalar(_, Style::Quoted)) => format!("the string `\"{text}\"`"),
        (_, Kind::Scalar(..)) => format!("the string `{text}`"),
        (_, Kind::List(_)) => "a list".to_owned(),
        (_, Kind::Map(_)) => "a mapping".to_owned(),
    }
}

#[cfg(test)]
mod tests;
