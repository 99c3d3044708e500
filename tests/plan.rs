//! `plan`: what people are shown is what `render` makes.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Answer, Folder, Run, aws_facts};
use crate::testdata;

/// Three pools on a cluster of three zones: autoscaled and shared, fixed spot machines, a type that nobody knows.
const POOLS: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: shared}
spec:
  instanceType: g6.4xlarge
  autoscaling: {min: 0, max: 7}
  rootVolume: {sizeGiB: 200}
  sharing: {timeSlicing: 4}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: training}
spec:
  instanceType: p5.48xlarge
  zones: [us-east-2b]
  replicas: 2
  market: Spot
  spot: {maxPrice: \"31.50\"}
  rootVolume: {sizeGiB: 500}
  taints: [{key: team, value: research, effect: NoSchedule}, {key: nvidia.com/gpu, effect: NoSchedule}]
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: new}
spec:
  instanceType: g9.4xlarge
  zones: [us-east-2a]
  replicas: 1
  taints: []
  labels: {tier: research}
  rootVolume: {sizeGiB: 200}
";

fn cluster(name: &str) -> String {
    testdata::cluster(name).display().to_string()
}

fn plan(name: &str, pools: &str, args: &[&str]) -> Answer {
    let folder = Folder::new(name).file("gpu.yaml", pools);
    let cluster = cluster("zpqdx");
    let mut all = vec!["plan", "gpu.yaml", "--facts", &cluster];
    all.extend(args);
    folder.run(&all)
}

fn shown(name: &str, args: &[&str]) -> String {
    let answer = plan(name, POOLS, args);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    // problems name files of a checkout that stands anywhere
    answer.out.replace(env!("CARGO_MANIFEST_DIR"), "")
}

#[test]
fn a_table_for_people() {
    assert_snapshot!(shown("plan-table", &[]));
}

#[test]
fn markdown_for_a_pull_request() {
    assert_snapshot!(shown("plan-markdown", &["--format", "markdown"]));
}

#[test]
fn json_for_programs() {
    assert_snapshot!(shown("plan-json", &["--format", "json"]));
}

#[test]
fn a_pipe_gets_no_colours_unless_it_asks() {
    let bold = "\u{1b}[1m";
    assert!(!shown("plan-plain", &[]).contains(bold));
    assert!(shown("plan-bold", &["--color", "always"]).contains(bold));
}

/// The numbers of the plan against the objects that `render` writes, counted by another reader.
#[test]
fn numbers_are_those_of_the_rendered_objects() {
    use serde_yaml::Value as Yaml;
    let folder = Folder::new("plan-numbers").file("gpu.yaml", POOLS);
    let rendered = folder.run(&["render", "gpu.yaml", "--facts", &cluster("zpqdx")]);
    let overview: Value =
        serde_json::from_str(&shown("plan-counted", &["--format", "json"])).unwrap();
    let objects: Vec<Yaml> = serde_yaml::Deserializer::from_str(&rendered.out)
        .map(|document| serde::Deserialize::deserialize(document).unwrap())
        .collect();
    let of_kind = |kind: &str| -> Vec<&Yaml> {
        objects
            .iter()
            .filter(|object| object["kind"].as_str() == Some(kind))
            .collect()
    };
    let sets = of_kind("MachineSet");
    let totals = &overview["clusters"][0]["totals"];
    assert_eq!(totals["sets"], sets.len());
    let first: u64 = sets
        .iter()
        .map(|set| set["spec"]["replicas"].as_u64().unwrap_or(1))
        .sum();
    assert_eq!(totals["first"]["machines"], first);
    let limits = |field: &str| -> u64 {
        let scaled = of_kind("MachineAutoscaler");
        scaled
            .iter()
            .map(|object| object["spec"][field].as_u64().unwrap())
            .sum()
    };
    let fixed: u64 = sets
        .iter()
        .filter_map(|set| set["spec"]["replicas"].as_u64())
        .sum();
    assert_eq!(totals["max"]["machines"], fixed + limits("maxReplicas"));
    assert_eq!(totals["min"]["machines"], fixed + limits("minReplicas"));
    let names = overview["clusters"][0]["pools"].as_array().unwrap().iter();
    let names: Vec<&str> = names
        .flat_map(|pool| pool["sets"].as_array().unwrap())
        .map(|set| set["name"].as_str().unwrap())
        .collect();
    let rendered: Vec<&str> = sets
        .iter()
        .map(|set| set["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, rendered);
    // 7 of one GPU, 2 of eight, and one of a type that is not in the catalogue
    assert_eq!(totals["max"]["gpus"], 7 + 2 * 8);
    assert_eq!(totals["max"]["uncountedMachines"], 1);
}

#[test]
fn problems_are_those_of_render_and_nothing_is_shown() {
    let wrong = POOLS.replace("us-east-2b", "us-east-1b");
    let folder = Folder::new("plan-problems").file("gpu.yaml", &wrong);
    let facts = cluster("zpqdx");
    let rendered = folder
        .run(&["render", "gpu.yaml", "--facts", &facts])
        .failed();
    let planned = folder
        .run(&["plan", "gpu.yaml", "--facts", &facts])
        .failed();
    assert_eq!(planned, rendered);
    assert!(planned.contains("zone-outside-region"), "{planned}");
}

#[test]
fn an_input_without_anything_of_ours_says_so() {
    let answer = Run::new(&["plan", "-"]).stdin(crate::support::OTHER);
    assert_eq!(
        answer.clean(),
        "neither a GpuMachineSet nor a GpuPlatform in the input: nothing will be made\n"
    );
}

#[test]
fn operators_are_shown_with_channels_and_what_they_need() {
    let platform = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuPlatform
metadata: {name: rhoai}
spec: {operators: {nfd: {}, nvidia-gpu: {}, openshift-ai: {}}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {name: zpqdx}
spec: {infrastructureName: cluster-zpqdx-xxm9n, openshiftVersion: 4.20.8}
---
";
    let answer = plan("plan-operators", &format!("{platform}{POOLS}"), &[]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let operators = answer.out.split("Operators\n").nth(1).unwrap();
    let operators = operators.split("\n\n").next().unwrap();
    assert_snapshot!(operators);
    let alone = Run::new(&["plan", "-"]).stdin(platform.replace("openshift-ai: {}", ""));
    assert!(
        alone.out.contains("zpqdx: OpenShift 4.20.8"),
        "{}",
        alone.out
    );
    assert!(!alone.out.contains("Pools"), "{}", alone.out);
}

#[test]
fn every_cluster_of_a_fleet_is_planned_as_if_it_were_alone() {
    let facts = |name: &str, version: &str| aws_facts(name).replace("4.20.8", version);
    let platform =
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: gpu}\n---\n";
    let folder = Folder::new("plan-fleet")
        .file("gpu.yaml", format!("{platform}{POOLS}"))
        .file("clusters/c-old.yaml", facts("c-old", "4.16.40"))
        .file("clusters/c-new.yaml", facts("c-new", "4.20.8"));
    let plan = |facts: &str, more: &[&str]| {
        let mut args = vec!["plan", "gpu.yaml", "--facts", facts, "--format", "json"];
        args.extend(more);
        let answer = folder.run(&args);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        serde_json::from_str::<Value>(&answer.out).unwrap()
    };
    let all = plan("clusters", &["--per-cluster"]);
    let alone = ["c-new", "c-old"].map(|name| {
        let cluster = plan(&format!("clusters/{name}.yaml"), &[])["clusters"][0].clone();
        assert_eq!(cluster["operators"].as_array().unwrap().len(), 2);
        cluster
    });
    assert_eq!(all["clusters"].as_array().unwrap()[..], alone);
    assert_eq!(all["version"], 1);
    // and a problem of one of them shows nothing
    let folder = folder.file(
        "clusters/c-bad.yaml",
        facts("c-bad", "4.20.8").replace("us-east-2b", "us-east-1b"),
    );
    let args = ["plan", "gpu.yaml", "--facts", "clusters", "--per-cluster"];
    let err = folder.run(&args).failed();
    assert!(err.contains("cluster `c-bad`"), "{err}");
}

/// Clusters in one input share the objects of their platforms; each is shown with all of its own.
#[test]
fn operators_are_shown_for_each_cluster_of_one_input() {
    let mut input = String::new();
    for name in ["one", "two"] {
        let facts = aws_facts(name) + "---\n";
        let pool = format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {{name: l4}}\nspec: {{facts: {name}, instanceType: g6.4xlarge, replicas: 1, rootVolume: {{sizeGiB: 200}}}}\n---\n"
        );
        input.push_str(&facts);
        input.push_str(&pool);
    }
    input.push_str("apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {name: bare}\nspec: {infrastructureName: bare-x7k2p, openshiftVersion: 4.20.8}\n---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: gpu}\nspec: {facts: bare}\n");
    let answer = Run::new(&["plan", "-", "--format", "json"]).stdin(&input);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let overview: Value = serde_json::from_str(&answer.out).unwrap();
    let shown: Vec<String> = overview["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cluster| {
            let operators = cluster["operators"].as_array().unwrap();
            let packages: Vec<&str> = operators
                .iter()
                .map(|operator| operator["package"].as_str().unwrap())
                .collect();
            let tolerating = cluster["tolerating"].as_array().unwrap().len();
            format!("{} {} {tolerating}", cluster["name"], packages.join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "\"bare\" nfd gpu-operator-certified 0",
            "\"one\" nfd gpu-operator-certified 2",
            "\"two\" nfd gpu-operator-certified 2"
        ]
    );
}

/// Facts of a cluster of a fleet.
fn facts(name: &str) -> String {
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: {name}}}\nspec:\n  infrastructureName: {name}-x7k2p\n  platform: AWS\n  region: us-east-2\n  openshiftVersion: 4.20.8\n  installedVersion: 4.18.1\n  architecture: amd64\n  ami: ami-0123456789abcdef0\n  zones: [us-east-2a, us-east-2b, us-east-2c]\n"
    )
}

const FLEET: [&str; 5] = ["plan", "gpu.yaml", "--facts", "facts", "--per-cluster"];

/// What a comment of a pull request may hold, with room for what a tool adds to it.
#[test]
fn a_fleet_fits_a_comment_and_its_totals_come_first() {
    let mut folder = Folder::new("plan-comment").file("gpu.yaml", POOLS);
    for number in 0..100 {
        let name = format!("production-cluster-{number:03}");
        folder = folder.file(format!("facts/{name}.yaml"), facts(&name));
    }
    let run = |format: &str| folder.run(&[&FLEET[..], &["--format", format]].concat());
    let markdown = run("markdown").out;
    assert!(markdown.chars().count() < 60_000, "{}", markdown.len());
    for cluster in ["| production-cluster-000 |", "| production-cluster-099 |"] {
        assert!(markdown.contains(cluster), "{cluster}");
    }
    let at = |text: &str| markdown.find(text).unwrap();
    assert!(at("100 clusters: 100 with pools") < at("| Cluster |"));
    assert!(at("| production-cluster-099 |") < at("<details>"));
    assert!(markdown.contains("clusters are left out here: `--format json` has them."));
    let json: Value = serde_json::from_str(&run("json").out).unwrap();
    let machines = json["totals"]["max"]["machines"].as_u64().unwrap();
    let each = json["clusters"].as_array().unwrap().iter();
    let each = each.map(|one| one["totals"]["max"]["machines"].as_u64().unwrap());
    assert_eq!(machines, each.sum::<u64>());
    let html = run("html").out;
    assert!(html.contains("<a href=\"#c99\">production-cluster-099</a>"));
}

#[test]
fn problems_are_part_of_what_is_reviewed() {
    let said = "the root volume has 100 GiB";
    let pools = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: small}\nspec: {instanceType: g6.4xlarge, replicas: 1}\n";
    for format in ["markdown", "json", "html"] {
        let answer = plan("plan-said", pools, &["--format", format]);
        assert!(answer.out.contains(said), "{format}: {}", answer.out);
        assert!(answer.out.contains("root-volume-small"), "{format}");
    }
}

/// The comment of a pull request says why there is no plan; the exit code stays.
#[test]
fn a_run_that_fails_is_reviewed_by_its_problems() {
    let wrong = POOLS.replace("us-east-2b", "us-east-1b");
    let folder = Folder::new("plan-failed").file("gpu.yaml", wrong);
    let facts = cluster("zpqdx");
    let run = |format: &str, more: &[&str]| {
        let args = ["plan", "gpu.yaml", "--facts", &facts, "--format", format];
        folder.run(&[&args[..], more].concat())
    };
    for format in ["markdown", "json", "html"] {
        let answer = run(format, &[]);
        assert_eq!(answer.code, Some(1), "{format}");
        assert!(
            answer.err.contains("error[zone-outside-region]"),
            "{format}"
        );
        assert!(
            answer.out.contains("zone-outside-region"),
            "{format}: {}",
            answer.out
        );
        assert!(
            answer.out.contains("not in region"),
            "{format}: {}",
            answer.out
        );
        assert!(
            !answer.out.contains("MachineSet/"),
            "{format}: {}",
            answer.out
        );
    }
    assert!(
        run("markdown", &[])
            .out
            .ends_with("Nothing is planned before the errors are mended.\n")
    );
    let json: Value = serde_json::from_str(&run("json", &[]).out).unwrap();
    assert_eq!(json["failed"], true);
    assert_eq!(json["clusters"].as_array().map(Vec::len), Some(0));
    // and it is nothing to compare with
    let right = folder
        .file("before.json", json.to_string())
        .file("gpu.yaml", POOLS);
    let args = [
        "plan",
        "gpu.yaml",
        "--facts",
        &facts,
        "--against",
        "before.json",
    ];
    let said = right.run(&args).failed();
    assert!(said.contains("of a run that failed"), "{said}");
}

/// A warning that fails the run is no reason to hide what it is about.
#[test]
fn a_denied_warning_fails_the_run_and_shows_the_plan() {
    let pools = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: small}\nspec: {instanceType: g6.4xlarge, replicas: 1}\n";
    for format in ["markdown", "json", "html"] {
        let answer = plan(
            "plan-denied",
            pools,
            &["--deny-warnings", "--format", format],
        );
        assert_eq!(answer.code, Some(1), "{format}");
        assert!(answer.out.contains("root-volume-small"), "{format}");
        assert!(answer.out.contains("g6.4xlarge"), "{format}");
    }
}

#[test]
fn an_earlier_plan_says_what_changes() {
    let folder = Folder::new("plan-against")
        .file("main/gpu.yaml", POOLS)
        .file("gpu.yaml", POOLS)
        .file("facts/a.yaml", facts("a"))
        .file("facts/b.yaml", facts("b"));
    let against = |earlier: &str, format: &str| {
        folder.run(&[&FLEET[..], &["--format", format, "--against", earlier]].concat())
    };
    let before = folder.run(&[&FLEET[..], &["--format", "json"]].concat());
    std::fs::write(folder.0.join("before.json"), &before.out).unwrap();
    assert!(
        against("main", "table")
            .out
            .contains("earlier plan\n  none\n")
    );
    let pools = POOLS
        .replace("max: 7", "max: 9")
        .replace("name: new", "name: newer");
    let pools = format!(
        "{pools}---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {{name: gpu}}\nspec: {{operators: {{nfd: {{}}}}, clusterAutoscaler: {{scaleDown: {{}}}}}}\n"
    );
    std::fs::write(folder.0.join("gpu.yaml"), pools).unwrap();
    let of_file = against("before.json", "table");
    assert_eq!(of_file.code, Some(0), "{}", of_file.err);
    let of_folder = against("main", "table");
    assert_eq!(of_file.out, of_folder.out);
    let (changes, _) = of_file.out.split_once("2 clusters:").unwrap();
    assert_snapshot!(changes);
    for format in ["markdown", "html", "json"] {
        let out = against("main", format).out;
        assert!(out.contains("gpu-operator-certified"), "{format}");
    }
    let missing = against("none.json", "table");
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("unreadable-input"), "{}", missing.err);
}

/// A machine of another type has another size: the type stands once, and each number before and after.
#[test]
fn another_type_says_each_number_before_and_after() {
    let pool = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: l4}\nspec: {instanceType: g6.4xlarge, zones: [us-east-2a], replicas: 2}\n";
    let folder = Folder::new("plan-type")
        .file("before/gpu.yaml", pool)
        .file("gpu.yaml", pool.replace("4xlarge", "8xlarge"))
        .file("facts.yaml", facts("a"));
    let args = [
        "plan",
        "gpu.yaml",
        "--facts",
        "facts.yaml",
        "--against",
        "before",
    ];
    let answer = folder.run(&args);
    let line = "- pool `l4`: g6.4xlarge -> g6.8xlarge; vCPU 32 -> 64, memory 128 GiB -> 256 GiB\n";
    assert!(answer.out.contains(line), "{}{}", answer.out, answer.err);
    let page = folder.run(&[&args[..], &["--format", "html"]].concat()).out;
    let (above, below) = page
        .split_once("<section class=\"cluster\" id=\"c0\"")
        .unwrap();
    assert!(!above.contains("<li class=\"info\">"), "{above}");
    assert!(below.contains("<h2 id=\"infos\">Infos</h2>"), "{below}");
}

/// Who may use which pool is in every form: teams, numbers, and what enforces them.
#[test]
fn every_form_shows_who_may_use_which_pool() {
    let access = format!(
        "{POOLS}---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuAccess\nmetadata: {{name: gpus}}\nspec:\n  teams:\n    fraud: {{namespaces: [fraud-dev, fraud-prod], gpus: {{training: 6, shared: 4}}}}\n    vision: {{namespaces: [vision], gpus: {{training: all}}}}\n  pools: {{shared: {{access: everyone}}, new: {{profiles: false}}}}\n---\napiVersion: config.openshift.io/v1\nkind: ClusterVersion\nmetadata: {{name: version}}\nstatus: {{desired: {{version: 4.20.8}}, history: [{{state: Completed, version: 4.20.8}}]}}\n"
    );
    let of = |args: &[&str]| {
        let answer = plan("access", &access, args);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        answer.out
    };
    let text = of(&[]);
    let section = text.split_once("Access\n").expect("a section").1;
    let section: Vec<&str> = section
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    assert_snapshot!(section.join("\n"), @r"
      POOL      TEAM       NAMESPACES             MAY USE                                 LIMITED BY  OTHERS
      new       everybody  all                    any nvidia.com/gpu                      nothing     may use it too
      shared    fraud      fraud-dev, fraud-prod  4 of 28 nvidia.com/gpu                  nothing     may use it too
      shared    everybody  all                    any of 28 nvidia.com/gpu                nothing     may use it too
      training  fraud      fraud-dev, fraud-prod  6 of 16 nvidia.com/gpu                  nothing     refused
      training  vision     vision                 what others leave of 16 nvidia.com/gpu  nothing     refused
    ");
    for (format, words) in [
        (
            "markdown",
            &["| Pool | Team |", "| fraud |", "6 of 16 nvidia.com/gpu"][..],
        ),
        (
            "html",
            &[
                "<h3>Access</h3>",
                "6 of 16 nvidia.com/gpu",
                "refused",
                // the picture, and its words for those who do not see it
                "; for fraud (6) and vision.",
            ],
        ),
        (
            "json",
            &[
                "\"access\": [",
                "\"team\": \"fraud\"",
                "\"others\": \"deny\"",
            ],
        ),
    ] {
        let text = of(&["--format", format]);
        for word in words {
            assert!(text.contains(word), "{format} lacks {word}: {text}");
        }
    }
}

/// Sums are of what the list has, in each currency, and what it lacks is named.
#[test]
fn a_price_list_adds_what_it_costs() {
    let list = "type\tmarket\tprice\tcurrency\tregion\n\
        g6.4xlarge\tOnDemand\t1.3238\tUSD\n\
        g6.4xlarge\tOnDemand\t9.99\tUSD\teu-central-1\n\
        p5.48xlarge\tSpot\t30\teur\n";
    let priced = |format: &str| {
        let folder = Folder::new("plan-prices")
            .file("gpu.yaml", POOLS)
            .file("prices.tsv", list);
        let cluster = cluster("zpqdx");
        let args = [
            "plan",
            "gpu.yaml",
            "--facts",
            &cluster,
            "--prices",
            "prices.tsv",
            "--format",
            format,
        ];
        folder.run(&args).out
    };
    let plan: Value = serde_json::from_str(&priced("json")).expect("JSON");
    let costs = &plan["clusters"][0]["costs"];
    assert_eq!(costs, &plan["costs"]);
    let of = |currency: &str| {
        let sums = costs["sums"].as_array().expect("sums");
        let sum = sums.iter().find(|sum| sum["currency"] == currency);
        sum.expect("a sum")["max"].as_f64().expect("a number")
    };
    assert!((of("USD") - 7.0 * 1.3238).abs() < 1e-9, "{costs}");
    assert!((of("EUR") - 60.0).abs() < 1e-9, "{costs}");
    assert_eq!(
        costs["unpriced"],
        serde_json::json!(["g9.4xlarge (OnDemand)"])
    );
    assert_eq!(plan["clusters"][0]["pools"][2].get("cost"), None);
    let sentence = "costs at first 3.9714 USD per hour, at the most 9.2666 USD per hour (6,764.62 USD in a month of 730 hours)";
    for format in ["table", "markdown", "html"] {
        let text = priced(format);
        assert!(text.contains(sentence), "{format}: {text}");
        assert!(
            text.contains("no price of g9.4xlarge (OnDemand): it is in no sum"),
            "{text}"
        );
    }
    let without: Value =
        serde_json::from_str(&shown("plan-no-prices", &["--format", "json"])).expect("JSON");
    assert_eq!(without.get("costs"), None);
}

/// How Argo CD delivers is in every form, also when nothing else is planned.
#[test]
fn every_form_shows_a_delivery() {
    let case = crate::testdata::root().join("render/delivery/seed-004/input.yaml");
    let of = |format: &str| {
        let args = ["plan", case.to_str().unwrap(), "--format", format];
        let answer = Run::new(&args).stdin("");
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        answer.out
    };
    for (format, words) in [
        (
            "table",
            &[
                "Delivery maas: to the clusters with rhoaibu=true (rhoaibu-cluster-dev, rhoaibu-cluster-prod), one order after the other; project maas in openshift-gitops\n",
                "\n  1      pools ",
                " maas-pools-<cluster> ",
            ][..],
        ),
        (
            "markdown",
            &[
                "## Delivery maas\n",
                "| Order | Component |",
                "| 2 | models |",
            ],
        ),
        (
            "html",
            &[
                "<title>GPU plan of delivery maas</title>",
                "<h2 id=\"hd0\">Delivery maas</h2>",
                "maas-pools-&lt;cluster&gt;",
            ],
        ),
        (
            "json",
            &[
                "\"deliveries\": [",
                "\"on\": \"hub\"",
                "\"ordered\": true",
                "\"ApplicationSet/maas\"",
            ],
        ),
    ] {
        let text = of(format);
        for word in words {
            assert!(text.contains(word), "{format} lacks {word}: {text}");
        }
    }
}

/// An OpenStack of a case, with what else a person sees: no cluster, no pools.
fn open_stack(case: &str, args: &[&str]) -> String {
    let input = testdata::Case::named(case);
    let input = input.folder.join("input.yaml").display().to_string();
    let answer = Run::new(&[&["plan", &input], args].concat()).stdin("");
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    answer.out
}

#[test]
fn an_openstack_shows_services_networks_cards_and_what_flavors_need() {
    assert_snapshot!(open_stack("render/openstack_gpu/production", &[]));
    assert_snapshot!(open_stack("replaced/seed-003", &["--format", "markdown"]));
}

/// How many vGPUs a card has, nobody here knows; where a host comes from, its labels say.
#[test]
fn an_openstack_shows_vgpus_and_bare_metal_hosts() {
    let vgpus = open_stack("render/openstack_gpu/vgpus", &[]);
    assert!(
        vgpus.contains("10de:20f1  vGPUs nvidia-558, as VGPU  none\n"),
        "{vgpus}"
    );
    assert!(vgpus.contains(" vgpu   vGPUs at 1 address  "), "{vgpus}");
    let why = "1 x vgpu  not known: how many vGPUs an address has, is the driver's to say\n";
    assert!(vgpus.contains(why), "{vgpus}");
    let hosts = open_stack("render/openstack_gpu/bare-metal", &[]);
    let of_config = "of the NetConfig, on a BareMetalHost with hosts-of: openstack, rack: a ";
    assert!(hosts.contains(of_config), "{hosts}");
    let fixed = "192.168.122.92, on a BareMetalHost with hosts-of: openstack ";
    assert!(hosts.contains(fixed), "{hosts}");
}

/// What a NetConfig of the input gives out, only it says.
#[test]
fn a_netconfig_of_the_input_says_its_own_ranges() {
    let case = testdata::Case::named("render/openstack_gpu/production");
    let input = fs::read_to_string(case.folder.join("input.yaml")).unwrap();
    let given = "apiVersion: network.openstack.org/v1beta1\nkind: NetConfig\nmetadata: {name: mine, namespace: openstack}\nspec: {networks: []}\n";
    let folder = Folder::new("plan-given").file("gpu.yaml", format!("{input}---\n{given}"));
    let answer = folder.run(&["plan", "gpu.yaml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let out = answer.out;
    assert!(out.contains("  as NetConfig mine says\n"), "{out}");
    assert!(
        out.contains("; . free, or as NetConfig mine says\n"),
        "{out}"
    );
    assert!(out.contains("|..NN...ppppppppppp..ssCC."), "{out}");
    assert!(!out.contains("192.168.122.1  "), "{out}");
}

/// Its gateways and ranges are drawn, with those of networks that are made nowhere else.
#[test]
fn ranges_of_a_netconfig_of_the_input_are_drawn() {
    let case = testdata::Case::named("render/openstack_gpu/production");
    let input = fs::read_to_string(case.folder.join("input.yaml")).unwrap();
    let subnet =
        |cidr: &str, rest: &str| format!("subnets: [{{name: subnet1, cidr: {cidr}, {rest}}}]");
    let ctlplane = subnet(
        "192.168.122.0/24",
        "gateway: 192.168.122.5, allocationRanges: [{start: 192.168.122.128, end: 192.168.122.191}]",
    );
    let external = subnet(
        "10.0.0.0/24",
        "vlan: 30, allocationRanges: [{start: 10.0.0.100, end: 10.0.0.250}]",
    );
    let given = format!(
        "apiVersion: network.openstack.org/v1beta1\nkind: NetConfig\nmetadata: {{name: mine, namespace: openstack}}\n\
         spec: {{networks: [{{name: CtlPlane, mtu: 1500, {ctlplane}}}, {{name: external, mtu: 1500, {external}}}]}}\n"
    );
    let folder = Folder::new("plan-drawn").file("gpu.yaml", format!("{input}---\n{given}"));
    let answer = folder.run(&["plan", "gpu.yaml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let out = answer.out;
    assert!(out.contains("192.168.122.128-191"), "{out}");
    assert!(out.contains("10.0.0.0/24, VLAN 30"), "{out}");
    assert!(out.contains("10.0.0.100-250"), "{out}");
    assert!(
        out.contains("|.GNN...ppppppppppp..ssCC........aaaaaaaaaaaaaaaa"),
        "{out}"
    );
    // networks that it lacks are open
    assert!(out.contains("  as NetConfig mine says\n"), "{out}");
}

/// Ranges of the picture are those of the objects that are made.
#[test]
fn the_networks_of_a_plan_are_those_of_its_objects() {
    let json = open_stack("render/openstack_gpu/production", &["--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let cluster = &json["clusters"][0];
    assert_eq!(cluster["objects"].as_array().unwrap().len(), 24);
    let shown = &cluster["openStack"][0];
    assert_eq!(shown["flavors"][0]["room"], 4);
    let rendered = fs::read_to_string(
        testdata::Case::named("render/openstack_gpu/production")
            .folder
            .join("expected.yaml"),
    )
    .unwrap();
    for network in shown["networks"].as_array().unwrap() {
        let taken = network["taken"].as_array().unwrap();
        for one in taken {
            let (from, to) = (one["from"].as_str().unwrap(), one["to"].as_str().unwrap());
            assert!(rendered.contains(from) && rendered.contains(to), "{one}");
        }
        for pair in taken.windows(2) {
            let (last, first) = (pair[0]["last"].as_u64(), pair[1]["first"].as_u64());
            assert!(last < first, "{pair:?}");
        }
    }
    let html = open_stack("render/openstack_gpu/production", &["--format", "html"]);
    assert_eq!(html.matches("<svg class=\"strip\"").count(), 4);
    assert!(html.contains("<title>node of the control plane worker-1: 172.17.0.6</title>"));
}

/// What a GPU holds of a model, in words and, on the page, as a bar beside them.
#[test]
fn every_form_shows_models_and_what_a_gpu_holds_of_each() {
    let case = crate::testdata::Case::named("render/model/seed-004-fifteen-models");
    let folder = case.folder.to_str().unwrap();
    let input = format!("{folder}/input.yaml");
    let shown = |format: &str| {
        let answer = Run::new(&["plan", &input, "--format", format]).stdin("");
        assert_eq!(answer.code, Some(0), "{answer:?}");
        answer.out
    };
    let json: serde_json::Value = serde_json::from_str(&shown("json")).unwrap();
    let models = json["clusters"][0]["models"].as_array().unwrap();
    assert_eq!(models.len(), 15, "{json}");
    let number = |held: &serde_json::Value, part: &str| held[part].as_u64().unwrap();
    let mut bars = 0;
    let page = shown("html");
    for model in models {
        let name = model["name"].as_str().unwrap();
        let held = &model["memory"];
        for format in ["table", "markdown", "html"] {
            assert!(shown(format).contains(name), "{format} {name}");
        }
        let Some(usable) = held["usableMiB"].as_u64() else {
            // what vLLM does not serve, or serves on CPU, is not computed
            assert_eq!(model["verdict"], "unknown", "{model}");
            continue;
        };
        let (weights, cache) = (number(held, "weightsMiB"), number(held, "cacheMiB"));
        assert!(weights > 0 && weights + cache <= usable, "{model}");
        assert_eq!(model["verdict"], "fits", "{model}");
        // as wide as their part of the GPU
        let wide = |part: u64| {
            format!(
                "width=\"{}\" height=\"10\" fill=\"currentColor\"",
                part * 160 / usable
            )
        };
        let row = page
            .split("<tr>")
            .find(|row| row.contains(&format!("{name}<")));
        let row = row.unwrap_or_else(|| panic!("no row of {name} in {page}"));
        assert!(
            row.contains(&wide(weights)) && row.contains(&wide(cache)),
            "{row}"
        );
        bars += 1;
    }
    assert!(bars >= 9, "{bars} bars");
    let granite = "1 x 1 nvidia.com/gpu  fits for 6144 tokens";
    let table = shown("table");
    let row = table
        .lines()
        .find(|line| line.contains("granite-3-3-8b-instruct"))
        .unwrap();
    assert!(row.contains(granite), "{row}");
    assert!(
        row.contains("15.2 weights, ") && row.ends_with(" of 22.1 GiB"),
        "{row}"
    );
}
