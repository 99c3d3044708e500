//! From a running cluster to Git: `facts` on what `oc` prints and on folders of must-gather.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Folder, Run};

/// What the repository holds of real clusters, and the cases that render on them.
const CASES: [(&str, &str); 5] = [
    ("seed-000", "zpqdx"),
    ("seed-001", "zpqdx"),
    ("rhoai3-generate", "qt67m"),
    ("seed-004-t4-private", "rhoaibu-dev"),
    ("seed-004-t4-shared", "rhoaibu-dev"),
];

fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(path)
}

fn text(path: &str) -> String {
    fs::read_to_string(testdata(path)).unwrap()
}

/// The files of a folder, at any depth, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let nested = paths.into_iter().map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    nested.flatten().collect()
}

/// What `oc get -o yaml` prints of several objects.
fn list(texts: &[String]) -> String {
    let mut list = String::from("apiVersion: v1\nitems:\n");
    for text in texts {
        for (index, line) in text.lines().enumerate() {
            let _ = writeln!(list, "{} {line}", if index == 0 { "-" } else { " " });
        }
    }
    list + "kind: List\nmetadata:\n  resourceVersion: \"\"\n"
}

/// A dump of a cluster of the repository.
fn dump(cluster: &str) -> String {
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    let texts: Vec<String> = files(&testdata(&format!("clusters/{cluster}")))
        .into_iter()
        .map(read)
        .collect();
    list(&texts)
}

/// The facts out of a dump, without the warning that nobody saved a ClusterVersion.
fn facts(dump: &str) -> String {
    let answer = Run::new(&["facts"]).stdin(dump);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(
        answer.err.starts_with("warning[fact-left-out]"),
        "{}",
        answer.err
    );
    assert!(answer.err.ends_with("\n1 warning\n"), "{}", answer.err);
    answer.out
}

#[test]
fn captured_facts_render_as_the_raw_dump_does() {
    for (case, cluster) in CASES {
        let captured = facts(&dump(cluster));
        assert_eq!(facts(&dump(cluster)), captured, "{cluster} twice");
        let folder = Folder::new(&format!("facts-{case}"))
            .file("gpu.yaml", text(&format!("{case}/input.yaml")))
            .file("facts.yaml", captured);
        let rendered = folder.run(&["render", "gpu.yaml", "facts.yaml"]);
        assert_eq!(
            rendered.out,
            text(&format!("{case}/expected.yaml")),
            "{case}: {}",
            rendered.err
        );
    }
}

#[test]
fn two_hundred_machine_sets_are_captured_the_same_way_twice() {
    let worker = text("clusters/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2a.yaml");
    let mut texts = vec![text("clusters/zpqdx/infrastructure.yaml")];
    texts.extend((0..200).rev().map(|index| {
        worker.replace(
            "worker-us-east-2a",
            &format!("worker-{index:03}-us-east-2a"),
        )
    }));
    let first = facts(&list(&texts));
    // the server's numbers and the order of the list change with every dump
    texts.reverse();
    let again = list(&texts).replace("resourceVersion: '1482217'", "resourceVersion: '1999999'");
    assert_eq!(facts(&again), first);
    assert_eq!(first.matches("\n    zone: us-east-2a\n").count(), 200);
}

#[test]
fn folders_of_must_gather_are_read_where_it_matters() {
    let cluster = "must-gather.local.1/quay-io-openshift-sha256-0/cluster-scoped-resources/config.openshift.io";
    let api = "must-gather.local.1/quay-io-openshift-sha256-0/namespaces/openshift-machine-api";
    let infrastructure = list(&[text("clusters/zpqdx/infrastructure.yaml")]);
    let infrastructure = infrastructure.replace("kind: List", "kind: InfrastructureList");
    let mut folder = Folder::new("must-gather")
        .file("must-gather.local.1/version", "openshift/must-gather\n")
        .file("must-gather.local.1/event-filter.json", "{\"items\": [")
        .file(
            format!("{cluster}/infrastructures.yaml"),
            format!("---\n{infrastructure}"),
        )
        .file(format!("{cluster}/clusteroperators.yaml"), "[cut")
        .file(format!("{api}/core/secrets.yaml"), "kind: Secret\n")
        .file(format!("{api}/pods/a/a.yaml"), "[cut");
    for path in files(&testdata("clusters/zpqdx/machinesets")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = format!("---\n{}", fs::read_to_string(&path).unwrap());
        folder = folder.file(
            format!("{api}/machine.openshift.io/machinesets/{name}"),
            text,
        );
    }
    let answer = folder.run(&["facts", "must-gather.local.1"]);
    assert_eq!(answer.out, facts(&dump("zpqdx")), "{}", answer.err);
    let inner = folder.run(&["facts", "must-gather.local.1/quay-io-openshift-sha256-0"]);
    assert_eq!(inner.out, answer.out);
    let written = folder.run(&["facts", "must-gather.local.1", "-o", "facts.yaml"]);
    assert_eq!(written.out, "facts.yaml\n");
    assert_eq!(
        fs::read_to_string(folder.0.join("facts.yaml")).unwrap(),
        answer.out
    );
}

#[test]
fn a_dump_that_lacks_something_says_how_to_get_it() {
    let answer = Run::new(&["facts"])
        .stdin(text("clusters/zpqdx/infrastructure.yaml"))
        .failed();
    assert!(
        answer.contains(
            "`oc get machinesets.machine.openshift.io -n openshift-machine-api -o yaml > "
        ),
        "{answer}"
    );
    let whole = dump("zpqdx");
    let cut = &whole[..whole.len() / 2];
    let answer = Run::new(&["facts"]).stdin(cut).failed();
    assert!(answer.contains("error[dump-cut-off]"), "{answer}");
    let two = [dump("zpqdx"), dump("qt67m")].join("---\n");
    let answer = Run::new(&["facts"]).stdin(two).failed();
    assert!(
        answer.contains("error[clusters-mixed]: the dump is of 2 clusters"),
        "{answer}"
    );
}
