//! Rules about dumps of running clusters: what `facts`, `diff` and `adopt` read.

super::rules! {
    DUMP_CUT_OFF: Error "dump-cut-off"
        "a dump of a cluster is whole"
        "`oc get -o yaml` prints its keys in alphabetical order, so a list ends with `kind: List`. One that does not was cut off: the disk was full, the connection broke, or the text was pasted in part. What is missing cannot be told from what does not exist, so nothing is written. Save it again.";
    CLUSTERS_MIXED: Error "clusters-mixed"
        "a dump is of one cluster"
        "MachineSets carry the infrastructure name of their cluster in the label `machine.openshift.io/cluster-api-cluster`. Facts of one cluster with the sets of another give machines that never start. Capture each cluster for itself.";
    DUMP_INCOMPLETE: Error "dump-incomplete"
        "a dump holds what the command needs"
        "Nothing is guessed: what the dump does not hold is not known. The message prints the line that saves it from the cluster; several files and folders can be given together.";
    SECRET_IN_DUMP: Warning "secret-in-dump"
        "a dump holds no Secrets"
        "Nothing of a Secret is ever copied into what is written. The dump itself is another matter: whoever can read the file can read the secret. Save only the kinds that are needed, and delete this dump.";
    FACT_LEFT_OUT: Warning "fact-left-out"
        "a dump states every fact that some placeholder may need"
        "The facts were written without it. MachineSets do not need it; operators do, since their channels depend on the OpenShift version.";
    OPERATOR_TWICE: Warning "operator-twice"
        "an operator is installed once"
        "Two Subscriptions of one package in two namespaces install it twice, and both copies act on the same cluster-wide resources. The facts name the first namespace.";
}
