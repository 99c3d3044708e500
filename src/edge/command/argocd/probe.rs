//! `argocd probe`: for the kubelet, which cannot speak gRPC to a unix socket, and for images without a shell.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use crate::argocd::PLUGIN;
use crate::edge::reply::Reply;
use crate::edge::report::Report;
use crate::edge::streams::reason;
use crate::problem::rules::argocd as rule;
use crate::problem::{Place, Problem, Problems};

/// Where argocd-cmp-server puts its sockets (argo-cd common.go, DefaultPluginSockFilePath).
const SOCKETS: &str = "/home/argocd/cmp-server/plugins";

/// Connects as the repo-server does, and says nothing.
pub(super) fn probe(socket: Option<PathBuf>) -> Reply {
    let folder = || {
        env::var_os("ARGOCD_PLUGINSOCKFILEPATH")
            .map_or_else(|| PathBuf::from(SOCKETS), PathBuf::from)
    };
    let socket = socket.unwrap_or_else(|| folder().join(format!("{PLUGIN}.sock")));
    let mut problems = Problems::new();
    if let Err(error) = UnixStream::connect(&socket) {
        let path = socket.display();
        let message = format!("nobody answers on `{path}`: {}", reason(&error));
        let problem = Problem::new(
            &rule::PROBE_FAILED,
            Place::in_file(socket.to_string_lossy()),
            message,
        );
        problems.push(
            problem.help("look at the log of argocd-cmp-server, the command of this container"),
        );
    }
    Report::default().beside(String::new(), problems)
}
