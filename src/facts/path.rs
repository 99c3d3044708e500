//! JSONPath (RFC 9535) over [`Node`], behind a guard.
//!
//! Paths of names, indices, wildcards and `[?@.name=='x']` are walked here, without a copy of the document; they are
//! all that the built-in table needs. Every other query goes to jsonpath-rust, which has no limits of its own: a path
//! of 24 characters (`$..*..*..*..*..*..*..*..*`) kept it busy for 9 seconds on 37 nodes. So its length, its nesting
//! and all that multiplies work (`..`, `$` in a filter, unions) are limited before it sees the query.

use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;

use crate::krm::{Kind, Node};

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
pub enum PathError {
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
    pub fn help(&self) -> &'static str {
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
pub struct Path {
    query: String,
    steps: Option<Vec<Step>>,
}

/// One value that a query selects.
#[derive(Clone, Debug)]
pub struct Found<'n> {
    /// The value.
    pub node: &'n Node,
    /// Where it stands: `.data.region`, `.status.history[0].version`.
    pub path: String,
}

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(i64),
    All,
    /// Children whose member of this name is this string.
    Where(String, String),
}

impl Path {
    /// Reads a query: RFC 9535 (`$.a.b`), or kubectl's `{.a.b}` and `.a.b`.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.len() > MAX_LENGTH {
            return Err(PathError::TooLong(text.len()));
        }
        let query = translate(text.trim())?;
        let steps = steps(&query);
        if steps.is_none() {
            guard(&query)?;
            parse_json_path(&query).map_err(|error| syntax(&error))?;
        }
        Ok(Self { query, steps })
    }

    /// The values that it selects, in the document's order.
    pub fn find<'n>(&self, root: &'n Node) -> Result<Vec<Found<'n>>, PathError> {
        let path = String::new();
        let mut found = vec![Found { node: root, path }];
        let Some(steps) = &self.steps else {
            return self.query(root);
        };
        for step in steps {
            found = found.iter().flat_map(|at| step.children(at)).collect();
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
                query: String::new(),
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

impl Step {
    fn children<'n>(&self, at: &Found<'n>) -> Vec<Found<'n>> {
        match self {
            Self::Key(key) => {
                let path = format!("{}{}", at.path, dotted(key));
                let node = at.node.get(key);
                node.map(|node| Found { node, path }).into_iter().collect()
            }
            Self::Index(index) => {
                let items = at.node.items();
                let position = usize::try_from(*index).ok().or_else(|| {
                    let back = usize::try_from(index.unsigned_abs()).ok()?;
                    items.len().checked_sub(back)
                });
                let found = position.and_then(|position| Some((position, items.get(position)?)));
                let found = found.map(|(position, node)| Found {
                    node,
                    path: format!("{}[{position}]", at.path),
                });
                found.into_iter().collect()
            }
            Self::All => all(at),
            Self::Where(key, value) => {
                let mut children = all(at);
                children.retain(|child| child.node.str_at(&[key.as_str()]) == Some(value));
                children
            }
        }
    }
}

fn all<'n>(at: &Found<'n>) -> Vec<Found<'n>> {
    match &at.node.kind {
        Kind::Scalar(..) => Vec::new(),
        Kind::List(items) => (items.iter().enumerate())
            .map(|(index, node)| Found {
                node,
                path: format!("{}[{index}]", at.path),
            })
            .collect(),
        Kind::Map(entries) => (entries.iter())
            .map(|entry| Found {
                node: &entry.value,
                path: format!("{}{}", at.path, dotted(&entry.key)),
            })
            .collect(),
    }
}

/// `.name`, or `['na.me']` where the dot form would mislead.
pub(super) fn dotted(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if key.chars().all(plain) && !key.is_empty() {
        format!(".{key}")
    } else {
        format!("['{key}']")
    }
}

/// kubectl's forms to RFC 9535; the RFC's own pass as they are.
fn translate(text: &str) -> Result<String, PathError> {
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').ok_or(PathError::Template)?.trim(),
        None => text,
    };
    let braces = inner.len() != text.len();
    if inner.is_empty() {
        return Err(PathError::Empty);
    }
    if braces && (inner.starts_with("range") || inner.contains('}')) {
        return Err(PathError::Template);
    }
    if !braces && inner.starts_with('$') {
        return Ok(inner.to_owned());
    }
    let rest = inner.strip_prefix('$').unwrap_or(inner);
    if !rest.starts_with(['.', '[']) {
        return Err(PathError::Syntax(
            "it starts with neither `$` nor `.`".into(),
        ));
    }
    Ok(format!("${}", bracketed(rest)))
}

/// Names that kubectl allows after a dot and the RFC does not (`my-key`, `a\.b`) go into brackets.
fn bracketed(rest: &str) -> String {
    let mut out = String::new();
    let mut chars = rest.chars().peekable();
    let mut depth = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c != '.' || depth > 0 || matches!(chars.peek(), Some('.' | '[' | '*') | None) {
            out.push(c);
            continue;
        }
        let mut name = String::new();
        while let Some(next) = chars.next_if(|next| !matches!(next, '.' | '[')) {
            match next {
                '\\' => name.extend(chars.next()),
                next => name.push(next),
            }
        }
        // a name after `..` keeps the two dots
        let descends = out.ends_with('.');
        if is_member_name(&name) {
            out.push('.');
            out.push_str(&name);
        } else {
            if descends {
                out.push('.');
            }
            let name = name.replace('\\', "\\\\").replace('\'', "\\'");
            out.extend(["['", &name, "']"]);
        }
    }
    out
}

fn is_member_name(name: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit())
}

/// The steps of a query that is walked here; `None` leaves it to the engine, with its errors.
fn steps(query: &str) -> Option<Vec<Step>> {
    let mut rest = query.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let step;
        (step, rest) = if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at_checked(end)?;
            match name {
                "*" => (Step::All, after),
                name if is_member_name(name) => (Step::Key(name.to_owned()), after),
                _ => return None,
            }
        } else {
            bracket(rest.strip_prefix('[')?)?
        };
        steps.push(step);
    }
    Some(steps)
}

/// One bracket, its opening already read.
fn bracket(rest: &str) -> Option<(Step, &str)> {
    if let Some(after) = rest.strip_prefix("*]") {
        return Some((Step::All, after));
    }
    if rest.starts_with(['\'', '"']) {
        let (name, after) = quoted(rest)?;
        return Some((Step::Key(name), after.strip_prefix(']')?));
    }
    if let Some(after) = rest.strip_prefix('?') {
        let (after, close) = match after.strip_prefix('(') {
            Some(after) => (after, ")]"),
            None => (after, "]"),
        };
        let after = after.strip_prefix("@.")?;
        let (name, after) = after.split_at_checked(after.find("==")?)?;
        let (value, after) = quoted(after.strip_prefix("==")?.trim_start())?;
        let name = Some(name.trim_end()).filter(|name| is_member_name(name))?;
        let step = Step::Where(name.to_owned(), value);
        return Some((step, after.strip_prefix(close)?));
    }
    let (index, after) = rest.split_once(']')?;
    let number: i64 = index.parse().ok()?;
    // the RFC knows neither `+1`, `01` nor `-0`
    let canonical = number.to_string() == index;
    canonical.then_some((Step::Index(number), after))
}

/// A quoted string without exotic escapes, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next()?;
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((out, text.get(at + 1..)?)),
            '\\' => match chars.next()?.1 {
                next if next == quote || next == '\\' => out.push(next),
                _ => return None,
            },
            c if c < ' ' => return None,
            c => out.push(c),
        }
    }
    None
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
