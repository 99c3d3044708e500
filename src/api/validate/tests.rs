//! One mistake that a user would make per case, with the whole answer.

use super::super::read::tests::{document, source};
use super::super::{read_cluster_facts, read_gpu_machine_set, read_gpu_platform};
use super::*;

fn shown(problems: &[Problem]) -> Vec<String> {
    let line = |problem: &Problem| {
        let (at, _) = problem.place.position.expect("has a place");
        let help = problem.help.join("; ");
        format!(
            "{}:{} {} {}: {} ({help})",
            at.line, at.column, problem.rule.slug, problem.place.path, problem.message
        )
    };
    problems.iter().map(line).collect()
}

/// The problems of a pool whose spec holds these lines beside what is required. The first line is line 6.
fn pool(lines: &str) -> Vec<String> {
    let mut text = String::from(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: l4}\nspec:\n  instanceType: g6.xlarge\n",
    );
    for line in lines.lines() {
        text = format!("{text}  {line}\n");
    }
    if !lines.contains("replicas:") {
        text += "  replicas: 1\n";
    }
    whole(&text)
}

fn whole(text: &str) -> Vec<String> {
    let source = source(text);
    match read_gpu_machine_set(&document(&source)) {
        Ok(_) => Vec::new(),
        Err(problems) => shown(&problems),
    }
}

#[track_caller]
fn case(lines: &str, expected: &str) {
    assert_eq!(pool(lines), [expected], "{lines}");
}

#[test]
fn cures_are_not_the_next_mistake() {
    let cure = |lines: &str| {
        let said = pool(lines).remove(0);
        said.rsplit_once(" (")
            .map(|(_, cure)| cure.to_owned())
            .unwrap_or_default()
    };
    let said = "`labels` stands here already: write both in one)";
    assert_eq!(cure("lables: {a: b}\nlabels: {c: d}"), said);
    assert_eq!(cure("minReplicas: 1"), "it is `spec.autoscaling.min`)");
    let said = "in the form of the provider spec it goes under `spec.providerSpec`; as a fact of the cluster it belongs into its ClusterFacts, or, when the pool holds all facts itself, under `spec.facts`)";
    assert_eq!(cure("ami: ami-0123456789abcdef0"), said);
    assert!(cure("iamInstanceProfile: x").ends_with("go under `providerSpec`)"));
    let said = "write `taints: [{key: team-a, effect: NoSchedule}]`)";
    assert_eq!(cure("taints: {team-a: NoSchedule}"), said);
    let said = r#"write `taints: [{key: "team-a", effect: "NoSchedule"}]`)"#;
    assert_eq!(cure("taints: {key: team-a, effect: NoSchedule}"), said);
    let said = whole(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: l4}\nspec: {instanceType: g6 4xlarge, replicas: 1}\n",
    );
    assert!(said[0].ends_with("(write `g6.4xlarge`)"), "{said:?}");
}

#[test]
fn unknown_fields_are_named_with_what_was_meant() {
    case(
        "zonse: [a]",
        "6:3 unknown-field spec.zonse: unknown field `zonse` (did you mean `zones`?)",
    );
    case(
        "zone: us-east-2a",
        "6:3 unknown-field spec.zone: unknown field `zone` (here it is called `zones`)",
    );
    case(
        "nodeLabels: {}",
        "6:3 unknown-field spec.nodeLabels: unknown field `nodeLabels` (here it is called `labels`)",
    );
    case(
        "root_volume: {}",
        "6:3 unknown-field spec.root_volume: unknown field `root_volume` (here it is called `rootVolume`)",
    );
    case(
        "sizeGiB: 200",
        "6:3 unknown-field spec.sizeGiB: unknown field `sizeGiB` (it belongs under `spec.rootVolume`)",
    );
    case(
        "volumeSize: 200",
        "6:3 unknown-field spec.volumeSize: unknown field `volumeSize` (it is `spec.rootVolume.sizeGiB`)",
    );
    case(
        "rootVolume: {market: Spot}",
        "6:16 unknown-field spec.rootVolume.market: unknown field `market` (it belongs under `spec`)",
    );
    case(
        "rootVolume: {quux: 1}",
        "6:16 unknown-field spec.rootVolume.quux: unknown field `quux` (known here: `sizeGiB`, `type`, `encrypted`, `kmsKey`, `iops` and `throughputMiB`)",
    );
}

#[test]
fn types_say_what_to_write() {
    case(
        "replicas: \"1\"",
        "6:13 invalid-value spec.replicas: `replicas`: expected an integer, got the string `\"1\"` (remove the quotes: `1`)",
    );
    case(
        "rootVolume: {sizeGiB: 200Gi}",
        "6:25 invalid-value spec.rootVolume.sizeGiB: `sizeGiB`: expected an integer, got the string `200Gi` (write the number alone, in the field's own unit: `200`)",
    );
    case(
        "replicas: 010",
        "6:13 invalid-value spec.replicas: `replicas`: `010` is read as 8 (write `8`, or the number that you mean without the zero)",
    );
    case(
        "rootVolume: {encrypted: yes}",
        "6:27 invalid-value spec.rootVolume.encrypted: `encrypted`: expected a boolean, got the string `yes` (write `true`)",
    );
    case(
        "rootVolume: {encrypted: \"false\"}",
        "6:27 invalid-value spec.rootVolume.encrypted: `encrypted`: expected a boolean, got the string `\"false\"` (remove the quotes: `false`)",
    );
    case(
        "labels: {a: true}",
        "6:15 invalid-value spec.labels.a: `a`: expected a string, got the boolean `true` (quote it: `\"true\"`)",
    );
    case(
        "labels: {a.b/c: no}",
        "6:19 invalid-value spec.labels[\"a.b/c\"]: `spec.labels[\"a.b/c\"]`: `no` is a string to kustomize and a boolean to kubectl (quote it: `\"no\"`)",
    );
    case(
        "zones: us-east-2a",
        "6:10 invalid-value spec.zones: `zones`: expected a list, got the string `us-east-2a` (write `zones: [us-east-2a]`)",
    );
    case(
        "taints: [{key: k, value: 1, effect: NoSchedule}]",
        "6:28 invalid-value spec.taints[0].value: `value`: expected a string, got the integer `1` (quote it: `\"1\"`)",
    );
    case(
        "facts: [{}]",
        "6:11 invalid-value spec.facts[0]: `facts[0]`: expected a string, got a mapping ()",
    );
    case(
        "facts: {openshift: recent}",
        "6:22 invalid-value spec.facts.openshift: `recent` is not a range of OpenShift versions: bounds with blanks between them, each a version `4.18` behind `>=`, `>`, `<=`, `<` or nothing ()",
    );
    case(
        "facts: 7",
        "6:10 invalid-value spec.facts: `facts`: expected a string, got the integer `7` (quote it: `\"7\"`)",
    );
    case(
        "facts: {regoin: us-east-2}",
        "6:11 unknown-field spec.facts.regoin: unknown field `regoin` (did you mean `region`?)",
    );
}

#[test]
fn values_stay_in_their_range_or_list() {
    case(
        "market: spot",
        "6:11 invalid-value spec.market: `market`: expected `OnDemand`, `Spot` or `CapacityBlock`, got the string `spot` (did you mean `Spot`?)",
    );
    case(
        "replicas: -1",
        "6:13 invalid-value spec.replicas: `replicas` must be at least 0, not -1 ()",
    );
    case(
        "replicas: 3000000000",
        "6:13 invalid-value spec.replicas: `replicas` must be at most 2147483647, not 3000000000 ()",
    );
    case(
        "network: {placementGroupPartition: 9}",
        "6:38 invalid-value spec.network.placementGroupPartition: `placementGroupPartition` must be 1 to 7, not 9 ()",
    );
    case(
        "sharing: {timeSlicing: 4, mig: all-1g.10gb}",
        "6:29 invalid-value spec.sharing: `sharing` holds exactly one of `timeSlicing`, `mps` and `mig` ()",
    );
    case(
        "sharing: {}",
        "6:3 invalid-value spec.sharing: `sharing` holds exactly one of `timeSlicing`, `mps` and `mig` ()",
    );
    case(
        "zones: []",
        "6:10 invalid-value spec.zones: `zones` is an empty list (remove the line for the default, or name at least one)",
    );
    case(
        "zones:",
        "6:3 invalid-value spec.zones: `zones` has no value; expected a list (remove the line, or name at least one)",
    );
    case(
        "rootVolume: ~",
        "6:15 invalid-value spec.rootVolume: `rootVolume` has no value; expected a mapping (remove the line, or write `{}`)",
    );
}

#[test]
fn names_have_the_form_that_kubernetes_and_the_cloud_want() {
    case(
        "labels: {a b: x}",
        "6:12 invalid-value spec.labels[\"a b\"]: `a b` is not a label key: letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, at most 63, after an optional DNS name and one `/` (write `a-b`)",
    );
    case(
        "accelerator: nvidia.com/gpu",
        "6:16 invalid-value spec.accelerator: `nvidia.com/gpu` is not a label value: letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, at most 63 characters (write `nvidia.com-gpu`)",
    );
    case(
        "spot: {maxPrice: $1.20}",
        "6:20 invalid-value spec.spot.maxPrice: `$1.20` is not a price: a decimal above zero, as `1.20` (write `1.20`)",
    );
    case(
        "zones: [us-east-2a, \"\"]",
        "6:23 invalid-value spec.zones[1]: `` is not a zone: it is empty ()",
    );
    case(
        "facts: {ami: AMI_ID}",
        "6:16 invalid-value spec.facts.ami: `AMI_ID` is not an AWS image id: `ami-` and 8 to 17 hexadecimal digits in lower case ()",
    );
}

#[test]
fn what_stands_under_a_wrong_name_is_not_missing_too() {
    let head =
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: a}\n";
    let problems = whole(&format!(
        "{head}spec: {{instancetype: g6.xlarge, replica: 1}}\n"
    ));
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn what_is_required_is_asked_for_at_its_parent() {
    let problems = whole(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {}\nspec:\n  taints:\n  - {key: a}\n",
    );
    let heads: Vec<&str> = problems
        .iter()
        .map(|line| line.split(" (").next().unwrap_or_default())
        .collect();
    assert_eq!(
        heads,
        [
            "3:1 missing-field metadata.name: `metadata.name` is required",
            "6:5 missing-field spec.taints[0].effect: `spec.taints[0].effect` is required",
            "4:1 missing-field spec.instanceType: `spec.instanceType` is required",
            "4:1 missing-field spec: one of `replicas` and `autoscaling` is required",
        ]
    );
}

#[test]
fn all_problems_come_at_once_and_right_ones_do_not() {
    assert_eq!(pool("zonse: [a]\nmarket: spot\nlabels: {a: 1}").len(), 3);
    let right = "zones: [a, b]\nautoscaling: {min: 0, max: 4}\nmarket: Spot\nspot: {maxPrice: \"1.20\"}\nproviderSpec: {a: {b: ~}, c: yes}\nfacts: {region: a, workerMachineSets: [{name: a, zone: b, providerSpec: {x: [1]}}]}";
    assert_eq!(pool(right), Vec::<String>::new());
}

#[test]
fn a_status_or_a_missing_spec_is_a_problem() {
    let text = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: a}\nstatus: {}\n";
    let problems = whole(text);
    assert!(
        problems[0].contains("has no status: remove it"),
        "{problems:?}"
    );
    assert!(
        problems[1].starts_with("1:1 missing-field spec:"),
        "{problems:?}"
    );
}

#[test]
fn versions_that_yaml_takes_for_numbers_are_quoted() {
    let source = source(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: a}\nspec: {openshiftVersion: 4.20}\n",
    );
    let problems = read_cluster_facts(&document(&source)).expect_err("a number");
    assert_eq!(
        shown(&problems),
        [
            "4:26 invalid-value spec.openshiftVersion: `openshiftVersion`: expected a string, got the number `4.20` (quote it: `\"4.20\"`)"
        ]
    );
}

#[test]
fn a_platform_is_read_and_its_operators_are_known_by_other_names() {
    let head = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: a}\n";
    let read = |rest: &str| {
        let source = source(&format!("{head}{rest}"));
        read_gpu_platform(&document(&source)).map_err(|problems| shown(&problems))
    };
    let platform = read("spec:\n  operators: {nvidia-gpu: {channel: v25.10, driver: {version: 570.195.03}, mig: single}, kueue: {frameworks: [BatchJob, XGBoostJob]}}\n  argocd: none\n")
        .expect("is right");
    let operators = platform.spec.operators.expect("operators");
    assert_eq!(operators["nvidia-gpu"]["channel"], "v25.10");
    assert!(read("").is_ok());
    assert_eq!(
        read("spec: {operators: {rhoai: {}, nfd: {chanel: a}}, argocd: off}").unwrap_err(),
        [
            "4:20 unknown-field spec.operators.rhoai: unknown field `rhoai` (here it is called `openshift-ai`)",
            "4:37 unknown-field spec.operators.nfd.chanel: unknown field `chanel` (did you mean `channel`?)",
            "4:58 invalid-value spec.argocd: `argocd`: expected `none`, got the string `off` ()",
        ]
    );
}

#[test]
fn a_file_of_nonsense_does_not_give_a_problem_per_line() {
    let lines: Vec<String> = (0..5000).map(|line| format!("field{line}: 1")).collect();
    let problems = pool(&lines.join("\n"));
    assert_eq!(problems.len(), LIMIT);
    assert!(problems[LIMIT - 1].contains("only the first 100 problems"));
}

/// What was written instead, and the line to write.
#[test]
fn cures_can_be_pasted() {
    case(
        "taints: [\"nvidia.com/gpu=true:NoSchedule\"]",
        "6:12 invalid-value spec.taints[0]: `taints[0]`: expected a mapping, got the string \
         `\"nvidia.com/gpu=true:NoSchedule\"` (write `{key: nvidia.com/gpu, value: \"true\", effect: NoSchedule}`)",
    );
    case(
        "labels: [a=b]",
        "6:11 invalid-value spec.labels: `labels`: expected a mapping, got a list (write `labels: {a: \"b\"}`)",
    );
    case(
        "nameTemplate: {name}",
        "6:17 invalid-value spec.nameTemplate: `nameTemplate`: expected a string, got a mapping (quote it: `\"{name}\"`)",
    );
    let head = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\n";
    assert_eq!(
        whole(&format!("{head}metadata: {{name: L4_Pool}}\nspec:\n")),
        [
            "3:18 invalid-value metadata.name: `L4_Pool` is not a name of a Kubernetes object: lower case letters, \
             digits, `-` and `.`, every part beginning and ending with a letter or digit, at most 253 characters \
             (write `l4-pool`)",
            "4:1 invalid-value spec: `spec` has no value; expected a mapping (write it, indented, on the lines below)",
        ]
    );
    let platform = |spec: &str| {
        let head = head.replace("GpuMachineSet", "GpuPlatform");
        let text = format!("{head}metadata: {{name: a}}\nspec: {spec}\n");
        let source = source(&text);
        shown(&read_gpu_platform(&document(&source)).unwrap_err()).join("\n")
    };
    assert!(
        platform("{operators: [nfd, nvidia-gpu]}")
            .ends_with("(write `operators: {nfd: {}, nvidia-gpu: {}}`)")
    );
    assert!(
        platform("{clusterAutoscaler: true}")
            .ends_with("(write `clusterAutoscaler: {}`, or with fields)")
    );
}

/// The API server refuses a ClusterAutoscaler that has them.
#[test]
fn durations_and_shares_are_what_the_autoscaler_takes() {
    let platform = |field: &str| {
        let text = format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: a}}\nspec: {{clusterAutoscaler: {{scaleDown: {{{field}}}}}}}\n"
        );
        let source = source(&text);
        match read_gpu_platform(&document(&source)) {
            Ok(_) => Vec::new(),
            Err(problems) => shown(&problems),
        }
    };
    for right in [
        "unneededTime: 10m",
        "delayAfterAdd: 1h30m",
        "utilizationThreshold: \"0.4\"",
    ] {
        assert_eq!(platform(right), Vec::<String>::new(), "{right}");
    }
    for (wrong, cure) in [
        (
            "unneededTime: 10",
            "(`10` is not a duration: numbers with a unit, as `10m`, `90s` or `1h30m`)",
        ),
        (
            "unneededTime: \"10\"",
            "`10` is not a duration: numbers with a unit, as `10m`, `90s` or `1h30m` ()",
        ),
        (
            "delayAfterAdd: 10 minutes",
            "`10 minutes` is not a duration: numbers with a unit, as `10m`, `90s` or `1h30m` ()",
        ),
        ("utilizationThreshold: 0.4", "(quote it: `\"0.4\"`)"),
        (
            "utilizationThreshold: 40%",
            "`40%` is not a share: a decimal between 0 and 1, as `0.4` ()",
        ),
    ] {
        let said = platform(wrong).join("\n");
        assert!(said.ends_with(cure), "{wrong}: {said}");
    }
}
