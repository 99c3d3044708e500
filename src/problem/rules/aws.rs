//! Rules about the provider spec of AWS.

super::rules! {
    PROVIDER_SPEC_KIND: Error "provider-spec-kind"
        "the cloned worker is of the cluster's cloud"
        "A provider spec of AWS is an AWSMachineProviderConfig of machine.openshift.io/v1beta1 (or the older awsproviderconfig.openshift.io). The Machine API only warns about another kind, and the machines fail.";
    ZONE_WITHOUT_WORKER: Error "zone-without-worker"
        "every zone has a worker MachineSet to clone, or its subnet is stated"
        "AWS puts a machine where its subnet is: with the wrong subnet it starts in another zone (machine-api-provider-aws does not even send the zone when a subnet id is given), with an unknown one it fails. A zone that has no worker is only rendered from another zone's worker when `ClusterFacts.spec.zones` says that the installer made a subnet there and the worker's subnet is a `tag:Name` filter that ends with its zone, or when `spec.network.subnets` names the subnet.";
    AMI_SHAPE: Error "ami-shape"
        "the AMI is an id like ami-0123456789abcdef0"
        "The Machine API's webhook requires `ami.id` on AWS; placeholders such as AMI_ID or ${AMI} pass through Git unnoticed and fail at the first machine.";
    MARKET_CONFLICT: Error "market-conflict"
        "market, spot options and capacity reservation fit together"
        "The Machine API's webhook: OnDemand forbids spotMarketOptions, Spot forbids a capacity reservation, CapacityBlock requires one and forbids spotMarketOptions.";
    CAPACITY_RESERVATION_ID: Error "capacity-reservation-id"
        "a capacity reservation id is cr- and 17 hexadecimal digits"
        "The Machine API's webhook accepts ^cr-[0-9a-f]{17}$ only.";
    VOLUME_SETTINGS: Error "volume-settings"
        "the root volume's settings fit its type"
        "Throughput is for gp3 only, 125 to 2000 MiB/s (Machine API webhook); io1 and io2 need `iops` (EC2 refuses the volume without).";
    VOLUME_IOPS: Warning "volume-iops"
        "provisioned operations per second fit the volume's type"
        "gp3 volumes take 3000 to 80000, io1 and io2 need them, and the other types ignore them (machine-api-provider-aws sends them for io1, io2 and gp3 only). The upper limit rises over the years, so this is a warning.";
    PROVIDER_SPEC_VALUE: Error "provider-spec-value"
        "a provider spec holds values that the Machine API takes"
        "The Machine API's webhook refuses other values (machine_webhook.go), and a text where a number belongs, as a variable that nobody replaced: `volumeSize: ${VOLUME_SIZE}`. When it is down, they get in and machines fail one by one.";
    OWNER_TAG: Error "owner-tag"
        "machines are tagged as of their own cluster"
        "Every AWS resource of a cluster carries the tag `kubernetes.io/cluster/<infrastructure name>`. A provider spec with the tag of another cluster was copied from there: its subnets, security groups and instance profile do not exist here (\"no security group found\"), and the other cluster's uninstaller would delete the machines.";
    EDGE_ZONE: Warning "edge-zone"
        "a pool is in an availability zone of its region"
        "Local Zones and Wavelength Zones offer few instance types, hardly any with GPUs, and gp2 volumes only in many of them. A machine of a type that the zone lacks fails at once and is not retried.";
    ROOT_VOLUME_SMALL: Warning "root-volume-small"
        "the root volume of a GPU node has at least 120 GiB"
        "Driver images, CUDA images and models fill 100 GiB quickly; a node under disk pressure evicts its pods. 200 GiB is usual. Set `spec.rootVolume.sizeGiB`.";
    RESERVATION_ZONES: Error "reservation-zones"
        "a capacity reservation is used in its own zone only"
        "Capacity reservations and capacity blocks are made in one Availability Zone (EC2 guide, \"Create a Capacity Reservation\"). Of a pool over several zones the machines of all others never start. Name the zone of the reservation in `spec.zones`.";
    PLACEMENT_GROUP_ZONES: Warning "placement-group-zones"
        "a cluster placement group is used in one zone only"
        "A placement group of strategy cluster cannot span Availability Zones (EC2 guide, \"Placement strategies\"); the first machine decides its zone, and EC2 refuses those of others. What strategy a group has is not known here, so this is a warning; with a partition it is partition, which may span zones.";
    ROOT_DEVICE_UNCLEAR: Error "root-device-unclear"
        "`rootVolume` changes one device of the worker"
        "The block device without a name is the root volume; else the one that is called `/dev/xvda`, as by images of RHCOS, or `/dev/sda1`. When several are, what the image calls its root device decides, which no object of the cluster says. Another device of the root's name would make EC2 refuse the machine.";
    CONTROL_PLANE_USER_DATA: Warning "control-plane-user-data"
        "machines of a pool boot with the user data of workers"
        "The Secret `master-user-data` holds the Ignition config of the control plane: a machine that boots with it takes the configuration, certificates and role of a control plane node. The installer's Secret for workers is `worker-user-data`.";
    PLACEMENT_PARTITION: Error "placement-partition"
        "a placement group partition names its group"
        "The Machine API's webhook: `placementGroupPartition` is 1 to 7 and needs `placementGroupName`.";
    ARCHITECTURE_MISMATCH: Error "architecture-mismatch"
        "instance type and image are of one architecture"
        "An x86 image does not boot on a Graviton instance, nor the reverse: the machine stays in Provisioned and never joins. Give the image of the other architecture in `spec.providerSpec.ami.id`, or take another instance type.";
    EFA_SINGLE_CARD: Warning "efa-single-card"
        "EFA on multi-card instance types uses one card only"
        "The Machine API builds one network interface (machine-api-provider-aws instances.go), so p4d, p5 and p6 reach a fraction of their fabric bandwidth.";
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
}
