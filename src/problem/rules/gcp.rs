//! Rules about the provider spec of Google Cloud.

super::rules! {
    ATTACHED_GPUS: Error "attached-gpus"
        "GPUs are attached to N1 machines, as many as there may be"
        "Types a2, a3, a4, g2 and g4 have their GPUs; to N1, and to no other family, a few older models can be attached, 1, 2, 4 or 8 of them. machine-api-provider-gcp fails every machine of another family that has `gpus`, which the Machine API's webhook takes.";
    PROJECT_MISSING: Error "project-missing"
        "a set names the project of its machines"
        "For machines with GPUs machine-api-provider-gcp asks for the machine types of `projectID`, and ends the whole machine controller on an error (computeservice.go): with no project no machine of any pool is made any more. It is taken from the worker, or from the Infrastructure.";
    MACHINE_TYPE_UNSUPPORTED: Error "machine-type-unsupported"
        "the cluster's release starts machines of the type"
        "machine-api-provider-gcp of 4.19 and 4.20 fails machines of a3-ultragpu with `Unsupported accelerator type`; 4.21 and later take them. Families that boot from Hyperdisk only (a3-ultragpu, a4, a4x, g4) need 4.16, whose webhook is the first that takes that disk.";
    BOOT_DISK_TYPE: Error "boot-disk-type"
        "machines boot from a disk of a type that their family takes"
        "pd-standard does not boot g2 and a3, no Persistent Disk boots a3-ultragpu, a4, a4x and g4, and Hyperdisk boots no n1, a2 and g2 (openshift/installer pkg/types/gcp/machinepools.go). What the worker has is replaced by itself where it does not fit.";
    DISK_KEY: Error "disk-key"
        "a disk's key is named in full"
        "A provider spec names key, ring, location and project of a Cloud KMS key apart; they are taken from its resource name.";
    LIVE_MIGRATION: Error "live-migration"
        "machines with GPUs stop when their host is maintained"
        "Compute Engine refuses a machine with GPUs whose `onHostMaintenance` is not Terminate (\"do not support live migration\"), and Migrate is its default. Terminate is written by itself; only an override says otherwise.";
    RESTART_POLICY: Error "restart-policy"
        "spot machines have no restart policy"
        "machine-api-provider-gcp fails preemptible and spot machines with `restartPolicy: Always`.";
    RESOURCE_LABELS: Error "resource-labels"
        "labels of machines are labels of Google Cloud"
        "Keys and values have at most 63 lower case letters, digits, `-` and `_`, keys begin with a letter, and there are 32 of users at most. The Machine API's webhook takes others, and every machine fails.";
    INSTANCE_NAME: Error "instance-name"
        "names of machines are names of instances"
        "A Machine is an instance of the same name, which begins with a letter and has no dots (RFC 1035).";
    GPU_DIRECT: Warning "gpu-direct"
        "pools of several a3 or a4 machines are for jobs of one machine each"
        "GPUDirect needs further network cards of a type of their own, in networks of their own, which no field of a provider spec can ask for: machines of such a pool reach each other over the ordinary network alone.";
    ARCHITECTURE_OF_SET: Warning "architecture-of-set"
        "the autoscaler knows the architecture of machines"
        "machine-api-provider-gcp writes amd64 for a4x, which is arm64: from zero the autoscaler starts no machine for pods that need arm64.";
}
