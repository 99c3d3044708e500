//! Whatever the pools and teams: what queues give out is what the pools reach, and pods of others reach no pool of a team.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use gpu_machineset::{Input, Mode, Source, expand};
use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::Value;

/// A pool: machines at the most, parts of a GPU, and whether its taint has a value of its own.
#[derive(Clone, Debug)]
struct Pool {
    machines: u32,
    parts: u32,
    zones: usize,
}

/// Numbers by pool: 0 for none, 1 for all, else a number.
type Team = Vec<u32>;

fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let pool = (3..9_u32, 1..4_u32, 1..3_usize);
    let pool = pool.prop_map(|(machines, parts, zones)| Pool {
        machines,
        parts,
        zones,
    });
    prop::collection::vec(pool, 1..4)
}

fn teams() -> impl Strategy<Value = Vec<Team>> {
    prop::collection::vec(prop::collection::vec(0..4_u32, 4), 1..4)
}

fn input(pools: &[Pool], teams: &[Team], spec: &str) -> String {
    let mut text = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: prod}\nspec:\n  infrastructureName: prod-7qz4d\n  platform: AWS\n  region: us-east-2\n  openshiftVersion: 4.20.8\n  installedVersion: 4.14.3\n  architecture: amd64\n  ami: ami-0551cfffb0c3f0e45\n  zones: [us-east-2a, us-east-2b]\n---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: gpu}\nspec: {operators: {kueue: {provided: true, channel: stable-v1.4}, openshift-ai: {provided: true, channel: stable-3.x}}}\n".to_owned();
    for (index, pool) in pools.iter().enumerate() {
        let zones = ["us-east-2a", "us-east-2b"][..pool.zones].join(", ");
        let sharing = match pool.parts {
            1 => String::new(),
            parts => format!("  sharing: {{timeSlicing: {parts}}}\n"),
        };
        write!(text, "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: p{index}}}\nspec:\n  instanceType: g6.4xlarge\n  zones: [{zones}]\n  nameTemplate: \"{{name}}-{{instanceType}}-{{zone}}\"\n  autoscaling: {{min: 0, max: {}}}\n  taints: [{{key: nvidia.com/gpu, value: p{index}, effect: NoSchedule}}]\n{sharing}", pool.machines).unwrap();
    }
    text.push_str("---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuAccess\nmetadata: {name: gpus}\nspec:\n");
    text.push_str(spec);
    text.push_str("  teams:\n");
    for (team, numbers) in teams.iter().enumerate() {
        let gpus = numbers
            .iter()
            .zip(0..pools.len())
            .filter_map(|(number, pool)| match number {
                0 => None,
                1 => Some(format!("p{pool}: all")),
                number => Some(format!("p{pool}: {}", number - 1)),
            });
        let gpus: Vec<String> = gpus.collect();
        writeln!(
            text,
            "    t{team}: {{namespaces: [n{team}-a, n{team}-b], gpus: {{{}}}}}",
            gpus.join(", ")
        )
        .unwrap();
    }
    text
}

/// Objects, or `None` where numbers are refused.
fn objects(text: &str) -> Option<Vec<Value>> {
    let output = expand(&Input::new(
        vec![Source::new("input.yaml", text)],
        Mode::Bare,
    ));
    let errors: Vec<_> = output
        .problems
        .iter()
        .filter(|one| one.rule.severity == gpu_machineset::problem::Severity::Error)
        .collect();
    if output.problems.has_errors() {
        assert!(
            errors
                .iter()
                .all(|one| one.rule.slug == "access-over-capacity"),
            "{errors:?}"
        );
        return None;
    }
    let documents = serde_yaml::Deserializer::from_str(&output.text);
    let objects: Result<Vec<Value>, _> = documents.map(Value::deserialize).collect();
    Some(objects.unwrap())
}

fn of_kind<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |one| one["kind"] == kind)
}

fn texts(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().into_iter().flatten();
    items.map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// Whether a policy refuses a pod with a GPU that names a value of the taint, or tolerates all.
fn refuses(policy: &Value, namespace: &str, value: Option<&str>) -> bool {
    let selector = &policy["spec"]["matchConstraints"]["namespaceSelector"]["matchExpressions"][0];
    assert_eq!(selector["operator"], "NotIn");
    if texts(&selector["values"]).contains(namespace) {
        return false;
    }
    let variables = policy["spec"]["variables"].as_array().unwrap();
    let named = variables.iter().find(|one| one["name"] == "named").unwrap();
    let named = named["expression"].as_str().unwrap();
    value.is_none_or(|value| named.contains(&format!("t.value == \"{value}\"")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn queues_give_out_what_pools_reach(pools in pools(), teams in teams(), borrows in any::<bool>()) {
        let borrowing = if borrows { "  borrowing: idle\n" } else { "" };
        let text = input(&pools, &teams, &format!("  mode: queue\n{borrowing}"));
        let Some(objects) = objects(&text) else { return Ok(()) };
        let mut given: BTreeMap<String, (u32, bool)> = BTreeMap::new();
        for queue in of_kind(&objects, "ClusterQueue") {
            let name = queue["metadata"]["name"].as_str().unwrap();
            let flavor = &queue["spec"]["resourceGroups"][0]["flavors"][0];
            let pool = flavor["name"].as_str().unwrap().to_owned();
            let gpu = &flavor["resources"][2];
            prop_assert_eq!(&gpu["name"], "nvidia.com/gpu");
            let (sum, has_rest) = given.entry(pool.clone()).or_default();
            *sum += gpu["nominalQuota"].as_str().unwrap().parse::<u32>().unwrap();
            *has_rest |= name == pool;
        }
        for (index, pool) in pools.iter().enumerate() {
            let reach = pool.machines * pool.parts;
            let Some((sum, has_rest)) = given.get(&format!("p{index}")) else { continue };
            prop_assert!(*sum <= reach, "p{index} gives out {sum} of {reach}\n{text}");
            if *has_rest || borrows {
                prop_assert_eq!(*sum, reach, "{}", text);
            }
        }
        // every local queue leads to a queue that takes its namespace
        for local in of_kind(&objects, "LocalQueue") {
            let namespace = local["metadata"]["namespace"].as_str().unwrap();
            let queue = of_kind(&objects, "ClusterQueue").find(|one| one["metadata"]["name"] == local["spec"]["clusterQueue"]).unwrap();
            let names = texts(&queue["spec"]["namespaceSelector"]["matchExpressions"][0]["values"]);
            prop_assert!(names.contains(namespace));
        }
    }

    #[test]
    fn pods_of_others_reach_no_pool_of_a_team(pools in pools(), teams in teams(), is_queued in any::<bool>()) {
        let mode = if is_queued { "  mode: queue\n" } else { "" };
        let text = input(&pools, &teams, mode);
        let Some(objects) = objects(&text) else { return Ok(()) };
        let policies: Vec<&Value> = of_kind(&objects, "ValidatingAdmissionPolicy").collect();
        let mut namespaces: Vec<(String, Option<usize>)> = vec![("somebody".to_owned(), None)];
        for team in 0..teams.len() {
            namespaces.extend(["a", "b"].map(|end| (format!("n{team}-{end}"), Some(team))));
        }
        for pool in 0..pools.len() {
            let users: Vec<usize> = (0..teams.len()).filter(|team| teams[*team][pool] > 0).collect();
            for (namespace, team) in &namespaces {
                let may = users.is_empty() || team.is_some_and(|team| users.contains(&team));
                let value = format!("p{pool}");
                let by_name = policies.iter().any(|policy| refuses(policy, namespace, Some(&value)));
                prop_assert_eq!(by_name, !may, "{} on {}\n{}", namespace, value, text);
                if !may {
                    prop_assert!(policies.iter().any(|policy| refuses(policy, namespace, None)));
                }
            }
        }
    }
}

const DOC_POOLS: &str = "---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: h100}
spec: {instanceType: p5.48xlarge, zones: [us-east-2a], replicas: 1, taints: [{key: nvidia.com/gpu, value: h100, effect: NoSchedule}]}
";

/// The page for the two who meet a GpuAccess names objects and messages that there are.
#[test]
fn the_page_on_access_is_right() {
    let page = include_str!("../docs/how-to/access.md");
    let example = page.split("```yaml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let facts = input(&[], &[], "");
    let facts = facts
        .split("---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuAccess")
        .next();
    let vision = "    vision: {namespaces: [vision], gpus: {h100: 2}}\n";
    let made =
        |access: &str| objects(&format!("{}{DOC_POOLS}---\n{access}", facts.unwrap())).unwrap();
    let plain = made(example);
    assert!(of_kind(&plain, "ClusterResourceQuota").next().is_some());
    // a team is a line
    let more = made(&format!("{example}{vision}"));
    let is_gpu =
        |one: &&Value| one["metadata"]["name"] == "gpu" && one["metadata"]["namespace"] == "vision";
    assert!(of_kind(&more, "ResourceQuota").any(|one| is_gpu(&one)));
    let policy = of_kind(&more, "ValidatingAdmissionPolicy").next().unwrap();
    assert_eq!(policy["metadata"]["name"], "gpu-pool-h100");
    let policy = policy.to_string();
    for said in [
        "may not use the GPU pool h100: its pods may not tolerate nvidia.com/gpu=h100:NoSchedule",
        "by name or by operator Exists",
        "a pod with a GPU may not choose its node by nodeName",
    ] {
        assert!(page.contains(said), "the page lacks: {said}");
        assert!(policy.contains(said), "no policy says: {said}\n{policy}");
    }
    let queued = example.replace("spec:\n", "spec:\n  mode: queue\n");
    let queued = made(&queued);
    let queue = of_kind(&queued, "LocalQueue").next().unwrap();
    let key = (&queue["metadata"]["namespace"], &queue["metadata"]["name"]);
    assert_eq!(key, (&"fraud-dev".into(), &"h100".into()));
    let command = "oc delete localqueue.kueue.x-k8s.io h100 -n fraud-dev";
    assert!(page.contains(command), "{command}");
}
