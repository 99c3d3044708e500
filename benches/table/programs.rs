//! Ours as it ships, and the peers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A static binary at a fixed address, as the image ships it.
const STATIC: [&str; 4] = [
    "-C",
    "target-feature=+crt-static",
    "-C",
    "relocation-model=static",
];

/// The programs to measure.
pub(crate) struct Programs {
    /// Profile `dist`, static.
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
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // to compare versions: a binary that is there already
        let given = std::env::var_os("GPU_MACHINESET_BIN").map(PathBuf::from);
        let mut ours = Command::new(cargo);
        ours.args([
            "rustc",
            "--locked",
            "--profile",
            "dist",
            "--bin",
            "gpu-machineset",
            "--target-dir",
        ])
        .arg(target)
        .arg("--")
        .args(STATIC)
        .current_dir(root);
        if given.is_none() {
            said(&mut ours);
        }

        let source = folder.join("empty.rs");
        fs::write(&source, "fn main() {}\n").unwrap();
        let empty = folder.join("empty");
        let mut rustc = Command::new("rustc");
        rustc
            .args([
                "--edition=2024",
                "-Copt-level=3",
                "-Clto=fat",
                "-Ccodegen-units=1",
                "-Cpanic=abort",
            ])
            .args(["-Cstrip=symbols", "-o"])
            .args([&empty, &source])
            .args(STATIC);
        said(&mut rustc);

        let kyaml = said(Command::new(root.join("e2e/peers/build")).arg("kyaml-noop"));
        Self {
            ours: given.unwrap_or_else(|| target.join("dist/gpu-machineset")),
            empty,
            kyaml: Path::new(kyaml.trim_end()).join("kyaml-noop"),
            cat: PathBuf::from("cat"),
        }
    }
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
