//! The folders of `testdata/`: where a case is, how it is called, and where the clusters are.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Answer, Run};

/// What a case begins with: a folder that holds one of them is a case, and no folder below it is another.
const INPUTS: [&str; 4] = ["input.yaml", "tree", "stdin", "app"];

/// One case.
pub(crate) struct Case {
    /// From `testdata`, with slashes: `refuse/pool/duplicate-pool`.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) args: Vec<String>,
}

impl Case {
    fn of(folder: PathBuf) -> Self {
        let name = folder.strip_prefix(root()).unwrap().to_str().unwrap();
        let name = name.replace('\\', "/");
        let args = fs::read_to_string(folder.join("args")).unwrap_or_else(|_| {
            let mut usual = ["input.yaml", "tree"].into_iter();
            let input = usual.find(|input| folder.join(input).exists());
            input.map_or_else(String::new, |input| format!("render {input}"))
        });
        let args = args.split_whitespace().map(str::to_owned).collect();
        Self { name, folder, args }
    }

    /// The case of a name.
    pub(crate) fn named(name: &str) -> Self {
        Self::of(root().join(name))
    }

    pub(crate) fn text(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    pub(crate) fn stdin(&self) -> Vec<u8> {
        fs::read(self.folder.join("stdin")).unwrap_or_default()
    }

    pub(crate) fn is_app(&self) -> bool {
        self.folder.join("app").is_dir()
    }

    pub(crate) fn run(&self) -> Answer {
        self.run_with(&self.args)
    }

    /// With other arguments.
    pub(crate) fn run_with(&self, args: &[String]) -> Answer {
        let app = self.folder.join("app");
        let within = if self.is_app() { &app } else { &self.folder };
        let mut run = Run::new(args).within(within);
        let env = self.text("env").unwrap_or_default();
        for (name, value) in env.lines().filter_map(|line| line.split_once('=')) {
            run = run.env(name, value);
        }
        run.stdin(self.stdin())
    }
}

/// Severity and slug of each problem that a text says: a line begins with `error[name-template]`.
pub(crate) fn slugs(said: &str) -> Vec<(&str, &str)> {
    let heads = said.lines().filter_map(|line| line.split_once(']'));
    let slugs = heads.filter_map(|(head, _)| head.split_once('['));
    let severities = ["error", "warning", "info"];
    slugs
        .filter(|(severity, _)| severities.contains(severity))
        .collect()
}

/// The folder `testdata` itself.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// The folder of a cluster, by its name under the cloud that it is on.
pub(crate) fn cluster(name: &str) -> PathBuf {
    let mut found = folders(&root().join("clusters"))
        .into_iter()
        .map(|cloud| cloud.join(name))
        .filter(|cluster| cluster.is_dir());
    let cluster = found.next().unwrap_or_else(|| panic!("no cluster {name}"));
    assert!(found.next().is_none(), "two clouds have a cluster {name}");
    cluster
}

/// Every case, at any depth, by name.
pub(crate) fn cases() -> Vec<Case> {
    let (mut cases, mut left) = (Vec::new(), vec![root()]);
    while let Some(folder) = left.pop() {
        if INPUTS.iter().any(|input| folder.join(input).exists()) || folder.join("args").exists() {
            cases.push(Case::of(folder));
        } else {
            left.extend(folders(&folder));
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() >= 240, "{} cases", cases.len());
    cases
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_dir()).collect()
}
