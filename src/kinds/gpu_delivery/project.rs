//! The AppProject: what may be delivered, from where, to where, and by whom.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::api::gpu_delivery::{May, Role, SyncWindow, WindowKind};

use super::delivery::{Delivery, Part};

/// Everything that a policy may name, with the resource that Argo CD asks about.
const WORDS: [(May, &str, &str); 8] = [
    (May::Get, "applications", "get"),
    (May::Create, "applications", "create"),
    (May::Update, "applications", "update"),
    (May::Delete, "applications", "delete"),
    (May::Sync, "applications", "sync"),
    (May::Override, "applications", "override"),
    (May::Logs, "logs", "get"),
    (May::Exec, "exec", "create"),
];

/// What a role may do that says nothing; `None` for one that has to.
pub(super) fn by_default(role: &str) -> Option<Vec<May>> {
    match role {
        "admin" => Some(vec![May::All]),
        "readonly" => Some(vec![May::Get, May::Logs]),
        _ => None,
    }
}

/// The `spec` of the AppProject.
pub(super) fn spec(delivery: &Delivery<'_>) -> Value {
    let written = delivery.spec.project.as_ref();
    let description = written.and_then(|project| project.description.clone());
    let description = description.unwrap_or_else(|| {
        let names: Vec<&str> = delivery.parts.iter().map(Part::name).collect();
        let text = format!("Delivers {}", names.join(", "));
        text.chars().take(255).collect()
    });
    let repositories: BTreeSet<&str> = (delivery.parts.iter())
        .filter_map(|part| part.repository)
        .collect();
    let mut spec = json!({
        "description": description,
        "sourceRepos": repositories,
        "destinations": destinations(delivery),
        "clusterResourceWhitelist": kinds(delivery.parts.iter().flat_map(|part| &part.allowed.cluster)),
        "namespaceResourceWhitelist": kinds(delivery.parts.iter().flat_map(|part| &part.allowed.namespaced)),
    });
    let roles = written.and_then(|project| project.roles.as_ref());
    if let Some(roles) = roles {
        let role = |(name, role): (&String, &Role)| self::role(&delivery.project, name, role);
        spec["roles"] = roles.iter().map(role).collect();
    }
    let windows = written.and_then(|project| project.sync_windows.as_ref());
    if let Some(windows) = windows.filter(|windows| !windows.is_empty()) {
        spec["syncWindows"] = windows.iter().map(window).collect();
    }
    spec
}

fn kinds<'a>(kinds: impl Iterator<Item = &'a (String, String)>) -> Value {
    let kinds: BTreeSet<_> = kinds.collect();
    let entry = |(group, kind): &(String, String)| json!({"group": group, "kind": kind});
    kinds.into_iter().map(entry).collect()
}

fn destinations(delivery: &Delivery<'_>) -> Value {
    let mut all = BTreeSet::new();
    for part in &delivery.parts {
        let namespaces: BTreeSet<&str> = (part.allowed.namespaces.iter().map(String::as_str))
            .chain([part.namespace])
            .chain(
                part.component
                    .namespaces
                    .iter()
                    .flatten()
                    .map(String::as_str),
            )
            .collect();
        for server in delivery.servers_of(part) {
            all.extend(
                namespaces
                    .iter()
                    .map(|namespace| (server.clone(), *namespace)),
            );
        }
    }
    let entry = |(server, namespace)| json!({"server": server, "namespace": namespace});
    all.into_iter().map(entry).collect()
}

/// Policies that Argo CD's own validation takes: the subject is the role, the object is of the project.
fn role(project: &str, name: &str, role: &Role) -> Value {
    let may = role
        .may
        .clone()
        .or_else(|| by_default(name))
        .unwrap_or_default();
    let policy = |(resource, action): (&str, &str)| {
        format!("p, proj:{project}:{name}, {resource}, {action}, {project}/*, allow")
    };
    let policies: Vec<String> = if may.contains(&May::All) {
        let all = [("applications", "*"), ("exec", "create"), ("logs", "get")];
        all.into_iter().map(policy).collect()
    } else {
        let words = WORDS.iter().filter(|(word, ..)| may.contains(word));
        words
            .map(|(_, resource, action)| policy((resource, action)))
            .collect()
    };
    let mut entry = json!({"name": name, "policies": policies});
    if let Some(groups) = role.groups.as_ref().filter(|groups| !groups.is_empty()) {
        let groups: BTreeSet<&String> = groups.iter().collect();
        entry["groups"] = json!(groups);
    }
    entry
}

/// Argo CD refuses a window that is for nothing.
fn window(window: &SyncWindow) -> Value {
    let kind = match window.kind {
        WindowKind::Allow => "allow",
        WindowKind::Deny => "deny",
    };
    let mut entry = Map::new();
    entry.insert("kind".to_owned(), kind.into());
    entry.insert("schedule".to_owned(), window.schedule.clone().into());
    entry.insert("duration".to_owned(), window.duration.clone().into());
    let is_for = [
        ("applications", &window.applications),
        ("namespaces", &window.namespaces),
        ("clusters", &window.clusters),
    ];
    let mut is_for_all = true;
    for (key, names) in is_for {
        if let Some(names) = names.as_ref().filter(|names| !names.is_empty()) {
            entry.insert(key.to_owned(), names.clone().into());
            is_for_all = false;
        }
    }
    if is_for_all {
        entry.insert("applications".to_owned(), json!(["*"]));
    }
    if let Some(manual) = window.manual_sync {
        entry.insert("manualSync".to_owned(), manual.into());
    }
    if let Some(zone) = &window.time_zone {
        entry.insert("timeZone".to_owned(), zone.clone().into());
    }
    entry.into()
}
