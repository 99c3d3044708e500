//! argocd-cmp-server with a plugin, and the repo-server's side of it: Argo CD's own code on both ends of the socket.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cluster::Server;
use crate::peers::peer;
use crate::{Podman, Project, Run, bin};

/// How long argocd-cmp-server may take until its socket is there.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program of Argo CD: `repo-server-client`, `lua-health` or `applicationset-render`.
pub fn argocd(program: &str) -> PathBuf {
    peer("argocd").join(program)
}

/// Puts requests to a program of Argo CD, all at once, and gives its replies in their order.
pub fn ask(program: &Path, requests: &[Value], env: &[(&str, &Path)]) -> Vec<Value> {
    let mut run = Run::new(program).stdin(Value::from(requests).to_string());
    for (name, value) in env {
        run = run.env(name, value);
    }
    serde_json::from_str(&run.ok()).expect("the peer prints JSON")
}

/// A sidecar: argocd-cmp-server with one plugin and nothing on PATH but what it is given. It ends with this value.
#[derive(Debug)]
pub struct CmpServer {
    server: Server,
    dir: Project,
}

impl CmpServer {
    /// Starts one with this `plugin.yaml`, and waits for its socket.
    pub fn start(plugin: &str) -> Self {
        Self::with_programs(plugin, &[])
    }

    /// The same, with more programs on PATH.
    pub fn with_programs(plugin: &str, programs: &[PathBuf]) -> Self {
        let ours = [bin().to_path_buf(), PathBuf::from("/bin/cat")];
        Self::with_only(plugin, &[&ours, programs].concat())
    }

    /// The same, with these programs on PATH and no other.
    pub fn with_only(plugin: &str, programs: &[PathBuf]) -> Self {
        let dir = Project::new().file("config/plugin.yaml", plugin);
        for folder in ["bin", "sockets", "work"] {
            fs::create_dir(dir.join(folder)).expect("a folder can be made");
        }
        for program in programs {
            let name = program.file_name().expect("a program has a name");
            symlink(program, dir.join("bin").join(name)).expect("a link can be made");
        }
        let server = Server::start(&argocd("argocd-cmp-server"), dir.path(), |command| {
            command
                .env_clear()
                .env("PATH", dir.join("bin"))
                .env("ARGOCD_PLUGINSOCKFILEPATH", dir.join("sockets"))
                .env("ARGOCD_CMP_WORKDIR", dir.join("work"))
                .arg("--config-dir-path")
                .arg(dir.join("config"));
        });
        Self { server, dir }.listening()
    }

    /// The sidecar as it is deployed: the image, the user that OpenShift makes up for a namespace, a root that cannot
    /// be written to, and the volumes of `deploy/`: argocd-cmp-server, sockets, `/tmp`.
    pub fn in_container(podman: &Podman) -> Self {
        let dir = Project::new();
        for folder in ["sockets", "work"] {
            fs::create_dir(dir.join(folder)).expect("a folder can be made");
            // as the folder of an `emptyDir`
            let open = fs::Permissions::from_mode(0o777);
            fs::set_permissions(dir.join(folder), open).expect("a folder can be opened");
        }
        let volume = |from: &Path, to: &str| format!("{}:{to}", from.display());
        let volumes = [
            volume(&peer("argocd"), "/var/run/argocd:ro"),
            volume(&dir.join("sockets"), "/home/argocd/cmp-server/plugins"),
            volume(&dir.join("work"), "/tmp"),
        ];
        let docker = podman.docker_dir().join("docker");
        let server = Server::start(&docker, dir.path(), |command| {
            command
                .args(["run", "--rm", "-i", "--pull=never", "--network", "none"])
                .args(["--user", "1000660000:0", "--cap-drop=all", "--read-only"])
                .args([
                    "--read-only-tmpfs=false",
                    "--security-opt=no-new-privileges",
                ]);
            for volume in &volumes {
                command.args(["--volume", volume]);
            }
            command
                .args(["--entrypoint", "/var/run/argocd/argocd-cmp-server"])
                .arg(Podman::IMAGE);
        });
        Self { server, dir }.listening()
    }

    fn listening(mut self) -> Self {
        let start = Instant::now();
        while self.socket().is_none() {
            if let Some(log) = self.server.ended() {
                panic!("{log}");
            }
            assert!(start.elapsed() < PATIENCE, "{}", self.server.log());
            thread::sleep(Duration::from_millis(20));
        }
        self
    }

    /// The folder that it unpacks repositories into.
    pub fn work(&self) -> PathBuf {
        self.dir.join("work")
    }

    /// The socket, once it is there.
    pub fn socket(&self) -> Option<PathBuf> {
        let entries = fs::read_dir(self.dir.join("sockets")).ok()?;
        entries.flatten().map(|entry| entry.path()).next()
    }

    /// Asks as the repo-server does: one request per application, all at once. Gives a reply with `manifests` (JSON
    /// texts) or an `error` for each.
    pub fn ask(&self, requests: &[Value]) -> Vec<Value> {
        let (sockets, work) = (self.dir.join("sockets"), self.dir.join("work"));
        let env = [
            ("ARGOCD_PLUGINSOCKFILEPATH", sockets.as_path()),
            ("ARGOCD_CMP_WORKDIR", work.as_path()),
        ];
        ask(&argocd("repo-server-client"), requests, &env)
    }

    /// The manifests of one application.
    ///
    /// # Errors
    ///
    /// What its owner sees.
    pub fn manifests(&self, request: &Value) -> Result<Vec<Value>, String> {
        let reply = self.ask(std::slice::from_ref(request)).remove(0);
        if let Some(error) = reply["error"].as_str() {
            return Err(error.to_owned());
        }
        Ok(texts(&reply))
    }
}

/// The manifests of a reply.
pub fn texts(reply: &Value) -> Vec<Value> {
    let list = reply["reply"]["manifests"].as_array();
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts
        .map(|text| serde_json::from_str(text).expect("a manifest is JSON"))
        .collect()
}

/// A request for the manifests of an application of `plugin`.
pub fn application(root: &Path, path: &str, plugin: &str, parameters: &Value) -> Value {
    json!({
        "want": "manifests",
        "root": root,
        "app": "prod-gpu",
        "namespace": "openshift-machine-api",
        "source": {
            "repoURL": "https://git.example.com/fleet.git",
            "path": path,
            "targetRevision": "main",
            "plugin": {"name": plugin, "parameters": parameters},
        },
        "kubeVersion": "1.33.4",
        "apiVersions": ["v1", "machine.openshift.io/v1beta1", "autoscaling.openshift.io/v1beta1"],
    })
}
