//! Rules about dumps of running clusters: what `facts`, `diff` and `adopt` read.

super::rules! {
    DUMP_CUT_OFF: Error "dump-cut-off"
        "a dump of a cluster is whole"
        "`oc get -o yaml` prints its keys in alphabetical order, so a list ends with `kind: List`. One that does not was cut off: the disk was full, the connection broke, or the text was pasted in part. What is missing cannot be told from what does not exist, so nothing is written. A List without objects (`items: []`) is whole: nothing of the kind exists. A file without a byte, or with a message like `error: You must be logged in to the server`, is what is left of a command that failed. Save it again.";
    CLUSTERS_MIXED: Error "clusters-mixed"
        "a dump is of one cluster"
        "MachineSets carry the infrastructure name of their cluster in the label `machine.openshift.io/cluster-api-cluster`. Facts of one cluster with the sets of another give machines that never start. Capture each cluster for itself.";
    DUMP_INCOMPLETE: Error "dump-incomplete"
        "a dump holds what the command needs"
        "Nothing is guessed: what the dump does not hold is not known. The message prints the line that saves it from the cluster; several files and folders can be given together.";
    NOTHING_TO_ADOPT: Error "nothing-to-adopt"
        "a dump holds GPU MachineSets to adopt"
        "`adopt` looks for MachineSets whose instance type has NVIDIA GPUs, or that carry the provider's GPU count or the autoscaler's label. Sets with the annotation `gpu-machineset.dev/from` are adopted already.";
    ADOPTED_DIFFERS: Warning "adopted-set-differs"
        "an adopted placeholder gives the set that runs"
        "What `adopt` wrote was rendered and held against the cluster; this field cannot be said in a placeholder. Applying changes it: running machines are never replaced, since MachineSets do not roll.";
    SET_HAS_AN_OWNER: Warning "set-has-an-owner"
        "nobody else writes or deletes an adopted set"
        "Two writers of one MachineSet overwrite each other, and an owner that loses sight of it deletes it with its machines: an Argo CD Application prunes what it tracks, Hive removes the sets of a MachinePool, the garbage collector those of an owner reference. Take it out of their hands first.";
    LEFTOVER: Info "leftover"
        "nothing is left of what made the sets before"
        "A Job that clones MachineSets runs again with the next sync, and its ServiceAccount may change every MachineSet of the cluster. Both are no longer needed once the sets come from Git.";
    ACCESS_LEFT: Info "access-left"
        "what a cluster says of who may use a pool is adopted"
        "`adopt` makes a GpuAccess of ResourceFlavors, ClusterQueues with their LocalQueues, HardwareProfiles and AcceleratorProfiles, as far as these lead to adopted pools: teams are namespaces that share queues. It makes objects of its own names, so that those of before stay until their workloads have ended; what a GpuAccess has no words for is left.";
    NOT_COMPARED: Info "not-compared"
        "a dump holds the kinds that are rendered"
        "Objects of a kind that the dump does not hold at all may be on the cluster or not. MachineSets and MachineAutoscalers are compared always.";
    APPLIED_BY: Info "applied-by"
        "one Application, or one Kustomization of Flux, applies the operators of a cluster"
        "Pools without a GpuPlatform imply the same operators in every Application, under the same names. Two that apply them write them in turn, each with the tolerations of its own pools, and the first that is deleted takes them along. Live objects tell who applies them (the annotation `argocd.argoproj.io/tracking-id`, the labels of Flux). Give all but one of them a GpuPlatform with `operators: {}`, or a dump of the cluster among their facts, which says the same.";
    CLUSTER_WITHOUT_DUMP: Error "cluster-without-dump"
        "`diff --per-cluster` has a dump of every cluster that it compares"
        "A cluster without a dump would be one without differences. Save one, as the message of `gpu-machineset diff --help` shows, or name the clusters to compare with `--only`.";
    DUMP_OF_WHICH_CLUSTER: Error "dump-of-which-cluster"
        "`diff --per-cluster` knows of each dump which cluster it is of"
        "Each file and each folder in the folder that `--live` names is the dump of one cluster. The Infrastructure says of which, or the label `machine.openshift.io/cluster-api-cluster` of MachineSets.";
    DUMP_OF_NO_CLUSTER: Warning "dump-of-no-cluster"
        "every dump of `diff --per-cluster` is of a cluster that is rendered"
        "No facts describe the cluster of this dump, so nothing is rendered for it and nothing compared. Its GPU sets may run without anybody who makes them.";
    NOT_RENDERED: Info "not-rendered"
        "what lives on the cluster is rendered from the same placeholders"
        "The objects carry `gpu-machineset.dev/from` of a placeholder of which nothing was rendered in this run: it was removed, or somebody renders it elsewhere for the same cluster. They are not part of the comparison.";
    HANDED_OVER: Info "handed-over"
        "an object that gpu-machineset makes carries its mark"
        "The annotation `gpu-machineset.dev/from` says which placeholder made an object. An object without it was made by something else; applying what was rendered adds it, and from then on `render` updates the object where it finds it. It is no difference that counts.";
    CANNOT_MERGE: Error "cannot-merge"
        "`--merge` names a file with the ClusterFacts of the same cluster, written in block style"
        "Captured facts are written into the file line by line, so that comments and hand-written facts stay. That needs one ClusterFacts in block style, as `gpu-machineset facts` writes it.";
    SECRET_IN_DUMP: Warning "secret-in-dump"
        "a dump holds no Secrets"
        "Nothing of a Secret is ever copied into what is written. The dump itself is another matter: whoever can read the file can read the secret. Save only the kinds that are needed, and delete this dump.";
    FACT_LEFT_OUT: Warning "fact-left-out"
        "a dump states every fact that some placeholder may need"
        "The facts were written without it. MachineSets do not need it. Operators do: their channels depend on the OpenShift version, and one that is installed already must not be installed a second time, since a second OperatorGroup in its namespace stops it.";
    OPERATOR_TWICE: Warning "operator-twice"
        "an operator is installed once"
        "Two Subscriptions of one package in two namespaces install it twice, and both copies act on the same cluster-wide resources. The facts name the first namespace.";
    OPERATOR_STAYS: Info "operator-stays"
        "operators that `--merge` finds in the file are installed"
        "`--merge` never removes an operator from `operators`: people name there what was installed without OLM, as with Helm, which no dump shows. An operator that is named is not made. When it was uninstalled, remove its line.";
    STALE_ANNOTATION: Info "stale-annotation"
        "an adopted set carries no annotations of what made it before"
        "A set that was cloned from an object of kustomize, kpt, Argo CD or Hive keeps their annotations. They say nothing of the set, and confuse: with `argocd.argoproj.io/hook` Argo CD takes it for a hook, which it deletes and makes again; with those of kpt and kustomize a package that the set is saved into is pruned wrongly. Nothing of them is rendered, but applying does not remove them.";
    REPLICAS_RESET: Warning "replicas-would-be-reset"
        "`oc apply` leaves the size of an autoscaled set alone"
        "The annotation `kubectl.kubernetes.io/last-applied-configuration` holds what was applied last. A field that stands there and is no longer stated is removed by the next `oc apply`. An autoscaled pool states no `spec.replicas`; removed, the API server fills in 1, and machines beyond that are deleted. Without the annotation nothing is removed. Argo CD with `RespectIgnoreDifferences` and server-side apply by another manager do not do this.";
}
