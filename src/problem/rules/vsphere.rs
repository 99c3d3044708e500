//! Rules about the provider spec of vSphere.

super::rules! {
    TEMPLATE_WITHOUT_GPU: Error "template-without-gpu"
        "a pool's template is another one than that of workers"
        "No field of a provider spec of vSphere asks for a PCI device, a vGPU profile, reserved memory or firmware: a clone has what its template has. The template of workers has no GPU; a pool needs one of its own, of the same image, with the device, all memory reserved and EFI firmware.";
    TEMPLATE_REPLACED: Warning "template-replaced"
        "the machine-config-operator leaves the template of a pool alone"
        "From OpenShift 4.22 on the machine-config-operator keeps boot images of vSphere up to date unless it is told otherwise. A template in the folder of the set's workspace it replaces by a plain one of the same name, and for one elsewhere it writes the workers' template into the set (vsphere_helpers.go): new machines then have no GPU. Argo CD's `ignoreDifferences` does not help. Leave the sets of pools out in `managedBootImages` of the MachineConfiguration `cluster`, and accept this warning.";
    WORKSPACE_OUTSIDE: Warning "workspace-outside"
        "machines are in a failure domain of the cluster"
        "With boot image updates (by choice in 4.21, by default from 4.22 on) the machine-config-operator looks for the failure domain of each set by server, datacenter, datastore, resource pool and virtual machine group of its workspace. Where it finds none, releases of 4.22 before the fix of OCPBUGS-115203 report the whole cluster as degraded, and later ones leave the set alone with a warning.";
}
