//! Rules about the provider spec of OpenStack.

super::rules! {
    ROOT_VOLUME_SOURCE: Error "root-volume-source"
        "a root volume says what it is made from"
        "With a `rootVolume` machine-api-provider-openstack takes the image from `rootVolume.sourceUUID`, which is a name, and nothing from `image` (convert.go): a volume without it boots nothing. `rootVolume` of the pool moves the worker's image there by itself.";
    ROOT_VOLUME_ZONE: Warning "root-volume-zone"
        "root volumes are in a zone where machines have one"
        "Zones of block storage are a list of their own. Without one a volume is made in the default zone, and where the clouds of machines and volumes are split the machine cannot attach it.";
    SERVER_GROUP: Warning "server-group"
        "machines of a pool are not in the server group of workers"
        "The installer's group of workers may have hard anti-affinity (OCPBUGS-31050): then no two machines of it share a hypervisor, and GPU machines beyond the number of hypervisors are never scheduled. It also has a quota of members. A group that does not exist is made with soft anti-affinity.";
}
