//! `fit` and the page of it.

use std::path::Path;

use insta::assert_snapshot;

use crate::support::Run;

fn fit(args: &[&str]) -> Run {
    Run::new(&[&["fit"], args].concat()).within(Path::new(env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn a_pool_of_files_is_answered_for() {
    let files = [
        "functions/GpuMachineSet/example.yaml",
        "functions/ClusterFacts/example.yaml",
    ];
    let asked = [&["llama-3.2-3b-instruct"], &files[..], &["--pool", "l4"]].concat();
    let answer = fit(&[&asked[..], &["--max-model-len", "16384"]].concat())
        .stdin("")
        .clean();
    assert!(
        answer.contains("\npool l4 (g6.4xlarge): fits for 16384 tokens, +"),
        "{answer}"
    );
    let json = fit(&[&asked[..], &["--format", "json"]].concat()).stdin("");
    assert_eq!(json.code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let first = &json["answers"][0];
    assert_eq!(
        (&first["pool"], &first["verdict"]),
        (&"l4".into(), &"doesNotFit".into()),
        "{json}"
    );
    let asked = [&["phi-4"], &files[..], &["--pool", "l5"]].concat();
    assert_snapshot!(fit(&asked).stdin("").misused(), @r"
    error: no pool has the name `l5`

      tip: did you mean `l4`?
    ");
}

#[test]
fn what_is_not_known_is_said() {
    for (args, said) in [
        (&["phi-44"][..], "did you mean `phi-4`?"),
        (
            &["phi-4", "--type", "g6.4xlarg"],
            "did you mean `g6.4xlarge`?",
        ),
        (&["phi-4", "--openshift-ai", "2.9"], "the releases are 2.25"),
        (&["phi-4", "--gpus", "0"], "0"),
    ] {
        let answer = fit(args).stdin("").misused();
        assert!(answer.contains(said), "{args:?}: {answer}");
    }
    // nothing certain is no failure
    let hybrid = fit(&["qwen3.6-27b", "--type", "g6e.xlarge"])
        .stdin("")
        .clean();
    assert!(
        hybrid.contains("g6e.xlarge: unknown\n  it keeps a state of fixed size"),
        "{hybrid}"
    );
    let share = fit(&["phi-4", "--type", "g6f.large"]).stdin("").clean();
    assert!(share.contains("it has a share of a GPU"), "{share}");
    let few = fit(&["phi-4", "--type", "g6.4xlarge", "--gpus", "2"]).stdin("");
    assert_eq!(few.code, Some(1));
    assert!(
        few.out.contains("a machine has 1 of the 2 GPUs"),
        "{}",
        few.out
    );
}
