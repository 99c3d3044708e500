//! What an OpenStackGpu makes: as many objects as a lab has, one text of an alias everywhere, every service alone.

use std::collections::BTreeMap;
use std::fs;

use gpu_machineset::{Input, Mode, Output, Role, Source, expand};

use crate::testdata::Case;

fn rendered(text: &str) -> Output {
    let sources = vec![Source::new("openstack.yaml", text)];
    expand(&Input::new(sources, Mode::Bare))
}

fn text_of(output: &Output) -> &str {
    let said: Vec<&str> = (output.problems.iter())
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(!output.problems.has_errors(), "{said:?}");
    &output.text
}

fn counts(text: &str) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for kind in text.lines().filter_map(|line| line.strip_prefix("kind: ")) {
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

fn of_case(name: &str) -> String {
    fs::read_to_string(Case::named(name).folder.join("input.yaml")).unwrap()
}

#[test]
fn a_lab_has_as_many_objects_as_make_gives_and_a_cloud_as_many_as_it_needs() {
    for (case, objects, volumes) in [
        ("replaced/seed-003", 29, 20),
        ("render/openstack_gpu/three-nodes", 71, 60),
        ("render/openstack_gpu/production", 24, 0),
    ] {
        let output = rendered(&of_case(case));
        let mut made = counts(text_of(&output));
        // nodes that show where volumes go leave as they came
        made.remove("Node");
        assert_eq!(made.values().sum::<usize>(), objects, "{case}: {made:?}");
        assert_eq!(
            made.get("PersistentVolume").copied().unwrap_or(0),
            volumes,
            "{case}"
        );
    }
}

/// The alias is one text in the API and on computes, and its name is what flavors say.
#[test]
fn an_alias_that_changes_in_one_place_changes_everywhere() {
    let input = of_case("render/openstack_gpu/production");
    let aliases = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("alias = "));
        lines.map(str::to_owned).collect()
    };
    let of = |input: &str| {
        let output = rendered(input);
        let commands = output
            .problems
            .iter()
            .flat_map(|problem| problem.help.clone());
        let commands: Vec<String> = commands
            .filter(|help| help.contains("flavor create"))
            .collect();
        (aliases(text_of(&output)), commands)
    };
    let (before, commands) = of(&input);
    assert_eq!(before.len(), 2, "the API and the computes: {before:?}");
    assert_eq!(before[0], before[1]);
    assert!(
        commands[0].contains("pci_passthrough:alias=nvidia:1"),
        "{commands:?}"
    );
    let policy = input.replace(
        "deviceType: type-PF}",
        "deviceType: type-PF, numaPolicy: socket}",
    );
    let (after, _) = of(&policy);
    assert!(
        after[0].contains(r#""numa_policy": "socket""#) && after[0] == after[1],
        "{after:?}"
    );
    let (after, commands) = of(&input.replace("nvidia", "l40s-whole"));
    assert!(
        after
            .iter()
            .all(|line| line.contains(r#""name": "l40s-whole""#)),
        "{after:?}"
    );
    assert!(commands[0].contains("alias=l40s-whole:1"), "{commands:?}");
}

/// The operators come with facts of a cluster, once; what is shown is not made again, and a second run makes nothing.
#[test]
fn operators_are_implied_once() {
    let read = |case: &str, file: &str| {
        let folder = Case::named(&format!("render/openstack_gpu/{case}")).folder;
        fs::read_to_string(folder.join(file)).unwrap()
    };
    let render = |facts: &str| {
        let sources = vec![
            Source::new("input.yaml", read("operators", "input.yaml")),
            Source::with_role("facts.yaml", facts, Role::FactsOnly),
        ];
        expand(&Input::new(sources, Mode::Bare))
    };
    let facts = read("operators", "facts.yaml");
    let output = render(&facts);
    let made = text_of(&output);
    let mut packages: Vec<&str> = made
        .lines()
        .filter_map(|line| line.strip_prefix("  channel: "))
        .collect();
    packages.sort_unstable();
    assert_eq!(
        packages,
        ["stable", "stable", "stable", "stable-v1", "stable-v1.0"]
    );
    // what was made stands in the input of the next run, and is made again in its place
    let sources = vec![
        Source::new(
            "input.yaml",
            format!("{}---\n{made}", read("operators", "input.yaml")),
        ),
        Source::with_role("facts.yaml", facts.as_str(), Role::FactsOnly),
    ];
    let again = expand(&Input::new(sources, Mode::Bare));
    assert_eq!(text_of(&again).trim_start_matches("---\n"), made);
    let there = render(&read("operators-there", "facts.yaml"));
    assert!(!text_of(&there).contains("kind: Subscription"));
    assert!(there.problems.iter().next().is_none());
}

#[test]
fn every_service_is_on_alone_and_says_so() {
    let base = of_case("render/openstack_gpu/all-services");
    let start = base.find("  services: ").unwrap();
    let end = start + base[start..].find('\n').unwrap();
    for (written, section) in [
        ("barbican: true", "barbican"),
        ("cinder: true", "cinder"),
        ("designate: true", "designate"),
        ("heat: true", "heat"),
        ("horizon: true", "horizon"),
        ("ironic: true", "ironic"),
        ("manila: true", "manila"),
        ("octavia: true", "octavia"),
        ("swift: true", "swift"),
        ("telemetry: {ceilometer: true}", "telemetry"),
        ("telemetry: {metricStorage: true}", "telemetry"),
        ("heat: true, telemetry: {autoscaling: true}", "telemetry"),
        (
            "telemetry: {ceilometer: true, metricStorage: true}, watcher: true",
            "watcher",
        ),
    ] {
        let services = match written {
            "swift: true" => "  services: {swift: true}".to_owned(),
            written => format!("  services: {{swift: true, {written}}}"),
        };
        let input = format!("{}{services}{}", &base[..start], &base[end..]);
        let output = rendered(&input);
        let on = format!("\n  {section}:\n    enabled: true\n");
        assert!(text_of(&output).contains(&on), "{section}");
    }
}
