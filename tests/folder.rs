//! Files of people are not lost: `-o DIR` and `-o FILE`, beside others, after a kill, and two at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Answer, Folder, OTHER, PROGRAM};

const FACTS: &str = "\
apiVersion: config.openshift.io/v1
kind: Infrastructure
metadata: {name: cluster, uid: x}
status: {infrastructureName: west-x7k2p, platform: AWS, platformStatus: {type: AWS, aws: {region: us-east-2}}}
---
apiVersion: config.openshift.io/v1
kind: ClusterVersion
metadata: {name: version, uid: x}
status: {desired: {version: 4.20.8}, history: [{state: Completed, version: 4.20.8}]}
---
apiVersion: machine.openshift.io/v1beta1
kind: MachineSet
metadata: {name: west-x7k2p-worker-us-east-2a, namespace: openshift-machine-api, uid: x}
spec: {replicas: 1, template: {spec: {providerSpec: {value: {kind: AWSMachineProviderConfig, placement: {region: us-east-2, availabilityZone: us-east-2a}}}}}}
";

/// ConfigMaps that say which run wrote them.
fn objects(count: usize, word: &str) -> String {
    let one = |index: usize| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{index}}}\ndata: {{by: {word}}}\n"
        )
    };
    (0..count).map(one).collect()
}

/// Everything below a folder, hidden files as well.
fn all(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let below = all(&path).into_iter();
            found.insert(format!("{name}/"), String::new());
            found.extend(below.map(|(file, text)| (format!("{name}/{file}"), text)));
        } else {
            found.insert(name, fs::read_to_string(&path).unwrap_or_default());
        }
    }
    found
}

fn start(folder: &Folder, args: &[&str]) -> Child {
    let mut command = Command::new(PROGRAM);
    command
        .args(args)
        .current_dir(&folder.0)
        .stdin(Stdio::null());
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs that are killed at any time leave what was, or what will be, and nothing else for good.
#[test]
fn what_a_killed_run_began_is_completed_or_taken_back() {
    let folder = Folder::new("killed")
        .file(
            "old.yaml",
            objects(30, "old") + &objects(40, "gone").replace("name: c", "name: d"),
        )
        .file("new.yaml", objects(40, "new"));
    folder
        .run(&["render", "old.yaml", "-o", "want-old"])
        .clean();
    folder
        .run(&["render", "new.yaml", "-o", "want-new"])
        .clean();
    let (old, new) = (
        all(&folder.0.join("want-old")),
        all(&folder.0.join("want-new")),
    );
    let (mut killed, mut repaired) = (0, 0);
    for round in 0..48_u64 {
        let out = folder.0.join("out");
        if round % 6 == 0 {
            // into a new folder
            let _ = fs::remove_dir_all(&out);
        } else {
            assert!(folder.run(&["render", "old.yaml", "-o", "out"]).code == Some(0));
            assert_eq!(all(&out), old, "round {round}");
        }
        let mut child = start(&folder, &["render", "new.yaml", "-o", "out"]);
        // a debug build takes some 20 ms for it, under load more
        sleep(Duration::from_micros(2000 + round * 900));
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
        let answer = folder.run(&["render", "new.yaml", "-o", "out"]);
        assert_eq!(answer.code, Some(0), "round {round}: {}", answer.err);
        repaired += usize::from(answer.err.contains("info[output-repaired]"));
        assert_eq!(all(&out), new, "round {round}");
        let names: Vec<_> = all(&folder.0)
            .into_keys()
            .filter(|name| name.contains(".new-") || name.contains(".old-"))
            .collect();
        assert!(names.is_empty(), "round {round}: {names:?}");
    }
    assert!(killed >= 8, "only {killed} of 48 runs were killed");
    println!("{killed} killed, {repaired} repaired");
}

/// The states between two renames, which a clock meets too rarely.
#[test]
fn every_step_of_a_publication_can_be_the_last() {
    let id = "0123456789abcdef";
    let folder = Folder::new("steps")
        .file("old.yaml", objects(3, "old"))
        .file("new.yaml", objects(2, "new"));
    folder.run(&["render", "new.yaml", "-o", "want"]).clean();
    let want = all(&folder.0.join("want"));
    let files: Vec<&String> = want.keys().filter(|name| !name.starts_with('.')).collect();
    for moved in 0..=files.len() {
        let out = folder.0.join("out");
        let _ = fs::remove_dir_all(&out);
        folder.run(&["render", "old.yaml", "-o", "out"]).clean();
        let new = out.join(format!(".gpu-machineset.new-{id}"));
        fs::create_dir(&new).unwrap();
        fs::create_dir(out.join(format!(".gpu-machineset.old-{id}"))).unwrap();
        let mut journal = String::from("take configmap-c2.yaml\n");
        for (index, name) in files.iter().enumerate() {
            journal.extend(["put ", name, "\n"]);
            let home = if index < moved {
                out.join(name)
            } else {
                new.join(format!("{name}.staged"))
            };
            fs::write(home, &want[*name]).unwrap();
        }
        fs::write(new.join(".gpu-machineset"), &want[".gpu-machineset"]).unwrap();
        fs::write(new.join(".journal"), journal + "put .gpu-machineset\n").unwrap();
        let answer = folder.run(&["render", "new.yaml", "-o", "out"]);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        assert!(
            answer
                .err
                .contains("an earlier run was stopped while it wrote `out`"),
            "{}",
            answer.err
        );
        assert_eq!(all(&out), want);
    }
}

#[test]
fn of_two_runs_at_once_one_writes_all_and_the_other_says_so() {
    let folder = Folder::new("two-writers")
        .file("a.yaml", objects(25, "a"))
        .file("b.yaml", objects(25, "b"));
    folder.run(&["render", "a.yaml", "-o", "want-a"]).clean();
    folder.run(&["render", "b.yaml", "-o", "want-b"]).clean();
    let wanted = [all(&folder.0.join("want-a")), all(&folder.0.join("want-b"))];
    let mut refused = 0;
    for round in 0..24 {
        let out = folder.0.join("out");
        if round % 3 == 0 {
            let _ = fs::remove_dir_all(&out);
        }
        let runs = ["a.yaml", "b.yaml"].map(|file| start(&folder, &["render", file, "-o", "out"]));
        let answers = runs.map(|run| Answer::from(run.wait_with_output().unwrap()));
        let found = all(&out);
        let codes = [0, 1].map(|index: usize| answers[index].code == Some(0));
        assert!(codes.contains(&true), "{answers:?}");
        match codes {
            [true, true] => assert!(wanted.contains(&found), "round {round}: mixed"),
            [is_a, _] => {
                assert!(
                    found == wanted[usize::from(!is_a)],
                    "round {round}: not the winner's"
                );
                let loser = &answers[usize::from(is_a)];
                assert!(
                    loser
                        .err
                        .contains("error[output-in-use]: another run writes to `out`"),
                    "{}",
                    loser.err
                );
                refused += 1;
            }
        }
        let names: Vec<_> = all(&folder.0)
            .into_keys()
            .filter(|name| name.contains(".new-"))
            .collect();
        assert!(names.is_empty(), "{names:?}");
    }
    println!("{refused} of 24 were refused");
}

#[test]
fn a_list_that_we_did_not_write_names_no_file_of_ours() {
    let folder = Folder::new("planted")
        .file("a.yaml", OTHER)
        .file("out/.gpu-machineset", "notes.yaml\n")
        .file("out/notes.yaml", "mine");
    let said = folder.run(&["render", "a.yaml", "-o", "out"]).failed();
    assert!(said.starts_with("error[foreign-output-files]"), "{said}");
    assert_eq!(all(&folder.0.join("out"))["notes.yaml"], "mine");
}

#[test]
fn a_file_that_a_person_changed_is_not_written_over_unasked() {
    let folder = Folder::new("changed")
        .file("a.yaml", objects(2, "a"))
        .file("b.yaml", objects(1, "b"));
    folder.run(&["render", "a.yaml", "-o", "out"]).clean();
    let folder = folder.file("out/configmap-c1.yaml", "mine");
    for input in ["a.yaml", "b.yaml"] {
        let said = folder.run(&["render", input, "-o", "out"]).failed();
        assert!(
            said.contains("`out` holds files that were changed since gpu-machineset wrote them"),
            "{said}"
        );
        assert!(
            said.contains("fact: configmap-c1.yaml") && said.contains("`--force`"),
            "{said}"
        );
    }
    // forced, what has no object any more stays with its owner
    folder
        .run(&["render", "b.yaml", "-o", "out", "--force"])
        .clean();
    assert_eq!(all(&folder.0.join("out"))["configmap-c1.yaml"], "mine");
    folder
        .run(&["render", "a.yaml", "-o", "out", "--force"])
        .clean();
    folder.run(&["render", "a.yaml", "-o", "want"]).clean();
    assert_eq!(all(&folder.0.join("out")), all(&folder.0.join("want")));
    // line ends of Git, and what is written anyway, are no changes
    let text = all(&folder.0.join("out"))["configmap-c1.yaml"].replace('\n', "\r\n");
    let folder = folder.file("out/configmap-c1.yaml", text);
    folder.run(&["render", "b.yaml", "-o", "out"]).clean();
}

#[test]
fn a_changed_file_of_a_cluster_is_not_written_over_unasked() {
    let folder = Folder::new("changed-cluster")
        .file("clusters/west.yaml", FACTS)
        .file("other.yaml", OTHER);
    let args = [
        "render",
        "other.yaml",
        "--facts",
        "clusters",
        "--per-cluster",
        "-o",
        "out",
    ];
    let first = folder.run(&args);
    assert_eq!(first.code, Some(0), "{}", first.err);
    let file = first.out.lines().next().unwrap().to_owned() + "/configmap-other.yaml";
    assert!(folder.0.join(&file).is_file(), "{}", first.out);
    let folder = folder.file(&file, "mine");
    assert!(folder.run(&args).failed().contains("were changed since"));
    let forced: Vec<&str> = args.iter().copied().chain(["--force"]).collect();
    assert_eq!(folder.run(&forced).code, Some(0));
    assert_eq!(fs::read_to_string(folder.0.join(&file)).unwrap(), OTHER);
}

#[test]
fn a_folder_of_the_first_version_is_taken_over() {
    let head = "# written by gpu-machineset render -o; these files are replaced and removed by the next run";
    let folder = Folder::new("first-version")
        .file("a.yaml", OTHER)
        .file(
            "out/.gpu-machineset",
            format!("{head}\nconfigmap-gone.yaml\nconfigmap-other.yaml\n"),
        )
        .file("out/configmap-gone.yaml", "a: 1\n")
        .file("out/configmap-other.yaml", "a: 2\n")
        .file("out/.gpu-machineset.new-123/configmap-other.yaml", "a: 3\n")
        .file("out/.gpu-machineset.old-123/configmap-gone.yaml", "a: 4\n");
    folder.run(&["render", "a.yaml", "-o", "out"]).clean();
    folder.run(&["render", "a.yaml", "-o", "want"]).clean();
    assert_eq!(all(&folder.0.join("out")), all(&folder.0.join("want")));
}

#[test]
fn names_of_files_hold_the_namespace_and_stay_when_something_is_added() {
    let one = |namespace: &str| {
        OTHER.replace(
            "name: other",
            &format!("name: other\n  namespace: {namespace}"),
        )
    };
    let folder = Folder::new("names")
        .file("b.yaml", one("b"))
        .file("a.yaml", one("a"));
    assert_eq!(
        folder.run(&["render", "b.yaml", "-o", "out"]).clean(),
        "out/configmap-b_other.yaml\n"
    );
    let both = folder
        .run(&["render", "a.yaml", "b.yaml", "-o", "out"])
        .clean();
    assert_eq!(
        both,
        "out/configmap-a_other.yaml\nout/configmap-b_other.yaml\n"
    );
}

#[test]
fn a_run_that_fails_leaves_no_folder_behind() {
    let folder = Folder::new("no-folder")
        .file("a.yaml", OTHER)
        .file("full/mine.txt", "");
    folder.run(&["render", "a.yaml", "-o", "x/../out"]).clean();
    folder.run(&["render", "a.yaml", "-o", "x/.."]).failed();
    folder
        .run(&["render", "a.yaml", "-o", "x/../full"])
        .failed();
    folder
        .run(&["render", "a.yaml", "-o", "a.yaml/y/z"])
        .failed();
    let names: Vec<String> = all(&folder.0)
        .into_keys()
        .filter(|name| name.ends_with('/'))
        .collect();
    assert_eq!(names, ["full/", "out/"]);
}

#[cfg(unix)]
#[test]
fn one_file_is_replaced_under_its_own_name_mode_and_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new("replace")
        .file("dump.yaml", FACTS)
        .file("facts.yaml.new", "my notes")
        .file("victim.txt", "precious")
        .file("kept/real.yaml", "");
    symlink("victim.txt", folder.0.join("other.yaml.new")).unwrap();
    symlink("kept/real.yaml", folder.0.join("link.yaml")).unwrap();
    symlink("nowhere.yaml", folder.0.join("lost.yaml")).unwrap();
    let facts = |out: &str| folder.run(&["facts", "dump.yaml", "-o", out]);
    for out in ["facts.yaml", "other.yaml", "link.yaml"] {
        let answer = facts(out);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
    }
    let files = all(&folder.0);
    assert_eq!(files["facts.yaml.new"], "my notes");
    assert_eq!(files["victim.txt"], "precious");
    assert_eq!(files["kept/real.yaml"], files["facts.yaml"]);
    assert!(
        fs::symlink_metadata(folder.0.join("link.yaml"))
            .unwrap()
            .is_symlink()
    );
    let said = facts("lost.yaml").failed();
    assert!(
        said.contains("help: it is a link to a file that is not there"),
        "{said}"
    );

    let path = folder.0.join("facts.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    // what a run that was killed has left
    let folder = folder
        .file(".facts.yaml.new-0123456789abcdef", "")
        .file(".facts.yaml.new-mine", "");
    assert_eq!(
        folder.run(&["facts", "dump.yaml", "-o", "facts.yaml"]).code,
        Some(0)
    );
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let hidden: Vec<String> = all(&folder.0)
        .into_keys()
        .filter(|name| name.starts_with('.'))
        .collect();
    assert_eq!(hidden, [".facts.yaml.new-mine"]);
}

#[test]
fn runs_that_replace_one_file_at_once_all_succeed() {
    let folder = Folder::new("replace-at-once").file("dump.yaml", FACTS);
    let runs: Vec<Child> = (0..12)
        .map(|_| start(&folder, &["facts", "dump.yaml", "-o", "facts.yaml"]))
        .collect();
    for run in runs {
        let answer = Answer::from(run.wait_with_output().unwrap());
        assert_eq!(answer.code, Some(0), "{}", answer.err);
    }
    let names: Vec<String> = all(&folder.0).into_keys().collect();
    assert_eq!(names, ["dump.yaml", "facts.yaml"]);
}

/// Who may write a repository is not told which files the sidecar has.
#[cfg(unix)]
#[test]
fn what_is_outside_of_a_repository_is_not_told() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new("outside")
        .file("secret.yaml", "a: 1\n")
        .file("app/gpu.yaml", OTHER);
    fs::create_dir(folder.0.join("app/.git")).unwrap();
    // hidden: only what a parameter names is followed
    fs::create_dir_all(folder.0.join("app/.f/f")).unwrap();
    for (name, to) in [("a", "../secret.yaml"), ("b", "../nothing.yaml")] {
        let link = |home: &str, to: String| {
            symlink(to, folder.0.join(format!("app/.f/{home}{name}.yaml")))
        };
        link("", format!("../{to}")).unwrap();
        link("f/", format!("../../{to}")).unwrap();
    }
    symlink("../..", folder.0.join("app/.f/up")).unwrap();
    let said = |facts: &str| {
        let parameters = format!("[{{\"name\": \"facts\", \"array\": [\"{facts}\"]}}]");
        let run = crate::support::Run::new(&["argocd", "generate"]).within(&folder.0.join("app"));
        run.env("ARGOCD_APP_NAME", "x")
            .env("ARGOCD_APP_PARAMETERS", parameters)
            .stdin("")
            .failed()
    };
    for (there, missing) in [
        (".f/a.yaml", ".f/b.yaml"),
        (".f/f/a.yaml", ".f/f/b.yaml"),
        (".f/up/secret.yaml", ".f/up/nothing.yaml"),
    ] {
        let (one, other) = (said(there), said(missing));
        assert_eq!(one.replace(there, "X"), other.replace(missing, "X"));
        assert!(one.contains("leads out of the repository"), "{one}");
    }
}
