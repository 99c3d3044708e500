//! The arguments of every command: what may be written, and nothing of what it does.

mod argocd;
mod examples;
mod values;
mod version;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCandidates;

use super::report::{Color, DENY_WARNINGS, Format, Report};
pub(super) use argocd::{Argocd, ArgocdSecret};

/// Turns one GPU pool and the facts of a cluster into OpenShift MachineSets, autoscalers and GPU operators
#[derive(Debug, Parser)]
#[command(name = "gpu-machineset", version, long_version = version::long(), after_help = examples::PROGRAM, subcommand_help_heading = "Commands")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a first pool, and the script that saves the facts of its cluster
    #[command(after_help = examples::INIT)]
    Init {
        /// Where the files are written; what is there stays
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// The instance type of the machines
        #[arg(long, value_name = "TYPE", default_value = "g6.4xlarge", add = ArgValueCandidates::new(values::instance_types))]
        r#type: String,
    },
    /// Render placeholders from files and folders to plain documents
    #[command(after_help = examples::RENDER)]
    Render(Render),
    /// Report problems and render nothing
    #[command(after_help = examples::CHECK, aliases = ["lint", "validate"])]
    Check(Check),
    /// Show what will be there: sets, zones, GPUs, machines, quotas
    #[command(after_help = examples::PLAN)]
    Plan(Plan),
    /// Capture the facts of a running cluster out of a dump of it
    #[command(after_help = examples::FACTS)]
    Facts(Facts),
    /// Compare what would be rendered with what a cluster runs
    #[command(after_help = examples::DIFF)]
    Diff(Diff),
    /// Write the placeholders of GPU MachineSets that a cluster runs already
    #[command(after_help = examples::ADOPT)]
    Adopt(Adopt),
    /// Explain a rule: why it holds and how to fix what breaks it
    Explain {
        /// The name in brackets of a message, as `zone-outside-region`; all rules when left out
        #[arg(add = ArgValueCandidates::new(values::rules))]
        rule: Option<String>,
    },
    /// List instance types with GPUs, or show one; or list `operators` with channels, or `models`
    #[command(after_help = examples::CATALOG)]
    Catalog {
        /// A type to show in full, or a part of a type's or a GPU's name
        #[arg(add = ArgValueCandidates::new(values::types))]
        r#type: Option<String>,
        /// With `operators` and `models`: only those whose name holds this
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Only types of AWS, Azure or GCP
        #[arg(long, value_name = "PLATFORM", add = ArgValueCandidates::new(values::platforms))]
        platform: Option<String>,
        /// With `operators`: only channels of this OpenShift version
        #[arg(long, value_name = "VERSION", add = ArgValueCandidates::new(values::versions))]
        openshift: Option<String>,
        /// How it is shown
        #[arg(long, value_enum, default_value_t = TableFormat::Table, value_name = "FORMAT")]
        format: TableFormat,
    },
    /// Say whether a model fits on the GPUs of a type or a pool, with the numbers and what helps
    #[command(after_help = examples::FIT)]
    Fit(Fit),
    /// Print the JSON Schema of a kind, for editors and validators
    #[command(after_help = examples::SCHEMA)]
    Schema {
        /// The kind, as `GpuMachineSet` or `GpuModel`; the list of kinds when left out
        #[arg(add = ArgValueCandidates::new(values::kinds))]
        kind: Option<String>,
    },
    /// Copy this program into a folder of kustomize plugins
    #[command(after_help = examples::INSTALL)]
    Install {
        /// The folder that KUSTOMIZE_PLUGIN_HOME will name; made when it is not there
        dir: PathBuf,
    },
    /// Run as Argo CD's config management plugin
    #[command(subcommand)]
    Argocd(Argocd),
    /// Print the completions of a shell
    #[command(after_help = examples::COMPLETIONS)]
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
    /// Take only the cluster of this name, or those of a pattern: 'prod-*'. May be repeated
    #[arg(long, value_name = "CLUSTER")]
    pub(super) only: Vec<String>,
}

/// How clusters are taken.
#[derive(Args, Debug)]
pub(super) struct OfFleet {
    /// Take each cluster of the facts by itself, as `render --per-cluster` renders it
    #[arg(long)]
    pub(super) per_cluster: bool,
    /// Fail where the platform of a cluster cannot have a pool, in place of leaving the pool out there
    #[arg(long, requires = "per_cluster")]
    pub(super) strict: bool,
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
    /// Leave infos out
    #[arg(short, long)]
    quiet: bool,
}

impl Reporting {
    /// The same without the command line.
    pub(super) fn report(&self) -> Report {
        Report {
            format: self.format,
            color: self.color,
            deny_warnings: self.deny_warnings.then_some(DENY_WARNINGS),
            quiet: self.quiet,
            ..Report::default()
        }
    }
}

/// Dumps of a cluster.
#[derive(Args, Debug)]
pub(super) struct Dumps {
    /// Dumps: files of `oc get -o yaml`, folders of must-gather or `oc adm inspect`, or - for standard input (the default)
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
}

/// Where the one document that a command makes is written.
#[derive(Args, Debug)]
pub(super) struct Target {
    /// Write FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Write FILE even when an earlier run did not
    #[arg(long, requires = "output")]
    pub(super) force: bool,
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
    /// Fail where the platform of a cluster cannot have a pool, in place of leaving the pool out there
    #[arg(long, requires = "per_cluster")]
    pub(super) strict: bool,
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
    #[command(flatten)]
    pub(super) fleet: OfFleet,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

/// `gpu-machineset plan`
#[derive(Args, Debug)]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) inputs: Inputs,
    #[command(flatten)]
    pub(super) fleet: OfFleet,
    /// Show what is other than in an earlier plan: its JSON, or a folder or YAML file to read in place of PATH
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) against: Option<PathBuf>,
    /// Add what it costs, by a list of yours: type, market, price per hour, currency, region
    #[arg(long, value_name = "FILE")]
    pub(super) prices: Option<PathBuf>,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = PlanFormat::Table, value_name = "FORMAT")]
    pub(super) format: PlanFormat,
    /// When text is coloured
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
    /// Fail on warnings too
    #[arg(long)]
    pub(super) deny_warnings: bool,
    /// Leave infos out
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// How a plan is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PlanFormat {
    /// For a terminal, as wide as that is
    Table,
    /// For the comment of a pull request
    Markdown,
    /// For programs; the fields are documented and stay
    Json,
    /// One page with a picture, for a browser; it loads nothing else
    Html,
}

/// `gpu-machineset fit`
#[derive(Args, Debug)]
pub(super) struct Fit {
    /// A model of `catalog models`, its repository on Hugging Face, or the `config.json` of another one
    #[arg(required_unless_present = "measured", add = ArgValueCandidates::new(values::models))]
    pub(super) model: Option<String>,
    /// Files and folders with pools and facts of their cluster; every known GPU when left out
    #[arg(value_name = "PATH", conflicts_with = "types")]
    pub(super) paths: Vec<PathBuf>,
    /// Read only the facts of a cluster from PATH. May be repeated
    #[arg(long, value_name = "PATH", requires = "paths")]
    pub(super) facts: Vec<PathBuf>,
    /// Answer for this instance type. May be repeated
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCandidates::new(values::instance_types))]
    pub(super) types: Vec<String>,
    /// Answer for this pool of PATH alone. May be repeated
    #[arg(long = "pool", value_name = "NAME", requires = "paths")]
    pub(super) pools: Vec<String>,
    /// GPUs of each pod: the tensor parallel size
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(super) gpus: u32,
    /// What its weights take, as `15.2Gi`, for a `config.json` without their list beside it
    #[arg(long, value_name = "SIZE")]
    pub(super) weights: Option<String>,
    /// Tokens of the longest request; the model's own limit when left out
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub(super) max_model_len: Option<u32>,
    /// Requests that are worked on at one time; vLLM's default for the GPU when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(super) max_num_seqs: Option<u32>,
    /// Keep the KV cache in 8 bit, as `--kv-cache-dtype=fp8` does
    #[arg(long)]
    pub(super) fp8_cache: bool,
    /// Release of OpenShift AI, which has its vLLM; 3.3 is the newest whose memory was measured
    #[arg(long, value_name = "RELEASE", default_value = "3.3", add = ArgValueCandidates::new(values::releases))]
    pub(super) openshift_ai: String,
    /// Print what vLLM measured, what the formula says, and the error
    #[arg(long, exclusive = true)]
    pub(super) measured: bool,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = TableFormat::Table, value_name = "FORMAT")]
    pub(super) format: TableFormat,
}

impl Fit {
    /// Whether certain machines are asked about.
    pub(super) fn is_of_machines(&self) -> bool {
        !self.types.is_empty() || !self.paths.is_empty()
    }
}

/// How a table is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum TableFormat {
    /// For a terminal
    Table,
    /// For programs
    Json,
}

/// `gpu-machineset facts`
#[derive(Args, Debug)]
pub(super) struct Facts {
    #[command(flatten)]
    pub(super) dumps: Dumps,
    /// Name of the ClusterFacts; the infrastructure name when left out
    #[arg(long, value_name = "NAME", value_parser = values::object_name)]
    pub(super) name: Option<String>,
    /// Keep the comments and the hand-written facts of FILE, and change what the cluster says otherwise
    #[arg(long, value_name = "FILE")]
    pub(super) merge: Option<PathBuf>,
    /// Capture this MachineSet too, although no pool clones it unasked. May be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) template: Vec<String>,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
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
    /// Compare each cluster of the facts by itself; --live names a dump of each, or a folder with a file or folder for each
    #[arg(long)]
    pub(super) per_cluster: bool,
    /// The dump to compare with: a file, a folder of must-gather, or - for standard input. May be repeated
    #[arg(long, required = true, value_name = "PATH")]
    pub(super) live: Vec<PathBuf>,
    /// How differences are printed
    #[arg(long, value_enum, default_value_t = DiffFormat::Unified, value_name = "FORMAT")]
    pub(super) format: DiffFormat,
    /// When text is coloured
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
    /// Leave infos out
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// `gpu-machineset adopt`
#[derive(Args, Debug)]
pub(super) struct Adopt {
    #[command(flatten)]
    pub(super) dumps: Dumps,
    /// Take the facts of the cluster from PATH instead of the dump. May be repeated
    #[arg(long, value_name = "PATH")]
    pub(super) facts: Vec<PathBuf>,
    /// Leave this MachineSet as it is. May be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) except: Vec<String>,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) reporting: Reporting,
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
