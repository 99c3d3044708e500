//! What a ClusterPolicy needs that the user or somebody else wrote.

use crate::krm::{Node, emit};
use crate::operator::nvidia_gpu::{default_toleration, plugin_config, union};
use crate::operator::tolerations;
use crate::operator::tolerations::Toleration;
use crate::operator::{Addition, Context, Shown, sharing};
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

/// The user's or somebody else's ClusterPolicy: taints of the pools, and their sharing.
pub(super) fn tend(context: &Context<'_>, shown: &Shown, problems: &mut Problems) -> Vec<Addition> {
    if shown.kind == "NVIDIADriver" {
        return driver(context, shown).into_iter().collect();
    }
    if shown.kind != "ClusterPolicy" {
        return Vec::new();
    }
    let mut additions = Vec::new();
    additions.extend(tolerate(context, shown));
    additions.extend(share(context, shown, problems));
    additions.extend(cut(context, shown, problems));
    additions
}

fn tolerate(context: &Context<'_>, shown: &Shown) -> Option<Addition> {
    let list = shown.node.at(&["spec", "daemonsets", "tolerations"]);
    let written: Vec<Toleration> = list
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Toleration::read)
        .collect();
    let default = list.is_none_or(|list| list.items().is_empty());
    let base = if default {
        vec![default_toleration()]
    } else {
        written
    };
    let taints = context.request.pools.iter().flat_map(|pool| &pool.taints);
    let needed = tolerations::missing(taints, &base);
    if needed.is_empty() {
        return None;
    }
    let keys: Vec<&str> = needed.iter().filter_map(|one| one.key.as_deref()).collect();
    let message = format!(
        "ClusterPolicy `{}` does not tolerate the taint `{}` of the pools: no driver there",
        shown.name,
        keys.join("`, `")
    );
    // a list replaces the operator's default
    let value = if default {
        union(context, &base)
    } else {
        needed
    };
    Some(Addition {
        path: &["spec", "daemonsets", "tolerations"],
        value: tolerations::list(&value),
        as_text: false,
        rule: &rule::TAINT_NOT_TOLERATED,
        message,
        with: Vec::new(),
    })
}

/// With `driver.useNvidiaDriverCRD` the driver tolerates what stands in its NVIDIADriver, beside the operator's own
/// default (gpu-operator manifests/state-driver/0500_daemonset.yaml), and nothing of the ClusterPolicy.
fn driver(context: &Context<'_>, shown: &Shown) -> Option<Addition> {
    let mut policies = context.request.installed.of("nvidia.com", "ClusterPolicy");
    let by_crd = |policy: &Shown| {
        let used = policy.node.at(&["spec", "driver", "useNvidiaDriverCRD"]);
        used.and_then(Node::text) == Some("true")
    };
    // with a selector it may be for other nodes
    let selector = shown.node.at(&["spec", "nodeSelector"]);
    if !policies.any(by_crd) || selector.is_some_and(|selector| !selector.is_empty()) {
        return None;
    }
    let list = shown.node.at(&["spec", "tolerations"]);
    let written = list.map(Node::items).unwrap_or_default();
    let mut base = vec![default_toleration()];
    base.extend(written.iter().filter_map(Toleration::read));
    let taints = context.request.pools.iter().flat_map(|pool| &pool.taints);
    let needed = tolerations::missing(taints, &base);
    let keys: Vec<&str> = needed.iter().filter_map(|one| one.key.as_deref()).collect();
    let message = format!(
        "NVIDIADriver `{}` does not tolerate the taint `{}` of the pools: no driver there",
        shown.name,
        keys.join("`, `")
    );
    (!needed.is_empty()).then(|| Addition {
        path: &["spec", "tolerations"],
        value: tolerations::list(&needed),
        as_text: false,
        rule: &rule::TAINT_NOT_TOLERATED,
        message,
        with: Vec::new(),
    })
}

fn share(context: &Context<'_>, shown: &Shown, problems: &mut Problems) -> Option<Addition> {
    let config_map = sharing::config_map(context)?;
    let name = shown
        .node
        .str_at(&["spec", "devicePlugin", "config", "name"]);
    if let Some(other) = name.filter(|name| *name != sharing::CONFIG_MAP) {
        problems.push(other_config_map(shown, other, &config_map.object));
        return None;
    }
    Some(Addition {
        path: &["spec", "devicePlugin", "config"],
        value: if name.is_some() {
            Node::map::<&str>([])
        } else {
            plugin_config()
        },
        as_text: false,
        rule: &rule::SHARING_NOT_CONFIGURED,
        message: format!(
            "ClusterPolicy `{}` names no configuration of the device plugin, but pools share GPUs",
            shown.name
        ),
        with: vec![config_map],
    })
}

fn other_config_map(shown: &Shown, other: &str, ours: &Node) -> Problem {
    let message = format!(
        "ClusterPolicy `{}` reads ConfigMap `{other}`, which may not hold the pools' ways of sharing",
        shown.name
    );
    let data = ours.get("data").cloned().unwrap_or_else(Node::null);
    let data = emit::block(&Node::map([("data", data)]), 0);
    Problem::new(&rule::SHARING_CONFLICT, shown.place.clone(), message).help(format!(
        "name `{}` there, or add to `{other}`:\n{}",
        sharing::CONFIG_MAP,
        data.trim_end()
    ))
}

fn cut(context: &Context<'_>, shown: &Shown, problems: &mut Problems) -> Option<Addition> {
    let pools = context.request.pools;
    let written = shown.node.str_at(&["spec", "mig", "strategy"]);
    sharing::check(
        context,
        written.unwrap_or_else(|| sharing::strategy(pools)),
        problems,
    );
    if written.is_some() || !sharing::any_mig(pools) {
        return None;
    }
    Some(Addition {
        path: &["spec", "mig", "strategy"],
        value: sharing::strategy(pools).into(),
        as_text: false,
        rule: &rule::SHARING_NOT_CONFIGURED,
        message: format!(
            "ClusterPolicy `{}` has no MIG strategy, but pools are cut by MIG",
            shown.name
        ),
        with: Vec::new(),
    })
}
