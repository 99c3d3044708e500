//! Rules about the provider spec of IBM Cloud.

super::rules! {
    SLOW_BOOT: Warning "slow-boot"
        "machines with eight GPUs boot in the time that the provider waits"
        "machine-api-provider-ibmcloud deletes a machine that runs and is no node after 15 minutes, and makes it again, once (OCPBUGS-1327). Profiles with eight GPUs take about that long. Those with H100, H200 and B300 boot from volumes of the first generation only.";
    TAGS_IGNORED: Warning "tags-ignored"
        "a pool counts on no tags on IBM Cloud"
        "`tags` is a field of the provider spec, and machine-api-provider-ibmcloud never sends it.";
}
