//! Where placeholders stand: items, bare documents and the function config.

use crate::api::Placeholder;
use crate::api::gpu_machine_set::{FactsRef, GpuMachineSetSpec};
use crate::api::gpu_platform::GpuPlatformSpec;
use crate::api::{
    Beside, OurKind, Override, Overrides, examine_gpu_machine_set, examine_gpu_platform, our_kind,
    relocate,
};
use crate::catalog::MadeTypes;
use crate::cluster::ClusterFacts;
use crate::expand::overrides;
use crate::kinds::{self, Written};
use crate::krm::{Document, Node, Split};
use crate::plan::Delivered;
use crate::problem::rules::krm as rule;
use crate::problem::{Place, Problem, Problems};

/// What the function config asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FunctionMode {
    Expand,
    Validate,
}

impl FunctionMode {
    pub(super) fn is_validate(self) -> bool {
        self == Self::Validate
    }
}

/// What was found.
pub(super) struct Found<'a> {
    pub(super) pools: Vec<Placeholder<'a, GpuMachineSetSpec>>,
    pub(super) platforms: Vec<Placeholder<'a, GpuPlatformSpec>>,
    /// Of kinds that build on these.
    pub(super) others: Vec<Box<dyn Written + 'a>>,
    /// Types of machines that these make, whichever cluster they are for: one may run on what another makes.
    pub(super) made_types: MadeTypes,
    /// What the clusters of a fleet get that were planned before.
    pub(super) delivered: Delivered,
    /// A GpuPlatform cannot be read: which clusters it is for is not known, only that somebody wrote one.
    pub(super) unread_platform: bool,
}

/// What every placeholder says of its cluster.
pub(super) struct Head<'f> {
    pub(super) kind: OurKind,
    pub(super) name: &'f str,
    /// `spec.facts`.
    pub(super) facts: Option<&'f FactsRef>,
    /// The whole object.
    pub(super) node: &'f Node,
    /// The place of `spec.facts`.
    pub(super) place: Place,
}

impl Found<'_> {
    /// All placeholders, whatever their kind.
    pub(super) fn heads(&self) -> impl Iterator<Item = Head<'_>> {
        let pools = self.pools.iter();
        let pools =
            pools.map(|one| head(OurKind::GpuMachineSet, one, one.read.spec.facts.as_ref()));
        let platforms = self.platforms.iter();
        let platforms =
            platforms.map(|one| head(OurKind::GpuPlatform, one, one.read.spec.facts.as_ref()));
        let others = self.others.iter().map(|one| Head {
            kind: one.kind(),
            name: one.name(),
            facts: one.facts(),
            node: one.node(),
            place: one.place("spec.facts"),
        });
        pools.chain(platforms).chain(others)
    }

    /// Keeps the placeholders of which `spec.facts` is as asked.
    pub(super) fn keep(&mut self, is_kept: impl Fn(Option<&FactsRef>) -> bool) {
        self.pools
            .retain(|pool| is_kept(pool.read.spec.facts.as_ref()));
        self.platforms
            .retain(|platform| is_kept(platform.read.spec.facts.as_ref()));
        self.others.retain(|other| is_kept(other.facts()));
    }

    /// Whether a placeholder is for the hub.
    pub(super) fn has_hub(&self) -> bool {
        self.others.iter().any(|other| other.is_of_hub())
    }

    /// Leaves out what is for the hub.
    pub(super) fn without_hub(&mut self) {
        self.others.retain(|other| !other.is_of_hub());
    }

    /// Keeps what is for the hub alone.
    pub(super) fn only_hub(&mut self) {
        self.pools.clear();
        self.platforms.clear();
        self.others.retain(|other| other.is_of_hub());
    }

    /// The problems at the places where the fields that they are about were given.
    pub(super) fn located_all(&self, problems: &mut Problems) {
        if self
            .pools
            .iter()
            .any(|pool| !pool.read.overridden.is_empty())
        {
            problems.change(|problem| self.located(problem));
        }
    }

    /// The problem at the place where the field that it is about was given, when that is not the placeholder.
    fn located(&self, problem: Problem) -> Problem {
        let object = problem.place.object.as_ref();
        let pool = self.pools.iter().map(|pool| &pool.read).find(|read| {
            object.is_some_and(|object| {
                object.kind == OurKind::GpuMachineSet.name() && object.name == read.name
            })
        });
        match pool {
            Some(read) => relocate(problem, &read.overridden),
            None => problem,
        }
    }
}

fn head<'f, S>(
    kind: OurKind,
    one: &'f Placeholder<'_, S>,
    facts: Option<&'f FactsRef>,
) -> Head<'f> {
    Head {
        kind,
        name: &one.read.name,
        facts,
        node: &one.read.node,
        place: one.place("spec.facts"),
    }
}

/// Placeholders in the order of the input, the function config first; a generator's copy of it among the items
/// counts once. Fields of pools that are given beside them, or stand with one of the clusters, count as written there.
pub(super) fn find<'a>(
    splits: &'a [Split<'_>],
    given: &[Override],
    clusters: &[ClusterFacts],
    problems: &mut Problems,
) -> Found<'a> {
    let mut found = Found {
        pools: Vec::new(),
        platforms: Vec::new(),
        others: Vec::new(),
        made_types: MadeTypes::default(),
        delivered: Delivered::default(),
        unread_platform: false,
    };
    let mut pools = Vec::new();
    for split in splits {
        let config = split.function_config.as_ref();
        let is_copy =
            |document: &&Document<'_>| config.is_some_and(|config| config.is_same_object(document));
        let items = split.documents.iter().filter(|document| !is_copy(document));
        for document in config.into_iter().chain(items) {
            let Some(kind) = our_kind(document) else {
                continue;
            };
            match kind {
                Ok(OurKind::GpuMachineSet) => pools.push(document),
                Ok(OurKind::GpuPlatform) => {
                    let (read, wrong) = examine_gpu_platform(document);
                    problems.extend(wrong);
                    match read {
                        Some(read) => found.platforms.push(Placeholder { document, read }),
                        None => found.unread_platform = true,
                    }
                }
                // ClusterFacts are read where the facts are gathered
                Ok(kind) => {
                    if let Some(kind) = kinds::find(kind) {
                        let (written, wrong) = kind.read(document);
                        problems.extend(wrong);
                        found.others.extend(written);
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    found.made_types = kinds::made_types(&found.others);
    let names: Vec<&str> = pools.iter().map(|pool| pool.name.as_ref()).collect();
    let of_cluster = overrides::Clusters::new(clusters);
    let beside = Beside {
        given: Overrides::find(given, &names, problems),
        of_cluster: &|pool, node| of_cluster.fields(pool, node),
    };
    for document in pools {
        let (read, wrong) = examine_gpu_machine_set(document, &beside);
        problems.extend(wrong);
        if let Some(read) = read {
            found.pools.push(Placeholder { document, read });
        }
    }
    problems.extend(of_cluster.unused(&names));
    found
}

/// Whether no object is of our group: the same bytes leave.
pub(super) fn nothing_of_ours(splits: &[Split<'_>]) -> bool {
    let objects = |split: &'_ Split<'_>| {
        let mut objects = split.function_config.iter().chain(&split.documents);
        objects.any(|document| our_kind(document).is_some())
    };
    !splits.iter().any(objects)
}

/// Reads a ConfigMap as function config: `data.mode`.
pub(super) fn function_mode(splits: &[Split<'_>], problems: &mut Problems) -> FunctionMode {
    let mut mode = FunctionMode::Expand;
    for config in splits
        .iter()
        .filter_map(|split| split.function_config.as_ref())
    {
        if our_kind(config).is_some() {
            continue;
        }
        let Some(node) = problems.take(config.node()) else {
            continue;
        };
        let refuse = |message: String, span, path: &str| {
            let problem = Problem::new(
                &rule::UNKNOWN_FUNCTION_CONFIG,
                config.place(span, path),
                message,
            );
            problem.help("use a ConfigMap with `data: {mode: expand}` or `{mode: validate}`, a GpuMachineSet or no functionConfig")
        };
        if node.is_null() || node.is_empty() {
            continue;
        }
        if !config.is("", "ConfigMap") {
            let message = format!(
                "functionConfig is a {}, which means nothing to us",
                config.kind
            );
            problems.push(refuse(message, node.span.clone(), ""));
            continue;
        }
        for entry in node.get("data").map(Node::entries).unwrap_or_default() {
            match (entry.key.as_str(), entry.value.text()) {
                ("mode", Some("expand")) => {}
                ("mode", Some("validate")) => mode = FunctionMode::Validate,
                ("mode", value) => {
                    let message = format!("mode `{}` is not known", value.unwrap_or(""));
                    problems.push(refuse(message, entry.value.span.clone(), "data.mode"));
                }
                (key, _) => {
                    let message = format!("`data.{key}` means nothing to us");
                    problems.push(refuse(
                        message,
                        entry.key_span.clone(),
                        &format!("data.{key}"),
                    ));
                }
            }
        }
    }
    mode
}
