//! `render --per-cluster`: one pool file, many clusters, a folder for each.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Folder, NO_PLATFORM, PROGRAM, SCALES_DOWN, aws_facts as facts};
use crate::testdata;

const POOLS: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4}
spec: {instanceType: g6.4xlarge, autoscaling: {min: 0, max: 4}, rootVolume: {sizeGiB: 200}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: h100}
spec: {facts: c-two, instanceType: p5.48xlarge, replicas: 1, rootVolume: {sizeGiB: 200}}
---
apiVersion: v1
kind: Namespace
metadata: {name: models}
";

fn fleet(name: &str, clusters: &[&str]) -> Folder {
    let folder = Folder::new(name).file("gpu.yaml", POOLS.to_owned() + NO_PLATFORM);
    clusters.iter().fold(folder, |folder, cluster| {
        folder.file(format!("clusters/{cluster}.yaml"), facts(cluster))
    })
}

const RENDER: [&str; 7] = [
    "render",
    "gpu.yaml",
    "--facts",
    "clusters",
    "--per-cluster",
    "-o",
    "out",
];

/// Every file below a folder with its text.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(next) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                files.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

#[test]
fn every_folder_holds_what_render_makes_for_its_cluster_alone() {
    let folder = fleet("fleet-same", &["c-one", "c-two"]);
    let paths = folder.run(&RENDER).clean();
    assert_eq!(paths, "out/c-one\nout/c-two\n");
    let (pools, only_two) = (POOLS.split("---\n").collect::<Vec<_>>(), "h100");
    let one = [pools[0], pools[2]].join("---\n") + NO_PLATFORM;
    let folder = folder.file("one.yaml", one);
    folder
        .run(&[
            "render",
            "one.yaml",
            "--facts",
            "clusters/c-one.yaml",
            "-o",
            "alone/c-one",
        ])
        .clean();
    folder
        .run(&[
            "render",
            "gpu.yaml",
            "--facts",
            "clusters/c-two.yaml",
            "-o",
            "alone/c-two",
        ])
        .clean();
    let mut out = tree(&folder.0.join("out"));
    assert!(
        out.remove(".gpu-machineset")
            .unwrap()
            .contains("c-one/\nc-two/\n")
    );
    let alone = tree(&folder.0.join("alone"));
    assert_eq!(
        out.keys().collect::<Vec<_>>(),
        alone.keys().collect::<Vec<_>>()
    );
    assert!(out == alone, "texts differ");
    // two zones: MachineSet and MachineAutoscaler each, the Namespace, and two fixed sets on the second cluster
    assert_eq!(
        out.keys()
            .filter(|name| !name.ends_with(".gpu-machineset"))
            .count(),
        5 + 7
    );
    let texts = out.iter().filter(|(_, text)| text.contains(only_two));
    assert!(
        texts.clone().count() > 0
            && texts
                .into_iter()
                .all(|(name, _)| name.starts_with("c-two/"))
    );
}

#[test]
fn the_same_fleet_gives_the_same_bytes_and_what_is_gone_goes() {
    let folder = fleet("fleet-twice", &["c-one", "c-two", "c-three"]);
    folder.run(&RENDER).clean();
    let first = tree(&folder.0.join("out"));
    folder.run(&RENDER).clean();
    assert_eq!(tree(&folder.0.join("out")), first);
    fs::remove_file(folder.0.join("clusters/c-three.yaml")).unwrap();
    folder.run(&RENDER).clean();
    let second = tree(&folder.0.join("out"));
    assert!(second.keys().all(|name| !name.starts_with("c-three/")));
    let kept = first.iter().filter(|(name, _)| name.starts_with("c-one/"));
    assert!(
        kept.into_iter()
            .all(|(name, text)| second.get(name) == Some(text))
    );
}

#[test]
fn a_problem_of_one_cluster_writes_nothing_and_says_which() {
    let folder = fleet("fleet-problem", &["c-one", "c-two"]);
    folder.run(&RENDER).clean();
    let before = tree(&folder.0.join("out"));
    let broken = facts("c-bad").replace("  region: us-east-2\n", "");
    let folder = folder
        .file("clusters/c-bad.yaml", broken)
        .file("clusters/c-new.yaml", facts("c-new"));
    let err = folder.run(&RENDER).failed();
    assert!(
        err.contains("cluster `c-bad`") && err.contains("region"),
        "{err}"
    );
    assert!(!err.contains("c-one"), "{err}");
    assert_eq!(tree(&folder.0.join("out")), before);
    // nothing of the staging is left either
    assert_eq!(fs::read_dir(folder.0.join("out")).unwrap().count(), 3);
}

#[test]
fn a_problem_of_all_clusters_is_said_once() {
    let names = ["c-one", "c-two", "c-three", "c-four", "c-five"];
    let folder = fleet("fleet-once", &names);
    let folder = folder.file("gpu.yaml", POOLS.replace("max: 4", "max: 1"));
    let err = folder.run(&RENDER).failed();
    assert_eq!(err.matches("error[scaling-limits]").count(), 1, "{err}");
    assert!(
        err.contains("clusters `c-five`, `c-four`, `c-one` and 2 more"),
        "{err}"
    );
}

#[test]
fn placeholders_of_unknown_clusters_and_clusters_twice_are_errors() {
    let folder = fleet("fleet-unknown", &["c-one"]);
    let err = folder.run(&RENDER).failed();
    assert!(
        err.contains("error[unknown-facts]: no facts are named `c-two`"),
        "{err}"
    );
    let folder = fleet("fleet-described-twice", &["c-one", "c-two"])
        .file("clusters/again.yaml", facts("c-one"));
    let err = folder.run(&RENDER).failed();
    assert!(err.contains("error[cluster-twice]"), "{err}");
    let named = facts("c-one").replace("infrastructureName: c-one", "infrastructureName: c-other");
    let folder = fleet("fleet-same-name", &["c-one", "c-two"]).file("clusters/zz.yaml", named);
    let err = folder.run(&RENDER).failed();
    assert!(err.contains("error[folder-twice]"), "{err}");
    assert!(!folder.0.join("out").exists());
}

#[test]
fn who_forgets_the_flag_is_told_of_it() {
    let folder = fleet("fleet-flag", &["c-one", "c-two"]);
    for (command, flag) in [
        ("render", "add `--per-cluster -o DIR`"),
        ("check", "add `--per-cluster`"),
        ("plan", "add `--per-cluster`"),
    ] {
        let said = folder
            .run(&[command, "gpu.yaml", "--facts", "clusters"])
            .failed();
        assert!(said.contains(flag), "{command}: {said}");
    }
    let said = folder.run(&["check", "gpu.yaml", "--facts", "clusters", "--per-cluster"]);
    assert_eq!(said.clean(), "");
    let folder = folder.file("gpu.yaml", POOLS.replace("max: 4", "maximum: 4"));
    let said = folder.run(&["check", "gpu.yaml", "--facts", "clusters", "--per-cluster"]);
    assert!(said.failed().contains("unknown field `maximum`"));
}

/// The folder of one cluster where the folder of all was meant.
#[test]
fn files_of_one_cluster_are_not_clusters() {
    let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("functions/GpuMachineSet/example/facts");
    let mut folder = fleet("fleet-one-dump", &[]);
    for file in ["infrastructure.yaml", "machinesets.yaml", "version.yaml"] {
        folder = folder.file(
            format!("clusters/{file}"),
            fs::read(dump.join(file)).unwrap(),
        );
    }
    let said = folder.run(&RENDER).failed();
    assert!(said.contains("error[cluster-twice]"), "{said}");
    assert!(said.contains("into one folder of its own"), "{said}");
    assert!(!said.contains("error[missing-fact]"), "{said}");
}

#[test]
fn files_of_others_are_never_lost() {
    let folder = fleet("fleet-foreign", &["c-one", "c-two"]);
    folder.run(&RENDER).clean();
    let folder = folder.file("out/c-one/kustomization.yaml", "resources: []\n");
    let before = tree(&folder.0.join("out"));
    let mut forced = RENDER.to_vec();
    forced.push("--force");
    for args in [&RENDER[..], &forced] {
        let err = folder.run(args).failed();
        assert!(
            err.contains("foreign-output-files") && err.contains("kustomization.yaml"),
            "{err}"
        );
        assert_eq!(tree(&folder.0.join("out")), before);
    }
    fs::remove_file(folder.0.join("out/c-one/kustomization.yaml")).unwrap();
    let folder = folder.file("out/README.md", "ours\n");
    assert!(folder.run(&RENDER).failed().contains("README.md"));
    folder.run(&forced).clean();
    assert_eq!(
        fs::read_to_string(folder.0.join("out/README.md")).unwrap(),
        "ours\n"
    );
}

#[test]
fn a_folder_of_dumps_is_one_cluster_and_clusters_may_stand_in_one_file() {
    let pool = POOLS.split("---\n").next().unwrap().to_owned();
    let folder = Folder::new("fleet-dumps")
        .file("gpu.yaml", pool + NO_PLATFORM)
        .file("clusters/.keep", "");
    let dumps = ["qt67m", "rhoaibu-dev", "zpqdx"].map(testdata::cluster);
    for dump in &dumps {
        let name = dump.file_name().unwrap().to_str().unwrap();
        let own = folder.0.join("clusters").join(name);
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("autoscaler.yaml"), SCALES_DOWN).unwrap();
        symlink(dump, own.join("dump")).unwrap();
    }
    let written = folder.run(&RENDER).clean();
    let names = "out/cluster-qt67m-xmnfl\nout/cluster-zpqdx-xxm9n\nout/dev-4xk8v\n";
    assert_eq!(written, names);
    let all = format!("{}---\n{}", facts("c-one"), facts("c-two"));
    let folder =
        Folder::new("fleet-one-file").file("all.yaml", format!("{POOLS}{NO_PLATFORM}---\n{all}"));
    let answer = folder.run(&["render", "all.yaml", "--per-cluster", "-o", "out"]);
    assert_eq!(answer.clean(), "out/c-one\nout/c-two\n");
}

/// One file for the whole fleet gives what one file per cluster gives, and problems stand where they stand in it.
#[test]
fn clusters_of_one_facts_file_are_what_they_are_in_files_of_their_own() {
    let names = ["c-one", "c-two", "c-three"];
    let folder = fleet("fleet-all-in-one", &names);
    let all = names.map(facts).join("---\n");
    let folder = folder.file("all.yaml", &all);
    folder.run(&RENDER).clean();
    let mut once = RENDER;
    (once[3], once[6]) = ("all.yaml", "once");
    assert_eq!(
        folder.run(&once).clean(),
        "once/c-one\nonce/c-three\nonce/c-two\n"
    );
    assert_eq!(tree(&folder.0.join("once")), tree(&folder.0.join("out")));
    let line = all.lines().count() - 1;
    let broken = format!(
        "{}  zones: [us-west-1a]\n",
        all.trim_end()
            .trim_end_matches("  zones: [us-east-2a, us-east-2b]")
    );
    let folder = folder.file("all.yaml", broken);
    let err = folder.run(&once).failed();
    assert!(err.contains("cluster `c-three`"), "{err}");
    assert!(err.contains(&format!("all.yaml:{}", line + 1)), "{err}");
    // two halves of one cluster in one file still are one cluster
    let (half, rest) = (
        facts("c-one"),
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: more}\nspec: {infrastructureName: c-one-x7k2p, managed: ROSA}\n",
    );
    let folder = folder.file(
        "all.yaml",
        [half.as_str(), rest, &facts("c-two")].join("---\n"),
    );
    let err = folder.run(&once).failed();
    assert!(err.contains("error[managed-cluster]"), "{err}");
}

/// However a fleet is described, its clusters get what they get from facts in a file each.
#[test]
fn clusters_among_the_paths_with_facts_elsewhere_and_in_dumps_are_the_same() {
    let names = ["c-one", "c-two", "c-three"];
    let folder = fleet("fleet-forms", &names);
    folder.run(&RENDER).clean();
    let expected = tree(&folder.0.join("out"));
    let looked_up = names.map(|name| {
        let from = format!("  from: {{region: {{kind: ConfigMap, name: {name}, path: $.data.region}}}}\n");
        let facts = facts(name).replace("  region: us-east-2\n", &from);
        format!("{facts}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, annotations: {{config.kubernetes.io/local-config: \"true\"}}}}\ndata: {{region: us-east-2}}\n")
    });
    // half of what is known stands in objects of the cluster
    let dumped = names.map(|name| {
        let facts = facts(name).replace("  platform: AWS\n  region: us-east-2\n", "");
        let infrastructure = format!("apiVersion: config.openshift.io/v1\nkind: Infrastructure\nmetadata: {{name: cluster}}\nstatus: {{infrastructureName: {name}-x7k2p, platformStatus: {{type: AWS, aws: {{region: us-east-2}}}}}}\n");
        format!("{infrastructure}---\n{facts}")
    });
    let forms = [names.map(facts), looked_up, dumped];
    let mut folder = folder;
    for (index, form) in forms.iter().enumerate() {
        let file = format!("all-{index}.yaml");
        // a placeholder and what leaves stand between them
        let among = format!(
            "{}---\n{POOLS}{NO_PLATFORM}---\n{}---\n{}",
            form[0], form[1], form[2]
        );
        folder = folder
            .file(&file, form.join("---\n"))
            .file(format!("among-{index}.yaml"), among);
        for (name, text) in names.iter().zip(form) {
            folder = folder.file(format!("each-{index}/{name}.yaml"), text);
        }
        let [among, each] = [format!("among-{index}.yaml"), format!("each-{index}")];
        for paths in [
            &["gpu.yaml", "--facts", &file][..],
            &["gpu.yaml", "--facts", &each],
            &["gpu.yaml", &file],
            &[&file, "gpu.yaml"],
            &["gpu.yaml", &each],
            &[&each, "gpu.yaml"],
            &[&among],
        ] {
            let args = [&["render"], paths, &["--per-cluster", "-o", "form"]].concat();
            assert_eq!(
                folder.run(&args).clean(),
                "form/c-one\nform/c-three\nform/c-two\n"
            );
            assert!(tree(&folder.0.join("form")) == expected, "{args:?}");
        }
    }
}

/// `render .` reaches the facts too: they are facts, and not clusters and objects among the paths besides.
#[test]
fn what_is_named_as_facts_is_not_read_as_a_path_too() {
    let names = ["c-one", "c-two"];
    let folder = fleet("fleet-dot", &names);
    folder.run(&RENDER).clean();
    let args = |paths: &'static str, facts| {
        [
            "render",
            paths,
            "--facts",
            facts,
            "--per-cluster",
            "-o",
            "dot",
        ]
    };
    let folder = folder.file("pools/.keep", "");
    fs::rename(folder.0.join("gpu.yaml"), folder.0.join("pools/gpu.yaml")).unwrap();
    fs::rename(folder.0.join("clusters"), folder.0.join("pools/clusters")).unwrap();
    // a link among the facts leads to a file that the path reaches as well
    fs::rename(
        folder.0.join("pools/clusters/c-two.yaml"),
        folder.0.join("pools/two.yaml"),
    )
    .unwrap();
    symlink("../two.yaml", folder.0.join("pools/clusters/c-two.yaml")).unwrap();
    for facts in ["pools/clusters", "pools/clusters/"] {
        let written = folder.run(&args("pools", facts)).clean();
        assert_eq!(written, "dot/c-one\ndot/c-two\n");
        assert_eq!(tree(&folder.0.join("dot")), tree(&folder.0.join("out")));
    }
}

/// A terminal on standard error sees how far the run is, and nothing of it is left at the end.
#[test]
fn a_terminal_sees_how_far_a_long_run_is() {
    let names: Vec<String> = (0..25).map(|index| format!("c-{index:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let folder = fleet("fleet-terminal", &names);
    let pools = POOLS.replace("facts: c-two, ", "");
    let all = names.iter().map(|name| facts(name)).collect::<Vec<_>>();
    let folder = folder
        .file("gpu.yaml", pools)
        .file("all.yaml", all.join("---\n"));
    let said = |facts: &str, out: &str| {
        let terminal = nix::pty::openpty(None, None).unwrap();
        let mut child = Command::new(PROGRAM)
            .args([
                "render",
                "gpu.yaml",
                "--facts",
                facts,
                "--per-cluster",
                "-o",
                out,
            ])
            .current_dir(&folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(terminal.slave)
            .spawn()
            .unwrap();
        assert!(child.wait().unwrap().success());
        let mut said = vec![0; 4096];
        let count = fs::File::from(terminal.master).read(&mut said).unwrap();
        String::from_utf8_lossy(&said[..count]).into_owned()
    };
    let end = "\r\u{1b}[K";
    let said_of_files = said("clusters", "out");
    assert!(
        said_of_files.starts_with(&format!("\r10 of 25 clusters\r20 of 25 clusters{end}")),
        "{said_of_files:?}"
    );
    let said_of_one = said("all.yaml", "once");
    assert!(
        said_of_one.starts_with(&format!("\r10 clusters\r20 clusters{end}")),
        "{said_of_one:?}"
    );
}

const AZURE: &str = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: az, labels: {tier: lab}}\nspec: {infrastructureName: az-x7k2p, platform: Azure, region: westeurope, openshiftVersion: 4.18.3}\n";
const POOL: &str = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: l4}\nspec: {FACTS, instanceType: g6.4xlarge, replicas: 2, rootVolume: {sizeGiB: 200}}\n---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: gpu}\nspec: {operators: {nfd: {}}}\n";

/// A cluster of a cloud that a pool is not for gets the operators, and stops nobody.
#[test]
fn clusters_of_other_platforms_stop_nobody() {
    let folder = Folder::new("fleet-platforms")
        .file("gpu.yaml", POOL.replace("FACTS, ", ""))
        .file("clusters/az.yaml", AZURE)
        .file("clusters/aws.yaml", facts("aws"));
    let answer = folder.run(&RENDER);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert_eq!(answer.out, "out/aws\nout/az\n");
    let said = "info[not-for-platform]: pool `l4` is left out on platform `Azure`";
    assert!(answer.err.contains(said), "{}", answer.err);
    let made = tree(&folder.0.join("out"));
    let made_for = |cluster: &str, kind: &str| {
        let prefix = format!("{cluster}/{kind}-");
        made.keys().filter(|name| name.starts_with(&prefix)).count()
    };
    assert_eq!(
        [
            made_for("aws", "machineset"),
            made_for("az", "machineset"),
            made_for("az", "subscription")
        ],
        [2, 0, 1]
    );
    let strict = folder.run(&[&RENDER[..], &["--strict"]].concat()).failed();
    let meant = "`g6.4xlarge` is one of AWS, and the cluster is on Azure";
    assert!(strict.contains(meant), "{strict}");
    let named = folder.file("gpu.yaml", POOL.replace("FACTS", "facts: az"));
    let said = named.run(&RENDER).failed();
    assert!(said.contains(meant), "{said}");
}

#[test]
fn pools_are_for_the_clusters_that_they_choose() {
    let labelled = facts("prod-b").replace("{name: prod-b}", "{name: prod-b, labels: {tier: lab}}");
    let folder = Folder::new("fleet-chosen")
        .file("clusters/az.yaml", AZURE)
        .file("clusters/a.yaml", facts("prod-a"))
        .file("clusters/b.yaml", labelled)
        .file("clusters/c.yaml", facts("test-c"));
    let chosen = |facts: &str| {
        std::fs::write(folder.0.join("gpu.yaml"), POOL.replace("FACTS", facts)).unwrap();
        let answer = folder.run(&RENDER);
        assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""), "{facts}");
        let made = tree(&folder.0.join("out"));
        let sets = made.keys().filter(|name| name.contains("/machineset-"));
        let clusters = sets.map(|name| name.split('/').next().unwrap().to_owned());
        let clusters: std::collections::BTreeSet<String> = clusters.collect();
        clusters.into_iter().collect::<Vec<_>>().join(" ")
    };
    for (facts, clusters) in [
        ("facts: prod-*", "prod-a prod-b"),
        ("facts: [prod-a, test-*]", "prod-a test-c"),
        ("facts: {platform: [AWS]}", "prod-a prod-b test-c"),
        (
            "facts: {matchLabels: {tier: lab}, platform: [AWS]}",
            "prod-b",
        ),
        (
            "facts: {openshift: '>=4.20', platform: [AWS]}",
            "prod-a prod-b test-c",
        ),
    ] {
        assert_eq!(chosen(facts), clusters, "{facts}");
    }
    for (facts, said) in [
        ("facts: stage-*", "no facts have a name like `stage-*`"),
        ("facts: [prod-a, prod-z]", "no facts are named `prod-z`"),
        (
            "facts: {openshift: '<4.12'}",
            "error[unknown-facts]: it is for none of the 4 clusters",
        ),
    ] {
        std::fs::write(folder.0.join("gpu.yaml"), POOL.replace("FACTS", facts)).unwrap();
        let err = folder.run(&RENDER).failed();
        assert!(err.contains(said), "{facts}: {err}");
    }
}

/// A part of a fleet is rendered, and the folders of the other clusters stay.
#[test]
fn only_the_named_clusters_are_taken() {
    let folder = fleet("fleet-only", &["c-one", "c-two", "c-three"]);
    folder.run(&RENDER).clean();
    let before = tree(&folder.0.join("out"));
    let only = |name: &'static str| [&RENDER[..], &["--only", name]].concat();
    assert_eq!(
        folder.run(&only("c-t*")).clean(),
        "out/c-three\nout/c-two\n"
    );
    assert_eq!(tree(&folder.0.join("out")), before);
    let said = folder.run(&only("c-tow")).failed();
    assert!(said.contains("no cluster is named `c-tow`"), "{said}");
    assert!(said.contains("did you mean `c-two`?"), "{said}");
    let args = [
        "render", "gpu.yaml", "--facts", "clusters", "--only", "c-one",
    ];
    let one = folder.run(&args).clean();
    assert_eq!(one.matches("\nkind: MachineSet\n").count(), 2, "{one}");
    assert!(!one.contains("c-two"), "{one}");
    for command in ["check", "plan"] {
        let args = [
            command, "gpu.yaml", "--facts", "clusters", "--only", "c-two",
        ];
        assert_eq!(folder.run(&args).code, Some(0), "{command}");
    }
}

/// The facts of a cluster that says how pools differ there.
fn with_overrides(cluster: &str, overrides: &str) -> String {
    format!("{}  overrides: {{{overrides}}}\n", facts(cluster))
}

#[test]
fn what_differs_in_one_cluster_stands_with_it() {
    let folder = fleet("fleet-overrides", &["c-one", "c-two"]);
    let of_two = "GpuMachineSet/l4: {autoscaling: {max: 8}, zones: [us-east-2a]}";
    let folder = folder.file("clusters/c-two.yaml", with_overrides("c-two", of_two));
    folder.run(&RENDER).clean();
    let most = |cluster: &str| -> Vec<String> {
        let all = tree(&folder.0.join("out").join(cluster));
        let scalers = all
            .iter()
            .filter(|(name, _)| name.contains("machineautoscaler"));
        let lines = scalers.flat_map(|(_, text)| text.lines());
        let lines = lines.filter(|line| line.contains("maxReplicas"));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    assert_eq!(most("c-two"), ["maxReplicas: 8"]);
    assert!(most("c-one").len() > 1);
    assert!(most("c-one").iter().all(|line| line == "maxReplicas: 2"));
}

#[test]
fn what_is_wrong_with_an_override_is_said_where_it_stands() {
    let wrong = [
        (
            "GpuMachineSet/l4: {zones: [us-east-1a]}",
            "zone-outside-region",
        ),
        (
            "GpuMachineSet/l4: {autoscaling: {maximum: 8}}",
            "unknown-field",
        ),
        (
            "GpuMachineSet/l4: {autoscaling: {max: many}}",
            "invalid-value",
        ),
        ("GpuMachineSet/l4: {facts: c-one}", "invalid-value"),
        ("GpuMachineSet/l4: {spec: {replicas: 1}}", "invalid-value"),
        ("GpuMachineSet/l5: {replicas: 1}", "unknown-override"),
        ("l4: {replicas: 1}", "invalid-value"),
        ("GpuPlatform/none: {replicas: 1}", "invalid-value"),
    ];
    for (overrides, rule) in wrong {
        let folder = fleet("fleet-overrides-wrong", &["c-one", "c-two"]);
        let folder = folder.file("clusters/c-two.yaml", with_overrides("c-two", overrides));
        let said = folder.run(&RENDER).failed();
        assert!(
            said.contains(&format!("error[{rule}]")),
            "{overrides}: {said}"
        );
        assert!(
            said.contains("--> clusters/c-two.yaml:"),
            "{overrides}: {said}"
        );
        assert!(said.contains("1 error"), "{overrides}: {said}");
    }
}

#[test]
fn two_files_of_one_cluster_may_not_contradict_in_what_differs() {
    let folder = fleet("fleet-overrides-twice", &["c-one"]);
    let one = with_overrides("c-two", "GpuMachineSet/l4: {autoscaling: {max: 8}}");
    let second = |max: u32| {
        let head = one.split("spec:").next().unwrap_or_default();
        let infra = one.lines().find(|line| line.contains("infrastructureName"));
        let overrides = format!("overrides: {{GpuMachineSet/l4: {{autoscaling: {{max: {max}}}}}}}");
        format!(
            "{head}spec:\n{}\n  {overrides}\n",
            infra.unwrap_or_default()
        )
    };
    let folder = folder.file("clusters/c-two/facts.yaml", &one);
    let folder = folder.file("clusters/c-two/pools.yaml", second(8));
    folder.run(&RENDER).clean();
    let folder = folder.file("clusters/c-two/pools.yaml", second(9));
    let said = folder.run(&RENDER).failed();
    assert!(said.contains("error[facts-disagree]"), "{said}");
    assert!(
        said.contains("`autoscaling.max` of pool `l4` in cluster `c-two`"),
        "{said}"
    );
}

const DELIVERY: &str = "\
apiVersion: argoproj.io/v1beta1
kind: ArgoCD
metadata: {name: openshift-gitops, namespace: openshift-gitops}
spec: {}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuDelivery
metadata: {name: fleet}
spec:
  source: {repoURL: https://git.acme.dev/gpu.git}
  clusters: {selector: {matchLabels: {gpu: \"true\"}}}
  components:
  - {name: pools, path: out, pools: rendered}
  - {name: web, path: web, order: 1, kinds: [Deployment]}
";

/// The hub allows what all clusters get, has one folder of its own, and no cluster gets what is for it.
#[test]
fn what_is_for_the_hub_is_rendered_once() {
    let folder = fleet("fleet-hub", &["c-one", "c-two"]).file("hub.yaml", DELIVERY);
    let folder = folder.file(
        "more.yaml",
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: small, namespace: models}\nspec: {limits: []}\n",
    );
    let args = [&RENDER[..], &["hub.yaml", "more.yaml"]].concat();
    let run = |args: &[&str]| crate::support::Run::new(args).within(&folder.0).stdin("");
    let rendered = run(&args);
    assert_eq!(rendered.code, Some(0), "{}", rendered.err);
    let files = tree(&folder.0.join("out"));
    let of_argo: Vec<&str> = files
        .iter()
        .filter(|(_, text)| text.starts_with("apiVersion: argoproj.io/"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        of_argo,
        [
            "hub/applicationset-openshift-gitops_fleet.yaml",
            "hub/appproject-openshift-gitops_fleet.yaml",
            "hub/argocd-openshift-gitops_openshift-gitops.yaml",
        ]
    );
    let hub = |kind: &str| &files[&format!("hub/{kind}-openshift-gitops_fleet.yaml")];
    for kind in [
        "MachineSet",
        "MachineAutoscaler",
        "LimitRange",
        "Deployment",
    ] {
        assert!(
            hub("appproject").contains(&format!("kind: {kind}\n")),
            "{kind}"
        );
    }
    assert!(!hub("appproject").contains("StatefulSet"));
    assert!(hub("appproject").contains("namespace: models\n"));
    assert!(
        files["hub/argocd-openshift-gitops_openshift-gitops.yaml"].contains("progressive-syncs")
    );
    // of a part of the fleet nothing is known of what the others get
    let before = hub("appproject").clone();
    let part = [&args[..], &["--only", "c-one"]].concat();
    assert_eq!(run(&part).code, Some(0));
    assert_eq!(
        tree(&folder.0.join("out"))["hub/appproject-openshift-gitops_fleet.yaml"],
        before
    );
    let plan = "plan gpu.yaml hub.yaml --facts clusters --per-cluster";
    let plan = run(&plan.split(' ').collect::<Vec<_>>()).out;
    assert_eq!(plan.matches("Delivery fleet: ").count(), 1, "{plan}");
}
