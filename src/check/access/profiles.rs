//! Profiles of OpenShift AI that others wrote.

use super::{Found, Judged, is_gpu, queues};
use crate::krm::Node;
use crate::plan::{AccessPool, Offer};
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Rule};
use crate::types::{Version, quantity};

/// Up to here the webhook writes the most GPUs of a profile into the limits of a workload that asks for fewer.
const LIMITS_ARE_MOST_UNTIL: Version = Version(3, 2);

/// An AcceleratorProfile where nobody shows one.
pub(super) fn accelerator(judged: &Judged<'_>) -> Found {
    let version = judged.access.ai.filter(|version| *version >= Version(3, 0));
    let problem = version.map(|version| {
        let message = format!(
            "{}: OpenShift AI {version} shows no AcceleratorProfiles",
            judged.title()
        );
        let place = judged.document.place(
            judged.document.range.start..judged.document.range.start,
            "kind",
        );
        let problem = Problem::new(&rule::ACCELERATOR_PROFILE_GONE, place, message);
        problem.help("remove it: pools get hardware profiles")
    });
    problem.into_iter().collect()
}

/// A HardwareProfile that nobody sees, or that no node fits.
pub(super) fn hardware(judged: &Judged<'_>) -> Found {
    let identifiers = judged
        .node
        .at(&["spec", "identifiers"])
        .map(Node::items)
        .unwrap_or_default();
    let identifiers: Vec<Identifier<'_>> = (identifiers.iter().enumerate())
        .map(|(index, node)| Identifier::read(index, node))
        .collect();
    let mut found = hidden(judged, &identifiers);
    let is_early = judged
        .access
        .ai
        .is_some_and(|version| version <= LIMITS_ARE_MOST_UNTIL);
    for one in identifiers
        .iter()
        .filter(|one| is_early && is_gpu(one.name))
    {
        if let (Some(default), Some(most)) = (one.default, one.most)
            && default < most
        {
            let message = format!(
                "{}: a workload that asks for {default} GPUs gets a limit of {most}, and its pod is refused",
                judged.title()
            );
            let place = judged.at(one.node, &one.path("maxCount"));
            let problem = Problem::new(&rule::PROFILE_GPU_RANGE, place, message);
            found.push(problem.help(
                "write the same minCount, defaultCount and maxCount, and a profile for each count",
            ));
        }
    }
    found.extend(fits(judged, &identifiers));
    found.extend(queues::labels(
        judged,
        &["spec", "scheduling", "node", "nodeSelector"],
        &["spec", "scheduling", "node", "tolerations"],
    ));
    found.extend(tolerates_all(judged));
    if let Some(class) = judged
        .node
        .at(&["spec", "scheduling", "kueue", "priorityClass"])
    {
        let message = format!("{}: nobody applies `priorityClass`", judged.title());
        let place = judged.at(class, "spec.scheduling.kueue.priorityClass");
        let problem = Problem::new(&rule::PROFILE_PRIORITY_IDLE, place, message);
        found.push(problem.help("label the workload itself: `kueue.x-k8s.io/priority-class`"));
    }
    found
}

/// What a profile says of one resource, in whole GPUs, thousandths of a core or MiB.
struct Identifier<'n> {
    index: usize,
    node: &'n Node,
    name: &'n str,
    /// Why the dashboard cannot read a count.
    wrong: Option<String>,
    least: Option<u64>,
    default: Option<u64>,
    most: Option<u64>,
}

impl<'n> Identifier<'n> {
    fn read(index: usize, node: &'n Node) -> Self {
        let name = node.str_at(&["identifier"]).unwrap_or_default();
        let mut one = Self {
            index,
            node,
            name,
            wrong: None,
            least: None,
            default: None,
            most: None,
        };
        let kind = node.str_at(&["resourceType"]);
        let read: fn(&str) -> Option<u64> = match (kind, name) {
            (Some("CPU"), _) | (None, "cpu") => {
                |text| quantity::millicores(text).filter(|_| !text.contains('.'))
            }
            (Some("Memory"), _) | (None, "memory") => {
                |text| quantity::mib(text).filter(|_| !text.contains('.'))
            }
            _ => |text| text.parse().ok(),
        };
        let mut count = |field: &str| {
            let text = node.get(field)?.text()?;
            let count = read(text);
            if count.is_none() {
                one.wrong = Some(format!(
                    "`{field}: {text}` of `{name}` is no count that the dashboard reads"
                ));
            }
            count
        };
        let counts = (count("minCount"), count("defaultCount"), count("maxCount"));
        (one.least, one.default, one.most) = counts;
        let above = |a: Option<u64>, b: Option<u64>| a.zip(b).is_some_and(|(a, b)| a > b);
        if above(one.least, one.default)
            || above(one.default, one.most)
            || above(one.least, one.most)
        {
            one.wrong = Some(format!(
                "counts of `{name}` are not in order: minCount, defaultCount, maxCount"
            ));
        }
        one
    }

    fn path(&self, field: &str) -> String {
        format!("spec.identifiers[{}].{field}", self.index)
    }
}

/// The dashboard hides what it cannot read.
fn hidden(judged: &Judged<'_>, identifiers: &[Identifier<'_>]) -> Found {
    let mut found = Found::new();
    for one in identifiers {
        if let Some(why) = &one.wrong {
            let message = format!("{} is hidden from its users: {why}", judged.title());
            let problem = Problem::new(
                &rule::PROFILE_HIDDEN,
                judged.at(one.node, &one.path("identifier")),
                message,
            );
            found.push(
                problem.help(
                    "write whole numbers: CPU without unit or in `m`, memory in `Mi` or `Gi`",
                ),
            );
        }
    }
    let lacking: Vec<&str> = (["cpu", "memory"].into_iter())
        .filter(|name| !identifiers.iter().any(|one| one.name == *name))
        .collect();
    if !lacking.is_empty() && !identifiers.is_empty() {
        let lacking = lacking.join("` and `");
        let message = format!(
            "{} is hidden from its users: it has no `{lacking}`",
            judged.title()
        );
        let start = judged.document.range.start;
        let place = judged.document.place(start..start, "spec.identifiers");
        let problem = Problem::new(&rule::PROFILE_HIDDEN, place, message);
        found.push(problem.help("add an identifier for each"));
    }
    found
}

/// Pools that the node selector of a profile leads to, all where it has none.
fn pools<'a>(judged: &'a Judged<'_>) -> Vec<&'a AccessPool> {
    let selector = judged
        .node
        .at(&["spec", "scheduling", "node", "nodeSelector"]);
    let selector = selector.map(Node::entries).unwrap_or_default();
    let has = |pool: &&AccessPool| {
        let mut entries = selector.iter();
        entries.all(|entry| {
            pool.face.node_labels.get(&entry.key).map(String::as_str) == entry.value.text()
        })
    };
    judged.access.pools.iter().filter(has).collect()
}

fn fits(judged: &Judged<'_>, identifiers: &[Identifier<'_>]) -> Found {
    let with_gpu = identifiers.iter().any(|one| is_gpu(one.name));
    let offers: Option<Vec<Offer>> = pools(judged).iter().map(|pool| pool.offer).collect();
    let Some(offers) = offers.filter(|offers| with_gpu && !offers.is_empty()) else {
        return Found::new();
    };
    let cores = offers
        .iter()
        .map(|offer| u64::from(offer.cores))
        .max()
        .unwrap_or_default();
    let gib = offers
        .iter()
        .map(|offer| u64::from(offer.gib))
        .max()
        .unwrap_or_default();
    let mut found = Found::new();
    for one in identifiers {
        let (there, shown) = match one.name {
            "cpu" => (cores * 1000, cores.to_string()),
            "memory" => (gib * 1024, format!("{gib}Gi")),
            _ => continue,
        };
        let over = |count: Option<u64>| count.is_some_and(|count| count > there);
        let (field, rule): (&str, &'static Rule) = if over(one.default) {
            ("defaultCount", &rule::PROFILE_FITS_NO_NODE)
        } else if over(one.most) {
            ("maxCount", &rule::PROFILE_MAX_FITS_NO_NODE)
        } else {
            continue;
        };
        let written = one.node.get(field);
        let text = written.and_then(Node::text).unwrap_or_default();
        let message = format!(
            "{}: `{field}: {text}` of {} fits no node of a pool, which offers {shown}",
            judged.title(),
            one.name
        );
        let problem = Problem::new(
            rule,
            judged.at(written.unwrap_or(one.node), &one.path(field)),
            message,
        );
        found.push(problem.help(format!("write {shown} or less")));
    }
    found
}

/// A toleration of every value leads to pools of teams as well.
fn tolerates_all(judged: &Judged<'_>) -> Found {
    let tolerations = judged
        .node
        .at(&["spec", "scheduling", "node", "tolerations"]);
    let tolerations = tolerations.map(Node::items).unwrap_or_default();
    let mut found = Found::new();
    for (index, toleration) in tolerations.iter().enumerate() {
        let key = toleration.str_at(&["key"]);
        let is_all = toleration.str_at(&["operator"]) == Some("Exists");
        let guarded = judged.access.pools.iter().find(|pool| {
            let guard = pool.guard.as_ref();
            guard.is_some_and(|guard| key.is_none_or(|key| key == guard.key))
        });
        if let Some(pool) = guarded.filter(|_| is_all) {
            let message = format!(
                "{} tolerates every value of the taint, also that of pool `{}`, which is for teams: others are refused with it",
                judged.title(),
                pool.face.name
            );
            let place = judged.at(
                toleration,
                &format!("spec.scheduling.node.tolerations[{index}]"),
            );
            let problem = Problem::new(&rule::PROFILE_TOLERATES_ALL, place, message);
            found.push(
                problem.help("name the value of the pool that is meant, with `operator: Equal`"),
            );
        }
    }
    found
}
