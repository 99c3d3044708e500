//! Every cloud goes all the way: a set that an engineer made by hand is adopted, rendered again, and nothing differs.

use std::fs;

use crate::support::{Folder, Run};
use crate::testdata::{self, Case};

/// A replaced set, its cluster, and what the Machine API fills in when it is made: text of the provider spec, with what it
/// becomes.
type Filled = &'static [(&'static str, &'static str)];

const SETS: [(&str, &str, Filled); 3] = [
    (
        "azure-a100",
        "virginia",
        &[(
            "          publicIP: false\n",
            "          publicIP: false\n          diagnostics: {}\n          securityProfile: {settings: {}}\n          metadata: {creationTimestamp: null}\n",
        )],
    ),
    (
        "gcp-l4",
        "iowa",
        &[
            ("labels: {}", "labels: null"),
            (
                "          projectID",
                "          shieldedInstanceConfig: {}\n          metadata: {creationTimestamp: null}\n          projectID",
            ),
        ],
    ),
    (
        "gcp-t4",
        "iowa",
        &[(
            "          projectID",
            "          shieldedInstanceConfig: {}\n          projectID",
        )],
    ),
];

fn files(cluster: &str) -> Vec<String> {
    let entries = fs::read_dir(testdata::cluster(cluster)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts = paths
        .into_iter()
        .map(|path| fs::read_to_string(path).unwrap());
    texts.collect()
}

#[test]
fn sets_of_every_cloud_are_adopted_without_a_difference() {
    for (case, cluster, filled) in SETS {
        let case = Case::named(&format!("replaced/{case}"));
        let replaced = case.text("replaced.yaml").unwrap();
        let mut made = replaced.clone();
        for (from, to) in filled {
            assert!(made.contains(from), "{}: {from}", case.name);
            made = made.replace(from, to);
        }
        for set in [replaced, made] {
            let live = [files(cluster), vec![set]].concat().join("\n---\n");
            let facts = Run::new(&["facts", "-"]).stdin(live.as_str()).out;
            let adopted = Run::new(&["adopt"]).stdin(live.as_str()).out;
            let folder = Folder::new(&format!("cloud-{}", case.name.replace('/', "-")))
                .file("gpu.yaml", &adopted)
                .file("facts.yaml", facts)
                .file("live.yaml", &live);
            let answer = folder.run(&["diff", "gpu.yaml", "facts.yaml", "--live", "live.yaml"]);
            let differs = (answer.out.as_str(), answer.code);
            assert_eq!(
                differs,
                ("", Some(0)),
                "{}: {adopted}\n{}",
                case.name,
                answer.err
            );
            // what a field can say is said by a field
            assert!(
                !adopted.contains("osDisk") && !adopted.contains("vmSize"),
                "{adopted}"
            );
        }
    }
}

#[test]
fn plan_shows_machines_of_every_cloud() {
    for (case, _, _) in SETS {
        let case = Case::named(&format!("replaced/{case}"));
        let mut args = case.args.clone();
        args[0] = "plan".to_owned();
        let answer = case.run_with(&args);
        assert_eq!(answer.code, Some(0), "{}: {}", case.name, answer.err);
        assert!(
            answer.out.contains("0 machines") || answer.out.contains("gpu"),
            "{}",
            answer.out
        );
    }
}
