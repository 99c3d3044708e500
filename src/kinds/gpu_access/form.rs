//! Which kind of profile the dashboard of the installed OpenShift AI shows.

use super::context::Context;
use crate::api::gpu_access::ProfileKind;
use crate::krm::Node;
use crate::problem::rules::{access as rule, platform};
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// The dashboard shows hardware profiles of this API from here on, where it is told to.
const HARDWARE_SINCE: Version = Version(2, 23);
/// It shows nothing else from here on.
const ALWAYS_SINCE: Version = Version(3, 0);
/// The form of all profiles; one that leads to no queue is refused where there are queues.
pub(super) fn decide(context: &Context<'_>, problems: &mut Problems) -> Form {
    let form = wanted(context, problems);
    if form == Form::Accelerator && context.is_queued() {
        let message =
            "an AcceleratorProfile leads to no queue: the dashboard must show hardware profiles";
        let problem = Problem::new(
            &rule::QUEUE_WITHOUT_PROFILES,
            context.place("spec.mode"),
            message,
        );
        problems.push(
            problem
                .help("without profiles: write `profiles: {kind: none}`")
                .help("from OpenShift AI 2.23 on: `disableHardwareProfiles: false` in an OdhDashboardConfig of the input or the facts"),
        );
    }
    form
}

/// What profiles are on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Nothing,
    Accelerator,
    /// With its API version.
    Hardware(&'static str),
}

/// What the installed version shows, or what a person asked for.
fn wanted(context: &Context<'_>, problems: &mut Problems) -> Form {
    let asked = context
        .spec
        .profiles
        .as_ref()
        .and_then(|profiles| profiles.kind);
    let Some(ai) = context.ai() else {
        return match asked {
            Some(ProfileKind::HardwareProfile) => hardware(ALWAYS_SINCE),
            Some(ProfileKind::AcceleratorProfile) => Form::Accelerator,
            Some(ProfileKind::None) | None => Form::Nothing,
        };
    };
    let version = ai.version().unwrap_or_else(|| {
        if asked != Some(ProfileKind::None) {
            let channel = &ai.channel;
            let message = format!("which OpenShift AI channel `{channel}` brings is not known: profiles are made for 3");
            let problem = Problem::new(&rule::ACCESS_VERSION_ASSUMED, context.place("metadata.name"), message);
            problems.push(problem.help("add the Subscription to the facts, or name a channel that is known in the GpuPlatform"));
        }
        ALWAYS_SINCE
    });
    let place = || context.place("spec.profiles.kind");
    match asked {
        Some(ProfileKind::None) => Form::Nothing,
        Some(ProfileKind::AcceleratorProfile) if version >= ALWAYS_SINCE => {
            let message = format!("OpenShift AI {version} shows no AcceleratorProfiles");
            let problem = Problem::new(&rule::ACCELERATOR_PROFILE_GONE, place(), message);
            problems.push(problem.help("leave `kind` out, or write `kind: HardwareProfile`"));
            Form::Nothing
        }
        Some(ProfileKind::HardwareProfile) if version < HARDWARE_SINCE => {
            let message =
                format!("the dashboard of OpenShift AI {version} shows no HardwareProfiles");
            let problem = Problem::new(&platform::FIELD_NOT_ON_VERSION, place(), message);
            problems.push(problem.help("leave `kind` out, or write `kind: AcceleratorProfile`"));
            Form::Nothing
        }
        Some(ProfileKind::HardwareProfile) => hardware(version),
        None if version >= ALWAYS_SINCE || version >= HARDWARE_SINCE && are_on(context) => {
            hardware(version)
        }
        Some(ProfileKind::AcceleratorProfile) | None => Form::Accelerator,
    }
}

fn hardware(version: Version) -> Form {
    Form::Hardware(if version >= ALWAYS_SINCE {
        "infrastructure.opendatahub.io/v1"
    } else {
        "infrastructure.opendatahub.io/v1alpha1"
    })
}

/// Whether the dashboard of 2.23 to 2.25 is told to show hardware profiles.
fn are_on(context: &Context<'_>) -> bool {
    let path = ["spec", "dashboardConfig", "disableHardwareProfiles"];
    let mut configs = context.shown("opendatahub.io", "OdhDashboardConfig");
    configs.any(|one| one.node.at(&path).and_then(Node::text) == Some("false"))
}
