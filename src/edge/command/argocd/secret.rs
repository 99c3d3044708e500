//! `argocd secret`: the facts of clusters as annotations of their Secrets in Argo CD.

use crate::argocd;
use crate::cluster::no_facts;
use crate::edge::cli::ArgocdSecret;
use crate::edge::files;
use crate::edge::reply::Reply;
use crate::edge::report::Report;
use crate::facts;
use crate::krm::{Split, split};
use crate::problem::{Place, Problems};

/// `gpu-machineset argocd secret PATH...`
pub(super) fn secret(args: &ArgocdSecret) -> Reply {
    let (sources, unread) = files::gather(&args.paths, &[]);
    let mut problems = Problems::new();
    problems.extend(unread);
    let splits = sources.iter().map(|source| problems.take(split(source)));
    let splits: Vec<Option<Split<'_>>> = splits.collect();
    let splits: Vec<Split<'_>> = splits.into_iter().flatten().collect();
    let gathered = facts::gather(&splits, None, &mut problems);
    if gathered.clusters.is_empty() && !problems.has_errors() {
        problems.push(no_facts(Place::default()));
    }
    let mut text = String::new();
    if !problems.has_errors() {
        let secret = args.name.as_deref();
        text = argocd::commands(&gathered.clusters, &args.namespace, secret, &args.label);
    }
    Report::default().beside(text, problems)
}
