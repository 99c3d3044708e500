//! Rules about provider specs, whatever cloud they are of.

super::rules! {
    PROVIDER_SPEC_KIND: Error "provider-spec-kind"
        "the cloned worker is of the cluster's cloud"
        "A provider spec of AWS is an AWSMachineProviderConfig of machine.openshift.io/v1beta1 (or the older awsproviderconfig.openshift.io), and that of every other cloud has a kind of its own. The Machine API only warns about another kind, and the machines fail.";
    ZONE_WITHOUT_WORKER: Error "zone-without-worker"
        "every zone has a worker MachineSet to clone, or its subnet is stated"
        "AWS puts a machine where its subnet is: with the wrong subnet it starts in another zone (machine-api-provider-aws does not even send the zone when a subnet id is given), with an unknown one it fails. A zone that has no worker is only rendered from another zone's worker when `ClusterFacts.spec.zones` says that the installer made a subnet there and the worker's subnet is a `tag:Name` filter that ends with its zone, or when `spec.network.subnets` names the subnet. On Azure this matters where workers of several zones are in subnets of their own, and on IBM Cloud every subnet is of one zone.";
    MARKET_CONFLICT: Error "market-conflict"
        "market, spot options and capacity reservation fit together"
        "The Machine API's webhook: OnDemand forbids spotMarketOptions, Spot forbids a capacity reservation, CapacityBlock requires one and forbids spotMarketOptions.";
    PROVIDER_SPEC_VALUE: Error "provider-spec-value"
        "a provider spec holds values that the Machine API takes"
        "The Machine API's webhook refuses other values (machine_webhook.go), and a text where a number belongs, as a variable that nobody replaced: `volumeSize: ${VOLUME_SIZE}`. When it is down, they get in and machines fail one by one.";
    ROOT_VOLUME_SMALL: Warning "root-volume-small"
        "the root volume of a GPU node has at least 120 GiB"
        "Driver images, CUDA images and models fill 100 GiB quickly; a node under disk pressure evicts its pods. 200 GiB is usual. Set `spec.rootVolume.sizeGiB`.";
    CONTROL_PLANE_USER_DATA: Warning "control-plane-user-data"
        "machines of a pool boot with the user data of workers"
        "The Secret `master-user-data` holds the Ignition config of the control plane: a machine that boots with it takes the configuration, certificates and role of a control plane node. The installer's Secret for workers is `worker-user-data`.";
    ARCHITECTURE_MISMATCH: Error "architecture-mismatch"
        "instance type and image are of one architecture"
        "An x86 image does not boot on a Graviton instance, nor the reverse: the machine stays in Provisioned and never joins. Give the image of the other architecture in `spec.providerSpec.ami.id`, or take another instance type.";
    UNKNOWN_PROVIDER_FIELD: Error "unknown-provider-field"
        "fields of providerSpec are known to the Machine API"
        "The API server drops an unknown field with no more than a warning, so a typo changes nothing and nobody notices. If your cluster's Machine API is newer than this list, set `spec.allowUnknownProviderFields: true`.";
    MACHINE_API_TOO_OLD: Error "machine-api-too-old"
        "the Machine API of the cluster's OpenShift version has the fields that a pool asks for"
        "A field that the Machine API does not know is dropped when the MachineSet is written, with no more than a warning: machines are bought on demand in place of a reservation, or start outside of the placement group, and Argo CD sees a difference for ever. The first release of each field is that of the types which the release branches of openshift/machine-api-provider-aws use. If your z-stream has it already, write it under `spec.providerSpec` with `spec.allowUnknownProviderFields: true`.";
    WORKER_FIELD_UNKNOWN: Info "worker-field-unknown"
        "the fields of a cloned worker are known to the Machine API"
        "A set in Git may hold a field that the Machine API never knew, as `throughput` for `throughputMib`. The API server drops it when it writes the set, so it has no effect on the workers, and none on the pool; Argo CD sees a difference for ever. Correct it at the worker. A cluster newer than the list may know it.";
    PROVIDER_SPEC_CONTRADICTS: Error "provider-spec-contradicts"
        "providerSpec does not contradict the pool's own fields"
        "Zone, region and instance type are decided by `spec.zones` and `spec.instanceType`: names, subnets and autoscaling are derived from them.";
    WORKER_INCOMPLETE: Error "worker-incomplete"
        "the provider spec names security groups, subnet, instance profile and the Secrets of its machines"
        "The Machine API's webhook requires `userDataSecret` and `credentialsSecret` of every write to a set; it fills them in when a set is made, never later. Without a security group machine-api-provider-aws stops with \"no security group found\"; without a subnet it takes any; without an instance profile the machine never joins the cluster.";
    NOT_ON_THIS_CLOUD: Error "not-on-this-cloud"
        "a pool asks for what its cloud's MachineSets can say"
        "A provider spec has the fields that its cloud's machine controller knows, and no others: there is no placement group in one of Azure, and no reservation in one of Google Cloud. A setting that went nowhere would be missed only when machines are there, and paid for.";
    WORKER_NEEDED: Error "worker-needed"
        "a worker MachineSet of the cluster is known"
        "Network, image and identity of machines stand in the cluster's worker MachineSets, and on most clouds nowhere else that a program could read. Save them with the facts; on AWS alone a set can be made of facts.";
    GPU_UNSTATED: Error "gpu-unstated"
        "a pool says how many GPUs its machines have, where nobody else does"
        "On vSphere, OpenStack, Nutanix and IBM Cloud no provider writes the annotation `machine.openshift.io/GPU`, by which the cluster autoscaler knows the GPUs of a machine that is not there yet: it would never start one from zero, and count none against limits. Where the catalogue does not know the instance type either, `gpu` of the pool says it. How many such machines fit is decided by hosts with a free device.";
    MACHINE_SIZE: Warning "machine-size"
        "a pool says how many processors and how much memory its machines have"
        "On vSphere and Nutanix they do not come with a type: without `machine` a pool's machines are as small as the workers that they are cloned from.";
    SECURE_BOOT: Error "secure-boot"
        "machines of a GPU pool start unsigned drivers"
        "The GPU operator builds the NVIDIA kernel modules on the node, unsigned, and with Secure Boot the kernel refuses them (NVIDIA/gpu-operator issues 266, 1142 and 1726): the node never shows a GPU. A vTPM and integrity monitoring do no harm.";
    GUEST_DRIVER: Warning "guest-driver"
        "virtual GPUs have the driver that they need"
        "Types with a share of a GPU (NVadsA10_v5 and RTXPRO6000BSE on Azure, the small g4 of Google Cloud) pass a virtual GPU on, which the driver that the GPU operator installs by default does not serve: it needs NVIDIA's licensed guest driver (GRID).";
}
