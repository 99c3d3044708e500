//! Settings of Nova in the input, against what Nova 2023.1 does with them: an unknown key of an alias breaks every
//! flavor, one of a `device_spec` becomes a tag that nobody sees.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::api::open_stack_gpu::DataPlane;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::ini;
use super::objects::CORE;
use super::texts::{self, Reader, Text};

/// nova/pci/request.py, 2023.1.
const ALIAS_KEYS: [&str; 8] = [
    "name",
    "vendor_id",
    "product_id",
    "device_type",
    "capability_type",
    "numa_policy",
    "resource_class",
    "traits",
];
/// Keys of `device_spec` that came later (2025.1, 2025.2).
const LATER: [&str; 3] = ["managed", "live_migratable", "one_time_use"];
/// What somebody sets who moves virtual machines.
const MIGRATION: [&str; 5] = [
    "live_migration_downtime",
    "live_migration_downtime_steps",
    "live_migration_downtime_delay",
    "live_migration_completion_timeout",
    "live_migration_timeout_action",
];
/// Cards of several models have this one.
const SHARED_IDS: [(&str, &str); 1] = [("25b6", "A2 and A16")];

/// Says all of it.
pub(super) fn check(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    for text in texts {
        headers(text, problems);
        aliases(text, problems);
        device_specs(text, problems);
        if text.reader == Reader::Compute {
            of_computes(text, problems);
        }
    }
    post_copy(texts, problems);
    unequal(cloud, texts, problems);
    keys(cloud, texts, problems);
    half(cloud, texts, problems);
    reports(cloud, texts, problems);
}

/// oslo_config/iniparser.py, `_get_section`: a line that begins with `[` at the margin has to end with `]`.
fn headers(text: &Text, problems: &mut Problems) {
    let is_config = text.map.is_none() || Path::new(&text.key).extension() == Some("conf".as_ref());
    let lines = text.said.lines().map(str::trim_end);
    let broken = lines.filter(|line| line.starts_with('[') && !line.ends_with(']'));
    for line in broken.filter(|_| is_config) {
        // what follows may be a value that nobody should read here
        let (message, cure) = match line.split_once(']') {
            Some((name, _)) => (
                format!("something follows `{name}]` on its line"),
                format!("`{name}]` stands alone on its line; a comment has one of its own"),
            ),
            None => (
                "the header of a section has no `]` at its end".to_owned(),
                "write `]` behind its name".to_owned(),
            ),
        };
        let message = format!("{message}: oslo.config refuses the file, and Nova does not start");
        problems.push(Problem::new(&rule::INI, text.place.clone(), message).help(cure));
    }
}

/// The objects of a value; a template cannot be read.
fn objects(value: &str) -> Vec<serde_json::Map<String, Value>> {
    match serde_json::from_str(value) {
        Ok(Value::Object(one)) => vec![one],
        Ok(Value::Array(all)) => {
            let objects = all.into_iter().filter_map(|one| match one {
                Value::Object(one) => Some(one),
                _ => None,
            });
            objects.collect()
        }
        _ => Vec::new(),
    }
}

fn aliases(text: &Text, problems: &mut Problems) {
    for value in ini::values(&text.said, "pci", "alias") {
        for alias in objects(&value) {
            let name = alias
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            for key in alias
                .keys()
                .filter(|key| !ALIAS_KEYS.contains(&key.as_str()))
            {
                let message = format!(
                    "alias `{name}` has the key `{key}`, which Nova 2023.1 does not know: every flavor with an alias fails"
                );
                let problem = Problem::new(&rule::ALIAS_KEY, text.place.clone(), message);
                problems
                    .push(problem.help(format!("remove it; known are {}", ALIAS_KEYS.join(", "))));
            }
        }
    }
}

fn device_specs(text: &Text, problems: &mut Problems) {
    for value in ini::values(&text.said, "pci", "device_spec") {
        for spec in objects(&value) {
            for key in LATER.iter().filter(|key| spec.contains_key(**key)) {
                let message = format!(
                    "`device_spec` has the key `{key}`, which Nova 2023.1 takes for a tag and ignores"
                );
                let problem = Problem::new(&rule::ALIAS_KEY, text.place.clone(), message);
                problems.push(problem.help("remove it: it came with a later release of Nova"));
            }
            if spec.contains_key("address") || spec.contains_key("devname") {
                continue;
            }
            let id = spec.get("product_id").and_then(Value::as_str);
            let message = match id {
                None => "`device_spec` without `product_id` and `address` takes all devices of the vendor, audio functions and NVSwitches too".to_owned(),
                Some(id) => match SHARED_IDS.iter().find(|(shared, _)| *shared == id) {
                    Some((_, models)) => format!("`device_spec` means cards of {models}, which have one id"),
                    None => continue,
                },
            };
            let problem = Problem::new(&rule::SHARED_ID, text.place.clone(), message);
            problems.push(
                problem.help("an `address` beside it says which, as `lspci -D -d 10de:` shows it"),
            );
        }
    }
}

fn of_computes(text: &Text, problems: &mut Problems) {
    let wrong = "mdev_enabled_types";
    if !ini::values(&text.said, "devices", wrong).is_empty() {
        let message = format!("`[devices] {wrong}` is no option of Nova 2023.1: no vGPU is made");
        let problem = Problem::new(&rule::MDEV_OPTION, text.place.clone(), message);
        problems.push(problem.help("the option is `enabled_mdev_types`"));
    }
    let reserved = ini::values(&text.said, "DEFAULT", "reserved_huge_pages");
    if reserved
        .iter()
        .any(|value| value.split(',').any(|part| part.trim() == "size:4"))
    {
        let message =
            "`reserved_huge_pages` with `size:4` reserves pages of 4 KiB, and no huge page";
        let problem = Problem::new(&rule::RESERVED_PAGES, text.place.clone(), message);
        problems.push(problem.help(
            "pages of 1 GiB are `size:1048576`; or keep memory with `reserved_host_memory_mb`",
        ));
    }
}

/// Devices that are to be moved with their virtual machines, while post-copy may move those.
fn post_copy(texts: &[Text], problems: &mut Problems) {
    const PERMITS: &str = "live_migration_permit_post_copy";
    let computes = || texts.iter().filter(|text| text.reader == Reader::Compute);
    let has = |section: &'static str, option: &'static str| {
        move |text: &&Text| !ini::values(&text.said, section, option).is_empty()
    };
    let is_off = |text: &Text| {
        let values = ini::values(&text.said, "libvirt", PERMITS);
        values.last().and_then(|value| ini::truth(value)) == Some(false)
    };
    if computes().any(is_off) {
        return;
    }
    let is_movable = |text: &&Text| {
        let values = ["device_spec", "alias"].map(|option| ini::values(&text.said, "pci", option));
        let mut all = values
            .concat()
            .into_iter()
            .flat_map(|value| objects(&value));
        all.any(|one| {
            let said = one.get("live_migratable").map(ToString::to_string);
            said.is_some_and(|said| ini::truth(said.trim_matches('"')) != Some(false))
        })
    };
    // vGPUs alone do not say that anybody moves them; settings of migrations beside them do
    let moves = MIGRATION
        .iter()
        .any(|option| computes().any(|text| has("libvirt", option)(&text)));
    let of_vgpus = computes().find(has("devices", "enabled_mdev_types"));
    let wanted = texts.iter().find(is_movable).or(of_vgpus.filter(|_| moves));
    if let Some(text) = wanted {
        let message = "devices are moved with their virtual machines, and post-copy, which cannot do that, is permitted";
        let problem = Problem::new(&rule::POST_COPY, text.place.clone(), message);
        problems.push(problem.help(format!(
            "below `[libvirt]` in a text of the compute nodes belongs `{PERMITS} = False`: the operator's own file has True"
        )));
    }
}

/// An alias is one text wherever it stands. What the control plane says otherwise is said where it is completed.
fn unequal(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    let mut known: BTreeMap<String, (Value, Option<Place>)> = BTreeMap::new();
    for alias in &cloud.aliases {
        if let Ok(value) = serde_json::from_str(&alias.text()) {
            known.insert(alias.name.to_owned(), (value, None));
        }
    }
    let in_order = texts.iter().filter(|text| text.reader == Reader::Api);
    let in_order = in_order.chain(texts.iter().filter(|text| text.reader == Reader::Compute));
    for text in in_order {
        for value in ini::values(&text.said, "pci", "alias") {
            for alias in objects(&value).into_iter().map(Value::Object) {
                let name = alias["name"].as_str().unwrap_or_default().to_owned();
                let Some((first, place)) = known.get(&name) else {
                    known.insert(name, (alias, Some(text.place.clone())));
                    continue;
                };
                let is_same =
                    ini::in_small_letters(first.clone()) == ini::in_small_letters(alias.clone());
                if is_same || text.reader == Reader::Api {
                    continue;
                }
                let other = match place {
                    Some(place) => format!("at {place}: {first}"),
                    None => format!("of the OpenStackGpu: {first}"),
                };
                let message = format!("alias `{name}` is not what it is elsewhere");
                let problem = Problem::new(&rule::ALIAS_UNEQUAL, text.place.clone(), message);
                problems.push(
                    problem
                        .fact(other)
                        .fact(format!("here: {alias}"))
                        .help("write one text in the API and on all computes: a resize asks the compute for it"),
                );
            }
        }
    }
}

/// All files of one service lie in one folder on a node: equal names overwrite each other, and the last in the order of
/// names counts.
fn keys(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    const OWN: [&str; 2] = ["30-gpu.conf", "31-compute.conf"];
    const OPERATORS: &str = "02-nova-host-specific.conf";
    let ours = cloud.spec.data_plane.as_ref().map(DataPlane::gpu_service);
    for text in texts
        .iter()
        .filter(|text| text.map.is_some() && text.map != ours)
    {
        let message = if ours.is_some() && OWN.contains(&text.key.as_str()) {
            format!(
                "`{}` is the name of a file that is made here: one overwrites the other",
                text.key
            )
        } else if text.key.as_str() < OPERATORS && text.said.contains("[pci]") {
            format!(
                "`{}` sorts before `{OPERATORS}` of the operator, which then counts",
                text.key
            )
        } else {
            continue;
        };
        let problem = Problem::new(&rule::CONFIG_KEY, text.place.clone(), message);
        problems.push(problem.help("call it otherwise, as `40-own.conf`"));
    }
}

fn is_on(text: &Text, section: &str, option: &str) -> bool {
    let values = ini::values(&text.said, section, option);
    values.last().and_then(|value| ini::truth(value)) == Some(true)
}

/// API, scheduler and conductors ask Placement all or none. With `placement: {pci: true}` all are completed.
fn half(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    if cloud.uses_placement() {
        return;
    }
    let of_control_plane = || texts.iter().filter(|text| text.reader != Reader::Compute);
    let asks = |text: &&Text| is_on(text, "filter_scheduler", "pci_in_placement");
    let Some(first) = of_control_plane().find(asks) else {
        return;
    };
    let lacks = of_control_plane().find(|text| !asks(text));
    if lacks.is_none() {
        asked_for_nothing(cloud, of_control_plane(), problems);
    }
    if let Some(lacks) = lacks {
        let message = "a part of Nova asks Placement for GPUs, and another does not: what one counts the other gives away";
        let problem = Problem::new(&rule::PLACEMENT_HALF, lacks.place.clone(), message);
        problems.push(
            problem
                .fact(format!("`pci_in_placement = True` at {}", first.place))
                .help("once all computes report, `placement: {pci: false}` can go, and all ask it; until then no part may"),
        );
    }
}

/// All of a control plane that is completed ask, and the placeholder says that nobody does. What a dump shows is to change.
fn asked_for_nothing<'t>(
    cloud: &Cloud<'_>,
    mut texts: impl Iterator<Item = &'t Text>,
    problems: &mut Problems,
) {
    let placement = cloud.spec.placement.as_ref();
    let is_off = placement.and_then(|one| one.pci) == Some(false);
    let mut planes = cloud.given_here(CORE, "OpenStackControlPlane");
    let is_live = planes.any(|(_, document)| document.is_live());
    let Some(first) = texts.next().filter(|_| is_off && !is_live) else {
        return;
    };
    let message = "`[filter_scheduler] pci_in_placement` is on, and `placement: {pci: false}` says that Nova asks Placement for no GPU";
    let problem = Problem::new(&rule::OPTION_CONFLICT, first.place.clone(), message);
    let problem = texts.fold(problem, |problem, text| {
        problem.fact(format!("it is on at {} too", text.place))
    });
    problems.push(
        problem
            .help("where all computes report their GPUs, `placement: {pci: false}` goes")
            .help("else the lines go, all of them: what is there is never overwritten"),
    );
}

/// All computes have to report their GPUs before anybody asks Placement for them.
fn reports(cloud: &Cloud<'_>, texts: &[Text], problems: &mut Problems) {
    if !cloud.uses_placement() {
        return;
    }
    let own = cloud
        .spec
        .data_plane
        .as_ref()
        .map(|plane| plane.name().to_owned());
    for (set, maps) in texts::node_sets(cloud) {
        let is_own = own.as_deref() == Some(set.name.as_ref());
        let Some(maps) = maps.filter(|_| !is_own) else {
            continue;
        };
        let of_set = |text: &&Text| text.map.as_ref().is_some_and(|map| maps.contains(map));
        let has_gpus = |text: &Text| !ini::values(&text.said, "pci", "device_spec").is_empty();
        let mut own = texts.iter().filter(of_set);
        let reports = own
            .clone()
            .any(|text| is_on(text, "pci", "report_in_placement"));
        if reports || !own.any(has_gpus) {
            continue;
        }
        let start = set.range.start;
        let message = format!(
            "NodeSet `{}` has GPUs that it does not report to Placement, which is asked for them: nothing is given away there",
            set.name
        );
        let place = set.place(start..start, "metadata.name");
        let problem = Problem::new(&rule::PLACEMENT_REPORTS, place, message);
        problems.push(
            problem
                .help("its computes need `report_in_placement = True` under `[pci]`, for good")
                .help("until all of them have it: `placement: {pci: false}`"),
        );
    }
}
