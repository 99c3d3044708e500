//! Admission policies that keep pods of others off the pools of teams: a taint alone keeps nobody off who tolerates it.
//!
//! A toleration of a pending pod may be added by an update, and `nodeName` passes by taints: both are covered. Agents that
//! tolerate everything and ask for no GPU go on working, and so do controllers that remove finalizers of old pods.

use std::collections::BTreeSet;

use super::context::Context;
use super::objects::{BINDINGS, KindOf, Metadata, Objects, POLICIES, list, namespaces, taint_text};
use crate::api::gpu_access::Enforcement;
use crate::api::gpu_machine_set::Taint;
use crate::cluster::{self, FactName};
use crate::krm::Node;
use crate::operator::tolerations::effect_name;
use crate::plan::AccessPool;
use crate::problem::rules::access as rule;
use crate::problem::{Problem, Problems};
use crate::types::Version;

const API: &str = "admissionregistration.k8s.io/v1";
/// ValidatingAdmissionPolicy is in OpenShift's default feature set from here on (openshift/api, features of release-4.17).
const SINCE: Version = Version(4, 17);

/// What keeps others off, given what the cluster can do.
pub(super) fn enforcement(
    context: &Context<'_>,
    pools: &[AccessPool],
    problems: &mut Problems,
) -> Enforcement {
    let wanted = context.spec.enforcement.unwrap_or_default();
    let names = pools.iter().filter(|pool| pool.guard.is_some());
    let names: Vec<&str> = names.map(|pool| pool.face.name.as_str()).collect();
    if names.is_empty() {
        return wanted;
    }
    let pools = names.join("`, `");
    let not_enforced = |why: &str, path: &str| {
        let message = format!("nothing keeps other namespaces off the pools `{pools}`: {why}");
        Problem::new(&rule::ACCESS_NOT_ENFORCED, context.place(path), message)
    };
    if wanted == Enforcement::Off {
        let problem = not_enforced("`enforcement` is `off`", "spec.enforcement");
        problems.push(
            problem.help("write `enforcement: warn` to see whom it would meet, or leave it out"),
        );
        return wanted;
    }
    match context.openshift() {
        Some(version) if version < SINCE => {
            let why = format!("OpenShift {version} has no admission policies");
            let problem = not_enforced(&why, "metadata.name");
            problems.push(problem.help(format!(
                "they come with OpenShift {SINCE}; until then `enforcement: off` says that it is known"
            )));
            Enforcement::Off
        }
        None => {
            let place = context.place("spec");
            problems.extend(cluster::missing(
                FactName::OpenshiftVersion,
                &context.facts,
                place,
            ));
            wanted
        }
        Some(_) => wanted,
    }
}

/// A policy with its binding for each pool of teams.
pub(super) fn put(
    context: &Context<'_>,
    pools: &[AccessPool],
    enforcement: Enforcement,
    objects: &mut Objects<'_, '_>,
) {
    let actions = match enforcement {
        Enforcement::Deny => list(["Deny"]),
        Enforcement::Warn => list(["Warn", "Audit"]),
        Enforcement::Off => return,
    };
    let operators = context.operator("nvidia-gpu");
    let operators = operators.map_or("nvidia-gpu-operator", |one| one.namespace.as_str());
    let mut done: Vec<&Taint> = Vec::new();
    for pool in pools {
        let Some(taint) = &pool.guard else { continue };
        // pools that share a taint share its policy
        if done.contains(&taint) {
            continue;
        }
        done.push(taint);
        let name = format!("gpu-pool-{}", pool.key);
        let allowed = pool.namespaces.iter().flatten().map(String::as_str);
        let allowed: BTreeSet<&str> = allowed.chain([operators]).collect();
        let of = |kind, wave| KindOf {
            api: API,
            kind,
            wave,
            is_custom: false,
            options: "",
        };
        let sharing = pools.iter().filter(|one| one.guard.as_ref() == Some(taint));
        let names: Vec<&str> = sharing.map(|one| one.face.name.as_str()).collect();
        let policy = policy(&names, taint, &allowed);
        let kind = of("ValidatingAdmissionPolicy", POLICIES);
        objects.put(kind, ("", &name), Metadata::default(), policy);
        let binding = Node::from([
            ("policyName", name.as_str().into()),
            ("validationActions", actions.clone()),
        ]);
        let kind = of("ValidatingAdmissionPolicyBinding", BINDINGS);
        objects.put(kind, ("", &name), Metadata::default(), binding);
    }
}

fn named(name: &str, expression: &str) -> Node {
    Node::from([("expression", expression.into()), ("name", name.into())])
}

fn policy(pools: &[&str], taint: &Taint, allowed: &BTreeSet<&str>) -> Node {
    let rules = Node::from([
        ("apiGroups", list([""])),
        ("apiVersions", list(["v1"])),
        ("operations", list(["CREATE", "UPDATE"])),
        ("resources", list(["pods"])),
        ("scope", "*".into()),
    ]);
    // what the server would fill in is written out, so that the stored object is the one that was sent
    let constraints = Node::from([
        ("matchPolicy", "Equivalent".into()),
        ("namespaceSelector", namespaces("NotIn", allowed)),
        ("objectSelector", Node::map::<&str>([])),
        ("resourceRules", vec![rules].into()),
    ]);
    let conditions = vec![
        named(
            "namespace-of-a-user",
            "!request.namespace.startsWith(\"openshift-\") && !request.namespace.startsWith(\"kube-\")",
        ),
        named(
            "tolerations-are-new",
            "request.operation == \"CREATE\" || has(object.spec.tolerations) && (!has(oldObject.spec.tolerations) || object.spec.tolerations != oldObject.spec.tolerations)",
        ),
    ];
    Node::from([
        ("failurePolicy", "Fail".into()),
        ("matchConditions", conditions.into()),
        ("matchConstraints", constraints),
        ("validations", validations(pools, taint)),
        ("variables", variables(taint)),
    ])
}

fn validations(pools: &[&str], taint: &Taint) -> Node {
    let word = if pools.len() > 1 { "pools" } else { "pool" };
    let (names, text) = (pools.join(", "), taint_text(taint));
    let refused = |expression: &str, how: &str| {
        let message = format!(
            "\"namespace \" + request.namespace + \" may not use the GPU {word} {names}: its pods may not tolerate {text}{how}\""
        );
        Node::from([
            ("expression", expression.into()),
            ("messageExpression", message.into()),
            ("reason", "Forbidden".into()),
        ])
    };
    let by_name = Node::from([
        (
            "expression",
            "!(variables.gpu && request.operation == \"CREATE\" && has(object.spec.nodeName) && object.spec.nodeName != \"\")".into(),
        ),
        (
            "message",
            "a pod with a GPU may not choose its node by nodeName, which passes by taints".into(),
        ),
        ("reason", "Forbidden".into()),
    ]);
    vec![
        refused("!variables.named", ""),
        refused(
            "!(variables.gpu && variables.any)",
            " by name or by operator Exists",
        ),
        by_name,
    ]
    .into()
}

fn variables(taint: &Taint) -> Node {
    let (key, effect) = (&taint.key, effect_name(taint.effect));
    let value = match taint.value.as_deref() {
        None | Some("") => "(!has(t.value) || t.value == \"\")".to_owned(),
        Some(value) => format!("has(t.value) && t.value == \"{value}\""),
    };
    vec![
        named(
            "tolerations",
            &format!("has(object.spec.tolerations) ? object.spec.tolerations.filter(t, (!has(t.effect) || t.effect in [\"\", \"{effect}\"])) : []"),
        ),
        named(
            "gpu",
            "(object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : [])).exists(c, has(c.resources) && has(c.resources.limits) && c.resources.limits.exists(r, r.startsWith(\"nvidia.com/\"))) || has(object.spec.resourceClaims) && size(object.spec.resourceClaims) > 0",
        ),
        named(
            "named",
            &format!("variables.tolerations.exists(t, has(t.key) && t.key == \"{key}\" && (!has(t.operator) || t.operator in [\"\", \"Equal\"]) && {value})"),
        ),
        named(
            "any",
            &format!("variables.tolerations.exists(t, has(t.operator) && t.operator == \"Exists\" && (!has(t.key) || t.key in [\"\", \"{key}\"]))"),
        ),
    ]
    .into()
}
