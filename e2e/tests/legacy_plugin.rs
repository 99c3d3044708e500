//! The kustomize plugin directory, which stock `kubectl kustomize` runs: the layout that `install` makes.

use std::path::{Path, PathBuf};

use gpu_machineset_e2e::{Out, Project, Run, bin, kubectl, kustomize, system_kubectl};

use crate::inputs::{BYSTANDER, MACHINE_SETS, POOL, generator, raw_facts};

/// What runs plugins: our pinned kubectl and kustomize, and whatever kubectl this machine has.
fn builders() -> Vec<(PathBuf, &'static str)> {
    let mut all = vec![(kubectl(), "kustomize"), (kustomize(), "build")];
    all.extend(system_kubectl().map(|path| (path, "kustomize")));
    all
}

/// Builds with every builder after an installation into a fresh plugin home.
fn build_with_each(project: &Project, check: impl Fn(&Out)) {
    let home = Project::new();
    Run::new(bin()).arg("install").arg(home.path()).ok();
    for (program, command) in builders() {
        check(&build(&program, command, home.path(), project.path()));
    }
}

fn build(program: &Path, command: &str, home: &Path, dir: &Path) -> Out {
    Run::new(program)
        .args([command, "--enable-alpha-plugins"])
        .arg(dir)
        .env("KUSTOMIZE_PLUGIN_HOME", home)
        .out()
}

fn project(kustomization: &str, plugin: &str) -> Project {
    Project::new()
        .file("kustomization.yaml", kustomization)
        .file("bystander.yaml", BYSTANDER)
        .file("facts.yaml", raw_facts())
        .file("gpu.yaml", plugin)
}

fn assert_expanded(out: &Out) {
    out.succeeded();
    let mut sets = out.objects();
    sets.retain(|object| object.starts_with("MachineSet/"));
    assert_eq!(sets, MACHINE_SETS, "{out}");
    out.never_says("kind: GpuMachineSet")
        .never_says("kind: Infrastructure")
        .never_says("kind: ClusterVersion")
        .never_says("config.kubernetes.io/")
        .never_says("kustomize.config.k8s.io/");
}

#[test]
fn install_makes_the_layout_that_kustomize_looks_in() {
    let home = Project::new();
    Run::new(bin()).arg("install").arg(home.path()).ok();
    let plugin = home.join("gpu-machineset.dev/v1alpha1/gpumachineset/GpuMachineSet");
    // It stands for itself there, whatever its file is called.
    let here = Run::new(bin()).arg("--version").ok();
    assert_eq!(Run::new(&plugin).arg("--version").ok(), here);
    // Once more is fine: an upgrade is the same command.
    Run::new(bin()).arg("install").arg(home.path()).ok();
}

#[test]
fn transformer() {
    let kustomization = "resources: [bystander.yaml, facts.yaml]\ntransformers: [gpu.yaml]\n";
    build_with_each(&project(kustomization, POOL), |out| {
        assert_expanded(out);
        assert_eq!(out.object("ConfigMap", "bystander")["data"]["answer"], "42");
    });
}

#[test]
fn transformer_in_an_overlay_that_renames() {
    let project = project("resources: [bystander.yaml, facts.yaml]\n", POOL)
        .file(
            "top/kustomization.yaml",
            "resources: [../base]\nnamePrefix: p-\nnamespace: elsewhere\ntransformers: [gpu.yaml]\n",
        )
        .file("top/gpu.yaml", POOL)
        .file(
            "base/kustomization.yaml",
            "resources: [bystander.yaml, facts.yaml]\n",
        )
        .file("base/bystander.yaml", BYSTANDER)
        .file("base/facts.yaml", raw_facts());
    let home = Project::new();
    Run::new(bin()).arg("install").arg(home.path()).ok();
    for (program, command) in builders() {
        let out = build(&program, command, home.path(), &project.join("top"));
        assert_expanded(&out);
        out.object("ConfigMap", "p-bystander");
    }
}

#[test]
fn generator_brings_its_facts() {
    let kustomization = "resources: [bystander.yaml]\ngenerators: [gpu.yaml]\n";
    build_with_each(&project(kustomization, &generator("")), |out| {
        assert_expanded(out);
        assert_eq!(out.object("ConfigMap", "bystander")["data"]["answer"], "42");
    });
}

/// A transformer without resources gets no input at all, as a generator does.
#[test]
fn transformer_without_resources() {
    let kustomization = "transformers: [gpu.yaml]\n";
    build_with_each(&project(kustomization, &generator("")), assert_expanded);
}

#[test]
fn failure_says_why_and_leaves_stdout_empty() {
    let kustomization = "resources: [bystander.yaml, facts.yaml]\ntransformers: [gpu.yaml]\n";
    let pool = format!("{POOL}  zones: [us-east-1a]\n");
    build_with_each(&project(kustomization, &pool), |out| {
        out.ended_with(1)
            .silent()
            .complains("error[zone-outside-region]")
            .complains("us-east-1a");
    });
}
