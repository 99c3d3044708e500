//! Whatever pools and models are asked for: what is emitted can be scheduled on nodes of the pool that was named, and
//! nowhere else, and all of it together.
//!
//! What machines have is written here once more, by hand, and what a scheduler does is done here on what came out.

#![allow(
    clippy::expect_used,
    reason = "helpers of tests, not only tests, may panic"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use gpu_machineset::{Input, Mode, Source, expand};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

/// How MIG cuts a GPU: profile and instances.
type Cut = Option<(&'static str, u32)>;

/// Type, vCPU, GiB of memory, GPUs, and how MIG cuts one of them.
const TYPES: [(&str, u32, u32, u32, Cut); 8] = [
    ("g4dn.2xlarge", 8, 32, 1, None),
    ("g5.12xlarge", 48, 192, 4, None),
    ("g6.xlarge", 4, 16, 1, None),
    ("g6.4xlarge", 16, 64, 1, None),
    ("g6.12xlarge", 48, 192, 4, None),
    ("g6e.xlarge", 4, 32, 1, None),
    ("p4d.24xlarge", 96, 1152, 8, Some(("1g.5gb", 7))),
    ("p5.48xlarge", 192, 2048, 8, Some(("2g.20gb", 3))),
];

const MODELS: [&str; 5] = [
    "phi-4-mini-instruct",
    "llama-3.2-1b-instruct",
    "llama-3.2-3b-instruct",
    "qwen3-0.6b",
    "granite-3.3-8b-instruct",
];

const RELEASES: [&str; 3] = ["stable-2.25", "stable-3.3", "stable-3.4"];

/// A pool that nobody has.
const NOBODYS: usize = 9;

#[derive(Clone, Copy, Debug)]
enum Sharing {
    Whole,
    TimeSlicing(u32),
    Mps(u32),
    Mig,
}

#[derive(Clone, Debug)]
struct Pool {
    kind: usize,
    sharing: Sharing,
    /// Machines at the least and at the most.
    machines: (u32, u32),
    zones: usize,
    /// The same of several pools leads to all of them.
    taint: Option<usize>,
    accelerator: Option<usize>,
    label: Option<usize>,
}

#[derive(Clone, Debug)]
struct Model {
    /// `None` for CPU.
    pool: Option<usize>,
    weights: usize,
    gpus: Option<u32>,
    replicas: Option<u32>,
    scaled: Option<(u32, u32)>,
    cpu: Option<u32>,
    memory: Option<u32>,
    is_vllm: bool,
}

#[derive(Clone, Debug)]
struct Asked {
    installed: &'static str,
    release: &'static str,
    pools: Vec<Pool>,
    models: Vec<Model>,
    is_shared_out: bool,
}

fn pools() -> impl Strategy<Value = Pool> {
    let sharing = prop_oneof![
        3 => Just(Sharing::Whole),
        2 => (2_u32..5).prop_map(Sharing::TimeSlicing),
        1 => (2_u32..5).prop_map(Sharing::Mps),
        2 => Just(Sharing::Mig),
    ];
    let more = prop_oneof![1 => Just(0_u32), 9 => 1_u32..6];
    (
        0..TYPES.len(),
        sharing,
        (0_u32..2, more).prop_map(|(least, more)| (least, least + more)),
        1_usize..3,
        prop::option::weighted(0.8, 0_usize..3),
        prop::option::weighted(0.6, 0_usize..3),
        prop::option::weighted(0.4, 0_usize..3),
    )
        .prop_map(
            |(kind, sharing, machines, zones, taint, accelerator, label)| Pool {
                kind,
                sharing,
                machines,
                zones,
                taint,
                accelerator,
                label,
            },
        )
}

fn models() -> impl Strategy<Value = Model> {
    (
        prop::option::weighted(0.92, prop_oneof![40 => 0_usize..3, 1 => Just(NOBODYS)]),
        0..MODELS.len(),
        prop::option::weighted(
            0.4,
            prop_oneof![12 => Just(1_u32), 12 => 2_u32..5, 1 => Just(8_u32), 1 => Just(16_u32)],
        ),
        prop::option::weighted(0.4, 1_u32..4),
        prop::option::weighted(0.2, (1_u32..3, 1_u32..4)),
        prop::option::weighted(0.3, prop_oneof![12 => 1_u32..8, 1 => 8_u32..200]),
        prop::option::weighted(
            0.3,
            prop_oneof![12 => 4_u32..14, 4 => 14_u32..30, 1 => 30_u32..2100],
        ),
        prop::bool::weighted(0.9),
    )
        .prop_map(
            |(pool, weights, gpus, replicas, scaled, cpu, memory, is_vllm)| Model {
                pool,
                weights,
                gpus,
                replicas,
                scaled,
                cpu,
                memory,
                is_vllm,
            },
        )
}

fn asked() -> impl Strategy<Value = Asked> {
    (
        prop::sample::select(vec!["4.14.3", "4.21.0"]),
        prop::sample::select(RELEASES.to_vec()),
        prop::collection::vec(pools(), 1..4),
        prop::collection::vec(models(), 1..5),
        prop::bool::weighted(0.25),
    )
        .prop_map(|(installed, release, pools, mut models, is_shared_out)| {
            let named = models
                .iter_mut()
                .filter_map(|model: &mut Model| model.pool.as_mut());
            for at in named.filter(|at| **at != NOBODYS) {
                *at %= pools.len();
            }
            Asked {
                installed,
                release,
                pools,
                models,
                is_shared_out,
            }
        })
}

impl Pool {
    fn text(&self, index: usize) -> String {
        let (name, _, _, _, mig) = TYPES[self.kind];
        let (least, most) = self.machines;
        let scale = if least < most {
            format!("autoscaling: {{min: {least}, max: {most}}}")
        } else {
            format!("replicas: {most}")
        };
        let zones = ["us-east-2a", "us-east-2b"][..self.zones].join(", ");
        let mut text = format!(
            "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: pool-{index}}}\nspec:\n  instanceType: {name}\n  nameTemplate: \"{{infra}}-{{name}}-{{zone}}\"\n  {scale}\n  zones: [{zones}]\n"
        );
        let sharing = match (self.sharing, mig) {
            (Sharing::TimeSlicing(count), _) => Some(format!("{{timeSlicing: {count}}}")),
            (Sharing::Mps(count), _) => Some(format!("{{mps: {count}}}")),
            (Sharing::Mig, Some((profile, _))) => Some(format!("{{mig: all-{profile}}}")),
            (Sharing::Mig, None) | (Sharing::Whole, _) => None,
        };
        let mut field = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                writeln!(text, "  {name}: {value}").expect("a string takes all");
            }
        };
        field("sharing", sharing);
        let taint =
            |at: usize| format!("[{{key: nvidia.com/gpu, value: taint-{at}, effect: NoSchedule}}]");
        field("taints", self.taint.map(taint));
        field(
            "accelerator",
            self.accelerator.map(|at| format!("gpu-{at}")),
        );
        field(
            "labels",
            self.label.map(|at| format!("{{team: team-{at}}}")),
        );
        text
    }

    /// How many of what pods ask for one machine has.
    fn units(&self) -> u32 {
        let (_, _, _, gpus, mig) = TYPES[self.kind];
        match (self.sharing, mig) {
            (Sharing::TimeSlicing(count) | Sharing::Mps(count), _) => gpus * count,
            (Sharing::Mig, Some((_, instances))) => gpus * instances,
            (Sharing::Mig, None) | (Sharing::Whole, _) => gpus,
        }
    }

    /// What a machine has for pods: the kubelet keeps half a core and a GiB, and a hypervisor 7.5 % of the memory.
    fn whole(&self) -> [u64; 3] {
        let (_, vcpu, memory, ..) = TYPES[self.kind];
        let gib = u64::from(memory) * 925 / 1000 - 1;
        [u64::from(self.units()), u64::from(vcpu) - 1, gib]
    }

    fn is_shared(&self) -> bool {
        self.units() > TYPES[self.kind].3
    }
}

impl Model {
    fn text(&self, index: usize) -> String {
        let name = MODELS[self.weights];
        let mut text = format!(
            "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuModel\nmetadata: {{name: model-{index}, namespace: llm-hosting}}\nspec:\n  model: {name}\n  storage: {{uri: \"pvc://models/{name}\"}}\n  maxModelLen: 2048\n  fit: ignore\n"
        );
        let mut field = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                writeln!(text, "  {name}: {value}").expect("a string takes all");
            }
        };
        field("pool", self.pool.map(|at| format!("pool-{at}")));
        field("gpus", self.gpus.map(|gpus| gpus.to_string()));
        match self.scaled {
            Some((least, more)) => {
                let most = least + more;
                field(
                    "autoscaling",
                    Some(format!("{{min: {least}, max: {most}}}")),
                );
            }
            None => field("replicas", self.replicas.map(|count| count.to_string())),
        }
        let cpu = self.cpu.map(|cpu| format!("cpu: {cpu}"));
        let memory = self.memory.map(|gib| format!("memory: {gib}Gi"));
        let both: Vec<String> = cpu.into_iter().chain(memory).collect();
        field(
            "resources",
            (!both.is_empty()).then(|| format!("{{{}}}", both.join(", "))),
        );
        let image = "image: registry.example.com/server:1";
        let runtime = match (self.is_vllm, self.pool) {
            (false, _) => Some(format!("{{name: server-{index}, {image}, format: sBERT}}")),
            (true, None) => Some(format!("{{{image}}}")),
            (true, Some(_)) => None,
        };
        field("runtime", runtime);
        text
    }
}

impl Asked {
    fn text(&self) -> String {
        let mut text = format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: prod}}\nspec:\n  infrastructureName: prod-7qz4d\n  platform: AWS\n  region: us-east-2\n  openshiftVersion: 4.21.5\n  installedVersion: {}\n  architecture: amd64\n  ami: ami-0551cfffb0c3f0e45\n  zones: [us-east-2a, us-east-2b]\n---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: gpu}}\nspec: {{clusterAutoscaler: {{scaleDown: {{enabled: true}}}}, operators: {{openshift-ai: {{provided: true, channel: {}}}}}}}\n",
            self.installed, self.release
        );
        for (index, pool) in self.pools.iter().enumerate() {
            text += &pool.text(index);
        }
        if self.is_shared_out {
            text += "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuAccess\nmetadata: {name: gpus}\nspec:\n  teams:\n    serving: {namespaces: [llm-hosting], gpus: {pool-0: 1}}\n";
        }
        for (index, model) in self.models.iter().enumerate() {
            text += &model.text(index);
        }
        text
    }
}

/// What a set gives its nodes, and how many they are at the most.
struct Nodes {
    pool: String,
    labels: BTreeMap<String, String>,
    taints: Vec<Value>,
    count: u32,
}

/// What a pod asks for, and how many there are at the most.
struct Pods {
    name: String,
    selector: BTreeMap<String, String>,
    tolerations: Vec<Value>,
    requests: BTreeMap<String, String>,
    count: u32,
    surge: u32,
}

fn texts(value: &Value) -> BTreeMap<String, String> {
    let entries = value.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    entries
        .map(|(key, value)| (key.clone(), text(value)))
        .collect()
}

fn number(value: &Value) -> u32 {
    let number = value.as_u64().unwrap_or(0);
    u32::try_from(number).expect("a small number")
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn objects(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let values = documents.map(<Value as serde::Deserialize>::deserialize);
    values.map(|value| value.expect("YAML")).collect()
}

fn nodes(objects: &[Value]) -> Vec<Nodes> {
    let of_kind = |kind: &'static str| objects.iter().filter(move |one| one["kind"] == kind);
    let sets = of_kind("MachineSet").map(|set| {
        let name = &set["metadata"]["name"];
        let scaler =
            of_kind("MachineAutoscaler").find(|one| one["spec"]["scaleTargetRef"]["name"] == *name);
        let count = match scaler {
            Some(scaler) => number(&scaler["spec"]["maxReplicas"]),
            None => number(&set["spec"]["replicas"]),
        };
        let template = &set["spec"]["template"]["spec"];
        let from = set["metadata"]["annotations"]["gpu-machineset.dev/from"].as_str();
        Nodes {
            pool: from
                .and_then(|from| from.split('/').nth(1))
                .expect("a pool")
                .to_owned(),
            labels: texts(&template["metadata"]["labels"]),
            taints: list(&template["taints"]),
            count,
        }
    });
    sets.collect()
}

fn pods(objects: &[Value]) -> Vec<Pods> {
    let services = objects
        .iter()
        .filter(|one| one["kind"] == "InferenceService");
    let pods = services.map(|service| {
        let predictor = &service["spec"]["predictor"];
        let strategy = &predictor["deploymentStrategy"];
        let surge = match strategy["type"].as_str() {
            Some("Recreate") => 0,
            // without a word a quarter, rounded up
            Some("RollingUpdate") => number(&strategy["rollingUpdate"]["maxSurge"]),
            _ => number(&predictor["maxReplicas"]).div_ceil(4),
        };
        let stays = strategy["rollingUpdate"]["maxUnavailable"] == 0;
        assert!(
            strategy["type"] != "RollingUpdate" || surge > 0 || !stays,
            "{service}"
        );
        Pods {
            name: service["metadata"]["name"]
                .as_str()
                .expect("a name")
                .to_owned(),
            selector: texts(&predictor["nodeSelector"]),
            tolerations: list(&predictor["tolerations"]),
            requests: texts(&predictor["model"]["resources"]["requests"]),
            count: number(&predictor["maxReplicas"]),
            surge,
        }
    });
    pods.collect()
}

impl Nodes {
    /// What kube-scheduler does: NodeAffinity and TaintToleration.
    fn takes(&self, pods: &Pods) -> bool {
        let mut selector = pods.selector.iter();
        let is_tolerated = |taint: &Value| {
            taint["effect"] == "PreferNoSchedule"
                || pods.tolerations.iter().any(|one| {
                    let key = one["key"].is_null() || one["key"] == taint["key"];
                    let effect = one["effect"].is_null() || one["effect"] == taint["effect"];
                    let empty = Value::from("");
                    let value = |of: &Value| {
                        if of["value"].is_null() {
                            empty.clone()
                        } else {
                            of["value"].clone()
                        }
                    };
                    key && effect && (one["operator"] == "Exists" || value(one) == value(taint))
                })
        };
        selector.all(|(key, value)| self.labels.get(key) == Some(value))
            && self.taints.iter().all(is_tolerated)
    }
}

fn amount(pods: &Pods, key: &str) -> u64 {
    let text = pods.requests.get(key).map_or("0", String::as_str);
    let number = text.trim_end_matches("Gi");
    number.parse().expect("a whole number")
}

/// GPUs or parts of them, cores and GiB that a pod asks for.
fn ask(pods: &Pods) -> [u64; 3] {
    let gpus = pods
        .requests
        .keys()
        .find(|key| key.starts_with("nvidia.com/"));
    let gpus = gpus.map_or(0, |key| amount(pods, key));
    [gpus, amount(pods, "cpu"), amount(pods, "memory")]
}

/// Whether pods go onto machines, each as large as `whole`: largest first, each where there is room.
fn go_onto(whole: [u64; 3], machines: u32, mut asks: Vec<[u64; 3]>) -> bool {
    asks.sort_by(|one, other| other.cmp(one));
    let mut all = vec![whole; machines as usize];
    asks.iter().all(|ask| {
        let has_room = |free: &&mut [u64; 3]| free.iter().zip(ask).all(|(free, ask)| free >= ask);
        let Some(free) = all.iter_mut().find(has_room) else {
            return false;
        };
        for (free, ask) in free.iter_mut().zip(ask) {
            *free -= ask;
        }
        true
    })
}

/// What is wrong with one pod by itself.
fn alone(pods: &Pods, at: usize, asked: &Asked, nodes: &[Nodes]) -> Result<(), String> {
    let reached: Vec<&Nodes> = nodes.iter().filter(|nodes| nodes.takes(pods)).collect();
    let name = format!("pool-{at}");
    if reached.is_empty() || reached.iter().any(|nodes| nodes.pool != name) {
        let pools: Vec<&str> = reached.iter().map(|nodes| nodes.pool.as_str()).collect();
        return Err(format!("{} of {name} goes to {pools:?}", pods.name));
    }
    let [gpus, cores, gib] = ask(pods);
    let pool = &asked.pools[at];
    let [units, most_cores, most_gib] = pool.whole();
    let fits = gpus <= units && cores <= most_cores && gib <= most_gib;
    if !fits || gpus == 0 || pool.is_shared() && gpus > 1 {
        return Err(format!(
            "{} asks a node for {gpus} GPUs, {cores} cores, {gib} GiB",
            pods.name
        ));
    }
    Ok(())
}

/// What is wrong with all pods of a pool together, and how many were judged and how many could not have had one more.
fn together(
    at: usize,
    of_pool: &[&Pods],
    asked: &Asked,
    nodes: &[Nodes],
) -> Result<(u32, u32), String> {
    let whole = asked.pools[at].whole();
    let name = format!("pool-{at}");
    let own = nodes.iter().filter(|nodes| nodes.pool == name);
    let machines: u32 = own.map(|nodes| nodes.count).sum();
    let copies = |more: Option<&str>| -> Vec<[u64; 3]> {
        let each = of_pool.iter().flat_map(|pods| {
            let is_updated = more == Some(pods.name.as_str());
            let surge = if is_updated { pods.surge } else { 0 };
            vec![ask(pods); (pods.count + surge) as usize]
        });
        each.collect()
    };
    let all = copies(None);
    if !go_onto(whole, machines, all.clone()) {
        return Err(format!(
            "{name}: {all:?} do not go onto {machines} of {whole:?}"
        ));
    }
    let stuck = |pods: &&&Pods| !go_onto(whole, machines, copies(Some(&pods.name)));
    if let Some(pods) = of_pool.iter().find(stuck) {
        return Err(format!("{name}: an update of {} finds no room", pods.name));
    }
    let full = of_pool.iter().filter(|pods| pods.surge == 0).count();
    let small = |count: usize| u32::try_from(count).expect("a few");
    Ok((small(all.len()), small(full)))
}

/// What is wrong with what came out; how many pods of GPUs were judged, and how many models had no room for one more.
fn judge(asked: &Asked, out: &str) -> Result<(u32, u32), String> {
    let objects = objects(out);
    let (nodes, all) = (nodes(&objects), pods(&objects));
    if all.len() != asked.models.len() {
        return Err(format!(
            "{} services of {} models",
            all.len(),
            asked.models.len()
        ));
    }
    let mut by_pool: BTreeMap<usize, Vec<&Pods>> = BTreeMap::new();
    for pods in &all {
        let index: usize = pods.name["model-".len()..].parse().expect("an index");
        if let Some(at) = asked.models[index].pool {
            alone(pods, at, asked, &nodes)?;
            by_pool.entry(at).or_default().push(pods);
        } else if ask(pods)[0] > 0 || !pods.tolerations.is_empty() {
            return Err(format!("{} goes to a GPU", pods.name));
        }
    }
    let (mut judged, mut full) = (0, 0);
    for (at, of_pool) in by_pool {
        let (more, more_full) = together(at, &of_pool, asked, &nodes)?;
        judged += more;
        full += more_full;
    }
    Ok((judged, full))
}

/// What was covered.
#[derive(Debug, Default)]
struct Covered {
    rendered: u32,
    pods: u32,
    full: u32,
    shared: u32,
    shared_out: u32,
    several_pools: u32,
    refused: BTreeMap<&'static str, u32>,
}

#[test]
fn what_is_served_can_be_scheduled_on_its_pool_and_nowhere_else() {
    let cases = 700;
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let covered = RefCell::new(Covered::default());
    let result = runner.run(&asked(), |asked| {
        let text = asked.text();
        let sources = vec![Source::new("input.yaml", text.as_str())];
        let output = expand(&Input::new(sources, Mode::Bare));
        let mut covered = covered.borrow_mut();
        let errors = output
            .problems
            .iter()
            .filter(|one| one.severity() == gpu_machineset::problem::Severity::Error);
        let mut slugs: Vec<&str> = errors.map(|one| one.rule.slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        if slugs.is_empty() {
            let (pods, full) = judge(&asked, &output.text).map_err(|wrong| {
                TestCaseError::fail(format!("{wrong}\n{text}\n{}", output.text))
            })?;
            covered.rendered += 1;
            covered.pods += pods;
            covered.full += full;
            covered.shared += u32::from(asked.pools.iter().any(Pool::is_shared));
            covered.shared_out += u32::from(asked.is_shared_out);
            covered.several_pools += u32::from(asked.pools.len() > 1);
        }
        for slug in slugs {
            *covered.refused.entry(slug).or_default() += 1;
        }
        Ok(())
    });
    let covered = covered.into_inner();
    println!("{covered:?}");
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(covered.rendered >= cases / 5, "{covered:?}");
    assert!(covered.pods >= cases / 2, "{covered:?}");
    assert!(covered.full >= 10 && covered.shared >= 50, "{covered:?}");
    assert!(
        covered.several_pools >= 50 && covered.shared_out >= 10,
        "{covered:?}"
    );
    for slug in [
        "model-gpus-over-node",
        "model-gpus-sliced",
        "model-pod-over-instance",
        "model-pool-unknown",
        "model-replicas-over-pool",
        "pool-ambiguous",
    ] {
        assert!(covered.refused.contains_key(slug), "{slug}: {covered:?}");
    }
}
