//! Parameters of an Application, whichever way they come in.
//!
//! `spec.source.plugin.parameters` arrives as JSON text in ARGOCD_APP_PARAMETERS (`null` when there are none, and not
//! at all without a `plugin:` block), `spec.source.plugin.env` as `ARGOCD_ENV_<NAME>`. The PARAM_* variables are lossy
//! (`a-b` and `a_b` collide, empty arrays vanish) and are not read.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::api::{OurKind, Schema, fold};
use crate::argocd::pool_parameters;
use crate::cluster;
use crate::cluster::{FactName, Origin};
use crate::facts::{self, Given};
use crate::krm::application_title;
use crate::problem::rules::argocd as rule;
use crate::problem::{Place, Problem, Problems, did_you_mean};

/// A parameter that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// Overrides a fact.
    Fact(FactName),
    /// Path of more facts.
    Facts,
    /// Name of the cluster that is meant.
    Cluster,
    /// Whether a warning fails the rendering.
    DenyWarnings,
}

impl Known {
    pub(super) fn all() -> Vec<Self> {
        let facts = FactName::ALL.into_iter().filter(|fact| fact.is_field());
        let facts = facts.map(Self::Fact);
        [Self::Facts, Self::Cluster, Self::DenyWarnings]
            .into_iter()
            .chain(facts)
            .collect()
    }

    /// As it is written and announced.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fact(fact) => fact.field(),
            Self::Facts => "facts",
            Self::Cluster => "cluster",
            Self::DenyWarnings => "denyWarnings",
        }
    }

    /// Whether no tree can show a value of it: `plugin.yaml` announces it.
    pub(super) fn is_static(self) -> bool {
        matches!(self, Self::Facts | Self::DenyWarnings)
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Fact(FactName::Zones) | Self::Facts)
    }

    /// Its words in the schema of ClusterFacts.
    pub(super) fn schema(self) -> Option<Schema<'static>> {
        let Self::Fact(fact) = self else { return None };
        let path = ["properties", "spec", "properties", fact.field()];
        Some(Schema::of(OurKind::ClusterFacts).at(&path))
    }

    /// The parameter of a name, in whatever case it is written: `infrastructureName`, `infrastructure-name`,
    /// `INFRASTRUCTURE_NAME`.
    fn find(name: &str) -> Option<Self> {
        let folded = fold(name);
        Self::all()
            .into_iter()
            .find(|known| fold(known.name()) == folded)
    }

    /// The parameter that somebody most likely means.
    fn meant(name: &str) -> Option<Self> {
        let folded = fold(name);
        let alias = |known: &Self| {
            let schema = known.schema().unwrap_or_default();
            let mut names = schema.at(&["x-also-known-as"]).words();
            names.any(|alias| fold(alias) == folded)
        };
        let also_known = Self::all().into_iter().find(alias);
        let names: Vec<String> = Self::all().iter().map(|known| fold(known.name())).collect();
        let close = || did_you_mean(&folded, names.iter().map(String::as_str));
        also_known.or_else(|| close().and_then(Self::find))
    }
}

/// What Argo CD passes in the environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    /// ARGOCD_APP_NAME. For Applications outside of Argo CD's own namespace it is `<namespace>_<name>`.
    pub application: String,
    /// ARGOCD_APP_PARAMETERS; empty when it is not there.
    pub parameters: String,
    /// What follows ARGOCD_ENV_ in names of variables, and their values.
    pub env: BTreeMap<String, String>,
}

/// A path of facts, to be read relative to the application's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FactsPath {
    /// As it is written.
    pub path: String,
    /// `parameter facts of Application prod-gpu`
    pub origin: String,
}

/// Parameters that are right, so far as that can be told without the tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    /// Facts, and the cluster that is meant.
    pub given: Given,
    /// More facts.
    pub facts: Vec<FactsPath>,
    /// Whether a warning fails the rendering.
    pub deny_warnings: bool,
}

/// What a Go template prints for a key that is not there, as an annotation that a cluster does not have.
const NO_VALUE: &str = "<no value>";

/// One parameter as it came in.
pub(super) struct Raw {
    pub(super) name: String,
    pub(super) values: Values,
    pub(super) origin: String,
    pub(super) place: Place,
}

pub(super) enum Values {
    None,
    String(String),
    Array(Vec<String>),
    Map(Vec<(String, String)>),
}

/// Whether somebody gave something: an empty text is none, and so is what a template makes of nothing.
pub(super) fn is_value(text: &str) -> bool {
    !matches!(text.trim(), "" | NO_VALUE)
}

impl Variables {
    /// Whether nothing is handed over.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.parameters.trim(), "" | "null") && self.env.is_empty()
    }

    /// `Application prod-gpu`
    pub(crate) fn giver(&self) -> String {
        match self.application.as_str() {
            "" => "the Application".to_owned(),
            name => application_title(name),
        }
    }

    /// Reads all parameters; those of the parameter list are stronger than those of the environment.
    pub(crate) fn read(&self, problems: &mut Problems) -> Parameters {
        let giver = self.giver();
        let list = problems.take(self.list(&giver)).unwrap_or_default();
        let env = self.env.iter().map(|(name, value)| Raw {
            name: name.clone(),
            values: Values::String(value.clone()),
            origin: format!("variable {name} of {giver}"),
            place: place(&giver, "env", name),
        });
        let mut seen: BTreeMap<Known, (String, bool)> = BTreeMap::new();
        let mut parameters = Parameters::default();
        for (from_list, raw) in
            (list.into_iter().map(|raw| (true, raw))).chain(env.map(|raw| (false, raw)))
        {
            if let Some(name) = pool_parameters::after_prefix(&raw.name) {
                let pool = pool_parameters::overriding(&raw, name, !from_list);
                parameters.given.pools.extend(pool);
                continue;
            }
            let place = raw.place.clone();
            let Some(known) = Known::find(&raw.name) else {
                problems.push(unknown(&raw, place));
                continue;
            };
            let Some(values) = problems.take(raw.values(known, &place)) else {
                continue;
            };
            if values.is_empty() {
                continue;
            }
            match seen.get(&known) {
                Some((_, true)) if !from_list => continue,
                Some((first, _)) => {
                    let message = format!("parameter `{}` is given twice", known.name());
                    let problem = Problem::new(&rule::INVALID_PARAMETER, place, message);
                    let help = if *first == raw.name {
                        "remove one of them".to_owned()
                    } else {
                        format!("remove `{first}` or `{}`", raw.name)
                    };
                    problems.push(problem.help(help));
                    continue;
                }
                None => {}
            }
            seen.insert(known, (raw.name.clone(), from_list));
            problems.extend(parameters.set(known, values, &raw, &place));
        }
        parameters.given.is_applier = !self.application.is_empty();
        parameters.given.giver = giver;
        parameters
    }

    fn list(&self, giver: &str) -> Result<Vec<Raw>, Vec<Problem>> {
        let text = self.parameters.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let wrong = |message: String| {
            let place = place(giver, "parameters", "");
            let problem = Problem::new(&rule::INVALID_PARAMETER, place, message);
            vec![problem.help("ARGOCD_APP_PARAMETERS is what Argo CD writes: `[{\"name\": \"region\", \"string\": \"us-east-2\"}]`")]
        };
        let value: Value = serde_json::from_str(text)
            .map_err(|error| wrong(format!("ARGOCD_APP_PARAMETERS is no JSON: {error}")))?;
        let items = match value {
            Value::Null => return Ok(Vec::new()),
            Value::Array(items) => items,
            _ => return Err(wrong("ARGOCD_APP_PARAMETERS is no list".to_owned())),
        };
        let raw = |item: Value| match item {
            Value::Object(fields) => Raw::of(&fields, giver).ok_or_else(|| {
                wrong("a parameter in ARGOCD_APP_PARAMETERS has no name".to_owned())
            }),
            _ => Err(wrong(
                "ARGOCD_APP_PARAMETERS holds something that is no parameter".to_owned(),
            )),
        };
        items.into_iter().map(raw).collect()
    }
}

/// Where problems of a parameter are: in one of the two lists of the Application.
pub(super) fn place(giver: &str, list: &str, name: &str) -> Place {
    let mut place = Place::in_file(format!("<{giver}>"));
    if !name.is_empty() {
        place.path = format!("spec.source.plugin.{list}.{name}");
    }
    place
}

fn unknown(raw: &Raw, place: Place) -> Problem {
    let message = format!("there is no parameter `{}`", raw.name);
    let meant = Known::meant(&raw.name).map(Known::name);
    let names: Vec<&str> = Known::all().into_iter().map(Known::name).collect();
    let help = match meant {
        Some(name) => format!("did you mean `{name}`?"),
        None => pool_parameters::meant(&raw.name).unwrap_or_else(|| {
            format!(
                "parameters are {} and `pool.<name>.<field>`",
                names.join(", ")
            )
        }),
    };
    Problem::new(&rule::UNKNOWN_PARAMETER, place, message)
        .help(help)
        .values(raw.name.as_str(), meant.map(str::to_owned))
}

impl Raw {
    fn of(fields: &Map<String, Value>, giver: &str) -> Option<Self> {
        let name = fields.get("name")?.as_str()?.to_owned();
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let values = match (fields.get("string"), fields.get("array"), fields.get("map")) {
            (Some(value), ..) if !value.is_null() => Values::String(text(value)),
            (_, Some(Value::Array(items)), _) => Values::Array(items.iter().map(text).collect()),
            (_, _, Some(Value::Object(entries))) => {
                let pair = |(key, value): (&String, &Value)| (key.clone(), text(value));
                Values::Map(entries.iter().map(pair).collect())
            }
            _ => Values::None,
        };
        let origin = format!("parameter {name} of {giver}");
        let place = place(giver, "parameters", &name);
        Some(Self {
            name,
            values,
            origin,
            place,
        })
    }

    /// The values, none of them empty; one at most where one is taken.
    fn values(&self, known: Known, place: &Place) -> Result<Vec<String>, Vec<Problem>> {
        let several: Vec<&str> = match &self.values {
            Values::None => Vec::new(),
            Values::String(text) => vec![text],
            Values::Array(items) if known.is_list() => items.iter().map(String::as_str).collect(),
            Values::Array(_) => return Err(vec![mistyped(known, "an array", place)]),
            Values::Map(_) => return Err(vec![mistyped(known, "a map", place)]),
        };
        let parts = several.into_iter().flat_map(|text| {
            if known.is_list() {
                text.split(',').collect()
            } else {
                vec![text]
            }
        });
        let parts = parts.map(str::trim);
        let parts = parts.filter(|part| is_value(part));
        Ok(parts.map(str::to_owned).collect())
    }
}

fn mistyped(known: Known, got: &str, place: &Place) -> Problem {
    let name = known.name();
    let (takes, example) = match known {
        Known::Fact(fact) if known.is_list() => (
            "an array",
            format!("array: [{}]", cluster::example_of(fact)),
        ),
        Known::Fact(fact) => (
            "a string",
            format!("string: \"{}\"", cluster::example_of(fact)),
        ),
        Known::Facts => (
            "an array",
            "array: [../../clusters/prod/facts.yaml]".to_owned(),
        ),
        Known::Cluster => ("a string", "string: prod".to_owned()),
        Known::DenyWarnings => ("a string", "string: \"true\"".to_owned()),
    };
    let message = format!("parameter `{name}` takes {takes}, not {got}");
    Problem::new(&rule::INVALID_PARAMETER, place.clone(), message)
        .help(format!("write `{{name: {name}, {example}}}`"))
}

impl Parameters {
    fn set(&mut self, known: Known, values: Vec<String>, raw: &Raw, place: &Place) -> Vec<Problem> {
        let origin = Origin {
            object: raw.origin.clone(),
            path: String::new(),
            place: place.clone(),
        };
        match known {
            Known::Facts => {
                let path = |path| FactsPath {
                    path,
                    origin: raw.origin.clone(),
                };
                self.facts = values.into_iter().map(path).collect();
                Vec::new()
            }
            Known::Cluster => {
                let name = values.into_iter().next();
                self.given.cluster = name.map(|name| (name, origin));
                Vec::new()
            }
            Known::DenyWarnings => {
                let value = values.into_iter().next().unwrap_or_default();
                self.deny_warnings = value == "true";
                let is_known = ["true", "false"].contains(&value.as_str());
                let wrong = (!is_known).then(|| {
                    let message = format!("parameter `{}` is `{value}`", known.name());
                    let problem = Problem::new(&rule::INVALID_PARAMETER, place.clone(), message);
                    problem
                        .help("write `\"true\"` or `\"false\"`")
                        .values(value.as_str(), None)
                });
                wrong.into_iter().collect()
            }
            Known::Fact(fact) => {
                let wrong: Vec<Problem> = (values.iter())
                    .filter_map(|value| {
                        let (reason, help) = facts::check(fact, value).err()?;
                        let message = format!("{fact} `{value}` {reason}");
                        let problem =
                            Problem::new(&rule::INVALID_PARAMETER, place.clone(), message);
                        Some(problem.help(help).values(value.as_str(), None))
                    })
                    .collect();
                // kept even so: what was given wrongly is not missing
                self.given.facts.push((fact, values, origin));
                wrong
            }
        }
    }
}
