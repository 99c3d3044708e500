//! Rules about models that are served: what a GpuModel says, and objects of KServe in the input, whoever wrote them.

super::rules! {
    MODEL_POOL_UNKNOWN: Error "model-pool-unknown"
        "a model names a pool that the cluster has"
        "The toleration, the node selector and the GPUs of a pod follow from its pool. A pod that tolerates the taint of a pool that is nowhere waits for ever.";
    POOL_AMBIGUOUS: Error "pool-ambiguous"
        "labels and taints lead from a model to one pool"
        "Two pools with the same accelerator label and the same taint cannot be told apart by a pod: it may land on GPUs that it does not fit on.";
    MODEL_RELEASE_UNKNOWN: Error "model-release-unknown"
        "the release of OpenShift AI is known where a model is served"
        "The word for a deployment without Knative, the image of vLLM and what a hardware profile does differ by release. The wrong word is a difference that a GitOps tool sees for ever (from 3.4 on), or an object that can never be updated again (before): kserve pkg/apis/serving/v1beta1, inference_service_defaults.go and inference_service_validation.go.";
    MODEL_NAME: Error "model-name"
        "a model has a name that KServe and OpenShift AI take, of its own in its namespace"
        "KServe takes `[a-z]([-a-z0-9]*[a-z0-9])?`, and odh-model-controller at most 53 characters, since names of routes and services are made of it; it refuses models in the namespace of OpenShift AI's own applications.";
    MODEL_GPUS_OVER_NODE: Error "model-gpus-over-node"
        "a pod asks for no more GPUs than a machine of its pool has"
        "A pod runs on one node. With more GPUs than any node has, it waits for ever, and the autoscaler adds none.";
    MODEL_GPUS_SLICED: Error "model-gpus-sliced"
        "a model with several GPUs runs on whole ones"
        "Two time slices, or two instances of MIG, may be of one card: the model would be split over the memory that it has anyway, and NCCL refuses two ranks on one device.";
    MODEL_POD_OVER_INSTANCE: Error "model-pod-over-instance"
        "a pod asks for no more CPU and memory than a machine of its pool offers"
        "Hypervisor, kubelet and DaemonSets take their part of a machine: 4 cores never fit on a type with 4 vCPU. Such a pod waits for ever.";
    MODEL_REPLICAS_OVER_POOL: Error "model-replicas-over-pool"
        "models ask for no more GPUs than their pool reaches"
        "The copies of all models of a pool, at the most, against its machines, at the most, times the GPUs of each. What is above waits for ever.";
    MODEL_TP_NOT_GPUS: Error "model-tp-not-gpus"
        "`--tensor-parallel-size` is the number of GPUs of a pod"
        "With more, vLLM does not start; with fewer, GPUs that are paid for are idle.";
    SLICED_UTILIZATION: Error "sliced-utilization"
        "models on slices of one card take no more of its memory than there is"
        "Time slices share the memory of a card and nothing keeps them apart. vLLM refuses to start where less is free than `--gpu-memory-utilization` asks for (vllm v1/worker/utils.py, request_memory).";
    MODEL_RUNTIME_IMAGE: Error "model-runtime-image"
        "a runtime has an image"
        "OpenShift AI keeps its runtimes as Templates of the dashboard, which no InferenceService can name: one is made, and its image is in the table of releases or in the GpuModel.";
    MODEL_RUNTIME_ASSUMED: Warning "model-runtime-assumed"
        "the release of OpenShift AI is in the table of runtimes"
        "The table ends before the release that is installed. The image of an older one works, but is not the one that is supported with it.";
    MODEL_RUNTIME_MISSING: Error "model-runtime-missing"
        "a runtime that is named is there"
        "An InferenceService that names a ServingRuntime which is neither in its namespace nor made beside it never becomes ready: `No runtime found`.";
    MODEL_RUNTIME_TWICE: Error "model-runtime-twice"
        "models of one namespace that share a runtime need the same"
        "A runtime is one object by namespace and name. Of two that differ one would win, whichever is applied last.";
    MODEL_CPU_RUNTIME: Error "model-cpu-runtime"
        "a model without a pool has a runtime for CPU"
        "Releases before 3.3 have none for x86: its image is named in the GpuModel. 3.3 and later ship one in technology preview, which is taken.";
    MODEL_CPU_MEMORY: Error "model-cpu-memory"
        "a model on CPU has memory for its weights and its cache"
        "vLLM takes weights, `VLLM_CPU_KVCACHE_SPACE` and some 2 GiB. Without that variable it takes 4 GiB (0.10), half of the node (0.13 to 0.18) or 92 % of it (0.24): it reads the host and not the limit of the pod.";
    SCALE_TO_ZERO_WITHOUT_WAKE_UP: Error "scale-to-zero-without-wake-up"
        "a model that is scaled by its own metrics keeps one copy"
        "vLLM counts requests that wait, and a server that is not there counts none: the model goes down and never up again (kserve #4007).";
    AUTOSCALE_NEEDS_KEDA: Warning "autoscale-needs-keda"
        "the operator of custom metrics is there where models are scaled by demand"
        "KServe makes a ScaledObject for the class `keda`. Without the operator nothing reads it, and the model keeps its least copies.";
    MODEL_SERVICE_CONFIG_UNKNOWN: Error "model-service-config-unknown"
        "how services of models are made is known where 3scale calls one"
        "With `rawDeploymentServiceConfig: Headless` a service has no address of its own, and callers need the port of the container; with `Headed` it listens on 80 only. The DataScienceCluster says which.";
    THREESCALE_SYSTEM_NAME: Error "threescale-system-name"
        "products of 3scale have system names of their own"
        "3scale finds a product by its system name, and the documentation of one by the letters and digits of it alone.";
    MODEL_STRATEGY_DEADLOCK: Error "model-strategy-deadlock"
        "an update of a model that has no room for another copy takes one away first"
        "With the default of a Deployment and one copy, no pod goes before the new one is ready, and the new one waits for the GPU (kserve #4618). The strategy that is made follows from the room on the pool.";
    MODEL_PROFILE_UNKNOWN: Error "model-profile-unknown"
        "a hardware profile that a model names is there"
        "The webhook of OpenShift AI refuses an InferenceService whose profile does not exist (rhods-operator, internal/webhook/hardwareprofile).";
    MODEL_PROFILE_DIFFERS: Warning "model-profile-differs"
        "a hardware profile leads to the pool of the model that names it"
        "The webhook of OpenShift AI writes node selector and tolerations of the profile into the InferenceService: up to 3.0 in place of what is there, from 3.4 on besides (rhods-operator, internal/webhook/hardwareprofile). Of two that differ pods go elsewhere, or nowhere.";
    MODEL_ENV: Error "model-env"
        "a server has no variable that KServe refuses"
        "From 3.4 on KServe refuses `PYTHONPATH` in every container, since it decides which code a server loads (kserve, pkg/validation/env_policy.go).";
    MODEL_DISK_TOO_SMALL: Warning "model-disk-too-small"
        "weights and image go onto the disk of a node"
        "The storage initializer downloads weights to the disk that a node boots from, once for each pod, and an image with weights is unpacked there. A node under disk pressure evicts its pods, and the next one begins anew. What is reckoned is one pod and some 20 GiB of an image with CUDA.";
    SLICED_MEMORY_UNBOUNDED: Warning "sliced-memory-unbounded"
        "servers that share a GPU keep to a part of its memory"
        "Time slices share the memory of a card, and nothing keeps them apart. vLLM has `--gpu-memory-utilization`; a server without such a bound takes what it needs, and its neighbours fail with `CUDA out of memory`.";
    AUTOSCALE_METRIC_CPU: Warning "autoscale-metric-cpu"
        "a model on a GPU is scaled by requests, not by CPU"
        "Where nobody says otherwise KServe makes a HorizontalPodAutoscaler on 80 % CPU. A server whose work is done on a GPU may be full with little load of CPU, and loads a core while it waits.";
    AUTOSCALE_FLAPS: Warning "autoscale-flaps"
        "a machine stays for longer than it takes to load the model again"
        "What scales down and up again within the time of a load serves nobody and pays for machines that only load. The cluster autoscaler takes a machine away after `scaleDown.unneededTime`, 10 minutes where nobody says it. Loading is reckoned with 0.2 GiB a second; 131 GiB took 15 to 20 minutes from object storage (kserve #3869).";
    MODEL_NEVER_STARTS: Warning "model-never-starts"
        "an InferenceService asks for what its pool has"
        "What is an error in a GpuModel is said of InferenceServices that others wrote: more GPUs than a machine has or the pool reaches, CPU and memory that no machine offers, tensor parallel that is not the number of GPUs, more of a shared GPU than its part. It waits for ever, or vLLM refuses to start.";
    MODEL_UPDATE_WAITS: Warning "model-update-waits"
        "an InferenceService on a pool without room for another copy is updated by taking one away first"
        "With the default of a Deployment and one copy no pod goes before the new one is ready, and the new one waits for the GPU that the old one holds (kserve #4618).";
    MODEL_URL_PORT: Error "model-url-port"
        "3scale calls a model on the port that its service listens on"
        "With `rawDeploymentServiceConfig: Headless` callers need the port of the container, with `Headed` port 80, and with a token 8443 by HTTPS.";
    BACKEND_URL_PORT: Warning "backend-url-port"
        "a backend of 3scale calls a model on the port that its service listens on"
        "With `rawDeploymentServiceConfig: Headless` callers need the port of the container, with `Headed` port 80, and with a token 8443 by HTTPS. On another port nothing answers, and 3scale says `502 Bad Gateway`.";
    SECRET_IN_GIT: Warning "secret-in-git"
        "Secrets beside models have no values in the input"
        "What is rendered is committed and reviewed, and a value in Git stays in its history. An ExternalSecret or a SealedSecret names it without telling it. The values themselves are never printed.";
    SECRET_MISSING: Info "secret-missing"
        "the Secret of a connection is shown"
        "A model whose weights are in a bucket names a Secret, which is never made here. Without it the storage initializer fails. One of an ExternalSecret, a SealedSecret or a VaultStaticSecret counts, in the input or among the facts.";
    SECRET_LABELS: Warning "secret-labels"
        "the Secret of a connection has the labels by which OpenShift AI finds it"
        "odh-model-controller copies Secrets with the labels `opendatahub.io/managed` and `opendatahub.io/dashboard` into `storage-config`, where KServe looks for connections (core/secret_controller.go). A Secret out of a vault often has neither.";
    CONNECTION_KEYS: Warning "connection-keys"
        "the Secret of a connection to a bucket says all that is needed"
        "KServe reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_ENDPOINT, AWS_DEFAULT_REGION and AWS_S3_BUCKET of a connection.";
    NAMESPACE_MISSING: Warning "namespace-missing"
        "the namespace of a model is shown where namespaces are"
        "Objects of a namespace that is not there are refused. Where neither the input nor the facts show a namespace they are looked after elsewhere, and nothing is said.";
    MODEL_PUBLIC: Warning "model-public"
        "a model that is reached from outside asks for a token"
        "Without `auth` whoever reaches the Route may call the model.";
    MODEL_ROUTE_TIMEOUT: Info "model-route-timeout"
        "the Route of a model waits for long answers"
        "A Route gives up after 30 seconds, and long answers take longer.";
    MODEL_DOES_NOT_FIT: Error "model-does-not-fit"
        "a model fits on the GPUs of its pool"
        "vLLM refuses to start when the KV cache that is left beside the weights does not hold one request of the longest length (v1/core/kv_cache_utils.py, _check_enough_kv_cache_memory). The numbers are those of `gpu-machineset fit`, which was wrong by at most 5 % of a GPU where it was measured; what is said here holds with 5 % more. `fit: warn` or `fit: ignore` is for who has measured it.";
    MODEL_FIT_TIGHT: Warning "model-fit-tight"
        "a model fits with 5 % of a GPU to spare"
        "By as much the formula was wrong where it was measured: whether the model starts is decided by the machine.";
    MODEL_LEN_OVER_CONFIG: Error "model-len-over-config"
        "the longest request is not longer than the model was made for"
        "vLLM refuses a `--max-model-len` above `max_position_embeddings` of the model.";
    MODEL_DTYPE_UNSUPPORTED: Error "model-dtype-unsupported"
        "a model computes in a type that its GPU has"
        "vLLM refuses `--dtype=bfloat16` below compute capability 8.0, as on T4 (platforms/cuda.py, check_if_supports_dtype).";
    MODEL_QUANTIZATION_UNSUPPORTED: Error "model-quantization-unsupported"
        "weights are in a format that the GPU computes with the vLLM of the release"
        "Kernels are compiled for a least compute capability, which differs by version of vLLM (model_executor/layers/quantization in 0.10, 0.13, 0.18 and 0.24).";
    MODEL_TP_HEADS: Error "model-tp-heads"
        "the GPUs of a pod divide the attention heads of the model"
        "Tensor parallel gives each GPU whole heads: vLLM refuses a number that does not divide them.";
    MODEL_TOLERATES_NO_POOL: Warning "model-tolerates-no-pool"
        "an InferenceService that asks for a GPU tolerates the taint of a pool"
        "Its pods wait for ever, and the autoscaler adds no node for them. A pool that is rendered elsewhere is seen when its objects are among the facts.";
    MODEL_RUNTIME_NOT_SHOWN: Warning "model-runtime-not-shown"
        "a runtime that an InferenceService names is shown beside it"
        "An InferenceService that names a ServingRuntime which is not in its namespace never becomes ready. Where the input shows no runtime at all they are looked after elsewhere, and nothing is said.";
    MODEL_RUNTIME_NAME: Warning "model-runtime-name"
        "the name of a runtime has no dot"
        "odh-model-controller makes a Service for the metrics of each model, with a port `<runtime>-metrics`; the name of a port takes no dot, so the Service is refused and the dashboard shows no metrics.";
    MODEL_RUNTIME_VERSION: Warning "model-runtime-version"
        "a runtime has the image of the release of OpenShift AI that is installed"
        "Each release ships and supports one vLLM. An image of an older one has its bugs, and other least compute capabilities.";
    MODEL_MODE: Warning "model-mode"
        "the deployment mode of an InferenceService has the word of the release"
        "Up to 3.3 it is `RawDeployment`; from 3.4 on `Standard`, and the defaulter rewrites the old word (kserve, inference_service_defaults.go). The new word on an old release is taken for Knative, and every later update is refused (inference_service_validation.go).";
    MODEL_EMPTY_STORAGE: Warning "model-empty-storage"
        "a model with storage has something there"
        "The storage initializer downloads the folder at every start and fails where the bucket has none. An image that holds its model needs no storage.";
    THREESCALE_PLAN_DEFAULT: Warning "threescale-plan-default"
        "a plan of a 3scale product has fields that 3scale has"
        "`applicationPlans.*.default` is in no CRD from 2.14 on: strict validation refuses the Product, a client that is not strict drops the field.";
    MODEL_FIT_UNKNOWN: Info "model-fit-unknown"
        "whether a model fits can be computed"
        "It takes the size and the dimensions of the model, the memory of the GPU and the version of vLLM.";
}
