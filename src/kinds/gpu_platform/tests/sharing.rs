//! GPUs that several pods share.

use super::*;

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
