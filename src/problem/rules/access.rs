//! Rules about who may use which pool: teams, quotas, queues, profiles and what keeps others off.

super::rules! {
    ACCESS_UNKNOWN_POOL: Error "access-unknown-pool"
        "a GpuAccess names pools that the cluster has"
        "A pool is called by the name of its GpuMachineSet. Of a pool that is not there nothing can be given to anybody; a misspelt name would leave the pool that was meant open to everybody.";
    ACCESS_NAMESPACE_TWICE: Error "access-namespace-twice"
        "a namespace is of one team"
        "A team's numbers hold for all its namespaces together. A namespace of two teams would count for both, and in queue mode it has one queue for a pool.";
    ACCESS_NAME_TWICE: Error "access-name-twice"
        "objects of a GpuAccess have names of their own"
        "Names of queues join those of a pool and of a team with `-`, and dots of a pool's name become `-`. Two that come out the same would overwrite each other.";
    ACCESS_OVER_CAPACITY: Error "access-over-capacity"
        "teams get no more of a pool than it reaches"
        "A number that no node can ever meet is a promise that ends in a pending pod: Kueue admits by quota alone (kubernetes-sigs/kueue#2665, #3210), a ResourceQuota as well. What a pool reaches is its machines at the most, times what pods may ask for on one, cut by the GPU limit of a ClusterAutoscaler that is there.";
    ACCESS_CAPACITY_UNKNOWN: Error "access-capacity-unknown"
        "of a pool that gets a number or a profile it is known what its nodes offer"
        "Numbers are held against what the pool reaches, and a profile must fit its node. GPUs, CPU and memory come from the catalogue of instance types, parts of a GPU from the table of MIG profiles. What these lack is said in the GpuAccess.";
    ACCESS_TAINT_SHARED: Error "access-taint-shared"
        "a pool of teams has a taint of its own"
        "Admission sees what a pod tolerates, not where it lands. When a pool that others may use has the same key and value, whoever may tolerate it there gets in here. The same key with another value is enough.";
    ACCESS_POOL_WITHOUT_TAINT: Warning "access-pool-without-taint"
        "a pool of teams has a taint"
        "Without a taint that keeps pods away, the scheduler puts pods of any namespace on its nodes, and there is nothing to refuse.";
    ACCESS_NOT_ENFORCED: Warning "access-not-enforced"
        "something keeps others off the pools of teams"
        "A taint keeps nobody off who tolerates it, and anybody may write a toleration. A ValidatingAdmissionPolicy refuses such pods; OpenShift has them by default from 4.17 on.";
    QUOTA_SUMS_POOLS: Info "quota-sums-pools"
        "a quota counts one resource of all pools together"
        "A ResourceQuota counts `requests.nvidia.com/gpu`, whatever the node. A team with numbers for two pools may take their sum on either of them. Queues keep them apart.";
    QUOTA_OPEN_POOL: Warning "quota-open-pool"
        "a team with a number has one for every pool of that resource"
        "A quota would also count what the team takes of a pool that it has no number for, so none is made, and its numbers limit nothing.";
    ACCESS_VERSION_ASSUMED: Warning "access-version-assumed"
        "the version of OpenShift AI is known where profiles are made"
        "Each version shows profiles of another kind or API. The channel decides, as the Subscription, the GpuPlatform or ClusterFacts names it.";
    ACCESS_COUNT_UNREACHABLE: Warning "access-count-unreachable"
        "a profile asks for no more GPUs than a node has"
        "A pod runs on one node. One that asks for more of a GPU than any node has waits for ever, and the autoscaler starts nothing for it. Of a GPU that pods take turns on, asking twice gives no more of it.";
    POOL_LABEL_ADDED: Info "pool-label-added"
        "what leads to a pool leads to no other"
        "Two pools of one accelerator whose taints the same tolerations cover are one to the scheduler. The template of such a pool gets a label of its own, which machines have that start from then on.";
    POOLS_NOT_TOLD_APART: Error "pools-not-told-apart"
        "what leads to a pool leads to no other"
        "An AcceleratorProfile has tolerations and no node selector, and the template of a pool that another run makes cannot be given a label here. A value of its own in the taint tells a pool apart everywhere.";
    ACCELERATOR_PROFILE_GONE: Error "accelerator-profile-gone"
        "OpenShift AI 3 has hardware profiles"
        "Its dashboard shows no AcceleratorProfile. An upgrade makes two hardware profiles of each (`<name>-notebooks`, `<name>-serving`); one that is applied afterwards is seen by nobody.";
    QUEUE_WITHOUT_PROFILES: Error "queue-without-profiles"
        "a profile leads to a queue where there are queues"
        "A project with queues shows hardware profiles that name a queue, and nothing else. AcceleratorProfiles, which OpenShift AI shows up to 2.25 unless it is told otherwise, know no queues.";
    QUEUE_NEEDS_KUEUE: Error "queue-needs-kueue"
        "queues need Kueue"
        "Queue mode makes objects of Kueue, which nobody reads where it is not installed.";
    QUEUE_DEFAULT_NAME: Error "queue-default-name"
        "a queue takes only what is meant for it"
        "From Kueue 0.12 on (Red Hat build 1.1) a LocalQueue called `default` takes every workload and pod of its namespace that names none, also those without GPU. OpenShift AI makes one of that name itself.";
    QUEUE_NAME_TOO_LONG: Error "queue-name-too-long"
        "a queue's name is a label value"
        "Workloads name their queue in a label, whose value has at most 63 characters; the CRD of LocalQueue refuses longer names.";
    QUEUE_NAMESPACE_UNMANAGED: Warning "queue-namespace-unmanaged"
        "a namespace with queues is managed by Kueue"
        "The Red Hat build of Kueue looks after namespaces with the label `kueue.openshift.io/managed: \"true\"` only. Elsewhere workloads run past their queue's quota, from version 1.3 on without being seen at all.";
    QUEUE_TIMEOUT: Warning "queue-timeout"
        "a workload that waits for nodes is given the time"
        "With `gangScheduling: ByWorkload` Kueue evicts a workload whose pods are not all ready after five minutes, which cannot be changed (openshift/kueue-operator, pkg/configmap). A pool at 0 needs longer for its node, its driver and the image: each workload is evicted before it starts.";
    KUEUE_FRAMEWORK_MISSING: Warning "kueue-framework-missing"
        "Kueue looks after what workbenches and models are made of"
        "A workbench is a StatefulSet, a model a Deployment, and both are queued as Pods. What is not among the frameworks of the Kueue operand starts without asking for quota.";
    KUEUE_MANAGED_TWICE: Error "kueue-managed-twice"
        "a cluster runs one Kueue"
        "OpenShift AI 2 can run a Kueue of its own (`kueue: Managed`), which refuses to start beside the operator of Kueue, and the other way round. OpenShift AI 3 knows `Unmanaged` and `Removed` only.";
    DASHBOARD_HIDES_QUEUE_PROJECTS: Error "dashboard-hides-queue-projects"
        "the dashboard of OpenShift AI shows projects with queues"
        "`disableKueue` is true in every release until somebody writes false, and the dashboard asks the DataScienceCluster for Kueue as well. Without both, a project that Kueue manages offers no profile, and nothing can be created in it.";
    QUOTA_KEY_IDLE: Warning "quota-key-idle"
        "a quota of GPUs counts requests"
        "A ResourceQuota with `nvidia.com/gpu` or `limits.nvidia.com/gpu` is accepted and limits nothing: of extended resources only `requests.` is counted (kubernetes/kubernetes#46639).";
    QUOTA_AND_QUEUE: Warning "quota-and-queue"
        "a namespace has queues or a quota of GPUs, not both"
        "Pods that Kueue holds back exist already, behind a scheduling gate, and count against a ResourceQuota. With both, nothing can wait in the queue.";
    LIMIT_RANGE_GIVES_GPUS: Error "limit-range-gives-gpus"
        "a LimitRange says nothing of GPUs"
        "The API server fills in what a container does not say: a `max` or `default` of a GPU becomes the request of every container in the namespace, also of those that need none.";
    LIMIT_RANGE_FORBIDS_PROFILE: Error "limit-range-forbids-profile"
        "a LimitRange lets the profiles of its namespace begin"
        "A pod above the most that a LimitRange allows is refused. Workloads of a profile begin with half of its share of a node.";
    QUEUE_TWO_GROUPS: Error "queue-two-groups"
        "a ClusterQueue covers a resource once"
        "The webhook of Kueue refuses a resource in two groups (`Duplicate`), which the CRD alone accepts: the sync fails on the cluster. Flavors of one group are tried in their order.";
    QUEUE_QUOTA_ABOVE_POOL: Warning "queue-quota-above-pool"
        "a queue gives out what its pools reach"
        "Kueue admits by quota alone. What is admitted beyond the last node stays pending, and holds its quota (kubernetes-sigs/kueue#2665, #3210, #1538).";
    FLAVOR_EXISTS_VALUE: Error "flavor-exists-value"
        "a toleration with `Exists` has no value"
        "A ResourceFlavor with `operator: Exists` and a `value`, also an empty one, is refused by the API server.";
    FLAVOR_LABEL_NOT_IN_TEMPLATE: Warning "flavor-label-not-in-template"
        "a flavor or profile looks for labels that machines of a pool have"
        "Without a machine the autoscaler knows of a pool the labels of its template alone. A label that no template has, as one that somebody gave to a running node, starts no machine of a pool at 0: what is admitted waits for ever.";
    IMAGE_NEWER_THAN_DRIVER: Warning "image-newer-than-driver"
        "a workbench image is built for a CUDA that the driver has"
        "A program that is built for a newer CUDA than that of the driver fails with `CUDA driver version is insufficient for CUDA runtime version`, or, within one major version, where it needs something new. The channel of the NVIDIA GPU operator decides which driver there is (v25.3: 570, CUDA 12.8; v25.10: 580, CUDA 13.0), unless the GpuPlatform names another.";
    PROFILE_HIDDEN: Error "profile-hidden"
        "the dashboard can read a profile"
        "The dashboard of OpenShift AI hides from users what it finds invalid: no CPU or no memory, counts out of order, decimals, memory in other units than Mi, Gi, Ti, Pi and Ei.";
    PROFILE_GPU_RANGE: Warning "profile-gpu-range"
        "a profile has one number of GPUs"
        "Up to OpenShift AI 3.2 the webhook writes `maxCount` into the limits of a workload that has none, and `defaultCount` into its requests. Requests and limits of GPUs must be equal, so the pod is refused.";
    PROFILE_FITS_NO_NODE: Error "profile-fits-no-node"
        "a profile begins with what a node has"
        "A node offers less than its instance type says: hypervisor, kubelet and DaemonSets take their part. A workload that asks for more than any node of the pools that the profile leads to waits for ever.";
    PROFILE_MAX_FITS_NO_NODE: Warning "profile-max-fits-no-node"
        "a profile goes no further than a node"
        "As `profile-fits-no-node`, for the most that a user may choose.";
    PROFILE_TOLERATES_ALL: Info "profile-tolerates-all"
        "a profile leads to one pool"
        "`operator: Exists` tolerates the taints of all pools with that key. Where pools are for teams, pods of others that bring it are refused; without a node selector they land on any pool.";
    PROFILE_PRIORITY_IDLE: Info "profile-priority-idle"
        "a profile says what somebody applies"
        "No release of OpenShift AI up to 3.6 applies `scheduling.kueue.priorityClass`; the dashboard only shows it.";
    WORKLOAD_TOLERATES_NO_POOL: Warning "workload-tolerates-no-pool"
        "a workload with a GPU tolerates a pool"
        "Nodes with GPUs are tainted. A pod that asks for a GPU and tolerates none of the pools' taints is scheduled nowhere, and starts no machine.";
    WORKLOAD_NOT_ALLOWED: Error "workload-not-allowed"
        "a workload tolerates a pool that its namespace may use"
        "The admission policy of the pool refuses its pods: the object is applied, and nothing starts.";
    MIG_FROM_ZERO: Warning "mig-from-zero"
        "a pool that is cut in several sizes keeps a node"
        "Without a node the autoscaler knows of `nvidia.com/gpu` alone (openshift/kubernetes-autoscaler). A pod that asks for `nvidia.com/mig-...` starts no machine of an empty pool.";
    QUEUE_MOVED: Warning "queue-moved"
        "a LocalQueue leads where it led before"
        "`spec.clusterQueue` of a LocalQueue is immutable: the API server refuses the change, and the sync fails. A namespace that goes to another team, or a team that gets a number, needs its LocalQueue deleted and made anew.";
    PROFILE_GONE: Warning "profile-gone"
        "a profile that workloads name stays"
        "The webhook of OpenShift AI refuses each create and update of a Notebook or an InferenceService whose annotation names a profile that is not there, in all releases: starting and stopping fails.";
}
