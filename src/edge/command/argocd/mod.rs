//! `gpu-machineset argocd`: the commands of Argo CD's config management plugin. argocd-cmp-server runs them in the
//! application's folder of a private copy of the repository, with nothing on standard input.

mod application;
mod environment;
mod generate;
mod kustomize;
mod parameters;
mod probe;
mod secret;
mod sources;
mod tree;

use crate::argocd;
use crate::edge::cli::Argocd;
use crate::edge::reply::Reply;
use environment::variables;

/// Runs one of the commands.
pub(super) fn run(command: &Argocd) -> Reply {
    match command {
        Argocd::Generate => generate::generate(&variables()),
        Argocd::Parameters => parameters::parameters(&variables()),
        Argocd::Application(inputs) => application::application(inputs, variables()),
        Argocd::Secret(args) => secret::secret(args),
        Argocd::Plugin => Reply::done(argocd::plugin_yaml()),
        Argocd::Probe { socket } => probe::probe(socket.clone()),
    }
}
