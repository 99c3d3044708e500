//! Profiles of OpenShift AI: what people pick in the dashboard, in the kind that the installed version shows.
//!
//! The admission webhook fills limits in three ways by release; only the same minimum, default and maximum of GPUs is right
//! in all of them, so there is a profile for each count. Invalid profiles are hidden from users: CPU and memory are always
//! there, as whole numbers in `Gi`.

use std::collections::BTreeMap;

use super::context::Context;
use super::form::Form;
use super::objects::{KindOf, Metadata, Objects, PROFILES, tolerations_of};
use super::pools::{of_teams, written};
use super::teams::unknown_capacity;
use crate::api::gpu_access::{PoolAccess, PoolProfiles, Visibility};
use crate::catalog;
use crate::krm::Node;
use crate::plan::{AccessPool, AccessTeam, Offer};
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Problems};

const FALSE: &str = "false";

/// Whether a pool gets any.
pub(super) fn has_profiles(context: &Context<'_>, pool: &AccessPool) -> bool {
    let profiles = written(context, &pool.face.name).and_then(|one| one.profiles.as_ref());
    !matches!(profiles, Some(PoolProfiles::Some(false)))
}

/// All profiles of all pools.
pub(super) fn put(
    context: &Context<'_>,
    form: Form,
    teams: &[AccessTeam],
    pools: &[AccessPool],
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let applications = context.applications();
    for pool in pools.iter().filter(|pool| has_profiles(context, pool)) {
        match form {
            Form::Nothing => {}
            Form::Accelerator => accelerator(context, pool, &applications, objects),
            Form::Hardware(api) => {
                let everywhere = [applications.as_str()];
                let queued = of_teams(teams);
                let namespaces: Vec<&str> = match &pool.namespaces {
                    Some(own) => own.iter().map(String::as_str).collect(),
                    // a project with queues shows only what leads to a queue of its own
                    None if context.is_queued() => queued.into_iter().collect(),
                    None => everywhere.to_vec(),
                };
                hardware_profiles(context, api, pool, &namespaces, objects, problems);
            }
        }
    }
    if let (Form::Hardware(api), true) = (form, context.is_queued())
        && context.spec.cpu_profile.unwrap_or(true)
        && context.ai().is_some()
    {
        cpu(api, &applications, objects);
    }
}

/// `NVIDIA L4 24 GB`, and how its GPUs are shared.
fn title(pool: &AccessPool) -> String {
    let board = pool.face.instance.as_ref().map(catalog::title);
    let mut title = board.unwrap_or_else(|| format!("GPU pool {}", pool.face.name));
    let sharing = pool.face.sharing.as_ref();
    let parts = sharing.and_then(|sharing| sharing.time_slicing.or(sharing.mps));
    if let Some(parts) = parts {
        title += ", shared by up to ";
        title += &parts.to_string();
        title += " pods";
    }
    if let Some(profile) = sharing.and_then(|sharing| sharing.mig.as_deref()) {
        let size = profile.strip_prefix("all-").unwrap_or(profile);
        title += ", part ";
        title += size;
    }
    title
}

/// The model without its memory: `NVIDIA L4`.
fn model(pool: &AccessPool) -> String {
    let model = pool.face.instance.as_ref().map(catalog::model_title);
    model.unwrap_or_else(|| "NVIDIA GPU".to_owned())
}

fn accelerator(
    context: &Context<'_>,
    pool: &AccessPool,
    applications: &str,
    objects: &mut Objects<'_, '_>,
) {
    let said = written(context, &pool.face.name);
    let for_whom = || match &pool.namespaces {
        None => "For everybody".to_owned(),
        Some(own) => {
            let own: Vec<&str> = own.iter().map(String::as_str).collect();
            format!("For the projects {}", own.join(", "))
        }
    };
    let description = said.and_then(|one| one.description.clone());
    let displayed = said.and_then(|one| one.title.clone());
    let spec = Node::from([
        ("description", description.unwrap_or_else(for_whom).into()),
        (
            "displayName",
            displayed.unwrap_or_else(|| title(pool)).into(),
        ),
        ("enabled", true.into()),
        (
            "identifier",
            pool.resource.as_deref().unwrap_or("nvidia.com/gpu").into(),
        ),
        ("tolerations", tolerations_of(&pool.way.tolerations)),
    ]);
    let of = KindOf {
        api: "dashboard.opendatahub.io/v1",
        kind: "AcceleratorProfile",
        wave: PROFILES,
        is_custom: true,
        options: "",
    };
    objects.put(of, (applications, &pool.key), Metadata::default(), spec);
}

/// The GPU counts of a pool's profiles.
fn counts(
    context: &Context<'_>,
    pool: &AccessPool,
    units: u32,
    problems: &mut Problems,
) -> Vec<u32> {
    let name = &pool.face.name;
    let parts = pool.is_shared() || pool.face.sharing.is_some();
    let written = written(context, name).and_then(|one| one.profiles.as_ref());
    let Some(PoolProfiles::Counts(counts)) = written else {
        return if units > 1 && !parts {
            vec![1, units]
        } else {
            vec![1]
        };
    };
    let most = if pool.is_shared() { 1 } else { units };
    for (index, count) in counts.iter().enumerate() {
        if (1..=most).contains(count) {
            continue;
        }
        let message = if pool.is_shared() && *count > 1 {
            format!(
                "a pod that asks for {count} of a shared GPU of `{name}` gets no more of it than one that asks for 1"
            )
        } else {
            format!("no node of pool `{name}` has {count} for one pod: it has {units}")
        };
        let place = context.place(&format!("spec.pools.{name}.profiles[{index}]"));
        let problem = Problem::new(&rule::ACCESS_COUNT_UNREACHABLE, place, message);
        problems.push(problem.help(format!("write numbers from 1 to {most}")));
    }
    let mut counts = counts.clone();
    counts.sort_unstable();
    counts.dedup();
    counts
}

fn hardware_profiles(
    context: &Context<'_>,
    api: &str,
    pool: &AccessPool,
    namespaces: &[&str],
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let (Some(units), Some(offer), Some(resource)) = (pool.units, pool.offer, &pool.resource)
    else {
        let place = context.place("metadata.name");
        problems.push(unknown_capacity(context, pool, &place));
        return;
    };
    let counts = counts(context, pool, units, problems);
    for count in &counts {
        let (name, of_all) = match counts.as_slice() {
            [_] => (pool.key.clone(), String::new()),
            _ => (
                format!("{}-{count}", pool.key),
                format!(", {count} of {units}"),
            ),
        };
        let share = share(offer, *count, units);
        let annotations = annotations(context, pool, (*count, share), &of_all);
        let gpus = identifier(
            (&model(pool), resource, "Accelerator"),
            &[(); 3].map(|()| count.to_string()),
        );
        let mut identifiers =
            cpu_and_memory(share, [(share.cores / 2).max(1), (share.gib / 2).max(2)]);
        identifiers.push(gpus);
        let spec = Node::from([
            ("identifiers", identifiers.into()),
            ("scheduling", scheduling(context, pool)),
        ]);
        for namespace in namespaces {
            let metadata = Metadata {
                annotations: annotations.clone(),
                labels: BTreeMap::new(),
            };
            objects.put(kind(api), (namespace, &name), metadata, spec.clone());
        }
    }
}

/// What `count` of a node's `units` get of it.
pub(super) fn share(offer: Offer, count: u32, units: u32) -> Offer {
    let of = |all: u32| {
        let part = u64::from(all) * u64::from(count) / u64::from(units.max(1));
        u32::try_from(part).unwrap_or(u32::MAX)
    };
    Offer {
        cores: of(offer.cores).max(1),
        gib: of(offer.gib).max(2),
    }
}

fn kind(api: &str) -> KindOf<'_> {
    KindOf {
        api,
        kind: "HardwareProfile",
        wave: PROFILES,
        is_custom: true,
        // a workload of a profile that is gone is refused at each change
        options: "Prune=confirm",
    }
}

fn annotations(
    context: &Context<'_>,
    pool: &AccessPool,
    (count, share): (u32, Offer),
    of_all: &str,
) -> BTreeMap<String, String> {
    let default = PoolAccess::default();
    let said = written(context, &pool.face.name).unwrap_or(&default);
    let mut title = said.title.clone().unwrap_or_else(|| title(pool));
    title.push_str(of_all);
    let machine = pool
        .face
        .instance_type
        .as_deref()
        .unwrap_or(&pool.face.name);
    let gpus = if count == 1 { "GPU" } else { "GPUs" };
    let described = || {
        let Offer { cores, gib } = share;
        format!("{machine}: {count} {gpus}, up to {cores} CPU and {gib}Gi")
    };
    let visible = said.visibility.iter().flatten().map(|one| match one {
        Visibility::Workbench => "\"workbench\"",
        Visibility::ModelServing => "\"model-serving\"",
    });
    let visible: Vec<&str> = visible.collect();
    let description = said.description.clone().unwrap_or_else(described);
    shown(&title, &description, &format!("[{}]", visible.join(",")))
}

fn shown(title: &str, description: &str, visible: &str) -> BTreeMap<String, String> {
    let all = [
        ("opendatahub.io/dashboard-feature-visibility", visible),
        ("opendatahub.io/description", description),
        ("opendatahub.io/disabled", FALSE),
        ("opendatahub.io/display-name", title),
    ];
    all.map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
}

/// Name for people, resource and type; default, most and least.
fn identifier((shown, name, of): (&str, &str, &str), counts: &[String; 3]) -> Node {
    let count = |text: &String| match text.parse::<u32>() {
        Ok(number) => Node::from(number),
        Err(_) => Node::from(text.as_str()),
    };
    let [default, most, least] = counts;
    Node::from([
        ("defaultCount", count(default)),
        ("displayName", shown.into()),
        ("identifier", name.into()),
        ("maxCount", count(most)),
        ("minCount", count(least)),
        ("resourceType", of.into()),
    ])
}

fn cpu_and_memory(most: Offer, [cores, gib]: [u32; 2]) -> Vec<Node> {
    let of_cpu = [cores, most.cores, 1].map(|count| count.to_string());
    let of_memory = [gib, most.gib, 2].map(|count| format!("{count}Gi"));
    vec![
        identifier(("CPU", "cpu", "CPU"), &of_cpu),
        identifier(("Memory", "memory", "Memory"), &of_memory),
    ]
}

fn scheduling(context: &Context<'_>, pool: &AccessPool) -> Node {
    if context.is_queued() {
        return queue(&pool.key);
    }
    let labels = pool.way.labels.iter();
    let labels = labels.map(|(key, value)| (key.as_str(), value.as_str().into()));
    let mut node = Node::from([("nodeSelector", Node::map(labels))]);
    if !pool.way.tolerations.is_empty() {
        node.set("tolerations", tolerations_of(&pool.way.tolerations));
    }
    Node::from([("node", node), ("type", "Node".into())])
}

fn queue(name: &str) -> Node {
    let kueue = Node::from([("localQueueName", name.into())]);
    Node::from([("kueue", kueue), ("type", "Queue".into())])
}

/// A profile without GPU, on the queue that OpenShift AI makes in each project.
fn cpu(api: &str, applications: &str, objects: &mut Objects<'_, '_>) {
    let description = "For projects with queues, which do not show the default profile";
    let metadata = Metadata {
        annotations: shown("CPU only", description, "[]"),
        labels: BTreeMap::new(),
    };
    // what the default profile of OpenShift AI has
    let most = Offer { cores: 4, gib: 8 };
    let spec = Node::from([
        ("identifiers", cpu_and_memory(most, [2, 4]).into()),
        ("scheduling", queue("default")),
    ]);
    objects.put(kind(api), (applications, "cpu"), metadata, spec);
}
