//! Red Hat build of Kueue: queues and quotas.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::objects::object;
use super::{Context, Gate, Mode, Operand, OperandKind, Operator, PLAIN, cert_manager};
use crate::api::gpu_platform::OperatorSettings;
use crate::krm::Node;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};
use crate::types::Version;

pub(super) static OPERATOR: Operator = Operator {
    id: "kueue",
    title: "Red Hat build of Kueue",
    about: "Red Hat build of Kueue: queues and quotas. Needs `cert-manager`.",
    aliases: &["kueue-operator"],
    package: "kueue-operator",
    namespace: "openshift-kueue-operator",
    group: "kueue-operator",
    modes: &[Mode::All],
    needs: |_| vec![&cert_manager::OPERATOR],
    operands: &[OperandKind {
        group: "kueue.openshift.io",
        kind: "Kueue",
        singleton: true,
    }],
    gates: GATES,
    operand_version,
    version,
    plan: operand,
    #[cfg(test)]
    schema: <Kueue as schemars::JsonSchema>::json_schema,
    ..PLAIN
};

/// Fields by minor of the operator (bundles of openshift/kueue-operator).
const GATES: &[Gate] = &[
    Gate::since(&["config", "multiKueue"], Version(1, 3)),
    Gate::since(&["config", "admissionFairSharing"], Version(1, 4)),
    Gate::since(&["config", "resources"], Version(1, 4)),
];

/// Most frameworks that a CRD before 1.4 takes.
const MOST_BEFORE_1_4: usize = 14;

/// A channel is a minor: `stable-v1.2`.
fn version(channel: &str) -> Option<Version> {
    Version::leading(channel.strip_prefix("stable-")?)
}

fn operand_version(context: &Context<'_>) -> Option<Version> {
    version(&context.wanted.channel)
}

/// Red Hat build of Kueue: queues and quotas. Needs `cert-manager`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
struct Kueue {
    /// What every operator takes.
    #[serde(flatten)]
    #[allow(dead_code, reason = "for the schema; read by the caller")]
    operator: OperatorSettings,
    /// Workloads that Kueue manages; some need a newer channel. Default: BatchJob, Deployment, LeaderWorkerSet, Pod,
    /// PyTorchJob, RayCluster, RayJob and StatefulSet.
    #[cfg_attr(test, schemars(length(min = 1)))]
    frameworks: Option<Vec<Framework>>,
}

/// A kind of workload that Kueue manages.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Framework {
    BatchJob,
    RayJob,
    RayCluster,
    RayService,
    JobSet,
    #[serde(rename = "MPIJob")]
    MpiJob,
    PaddleJob,
    PyTorchJob,
    #[serde(rename = "TFJob")]
    TfJob,
    TrainJob,
    #[serde(rename = "XGBoostJob")]
    XgBoostJob,
    JaxJob,
    AppWrapper,
    Pod,
    Deployment,
    StatefulSet,
    LeaderWorkerSet,
    SparkApplication,
}

use Framework as F;

/// What inference, workbenches and training on GPUs need, in every channel.
const DEFAULT: [Framework; 8] = [
    F::BatchJob,
    F::Deployment,
    F::LeaderWorkerSet,
    F::Pod,
    F::PyTorchJob,
    F::RayCluster,
    F::RayJob,
    F::StatefulSet,
];

impl Framework {
    fn name(self) -> &'static str {
        match self {
            F::BatchJob => "BatchJob",
            F::RayJob => "RayJob",
            F::RayCluster => "RayCluster",
            F::RayService => "RayService",
            F::JobSet => "JobSet",
            F::MpiJob => "MPIJob",
            F::PaddleJob => "PaddleJob",
            F::PyTorchJob => "PyTorchJob",
            F::TfJob => "TFJob",
            F::TrainJob => "TrainJob",
            F::XgBoostJob => "XGBoostJob",
            F::JaxJob => "JaxJob",
            F::AppWrapper => "AppWrapper",
            F::Pod => "Pod",
            F::Deployment => "Deployment",
            F::StatefulSet => "StatefulSet",
            F::LeaderWorkerSet => "LeaderWorkerSet",
            F::SparkApplication => "SparkApplication",
        }
    }

    /// First channel whose CRD has it (enum of `spec.config.integrations.frameworks`, openshift/kueue-operator).
    fn since(self) -> Version {
        match self {
            F::RayService | F::SparkApplication => Version(1, 4),
            F::TrainJob => Version(1, 2),
            F::JaxJob => Version(1, 1),
            _ => Version(0, 1),
        }
    }
}

/// The CRD refuses every other name.
fn operand(context: &Context<'_>, problems: &mut Problems) -> Vec<Operand> {
    let settings: Kueue = context.settings();
    let written = settings.frameworks;
    let mut frameworks = written.clone().unwrap_or_else(|| DEFAULT.to_vec());
    check(context, &frameworks, problems);
    let mut seen = Vec::new();
    frameworks.retain(|one| {
        !seen.contains(one) && {
            seen.push(*one);
            true
        }
    });
    let names: Vec<Node> = frameworks.iter().map(|one| one.name().into()).collect();
    let mut object = object("kueue.openshift.io/v1", "Kueue", "cluster", "");
    object.set(
        "spec",
        Node::map([("managementState", "Managed")].map(|(k, v)| (k, Node::from(v)))),
    );
    object
        .make(&["spec", "config", "integrations"])
        .set("frameworks", names);
    vec![Operand {
        object,
        step: 2,
        custom: true,
    }]
}

fn check(context: &Context<'_>, frameworks: &[Framework], problems: &mut Problems) {
    let channel = &context.wanted.channel;
    let Some(version) = operand_version(context) else {
        return;
    };
    let distinct: BTreeSet<Framework> = frameworks.iter().copied().collect();
    if version < Version(1, 4) && distinct.len() > MOST_BEFORE_1_4 {
        let message = format!(
            "Kueue of channel `{channel}` takes {MOST_BEFORE_1_4} frameworks, not {}",
            distinct.len()
        );
        let place = context.place("frameworks");
        problems.push(
            Problem::new(&rule::FIELD_NOT_ON_VERSION, place, message)
                .help("leave out those that nobody uses, or take channel `stable-v1.4`"),
        );
    }
    for (index, framework) in frameworks.iter().enumerate() {
        let since = framework.since();
        if version < since {
            let name = framework.name();
            let message = format!("Kueue of channel `{channel}` does not know `{name}`");
            let place = context.place(&format!("frameworks[{index}]"));
            problems.push(
                Problem::new(&rule::FIELD_NOT_ON_VERSION, place, message)
                    .values(name, None)
                    .help(format!("it exists from channel `stable-v{since}` on")),
            );
        }
    }
}
