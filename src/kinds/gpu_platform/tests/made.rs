//! What is made for a cluster that has nothing, and what cannot be.

use super::*;

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
    assert_eq!(slugs, ["second-owner"]);
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
