//! `completions`: what a shell completes.

use clap::CommandFactory as _;

use crate::edge::cli::Cli;
use crate::edge::reply::Reply;

/// `gpu-machineset completions SHELL`
pub(super) fn completions(shell: clap_complete::Shell) -> Reply {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gpu-machineset", &mut bytes);
    Reply::done(String::from_utf8_lossy(&bytes))
}
