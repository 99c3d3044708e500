//! Images of a ClusterPolicy, and what others install.

use super::*;

fn driver(settings: &Value) -> Case {
    Case::new(json!({"nfd": {}, "nvidia-gpu": {"driver": settings}}))
}

fn image(settings: &Value) -> [Option<String>; 3] {
    let policy = driver(settings).object("ClusterPolicy");
    ["repository", "image", "version"].map(|key| {
        let text = policy.str_at(&["spec", "driver", key]);
        text.map(str::to_owned)
    })
}

#[test]
fn a_version_brings_the_rest_of_the_image() {
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(image(&json!({})), [None, None, None]);
    assert_eq!(
        image(&json!({"version": "570.195.03"})),
        [some("nvcr.io/nvidia"), some("driver"), some("570.195.03")]
    );
    assert_eq!(
        image(&json!({"version": "570.195.03", "repository": "mirror.example.com/nvidia"})),
        [
            some("mirror.example.com/nvidia"),
            some("driver"),
            some("570.195.03")
        ]
    );
    let whole = "mirror.example.com/nvidia/driver:570.195.03-rhcos4.20";
    assert_eq!(image(&json!({"image": whole})), [None, some(whole), None]);
    assert_eq!(driver(&json!({"image": whole})).slugs(), [""; 0]);
    for incomplete in [
        json!({"repository": "mirror.example.com/nvidia"}),
        json!({"repository": "mirror.example.com/nvidia", "image": "driver"}),
        json!({"image": "driver"}),
    ] {
        assert_eq!(driver(&incomplete).slugs(), ["image-incomplete"]);
    }
}

#[test]
fn every_image_of_a_policy_is_whole() {
    let operand = |operand: Value| {
        let settings = json!({"nfd": {}, "nvidia-gpu": {"operand": operand}});
        Case::new(settings).plan().1
    };
    let (mut broken, version) = (0, json!({"version": "v1.17.8"}));
    for part in [
        "toolkit",
        "devicePlugin",
        "dcgm",
        "dcgmExporter",
        "gfd",
        "migManager",
        "validator",
    ] {
        let problems = operand(json!({part: version}));
        let place = format!("image-incomplete spec.operators.nvidia-gpu.operand.{part}.version");
        assert!(
            problems.len() == 1 && problems[0].starts_with(&place),
            "{problems:?}"
        );
        let whole = json!({"version": "v1.17.8", "image": "a", "repository": "nvcr.io/nvidia"});
        assert_eq!(operand(json!({part: whole})), [""; 0]);
        assert_eq!(
            operand(json!({part: {"repository": "", "version": ""}})),
            [""; 0]
        );
        // it is always on
        let off = json!({"version": "v1", "enabled": false});
        let has_switch = part != "validator";
        assert!(!has_switch || operand(json!({ part: off })).is_empty());
        broken += 1;
    }
    assert_eq!(broken, 7);
    assert_eq!(operand(json!({"driver": {"manager": version}})).len(), 1);
    assert_eq!(
        operand(json!({"driver": {"manager": version, "useNvidiaDriverCRD": true}})),
        [""; 0]
    );
}

#[test]
fn misspelt_fields_of_a_patch_are_found_with_the_right_name() {
    let settings = json!({"nfd": {}, "nvidia-gpu": {"channel": "v26.3", "operand": {"driver": {"verison": "570"}}}});
    let case = Case::new(settings);
    let (_, problems) = case.planned();
    let sorted = problems.sorted();
    let problem = sorted.iter().next().expect("one");
    assert_eq!(problem.rule.slug, "field-not-on-version");
    assert_eq!(
        problem.place.path,
        "spec.operators.nvidia-gpu.operand.driver.verison"
    );
    assert_eq!(problem.help, ["did you mean `version`?"]);
    // of a release that nobody looked at nothing is said
    let settings = json!({"nfd": {}, "nvidia-gpu": {"channel": "v26.10", "operand": {"driver": {"verison": "570"}}}});
    assert_eq!(Case::new(settings).slugs(), ["channel-not-checked"]);
}

/// A policy of Advanced Cluster Management around a Subscription.
fn policy(action: &str, outer: &str, compliance: &str) -> String {
    format!(
        "apiVersion: policy.open-cluster-management.io/v1
kind: Policy
metadata: {{name: gpu, namespace: policies}}
spec:
  {outer}
  policy-templates:
  - objectDefinition:
      apiVersion: policy.open-cluster-management.io/v1
      kind: ConfigurationPolicy
      metadata: {{name: gpu}}
      spec:
        remediationAction: {action}
        object-templates:
        - complianceType: {compliance}
          objectDefinition:
            apiVersion: operators.coreos.com/v1alpha1
            kind: Subscription
            metadata: {{name: gpu-operator-certified, namespace: gpus}}
            spec: {{name: gpu-operator-certified, channel: v25.10}}
"
    )
}

#[test]
fn what_policies_and_extensions_install_is_not_installed_again() {
    let operator = "apiVersion: policy.open-cluster-management.io/v1beta1\nkind: OperatorPolicy\nmetadata: {name: gpu}\nspec:\n  remediationAction: enforce\n  complianceType: musthave\n  subscription: {name: gpu-operator-certified, namespace: gpus, channel: v25.10}\n";
    let extension = "apiVersion: olm.operatorframework.io/v1\nkind: ClusterExtension\nmetadata: {name: gpu}\nspec:\n  namespace: gpus\n  source: {sourceType: Catalog, catalog: {packageName: gpu-operator-certified, channels: [v25.10]}}\n";
    let gpu = || Case::new(json!({"nfd": {}, "nvidia-gpu": {}}));
    let makes = |text: &str| {
        let case = gpu().delivering(text);
        case.names()
            .iter()
            .any(|name| name.contains("gpu-operator-certified"))
    };
    for text in [
        &policy("enforce", "disabled: false", "musthave"),
        &policy("inform", "remediationAction: Enforce", "MustOnlyHave"),
        operator,
        extension,
    ] {
        assert!(!makes(text), "{text}");
        let problems = gpu().delivering(text).plan().1;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("operator-installed"));
    }
    let other = extension.replace("gpu-operator-certified", "somebody-elses");
    for text in [
        &policy("inform", "disabled: false", "musthave"),
        &policy("enforce", "remediationAction: inform", "musthave"),
        &policy("enforce", "disabled: true", "musthave"),
        &policy("enforce", "disabled: false", "mustnothave"),
        &operator.replace("enforce", "inform"),
        &operator.replace("musthave", "mustnothave"),
        &other,
    ] {
        assert!(makes(text), "{text}");
    }
}

#[test]
fn objects_of_others_in_namespaces_of_the_platform_are_nobodys_business() {
    let theirs = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: NAME, namespace: default}\nspec: {name: NAME, channel: stable}\n";
    let group = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: a, namespace: openshift-marketplace}\nspec: {}\n";
    let nfd = || Case::new(json!({"nfd": {}}));
    let other = nfd().own(&theirs.replace("NAME", "kafka")).own(group);
    assert_eq!(other.slugs(), [""; 0]);
    let ours = nfd().own(&theirs.replace("NAME", "nfd"));
    assert!(ours.slugs().contains(&"platform-namespace".to_owned()));
    let none = Case::new(json!({})).own(&theirs.replace("NAME", "nfd"));
    assert_eq!(none.slugs(), [""; 0]);
}
