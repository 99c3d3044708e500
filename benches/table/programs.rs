//! Ours as it ships, and the peers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The programs to measure.
pub(crate) struct Programs {
    /// As it ships: profile `dist`, static with musl.
    pub(crate) ours: PathBuf,
    /// `fn main() {}`, with the same profile: what any Rust program costs.
    pub(crate) empty: PathBuf,
    /// A function on kyaml's framework that changes nothing.
    pub(crate) kyaml: PathBuf,
    /// What copying costs.
    pub(crate) cat: PathBuf,
}

impl Programs {
    /// Builds those that are not there yet.
    pub(crate) fn built(folder: &Path) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        // to compare versions: a binary that is there already
        let given = std::env::var_os("GPU_MACHINESET_BIN").map(PathBuf::from);
        let ours = given.unwrap_or_else(|| {
            let mut build = Command::new(root.join("packaging/build"));
            build.arg(musl()).env("CARGO_TARGET_DIR", target());
            let said = said(&mut build);
            PathBuf::from(said.lines().last().unwrap())
        });

        let source = folder.join("empty.rs");
        fs::write(&source, "fn main() {}\n").unwrap();
        let empty = folder.join("empty");
        let mut rustc = Command::new("rustc");
        rustc
            .args(["--edition=2024", "--target", &musl()])
            .args(["-Copt-level=3", "-Clto=fat", "-Ccodegen-units=1"])
            .args(["-Cpanic=abort", "-Cstrip=symbols"])
            .args(["-Crelocation-model=static", "-o"])
            .args([&empty, &source]);
        said(&mut rustc);

        let kyaml = said(Command::new(root.join("e2e/peers/build")).arg("kyaml-noop"));
        Self {
            ours,
            empty,
            kyaml: Path::new(kyaml.trim_end()).join("kyaml-noop"),
            cat: PathBuf::from("cat"),
        }
    }
}

/// Ours with the same profile and the C library of this machine, as `cargo install` links it.
pub(crate) fn with_glibc() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--locked", "--profile", "dist"])
        .args(["--bin", "gpu-machineset", "--target-dir"])
        .arg(target())
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    said(&mut build);
    target().join("dist/gpu-machineset")
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// The target that binaries for this machine are released for.
fn musl() -> String {
    format!("{}-unknown-linux-musl", std::env::consts::ARCH)
}

/// Day, machine and compiler.
pub(crate) fn machine() -> String {
    let day = said(Command::new("date").arg("+%F"));
    let rustc = said(Command::new("rustc").arg("--version"));
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let names: Vec<&str> = cpus
        .lines()
        .filter_map(|line| line.strip_prefix("model name")?.split(": ").nth(1))
        .collect();
    let name = names
        .first()
        .copied()
        .unwrap_or("a processor without a name");
    let rustc: Vec<&str> = rustc.split(' ').take(2).collect();
    format!(
        "{}, {} × {name}, {} {}, {}",
        day.trim_end(),
        names.len(),
        std::env::consts::OS,
        std::env::consts::ARCH,
        rustc.join(" "),
    )
}

/// What a program says, when it ends well.
fn said(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}
