//! What a fact may look like. A fact lands in names, labels and filters of many objects, so a value that cannot be
//! right is caught where it is written.

use super::Fact;
use super::sources::architectures;
use crate::cloud;
use crate::cluster::FactName;
use crate::cluster::INFRASTRUCTURE_NAME;
use crate::krm::Node;
use crate::krm::scalar::Resolved;
use crate::problem::rules::facts as rule;
use crate::problem::{Problem, Problems, did_you_mean};
use crate::types::{AMI_ID, InfraName, InvalidName, Region, Release, Shape, Zone};

/// Why a value is no fact.
pub(super) struct Bad {
    /// Completes "<fact> `<value>` ...".
    pub(super) reason: String,
    /// What to write instead.
    pub(super) help: String,
    /// The value to write, when it is certain.
    pub(super) proposed: Option<String>,
}

impl Bad {
    pub(super) fn new(reason: &str, help: impl Into<String>) -> Self {
        Self {
            reason: reason.to_owned(),
            help: help.into(),
            proposed: None,
        }
    }

    /// For a field that a user wrote and left empty.
    pub(super) fn empty() -> Self {
        Self::new("is empty", "write a value, or remove the field")
    }

    /// For a text that should be a JSON object with a member.
    pub(super) fn json(member: &str) -> Self {
        let help = format!("it should be a JSON text like `{{\"{member}\":\"cluster-x7k2p\"}}`");
        Self::new("is not the JSON text that the claim should be", help)
    }
}

/// The text of a scalar that must be a string. Nothing for null and the empty string: the API server prints both for
/// what is not known.
pub(super) fn text(node: &Node) -> Result<Option<&str>, Bad> {
    match node.resolved() {
        Some(Resolved::Null) => Ok(None),
        Some(Resolved::Str) => Ok(node.text().filter(|text| !text.is_empty())),
        Some(_) => {
            let written = node.text().unwrap_or("");
            Err(Bad::new(
                "is a number or a boolean, not a string",
                format!("put quotes around it: `\"{written}\"`"),
            ))
        }
        None => Err(Bad::new(
            "is a list or a map, not a string",
            "write one string",
        )),
    }
}

/// Whether the text can be this fact.
pub(super) fn check(fact: FactName, text: &str) -> Result<(), Bad> {
    match fact {
        FactName::InfrastructureName => named(InfraName::SHAPE, text).map_err(|bad| Bad {
            help: format!("`{INFRASTRUCTURE_NAME}` prints it"),
            ..bad
        }),
        FactName::Region => named(Region::SHAPE, text),
        FactName::Zones => named(Zone::SHAPE, text),
        FactName::Platform => {
            let mut known: Vec<&str> = cloud::CLOUDS.iter().map(|one| one.profile().id).collect();
            known.sort_unstable();
            one_of(text, &known, &[])
        }
        FactName::OpenshiftVersion | FactName::InstalledVersion => named(Release::SHAPE, text),
        FactName::Architecture => {
            let known: Vec<&str> = architectures().collect();
            one_of(text, &known, &[("x86_64", "amd64"), ("aarch64", "arm64")])
        }
        FactName::Ami => named(&AMI_ID, text),
        FactName::Naming => one_of(text, &["capi", "terraform"], &[]),
        FactName::ProjectId | FactName::Managed | FactName::Topology => Ok(()),
        FactName::ClusterAutoscaler => {
            one_of(text, &["ScalesDown", "NeverScalesDown", "Absent"], &[])
        }
    }
}

/// A fact as what it says. Its text was checked where it was read; one that was not is a problem, not a gap.
pub(super) fn parsed<T, U>(
    fact: Option<Fact<T>>,
    parse: impl FnOnce(&T) -> Result<U, InvalidName>,
    problems: &mut Problems,
) -> Option<Fact<U>> {
    let fact = fact?;
    match parse(&fact.value) {
        Ok(value) => Some(Fact {
            value,
            origin: fact.origin,
        }),
        Err(invalid) => {
            let place = fact.origin.place.clone();
            problems.push(Problem::new(
                &rule::MALFORMED_FACT,
                place,
                invalid.to_string(),
            ));
            None
        }
    }
}

fn named(shape: &Shape, text: &str) -> Result<(), Bad> {
    shape.check(text).map_err(|invalid| {
        let reason = format!("is not {}", invalid.what);
        Bad::new(&reason, invalid.rule)
    })
}

fn one_of(text: &str, known: &[&str], aliases: &[(&str, &str)]) -> Result<(), Bad> {
    if known.contains(&text) {
        return Ok(());
    }
    let alias = aliases.iter().find(|(alias, _)| *alias == text);
    let proposed = match alias {
        Some((_, name)) => Some(*name),
        None => did_you_mean(text, known.iter().copied()),
    };
    let help = match proposed {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", known.join(", ")),
    };
    Err(Bad {
        proposed: proposed.map(str::to_owned),
        ..Bad::new("is not known", help)
    })
}
