//! Rules about the provider spec of Nutanix.

super::rules! {
    GPU_NAME: Error "gpu-name"
        "a pool on Nutanix names its GPU as Prism lists it"
        "Nutanix has no instance types: machine-api-provider-nutanix looks among the GPUs of the hosts for one that is free and has the name of an entry of `gpus`, by letter (`pkg/actuators/machine/utils.go`). Without an entry a machine starts, and has no GPU.";
}
