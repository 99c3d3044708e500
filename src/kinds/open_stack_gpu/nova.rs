//! What Nova has to know of the GPUs, where: the API, the scheduler, every conductor, the computes.

use super::cloud::Cloud;
use super::ini::{How, Setting};

/// Field that holds settings of a service.
pub(super) const CONFIG: &str = "customServiceConfig";
/// Nova in the `spec` of an OpenStackControlPlane.
pub(super) const TEMPLATE: [&str; 2] = ["nova", "template"];

/// Settings of a part of Nova, by its path below its template.
pub(super) struct Part {
    pub(super) path: Vec<String>,
    pub(super) settings: Vec<Setting>,
}

/// The parts of a control plane with these cells.
pub(super) fn parts<'c>(cloud: &Cloud<'_>, cells: impl Iterator<Item = &'c str>) -> Vec<Part> {
    let mut of_api = placement(cloud);
    of_api.extend(aliases(cloud));
    let path = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let mut parts = vec![Part {
        path: path(&["apiServiceTemplate"]),
        settings: of_api,
    }];
    if cloud.uses_placement() {
        parts.push(Part {
            path: path(&["schedulerServiceTemplate"]),
            settings: placement(cloud),
        });
        // cell0 has the conductor of all cells
        parts.extend(cells.map(|cell| Part {
            path: path(&["cellTemplates", cell, "conductorServiceTemplate"]),
            settings: placement(cloud),
        }));
    }
    // of vGPUs alone no part has to know
    parts.retain(|part| !part.settings.is_empty());
    parts
}

/// The scheduler asks Placement for GPUs; API and conductors write what it asks for.
fn placement(cloud: &Cloud<'_>) -> Vec<Setting> {
    let setting = Setting {
        section: "filter_scheduler",
        option: "pci_in_placement",
        value: "True".to_owned(),
        how: How::Bool,
    };
    if cloud.uses_placement() {
        vec![setting]
    } else {
        Vec::new()
    }
}

/// The aliases, in the API and on computes alike: a resize or a migration asks the compute for them.
pub(super) fn aliases(cloud: &Cloud<'_>) -> Vec<Setting> {
    let alias = |alias: &super::gpus::Alias<'_>| Setting {
        section: "pci",
        option: "alias",
        value: alias.text(),
        how: How::Named,
    };
    cloud.aliases.iter().map(alias).collect()
}
