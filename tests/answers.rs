//! An answer that cannot be given is an error, never an empty one: folders keep their files, checks are made.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Answer, Folder, NO_PLATFORM, Run, aws_facts as facts};

const POOL: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4}
spec: {instanceType: g6.4xlarge, replicas: 1, rootVolume: {sizeGiB: 200}}
";

/// One anchor, and the parser reads the whole stream.
const ANCHORED: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: models}\nspec:\n  selector: &app {app: models}\n  ports: [{port: 8080}]\n";

/// Texts that every reader takes, and the parser alone did not.
const TAKEN: [&str; 5] = [
    "\"Welcome.\n\t\n    Log in.\"",
    "'Welcome.\nLog in.'",
    "\"Welcome.\n\tLog in.\"",
    "\"Welcome.\n Log in.\"",
    "'Welcome.\n\n\tLog in.'",
];

/// Texts that no reader takes.
const REFUSED: [&str; 4] = ["\"\\d+\"", "\"\\ud83d\"", "a\u{c}b", "a\u{9b}b"];

fn message(text: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: message}}\ndata:\n  text: {text}\n")
}

fn folder(name: &str, text: &str) -> Folder {
    Folder::new(name)
        .file("in/gpu.yaml", POOL.to_owned() + NO_PLATFORM)
        .file("in/message.yaml", message(text))
        .file("clusters/one.yaml", facts("one"))
        .file("clusters/two.yaml", facts("two"))
}

fn files(folder: &Folder, below: &str) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder.0.join(below)) else {
        return BTreeSet::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != ".gpu-machineset").collect()
}

const FOLDER: [&str; 6] = ["render", "in", "--facts", "clusters/one.yaml", "-o", "out"];
const FLEET: [&str; 7] = [
    "render",
    "in",
    "--facts",
    "clusters",
    "--per-cluster",
    "-o",
    "fleet",
];

fn generate(folder: &Folder) -> Answer {
    Run::new(&["argocd", "generate"])
        .within(&folder.0.join("in"))
        .env("ARGOCD_APP_NAME", "gpu")
        .env("KUBE_VERSION", "1.33")
        .env("KUBE_API_VERSIONS", "v1,apps/v1")
        .stdin("")
}

#[test]
fn an_anchor_in_another_file_takes_no_object_away() {
    for (index, text) in TAKEN.iter().enumerate() {
        let folder = folder(&format!("answers-taken-{index}"), text);
        folder.run(&FOLDER).clean();
        folder.run(&FLEET).clean();
        let (alone, of_one) = (files(&folder, "out"), files(&folder, "fleet/one"));
        assert_eq!(alone.len(), 3, "{text}: {alone:?}");

        let folder = folder.file("in/service.yaml", ANCHORED);
        let rendered = folder.run(&["render", "in", "--facts", "clusters/one.yaml"]);
        assert_eq!(rendered.clean().matches("\nkind: ").count(), 4, "{text}");
        folder.run(&FOLDER).clean();
        folder.run(&FLEET).clean();
        for (before, below) in [
            (&alone, "out"),
            (&of_one, "fleet/one"),
            (&of_one, "fleet/two"),
        ] {
            let expected = before.len() + 1;
            assert_eq!(files(&folder, below).len(), expected, "{text}: {below}");
        }
    }
}

#[test]
fn what_cannot_be_read_fails_and_leaves_the_folder_as_it_was() {
    for (index, text) in REFUSED.iter().enumerate() {
        let good = folder(&format!("answers-refused-{index}"), "good");
        good.run(&FOLDER).clean();
        good.run(&FLEET).clean();
        let before = (files(&good, "out"), files(&good, "fleet/one"));
        let bad = good.file("in/message.yaml", message(text));
        for anchored in [false, true] {
            if anchored {
                fs::write(bad.0.join("in/service.yaml"), ANCHORED).unwrap();
            }
            for args in [&FOLDER[..], &FLEET[..]] {
                let err = bad.run(args).failed();
                assert!(err.contains("error[invalid-yaml]"), "{text}: {err}");
                assert!(err.contains("in/message.yaml:5:"), "{text}: {err}");
            }
            assert_eq!(before, (files(&bad, "out"), files(&bad, "fleet/one")));
            let said = generate(&bad).failed();
            assert!(said.contains("error[invalid-yaml]"), "{text}: {said}");
        }
    }
}

#[test]
fn argo_cd_is_told_whatever_else_the_application_holds() {
    for (index, text) in TAKEN.iter().enumerate() {
        let folder = folder(&format!("answers-argocd-{index}"), text)
            .file("in/facts.yaml", facts("one"))
            .file("in/service.yaml", ANCHORED);
        let err = generate(&folder).failed();
        assert!(err.contains("error[no-machine-api]"), "{text}: {err}");
    }
}

#[test]
fn nothing_stands_on_standard_output_when_a_run_fails() {
    for input in ["---\n", "# a comment\n---\n", "\u{feff}---\n", "\n"] {
        Run::new::<&str>(&[]).stdin(input).failed();
        let folder = Folder::new("answers-empty").file("in.yaml", input);
        folder.run(&["render", "in.yaml"]).failed();
        folder
            .run(&["render", "in.yaml", "--format", "json"])
            .failed();
    }
    // a ResourceList is answered with its items
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: gpu-machineset.dev/v1alpha1\n  kind: GpuMachineSet\n  metadata: {name: l4}\n";
    let answer = Run::new::<&str>(&[]).stdin(list);
    assert_eq!(answer.code, Some(1));
    assert!(answer.out.contains("kind: GpuMachineSet") && answer.out.contains("\nresults:"));
}

#[test]
fn a_mark_that_cannot_be_read_is_no_missing_mark() {
    let twice = "data: {a: b, a: c}\n";
    let marked = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, annotations: {{config.kubernetes.io/local-config: \"true\"}}}}\n{twice}"
    );
    let folder = folder("answers-mark", "good").file("in/marked.yaml", &marked);
    let err = folder
        .run(&["render", "in", "--facts", "clusters/one.yaml"])
        .failed();
    assert!(err.contains("error[duplicate-key]"), "{err}");
    // without a mark nobody reads it, and it passes as it came
    let plain = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{twice}");
    let folder = folder.file("in/marked.yaml", plain);
    let out = folder
        .run(&["render", "in", "--facts", "clusters/one.yaml"])
        .clean();
    assert!(out.contains(twice), "{out}");
}

#[test]
fn a_difference_that_cannot_be_seen_is_an_error() {
    let folder = folder("answers-diff", "good");
    let set = folder
        .run(&["render", "in", "--facts", "clusters/one.yaml"])
        .clean();
    let folder = folder.file("live.yaml", &set);
    let diff = [
        "diff",
        "in",
        "--facts",
        "clusters/one.yaml",
        "--live",
        "live.yaml",
    ];
    assert_eq!(folder.run(&diff).code, Some(0));
    let folder = folder.file(
        "live.yaml",
        set.replace("replicas: 1\n", "replicas: 1\n  replicas: 2\n"),
    );
    let answer = folder.run(&diff);
    assert_eq!((answer.code, answer.out.as_str()), (Some(2), ""));
    assert!(
        answer.err.contains("error[duplicate-key]"),
        "{}",
        answer.err
    );
}
