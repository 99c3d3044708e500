//! Settings of Nova that the input holds already: those of the control plane, and those that compute nodes get out of
//! ConfigMaps.

use crate::krm::{Document, Node};
use crate::problem::Place;

use super::cloud::Cloud;
use super::node_set::{GROUP, KIND, SERVICE};
use super::nova::CONFIG;
use super::objects::CORE;

/// Read by the default service of Nova, wherever it is there.
const EXTRA: &str = "nova-extra-config";

/// Who reads a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Api,
    Scheduler,
    Conductor,
    Compute,
}

/// A text.
pub(super) struct Text {
    pub(super) reader: Reader,
    pub(super) said: String,
    pub(super) place: Place,
    /// The ConfigMap that holds it, for computes.
    pub(super) map: Option<String>,
    /// Its key there.
    pub(super) key: String,
}

/// All of them.
pub(super) fn all(cloud: &Cloud<'_>) -> Vec<Text> {
    let mut texts = Vec::new();
    for (_, document) in cloud.given_here(CORE, "OpenStackControlPlane") {
        let Ok(root) = document.node() else { continue };
        of_control_plane(document, &root, &mut texts);
    }
    let mut names = vec![EXTRA.to_owned()];
    for (_, document) in cloud.given_here(GROUP, SERVICE) {
        names.extend(maps_of(document));
    }
    for (_, document) in cloud.given_here("", "ConfigMap") {
        if !names.iter().any(|name| *name == document.name) {
            continue;
        }
        let Ok(root) = document.node() else { continue };
        for entry in root.get("data").map_or(&[][..], Node::entries) {
            let Some(text) = entry.value.text() else {
                continue;
            };
            texts.push(Text {
                reader: Reader::Compute,
                said: text.to_owned(),
                place: document.place(entry.key_span.clone(), format!("data[\"{}\"]", entry.key)),
                map: Some(document.name.to_string()),
                key: entry.key.clone(),
            });
        }
    }
    texts
}

fn of_control_plane(document: &Document<'_>, root: &Node, texts: &mut Vec<Text>) {
    let template = ["spec", "nova", "template"];
    let cells = root.at(&template).and_then(|one| one.get("cellTemplates"));
    let mut parts = vec![
        (Reader::Api, vec!["apiServiceTemplate"]),
        (Reader::Scheduler, vec!["schedulerServiceTemplate"]),
    ];
    for entry in cells.map_or(&[][..], Node::entries) {
        let path = vec![
            "cellTemplates",
            entry.key.as_str(),
            "conductorServiceTemplate",
        ];
        parts.push((Reader::Conductor, path));
    }
    for (reader, path) in parts {
        let path: Vec<&str> = template
            .iter()
            .copied()
            .chain(path)
            .chain([CONFIG])
            .collect();
        let text = root.str_at(&path).unwrap_or_default();
        texts.push(Text {
            reader,
            said: text.to_owned(),
            place: crate::api::place(document, root, &path.join(".")),
            map: None,
            key: CONFIG.to_owned(),
        });
    }
}

/// ConfigMaps that a service of the data plane puts onto nodes, where it is one of Nova.
fn maps_of(service: &Document<'_>) -> Vec<String> {
    let Ok(root) = service.node() else {
        return Vec::new();
    };
    if root.str_at(&["spec", "edpmServiceType"]) != Some("nova") {
        return Vec::new();
    }
    let sources = root
        .at(&["spec", "dataSources"])
        .map_or(&[][..], Node::items);
    let names = sources
        .iter()
        .filter_map(|one| one.str_at(&["configMapRef", "name"]));
    names.map(str::to_owned).collect()
}

/// NodeSets of the input with the ConfigMaps that their Nova reads; `None` where a service of theirs is not in the input.
pub(super) fn node_sets<'a>(cloud: &Cloud<'a>) -> Vec<(&'a Document<'a>, Option<Vec<String>>)> {
    let mut sets = Vec::new();
    for (_, document) in cloud.given_here(GROUP, KIND) {
        let Ok(root) = document.node() else { continue };
        let names = root.at(&["spec", "services"]).map_or(&[][..], Node::items);
        let names: Vec<&str> = names.iter().filter_map(Node::text).collect();
        let mut maps = vec![EXTRA.to_owned()];
        let mut is_known = names.is_empty() || names.contains(&"nova");
        for (_, service) in cloud.given_here(GROUP, SERVICE) {
            if names.contains(&service.name.as_ref()) {
                let own = maps_of(service);
                is_known |= !own.is_empty();
                maps.extend(own);
            }
        }
        sets.push((document, is_known.then_some(maps)));
    }
    sets
}
