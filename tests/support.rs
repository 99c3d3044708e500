//! Runs the built program in a folder of its own.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_gpu-machineset");

/// An object that is nobody's business: it passes through byte for byte.
pub(crate) const OTHER: &str =
    "# kept\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\ndata: {mode: 0755}\n";

/// A ClusterAutoscaler of a cluster, so that nothing is said of pools that scale.
pub(crate) const SCALES_DOWN: &str = "\
apiVersion: autoscaling.openshift.io/v1
kind: ClusterAutoscaler
metadata: {name: default, annotations: {config.kubernetes.io/local-config: \"true\"}}
spec: {scaleDown: {enabled: true}}
";
/// Pools without operators, for tests of something else.
pub(crate) const NO_PLATFORM: &str = "\
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuPlatform
metadata: {name: none, annotations: {config.kubernetes.io/local-config: \"true\"}}
spec: {operators: {}}
";

/// The facts of a cluster on AWS that runs nothing yet, as somebody writes them.
pub(crate) fn aws_facts(name: &str) -> String {
    format!(
        "apiVersion: gpu-machineset.dev/v1alpha1\nkind: ClusterFacts\nmetadata: {{name: {name}}}\nspec:\n  \
         infrastructureName: {name}-x7k2p\n  platform: AWS\n  region: us-east-2\n  openshiftVersion: 4.20.8\n  \
         installedVersion: 4.18.1\n  architecture: amd64\n  ami: ami-0123456789abcdef0\n  clusterAutoscaler: ScalesDown\n  zones: [us-east-2a, us-east-2b]\n"
    )
}

/// A folder of its own for one test, gone afterwards.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// An empty folder; `name` is the test's.
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn file(self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Runs the program here, with nothing on standard input.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Answer {
        Run::new(args).within(&self.0).stdin("")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// One call of the program.
pub(crate) struct Run(Command);

impl Run {
    /// With arguments and an environment without surprises.
    pub(crate) fn new<S: AsRef<OsStr>>(args: &[S]) -> Self {
        Self::of(PROGRAM, args)
    }

    /// Of another program, or a copy of ours.
    pub(crate) fn of<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: &[S]) -> Self {
        let mut command = Command::new(program);
        let args: Vec<OsString> = args.iter().map(Into::into).collect();
        command.args(args).env_clear();
        Self(command)
    }

    /// In a folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// With an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs it to its end.
    pub(crate) fn stdin(mut self, input: impl AsRef<[u8]>) -> Answer {
        let streams = self.0.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = streams.stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_owned();
        // a program that does not read its input is no failure of the test
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Answer::from(output)
    }

    /// Runs it with standard output closed by its reader at once.
    pub(crate) fn into_closed_pipe(mut self, input: &str) -> Answer {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let streams = self.0.stdin(Stdio::piped()).stdout(writer);
        let mut child = streams.stderr(Stdio::piped()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        Answer::from(child.wait_with_output().unwrap())
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Answer {
    /// Rendered, and nothing to say but that what was saved from a cluster does not leave.
    #[track_caller]
    pub(crate) fn clean(self) -> String {
        let of_dumps =
            |said: &&str| said.starts_with("info[dump-not-rendered]") || *said == "1 info\n";
        let more: Vec<&str> = self
            .err
            .split("\n\n")
            .filter(|said| !of_dumps(said))
            .collect();
        let more = more.concat();
        assert_eq!(more, "", "nothing belongs on standard error when clean");
        assert_eq!(self.code, Some(0));
        self.out
    }

    /// Problems, and nothing rendered.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(
            (self.code, self.out.as_str()),
            (Some(1), ""),
            "{}",
            self.err
        );
        self.err
    }

    /// Called wrongly.
    #[track_caller]
    pub(crate) fn misused(self) -> String {
        assert_eq!(
            (self.code, self.out.as_str()),
            (Some(2), ""),
            "{}",
            self.err
        );
        self.err
    }
}
