//! Rules about the facts of a cluster.

super::rules! {
    MISSING_FACT: Error "missing-fact"
        "every fact that a placeholder needs is given"
        "Nothing is guessed and nothing is parsed out of a name. Give the fact by any of the ways that the message lists: a raw object (`oc get infrastructure cluster -o yaml`), a field of ClusterFacts, or a JSONPath under `ClusterFacts.spec.from`. A fact that some source states wrongly is not missing: the mistake is reported there.";
    FACTS_DISAGREE: Error "facts-disagree"
        "sources that state the same fact state the same value"
        "Two sources give different values for one fact of one cluster. One of them is stale or belongs to another cluster: correct or remove it.";
    MALFORMED_FACT: Error "malformed-fact"
        "an object that states facts states them in its kind's form"
        "The object is of a kind that we read facts from, but the field is missing, empty or of another type. Raw objects must come from a cluster with their status: `oc get infrastructure cluster -o yaml`. YAML reads `4.20` as the number 4.2: put versions in quotes.";
    UNKNOWN_FACTS: Error "unknown-facts"
        "`spec.facts` and the parameter `cluster` name a cluster of the input"
        "A placeholder, or the Application, names its cluster by the name of a ClusterFacts, by an infrastructure name or by the name of a ManagedCluster. Facts that a placeholder holds itself have their infrastructure name. With one cluster in the input nobody need name it.";
    NOT_FOR_CLUSTER: Info "not-for-cluster"
        "a placeholder is for the cluster of the run"
        "Its `spec.facts` is a list, a pattern or a selector, and does not choose the only cluster that the input describes: it is left out, as people mean it who give one set of files to every cluster. A single name that no cluster has is an error, and so is what chooses none of a whole fleet.";
    AMBIGUOUS_FACTS: Error "ambiguous-facts"
        "facts belong to exactly one cluster"
        "The input describes several clusters, and this object or placeholder does not say which one it means. Objects belong to a cluster by its infrastructure name: `ClusterFacts.spec.infrastructureName`, the label `machine.openshift.io/cluster-api-cluster` of a MachineSet, the claim `infrastructure.openshift.io` of a ManagedCluster. Placeholders name it in `spec.facts`.";
    UNKNOWN_OVERRIDE: Error "unknown-override"
        "an override of a ClusterFacts is for a pool that is there"
        "`ClusterFacts.spec.overrides` changes a pool in one cluster, by its name: `GpuMachineSet/l4`. One that is misspelt would leave the pool as it is, with the wrong size or price. Facts that serve several folders of pools keep the overrides of each folder in a ClusterFacts of its own, with the same `infrastructureName`. A run without any pool, of operators alone, asks for none.";
    OVERRIDE_WITHOUT_EFFECT: Warning "override-without-effect"
        "an override is for a pool that its cluster gets"
        "The pool is there, but its `spec.facts` chooses other clusters, or holds its facts itself: what the ClusterFacts of this cluster says of it changes nothing.";
    INVALID_PATH: Error "invalid-path"
        "a path of `spec.from` is a JSONPath that can be followed in bounded time"
        "Paths are JSONPath (RFC 9535), or kubectl's `{.a.b}` and `.a.b`. Long, deeply nested and multiplying queries are refused, since a few characters can keep a JSONPath engine busy for hours: `$..*..*..*`.";
    FACT_NOT_FOUND: Error "fact-not-found"
        "`spec.from` finds one object and one value in it"
        "An entry of `ClusterFacts.spec.from` names objects by kind, group, name and labels, and a value by JSONPath. None, or several, would make us guess.";
    FACT_FROM_SECRET: Error "fact-from-secret"
        "a fact is no secret"
        "Facts stand in the names, labels and messages of everything that is rendered, so none is taken out of the data of a Secret, nor out of what looks like a password or a token. Write the fact itself, or keep it in a ConfigMap. Labels and annotations of a Secret are no secret: Argo CD keeps what it knows of a cluster there.";
    WORKER_OUTSIDE_REGION: Error "worker-outside-region"
        "every worker MachineSet lies in the cluster's region"
        "On AWS, GCP and IBM Cloud the name of a zone begins with its region. A worker of another region belongs to another cluster, or its zone is misspelt.";
    FACT_WITHOUT_STATUS: Warning "fact-without-status"
        "an Infrastructure comes with its status"
        "Everything that we read of an Infrastructure stands in its status, which only the cluster itself writes. A manifest without one, as it stands in Git, states nothing: `oc get infrastructure cluster -o yaml` prints the whole object.";
    FACTS_OF_ANOTHER_CLUSTER: Error "facts-of-another-cluster"
        "the facts that are read belong to the cluster that a parameter names"
        "The infrastructure name is the identity of a cluster. A MachineSet that is cloned from a worker of one cluster under the name of another one would look for subnets and security groups that are not there. Add the facts of the cluster that the parameter names, or point the parameter `facts` at them. An Application is for one cluster: a placeholder that holds the facts of another one itself belongs into the folder of another Application.";
    CLUSTER_TWICE: Error "cluster-twice"
        "the facts of a cluster stand in one place"
        "With `--per-cluster` every file and every folder in the folder of facts describes clusters of its own, so that one cluster at a time is in memory. Facts of one cluster in two of them would be rendered twice: put them into one folder.";
}
