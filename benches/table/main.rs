//! `cargo bench`: measures the program as it ships beside its peers, in one run on one machine, and prints the tables
//! of `docs/explanation/benchmarks.md`. It judges nothing: a shared machine cannot.
//!
//! Needs Go 1.26 for the peer on kyaml's framework. `cargo bench -- start`, `pass`, `hostile`, `fleet`, `libc` print one table
//! only; `GPU_MACHINESET_BIN` names a binary to measure instead of building one.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool of this repository that runs programs and prints numbers"
)]

mod fleet;
mod hostile;
mod inputs;
mod libc;
mod measure;
mod programs;

use std::fs;
use std::path::{Path, PathBuf};

use measure::{Measure, measure};
use programs::Programs;

/// Items of a ResourceList that passes through.
const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// More would take kyaml's framework more memory than most machines have.
const LARGEST_FOR_KYAML: usize = 10_000;
/// Starts of each program; they take turns.
const STARTS: usize = 200;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == measure::WORD) {
        measure::child(args.get(1..).unwrap_or_default());
        return;
    }
    let wanted = |table: &str| {
        let mut names = args.iter().filter(|arg| !arg.starts_with('-')).peekable();
        names.peek().is_none() || names.any(|name| name == table)
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    fs::create_dir_all(&folder).unwrap();
    let programs = Programs::built(&folder);
    println!("{}\n", programs::machine());
    if wanted("start") {
        start(&programs, &folder);
    }
    if wanted("pass") {
        pass(&programs, &folder);
    }
    if wanted("hostile") {
        hostile::table(&programs.ours, &folder);
    }
    if wanted("fleet") {
        fleet::table(&programs.ours, &folder);
    }
    if wanted("libc") {
        libc::table(&programs.ours, &folder);
    }
}

/// The middle one.
fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn start(programs: &Programs, folder: &Path) {
    let nothing = folder.join("nothing");
    fs::write(&nothing, "").unwrap();
    let list = folder.join("one-pool.yaml");
    fs::write(&list, inputs::one_pool()).unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("functions/GpuMachineSet/example");
    let example = |name: &str| example.join(name).display().to_string();
    let render = ["render".to_owned(), example("gpu.yaml"), example("facts")];
    let rows: [(&str, &PathBuf, &[String], &PathBuf); 5] = [
        ("an empty Rust program", &programs.empty, &[], &nothing),
        (
            "`--version`",
            &programs.ours,
            &["--version".to_owned()],
            &nothing,
        ),
        (
            "one pool, three zones: `render`",
            &programs.ours,
            &render,
            &nothing,
        ),
        ("the same as a KRM function", &programs.ours, &[], &list),
        (
            "kyaml's framework, no-op, the same input",
            &programs.kyaml,
            &[],
            &list,
        ),
    ];
    let mut times = vec![Vec::new(); rows.len()];
    let mut cpu = times.clone();
    let mut memory = vec![0; rows.len()];
    for _ in 0..STARTS {
        for (index, (name, program, args, stdin)) in rows.iter().enumerate() {
            let measure = measure(program, args, stdin);
            assert_eq!(measure.code, Some(0), "{name}: {}", measure.err);
            times[index].push(measure.seconds);
            cpu[index].push(measure.cpu);
            memory[index] = memory[index].max(measure.peak);
        }
    }
    let times: Vec<f64> = times.into_iter().map(median).collect();
    let cpu: Vec<f64> = cpu.into_iter().map(median).collect();
    println!(
        "| start to end, median of {STARTS} | ms | times the empty one | CPU ms | peak memory, MiB |"
    );
    println!("|---|--:|--:|--:|--:|");
    for (index, (name, ..)) in rows.iter().enumerate() {
        println!(
            "| {name} | {:.2} | {:.2} | {:.2} | {:.1} |",
            times[index] * 1e3,
            times[index] / times[0],
            cpu[index] * 1e3,
            mib(memory[index]),
        );
    }
    println!();
}

fn pass(programs: &Programs, folder: &Path) {
    println!(
        "| items | MB | `cat`, s | ours, s | ours, MB/s | ours, µs an item | kyaml no-op, s | times ours | \
         ours, CPU s | kyaml, CPU s | times ours | ours, peak / input | kyaml, peak / input |"
    );
    println!("|{}", "--:|".repeat(13));
    for items in SIZES {
        let path = folder.join(format!("{items}.yaml"));
        let bytes = inputs::resource_list(items, &path) as f64;
        measure::assert_copies(&programs.ours, &path);
        let cat = best(&programs.cat, &path, 20);
        let ours = best(&programs.ours, &path, 20);
        let kyaml = (items <= LARGEST_FOR_KYAML).then(|| best(&programs.kyaml, &path, 5));
        let of_kyaml = |cell: &dyn Fn(&Measure) -> String| {
            kyaml.as_ref().map_or_else(|| "not run".to_owned(), cell)
        };
        println!(
            "| {items} | {:.2} | {:.4} | {:.4} | {:.0} | {:.2} | {} | {} | {:.4} | {} | {} | {:.2} | {} |",
            bytes / 1e6,
            cat.seconds,
            ours.seconds,
            bytes / 1e6 / ours.seconds,
            ours.seconds * 1e6 / items as f64,
            of_kyaml(&|kyaml| format!("{:.3}", kyaml.seconds)),
            of_kyaml(&|kyaml| format!("{:.0}", kyaml.seconds / ours.seconds)),
            ours.cpu,
            of_kyaml(&|kyaml| format!("{:.3}", kyaml.cpu)),
            of_kyaml(&|kyaml| format!("{:.0}", kyaml.cpu / ours.cpu)),
            ours.peak as f64 / bytes,
            of_kyaml(&|kyaml| format!("{:.1}", kyaml.peak as f64 / bytes)),
        );
    }
    println!(
        "\nThe best of several runs, start and end of the program included; CPU is user and system time.\n"
    );
}

/// The fastest of some runs, with the least processor time and the highest peak of all.
fn best(program: &Path, stdin: &Path, runs: usize) -> Measure {
    let mut all: Vec<Measure> = (0..runs).map(|_| measure(program, &[], stdin)).collect();
    assert!(
        all.iter().all(|run| run.code == Some(0)),
        "{}",
        program.display()
    );
    let peak = all.iter().map(|run| run.peak).max().unwrap();
    all.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let cpu = all.iter().map(|run| run.cpu).fold(f64::MAX, f64::min);
    let mut best = all.swap_remove(0);
    best.peak = peak;
    best.cpu = cpu;
    best
}

/// Bytes as MiB.
fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
