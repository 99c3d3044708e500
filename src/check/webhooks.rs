//! Webhooks for pods that keep their own pods, or those of the cluster, from being made.

use crate::api::place;
use crate::krm::{Document, Node};
use crate::problem::rules::delivery as rule;
use crate::problem::{Problem, Problems};

const KINDS: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];
/// The label that the API server gives to every namespace.
const NAME: &str = "kubernetes.io/metadata.name";

/// Warns of every webhook that has to answer before any pod is made, also in its own namespace.
pub(crate) fn check<'a>(
    documents: impl Iterator<Item = &'a Document<'a>>,
    problems: &mut Problems,
) {
    let is_webhook = |document: &&Document<'_>| {
        let mut kinds = KINDS.iter();
        kinds.any(|kind| document.is("admissionregistration.k8s.io", kind)) && !document.is_live()
    };
    for document in documents.filter(is_webhook) {
        let Ok(node) = document.node() else { continue };
        let webhooks = node.get("webhooks").map_or(&[][..], Node::items);
        for (index, webhook) in webhooks.iter().enumerate() {
            let Some((message, help)) = stops(webhook) else {
                continue;
            };
            let path = if webhook.get("namespaceSelector").is_some() {
                format!("webhooks[{index}].namespaceSelector")
            } else {
                format!("webhooks[{index}]")
            };
            let place = place(document, &node, &path);
            problems.push(Problem::new(&rule::WEBHOOK_STOPS_PODS, place, message).help(help));
        }
    }
}

/// What a webhook stops, and what to write.
fn stops(webhook: &Node) -> Option<(String, String)> {
    let text = |path: &[&str]| webhook.str_at(path).unwrap_or_default().to_owned();
    let may_fail = text(&["failurePolicy"]) == "Ignore";
    let own = text(&["clientConfig", "service", "namespace"]);
    let some_pods = webhook.get("objectSelector");
    let some_pods = some_pods.is_some_and(|selector| !selector.entries().is_empty());
    if may_fail || own.is_empty() || some_pods || !is_for_pods(webhook) {
        return None;
    }
    let name = text(&["name"]);
    let selector = webhook.get("namespaceSelector");
    let labels = selector.and_then(|selector| selector.get("matchLabels"));
    // somebody has to label a namespace before it is called there
    if labels.is_some_and(|labels| !labels.entries().is_empty()) {
        return None;
    }
    let expressions = selector.and_then(|selector| selector.get("matchExpressions"));
    let expressions = expressions.map_or(&[][..], Node::items);
    let right = format!(
        "leave them out: `{{key: {NAME}, operator: NotIn, values: [{own}, kube-system]}}`, or write `failurePolicy: Ignore`"
    );
    for expression in expressions {
        let key = expression.str_at(&["key"]).unwrap_or_default();
        let operator = expression.str_at(&["operator"]).unwrap_or_default();
        let leaves_out = matches!(operator, "NotIn" | "DoesNotExist");
        match (key, leaves_out) {
            ("name", true) => {
                let message = format!(
                    "webhook `{name}` leaves out no namespace: none has the label `name` by itself"
                );
                return Some((message, right));
            }
            // by its name, or by a label that somebody gives
            (NAME, true) => {
                let values = expression.get("values").map_or(&[][..], Node::items);
                let mut values = values.iter().filter_map(Node::text);
                if values.any(|value| value == own) {
                    return None;
                }
            }
            (NAME, false) => {
                let values = expression.get("values").map_or(&[][..], Node::items);
                let mut values = values.iter().filter_map(Node::text);
                if !values.any(|value| value == own) {
                    return None;
                }
            }
            _ => return None,
        }
    }
    let message = format!(
        "webhook `{name}` has to answer before any pod of namespace `{own}` is made, also its own"
    );
    Some((message, right))
}

fn is_for_pods(webhook: &Node) -> bool {
    let rules = webhook.get("rules").map_or(&[][..], Node::items);
    rules.iter().any(|rule| {
        let has = |field: &str, words: &[&str]| {
            let list = rule.get(field).map_or(&[][..], Node::items);
            let mut list = list.iter().filter_map(Node::text);
            list.any(|word| words.contains(&word))
        };
        has("operations", &["CREATE", "*"])
            && has("apiGroups", &["", "*"])
            && has("resources", &["pods", "*", "*/*"])
    })
}
