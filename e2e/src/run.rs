//! One run of a program, bounded in time, with all that it said.

use std::ffi::OsStr;
use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A program about to run. Standard input is what [`Run::stdin`] was given, or empty.
#[derive(Debug)]
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
    limit: Duration,
}

impl Run {
    /// A run of `program`. It sees no cluster and no plugins of the person who runs the tests.
    pub fn new(program: impl AsRef<Path>) -> Self {
        let mut command = Command::new(program.as_ref());
        command
            .env("KUBECONFIG", "/dev/null")
            .env_remove("KUSTOMIZE_PLUGIN_HOME")
            .env_remove("XDG_CONFIG_HOME");
        Self {
            command,
            stdin: Vec::new(),
            limit: Duration::from_secs(120),
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    /// Runs in this folder.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs without any environment variable but those that [`Run::env`] sets from here on.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.command.env_clear();
        self
    }

    /// Puts a folder before all others on `PATH`.
    #[must_use]
    pub fn path_first(mut self, dir: impl AsRef<Path>) -> Self {
        let mut path = dir.as_ref().as_os_str().to_owned();
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        self.command.env("PATH", path);
        self
    }

    /// What the program reads.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Kills it after this long, which fails the test. A bound against hanging, never a measure.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end.
    pub fn out(mut self) -> Out {
        let what = format!("{:?}", self.command);
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that the limit ends what it started as well.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|e| panic!("cannot run {what}: {e}"));

        let mut stdin = child.stdin.take().expect("stdin is piped");
        let bytes = std::mem::take(&mut self.stdin);
        // A program need not read its input: a closed pipe is no failure.
        thread::spawn(move || drop(stdin.write_all(&bytes)));
        let stdout = collect(child.stdout.take().expect("stdout is piped"));
        let stderr = collect(child.stderr.take().expect("stderr is piped"));

        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("the child can be waited for") {
                break status;
            }
            if start.elapsed() > self.limit {
                kill_group(&mut child);
                panic!("{what} did not end within {:?}", self.limit);
            }
            thread::sleep(Duration::from_millis(2));
        };
        let take = |pipe: mpsc::Receiver<Vec<u8>>| {
            let bytes = pipe
                .recv_timeout(self.limit)
                .unwrap_or_else(|_| panic!("{what} ended but its output stays open"));
            String::from_utf8(bytes).unwrap_or_else(|e| panic!("{what} wrote no UTF-8: {e}"))
        };
        Out {
            code: status.code(),
            stdout: take(stdout),
            stderr: take(stderr),
            what,
        }
    }

    /// Runs it, expects success, and gives its standard output.
    pub fn ok(self) -> String {
        self.out().succeeded().stdout.clone()
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // Nobody listens any more once the limit has passed.
        if pipe.read_to_end(&mut bytes).is_ok() {
            drop(send.send(bytes));
        }
    });
    receive
}

fn kill_group(child: &mut Child) {
    drop(
        Command::new("kill")
            .args(["-KILL", "--", &format!("-{}", child.id())])
            .status(),
    );
    drop(child.kill());
    drop(child.wait());
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Out {
    what: String,
    /// Exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Out {
    /// Fails the test unless the exit code is 0.
    pub fn succeeded(&self) -> &Self {
        self.ended_with(0)
    }

    /// Fails the test unless the exit code is `code`.
    pub fn ended_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Fails the test unless nothing is on standard output.
    pub fn silent(&self) -> &Self {
        assert!(self.stdout.is_empty(), "stdout is not empty\n{self}");
        self
    }

    /// Fails the test unless nothing is on standard error.
    pub fn quiet(&self) -> &Self {
        assert!(self.stderr.is_empty(), "stderr is not empty\n{self}");
        self
    }

    /// Fails the test unless standard error holds infos alone, this one among them.
    pub fn informs(&self, rule: &str) -> &Self {
        let grave = ["error", "warning"]
            .iter()
            .any(|word| self.stderr.contains(word));
        assert!(!grave, "more than infos on stderr\n{self}");
        self.complains(&format!("info[{rule}]"))
    }

    /// Fails the test unless standard output holds `text`.
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "no {text:?} on stdout\n{self}");
        self
    }

    /// Fails the test if standard output holds `text`.
    pub fn never_says(&self, text: &str) -> &Self {
        assert!(!self.stdout.contains(text), "{text:?} on stdout\n{self}");
        self
    }

    /// Fails the test unless standard error holds `text`.
    pub fn complains(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "no {text:?} on stderr\n{self}");
        self
    }

    /// The documents on standard output.
    pub fn docs(&self) -> Vec<Value> {
        crate::project::documents(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{self}"))
    }

    /// The one document on standard output of this kind and name.
    pub fn object(&self, kind: &str, name: &str) -> Value {
        let mut found = self.docs();
        found.retain(|d| d["kind"] == kind && d["metadata"]["name"] == name);
        assert_eq!(found.len(), 1, "objects {kind}/{name}\n{self}");
        found.remove(0)
    }

    /// `Kind/name` of every document on standard output, sorted.
    pub fn objects(&self) -> Vec<String> {
        let mut all: Vec<String> = self.docs().iter().map(crate::object_id).collect();
        all.sort();
        all
    }
}

impl fmt::Display for Out {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "{what}\nexit code {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---"
        )
    }
}
