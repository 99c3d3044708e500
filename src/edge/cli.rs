//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::report::{Color, Format, Report};
use super::{Reply, usage};
use crate::edge::command::argocd::Argocd;
use crate::edge::command::{argocd, catalog, facts, install, plan, render};

const EXAMPLES: &str = "\
First pool, on a cluster that you are logged in to:
  mkdir facts
  oc get infrastructure cluster -o yaml > facts/infrastructure.yaml
  oc get machinesets.machine.openshift.io -n openshift-machine-api -o yaml > facts/machinesets.yaml
  oc get clusterversion version -o yaml > facts/version.yaml
  cat > gpu.yaml <<EOF
  apiVersion: gpu-machineset.dev/v1alpha1
  kind: GpuMachineSet
  metadata:
    name: l4
    annotations: {config.kubernetes.io/local-config: \"true\"}
  spec:
    instanceType: g6.4xlarge
    replicas: 1
  EOF
  gpu-machineset render gpu.yaml facts/ | oc apply -f -

Without a command it reads documents, or the ResourceList of a KRM function, from
standard input, and writes the same kind to standard output:
  cat gpu.yaml facts/*.yaml | gpu-machineset
  kustomize build --enable-alpha-plugins --enable-exec overlays/prod

Exit codes: 0 rendered, 1 problems (all of them on standard error, nothing
rendered), 2 called wrongly.";

const RENDER_EXAMPLES: &str = "\
Examples:
  gpu-machineset render gpu.yaml facts/
  gpu-machineset render gpu.yaml --facts facts/ -o rendered/
  gpu-machineset render gpu.yaml --facts clusters/ --per-cluster -o rendered/
  kustomize build base | gpu-machineset render - --facts facts/";

const CHECK_EXAMPLES: &str = "\
Examples:
  gpu-machineset check gpu.yaml facts/
  gpu-machineset check . --format sarif > gpu-machineset.sarif
  gpu-machineset check . --format github --deny-warnings
  gpu-machineset check gpu.yaml --facts clusters/ --per-cluster

Text goes to standard error, every other format to standard output.";

const FACTS_EXAMPLES: &str = "\
Examples:
  oc get infrastructures.config.openshift.io,clusterversions.config.openshift.io,machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io,subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml | gpu-machineset facts -o facts.yaml
  gpu-machineset facts must-gather.local.123/ > facts.yaml

One ClusterFacts comes out: what pools and operators need of the cluster and
nothing else. Review it, commit it, and render with it:
  gpu-machineset render gpu.yaml facts.yaml";

const DIFF_EXAMPLES: &str = "\
Examples:
  oc get machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io -n openshift-machine-api -o yaml | gpu-machineset diff gpu.yaml facts.yaml --live -
  gpu-machineset diff gpu.yaml --live must-gather.local.123/ --format json-patch

What the cluster adds by itself is no difference: defaults, status, annotations
of controllers, replicas that the autoscaler decides. Facts may come out of the
dump. Running machines are never replaced: MachineSets do not roll.

Exit codes: 0 no difference, 1 differences, 2 called wrongly or nothing could be
rendered.";

const ADOPT_EXAMPLES: &str = "\
Examples:
  oc get infrastructures.config.openshift.io,clusterversions.config.openshift.io,machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io,subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml > cluster.yaml
  gpu-machineset facts cluster.yaml -o facts.yaml
  gpu-machineset adopt cluster.yaml -o gpu.yaml
  gpu-machineset diff gpu.yaml facts.yaml --live cluster.yaml

To be told what a cloning Job left behind:
  oc get jobs.batch,cronjobs.batch,configmaps,serviceaccounts -n NAMESPACE -o yaml > job.yaml
  oc get clusterroles,clusterrolebindings -o yaml > roles.yaml
  gpu-machineset adopt cluster.yaml job.yaml roles.yaml -o gpu.yaml";

const CATALOG_EXAMPLES: &str = "\
Examples:
  gpu-machineset catalog g6.4xlarge
  gpu-machineset catalog h100 --platform AWS
  gpu-machineset catalog operators --openshift 4.20";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  gpu-machineset schema GpuMachineSet > gpu-machineset.schema.json
  # first line of gpu.yaml:
  # yaml-language-server: $schema=gpu-machineset.schema.json";

const INSTALL_EXAMPLES: &str = "\
Examples:
  eval \"$(gpu-machineset install ~/.config/kustomize/plugin)\"
  kubectl kustomize --enable-alpha-plugins overlays/prod

One GpuMachineSet, GpuPlatform or ClusterFacts file is listed under `transformers:` of a
kustomization.yaml, without a function annotation; all others, and the facts, under
`resources:`.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  source <(gpu-machineset completions bash)
  gpu-machineset completions zsh > ~/.zfunc/_gpu-machineset";

/// Turns one GPU pool and the facts of a cluster into OpenShift MachineSets, autoscalers and GPU operators
#[derive(Debug, Parser)]
#[command(name = "gpu-machineset", version, after_help = EXAMPLES, subcommand_help_heading = "Commands")]
pub(super) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Render placeholders from files and folders to plain documents
    #[command(after_help = RENDER_EXAMPLES)]
    Render(Render),
    /// Report problems and render nothing
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Show what will be there: sets, zones, GPUs, machines, quotas
    #[command(after_help = plan::EXAMPLES)]
    Plan(plan::Plan),
    /// Capture the facts of a running cluster out of a dump of it
    #[command(after_help = FACTS_EXAMPLES)]
    Facts(Facts),
    /// Compare what would be rendered with what a cluster runs
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(Diff),
    /// Write the placeholders of GPU MachineSets that a cluster runs already
    #[command(after_help = ADOPT_EXAMPLES)]
    Adopt(Adopt),
    /// Explain a rule: why it holds and how to fix what breaks it
    Explain {
        /// The name in brackets of a message, as `zone-outside-region`; all rules when left out
        rule: Option<String>,
    },
    /// List instance types with GPUs, or show one; `operators` lists the channels of operators
    #[command(after_help = CATALOG_EXAMPLES)]
    Catalog {
        /// A type to show in full, or a part of a type's or a GPU's name
        r#type: Option<String>,
        /// Only types of AWS, Azure or GCP
        #[arg(long, value_name = "PLATFORM")]
        platform: Option<String>,
        /// With `operators`: only channels of this OpenShift version
        #[arg(long, value_name = "VERSION")]
        openshift: Option<String>,
    },
    /// Print the JSON Schema of a kind, for editors and validators
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema {
        /// GpuMachineSet, ClusterFacts, GpuPlatform; the list of kinds when left out
        kind: Option<String>,
    },
    /// Copy this program into a folder of kustomize plugins
    #[command(after_help = INSTALL_EXAMPLES)]
    Install {
        /// The folder that KUSTOMIZE_PLUGIN_HOME will name; made when it is not there
        dir: PathBuf,
    },
    /// Run as Argo CD's config management plugin
    #[command(subcommand)]
    Argocd(Argocd),
    /// Print the completions of a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// Shell to complete for
        shell: clap_complete::Shell,
    },
}

/// What is read.
#[derive(Args, Debug)]
pub(super) struct Inputs {
    /// Files, folders (their .yaml, .yml and .json files, at any depth), or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Read only the facts of a cluster from PATH; nothing of it is rendered. May be repeated
    #[arg(long, value_name = "PATH")]
    pub(super) facts: Vec<PathBuf>,
}

/// How problems are reported.
#[derive(Args, Debug)]
pub(super) struct Reporting {
    /// How problems are printed
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
    /// When problems are coloured
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Fail on warnings too
    #[arg(long)]
    deny_warnings: bool,
}

impl Reporting {
    /// The same without the command line.
    pub(super) fn report(&self) -> Report {
        Report {
            format: self.format,
            color: self.color,
            deny_warnings: self.deny_warnings,
            most: usize::MAX,
        }
    }
}

/// `gpu-machineset render`
#[derive(Args, Debug)]
pub(super) struct Render {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Write one file per object into DIR instead of standard output: all of them or none
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Render each cluster of the facts into a folder of DIR that has the name of its facts
    #[arg(long, requires = "output")]
    pub(super) per_cluster: bool,
    /// Write into DIR even when it holds files of others; these stay, unless an object has their name
    #[arg(long, requires = "output")]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

/// `gpu-machineset check`
#[derive(Args, Debug)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// Check each cluster of the facts by itself, as `render --per-cluster` renders it
    #[arg(long)]
    pub(super) per_cluster: bool,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

/// `gpu-machineset facts`
#[derive(Args, Debug)]
pub(super) struct Facts {
    /// Dumps: files of `oc get -o yaml`, folders of must-gather or `oc adm inspect`, or - for standard input (the default)
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Name of the ClusterFacts; the infrastructure name when left out
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Keep the comments and the hand-written facts of FILE, and change what the cluster says otherwise
    #[arg(long, value_name = "FILE")]
    pub(super) merge: Option<PathBuf>,
    /// Capture this MachineSet too, although no pool clones it unasked. May be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) template: Vec<String>,
    /// Write FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Write FILE even when an earlier run did not
    #[arg(long, requires = "output")]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum DiffFormat {
    /// A unified diff, live to rendered
    Unified,
    /// A JSON Patch (RFC 6902) per object
    JsonPatch,
}

/// `gpu-machineset diff`
#[derive(Args, Debug)]
pub(super) struct Diff {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    /// The dump to compare with: a file, a folder of must-gather, or - for standard input. May be repeated
    #[arg(long, required = true, value_name = "PATH")]
    pub(super) live: Vec<PathBuf>,
    /// How differences are printed
    #[arg(long, value_enum, default_value_t = DiffFormat::Unified, value_name = "FORMAT")]
    pub(super) format: DiffFormat,
}

/// `gpu-machineset adopt`
#[derive(Args, Debug)]
pub(super) struct Adopt {
    /// Dumps: files of `oc get -o yaml`, folders of must-gather or `oc adm inspect`, or - for standard input (the default)
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Take the facts of the cluster from PATH instead of the dump. May be repeated
    #[arg(long, value_name = "PATH")]
    pub(super) facts: Vec<PathBuf>,
    /// Leave this MachineSet as it is. May be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) except: Vec<String>,
    /// Write FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Write FILE even when an earlier run did not
    #[arg(long, requires = "output")]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

/// Runs a command line.
pub(super) fn run(args: &[OsString]) -> Reply {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage::refusal(&error, args),
    };
    match cli.command {
        Command::Render(render) => render::render(&render),
        Command::Check(check) => render::check(&check),
        Command::Plan(args) => plan::plan(&args),
        Command::Facts(facts) => facts::facts(&facts),
        Command::Diff(diff) => facts::diff(&diff),
        Command::Adopt(adopt) => facts::adopt(&adopt),
        Command::Explain { rule } => catalog::explain(rule.as_deref()),
        Command::Catalog {
            r#type,
            platform,
            openshift,
        } => match r#type.as_deref() {
            Some("operators") if platform.is_some() => Reply::usage(
                "error: `--platform` is of instance types\n\n  tip: gpu-machineset catalog operators\n",
            ),
            word if openshift.is_some() && word != Some("operators") => Reply::usage(format!(
                "error: `--openshift` is of operators\n\n  tip: gpu-machineset catalog operators --openshift {}\n",
                openshift.unwrap_or_default()
            )),
            Some("operators") => catalog::operators(openshift.as_deref()),
            word => catalog::catalog(word, platform.as_deref()),
        },
        Command::Schema { kind } => catalog::schema(kind.as_deref()),
        Command::Install { dir } => install::install(&dir),
        Command::Argocd(command) => argocd::run(&command),
        Command::Completions { shell } => render::completions(shell),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
