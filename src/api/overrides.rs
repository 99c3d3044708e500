//! Fields of pools that are given beside their placeholders, as parameters of an Argo CD Application are. They are set
//! in the pool's tree before anything looks at it, so that whatever judges a written field judges a given one.

mod of_cluster;
mod wrong;

use std::collections::BTreeMap;

use super::{OurKind, Schema, suggest};
use crate::krm::{Kind, Node, Style};
use crate::problem::{Place, Problem, Problems};

pub(crate) use of_cluster::{OfCluster, fields_of};

/// What is given for one pool.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    /// How it is called where it is given: `pool.l4.replicas`.
    pub parameter: String,
    /// Pool and field: `l4.replicas`. The pool alone when several fields are given as a map.
    pub name: String,
    /// What is given.
    pub value: Overriding,
    /// Where from, as messages say it: `parameter pool.l4.replicas of Application prod-gpu`.
    pub origin: String,
    /// Where messages say that it stands.
    pub place: Place,
    /// Gives way to the same field given otherwise: variables do to parameters.
    pub weak: bool,
}

/// A value as it is given; all of them are texts.
#[derive(Clone, Debug)]
pub(crate) enum Overriding {
    /// One text; a list with commas.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// Texts by name.
    Map(Vec<(String, String)>),
}

/// Fields of pools, by the name of the pool.
#[derive(Debug, Default)]
pub(crate) struct Overrides(BTreeMap<String, Vec<Setting>>);

#[derive(Debug)]
struct Setting {
    field: String,
    value: Node,
    parameter: String,
    origin: String,
    place: Place,
    weak: bool,
}

/// What changes pools beside their placeholders: fields that stand with the cluster that a pool is for, and stronger
/// than these, fields that are given with the run.
pub(crate) struct Beside<'c> {
    /// What is given with the run.
    pub given: Overrides,
    /// What the cluster says of a pool of a name, whose tree says which cluster it is for.
    pub of_cluster: &'c dyn Fn(&str, &Node) -> Vec<OfCluster>,
}

impl Beside<'_> {
    /// Sets the fields of a pool in its tree.
    pub(super) fn apply(&self, pool: &str, node: &mut Node) -> Vec<Overridden> {
        let of_cluster = (self.of_cluster)(pool, node);
        let of_cluster = of_cluster.iter().filter_map(|one| one.apply(node));
        let of_cluster: Vec<Overridden> = of_cluster.collect();
        // of one field the stronger says where it is from
        let mut all = self.given.apply(pool, node);
        all.extend(of_cluster);
        all
    }
}

/// A field that was given, in one pool.
#[derive(Clone, Debug)]
pub struct Overridden {
    /// What is not of the placeholder's text: the field, or the nearest parent that was not there either
    /// (`spec.autoscaling`).
    path: String,
    field: String,
    origin: String,
    place: Place,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    String,
    /// Numbers and booleans: what stands in a file without quotes.
    Plain,
    List,
    Map,
}

/// Equal for `infrastructureName`, `infrastructure-name` and `INFRASTRUCTURE_NAME`.
pub(crate) fn fold(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The schema of a pool's spec.
pub(crate) fn pool_schema() -> Schema<'static> {
    Schema::of(OurKind::GpuMachineSet).at(&["properties", "spec"])
}

/// Every field that can be given as text, by its path below the spec.
fn fields() -> Vec<(String, Shape)> {
    let mut found = Vec::new();
    collect(pool_schema(), "", &mut found);
    found
}

fn collect(level: Schema<'static>, path: &str, found: &mut Vec<(String, Shape)>) {
    for name in suggest::properties(level) {
        let schema = level.at(&["properties", name]).main();
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        let kind = |schema: Schema<'static>| {
            let kind = schema.at(&["type"]);
            kind.words().next().or(kind.word())
        };
        let of = |name: &str| kind(schema.at(&[name]));
        let shape = match kind(schema) {
            Some("string") => Shape::String,
            Some("integer" | "number" | "boolean") => Shape::Plain,
            Some("array") if of("items") == Some("string") => Shape::List,
            Some("object") if of("additionalProperties") == Some("string") => Shape::Map,
            Some("object") => {
                collect(schema, &path, found);
                continue;
            }
            _ => continue,
        };
        found.push((path, shape));
    }
}

impl Overrides {
    /// Finds the pool and the field of everything that is given, among the pools of these names.
    pub(crate) fn find(given: &[Override], pools: &[&str], problems: &mut Problems) -> Self {
        let mut found = Self::default();
        if given.is_empty() {
            return found;
        }
        let fields = fields();
        for given in given {
            let Some((pool, field)) = pool_of(&given.name, pools) else {
                problems.push(wrong::unknown_pool(given, pools));
                continue;
            };
            match (&given.value, field.is_empty()) {
                (Overriding::Map(entries), true) => {
                    for (field, text) in entries {
                        let value = Overriding::Text(text.clone());
                        found.add(pool, field, &value, given, &fields, problems);
                    }
                }
                (_, true) => problems.push(wrong::no_field(given, pool)),
                (value, false) => found.add(pool, field, value, given, &fields, problems),
            }
        }
        found
    }

    fn add(
        &mut self,
        pool: &str,
        written: &str,
        value: &Overriding,
        given: &Override,
        fields: &[(String, Shape)],
        problems: &mut Problems,
    ) {
        let exact = fields.iter().find(|(field, _)| field == written);
        let alike = || {
            fields
                .iter()
                .find(|(field, _)| fold(field) == fold(written))
        };
        let Some((field, shape)) = exact.or_else(alike) else {
            problems.push(wrong::unknown_field(pool, written, given, fields));
            return;
        };
        let Some(value) = node(*shape, value) else {
            problems.push(wrong::mistyped(*shape, pool, field, value, given));
            return;
        };
        let settings = self.0.entry(pool.to_owned()).or_default();
        let before = settings.iter().position(|setting| &setting.field == field);
        if let Some(first) = before.and_then(|index| settings.get(index)) {
            if given.weak && !first.weak {
                return;
            }
            if given.weak == first.weak {
                problems.push(wrong::twice(&first.parameter, pool, field, given));
                return;
            }
        }
        if let Some(index) = before {
            settings.remove(index);
        }
        settings.push(Setting {
            field: field.clone(),
            value,
            parameter: given.parameter.clone(),
            origin: given.origin.clone(),
            place: given.place.clone(),
            weak: given.weak,
        });
    }

    /// Sets the fields of a pool in its tree.
    fn apply(&self, pool: &str, node: &mut Node) -> Vec<Overridden> {
        let settings = self.0.get(pool).into_iter().flatten();
        let set = |setting: &Setting| {
            let path = set(node, &setting.field, &setting.value)?;
            Some(Overridden {
                path,
                field: setting.field.clone(),
                origin: setting.origin.clone(),
                place: setting.place.clone(),
            })
        };
        settings.filter_map(set).collect()
    }
}

/// Sets one field; gives the path of what was not there before.
fn set(root: &mut Node, field: &str, value: &Node) -> Option<String> {
    let mut node = root.get_mut("spec")?;
    let mut path = "spec".to_owned();
    let mut new: Option<String> = None;
    let mut steps = field.split('.').peekable();
    while let Some(step) = steps.next() {
        path = suggest::join(&path, step);
        if steps.peek().is_none() {
            match (&value.kind, node.get_mut(step)) {
                // the entries of a map are fields of their own
                (Kind::Map(entries), Some(there)) => {
                    for entry in entries {
                        there.set(&entry.key, entry.value.clone());
                    }
                }
                _ => node.set(step, value.clone()),
            }
            break;
        }
        if !matches!(node.get(step).map(|there| &there.kind), Some(Kind::Map(_))) {
            new.get_or_insert_with(|| path.clone());
            node.set(step, Kind::Map(Vec::new()));
        }
        node = node.get_mut(step)?;
    }
    Some(new.unwrap_or(path))
}

/// The problem, said where the value comes from when it is about something that was given.
pub(crate) fn relocate(mut problem: Problem, overridden: &[Overridden]) -> Problem {
    let path = problem.place.path.as_str();
    let covers = |given: &&Overridden| {
        let rest = path.strip_prefix(given.path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let mut covering: Vec<&Overridden> = overridden.iter().filter(covers).collect();
    covering.sort_by_key(|given| std::cmp::Reverse(given.path.len()));
    let Some(first) = covering.first() else {
        return problem;
    };
    let mut place = first.place.clone();
    std::mem::swap(&mut place.object, &mut problem.place.object);
    std::mem::swap(&mut place.path, &mut problem.place.path);
    problem.place = place;
    let fact = format!("`{}` is from {}", first.field, first.origin);
    if !problem.facts.contains(&fact) {
        problem.facts.push(fact);
    }
    problem
}

/// The pool of a name, and what follows it. Pools may have dots in their names, and variables are written in capitals.
fn pool_of<'a>(name: &'a str, pools: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let exact = pools.iter().filter_map(|pool| {
        let rest = name.strip_prefix(*pool)?;
        let field = rest.strip_prefix('.');
        (rest.is_empty() || field.is_some()).then(|| (*pool, field.unwrap_or("")))
    });
    if let Some(found) = exact.max_by_key(|(pool, _)| pool.len()) {
        return Some(found);
    }
    let folded = pools.iter().filter_map(|pool| {
        let letters = fold(pool).len();
        let ends = name
            .char_indices()
            .map(|(at, letter)| at + letter.len_utf8());
        let end = ends.into_iter().find(|end| {
            let head = name.get(..*end).unwrap_or("");
            fold(head).len() == letters
        })?;
        let (head, rest) = name.split_at_checked(end)?;
        let apart = rest.is_empty() || rest.starts_with(['.', '_', '-']);
        (fold(head) == fold(pool) && apart)
            .then(|| (*pool, rest.trim_start_matches(['.', '_', '-'])))
    });
    folded.max_by_key(|(pool, _)| pool.len())
}

/// The value as a file would hold it.
fn node(shape: Shape, value: &Overriding) -> Option<Node> {
    Some(match (shape, value) {
        (Shape::String, Overriding::Text(text)) => Node::from(text.as_str()),
        (Shape::Plain, Overriding::Text(text)) => Kind::Scalar(text.clone(), Style::Plain).into(),
        (Shape::List, Overriding::Text(text)) => list(text.split(',')),
        (Shape::List, Overriding::List(items)) => {
            list(items.iter().flat_map(|item| item.split(',')))
        }
        (Shape::Map, Overriding::Map(entries)) => {
            let mut map = Node::map::<String>([]);
            for (key, text) in entries {
                map.set(key, text.as_str());
            }
            map
        }
        _ => return None,
    })
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> Node {
    let items = items.map(str::trim).filter(|item| !item.is_empty());
    items.map(Node::from).collect::<Vec<Node>>().into()
}
