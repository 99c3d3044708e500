//! Models as a Service of OpenShift AI 3: by tiers up to 3.3, by subscriptions from 3.4 on.

use serde_json::{Value, json};

use super::context::Context;
use super::data_science_cluster::component;
use super::objects::{self, Head, PRODUCTS};
use crate::api::gpu_model::Maas;
use crate::krm::Node;
use crate::plan::Plan;
use crate::problem::rules::{model, serving as rule};
use crate::problem::{Problem, Problems, Rule};
use crate::types::Version;

const API: &str = "maas.opendatahub.io/v1alpha1";
/// Where it looks for policies and subscriptions.
const NAMESPACE: &str = "models-as-a-service";
/// Its Gateway, beside that of llm-d.
pub(super) const GATEWAY: &str = "maas-default-gateway";
pub(super) const TIERS: &str = "alpha.maas.opendatahub.io/tiers";
/// Everybody who is logged in.
const EVERYBODY: &str = "system:authenticated";
const SINCE: Version = Version(3, 0);
/// First release whose DataScienceCluster switches it on.
const SWITCHED_SINCE: Version = Version(3, 3);
/// First release with subscriptions.
const SUBSCRIBED_SINCE: Version = Version(3, 4);
/// First release in which another component has the switch.
const OF_GATEWAY_SINCE: Version = Version(3, 5);
const POLICY: &str = "MaaSAuthPolicy";
/// The most tokens of a limit.
const MOST: u32 = 1_000_000_000;

/// What is asked of it.
pub(super) fn of<'a>(context: &Context<'a>) -> Option<&'a Maas> {
    context.spec.expose.as_ref()?.maas.as_ref()
}

/// How a model joins by tiers: all of them where none is named.
pub(super) fn tiers(context: &Context<'_>) -> Option<String> {
    let maas = of(context).filter(|_| context.ai < SUBSCRIBED_SINCE)?;
    Some(json!(maas.tiers.clone().unwrap_or_default()).to_string())
}

fn wrong(
    context: &Context<'_>,
    rule: &'static Rule,
    field: &str,
    message: impl Into<String>,
) -> Problem {
    let path = match field {
        "" => "spec.expose.maas".to_owned(),
        field => format!("spec.expose.maas.{field}"),
    };
    Problem::new(rule, context.place(&path), message.into())
}

/// What the release does not have, or nobody switched on.
pub(super) fn check(context: &Context<'_>, plan: &Plan, problems: &mut Problems) {
    let Some(maas) = of(context) else { return };
    if context.ai < SINCE {
        let message = format!("OpenShift AI {} has no Models as a Service", context.ai);
        let problem = wrong(context, &rule::MAAS_VERSION, "", message);
        problems.push(problem.help("take a channel of 3.3 or later, or write `expose: {threescale: {}}` with `engine: kserve`"));
        return;
    }
    if context
        .spec
        .expose
        .as_ref()
        .is_some_and(|one| one.gateway.is_some())
    {
        let path = "spec.expose.gateway";
        let message = format!("Models as a Service has a Gateway of its own, `{GATEWAY}`");
        let problem = Problem::new(&rule::MAAS_VERSION, context.place(path), message);
        problems.push(problem.help("leave `gateway` out"));
    }
    problems.extend(switched_off(context, plan));
    if context.ai < SUBSCRIBED_SINCE {
        problems.extend(not_of_tiers(context, maas));
    } else {
        problems.extend(not_of_subscriptions(context, maas));
        problems.extend(same_name(context, plan));
    }
}

/// Policies of all models are in one namespace.
fn same_name(context: &Context<'_>, plan: &Plan) -> Option<Problem> {
    let is_same = |one: &&crate::plan::Model| {
        let mut beside = one.beside.iter();
        one.name == context.name()
            && one.namespace != context.namespace
            && one.cluster == context.cluster
            && beside.any(|node| node.str_at(&["kind"]) == Some(POLICY))
    };
    let first = plan.models.iter().find(is_same)?;
    let message = format!(
        "Models as a Service keeps policies of all models in `{NAMESPACE}`, where `{}` is taken",
        first.name
    );
    let problem = Problem::new(&model::MODEL_NAME, context.place("metadata.name"), message);
    let problem = problem.fact(format!("the first is at {}", first.place));
    Some(problem.help("rename one of them"))
}

fn switched_off(context: &Context<'_>, plan: &Plan) -> Option<Problem> {
    if context.ai < SWITCHED_SINCE {
        return None;
    }
    let of_kserve = ["kserve", "modelsAsService", "managementState"];
    let of_gateway = ["aigateway", "modelsAsAService", "managementState"];
    let paths: &[&[&str]] = if context.ai < OF_GATEWAY_SINCE {
        &[&of_kserve]
    } else {
        &[&of_gateway, &of_kserve]
    };
    let is_on = |path: &&[&str]| component(context, plan, path).as_deref() == Some("Managed");
    if paths.iter().any(is_on) {
        return None;
    }
    let [component, field, _] = if context.ai < OF_GATEWAY_SINCE {
        of_kserve
    } else {
        of_gateway
    };
    let message = format!(
        "Models as a Service is off, as far as it is shown: `components.{component}.{field}` of the DataScienceCluster"
    );
    let lines = format!("{component}: {{{field}: {{managementState: Managed}}}}");
    let problem = wrong(context, &rule::MAAS_OFF, "", message);
    Some(
        problem
            .help(format!("in the GpuPlatform: `openshift-ai: {{operand: {{components: {{{lines}}}}}}}`"))
            .help("is it on? Then save it beside the facts: `oc get datascienceclusters.datasciencecluster.opendatahub.io -o yaml`"),
    )
}

fn not_of_tiers(context: &Context<'_>, maas: &Maas) -> Vec<Problem> {
    let later = [
        ("groups", maas.groups.is_some()),
        ("tokens", maas.tokens.is_some()),
    ];
    let one = |(field, is_written): (&str, bool)| {
        let message = format!(
            "OpenShift AI {} knows tiers, and no `{field}` of a model",
            context.ai
        );
        let problem = wrong(context, &rule::MAAS_VERSION, field, message);
        let problem = problem.help("write `maas: {tiers: [...]}`: groups and limits of a tier are in its ConfigMap and in the policy of the Gateway");
        is_written.then_some(problem)
    };
    later.into_iter().filter_map(one).collect()
}

fn not_of_subscriptions(context: &Context<'_>, maas: &Maas) -> Vec<Problem> {
    let mut found = Vec::new();
    if maas.tiers.is_some() {
        let message = format!(
            "OpenShift AI {} has subscriptions instead of tiers",
            context.ai
        );
        let problem = wrong(context, &rule::MAAS_VERSION, "tiers", message);
        found.push(problem.help("write `maas: {groups: [...], tokens: {1h: 100000}}`"));
    }
    let tokens = maas.tokens.iter().flatten();
    if tokens.clone().next().is_none() {
        let message = "a subscription has a limit of tokens, and none is written";
        let problem = wrong(context, &rule::MAAS_VERSION, "", message);
        found.push(problem.help("write `maas: {tokens: {1h: 100000}}`"));
    }
    for (window, limit) in tokens {
        let path = format!("spec.expose.maas.tokens.{window}");
        let message = if !is_window(window) {
            format!("`{window}` is no window of Models as a Service")
        } else if *limit > MOST {
            format!("{limit} tokens are more than a limit may have")
        } else {
            continue;
        };
        let place = context.placeholder.key_place(&path);
        let problem = Problem::new(&rule::MAAS_LIMIT_WINDOW, place, message);
        found.push(problem.help(format!(
            "a window has up to four digits and `s`, `m` or `h`, as `24h`, and a limit at most {MOST} tokens"
        )));
    }
    found
}

/// As the CRD has it: `^[1-9]\d{0,3}(s|m|h)$`.
fn is_window(text: &str) -> bool {
    let number = text.strip_suffix(['s', 'm', 'h']).unwrap_or_default();
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    (1..=4).contains(&number.len()) && digits && !number.starts_with('0')
}

/// The three objects by which a model is found, may be called and is limited.
pub(super) fn objects(context: &Context<'_>) -> Vec<Node> {
    let Some(maas) = of(context).filter(|_| context.ai >= SUBSCRIBED_SINCE) else {
        return Vec::new();
    };
    let (name, namespace) = (context.name(), context.namespace.as_str());
    let head = |kind, name, namespace, annotations| Head {
        api: API,
        kind,
        name,
        wave: PRODUCTS,
        namespace,
        is_custom: true,
        labels: json!({}),
        annotations,
    };
    let everybody = || vec![EVERYBODY.to_owned()];
    let groups = maas.groups.clone().unwrap_or_else(everybody);
    let groups: Value = groups.iter().map(|name| json!({"name": name})).collect();
    let limit = |(window, limit): (&String, &u32)| json!({"limit": limit, "window": window});
    let limits: Value = maas.tokens.iter().flatten().map(limit).collect();
    let subscription = format!("{name}-standard");
    let made = |head, spec: Value| objects::object(context, head, json!({"spec": spec}));
    let shown = json!({"openshift.io/display-name": context.display_name()});
    vec![
        made(
            head("MaaSModelRef", name, None, shown),
            json!({"modelRef": {"kind": "LLMInferenceService", "name": name}}),
        ),
        made(
            head(POLICY, name, Some(NAMESPACE), json!({})),
            json!({
                "modelRefs": [{"name": name, "namespace": namespace}],
                "subjects": {"groups": groups},
            }),
        ),
        made(
            head(
                "MaaSSubscription",
                &subscription,
                Some(NAMESPACE),
                json!({}),
            ),
            json!({
                "owner": {"groups": groups},
                "modelRefs": [{"name": name, "namespace": namespace, "tokenRateLimits": limits}],
                "priority": 0,
            }),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::is_window;

    #[test]
    fn windows_are_those_of_the_crd() {
        for (text, is_right) in [("1h", true), ("9999s", true), ("24h", true), ("0h", false)] {
            assert_eq!(is_window(text), is_right, "{text}");
        }
        for text in ["", "h", "1d", "12345s", "01m", "1 h", "-1h"] {
            assert!(!is_window(text), "{text}");
        }
    }
}
