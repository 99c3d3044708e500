//! The pages and examples under `functions/` say what the program does.

use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset::{Input, Mode, Output, Source, expand};

const START: &str = "<!-- rendered: written by `UPDATE=1 cargo test` -->\n```yaml\n";

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("functions")
        .join(path)
}

/// What comes out of these texts and the example's facts.
fn rendered(pool: &str) -> Output {
    let facts = fs::read_to_string(file("ClusterFacts/example.yaml")).unwrap();
    let sources = vec![
        Source::new("pool.yaml", pool),
        Source::new("facts.yaml", facts),
    ];
    expand(&Input::new(sources, Mode::Bare))
}

fn stems(output: &Output) -> Vec<String> {
    let objects = output
        .objects()
        .unwrap()
        .into_iter()
        .map(|object| object.file_stem);
    objects.filter(|stem| stem.starts_with("machine")).collect()
}

#[test]
fn the_example_renders_without_a_problem() {
    let output = rendered(&fs::read_to_string(file("GpuMachineSet/example.yaml")).unwrap());
    let errors: Vec<_> = output
        .problems
        .iter()
        .map(|problem| &problem.message)
        .collect();
    assert!(!output.problems.has_errors(), "{errors:?}");
    let name = "cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2";
    let expected = ["machineset", "machineautoscaler"].iter().flat_map(|kind| {
        ["a", "b"].map(|zone| format!("{kind}-openshift-machine-api_{name}{zone}"))
    });
    assert_eq!(stems(&output), expected.collect::<Vec<_>>());
}

/// The page's "After" is what its "Before" gives.
#[test]
fn the_page_shows_what_comes_out() {
    let path = file("GpuMachineSet/README.md");
    let page = fs::read_to_string(&path).unwrap();
    let block = |text: &str| {
        text.split_once("```\n")
            .map(|(block, _)| block.to_owned())
            .unwrap()
    };
    let before = block(page.split_once("Before:\n\n```yaml\n").unwrap().1);
    let (head, rest) = page.split_once(START).unwrap();
    let tail = rest.strip_prefix(block(rest).as_str()).unwrap();
    let objects = rendered(&before).objects().unwrap().into_iter();
    let machines = objects.filter(|object| object.file_stem.starts_with("machine"));
    let texts: Vec<String> = machines.map(|object| object.text).collect();
    assert_eq!(texts.len(), 2, "one MachineSet, one MachineAutoscaler");
    let after = texts.join("---\n");
    let right = format!("{head}{START}{after}{tail}");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, right).unwrap();
    } else {
        assert!(
            page == right,
            "functions/GpuMachineSet/README.md is stale: UPDATE=1 cargo test"
        );
    }
}

/// A misspelt field hides neither a zone outside the region nor a type without a GPU.
#[test]
fn mistakes_of_form_and_of_meaning_are_told_in_one_run() {
    let output = rendered(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: a}\nspec:\n  instanceType: m5.xlarge\n  zones: [us-east-1a]\n  replica: 1\n  labels: {a: yes}\n",
    );
    let slugs: Vec<&str> = output
        .problems
        .iter()
        .map(|problem| problem.rule.slug)
        .collect();
    let expected = [
        "instance-type-without-gpu",
        "zone-outside-region",
        "unknown-field",
        "invalid-value",
    ];
    assert_eq!(slugs, expected);
    assert_eq!(output.text, "");
}
