//! One pool on one cluster, through every way in.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::support::{Answer, Folder, NO_PLATFORM, OTHER, Run, SCALES_DOWN};

const POOL: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata:
  name: l4
  annotations: {config.kubernetes.io/local-config: \"true\"}
spec:
  instanceType: g6.4xlarge
  replicas: 1
  rootVolume: {sizeGiB: 200}
";

fn facts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/clusters/aws/qt67m")
}

/// What `cat facts/*` would give.
fn facts_text() -> String {
    let infrastructure = fs::read_to_string(facts().join("infrastructure.yaml")).unwrap();
    let sets = facts().join("machinesets");
    let sets = fs::read_dir(sets)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let sets = sets.map(|path| fs::read_to_string(path).unwrap());
    let documents: Vec<String> = std::iter::once(infrastructure).chain(sets).collect();
    documents.join("---\n") + NO_PLATFORM
}

fn cluster(name: &str) -> Folder {
    Folder::new(name)
        .file("gpu.yaml", POOL)
        .file("facts/all.yaml", facts_text())
}

fn render(folder: &Folder, more: &[&str]) -> Answer {
    folder.run(&[&["render", "gpu.yaml", "facts"], more].concat())
}

#[test]
fn every_way_in_gives_the_same_machine_set() {
    let folder = cluster("pool-ways");
    let rendered = render(&folder, &[]).clean();
    assert!(
        rendered.contains("\n  name: cluster-qt67m-xmnfl-gpu-g6-4xlarge-us-east-2b\n"),
        "{rendered}"
    );
    assert!(!rendered.contains("kind: GpuMachineSet\n"), "{rendered}");
    assert!(!rendered.contains("kind: Infrastructure\n"), "{rendered}");

    let piped = Run::new::<&str>(&[])
        .stdin(format!("{POOL}---\n{}", facts_text()))
        .clean();
    assert_eq!(piped, rendered, "pipe");
    let config = folder.0.join("gpu.yaml");
    let plugin = Run::new(&[config.as_os_str()]).within(&folder.0);
    let plugin = plugin
        .env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", &folder.0)
        .stdin(facts_text());
    assert_eq!(plugin.clean(), rendered, "plugin directory");
    let apart = folder
        .run(&["render", "gpu.yaml", "--facts", "facts"])
        .clean();
    assert_eq!(apart, rendered, "--facts");
    let swapped = folder.run(&["render", "facts", "gpu.yaml"]).clean();
    assert_eq!(swapped, rendered, "order of paths");
}

#[test]
fn what_is_named_as_facts_never_leaves() {
    let folder = cluster("pool-facts").file("facts/other.yaml", OTHER);
    assert!(render(&folder, &[]).clean().contains("kind: ConfigMap"));
    for paths in [
        &["gpu.yaml", "--facts", "facts"][..],
        &[".", "--facts", "./facts"],
    ] {
        let out = folder.run(&[&["render"], paths].concat()).clean();
        assert!(!out.contains("kind: ConfigMap"), "{paths:?}: {out}");
    }
}

#[test]
fn names_that_are_too_long_in_every_zone_are_one_problem() {
    let example =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("functions/GpuMachineSet/example/facts");
    let template =
        "  nameTemplate: \"{infra}-{instanceType}-for-the-people-who-train-models-{zone}\"\n";
    let folder = Folder::new("pool-long-name").file("gpu.yaml", format!("{POOL}{template}"));
    let said = folder
        .run(&["check".as_ref(), "gpu.yaml".as_ref(), example.as_os_str()])
        .failed();
    assert_eq!(
        said.matches("error[set-name-too-long]").count(),
        1,
        "{said}"
    );
}

#[test]
fn a_type_of_another_cloud_is_said_to_be() {
    let folder = cluster("pool-other-cloud");
    for (other, cloud) in [
        ("Standard_NC24ads_A100_v4", "Azure"),
        ("a2-highgpu-1g", "GCP"),
    ] {
        let folder = Folder::new("pool-other-cloud-types")
            .file("gpu.yaml", POOL.replace("g6.4xlarge", other))
            .file(
                "facts/all.yaml",
                fs::read(folder.0.join("facts/all.yaml")).unwrap(),
            );
        let wanted =
            format!("instance type `{other}` is one of {cloud}, and the cluster is on AWS\n");
        let said = render(&folder, &[]).err;
        assert!(said.contains(&wanted), "{said}");
    }
}

#[test]
fn facts_alone_can_be_checked_and_leave_with_a_word() {
    let folder = cluster("pool-facts-alone")
        .file("facts/all.yaml", "---\n# none\n")
        .file(
            "facts/infrastructure.yaml",
            fs::read(facts().join("infrastructure.yaml")).unwrap(),
        );
    assert_eq!(folder.run(&["check", "facts"]).clean(), "");
    assert!(
        folder
            .run(&["plan", "facts"])
            .clean()
            .contains("nothing will be made")
    );
    let dump = fs::read_to_string(folder.0.join("facts/infrastructure.yaml")).unwrap();
    let answer = folder.run(&["render", "facts"]);
    assert!(answer.failed().starts_with("error[facts-alone]"));
    // what holds no placeholder leaves as it came, with a word
    let answer = Run::new::<&str>(&[]).stdin(dump.as_str());
    assert_eq!((answer.code, answer.out), (Some(0), dump));
    assert!(
        answer.err.starts_with("warning[dump-leaves]"),
        "{}",
        answer.err
    );
}

#[test]
fn output_folder_holds_one_file_per_object_that_was_rendered() {
    let folder = cluster("pool-output");
    let autoscaled = POOL.replace("replicas: 1", "autoscaling: {min: 0, max: 2}");
    let folder = folder
        .file("gpu.yaml", autoscaled)
        .file("facts/autoscaler.yaml", SCALES_DOWN)
        .file("other.yaml", OTHER);
    let listed = render(&folder, &["other.yaml", "-o", "out"]).clean();
    assert_snapshot!(listed, @r#"
    out/configmap-other.yaml
    out/machineset-openshift-machine-api_cluster-qt67m-xmnfl-gpu-g6-4xlarge-us-east-2b.yaml
    out/machineautoscaler-openshift-machine-api_cluster-qt67m-xmnfl-gpu-g6-4xlarge-us-east-2b.yaml
    "#);
    let rendered = render(&folder, &["other.yaml"]).clean();
    assert_eq!(folder.run(&["render", "out"]).clean().len(), rendered.len());
    // the autoscaler goes with the wish for it
    let folder = folder.file("gpu.yaml", POOL);
    render(&folder, &["-o", "out"]).clean();
    let files = fs::read_dir(folder.0.join("out")).unwrap().count();
    assert_eq!(files, 2, "the MachineSet and our list");
}

#[test]
fn warnings_are_said_and_fail_only_when_denied() {
    let folder = cluster("pool-warnings").file("gpu.yaml", POOL.replace("g6.4xlarge", "g6.4xlarg"));
    let render = |more: &[&str]| {
        let args = ["render", "gpu.yaml", "--facts", "facts"];
        folder.run(&[&args[..], more].concat())
    };
    let answer = render(&[]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(answer.out.contains("kind: MachineSet"));
    assert_snapshot!(answer.err, @r#"
    warning[unknown-instance-type]: instance type `g6.4xlarg` is not in the catalogue of AWS
     --> gpu.yaml:7:17  GpuMachineSet l4, spec.instanceType
      |
    7 |   instanceType: g6.4xlarg
      |                 ^^^^^^^^^
      = help: did you mean `g6.4xlarge`?

    1 warning
    "#);
    let denied = render(&["--deny-warnings", "-o", "out"]).failed();
    let why = "1 warning, denied by --deny-warnings\n";
    assert_eq!(denied, answer.err.replace("1 warning\n", why));
    assert!(!folder.0.join("out").exists());
}

#[test]
fn errors_are_said_all_at_once_the_worst_first() {
    let pool = POOL.replace("g6.4xlarge", "g6.4xlarg").replace(
        "  replicas: 1",
        "  zones: [us-east-1a, us-east-2c]\n  replicas: 1",
    );
    let folder = cluster("pool-errors").file("gpu.yaml", pool);
    assert_snapshot!(render(&folder, &[]).failed(), @r#"
    error[zone-outside-region]: zone `us-east-1a` is not in region `us-east-2`
     --> gpu.yaml:8:11  GpuMachineSet l4, spec.zones[0]
      |
    8 |   zones: [us-east-1a, us-east-2c]
      |           ^^^^^^^^^^
      = fact: region `us-east-2` from Infrastructure/cluster (facts/all.yaml:18)
      = help: did you mean `us-east-2b`?
      = help: zones with a worker MachineSet: us-east-2b

    error[zone-without-worker]: zone `us-east-2c` has no worker MachineSet to clone, so its subnet is not known
     --> gpu.yaml:8:23  GpuMachineSet l4, spec.zones[1]
      |
    8 |   zones: [us-east-1a, us-east-2c]
      |                       ^^^^^^^^^^
      = fact: worker `cluster-qt67m-xmnfl-worker-us-east-2b` is in `us-east-2b`, MachineSet/cluster-qt67m-xmnfl-worker-us-east-2b (facts/all.yaml:21)
      = help: zones with a worker MachineSet: us-east-2b
      = help: or name its subnet: `network: {subnets: {us-east-2c: <subnet id or Name tag>}}`
      = help: or, if the installer made a subnet there, state `zones: [..., us-east-2c]` in ClusterFacts

    warning[unknown-instance-type]: instance type `g6.4xlarg` is not in the catalogue of AWS
     --> gpu.yaml:7:17  GpuMachineSet l4, spec.instanceType
      |
    7 |   instanceType: g6.4xlarg
      |                 ^^^^^^^^^
      = help: did you mean `g6.4xlarge`?

    2 errors, 1 warning
    "#);
}

/// A ResourceList is for functions; `render` gives what can be applied, also beside other files.
#[test]
fn render_takes_a_resource_list_apart() {
    let folder = cluster("pool-apart");
    let rendered = render(&folder, &[]).clean();
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}{}",
        item(POOL),
        item(&OTHER.replace("# kept\n", "")),
    );
    let folder = folder.file("list.yaml", list);
    let out = folder.run(&["render", "list.yaml", "facts"]).clean();
    assert!(!out.contains("ResourceList"), "{out}");
    let (other, sets) = if out.starts_with("apiVersion: v1\nkind: ConfigMap") {
        out.split_once("---\n").unwrap()
    } else {
        panic!("{out}")
    };
    assert_eq!(other, OTHER.replace("# kept\n", ""));
    assert_eq!(sets, rendered);
}

/// An object as an element of `items`.
fn item(object: &str) -> String {
    format!("- {}\n", object.trim_end().replace('\n', "\n  "))
}

/// kpt and kustomize: the list comes back unchanged, the results with it, and all of it on standard error.
#[test]
fn a_resource_list_with_errors_comes_back_with_results() {
    let pool = POOL.replace("replicas: 1", "zones: [us-east-1a]\n  replicas: 1");
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}{}",
        item(&pool),
        item(OTHER)
    );
    let answer = Run::new::<&str>(&[]).stdin(&list);
    assert_eq!(answer.code, Some(1));
    assert!(answer.out.starts_with(&list), "{}", answer.out);
    assert!(
        answer.out.contains("\nresults:\n- message: "),
        "{}",
        answer.out
    );
    assert!(answer.err.starts_with("error["), "{}", answer.err);
}

#[test]
fn a_plugin_without_resources_says_what_it_lacks() {
    let folder = cluster("pool-generator");
    let config = folder.0.join("gpu.yaml");
    let run = Run::new(&[config.as_os_str(), OsStr::new("--any")]).within(&folder.0);
    let err = run
        .env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", &folder.0)
        .stdin("")
        .failed();
    assert!(err.starts_with("error[missing-fact]: "), "{err}");
    assert!(err.contains("--> <plugin config>:"), "{err}");
}

/// What `check` says of a pool and a ClusterFacts with these lines, as names of rules with their places.
fn said(facts: &str, more: &str) -> Vec<String> {
    let rest = "ami: ami-0123456789abcdef0, installedVersion: 4.18.1, architecture: amd64";
    let facts = format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: prod}}\nspec: {{platform: AWS, {rest}, {facts}}}\n---\n{more}"
    );
    let pool = POOL.replace("spec:\n", "spec:\n  facts: prod\n  zones: [us-east-2a]\n");
    let answer = Run::new(&["check", "-"])
        .within(Path::new("/"))
        .stdin(format!("{pool}---\n{facts}{NO_PLATFORM}"));
    let lines = answer.err.lines();
    let errors = lines.filter_map(|line| line.strip_prefix("error["));
    errors.map(str::to_owned).collect()
}

#[test]
fn a_fact_that_a_mistake_keeps_from_being_stated_is_not_missing_too() {
    let whole = "infrastructureName: prod-7qz4d, openshiftVersion: 4.20.8";
    let nowhere = "{kind: ConfigMap, name: facts, path: $.data.region}";
    for one_mistake in [
        format!("{whole}, from: {{region: {nowhere}}}"),
        format!("{whole}, from: {{regoin: {nowhere}}}"),
        format!("{whole}, from: {{region: {{kind: ConfigMap, name: facts, path: '$.data['}}}}"),
        format!("{whole}, region: 12"),
        format!("{whole}, regoin: us-east-2"),
        format!("region: us-east-2, from: {{infrastructureName: {nowhere}}}"),
    ] {
        let said = said(&one_mistake, "");
        assert_eq!(said.len(), 1, "{one_mistake}: {said:?}");
        assert!(!said[0].starts_with("missing-fact"), "{said:?}");
    }
    let wrong =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: facts}\ndata: {region: us east}\n";
    let answer = said(&format!("{whole}, from: {{region: {nowhere}}}"), wrong);
    assert_eq!(
        answer,
        ["fact-not-found]: region `us east` is not a region"]
    );
    // what nobody tried to state is missing all the same, also where another fact failed
    let both = said(
        &format!("openshiftVersion: 4.20.8, from: {{region: {nowhere}}}"),
        "",
    );
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(
        both.iter()
            .any(|said| said.starts_with("missing-fact]: the infrastructure name"))
    );
    // of another cluster as well
    let other = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: other}\nspec: {infrastructureName: other-abcde, platform: AWS}\n---\n";
    let pool = POOL.replace("name: l4", "name: b");
    let pool = pool.replace("spec:\n", "spec:\n  facts: other\n");
    let both = said(
        &format!("{whole}, from: {{region: {nowhere}}}"),
        &format!("{other}{pool}"),
    );
    let region = "missing-fact]: the region of cluster `other` is not known";
    assert!(both.iter().any(|said| said == region), "{both:?}");
    let region = "missing-fact]: the region of cluster `prod` is not known";
    assert!(both.iter().all(|said| said != region), "{both:?}");
}
