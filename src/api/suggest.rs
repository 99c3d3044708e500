//! What to write instead: looks the schema up for the field or form that was probably meant.

use serde_json::Value;

use super::Schema;
use crate::krm::scalar::{Resolved, resolve};
use crate::krm::{Entry, Node};
use crate::problem::did_you_mean;

/// Names of the required fields of a level.
pub(super) fn required(schema: Schema<'_>) -> impl Iterator<Item = &str> {
    schema.at(&["required"]).words()
}

/// Names of the fields of a level.
pub(super) fn properties(schema: Schema<'_>) -> impl Iterator<Item = &str> {
    schema.at(&["properties"]).keys()
}

/// The values of an enumerated field, none for a free one.
pub(super) fn choices(schema: Schema<'_>) -> impl Iterator<Item = &str> {
    schema.at(&["enum"]).words()
}

/// A field's path under its parent's: keys that hold a dot or a slash stand in brackets.
pub(super) fn join(parent: &str, key: &str) -> String {
    let simple = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if !key.is_empty() && key.chars().all(simple) {
        match parent {
            "" => key.to_owned(),
            parent => format!("{parent}.{key}"),
        }
    } else {
        format!("{parent}[{}]", Value::from(key))
    }
}

/// "a, b and c"
pub(crate) fn list<S: AsRef<str>>(words: &[S], last: &str) -> String {
    let mut out = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            let end = index + 1 == words.len();
            out.push_str(if end { " " } else { ", " });
            if end {
                out.push_str(last);
                out.push(' ');
            }
        }
        out.push_str(word.as_ref());
    }
    out
}

/// A cure for an unknown field.
pub(super) struct Cure {
    /// The help line.
    pub(super) text: String,
    /// The field to write, when one is likely.
    pub(super) proposed: Option<String>,
}

/// The field that holds whatever a cloud knows and we have no name for.
const PROVIDER_SPEC: &str = "providerSpec";

/// What was probably meant by the unknown field `key` at `path`: another name of a field here, a slip of the pen, a
/// field that stands elsewhere; else the fields that there are.
pub(super) fn field(
    root: Schema<'_>,
    level: Schema<'_>,
    path: &str,
    key: &str,
    is_there: impl Fn(&str) -> bool,
) -> Cure {
    let here = || properties(level);
    // a second key of the name would be the next mistake
    let cure = |text: String, proposed: &str| {
        if is_there(proposed) {
            return Cure {
                text: format!("`{proposed}` stands here already: write both in one"),
                proposed: None,
            };
        }
        Cure {
            text,
            proposed: Some(proposed.to_owned()),
        }
    };
    if path == "status" {
        let text = "a placeholder is input only and has no status: remove it".to_owned();
        return Cure {
            text,
            proposed: None,
        };
    }
    let alias = here().find(|name| aliases(level, name).any(|alias| same(alias, key)));
    if let Some(name) = alias.or_else(|| here().find(|name| same(name, key))) {
        return cure(format!("here it is called `{name}`"), name);
    }
    let near = did_you_mean(key, here());
    let mut elsewhere = Vec::new();
    if root.mentions(key) {
        places(root, &mut Vec::new(), key, &mut elsewhere);
    }
    // the shallowest is the likeliest; facts inside a pool are the exception there
    elsewhere.sort_by_key(|found: &String| found.matches(['.', '[']).count());
    // what others call a field elsewhere is no slip of the pen here
    let near = near.filter(|_| elsewhere.is_empty());
    match (near, elsewhere.first()) {
        (Some(near), _) => cure(format!("did you mean `{near}`?"), near),
        (None, Some(found)) if found.ends_with(']') || found.contains("[]") => {
            cure(format!("it belongs in `{found}`"), found)
        }
        (None, Some(found)) => {
            let text = match found.rsplit_once('.') {
                Some((parent @ "spec.facts", name)) if name == key => format!(
                    "in the form of the provider spec it goes under `spec.providerSpec`; as a fact of the cluster it belongs into its ClusterFacts, or, when the pool holds all facts itself, under `{parent}`"
                ),
                Some((parent, name)) if name == key => format!("it belongs under `{parent}`"),
                _ => format!("it is `{found}`"),
            };
            cure(text, found)
        }
        (None, None) => {
            let names: Vec<String> = here().map(|name| format!("`{name}`")).collect();
            let known = format!("known here: {}", list(&names, "and"));
            let text = if here().any(|name| name == PROVIDER_SPEC) {
                format!("{known}; other fields of the cloud go under `{PROVIDER_SPEC}`")
            } else {
                known
            };
            Cure {
                text,
                proposed: None,
            }
        }
    }
}

/// Equal but for case, dashes and underscores.
fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

/// Compared one by one: thousands of unknown fields are each compared with hundreds of known ones.
fn letters(text: &str) -> impl Iterator<Item = u8> {
    let letters = text.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
    letters.map(|byte| byte.to_ascii_lowercase())
}

/// What other tools call a field (`x-also-known-as` of the schema).
fn aliases<'a>(level: Schema<'a>, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    level.at(&["properties", name, "x-also-known-as"]).words()
}

/// Paths of all fields that have this name, or are known by it elsewhere. A path is put together only when it is one.
fn places<'a>(schema: Schema<'a>, steps: &mut Vec<&'a str>, key: &str, found: &mut Vec<String>) {
    /// The elements of a list.
    const ITEMS: &str = "[]";
    for name in properties(schema) {
        steps.push(name);
        if same(name, key) || aliases(schema, name).any(|alias| same(alias, key)) {
            let path = steps.iter().fold(String::new(), |path, step| match *step {
                ITEMS => path + ITEMS,
                name => join(&path, name),
            });
            found.push(path);
        }
        places(schema.at(&["properties", name]), steps, key, found);
        steps.pop();
    }
    if let Some(items) = schema.get("items") {
        steps.push(ITEMS);
        places(items, steps, key, found);
        steps.pop();
    }
    for one in schema.at(&["anyOf"]).elements() {
        places(one, steps, key, found);
    }
}

/// The number in what was written instead of one, with the help line.
pub(super) fn number(text: &str, is_string: bool) -> Option<(String, String)> {
    let text = text.trim();
    if is_string && matches!(resolve(text), Resolved::Int(_)) {
        return Some((format!("remove the quotes: `{text}`"), text.to_owned()));
    }
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(end);
    let unit = rest.trim_start();
    if digits.is_empty() {
        return None;
    }
    if unit.starts_with('.') && unit.bytes().skip(1).all(|b| b == b'0') {
        return Some((format!("write `{digits}`"), digits.to_owned()));
    }
    let is_unit = !unit.is_empty() && unit.bytes().all(|b| b.is_ascii_alphabetic());
    is_unit.then(|| {
        let help = format!("write the number alone, in the field's own unit: `{digits}`");
        (help, digits.to_owned())
    })
}

/// `[nfd, nvidia-gpu]` where these are fields that need no value.
fn every_item_is_a_field(schema: Schema<'_>, node: &Node) -> bool {
    let is_field = |item: &Node| {
        let field = item.text().map(|name| schema.at(&["properties", name]));
        field.is_some_and(|field| field.is_object() && required(field).next().is_none())
    };
    !node.items().is_empty() && node.items().iter().all(is_field)
}

/// A taint as `oc adm taint` takes it: `key=value:Effect`.
fn taint(text: &str) -> Option<String> {
    let (rest, effect) = text.rsplit_once(':')?;
    if !effect.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    Some(match rest.split_once('=') {
        Some((key, value)) => format!(
            "{{key: {key}, value: {}, effect: {effect}}}",
            Value::from(value)
        ),
        None => format!("{{key: {rest}, effect: {effect}}}"),
    })
}

/// A taint written as a map: its own fields, or `key: Effect`.
fn taint_of_map(node: &Node) -> Option<String> {
    let text = |entry: &Entry| {
        let value = entry.value.text()?;
        Some(format!("{}: {}", entry.key, Value::from(value)))
    };
    if node.get("effect").is_some() {
        let fields: Option<Vec<String>> = node.entries().iter().map(text).collect();
        return fields.map(|fields| format!("{{{}}}", fields.join(", ")));
    }
    let only = |entry: &Entry| taint(&format!("{}:{}", entry.key, entry.value.text()?));
    let taints: Option<Vec<String>> = node.entries().iter().map(only).collect();
    taints.map(|taints| taints.join(", "))
}

/// How to write a list or a mapping where something else stands.
pub(super) fn shape(schema: Schema<'_>, expected: &str, node: &Node, name: &str) -> Option<String> {
    let name = name.split('[').next().unwrap_or(name);
    match (expected, node.text()) {
        ("array", Some(text)) => {
            let items = text.split([',', ' ']).filter(|item| !item.is_empty());
            let items: Vec<&str> = items.collect();
            let scalar = schema.get("items")?.get("type")?.word()? != "object";
            Some(if scalar && items.len() < 20 {
                format!("write `{name}: [{}]`", items.join(", "))
            } else {
                format!("write a list: `{name}: [{{...}}]`")
            })
        }
        ("array", None) if schema.at(&["items", "properties", "effect"]).is_object() => {
            Some(format!("write `{name}: [{}]`", taint_of_map(node)?))
        }
        ("array", None) => Some("put `- ` before it: a list holds one or more".to_owned()),
        ("object", None) if every_item_is_a_field(schema, node) => {
            let fields = node.items().iter().filter_map(Node::text);
            let fields: Vec<String> = fields.map(|field| format!("{field}: {{}}")).collect();
            Some(format!("write `{name}: {{{}}}`", fields.join(", ")))
        }
        ("object", text) if properties(schema).next().is_none() => {
            let pair = text.or_else(|| node.items().first()?.text())?;
            let (key, value) = pair.split_once(['=', ':']).unwrap_or(("key", "value"));
            let value = Value::from(value.trim());
            Some(format!("write `{name}: {{{}: {value}}}`", key.trim()))
        }
        ("object", Some(text))
            if taint(text).is_some() && properties(schema).any(|name| name == "effect") =>
        {
            taint(text).map(|taint| format!("write `{taint}`"))
        }
        ("object", Some("true")) if required(schema).next().is_none() => {
            Some(format!("write `{name}: {{}}`, or with fields"))
        }
        ("object", _) => {
            let names: Vec<String> = properties(schema).map(|n| format!("`{n}`")).collect();
            (!names.is_empty()).then(|| format!("its fields are {}", list(&names, "and")))
        }
        ("string", None) if !node.entries().is_empty() => {
            let only = |entry: &Entry| entry.value.is_null().then(|| format!("{{{}}}", entry.key));
            let braces: Option<String> = node.entries().iter().map(only).collect();
            braces.map(|braces| format!("quote it: `\"{braces}\"`"))
        }
        ("string", None) if node.items().len() == 1 => {
            let only = node.items().first()?.text()?;
            Some(format!("write `{name}: {only}`"))
        }
        _ => None,
    }
}
