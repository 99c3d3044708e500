//! Objects of the input to clusters.

use std::collections::{BTreeMap, BTreeSet};

use super::given::Given;
use super::lookup::{self, Lookup};
use super::path::dotted;
use super::read::{Object, Reading};
use super::served::Joined;
use super::sources::{self, ROWS};
use super::{ClusterFacts, Fact, Gathered, boot_images, join, overrides, worker};
use crate::api::cluster_facts::{CatalogPackage, InstalledOperator, NodeFacts};
use crate::api::validate::validate;
use crate::api::{OurKind, Schema, our_kind};
use crate::cluster::{FactName, source};
use crate::krm::split::Split;
use crate::krm::{Document, Kind, Node};
use crate::problem::{Problem, Problems, Severity};
use crate::types::{ClusterId, InfraName};

/// A document of an input: index of its source, index in the source.
pub(crate) type DocumentId = (usize, usize);

/// Reads the facts of all clusters out of the objects of an input.
///
/// Objects of other kinds are not parsed. A live object may carry anything else (`managedFields`, Secrets beside
/// it): only the fields of the table are looked at. A ClusterFacts may also be the function config.
///
/// What is given beside the documents is stronger than they are.
pub(crate) fn gather(
    splits: &[Split<'_>],
    given: Option<&Given>,
    problems: &mut Problems,
) -> Gathered {
    let mut documents = Vec::new();
    for (source, split) in splits.iter().enumerate() {
        let objects = split.documents.iter().chain(&split.function_config);
        let objects = objects.enumerate();
        documents.extend(objects.map(|(index, document)| ((source, index), document)));
    }
    let mut gathered = gather_documents(&documents, given, problems);
    gathered.given = given.cloned();
    let is_config = |(source, index): &DocumentId| {
        let split = splits.get(*source);
        split.is_some_and(|split| *index >= split.documents.len())
    };
    gathered.used.retain(|id| !is_config(id));
    gathered
}

/// Whether facts are read from objects of this kind.
pub(crate) fn is_read(document: &Document<'_>) -> bool {
    let known = |(kind, group): &(&str, &str)| document.is(group, kind);
    sources::KINDS.iter().any(known)
}

fn gather_documents<'a>(
    documents: &[(DocumentId, &'a Document<'a>)],
    given: Option<&Given>,
    problems: &mut Problems,
) -> Gathered {
    let mut readings = Vec::new();
    let mut lookups = Vec::new();
    let mut live = BTreeSet::new();
    for (id, document) in documents {
        if !is_read(document) {
            continue;
        }
        // a version of ours that we do not know is reported with all other documents of our group
        if our_kind(document).is_some_and(|kind| kind.is_err()) {
            continue;
        }
        let Some(object) = Object::new(document, *id, problems) else {
            continue;
        };
        if object.node.is_live() {
            live.insert(*id);
        }
        let reading = match document.kind.as_ref() {
            source::SET => worker::raw(&object, problems),
            source::FACTS => {
                let (reading, from) = cluster_facts(&object, problems);
                lookups.extend(from.into_iter().map(|lookup| (readings.len(), lookup)));
                Some(reading)
            }
            _ => object.raw(problems),
        };
        readings.extend(reading);
    }
    let looked_up = lookup::resolve(&lookups, documents, &mut readings, problems);
    let Joined {
        mut clusters,
        mut of,
        looked_at,
    } = join::join(readings, given, problems);
    let (sources, several) = of_sources(&of);
    let served = of.keys().filter(|id| !looked_at.contains(id));
    let mut used: BTreeSet<DocumentId> = served.copied().collect();
    for (found, facts) in looked_up {
        used.insert(found);
        let infra = of.get(&facts).cloned().unwrap_or_default();
        let known = of.entry(found).or_insert_with(|| infra.clone());
        if *known != infra {
            *known = ClusterId::default();
        }
    }
    used.extend(boot_images::complete(&mut clusters, documents, problems));
    Gathered {
        clusters,
        used,
        live,
        of,
        sources,
        several,
        given: None,
    }
}

/// The cluster of each source that is of one only, and whether there are several.
fn of_sources(of: &BTreeMap<DocumentId, ClusterId>) -> (BTreeMap<usize, InfraName>, bool) {
    let mut sources: BTreeMap<usize, ClusterId> = BTreeMap::new();
    let mut first = None;
    let mut several = false;
    for ((source, _), infra) in of {
        several |= *first.get_or_insert(infra) != infra;
        let known = sources.entry(*source).or_insert_with(|| infra.clone());
        if known != infra {
            *known = ClusterId::default();
        }
    }
    let named = |(source, of): (usize, ClusterId)| Some((source, of.name()?.clone()));
    (sources.into_iter().filter_map(named).collect(), several)
}

/// The facts that a placeholder holds itself (`spec.facts` as a ClusterFacts spec), since a kustomize generator sees
/// no other object. What is given beside it is stronger here as well. `None` when the document cannot be read or
/// holds none.
pub(crate) fn from_spec(
    document: &Document<'_>,
    given: Option<&Given>,
    problems: &mut Problems,
) -> Option<ClusterFacts> {
    let object = Object::new(document, (0, 0), problems)?;
    let spec = object.node.at(&["spec", "facts"])?;
    let spec = Some(spec).filter(|spec| matches!(spec.kind, Kind::Map(_)))?;
    let (mut reading, lookups) = spec_reading(&object, spec, ".spec.facts", problems);
    problems.extend(overrides::held(&object, spec));
    let mut wrong = Problems::new();
    wrong.extend(lookups.iter().map(Lookup::nothing_to_look_in));
    reading.failed.extend(failed(&wrong, "spec.facts."));
    problems.extend(wrong);
    // a pool's name says nothing of its cluster, so facts without a name take the one that is given; whether those
    // with a name are of the cluster that is given, is said for all placeholders together
    let (infra, mut given) = (reading.infra().map(str::to_owned), given.cloned());
    let named = given.as_ref().is_some_and(|given| given.cluster.is_some());
    reading.names = match infra {
        Some(infra) => {
            if let Some(given) = &mut given {
                given.cluster = None;
            }
            vec![infra]
        }
        None if named => Vec::new(),
        None => object.names(),
    };
    join::join(vec![reading], given.as_ref(), problems)
        .clusters
        .into_iter()
        .next()
}

fn cluster_facts(object: &Object<'_>, problems: &mut Problems) -> (Reading, Vec<Lookup>) {
    let schema = Schema::of(OurKind::ClusterFacts);
    let invalid = validate(object.document, &object.node, schema);
    // what is wrong was said; the rest is read, so that nobody calls it missing
    let mut wrong = Problems::new();
    let empty = Node::map::<String>([]);
    let spec = object.node.get("spec").unwrap_or(&empty);
    let (mut reading, lookups) = spec_reading(object, spec, ".spec", &mut wrong);
    reading.names = object.names();
    reading.labels = object.labels();
    reading.overrides = overrides::read(object, spec, problems);
    if !invalid.is_empty() {
        wrong = Problems::new();
        wrong.extend(invalid);
        reading.failed.extend(failed(&wrong, "spec."));
    }
    problems.extend(wrong);
    (reading, lookups)
}

/// The facts that problems with fields of a ClusterFacts spec are about, as they are written or meant.
fn failed(problems: &Problems, prefix: &str) -> BTreeSet<FactName> {
    let errors = problems.iter();
    let errors = errors.filter(|problem| problem.severity() == Severity::Error);
    let about = |problem: &Problem| {
        let path = problem.place.path.strip_prefix(prefix)?;
        let path = path.strip_prefix("from.").unwrap_or(path);
        let meant = || fact_called(problem.proposed.as_deref()?);
        fact_called(path.split(['.', '[']).next()?).or_else(meant)
    };
    errors.filter_map(about).collect()
}

fn spec_reading(
    object: &Object<'_>,
    spec: &Node,
    prefix: &str,
    problems: &mut Problems,
) -> (Reading, Vec<Lookup>) {
    let rows = ROWS.iter().filter(|row| row.kind == source::FACTS);
    let mut wrong = Problems::new();
    let statements = object.statements(rows, spec, prefix, &mut wrong);
    let mut reading = object.reading(statements);
    let captured = spec.get("workerMachineSets").map_or(&[][..], Node::items);
    for (index, node) in captured.iter().enumerate() {
        let path = format!("{prefix}.workerMachineSets[{index}]");
        worker::captured(object, node, &path, &mut reading, &mut wrong);
    }
    operators(object, spec, prefix, &mut reading);
    catalogs(object, spec, prefix, &mut reading);
    nodes(object, spec, prefix, &mut reading);
    reading.domains = object.listed(spec, prefix, &["failureDomains"], "name");
    reading.tags = object.listed(spec, prefix, &["resourceTags"], "key");
    let lookups = spec.get("from").map_or(&[][..], Node::entries).iter();
    let lookups = lookups.filter_map(|entry| {
        let path = format!("{prefix}.from{}", dotted(&entry.key));
        Lookup::read(object, entry, &path, &mut wrong)
    });
    let lookups = lookups.collect();
    reading.failed = failed(&wrong, &format!("{}.", prefix.trim_start_matches('.')));
    problems.extend(wrong);
    (reading, lookups)
}

fn operators(object: &Object<'_>, spec: &Node, prefix: &str, reading: &mut Reading) {
    for entry in spec.get("operators").map_or(&[][..], Node::entries) {
        let path = format!("{prefix}.operators{}", dotted(&entry.key));
        let text = |key: &str| entry.value.str_at(&[key]).map(str::to_owned);
        let value = InstalledOperator {
            channel: text("channel"),
            namespace: text("namespace"),
        };
        let origin = object.origin(&entry.value, &path);
        (reading.operators).push((entry.key.clone(), Fact { value, origin }));
    }
}

fn catalogs(object: &Object<'_>, spec: &Node, prefix: &str, reading: &mut Reading) {
    for source in spec.get("catalogs").map_or(&[][..], Node::entries) {
        for package in source.value.entries() {
            let channels = package.value.get("channels").map_or(&[][..], Node::items);
            let channels = channels.iter().filter_map(Node::text);
            let value = CatalogPackage {
                channels: channels.map(str::to_owned).collect(),
                default: package.value.str_at(&["default"]).map(str::to_owned),
            };
            let keys = [dotted(&source.key), dotted(&package.key)].concat();
            let origin = object.origin(&package.value, &format!("{prefix}.catalogs{keys}"));
            let key = (source.key.clone(), package.key.clone());
            reading.catalogs.push((key, Fact { value, origin }));
        }
    }
}

fn nodes(object: &Object<'_>, spec: &Node, prefix: &str, reading: &mut Reading) {
    let nodes = spec.get("nodes").map_or(&[][..], Node::items);
    for (index, node) in nodes.iter().enumerate() {
        // what is wrong with one was said
        let Ok(value) = serde_json::from_value::<NodeFacts>(node.to_json()) else {
            continue;
        };
        let origin = object.origin(node, &format!("{prefix}.nodes[{index}]"));
        reading
            .nodes
            .push((value.name.clone(), Fact { value, origin }));
    }
}

/// The fact of a name in `spec.from`.
pub(super) fn fact_called(name: &str) -> Option<FactName> {
    let fields = FactName::ALL.into_iter().filter(|fact| fact.is_field());
    fields.into_iter().find(|fact| fact.field() == name)
}
