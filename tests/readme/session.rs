//! A page as a session at a terminal: its files are written, its commands run, in the order of the page.
//!
//! A comment before each block says what it is:
//! `file NAME`, `run`, `run, exit 1`, `run with kustomize`, `run with kustomize, exit 1`, `prints`, `complains`, `cargo`,
//! `yaml`, and `elsewhere` for what is typed where another program or a cluster is. A block without one is read and not run, on all pages but the README. `in the example` in a line of its own
//! begins the session in a folder with the pool and the facts of the shipped example, which were applied to the cluster.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One fenced block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// What the comment before it says.
    pub(crate) mark: String,
    /// `sh`, `yaml`, `text`.
    pub(crate) language: String,
    /// Where it begins.
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// All blocks of a page.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    let mut indent = 0;
    let mut mark = String::new();
    for (index, line) in page.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        match (&mut open, fence) {
            (None, Some(language)) => {
                indent = line.len() - line.trim_start().len();
                open = Some(Block {
                    mark: std::mem::take(&mut mark),
                    language: language.to_owned(),
                    line: index + 1,
                    text: String::new(),
                });
            }
            (Some(block), None) => {
                // a block of a list is as deep as its entry
                let deep = line.len() - line.trim_start().len();
                block.text.push_str(&line[indent.min(deep)..]);
                block.text.push('\n');
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, None) => {
                let comment = line
                    .strip_prefix("<!-- ")
                    .and_then(|l| l.strip_suffix(" -->"));
                comment.unwrap_or_default().clone_into(&mut mark);
            }
        }
    }
    assert!(open.is_none(), "a block is never closed");
    blocks
}

/// What a block of commands answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) block: Block,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Where the session runs.
pub(crate) struct Session<'a> {
    /// The page, from the top of the repository.
    pub(crate) page: &'a str,
    /// The repository.
    pub(crate) root: &'a Path,
    /// An empty folder.
    pub(crate) folder: &'a Path,
    /// Folders that come first on `PATH`: our program's, and the peers' when they are there.
    pub(crate) path: Vec<PathBuf>,
    /// Whether kustomize and kubectl are among them.
    pub(crate) peers: bool,
}

impl Session<'_> {
    /// Runs the whole page and gives what its commands answered. Panics at the first that is not as the page says.
    pub(crate) fn run(&self, page: &str) -> Vec<Reply> {
        let home = self.folder.join("home");
        fs::create_dir_all(home.join("bin")).unwrap();
        fs::create_dir_all(self.work()).unwrap();
        self.write_oc(&home.join("bin/oc"));
        fs::write(home.join("env"), "").unwrap();
        if page.contains("\n<!-- in the example -->\n") {
            self.begin_in_the_example(&home);
        }
        let mut replies: Vec<Reply> = Vec::new();
        for block in blocks(page) {
            let at = format!("{}:{}: `{}`", self.page, block.line, block.mark);
            if block.mark.is_empty() && self.page != "README.md" {
                continue;
            }
            let runs = ["run", "cargo", "elsewhere"].iter();
            let runs = runs.copied().any(|word| block.mark.starts_with(word));
            assert_eq!(runs, block.language == "sh", "{at}");
            match block.mark.as_str() {
                "run" => replies.push(self.reply(&home, block, 0)),
                "run, exit 1" => replies.push(self.reply(&home, block, 1)),
                "run with kustomize" if self.peers => replies.push(self.reply(&home, block, 0)),
                "run with kustomize, exit 1" if self.peers => {
                    replies.push(self.reply(&home, block, 1));
                }
                "run with kustomize" | "cargo" | "yaml" | "elsewhere" => {}
                "prints" => holds(self.page, &last(&replies).out, &block),
                "complains" => assert_eq!(last(&replies).err, block.text, "{at}"),
                mark => match mark.strip_prefix("file ") {
                    Some(name) => self.write(name, &block.text),
                    None => panic!("{at} is not known; see tests/readme/session.rs"),
                },
            }
        }
        replies
    }

    /// What `oc apply` was given last.
    pub(crate) fn applied(&self) -> String {
        fs::read_to_string(self.folder.join("home/applied")).unwrap()
    }

    fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// What the first pool's page ends with: a pool, its facts, and a cluster that has what they become.
    fn begin_in_the_example(&self, home: &Path) {
        let example = self.root.join("functions/GpuMachineSet/example");
        let pool = fs::read_to_string(example.join("gpu.yaml")).unwrap();
        // the path of the schema is right where the example lies
        let pool = match pool.split_once('\n') {
            Some((first, rest)) if first.starts_with("# yaml-language-server:") => rest,
            _ => &pool,
        };
        self.write("gpu.yaml", pool);
        for entry in fs::read_dir(example.join("facts")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            self.write(
                &format!("facts/{name}"),
                &fs::read_to_string(&path).unwrap(),
            );
        }
        self.sh(
            home,
            "gpu-machineset render gpu.yaml facts/ | oc apply -f -",
            0,
            0,
        );
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.work().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The user's cluster: it has what the example's dumps hold, and takes whatever is not empty.
    fn write_oc(&self, path: &Path) {
        let facts = self.root.join("functions/GpuMachineSet/example/facts");
        let script = format!(
            "#!/bin/sh\nset -eu\ncase \"$*\" in\n\
             'get infrastructure cluster -o yaml') cat {facts}/infrastructure.yaml ;;\n\
             'get clusterversion version -o yaml') cat {facts}/version.yaml ;;\n\
             'get clusterautoscalers.autoscaling.openshift.io -o yaml') cat {facts}/clusterautoscaler.yaml ;;\n\
             'get machinesets.machine.openshift.io -n openshift-machine-api -o yaml') cat {facts}/machinesets.yaml ;;\n\
             'get infrastructures.config.openshift.io,'*' -A -o yaml') for dump in {facts}/*.yaml {home}/group {home}/applied; do echo ---; cat $dump; done ;;\n\
             'get clusterpolicies.nvidia.com,'*' -A -o yaml') echo '{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": []}}' ;;\n\
             'apply -f -') cat >{home}/applied && test -s {home}/applied ;;\n\
             'apply -f '*) cat \"$3\"/*.yaml >{home}/applied ;;\n\
             *) echo \"oc: not in the example: $*\" >&2; exit 1 ;;\nesac\n",
            facts = facts.display(),
            home = self.folder.join("home").display(),
        );
        let group = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: global-operators, namespace: openshift-operators}\n";
        fs::write(self.folder.join("home/group"), group).unwrap();
        fs::write(path, script).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn reply(&self, home: &Path, block: Block, code: i32) -> Reply {
        let (out, err) = self.sh(home, &block.text, code, block.line);
        Reply { block, out, err }
    }

    /// One block in one shell; what it exports stays for the blocks after it.
    fn sh(&self, home: &Path, text: &str, code: i32, line: usize) -> (String, String) {
        let env = home.join("env").display().to_string();
        let script = format!("set -euo pipefail; source {env}\n{text}\nexport -p >{env}\n");
        let mut path = vec![home.join("bin")];
        path.extend(self.path.iter().cloned());
        path.extend(["/usr/bin", "/bin"].map(PathBuf::from));
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(self.work())
            .env_clear()
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("HOME", home)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let at = format!("{}:{line}", self.page);
        assert_eq!(output.status.code(), Some(code), "{at}: {err}");
        let graver = ["error[", "warning["]
            .iter()
            .any(|severity| err.contains(severity));
        let informs = err.starts_with("info[") && !graver;
        assert!(code != 0 || err.is_empty() || informs, "{at}: {err}");
        (out, err)
    }
}

fn last(replies: &[Reply]) -> &Reply {
    replies.last().unwrap()
}

/// The block is the output with gaps where it says `# ...`; without a gap at an end, it begins or ends there.
fn holds(page: &str, out: &str, block: &Block) {
    let mut rest = out;
    let mut anchored = true;
    for piece in block.text.split("# ...\n") {
        let found = rest.find(piece);
        let found = found.filter(|at| !anchored || *at == 0);
        let at = found.unwrap_or_else(|| {
            let line = block.line;
            panic!("{page}:{line}: the output does not hold, or not here:\n{piece}\n---\n{out}")
        });
        assert!(at == 0 || rest[..at].ends_with('\n'), "half a line");
        rest = &rest[at + piece.len()..];
        anchored = false;
    }
    let open_end = block.text.ends_with("# ...\n");
    assert!(open_end || rest.is_empty(), "more comes out:\n{rest}");
}
