//! Who may call a model, and from where.

use serde_json::json;

use super::context::Context;
use super::objects::{self, Head, SERVICES};
use crate::api::gpu_model::Auth;
use crate::krm::Node;
use crate::problem::rules::model as rule;
use crate::problem::{Problem, Problems};

const RBAC: &str = "rbac.authorization.k8s.io";

/// What a way in from outside lacks.
pub(super) fn check(context: &Context<'_>, problems: &mut Problems) {
    let route = context
        .spec
        .expose
        .as_ref()
        .and_then(|one| one.route.as_ref());
    let Some(route) = route else { return };
    if !context.spec.auth.as_ref().is_some_and(Auth::is_on) {
        let message = "whoever reaches the Route may call the model: nobody asks for a token";
        let problem = Problem::new(
            &rule::MODEL_PUBLIC,
            context.place("spec.expose.route"),
            message,
        );
        problems.push(problem.help("write `auth: true`, or `auth: {groups: [...]}`"));
    }
    if route.timeout.is_none() {
        let message = "the Route cuts answers that take longer than 30 seconds";
        let problem = Problem::new(
            &rule::MODEL_ROUTE_TIMEOUT,
            context.place("spec.expose.route"),
            message,
        );
        problems.push(problem.help("write `route: {timeout: 5m}`"));
    }
}

/// Who may `get` the InferenceService, or the LLMInferenceService, may call the model.
pub(super) fn objects(context: &Context<'_>, resource: &str) -> Vec<Node> {
    let groups = context
        .spec
        .auth
        .as_ref()
        .map(Auth::groups)
        .unwrap_or_default();
    if groups.is_empty() {
        return Vec::new();
    }
    let (role, binding) = (
        format!("{}-view-role", context.name()),
        format!("{}-view", context.name()),
    );
    let head = |kind, name| Head {
        api: "rbac.authorization.k8s.io/v1",
        kind,
        name,
        wave: SERVICES,
        namespace: None,
        is_custom: false,
        labels: json!({}),
        annotations: json!({}),
    };
    let rules = json!([{
        "apiGroups": ["serving.kserve.io"],
        "resources": [resource],
        "resourceNames": [context.name()],
        "verbs": ["get"],
    }]);
    let subject = |group: &String| json!({"kind": "Group", "apiGroup": RBAC, "name": group});
    let subjects: Vec<serde_json::Value> = groups.iter().map(subject).collect();
    let bound = json!({
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": role},
        "subjects": subjects,
    });
    vec![
        objects::object(context, head("Role", &role), json!({"rules": rules})),
        objects::object(context, head("RoleBinding", &binding), bound),
    ]
}
