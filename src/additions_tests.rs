//! The price of an addition: a cloud and a kind that exist in tests alone, each one folder and one row, go through plan,
//! render, diff, adopt and view.

use crate::adopt::{Choice, adopt};
use crate::krm::Source;
use crate::{Input, Mode, diff, expand, overview, view};

const INFRASTRUCTURE: &str = "apiVersion: config.openshift.io/v1
kind: Infrastructure
metadata: {name: cluster}
status: {infrastructureName: sky-x7k2p, platformStatus: {type: Nimbus}}
---
apiVersion: config.openshift.io/v1
kind: ClusterVersion
metadata: {name: version}
status: {desired: {version: 4.20.8}, history: [{state: Completed, version: 4.20.8}]}
";
const WORKER: &str = "apiVersion: machine.openshift.io/v1beta1
kind: MachineSet
metadata:
  name: sky-x7k2p-worker-0
  namespace: openshift-machine-api
  uid: 7b2e3c1a-0000-0000-0000-000000000001
  labels: {machine.openshift.io/cluster-api-cluster: sky-x7k2p}
spec:
  replicas: 3
  selector:
    matchLabels:
      machine.openshift.io/cluster-api-cluster: sky-x7k2p
      machine.openshift.io/cluster-api-machineset: sky-x7k2p-worker-0
  template:
    metadata:
      labels:
        machine.openshift.io/cluster-api-cluster: sky-x7k2p
        machine.openshift.io/cluster-api-machine-role: worker
        machine.openshift.io/cluster-api-machine-type: worker
        machine.openshift.io/cluster-api-machineset: sky-x7k2p-worker-0
    spec:
      providerSpec:
        value:
          apiVersion: machine.openshift.io/v1beta1
          kind: NimbusMachineProviderSpec
          image: rhcos-420
          size: c4
          network: workers
";
const POOL: &str = "apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: big}
spec:
  instanceType: g8
  accelerator: nvidia-l4
  autoscaling: {min: 0, max: 4}
  rootVolume: {sizeGiB: 200}
";
const NO_PLATFORM: &str = "apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuPlatform
metadata: {name: none}
spec: {operators: {}}
";
const NOTE: &str = "apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuNote
metadata: {name: note}
spec: {namespace: team-a}
";

fn sources(texts: &[&str]) -> Vec<Source> {
    let source = |(index, text): (usize, &&str)| Source::new(format!("{index}.yaml"), *text);
    texts.iter().enumerate().map(source).collect()
}

#[track_caller]
fn rendered(texts: &[&str]) -> String {
    let output = expand(&Input::new(sources(texts), Mode::Bare));
    assert!(!output.problems.has_errors(), "{:?}", output.problems);
    output.text
}

#[test]
fn a_cloud_is_a_folder_and_a_row() {
    let text = rendered(&[POOL, NO_PLATFORM, INFRASTRUCTURE, WORKER]);
    // no zone and no region: none in the name, none in the provider spec
    assert!(text.contains("  name: sky-x7k2p-gpu-g8\n"), "{text}");
    assert!(text.contains("          kind: NimbusMachineProviderSpec\n"));
    assert!(text.contains("          size: g8\n") && text.contains("          diskGiB: 200\n"));
    assert!(!text.contains("cell"), "{text}");

    // what it renders is what it finds, with what the cloud fills in
    let live = text.replace(
        "          size: g8\n",
        "          size: g8\n          spares: 0\n",
    );
    let comparison = diff::compare(&text, &sources(&[&live]));
    assert!(
        comparison.differences.is_empty(),
        "{:?}",
        comparison.differences
    );
    let other = text.replace("image: rhcos-420", "image: rhcos-418");
    let comparison = diff::compare(&text, &sources(&[&other]));
    let fields = comparison.differences.iter().flat_map(|one| &one.changes);
    let fields: Vec<String> = fields.map(diff::Change::field).collect();
    assert_eq!(fields, ["spec.template.spec.providerSpec.value.image"]);

    // a live set becomes a pool that renders to it
    let strange = text
        .replace(
            "    gpu-machineset.dev/from: GpuMachineSet/big\n",
            "    owner: ops\n",
        )
        .replace("diskGiB: 200", "diskGiB: 300");
    let dump = [INFRASTRUCTURE, WORKER, &strange]
        .map(str::to_owned)
        .join("---\n");
    let choice = Choice { except: &[] };
    let adoption = adopt(&sources(&[&dump]), &[], &choice);
    assert!(!adoption.problems.has_errors(), "{:?}", adoption.problems);
    assert!(
        adoption.text.contains("  instanceType: g8\n"),
        "{}",
        adoption.text
    );
    assert!(
        adoption.text.contains("    sizeGiB: 300\n"),
        "{}",
        adoption.text
    );
    assert!(!adoption.text.contains("zones:"), "{}", adoption.text);

    // people see it
    let input = Input::new(
        sources(&[POOL, NO_PLATFORM, INFRASTRUCTURE, WORKER]),
        Mode::Bare,
    );
    let (seen, _) = overview(&input);
    assert_eq!(seen.clusters[0].platform.as_deref(), Some("Nimbus"));
    assert_eq!(seen.clusters[0].pools[0].sets[0].zone, None);
    assert!(view::markdown(&seen).contains("no zone"));

    // zones are its administrators' words, and names hold them
    let zoned = POOL.replace("spec:\n", "spec:\n  zones: [cell-1, cell-2]\n");
    let text = rendered(&[
        &zoned,
        NO_PLATFORM,
        INFRASTRUCTURE,
        &WORKER.replace("size: c4", "size: c4\n          cell: cell-1"),
    ]);
    assert!(text.contains("  name: sky-x7k2p-gpu-g8-cell-1\n"), "{text}");
}

#[test]
fn a_kind_is_a_folder_and_a_row() {
    let texts = [POOL, NOTE, NO_PLATFORM, INFRASTRUCTURE, WORKER];
    let text = rendered(&texts);
    let note = "data:\n  taints: nvidia.com/gpu\nkind: ConfigMap\nmetadata:\n  annotations:\n    gpu-machineset.dev/from: GpuNote/note\n  name: note-big\n  namespace: team-a\n";
    assert!(text.contains(note), "{text}");
    assert!(!text.contains("kind: GpuNote"), "{text}");

    // in place when it is there, foreign when it is another's, stale when nothing makes it
    let again = [&texts[..], &[&text]].concat();
    assert_eq!(rendered(&again), text);
    let foreign = text.replace("from: GpuNote/note", "from: GpuNote/other");
    let output = expand(&Input::new(
        sources(&[&texts[..], &[&foreign]].concat()),
        Mode::Bare,
    ));
    let slugs: Vec<&str> = output.problems.iter().map(|one| one.rule.slug).collect();
    assert!(slugs.contains(&"foreign-object"), "{slugs:?}");
    let comparison = diff::compare(
        &text,
        &sources(&[&text.replace("taints: nvidia.com/gpu", "taints: none")]),
    );
    assert_eq!(comparison.differences.len(), 1);
    assert_eq!(comparison.differences[0].object.kind, "ConfigMap");

    // its own mistakes are problems like those of any other
    let wrong = NOTE.replace("namespace: team-a", "namespaces: team-a");
    let output = expand(&Input::new(
        sources(&[POOL, &wrong, NO_PLATFORM, INFRASTRUCTURE, WORKER]),
        Mode::Bare,
    ));
    let slugs: Vec<&str> = output.problems.iter().map(|one| one.rule.slug).collect();
    assert!(slugs.contains(&"unknown-field"), "{slugs:?}");
    assert!(output.text.is_empty());
    let elsewhere = NOTE.replace("spec: {", "spec: {facts: another, ");
    let output = expand(&Input::new(
        sources(&[POOL, &elsewhere, NO_PLATFORM, INFRASTRUCTURE, WORKER]),
        Mode::Bare,
    ));
    let slugs: Vec<&str> = output.problems.iter().map(|one| one.rule.slug).collect();
    assert!(slugs.contains(&"unknown-facts"), "{slugs:?}");
}
