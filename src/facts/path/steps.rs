//! Queries that are walked here, without a copy of the document.

use super::Found;
use crate::krm::Kind;

/// One step of such a query.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Key(String),
    Index(i64),
    All,
    /// Children whose member of this name is this string.
    Where(String, String),
}

impl Step {
    /// What the step selects, in the document's order.
    pub(super) fn children<'n>(&self, at: &Found<'n>) -> Vec<Found<'n>> {
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
pub(in super::super) fn dotted(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if key.chars().all(plain) && !key.is_empty() {
        format!(".{key}")
    } else {
        format!("['{key}']")
    }
}

/// What the RFC allows after a dot.
pub(super) fn is_member_name(name: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit())
}

/// The steps of a query that is walked here; `None` leaves it to the engine, with its errors.
pub(super) fn steps(query: &str) -> Option<Vec<Step>> {
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
    // the RFC knows neither `+1`, `01` nor `-0`, nor what I-JSON cannot hold
    let canonical = number.to_string() == index && number.unsigned_abs() < 1 << 53;
    canonical.then_some((Step::Index(number), after))
}

/// A quoted string, and what follows it. Halves of surrogate pairs are the engine's.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        let next = match c {
            c if c == quote => return Some((out, text.get(at + 1..)?)),
            c if c < ' ' => return None,
            '\\' => match chars.next()?.1 {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits: String = chars.by_ref().take(4).map(|(_, digit)| digit).collect();
                    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) || digits.len() != 4 {
                        return None;
                    }
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                next if next == quote || matches!(next, '\\' | '/') => next,
                _ => return None,
            },
            c => c,
        };
        out.push(next);
    }
    None
}
