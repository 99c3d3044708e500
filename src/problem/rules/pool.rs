//! Rules about one GPU pool, on any cloud.

super::rules! {
    GPU_DIFFERS: Error "gpu-differs"
        "`gpu` says what the instance type has"
        "Where the catalogue knows the GPUs of an instance type, `gpu` is a check of it: another count or model is a slip, or the catalogue is wrong.";
    UNKNOWN_GPU_MODEL: Warning "unknown-gpu-model"
        "the GPU model is known, with its memory"
        "What is known of a model decides the accelerator's name and which MIG profiles there are. Some are made with several sizes of memory: an `a100` has 40 or 80 GiB. Models come every year, so this is a warning.";
    UNKNOWN_PLATFORM: Error "unknown-platform"
        "fields by platform name platforms"
        "A field that is a map by platform has keys as `Infrastructure.status.platformStatus.type` spells them: AWS, Azure, GCP. Under any other key its value would be for no cluster at all.";
    NOT_FOR_PLATFORM: Info "not-for-platform"
        "a pool is for the platform of its cluster"
        "Where `instanceType` is a map by platform, a cluster of a platform that it does not name gets no machines of the pool. In a fleet of several clouds a pool is also left out where no MachineSets can be made, or where its instance type is another cloud's; operators are made all the same. A pool that names the cluster, or `--strict`, makes that an error; `spec.facts: {platform: [AWS]}` says what is meant, and then nothing is left to say.";
    ZONE_FORM: Error "zone-form"
        "zones are named as the cloud names them"
        "On Azure a zone is a bare digit, `\"1\"` to `\"3\"`, in every region; node labels write `eastus2-1`, and other clouds name zones otherwise. The Machine API takes any text, and the cloud refuses the machine.";
    FAILURE_DOMAIN_UNKNOWN: Error "failure-domain-unknown"
        "zones of vSphere and Nutanix are failure domains of the cluster"
        "On vSphere and Nutanix a zone is a failure domain, by its name in the Infrastructure (`spec.platformSpec`): it says in which cluster, network and storage machines are made. The Machine API's webhook takes any name on Nutanix, and the machine controller then fails each machine.";
    ZONE_OUTSIDE_REGION: Error "zone-outside-region"
        "every zone lies in the cluster's region"
        "A MachineSet in a zone of another region fails at its first machine. Zones of AWS are the region's name and a letter (us-east-2a); Local Zones and Wavelength Zones add a part (us-east-1-bos-1a).";
    DUPLICATE_ZONE: Error "duplicate-zone"
        "a pool names each zone once"
        "One MachineSet is made per zone; a zone that stands twice would make the same set twice.";
    SCALING_LIMITS: Error "scaling-limits"
        "limits of autoscaling are ordered and reach every zone"
        "`min` and `max` are totals over all zones, split exactly, earlier zones first. The cluster-autoscaler-operator wants maxReplicas of at least 1 for every MachineAutoscaler, so `max` is at least the number of zones, and `replicas` lies between `min` and `max`.";
    NAME_TEMPLATE: Error "name-template"
        "a name template holds known variables"
        "Known are {infra}, {name}, {instanceType}, {instanceTypeRaw}, {zone} and {region}.";
    SET_NAME_INVALID: Error "set-name-invalid"
        "a MachineSet's name is a DNS-1123 name"
        "The name becomes the name of an object and, with five random characters, of every machine and virtual machine: lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit.";
    SET_NAME_TOO_LONG: Error "set-name-too-long"
        "a MachineSet's name has at most 57 characters"
        "Machine names are the set's name, a dash and five random characters, at most 63 in all. The API server cuts a longer base without a word (k8s.io/apiserver names/generate.go), and two sets would share machine names. Shorten it with `spec.nameTemplate`.";
    DUPLICATE_SET_NAME: Error "duplicate-set-name"
        "no two pools make a MachineSet of one name"
        "Two pools of one instance type in one zone get the same name from the default template. Tell them apart with `{name}` in `spec.nameTemplate`.";
    DUPLICATE_SELECTOR: Error "duplicate-selector"
        "no two MachineSets select the same machines"
        "A MachineSet counts every machine that has its label `machine.openshift.io/cluster-api-machineset` as its own. Two sets with one value count each other's machines, and delete those that they think are too many. Without `selectorTemplate` the value is the name of the set.";
    DUPLICATE_POOL: Error "duplicate-pool"
        "no two pools of a cluster have one name"
        "The pool's name is what generated objects point back to (`gpu-machineset.dev/from`). Rename one of them.";
    NAME_WITHOUT_INSTANCE_TYPE: Warning "name-without-instance-type"
        "an autoscaled set's name holds its instance type"
        "The cluster-autoscaler-operator copies capacity annotations once, when they are missing: a set whose instance type is changed in place keeps the old capacity, and the autoscaler simulates the wrong machine (machinetarget.go). A new type should be a new set: keep {instanceType} in the template.";
    UNKNOWN_INSTANCE_TYPE: Warning "unknown-instance-type"
        "the instance type is in our catalogue"
        "Clouds add types faster than tables follow, so this is a warning; GPU count, architecture and limits cannot be checked for it. `gpu-machineset catalog` lists what we know, with the source of each row.";
    INSTANCE_TYPE_ELSEWHERE: Error "instance-type-elsewhere"
        "the instance type is one of the cluster's cloud"
        "The catalogue knows the type by its exact name, as one of another cloud: here no machine of it can start. For clusters of several clouds `instanceType` is a map by platform: `{AWS: g6.4xlarge, Azure: Standard_NC8as_T4_v3}`.";
    INSTANCE_TYPE_WITHOUT_GPU: Error "instance-type-without-gpu"
        "the instance type has NVIDIA GPUs"
        "A pool of this kind gets the NVIDIA operator, GPU taints and GPU limits; on a machine without an NVIDIA GPU nothing could ever be scheduled.";
    FRACTIONAL_GPU: Warning "fractional-gpu"
        "the instance type has whole GPUs"
        "Types with a part of a GPU report 0 or 1 GPUs to the Machine API: the autoscaler cannot start them from zero, or counts a part as a whole.";
    TEMPLATE_NOT_FOUND: Error "template-not-found"
        "the worker MachineSet named by the template exists"
        "`spec.template.machineSet` names a worker MachineSet among the facts, by its present name or by the one it had before kustomize renamed it.";
    NO_PLAIN_WORKER: Error "no-plain-worker"
        "a zone has a plain worker MachineSet to clone"
        "MachineSets with taints, another role, GPUs or another operating system may have security groups, images or disks of their own, so they are never cloned unasked. Name one in `spec.template.machineSet`; `{zone}` in the name stands for the zone.";
    TEMPLATE_AMBIGUOUS: Error "template-ambiguous"
        "one worker MachineSet per zone is the template"
        "Several workers of this zone would give different GPU sets (other subnets, security groups, volumes...). Nothing is guessed: name one in `spec.template.machineSet`.";
    PLATFORM_UNSUPPORTED: Error "platform-unsupported"
        "the cluster runs on a cloud that we make MachineSets for"
        "The message lists the platforms that this version makes MachineSets for; `Infrastructure.status.platformStatus.type` says otherwise. Operators need no MachineSets: a `GpuPlatform` works everywhere.";
    MANAGED_CLUSTER: Error "managed-cluster"
        "the cluster lets its owner write MachineSets"
        "On ROSA classic and OSD a webhook of the managed service refuses MachineSets from anybody else. Use `rosa create machinepool` (or the OCM console) there.";
    HOSTED_CONTROL_PLANE: Error "hosted-control-plane"
        "the cluster has a Machine API of its own"
        "A cluster with a hosted control plane (topology External) has NodePools on its hub instead of MachineSets.";
    TAINT_INVALID: Error "taint-invalid"
        "taints have valid keys and values, each key and effect once"
        "Keys are label keys, values label values; the node controller matches taints by key and effect, so a second one is lost (nodelink_controller.go).";
    POOL_WITHOUT_TAINT: Warning "pool-without-taint"
        "a GPU pool has a taint"
        "Without a taint every pod may land on GPU machines, and the autoscaler starts GPU machines for pods that need none.";
    WORKLOAD_CONFIG: Warning "workload-config"
        "GPU nodes run containers"
        "`nvidia.com/gpu.workload.config` other than `container` gives the GPU to virtual machines: with sandbox workloads on, the GPU operator then installs neither driver nor device plugin for containers, and no pod gets a GPU.";
    ACCELERATOR_MODEL: Warning "accelerator-model"
        "the accelerator's name says the GPU that is there"
        "Users choose profiles and limits by this name. A g6 has an L4, not an L40; a g5 has an A10G. `gpu-machineset catalog TYPE` shows the model.";
    ACCELERATOR_OF_TWO_MODELS: Warning "accelerator-of-two-models"
        "an accelerator names one GPU model"
        "The cluster autoscaler counts GPU limits by the label `cluster-api/accelerator`, and workloads select on it. With two models behind one name, a limit for the one lets the other grow, and a pod gets either. Without `accelerator` each model has a name of its own.";
    WORKER_AUTHORITY: Warning "worker-authority"
        "the cloned worker is managed by the Machine API"
        "With `spec.authoritativeAPI: ClusterAPI` the worker's MachineSet is a copy that Cluster API keeps. The GPU set is made for the Machine API: the field is left out, because the autoscaler skips MachineSets that carry it. Once the cluster has moved to Cluster API for good, make the pool there.";
    HIVE_WORKER: Info "hive-worker"
        "the cloned worker is made by a person or the installer"
        "Hive on a hub cluster makes this worker from a MachinePool. Ours carries none of Hive's labels, so Hive leaves it alone; a MachinePool on the hub is the other way to get one.";
    SPOT_NO_EXECUTE: Warning "spot-no-execute"
        "a spot pool has no NoExecute taint"
        "The termination handler of the Machine API tolerates NoSchedule taints only (machine-api-operator sync.go): with NoExecute it is evicted, and nodes are not drained before the cloud takes them back.";
    ACCELERATOR_LEFT_OUT: Warning "accelerator-left-out"
        "an autoscaled pool carries the label `cluster-api/accelerator`"
        "The cluster autoscaler counts GPUs and waits for drivers by this node label. Without it, limits on GPUs do not count the pool, and it may start more machines than needed while the first one still installs its driver. `adopt` leaves the label out where the running set lacks it, so that nothing changes.";
    LABEL_OWNED: Error "label-owned"
        "a pool sets no label that an operator or the Machine API owns"
        "NFD and the GPU operator write these labels from what they find on the node, the Machine API its own; a value from a MachineSet makes pods believe in hardware or drivers that are not there yet. Select on `cluster-api/accelerator` or a label of your own.";
    ANNOTATION_OWNED: Error "annotation-owned"
        "a placeholder carries no annotation that a controller writes"
        "Annotations of a placeholder go onto all that it makes. The Machine API provider writes vCPU, memoryMb and GPU from the cloud's own data on every reconcile, the cluster-autoscaler-operator its limits: a value in Git would be fought over without end.";
    ANNOTATION_DELETES: Error "annotation-deletes"
        "a placeholder carries nothing that makes a delivery tool delete what it makes"
        "Annotations and labels of a placeholder go onto all that it makes. Of an object with `argocd.argoproj.io/hook` or `helm.sh/hook` Argo CD makes a hook: it deletes the live one before every sync (BeforeHookCreation is the policy of a hook that has none; gitops-engine pkg/sync/hook/delete_policy.go), a MachineSet with its machines, and `Prune=confirm,Delete=confirm` does not ask, since that is for pruning. The Sync-hook Job that many pools were made with before has the annotation: it belongs to the Job. `Force=true` deletes what cannot be patched and makes it again, `Replace=true` writes the object over the live one, with the API's default of one machine where an autoscaled pool leaves `replicas` out (pkg/sync/sync_context.go); Flux's `force: enabled` is as Argo CD's. Of `Replace=true` as an option of a whole Application nothing is seen here.";
    CAPACITY_LABELS: Error "capacity-labels"
        "capacity labels name the architecture"
        "`capacity.cluster-autoscaler.kubernetes.io/labels` is a list of key=value; the Machine API drops entries with another form, and the machine-config-operator stops with an error when `kubernetes.io/arch` is not among them (ms_helpers.go).";
    ACCELERATOR_INVALID: Error "accelerator-invalid"
        "the accelerator is a label value"
        "It is the value of the node label `cluster-api/accelerator` and the type in ClusterAutoscaler limits. `nvidia.com/gpu` is no label value: the limit would have no effect (access.redhat.com/solutions/6055181).";
    FOREIGN_OBJECT: Error "foreign-object"
        "no object of another owner stands where ours would"
        "An object of the same name without our annotation `gpu-machineset.dev/from` of this placeholder belongs to somebody else; replacing it could delete running machines. To adopt it, add the annotation that the message shows; else rename the pool's sets with `spec.nameTemplate`.";
    STALE_OBJECT: Warning "stale-object"
        "every generated object still has its placeholder"
        "The object carries our annotation, but its placeholder no longer makes it (a zone was removed, a type changed, an operator or the whole GpuPlatform was removed). It stays, because deleting a MachineSet deletes its machines, and deleting a Subscription leaves the operator running: delete it yourself, in the order that the message says.";
    PLACEHOLDER_NOT_SEEN: Info "placeholder-not-seen"
        "the placeholder of every generated object is in the input"
        "Objects that are marked with `gpu-machineset.dev/from` stay as they are when the placeholder that made them is not in the input: nobody can tell from here whether it was removed, or is rendered elsewhere. When it was removed, delete what it made: operands while their operator runs, then Subscriptions with their ClusterServiceVersions, then Namespaces; MachineSets once they are scaled to 0. Of a kustomize build nothing is said, since each placeholder may be a transformer of its own there.";
    FACT_WOULD_BE_APPLIED: Warning "fact-would-be-applied"
        "facts are marked local-config"
        "kustomize and kpt hand every item on: an object that was saved from a cluster and served as a fact would be applied to the cluster, which sets back what the cluster changed since, or ends in a conflict. When it is only read, `config.kubernetes.io/local-config: \"true\"` keeps it out. When it is in Git to be applied, do not mark it, since it would be pruned: remove what only a server writes from its metadata (`uid`, `resourceVersion`, `managedFields`), and nothing is said any more.";
    DUMP_NOT_RENDERED: Info "dump-not-rendered"
        "what does not leave is named"
        "Objects that were saved from a cluster and served as facts are not rendered, nor are the other saved objects of the same `List`: applied, they would set back what the cluster changed since, or end in a conflict, and Argo CD would track and prune them. They are named, so that nobody misses what should have been applied. Of paths behind `render --facts` nothing leaves, and nothing is said.";
    EXPORT_NOT_RENDERED: Warning "export-not-rendered"
        "an object that Git applies does not serve as a saved fact"
        "The object has what only a server writes (`uid`, `resourceVersion`, `managedFields` in its metadata), and what is made depends on it, or it stands in a `List` as `oc get` prints it. So it counts as saved from the cluster and is not rendered. Whether somebody saved it to be read, or exported it into Git to be applied, cannot be told from here. To be read: mark it `config.kubernetes.io/local-config: \"true\"`, or name its file behind `render --facts`. To be applied: remove the server's fields, which keep it from being applied anyway once the object changes; it then leaves as it stands. Without either, a delivery that prunes removes it from the cluster.";
    EXPORT_LEAVES: Warning "export-leaves"
        "what is applied was not saved from a cluster"
        "The object has what only a server writes (`uid`, `resourceVersion`, `managedFields` in its metadata), and nothing that is made depends on it. It leaves as it stands: when it is in Git to be applied, holding it back would have it pruned. Remove the server's fields, since an apply with an old `resourceVersion` ends in a conflict as soon as the object changes. When it was only saved to be read, mark it `config.kubernetes.io/local-config: \"true\"`, or name its file behind `render --facts`.";
    PLACEHOLDER_MARKED: Info "placeholder-marked"
        "placeholders and facts of one package are all marked local-config, or none is"
        "A placeholder that is marked `config.kubernetes.io/local-config: \"true\"` stays in a ResourceList, as kpt needs it, and one that is not marked leaves it. Facts or a GpuPlatform that leave while a pool stays would be missing the next time: the pool could not be expanded again. So they are marked too, and stay.";
    COMPLETED: Info "completed"
        "what is written into an object of somebody is said"
        "Objects of the input that are there already are completed and not made a second time: a ClusterPolicy or NodeFeatureDiscovery gets the tolerations of the pools, a ClusterAutoscaler their GPU limits, cluster-monitoring-config what `monitoring` asks for, the Namespace of an operator the label by which the platform's Prometheus looks after it (and user workload monitoring does not). Nothing else of them changes. To keep one as it is, write the lines yourself as you want them, or turn the operator off.";
    POSTCONDITION: Error "postcondition"
        "generated objects carry nothing of the cluster that they were cloned from but what they need"
        "A check over every generated object found bookkeeping that must never survive a clone (machine status, server fields, stale capacity annotations). This is a defect of gpu-machineset: please report it with the input.";
}
