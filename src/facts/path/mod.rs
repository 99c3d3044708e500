//! JSONPath (RFC 9535) over [`Node`], behind a guard.
//!
//! Paths of names, indices, wildcards and `[?@.name=='x']` are walked here, without a copy of the document; they are
//! all that the built-in table needs. Every other query goes to jsonpath-rust, which has no limits of its own: a path
//! of 24 characters (`$..*..*..*..*..*..*..*..*`) kept it busy for 9 seconds on 37 nodes. So its length, its nesting
//! and all that multiplies work (`..`, `$` in a filter, unions) are limited before it sees the query.

mod kubectl;
mod steps;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;

use steps::{Step, owned, steps};

pub(super) use steps::dotted;

use crate::krm::Node;

/// Longest query in bytes.
const MAX_LENGTH: usize = 1024;
/// Deepest nesting of brackets and parentheses.
const MAX_NESTING: usize = 8;
/// Most commas outside of quotes: each may double the work.
const MAX_COMMAS: usize = 4;
/// Most results of one query.
const MAX_RESULTS: usize = 1000;

/// Why a query is not run, and how to write it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    /// Nothing is written.
    #[error("the path is empty")]
    Empty,
    /// Over [`MAX_LENGTH`].
    #[error("the path is {0} bytes long, the limit is {MAX_LENGTH}")]
    TooLong(usize),
    /// Over [`MAX_NESTING`].
    #[error("the path nests deeper than {MAX_NESTING} brackets")]
    TooDeep,
    /// More than one `..`.
    #[error("the path holds `..` more than once")]
    Descents,
    /// A `$` that is not the first character.
    #[error("the path names the root `$` inside of a filter")]
    InnerRoot,
    /// Over [`MAX_COMMAS`].
    #[error("the path holds more than {MAX_COMMAS} commas")]
    TooManySelectors,
    /// `match(...)` or `search(...)`.
    #[error("regular expressions are not supported in paths of facts")]
    Regex,
    /// A kubectl template that is more than one path.
    #[error("a kubectl template is more than one path")]
    Template,
    /// Not a JSONPath.
    #[error("the path is no JSONPath: {0}")]
    Syntax(String),
    /// Over [`MAX_RESULTS`].
    #[error("the path selects more than {MAX_RESULTS} values")]
    TooManyResults,
}

impl PathError {
    /// What to write instead.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Empty | Self::Syntax(_) => {
                "write a JSONPath as `$.data.region`, or `$.data['my-region']` for names with other than letters, digits and `_`; the kubectl form `{.data.region}` does as well"
            }
            Self::Template => "write one path, as `{.data.region}`, without `range` or text",
            Self::Regex => "compare with `==`, as `$.items[?@.name=='x'].value`",
            Self::InnerRoot => "compare with a literal, as `$.items[?@.name=='x'].value`",
            _ => "name the fields, as `$.data.region`",
        }
    }
}

/// A query that passed the guard.
#[derive(Clone, Debug)]
pub(crate) struct Path<'q> {
    query: Cow<'q, str>,
    steps: Option<Vec<Step<'q>>>,
}

/// One value that a query selects.
#[derive(Clone, Debug)]
pub(crate) struct Found<'n> {
    /// The value.
    pub node: &'n Node,
    /// Where it stands: `.data.region`, `.status.history[0].version`.
    pub path: String,
}

impl<'q> Path<'q> {
    /// Reads a query: RFC 9535 (`$.a.b`), or kubectl's `{.a.b}` and `.a.b`.
    pub(crate) fn parse(text: &'q str) -> Result<Self, PathError> {
        if text.len() > MAX_LENGTH {
            return Err(PathError::TooLong(text.len()));
        }
        let query = kubectl::translate(text.trim())?;
        let steps = match &query {
            Cow::Borrowed(query) => steps(query),
            Cow::Owned(query) => steps(query).map(owned),
        };
        if steps.is_none() {
            guard(&query)?;
            parse_json_path(&query).map_err(|error| syntax(&error))?;
        }
        Ok(Self { query, steps })
    }

    /// The same path, without the text that it was read from.
    pub(crate) fn into_owned(self) -> Path<'static> {
        Path {
            query: self.query.into_owned().into(),
            steps: self.steps.map(owned),
        }
    }

    /// The values that it selects, in the document's order.
    pub(crate) fn find<'n>(&self, root: &'n Node) -> Result<Vec<Found<'n>>, PathError> {
        let path = String::new();
        let mut found = vec![Found { node: root, path }];
        let Some(steps) = &self.steps else {
            return self.query(root);
        };
        for step in steps {
            found = step.below(found);
            if found.len() > MAX_RESULTS {
                return Err(PathError::TooManyResults);
            }
        }
        Ok(found)
    }

    fn query<'n>(&self, root: &'n Node) -> Result<Vec<Found<'n>>, PathError> {
        let json = root.to_json();
        let query = parse_json_path(&self.query).map_err(|error| syntax(&error))?;
        let results = js_path_process(&query, &json).map_err(|error| syntax(&error))?;
        if results.len() > MAX_RESULTS {
            return Err(PathError::TooManyResults);
        }
        // the engine works on a copy; its normalized paths lead back to the places
        let locate = |path: &str| {
            let path = steps(path).map(|steps| Path {
                query: Cow::Borrowed(""),
                steps: Some(steps),
            })?;
            path.find(root).ok()?.into_iter().next()
        };
        Ok(results
            .into_iter()
            .filter_map(|result| locate(&result.path))
            .collect())
    }
}

/// The engine's own message, without the query that the problem shows anyway.
fn syntax(error: &impl ToString) -> PathError {
    let text = error.to_string();
    let line = text.lines().rev().find_map(|line| {
        line.trim()
            .strip_prefix("= ")
            .map(|reason| reason.trim().to_owned())
    });
    PathError::Syntax(line.unwrap_or_else(|| text.lines().next().unwrap_or("").to_owned()))
}

/// Limits that hold before the engine sees the query.
fn guard(query: &str) -> Result<(), PathError> {
    let bare = without_strings(query);
    let count = |what: &str| bare.matches(what).count();
    let mut depth = 0_usize;
    for c in bare.chars() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return Err(PathError::TooDeep);
        }
    }
    if bare.matches("..").count() > 1 {
        return Err(PathError::Descents);
    }
    if count("$") > 1 {
        return Err(PathError::InnerRoot);
    }
    if count(",") > MAX_COMMAS {
        return Err(PathError::TooManySelectors);
    }
    if bare.contains("match(") || bare.contains("search(") {
        return Err(PathError::Regex);
    }
    Ok(())
}

/// The query with its string literals emptied.
fn without_strings(query: &str) -> String {
    let mut out = String::new();
    let mut open = None;
    let mut chars = query.chars();
    while let Some(c) = chars.next() {
        match (open, c) {
            (None, '\'' | '"') => open = Some(c),
            (None, c) => out.push(c),
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(quote), c) if c == quote => open = None,
            _ => {}
        }
    }
    out
}
