//! From the taints of the pools to the tolerations of what must run on their nodes.

use serde::Deserialize;

use crate::api::gpu_machine_set::{Taint, TaintEffect};
use crate::krm::Node;

/// A toleration.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Toleration {
    /// Key of the taint. Left out with `operator: Exists`: every key.
    #[cfg_attr(test, schemars(extend("format" = "taint-key")))]
    pub(crate) key: Option<String>,
    /// `Exists` for any value. Default: `Equal`.
    pub(crate) operator: Option<TolerationOperator>,
    /// Value of the taint, with `Equal`; quote `"true"`.
    #[cfg_attr(test, schemars(extend("format" = "taint-value")))]
    pub(crate) value: Option<String>,
    /// Effect of the taint. Default: every effect.
    pub(crate) effect: Option<TaintEffect>,
    /// Seconds that a running pod stays, with `NoExecute`. Default: forever.
    #[serde(rename = "tolerationSeconds")]
    pub(crate) seconds: Option<i64>,
}

/// How a toleration compares.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum TolerationOperator {
    /// Any value.
    Exists,
    /// This value.
    Equal,
}

impl Toleration {
    /// Any value of a key with an effect.
    pub(crate) fn exists(key: &str, effect: TaintEffect) -> Self {
        Self {
            key: Some(key.to_owned()),
            operator: Some(TolerationOperator::Exists),
            value: None,
            effect: Some(effect),
            seconds: None,
        }
    }

    /// As the scheduler reads it; `None` for what is no toleration.
    pub(crate) fn read(node: &Node) -> Option<Self> {
        serde_json::from_value(node.to_json()).ok()
    }

    /// As Kubernetes compares (`Toleration.ToleratesTaint`); one that ends after some seconds does not count.
    pub(crate) fn tolerates(&self, taint: &Taint) -> bool {
        let any_value = self.operator == Some(TolerationOperator::Exists);
        let key = match self.key.as_deref() {
            None | Some("") => any_value,
            Some(key) => key == taint.key,
        };
        let empty = "";
        let value = any_value
            || self.value.as_deref().unwrap_or(empty) == taint.value.as_deref().unwrap_or(empty);
        let effect = self.effect.is_none_or(|effect| effect == taint.effect);
        key && value && effect && self.seconds.is_none()
    }

    /// As an element of a pod's `tolerations`.
    pub(crate) fn to_node(&self) -> Node {
        let mut node = Node::map::<&str>([]);
        if let Some(key) = &self.key {
            node.set("key", key.as_str());
        }
        if let Some(operator) = self.operator {
            let exists = operator == TolerationOperator::Exists;
            node.set("operator", if exists { "Exists" } else { "Equal" });
        }
        if let Some(value) = &self.value {
            node.set("value", value.as_str());
        }
        if let Some(effect) = self.effect {
            node.set("effect", effect_name(effect));
        }
        if let Some(seconds) = self.seconds {
            node.set("tolerationSeconds", Node::from_json(&seconds.into()));
        }
        node
    }
}

/// The effect as written.
pub(crate) fn effect_name(effect: TaintEffect) -> &'static str {
    match effect {
        TaintEffect::NoSchedule => "NoSchedule",
        TaintEffect::PreferNoSchedule => "PreferNoSchedule",
        TaintEffect::NoExecute => "NoExecute",
    }
}

/// `nvidia.com/gpu=true:NoSchedule`
pub(crate) fn taint_text(taint: &Taint) -> String {
    let effect = effect_name(taint.effect);
    match taint.value.as_deref() {
        None | Some("") => format!("{}:{effect}", taint.key),
        Some(value) => format!("{}={value}:{effect}", taint.key),
    }
}

/// What `taints` need beyond `there`, one toleration per key and effect, sorted. A taint that only prefers needs
/// none.
pub(crate) fn missing<'a>(
    taints: impl IntoIterator<Item = &'a Taint>,
    there: &[Toleration],
) -> Vec<Toleration> {
    let mut open: Vec<(&str, TaintEffect)> = taints
        .into_iter()
        .filter(|taint| taint.effect != TaintEffect::PreferNoSchedule)
        .filter(|taint| !there.iter().any(|one| one.tolerates(taint)))
        .map(|taint| (taint.key.as_str(), taint.effect))
        .collect();
    open.sort_unstable();
    open.dedup();
    let toleration = |(key, effect)| Toleration::exists(key, effect);
    open.into_iter().map(toleration).collect()
}

/// As a list for an operand.
pub(crate) fn list(tolerations: &[Toleration]) -> Node {
    tolerations
        .iter()
        .map(Toleration::to_node)
        .collect::<Vec<_>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taint(key: &str, value: &str, effect: TaintEffect) -> Taint {
        Taint {
            key: key.to_owned(),
            value: Some(value.to_owned()).filter(|value| !value.is_empty()),
            effect,
        }
    }

    #[test]
    fn tolerations_compare_as_the_scheduler_does() {
        let read = |text: serde_json::Value| Toleration::read(&Node::from_json(&text)).unwrap();
        let gpu = taint("nvidia.com/gpu", "true", TaintEffect::NoSchedule);
        let json = |text: &str| read(serde_json::from_str(text).unwrap());
        assert!(json(r#"{"operator":"Exists"}"#).tolerates(&gpu));
        assert!(json(r#"{"key":"nvidia.com/gpu","operator":"Exists"}"#).tolerates(&gpu));
        assert!(json(r#"{"key":"nvidia.com/gpu","value":"true"}"#).tolerates(&gpu));
        assert!(!json(r#"{"key":"nvidia.com/gpu"}"#).tolerates(&gpu));
        assert!(
            !json(r#"{"key":"nvidia.com/gpu","operator":"Exists","effect":"NoExecute"}"#)
                .tolerates(&gpu)
        );
        let evict = taint("a", "", TaintEffect::NoExecute);
        assert!(json(r#"{"key":"a"}"#).tolerates(&evict));
        assert!(
            !json(r#"{"key":"a","operator":"Exists","tolerationSeconds":300}"#).tolerates(&evict)
        );
    }

    #[test]
    fn what_is_missing_is_sorted_and_stands_once() {
        let taints = [
            taint("z", "1", TaintEffect::NoSchedule),
            taint("a", "x", TaintEffect::NoExecute),
            taint("a", "y", TaintEffect::NoExecute),
            taint("soft", "", TaintEffect::PreferNoSchedule),
            taint("known", "", TaintEffect::NoSchedule),
        ];
        let there = [Toleration::exists("known", TaintEffect::NoSchedule)];
        let missing = missing(&taints, &there);
        let text = crate::krm::emit::block(&list(&missing), 0);
        assert_eq!(
            text,
            "- key: a\n  operator: Exists\n  effect: NoExecute\n- key: z\n  operator: Exists\n  effect: NoSchedule\n"
        );
    }
}
