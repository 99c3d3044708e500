//! The text of adopted placeholders.

use std::collections::{BTreeMap, BTreeSet};

use crate::adopt::pool::Pool;
use crate::adopt::probe::placeholder;
use crate::api::ACCEPT;
use crate::krm::{Node, emit};

/// Why a warning about what runs is accepted.
const REASON: &str = "adopted as it runs";

const HEAD: &str = "\
# Written by `gpu-machineset adopt`: rendered with the facts of this cluster, these give the GPU MachineSets that run.
# 1. `gpu-machineset diff THIS FACTS --live DUMP` shows no difference.
# 2. Stop what made the sets before, without letting it delete them.
# 3. Apply what `gpu-machineset render` prints. It adds the annotation `gpu-machineset.dev/from` and changes no machine.
";
const PROTECTION: &str = "  protection: none\n";
const UNPROTECTED: &str = "  # as it is; without this line Argo CD asks before it deletes the sets: remove it when these are applied from Git\n  protection: none\n";

/// For a dump that does not show what the pools would imply.
pub(super) const NO_PLATFORM: &str = "\
---
# The dump does not show both NFD and the NVIDIA GPU operator, so this keeps the pools from implying them: whoever
# installed them keeps them. Remove it when the facts name both (`ClusterFacts.spec.operators`, or their Subscriptions in
# the dump): then they are checked against the pools and never installed again. Or remove it to get them from here.
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuPlatform
metadata:
  name: none
  annotations:
    config.kubernetes.io/local-config: \"true\"
spec:
  operators: {}
";

/// What a cluster says of who may use which pool.
const ACCESS: &str = "\
---
# Who may use which pool, as queues and profiles of the cluster say it. They stay until you delete them; what is made from
# this has names of its own. Others are warned: write `enforcement: deny` when nobody is warned any more.
";

/// The `GpuAccess` as one more document.
pub(super) fn access(spec: &serde_json::Value) -> String {
    let node = Node::from_json(&serde_json::json!({
        "apiVersion": "gpu-machineset.dev/v1alpha1",
        "kind": "GpuAccess",
        "metadata": {
            "name": "gpus",
            "annotations": {"config.kubernetes.io/local-config": "true"},
        },
        "spec": spec,
    }));
    format!("{ACCESS}{}", emit::block(&node, 0))
}

/// All placeholders as one stream, each with the warnings about it that it takes as they are.
pub(super) fn document(pools: &[Pool], accepted: &BTreeMap<String, BTreeSet<&str>>) -> String {
    let mut text = String::from(HEAD);
    for (index, pool) in pools.iter().enumerate() {
        if index > 0 {
            text.push_str("---\n");
        }
        for set in &pool.sets {
            text.push_str(&emit::comment(&format!("MachineSet {set}")));
        }
        let mut node = placeholder(&pool.name, pool.spec.clone());
        let metadata = node.make(&["metadata"]);
        for (key, value) in &pool.labels {
            metadata.make(&["labels"]).set(key, value.as_str());
        }
        for (key, value) in &pool.annotations {
            metadata
                .make(&["annotations"])
                .set(key, Node::from(value.as_str()));
        }
        if let Some(rules) = accepted.get(&pool.name) {
            let reasons = rules.iter().map(|rule| format!("{rule}: {REASON}"));
            let reasons = reasons.collect::<Vec<_>>().join("; ");
            let annotations = node.make(&["metadata", "annotations"]);
            annotations.set(ACCEPT, reasons.as_str());
        }
        let block = emit::block(&node, 0);
        text.push_str(&block.replacen(PROTECTION, UNPROTECTED, 1));
    }
    text
}
