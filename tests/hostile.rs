//! What is larger than any object of a cluster: refused where it would be read, passed on where nobody reads it.

use insta::assert_snapshot;

use crate::support::{Answer, Folder};

const POOL: &str = include_str!("../functions/GpuMachineSet/example/gpu.yaml");
const SETS: &str = include_str!("../functions/GpuMachineSet/example/facts/machinesets.yaml");
const INFRASTRUCTURE: &str =
    include_str!("../functions/GpuMachineSet/example/facts/infrastructure.yaml");

/// Longer than an object that is read may be.
fn long() -> String {
    "x".repeat(9 << 20)
}

fn render(test: &str, pool: &str, sets: &str) -> Answer {
    let folder = Folder::new(test)
        .file("gpu.yaml", pool)
        .file("facts/infrastructure.yaml", INFRASTRUCTURE)
        .file("facts/machinesets.yaml", sets);
    folder.run(&["render", "gpu.yaml", "facts"])
}

#[test]
fn a_placeholder_of_megabytes_is_refused_in_a_few_words() {
    let pool = format!("{POOL}  labels: {{a: {}}}\n", long());
    let answer = render("large-placeholder", &pool, SETS);
    assert_eq!((answer.code, answer.out.as_str()), (Some(1), ""));
    assert_snapshot!(answer.err, @"
    error[object-too-large]: the object is 10 MiB long, and at most 8 MiB are read
     --> gpu.yaml:1:1  GpuMachineSet l4
      |
    1 | # yaml-language-server: $schema=../schema.json
      | ^
      = help: no API server takes an object of this size: a generator probably ran away

    1 error
    ");
}

#[test]
fn a_placeholder_of_very_many_values_is_refused_too() {
    let pool = format!("{POOL}  zones: [{}]\n", "a,".repeat(200_000));
    let answer = render("many-values", &pool, SETS);
    assert_eq!((answer.code, answer.out.as_str()), (Some(1), ""));
    assert_snapshot!(answer.err, @"
    error[object-too-large]: the object holds more than 200000 values
     --> gpu.yaml:1:1  GpuMachineSet l4
      |
    1 | # yaml-language-server: $schema=../schema.json
      | ^
      = help: no API server takes an object of this size: a generator probably ran away

    1 error
    ");
}

#[test]
fn an_object_of_megabytes_beside_a_placeholder_stays_as_it_is() {
    let other = format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: {}\n", long());
    let pool = format!("{POOL}---\n{other}");
    let answer = render("large-object", &pool, SETS);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(answer.out.contains(&other));
}

#[test]
fn a_list_of_megabytes_is_read_element_by_element() {
    let note = format!("notes/of-the-owner: \"{}\"", "x".repeat(1 << 20));
    let set = SETS.split("- apiVersion").nth(1).unwrap();
    let set = set.replace(
        "    annotations:\n",
        &format!("    annotations:\n      {note}\n"),
    );
    let named = |n: usize| {
        let name = "prod-7qz4d-worker-eu-central-1a";
        format!("- apiVersion{}", set.replace(name, &format!("{name}-{n}")))
    };
    let more: String = (0..10).map(named).collect();
    let sets = SETS.replacen("items:\n", &format!("items:\n{more}"), 1);
    let answer = render("large-list", POOL, &sets);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let plain = render("small-list", POOL, SETS);
    assert_eq!(
        answer.out.matches("kind: MachineSet").count(),
        plain.out.matches("kind: MachineSet").count()
    );
}
