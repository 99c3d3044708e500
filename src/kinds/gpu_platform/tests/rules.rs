//! Every rule of the platform: an input that breaks it, and its neighbour that does not.

use super::*;

const NFD: &str = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: nfd, namespace: openshift-nfd}\nspec: {name: nfd, channel: stable}\n";
const GPU: &str = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: gpu, namespace: gpus}\nspec: {name: gpu-operator-certified, channel: v25.3}\n";
const INSTANCE: &str = "apiVersion: nfd.openshift.io/v1\nkind: NodeFeatureDiscovery\nmetadata: {name: theirs, namespace: openshift-nfd}\n";
const SCALER: &str = "apiVersion: autoscaling.openshift.io/v1\nkind: ClusterAutoscaler\nmetadata: {name: default}\nspec: {}\n";
const MONITORING: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cluster-monitoring-config, namespace: openshift-monitoring}\ndata:\n  config.yaml: \"enableUserWorkload: true\"\n";

fn group(name: &str, namespace: &str, spec: &str) -> String {
    format!(
        "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
    )
}

/// The ConfigMap of monitoring, of somebody else, and what the platform asks of it.
fn monitoring(asked: bool) -> Case {
    let mut case = Case::new(json!({})).live(MONITORING);
    case.spec["monitoring"] = json!({"userWorkload": asked});
    case
}

fn unmonitored() -> Case {
    let mut case = Case::new(json!({}));
    case.spec["monitoring"] = json!({"userWorkload": true});
    case
}

fn tainted(effect: TaintEffect) -> Pool {
    Pool {
        taints: vec![taint("team", effect)],
        ..l4()
    }
}

fn worker_config(config: &str) -> Case {
    Case::new(json!({"nfd": {"workerConfig": config}}))
}

/// Slug, an input that breaks the rule, its neighbour.
pub(super) type Shows = (&'static str, Case, Case);

fn versions() -> Vec<Shows> {
    let kueue = || Case::new(json!({"kueue": {}, "cert-manager": {}}));
    let wanted = || Case::new(json!({"kueue": {"where": "available"}, "cert-manager": {}}));
    let gpu = |channel: &str| Case::new(json!({"nfd": {}, "nvidia-gpu": {"channel": channel}}));
    let both = || Case::new(json!({"openshift-ai": {}, "serverless": {}, "cert-manager": {}}));
    let tolerating = || {
        let patch = json!({"operand": {"operand": {"workerTolerations": []}}});
        Case::new(json!({ "nfd": patch }))
    };
    let okd = |version| Case::new(json!({"nfd": {}})).on(version);
    let mut unknown = Case::new(json!({"nfd": {}}));
    unknown.openshift = None;
    vec![
        (
            "operator-not-on-version",
            kueue().on("4.17.1"),
            kueue().on("4.18.1"),
        ),
        (
            "operator-left-out",
            wanted().on("4.17.1"),
            wanted().on("4.18.1"),
        ),
        (
            "unknown-channel",
            gpu("v26.7").on("4.17.1"),
            gpu("v26.7").on("4.18.1"),
        ),
        ("channel-not-checked", gpu("v24.9"), gpu("v25.3")),
        ("unknown-channel", gpu("v24.8"), gpu("v26.10")),
        ("channel-not-checked", gpu("v26.10"), gpu("v26.7")),
        (
            "unknown-openshift-version",
            gpu("v26.3").on("4.23.1"),
            gpu("v26.3").on("4.22.1"),
        ),
        ("okd-catalogue", okd("4.19.0-okd-scos.5"), okd("4.19.0")),
        ("version-assumed", unknown, Case::new(json!({"nfd": {}}))),
        ("operator-not-needed", both(), both().on("4.18.1")),
        (
            "field-not-on-version",
            tolerating().on("4.18.1"),
            tolerating().on("4.19.1"),
        ),
    ]
}

/// Where operators come from, and what is there of them.
fn sources() -> Vec<Shows> {
    let gpu = || Case::new(json!({"nfd": {}, "nvidia-gpu": {}}));
    let mirrored = |source: &str| {
        let mut case = gpu();
        case.spec["subscriptions"] = json!({"sources": {source: "team"}});
        case
    };
    let offering = |source: &str| gpu().offering(source, "gpu-operator-certified", "v26.3");
    let own = |channel: &str| {
        let case = Case::new(json!({"nfd": {}, "nvidia-gpu": {"channel": channel}}));
        case.own(GPU)
            .own(&group("gpus", "gpus", "{targetNamespaces: [gpus]}"))
    };
    let board = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nvidia-dcgm-exporter-dashboard, namespace: NS}\n";
    let dashboard = |namespace: &str| {
        let mut case = Case::new(json!({})).own(&board.replace("NS", namespace));
        case.spec["monitoring"] = json!({"dcgmDashboard": true});
        case
    };
    vec![
        (
            "source-not-used",
            mirrored("redhat-operator"),
            mirrored("redhat-operators"),
        ),
        (
            "package-elsewhere",
            offering("mirror"),
            offering("certified-operators"),
        ),
        ("subscription-kept", own("v26.3"), own("v25.3")),
        (
            "dashboard-installed",
            dashboard("openshift-config-managed"),
            dashboard("team"),
        ),
    ]
}

fn wishes() -> Vec<Shows> {
    let nfd = || Case::new(json!({"nfd": {}}));
    let needing = |cert: Value| Case::new(json!({"kueue": {}, "cert-manager": cert}));
    let mut implied = Case::new(json!({}));
    implied.spec = json!({});
    implied.implied = true;
    vec![
        ("implied-platform", implied, Case::new(json!({}))),
        (
            "operator-added",
            Case::new(json!({"kueue": {}})),
            needing(json!({})),
        ),
        (
            "dependency-off",
            needing(json!({"enabled": false})),
            needing(json!({"provided": true})),
        ),
        (
            "platform-namespace",
            Case::new(json!({"nfd": {"namespace": "openshift-monitoring"}})),
            Case::new(json!({"nfd": {"namespace": "nfd"}})),
        ),
        (
            "operand-left-out",
            Case::new(json!({"odf": {}})),
            Case::new(json!({"odf": {"operand": {"storageDeviceSets": []}}})),
        ),
        (
            "manual-approval",
            Case::new(json!({"nfd": {"installPlanApproval": "Manual"}})),
            nfd(),
        ),
        ("operator-installed", nfd().live(NFD), nfd()),
    ]
}

fn groups() -> Vec<Shows> {
    let nfd = || Case::new(json!({"nfd": {}}));
    let own = "{targetNamespaces: [openshift-nfd]}";
    let nfd_group = |name: &str| group(name, "openshift-nfd", own);
    let kueue = |spec: &str| {
        let group = group("a", "openshift-kueue-operator", spec);
        Case::new(json!({"kueue": {}, "cert-manager": {}})).own(&group)
    };
    let link = |namespace: &str| {
        let part = NFD.replace("name: nfd", "name: authorino-operator");
        let part = part.replace("openshift-nfd", namespace);
        Case::new(json!({"connectivity-link": {}, "cert-manager": {}})).live(&part)
    };
    vec![
        (
            "operator-group-missing",
            nfd().own(NFD),
            nfd().own(NFD).own(&nfd_group("a")),
        ),
        (
            "second-operator-group",
            nfd().own(&nfd_group("a")).own(&nfd_group("b")),
            nfd().own(&nfd_group("a")),
        ),
        (
            "install-mode-conflict",
            kueue("{targetNamespaces: [openshift-kueue-operator]}"),
            kueue("{}"),
        ),
        (
            "second-owner",
            link("openshift-operators"),
            link("kuadrant-system"),
        ),
    ]
}

fn policies() -> Vec<Shows> {
    let gpu = || Case::new(json!({"nfd": {}, "nvidia-gpu": {}}));
    let team = || {
        let tainted = tainted(TaintEffect::NoSchedule);
        gpu().pools(vec![tainted]).live(GPU)
    };
    let tolerant = POLICY.replace("{key: nvidia.com/gpu, ", "{");
    let driver = |fields: &str| gpu().own(&format!("{POLICY}  driver: {{{fields}}}\n"));
    let beside = |fields: &str| {
        let case = driver(fields).own(GPU);
        case.own(&group("gpus", "gpus", "{targetNamespaces: [gpus]}"))
    };
    let nfd = |image: &str| {
        let text = format!("{INSTANCE}spec: {{operand: {{image: '{image}'}}}}\n");
        gpu().own(&text)
    };
    let second = POLICY.replace("theirs", "other");
    vec![
        (
            "image-incomplete",
            driver("version: 570.195.03"),
            driver("version: 570.195.03, image: driver, repository: nvcr.io/nvidia"),
        ),
        (
            "field-not-on-version",
            beside("verison: 570.195.03"),
            driver("verison: 570.195.03"),
        ),
        (
            "field-not-on-version",
            beside("hostNetwork: true"),
            beside("kernelModuleType: open"),
        ),
        (
            "nfd-image",
            nfd("registry.redhat.io/openshift4/ose-node-feature-discovery-rhel9:v4.19"),
            nfd("registry.redhat.io/openshift4/ose-node-feature-discovery-rhel9:v4.20"),
        ),
        ("operand-not-shown", team(), team().live(&tolerant)),
        (
            "second-operand",
            gpu().own(POLICY).own(&second),
            gpu().own(POLICY),
        ),
        (
            "taint-not-tolerated",
            team().live(POLICY),
            team().live(&tolerant),
        ),
    ]
}

fn pools() -> Vec<Shows> {
    let gpu = || Case::new(json!({"nfd": {}, "nvidia-gpu": {}}));
    let sharing = || vec![shared(l4(), json!({"timeSlicing": 4}))];
    let configured = POLICY.to_owned() + "  devicePlugin: {config: {name: device-plugin-config}}\n";
    let cut = |profile: &str| {
        let h100 = Pool {
            model: Some("h100-80gb"),
            ..l4()
        };
        vec![shared(h100, json!({ "mig": profile }))]
    };
    let with_strategy = |strategy: &str| {
        let settings = json!({"nfd": {}, "nvidia-gpu": {"mig": strategy}});
        Case::new(settings).pools(cut("all-1g.10gb"))
    };
    let limited = |pools: Vec<Pool>| {
        let mut case = Case::new(json!({})).pools(pools);
        case.spec["clusterAutoscaler"] = json!({});
        case
    };
    let unknown = Pool {
        model: None,
        ..l4()
    };
    let scaler = |settings: Option<Value>| {
        let mut case = Case::new(json!({})).own(SCALER);
        if let Some(settings) = settings {
            case.spec["clusterAutoscaler"] = settings;
        }
        case
    };
    let evicting = || Case::new(json!({"nfd": {}})).pools(vec![tainted(TaintEffect::NoExecute)]);
    vec![
        (
            "no-execute-not-tolerated",
            evicting().on("4.18.1"),
            evicting().on("4.19.1"),
        ),
        (
            "sharing-not-configured",
            gpu().pools(sharing()).live(POLICY),
            gpu().pools(sharing()).live(&configured),
        ),
        (
            "sharing-conflict",
            with_strategy("none"),
            with_strategy("single"),
        ),
        (
            "unknown-mig-profile",
            gpu().pools(cut("all-1g.5gb")),
            gpu().pools(cut("all-1g.10gb")),
        ),
        (
            "gpu-limit-unknown",
            limited(vec![shared(unknown, json!({"mig": "all-1g.10gb"}))]),
            limited(sharing()),
        ),
        ("autoscaler-kept", scaler(Some(json!({}))), scaler(None)),
    ]
}

fn monitored() -> Vec<Shows> {
    vec![
        ("monitoring-config", monitoring(false), monitoring(true)),
        (
            "monitoring-config-not-shown",
            unmonitored(),
            monitoring(true),
        ),
    ]
}

/// Rules that take more than one platform, or the text of a file: tests/platform.rs and testdata/.
const ELSEWHERE: [&str; 4] = [
    "cannot-complete-operand",
    "cluster-not-shown",
    "platforms-differ",
    "second-platform",
];

/// Every input of the table.
pub(super) fn all() -> Vec<Shows> {
    let config = |fields: &str| worker_config(&format!("sources: {{pci: {{{fields}}}}}"));
    let mut table = versions();
    table.extend(monitored());
    table.extend(sources());
    table.extend(wishes());
    table.extend(groups());
    table.extend(policies());
    table.extend(pools());
    for (broken, right) in [
        (
            "deviceLabelFields: [vendor, device]",
            "deviceLabelFields: [vendor]",
        ),
        (
            "deviceLabelFields: [class]",
            "deviceLabelFields: [vendor, class]",
        ),
        (
            "deviceClassWhitelist: [\"02\"]",
            "deviceClassWhitelist: [\"02\", \"03\"]",
        ),
        (
            "deviceClassWhitelist: [\"0301\"]",
            "deviceClassWhitelist: [\"0302\"]",
        ),
    ] {
        table.push(("gpu-label-missing", config(broken), config(right)));
        // the same of what the input or the facts hold
        let text = |fields: &str| {
            format!(
                "{INSTANCE}spec: {{workerConfig: {{configData: 'sources: {{pci: {{{fields}}}}}'}}}}\n"
            )
        };
        let nfd = || Case::new(json!({"nfd": {}}));
        table.push((
            "gpu-label-missing",
            nfd().own(&text(broken)),
            nfd().own(&text(right)),
        ));
        table.push((
            "gpu-label-missing",
            nfd().live(&text(broken)),
            nfd()
                .live(&text(broken))
                .live(&text(right).replace("theirs", "other")),
        ));
    }
    table
}

#[test]
fn every_rule_is_broken_by_one_input_and_kept_by_its_neighbour() {
    let table = all();
    for (slug, broken, right) in &table {
        let has = |case: &Case| case.slugs().iter().any(|found| found == slug);
        assert!(has(broken), "{slug} is not reported: {:?}", broken.plan().1);
        assert!(!has(right), "{slug} is reported: {:?}", right.plan().1);
    }
    let source = include_str!("../../../problem/rules/platform.rs");
    for rule in crate::problem::rules::all() {
        let slug = rule.slug;
        let own = source.contains(&format!("\"{slug}\""));
        let shown = table.iter().any(|(known, ..)| *known == slug) || ELSEWHERE.contains(&slug);
        assert_eq!(own, shown, "{slug}");
    }
}
