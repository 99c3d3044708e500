//! Rules about the provider spec of AWS.

super::rules! {
    AMI_SHAPE: Error "ami-shape"
        "the AMI is an id like ami-0123456789abcdef0"
        "The Machine API's webhook requires `ami.id` on AWS; placeholders such as AMI_ID or ${AMI} pass through Git unnoticed and fail at the first machine.";
    CAPACITY_RESERVATION_ID: Error "capacity-reservation-id"
        "a capacity reservation id is cr- and 17 hexadecimal digits"
        "The Machine API's webhook accepts ^cr-[0-9a-f]{17}$ only.";
    VOLUME_SETTINGS: Error "volume-settings"
        "the root volume's settings fit its type"
        "Throughput is for gp3 only, 125 to 2000 MiB/s (Machine API webhook); io1 and io2 need `iops` (EC2 refuses the volume without).";
    VOLUME_IOPS: Warning "volume-iops"
        "provisioned operations per second fit the volume's type"
        "gp3 volumes take 3000 to 80000, io1 and io2 need them, and the other types ignore them (machine-api-provider-aws sends them for io1, io2 and gp3 only). The upper limit rises over the years, so this is a warning.";
    OWNER_TAG: Error "owner-tag"
        "machines are tagged as of their own cluster"
        "Every AWS resource of a cluster carries the tag `kubernetes.io/cluster/<infrastructure name>`. A provider spec with the tag of another cluster was copied from there: its subnets, security groups and instance profile do not exist here (\"no security group found\"), and the other cluster's uninstaller would delete the machines.";
    EDGE_ZONE: Warning "edge-zone"
        "a pool is in an availability zone of its region"
        "Local Zones and Wavelength Zones offer few instance types, hardly any with GPUs, and gp2 volumes only in many of them. A machine of a type that the zone lacks fails at once and is not retried.";
    RESERVATION_ZONES: Error "reservation-zones"
        "a capacity reservation is used in its own zone only"
        "Capacity reservations and capacity blocks are made in one Availability Zone (EC2 guide, \"Create a Capacity Reservation\"). Of a pool over several zones the machines of all others never start. Name the zone of the reservation in `spec.zones`.";
    PLACEMENT_GROUP_ZONES: Warning "placement-group-zones"
        "a cluster placement group is used in one zone only"
        "A placement group of strategy cluster cannot span Availability Zones (EC2 guide, \"Placement strategies\"); the first machine decides its zone, and EC2 refuses those of others. What strategy a group has is not known here, so this is a warning; with a partition it is partition, which may span zones.";
    ROOT_DEVICE_UNCLEAR: Error "root-device-unclear"
        "`rootVolume` changes one device of the worker"
        "The block device without a name is the root volume; else the one that is called `/dev/xvda`, as by images of RHCOS, or `/dev/sda1`. When several are, what the image calls its root device decides, which no object of the cluster says. Another device of the root's name would make EC2 refuse the machine.";
    PLACEMENT_PARTITION: Error "placement-partition"
        "a placement group partition names its group"
        "The Machine API's webhook: `placementGroupPartition` is 1 to 7 and needs `placementGroupName`.";
    EFA_UNSUPPORTED: Error "efa-unsupported"
        "EFA is asked for on types that have it"
        "EC2 refuses to start a machine with an Elastic Fabric Adapter on a type without one: the set stays at 0 machines. Known are the types of the catalogue that DescribeInstanceTypes lists without EFA (by way of the instance types that aws/karpenter-provider-aws documents); of others nothing is said.";
    SUBNET_UNUSED: Warning "subnet-unused"
        "subnets are named of zones that the pool is in"
        "`network.subnets` says which subnet a zone gets. An entry of another zone does nothing: most likely the zone is misspelt, or it was taken out of `zones` and left here.";
    SUBNET_ID_MALFORMED: Warning "subnet-id-malformed"
        "what looks like a subnet id is one"
        "A subnet id is `subnet-` and 8 or 17 hexadecimal digits. Every other text is taken for the value of the subnet's tag `Name`; one that begins like an id is most likely an id that was cut off, and no subnet has that name: machines fail with \"no subnet found\".";
    SUBNET_OF_SEVERAL_ZONES: Error "subnet-of-several-zones"
        "every zone of a pool has a subnet of its own"
        "A subnet lies in one Availability Zone (VPC guide, \"Subnet basics\"), and AWS puts a machine where its subnet is: the sets of all other zones start their machines in that one, beside what their names and labels say. A filter by `tag:Name` may find one subnet per zone, so that only ids are compared.";
    EFA_SINGLE_CARD: Warning "efa-single-card"
        "EFA on multi-card instance types uses one card only"
        "The Machine API builds one network interface (machine-api-provider-aws instances.go), so p4d, p5 and p6 reach a fraction of their fabric bandwidth.";
}
