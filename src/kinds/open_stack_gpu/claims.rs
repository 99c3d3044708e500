//! Claims of the input, and what a control plane of the input claims, against the volumes that there are.

use crate::krm::{Document, Node};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::quantity;

use super::cloud::Cloud;
use super::objects::CORE;
use super::volumes::{self, Volume};

/// Provisioners of LVM Storage, and how its classes begin (lvms-operator: `lvms-<device class>`).
const LVMS: [&str; 2] = ["topolvm.io", "topolvm.cybozu.com"];
const LVMS_CLASS: &str = "lvms-";
/// Bytes of a sector.
const SECTOR: u64 = 512;

/// A claim.
struct Claim {
    what: String,
    class: String,
    size: String,
    /// Where its size stands.
    place: Place,
    /// Where `ReadWriteMany` stands.
    many: Option<Place>,
}

/// Says what is wrong with them.
pub(super) fn check(cloud: &Cloud<'_>, all: &[Volume], problems: &mut Problems) {
    for claim in claims(cloud) {
        let is_static = volumes::is_static(cloud, &claim.class);
        let of_class = || all.iter().filter(|volume| volume.class == claim.class);
        if is_static {
            too_large(&claim, of_class(), problems);
            many_nodes(&claim, of_class(), problems);
        }
        let of_lvms = || {
            let provisioner = volumes::provisioner(cloud, &claim.class);
            provisioner.is_some_and(|one| LVMS.contains(&one.as_str()))
        };
        if claim.class.starts_with(LVMS_CLASS) || of_lvms() {
            sectors(&claim, problems);
        }
    }
}

fn claims(cloud: &Cloud<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (_, document) in cloud.given_here("", "PersistentVolumeClaim") {
        let Some(root) = document.node().ok().filter(|_| !document.is_live()) else {
            continue;
        };
        let size = root.at(&["spec", "resources", "requests", "storage"]);
        let size = size.and_then(Node::text);
        let (Some(size), Some(class)) = (size, root.str_at(&["spec", "storageClassName"])) else {
            continue;
        };
        let place = |path: &str| crate::api::place(document, &root, path);
        let modes = root
            .at(&["spec", "accessModes"])
            .map_or(&[][..], Node::items);
        let many = modes
            .iter()
            .find(|mode| mode.text() == Some("ReadWriteMany"));
        let many = many.map(|mode| document.place(mode.span.clone(), "spec.accessModes"));
        claims.push(Claim {
            what: format!("claim `{}`", document.name),
            class: class.to_owned(),
            size: size.to_owned(),
            place: place("spec.resources.requests.storage"),
            many,
        });
    }
    for (_, document) in cloud.given_here(CORE, "OpenStackControlPlane") {
        let Some(root) = document.node().ok().filter(|_| !document.is_live()) else {
            continue;
        };
        if let Some(spec) = root.get("spec") {
            let class = spec.str_at(&["storageClass"]).unwrap_or_default();
            of_section(document, spec, (class, "spec".to_owned()), &mut claims);
        }
    }
    claims
}

/// Every `storageRequest` below a section; its class stands beside it, or is that of all.
fn of_section(
    document: &Document<'_>,
    section: &Node,
    (class, path): (&str, String),
    claims: &mut Vec<Claim>,
) {
    for (size, of) in [
        ("storageRequest", "storageClass"),
        ("pvcStorageRequest", "pvcStorageClass"),
    ] {
        let Some(there) = section.get(size) else {
            continue;
        };
        let Some(text) = there.text().filter(|text| !text.is_empty()) else {
            continue;
        };
        let own = section.str_at(&[of]).filter(|class| !class.is_empty());
        claims.push(Claim {
            what: format!("`{}`", path.trim_start_matches("spec.")),
            class: own.unwrap_or(class).to_owned(),
            size: text.to_owned(),
            place: document.place(there.span.clone(), format!("{path}.{size}")),
            many: None,
        });
    }
    for entry in section.entries() {
        let path = format!("{path}.{}", entry.key);
        of_section(document, &entry.value, (class, path), claims);
    }
    for (index, item) in section.items().iter().enumerate() {
        of_section(document, item, (class, format!("{path}[{index}]")), claims);
    }
}

/// A claim takes a volume that is at least as large.
fn too_large<'v>(claim: &Claim, all: impl Iterator<Item = &'v Volume>, problems: &mut Problems) {
    let sized = all.filter_map(|volume| Some((quantity::bytes(&volume.size)?, &volume.size)));
    let largest = sized.max_by_key(|(bytes, _)| *bytes);
    let (Some((most, text)), Some(wanted)) = (largest, quantity::bytes(&claim.size)) else {
        return;
    };
    if wanted <= most {
        return;
    }
    let message = format!(
        "{} asks for {}, and the largest volume of the class `{}` has {text}: it stays pending",
        claim.what, claim.size, claim.class
    );
    let problem = Problem::new(&rule::VOLUMES, claim.place.clone(), message);
    let problem = problem.values(claim.size.as_str(), Some(text.clone()));
    problems.push(problem.help(format!("write `{text}` or less, or make larger volumes")));
}

/// The modes of a local volume let a claim bind, and no more.
fn many_nodes<'v>(claim: &Claim, all: impl Iterator<Item = &'v Volume>, problems: &mut Problems) {
    let Some(place) = &claim.many else { return };
    let mut nodes: Vec<&String> = all.flat_map(|volume| &volume.nodes).collect();
    nodes.sort();
    nodes.dedup();
    if nodes.len() < 2 {
        return;
    }
    let message = format!(
        "{} is for pods of several nodes, and a volume of the class `{}` is a folder of one: pods on other nodes stay pending",
        claim.what, claim.class
    );
    let problem = Problem::new(&rule::PV_MANY_NODES, place.clone(), message);
    problems.push(
        problem
            .fact(format!("volumes of the class are on {} nodes", nodes.len()))
            .help("keep its pods on one node and ask for `ReadWriteOnce`; or take a class whose volumes are shared, as of CephFS or NFS"),
    );
}

/// TopoLVM refuses what is no whole sector.
fn sectors(claim: &Claim, problems: &mut Problems) {
    let Some(bytes) = quantity::bytes(&claim.size).filter(|bytes| bytes % SECTOR != 0) else {
        return;
    };
    let message = format!(
        "{} asks for {} of the class `{}`, which is no multiple of {SECTOR} bytes: LVM Storage refuses it",
        claim.what, claim.size, claim.class
    );
    let whole = match claim.size.chars().last() {
        Some('k' | 'M' | 'G' | 'T' | 'P') => format!("{}i", claim.size.replace('k', "K")),
        _ => (bytes.div_ceil(SECTOR) * SECTOR).to_string(),
    };
    let problem = Problem::new(&rule::CLAIM_SIZE, claim.place.clone(), message);
    let problem = problem.values(claim.size.as_str(), Some(whole.clone()));
    problems.push(problem.help(format!("write `{whole}`")));
}
