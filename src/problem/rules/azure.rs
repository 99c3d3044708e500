//! Rules about the provider spec of Azure.

super::rules! {
    IMAGE_SHAPE: Error "image-shape"
        "a set names one image, in a way that the provider reads"
        "Without an image the Machine API takes one of generation 1, which most GPU sizes do not start and which a cluster installed with 4.21 or later does not have. Its webhook refuses a `resourceID` beside a marketplace image, `type` included. machine-api-provider-azure puts the subscription before `resourceID`, so that it must begin with `/resourceGroups/`, and sends no plan of a paid image that has no `type: MarketplaceWithPlan`.";
    IMAGE_GENERATION: Error "image-generation"
        "size and image are of one hypervisor generation"
        "Most sizes with GPUs start images of generation 2 only, and a few old ones only those of generation 1: `cannot boot Hypervisor Generation '1'`. The installer's gallery holds both, and the right one is taken by itself; of a marketplace image, a managed image or one's own nobody knows the other.";
    CAPACITY_RESERVATION_GROUP: Error "capacity-reservation-group"
        "a capacity reservation of Azure is the id of its group"
        "The Machine API's webhook reads `capacityReservationGroupID` as an ARM id, `/subscriptions/../resourceGroups/../providers/Microsoft.Compute/capacityReservationGroups/..`; the group must hold a reservation for the size in each zone of the pool.";
    ACCELERATED_NETWORKING: Warning "accelerated-networking"
        "accelerated networking is asked of sizes that have it"
        "machine-api-provider-azure looks the size up and fails the machine when it has no accelerated networking (reconciler.go). Without an override it is decided by the size.";
    REGION_WITHOUT_ZONES: Warning "region-without-zones"
        "zones are named where the region has some"
        "In a region without zones the installer writes workers without one, and Azure refuses a machine that asks for one. Sizes with GPUs are often offered in some zones of a region only, which no object of the cluster says.";
    CONFIDENTIAL_SIZE: Error "confidential-size"
        "sizes of confidential machines are not used"
        "NCCads_H100_v5 has confidential machines only: they need a security type, an encrypted image and a driver in confidential mode, which this tool does not set.";
    SIZE_RETIRED: Warning "size-retired"
        "sizes that Azure has retired are not used"
        "Azure stops machines of retired sizes and gives no new ones. The list ages, so this is a warning.";
    INFINIBAND_SCOPE: Warning "infiniband-scope"
        "pools of several InfiniBand machines are for jobs of one machine each"
        "Machines of ND sizes reach each other over InfiniBand only within one availability set or scale set, and MachineSets know no scale set and no placement group.";
    RESOURCE_TAGS: Error "resource-tags"
        "tags fit into what Azure takes"
        "machine-api-provider-azure takes 45 tags, those of the Infrastructure included, and refuses keys that differ in case only.";
    PUBLIC_ADDRESS_NAME: Error "public-address-name"
        "the names of public addresses have less than 64 characters"
        "With `publicIP: true` machine-api-provider-azure makes an address that is called `<infrastructure name>-<machine>`, and fails the machine when that has 64 characters or more.";
    ARO_SET_NAME: Warning "aro-set-name"
        "on Azure Red Hat OpenShift names of sets hold the infrastructure name"
        "Its operator keeps two machines at least over all sets with the role worker whose name holds the infrastructure name, and adds them to the set that was changed last, which may be one with GPUs. A set of another name switches that check off (ARO-RP pkg/operator/controllers/machineset).";
    ARO_WORKER_REPLICAS: Warning "aro-worker-replicas"
        "a cluster of Azure Red Hat OpenShift has two workers beside its pools"
        "Its operator keeps two machines at least over all sets with the role worker, and adds what is missing to the set that was changed last: to the pool, when that was just applied (ARO-RP pkg/operator/controllers/machineset). Only the replicas of MachineSets that are there raw are counted.";
}
