//! Red Hat OpenShift AI with its DSCInitialization and DataScienceCluster.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::objects::object;
use super::{Context, Mode, Operand, OperandKind, Operator, PLAIN, cert_manager, channels, kueue};
use crate::api::gpu_platform::OperatorSettings;
use crate::krm::Node;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems, did_you_mean};
use crate::types::Version;

pub(super) static OPERATOR: Operator = Operator {
    id: "openshift-ai",
    title: "Red Hat OpenShift AI",
    about: "Red Hat OpenShift AI with its DataScienceCluster. Version 3 needs `cert-manager`.",
    aliases: &["rhoai", "rhods-operator", "rhods"],
    package: "rhods-operator",
    namespace: "redhat-ods-operator",
    group: "redhat-ods-operator",
    modes: &[Mode::All],
    needs: |channel| match major(channel) {
        2 => Vec::new(),
        _ => vec![&cert_manager::OPERATOR],
    },
    operands: &[
        OperandKind {
            group: "datasciencecluster.opendatahub.io",
            kind: "DataScienceCluster",
            singleton: true,
        },
        OperandKind {
            group: "dscinitialization.opendatahub.io",
            kind: "DSCInitialization",
            singleton: true,
        },
    ],
    companions: &[OperandKind {
        group: "opendatahub.io",
        kind: "OdhDashboardConfig",
        singleton: true,
    }],
    version,
    plan: operands,
    #[cfg(test)]
    schema: <OpenshiftAi as schemars::JsonSchema>::json_schema,
    ..PLAIN
};

/// Red Hat OpenShift AI with its DataScienceCluster. Version 3 needs `cert-manager`.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
struct OpenshiftAi {
    /// What every operator takes.
    #[serde(flatten)]
    #[allow(dead_code, reason = "for the schema; read by the caller")]
    operator: OperatorSettings,
    /// Components of the DataScienceCluster by name, as `ray: Managed`, over the default: `dashboard`, `kserve` and
    /// `workbenches` managed, `kueue` unmanaged beside the operator `kueue` (3 only), all others removed.
    components: Option<BTreeMap<String, ManagementState>>,
}

/// Who manages a component.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum ManagementState {
    /// The operator.
    Managed,
    /// Somebody else.
    Unmanaged,
    /// It is not there.
    Removed,
}

impl ManagementState {
    fn name(self) -> &'static str {
        match self {
            Self::Managed => "Managed",
            Self::Unmanaged => "Unmanaged",
            Self::Removed => "Removed",
        }
    }
}

/// What its KServe calls a deployment without Knative. From 3.4 on it rewrites the old word, which a GitOps tool sees for
/// ever; before, it takes the new one for Knative and refuses every later update.
pub(crate) fn deployment_mode(version: Version) -> &'static str {
    if version >= Version(3, 4) {
        "Standard"
    } else {
        "RawDeployment"
    }
}

/// Whether a DataScienceCluster gives services of models no address of their own, so that callers need the port of the
/// container; where it says nothing it is so.
pub(crate) fn is_headless(data_science_cluster: &Node) -> bool {
    let path = ["spec", "components", "kserve", "rawDeploymentServiceConfig"];
    data_science_cluster.str_at(&path) != Some("Headed")
}

/// How many of the copies of a model an update takes away before new ones run, by its `deploymentStrategy`; a share of a
/// few copies is rounded down to none.
pub(crate) fn taken_by_update(strategy: Option<&Node>, copies: u32) -> u32 {
    let written = strategy.and_then(|one| one.at(&["rollingUpdate", "maxUnavailable"])?.text());
    let written = written.unwrap_or("25%");
    let share = written
        .strip_suffix('%')
        .and_then(|share| share.parse().ok());
    share.map_or_else(
        || written.parse().unwrap_or(0),
        |share: u32| share.saturating_mul(copies) / 100,
    )
}

/// Channels without a number in their name that stay with 2.
const OF_2: [&str; 5] = ["", "alpha", "embedded", "fast", "stable"];

/// The version of a channel: the one in its name, else that of its head; of a channel that takes every minor of 3 the
/// newest one that is known by name.
fn version(channel: &str) -> Option<Version> {
    let digits = |text: &'static str| {
        let at = text.find(|c: char| c.is_ascii_digit())?;
        Version::leading(text.get(at..)?)
    };
    let own = || {
        channels::rows()
            .iter()
            .filter(|row| row.operator == OPERATOR.id)
    };
    let named = |row: &channels::Row| digits(row.channel).filter(|_| !row.channel.contains(".x"));
    let mut rows = own().filter(|row| row.channel == channel);
    let of_table = rows.find_map(|row| named(row).or_else(|| digits(row.note)));
    let newest = || {
        own()
            .filter_map(named)
            .filter(|version| version.0 == 3)
            .max()
    };
    match channel {
        "" => None,
        "stable-3.x" => newest(),
        _ => of_table.or_else(|| {
            let at = channel.find(|c: char| c.is_ascii_digit())?;
            Version::leading(channel.get(at..)?)
        }),
    }
}

/// The major version of a channel.
pub(super) fn major(channel: &str) -> u32 {
    let two = OF_2.contains(&channel) || channel.contains("-2.");
    if two { 2 } else { 3 }
}

/// Components by version (DataScienceCluster v1 of 2.25, v2 of 3.0), and whether they are managed by default.
const COMPONENTS_2: [(&str, bool); 13] = [
    ("codeflare", false),
    ("dashboard", true),
    ("datasciencepipelines", false),
    ("feastoperator", false),
    ("kserve", true),
    ("kueue", false),
    ("llamastackoperator", false),
    ("modelmeshserving", false),
    ("modelregistry", false),
    ("ray", false),
    ("trainingoperator", false),
    ("trustyai", false),
    ("workbenches", true),
];
const COMPONENTS_3: [(&str, bool); 11] = [
    ("aipipelines", false),
    ("dashboard", true),
    ("feastoperator", false),
    ("kserve", true),
    ("kueue", false),
    ("llamastackoperator", false),
    ("modelregistry", false),
    ("ray", false),
    ("trainingoperator", false),
    ("trustyai", false),
    ("workbenches", true),
];
/// Components that came with later minors of 3: emitted only when asked for.
const COMPONENTS_LATER: [&str; 3] = ["mlflowoperator", "sparkoperator", "trainer"];

fn operands(context: &Context<'_>, problems: &mut Problems) -> Vec<Operand> {
    let settings: OpenshiftAi = context.settings();
    let major = major(&context.wanted.channel);
    let written = settings.components.unwrap_or_default();
    check(context, major, &written, problems);
    [
        (initialization(major), 6),
        (cluster(context, major, &written), 7),
    ]
    .map(|(object, step)| Operand {
        object,
        step,
        custom: true,
    })
    .into()
}

/// Of the name under which the operator makes one itself: a second one is refused.
fn initialization(major: u32) -> Node {
    let version = if major == 2 { "v1" } else { "v2" };
    let api = format!("dscinitialization.opendatahub.io/{version}");
    let mut object = object(&api, "DSCInitialization", "default-dsci", "");
    let monitoring = [
        ("managementState", Node::from("Managed")),
        ("namespace", "redhat-ods-monitoring".into()),
    ];
    let bundle = [
        ("managementState", Node::from("Managed")),
        ("customCABundle", "".into()),
    ];
    let spec = [
        (
            "applicationsNamespace",
            Node::from("redhat-ods-applications"),
        ),
        ("monitoring", monitoring.into()),
        ("trustedCABundle", bundle.into()),
    ];
    object.set("spec", Node::map(spec));
    if major == 2 {
        // raw deployments need no mesh
        object
            .make(&["spec", "serviceMesh"])
            .set("managementState", "Removed");
    }
    object
}

fn cluster(context: &Context<'_>, major: u32, written: &BTreeMap<String, ManagementState>) -> Node {
    let version = if major == 2 { "v1" } else { "v2" };
    let api = format!("datasciencecluster.opendatahub.io/{version}");
    let mut object = object(&api, "DataScienceCluster", "default-dsc", "");
    let components = object.make(&["spec", "components"]);
    let beside_kueue = major == 3 && context.channel_of(&kueue::OPERATOR).is_some();
    for (name, managed) in known(major) {
        let default = match (*name, *managed) {
            ("kueue", _) if beside_kueue => ManagementState::Unmanaged,
            (_, true) => ManagementState::Managed,
            (_, false) => ManagementState::Removed,
        };
        let state = written.get(*name).copied().unwrap_or(default);
        components
            .make(&[name])
            .set("managementState", state.name());
    }
    for (name, state) in written {
        components
            .make(&[name])
            .set("managementState", state.name());
    }
    if major == 2 {
        let kserve = components.make(&["kserve"]);
        kserve.set("defaultDeploymentMode", "RawDeployment");
        kserve.make(&["serving"]).set("managementState", "Removed");
    }
    object
}

fn known(major: u32) -> &'static [(&'static str, bool)] {
    if major == 2 {
        &COMPONENTS_2
    } else {
        &COMPONENTS_3
    }
}

fn check(
    context: &Context<'_>,
    major: u32,
    written: &BTreeMap<String, ManagementState>,
    problems: &mut Problems,
) {
    let mut names: Vec<&str> = known(major).iter().map(|(name, _)| *name).collect();
    if major == 3 {
        names.extend(COMPONENTS_LATER);
    }
    for (name, state) in written {
        let place = || context.place(&format!("components.{name}"));
        if !names.contains(&name.as_str()) {
            let message = format!("OpenShift AI {major} has no component `{name}`");
            let near = did_you_mean(name, names.iter().copied()).map(str::to_owned);
            problems.push(
                Problem::new(&rule::FIELD_NOT_ON_VERSION, place(), message)
                    .values(name.as_str(), near)
                    .help(format!("there are: {}", names.join(", "))),
            );
            continue;
        }
        let refused = match (name.as_str(), state) {
            ("kueue", ManagementState::Managed) => major == 3,
            ("kueue", _) => false,
            (_, ManagementState::Unmanaged) => true,
            _ => false,
        };
        if refused {
            let message = format!(
                "component `{name}` of OpenShift AI {major} cannot be `{}`",
                state.name()
            );
            let right = if name == "kueue" {
                "`Unmanaged` beside the operator of Kueue, or `Removed`"
            } else {
                "`Managed` or `Removed`"
            };
            problems.push(
                Problem::new(&rule::FIELD_NOT_ON_VERSION, place(), message)
                    .help(format!("write {right}")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A channel of 3 whose DataScienceCluster were of 2 would fail every sync.
    #[test]
    fn the_major_version_of_every_channel_is_that_of_its_head() {
        let own = channels::rows().iter();
        for row in own.filter(|row| row.operator == OPERATOR.id && row.channel != "beta") {
            let digits = |c: char| c.is_ascii_digit();
            let head = row.note.find(digits).and_then(|at| row.note.get(at..=at));
            let head = match row.note {
                note if note.starts_with("newest 3") => "3",
                _ => head.expect("a version in the note"),
            };
            assert_eq!(major(row.channel).to_string(), head, "{}", row.channel);
        }
    }

    #[test]
    fn the_version_of_a_channel_is_that_of_its_name_or_of_its_head() {
        for (channel, known) in [
            ("stable-2.25", Some(Version(2, 25))),
            ("eus-2.16", Some(Version(2, 16))),
            ("stable", Some(Version(2, 25))),
            ("fast", Some(Version(2, 25))),
            ("fast-3.x", Some(Version(3, 3))),
            ("stable-3.3", Some(Version(3, 3))),
            ("stable-3.x", Some(Version(3, 4))),
            ("stable-3.7", Some(Version(3, 7))),
            ("", None),
            ("nightly", None),
        ] {
            assert_eq!(version(channel), known, "{channel}");
        }
    }
}
