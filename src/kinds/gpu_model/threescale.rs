//! A product of 3scale: backend, product, documentation and the promotion that brings them to the gateway.
//!
//! A promotion acts once and never again, so its name follows the content of what it promotes: a changed product makes a
//! new one (3scale-operator #703, #742). The account is found by 3scale itself: its Secret is never written here.

use serde_json::{Map, Value, json};

use super::context::Context;
use super::data_science_cluster;
use super::objects::{self, DOCUMENTS, Head, PRODUCTS, PROMOTES};
use super::runtime::Serving;
use super::shape::engine;
use crate::api::gpu_model::{Auth, Engine, Plan as Offer, Threescale};
use crate::krm::Node;
use crate::operator;
use crate::plan::Plan;
use crate::problem::rules::{api, model as rule};
use crate::problem::{Problem, Problems};
use crate::types::hash::fnv1a;

const API: &str = "capabilities.3scale.net/v1beta1";
/// Name, what people read, method and path of each call.
const METHODS: [(&str, &str, &str, &str); 8] = [
    ("health", "Health Check", "GET", "/health"),
    ("tokenize", "Tokenize", "POST", "/tokenize"),
    ("detokenize", "Detokenize", "POST", "/detokenize"),
    ("models", "Models", "GET", "/v1/models"),
    ("version", "Version Check", "GET", "/version"),
    (
        "chat/completions",
        "Chat Completions",
        "POST",
        "/v1/chat/completions",
    ),
    ("completions", "Completions", "POST", "/v1/completions"),
    ("embeddings", "Embeddings", "POST", "/v1/embeddings"),
];
/// Counted by the policy `llm-metrics`.
const TOKENS: [(&str, &str, &str); 3] = [
    ("total_tokens", "Total Tokens", "Number of total tokens"),
    ("prompt_tokens", "Prompt Tokens", "Number of prompt tokens"),
    (
        "completion_tokens",
        "Completion Tokens",
        "Number of completion tokens",
    ),
];
const PERIODS: [&str; 7] = ["eternity", "year", "month", "week", "day", "hour", "minute"];

/// All of it; none where it is not asked for.
pub(super) fn objects(
    context: &Context<'_>,
    plan: &Plan,
    serving: &Serving<'_>,
    problems: &mut Problems,
) -> Vec<Node> {
    let asked = context
        .spec
        .expose
        .as_ref()
        .and_then(|one| one.threescale.as_ref());
    let Some(asked) = asked else {
        return Vec::new();
    };
    let Some(url) = url(context, plan, serving, asked, problems) else {
        return Vec::new();
    };
    problems.extend(periods(context, asked));
    let name = context.name();
    let system = asked.system_name.as_deref().unwrap_or(name);
    let head = |kind, name, wave| Head {
        api: API,
        kind,
        name,
        wave,
        namespace: Some(asked.namespace.as_deref().unwrap_or("3scale")),
        is_custom: true,
        labels: json!({}),
        annotations: json!({}),
    };
    let shown = context.display_name();
    let backend = json!({"name": shown, "systemName": system, "privateBaseURL": url});
    let product = product(shown, system, asked);
    let hash = fnv1a(format!("{product}{backend}").bytes());
    let promote = format!("{name}-{:08x}", hash >> 32);
    let made = |head, spec: Value| objects::object(context, head, json!({"spec": spec}));
    let mut all = vec![
        made(head("Backend", name, PRODUCTS), backend),
        made(head("Product", name, PRODUCTS), product),
    ];
    if let Some(openapi) = &asked.openapi {
        let spec = json!({
            "name": format!("{shown} API Documentation"),
            "systemName": documented(system),
            "productSystemName": system,
            "activeDocOpenAPIRef": {"url": openapi.url},
            "published": true,
            "skipSwaggerValidations": true,
        });
        all.push(made(head("ActiveDoc", name, DOCUMENTS), spec));
    }
    let spec = json!({"productCRName": name, "production": true, "deleteCR": false});
    all.push(made(head("ProxyConfigPromote", &promote, PROMOTES), spec));
    all
}

/// A system name of documentation takes letters and digits only.
fn documented(system: &str) -> String {
    system
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_lowercase()
}

/// Where the server is: the port depends on a word of the DataScienceCluster, and on whether callers need a token.
fn url(
    context: &Context<'_>,
    plan: &Plan,
    serving: &Serving<'_>,
    asked: &Threescale,
    problems: &mut Problems,
) -> Option<String> {
    if engine(context) == Engine::LlmD {
        // where nothing is said, it is said of its ways in already
        return asked.url.clone();
    }
    let host = format!(
        "{}-predictor.{}.svc.cluster.local",
        context.name(),
        context.namespace
    );
    let has_auth = context.spec.auth.as_ref().is_some_and(Auth::is_on);
    if let Some(url) = &asked.url {
        let right = match is_headless(context, plan) {
            _ if has_auth => Some(format!("https://{host}:8443")),
            Some(true) => Some(format!("http://{host}:{}", serving.port)),
            Some(false) => Some(format!("http://{host}:80")),
            None => None,
        };
        problems.extend(right.and_then(|right| wrong_port(context, url, &right)));
        return Some(url.clone());
    }
    if has_auth {
        return Some(format!("https://{host}:8443"));
    }
    let Some(is_headless) = is_headless(context, plan) else {
        let place = context.place("spec.expose.threescale");
        let message = "on which port the service of a model listens is not known: no DataScienceCluster is shown";
        let problem = Problem::new(&rule::MODEL_SERVICE_CONFIG_UNKNOWN, place, message);
        problems.push(
            problem
                .help("save it beside the facts: `oc get datascienceclusters.datasciencecluster.opendatahub.io -o yaml`")
                .help(format!("or say where the server is: `threescale: {{url: \"http://{host}:8080\"}}`")),
        );
        return None;
    };
    let port = if is_headless { serving.port } else { 80 };
    Some(format!("http://{host}:{port}"))
}

/// A URL of the model's own service on which nothing listens.
fn wrong_port(context: &Context<'_>, url: &str, right: &str) -> Option<Problem> {
    let parts = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split('/').next()?;
        let usual = if scheme == "https" { "443" } else { "80" };
        let (host, port) = authority.split_once(':').unwrap_or((authority, usual));
        let mut names = host.split('.');
        let (service, namespace) = (names.next()?, names.next()?);
        Some((service.to_owned(), namespace.to_owned(), port.to_owned()))
    };
    let (service, namespace, port) = parts(url)?;
    let is_own =
        service == format!("{}-predictor", context.name()) && namespace == context.namespace;
    if !is_own || parts(right)?.2 == port {
        return None;
    }
    let message = format!("nothing listens on port {port} of `{service}`");
    let place = context.place("spec.expose.threescale.url");
    let problem = Problem::new(&rule::MODEL_URL_PORT, place, message);
    let problem = problem.values(url, Some(right.to_owned()));
    Some(problem.help(format!(
        "write `{right}`, or leave `url` out: it follows from the DataScienceCluster and `auth`"
    )))
}

/// What the DataScienceCluster of the cluster says, or the one that is made for it; `Headless` where it says nothing.
fn is_headless(context: &Context<'_>, plan: &Plan) -> Option<bool> {
    data_science_cluster::of(context, plan, operator::is_headless)
}

fn periods(context: &Context<'_>, asked: &Threescale) -> Vec<Problem> {
    let mut found = Vec::new();
    for (name, plan) in asked.plans.iter().flatten() {
        for period in plan.tokens.iter().flatten().map(|(period, _)| period) {
            if PERIODS.contains(&period.as_str()) {
                continue;
            }
            let path = format!("spec.expose.threescale.plans.{name}.tokens.{period}");
            let message = format!("3scale has no period `{period}`");
            let problem = Problem::new(
                &api::INVALID_VALUE,
                context.placeholder.key_place(&path),
                message,
            );
            found.push(problem.help(format!("write one of `{}`", PERIODS.join("`, `"))));
        }
    }
    found
}

fn product(shown: &str, system: &str, asked: &Threescale) -> Value {
    let mut metrics = Map::new();
    let metric = |title: &str, unit: &str, about: &str| json!({"friendlyName": title, "unit": unit, "description": about});
    metrics.insert(
        "hits".to_owned(),
        metric("Hits", "hit", "Number of API hits"),
    );
    for (name, title, about) in TOKENS {
        metrics.insert(name.to_owned(), metric(title, "token", about));
    }
    let methods =
        METHODS.map(|(name, title, ..)| (name.to_owned(), json!({"friendlyName": title})));
    let methods: Map<String, Value> = methods.into_iter().collect();
    let rules = METHODS.map(|(name, _, method, path)| {
        json!({"httpMethod": method, "pattern": path, "metricMethodRef": name, "increment": 1})
    });
    let usages: Map<String, Value> = [(system.to_owned(), json!({"path": "/"}))]
        .into_iter()
        .collect();
    let user_key = json!({"authUserKey": "Authorization", "credentials": "authorization"});
    json!({
        "name": shown,
        "systemName": system,
        "deployment": {"apicastHosted": {"authentication": {"userkey": user_key}}},
        "backendUsages": usages,
        "metrics": metrics,
        "methods": methods,
        "mappingRules": rules,
        "applicationPlans": plans(asked),
        "policies": policies(),
    })
}

fn plans(asked: &Threescale) -> Map<String, Value> {
    let standard = || [("standard".to_owned(), Offer::default())].into();
    let all = asked.plans.clone().unwrap_or_else(standard);
    let plan = |(name, plan): (String, Offer)| {
        let mut title = name.clone();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let mut made = json!({
            "name": plan.title.unwrap_or(title),
            "appsRequireApproval": plan.approval.unwrap_or(false),
            "published": true,
        });
        let limit = |(period, value): (&String, &u32)| json!({"period": period, "value": value, "metricMethodRef": {"systemName": "total_tokens"}});
        let limits: Vec<Value> = plan.tokens.iter().flatten().map(limit).collect();
        if !limits.is_empty() {
            made["limits"] = limits.into();
        }
        (name, made)
    };
    all.into_iter().map(plan).collect()
}

/// CORS, five minutes for an answer, tokens counted by the answer of the server, then the gateway itself.
fn policies() -> Value {
    let builtin = |name: &str, configuration: Value| json!({"name": name, "version": "builtin", "enabled": true, "configuration": configuration});
    let is_ok = json!({"left": "{{status}}", "left_type": "liquid", "op": "==", "right": "200", "right_type": "plain"});
    let rules = TOKENS.map(|(name, ..)| {
        json!({
            "metric": name,
            "increment": format!("{{{{ llm_usage.{name} }}}}"),
            "condition": {"combine_op": "and", "operations": [is_ok]},
        })
    });
    json!([
        builtin(
            "cors",
            json!({
                "allow_origin": "*",
                "allow_headers": ["Authorization", "Content-type", "Accept"],
                "allow_methods": [],
            })
        ),
        builtin(
            "upstream_connection",
            json!({
                "connect_timeout": 300,
                "read_timeout": 300,
                "send_timeout": 300,
            })
        ),
        json!({
            "name": "llm-metrics",
            "version": "0.1",
            "enabled": true,
            "configuration": {"enable_sse_support": true, "rules": rules},
        }),
        builtin("apicast", json!({})),
    ])
}
