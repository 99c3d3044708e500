//! What adoption must say, on sets of a real cluster.

use super::*;

const INFRA: &str = include_str!("../../testdata/clusters/aws/zpqdx/infrastructure.yaml");
const WORKER: &str = include_str!(
    "../../testdata/clusters/aws/zpqdx/machinesets/cluster-zpqdx-xxm9n-worker-us-east-2a.yaml"
);

/// A worker of a zone of the same cluster.
fn worker(zone: &str) -> String {
    WORKER.replace("us-east-2a", zone)
}

/// A set that a script cloned from the worker of its zone.
fn gpu(zone: &str, replicas: u32) -> String {
    worker(zone)
        .replace("-worker-us", "-gpu-g6-4xlarge-us")
        .replace("instanceType: m6a.4xlarge", "instanceType: g6.4xlarge")
        .replace(
            "  replicas: 1\n  selector",
            &format!("  replicas: {replicas}\n  selector"),
        )
}

fn autoscaler(name: &str, target: &str, min: u32, max: u32) -> String {
    format!(
        "apiVersion: autoscaling.openshift.io/v1beta1\nkind: MachineAutoscaler\nmetadata: {{name: {name}, namespace: openshift-machine-api}}\nspec:\n  minReplicas: {min}\n  maxReplicas: {max}\n  scaleTargetRef: {{apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, name: {target}}}\n"
    )
}

const ZONES: [&str; 3] = ["us-east-2a", "us-east-2b", "us-east-2c"];

fn run(more: &[String]) -> (String, Vec<String>) {
    run_with(more, &Choice::default())
}

/// Adopts what `more` holds beside a worker in each zone; problems as `slug: message`.
fn run_with(more: &[String], choice: &Choice<'_>) -> (String, Vec<String>) {
    let mut texts = vec![INFRA.to_owned()];
    texts.extend(ZONES.map(worker));
    texts.extend(more.iter().cloned());
    let source =
        |(index, text): (usize, &String)| Source::new(format!("live-{index}.yaml"), text.as_str());
    let sources: Vec<Source> = texts.iter().enumerate().map(source).collect();
    let adoption = adopt(&sources, &[], choice);
    let text = |problem: &Problem| format!("{}: {}", problem.rule.slug, problem.message);
    let problems = adoption.problems.iter().map(text).collect();
    (adoption.text, problems)
}

fn spec(text: &str) -> String {
    text.split("spec:\n")
        .nth(1)
        .unwrap_or_default()
        .split("---\n")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn sets_of_several_zones_are_one_pool() {
    let (text, problems) = run(&ZONES.map(|zone| gpu(zone, 2)));
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(text.matches("kind: GpuMachineSet").count(), 1, "{text}");
    let expected = "  instanceType: g6.4xlarge\n  zones:\n  - us-east-2a\n  - us-east-2b\n  - us-east-2c\n  replicas: 6\n  labels:\n    cluster-api/accelerator: null\n    node-role.kubernetes.io/gpu: null\n  taints: []\n  # as it is; without this line Argo CD asks before it deletes the sets: remove it when these are applied from Git\n  protection: none\n";
    assert_eq!(spec(&text), expected);
}

/// A cluster of two architectures has a worker of each in a zone; the images of committed sets grow old.
#[test]
fn a_worker_of_another_architecture_is_never_the_template() {
    let amd = worker("us-east-2d");
    // by its name the first
    let arm = amd
        .replace("kubernetes.io/arch=amd64", "kubernetes.io/arch=arm64")
        .replace("-worker-us", "-worker-aarch64-us")
        .replace("ami-0551cfffb0c3f0e45", "ami-0aaaaaaaaaaaaaaa1")
        .replace("m6a.4xlarge", "m7g.4xlarge");
    let old = gpu("us-east-2d", 1).replace("ami-0551cfffb0c3f0e45", "ami-0bbbbbbbbbbbbbbb2");
    let (text, problems) = run(&[arm.clone(), amd.clone(), old]);
    assert_eq!(problems, Vec::<String>::new());
    assert!(!text.contains("template:"), "{text}");
    assert!(text.contains("id: ami-0bbbbbbbbbbbbbbb2"), "{text}");
    // of two that boot, the one that saves an override is named
    let tagged = |text: &str| {
        text.replace("-worker-us", "-worker-tagged-us")
            .replace("name: worker-user-data", "name: tagged-user-data")
    };
    let own = tagged(&gpu("us-east-2d", 1));
    let (text, problems) = run(&[arm, tagged(&amd), amd, own]);
    assert_eq!(problems, Vec::<String>::new());
    let expected = "    machineSet: cluster-zpqdx-xxm9n-worker-tagged-{zone}\n";
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains("providerSpec"), "{text}");
}

/// Taken away from a set that runs, either is refused by the Machine API.
#[test]
fn secrets_of_a_set_are_written_although_admission_would_fill_them_in() {
    for (field, name, other) in [
        (
            "userDataSecret",
            "worker-user-data",
            "worker-user-data-managed",
        ),
        (
            "credentialsSecret",
            "aws-cloud-credentials",
            "aws-machine-api",
        ),
    ] {
        let secret = |name: &str| format!("          {field}:\n            name: {name}\n");
        let worker = worker("us-east-2d").replace(&secret(name), &secret(other));
        assert!(worker.contains(other), "{worker}");
        let gpu = gpu("us-east-2d", 1);
        for gpu in [gpu.clone(), gpu.replace(&secret(name), "")] {
            let (text, problems) = run(&[worker.clone(), gpu]);
            assert_eq!(problems, Vec::<String>::new());
            let expected = format!("  providerSpec:\n    {field}:\n      name: {name}\n");
            assert!(text.contains(&expected), "{text}");
        }
        let own = worker
            .replace("-worker-us", "-gpu-g6-4xlarge-us")
            .replace("instanceType: m6a.4xlarge", "instanceType: g6.4xlarge");
        let (text, problems) = run(&[worker, own]);
        assert_eq!(
            (problems, text.contains("providerSpec")),
            (Vec::new(), false),
            "{text}"
        );
    }
}

#[test]
fn numbers_that_are_no_split_of_their_total_are_pools_of_their_own() {
    let (text, problems) = run(&[
        gpu("us-east-2a", 0),
        gpu("us-east-2b", 1),
        gpu("us-east-2c", 1),
    ]);
    assert_eq!(problems, Vec::<String>::new());
    assert!(
        spec(&text)
            .contains("zones:\n  - us-east-2b\n  - us-east-2c\n  - us-east-2a\n  replicas: 2\n"),
        "{text}"
    );
    let (text, problems) = run(&[
        gpu("us-east-2a", 5),
        gpu("us-east-2b", 1),
        gpu("us-east-2c", 1),
    ]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(text.matches("kind: GpuMachineSet").count(), 2, "{text}");
}

#[test]
fn autoscalers_give_the_limits_and_those_of_other_names_are_named() {
    let name = |zone: &str| format!("cluster-zpqdx-xxm9n-gpu-g6-4xlarge-{zone}");
    let scaled: Vec<String> = ZONES
        .iter()
        .flat_map(|zone| [gpu(zone, 3), autoscaler(&name(zone), &name(zone), 0, 4)])
        .collect();
    let (text, problems) = run(&scaled);
    assert_eq!(problems, Vec::<String>::new());
    assert!(
        text.contains("  autoscaling:\n    min: 0\n    max: 12\n"),
        "{text}"
    );
    assert!(!text.contains("replicas:"), "{text}");
    let zone = ZONES[0];
    let (_, problems) = run(&[gpu(zone, 1), autoscaler("other", &name(zone), 0, 4)]);
    let expected = [
        "leftover: MachineAutoscaler `other` has another name than its MachineSet `cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a`",
        "adopted-set-differs: MachineAutoscaler `cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a`: would be made",
    ];
    assert!(
        expected
            .iter()
            .all(|one| problems.contains(&(*one).to_owned())),
        "{problems:?}"
    );
}

#[test]
fn what_fields_cannot_say_is_an_override_and_the_rest_a_warning() {
    let set = gpu("us-east-2a", 1)
        .replace("volumeSize: 100", "volumeSize: 300")
        .replace("          placement:\n", "          keyName: admin\n          spotMarketOptions: {maxPrice: \"1.20\"}\n          placement:\n")
        .replace("  replicas: 1\n", "  deletePolicy: Newest\n  replicas: 1\n");
    let (text, problems) = run(&[set]);
    let expected = "  rootVolume:\n    sizeGiB: 300\n  market: Spot\n  spot:\n    maxPrice: \"1.20\"\n  providerSpec:\n    keyName: admin\n";
    assert!(text.contains(expected), "{text}");
    assert_eq!(
        problems,
        [
            "adopted-set-differs: MachineSet `cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a`: `spec.deletePolicy` would change"
        ]
    );
}

#[test]
fn a_zone_without_a_worker_names_its_subnet() {
    let (text, problems) = run(&[gpu("us-east-2d", 1)]);
    assert_eq!(problems, Vec::<String>::new());
    assert!(
        text.contains(
            "    subnets:\n      us-east-2d: cluster-zpqdx-xxm9n-subnet-private-us-east-2d\n"
        ),
        "{text}"
    );
}

#[test]
fn a_cloning_job_and_its_rights_are_left_over() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: gpu-machineset-generator, namespace: openshift-machine-api}\nspec:\n  template:\n    spec:\n      serviceAccountName: generator\n      containers: [{name: a, command: [bash, /scripts/run.sh]}]\n      volumes: [{name: s, configMap: {name: generator-script}}]\n";
    let object = |kind: &str, name: &str, rest: &str| {
        format!(
            "apiVersion: {}v1\nkind: {kind}\nmetadata: {{name: {name}{}}}\n{rest}",
            if kind.contains("Role") {
                "rbac.authorization.k8s.io/"
            } else {
                ""
            },
            if kind.starts_with("Cluster") {
                ""
            } else {
                ", namespace: openshift-machine-api"
            }
        )
    };
    let dump = [
        gpu("us-east-2a", 1),
        job.to_owned(),
        object("ServiceAccount", "generator", ""),
        object("ServiceAccount", "default", ""),
        object(
            "ConfigMap",
            "generator-script",
            "data: {run.sh: oc get machineset}\n",
        ),
        object("ConfigMap", "other", ""),
        object("ClusterRole", "generator", "rules: []\n"),
        object(
            "ClusterRoleBinding",
            "generator",
            "roleRef: {kind: ClusterRole, name: generator}\nsubjects: [{kind: ServiceAccount, name: generator, namespace: openshift-machine-api}]\n",
        ),
    ];
    let (_, problems) = run(&dump);
    let mut names: Vec<&str> = problems
        .iter()
        .filter_map(|problem| {
            problem
                .strip_prefix("leftover: ")?
                .split(" is no longer")
                .next()
        })
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "ClusterRole `generator`",
            "ClusterRoleBinding `generator`",
            "ConfigMap `generator-script`",
            "Job `gpu-machineset-generator`",
            "ServiceAccount `generator`",
        ]
    );
}

#[test]
fn what_belongs_to_others_is_no_leftover() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: maker, namespace: gpu}\nspec:\n  template:\n    spec:\n      serviceAccountName: default\n      containers: [{name: a, command: [oc, get, machineset]}]\n      volumes: [{name: s, configMap: {name: script}}]\n";
    let dump = [
        gpu("us-east-2a", 1),
        job.to_owned(),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: script, namespace: other}\n".to_owned(),
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: gpu}\n".to_owned(),
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: all}\nroleRef: {kind: ClusterRole, name: mine}\nsubjects: [{kind: ServiceAccount, name: default, namespace: other}]\n".to_owned(),
    ];
    let (_, problems) = run(&dump);
    assert_eq!(
        problems,
        ["leftover: Job `maker` is no longer needed: it makes MachineSets"]
    );
}

#[test]
fn annotations_of_tools_are_listed_and_left_out() {
    let set = gpu("us-east-2a", 3).replacen(
        "  annotations:\n",
        "  annotations:\n    argocd.argoproj.io/hook: Sync\n    argocd.argoproj.io/hook-delete-policy: HookSucceeded\n    internal.kpt.dev/upstream-identifier: a|b|c|d\n    team: research\n",
        1,
    );
    let (text, problems) = run(&[set]);
    assert_eq!(
        problems,
        [
            "stale-annotation: MachineSet `cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a` carries annotations of what made it: `argocd.argoproj.io/hook`, `argocd.argoproj.io/hook-delete-policy`, `internal.kpt.dev/upstream-identifier`"
        ]
    );
    assert!(text.contains("    team: research\n"), "{text}");
    assert!(!text.contains("hook") && !text.contains("kpt"), "{text}");
}

#[test]
fn labels_that_tools_track_by_are_left_out_and_hints_of_users_are_kept() {
    let set = gpu("us-east-2a", 3)
        .replacen(
            "  labels:\n",
            "  labels:\n    argocd.argoproj.io/instance: gpu\n    kustomize.toolkit.fluxcd.io/name: gpu\n    kustomize.toolkit.fluxcd.io/namespace: flux-system\n    team: research\n",
            1,
        )
        .replacen(
            "  annotations:\n",
            "  annotations:\n    capacity.cluster-autoscaler.kubernetes.io/taints: a=b:NoSchedule\n",
            1,
        );
    let (text, _) = run(&[set]);
    assert!(text.contains("    team: research\n"), "{text}");
    assert!(!text.contains("argocd") && !text.contains("flux"), "{text}");
    assert!(
        text.contains("autoscaler.kubernetes.io/taints: a=b:NoSchedule\n"),
        "{text}"
    );
    assert!(!text.contains("autoscaler.kubernetes.io/labels"), "{text}");
}

/// Seen with the Job of gitops-catalog: `oc apply`, and an autoscaler beside.
#[test]
fn replicas_that_oc_applied_would_be_reset() {
    let applied = "  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{\"spec\":{\"replicas\":0}}'\n";
    let set = gpu("us-east-2a", 3).replacen("  annotations:\n", applied, 1);
    assert_eq!(run(std::slice::from_ref(&set)).1, Vec::<String>::new());
    let autoscaler = "apiVersion: autoscaling.openshift.io/v1beta1\nkind: MachineAutoscaler\nmetadata: {name: cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a, namespace: openshift-machine-api}\nspec: {minReplicas: 0, maxReplicas: 4, scaleTargetRef: {apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, name: cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a}}\n";
    assert_eq!(
        run(&[set, autoscaler.to_owned()]).1,
        [
            "replicas-would-be-reset: `oc apply` would set MachineSet `cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a` back to 1 machine"
        ]
    );
}

#[test]
fn owners_that_would_delete_a_set_are_named() {
    for (field, expected) in [
        (
            "  annotations:\n    argocd.argoproj.io/tracking-id: \"gpu:machine.openshift.io/MachineSet:a/b\"\n",
            "tracked by Argo CD Application `gpu`",
        ),
        (
            "label app.kubernetes.io/instance: gpu-apps",
            "may be tracked by Argo CD Application `gpu-apps`",
        ),
        (
            "  ownerReferences: [{kind: GpuPool, name: a}]\n  annotations:\n",
            "is owned by GpuPool `a`",
        ),
    ] {
        let (from, to) = match field.strip_prefix("label ") {
            Some(label) => ("  labels:\n", format!("  labels:\n    {label}\n")),
            None => ("  annotations:\n", field.to_owned()),
        };
        let set = gpu("us-east-2a", 1).replacen(from, &to, 1);
        let (_, problems) = run(&[set]);
        assert!(
            problems.len() == 1
                && problems[0].starts_with("set-has-an-owner")
                && problems[0].contains(expected),
            "{problems:?}"
        );
    }
}

#[test]
fn sets_that_are_ours_or_excepted_are_left_alone() {
    let ours = gpu("us-east-2a", 1).replacen(
        "  annotations:\n",
        "  annotations:\n    gpu-machineset.dev/from: GpuMachineSet/l4\n",
        1,
    );
    let name = "cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2b".to_owned();
    let choice = Choice {
        except: std::slice::from_ref(&name),
    };
    let (text, problems) = run_with(&[ours, gpu("us-east-2b", 1)], &choice);
    assert_eq!(
        (text.as_str(), problems),
        (
            "",
            vec!["nothing-to-adopt: the dump holds no GPU MachineSet to adopt".to_owned()]
        )
    );
}

#[test]
fn sets_of_a_cluster_without_plain_workers_are_clones_of_one_that_stands_in() {
    let role = "      metadata:\n        labels: {node-role.kubernetes.io/platform: \"\"}\n";
    let marked = |zone: &str, text: String| {
        let texts = [INFRA.to_owned(), worker(zone), text];
        texts.map(|text| text.replace("      lifecycleHooks: {}\n      metadata: {}\n", role))
    };
    let texts = marked("us-east-2a", gpu("us-east-2a", 2));
    assert!(
        texts.iter().skip(1).all(|text| text.contains(role)),
        "{texts:?}"
    );
    let sources: Vec<Source> = (texts.iter().enumerate())
        .map(|(index, text)| Source::new(format!("live-{index}.yaml"), text.as_str()))
        .collect();
    let adoption = adopt(&sources, &[], &Choice::default());
    let slugs: Vec<&str> = adoption.problems.iter().map(|one| one.rule.slug).collect();
    assert_eq!(slugs, Vec::<&str>::new());
    let spec = spec(&adoption.text);
    let template = "  template:\n    machineSet: cluster-zpqdx-xxm9n-worker-{zone}\n";
    assert!(
        spec.contains(template) && !spec.contains("providerSpec"),
        "{spec}"
    );
}

#[test]
fn an_autoscaler_that_only_annotations_show_is_taken_over() {
    let name = "cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a";
    let annotations = format!(
        "  annotations:\n    autoscaling.openshift.io/machineautoscaler: openshift-machine-api/{name}\n    machine.openshift.io/cluster-api-autoscaler-node-group-max-size: \"4\"\n    machine.openshift.io/cluster-api-autoscaler-node-group-min-size: \"1\"\n"
    );
    let set = gpu("us-east-2a", 3).replacen("  annotations:\n", &annotations, 1);
    let (text, problems) = run(&[set]);
    assert!(
        text.contains("  autoscaling:\n    min: 1\n    max: 4\n"),
        "{text}"
    );
    let expected =
        format!("not-compared: MachineAutoscaler `{name}` is on the cluster, and not in the dump");
    assert_eq!(problems, [expected]);
}

const SUBSCRIPTIONS: &str = "apiVersion: config.openshift.io/v1
kind: ClusterVersion
metadata: {name: version}
status: {desired: {version: 4.20.8}, history: [{state: Completed, version: 4.20.8}]}
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: kueue-operator, namespace: openshift-kueue-operator}
spec: {name: kueue-operator, channel: stable-v1.2, source: redhat-operators, sourceNamespace: openshift-marketplace}
---
apiVersion: operators.coreos.com/v1alpha1
kind: Subscription
metadata: {name: rhods-operator, namespace: redhat-ods-operator}
spec: {name: rhods-operator, channel: stable-3.x, source: redhat-operators, sourceNamespace: openshift-marketplace}
";

const QUEUES: &str = "apiVersion: kueue.x-k8s.io/v1beta1
kind: ResourceFlavor
metadata: {name: l4-flavor}
spec:
  nodeLabels: {node.kubernetes.io/instance-type: g6.4xlarge}
  tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: ResourceFlavor
metadata: {name: elsewhere}
spec: {nodeLabels: {node.kubernetes.io/instance-type: p5.48xlarge}}
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: ClusterQueue
metadata: {name: fraud}
spec:
  cohort: gpus
  fairSharing: {weight: 2}
  resourceGroups:
  - coveredResources: [cpu, nvidia.com/gpu]
    flavors: [{name: l4-flavor, resources: [{name: cpu, nominalQuota: 8}, {name: nvidia.com/gpu, nominalQuota: 2}]}]
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: ClusterQueue
metadata: {name: lender}
spec:
  cohort: gpus
  resourceGroups:
  - coveredResources: [nvidia.com/gpu]
    flavors: [{name: l4-flavor, resources: [{name: nvidia.com/gpu, nominalQuota: 1}]}]
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: LocalQueue
metadata: {name: gpus, namespace: fraud-dev}
spec: {clusterQueue: fraud}
---
apiVersion: infrastructure.opendatahub.io/v1
kind: HardwareProfile
metadata: {name: l4, namespace: fraud-dev, annotations: {opendatahub.io/display-name: One L4}}
spec:
  identifiers: [{identifier: nvidia.com/gpu, displayName: GPU, minCount: 1, defaultCount: 1, maxCount: 1}]
  scheduling: {type: Queue, kueue: {localQueueName: gpus}}
";

/// The set with the taint that guards it.
fn tainted() -> String {
    gpu("us-east-2a", 4).replace(
        "      providerSpec:",
        "      taints:\n      - {key: nvidia.com/gpu, value: l4, effect: NoSchedule}\n      providerSpec:",
    )
}

#[test]
fn queues_and_profiles_become_an_access_and_what_is_left_is_said() {
    let (text, problems) = run(&[tainted(), SUBSCRIPTIONS.to_owned(), QUEUES.to_owned()]);
    let access = text.split("kind: GpuAccess\n").nth(1).unwrap_or_default();
    let expected = "spec:
  mode: queue
  borrowing: idle
  enforcement: warn
  teams:
    fraud:
      namespaces:
      - fraud-dev
      gpus:
        g6-4xlarge: 2
  pools:
    g6-4xlarge:
      title: One L4
      profiles:
      - 1
";
    assert!(access.ends_with(expected), "{text}\n{problems:#?}");
    for said in [
        "access-left: ResourceFlavor `elsewhere` is left: it does not lead to one adopted pool alone",
        "access-left: ClusterQueue `fraud` is replaced by queues of the GpuAccess, which has no `fairSharing`: delete it when its workloads have ended",
        "access-left: ClusterQueue `lender` is left: no LocalQueue leads to it, so it only lends",
        "access-left: HardwareProfile `fraud-dev/l4` is replaced by a profile of the GpuAccess: move its workloads before you delete it",
    ] {
        assert!(
            problems.iter().any(|one| one == said),
            "{said}\n{problems:#?}"
        );
    }
}

#[test]
fn an_access_that_could_not_be_rendered_is_not_written() {
    // without a Subscription nobody shows Kueue
    let (text, problems) = run(&[tainted(), QUEUES.to_owned()]);
    assert!(
        text.contains("kind: GpuMachineSet") && !text.contains("kind: GpuAccess"),
        "{text}"
    );
    let said = "access-left: no GpuAccess is written, since it could not be rendered: ";
    assert!(
        problems.iter().any(|one| one.starts_with(said)),
        "{problems:#?}"
    );
}

/// Operators that the dump shows, and a ClusterPolicy whose tolerations are these.
fn operators(tolerations: &str) -> Vec<String> {
    let subscription = |name: &str, namespace: &str, source: &str, channel: &str| {
        format!(
            "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{name: {name}, channel: {channel}, source: {source}, sourceNamespace: openshift-marketplace}}\n"
        )
    };
    vec![
        subscription("nfd", "openshift-nfd", "redhat-operators", "stable"),
        subscription(
            "gpu-operator-certified",
            "nvidia-gpu-operator",
            "certified-operators",
            "v25.3",
        ),
        format!(
            "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {{name: gpu-cluster-policy, uid: 4e0f}}\nspec:\n  daemonsets: {{tolerations: {tolerations}}}\n"
        ),
        "apiVersion: nfd.openshift.io/v1\nkind: NodeFeatureDiscovery\nmetadata: {name: nfd-instance, namespace: openshift-nfd, uid: 4e10}\nspec: {operand: {workerTolerations: [{operator: Exists}]}}\n".to_owned(),
    ]
}

#[test]
fn operands_of_the_dump_are_judged_and_nothing_is_accepted_of_them() {
    let tainted = || {
        gpu("us-east-2a", 1).replace(
        "      providerSpec:\n",
        "      taints: [{key: example.com/training, value: a, effect: NoSchedule}]\n      providerSpec:\n",
    )
    };
    let with = |tolerations: &str| {
        let mut more = operators(tolerations);
        more.push(tainted());
        run(&more)
    };
    let (text, problems) = with("[{operator: Exists}]");
    assert!(text.contains("example.com/training"), "{text}");
    assert!(!text.contains("operand-not-shown"), "{text}");
    assert!(
        !problems
            .iter()
            .any(|one| one.starts_with("taint-not-tolerated")),
        "{problems:?}"
    );
    let (text, problems) = with("[{key: example.com/other, operator: Exists}]");
    assert_eq!(text, "");
    assert!(
        problems
            .iter()
            .any(|one| one.starts_with("taint-not-tolerated")),
        "{problems:?}"
    );
}
