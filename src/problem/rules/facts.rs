//! Rules about the facts of a cluster.

super::rules! {
    MISSING_FACT: Error "missing-fact"
        "every fact that a placeholder needs is given"
        "Nothing is guessed and nothing is parsed out of a name. Give the fact by any of the ways that the message lists: a raw object (`oc get infrastructure cluster -o yaml`), a field of ClusterFacts, or a JSONPath under `ClusterFacts.spec.from`.";
    FACTS_DISAGREE: Error "facts-disagree"
        "sources that state the same fact state the same value"
        "Two sources give different values for one fact of one cluster. One of them is stale or belongs to another cluster: correct or remove it.";
}
