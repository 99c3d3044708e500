//! What a fact may look like. A fact lands in names, labels and filters of many objects, so a value that cannot be
//! right is caught where it is written.

use super::sources::{FactName, architectures};
use crate::krm::Node;
use crate::krm::scalar::Resolved;
use crate::problem::did_you_mean;

/// Platform types of openshift/api `config/v1/types_infrastructure.go`.
const PLATFORMS: [&str; 16] = [
    "AWS",
    "AlibabaCloud",
    "Azure",
    "BareMetal",
    "EquinixMetal",
    "External",
    "GCP",
    "IBMCloud",
    "KubeVirt",
    "Libvirt",
    "None",
    "Nutanix",
    "OpenStack",
    "PowerVS",
    "VSphere",
    "oVirt",
];

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
        FactName::InfrastructureName => infrastructure_name(text),
        FactName::Region | FactName::Zones => place(text),
        FactName::Platform => one_of(text, &PLATFORMS, &[]),
        FactName::OpenshiftVersion | FactName::InstalledVersion => version(text),
        FactName::Architecture => {
            let known: Vec<&str> = architectures().collect();
            one_of(text, &known, &[("x86_64", "amd64"), ("aarch64", "arm64")])
        }
        FactName::Ami => ami(text),
        FactName::Naming => one_of(text, &["capi", "terraform"], &[]),
        FactName::Managed | FactName::Topology => Ok(()),
    }
}

fn infrastructure_name(text: &str) -> Result<(), Bad> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.len() <= 57 && text.chars().all(legal) && !text.starts_with('-') && !text.ends_with('-')
    {
        return Ok(());
    }
    Err(Bad::new(
        "is no infrastructure name: lower case letters, digits and `-` only, 57 characters at most",
        "`oc get infrastructure cluster -o jsonpath='{.status.infrastructureName}'` prints it",
    ))
}

fn place(text: &str) -> Result<(), Bad> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.len() <= 63 && text.chars().all(legal) {
        return Ok(());
    }
    let help = "write it as the cloud spells it, as `us-east-2` or `us-east-2a`";
    Err(Bad::new("is no name of a cloud's region or zone", help))
}

fn version(text: &str) -> Result<(), Bad> {
    let mut parts = text.splitn(3, '.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    if number(parts.next()) && number(parts.next()) && parts.next() != Some("") {
        return Ok(());
    }
    let help = "write it as `\"4.20.8\"` or `\"4.20\"`, in quotes";
    Err(Bad::new("is no OpenShift version", help))
}

fn ami(text: &str) -> Result<(), Bad> {
    let id = text.strip_prefix("ami-").unwrap_or("");
    if matches!(id.len(), 8 | 17) && id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(());
    }
    let help = "an AMI is `ami-` and 8 or 17 hexadecimal digits; `oc get configmap coreos-bootimages -n openshift-machine-config-operator -o yaml` holds those of the cluster's release";
    Err(Bad::new("is no AMI", help))
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
