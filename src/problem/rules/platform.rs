//! Rules about the platform of the GPU pools: operators, operands, sharing, monitoring, the ClusterAutoscaler.

super::rules! {
    IMPLIED_PLATFORM: Info "implied-platform"
        "a pool without a GpuPlatform gets the NFD and NVIDIA GPU operators"
        "A GPU node without driver shows no GPU, and an OpenStackGpu without its operators makes nothing. Write a GpuPlatform to choose channels or more operators, or one with `operators: {}` when the cluster gets its driver elsewhere: from another Application with pools, from a policy, by hand. What the facts show as installed is not installed again: add it to them with `oc get subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml > facts/operators.yaml`.";
    SECOND_PLATFORM: Error "second-platform"
        "a cluster has one GpuPlatform"
        "Two would make the same operators twice. Merge them, or say with `spec.facts` which cluster each of them is for.";
    PLATFORMS_DIFFER: Error "platforms-differ"
        "clusters that are rendered into one output have the same platform"
        "Objects of a platform have fixed names: in one output, two clusters would overwrite each other's operators. Render each cluster on its own.";
    CANNOT_COMPLETE_OPERAND: Error "cannot-complete-operand"
        "an object of the input can be completed without touching what its author wrote"
        "What is missing stands in the message; it cannot be added as text because of the way in which the object is written. Add it by hand.";
    OPERATOR_ADDED: Info "operator-added"
        "what a wanted operator does nothing without is added"
        "Kueue, LeaderWorkerSet, Connectivity Link and OpenShift AI 3 stay idle without cert-manager, the GPU operator without NFD, and none of their bundles tells OLM so. Name the dependency to configure it, or say `provided: true` when somebody else installs it.";
    OPERATOR_LEFT_OUT: Info "operator-left-out"
        "an operator with `where: available` is available"
        "`where: available` wants an operator on the clusters that can have it: in a fleet of several OpenShift versions one old cluster stops no other. Here its channel table, or the cluster's own catalogue, has nothing, so that nothing of it is made. What needs it there is reported.";
    OPERATOR_INSTALLED: Info "operator-installed"
        "an operator that is there is not installed a second time"
        "A Subscription of its package, its operand, an OperatorGroup in its namespace or a line in ClusterFacts shows that somebody else installed it; so does an enforced policy of Advanced Cluster Management that holds one of these, an OperatorPolicy, or a ClusterExtension of OLM v1. A second OperatorGroup in a namespace stops every operator there (TooManyOperatorGroups of OLM). What is there is checked against the pools instead. What gpu-machineset made itself counts as well when its Subscription is tracked by another Application, and no GpuPlatform of the input asks for it.";
    CLUSTER_NOT_SHOWN: Warning "cluster-not-shown"
        "where there are several clusters, an object of a cluster says of which"
        "A dump shows what is installed on one cluster. It is known which one when the file that holds it also holds facts of that cluster and of no other (its Infrastructure, its MachineSets, its ClusterFacts). Else what it shows counts for every cluster, so that nothing is installed a second time anywhere.";
    OPERAND_NOT_SHOWN: Warning "operand-not-shown"
        "the operand of an installed operator is among the facts"
        "The operator is there, but without its operand in the facts nobody can say whether it tolerates the pools' taints. Add the object to the facts.";
    OPERATOR_GROUP_MISSING: Warning "operator-group-missing"
        "a Subscription in the input has an OperatorGroup in its namespace"
        "OLM installs nothing in a namespace without an OperatorGroup (NoOperatorGroup). None is made here, since one may be delivered elsewhere and two stop every operator of the namespace.";
    SECOND_OPERATOR_GROUP: Error "second-operator-group"
        "a namespace has one OperatorGroup"
        "With two OLM marks every ClusterServiceVersion of the namespace as failed (TooManyOperatorGroups) and installs nothing. Delete one.";
    INSTALL_MODE_CONFLICT: Error "install-mode-conflict"
        "an OperatorGroup selects what the operator supports"
        "An operator installed in a mode that its bundle does not support fails with UnsupportedOperatorGroup. The message shows the OperatorGroup that is right.";
    PLATFORM_NAMESPACE: Error "platform-namespace"
        "no operator is installed into a namespace of OpenShift itself"
        "These namespaces are owned by the cluster version operator: an OperatorGroup there may stop the platform's own operators, and pruning the Namespace deletes them. `openshift-dns-operator` belongs to the cluster's DNS operator, not to the one of Connectivity Link.";
    PACKAGE_ELSEWHERE: Warning "package-elsewhere"
        "the catalogue that a Subscription names holds its package"
        "A PackageManifest among the facts says which catalogues of the cluster hold the package, and the one that the Subscription names is not among them: it would wait for ever. Disconnected clusters turn the default catalogues off and mirror them under other names.";
    SOURCE_NOT_USED: Warning "source-not-used"
        "every mirror of `subscriptions.sources` is that of a catalogue that operators come from"
        "The name on the left is that of the default catalogue, as `redhat-operators`. A slip in it leaves all its operators on the default, which a disconnected cluster does not have.";
    SUBSCRIPTION_KEPT: Warning "subscription-kept"
        "the channel of an operator stands in one place"
        "A Subscription of the input leaves as it is, and its operator is of that channel. The channel of the GpuPlatform has no effect beside it.";
    SECOND_OWNER: Error "second-owner"
        "one Subscription owns an API"
        "Connectivity Link installs Authorino, Limitador and its DNS operator into its own namespace, whatever Subscriptions stand in others. Two global owners of one API end with InterOperatorGroupOwnerConflict, and OLM removes their deployments.";
    SECOND_OPERAND: Error "second-operand"
        "a cluster has one operand of a kind that takes one"
        "The GPU operator reconciles its oldest ClusterPolicy and ignores others; Kueue, LeaderWorkerSet, OpenShift AI and the autoscaler refuse a second one. Delete the one that is not meant.";
    UNKNOWN_CHANNEL: Error "unknown-channel"
        "a channel exists on the cluster's OpenShift version"
        "Each OpenShift version has its own catalogue, with its own channels. A Subscription to a channel that is not there never resolves. `gpu-machineset catalog operators` lists those that are known; where PackageManifests of the cluster are among the facts, they decide.";
    OPERATOR_NOT_ON_VERSION: Error "operator-not-on-version"
        "an operator exists on the cluster's OpenShift version"
        "The catalogue of this OpenShift version does not hold the operator, or nothing is known of it there. Upgrade, leave it out, or name the channel that your catalogue has.";
    CHANNEL_NOT_CHECKED: Warning "channel-not-checked"
        "a channel is among those that were checked against their CRDs"
        "The channel exists, or may exist, but nobody compared our operand with its CRD. Prefer a checked one. Vendors add channels after this program was built, and a catalogue of your own has channels of its own: the PackageManifests of the cluster among the facts (`oc get packagemanifests -n openshift-marketplace -o yaml`) say what there is.";
    UNKNOWN_OPENSHIFT_VERSION: Warning "unknown-openshift-version"
        "the OpenShift version is one that this program knows"
        "The version is newer than the table of channels, so the newest known one decides. Check the channels with `oc get packagemanifest`, or use a newer release of this program.";
    OKD_CATALOGUE: Warning "okd-catalogue"
        "OKD is told where operators of Red Hat's catalogues come from"
        "OKD is installed with `disableAllDefaultSources: true` and enables `community-operators` alone (okd-project/okd#247). A Subscription that names a catalogue which is not there waits for ever, and the GPU nodes get no driver. Enable the catalogues, or name others.";
    IMAGE_INCOMPLETE: Error "image-incomplete"
        "an image in a ClusterPolicy is named whole, or not at all"
        "Under OLM nothing fills in what is left out of `repository`, `image` and `version`: the CRD has no defaults, and the operator takes its own image only when neither `repository` nor `version` is set (imagePath in NVIDIA/gpu-operator api/nvidia/v1/clusterpolicy_types.go). Up to release 26.3 a version alone becomes the image `/:570.195.03`, which no node can pull; from 26.7 on the operator stops with an error. Either way no driver reaches a GPU node. `image` alone is taken as a whole path.";
    NFD_IMAGE: Warning "nfd-image"
        "an image of NFD is of the cluster's own version"
        "Operator and operand of NFD belong together: an image of another OpenShift crashes or misses options. From 4.17 on the operator knows its own image, so that none needs to be named; an upgrade then takes the operand along.";
    DASHBOARD_INSTALLED: Info "dashboard-installed"
        "a dashboard that is there is not made a second time"
        "The console shows every ConfigMap with its label; one of this name that somebody else delivers stays theirs.";
    VERSION_ASSUMED: Info "version-assumed"
        "the OpenShift version is known where an operand depends on it"
        "The NFD operator of OpenShift 4.16 and earlier has no image of its own, so its operand must name one; later it must not be pinned. Without the version the operand is that of 4.17 and later. `oc get clusterversion version -o yaml` among the facts gives it.";
    DEPENDENCY_OFF: Error "dependency-off"
        "what a wanted operator needs is not turned off"
        "The operator would be installed and do nothing. Turn both off, or say `provided: true` for the one that somebody else installs.";
    OPERATOR_NOT_NEEDED: Info "operator-not-needed"
        "an operator that nothing here needs is left out"
        "OpenShift AI 3 has no serverless mode any more and removes what belongs to it. Serverless is installed as asked, for whatever else may need it.";
    OPERAND_LEFT_OUT: Info "operand-left-out"
        "an operand is made only of what is known"
        "Which disks and how many of them belong to the storage is a decision that no fact of the cluster gives.";
    FIELD_NOT_ON_VERSION: Error "field-not-on-version"
        "a field exists in the version of the operand that is installed"
        "Argo CD validates strictly: one field that the CRD lacks fails the whole sync. Remove it, or move to a version that has it.";
    MANUAL_APPROVAL: Warning "manual-approval"
        "somebody approves the InstallPlan of a manual Subscription"
        "With manual approval nothing is installed until a person approves, and Argo CD does not start later waves before. OLM applies it to every Subscription of the namespace.";
    TAINT_NOT_TOLERATED: Error "taint-not-tolerated"
        "what must run on GPU nodes tolerates their taints"
        "Without the toleration no driver, device plugin or feature discovery reaches the nodes of the pool, and they never show a GPU. The list in a ClusterPolicy replaces the operator's default, so `nvidia.com/gpu` must be in it too. Add the lines at the object's owner.";
    NO_EXECUTE_NOT_TOLERATED: Error "no-execute-not-tolerated"
        "NFD can run on nodes with NoExecute taints"
        "NFD workers tolerate every NoSchedule taint by themselves; for NoExecute the field `operand.workerTolerations` is needed, which NFD has from OpenShift 4.19 on.";
    GPU_LABEL_MISSING: Error "gpu-label-missing"
        "NFD gives the label that the GPU operator looks for"
        "The GPU operator knows a GPU node by feature.node.kubernetes.io/pci-10de.present, pci-0302_10de.present or pci-0300_10de.present. With `device` among the label fields the labels become pci-10de_27b8.present, and without class 03 in the whitelist there are none: no GPU is found.";
    SHARING_CONFLICT: Error "sharing-conflict"
        "the ways in which pools share GPUs go together"
        "One device plugin serves all pools: it takes one ConfigMap and one MIG strategy, and refuses MPS together with the mixed strategy.";
    SHARING_NOT_CONFIGURED: Error "sharing-not-configured"
        "the ClusterPolicy reads the configuration that pools with sharing name"
        "The node label of a pool chooses an entry of the ConfigMap that `spec.devicePlugin.config.name` names; without it every GPU counts as one. Add the lines at the object's owner.";
    UNKNOWN_MIG_PROFILE: Error "unknown-mig-profile"
        "a MIG profile exists for the pool's GPU model"
        "The MIG manager knows the profiles of each model by name and leaves a GPU as it is when it meets another. Models without MIG share by time-slicing or MPS.";
    GPU_LIMIT_UNKNOWN: Warning "gpu-limit-unknown"
        "the GPU limit of every pool can be derived"
        "A limit that forgets a pool would keep it from growing, so that there is none for its accelerator: only the pools' own limits hold. The instance type or the MIG profile is not in the catalogue; a limit can be given by hand.";
    AUTOSCALER_KEPT: Warning "autoscaler-kept"
        "settings of the ClusterAutoscaler stand in one place"
        "A cluster takes one ClusterAutoscaler. The one that is there keeps its settings and only gets the GPU limits that it lacks; those of the GpuPlatform have no effect.";
    MONITORING_CONFIG_NOT_SHOWN: Warning "monitoring-config-not-shown"
        "the configuration of monitoring that a cluster has is not written over"
        "`monitoring` makes the ConfigMap cluster-monitoring-config, whose text is one string: where the cluster has one already, its retention, storage and remote write are lost with it. Nothing shows whether it has one, since a new cluster has none. Save it beside the facts; or, where there is none, accept the warning.";
    MONITORING_CONFIG: Error "monitoring-config"
        "cluster-monitoring-config holds what monitoring asks for"
        "The configuration is one string in a singleton ConfigMap: making it would erase retention and storage that somebody set. One of the input gets the lines that it lacks; one that somebody else delivers, or that says something else, must be changed there.";
}
