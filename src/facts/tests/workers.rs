//! Which MachineSets are templates, and what is kept of them.

use super::*;

#[test]
fn a_provider_spec_keeps_its_text() {
    let (gathered, _) = run(&[&set("a-abc12", "us-east-2a", "")]);
    let worker = &only(&gathered).workers[0];
    assert_eq!(
        worker.provider_spec.get("mode").and_then(Node::text),
        Some("0755")
    );
    let facts = facts(
        "a",
        "{infrastructureName: a-abc12, workerMachineSets: [{name: w, zone: us-east-2a, providerSpec: {mode: 0755, on: yes}}]}",
    );
    let (gathered, problems) = run(&[&facts]);
    assert_eq!(problems, Vec::<String>::new());
    let worker = &only(&gathered).workers[0];
    assert_eq!(
        worker.provider_spec.get("mode").and_then(Node::text),
        Some("0755")
    );
    assert_eq!(
        worker.zone.as_ref().expect("zone").origin.to_string(),
        "ClusterFacts/a (facts-0.yaml:4)"
    );
}

#[test]
fn labels_are_kept_without_bookkeeping() {
    let text = set("a-abc12", "us-east-2a", "").replace("team: a", "team: a, hive.openshift.io/managed: 'true', app.kubernetes.io/instance: x, machineconfiguration.openshift.io/osstream: rhel-10");
    let (gathered, _) = run(&[&text]);
    let labels: Vec<&String> = only(&gathered).workers[0].labels.keys().collect();
    assert_eq!(
        labels,
        ["machineconfiguration.openshift.io/osstream", "team"]
    );
}

#[test]
fn sets_that_are_no_plain_workers_are_no_templates() {
    let plain = set("a-abc12", "us-east-2a", "");
    for (from, to, reason) in [
        (
            "machine-role: worker",
            "machine-role: infra",
            "the role `infra`",
        ),
        ("machine-role: worker", "machine-type: worker", "no label"),
        (
            "    metadata:\n      labels:",
            "    metadata:\n      labels:\n        machine.openshift.io/os-id: Windows",
            "Windows",
        ),
        (
            "    spec:\n",
            "    spec:\n      metadata: {labels: {node-role.kubernetes.io/infra: ''}}\n",
            "the role `infra`",
        ),
        (
            "    spec:\n",
            "    spec:\n      metadata: {labels: {cluster-api/accelerator: nvidia-l4}}\n",
            "have GPUs",
        ),
        (
            "    spec:\n",
            "    spec:\n      taints: [{key: odf, effect: NoSchedule}]\n",
            "taint `odf`",
        ),
        (
            "  labels: {",
            "  annotations: {machine.openshift.io/GPU: '1'}\n  labels: {",
            "have GPUs",
        ),
        ("m6a.xlarge", "g6.4xlarge", "have GPUs"),
        (
            "  labels: {",
            "  deletionTimestamp: '2026-01-01T00:00:00Z'\n  labels: {",
            "being deleted",
        ),
    ] {
        let text = plain.replacen(from, to, 1);
        assert_ne!(text, plain, "{to}");
        let (gathered, problems) = run(&[&infrastructure("a-abc12", "us-east-2"), &text]);
        assert_eq!(problems, Vec::<String>::new(), "{to}");
        let cluster = only(&gathered);
        assert_eq!(cluster.templates(Some("us-east-2a")).count(), 0, "{to}");
        let worker = cluster
            .worker("a-abc12-worker-us-east-2a")
            .expect("by name");
        let why = worker.reserved.clone().unwrap_or_default();
        assert!(why.contains(reason), "{to}: {why}");
    }
    let text = plain.replacen(
        "    spec:\n",
        "    spec:\n      metadata: {labels: {node-role.kubernetes.io/worker: ''}}\n",
        1,
    );
    let (gathered, _) = run(&[&text]);
    assert_eq!(only(&gathered).templates(Some("us-east-2a")).count(), 1);
}

#[test]
fn what_we_made_is_no_fact() {
    let ours = set("a-abc12", "us-east-2b", "").replacen(
        "  labels: {",
        "  annotations: {gpu-machineset.dev/from: GpuMachineSet/l4}\n  labels: {",
        1,
    );
    let (gathered, problems) = run(&[&set("a-abc12", "us-east-2a", ""), &ours]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(only(&gathered).workers.len(), 1);
    assert_eq!(gathered.used.len(), 1);
}

#[test]
fn a_patch_or_a_template_of_another_tool_is_no_worker() {
    let patch = "apiVersion: machine.openshift.io/v1beta1\nkind: MachineSet\nmetadata: {name: x}\nspec: {replicas: 3}\n";
    let template = set("INFRA_ID", "us-east-2a", "      taints: [{key: a}]\n");
    let other = set("other-zzzzz", "eu-west-1a", "      taints: [{key: a}]\n");
    let capi = set("capi", "us-east-2a", "")
        .replace("machine.openshift.io/v1beta1", "cluster.x-k8s.io/v1beta2");
    let texts = [
        infrastructure("a-abc12", "us-east-2"),
        patch.to_owned(),
        template,
        other,
        capi,
    ];
    let (gathered, problems) = run(&texts.each_ref().map(String::as_str));
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(gathered.clusters.len(), 1);
    assert!(only(&gathered).workers.is_empty());
}

#[test]
fn a_captured_worker_must_still_be_true() {
    let raw = set("a-abc12", "us-east-2a", "");
    let captured = |kind: &str| {
        facts(
            "prod",
            &format!(
                "{{infrastructureName: a-abc12, workerMachineSets: [{{name: a-abc12-worker-us-east-2a, zone: us-east-2a, providerSpec: {{instanceType: {kind}}}}}]}}"
            ),
        )
    };
    for texts in [
        [&raw, &captured("m6a.xlarge")],
        [&captured("m6a.xlarge"), &raw],
    ] {
        let (gathered, problems) = run(&texts.map(String::as_str));
        assert_eq!(problems, Vec::<String>::new());
        let workers = &only(&gathered).workers;
        assert!(workers.len() == 1 && workers[0].machine_set.is_some());
    }
    let (_, problems) = run(&[&raw, &captured("m5.large")]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("facts-disagree: sources disagree about the worker"),
        "{problems:?}"
    );
}

#[test]
fn a_worker_outside_of_the_region_is_a_problem() {
    let text = set("a-abc12", "us-east-1a", "").replace("region: us-east-1", "region: us-east-2");
    let (_, problems) = run(&[&infrastructure("a-abc12", "us-east-2"), &text]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("worker-outside-region: worker `a-abc12-worker-us-east-1a` is in zone `us-east-1a`, outside of region `us-east-2` | region `us-east-2` from Infrastructure/cluster (facts-0.yaml:6)"), "{problems:?}");
    // of another region altogether: one problem, not two
    let (_, problems) = run(&[
        &infrastructure("a-abc12", "us-east-2"),
        &set("a-abc12", "us-east-1a", ""),
    ]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    // a local zone is in its region
    let local = set("a-abc12", "us-east-1a", "").replace(
        "availabilityZone: us-east-1a",
        "availabilityZone: us-east-1-bos-1a",
    );
    assert_eq!(
        run(&[&infrastructure("a-abc12", "us-east-1"), &local]).1,
        Vec::<String>::new()
    );
}
