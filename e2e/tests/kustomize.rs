//! kustomize 5.8.1 with our binary as an `exec:` function.

use std::path::Path;

use gpu_machineset_e2e::{Out, Project, Run, bin};

use crate::inputs::{
    BYSTANDER, IMPLIED, MACHINE_SETS, POOL, exec_annotation, exec_config, generator, indented,
    raw_facts, resource_list,
};

const WITH_FACTS: &str = "\
resources: [bystander.yaml, facts.yaml, pool.yaml]
transformers: [gpu.yaml]
";

fn build(dir: &Path) -> Out {
    Run::new(gpu_machineset_e2e::kustomize())
        .args(["build", "--enable-alpha-plugins", "--enable-exec"])
        .arg(dir)
        .out()
}

fn own_path() -> String {
    bin().display().to_string()
}

/// A project with facts and a pool among its resources.
fn project(kustomization: &str) -> Project {
    Project::new()
        .file("kustomization.yaml", kustomization)
        .file("bystander.yaml", BYSTANDER)
        .file("facts.yaml", raw_facts())
        .file("pool.yaml", POOL)
        .file("gpu.yaml", exec_config("gpu", "expand", &own_path()))
}

/// What comes with the pool is there, each once.
fn assert_implied(out: &Out) {
    out.succeeded().informs("implied-platform");
    for (kind, name) in IMPLIED {
        let once = out.objects();
        let once = once.iter().filter(|one| **one == format!("{kind}/{name}"));
        assert_eq!(once.count(), 1, "{kind} {name}\n{out}");
    }
}

/// The pool expanded, the facts gone, the bystander as it was.
fn assert_expanded(out: &Out) {
    let mut sets = out.objects();
    sets.retain(|object| object.starts_with("MachineSet/"));
    assert_eq!(sets, MACHINE_SETS, "{out}");
    assert_implied(out);
    for ours in [
        "kind: GpuMachineSet",
        "kind: Infrastructure",
        "kind: ClusterVersion",
    ] {
        out.never_says(ours);
    }
    for name in MACHINE_SETS {
        let set = out.object("MachineSet", &name["MachineSet/".len()..]);
        let spec = &set["spec"];
        assert_eq!(spec["replicas"], 1, "{out}");
        assert_eq!(
            spec["template"]["spec"]["providerSpec"]["value"]["instanceType"], "g6.4xlarge",
            "{out}"
        );
        assert_eq!(
            set["metadata"]["namespace"], "openshift-machine-api",
            "{out}"
        );
    }
}

#[test]
fn transformer_expands_a_placeholder_with_the_facts_beside_it() {
    let out = build(project(WITH_FACTS).path());
    assert_expanded(&out);
    assert_eq!(out.object("ConfigMap", "bystander")["data"]["answer"], "42");
}

#[test]
fn function_is_found_on_path() {
    let project =
        project(WITH_FACTS).file("gpu.yaml", exec_config("gpu", "expand", "gpu-machineset"));
    let out = Run::new(gpu_machineset_e2e::kustomize())
        .args(["build", "--enable-alpha-plugins", "--enable-exec"])
        .arg(project.path())
        .path_first(bin().parent().expect("a binary lies in a folder"))
        .out();
    assert_expanded(&out);
}

#[test]
fn transformer_run_twice_changes_nothing_more() {
    let once = build(project(WITH_FACTS).path());
    let twice = project(&WITH_FACTS.replace("[gpu.yaml]", "[gpu.yaml, again.yaml]"))
        .file("again.yaml", exec_config("again", "expand", &own_path()));
    let twice = build(twice.path());
    assert_expanded(&twice);
    assert_eq!(once.succeeded().stdout, twice.stdout);
}

#[test]
fn placeholder_as_functionconfig_of_a_transformer() {
    let kustomization = "resources: [bystander.yaml, facts.yaml]\ntransformers: [pool.yaml]\n";
    let pool = POOL.replace("  annotations:\n", &exec_annotation(&own_path()));
    let out = build(project(kustomization).file("pool.yaml", pool).path());
    assert_expanded(&out);
}

#[test]
fn generator_brings_its_facts() {
    let config = generator(&exec_annotation(&own_path()));
    let project = Project::new()
        .file(
            "kustomization.yaml",
            "resources: [bystander.yaml]\ngenerators: [gpu.yaml]\n",
        )
        .file("bystander.yaml", BYSTANDER)
        .file("gpu.yaml", config);
    assert_expanded(&build(project.path()));
}

/// A generator sees no other object: the second says that the first one's operators are there.
#[test]
fn generators_of_several_pools_make_one_platform() {
    let annotation = exec_annotation(&own_path());
    let first = generator(&annotation);
    let second = generator(&annotation).replace("name: l4\n", "name: other\n");
    let second = second.replace(
        "spec:\n",
        "spec:\n  nameTemplate: \"{infra}-{name}-{zone}\"\n",
    );
    let there = "  facts:\n    operators: {nfd: {}, nvidia-gpu: {}}\n";
    let with = |second: &str| {
        let kustomization = "generators: [gpu.yaml, other.yaml]\n";
        let project = Project::new().file("kustomization.yaml", kustomization);
        build(
            project
                .file("gpu.yaml", &first)
                .file("other.yaml", second)
                .path(),
        )
    };
    with(&second)
        .ended_with(1)
        .complains("spec.facts.operators");
    let out = with(&second.replace("  facts:\n", there));
    assert_implied(&out);
    let sets = out.objects().into_iter();
    assert_eq!(
        sets.filter(|one| one.starts_with("MachineSet/")).count(),
        4,
        "{out}"
    );
}

#[test]
fn validator_lets_a_right_build_pass_and_adds_nothing() {
    let kustomization = WITH_FACTS.replace("transformers: [gpu.yaml]", "validators: [check.yaml]");
    let out = build(
        project(&kustomization)
            .file("check.yaml", exec_config("check", "validate", &own_path()))
            .path(),
    );
    out.succeeded().informs("implied-platform");
    assert_eq!(out.objects(), ["ConfigMap/bystander"], "{out}");
}

#[test]
fn validator_stops_a_wrong_build() {
    let kustomization = WITH_FACTS.replace("transformers: [gpu.yaml]", "validators: [check.yaml]");
    let out = build(
        project(&kustomization)
            .file("check.yaml", exec_config("check", "validate", &own_path()))
            .file("pool.yaml", misplaced_pool())
            .path(),
    );
    out.ended_with(1)
        .silent()
        .complains("error[zone-outside-region]");
}

#[test]
fn validator_beside_the_transformer_that_it_checks() {
    let kustomization = format!("{WITH_FACTS}validators: [check.yaml]\n");
    let out = build(
        project(&kustomization)
            .file("check.yaml", exec_config("check", "validate", &own_path()))
            .path(),
    );
    assert_expanded(&out);
}

#[test]
fn validate_mode_returns_an_empty_list() {
    let config = exec_config("check", "validate", "unused");
    let mut list = resource_list(BYSTANDER);
    list.push_str("functionConfig:\n");
    list.push_str(&indented(&config, 2));
    let out = Run::new(bin()).stdin(list).out();
    let lists = out.succeeded().quiet().docs();
    assert_eq!(lists.len(), 1, "{out}");
    assert_eq!(lists[0]["kind"], "ResourceList", "{out}");
    assert_eq!(lists[0]["items"], serde_json::json!([]), "{out}");
    assert_eq!(
        lists[0]["functionConfig"]["data"]["mode"], "validate",
        "{out}"
    );
}

/// Built-in transformers run first: the facts and the placeholder arrive renamed and moved.
#[test]
fn overlay_that_renames_everything_still_finds_its_facts() {
    let project = Project::new()
        .file(
            "base/kustomization.yaml",
            "resources: [bystander.yaml, facts.yaml, pool.yaml]\n",
        )
        .file("base/bystander.yaml", BYSTANDER)
        .file("base/facts.yaml", raw_facts())
        .file("base/pool.yaml", POOL)
        .file(
            "overlay/kustomization.yaml",
            "resources: [../base]\nnamePrefix: p-\nnameSuffix: -s\nnamespace: elsewhere\ntransformers: [gpu.yaml]\n",
        )
        .file("overlay/gpu.yaml", exec_config("gpu", "expand", &own_path()));
    let out = build(&project.join("overlay"));
    assert_expanded(&out);
    let bystander = out.object("ConfigMap", "p-bystander-s");
    assert_eq!(bystander["metadata"]["namespace"], "elsewhere");
}

/// A prefix above us renames our sets. kustomize has to be told that an autoscaler names one.
#[test]
fn overlay_above_our_output_keeps_autoscalers_on_their_sets() {
    let references = "nameReference:\n- kind: MachineSet\n  group: machine.openshift.io\n  fieldSpecs:\n  - \
                      {path: spec/scaleTargetRef/name, group: autoscaling.openshift.io, kind: MachineAutoscaler}\n";
    let pool = POOL.replace("  replicas: 2\n", "  autoscaling: {min: 0, max: 2}\n");
    let project = Project::new()
        .file("base/kustomization.yaml", WITH_FACTS)
        .file("base/bystander.yaml", BYSTANDER)
        .file("base/facts.yaml", raw_facts())
        .file("base/pool.yaml", pool)
        .file("base/gpu.yaml", exec_config("gpu", "expand", &own_path()))
        .file(
            "top/kustomization.yaml",
            "resources: [../base]\nnamePrefix: p-\nconfigurations: [references.yaml]\n",
        )
        .file("top/references.yaml", references);
    let out = build(&project.join("top"));
    out.succeeded();
    for name in MACHINE_SETS {
        let name = format!("p-{}", &name["MachineSet/".len()..]);
        out.object("MachineSet", &name);
        let target = &out.object("MachineAutoscaler", &name)["spec"]["scaleTargetRef"];
        assert_eq!(target["name"], *name, "{out}");
    }
}

/// The zones of another region than the facts'.
fn misplaced_pool() -> String {
    format!("{POOL}  zones: [us-east-1a]\n")
}

#[test]
fn failure_says_why_and_leaves_stdout_empty() {
    let out = build(
        project(WITH_FACTS)
            .file("pool.yaml", misplaced_pool())
            .path(),
    );
    out.ended_with(1)
        .silent()
        .complains("error[zone-outside-region]")
        .complains("us-east-1a")
        .complains("eu-central-1");
    let first = out.stderr.lines().next().unwrap_or_default();
    assert!(first.starts_with("error["), "our word comes first: {out}");
}

/// One line in the kustomization, and every problem names its file; nothing of it is handed on to what is made.
#[test]
fn origins_name_the_files_of_problems() {
    let with_origins = format!("{WITH_FACTS}buildMetadata: [originAnnotations]\n");
    let dir = project(&with_origins).file("pool.yaml", misplaced_pool());
    let out = build(dir.path());
    out.ended_with(1).complains("--> pool.yaml  GpuMachineSet");
    let out = build(project(&with_origins).path());
    assert_expanded(&out);
    let set = out.object("MachineSet", &MACHINE_SETS[0]["MachineSet/".len()..]);
    let annotations = set["metadata"]["annotations"].to_string();
    assert!(!annotations.contains("path: pool.yaml"), "{annotations}");
}

#[test]
fn failure_names_a_missing_fact() {
    let facts = raw_facts();
    let (infrastructure, _) = facts.split_once("---\n").expect("several documents");
    let out = build(
        project(WITH_FACTS)
            .file("facts.yaml", infrastructure)
            .path(),
    );
    out.ended_with(1)
        .silent()
        .complains("error[missing-fact]")
        .complains("oc get machinesets.machine.openshift.io");
}

/// kustomize skips exec functions without a word unless it is told to run them. The guard of our docs notices.
#[test]
fn guard_notices_a_function_that_did_not_run() {
    let visible = POOL.replace(
        "  annotations:\n    config.kubernetes.io/local-config: \"true\"\n",
        "",
    );
    let project = project(WITH_FACTS).file("pool.yaml", &visible);
    assert_expanded(&build(project.path()));
    let guard = |flags: &str| {
        let script = format!("\"$KUSTOMIZE\" build {flags} . | grep -q 'kind: GpuMachineSet'");
        let out = Run::new("sh")
            .args(["-c", &script])
            .dir(project.path())
            .env("KUSTOMIZE", gpu_machineset_e2e::kustomize())
            .out();
        out.code
    };
    assert_eq!(guard("--enable-alpha-plugins"), Some(0), "it is noticed");
    assert_eq!(
        guard("--enable-alpha-plugins --enable-exec"),
        Some(1),
        "nothing to notice"
    );
}
