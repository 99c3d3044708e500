//! Node Feature Discovery: the GPU operator knows GPU nodes by its label for NVIDIA's PCI vendor.

use serde::Deserialize;

use super::objects::object;
use super::tolerations::{self, Toleration};
use super::{Addition, Context, Gate, Judged, Operand, OperandKind, Operator, PLAIN, Shown};
use crate::api::gpu_machine_set::{Taint, TaintEffect};
use crate::api::gpu_platform::OperatorSettings;
use crate::krm::{Node, parse};
use crate::problem::rules::platform as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::Version;

pub(super) static OPERATOR: Operator = Operator {
    id: "nfd",
    title: "Node Feature Discovery Operator",
    about: "Node Feature Discovery: labels nodes that have an NVIDIA card.",
    aliases: &["node-feature-discovery"],
    package: "nfd",
    namespace: "openshift-nfd",
    group: "openshift-nfd",
    operands: &[OperandKind {
        group: "nfd.openshift.io",
        kind: "NodeFeatureDiscovery",
        singleton: false,
    }],
    gates: GATES,
    plan: operand,
    judge,
    tend,
    #[cfg(test)]
    schema: <Nfd as schemars::JsonSchema>::json_schema,
    ..PLAIN
};

/// First version of the CRD with `operand.workerTolerations` (openshift/cluster-nfd-operator, release branches).
const TOLERATIONS_SINCE: Version = Version(4, 19);
/// First version whose operator knows the image of its operand.
const IMAGE_DEFAULT_SINCE: Version = Version(4, 17);

const GATES: &[Gate] = &[
    Gate::since(&["enableTaints"], Version(4, 17)),
    // the bundle of 4.16 alone was made without it
    Gate::lost(&["prunerOnDelete"], Version(4, 16), Version(4, 17)),
    Gate::since(&["operand", "masterEnvs"], TOLERATIONS_SINCE),
    Gate::since(&["operand", "masterTolerations"], TOLERATIONS_SINCE),
    Gate::since(&["operand", "workerEnvs"], TOLERATIONS_SINCE),
    Gate::since(&["operand", "workerTolerations"], TOLERATIONS_SINCE),
    Gate::since(&["operand", "workerNodeSelector"], Version(4, 20)),
    Gate::since(&["operand", "gcNodeSelector"], Version(4, 22)),
    Gate::since(&["operand", "gcTolerations"], Version(4, 22)),
    Gate::since(&["operand", "workerPriorityClassName"], Version(4, 22)),
    Gate::never(&["customConfig"]),
];

/// Labels nodes by the vendor of their PCI cards: `feature.node.kubernetes.io/pci-10de.present`.
const WORKER_CONFIG: &str = r#"core:
  sleepInterval: 60s
sources:
  pci:
    deviceClassWhitelist:
      - "0200"
      - "03"
      - "12"
    deviceLabelFields:
      - "vendor"
"#;

/// Node Feature Discovery: labels nodes that have an NVIDIA card.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = false)))]
#[serde(rename_all = "camelCase")]
struct Nfd {
    /// What every operator takes.
    #[serde(flatten)]
    #[allow(dead_code, reason = "for the schema; read by the caller")]
    operator: OperatorSettings,
    /// Image of the operand. Default: with OpenShift 4.16 and earlier Red Hat's image of that version, since the
    /// operator has none of its own; later none. Pin it nowhere else: an image of another version crashes.
    image: Option<String>,
    /// Configuration of the workers (`workerConfig.configData`), YAML as text. Default: NVIDIA cards by PCI vendor.
    worker_config: Option<String>,
}

fn operand(context: &Context<'_>, problems: &mut Problems) -> Vec<Operand> {
    let settings: Nfd = context.settings();
    let version = context.request.version();
    let mut object = object(
        "nfd.openshift.io/v1",
        "NodeFeatureDiscovery",
        "nfd-instance",
        context.namespace,
    );
    let operand = object.make(&["spec", "operand"]);
    if version.is_none() && settings.image.is_none() && !problems.has_errors() {
        problems.push(assumed(context));
    }
    let old = version.filter(|version| *version < IMAGE_DEFAULT_SINCE);
    let image = settings.image.or_else(|| old.map(image_of));
    if let Some(image) = image {
        operand.set("image", image);
    }
    operand.set("imagePullPolicy", "IfNotPresent");
    operand.set("servicePort", 12000_u32);
    let needed = tolerations::missing(evicting(context), &[]);
    if !needed.is_empty() && supported(context, problems) {
        operand.set("workerTolerations", tolerations::list(&needed));
    }
    let config = settings
        .worker_config
        .unwrap_or_else(|| WORKER_CONFIG.to_owned());
    object
        .make(&["spec", "workerConfig"])
        .set("configData", config);
    vec![Operand {
        object,
        step: 0,
        custom: true,
    }]
}

/// The image is the only thing that an unknown version leaves open.
fn assumed(context: &Context<'_>) -> Problem {
    let message = format!(
        "the OpenShift version is not known, so NFD is made as {IMAGE_DEFAULT_SINCE} and later take it"
    );
    Problem::new(&rule::VERSION_ASSUMED, context.place(""), message)
        .fact(format!("before {IMAGE_DEFAULT_SINCE} the operator has no image of its own, and NodeFeatureDiscovery must name one"))
        .help("add the version to the facts: `oc get clusterversion version -o yaml`, or `openshiftVersion` in a ClusterFacts")
}

/// As Red Hat's documentation of each version names it.
fn image_of(version: Version) -> String {
    format!("registry.redhat.io/openshift4/ose-node-feature-discovery-rhel9:v{version}")
}

/// What workers tolerate without being told: every `NoSchedule` taint, in every release.
pub(crate) fn tolerates_by_itself(kind: &str, taint: &Taint) -> bool {
    kind == "NodeFeatureDiscovery" && taint.effect == TaintEffect::NoSchedule
}

/// Only evicting taints keep workers away.
fn evicting<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a Taint> {
    let taints = context.request.pools.iter().flat_map(|pool| &pool.taints);
    taints.filter(|taint| taint.effect == TaintEffect::NoExecute)
}

/// The first of them.
fn evicting_place(context: &Context<'_>) -> Option<Place> {
    context.request.pools.iter().find_map(|pool| {
        let evicts = |taint: &Taint| taint.effect == TaintEffect::NoExecute;
        let index = pool.taints.iter().position(evicts)?;
        Some((context.request.place_of_pool)(
            pool,
            &format!("spec.taints[{index}]"),
        ))
    })
}

fn supported(context: &Context<'_>, problems: &mut Problems) -> bool {
    let Some((version, origin)) = &context.request.openshift else {
        let why = format!("NFD can tolerate NoExecute taints from {TOLERATIONS_SINCE} on");
        let place = evicting_place(context).unwrap_or_else(|| context.place(""));
        problems.extend((context.request.missing_version)(place).map(|problem| problem.fact(why)));
        return false;
    };
    if *version >= TOLERATIONS_SINCE {
        return true;
    }
    for pool in context.request.pools {
        for (index, taint) in pool.taints.iter().enumerate() {
            if taint.effect != TaintEffect::NoExecute {
                continue;
            }
            let text = tolerations::taint_text(taint);
            let message = format!(
                "NFD {version} cannot tolerate `{text}`, so nodes of pool `{}` stay without driver",
                pool.name
            );
            problems.push(
                Problem::new(
                    &rule::NO_EXECUTE_NOT_TOLERATED,
                    (context.request.place_of_pool)(pool, &format!("spec.taints[{index}]")),
                    message,
                )
                .fact(origin.clone())
                .help(format!(
                    "use the effect `NoSchedule`, or OpenShift {TOLERATIONS_SINCE} and later"
                )),
            );
        }
    }
    false
}

const CONFIG: [&str; 2] = ["workerConfig", "configData"];

/// Labels that the GPU operator needs, and the image. Several instances label the same nodes: one that is right is
/// enough.
fn judge(context: &Context<'_>, judged: &Judged<'_>, problems: &mut Problems) {
    image(context, judged, problems);
    let is_right = |one: &Shown| {
        one.node
            .get("spec")
            .is_none_or(|spec| mistakes(spec).is_empty())
    };
    if context.request.installed.operands(&OPERATOR).any(is_right) {
        return;
    }
    for (message, help) in mistakes(judged.spec) {
        let problem = Problem::new(&rule::GPU_LABEL_MISSING, (judged.place)(&CONFIG), message);
        problems.push(problem.help(help));
    }
}

/// The GPU operator looks for `pci-10de`, `pci-0302_10de` and `pci-0300_10de`: labels of the vendor, or of class and
/// vendor, of cards of class 03 (NFD writes the fields in an order of its own).
fn mistakes(spec: &Node) -> Vec<(String, &'static str)> {
    let Some(config) = spec.str_at(&CONFIG) else {
        return Vec::new();
    };
    let config = match parse::parse(config, 0..config.len()) {
        Ok(config) => config,
        Err(errors) => {
            let why = errors.first().map(|error| error.kind.to_string());
            let message = format!("`configData` is no YAML: {}", why.unwrap_or_default());
            return vec![(message, "NFD reads nothing out of it: write it anew")];
        }
    };
    let list = |key: &str| {
        let list = config.at(&["sources", "pci", key])?;
        let items = list.items().iter().filter_map(Node::text);
        let items: Vec<&str> = items.collect();
        (!items.is_empty()).then_some(items)
    };
    let mut found = Vec::new();
    let fields = list("deviceLabelFields");
    let fields = fields.unwrap_or_else(|| vec!["class", "vendor"]);
    let other = fields
        .iter()
        .find(|one| !["class", "vendor"].contains(*one));
    if other.is_some() || !fields.contains(&"vendor") {
        let message = format!(
            "`deviceLabelFields` of `{}` give labels that the GPU operator does not look for",
            fields.join("`, `")
        );
        found.push((
            message,
            "write `deviceLabelFields: [\"vendor\"]`: it looks for `feature.node.kubernetes.io/pci-10de.present`",
        ));
    }
    // entries are beginnings of a class
    let is_gpu = |class: &&str| "0300".starts_with(*class) || "0302".starts_with(*class);
    if list("deviceClassWhitelist").is_some_and(|classes| !classes.iter().any(is_gpu)) {
        let message = "`deviceClassWhitelist` leaves out class `03`, so no GPU gets a label";
        found.push((message.to_owned(), "add `\"03\"` to it"));
    }
    found
}

/// An image whose tag is that of another OpenShift; tags of the upstream project begin with 0, and a digest says nothing.
fn image(context: &Context<'_>, judged: &Judged<'_>, problems: &mut Problems) {
    let path = ["operand", "image"];
    let (Some((cluster, origin)), Some(image)) =
        (&context.request.openshift, judged.spec.str_at(&path))
    else {
        return;
    };
    let tag = image
        .rsplit_once(':')
        .filter(|(name, _)| !name.contains('@'));
    let version = tag.and_then(|(_, tag)| Version::leading(tag));
    let Some(version) = version.filter(|version| version.0 >= 4 && version != cluster) else {
        return;
    };
    let message = format!("NFD's image is of OpenShift {version}, and the cluster's is {cluster}");
    let help = if *cluster < IMAGE_DEFAULT_SINCE {
        format!(
            "write the tag of the cluster's version: `{}`",
            image_of(*cluster)
        )
    } else {
        "remove `image`: the operator brings its own".to_owned()
    };
    problems.push(
        Problem::new(&rule::NFD_IMAGE, (judged.place)(&path), message)
            .fact(origin.clone())
            .values(image, None)
            .help(help),
    );
}

/// The user's or somebody else's instance: evicting taints of the pools that its workers do not tolerate.
fn tend(context: &Context<'_>, shown: &Shown, problems: &mut Problems) -> Vec<Addition> {
    let there = shown.node.at(&["spec", "operand", "workerTolerations"]);
    let there: Vec<Toleration> = there
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Toleration::read)
        .collect();
    let needed = tolerations::missing(evicting(context), &there);
    if needed.is_empty() || !supported(context, problems) {
        return Vec::new();
    }
    let keys: Vec<String> = needed.iter().filter_map(|one| one.key.clone()).collect();
    vec![Addition {
        path: &["spec", "operand", "workerTolerations"],
        value: tolerations::list(&needed),
        as_text: false,
        rule: &rule::TAINT_NOT_TOLERATED,
        message: format!(
            "NFD workers do not tolerate the NoExecute taint `{}` of the pools",
            keys.join("`, `")
        ),
        with: Vec::new(),
    }]
}
