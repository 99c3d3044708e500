//! `init`: the first pool, and the script that saves the facts of its cluster. It asks nothing and replaces nothing.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::cluster::{command, source};
use crate::edge::reply::Reply;
use crate::edge::report::Report;
use crate::edge::streams::reason;
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem, Problems};

/// What is saved of a cluster, and the file that it is saved to.
const SAVED: [(&str, &str); 4] = [
    (source::INFRA, "infrastructure.yaml"),
    (source::SET, "machinesets.yaml"),
    (source::VERSION, "version.yaml"),
    (source::AUTOSCALER, "clusterautoscaler.yaml"),
];

/// `gpu-machineset init [DIR]`
pub(super) fn init(dir: &Path, instance_type: &str) -> Reply {
    let mut problems = Problems::new();
    let files = [
        ("gpu.yaml", pool(instance_type)),
        ("save-facts.sh", script()),
    ];
    let there = files.iter().filter(|(name, _)| dir.join(name).exists());
    problems.extend(there.map(|(name, _)| is_there(&dir.join(name))));
    if problems.has_errors() {
        return Report::default().beside(String::new(), problems);
    }
    let mut text = String::new();
    for (name, content) in &files {
        let path = dir.join(name);
        match written(dir, &path, content) {
            Ok(()) => {
                let _ = writeln!(text, "{}", path.display());
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                problems.push(is_there(&path));
            }
            Err(error) => {
                let message = format!("cannot write `{}`: {}", path.display(), reason(&error));
                let place = Place::in_file(path.to_string_lossy());
                problems.push(Problem::new(&rule::UNWRITABLE_OUTPUT, place, message));
            }
        }
    }
    if !problems.has_errors() {
        text.push_str(&next(dir));
    }
    Report::default().beside(text, problems)
}

fn is_there(path: &Path) -> Problem {
    let message = format!("`{}` is there already", path.display());
    let place = Place::in_file(path.to_string_lossy());
    Problem::new(&rule::FOREIGN_OUTPUT_FILES, place, message)
        .help("name another folder: `gpu-machineset init DIR`")
}

fn written(dir: &Path, path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    // never over a file that somebody made meanwhile
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn pool(instance_type: &str) -> String {
    format!(
        "\
# GPU machines for this cluster. `gpu-machineset schema GpuMachineSet` describes every field.
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata:
  name: gpu
  annotations:
    config.kubernetes.io/local-config: \"true\"
spec:
  # `gpu-machineset catalog` lists the types of every cloud
  instanceType: {instance_type}
  # in all zones together; or `autoscaling: {{min: 0, max: 3}}` where a ClusterAutoscaler is
  replicas: 1
"
    )
}

fn script() -> String {
    let lines = SAVED.map(|(kind, file)| format!("{} > facts/{file}\n", command(kind)));
    format!(
        "\
#!/bin/sh
# Saves what pools need to know of the cluster that `oc` is logged in to. Nothing is changed there.
set -eu
cd \"$(dirname \"$0\")\"
mkdir -p facts
{}",
        lines.concat()
    )
}

fn next(dir: &Path) -> String {
    let here = dir == Path::new(".");
    let enter = if here {
        String::new()
    } else {
        format!("  cd {}\n", dir.display())
    };
    format!(
        "\
next, logged in to the cluster:
{enter}  sh save-facts.sh
  gpu-machineset plan .
  gpu-machineset render . | oc apply -f -
"
    )
}
