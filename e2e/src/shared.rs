//! The folder of material that is read by tests and is not part of this repository.

use std::fs;
use std::path::PathBuf;

const VARIABLE: &str = "GPU_MACHINESET_SHARED";

/// A file or folder in the folder that `GPU_MACHINESET_SHARED` names. Fails when it is not there.
pub fn shared(path: &str) -> PathBuf {
    let Some(folder) = std::env::var_os(VARIABLE) else {
        panic!(
            "{VARIABLE} is not set: point it at the folder that holds crds/, reference/ and golden/ (`.ci/run` does)"
        );
    };
    let path = PathBuf::from(folder).join(path);
    assert!(
        path.exists(),
        "{} does not exist: is {VARIABLE} right?",
        path.display()
    );
    path
}

/// The text of `crds/<name>.yaml`.
pub fn crd(name: &str) -> String {
    let path = shared(&format!("crds/{name}.yaml"));
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
