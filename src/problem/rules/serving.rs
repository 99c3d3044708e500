//! Rules about forms of serving: over several machines, by llm-d, behind a gateway.

super::rules! {
    MODEL_PARALLEL_SHAPE: Error "model-parallel-shape"
        "the work of a copy is divided as its engine can, and among all GPUs of its pods"
        "An InferenceService over machines has a part of the layers on each (kserve, `workerSpec`), and one set of them. An LLMInferenceService over machines has ranks of data parallel, `data` a multiple of `dataLocal`, and `dataLocal` times `tensor` are the GPUs of a pod; its presets for pipelines are named in its source and shipped by no release (kserve #5047, #5315).";
    MODEL_MULTINODE_STORAGE: Error "model-multinode-storage"
        "weights of a model over several machines are where each of them sees them"
        "The webhook of KServe takes `pvc://` and `oci://` only for a model over machines (inference_service_validation.go, validateMultiNodeVariables): every pod would download for itself. The claim needs the access mode ReadWriteMany or ReadOnlyMany.";
    MODEL_NETWORK_SLOW: Warning "model-network-slow"
        "experts over machines have a network for them"
        "Ranks on several machines exchange tokens in each layer. Without RDMA that goes through the network of pods, and most of the time is spent waiting for it.";
    MODEL_UPDATE_NEEDS_SPARE: Warning "model-update-needs-spare"
        "an update that always brings a second copy first has GPUs for it"
        "The Deployment of an LLMInferenceService on one machine cannot be told to stop the old copy first, up to 3.5 at least (opendatahub-io/kserve #1822), nor can the workers of an InferenceService over machines (kserve #4188): without GPUs for a second copy the update never ends.";
    MODEL_LOAD_EXCEEDS_PROBE: Warning "model-load-exceeds-probe"
        "weights are loaded before a probe gives up"
        "The presets of llm-d kill a server that does not answer 150 seconds after its start up to 3.3, which has no startup probe, and 10 minutes after it from 3.4 on. Weights come with about 0.2 GiB a second from object storage, which was not measured here; 70 billion parameters took 15 to 20 minutes (kserve #3869).";
    LLMD_VERSION: Error "llmd-version"
        "the release of OpenShift AI has what is asked of llm-d"
        "LLMInferenceServices came with 2.25, and their scaling with 3.4: the CRD of an older release has no such field, and a strict API server refuses it.";
    LLMD_STORAGE: Error "llmd-storage"
        "weights of an LLMInferenceService have a URI"
        "Its `model.uri` is required, and the CRD has no field for the key of a connection: the dashboard's webhook would write one into the object, which Git then takes away again.";
    LLMD_RUNTIME: Error "llmd-runtime"
        "an LLMInferenceService takes what the release ships to run it"
        "Its container, probes and arguments come from presets in the namespace of OpenShift AI; a ServingRuntime is never looked at.";
    LLMD_ARGS: Error "llmd-args"
        "arguments of vLLM reach it through `VLLM_ADDITIONAL_ARGS`"
        "Up to 3.3 `args` of the container `main` replace the script that starts vLLM (kserve, config-llm-template.yaml); from 3.4 on they stand behind it.";
    LLMD_TENSOR_IGNORED: Info "llmd-tensor-ignored"
        "tensor parallel on one machine reaches vLLM"
        "Up to 3.4 the preset for one machine does not read `parallelism.tensor` (kserve #5773, mended by #5782): vLLM would use one GPU of those that the pod has. So it is said in `VLLM_ADDITIONAL_ARGS` too.";
    LLMD_OPERATOR_MISSING: Error "llmd-operator-missing"
        "operators that llm-d needs are there"
        "Connectivity Link asks callers for their token: without its AuthPolicy the route of a model is taken away again. cert-manager makes the certificate of the server, and Leader Worker Set the pods of a model over machines.";
    LLMD_GATEWAY_MISSING: Error "llmd-gateway-missing"
        "the Gateway of a model is there, or made"
        "An LLMInferenceService without its Gateway has no URL and never becomes ready. OpenShift AI makes a Gateway for its own dashboard only (rhods-operator, gateway_support.go). The Gateway API comes with OpenShift 4.19: it must not be installed before.";
    GATEWAY_NEEDS_LLMD: Error "gateway-needs-llmd"
        "a gateway leads to an LLMInferenceService"
        "OpenShift AI makes an HTTPRoute for LLMInferenceServices alone; an InferenceService is reached by a Route.";
    MAAS_NEEDS_LLMD: Error "maas-needs-llmd"
        "a model of Models as a Service is an LLMInferenceService"
        "`modelRef.kind` of a MaaSModelRef is LLMInferenceService or ExternalModel: the CRD refuses an InferenceService.";
    MAAS_VERSION: Error "maas-version"
        "what is asked of Models as a Service is what the release has"
        "OpenShift AI 3.0 to 3.3 let members of tiers call a model, which an annotation of it names. 3.4 has a MaaSModelRef, a MaaSAuthPolicy and a MaaSSubscription for each model instead; a subscription without a limit is refused by its CRD. 2 has nothing of it.";
    MAAS_OFF: Error "maas-off"
        "Models as a Service is switched on where a model joins it"
        "The DataScienceCluster has the switch, `kserve.modelsAsService` in 3.3 and 3.4 and `aigateway.modelsAsAService` in 3.5. Without it nothing looks at the objects of a model, and the CRDs are not there.";
    MAAS_LIMIT_WINDOW: Error "maas-limit-window"
        "a limit of tokens has a window that Models as a Service takes"
        "The CRD of MaaSSubscription takes `^[1-9]\\d{0,3}(s|m|h)$`, and at most a thousand million tokens.";
}
