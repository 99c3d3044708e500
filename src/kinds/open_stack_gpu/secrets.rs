//! Secrets that OpenStack needs: never made here, and looked at where the input has them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::api::open_stack_gpu::Release;
use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::sections;
use super::services::{self, OPTIONAL};

/// What install_yamls writes into every lab.
const KNOWN: [&str; 3] = [
    "12345678",
    "767c3ed056cbaa3b9dfedb8c6f825bf0",
    "sEFmdFjDUqRM2VemYslV5yGNWjokioJXsg8Nrlc3drU=",
];

const KEY_OF_KEYS: [(&str, &str); 1] = [("BarbicanSimpleCryptoKEK", "barbican")];

/// A Secret of the input, or what makes one.
struct Shown<'a> {
    document: &'a Document<'a>,
    root: Node,
    /// Its keys, each with its value where that stands here; `None` where another store decides.
    keys: Option<BTreeMap<String, Option<String>>>,
}

/// A Secret that is needed.
pub(super) struct Wanted {
    pub(super) name: String,
    /// Its keys, each with what needs it.
    pub(super) keys: Vec<(&'static str, &'static str)>,
    /// Whether all is taken that it has, as variables of Ansible.
    pub(super) is_whole: bool,
    /// Its type, where it is not `Opaque`.
    pub(super) of: Option<&'static str>,
    /// Whether it is for what is made, and not for a control plane of the input.
    pub(super) is_ours: bool,
}

/// The Secrets that are needed for a control plane, ours or that of the input whose `spec` is given, and for compute nodes.
pub(super) fn wanted(cloud: &Cloud<'_>, theirs: Option<&Node>) -> Vec<Wanted> {
    let opaque = |name: &str, keys: &[(&'static str, &'static str)]| Wanted {
        name: name.to_owned(),
        keys: keys.to_vec(),
        is_whole: keys.is_empty(),
        of: None,
        is_ours: true,
    };
    let mut wanted = Vec::new();
    if let Some(spec) = theirs {
        let keys = of_services(cloud, |service| reads_common(spec, service));
        let of_all = spec.str_at(&["secret"]).map(|name| opaque(name, &keys));
        let barbican = spec.get("barbican");
        let barbican = barbican.filter(|_| sections::is_on(spec, "barbican"));
        let of_keys = barbican.and_then(key_secret);
        let of_keys = of_keys.map(|name| opaque(&name, &KEY_OF_KEYS));
        wanted.extend(of_all.into_iter().chain(of_keys).map(|one| Wanted {
            is_ours: false,
            ..one
        }));
    } else {
        let is_always = |service: &str| services::KEYS.iter().any(|(_, of)| *of == service);
        let is_on = |service: &str| is_always(service) || services::is_on(cloud, service);
        wanted.push(opaque(cloud.osp_secret(), &of_services(cloud, is_on)));
        let mut optional = OPTIONAL.iter().filter(|one| one.is_on(cloud));
        let barbican = optional.find(|one| one.name == "barbican");
        let barbican = barbican.map(|one| {
            let mut section = Node::from_json(&one.section(cloud));
            let over = cloud.spec.control_plane_spec.as_ref();
            let over = over.and_then(|over| over.get("barbican"));
            if let Some(over) = over {
                section.merge_patch(&Node::from_json(over));
            }
            section
        });
        let of_keys = barbican.as_ref().and_then(key_secret);
        wanted.extend(of_keys.map(|name| opaque(&name, &KEY_OF_KEYS)));
        if services::is_on(cloud, "octavia") {
            let keys = [("server-ca-passphrase", "octavia")];
            wanted.push(opaque("octavia-ca-passphrase", &keys));
        }
    }
    of_nodes(cloud, opaque, &mut wanted);
    joined(wanted)
}

/// Those that compute nodes need.
fn of_nodes(
    cloud: &Cloud<'_>,
    opaque: impl Fn(&str, &[(&'static str, &'static str)]) -> Wanted,
    wanted: &mut Vec<Wanted>,
) {
    let Some(plane) = &cloud.spec.data_plane else {
        return;
    };
    // what is installed has the public key written into it; a host that is there knows it
    let ansible = [
        ("ssh-privatekey", "Ansible"),
        ("authorized_keys", "bare metal hosts"),
    ];
    let count = if plane.bare_metal.is_some() { 2 } else { 1 };
    wanted.push(opaque(cloud.ansible_ssh(), &ansible[..count]));
    let migration = [
        ("ssh-privatekey", "migrations"),
        ("ssh-publickey", "migrations"),
    ];
    wanted.push(Wanted {
        of: Some("kubernetes.io/ssh-auth"),
        ..opaque(cloud.migration_ssh(), &migration)
    });
    wanted.push(opaque("libvirt-secret", &[("LibvirtPassword", "libvirt")]));
    let variables = cloud.ansible_vars().into_iter();
    wanted.extend(variables.map(|name| opaque(name, &[])));
    let bare_metal = plane.bare_metal.as_ref();
    let of_root = bare_metal.and_then(|one| one.password_secret.as_deref());
    let key = [("NodeRootPassword", "bare metal hosts")];
    wanted.extend(of_root.map(|name| opaque(name, &key)));
}

/// The Secret that a section of Barbican takes its key of keys from, where it has one by its usual name.
fn key_secret(section: &Node) -> Option<String> {
    let template = section.get("template");
    let at = |field: &str| template.and_then(|template| template.get(field));
    let stores = at("enabledSecretStores").map_or(&[][..], Node::items);
    let is_simple = |store: &Node| store.text() == Some("simple_crypto");
    let is_elsewhere = !stores.is_empty() && !stores.iter().any(is_simple);
    if is_elsewhere || at("passwordSelectors").is_some() {
        return None;
    }
    let named = at("simpleCryptoBackendSecret").and_then(Node::text);
    Some(named.unwrap_or(services::KEY_SECRET).to_owned())
}

/// Each Secret once: one may be named for several uses.
fn joined(all: Vec<Wanted>) -> Vec<Wanted> {
    let mut joined: Vec<Wanted> = Vec::new();
    for one in all {
        match joined.iter_mut().find(|other| other.name == one.name) {
            Some(other) => {
                let is_new =
                    |(key, _): &&(&str, &str)| !other.keys.iter().any(|(has, _)| has == key);
                let new: Vec<_> = one.keys.iter().filter(is_new).copied().collect();
                other.keys.extend(new);
                other.is_whole |= one.is_whole;
                other.is_ours &= one.is_ours;
                other.of = other.of.or(one.of);
            }
            None => joined.push(one),
        }
    }
    joined
}

/// Keys that are missing, and values that everybody knows.
pub(super) fn check(cloud: &Cloud<'_>, wanted: &[Wanted], problems: &mut Problems) {
    for wanted in wanted {
        for shown in shown(cloud, &wanted.name) {
            missing(&shown, &wanted.name, &wanted.keys, problems);
            values(&shown, &wanted.name, problems);
        }
    }
}

/// Whether the input has a Secret, or what makes it.
pub(super) fn is_given(cloud: &Cloud<'_>, name: &str) -> bool {
    !shown(cloud, name).is_empty()
}

/// Whether a service of a control plane of the input is on and reads the keys that it reads by default, of the Secret of all
/// services.
fn reads_common(spec: &Node, service: &str) -> bool {
    let settings = match service {
        "telemetry.autoscaling" => spec.at(&["telemetry", "template", "autoscaling", "aodh"]),
        "telemetry.ceilometer" => spec.at(&["telemetry", "template", "ceilometer"]),
        _ => spec.at(&[service, "template"]),
    };
    let has_own = settings.is_some_and(|own| own.get("passwordSelectors").is_some());
    let secret = settings.and_then(|own| own.str_at(&["secret"]));
    let is_common = secret.is_none_or(|secret| Some(secret) == spec.str_at(&["secret"]));
    sections::is_on(spec, service) && is_common && !has_own
}

/// Keys of the passwords, with the service that needs each.
fn of_services(
    cloud: &Cloud<'_>,
    reads: impl Fn(&str) -> bool,
) -> Vec<(&'static str, &'static str)> {
    const OF_TELEMETRY: [(&str, &str); 2] = [
        ("CeilometerPassword", "telemetry.ceilometer"),
        ("AodhPassword", "telemetry.autoscaling"),
    ];
    let optional = OPTIONAL.iter();
    let optional = optional.flat_map(|one| one.keys.iter().map(|key| (*key, one.name)));
    let all = services::KEYS
        .into_iter()
        .chain(optional)
        .chain(OF_TELEMETRY);
    // from feature release 5 on one is made where there is none
    let root = cloud
        .known_release
        .is_some_and(|release| release < Release::Fr5);
    all.filter(|(key, service)| (*key != "DbRootPassword" || root) && reads(service))
        .collect()
}

fn shown<'a>(cloud: &Cloud<'a>, name: &str) -> Vec<Shown<'a>> {
    let mut all = Vec::new();
    for (_, document) in cloud.given_here("", "Secret") {
        if document.name == name
            && let Ok(root) = document.node()
        {
            let keys = Some(of_secret(&root));
            all.push(Shown {
                document,
                root,
                keys,
            });
        }
    }
    for (_, document) in cloud.given_here("external-secrets.io", "ExternalSecret") {
        let Ok(root) = document.node() else { continue };
        let target = root.str_at(&["spec", "target", "name"]);
        if target.unwrap_or(&document.name) == name {
            let keys = of_external(&root);
            all.push(Shown {
                document,
                root,
                keys,
            });
        }
    }
    all
}

fn of_secret(root: &Node) -> BTreeMap<String, Option<String>> {
    let mut keys = BTreeMap::new();
    for field in ["data", "stringData"] {
        for entry in root.get(field).map_or(&[][..], Node::entries) {
            let value = entry.value.text().map(str::to_owned);
            keys.insert(entry.key.clone(), value);
        }
    }
    keys
}

/// `dataFrom` takes whatever the store has.
fn of_external(root: &Node) -> Option<BTreeMap<String, Option<String>>> {
    if root
        .at(&["spec", "dataFrom"])
        .is_some_and(|from| !from.is_empty())
    {
        return None;
    }
    let template = root.at(&["spec", "target", "template", "data"]);
    let of_template = template.map_or(&[][..], Node::entries).iter();
    let mut keys: BTreeMap<_, _> = of_template.map(|entry| (entry.key.clone(), None)).collect();
    let data = root
        .at(&["spec", "data"])
        .map_or(&[][..], Node::items)
        .iter();
    let names = data.filter_map(|entry| entry.str_at(&["secretKey"]));
    keys.extend(names.map(|name| (name.to_owned(), None)));
    Some(keys)
}

fn missing(shown: &Shown<'_>, name: &str, wanted: &[(&str, &str)], problems: &mut Problems) {
    let Some(keys) = &shown.keys else { return };
    let lacks = |(key, _): &&(&str, &str)| !keys.contains_key(*key);
    let lacking: Vec<&(&str, &str)> = wanted.iter().filter(lacks).collect();
    if lacking.is_empty() {
        return;
    }
    let listed: Vec<String> = lacking
        .iter()
        .map(|(key, of)| format!("`{key}` ({of})"))
        .collect();
    let (kind, own) = (&shown.document.kind, &shown.document.name);
    let message = format!("{kind} `{own}` gives `{name}` no {}", listed.join(", "));
    let span = shown.root.span.start..shown.root.span.start;
    let place = shown.document.place(span, "metadata.name");
    let problem = Problem::new(&rule::SECRET_KEYS, place, message);
    problems.push(problem.help("add the keys, or switch off the services"));
}

/// Values are never told.
fn values(shown: &Shown<'_>, name: &str, problems: &mut Problems) {
    let span = shown.root.span.start..shown.root.span.start;
    let values = shown.keys.iter().flatten();
    let values = values.filter_map(|(key, value)| Some((key, value.as_deref()?)));
    let values: Vec<(&String, &str)> = values.collect();
    let is_known = |value: &str| {
        let mut known = KNOWN.iter();
        known.any(|known| value == *known || value == STANDARD.encode(known))
    };
    let known = values.iter().filter(|(_, value)| is_known(value.trim()));
    let known: Vec<String> = known.map(|(key, _)| format!("`{key}`")).collect();
    if !known.is_empty() {
        let message = format!(
            "of `{name}` install_yamls writes {} into every lab like that",
            known.join(", ")
        );
        let place = shown.document.place(span.clone(), "data");
        let problem = Problem::new(&rule::SECRET_DEFAULT, place, message);
        problems.push(problem.help("make values that nobody knows: `openssl rand -hex 16`; for BarbicanSimpleCryptoKEK `openssl rand -base64 32`"));
    }
    if !values.is_empty() && !shown.document.is_live() {
        let message = format!("the values of `{name}` stand in the input");
        let place = shown.document.place(span, "data");
        let problem = Problem::new(&rule::SECRET_IN_GIT, place, message);
        problems.push(problem.help("write an ExternalSecret or a SealedSecret of that name instead, or make the Secret with `oc create secret` and leave it out of Git"));
    }
}
