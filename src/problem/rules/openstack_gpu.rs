//! Rules about GPUs of OpenStack: what an OpenStackGpu says, and OpenStack's objects in the input.

super::rules! {
    RELEASE_MISSING: Error "os-release-missing"
        "the release of OpenStack is known where a control plane is made"
        "Fields of an OpenStackControlPlane came and went: `messagingBus` is no field before feature release 5, and its predecessors are rewritten by the webhook from then on, so that Argo CD is never in sync. An OpenStackVersion, or the ClusterServiceVersion that the operator is installed in, says it where its version is that of a public build, 0.N; which feature release a number of the product is, no source says.";
    FACTS_INLINE: Error "os-facts-inline"
        "an OpenStackGpu names its cluster, and holds no facts"
        "All that it needs of a cluster are the nodes of its volumes, which have a field of their own.";
    UNKNOWN_GPU: Error "os-unknown-gpu"
        "the PCI id of every GPU is known"
        "Nova knows cards by vendor and device id. A model may be made as several boards, each with an id: an alias of another one finds no host, and no log says so.";
    DEVICE_TYPE: Error "os-device-type"
        "the type of a device is what Nova sees on the compute node"
        "Nova compares `device_type` with what libvirt reports (nova/virt/libvirt/host.py: the capability `virt_functions`, which is there when sriov_totalvfs is above 0). A card with SR-IOV is `type-PF` on bare metal even when no function is made; within a virtual machine QEMU hides the capability, and the same card is `type-PCI`. With the wrong one the answer is `No valid host`, and no log names the alias.";
    DEVICE_TYPE_DOUBTFUL: Warning "os-device-type-doubtful"
        "a type that is not usual for the card comes with what the host is"
        "The usual type on bare metal is in the table of cards. In a lab, where the compute node is a virtual machine, it is `type-PCI`: `host: nested` says so, and then no type has to be written.";
    DEVICE_TYPE_UNKNOWN: Error "os-device-type-unknown"
        "what Nova takes a card for is known or written"
        "Cards with displays have SR-IOV in one display mode and none in the other, and of a card that is not in the table nobody knows. Nova 2023.1 needs `device_type` in every alias of a name.";
    DEVICE_TYPE_ASSUMED: Info "os-device-type-assumed"
        "a type that no source shows is looked at on a host"
        "For some cards the table says `type-PF` since they have SR-IOV for vGPUs, and nobody has published what Nova says of one on bare metal.";
    ALIAS_MULTIPLE: Error "os-alias-multiple"
        "an alias is one kind of card"
        "With `pci_in_placement` a request of an alias with several specifications fails: in Nova 2023.1 as a bare ValueError whenever a virtual machine starts (nova/objects/request_spec.py). Cards of several ids are one kind by a resource class.";
    PF_AND_VF: Error "os-pf-and-vf"
        "cards of one id are of one type"
        "nova-compute does not start when a card and its functions are both in `device_spec`, and a card is one of them to every host.";
    CIDR: Error "os-cidr"
        "networks, ranges and addresses fit together"
        "The webhook of NetConfig compares networks as texts: 172.17.0.0/24 within 172.16.0.0/12 passes, and so do ranges that share an address (infra-operator apis/network/v1beta1/netconfig_webhook.go). Whereabouts, MetalLB and the NetConfig each give out addresses of the same network and do not know of each other.";
    SERVICE_NEEDS: Error "os-service-needs"
        "every service has what it needs"
        "The webhook refuses some services without what they need (openstack-operator api/core/v1beta1/openstackcontrolplane_webhook.go) and lets others wait for ever: Designate for its network, Octavia for its. A control plane of the input that is completed is held against the same table: a section that is absent is off, one without `enabled` is as its schema says. One without `secret` and `storageClass` is a part, a patch perhaps, and what it does not say is not judged; nor are networks, where the input has none.";
    IMAGE_BACKEND: Error "os-image-backend"
        "images have a place"
        "A Glance with replicas and no backend is refused, and one on Swift is taken while Swift is off: no image can be stored then, and no virtual machine starts. An API of type `split`, which is the default, is refused with files too, since each of its pods would have its own (glance-operator api/v1beta1/glance_webhook.go).";
    STORAGE_NODES: Error "os-storage-nodes"
        "the nodes that hold volumes are known"
        "A local volume is on one node, which it finds by the label `kubernetes.io/hostname`. That label may differ from the name of the node.";
    NODE_UNKNOWN: Error "os-node-unknown"
        "a node that holds volumes is there"
        "A volume whose node does not exist is never bound to a pod, and a claim that takes it waits for ever.";
    VOLUMES: Error "os-volumes"
        "volumes are as large as what claims them, in a folder that can be"
        "A claim takes a volume of its class that is at least as large. One of 10Gi (OVN, Glance, Swift) waits for ever beside volumes of 5G. Claims of the input are held against volumes of the input and of the facts, where no provisioner makes any, and so is what a control plane of the input asks for.";
    PV_PATHS: Error "os-pv-paths"
        "a local volume has a folder that is there, and has it alone"
        "The folder of a local volume is never made by kubelet: `DirectoryOrCreate` is of a hostPath. A Job that makes `pv1` beside volumes in `pv01` leaves nine of twenty pointing nowhere, as published manifests do, and one Job makes folders of one node. Volumes are of the whole cluster: two environments with the same folders write into each other's databases. Scripts of Jobs are read as far as they are loops over numbers and words; what a script makes otherwise is not judged, nor are folders where no Job makes any beside them.";
    PV_MANY_NODES: Warning "os-pv-many-nodes"
        "a claim that several nodes share is no folder of one node"
        "`ReadWriteMany` on a local volume lets a claim bind, and no more: its pods have to run on the node of the volume. With volumes of one node alone nobody notices.";
    CLAIM_SIZE: Warning "os-claim-size"
        "sizes for LVM Storage are multiples of 512 bytes"
        "TopoLVM refuses a size that is no whole number of sectors (install_yamls issue 747: 500M). Sizes with `Mi` and `Gi` always are.";
    STORAGE_CLASS: Warning "os-storage-class"
        "the StorageClass of databases and queues is there"
        "A claim of a class that is not there stays pending, and nothing of the control plane comes up. StorageClasses of the facts or of the input are taken for all that the cluster has; where none is seen, nothing is said.";
    TOO_FEW_VOLUMES: Warning "os-too-few-volumes"
        "there are as many volumes as claims"
        "Each replica of a database and of a message bus claims a volume, and so do the databases of OVN, Glance, Swift and the logs: 9 with one replica, 21 with three.";
    SHARED_OBJECT: Error "os-shared-object"
        "two OpenStacks of a cluster share no object"
        "Volumes, classes and pools of addresses are of the whole cluster. Two placeholders that make one of them take turns in overwriting it.";
    ONE_CONTROL_PLANE: Error "os-one-control-plane"
        "a namespace has one OpenStackControlPlane"
        "The webhook refuses a second one (openstack-operator api/core/v1beta1/openstackcontrolplane_webhook.go). One that stands in the input is completed in its place, and none is made.";
    NAMESPACE: Error "os-namespace"
        "an object of OpenStack says its namespace"
        "Manifests for kustomize often have none. A control plane, a NodeSet, a NetConfig or an OpenStackVersion without one is taken for that of no namespace, and a second control plane beside it would be made, which the webhook refuses.";
    CELLS_UNKNOWN: Error "os-cells-unknown"
        "the cells of a control plane are written where their conductors are completed"
        "Cells that are not written are made by the operator, and what is not written cannot be completed: two cells that somebody guesses may not be those that are there.";
    COMPLETED: Info "os-completed"
        "an OpenStackControlPlane or a NodeSet of the input gets what GPUs need"
        "Lines are added to the texts of settings for the API, the scheduler and the conductors; a NodeSet gets kernel arguments, and the services that bind the cards and tell Nova of them. What is there keeps its bytes, its comments and its order, and a line that is there already is not written again.";
    UNKNOWN_FIELD: Error "os-unknown-field"
        "an object of OpenStack has the fields of its kind"
        "Some fields stand in manifests that are published, and are fields of no release. A server-side apply refuses them, as Argo CD does it; a client-side one drops them, so that what they ask for never happens.";
    UNKNOWN_FIELD_DROPPED: Warning "os-unknown-field-dropped"
        "an object of OpenStack has no field that does nothing"
        "`passwordSelectors` of Aodh, `ipaddr` of logging and `label` of an OpenStackDataPlaneService stand in most manifests that are published, and are fields of no release. A server-side apply refuses them, as Argo CD does it where it is told to; a client-side one drops them, and nothing changes.";
    BUS_FIELD: Error "os-bus-field"
        "message buses are named in the form of the release"
        "`messagingBus` is a field from feature release 5 on. Before it cells say `cellMessageBusInstance`.";
    BUS_FIELD_OLD: Warning "os-bus-field-old"
        "message buses are named in the form that the webhook keeps"
        "From feature release 5 on the webhook moves `cellMessageBusInstance` to `messagingBus.cluster` and clears it. Whoever declares the old form differs from what is stored for ever.";
    SECTION_ABSENT: Warning "os-section-absent"
        "a section that compute nodes need is there"
        "A section of an OpenStackControlPlane that is absent is stored as `enabled: false`, whatever its schema says of one that is there. Without DNS, absent or off, compute nodes find no name of the control plane.";
    ONE_NET_CONFIG: Error "os-one-netconfig"
        "a namespace has one NetConfig"
        "The webhook refuses a second one (infra-operator apis/network/v1beta1/netconfig_webhook.go).";
    DRIFT: Warning "os-drift"
        "nothing is left out that the webhook adds within a list"
        "Argo CD and kubectl compare the lists of a custom resource whole. What a webhook adds to an element differs from what is declared at every sync.";
    VERSION_NAME: Error "os-version-name"
        "an OpenStackVersion has the name of its control plane"
        "The operator finds it by that name and refuses another. It makes one by itself where none is.";
    SECRET_KEYS: Error "os-secret-keys"
        "the Secret of the passwords has a key for every service that is on"
        "A service whose key is missing waits for it and says so nowhere but in its own status. Keys are those of the operators' own defaults (passwordSelectors).";
    SECRET_DEFAULT: Error "os-secret-default"
        "no password is one that everybody knows"
        "install_yamls writes the same passwords and keys into every lab, and they are published. Passwords that change later do not reach every service.";
    SECRET_IN_GIT: Warning "os-secret-in-git"
        "passwords do not stand beside manifests"
        "What is rendered is committed and reviewed. An ExternalSecret or a SealedSecret names a password without its value.";
    OPTION_CONFLICT: Error "os-option-conflict"
        "no setting is there with another value than GPUs need"
        "A value that somebody wrote is never overwritten: it may be right, and what is asked for wrong.";
    DATAPLANE_ISOLATED: Error "os-dataplane-isolated"
        "compute nodes reach the control plane"
        "Without networks of their own OVN's databases, the message buses and the APIs have addresses within the cluster alone, and the NodeSet names a network attachment `ctlplane` that is not there.";
    ALIAS_UNKNOWN: Error "os-alias-unknown"
        "an alias that a node or a flavor names is one of the GPUs"
        "Nova refuses a flavor with an alias that it does not know, and a card of a node that no alias means is never given away.";
    DEVICE_TWICE: Error "os-device-twice"
        "a card has one alias"
        "Nova gives a card away once. Under two aliases Placement counts it twice, and the second virtual machine does not start.";
    MANY_GPUS: Warning "os-many-gpus"
        "Placement lists enough candidates for a node with many GPUs"
        "Each GPU of a node is a resource provider of its own. With more than 8 equal ones the candidates of a request pass the limit, and nodes are left out of it (nova doc: pci passthrough, limitations).";
    CPU_SETS: Error "os-cpu-sets"
        "a processor is shared or dedicated"
        "nova-compute does not start when `cpu_shared_set` and `cpu_dedicated_set` have a processor in common.";
    CPU_ISOLATION: Warning "os-cpu-isolation"
        "processors of virtual machines are those that the kernel leaves alone"
        "`cpu_dedicated_set` of Nova pins virtual machines, and `edpm_tuned_isolated_cores` keeps the kernel and services off processors. One that is pinned and not isolated is shared with the host, and one that is isolated and not dedicated does nothing: published examples isolate 4-23 and dedicate 8-23.";
    KERNEL_ARGS: Error "os-kernel-args"
        "kernel arguments are those that GPUs need"
        "Without the IOMMU no card can be passed on, and a card that vfio-pci does not bind at the start belongs to another driver. An argument that somebody wrote is never overwritten.";
    FLAVOR: Error "os-flavor"
        "a flavor can be given to a virtual machine"
        "A flavor with more GPUs than any node has is never scheduled: `No valid host`.";
    FLAVOR_COMMAND: Info "os-flavor-command"
        "flavors are made by commands"
        "Flavors are in OpenStack's database. The operators have no object for them, so that the command is printed and not rendered.";
    DISCOVER_HOSTS: Info "os-discover-hosts"
        "new compute nodes are made known to a cell"
        "Up to feature release 6 nothing looks for new compute nodes (nova-operator issues 487, 519, 558): until the command runs, no virtual machine goes there.";
    RESTART_DUE: Warning "os-restart-due"
        "other kernel arguments come with a run that restarts the compute nodes"
        "A run writes them for the next start, and restarts only nodes that were no compute nodes before: the marker of edpm-ansible's role edpm_kernel comes with the first entry of grub alone (issues 610, 646, 648). Until somebody starts the nodes anew, Git and the nodes differ, and nothing shows it.";
    REBOOT: Warning "os-reboot"
        "compute nodes restart when nobody needs them"
        "Kernel arguments count from a start on, and no usual run restarts a node that is a compute node already (edpm-ansible, role edpm_reboot: strategy auto). With `deployed: true` the run does, and what runs on the node stops.";
    NODE_SET: Error "os-nodeset"
        "a NodeSet fits its control plane and networks"
        "The webhook takes a NodeSet without a network `ctlplane`, with networks that no NetConfig has, or with TLS unlike that of the control plane; its nodes then never come up.";
    SERVICES_ORDER: Error "os-services-order"
        "services of a NodeSet are there, each once, in an order that works"
        "Kernel arguments are written by `bootstrap`, cards are bound by `vfio-pci-bind`, and both count from the start in `reboot-os` on. Of two services of one type the operator drops the later one without a word (openstack-operator, internal/dataplane/service.go).";
    SERVICE_UNKNOWN: Warning "os-service-unknown"
        "a service that a NodeSet or a run names is there"
        "Nobody asks for a service before it is run: Ansible stops where one is not there, on nodes that are half set up. The operator brings those of its folder config/services, each from a release on. Others may come from another repository, which the input does not show; so this is no error. What the cluster has, saved beside the facts, is believed.";
    RUN_NEEDED: Info "os-run-needed"
        "what a NodeSet of the input gets waits for a run"
        "Ansible runs for an OpenStackDataPlaneDeployment alone, once. Whoever wrote the NodeSet says when.";
    INI: Error "os-ini"
        "settings of Nova can be read"
        "oslo.config takes a line that begins with `[` for the header of a section, and refuses the whole file where it does not end with `]` (oslo_config/iniparser.py): a comment behind it, as `[pci] # ours`, keeps the service from starting. Looked at are the texts of Nova in a control plane, and those keys of ConfigMaps for compute nodes that end with `.conf`.";
    ALIAS_KEY: Error "os-alias-key"
        "aliases and device_spec have keys that Nova knows"
        "RHOSO 18 has Nova 2023.1 in every feature release. An alias with a key that it does not know breaks every flavor that names an alias; such a key of `device_spec` becomes a tag, and what was meant does not happen (nova/pci/request.py, nova/pci/devspec.py).";
    ALIAS_UNEQUAL: Error "os-alias-unequal"
        "an alias says the same in the API and on computes"
        "The API turns a flavor into a request by its alias, and a resize or a migration asks the compute for it again: unequal ones do not find the same cards.";
    SHARED_ID: Warning "os-shared-id"
        "device_spec means the cards that are meant"
        "A2 and A16 have one PCI id, and a vendor alone means all of its devices.";
    MDEV_OPTION: Error "os-mdev-option"
        "vGPU types are named by the option that Nova reads"
        "`mdev_enabled_types`, which published examples write, was never there; Nova reads `enabled_mdev_types`, and in 2023.1 its old name `enabled_vgpu_types` still (nova/conf/devices.py), and ignores the rest.";
    RESERVED_PAGES: Warning "os-reserved-pages"
        "reserved_huge_pages reserves huge pages"
        "`size` is in KiB: with `size:4` ordinary memory is reserved, and virtual machines find fewer huge pages than there seem to be.";
    CONFIG_KEY: Error "os-config-key"
        "files of Nova on a compute node do not overwrite each other"
        "All data sources of the services of one type land in one folder, by the names of their keys. Of two equal names one is lost, and a file that sorts before those of the operator is overruled by them.";
    PLACEMENT_HALF: Error "os-placement-half"
        "all parts of Nova ask Placement for GPUs, or none does"
        "The API writes what the scheduler asks for, and conductors do at a move. With half of them, cards are given away that Placement counts as free.";
    PLACEMENT_REPORTS: Warning "os-placement-reports"
        "all compute nodes report GPUs before the scheduler asks for them"
        "With `pci_in_placement` the scheduler sees only GPUs that Placement has. A compute node that does not report has none.";
    DEPLOYMENT_NAME: Warning "os-deployment-name"
        "a run names NodeSets that are there"
        "The operator takes an OpenStackDataPlaneDeployment that names a NodeSet which is not there, and it fails only when it runs.";
    BMH_SHARED: Error "os-bmh-shared"
        "a bare metal host is a machine of OpenShift or a compute node of OpenStack"
        "Both find hosts by labels, by default in `openshift-machine-api`. A host that both selectors mean goes to whoever is first.";
    HEALTH: Info "os-health"
        "Argo CD knows the health of OpenStack's objects"
        "Argo CD 3.2 has no check of any kind of openstack.org, nmstate.io or metal3.io: what it has no check of counts as healthy at once, and the next wave begins before this one is done. Looked at where the input has an Application into the namespace, and the ArgoCD or `argocd-cm` that delivers it.";
    HEALTH_STOPS: Error "os-health-stops"
        "a check of health does not stop the sync that brings the object"
        "A resource that is Degraded fails a sync at once, and one that is Progressing is waited for. `Ready` is `False` as long as services are set up, so that a check which calls that Degraded fails every first sync; and a NodeSet is `Ready` by an OpenStackDataPlaneDeployment, which comes in a later wave: its check has to look at `SetupReady`. Checks are read by their words; one that asks for a reason or a severity too is believed.";
    HEALTH_MANUAL: Warning "os-health-manual"
        "a Subscription whose updates wait for approval does not stop a sync"
        "The check of Argo CD up to 3.2 calls `UpgradePending` Progressing. With Manual approval that is the usual state of an operator that is pinned, and waves after it never begin.";
    POST_COPY: Warning "os-post-copy"
        "virtual machines with devices of their host are not moved by post-copy"
        "The operator's nova.conf permits post-copy (nova-operator, templates/nova/nova.conf: live_migration_permit_post_copy=true). It cannot move a device that is passed on by VFIO, a vGPU too: a migration that switches to it fails, and the virtual machine with it.";
    VGPU: Error "os-vgpu"
        "vGPUs are of one type on cards that have it"
        "NVIDIA's driver of the host makes vGPUs, so that nothing of what passes a card on whole belongs to them. `accel-drivers`, which installs it, came with feature release 5. All nodes of a NodeSet read one file: an address that has two types there keeps nova-compute from starting (nova/conf/devices.py).";
    VGPU_CLASS: Warning "os-vgpu-class"
        "flavors can choose between types of vGPUs"
        "A flavor asks for a resource class, `resources:VGPU=1`. Two types of one class are one to it, unless traits of a provider.yaml tell them apart.";
    VGPU_DRIVER: Warning "os-vgpu-driver"
        "the driver that makes vGPUs comes from somewhere"
        "The role edpm_accel_drivers installs nothing by default, and its variables were renamed from feature release 5 to 6. NVIDIA gives the driver of a host to its licensees alone, so that nobody else knows the URL. It may stand in a Secret of `ansibleVarsFrom` too.";
    VGPU_DRIVER_OWN: Info "os-vgpu-driver-own"
        "a NodeSet of the input installs the driver that makes vGPUs"
        "Which of its services does that, nobody but its owner knows when it is not `accel-drivers`.";
    VGPU_FUNCTIONS: Info "os-vgpu-functions"
        "virtual functions that have vGPUs come up at each start"
        "From Ampere on vGPUs are on virtual functions of a card, which `sriov-manage` switches on and a restart takes away. The role edpm_accel_drivers has a unit for it only where it manages MIG.";
    VGPU_FIRST_RUN: Info "os-vgpu-first-run"
        "a NodeSet whose vGPUs have no address yet gets the driver alone"
        "Types and addresses are names below `/sys/class/mdev_bus`, which is there when NVIDIA's driver of the host runs, and that driver comes with a run. A second run tells Nova of them.";
    TWO_KINDS: Info "os-two-kinds"
        "nodes with vGPUs and nodes with cards that are passed on whole have NodeSets of their own"
        "Services, kernel arguments and the files of Nova are of a NodeSet: a node without vGPUs gets NVIDIA's driver of the host all the same, and one without whole cards the arguments that bind them. That does no harm as long as ids and addresses mean the same on all of them.";
    VFIO_HOST_NEEDS: Warning "os-vfio-host-needs"
        "no card that the host needs is bound to vfio-pci"
        "`vfio-pci.ids` binds every card of an id at the start. NVIDIA's driver of the host does not get it then, and makes no vGPU of it.";
    BARE_METAL: Error "os-bare-metal"
        "a bare metal host has all that installing it needs"
        "A host is installed with address and gateway of the ctlplane (openstack-operator internal/dataplane/baremetal.go fails without a gateway), and its networks come out of a template that nobody but its owner knows. Without labels any available host of the namespace is taken, by default in `openshift-machine-api`, where those of OpenShift's machines are. Metal3 looks after hosts of other namespaces with `watchAllNamespaces` alone.";
    BMH_FEW: Warning "os-bmh-few"
        "there are as many bare metal hosts as nodes that become of them"
        "A NodeSet with fewer hosts than nodes installs none of them (openstack-baremetal-operator, `VerifyBaremetalSetScaleUp`). A host that has a consumer or an image, or is `externallyProvisioned`, is not taken. Hosts that are not in the input may be there all the same.";
    CLAIM_WAVE: Warning "os-pvc-wave"
        "no claim that waits for its first consumer stands in a wave before others"
        "With `WaitForFirstConsumer` a claim stays pending until a pod mounts it. For Argo CD that is progress without end: the next wave never starts.";
    SERVICE_NETWORK: Warning "os-service-network"
        "a network that a service of a control plane of the input needs is in the input"
        "Designate and Octavia wait for a NetworkAttachmentDefinition of their own. Beside a control plane that is there another repository may deliver it, which the input does not show; so this is no error. An input without any attachment says nothing of them.";
    SERVICE_TEMPLATE: Error "os-service-template"
        "a service that is on has what it needs to start"
        "`enabled: true` alone is refused by the webhook for barbican, heat and ironic: without a template the schema gives no defaults. What a template leaves out, the webhook and the operators fill in, as they do for all other services.";
}
