//! Where the programs are: ours and the real peers, built when a test first asks.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::Value;

use crate::root;

/// Our binary, in the `dev` profile and static as it ships.
pub fn bin() -> &'static Path {
    static BIN: OnceLock<PathBuf> = OnceLock::new();
    BIN.get_or_init(|| built("dev"))
}

/// Our binary as it ships, for measuring: it takes minutes to build.
pub fn shipped_bin() -> PathBuf {
    built("dist")
}

fn built(profile: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command
        .args(["rustc", "--quiet", "--package", "gpu-machineset"])
        .args(["--bin", "gpu-machineset", "--profile", profile])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(root());
    // One binary for all tests: it has to run in an image that holds nothing else.
    if cfg!(target_env = "gnu") {
        command.args(["--", "-C", "target-feature=+crt-static"]);
    }
    let messages = stdout_of(&mut command, "our own binary could not be built");
    let built = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "gpu-machineset")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    built.expect("cargo names the binary that it built")
}

/// kustomize 5.8.1.
pub fn kustomize() -> PathBuf {
    peer("kustomize").join("kustomize")
}

/// kubectl 1.34.2.
pub fn kubectl() -> PathBuf {
    peer("kube").join("kubectl")
}

/// The kubectl of this machine, if it has one: the version that people have.
pub fn system_kubectl() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join("kubectl"))
        .find(|file| file.is_file())
}

/// Reads YAML as kubectl, go-yaml v2 and go-yaml v3 do.
pub fn goyaml() -> PathBuf {
    peer("goyaml").join("goyaml")
}

/// Judges provider specs by OpenShift's own types.
pub fn openshift() -> PathBuf {
    peer("openshift").join("openshift")
}

/// Sends MachineSets through the admission webhooks of the Machine API operator.
pub fn admission() -> PathBuf {
    peer("admission").join("admission")
}

/// Judges queues and flavors by the validation of Kueue's own webhooks, 0.14 (Red Hat build 1.2).
pub fn kueue() -> PathBuf {
    peer("kueue").join("kueue")
}

/// The same of the API that the Red Hat build has since 1.3, by Kueue 0.17.
pub fn kueue_v1beta2() -> PathBuf {
    peer("kueue-v1beta2").join("kueue-v1beta2")
}

/// Judges what KServe serves by its own defaulter and webhooks, 0.15, which OpenShift AI has up to 3.3.
pub fn kserve() -> PathBuf {
    peer("kserve").join("kserve")
}

/// The same by 0.17, whose words OpenShift AI has from 3.4 on; it knows LLMInferenceServices too.
pub fn kserve_0_17() -> PathBuf {
    peer("kserve-0.17").join("kserve-0.17")
}

/// A function on kyaml's own framework that changes nothing.
pub fn kyaml_noop() -> PathBuf {
    peer("kyaml-noop").join("kyaml-noop")
}

/// A file of a Go module that `e2e/modules` pins.
pub fn module_file(module: &str, path: &str) -> String {
    let mut command = Command::new("go");
    command
        .args(["mod", "download", "-json", module])
        .current_dir(root().join("e2e/modules"))
        .env("GOWORK", "off");
    let failure = "a Go module could not be downloaded (Go 1.26 or later on PATH)";
    let told = stdout_of(&mut command, failure);
    let told: Value = serde_json::from_str(&told).expect("go writes JSON");
    let path = Path::new(told["Dir"].as_str().expect("go names a folder")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The folder of a built peer.
pub(crate) fn peer(name: &'static str) -> PathBuf {
    static BUILT: Mutex<BTreeMap<&str, PathBuf>> = Mutex::new(BTreeMap::new());
    // A test that panicked while it held the lock left at worst one peer out.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.entry(name).or_insert_with(|| build(name)).clone()
}

fn build(name: &str) -> PathBuf {
    let cache = std::env::var_os("GPU_MACHINESET_PEERS")
        .map_or_else(|| root().join("target/peers"), PathBuf::from);
    fs::create_dir_all(&cache).unwrap_or_else(|e| panic!("{}: {e}", cache.display()));
    // Test processes that start at once would compile the same peer at once.
    let lock = File::create(cache.join(".lock")).expect("the folder of the peers is writable");
    lock.lock().expect("a lock file can be locked");

    let mut command = Command::new(root().join("e2e/peers/build"));
    command.arg(name).env("GPU_MACHINESET_PEERS", &cache);
    let out = stdout_of(&mut command, "a peer could not be built, see above");
    PathBuf::from(out.trim_end())
}

/// Runs a build: what it says goes on to the person who waits for it.
fn stdout_of(command: &mut Command, failure: &str) -> String {
    let out = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(out.status.success(), "{failure}: {command:?}");
    String::from_utf8(out.stdout).expect("builds write UTF-8")
}
