//! Captures of real clusters, as they are and as tools change them.

use super::*;

#[test]
fn a_real_cluster_is_read_with_origins() {
    let (gathered, problems) = run(&ZPQDX);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = gathered
        .select(None, Place::default())
        .expect("one cluster");
    assert_eq!(cluster.name, "cluster-zpqdx-xxm9n");
    let infra = cluster.infrastructure_name.as_ref().expect("infra");
    assert_eq!(infra.value, "cluster-zpqdx-xxm9n");
    assert_eq!(
        infra.origin.to_string(),
        "Infrastructure/cluster (facts-0.yaml:13)"
    );
    assert_eq!(infra.origin.path, ".status.infrastructureName");
    assert_eq!(value(cluster.platform.as_ref()).as_deref(), Some("AWS"));
    assert_eq!(value(cluster.region.as_ref()).as_deref(), Some("us-east-2"));
    assert_eq!(
        value(cluster.architecture.as_ref()).as_deref(),
        Some("amd64")
    );
    assert_eq!(cluster.zones(), ["us-east-2a", "us-east-2b", "us-east-2c"]);
    let worker = cluster
        .templates(Some("us-east-2b"))
        .next()
        .expect("worker");
    assert_eq!(worker.name, "cluster-zpqdx-xxm9n-worker-us-east-2b");
    assert_eq!(worker.replicas, Some(1));
    let ami = worker.provider_spec.str_at(&["ami", "id"]);
    assert!(ami.is_some_and(|ami| ami.starts_with("ami-")));
    assert!(
        worker.template_labels.is_empty(),
        "{:?}",
        worker.template_labels
    );
    assert_eq!(gathered.used.len(), 4);
}

#[test]
fn all_three_real_clusters_are_read() {
    for (name, region, zones, texts) in [
        ("cluster-zpqdx-xxm9n", "us-east-2", 3, &ZPQDX[..]),
        (
            "cluster-qt67m-xmnfl",
            "us-east-2",
            1,
            &[
                include_str!("../../../testdata/clusters/aws/qt67m/infrastructure.yaml"),
                include_str!(
                    "../../../testdata/clusters/aws/qt67m/machinesets/cluster-qt67m-xmnfl-worker-us-east-2b.yaml"
                ),
            ],
        ),
        (
            "dev-4xk8v",
            "us-west-2",
            3,
            &[
                include_str!("../../../testdata/clusters/aws/rhoaibu-dev/infrastructure.yaml"),
                include_str!(
                    "../../../testdata/clusters/aws/rhoaibu-dev/machinesets/dev-4xk8v-worker-us-west-2a.yaml"
                ),
                include_str!(
                    "../../../testdata/clusters/aws/rhoaibu-dev/machinesets/dev-4xk8v-worker-us-west-2b.yaml"
                ),
                include_str!(
                    "../../../testdata/clusters/aws/rhoaibu-dev/machinesets/dev-4xk8v-worker-us-west-2c.yaml"
                ),
            ],
        ),
    ] {
        let (gathered, problems) = run(texts);
        assert_eq!(problems, Vec::<String>::new(), "{name}");
        let cluster = only(&gathered);
        assert_eq!(cluster.name, name);
        assert_eq!(value(cluster.region.as_ref()).as_deref(), Some(region));
        assert_eq!(cluster.zones().len(), zones, "{name}");
        assert!(
            cluster
                .workers
                .iter()
                .all(|worker| worker.reserved.is_none())
        );
    }
}

#[test]
fn worker_sets_alone_say_nearly_everything() {
    let (gathered, problems) = run(&ZPQDX[1..]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(
        value(cluster.infrastructure_name.as_ref()).as_deref(),
        Some("cluster-zpqdx-xxm9n")
    );
    assert_eq!(value(cluster.platform.as_ref()).as_deref(), Some("AWS"));
    assert_eq!(value(cluster.region.as_ref()).as_deref(), Some("us-east-2"));
}

#[test]
fn an_oc_dump_is_one_list() {
    let item = |text: &str| text.trim_end().replace('\n', "\n  ");
    let items = ZPQDX.map(|text| format!("- {}\n", item(text)));
    let list = format!(
        "apiVersion: v1\nkind: List\nmetadata: {{resourceVersion: ''}}\nitems:\n{}",
        items.concat()
    );
    let (listed, problems) = run(&[&list]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(listed.used.len(), 4);
    let (bare, _) = run(&ZPQDX);
    assert_eq!(values(&listed), values(&bare));
}

/// As kustomize sends them below `namePrefix` and `namespace`: cluster-scoped kinds get a namespace too.
#[test]
fn renamed_by_kustomize_they_are_found_and_called_by_their_old_names() {
    let renamed = |text: &str, old: &str| {
        let annotations = format!(
            "  annotations:\n    internal.config.kubernetes.io/prefixes: p-\n    internal.config.kubernetes.io/previousKinds: X,X\n    internal.config.kubernetes.io/previousNames: {old},{old}\n    internal.config.kubernetes.io/previousNamespaces: default,ns\n"
        );
        text.replace(&format!("name: {old}"), &format!("name: p-{old}"))
            .replace(
                "metadata: {name: p-cluster}",
                "metadata:\n  name: p-cluster",
            )
            .replacen("metadata:\n", &format!("metadata:\n{annotations}"), 1)
    };
    let infra = renamed(&infrastructure("demo-abc12", "us-east-2"), "cluster");
    let worker = renamed(
        &set("demo-abc12", "us-east-2a", ""),
        "demo-abc12-worker-us-east-2a",
    );
    let named = renamed(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata:\n  name: prod\nspec: {infrastructureName: demo-abc12}\n",
        "prod",
    );
    let (gathered, problems) = run(&[&infra, &worker, &named]);
    assert_eq!(problems, Vec::<String>::new());
    let cluster = only(&gathered);
    assert_eq!(cluster.names, ["demo-abc12", "p-prod", "prod"]);
    assert_eq!(cluster.name, "prod");
    let origin = &cluster.infrastructure_name.as_ref().expect("infra").origin;
    assert_eq!(origin.object, "Infrastructure/cluster");
    let worker = cluster
        .worker("demo-abc12-worker-us-east-2a")
        .expect("by its old name");
    assert!(cluster.worker("p-demo-abc12-worker-us-east-2a").is_some());
    assert_eq!(worker.name, "demo-abc12-worker-us-east-2a");
}
