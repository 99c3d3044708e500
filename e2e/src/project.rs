//! A folder of files that a test makes up.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// A folder that goes away with the test.
#[derive(Debug)]
pub struct Project {
    dir: tempfile::TempDir,
}

impl Project {
    /// An empty folder.
    pub fn new() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("gpu-machineset-e2e-")
            .tempdir();
        Self {
            dir: dir.expect("a temporary folder can be made"),
        }
    }

    /// Writes one file, and the folders above it.
    #[must_use]
    pub fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.join(path);
        let parent = path.parent().expect("a file has a folder");
        fs::create_dir_all(parent).expect("folders can be made");
        fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A path in it.
    pub fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(path)
    }
}

impl Default for Project {
    fn default() -> Self {
        Self::new()
    }
}

/// The documents of a stream, by a reader that shares no code with the product. Empty documents are left out.
///
/// # Errors
///
/// What the reader says against the stream.
pub fn documents(text: &str) -> Result<Vec<Value>, serde_yaml::Error> {
    let all = serde_yaml::Deserializer::from_str(text).map(Value::deserialize);
    all.filter(|d| !matches!(d, Ok(Value::Null))).collect()
}
