//! `gpu-machineset argocd`, as argocd-cmp-server calls it: in the application's folder, everything else in variables.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Answer, Folder, NO_PLATFORM, OTHER, Run, SCALES_DOWN};

const POOL: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4}
spec:
  instanceType: g6.4xlarge
  replicas: 1
  rootVolume: {sizeGiB: 200}
";
const INFRA: &str = "cluster-zpqdx-xxm9n";

/// A repository with an application in `app/` and a cluster's facts in `clusters/zpqdx/`, where argocd-cmp-server
/// unpacks it.
fn repository(name: &str) -> Folder {
    let folder = Folder::new(&format!("argocd-{name}"));
    let dump = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/clusters/aws/zpqdx");
    let mut facts = fs::read_to_string(dump.join("infrastructure.yaml")).unwrap();
    for zone in ["a", "b", "c"] {
        let file = format!("machinesets/{INFRA}-worker-us-east-2{zone}.yaml");
        facts.push_str("---\n");
        facts.push_str(&fs::read_to_string(dump.join(file)).unwrap());
    }
    folder
        .file("_cmp_server/1/app/pool.yaml", POOL)
        .file("_cmp_server/1/app/platform.yaml", NO_PLATFORM)
        .file("_cmp_server/1/clusters/zpqdx/facts.yaml", facts)
        .file("_cmp_server/2/clusters/secret.yaml", OTHER)
}

const AUTOSCALER: &str = "_cmp_server/1/app/autoscaler.yaml";

/// One call with the parameters of an Application.
fn argocd(folder: &Folder, command: &str, parameters: &str) -> Answer {
    with_env(folder, command, parameters, &[])
}

fn with_env(folder: &Folder, command: &str, parameters: &str, env: &[(&str, &str)]) -> Answer {
    let mut run = Run::new(&["argocd", command])
        .within(&folder.0.join("_cmp_server/1/app"))
        .env("ARGOCD_APP_NAME", "prod-gpu")
        .env("ARGOCD_APP_PARAMETERS", parameters);
    for (name, value) in env {
        run = run.env(name, value);
    }
    run.stdin("")
}

const FACTS: &str = r#"[{"name":"facts","string":"../clusters/zpqdx/facts.yaml"}]"#;

fn also(parameter: &str) -> String {
    FACTS.replace("}]", &format!("}},{parameter}]"))
}

#[test]
fn the_folder_and_the_facts_that_a_parameter_names_are_rendered() {
    let folder = repository("generate");
    let out = argocd(&folder, "generate", FACTS).clean();
    assert_eq!(out.matches("kind: MachineSet\n").count(), 3, "{out}");
    assert!(
        out.contains(&format!("name: {INFRA}-gpu-g6-4xlarge-us-east-2a")),
        "{out}"
    );
    let tree = folder.0.join("_cmp_server/1");
    let same = Run::new(&["render", "app", "--facts", "clusters/zpqdx"])
        .within(&tree)
        .stdin("");
    assert_eq!(
        out,
        same.clean(),
        "what Argo CD deploys is what a person renders"
    );
}

#[test]
fn no_parameters_are_spelt_in_three_ways() {
    let folder = repository("none");
    let in_folder = folder.0.join("_cmp_server/1/app");
    fs::copy(
        folder.0.join("_cmp_server/1/clusters/zpqdx/facts.yaml"),
        in_folder.join("facts.yaml"),
    )
    .unwrap();
    let unset = Run::new(&["argocd", "generate"])
        .within(&in_folder)
        .stdin("")
        .clean();
    for nothing in [
        "null",
        "[]",
        "",
        r#"[{"name":"region"}]"#,
        r#"[{"name":"zones","array":[]},{"name":"region","string":""},{"name":"ami","string":"<no value>"}]"#,
    ] {
        assert_eq!(
            argocd(&folder, "generate", nothing).clean(),
            unset,
            "{nothing}"
        );
    }
}

#[test]
fn parameters_override_files_and_variables() {
    let folder = repository("override");
    let zones = |parameters: &str, env: &[(&str, &str)]| {
        let out = with_env(&folder, "generate", parameters, env).clean();
        let zones = out
            .lines()
            .filter_map(|line| line.trim().strip_prefix("availabilityZone: "));
        zones.map(str::to_owned).collect::<Vec<_>>()
    };
    let c = also(r#"{"name":"zones","array":["us-east-2c"]}"#);
    let env = [("ARGOCD_ENV_ZONES", "us-east-2b")];
    let all = ["us-east-2a", "us-east-2b", "us-east-2c"];
    assert_eq!(zones(FACTS, &[]), all);
    assert_eq!(zones(FACTS, &env), ["us-east-2b"]);
    assert_eq!(zones(&c, &env), ["us-east-2c"]);
    // a version that a file states otherwise is no disagreement
    let version = also(r#"{"name":"openshift-version","string":"4.19"}"#);
    assert_eq!(zones(&version, &[]), all);
}

/// What stands under `kind: MachineSet` and `kind: MachineAutoscaler` at one key, in order.
fn values(out: &str, key: &str) -> Vec<String> {
    let values = out.lines().filter_map(|line| line.trim().strip_prefix(key));
    values.map(str::to_owned).collect()
}

#[test]
fn fields_of_pools_are_parameters() {
    let folder = repository("pools");
    let small = POOL.replace("name: l4", "name: l4.small");
    let small = small.replace("g6.4xlarge", "g6.xlarge");
    let folder = folder
        .file(AUTOSCALER, SCALES_DOWN)
        .file("_cmp_server/1/app/small.yaml", small);
    let generate = |parameters: &str, env: &[(&str, &str)]| {
        with_env(&folder, "generate", &also(parameters), env).clean()
    };
    let zones = r#"{"name":"pool.l4.zones","array":["us-east-2a","us-east-2b"]},{"name":"pool.l4.small.zones","string":"us-east-2c"}"#;
    let out = generate(zones, &[]);
    assert_eq!(
        values(&out, "availabilityZone: "),
        ["us-east-2a", "us-east-2b", "us-east-2c"]
    );
    assert_eq!(values(&out, "replicas: "), ["1", "0", "1"]);
    // a map of fields, and fields within fields
    let scaled = format!(
        r#"{zones},{{"name":"pool.l4","map":{{"instanceType":"g6.8xlarge","autoscaling.min":"1","autoscaling.max":"5"}}}}"#
    );
    let out = generate(&scaled, &[]);
    assert_eq!(
        values(&out, "instanceType: "),
        ["g6.8xlarge", "g6.8xlarge", "g6.xlarge"]
    );
    assert_eq!(values(&out, "maxReplicas: "), ["3", "2"]);
    // variables give way to parameters, nothing to either
    let env = [
        ("ARGOCD_ENV_POOL_L4_REPLICAS", "7"),
        ("ARGOCD_ENV_pool.l4.small.replicas", "3"),
    ];
    let some = format!(
        r#"{zones},{{"name":"pool.l4.replicas","string":"4"}},{{"name":"pool.l4.instanceType","string":""}},
        {{"name":"pool.l4.accelerator","string":"<no value>"}},{{"name":"pool.l4.labels","map":{{"team/a":"x"}}}}"#
    );
    let out = generate(&some, &env);
    assert_eq!(values(&out, "replicas: "), ["2", "2", "3"]);
    assert_eq!(values(&out, "team/a: "), ["x", "x"]);
    let out = generate(zones, &env);
    assert_eq!(values(&out, "replicas: "), ["4", "3", "3"]);
}

#[test]
fn a_field_that_is_given_is_judged_as_a_written_one() {
    let folder = repository("pools-wrong");
    let parameters = also(
        r#"{"name":"pool.l4.zones","string":"us-east-1a"},{"name":"pool.l4.autoscaling.min","string":"3"},
        {"name":"pool.l4","map":{"replicas":"two","replica":"3","taints":"a","sizeGiB":"5","labels":"x"}},
        {"name":"pool.l4.protection","array":["keep"]},{"name":"pool.l4","string":"x"},
        {"name":"pool.l5.replicas","string":"5"},{"name":"replicas","string":"5"},{"name":"pools","map":{"l4":"1"}}"#,
    );
    let env = [
        ("ARGOCD_ENV_pool.l4.market", "Spott"),
        ("ARGOCD_ENV_POOL_L4_MARKET", "Spot"),
    ];
    assert_snapshot!(with_env(&folder, "generate", &parameters, &env).failed(), @r#"
    error[missing-field]: `spec.autoscaling.max` is required
     --> <Application prod-gpu>  GpuMachineSet l4, spec.autoscaling.max
      = fact: `autoscaling.min` is from parameter pool.l4.autoscaling.min of Application prod-gpu
      = help: `max`: Machines at the most, in all zones together. At least one
      = help: or give it to Application prod-gpu: `plugin: {parameters: [{name: pool.l4.autoscaling.max, string: "..."}]}`

    error[invalid-value]: `replicas`: expected an integer, got the string `two`
     --> <Application prod-gpu>  GpuMachineSet l4, spec.replicas
      = fact: `replicas` is from parameter pool.l4 of Application prod-gpu

    error[invalid-parameter]: field `market` of pool `l4` is given twice
     --> <Application prod-gpu>  spec.source.plugin.env.pool.l4.market
      = help: remove `POOL_L4_MARKET` or `pool.l4.market`

    error[invalid-parameter]: field `labels` of pool `l4` takes a map, not a string
     --> <Application prod-gpu>  spec.source.plugin.parameters.pool.l4
      = help: write `{name: pool.l4.labels, map: {...}}`

    error[invalid-parameter]: parameter `pool.l4` does not say which field of the pool it is
     --> <Application prod-gpu>  spec.source.plugin.parameters.pool.l4
      = help: write `{name: pool.l4.replicas, string: "2"}`, or `{name: pool.l4, map: {replicas: "2"}}`

    error[unknown-parameter]: a pool has no field `replica`
     --> <Application prod-gpu>  spec.source.plugin.parameters.pool.l4
      = help: did you mean `pool.l4.replicas`?

    error[unknown-parameter]: a pool has no field `sizeGiB`
     --> <Application prod-gpu>  spec.source.plugin.parameters.pool.l4
      = help: did you mean `pool.l4.rootVolume.sizeGiB`?

    error[unknown-parameter]: field `taints` of a pool cannot be a parameter
     --> <Application prod-gpu>  spec.source.plugin.parameters.pool.l4
      = help: parameters are texts, lists of texts and maps of texts: write it in the pool's file

    error[invalid-parameter]: field `protection` of pool `l4` takes a string, not an array
     --> <Application prod-gpu>  spec.source.plugin.parameters.pool.l4.protection
      = help: write `{name: pool.l4.protection, string: "..."}`

    error[unknown-parameter]: there is no pool `l5`
     --> <Application prod-gpu>  spec.source.plugin.parameters.pool.l5.replicas
      = help: did you mean `l4`?

    error[unknown-parameter]: there is no parameter `pools`
     --> <Application prod-gpu>  spec.source.plugin.parameters.pools
      = help: a field of a pool is given as `pool.<name of the pool>.replicas`

    error[unknown-parameter]: there is no parameter `replicas`
     --> <Application prod-gpu>  spec.source.plugin.parameters.replicas
      = help: a field of a pool is given as `pool.<name of the pool>.replicas`

    error[zone-outside-region]: zone `us-east-1a` is not in region `us-east-2`
     --> <Application prod-gpu>  GpuMachineSet l4, spec.zones[0]
      = fact: region `us-east-2` from Infrastructure/cluster (../clusters/zpqdx/facts.yaml:18)
      = fact: `zones` is from parameter pool.l4.zones of Application prod-gpu
      = help: did you mean `us-east-2a`?
      = help: zones with a worker MachineSet: us-east-2a, us-east-2b, us-east-2c

    13 errors
    "#);
}

#[test]
fn what_a_placeholder_lacks_may_be_a_parameter() {
    let folder = repository("pools-bare");
    let bare = POOL.replace("  replicas: 1\n", "");
    let folder = folder.file("_cmp_server/1/app/pool.yaml", bare);
    let err = argocd(&folder, "generate", FACTS).failed();
    assert!(err.contains("error[missing-field]"), "{err}");
    let help = r#"or give it to Application prod-gpu: `plugin: {parameters: [{name: pool.l4.replicas, string: "..."}]}`"#;
    assert!(err.contains(help), "{err}");
    let given = also(r#"{"name":"pool.l4.replicas","string":"3"}"#);
    argocd(&folder, "generate", &given).clean();
    let announced = announced(&folder, FACTS);
    assert_eq!(announced["pool.l4.replicas"]["required"], true);
    assert_eq!(announced["pool.l4.instanceType"]["string"], "g6.4xlarge");
    assert_eq!(announced["pool.l4.instanceType"]["required"], false);
    assert_eq!(announced["pool.l4.zones"]["array"], serde_json::json!([]));
}

#[test]
fn parameters_are_stronger_than_the_facts_that_a_pool_holds_itself() {
    let facts = "  facts: {infrastructureName: demo-x7k2p, platform: AWS, region: us-east-2, ami: ami-0123456789abcdef0, openshiftVersion: 4.20.8, installedVersion: 4.18.1, architecture: amd64}\n";
    let pool = POOL.replace("spec:\n", &format!("spec:\n  zones: [us-east-2a]\n{facts}"));
    let platform = NO_PLATFORM.replace(
        "spec: {operators: {}}",
        &format!("spec:\n  operators: {{}}\n{facts}"),
    );
    let folder = repository("inline")
        .file("_cmp_server/1/app/pool.yaml", pool)
        .file("_cmp_server/1/app/platform.yaml", platform);
    let out = argocd(&folder, "generate", "null").clean();
    assert!(out.contains("id: ami-0123456789abcdef0"), "{out}");
    let ami = r#"[{"name":"ami","string":"ami-0aaaaaaaaaaaaaaa1"}]"#;
    let out = argocd(&folder, "generate", ami).clean();
    assert!(out.contains("id: ami-0aaaaaaaaaaaaaaa1"), "{out}");
    let env = [("ARGOCD_ENV_AMI", "ami-0bbbbbbbbbbbbbbb2")];
    let out = with_env(&folder, "generate", "null", &env).clean();
    assert!(out.contains("id: ami-0bbbbbbbbbbbbbbb2"), "{out}");
    let other = r#"[{"name":"infrastructureName","string":"other-x7k2p"}]"#;
    assert_snapshot!(argocd(&folder, "generate", other).failed(), @r"
    error[facts-of-another-cluster]: the input holds no facts of cluster `other-x7k2p`, but those of another one
     --> <Application prod-gpu>  spec.source.plugin.parameters.infrastructureName
      = fact: infrastructure name `other-x7k2p` from parameter infrastructureName of Application prod-gpu
      = fact: clusters of the input: `demo-x7k2p`
      = help: add the facts of this cluster, or leave the other ones out of the input

    1 error
    ");
    // and the destination is held against them
    let kube = [("KUBE_VERSION", "1.29.1")];
    let err = with_env(&folder, "generate", "null", &kube).failed();
    assert!(err.contains("error[kube-version-differs]"), "{err}");
}

#[test]
fn an_override_that_contradicts_the_workers_is_named_in_the_message() {
    let folder = repository("contradiction");
    let region = also(r#"{"name":"region","string":"us-west-2"}"#);
    let err = argocd(&folder, "generate", &region).failed();
    assert!(
        err.contains("region `us-west-2` from parameter region of Application prod-gpu"),
        "{err}"
    );
}

#[test]
fn what_is_wrong_with_parameters_is_said_at_once() {
    let folder = repository("wrong");
    let parameters = also(
        r#"{"name":"regoin","string":"x"},{"name":"zones","map":{"a":"b"}},{"name":"region","array":["a"]},
        {"name":"ami","string":"ami-1"},{"name":"platform","string":"aws"},{"name":"platform","string":"AWS"},
        {"name":"clusterID","string":"a"},{"name":"zzz","string":"a"}"#,
    );
    assert_snapshot!(argocd(&folder, "generate", &parameters).failed(), @r#"
    error[invalid-parameter]: AMI `ami-1` is not an AWS image id
     --> <Application prod-gpu>  spec.source.plugin.parameters.ami
      = help: `ami-` and 8 to 17 hexadecimal digits in lower case

    error[unknown-parameter]: there is no parameter `clusterID`
     --> <Application prod-gpu>  spec.source.plugin.parameters.clusterID
      = help: did you mean `infrastructureName`?

    error[invalid-parameter]: parameter `platform` is given twice
     --> <Application prod-gpu>  spec.source.plugin.parameters.platform
      = help: remove one of them

    error[invalid-parameter]: platform `aws` is not known
     --> <Application prod-gpu>  spec.source.plugin.parameters.platform
      = help: did you mean `AWS`?

    error[invalid-parameter]: parameter `region` takes a string, not an array
     --> <Application prod-gpu>  spec.source.plugin.parameters.region
      = help: write `{name: region, string: "us-east-2"}`

    error[unknown-parameter]: there is no parameter `regoin`
     --> <Application prod-gpu>  spec.source.plugin.parameters.regoin
      = help: did you mean `region`?

    error[invalid-parameter]: parameter `zones` takes an array, not a map
     --> <Application prod-gpu>  spec.source.plugin.parameters.zones
      = help: write `{name: zones, array: [us-east-2a]}`

    error[unknown-parameter]: there is no parameter `zzz`
     --> <Application prod-gpu>  spec.source.plugin.parameters.zzz
      = help: parameters are facts, cluster, denyWarnings, infrastructureName, platform, region, zones, openshiftVersion, installedVersion, architecture, ami, naming and `pool.<name>.<field>`

    error[platform-unsupported]: MachineSets for platform `aws` cannot be made yet
     --> pool.yaml:4:1  GpuMachineSet l4, spec
      |
    4 | spec:
      | ^^^^
      = fact: platform `aws` from parameter platform of Application prod-gpu
      = help: supported: AWS, Azure, GCP, VSphere, OpenStack, Nutanix, IBMCloud

    9 errors
    "#);
}

#[test]
fn parameters_that_are_no_json_are_said_to_be() {
    let folder = repository("no-json");
    for broken in ["{", "{}", "[1]", r#"[{"string":"x"}]"#, "\"x\""] {
        let err = argocd(&folder, "generate", broken).failed();
        assert!(
            err.starts_with("error[invalid-parameter]"),
            "{broken}: {err}"
        );
    }
}

#[test]
fn nothing_outside_of_the_tree_is_read() {
    let folder = repository("outside");
    let tree = folder.0.join("_cmp_server/1");
    symlink("../../2/clusters/secret.yaml", tree.join("app/link.yaml")).unwrap();
    symlink("../../../_cmp_server/2", tree.join("app/folder")).unwrap();
    let parameters = r#"[{"name":"facts","array":["../../2/clusters","/etc/hostname","../clusters/gone.yaml"]}]"#;
    assert_snapshot!(argocd(&folder, "generate", parameters).failed(), @r#"
    error[outside-of-tree]: `../../2/clusters` leads out of the repository
     --> ../../2/clusters
      = fact: path `../../2/clusters` from parameter facts of Application prod-gpu
      = help: name a path relative to the application's folder, in the same repository

    error[unreadable-input]: cannot read `../clusters/gone.yaml`: no such file or directory
     --> ../clusters/gone.yaml
      = fact: path `../clusters/gone.yaml` from parameter facts of Application prod-gpu
      = help: paths of facts are relative to the application's folder

    error[outside-of-tree]: `/etc/hostname` leads out of the repository
     --> /etc/hostname
      = fact: path `/etc/hostname` from parameter facts of Application prod-gpu
      = help: name a path relative to the application's folder, in the same repository

    error[outside-of-tree]: `folder` leads out of the repository
     --> folder
      = help: put the file itself there

    error[outside-of-tree]: `link.yaml` leads out of the repository
     --> link.yaml
      = help: put the file itself there

    5 errors
    "#);
}

#[test]
fn facts_are_found_by_who_writes_an_application() {
    let folder = repository("facts-path");
    let said = argocd(&folder, "generate", "").failed();
    assert!(
        said.contains(
            "name the folder to Application prod-gpu: `plugin: {parameters: [{name: facts, string: "
        ),
        "{said}"
    );
    let from_root = r#"[{"name":"facts","string":"clusters/zpqdx"}]"#;
    let said = argocd(&folder, "generate", from_root).failed();
    assert!(
        said.contains("relative to the application's folder: `../clusters/zpqdx`"),
        "{said}"
    );
    assert!(said.ends_with("\n1 error\n"), "{said}");
}

/// In a folder what is no manifest is left out, as in `render`; what `oc` said in place of facts is an error, and so is
/// an object that lacks its kind.
#[test]
fn what_is_no_object_is_said_once() {
    let facts = r#"[{"name":"facts","string":"../clusters/zpqdx"}]"#;
    let folder = repository("no-object").file("_cmp_server/1/app/values.yaml", "replicas: 3\n");
    let answer = argocd(&folder, "generate", facts);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    assert!(
        answer.err.contains("info[files-left-out]"),
        "{}",
        answer.err
    );
    assert!(!answer.out.contains("replicas: 3\n---"), "{}", answer.out);
    let folder = repository("no-kind").file(
        "_cmp_server/1/app/lacks.yaml",
        "apiVersion: v1\nmetadata: {name: a}\ndata: {a: b}\n",
    );
    let said = argocd(&folder, "generate", facts).failed();
    assert!(
        said.starts_with("error[no-kind]") && said.ends_with("\n1 error\n"),
        "{said}"
    );
    let folder = repository("no-object-facts").file(
        "_cmp_server/1/clusters/zpqdx/said.yaml",
        "error: You must be logged in\n",
    );
    let said = argocd(&folder, "generate", facts).failed();
    assert!(
        said.starts_with("error[dump-cut-off]") && said.ends_with("\n1 error\n"),
        "{said}"
    );
}

#[test]
fn a_part_of_the_repository_may_be_sent() {
    let folder = repository("part");
    let generate = |path: &str| {
        Run::new(&["argocd", "generate"])
            .within(&folder.0.join("_cmp_server/1/app"))
            .env("ARGOCD_APP_NAME", "prod-gpu")
            .env("ARGOCD_APP_SOURCE_PATH", path)
            .env(
                "ARGOCD_APP_PARAMETERS",
                r#"[{"name":"facts","string":"../../clusters/zpqdx"}]"#,
            )
            .stdin("")
            .failed()
    };
    let err = generate("teams/gpu/app");
    let help = "add `/teams/clusters/zpqdx` to the annotation `argocd.argoproj.io/manifest-generate-paths` of the Application: `.;/teams/clusters/zpqdx`";
    assert!(err.contains(help), "{err}");
    let err = generate("./app/");
    assert!(
        err.contains("`../../clusters/zpqdx` leads out of the repository"),
        "{err}"
    );
}

#[test]
fn a_missing_fact_may_be_given_as_a_parameter() {
    let folder = repository("missing");
    let err = argocd(&folder, "generate", "null").failed();
    let help = r#"or give it to Application prod-gpu: `plugin: {parameters: [{name: infrastructureName, string: "cluster-x7k2p"}]}`"#;
    assert!(err.contains(help), "{err}");
}

#[test]
fn facts_of_another_cluster_are_not_mixed_in() {
    let folder = repository("another");
    let other = also(r#"{"name":"infrastructureName","string":"cluster-abcde-fghij"}"#);
    let err = argocd(&folder, "generate", &other).failed();
    assert!(err.contains("error[facts-of-another-cluster]"), "{err}");
}

#[test]
fn one_of_several_clusters_is_chosen_by_a_parameter() {
    let qt67m = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/clusters/aws/qt67m/infrastructure.yaml");
    let folder = repository("several").file(
        "_cmp_server/1/clusters/qt67m.yaml",
        fs::read(qt67m).unwrap(),
    );
    let facts = r#"[{"name":"facts","string":"../clusters"}]"#;
    assert!(
        argocd(&folder, "generate", facts)
            .failed()
            .contains("error[ambiguous-facts]")
    );
    for parameter in ["cluster", "infrastructureName"] {
        let chosen = facts.replace(
            "}]",
            &format!(r#"}},{{"name":"{parameter}","string":"{INFRA}"}}]"#),
        );
        let out = argocd(&folder, "generate", &chosen).clean();
        assert!(out.contains(INFRA) && !out.contains("qt67m"), "{out}");
    }
    let err = argocd(
        &folder,
        "generate",
        &facts.replace("}]", r#"},{"name":"cluster","string":"zpqdy"}]"#),
    )
    .failed();
    assert!(err.contains("no facts are named `zpqdy`"), "{err}");
    let several = announced(&folder, facts);
    assert_eq!(several["cluster"]["required"], true);
    assert_eq!(several["region"]["string"], "");
    let chosen = cluster(INFRA).replace("}]", &format!("}},{}", &facts[1..]));
    let one = announced(&folder, &chosen);
    assert_eq!(one["region"]["string"], "us-east-2");
    assert_eq!(one["cluster"]["tooltip"], several["cluster"]["tooltip"]);
}

/// Facts that a pool holds itself, of the cluster with this infrastructure name.
fn inline(infra: &str) -> String {
    let facts = format!(
        "  facts: {{infrastructureName: {infra}, platform: AWS, region: us-east-2, ami: ami-0123456789abcdef0, openshiftVersion: 4.20.8, installedVersion: 4.18.1, architecture: amd64}}\n"
    );
    POOL.replace("spec:\n", &format!("spec:\n  zones: [us-east-2a]\n{facts}"))
}

fn cluster(name: &str) -> String {
    format!(r#"[{{"name":"cluster","string":"{name}"}}]"#)
}

#[test]
fn a_cluster_that_is_named_is_the_one_whose_facts_a_pool_holds() {
    let folder =
        repository("named-inline").file("_cmp_server/1/app/pool.yaml", inline("demo-x7k2p"));
    assert_snapshot!(argocd(&folder, "generate", &cluster("demo-x7k2q")).failed(), @r"
    error[unknown-facts]: no facts are named `demo-x7k2q`
     --> <Application prod-gpu>  spec.source.plugin.parameters.cluster
      = fact: cluster `demo-x7k2q` from parameter cluster of Application prod-gpu
      = help: did you mean `demo-x7k2p`?

    1 error
    ");
    let out = argocd(&folder, "generate", &cluster("demo-x7k2p")).clean();
    assert!(out.contains("name: demo-x7k2p-gpu"), "{out}");
    let second = inline("other-abcde").replace("name: l4", "name: b");
    let folder = folder.file("_cmp_server/1/app/second.yaml", second);
    let err = argocd(&folder, "generate", &cluster("demo-x7k2p")).failed();
    let message = "error[facts-of-another-cluster]: GpuMachineSet `b` holds the facts of cluster `other-abcde` itself\n --> second.yaml:6:3";
    assert!(err.starts_with(message), "{err}");
    assert!(err.ends_with("\n1 error\n"), "{err}");
    // nobody has to choose where every pool says it
    argocd(&folder, "generate", "null").clean();
    assert_eq!(announced(&folder, "null")["cluster"]["required"], false);
}

#[test]
fn a_cluster_that_is_named_goes_by_every_name_of_it() {
    let named = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: prod}\nspec: {infrastructureName: demo-x7k2p}\n";
    let folder = repository("named-twice")
        .file("_cmp_server/1/app/pool.yaml", inline("demo-x7k2p"))
        .file("_cmp_server/1/app/facts.yaml", named);
    argocd(&folder, "generate", &cluster("prod")).clean();
    // facts of another cluster are nobody's
    let folder = folder.file(
        "_cmp_server/1/app/facts.yaml",
        named.replace("demo-x7k2p", "other-abcde"),
    );
    argocd(&folder, "generate", &cluster("demo-x7k2p")).clean();
    let err = argocd(&folder, "generate", &cluster("prod")).failed();
    assert!(
        err.contains("GpuMachineSet `l4` holds the facts of cluster `demo-x7k2p` itself"),
        "{err}"
    );
}

#[test]
fn a_cluster_that_is_named_where_there_are_no_facts_is_said_once() {
    let folder = repository("named-nothing");
    let err = argocd(&folder, "generate", &cluster("prod")).failed();
    assert!(
        err.contains("fact: cluster `prod` from parameter cluster"),
        "{err}"
    );
    assert!(err.ends_with("\n1 error\n"), "{err}");
    // parameters that are all the facts there are, are those of the cluster that is named
    let region = r#"[{"name":"cluster","string":"prod"},{"name":"region","string":"us-east-2"}]"#;
    let err = argocd(&folder, "generate", region).failed();
    assert!(
        err.contains("the platform of cluster `prod` is not known"),
        "{err}"
    );
    let platform = NO_PLATFORM.replace("operators: {}", "operators: {nfd: {}}");
    fs::remove_file(folder.0.join("_cmp_server/1/app/pool.yaml")).unwrap();
    let folder = folder.file("_cmp_server/1/app/platform.yaml", platform);
    assert_eq!(argocd(&folder, "generate", "null").code, Some(0));
    let err = argocd(&folder, "generate", &cluster("prod")).failed();
    assert!(
        err.contains("error[unknown-facts]: no facts are named `prod`"),
        "{err}"
    );
}

/// The announcements by name.
fn announced(folder: &Folder, parameters: &str) -> serde_json::Map<String, Value> {
    let out = argocd(folder, "parameters", parameters).clean();
    let list: Vec<Value> = serde_json::from_str(&out).unwrap();
    list.into_iter()
        .map(|one| (one["name"].as_str().unwrap().to_owned(), one))
        .collect()
}

#[test]
fn announcements_hold_what_is_found_in_the_tree() {
    let folder = repository("announced");
    let found = announced(&folder, FACTS);
    assert_eq!(found["infrastructureName"]["string"], INFRA);
    assert_eq!(
        found["zones"]["array"],
        serde_json::json!(["us-east-2a", "us-east-2b", "us-east-2c"])
    );
    assert_eq!(found["region"]["required"], false);
    let nothing = announced(&folder, "null");
    assert_eq!(nothing["infrastructureName"]["required"], true);
    assert_eq!(nothing["infrastructureName"]["string"], "");
    // a tree that cannot be read, an application without files
    let of_pools = found.keys().filter(|name| name.starts_with("pool.l4."));
    let others = found.len() - of_pools.count();
    let broken = folder.file("_cmp_server/1/app/pool.yaml", "a: [b");
    assert_eq!(announced(&broken, "nonsense").len(), others);
    fs::remove_file(broken.0.join("_cmp_server/1/app/pool.yaml")).unwrap();
    assert_eq!(announced(&broken, "null").len(), others);
}

#[test]
fn an_application_without_files_is_an_error() {
    let folder = repository("empty");
    fs::remove_file(folder.0.join("_cmp_server/1/app/platform.yaml")).unwrap();
    fs::remove_file(folder.0.join("_cmp_server/1/app/pool.yaml")).unwrap();
    let path = [("ARGOCD_APP_SOURCE_PATH", "app")];
    assert_snapshot!(with_env(&folder, "generate", "null", &path).failed(), @r"
    error[no-manifests]: no manifest in folder `.`
     --> .
      = help: add a GpuMachineSet or another manifest (.yaml, .yml, .json) to `app` (`spec.source.path`) of Application prod-gpu
      = help: an empty output would prune all that is deployed: when nothing is wanted any more, delete Application prod-gpu

    1 error
    ");
    // comments, and what never leaves
    for (text, slug) in [
        ("# nothing\n---\n", "empty-input"),
        (NO_PLATFORM, "empty-output"),
    ] {
        let folder = repository("comments").file("_cmp_server/1/app/pool.yaml", text);
        fs::remove_file(folder.0.join("_cmp_server/1/app/platform.yaml")).unwrap();
        let err = argocd(&folder, "generate", "null").failed();
        assert!(err.starts_with(&format!("error[{slug}]")), "{err}");
        assert!(err.contains("delete Application prod-gpu"), "{err}");
    }
}

/// A stand-in for kustomize that shows how it was called.
fn kustomize(folder: &Folder, script: &str) -> String {
    let bin = folder.0.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let program = bin.join("kustomize");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:/bin:/usr/bin", bin.display())
}

#[test]
fn a_kustomization_is_built_first() {
    let folder = repository("kustomize").file(
        "_cmp_server/1/app/kustomization.yaml",
        "resources: [pool.yaml, platform.yaml]\n",
    );
    let path = kustomize(
        &folder,
        r#"[ "$*" = "build ." ] && cat pool.yaml platform.yaml"#,
    );
    let out = with_env(&folder, "generate", FACTS, &[("PATH", &path)]).clean();
    assert!(out.contains("kind: MachineSet\n"), "{out}");
    let path = kustomize(&folder, "echo 'Error: no such patch' >&2; exit 1");
    let err = with_env(&folder, "generate", FACTS, &[("PATH", &path)]).failed();
    assert!(err.starts_with("error[kustomize-failed]"), "{err}");
    assert!(err.contains("Error: no such patch"), "{err}");
    // which pools there are nobody knows then
    let pool = also(r#"{"name":"pool.l4.replicas","string":"2"}"#);
    let err = with_env(&folder, "generate", &pool, &[("PATH", "/nowhere")]).failed();
    assert!(err.starts_with("error[kustomize-not-found]"), "{err}");
    assert!(err.ends_with("\n1 error\n"), "{err}");
}

#[test]
fn what_kustomize_drops_is_missed() {
    let local = "metadata: {name: l4, annotations: {config.kubernetes.io/local-config: \"true\"}}";
    let folder = repository("dropped")
        .file(
            "_cmp_server/1/app/kustomization.yaml",
            "resources: [other.yaml, ../base]\n",
        )
        .file("_cmp_server/1/app/other.yaml", OTHER)
        .file(
            "_cmp_server/1/base/kustomization.yaml",
            "resources:\n- pool.yaml\n",
        )
        .file(
            "_cmp_server/1/base/pool.yaml",
            POOL.replace("metadata: {name: l4}", local),
        );
    let path = kustomize(&folder, "cat other.yaml");
    let err = with_env(&folder, "generate", FACTS, &[("PATH", &path)]).failed();
    assert_snapshot!(err, @r#"
    error[dropped-by-kustomize]: kustomize drops GpuMachineSet `l4`, so it would not be expanded
     --> ../base/pool.yaml:3:71  GpuMachineSet l4, metadata.annotations
      |
    3 | metadata: {name: l4, annotations: {config.kubernetes.io/local-config: "true"}}
      |                                                                       ^^^^^^
      = help: remove the annotation `config.kubernetes.io/local-config`: what is ours never reaches the cluster in this way

    1 error
    "#);
}

#[test]
fn a_kustomization_further_down_is_an_error() {
    let folder = repository("nested").file(
        "_cmp_server/1/app/overlay/kustomization.yaml",
        "resources: []\n",
    );
    let err = argocd(&folder, "generate", FACTS).failed();
    assert!(err.contains("error[nested-kustomization]"), "{err}");
}

#[test]
fn the_probe_connects() {
    let folder = Folder::new("argocd-probe");
    // the path of a socket is short
    let sockets = std::env::temp_dir().join(format!("gpu-machineset-{}", std::process::id()));
    fs::create_dir_all(&sockets).unwrap();
    let probe = || {
        Run::new(&["argocd", "probe"])
            .within(&folder.0)
            .env("ARGOCD_PLUGINSOCKFILEPATH", &sockets)
            .stdin("")
    };
    assert!(probe().failed().contains("error[probe-failed]"));
    let listener = UnixListener::bind(sockets.join("gpu-machineset.sock")).unwrap();
    assert_eq!(probe().clean(), "");
    drop(listener);
    // a process that another test is starting right now holds the socket until it becomes another program
    let answers = || UnixStream::connect(sockets.join("gpu-machineset.sock")).is_ok();
    for _ in 0..100 {
        if !answers() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(probe().failed().contains("connection refused"));
    fs::remove_dir_all(&sockets).unwrap();
}

#[test]
fn what_argo_cd_would_lose_is_an_error_in_its_way_alone() {
    let lossy = format!(
        "{OTHER}...\n{}",
        OTHER
            .replace("name: other", "name: lost")
            .replace("0755", "yes")
    );
    let folder = repository("lossy").file("_cmp_server/1/app/other.yaml", &lossy);
    assert_snapshot!(argocd(&folder, "generate", FACTS).failed(), @r#"
    error[lost-document]: Argo CD drops all that stands between `...` and the next `---`
     --> other.yaml:9:1
      |
    9 | apiVersion: v1
      | ^^^^^^^^^^^^^^
      = help: write `---` instead of `...`

    error[not-the-same-to-all]: plain `yes` is `true` to Argo CD and the string "yes" to kustomize
      --> other.yaml:13:14  ConfigMap lost, data.mode
       |
    13 | data: {mode: yes}
       |              ^^^
       = help: write `"yes"` or `true`

    2 errors
    "#);
    let render = Run::new(&["render", "other.yaml"])
        .within(&folder.0.join("_cmp_server/1/app"))
        .stdin("");
    assert_eq!(render.clean(), lossy);
}

#[test]
fn the_destination_is_looked_at_before_anything_is_synced() {
    let folder = repository("destination");
    let version = also(r#"{"name":"openshiftVersion","string":"4.18.3"}"#);
    let served = "v1,machine.openshift.io/v1beta1,machine.openshift.io/v1beta1/MachineSet";
    let good = [("KUBE_VERSION", "1.31.4"), ("KUBE_API_VERSIONS", served)];
    with_env(&folder, "generate", &version, &good).clean();
    with_env(
        &folder,
        "generate",
        &version,
        &[("KUBE_VERSION", ""), ("KUBE_API_VERSIONS", "")],
    )
    .clean();
    let hosted = [
        ("KUBE_VERSION", "1.34.4"),
        ("KUBE_API_VERSIONS", "v1,apps/v1"),
    ];
    assert_snapshot!(with_env(&folder, "generate", &version, &hosted).failed(), @r"
    error[no-machine-api]: the destination of Application prod-gpu has no machine.openshift.io/v1beta1, so no MachineSet
     --> <Application prod-gpu>  MachineSet openshift-machine-api/cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a
      = fact: KUBE_API_VERSIONS lists what the destination serves
      = help: is it a hosted control plane, which has NodePools instead? else enable the capability MachineAPI

    error[kube-version-differs]: the destination of Application prod-gpu runs Kubernetes 1.34.4, which is that of OpenShift 4.21
     --> <Application prod-gpu>  spec.source.plugin.parameters.openshiftVersion
      = fact: OpenShift version `4.18.3` from parameter openshiftVersion of Application prod-gpu
      = help: take the facts from the cluster that is deployed to, or bring them up to date

    2 errors
    ");
    let scaled = POOL.replace("replicas: 1", "autoscaling: {min: 0, max: 3}");
    let folder = folder.file("_cmp_server/1/app/pool.yaml", scaled);
    let err = with_env(&folder, "generate", FACTS, &good).failed();
    assert!(err.contains("error[no-machine-autoscaler]"), "{err}");
}

#[test]
fn the_shipped_plugin_is_what_the_program_writes() {
    let written = Run::new(&["argocd", "plugin"]).stdin("").clean();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin.yaml");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &written).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        written,
        "UPDATE=1 cargo test shipped_plugin"
    );
    let plugin: Value = serde_yaml::from_str(&written).unwrap();
    let spec = plugin["spec"].as_object().unwrap();
    // `discover` costs a second copy of each repository, a version renames the plugin at each upgrade
    let keys: Vec<&String> = spec.keys().collect();
    assert_eq!(
        keys,
        [
            "generate",
            "parameters",
            "preserveFileMode",
            "provideGitCreds"
        ]
    );
    for command in [&spec["generate"], &spec["parameters"]["dynamic"]] {
        let words: Vec<&str> = command["command"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap())
            .collect();
        assert_eq!(words[0], "gpu-machineset");
        let known = Run::new(&[words[1], words[2], "--help"]).stdin("");
        assert_eq!(known.code, Some(0));
    }
}

#[test]
fn an_application_is_told_what_others_own() {
    let folder = repository("application");
    let scaled = POOL
        .replace("name: l4", "name: scaled")
        .replace("g6.4xlarge", "g6.8xlarge");
    let scaled = scaled.replace(
        "replicas: 1",
        "replicas: 1\n  autoscaling: {min: 0, max: 3}\n  zones: [us-east-2a]",
    );
    let tree = folder.0.join("_cmp_server/1");
    let folder = folder
        .file(AUTOSCALER, SCALES_DOWN)
        .file("_cmp_server/1/app/scaled.yaml", scaled);
    let run = Run::new(&["argocd", "application", "app", "--facts", "clusters"])
        .within(&tree)
        .stdin("");
    assert_snapshot!(run.clean(), @r#"
    # Written by `gpu-machineset argocd application`: merge it into the Application, or into `template` of its
    # ApplicationSet. Autoscalers own replicas, and the Machine Config Operator owns boot images.
    spec:
      ignoreDifferences:
      - group: machine.openshift.io
        kind: MachineSet
        jsonPointers:
        - /spec/template/spec/providerSpec/value/ami
        jqPathExpressions:
        - select(.metadata.annotations["gpu-machineset.dev/from"] == "GpuMachineSet/scaled") | .spec.replicas
      syncPolicy:
        syncOptions:
        - RespectIgnoreDifferences=true
        retry:
          limit: -1
    "#);
    drop(folder);
}

/// A pool whose root volume is too small for driver and images.
fn small(name: &str) -> Folder {
    let pool = POOL.replace("sizeGiB: 200", "sizeGiB: 90");
    repository(name).file("_cmp_server/1/app/pool.yaml", pool)
}

#[test]
fn warnings_fail_the_rendering_where_a_parameter_says_so() {
    let folder = small("deny");
    let shown = argocd(&folder, "generate", FACTS);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    assert!(shown.err.contains("warning["), "{}", shown.err);
    for name in ["denyWarnings", "deny-warnings"] {
        let deny = also(&format!(r#"{{"name":"{name}","string":"true"}}"#));
        let denied = argocd(&folder, "generate", &deny);
        assert_eq!((denied.code, denied.out.as_str()), (Some(1), ""));
        assert!(
            denied
                .err
                .contains("1 warning, denied by the parameter denyWarnings"),
            "{}",
            denied.err
        );
    }
    for (value, code) in [("false", 0), ("", 0), ("yes", 1)] {
        let parameter = also(&format!(r#"{{"name":"denyWarnings","string":"{value}"}}"#));
        let answer = argocd(&folder, "generate", &parameter);
        assert_eq!(answer.code, Some(code), "{value}: {}", answer.err);
        assert_eq!(answer.err.contains("error[invalid-parameter]"), code == 1);
    }
}

#[test]
fn warnings_are_entries_of_info_of_an_application() {
    let folder = small("info");
    let run = Run::new(&["argocd", "application", "app", "--facts", "clusters"])
        .within(&folder.0.join("_cmp_server/1"))
        .stdin("");
    assert_eq!(run.code, Some(0), "{}", run.err);
    let spec: Value = serde_yaml::from_str(&run.out).unwrap();
    let info = spec["spec"]["info"].as_array().unwrap();
    assert_eq!(info.len(), 1, "{info:?}");
    let text = |key: &str| info[0][key].as_str().unwrap();
    assert!(text("name").starts_with("warning: root-volume"), "{info:?}");
    assert!(text("value").contains("app/pool.yaml:"), "{info:?}");
}

#[test]
fn the_facts_of_a_cluster_are_written_onto_its_secret() {
    let folder = repository("secret");
    let tree = folder.0.join("_cmp_server/1");
    let args = [
        "argocd",
        "secret",
        "clusters",
        "--name",
        "cluster-prod",
        "--label",
        "environment=gpu-enabled",
    ];
    let run = Run::new(&args).within(&tree).stdin("");
    assert_snapshot!(run.clean(), @r"
    # cluster-zpqdx-xxm9n
    oc annotate secret cluster-prod -n openshift-gitops --overwrite \
      gpu-machineset.dev/infrastructureName=cluster-zpqdx-xxm9n \
      gpu-machineset.dev/platform=AWS \
      gpu-machineset.dev/region=us-east-2 \
      gpu-machineset.dev/zones=us-east-2a,us-east-2b,us-east-2c \
      gpu-machineset.dev/architecture=amd64
    oc label secret cluster-prod -n openshift-gitops --overwrite environment=gpu-enabled
    ");
    drop(folder);
}

/// Every kind that a platform of all operators makes may be deployed by the shipped project and controller.
/// What an Application applied, as a dump of the cluster shows it.
fn applied(by: &str, rendered: &str) -> String {
    let live = |document: &str| {
        let value = |key: &str| {
            let lines = document.lines().filter_map(|line| line.strip_prefix(key));
            lines.map(str::to_owned).next().unwrap_or_default()
        };
        let api_version = value("apiVersion: ");
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let (kind, name) = (value("kind: "), value("  name: "));
        let namespace = match value("  namespace: ").as_str() {
            "" => "destination".to_owned(),
            namespace => namespace.to_owned(),
        };
        let id = format!("{by}:{group}/{kind}:{namespace}/{name}");
        document.replacen(
            "\n  annotations:\n",
            &format!("\n  uid: a\n  annotations:\n    argocd.argoproj.io/tracking-id: {id}\n"),
            1,
        )
    };
    let documents: Vec<String> = rendered.split("---\n").map(live).collect();
    documents.join("---\n")
}

/// A repository with two Applications whose pools are on one cluster, and a dump of what the first one applied.
fn two_applications(name: &str) -> Folder {
    let folder = repository(name);
    fs::remove_file(folder.0.join("_cmp_server/1/app/platform.yaml")).unwrap();
    let first = of(&folder, "prod-gpu", "app", FACTS);
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(first.out.contains("kind: ClusterPolicy"), "{}", first.out);
    let second = POOL
        .replace("name: l4", "name: b")
        .replace("g6.4xlarge", "g6.8xlarge");
    folder.file("_cmp_server/1/second/pool.yaml", second).file(
        "_cmp_server/1/clusters/zpqdx/live.yaml",
        applied("prod-gpu", &first.out),
    )
}

fn of(folder: &Folder, application: &str, path: &str, parameters: &str) -> Answer {
    Run::new(&["argocd", "generate"])
        .within(&folder.0.join("_cmp_server/1").join(path))
        .env("ARGOCD_APP_NAME", application)
        .env("ARGOCD_APP_PARAMETERS", parameters)
        .stdin("")
}

const DUMP: &str =
    r#"[{"name":"facts","array":["../clusters/zpqdx/facts.yaml","../clusters/zpqdx/live.yaml"]}]"#;

#[test]
fn what_another_application_implied_is_not_made_again() {
    let folder = two_applications("two");
    // the one that applies them makes them, under a new name too: it applies the pool as well
    for own in ["prod-gpu", "renamed"] {
        let answer = of(&folder, own, "app", DUMP);
        assert!(
            answer.out.contains("kind: ClusterPolicy"),
            "{own}: {}",
            answer.err
        );
    }
    let other = of(&folder, "second", "second", DUMP);
    assert_eq!(other.code, Some(0), "{}", other.err);
    assert!(other.out.contains("kind: MachineSet"), "{}", other.out);
    for kind in [
        "Namespace",
        "OperatorGroup",
        "Subscription",
        "ClusterPolicy",
        "NodeFeatureDiscovery",
    ] {
        assert!(
            !other.out.contains(&format!("kind: {kind}\n")),
            "{}",
            other.out
        );
    }
    let said =
        "Subscription openshift-nfd/nfd of Application prod-gpu (../clusters/zpqdx/live.yaml:";
    assert!(other.err.contains(said), "{}", other.err);
    assert!(!other.err.contains("implied-platform"), "{}", other.err);
    // what is asked for is made
    let asked = NO_PLATFORM.replace("operators: {}", "operators: {nfd: {}}");
    let folder = folder.file("_cmp_server/1/second/platform.yaml", asked);
    let answer = of(&folder, "second", "second", DUMP);
    assert!(answer.out.contains("kind: Subscription"), "{}", answer.err);
}

#[test]
fn pools_of_two_applications_are_tolerated_by_the_operators_of_one() {
    let folder = two_applications("two-taints");
    let taints = "  taints: [{key: team/b, value: x, effect: NoSchedule}]\n";
    let second =
        fs::read_to_string(folder.0.join("_cmp_server/1/second/pool.yaml")).unwrap() + taints;
    let folder = folder.file("_cmp_server/1/second/pool.yaml", second);
    let err = of(&folder, "second", "second", DUMP).failed();
    assert!(
        err.contains("does not tolerate the taint `team/b`"),
        "{err}"
    );
    assert!(
        err.contains("render the pools together with those of Application prod-gpu"),
        "{err}"
    );
    // its sets are there: whoever has the operators reckons with them
    let sets = NO_PLATFORM.to_owned();
    let folder = folder.file("_cmp_server/1/second/platform.yaml", sets);
    let sets = of(&folder, "second", "second", FACTS).clean();
    let live = folder.0.join("_cmp_server/1/clusters/zpqdx/live.yaml");
    let both = fs::read_to_string(&live).unwrap() + "---\n" + &applied("second", &sets);
    fs::write(&live, both).unwrap();
    let answer = of(&folder, "prod-gpu", "app", DUMP);
    assert!(
        answer.out.contains("    - key: team/b\n"),
        "{}\n{}",
        answer.out,
        answer.err
    );
    assert!(!answer.out.contains("g6.8xlarge"), "{}", answer.out);
}

#[test]
fn on_a_desk_who_applies_the_operators_is_said() {
    let folder = two_applications("two-desk");
    let tree = folder.0.join("_cmp_server/1");
    let run = |args: &[&str]| Run::new(args).within(&tree).stdin("");
    // nobody knows of whom a new pool is
    let answer = run(&["render", "second", "--facts", "clusters"]);
    let fact = "fact: Application prod-gpu applies Subscription openshift-nfd/nfd";
    assert!(
        answer.err.contains(fact) && answer.out.contains("kind: ClusterPolicy"),
        "{}",
        answer.err
    );
    let answer = run(&["facts", "clusters"]);
    let said = "info[applied-by]: `gpu-operator-certified`, `nfd` are made by gpu-machineset and applied by Application prod-gpu";
    assert!(answer.err.contains(said), "{}", answer.err);
    // and one that is live says it
    let answer = run(&["render", "second", "--facts", "clusters/zpqdx/facts.yaml"]);
    let live = tree.join("clusters/zpqdx/live.yaml");
    let sets: Vec<&str> = answer
        .out
        .split("---\n")
        .filter(|one| one.contains("kind: MachineSet"))
        .collect();
    let both =
        fs::read_to_string(&live).unwrap() + "---\n" + &applied("second", &sets.join("---\n"));
    fs::write(&live, both).unwrap();
    let answer = run(&["render", "second", "--facts", "clusters"]);
    assert!(
        !answer.out.contains("kind: ClusterPolicy"),
        "{}",
        answer.err
    );
    let answer = run(&[
        "diff",
        "second",
        "--facts",
        "clusters/zpqdx/facts.yaml",
        "--live",
        "clusters/zpqdx/live.yaml",
    ]);
    assert!(
        answer
            .err
            .contains("are applied by Application prod-gpu, and the pools by Application second"),
        "{}",
        answer.err
    );
    assert!(!answer.err.contains("not-rendered"), "{}", answer.err);
    // all pools together are of both
    let answer = run(&["render", "app", "second", "--facts", "clusters"]);
    assert!(answer.out.contains("kind: ClusterPolicy"), "{}", answer.err);
}

const APPLICATION: &str = r#"
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: gpu, namespace: openshift-gitops}
spec:
  source:
    path: app
    plugin:
      name: gpu-machineset
      env: [{name: REGION, value: us-east-2}]
      parameters:
      - {name: facts, string: ../clusters/zpqdx}
      - {name: pool.l4, map: {zones: us-east-2a, autoscaling.min: "0", autoscaling.max: "3"}}
"#;

/// A repository on somebody's desk, with Applications.
fn desk(name: &str) -> Folder {
    let folder = repository(name).file("_cmp_server/1/.git/HEAD", "");
    folder
        .file(AUTOSCALER, SCALES_DOWN)
        .file("_cmp_server/1/app/pool.yaml", POOL)
        .file("_cmp_server/1/argocd/gpu.yaml", APPLICATION)
}

fn application(folder: &Folder, args: &[&str]) -> Answer {
    let args = [&["argocd", "application"], args].concat();
    let run = Run::new(&args).within(&folder.0.join("_cmp_server/1"));
    run.stdin("")
}

const SCALED: &str = "GpuMachineSet/l4";

#[test]
fn an_application_among_the_paths_hands_over_its_parameters() {
    let folder = desk("handed");
    let facts = ["--facts", "clusters/zpqdx"];
    let alone = application(&folder, &[&["app"], &facts[..]].concat()).clean();
    assert!(!alone.contains(SCALED), "{alone}");
    for paths in [["app", "argocd/gpu.yaml"], ["argocd", "app"]] {
        let out = application(&folder, &paths).clean();
        assert!(out.contains(SCALED), "{out}");
    }
    // as Argo CD merges it: lists are replaced
    let over = "plugin: {parameters: [{name: facts, string: ../clusters/zpqdx}]}";
    let folder = folder.file("_cmp_server/1/app/.argocd-source-gpu.yaml", over);
    let out = application(&folder, &["app", "argocd/gpu.yaml"]).clean();
    assert!(!out.contains(SCALED), "{out}");
    // what Argo CD passes itself is stronger
    let run = Run::new(&["argocd", "application", "app", "argocd/gpu.yaml"])
        .within(&folder.0.join("_cmp_server/1"))
        .env(
            "ARGOCD_APP_PARAMETERS",
            r#"[{"name":"facts","string":"../clusters/zpqdx"},{"name":"pool.l4.autoscaling.max","string":"x"}]"#,
        )
        .stdin("");
    let err = run.failed();
    assert!(err.contains("pool.l4.autoscaling.max"), "{err}");
}

#[test]
fn what_an_application_hands_over_and_nobody_can_know_is_said() {
    let folder = desk("not-handed").file(
        "_cmp_server/1/app/pool.yaml",
        POOL.replace("  replicas: 1\n", ""),
    );
    let err = application(&folder, &["app", "--facts", "clusters/zpqdx"]).failed();
    assert!(
        err.contains("does the Application give it as a parameter?"),
        "{err}"
    );
    let other = APPLICATION.replace("path: app", "path: other");
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec: {template: {spec: {source: {path: 'app', plugin: {name: gpu-machineset, parameters: [{name: region, string: '{{region}}'}]}}}}}\n";
    let folder = folder
        .file("_cmp_server/1/other.yaml", other)
        .file("_cmp_server/1/set.yaml", set)
        .file(
            "_cmp_server/1/second.yaml",
            APPLICATION.replace("name: gpu,", "name: two,"),
        )
        .file(
            "_cmp_server/1/filled.yaml",
            APPLICATION.replace("value: us-east-2", "value: $REGION"),
        );
    let said = |args: &[&str]| {
        let answer = application(&folder, args);
        assert_eq!(answer.code, Some(1), "{answer:?}");
        answer.err
    };
    let err = said(&["app", "other.yaml"]);
    let other = "info[parameters-not-read]: Application `gpu` is for `other`: what it hands over does not count here";
    assert!(err.contains(other), "{err}");
    let err = said(&["app", "set.yaml"]);
    assert!(
        err.contains("ApplicationSet `all` fills in parameters for each"),
        "{err}"
    );
    let err = said(&["app", "argocd/gpu.yaml", "second.yaml"]);
    assert!(
        err.contains("error[ambiguous-application]") && err.ends_with("\n1 error\n"),
        "{err}"
    );
    let err = said(&["app", "filled.yaml"]);
    assert!(err.contains("variable `REGION` holds a `$`"), "{err}");
    let err = said(&["app/pool.yaml", "argocd/gpu.yaml"]);
    assert!(
        err.contains("relative to the application's folder, and none is named"),
        "{err}"
    );
}

#[test]
fn an_application_of_another_plugin_or_form_is_said_to_be() {
    let unnamed = APPLICATION.replace("      name: gpu-machineset\n", "");
    let versioned = APPLICATION.replace("name: gpu-machineset\n", "name: gpu-machineset-v1\n");
    let (head, _) = APPLICATION.split_once("      parameters:\n").unwrap();
    let map = format!("{head}      parameters: {{region: us-east-2}}\n");
    let folder = desk("not-ours")
        .file("_cmp_server/1/unnamed.yaml", unnamed)
        .file("_cmp_server/1/versioned.yaml", versioned)
        .file("_cmp_server/1/map.yaml", map);
    // Argo CD asks a plugin without a name as well
    application(&folder, &["app", "unnamed.yaml"]).clean();
    let err = application(&folder, &["app", "versioned.yaml"]).err;
    assert!(
        err.contains("Application `gpu` names the plugin `gpu-machineset-v1`"),
        "{err}"
    );
    let err = application(&folder, &["app", "map.yaml"]).err;
    let map = "the parameters of Application `gpu` are no list of names and values";
    assert!(err.contains(map), "{err}");
}

/// Whether an object goes to a namespace of the project, or to none.
fn is_permitted_there(project: &Value, object: &Value) -> bool {
    let destinations = project["spec"]["destinations"].as_array().unwrap();
    object["metadata"]["namespace"]
        .as_str()
        .is_none_or(|namespace| {
            destinations.contains(&serde_json::json!({"server": "*", "namespace": namespace}))
        })
}

/// Groups of which the controller of OpenShift GitOps may make everything by itself.
const BY_ITSELF: [&str; 3] = [
    "machine.openshift.io",
    "operators.coreos.com",
    "operator.openshift.io",
];

fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text)
        .map(|one| <Value as serde::Deserialize>::deserialize(one).unwrap())
        .collect()
}

#[test]
fn the_shipped_project_and_roles_permit_all_that_is_made() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let read = |file: &str| fs::read_to_string(deploy.join(file)).unwrap();
    let shipped = documents(&read("fleet/argocd.yaml"));
    let project = shipped
        .iter()
        .find(|one| one["kind"] == "AppProject")
        .unwrap();
    let allowed = |list: &str, group: &str, kind: &str| {
        let entries = project["spec"][list].as_array().unwrap();
        entries.contains(&serde_json::json!({"group": group, "kind": kind}))
    };
    let mut controlled: Vec<Value> = Vec::new();
    for role in documents(&read("openshift-gitops/rbac.yaml")) {
        for rule in role["rules"].as_array().into_iter().flatten() {
            controlled.extend(rule["apiGroups"].as_array().unwrap().iter().cloned());
        }
    }
    controlled.push("".into());
    controlled.extend(BY_ITSELF.map(Value::from));
    let scaled = POOL.replace(
        "replicas: 1",
        "autoscaling: {min: 0, max: 6}\n  sharing: {timeSlicing: 4}",
    );
    let platform = "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: all}\nspec:\n  operators: {kueue: {}, leader-worker-set: {}, connectivity-link: {}, serverless: {}, openshift-ai: {}, odf: {operand: {storageDeviceSets: []}}}\n  monitoring: {userWorkload: true, dcgmDashboard: true}\n  clusterAutoscaler: {}\n";
    let version = "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: v}\nspec: {infrastructureName: cluster-zpqdx-xxm9n, openshiftVersion: 4.18.20}\n";
    let folder = repository("permitted").file(
        "_cmp_server/1/app/platform.yaml",
        format!("{platform}{version}"),
    );
    let folder = folder.file("_cmp_server/1/app/pool.yaml", scaled);
    let answer = argocd(&folder, "generate", FACTS);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let mut kinds = std::collections::BTreeSet::new();
    for object in documents(&answer.out) {
        let version = object["apiVersion"].as_str().unwrap();
        let group = version.rsplit_once('/').map_or("", |(group, _)| group);
        let kind = object["kind"].as_str().unwrap();
        let list = match object["metadata"]["namespace"].as_str() {
            Some(_) => "namespaceResourceWhitelist",
            None => "clusterResourceWhitelist",
        };
        assert!(allowed(list, group, kind), "{list} lacks {group}/{kind}");
        assert!(is_permitted_there(project, &object), "{object}");
        assert!(
            controlled.contains(&Value::from(group)),
            "rbac.yaml lacks {group}"
        );
        kinds.insert(kind.to_owned());
    }
    assert!(kinds.len() > 13, "{kinds:?}");
}

/// Whatever a case of a kind of ours makes, the role of `deploy/` lets Argo CD apply.
#[test]
#[allow(clippy::too_many_lines, reason = "one walk over the cases")]
fn the_shipped_role_permits_what_all_kinds_make() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("deploy/openshift-gitops/rbac.yaml")).unwrap();
    let shipped = documents(&text);
    let rules = shipped
        .iter()
        .flat_map(|role| role["rules"].as_array().into_iter().flatten());
    let rules: Vec<&Value> = rules.collect();
    let permits = |group: &str, resource: &str| {
        rules.iter().any(|rule| {
            let has = |key: &str, word: &str| rule[key].as_array().unwrap().contains(&word.into());
            has("apiGroups", group) && (has("resources", "*") || has("resources", resource))
        })
    };
    let core_by_itself = ["namespaces", "configmaps"];
    let mut seen = std::collections::BTreeSet::new();
    for area in [
        "access",
        "model",
        "openstack_gpu",
        "platform",
        "pool",
        "autoscaling",
    ] {
        for case in fs::read_dir(root.join("testdata/render").join(area)).unwrap() {
            let case = case.unwrap().path();
            let Ok(text) = fs::read_to_string(case.join("expected.yaml")) else {
                continue;
            };
            // objects that stand in the input are delivered by whoever wrote them
            let input = fs::read_to_string(case.join("input.yaml")).unwrap_or_default();
            for object in documents(&text) {
                let Some(version) = object["apiVersion"].as_str() else {
                    continue;
                };
                let kind = object["kind"].as_str().unwrap_or_default();
                if input.contains(&format!("kind: {kind}\n"))
                    || input.contains(&format!("\"{kind}\""))
                {
                    continue;
                }
                let group = version.rsplit_once('/').map_or("", |(group, _)| group);
                let resource = match kind.to_lowercase() {
                    kind if kind.ends_with('y') => format!("{}ies", kind.trim_end_matches('y')),
                    kind if kind.ends_with("class") => format!("{kind}es"),
                    kind => format!("{kind}s"),
                };
                let is_free = BY_ITSELF.contains(&group)
                    || group.is_empty() && core_by_itself.contains(&resource.as_str());
                assert!(
                    is_free || permits(group, &resource),
                    "rbac.yaml lacks {group}/{resource}: {}",
                    case.display()
                );
                seen.insert(format!("{group}/{resource}"));
            }
        }
    }
    assert!(seen.len() > 40, "{seen:?}");
}

/// The health checks, as people paste them from `deploy/`.
#[test]
fn health_checks_stand_in_deploy_as_they_are_tested() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let yaml = |file: &str| -> Value {
        serde_yaml::from_str(&fs::read_to_string(deploy.join(file)).unwrap()).unwrap()
    };
    let (cm, cr) = (
        yaml("argocd/argocd-cm.yaml"),
        yaml("openshift-gitops/argocd.yaml"),
    );
    let checks = cr["spec"]["resourceHealthChecks"].as_array().unwrap();
    let kinds = [
        ("machine.openshift.io", "MachineSet"),
        ("nfd.openshift.io", "NodeFeatureDiscovery"),
        ("nvidia.com", "ClusterPolicy"),
        ("nmstate.io", "NodeNetworkConfigurationPolicy"),
        ("operator.openstack.org", "OpenStack"),
        ("core.openstack.org", "OpenStackControlPlane"),
        ("dataplane.openstack.org", "OpenStackDataPlaneDeployment"),
        ("dataplane.openstack.org", "OpenStackDataPlaneNodeSet"),
        ("operators.coreos.com", "Subscription"),
    ];
    assert_eq!(checks.len(), kinds.len());
    for (check, (group, kind)) in checks.iter().zip(kinds) {
        let lua = fs::read_to_string(deploy.join(format!("health/{kind}.lua"))).unwrap();
        assert_eq!(
            (check["group"].as_str(), check["kind"].as_str()),
            (Some(group), Some(kind))
        );
        assert_eq!(check["check"].as_str().unwrap(), lua);
        let key = format!("resource.customizations.health.{group}_{kind}");
        assert_eq!(cm["data"][&key].as_str().unwrap(), lua);
    }
    let rbac = |way: &str| fs::read_to_string(deploy.join(way).join("rbac.yaml")).unwrap();
    assert_eq!(rbac("openshift-gitops"), rbac("openshift-gitops-kustomize"));
}
