//! The text of a captured ClusterFacts.

use std::fmt::Write as _;

use crate::api::LOCAL_CONFIG;
use crate::api::{GROUP, VERSION};
use crate::capture::catalogs::Catalogs;
use crate::capture::operators::Installed;
use crate::capture::{Wanted, is_captured};
use crate::cluster::{ClusterFacts, Fact, FactName, KEPT_LABEL, Origin, Worker};
use crate::krm::{Node, emit};
use crate::types::Release;

/// Fields that come from one object.
struct Block {
    comment: String,
    fields: Vec<(&'static str, Node)>,
}

/// What is installed on the cluster.
pub(crate) struct There<'a> {
    /// Operators.
    pub(crate) installed: &'a Installed,
    /// What catalogues offer.
    pub(crate) offered: &'a Catalogs,
    /// What is known of the ClusterAutoscaler, and the object that states it.
    pub(crate) autoscaler: Option<(String, String)>,
    /// Nodes with GPUs.
    pub(crate) nodes: Vec<Node>,
}

#[derive(Default)]
struct Blocks(Vec<Block>);

impl Blocks {
    /// Adds a field below the comment of its source.
    fn field(&mut self, comment: String, key: &'static str, value: Node) {
        match self.0.last_mut() {
            Some(last) if last.comment == comment => last.fields.push((key, value)),
            _ => self.0.push(Block {
                comment,
                fields: vec![(key, value)],
            }),
        }
    }

    fn fact<T>(&mut self, key: &'static str, fact: Option<&Fact<T>>, node: impl Fn(&T) -> Node) {
        if let Some(fact) = fact {
            self.field(source(&fact.origin), key, node(&fact.value));
        }
    }
}

/// The object without its file: the same cluster gives the same text wherever its dump lies.
fn source(origin: &Origin) -> String {
    origin.object.clone()
}

/// The whole document.
pub(crate) fn document(facts: &ClusterFacts, there: &There<'_>, wanted: &Wanted<'_>) -> String {
    let infra = facts.infrastructure_name.as_ref();
    let infra = infra.map_or(facts.name.as_str(), |fact| fact.value.as_str());
    let name = wanted.name.unwrap_or(infra);
    let mut text = emit::comment(&format!(
        "Facts of cluster {infra}, captured by `gpu-machineset facts`: review and commit."
    ));
    let annotations = Node::from([(LOCAL_CONFIG, "true".into())]);
    let metadata = Node::from([("name", name.into()), ("annotations", annotations)]);
    let head = Node::from([
        ("apiVersion", format!("{GROUP}/{VERSION}").into()),
        ("kind", "ClusterFacts".into()),
        ("metadata", metadata),
    ]);
    text.push_str(&emit::block(&head, 0));
    text.push_str("spec:\n");
    for block in blocks(facts, there, wanted).0 {
        for line in block.comment.lines() {
            text.push_str("  ");
            text.push_str(&emit::comment(line));
        }
        text.push_str(&emit::block(&Node::map(block.fields), 2));
    }
    text
}

fn blocks(facts: &ClusterFacts, there: &There<'_>, wanted: &Wanted<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    let text = |text: &String| Node::from(text.as_str());
    let release = |release: &Release| Node::from(release.as_str());
    blocks.fact(
        "infrastructureName",
        facts.infrastructure_name.as_ref(),
        |name| name.as_str().into(),
    );
    blocks.fact("platform", facts.platform.as_ref(), text);
    blocks.fact("region", facts.region.as_ref(), |name| name.as_str().into());
    blocks.fact("managed", facts.managed.as_ref(), text);
    // any other topology means nothing to us
    let hosted = facts
        .topology
        .as_ref()
        .filter(|fact| fact.value == "External");
    blocks.fact("topology", hosted, text);
    blocks.fact(
        "openshiftVersion",
        facts.openshift_version.as_ref(),
        release,
    );
    blocks.fact(
        "installedVersion",
        facts.installed_version.as_ref(),
        release,
    );
    for name in FactName::OWN {
        blocks.fact(name.field(), facts.own(name), text);
    }
    blocks.fact("zones", facts.zones.as_ref(), |zones| {
        let mut zones = zones.clone();
        zones.sort();
        let zones = zones.iter().map(|zone| Node::from(zone.as_str()));
        zones.collect::<Vec<_>>().into()
    });
    blocks.fact("architecture", facts.architecture.as_ref(), text);
    if let Some((value, source)) = &there.autoscaler {
        let value = value.as_str().into();
        blocks.field(source.clone(), "clusterAutoscaler", value);
    }
    operators(&mut blocks, there.installed);
    catalogs(&mut blocks, there.offered);
    if !there.nodes.is_empty() {
        let nodes = there.nodes.clone();
        blocks.field("Node".to_owned(), "nodes", nodes.into());
    }
    for (key, listed) in [
        ("failureDomains", &facts.failure_domains),
        ("resourceTags", &facts.resource_tags),
    ] {
        if let Some(first) = listed.values().next() {
            let all = listed.values().map(|fact| fact.value.clone());
            blocks.field(source(&first.origin), key, all.collect::<Vec<_>>().into());
        }
    }
    workers(&mut blocks, facts, wanted);
    blocks
}

fn operators(blocks: &mut Blocks, installed: &Installed) {
    if installed.is_empty() {
        return;
    }
    let entry = |(package, (operator, _)): (&String, &(_, String))| {
        let operator: &crate::api::cluster_facts::InstalledOperator = operator;
        let fields = [
            ("channel", operator.channel.as_ref()),
            ("namespace", operator.namespace.as_ref()),
        ];
        let fields = fields
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?.as_str())));
        let node = Node::map(fields.map(|(key, value)| (key, Node::from(value))));
        (package.clone(), node)
    };
    let mut sources: Vec<&str> = installed
        .values()
        .map(|(_, source)| source.as_str())
        .collect();
    sources.sort_unstable();
    sources.dedup();
    let comment = sources.join("\n");
    blocks.field(comment, "operators", Node::map(installed.iter().map(entry)));
}

fn catalogs(blocks: &mut Blocks, offered: &Catalogs) {
    if offered.is_empty() {
        return;
    }
    let mut catalogs = Node::map::<&str>([]);
    for ((source, package), offer) in offered {
        let channels: Vec<Node> = offer
            .channels
            .iter()
            .map(|one| one.as_str().into())
            .collect();
        let entry = catalogs.make(&[source, package]);
        entry.set("channels", channels);
        if let Some(default) = &offer.default {
            entry.set("default", default.as_str());
        }
    }
    blocks.field("PackageManifests".to_owned(), "catalogs", catalogs);
}

fn workers(blocks: &mut Blocks, facts: &ClusterFacts, wanted: &Wanted<'_>) {
    let none_plain = facts.workers.iter().all(|worker| worker.reserved.is_some());
    let (mut captured, left): (Vec<&Worker>, Vec<&Worker>) = facts
        .workers
        .iter()
        .partition(|worker| is_captured(worker, none_plain, wanted));
    if captured.is_empty() && left.is_empty() {
        return;
    }
    captured.sort_by_key(|worker| (worker.zone(), &worker.name));
    let (captured_are, left_are) = if none_plain && !captured.is_empty() {
        (
            "No MachineSet is of plain workers: a pool names the one to clone, `template: {machineSet: NAME}`",
            "\nLeft out",
        )
    } else {
        (
            "MachineSets of plain workers",
            ", without those that no pool clones unasked",
        )
    };
    let mut comment = String::from(captured_are);
    if !left.is_empty() {
        comment.push_str(left_are);
        comment.push_str(" (`--template NAME` adds one):");
    }
    for worker in left {
        let reason = worker.reserved.as_deref().unwrap_or("");
        let _ = write!(comment, "\n  {}: {reason}", worker.name);
    }
    let differ = facts.architecture.is_none();
    let entries: Vec<Node> = captured
        .iter()
        .map(|worker| entry(worker, differ))
        .collect();
    blocks.field(comment, "workerMachineSets", entries.into());
}

fn entry(worker: &Worker, architectures_differ: bool) -> Node {
    let mut provider_spec = Node::clone(&worker.provider_spec);
    // a relic of the type: machines have no such metadata
    provider_spec.remove("metadata");
    let mut node = Node::from([("name", worker.name.as_str().into())]);
    if let Some(zone) = worker.zone() {
        node.set("zone", zone);
    }
    if let Some(stream) = worker.labels.get(KEPT_LABEL) {
        node.set("labels", Node::from([(KEPT_LABEL, stream.as_str().into())]));
    }
    if let (true, Some(architecture)) = (architectures_differ, &worker.architecture) {
        node.set("architecture", architecture.as_str());
    }
    if let Some(reserved) = &worker.reserved {
        node.set("reserved", reserved.as_str());
    }
    node.set("providerSpec", provider_spec);
    node
}
