//! A whole fleet: one pool file of four pools, the facts of every cluster, a folder for each.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{Measure, measure};
use super::mib;

/// Clusters.
const SIZES: [usize; 3] = [100, 1_000, 3_500];
/// What the facts of the clusters are captured from, and its names.
pub(crate) const CLUSTER: &str = "testdata/clusters/aws/zpqdx";
const INFRA: &str = "cluster-zpqdx-xxm9n";
const TYPES: [&str; 4] = ["g4dn.4xlarge", "g6.4xlarge", "g6e.4xlarge", "p5.48xlarge"];
/// Clusters of a mixed fleet, a quarter each, and their infrastructure names.
const CLOUDS: [(&str, &str); 4] = [
    (CLUSTER, INFRA),
    ("testdata/clusters/azure/virginia", "demo-x7k2p"),
    ("testdata/clusters/gcp/iowa", "demo-x7k2p"),
    ("testdata/clusters/vsphere/prague", "demo-x7k2p"),
];
/// Types with one T4 each, in the order of those clouds. Azure has three.
const MIXED_TYPES: [[&str; 4]; 4] = [
    [
        "g4dn.xlarge",
        "Standard_NC4as_T4_v3",
        "n1-standard-4",
        "rhcos-t4-a",
    ],
    [
        "g4dn.2xlarge",
        "Standard_NC8as_T4_v3",
        "n1-standard-8",
        "rhcos-t4-b",
    ],
    [
        "g4dn.4xlarge",
        "Standard_NC16as_T4_v3",
        "n1-standard-16",
        "rhcos-t4-c",
    ],
    ["g4dn.8xlarge", "", "n1-standard-32", "rhcos-t4-d"],
];
/// Every cluster by itself, with the same pools.
const LOOP: &str = "for facts in \"$1\"/*.yaml; do name=${facts##*/}; \"$0\" render \"$2\" --facts \"$facts\" -o \"$3/${name%.yaml}\" || exit 1; done";

/// A new folder in memory, where there is one: a shared disk measures its other users.
pub(crate) fn in_memory(folder: &Path) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory } else { folder };
    let folder = folder.join("gpu-machineset-bench-fleet");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn table(ours: &Path, folder: &Path) {
    let folder = in_memory(folder);
    let fleet = Fleet {
        ours,
        pools: folder.join("gpu.yaml"),
        nothing: folder.join("nothing"),
        folder,
    };
    fs::write(&fleet.pools, four_pools()).unwrap();
    fs::write(&fleet.nothing, "").unwrap();
    let facts = captured(ours, CLUSTER);
    println!(
        "| clusters | files written | MB | facts in a file each: s, new | s, again | CPU s | peak, MiB | \
         facts in one file: s | CPU s | peak, MiB | a process per cluster: s | CPU s |"
    );
    println!("|{}", "--:|".repeat(12));
    for clusters in SIZES {
        println!("{}", fleet.row(&facts, clusters));
    }
    println!();
    println!("| clusters | read together | s | CPU s | peak, MiB |");
    println!("|--:|---|--:|--:|--:|");
    for clusters in SIZES {
        fleet.together(&facts, clusters);
    }
    println!();
    println!("| clusters | of clouds | files written | s | CPU s | peak, MiB |");
    println!("|--:|--:|--:|--:|--:|--:|");
    for clusters in SIZES {
        fleet.mixed(clusters);
    }
    println!();
    fs::remove_dir_all(&fleet.folder).unwrap();
}

struct Fleet<'a> {
    ours: &'a Path,
    folder: PathBuf,
    pools: PathBuf,
    nothing: PathBuf,
}

impl Fleet<'_> {
    fn row(&self, facts: &str, clusters: usize) -> String {
        let each = self.folder.join(format!("each-{clusters}"));
        let one = self.folder.join(format!("one-{clusters}.yaml"));
        describe(facts, clusters, &each, &one);
        let out = ["out", "single", "alone"].map(|name| self.folder.join(name));
        let new = self.in_one_process(&each, &out[0]);
        let again = self.in_one_process(&each, &out[0]);
        let (files, bytes) = size(&out[0]);
        let single = self.in_one_process(&one, &out[1]);
        assert_eq!(size(&out[1]), (files, bytes));
        let args = [
            "-c".to_owned(),
            LOOP.to_owned(),
            text(self.ours),
            text(&each),
            text(&self.pools),
            text(&out[2]),
        ];
        let alone = succeeded(measure(Path::new("/bin/sh"), &args, &self.nothing));
        for out in &out {
            fs::remove_dir_all(out).unwrap();
        }
        format!(
            "| {clusters} | {files} | {:.1} | {:.2} | {:.2} | {:.2} | {:.1} | {:.2} | {:.2} | {:.1} | {:.2} | {:.2} |",
            bytes as f64 / 1e6,
            new.seconds,
            again.seconds,
            new.cpu,
            mib(new.peak.max(again.peak)),
            single.seconds,
            single.cpu,
            mib(single.peak),
            alone.seconds,
            alone.cpu,
        )
    }

    /// Ways to describe a fleet in which the facts of all clusters are read before the first is rendered.
    fn together(&self, facts: &str, clusters: usize) {
        let [paths, looked_up, dump] = ["paths", "looked-up", "dump"]
            .map(|name| self.folder.join(format!("{name}-{clusters}.yaml")));
        one_file(facts, clusters, &paths);
        one_file(&with_region_elsewhere(facts), clusters, &looked_up);
        one_file(&dumped(), clusters, &dump);
        let pools = text(&self.pools);
        for (name, args) in [
            ("among the paths", vec![pools.clone(), text(&paths)]),
            (
                "a fact by `spec.from`",
                vec![pools.clone(), "--facts".to_owned(), text(&looked_up)],
            ),
            (
                "one dump",
                vec![pools.clone(), "--facts".to_owned(), text(&dump)],
            ),
        ] {
            let out = self.folder.join("together");
            let mut all = vec!["render".to_owned()];
            all.extend(args);
            all.extend(["--per-cluster".to_owned(), "-o".to_owned(), text(&out)]);
            let run = succeeded(measure(self.ours, &all, &self.nothing));
            assert_eq!(size(&out).0, clusters * 24);
            fs::remove_dir_all(&out).unwrap();
            println!(
                "| {clusters} | {name} | {:.2} | {:.2} | {:.1} |",
                run.seconds,
                run.cpu,
                mib(run.peak)
            );
        }
    }

    /// One pool file for a fleet of several clouds, beside the same number of clusters of one.
    fn mixed(&self, clusters: usize) {
        let pools = self.folder.join("mixed.yaml");
        fs::write(&pools, mixed_pools()).unwrap();
        let one = &CLOUDS[..1];
        for clouds in [one, &CLOUDS] {
            let folder = self
                .folder
                .join(format!("mixed-{}-{clusters}", clouds.len()));
            fs::create_dir_all(&folder).unwrap();
            let facts: Vec<String> = (clouds.iter())
                .map(|(cluster, infra)| captured(self.ours, cluster).replace(infra, INFRA))
                .collect();
            for index in 0..clusters {
                let facts =
                    facts[index % facts.len()].replace(INFRA, &format!("c{index:05}-x7k2p"));
                fs::write(folder.join(format!("c{index:05}.yaml")), facts).unwrap();
            }
            let out = self.folder.join("mixed-out");
            let run = self.rendered(&pools, &folder, &out);
            let (files, _) = size(&out);
            println!(
                "| {clusters} | {} | {files} | {:.2} | {:.2} | {:.1} |",
                clouds.len(),
                run.seconds,
                run.cpu,
                mib(run.peak)
            );
            fs::remove_dir_all(&out).unwrap();
        }
    }

    fn in_one_process(&self, facts: &Path, out: &Path) -> Measure {
        self.rendered(&self.pools, facts, out)
    }

    fn rendered(&self, pools: &Path, facts: &Path, out: &Path) -> Measure {
        let args = [
            "render",
            &text(pools),
            "--facts",
            &text(facts),
            "--per-cluster",
            "-o",
            &text(out),
        ];
        succeeded(measure(self.ours, &args.map(str::to_owned), &self.nothing))
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn succeeded(measure: Measure) -> Measure {
    assert_eq!(measure.code, Some(0), "{}", measure.err);
    measure
}

pub(crate) fn four_pools() -> String {
    let mut pools = String::new();
    for instance_type in TYPES {
        let name = instance_type.split('.').next().unwrap();
        let _ = write!(
            pools,
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: {name}}}\nspec: {{instanceType: {instance_type}, autoscaling: {{min: 0, max: 6}}, rootVolume: {{sizeGiB: 200}}}}\n---\n"
        );
    }
    pools
        + "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: none}\nspec: {operators: {}}\n"
}

fn mixed_pools() -> String {
    let mut pools = String::new();
    for (index, types) in MIXED_TYPES.iter().enumerate() {
        let platforms = ["AWS", "Azure", "GCP", "VSphere"].iter().zip(types);
        let types = platforms.filter(|(_, name)| !name.is_empty());
        let types: Vec<String> = types
            .map(|(cloud, name)| format!("{cloud}: {name}"))
            .collect();
        let _ = write!(
            pools,
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: t4-{index}}}\nspec:\n  instanceType: {{{}}}\n  gpu: {{count: 1, model: t4}}\n  autoscaling: {{min: 0, max: 6}}\n  rootVolume: {{sizeGiB: 200}}\n  providerSpec: {{VSphere: {{numCPUs: 8, memoryMiB: 65536}}}}\n---\n",
            types.join(", ")
        );
    }
    pools
        + "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: none}\nspec: {operators: {}}\n"
}

/// The facts of one cluster with its workers.
pub(crate) fn captured(ours: &Path, cluster: &str) -> String {
    let cluster = Path::new(env!("CARGO_MANIFEST_DIR")).join(cluster);
    let entries = fs::read_dir(cluster).unwrap();
    let mut args: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    args.sort();
    let output = Command::new(ours).arg("facts").args(args).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The same with the region in a ConfigMap.
fn with_region_elsewhere(facts: &str) -> String {
    let from =
        format!("  from: {{region: {{kind: ConfigMap, name: {INFRA}, path: $.data.region}}}}");
    let mut lines: Vec<&str> = facts.lines().collect();
    let region = lines.iter().position(|line| line.starts_with("  region: "));
    lines[region.unwrap()] = &from;
    lines.join("\n")
        + &format!(
            "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {INFRA}}}\ndata: {{region: us-east-2}}\n"
        )
}

/// What the facts are captured from.
fn dumped() -> String {
    let cluster = Path::new(env!("CARGO_MANIFEST_DIR")).join(CLUSTER);
    let mut texts = vec![fs::read_to_string(cluster.join("infrastructure.yaml")).unwrap()];
    let sets = fs::read_dir(cluster.join("machinesets")).unwrap();
    let mut sets: Vec<PathBuf> = sets.map(|entry| entry.unwrap().path()).collect();
    sets.sort();
    texts.extend(sets.iter().map(|set| fs::read_to_string(set).unwrap()));
    texts.join("---\n")
}

pub(crate) fn describe(facts: &str, clusters: usize, each: &Path, one: &Path) {
    fs::create_dir_all(each).unwrap();
    for (name, facts) in of_all(facts, clusters) {
        fs::write(each.join(format!("{name}.yaml")), &facts).unwrap();
    }
    one_file(facts, clusters, one);
}

fn one_file(facts: &str, clusters: usize, one: &Path) {
    let all = of_all(facts, clusters).map(|(_, facts)| format!("---\n{facts}"));
    fs::write(one, all.collect::<String>()).unwrap();
}

/// The name and the facts of every cluster.
fn of_all(facts: &str, clusters: usize) -> impl Iterator<Item = (String, String)> {
    (0..clusters).map(move |index| {
        let name = format!("c{index:05}");
        let facts = facts.replace(INFRA, &format!("{name}-x7k2p"));
        (name, facts)
    })
}

/// Files below a folder and their bytes, without the list of what we wrote.
fn size(folder: &Path) -> (usize, u64) {
    let mut size = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            let (files, bytes) = self::size(&entry.path());
            size = (size.0 + files, size.1 + bytes);
        } else if entry.file_name() != ".gpu-machineset" {
            size = (size.0 + 1, size.1 + entry.metadata().unwrap().len());
        }
    }
    size
}
