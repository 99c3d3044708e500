//! The image: nothing in it but the binary and the name of the user it runs as.

use gpu_machineset_e2e::{Podman, Project, Run, bin};

use crate::inputs::{BYSTANDER, MACHINE_SETS, POOL, raw_facts, resource_list};

/// How kustomize calls a container function, and stricter: no capability, nothing to write to.
const LOCKED_UP: [&str; 12] = [
    "run",
    "--rm",
    "-i",
    "--pull=never",
    "--network",
    "none",
    "--user",
    "nobody",
    "--security-opt=no-new-privileges",
    "--read-only",
    "--read-only-tmpfs=false",
    "--cap-drop=all",
];

fn input() -> String {
    resource_list(&format!("{BYSTANDER}---\n{}---\n{POOL}", raw_facts()))
}

#[test]
fn locked_up_it_does_what_the_binary_does() {
    let podman = Podman::new();
    podman.build_image();
    let outside = Run::new(bin()).stdin(input()).out();
    outside.succeeded().says("kind: MachineSet");
    let inside = podman
        .podman(LOCKED_UP)
        .arg(Podman::IMAGE)
        .stdin(input())
        .out();
    inside.succeeded().informs("implied-platform");
    assert_eq!(inside.stdout, outside.stdout);
}

#[test]
fn a_failure_inside_is_a_failure_outside() {
    let podman = Podman::new();
    podman.build_image();
    podman
        .podman(LOCKED_UP)
        .arg(Podman::IMAGE)
        .stdin(input().replace("replicas: 2", "replicas: 2\n    zones: [us-east-1a]"))
        .out()
        .ended_with(1)
        .complains("error[zone-outside-region]");
}

#[test]
fn image_is_the_same_for_the_same_binary_and_runs_as_nobody() {
    let podman = Podman::new();
    let id = podman.build_image();
    assert_eq!(podman.build_image(), id);
    let text = podman.podman(["image", "inspect", Podman::IMAGE]).ok();
    let image: serde_json::Value = serde_json::from_str(&text).expect("podman prints JSON");
    let config = &image[0]["Config"];
    assert_eq!(config["User"], "65534:65534", "{text}");
    assert_eq!(
        config["Entrypoint"],
        serde_json::json!(["/usr/bin/gpu-machineset"]),
        "{text}"
    );
    assert_eq!(config["Cmd"], serde_json::Value::Null, "{text}");
}

#[test]
fn kustomize_runs_the_container() {
    let podman = Podman::new();
    podman.build_image();
    let config = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: gpu\n  annotations:\n    \
         config.kubernetes.io/function: |\n      container: {{image: \"{}\"}}\n",
        Podman::IMAGE
    );
    let project = Project::new()
        .file(
            "kustomization.yaml",
            "resources: [bystander.yaml, facts.yaml, pool.yaml]\ntransformers: [gpu.yaml]\n",
        )
        .file("bystander.yaml", BYSTANDER)
        .file("facts.yaml", raw_facts())
        .file("pool.yaml", POOL)
        .file("gpu.yaml", config);
    // kubectl has no flag for exec functions: this is its one way to a KRM function.
    for (program, command) in [
        (gpu_machineset_e2e::kustomize(), "build"),
        (gpu_machineset_e2e::kubectl(), "kustomize"),
    ] {
        let out = Run::new(program)
            .args([command, "--enable-alpha-plugins"])
            .arg(project.path())
            .path_first(podman.docker_dir())
            .out();
        out.succeeded();
        let mut sets = out.objects();
        sets.retain(|object| object.starts_with("MachineSet/"));
        assert_eq!(sets, MACHINE_SETS, "{out}");
        out.never_says("kind: GpuMachineSet");
    }
}
