//! What leaves, and what does not.

use crate::api::{FROM, GROUP, our_kind};
use crate::facts::{self, DocumentId, Gathered};
use crate::krm::split::LIMIT;
use crate::krm::{Container, Document, Node, Rewrite, Role, Source, Split, join, split_again};
use crate::problem::rules::input as rule;
use crate::problem::{Problem, Problems, limited};

const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";
const OPENSHIFT_CONFIG: &str = "config.openshift.io";
/// Cluster singletons and hub objects that no delivery should carry.
const FACT_KINDS: [(&str, &str); 4] = [
    (OPENSHIFT_CONFIG, "Infrastructure"),
    (OPENSHIFT_CONFIG, "ClusterVersion"),
    ("cluster.open-cluster-management.io", "ManagedCluster"),
    ("packages.operators.coreos.com", "PackageManifest"),
];

/// What becomes of an object of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    Goes,
    StaysWithWarning,
}

/// Whether objects of this source leave at all.
pub(super) fn is_input(split: &Split<'_>) -> bool {
    split.source.role == Role::Input
}

/// In the ResourceList way every item stays but placeholders that are not local-config; in the bare ways our kinds,
/// local-config objects and facts with a life of their own never leave.
pub(super) fn fate(
    document: &Document<'_>,
    id: DocumentId,
    gathered: &Gathered,
    krm: bool,
) -> Fate {
    let used_as_fact = gathered.used.contains(&id);
    // facts were read once: what they are is known
    let is_live = || {
        if facts::is_read(document) {
            is_singleton(document) || gathered.live.contains(&id)
        } else {
            is_live(document)
        }
    };
    let ours = document.group() == GROUP;
    let local = is_local_config(document);
    if krm {
        return match (ours, local, used_as_fact && is_live()) {
            (true, false, _) => Fate::Goes,
            (false, false, true) => Fate::StaysWithWarning,
            _ => Fate::Stays,
        };
    }
    if ours || local || ((used_as_fact || is_made_by_us(document)) && is_live()) {
        Fate::Goes
    } else {
        Fate::Stays
    }
}

/// Whether an object leaves is told by its annotations: of one that cannot be read nobody knows.
pub(super) fn unread(document: &Document<'_>) -> Vec<Problem> {
    document.unread(&[LOCAL_CONFIG, FROM])
}

/// kustomize drops any value but the string `"false"`.
pub(super) fn is_local_config(document: &Document<'_>) -> bool {
    let value = document.annotation(LOCAL_CONFIG);
    value.is_some_and(|value| value != "false")
}

/// Our own objects in a dump of the cluster: they are made anew.
fn is_made_by_us(document: &Document<'_>) -> bool {
    document.annotation(FROM).is_some()
}

fn is_singleton(document: &Document<'_>) -> bool {
    let is = |(group, kind): &(&str, &str)| document.is(group, kind);
    FACT_KINDS.iter().any(is)
}

/// A cluster's own object, or a dump with server fields.
pub(super) fn is_live(document: &Document<'_>) -> bool {
    is_singleton(document) || document.node().is_ok_and(|node| node.is_live())
}

/// Mappings that are no Kubernetes objects: what `oc` said instead of one, values of a chart, a file of a tool.
pub(super) fn without_kind(splits: &[Split<'_>]) -> Vec<Problem> {
    let lacks =
        |document: &Document<'_>| match (document.api_version.is_empty(), document.kind.is_empty())
        {
            (true, true) => Some("neither `apiVersion` nor `kind`"),
            // said with the right one
            (true, false) if our_kind(document).is_some() => None,
            (true, false) => Some("no `apiVersion`"),
            (false, true) => Some("no `kind`"),
            (false, false) => None,
        };
    let problem = |document: &Document<'_>| {
        let place = document.place(document.range.start..document.range.start, "");
        let message = format!(
            "this is no object of Kubernetes: it has {}",
            lacks(document)?
        );
        let problem = Problem::new(&rule::NO_OBJECT, place, message);
        Some(problem.help("remove it, or name the files that are meant instead of their folder"))
    };
    // a table of a million rows is a million of them
    let of_source =
        |split: &Split<'_>| limited(split.documents.iter().filter_map(problem), LIMIT, "text");
    splits.iter().flat_map(of_source).collect()
}

/// A dump that nobody asked anything about: it would be applied to the cluster that it was saved from.
pub(super) fn facts_alone(splits: &[Split<'_>]) -> Option<Problem> {
    let is_dump = |document: &&Document<'_>| {
        let saved = |node: &Node| node.is_live() || node.get("status").is_some();
        document.group() == OPENSHIFT_CONFIG
            && is_singleton(document)
            && !is_local_config(document)
            && document.node().is_ok_and(|node| saved(&node))
    };
    let inputs = splits.iter().filter(|split| is_input(split));
    let dump = inputs.flat_map(|split| &split.documents).find(is_dump)?;
    let message = format!(
        "there is neither a GpuMachineSet nor a GpuPlatform, and {} `{}` of a running cluster would be applied",
        dump.kind, dump.name
    );
    let empty = splits.iter().filter(|split| split.documents.is_empty());
    // without placeholders the output is the input, unless one was meant to be there
    let rule = match empty.clone().next() {
        Some(_) => &rule::FACTS_ALONE,
        None => &rule::DUMP_LEAVES,
    };
    let place = dump.place(dump.range.start..dump.range.start, "");
    let mut problem = Problem::new(rule, place, message);
    for split in empty {
        problem = problem.fact(format!("`{}` holds no object", split.source.name));
    }
    Some(problem.help("add a pool: `gpu-machineset render gpu.yaml facts/`"))
}

/// The ResourceList with its results; unchanged but for them after errors.
pub(super) fn resource_list(
    splits: &[Split<'_>],
    rewrites: Vec<Rewrite<'_, '_>>,
    problems: &Problems,
) -> String {
    let rewrite = if problems.has_errors() {
        splits.first().map(Rewrite::new)
    } else {
        rewrites.into_iter().next()
    };
    let Some(mut rewrite) = rewrite else {
        return String::new();
    };
    if !problems.is_empty() || !rewrite.is_untouched() {
        rewrite.results(problems);
    }
    rewrite.render()
}

/// Bare documents of all sources, nothing after errors.
pub(super) fn bare(
    splits: &[Split<'_>],
    rewrites: &[Rewrite<'_, '_>],
    problems: &mut Problems,
) -> String {
    if problems.has_errors() {
        return String::new();
    }
    let inputs = splits
        .iter()
        .zip(rewrites)
        .filter(|(split, _)| is_input(split));
    let mut wrong = Vec::new();
    let text = join(inputs.map(|(split, rewrite)| match split.container {
        Container::ResourceList => taken_apart(rewrite.render()).unwrap_or_else(|problems| {
            wrong.extend(problems);
            String::new()
        }),
        Container::Stream => rewrite.render(),
    }));
    if wrong.is_empty() {
        return text;
    }
    problems.extend(wrong);
    String::new()
}

/// The items of a ResourceList as documents: nobody applies a ResourceList.
fn taken_apart(text: String) -> Result<String, Vec<Problem>> {
    let source = Source::new("<output>", text);
    let split = split_again(&source)?;
    Ok(join(split.documents.iter().map(Document::standalone)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krm::split;

    #[test]
    fn of_many_mappings_that_are_no_objects_the_first_are_told() {
        let told = |count| {
            let source = Source::new("rows.yaml", "---\na: 1\n".repeat(count));
            without_kind(&[split(&source).expect("splits")])
        };
        assert_eq!(told(20).len(), 20);
        assert_eq!(told(20)[19].help.len(), 1);
        assert_eq!(told(1000).len(), 20);
        assert!(told(1000)[19].help[1].contains("only the first 20"));
    }
}
