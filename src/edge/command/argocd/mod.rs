//! `gpu-machineset argocd`: the commands of Argo CD's config management plugin. argocd-cmp-server runs them in the
//! application's folder of a private copy of the repository, with nothing on standard input.

mod application;
mod kustomize;
mod probe;
mod tree;

use std::env;
use std::path::PathBuf;

use clap::Subcommand;

use crate::api::our_kind;
use crate::argocd::{self, Destination, Parameters, Variables};
use crate::cluster;
use crate::cluster::{ClusterFacts, FactName};
use crate::facts::{self, Gathered, Given};
use crate::krm::{Document, Source, Split, split, split_again};
use crate::problem::{Problems, rules};
use crate::{Input, Mode, Output, expand};

use crate::edge::cli::Inputs;
use crate::edge::report::Report;
use crate::edge::{Reply, add_unread, files, never_empty};
use tree::Tree;

const ENV_PREFIX: &str = "ARGOCD_ENV_";
/// Problems in one report: Argo CD keeps it in the status of the Application, which etcd limits to 1.5 MiB.
const SHOWN: usize = 100;

const GENERATE_HELP: &str = "\
Reads every manifest of the current folder, or what `kustomize build` makes of it when
it holds a kustomization. Facts and overrides come from ARGOCD_APP_PARAMETERS, then from
ARGOCD_ENV_*, then from the files. To see what Argo CD will see:
  cd apps/gpu && ARGOCD_APP_PARAMETERS='[{\"name\": \"region\", \"string\": \"us-east-2\"}]' \\
    gpu-machineset argocd generate";

const APPLICATION_HELP: &str = "\
Examples:
  gpu-machineset argocd application apps/gpu --facts clusters/prod
  gpu-machineset argocd application apps/gpu argocd/gpu.yaml

Of an Application among the paths, the parameters and variables of its plugin count as
Argo CD hands them over; so do ARGOCD_APP_PARAMETERS and ARGOCD_ENV_*, which are stronger.
Paths of the parameter `facts` are relative to the folder.";

/// `gpu-machineset argocd ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Argocd {
    /// Render the application in the current folder
    #[command(after_help = GENERATE_HELP)]
    Generate,
    /// Print the parameters that the Application takes, with the values of its files, as JSON
    Parameters,
    /// Print what the Application must say of a rendered set: ignoreDifferences and sync policy
    #[command(after_help = APPLICATION_HELP)]
    Application(Inputs),
    /// Print plugin.yaml, which argocd-cmp-server reads
    Plugin,
    /// Succeed when argocd-cmp-server answers on its socket
    Probe {
        /// The socket [default: $ARGOCD_PLUGINSOCKFILEPATH/gpu-machineset.sock]
        socket: Option<PathBuf>,
    },
}

/// Runs one of the commands.
pub(crate) fn run(command: &Argocd) -> Reply {
    match command {
        Argocd::Generate => generate(&variables()),
        Argocd::Parameters => parameters(&variables()),
        Argocd::Application(inputs) => application::application(inputs, variables()),
        Argocd::Plugin => Reply::done(argocd::plugin_yaml()),
        Argocd::Probe { socket } => probe::probe(socket.clone()),
    }
}

/// What Argo CD passes.
fn variables() -> Variables {
    let env = env::vars_os().filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(ENV_PREFIX)?.to_owned();
        Some((name, value.to_string_lossy().into_owned()))
    });
    Variables {
        application: text("ARGOCD_APP_NAME"),
        parameters: text("ARGOCD_APP_PARAMETERS"),
        env: env.collect(),
    }
}

/// A variable, empty when it is not there.
fn text(name: &str) -> String {
    env::var_os(name)
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// `gpu-machineset argocd generate`
fn generate(variables: &Variables) -> Reply {
    let mut problems = Problems::new();
    let parameters = variables.read(&mut problems);
    let sources = read(&parameters, &mut problems);
    let giver = variables.giver();
    let input = Input {
        sources,
        mode: Mode::Bare,
        given: Some(parameters.given),
    };
    let mut output = Output::default();
    if !input.sources.is_empty() {
        output = expand(&input);
    }
    if !output.problems.has_errors() {
        let whole = Source::new("<output>", output.text.as_str());
        if let Some(cut) = problems.take(split_again(&whole)) {
            let judged = argocd::recheck(&cut, &input.sources, &text("ARGOCD_APP_NAMESPACE"));
            let destination = Destination {
                kube_version: text("KUBE_VERSION"),
                api_versions: text("KUBE_API_VERSIONS"),
            };
            let refused = destination.check(&cut, &clusters(&input), &giver);
            problems.extend(judged.into_iter().chain(refused));
        }
    }
    if problems.has_errors() {
        output.text.clear();
    }
    if problems
        .iter()
        .any(|problem| problem.rule == &rules::argocd::NO_KIND)
    {
        // the same of what leaves, which Argo CD refuses
        output
            .problems
            .forget(|problem| problem.rule == &rules::input::NO_OBJECT);
    }
    add_unread(&mut output.problems, problems);
    never_empty(&mut output);
    let path = text("ARGOCD_APP_SOURCE_PATH");
    let said = output.problems.into_iter();
    let said = said.map(|problem| argocd::for_authors(problem, &giver, &path));
    let mut problems = Problems::new();
    problems.extend(said);
    let report = Report {
        most: SHOWN,
        ..Report::default()
    };
    report.beside(output.text, problems)
}

/// The facts that were used, as they were gathered.
fn clusters(input: &Input) -> Vec<ClusterFacts> {
    let splits = input.sources.iter().filter_map(|source| split(source).ok());
    let splits: Vec<Split<'_>> = splits.collect();
    let given = input.given.as_ref();
    let gathered = facts::gather(&splits, given, &mut Problems::new());
    let mut clusters = gathered.clusters;
    clusters.extend(held(&splits, given));
    clusters
}

/// The facts that placeholders hold themselves, each cluster once.
fn held(splits: &[Split<'_>], given: Option<&Given>) -> Vec<ClusterFacts> {
    let ours = |document: &&Document<'_>| matches!(our_kind(document), Some(Ok(_)));
    let documents = splits.iter().flat_map(|split| &split.documents);
    let mut clusters: Vec<ClusterFacts> = Vec::new();
    for document in documents.filter(ours) {
        let Some(mut held) = facts::from_spec(document, given, &mut Problems::new()) else {
            continue;
        };
        if held.names == [document.name.as_ref()] {
            // facts without a name, and that of a placeholder is none
            held.name.clear();
        }
        let infra = |cluster: &ClusterFacts| {
            let infra = cluster.infrastructure_name.as_ref();
            infra.map(|fact| fact.value.clone())
        };
        if clusters.iter().all(|known| infra(known) != infra(&held)) {
            clusters.push(held);
        }
    }
    clusters
}

/// The sources of the application: its folder's, then the facts that parameters name.
fn read(parameters: &Parameters, problems: &mut Problems) -> Vec<Source> {
    let tree = Tree::of_current_folder();
    let facts = tree.facts(&parameters.facts, problems);
    let here = PathBuf::from(".");
    if files::kustomization(&here).is_none() {
        let (sources, unread) = files::gather_within(&tree.root, &[here], &facts);
        problems.extend(unread.into_iter().map(kustomize::nested));
        return sources;
    }
    // without it nobody knows which pools there are, and facts alone say nothing
    let Some(built) = kustomize::build(&tree, problems) else {
        return Vec::new();
    };
    let (facts, unread) = files::gather_within(&tree.root, &[], &facts);
    problems.extend(unread);
    std::iter::once(built).chain(facts).collect()
}

/// `gpu-machineset argocd parameters`: never fails, since the tab that shows them is where mistakes are repaired.
fn parameters(variables: &Variables) -> Reply {
    let mut unsaid = Problems::new();
    let parameters = variables.read(&mut unsaid);
    // a pool that is not whole needs facts that nobody can name
    let given = Given {
        pools: parameters.given.pools.clone(),
        cluster: parameters.given.cluster.clone(),
        ..Given::default()
    };
    let input = Input {
        sources: read(&parameters, &mut unsaid),
        mode: Mode::Bare,
        given: Some(given),
    };
    let splits = input.sources.iter().filter_map(|source| split(source).ok());
    let splits: Vec<Split<'_>> = splits.collect();
    let all = facts::gather(&splits, None, &mut unsaid);
    let mut gathered: Gathered = facts::gather(&splits, input.given.as_ref(), &mut unsaid);
    if gathered.clusters.is_empty() {
        gathered.clusters = held(&splits, input.given.as_ref());
    }
    let mut missing: Vec<FactName> = Vec::new();
    if !input.sources.is_empty() {
        let problems = expand(&input).problems;
        missing.extend(problems.iter().filter_map(cluster::fact_that_is_missing));
        // what a mistake in the tree keeps it from stating may be given as well
        missing.extend(gathered.clusters.iter().flat_map(|cluster| &cluster.failed));
    }
    let json = argocd::announcements(&splits, &all, &gathered.clusters, &missing);
    Reply::done(format!("{json:#}\n"))
}
