//! What a GpuDelivery, or the template of an ApplicationSet, reads from the Secret of a cluster: written by commands that
//! a person reviews and runs.

use super::announce;
use crate::api::GROUP;
use crate::cluster::{ClusterFacts, FactName};

/// The annotation on the Secret of a cluster that states a fact of it.
pub(crate) fn fact_key(fact: FactName) -> String {
    format!("{GROUP}/{}", fact.field())
}

/// `oc annotate` and `oc label` for each cluster. `secret` is its name where that is not the one of the facts.
pub(crate) fn commands(
    clusters: &[ClusterFacts],
    namespace: &str,
    secret: Option<&str>,
    labels: &[String],
) -> String {
    let of_cluster = |cluster: &ClusterFacts| {
        let secret = secret.unwrap_or(&cluster.name);
        let facts = FactName::ALL.into_iter().filter(|fact| fact.is_field());
        let facts = facts.filter_map(|fact| {
            let value = announce::values_of(fact, cluster).join(",");
            (!value.is_empty()).then(|| format!("{}={value}", fact_key(fact)))
        });
        let facts: Vec<String> = facts.collect();
        let target = format!("secret {secret} -n {namespace} --overwrite");
        let annotate = format!(
            "oc annotate {target} \\\n  {}\n",
            quoted(&facts).join(" \\\n  ")
        );
        let label = format!("oc label {target} {}\n", quoted(labels).join(" "));
        let title = format!("# {}\n", cluster.name);
        [
            title,
            annotate,
            if labels.is_empty() {
                String::new()
            } else {
                label
            },
        ]
        .concat()
    };
    clusters.iter().map(of_cluster).collect()
}

/// As a shell reads them back.
fn quoted(words: &[String]) -> Vec<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "=/._-,:+@".contains(c);
    let quote = |word: &String| {
        if word.chars().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    words.iter().map(quote).collect()
}
