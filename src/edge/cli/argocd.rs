//! The arguments of `argocd`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Inputs, examples, values};

/// `gpu-machineset argocd ...`
#[derive(Debug, Subcommand)]
pub(in crate::edge) enum Argocd {
    /// Render the application in the current folder
    #[command(after_help = examples::GENERATE)]
    Generate,
    /// Print the parameters that the Application takes, with the values of its files, as JSON
    Parameters,
    /// Print what the Application must say of a rendered set: ignoreDifferences and sync policy
    #[command(after_help = examples::APPLICATION)]
    Application(Inputs),
    /// Print the commands that write the facts of a cluster onto its Secret in Argo CD
    #[command(after_help = examples::SECRET)]
    Secret(ArgocdSecret),
    /// Print plugin.yaml, which argocd-cmp-server reads
    Plugin,
    /// Succeed when argocd-cmp-server answers on its socket
    Probe {
        /// The socket [default: $ARGOCD_PLUGINSOCKFILEPATH/gpu-machineset.sock]
        socket: Option<PathBuf>,
    },
}

/// `gpu-machineset argocd secret`
#[derive(Args, Debug)]
pub(in crate::edge) struct ArgocdSecret {
    /// ClusterFacts, or dumps of a cluster: files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::edge) paths: Vec<PathBuf>,
    /// Name of the Secret; the name of the facts when left out
    #[arg(long, value_name = "NAME", value_parser = values::object_name)]
    pub(in crate::edge) name: Option<String>,
    /// Namespace of Argo CD
    #[arg(long, value_name = "NAMESPACE", default_value = "openshift-gitops")]
    pub(in crate::edge) namespace: String,
    /// A label that a selector of clusters looks for. May be repeated
    #[arg(
        long,
        value_name = "KEY=VALUE",
        default_value = "gpu-machineset.dev/pools=true"
    )]
    pub(in crate::edge) label: Vec<String>,
}
