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
