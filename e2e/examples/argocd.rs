//! What a call of the plugin takes under the real argocd-cmp-server, beside a plugin that runs `cat`:
//!
//! ```text
//! cargo run --package gpu-machineset-e2e --example argocd
//! ```
//!
//! Time is the repo-server's: from the request until the manifests are typed and tracked. The plugin's own share is
//! measured around its process, which is started by this same program.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use gpu_machineset_e2e::{CmpServer, Project, application, root, shipped_bin};
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::{Value, json};

/// First argument of the process between argocd-cmp-server and a plugin.
const WORD: &str = "--measure";
const CALLS: usize = 15;
const AT_ONCE: usize = 50;
const FILES: usize = 5_000;

const POOL: &str = "---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4}
spec: {instanceType: g6.4xlarge, replicas: 3}
";

/// An object as people have them, of about 700 bytes.
fn bystander(number: usize) -> String {
    let team = number / 50;
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: bystander-{number}
  namespace: team-{team}
  labels: {{app.kubernetes.io/name: bystander, app.kubernetes.io/part-of: team-{team}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: bystander-{number}}}
  template:
    metadata:
      labels: {{app: bystander-{number}}}
    spec:
      containers:
      - name: main
        image: registry.example.com/team-{team}/bystander:1.{number}
        args: [\"--listen=:8080\", \"--verbose\"]
        ports:
        - containerPort: 8080
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
          limits: {{memory: 256Mi}}
"
    )
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    if let [_, word, file, program, args @ ..] = args.as_slice()
        && word == WORD
    {
        return between(file, program, args);
    }
    let small = repository();
    let mut large = repository();
    for number in 0..FILES {
        let path = format!("apps/teams/{:03}/{number}.yaml", number / 50);
        large = large.file(&path, bystander(number));
    }
    let ours = plugin(&["gpu-machineset", "argocd", "generate"]);
    let one = plugin(&["cat", "other.yaml"]);
    let all = plugin(&["find", ".", "-type", "f", "-exec", "cat", "{}", "+"]);
    println!(
        "| files of the application | of the repository | plugin | a call, ms | of it the plugin | {AT_ONCE} at once, s | CPU of all {AT_ONCE} plugins, s | peak memory of a plugin, MiB |"
    );
    println!("|--:|--:|---|--:|--:|--:|--:|--:|");
    let rows = [
        ("2 | 6 | `cat`", &one, &small, "apps/gpu", ""),
        ("2 | 6 | ours", &ours, &small, "apps/gpu", ""),
        ("2 | 5,006 | `cat`", &one, &large, "apps/gpu", ""),
        ("2 | 5,006 | ours", &ours, &large, "apps/gpu", ""),
        ("2 | 5,006, `.` sent | `cat`", &one, &large, "apps/gpu", "."),
        ("2 | 5,006, `.` sent | ours", &ours, &large, "apps/gpu", "."),
        (
            "5,000 | 5,006 | `find -exec cat`",
            &all,
            &large,
            "apps/teams",
            "",
        ),
        ("5,000 | 5,006 | ours", &ours, &large, "apps/teams", ""),
    ];
    for (what, plugin, repository, path, sent) in rows {
        let row = measure(plugin, repository.path(), path, sent);
        println!("| {what} | {row} |");
    }
    ExitCode::SUCCESS
}

/// An application, and the facts of one cluster elsewhere.
fn repository() -> Project {
    let cluster = root().join("testdata/clusters/aws/zpqdx");
    let mut project = Project::new()
        .file("apps/gpu/pool.yaml", POOL)
        .file("apps/gpu/other.yaml", bystander(0));
    let sets = fs::read_dir(cluster.join("machinesets")).expect("testdata is there");
    let sets = sets.map(|entry| entry.expect("a folder can be listed").path());
    for path in sets.chain([cluster.join("infrastructure.yaml")]) {
        let name = path.file_name().expect("a file has a name");
        let name = format!("clusters/zpqdx/{}", name.to_string_lossy());
        let text = fs::read_to_string(&path).expect("testdata can be read");
        project = project.file(&name, text);
    }
    project
}

/// A plugin whose command is measured.
fn plugin(command: &[&str]) -> String {
    let us = us();
    let name = us.file_name().expect("a program has a name");
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ConfigManagementPlugin",
        "metadata": {"name": "measured"},
        "spec": {"generate": {"command": [name.to_string_lossy(), WORD, "FILE"], "args": command}},
    })
    .to_string()
}

fn us() -> PathBuf {
    std::env::current_exe().expect("a process knows its program")
}

/// One row; `sent` is the annotation `manifest-generate-paths`.
fn measure(plugin: &str, repository: &Path, path: &str, sent: &str) -> String {
    let results = Project::new();
    let file = results.join("results");
    let plugin = plugin.replace("FILE", &file.to_string_lossy());
    let programs = [
        us(),
        shipped_bin(),
        "/bin/cat".into(),
        "/usr/bin/find".into(),
    ];
    let server = CmpServer::with_only(&plugin, &programs);
    let mut parameters = json!([{"name": "facts", "string": "../../clusters/zpqdx"}]);
    if !sent.is_empty() {
        // the facts of the cluster are not sent: they are parameters
        parameters = json!([
            {"name": "infrastructureName", "string": "demo-x7k2p"}, {"name": "platform", "string": "AWS"},
            {"name": "region", "string": "us-east-2"}, {"name": "zones", "string": "us-east-2a,us-east-2b,us-east-2c"},
            {"name": "openshiftVersion", "string": "4.20.8"}, {"name": "installedVersion", "string": "4.18.1"},
            {"name": "architecture", "string": "amd64"}, {"name": "ami", "string": "ami-0123456789abcdef0"},
        ]);
    }
    let mut request = application(repository, path, "measured", &parameters);
    request["generatePaths"] = sent.into();
    let ask = |count: usize| {
        let replies: Vec<Value> = server.ask(&vec![request.clone(); count]);
        let late = |reply: &&Value| {
            let error = reply["error"].as_str().unwrap_or("");
            assert!(
                error.is_empty() || error.contains("DeadlineExceeded"),
                "{error}"
            );
            !error.is_empty()
        };
        let late = replies.iter().filter(late).count();
        (replies, late)
    };
    let call = || ask(1).0[0]["millis"].as_f64().expect("a number");
    call();
    drop(fs::remove_file(&file));
    let calls = median((0..CALLS).map(|_| call()).collect());
    let runs = runs(&file);
    let own = median(runs.iter().map(|run| run.millis).collect());
    let peak = median(runs.iter().map(|run| run.peak).collect());
    drop(fs::remove_file(&file));
    let start = Instant::now();
    let (_, late) = ask(AT_ONCE);
    let mut seconds = format!("{:.2}", start.elapsed().as_secs_f64());
    if late > 0 {
        seconds = format!("{late} of them ran out of their 60 s");
    }
    let cpu: f64 = self::runs(&file).iter().map(|run| run.cpu).sum();
    format!(
        "{calls:.1} | {own:.1} | {seconds} | {:.2} | {peak:.1}",
        cpu / 1000.0
    )
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// What one run of a plugin took.
struct Taken {
    millis: f64,
    /// User and system, in milliseconds.
    cpu: f64,
    /// MiB.
    peak: f64,
}

fn runs(file: &Path) -> Vec<Taken> {
    let text = fs::read_to_string(file).expect("every run leaves a line");
    let taken = |line: &str| {
        let numbers: Vec<f64> = line.split(' ').flat_map(str::parse).collect();
        Taken {
            millis: numbers[0],
            cpu: numbers[1],
            peak: numbers[2],
        }
    };
    text.lines().map(taken).collect()
}

/// Runs a plugin and writes down what it took. The kernel knows the peak of all children of a process: this one has
/// no other.
fn between(file: &str, program: &str, args: &[String]) -> ExitCode {
    let start = Instant::now();
    let status = Command::new(program).args(args).status();
    let status = status.expect("the plugin can be started");
    let millis = start.elapsed().as_secs_f64() * 1000.0;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel counts");
    let spent = [usage.user_time(), usage.system_time()].map(|time| {
        let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
        let micros = u64::try_from(time.tv_usec()).unwrap_or(0);
        Duration::from_secs(seconds) + Duration::from_micros(micros)
    });
    let cpu: Duration = spent.iter().sum();
    let kib = u32::try_from(usage.max_rss()).unwrap_or(u32::MAX);
    let line = format!(
        "{millis:.3} {:.3} {:.1}\n",
        cpu.as_secs_f64() * 1000.0,
        f64::from(kib) / 1024.0
    );
    let mut out = OpenOptions::new();
    let mut out = out.create(true).append(true).open(file).expect("opens");
    out.write_all(line.as_bytes()).expect("can be written");
    ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))
}
