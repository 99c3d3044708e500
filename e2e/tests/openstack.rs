//! What an OpenStackGpu makes, on a real kube-apiserver with the CRDs of three releases of OpenStack: it takes every object
//! strictly, and again without a change.

use std::fs;

use gpu_machineset_e2e::{ApiServer, Run, bin, documents, module_file, root};

use crate::apiserver::assert_taken;

/// CRDs of a release: networks are of the newest, which is the only one that is kept.
fn server(release: &str) -> ApiServer {
    let server = ApiServer::start();
    let of = ["oscp", "osdps", "osdpns", "osdpd"];
    let names: Vec<String> = of
        .iter()
        .map(|kind| format!("{kind}-18.0-{release}"))
        .collect();
    let mut crds: Vec<&str> = names.iter().map(String::as_str).collect();
    crds.extend([
        "netconfigs-18.0-fr6",
        "nncp",
        "nad",
        "ipaddresspools",
        "l2advertisements",
    ]);
    server.apply_crds(&crds);
    server.create_namespace("metallb-system");
    server
}

/// A case for a release. Up to feature release 4 the webhook gives an image that the CRD requires.
fn render(case: &str, release: &str) -> String {
    let path = root().join("testdata").join(case).join("input.yaml");
    let mut input = fs::read_to_string(path).unwrap();
    input = input.replacen("18.0-fr6", &format!("18.0-{release}"), 1);
    if release == "fr4" {
        input.push_str("  controlPlaneSpec: {glance: {template: {glanceAPIs: {default: {containerImage: given-by-the-webhook}}}}}\n");
    }
    let out = Run::new(bin()).args(["render", "-"]).stdin(input).out();
    out.succeeded().stdout.clone()
}

#[test]
fn labs_and_clouds_of_every_release_are_accepted() {
    for release in ["fr4", "fr5", "fr6"] {
        for case in [
            "replaced/seed-003",
            "render/openstack_gpu/production",
            "render/openstack_gpu/bare-metal",
        ] {
            assert_taken(&server(release), &render(case, release));
        }
    }
}

/// ExternalSecrets, by the CRD of the External Secrets Operator. What its API server fills in within lists is written: else
/// Argo CD, which compares lists whole, would never see them in sync.
#[test]
fn external_secrets_are_accepted_and_nothing_is_filled_in_within_their_lists() {
    let server = ApiServer::start();
    let of = "github.com/external-secrets/external-secrets";
    let path = "config/crds/bases/external-secrets.io_externalsecrets.yaml";
    server.apply_crd_texts(&[module_file(of, path)]);
    server.create_namespace("rhoso1");
    let stream = render("render/openstack_gpu/external-secrets", "fr6");
    let is_ours = |text: &&str| {
        text.contains("kind: ExternalSecret\n") && text.contains("gpu-machineset.dev/from")
    };
    let ours: Vec<&str> = stream.split("\n---\n").filter(is_ours).collect();
    assert_eq!(ours.len(), 5, "{stream}");
    let ours = ours.join("\n---\n");
    assert_taken(&server, &ours);
    for (stored, written) in server.get(&ours).iter().zip(documents(&ours).unwrap()) {
        for list in ["data", "dataFrom"] {
            assert_eq!(stored["spec"][list], written["spec"][list], "{written}");
        }
    }
}

/// vGPUs and cards that are passed on whole, on the release that `accel-drivers` came with.
#[test]
fn vgpus_beside_cards_are_accepted() {
    for release in ["fr5", "fr6"] {
        let server = server(release);
        assert_taken(
            &server,
            &render("render/openstack_gpu/vgpus-beside-cards", release),
        );
    }
}

/// What a NodeSet of the input becomes, its services and its run, and the object that brings the operators of services.
#[test]
fn a_completed_node_set_and_the_object_of_the_operator_are_accepted() {
    let server = server("fr6");
    server.apply_crds(&["openstacks-18.0-fr6"]);
    server.create_namespace("cloud");
    server.create_namespace("openstack-operators");
    let stream = render("render/openstack_gpu/node-set-own-service", "fr6");
    let is_of_nodes = |text: &&str| !text.contains("kind: OpenStackControlPlane");
    let of_nodes: Vec<&str> = stream.split("\n---\n").filter(is_of_nodes).collect();
    assert!(of_nodes.len() > 4, "{stream}");
    assert_taken(&server, &of_nodes.join("\n---\n"));
    let case = root().join("testdata/render/openstack_gpu/operators");
    let out = Run::new(bin())
        .args(["render", "input.yaml", "facts.yaml"])
        .dir(&case)
        .out();
    let stream = out.succeeded().stdout.clone();
    let of = "github.com/metallb/metallb-operator";
    let path = "config/crd/bases/metallb.io_metallbs.yaml";
    server.apply_crd_texts(&[module_file(of, path)]);
    for kind in ["OpenStack", "MetalLB"] {
        let is_it = |text: &&str| text.contains(&format!("kind: {kind}\n"));
        let operand = stream.split("\n---\n").find(is_it).unwrap();
        assert_taken(&server, operand);
    }
}

/// The proof that the test above can fail: `messagingBus` is no field before feature release 5.
#[test]
fn another_release_is_refused() {
    let server = server("fr4");
    server.create_namespace("rhoso1");
    let stream = render("replaced/seed-003", "fr5");
    let is_it = |text: &&str| text.contains("kind: OpenStackControlPlane");
    let control_plane = stream.split("\n---\n").find(is_it).unwrap();
    let out = server.create(control_plane).out();
    out.ended_with(1)
        .complains("unknown field \"spec.messagingBus\"");
}

/// A lab as `make` leaves it: class, volumes and the claim for logs, as kubectl applied them. All of it is taken over by its
/// name, and what of it cannot change does not have to.
#[test]
fn a_lab_that_make_made_is_taken_over() {
    let server = server("fr6");
    server.create_namespace("rhoso1");
    let lab = root().join("testdata/replaced/seed-003/replaced.yaml");
    let lab = fs::read_to_string(lab).unwrap();
    // no API server takes it, though install_yamls writes it: kubectl sends it nevertheless
    let lab = lab.replace("    type: DirectoryOrCreate\n", "");
    let is_storage = |text: &&str| {
        let kinds = ["StorageClass", "PersistentVolume", "PersistentVolumeClaim"];
        kinds
            .iter()
            .any(|kind| text.contains(&format!("kind: {kind}\n")))
    };
    let storage: Vec<&str> = lab.split("---\n").filter(is_storage).collect();
    assert_eq!(storage.len(), 22);
    let apply = server.kubectl(["apply", "-f", "-"]);
    apply.stdin(storage.join("---\n")).ok();
    let ours = render("replaced/seed-003", "fr6");
    let ours: Vec<&str> = ours.split("---\n").filter(is_storage).collect();
    assert_eq!(ours.len(), 22);
    server.apply(&ours.join("---\n")).ok();
}
