//! Queries that are walked here, without a copy of the document.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Found;
use crate::krm::{Kind, Node};

/// One step of such a query.
#[derive(Clone, Debug)]
pub(super) enum Step<'q> {
    Key(Cow<'q, str>),
    Index(i64),
    All,
    /// Children whose member of this name is this string.
    Where(Cow<'q, str>, Cow<'q, str>),
}

/// The same steps, without the text that they were read from.
pub(super) fn owned(steps: Vec<Step<'_>>) -> Vec<Step<'static>> {
    steps.into_iter().map(Step::into_owned).collect()
}

impl Step<'_> {
    fn into_owned(self) -> Step<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Key(key) => Step::Key(owned(key)),
            Self::Index(index) => Step::Index(index),
            Self::All => Step::All,
            Self::Where(key, value) => Step::Where(owned(key), owned(value)),
        }
    }

    /// What the step selects, in the document's order.
    pub(super) fn below<'n>(&self, mut found: Vec<Found<'n>>) -> Vec<Found<'n>> {
        match self {
            Self::Key(key) => {
                found.retain_mut(|at| at.go(at.node.get(key), |path| push_dotted(path, key)));
                found
            }
            Self::Index(index) => {
                found.retain_mut(|at| {
                    let items = at.node.items();
                    let position = usize::try_from(*index).ok().or_else(|| {
                        let back = usize::try_from(index.unsigned_abs()).ok()?;
                        items.len().checked_sub(back)
                    });
                    let position = position.unwrap_or(usize::MAX);
                    at.go(items.get(position), |path| push_index(path, position))
                });
                found
            }
            Self::All => found.iter().flat_map(all).collect(),
            Self::Where(key, value) => {
                let is_meant =
                    |child: &Found<'_>| child.node.str_at(&[key.as_ref()]) == Some(value.as_ref());
                found.iter().flat_map(all).filter(is_meant).collect()
            }
        }
    }
}

impl<'n> Found<'n> {
    /// Goes to a child; whether there is one.
    fn go(&mut self, child: Option<&'n Node>, name: impl FnOnce(&mut String)) -> bool {
        if let Some(child) = child {
            self.node = child;
            name(&mut self.path);
        }
        child.is_some()
    }

    fn child(&self, node: &'n Node, name: impl FnOnce(&mut String)) -> Self {
        let mut path = self.path.clone();
        name(&mut path);
        Self { node, path }
    }
}

fn all<'n>(at: &Found<'n>) -> Vec<Found<'n>> {
    match &at.node.kind {
        Kind::Scalar(..) => Vec::new(),
        Kind::List(items) => (items.iter().enumerate())
            .map(|(index, node)| at.child(node, |path| push_index(path, index)))
            .collect(),
        Kind::Map(entries) => (entries.iter())
            .map(|entry| at.child(&entry.value, |path| push_dotted(path, &entry.key)))
            .collect(),
    }
}

fn push_index(path: &mut String, index: usize) {
    // writing to a string cannot fail
    let _ = write!(path, "[{index}]");
}

fn push_dotted(path: &mut String, key: &str) {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let (before, after) = if key.bytes().all(plain) && !key.is_empty() {
        (".", "")
    } else {
        ("['", "']")
    };
    path.extend([before, key, after]);
}

/// `.name`, or `['na.me']` where the dot form would mislead.
pub(in super::super) fn dotted(key: &str) -> String {
    let mut path = String::new();
    push_dotted(&mut path, key);
    path
}

/// What the RFC allows after a dot.
pub(super) fn is_member_name(name: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit())
}

/// The steps of a query that is walked here; `None` leaves it to the engine, with its errors.
pub(super) fn steps(query: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = query.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let step;
        (step, rest) = if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at_checked(end)?;
            match name {
                "*" => (Step::All, after),
                name if is_member_name(name) => (Step::Key(name.into()), after),
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
fn bracket(rest: &str) -> Option<(Step<'_>, &str)> {
    if let Some(after) = rest.strip_prefix("*]") {
        return Some((Step::All, after));
    }
    if rest.starts_with(['\'', '"']) {
        let (name, after) = quoted(rest)?;
        return Some((Step::Key(name.into()), after.strip_prefix(']')?));
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
        let step = Step::Where(name.into(), value.into());
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
