//! Failure domains: no field of a provider spec names one, its workspace and networks are those of one.

use crate::cloud::vsphere::known_fields;
use crate::cluster::ClusterFacts;
use crate::krm::Node;

/// Fields of a workspace by which the machine-config-operator finds the domain of a set (`vsphere_helpers.go`).
const TELLING: [&str; 5] = [
    "server",
    "datacenter",
    "datastore",
    "resourcePool",
    "vmGroup",
];

/// The domain that a provider spec is in.
pub(super) fn of<'n>(spec: &Node, facts: &'n ClusterFacts) -> Option<&'n str> {
    let mut spec = spec.clone();
    known_fields::TABLE.respell(&mut spec);
    let workspace = spec.get("workspace")?;
    let mut domains = facts.failure_domains.iter();
    let found = domains.find(|(_, fact)| {
        let expected = workspace_of(&fact.value, "");
        let said = |node: &Node, key: &str| {
            let text = node.str_at(&[key]).filter(|text| !text.is_empty());
            // the installer wrote `<cluster>//Resources` for a while
            text.map(|text| text.replace("//", "/"))
        };
        TELLING
            .iter()
            .all(|key| said(workspace, key) == said(&expected, key))
    });
    found.map(|(name, _)| name.as_str())
}

/// The workspace of a domain, as the installer writes it (installer pkg/asset/machines/vsphere).
fn workspace_of(domain: &Node, infra: &str) -> Node {
    let text = |path: &[&str]| {
        let text = domain.str_at(path).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let topology = |key: &str| text(&["topology", key]);
    let datacenter = topology("datacenter");
    let root = datacenter
        .as_deref()
        .map(|name| name.trim_start_matches('/'));
    let folder = root.map(|name| format!("/{name}/vm/{infra}"));
    let pool = topology("computeCluster").map(|cluster| format!("{cluster}/Resources"));
    let fields = [
        ("datacenter", datacenter.clone()),
        ("datastore", topology("datastore")),
        ("folder", topology("folder").or(folder)),
        ("resourcePool", topology("resourcePool").or(pool)),
        ("server", text(&["server"])),
        ("vmGroup", text(&["zoneAffinity", "hostGroup", "vmGroup"])),
    ];
    let fields = fields.into_iter();
    Node::map(fields.filter_map(|(key, value)| Some((key, Node::from(value?)))))
}

/// Moves a provider spec into a domain.
pub(super) fn place(spec: &mut Node, domain: &Node, infra: &str) {
    spec.set("workspace", workspace_of(domain, infra));
    let networks = domain.at(&["topology", "networks"]);
    let networks = networks.map(Node::items).unwrap_or_default().iter();
    let devices: Vec<Node> = networks
        .filter_map(|name| Some(Node::from([("networkName", name.text()?.into())])))
        .collect();
    if !devices.is_empty() {
        spec.set("network", Node::from([("devices", devices.into())]));
    }
}
