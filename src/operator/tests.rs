//! Whole platforms: what is made for whom, and which problems are found.

use serde_json::{Value, json};

mod rules;

use super::*;
use crate::api::gpu_machine_set::TaintEffect;
use crate::krm::emit;
use crate::problem::rules::facts;

/// A pool of the tests.
struct Pool {
    taints: Vec<Taint>,
    accelerator: &'static str,
    sharing: Option<Sharing>,
    model: Option<&'static str>,
}

fn taint(key: &str, effect: TaintEffect) -> Taint {
    Taint {
        key: key.to_owned(),
        value: Some("true".to_owned()),
        effect,
    }
}

fn l4() -> Pool {
    Pool {
        taints: vec![taint("nvidia.com/gpu", TaintEffect::NoSchedule)],
        accelerator: "nvidia-l4",
        sharing: None,
        model: Some("l4"),
    }
}

fn shared(pool: Pool, sharing: Value) -> Pool {
    let sharing = serde_json::from_value(sharing).expect("sharing");
    Pool {
        sharing: Some(sharing),
        ..pool
    }
}

struct Case {
    spec: Value,
    openshift: Option<&'static str>,
    pools: Vec<Pool>,
    installed: Installed,
    implied: bool,
}

impl Case {
    fn new(operators: impl Into<Value>) -> Self {
        let operators = operators.into();
        Self {
            spec: json!({ "operators": operators }),
            openshift: Some("4.20.8"),
            pools: vec![l4()],
            installed: Installed::default(),
            implied: false,
        }
    }

    fn on(mut self, version: &'static str) -> Self {
        self.openshift = Some(version);
        self
    }

    fn pools(mut self, pools: Vec<Pool>) -> Self {
        self.pools = pools;
        self
    }

    /// An object that only serves as a fact.
    fn live(mut self, text: &str) -> Self {
        self.installed.objects.push(shown(text, None));
        self
    }

    /// An object of the user's in the input.
    fn own(mut self, text: &str) -> Self {
        let index = self.installed.objects.len();
        self.installed.objects.push(shown(text, Some((0, index))));
        self
    }

    fn plan(&self) -> (PlatformPlan, Vec<String>) {
        let spec: GpuPlatformSpec = serde_json::from_value(self.spec.clone()).expect("a spec");
        let place = |path: &str| Place {
            path: path.to_owned(),
            ..Place::default()
        };
        let pools: Vec<PoolView<'_>> = self
            .pools
            .iter()
            .map(|pool| PoolView {
                name: pool.accelerator,
                place: &place,
                taints: &pool.taints,
                accelerator: pool.accelerator,
                gpus_per_machine: Some(2),
                max_machines: 3,
                zones: 1,
                sharing: pool.sharing.as_ref(),
                model: pool.model,
            })
            .collect();
        let version = self.openshift.and_then(Version::parse);
        let missing = |place: Place| {
            Some(Problem::new(
                &facts::MISSING_FACT,
                place,
                "no OpenShift version",
            ))
        };
        let request = OperatorRequest {
            spec: &spec,
            implied: self.implied,
            alone: false,
            openshift: version.map(|version| (version, format!("OpenShift {version}"))),
            okd: self
                .openshift
                .is_some_and(|version| version.contains("okd")),
            missing_version: &missing,
            pools: &pools,
            installed: &self.installed,
            place: &place,
        };
        let mut problems = Problems::new();
        let plan = plan(&request, &mut problems);
        let text = |problem: &Problem| {
            format!(
                "{} {}: {}",
                problem.rule.slug, problem.place.path, problem.message
            )
        };
        (plan, problems.sorted().iter().map(text).collect())
    }

    /// `Kind namespace/name` of all that is made, in order.
    fn names(&self) -> Vec<String> {
        let (plan, _) = self.plan();
        let name = |planned: &plan::Planned| {
            let text = |path: &[&str]| planned.object.str_at(path).unwrap_or_default().to_owned();
            let (kind, name) = (text(&["kind"]), text(&["metadata", "name"]));
            match text(&["metadata", "namespace"]).as_str() {
                "" => format!("{kind} {name}"),
                namespace => format!("{kind} {namespace}/{name}"),
            }
        };
        plan.objects.iter().map(name).collect()
    }

    fn object(&self, kind: &str) -> Node {
        let (plan, _) = self.plan();
        let mut objects = plan.objects.into_iter().map(|planned| planned.object);
        let found = objects.find(|object| object.str_at(&["kind"]) == Some(kind));
        found.unwrap_or_else(|| panic!("no {kind}"))
    }

    /// Slugs of the problems.
    fn slugs(&self) -> Vec<String> {
        let slug = |text: &String| text.split(' ').next().unwrap_or_default().to_owned();
        self.plan().1.iter().map(slug).collect()
    }
}

fn shown(text: &str, document: Option<(usize, usize)>) -> Shown {
    let node = crate::krm::parse::parse(text, 0..text.len()).expect("YAML");
    let read = |path: &[&str]| node.str_at(path).unwrap_or_default().to_owned();
    let api = read(&["apiVersion"]);
    Shown {
        group: api
            .split_once('/')
            .map_or("", |(group, _)| group)
            .to_owned(),
        kind: read(&["kind"]),
        name: read(&["metadata", "name"]),
        namespace: read(&["metadata", "namespace"]),
        place: Place::in_file("live.yaml"),
        node,
        applier: None,
        cluster: None,
        document,
    }
}

const POLICY: &str = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: theirs}\nspec:\n  daemonsets:\n    tolerations:\n    - {key: nvidia.com/gpu, operator: Exists}\n";

#[test]
fn a_gpu_platform_is_seven_objects_in_the_order_of_their_waves() {
    let case = Case::new(json!({"nvidia-gpu": {}}));
    assert_eq!(
        case.names(),
        [
            "Namespace openshift-nfd",
            "Namespace nvidia-gpu-operator",
            "OperatorGroup openshift-nfd/openshift-nfd",
            "Subscription openshift-nfd/nfd",
            "OperatorGroup nvidia-gpu-operator/nvidia-gpu-operator",
            "Subscription nvidia-gpu-operator/gpu-operator-certified",
            "NodeFeatureDiscovery openshift-nfd/nfd-instance",
            "ClusterPolicy gpu-cluster-policy",
        ]
    );
    assert_eq!(
        case.plan().1,
        [
            "operator-added spec.operators.nvidia-gpu: `nfd` is added: `nvidia-gpu` does nothing without it"
        ]
    );
    let policy = case.object("ClusterPolicy");
    assert_eq!(
        emit::block(policy.get("metadata").unwrap(), 0),
        "name: gpu-cluster-policy\nannotations:\n  argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true\n  argocd.argoproj.io/sync-wave: \"5\"\n"
    );
}

#[test]
fn a_pool_without_a_platform_implies_one_and_empty_operators_do_not() {
    let mut case = Case::new(json!({}));
    assert_eq!(case.names(), [""; 0]);
    case.spec = json!({});
    case.implied = true;
    assert_eq!(case.names().len(), 8);
    assert_eq!(case.slugs(), ["implied-platform"]);
    // channels that are the same on every version need no version; what was assumed is said
    case.openshift = None;
    assert_eq!(case.names().len(), 8);
    assert_eq!(case.slugs(), ["implied-platform", "version-assumed"]);
}

#[test]
fn argocd_none_leaves_no_annotation() {
    let mut case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}}));
    case.spec["argocd"] = "none".into();
    for planned in case.plan().0.objects {
        assert!(planned.object.at(&["metadata", "annotations"]).is_none());
    }
}

#[test]
fn tolerations_are_the_union_of_all_pools_without_duplicates() {
    let other = |effect| Pool {
        taints: vec![taint("gpu.example.com/h100", effect)],
        accelerator: "nvidia-h100",
        ..l4()
    };
    let case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}})).pools(vec![
        l4(),
        other(TaintEffect::NoExecute),
        l4(),
    ]);
    let tolerations = |kind: &str, path: &[&str]| {
        let object = case.object(kind);
        object.at(path).map(|list| emit::block(list, 0))
    };
    assert_eq!(
        tolerations("ClusterPolicy", &["spec", "daemonsets", "tolerations"]).as_deref(),
        Some(
            "- key: gpu.example.com/h100\n  operator: Exists\n  effect: NoExecute\n- key: nvidia.com/gpu\n  operator: Exists\n  effect: NoSchedule\n"
        )
    );
    let path = ["spec", "operand", "workerTolerations"];
    assert_eq!(
        tolerations("NodeFeatureDiscovery", &path).as_deref(),
        Some("- key: gpu.example.com/h100\n  operator: Exists\n  effect: NoExecute\n")
    );
    let soft = case.pools(vec![other(TaintEffect::NoSchedule)]);
    assert!(soft.object("NodeFeatureDiscovery").at(&path).is_none());
}

#[test]
fn nfd_before_4_19_cannot_reach_an_evicting_pool_and_before_4_17_needs_an_image() {
    let evicting = Pool {
        taints: vec![taint("a", TaintEffect::NoExecute)],
        ..l4()
    };
    let case = Case::new(json!({"nfd": {}}))
        .on("4.18.3")
        .pools(vec![evicting]);
    assert_eq!(case.slugs(), ["no-execute-not-tolerated"]);
    let old = Case::new(json!({"nfd": {}})).on("4.16.3");
    let image = "registry.redhat.io/openshift4/ose-node-feature-discovery-rhel9:v4.16";
    let nfd = old.object("NodeFeatureDiscovery");
    assert_eq!(nfd.str_at(&["spec", "operand", "image"]), Some(image));
    let new = old.on("4.17.0").object("NodeFeatureDiscovery");
    assert!(new.at(&["spec", "operand", "image"]).is_none());
}

#[test]
fn what_others_installed_is_not_made_again_but_checked() {
    let pools = || {
        vec![
            l4(),
            Pool {
                taints: vec![taint("team", TaintEffect::NoSchedule)],
                ..l4()
            },
        ]
    };
    let sub = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: gpu, namespace: gpus}\nspec: {name: gpu-operator-certified, channel: v25.3}\n";
    let case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}}))
        .pools(pools())
        .live(sub);
    assert_eq!(
        case.slugs(),
        ["operator-installed", "operand-not-shown"]
            .map(str::to_owned)
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    assert!(case.names().iter().all(|name| !name.contains("gpu")));
    let case = case.live(POLICY);
    let (plan, problems) = case.plan();
    assert!(plan.completions.is_empty());
    assert_eq!(problems.len(), 2);
    assert!(problems.contains(&"taint-not-tolerated : ClusterPolicy `theirs` does not tolerate the taint `team` of the pools: no driver there".to_owned()), "{problems:?}");
    let group = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: openshift-nfd-x7k2p, namespace: openshift-nfd}\nspec: {targetNamespaces: [openshift-nfd]}\n";
    let case = case.live(group);
    assert_eq!(case.names(), [""; 0]);
}

#[test]
fn a_policy_of_the_input_is_completed_and_its_operator_is_left_to_its_owner() {
    let team = Pool {
        taints: vec![taint("team", TaintEffect::NoSchedule)],
        ..l4()
    };
    let case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}}))
        .pools(vec![l4(), team])
        .own(POLICY);
    let (plan, problems) = case.plan();
    assert_eq!(
        problems,
        [
            "operator-installed spec.operators.nvidia-gpu: `nvidia-gpu` is there already and not made again"
        ]
    );
    let [completion] = plan.completions.as_slice() else {
        panic!("one")
    };
    let [addition] = completion.additions.as_slice() else {
        panic!("one")
    };
    assert_eq!(completion.document, (0, 0));
    assert_eq!(
        emit::block(&addition.value, 0),
        "- key: team\n  operator: Exists\n  effect: NoSchedule\n"
    );
    assert!(case.names().iter().all(|name| name.contains("nfd")));
}

#[test]
fn a_list_that_replaces_the_default_holds_the_default_too() {
    let team = Pool {
        taints: vec![taint("team", TaintEffect::NoSchedule)],
        ..l4()
    };
    let bare = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: a}\nspec: {daemonsets: {}}\n";
    let case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}}))
        .pools(vec![team])
        .own(bare);
    let (plan, _) = case.plan();
    let value = &plan.completions[0].additions[0].value;
    let keys: Vec<_> = value
        .items()
        .iter()
        .filter_map(|one| one.str_at(&["key"]))
        .collect();
    assert_eq!(keys, ["nvidia.com/gpu", "team"]);
    let fine = Case::new(json!({"nvidia-gpu": {}, "nfd": {}})).own(bare);
    assert!(fine.plan().0.completions.is_empty());
}

#[test]
fn channels_that_do_not_exist_are_errors_that_list_those_that_do() {
    let case =
        Case::new(json!({"kueue": {"channel": "stable-v1.2"}, "cert-manager": {}})).on("4.22.1");
    assert_eq!(
        case.plan().1,
        [
            "unknown-channel spec.operators.kueue.channel: `kueue` has no channel `stable-v1.2` on OpenShift 4.22"
        ]
    );
    let old =
        Case::new(json!({"kueue": {}, "leader-worker-set": {}, "cert-manager": {}})).on("4.16.0");
    assert_eq!(
        old.slugs(),
        ["operator-not-on-version", "operator-not-on-version"]
    );
    let new = Case::new(json!({"nvidia-gpu": {}, "nfd": {}})).on("4.30.0");
    assert_eq!(new.slugs(), ["unknown-openshift-version"]);
    let named = Case::new(json!({"nvidia-gpu": {"channel": "v27.1"}, "nfd": {}})).on("4.30.0");
    assert_eq!(named.slugs(), ["unknown-openshift-version"]);
}

#[test]
fn what_an_operator_needs_is_added_or_refused_when_it_is_off() {
    let case = Case::new(json!({"kueue": {}, "leader-worker-set": {}}));
    assert!(case.names().contains(
        &"Subscription cert-manager-operator/openshift-cert-manager-operator".to_owned()
    ));
    assert_eq!(case.slugs(), ["operator-added"]);
    let off = Case::new(json!({"kueue": {}, "cert-manager": {"enabled": false}}));
    assert_eq!(off.slugs(), ["dependency-off"]);
    let provided = Case::new(json!({"kueue": {}, "cert-manager": {"provided": true}}));
    assert_eq!(provided.slugs(), [""; 0]);
    assert!(
        provided
            .names()
            .iter()
            .all(|name| !name.contains("cert-manager"))
    );
}

#[test]
fn mirrors_approval_and_pins_are_taken_per_operator_or_for_all() {
    let mut case = Case::new(
        json!({"nfd": {"startingCSV": "nfd.v4.20.0", "source": "mine", "installPlanApproval": "Manual"}, "cert-manager": {}}),
    );
    case.spec["subscriptions"] =
        json!({"sources": {"redhat-operators": "cs-redhat"}, "sourceNamespace": "mirror"});
    let (plan, _) = case.plan();
    let subs: Vec<String> = plan
        .objects
        .iter()
        .filter(|planned| planned.object.str_at(&["kind"]) == Some("Subscription"))
        .map(|planned| emit::block(planned.object.get("spec").unwrap(), 0))
        .collect();
    assert!(
        subs[0].contains("source: cs-redhat\nsourceNamespace: mirror"),
        "{}",
        subs[0]
    );
    assert!(
        subs[1].contains("installPlanApproval: Manual"),
        "{}",
        subs[1]
    );
    assert!(subs[1].contains("source: mine\nsourceNamespace: mirror\nstartingCSV: nfd.v4.20.0"));
    assert_eq!(case.slugs(), ["manual-approval"]);
}

#[test]
fn conflicts_say_what_to_do() {
    let rhcl = || Case::new(json!({"connectivity-link": {}, "cert-manager": {}}));
    let dns = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: dns-operator, namespace: openshift-dns-operator}\nspec: {name: dns-operator, channel: stable}\n";
    let mut slugs = rhcl().own(dns).slugs();
    slugs.sort();
    assert_eq!(slugs, ["platform-namespace", "second-owner"]);
    assert_eq!(rhcl().live(dns).slugs(), ["second-owner"]);
    let group = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: a, namespace: openshift-kueue-operator}\nspec: {targetNamespaces: [openshift-kueue-operator]}\n";
    let kueue = Case::new(json!({"kueue": {}, "cert-manager": {}})).own(group);
    assert_eq!(kueue.slugs(), ["install-mode-conflict"]);
    let second = POLICY.replace("theirs", "other");
    let two = Case::new(json!({"nvidia-gpu": {}, "nfd": {}}))
        .own(POLICY)
        .own(&second);
    assert_eq!(two.slugs(), ["operator-installed", "second-operand"]);
    let ai = Case::new(json!({"openshift-ai": {}, "serverless": {}, "cert-manager": {}}));
    assert_eq!(ai.slugs(), ["operator-not-needed"]);
    let here = Case::new(json!({"nfd": {"namespace": "openshift-monitoring"}}));
    assert_eq!(here.slugs(), ["platform-namespace"]);
}

#[test]
fn sharing_is_a_config_map_a_label_and_counts() {
    let pools = vec![
        shared(l4(), json!({"timeSlicing": 4})),
        shared(l4(), json!({"mps": 2})),
        l4(),
    ];
    let mut case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}})).pools(pools);
    case.spec["clusterAutoscaler"] = json!({});
    let data = case.object("ConfigMap");
    assert_eq!(
        emit::block(data.get("data").unwrap(), 0),
        "exclusive: |\n  version: v1\nmps-2: |\n  version: v1\n  sharing:\n    mps:\n      resources:\n      - name: nvidia.com/gpu\n        replicas: 2\ntime-slicing-4: |\n  version: v1\n  sharing:\n    timeSlicing:\n      resources:\n      - name: nvidia.com/gpu\n        replicas: 4\n"
    );
    let policy = case.object("ClusterPolicy");
    let config = policy.at(&["spec", "devicePlugin", "config"]).unwrap();
    assert_eq!(
        emit::block(config, 0),
        "name: device-plugin-config\ndefault: exclusive\n"
    );
    let labels = node_labels(case.pools[0].sharing.as_ref().unwrap());
    assert_eq!(labels["nvidia.com/device-plugin.config"], "time-slicing-4");
    // 3 machines of 2 GPUs: 4, 2 and 1 for each
    let scaler = case.object("ClusterAutoscaler");
    let gpus = scaler.at(&["spec", "resourceLimits", "gpus"]).unwrap();
    assert_eq!(
        emit::block(gpus, 0),
        "- type: nvidia-l4\n  min: 0\n  max: 42\n"
    );
}

#[test]
fn mig_must_fit_the_model_and_the_strategy() {
    let h100 = |profile: &str| {
        let pool = Pool {
            model: Some("h100-80gb"),
            ..l4()
        };
        shared(pool, json!({ "mig": profile }))
    };
    let with = |pools, mig: Value| Case::new(json!({"nvidia-gpu": mig, "nfd": {}})).pools(pools);
    assert_eq!(with(vec![h100("all-1g.10gb")], json!({})).slugs(), [""; 0]);
    assert_eq!(
        with(vec![h100("all-1g.5gb")], json!({})).slugs(),
        ["unknown-mig-profile"]
    );
    let l4 = shared(l4(), json!({"mig": "all-1g.10gb"}));
    assert_eq!(with(vec![l4], json!({})).slugs(), ["unknown-mig-profile"]);
    let none = with(vec![h100("all-1g.10gb")], json!({"mig": "none"}));
    assert_eq!(none.slugs(), ["sharing-conflict"]);
    let balanced = with(vec![h100("all-balanced")], json!({}));
    let strategy = balanced.object("ClusterPolicy");
    assert_eq!(strategy.str_at(&["spec", "mig", "strategy"]), Some("mixed"));
    let labels = node_labels(balanced.pools[0].sharing.as_ref().unwrap());
    assert_eq!(labels["nvidia.com/mig.config"], "all-balanced");
}

#[test]
fn fields_that_the_version_lacks_are_errors() {
    let nfd =
        json!({"nfd": {"operand": {"operand": {"workerTolerations": []}, "customConfig": {}}}});
    assert_eq!(
        Case::new(nfd).on("4.18.0").slugs(),
        ["field-not-on-version", "field-not-on-version"]
    );
    let gpu = json!({"nfd": {}, "nvidia-gpu": {"channel": "v25.3", "operand": {"operator": {"metrics": {}}}}});
    assert_eq!(Case::new(gpu).slugs(), ["field-not-on-version"]);
    let kueue = json!({"cert-manager": {}, "kueue": {"channel": "stable-v1.2", "frameworks": ["BatchJob", "RayService"]}});
    assert_eq!(Case::new(kueue).slugs(), ["field-not-on-version"]);
    // 4.15 had it, the bundle of 4.16 lost it
    let pruner = |version| {
        let patch = json!({"nfd": {"operand": {"prunerOnDelete": true}}});
        Case::new(patch).on(version).slugs()
    };
    let found = ["4.15.1", "4.16.1", "4.17.1"].map(|version| pruner(version).len());
    assert_eq!(found, [0, 1, 0]);
    let all = [
        "BatchJob",
        "RayJob",
        "RayCluster",
        "JobSet",
        "MPIJob",
        "PaddleJob",
        "PyTorchJob",
        "TFJob",
        "TrainJob",
        "XGBoostJob",
        "JaxJob",
        "AppWrapper",
        "Pod",
        "Deployment",
        "StatefulSet",
    ];
    let many = |channel: &str| {
        let kueue = json!({"channel": channel, "frameworks": all});
        Case::new(json!({"cert-manager": {}, "kueue": kueue})).slugs()
    };
    assert_eq!(many("stable-v1.3"), ["field-not-on-version"]);
    assert_eq!(many("stable-v1.4"), [""; 0]);
    let patch = json!({"nfd": {"operand": {"operand": {"servicePort": 12001}}}});
    let object = Case::new(patch).object("NodeFeatureDiscovery");
    assert_eq!(
        object
            .at(&["spec", "operand", "servicePort"])
            .and_then(Node::text),
        Some("12001")
    );
}

#[test]
fn an_autoscaler_that_is_there_is_kept() {
    let text = "apiVersion: autoscaling.openshift.io/v1\nkind: ClusterAutoscaler\nmetadata: {name: default}\nspec: {}\n";
    let mut case = Case::new(json!({})).own(text);
    case.spec["clusterAutoscaler"] = json!({"scaleDown": {}});
    assert_eq!(case.names(), [""; 0]);
    assert_eq!(case.slugs(), ["autoscaler-kept"]);
}

#[test]
fn an_operator_is_known_to_its_own_file_and_the_table_only() {
    let sources = [
        ("mod.rs", include_str!("mod.rs")),
        ("plan.rs", include_str!("plan.rs")),
        ("wanted.rs", include_str!("wanted.rs")),
        ("objects.rs", include_str!("objects.rs")),
        ("installed.rs", include_str!("installed.rs")),
        ("tolerations.rs", include_str!("tolerations.rs")),
        ("channels.rs", include_str!("channels.rs")),
        ("monitoring.rs", include_str!("monitoring.rs")),
        ("autoscaler.rs", include_str!("autoscaler.rs")),
    ];
    for operator in OPERATORS {
        for word in [operator.id, operator.package, operator.namespace] {
            let literal = format!("\"{word}\"");
            for (file, source) in sources {
                let code = source
                    .split("#[cfg(test)]\nmod tests")
                    .next()
                    .unwrap_or(source);
                assert!(!code.contains(&literal), "{file} names {literal}");
            }
        }
    }
}

#[test]
fn ids_are_sorted_and_every_default_is_right_for_its_crd() {
    let ids: Vec<&str> = OPERATORS.iter().map(|operator| operator.id).collect();
    assert!(ids.is_sorted());
    for operator in OPERATORS {
        assert!(!operator.about.is_empty() && !operator.title.is_empty());
    }
}
