//! A real control plane: etcd and kube-apiserver on the loopback address.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::peers::peer;
use crate::{Project, Run, crd};

/// How long a server may take to answer. It takes two seconds on two idle cores.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running kube-apiserver with its etcd. Both end with this value, and with the process at the latest.
#[derive(Debug)]
pub struct ApiServer {
    // Dropped in this order: first the server, then its store, then their folder.
    apiserver: Server,
    etcd: Server,
    dir: Project,
    url: String,
}

impl ApiServer {
    /// Starts one and waits until it is ready.
    pub fn start() -> Self {
        // A free port may be taken by somebody else before the server has it.
        let mut said = String::new();
        for _ in 0..3 {
            match Self::try_start() {
                Ok(server) => return server,
                Err(why) => said = why,
            }
        }
        panic!("no control plane after three tries: {said}");
    }

    fn try_start() -> Result<Self, String> {
        let bin = peer("kube");
        let key = Run::new(bin.join("service-account-key")).ok();
        let dir = Project::new()
            .file("key.pem", key)
            .file("tokens.csv", format!("{TOKEN},e2e,e2e,system:masters\n"));
        let [client, etcd_peer, secure] = free_ports();
        let (store, url) = (loopback("http", client), loopback("https", secure));

        let etcd = Server::start(&bin.join("etcd"), dir.path(), |etcd| {
            let own = loopback("http", etcd_peer);
            etcd.args(["--data-dir", "etcd", "--name", "e2e", "--unsafe-no-fsync"])
                .args(["--listen-client-urls", &store])
                .args(["--advertise-client-urls", &store])
                .args(["--listen-peer-urls", &own])
                .args(["--initial-advertise-peer-urls", &own])
                .args(["--initial-cluster", &format!("e2e={own}")]);
        });
        let apiserver = Server::start(&bin.join("kube-apiserver"), dir.path(), |api| {
            api.args(["--etcd-servers", &store])
                .args(["--bind-address", "127.0.0.1"])
                .args(["--secure-port", &secure.to_string()])
                .args(["--cert-dir", "certs", "--token-auth-file", "tokens.csv"])
                .args(["--authorization-mode", "AlwaysAllow"])
                // as on OpenShift, which leaves it to security context constraints
                .arg("--allow-privileged=true")
                // No controller makes service accounts here.
                .args(["--disable-admission-plugins", "ServiceAccount"])
                .args(["--service-account-issuer", "https://localhost"])
                .args(["--service-account-key-file", "key.pem"])
                .args(["--service-account-signing-key-file", "key.pem"])
                // It announces itself under this one, which must not be loopback. Nothing is sent there.
                .args(["--advertise-address", "192.0.2.1"])
                .args(["--endpoint-reconciler-type", "none"]);
        });
        let mut server = Self {
            apiserver,
            etcd,
            dir,
            url,
        };
        server.ready()?;
        Ok(server)
    }

    fn ready(&mut self) -> Result<(), String> {
        let start = Instant::now();
        loop {
            let out = self.kubectl(["get", "--raw", "/readyz"]).out();
            if out.code == Some(0) && out.stdout == "ok" {
                return Ok(());
            }
            for server in [&mut self.etcd, &mut self.apiserver] {
                if let Some(log) = server.ended() {
                    return Err(log);
                }
            }
            if start.elapsed() > PATIENCE {
                return Err(format!(
                    "not ready after {PATIENCE:?}\n{out}\n{}",
                    self.apiserver.log()
                ));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// A run of kubectl against this server, and no other.
    pub fn kubectl<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Run {
        Run::new(crate::kubectl())
            .args(args)
            .args(["--server", &self.url, "--token", TOKEN])
            .args(["--insecure-skip-tls-verify", "--cache-dir"])
            .arg(self.dir.join("cache"))
            .dir(self.dir.path())
    }

    /// Adds CRDs, by the names of their files in the shared folder, and waits until they are served.
    pub fn apply_crds(&self, names: &[&str]) {
        self.apply_crd_texts(&names.iter().map(|name| crd(name)).collect::<Vec<_>>());
    }

    /// Adds CRDs, and waits until they are served.
    pub fn apply_crd_texts(&self, texts: &[String]) {
        // Server-side: client-side apply would copy each CRD into an annotation, and some are too large for one.
        self.kubectl(["apply", "--server-side", "-f", "-"])
            .stdin(texts.join("\n---\n"))
            .ok();
        let established = || {
            self.kubectl(["wait", "--for=condition=Established", "--timeout=60s"])
                .args(["crd", "--all"])
        };
        // on a busy machine it sees a CRD before that has any condition, and gives up at once
        for _ in 0..20 {
            if established().out().code == Some(0) {
                return;
            }
            thread::sleep(Duration::from_millis(250));
        }
        established().ok();
    }

    /// Makes a namespace.
    pub fn create_namespace(&self, name: &str) {
        self.kubectl(["create", "namespace", name]).ok();
    }

    /// Creates objects under strict field validation: an unknown or a duplicate field is an error.
    pub fn create(&self, yaml: &str) -> Run {
        self.kubectl(["create", "--validate=strict", "-f", "-"])
            .stdin(yaml)
    }

    /// Applies objects server-side, as a GitOps controller does, under strict field validation.
    pub fn apply(&self, yaml: &str) -> Run {
        self.kubectl(["apply", "--server-side", "--validate=strict"])
            .args(["--field-manager=e2e", "--force-conflicts", "-f", "-"])
            .stdin(yaml)
    }

    /// What the server holds of the objects in `yaml`, in their order.
    pub fn get(&self, yaml: &str) -> Vec<Value> {
        let text = self
            .kubectl(["get", "-o", "json", "-f", "-"])
            .stdin(yaml)
            .ok();
        let mut found: Value = serde_json::from_str(&text).expect("kubectl prints JSON");
        match found["items"].take() {
            Value::Array(items) => items,
            _ => vec![found],
        }
    }
}

/// `Kind/name` of an object.
pub fn object_id(object: &Value) -> String {
    let text = |v: &Value| v.as_str().unwrap_or("?").to_owned();
    format!(
        "{}/{}",
        text(&object["kind"]),
        text(&object["metadata"]["name"])
    )
}

/// Good on a server that lives for one test and listens on the loopback address only.
const TOKEN: &str = "e2e";

fn loopback(scheme: &str, port: u16) -> String {
    format!("{scheme}://127.0.0.1:{port}")
}

/// Ports that are free now. Held at once, so that they differ.
fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    held.map(|socket| socket.local_addr().expect("a bound socket").port())
}

/// A server process with its log. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    name: String,
    log: std::path::PathBuf,
}

impl Server {
    pub(crate) fn start(program: &Path, dir: &Path, arguments: impl FnOnce(&mut Command)) -> Self {
        let name = program
            .file_name()
            .expect("a program has a name")
            .to_string_lossy()
            .into_owned();
        let log = dir.join(format!("{name}.log"));
        let file = File::create(&log).expect("a log file can be made");
        let mut command = Command::new(program);
        arguments(&mut command);
        let child = command
            .current_dir(dir)
            // The server ends when this pipe does, also when the test process is killed.
            .stdin(Stdio::piped())
            .stdout(file.try_clone().expect("a file can be shared"))
            .stderr(file)
            .spawn()
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        Self { child, name, log }
    }

    /// The log, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self
            .child
            .try_wait()
            .expect("the child can be waited for")?;
        Some(format!("{} ended: {status}\n{}", self.name, self.log()))
    }

    pub(crate) fn log(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
