//! Sections of a control plane, ours or one of the input, as the API server stores them: one that is absent is off,
//! whatever its schema says of one that is there without `enabled`.

use serde_json::Value;

use crate::krm::{Document, Node};
use crate::problem::Place;

use super::cloud::Cloud;

/// Sections in their order, and whether one without `enabled` is on (openstackcontrolplane_types.go).
pub(super) const SECTIONS: [(&str, bool); 22] = [
    ("dns", true),
    ("galera", true),
    ("rabbitmq", true),
    ("memcached", true),
    ("keystone", true),
    ("placement", true),
    ("glance", true),
    ("cinder", true),
    ("ovn", true),
    ("neutron", true),
    ("nova", true),
    ("horizon", false),
    ("swift", true),
    ("barbican", true),
    ("designate", false),
    ("heat", false),
    ("ironic", false),
    ("manila", false),
    ("octavia", false),
    ("redis", false),
    ("telemetry", true),
    ("watcher", false),
];

/// Parts of telemetry that are switched by themselves, in the same way (telemetry_types.go).
pub(super) const OF_TELEMETRY: [(&str, bool); 4] = [
    ("ceilometer", true),
    ("metricStorage", false),
    ("autoscaling", false),
    ("cloudkitty", false),
];

/// The section of a service below `spec`, or the part of one: `telemetry.ceilometer`.
pub(super) fn section<'n>(spec: &'n Node, name: &str) -> Option<&'n Node> {
    let found = match name.split_once('.') {
        Some((service, part)) => spec.at(&[service, "template", part]),
        None => spec.get(name),
    };
    found.filter(|section| !section.is_null())
}

/// Whether a service is on, or a part of one.
pub(super) fn is_on(spec: &Node, name: &str) -> bool {
    let (service, part) = name.split_once('.').unwrap_or((name, ""));
    let all = if part.is_empty() {
        &SECTIONS[..]
    } else {
        &OF_TELEMETRY[..]
    };
    let last = if part.is_empty() { service } else { part };
    let default = all.iter().find(|(known, _)| *known == last);
    let default = default.is_some_and(|(_, default)| *default);
    let is_on = section(spec, name).is_some_and(|section| enabled(section).unwrap_or(default));
    is_on && (part.is_empty() || self::is_on(spec, service))
}

fn enabled(section: &Node) -> Option<bool> {
    match section.get("enabled")?.text()? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Whether it has the fields that the API server asks for; it is a part of a control plane otherwise.
pub(super) fn is_whole(spec: &Node) -> bool {
    let mut asked = ["secret", "storageClass"].iter();
    asked.all(|field| spec.get(field).is_some())
}

/// A control plane that is judged.
pub(super) struct Plane<'a> {
    pub(super) spec: &'a Node,
    /// The object of the input that it stands in, with its tree; none for ours.
    pub(super) theirs: Option<(&'a Document<'a>, &'a Node)>,
}

impl Plane<'_> {
    /// Whether a service is on, as far as this says it. Without the fields that the API server asks for it is a part of
    /// a control plane, a patch perhaps, and of what it does not say nothing is known.
    pub(super) fn says(&self, name: &str) -> Option<bool> {
        let service = name.split('.').next().unwrap_or(name);
        let is_said = is_whole(self.spec) || section(self.spec, service).is_some();
        is_said.then(|| is_on(self.spec, name))
    }

    /// The place of what switches a service that is there.
    pub(super) fn switch(&self, name: &str) -> Option<Place> {
        let (document, root) = self.theirs?;
        let service = name.split('.').next().unwrap_or(name);
        let off = if is_on(self.spec, service) {
            name
        } else {
            service
        };
        let there = section(self.spec, off)?;
        let path = path(off);
        if there.get("enabled").is_some() {
            return Some(crate::api::place(
                document,
                root,
                &format!("{path}.enabled"),
            ));
        }
        Some(crate::api::key_place(document, root, &path))
    }

    /// A section that works, with what this says of all services.
    pub(super) fn fitted(&self, mut block: Value) -> Value {
        if self.theirs.is_some() {
            self.fit(&mut block);
        }
        block
    }

    fn fit(&self, block: &mut Value) {
        const OF_ALL: [(&str, &str); 3] = [
            ("secret", "secret"),
            ("storageClass", "storageClass"),
            ("pvcStorageClass", "storageClass"),
        ];
        if let Value::Array(items) = block {
            for item in items {
                self.fit(item);
            }
            return;
        }
        let Value::Object(fields) = block else { return };
        for (key, value) in fields {
            let said = OF_ALL.iter().find(|(field, _)| field == key);
            match said.and_then(|(_, field)| self.spec.str_at(&[field])) {
                Some(said) => *value = said.into(),
                None => self.fit(value),
            }
        }
    }

    /// The place of the name of a service.
    pub(super) fn place(&self, cloud: &Cloud<'_>, name: &str) -> Place {
        match self.theirs {
            Some((document, root)) => crate::api::key_place(document, root, &path(name)),
            None => cloud.key_place(&format!("spec.services.{name}")),
        }
    }
}

/// `spec.telemetry.template.ceilometer`
pub(super) fn path(name: &str) -> String {
    match name.split_once('.') {
        Some((service, part)) => format!("spec.{service}.template.{part}"),
        None => format!("spec.{name}"),
    }
}
