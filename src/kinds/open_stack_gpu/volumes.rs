//! Volumes and claims of the input: folders of nodes that nothing makes, that two volumes have, or that are smaller than
//! what claims them.

use std::collections::{BTreeMap, BTreeSet};

use crate::krm::{Document, Node};
use crate::plan::Made;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::folders::{self, Prepared};
use super::nodes::HOSTNAME;

/// A volume in a folder of a node.
pub(super) struct Volume {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) nodes: Vec<String>,
    pub(super) class: String,
    pub(super) size: String,
    /// Where its path stands; none for what is made, or shown by facts.
    place: Option<Place>,
    /// The placeholder that it is made from.
    from: Option<String>,
    /// Whether that is this one.
    is_own: bool,
}

impl Volume {
    fn read(root: &Node, name: &str) -> Option<Self> {
        let terms = ["spec", "nodeAffinity", "required", "nodeSelectorTerms"];
        let terms = root.at(&terms).map_or(&[][..], Node::items).iter();
        let asks = terms.flat_map(|term| {
            let asks = term.get("matchExpressions");
            asks.map_or(&[][..], Node::items)
        });
        let asks = asks.filter(|ask| ask.str_at(&["key"]) == Some(HOSTNAME));
        let nodes = asks.flat_map(|ask| ask.get("values").map_or(&[][..], Node::items));
        let class = root.str_at(&["spec", "storageClassName"]);
        let size = root.at(&["spec", "capacity", "storage"]);
        let size = size.and_then(Node::text);
        Some(Self {
            name: name.to_owned(),
            path: folders::clean(root.str_at(&["spec", "local", "path"])?),
            nodes: nodes.filter_map(Node::text).map(str::to_owned).collect(),
            class: class.unwrap_or_default().to_owned(),
            size: size.unwrap_or_default().to_owned(),
            place: None,
            from: None,
            is_own: false,
        })
    }

    /// The folder that its own is in.
    fn parent(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(parent, _)| parent)
    }
}

/// Those of the input and of facts, and those that are made for the cluster, here before others.
pub(super) fn all(cloud: &Cloud<'_>, made: &[Made], before: &[Made]) -> Vec<Volume> {
    let own = made.iter().map(|made| (made, true));
    let own = own.chain(before.iter().map(|made| (made, false)));
    let own = own.filter(|(made, _)| made.cluster == cloud.cluster);
    let own = own.filter_map(|(made, is_own)| {
        let node = made.node.as_ref();
        let name = node.str_at(&["metadata", "name"])?;
        let is_volume = node.str_at(&["kind"]) == Some("PersistentVolume");
        let volume = Volume::read(node, name).filter(|_| is_volume)?;
        let from = Some(made.from.to_string());
        Some(Volume {
            from,
            is_own,
            ..volume
        })
    });
    let mut all: Vec<Volume> = own.collect();
    for (_, document) in cloud.given("", "PersistentVolume") {
        let Ok(root) = document.node() else { continue };
        let Some(volume) = Volume::read(&root, &document.name) else {
            continue;
        };
        let place = crate::api::place(document, &root, "spec.local.path");
        let place = (!document.is_live()).then_some(place);
        all.push(Volume { place, ..volume });
    }
    all
}

/// Says what is wrong with folders.
pub(super) fn check(cloud: &Cloud<'_>, all: &[Volume], problems: &mut Problems) {
    shared(cloud, all, problems);
    if let Some(jobs) = folders::prepared(cloud) {
        unprepared(all, &jobs, problems);
    }
}

/// Folders that two volumes of different names have, said once for each two who have them.
fn shared(cloud: &Cloud<'_>, all: &[Volume], problems: &mut Problems) {
    // by who made what is there, and what is here
    type Pairs<'v> = Vec<(&'v Volume, &'v Volume)>;
    let mut found: BTreeMap<(Option<String>, String), Pairs<'_>> = BTreeMap::new();
    for (index, volume) in all.iter().enumerate() {
        let is_on = |node: &String| volume.nodes.contains(node);
        let meets = |other: &&Volume| {
            other.path == volume.path && other.name != volume.name && other.nodes.iter().any(is_on)
        };
        // what facts show is there, and is no mistake of the input; those of another placeholder are said there
        let is_said = |one: &Volume| one.place.is_some() || one.is_own;
        for other in all.iter().take(index).filter(meets) {
            let (here, there) = if is_said(volume) {
                (volume, other)
            } else {
                (other, volume)
            };
            if is_said(here) {
                let key = (there.from.clone(), here.from.clone().unwrap_or_default());
                found.entry(key).or_default().push((here, there));
            }
        }
    }
    for pairs in found.values() {
        let Some((here, there)) = pairs.first() else {
            continue;
        };
        let of = match &there.from {
            Some(from) => format!("that is made from {from}"),
            None => "of somebody else's".to_owned(),
        };
        let more = match pairs.len() {
            1 => String::new(),
            count => format!(", and {} more do so", count - 1),
        };
        let message = format!(
            "volume `{}` has the folder {} of a node, which `{}` has, a volume {of}{more}",
            here.name, here.path, there.name
        );
        let place = here.place.clone();
        let place = place.unwrap_or_else(|| cloud.place("spec.storage.local.path"));
        let problem = Problem::new(&rule::PV_PATHS, place, message);
        problems.push(match here.place {
            Some(_) => problem.help("give it a folder of its own, or remove it"),
            None => problem.help("volumes of another OpenStack need folders of their own: `path: /mnt/other` below `storage.local`, and a `storage.class` of their own"),
        });
    }
}

/// Folders beside those that a Job makes.
fn unprepared(all: &[Volume], jobs: &[Prepared<'_>], problems: &mut Problems) {
    let written = || all.iter().filter(|volume| volume.place.is_some());
    let parents: BTreeSet<&str> = written().map(Volume::parent).collect();
    for parent in parents {
        let is_in = |path: &String| path.rsplit_once('/').is_some_and(|(of, _)| of == parent);
        let here: Vec<&Prepared<'_>> = (jobs.iter())
            .filter(|job| job.folders.iter().any(is_in))
            .collect();
        let Some(job) = here.first() else { continue };
        let volumes: Vec<&Volume> = written().filter(|one| one.parent() == parent).collect();
        let lacks = |volume: &&&Volume| {
            let is_made = |job: &&&Prepared<'_>| {
                let is_there = job
                    .node
                    .as_ref()
                    .is_none_or(|node| volume.nodes.contains(node));
                is_there && job.folders.contains(&volume.path)
            };
            !here.iter().any(|job| is_made(&job))
        };
        let lacking: Vec<&&Volume> = volumes.iter().filter(lacks).collect();
        if let Some(first) = lacking.first() {
            problems.extend(not_made(job, first, lacking.len()));
        } else {
            problems.extend(one_node(&here, &volumes));
        }
    }
}

fn not_made(job: &Prepared<'_>, volume: &Volume, count: usize) -> Option<Problem> {
    let more = match count {
        1 => String::new(),
        count => format!(", nor those of {} more", count - 1),
    };
    let (kind, name) = (&job.document.kind, &job.document.name);
    let message = format!(
        "volume `{}` is in {}, a folder that {kind} `{name}` does not make{more}",
        volume.name, volume.path
    );
    let problem = Problem::new(&rule::PV_PATHS, volume.place.clone()?, message);
    let plain = number_of(&volume.path);
    let near = job.folders.iter().find(|made| number_of(made) == plain);
    Some(match near.filter(|_| plain.is_some()) {
        Some(near) => problem
            .fact(format!("it makes {near}"))
            .help("let both count alike: `seq -w 1 20` writes `01`, as volumes of install_yamls are called, and `seq 1 20` writes `1`"),
        None => problem
            .help(format!("let {kind} `{name}` make it on its node, or write a folder that it makes")),
    })
}

/// A path without the zeros before its number, with the number.
fn number_of(path: &str) -> Option<(&str, &str)> {
    let start = path.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (before, number) = path.split_at(start);
    let number = number.trim_start_matches('0');
    (!number.is_empty()).then_some((before, number))
}

/// A Job has one pod, on one node.
fn one_node(jobs: &[&Prepared<'_>], volumes: &[&Volume]) -> Option<Problem> {
    let nodes: BTreeSet<&String> = volumes.iter().flat_map(|volume| &volume.nodes).collect();
    let [job] = jobs else { return None };
    let root = job.document.node().ok()?;
    let pods = root.at(&["spec", "completions"]).and_then(Node::text);
    let first = volumes.first()?;
    let has_node = job.node.is_some() || job.is_pinned;
    if job.is_everywhere || has_node || pods.unwrap_or("1") != "1" || nodes.len() < 2 {
        return None;
    }
    let message = format!(
        "Job `{}` runs on one node, and volumes are in folders of {} nodes",
        job.document.name,
        nodes.len()
    );
    let problem = Problem::new(&rule::PV_PATHS, first.place.clone()?, message);
    Some(problem.help(format!(
        "make a Job for each node, with `nodeSelector: {{{HOSTNAME}: {}}}`; or let an OpenStackGpu make volumes and Jobs: `storage: {{local: {{}}}}`",
        first.nodes.first().map_or("", String::as_str)
    )))
}

/// Whether volumes of a class are made by people alone, as far as the input says it.
pub(super) fn is_static(cloud: &Cloud<'_>, class: &str) -> bool {
    if let Some(provisioner) = provisioner(cloud, class) {
        return provisioner == "kubernetes.io/no-provisioner";
    }
    let storage = cloud.spec.storage.as_ref();
    storage.is_some_and(|storage| storage.local.is_some()) && class == cloud.class()
}

/// What makes volumes of a class, as a StorageClass of the input says it.
pub(super) fn provisioner(cloud: &Cloud<'_>, class: &str) -> Option<String> {
    let mut classes = cloud.given("storage.k8s.io", "StorageClass");
    let (_, document): (_, &Document<'_>) = classes.find(|(_, one)| one.name == class)?;
    let root = document.node().ok()?;
    root.str_at(&["provisioner"]).map(str::to_owned)
}
