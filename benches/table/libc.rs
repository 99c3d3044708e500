//! The binary that ships, which is linked with musl, beside one with the C library of this machine: the crate `memory/`
//! is there for what would make it slower.

use std::fs;
use std::path::{Path, PathBuf};

use super::measure::measure;
use super::{fleet, inputs, median, programs};

/// Clusters of the fleet, and items that pass through.
const CLUSTERS: usize = 300;
const ITEMS: usize = 10_000;

/// What is run, with which input, and how often; the two take turns.
struct Row {
    name: String,
    args: Vec<String>,
    stdin: PathBuf,
    turns: usize,
}

pub(crate) fn table(musl: &Path, folder: &Path) {
    let glibc = programs::with_glibc();
    let memory = fleet::in_memory(folder);
    println!("| CPU ms, median | turns | musl | glibc | musl / glibc, median of pairs |");
    println!("|---|--:|--:|--:|--:|");
    for row in rows(musl, folder, &memory) {
        let mut cpu = [Vec::new(), Vec::new()];
        for _ in 0..row.turns {
            for (cpu, program) in cpu.iter_mut().zip([musl, &glibc]) {
                let run = measure(program, &row.args, &row.stdin);
                assert_eq!(run.code, Some(0), "{}: {}", row.name, run.err);
                cpu.push(run.cpu);
            }
        }
        let pairs = cpu[0].iter().zip(&cpu[1]);
        let ratio = median(pairs.map(|(musl, glibc)| musl / glibc).collect());
        let [musl, glibc] = cpu.map(|cpu| median(cpu) * 1e3);
        let (name, turns) = (&row.name, row.turns);
        println!("| {name} | {turns} | {musl:.2} | {glibc:.2} | {ratio:.2} |");
    }
    println!();
    fs::remove_dir_all(memory).unwrap();
}

fn rows(ours: &Path, folder: &Path, memory: &Path) -> Vec<Row> {
    let nothing = folder.join("nothing");
    fs::write(&nothing, "").unwrap();
    let list = folder.join("libc.yaml");
    inputs::resource_list(ITEMS, &list);
    let pools = memory.join("gpu.yaml");
    fs::write(&pools, fleet::four_pools()).unwrap();
    let facts = fleet::captured(ours, fleet::CLUSTER);
    let (each, one) = (memory.join("facts"), memory.join("facts.yaml"));
    fleet::describe(&facts, CLUSTERS, &each, &one);
    fs::write(&one, facts).unwrap();
    let [pools, each, one, out] =
        [&pools, &each, &one, &memory.join("out")].map(|path| path.display().to_string());
    let row = |name: String, args: &[&str], stdin: &Path, turns: usize| Row {
        name,
        args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        stdin: stdin.to_owned(),
        turns,
    };
    let of_fleet = [pools.as_str(), "--facts", &each, "--per-cluster"];
    let plan = [&["plan", "--format", "json"], &of_fleet[..]].concat();
    let render = [&["render", "-o", &out], &of_fleet[..]].concat();
    vec![
        row("`--version`".to_owned(), &["--version"], &nothing, 100),
        row(
            "four pools: `render`".to_owned(),
            &["render", &pools, "--facts", &one],
            &nothing,
            100,
        ),
        row(format!("{ITEMS} items that pass through"), &[], &list, 40),
        row(
            format!("four pools, {CLUSTERS} clusters: `plan`"),
            &plan,
            &nothing,
            40,
        ),
        row(
            format!("four pools, {CLUSTERS} clusters: `render`"),
            &render,
            &nothing,
            30,
        ),
    ]
}
