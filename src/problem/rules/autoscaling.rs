//! Rules about autoscalers.

super::rules! {
    GPU_LIMIT_TOO_LOW: Warning "gpu-limit-too-low"
        "the ClusterAutoscaler's GPU limit covers the pools"
        "The limit counts GPUs of all nodes with the label `cluster-api/accelerator` of that type, fixed pools too. Below the sum of the pools' maxima the autoscaler stops early without saying so.";
    GPU_LIMIT_TYPE: Warning "gpu-limit-type"
        "types in ClusterAutoscaler GPU limits are accelerator labels, each once"
        "The type is compared with the node label `cluster-api/accelerator`, so it is a label value. `nvidia.com/gpu` matches nothing, and the limit has no effect (access.redhat.com/solutions/6055181).";
    CLUSTER_AUTOSCALER_NAME: Error "cluster-autoscaler-name"
        "there is one ClusterAutoscaler, named default"
        "The cluster-autoscaler-operator ignores every other name (validator.go) and a second one.";
    CLUSTER_AUTOSCALER_SETTINGS: Error "cluster-autoscaler-settings"
        "a ClusterAutoscaler's settings are of the form that its API takes"
        "The CRD requires `scaleDown.enabled`; the operator's validator wants `utilizationThreshold` as a quoted number between 0 and 1, and `expanders` of LeastWaste, Priority and Random, each once (cluster-autoscaler-operator validator.go).";
    NO_CLUSTER_AUTOSCALER: Warning "no-cluster-autoscaler"
        "the cluster of a pool with `autoscaling` has a ClusterAutoscaler"
        "A MachineAutoscaler only writes annotations at a MachineSet; the ClusterAutoscaler reads them (cluster-autoscaler-operator README). A cluster has none unless somebody makes it. Without it a new set starts with one machine per zone, and nothing adds or takes away machines. Let a GpuPlatform make it, with `clusterAutoscaler: {scaleDown: {enabled: true}}`, or show the one that is there: save it beside the facts, or write `clusterAutoscaler: ScalesDown` into ClusterFacts. It is an info where of the cluster no object is shown that could tell.";
    NEVER_SCALED_DOWN: Warning "never-scaled-down"
        "the ClusterAutoscaler takes away machines that nobody uses"
        "Without `spec.scaleDown.enabled: true` the operator starts the autoscaler with `--scale-down-enabled=false` (clusterautoscaler.go): pools grow to `max` and stay there, and `min` means nothing. Write `scaleDown: {enabled: true}`; its other settings say when.";
    CLUSTER_AUTOSCALER_NOT_SHOWN: Info "cluster-autoscaler-not-shown"
        "it is known whether the cluster of a pool with `autoscaling` has a ClusterAutoscaler"
        "Without a ClusterAutoscaler a MachineAutoscaler has no effect, and of this cluster neither the input nor the facts show one. It may be made elsewhere, as by another Application: say so in ClusterFacts with `clusterAutoscaler: ScalesDown`, or let a GpuPlatform make it, with `clusterAutoscaler: {scaleDown: {enabled: true}}`.";
    CANNOT_COMPLETE: Error "cannot-complete"
        "an object that we complete is written in a way that can be added to"
        "We add to a user's object as text, so that comments and order stay. A place that is written through an alias or merge key belongs to two places at once; adding there would change both. Write it out, or add the lines of the message yourself.";
    SELECTOR_FROM_ZERO: Warning "selector-from-zero"
        "a workload selects on labels that the autoscaler knows before there is a node"
        "Of a pool without machines the cluster autoscaler knows the labels of its template, the annotation `capacity.cluster-autoscaler.kubernetes.io/labels`, architecture and operating system (openshift_nodegroup.go). Zone, instance type, worker role and labels of NFD and the GPU operator come with the node: a pod that selects on them waits for ever. Select on `cluster-api/accelerator` or a label of your own, or give the labels in the annotation.";
    FOREIGN_AUTOSCALER: Error "foreign-autoscaler"
        "a MachineSet has one MachineAutoscaler"
        "The second MachineAutoscaler of a target gets ErrTargetAlreadyOwned (machinetarget.go) and is ignored. Remove the other one, or drop `spec.autoscaling`.";
}
