//! What must hold of every cloud.

pub(crate) mod nimbus;

use std::collections::BTreeSet;

use super::*;

#[test]
fn clouds_are_told_apart_by_platform_and_by_provider_spec() {
    let ids: BTreeSet<&str> = CLOUDS.iter().map(|cloud| cloud.profile().id).collect();
    let kinds: Vec<&str> = (CLOUDS.iter())
        .filter_map(|cloud| Some(cloud.profile().provider.as_ref()?.kind))
        .collect();
    let distinct: BTreeSet<&str> = kinds.iter().copied().collect();
    assert_eq!(ids.len(), CLOUDS.len());
    assert_eq!(distinct.len(), kinds.len());
    for cloud in CLOUDS {
        let profile = cloud.profile();
        assert_eq!(profile.example.platform, profile.id);
        assert!(
            profile.zones.fits(
                profile.example.zone.trim_matches('"'),
                profile.example.region
            ),
            "{}",
            profile.id
        );
        assert!(cloud.machine_api().is_none() || profile.provider.is_some());
    }
}

fn cloud(id: &str) -> &'static dyn Cloud {
    find(id).expect(id)
}

#[test]
fn types_without_a_gpu_are_known_by_their_family() {
    let family = |id, name| cloud(id).without_gpu(name).map(|(family, _)| family);
    assert_eq!(family("AWS", "m6i.xlarge"), Some("m6i"));
    assert_eq!(family("AWS", "inf2.xlarge"), Some("inf2"));
    assert_eq!(family("Azure", "Standard_D4s_v3"), Some("D"));
    assert_eq!(family("AWS", "g9.xlarge"), None);
    assert_eq!(family("Azure", "Standard_NC24ads_A100_v9"), None);
}

#[test]
fn architectures_of_types_with_and_without_gpus() {
    let known = ["m6i.xlarge", "m6g.4xlarge", "t4g.small", "im4gn.large"];
    let known = known.map(|name| cloud("AWS").architecture(name));
    assert_eq!(
        known,
        [Some("amd64"), Some("arm64"), Some("arm64"), Some("arm64")]
    );
    assert_eq!(cloud("AWS").architecture("g5g.xlarge"), Some("arm64"));
    assert_eq!(cloud("AWS").architecture("m99x.xlarge"), None);
    assert_eq!(cloud("Azure").architecture("Standard_D4s_v3"), None);
}
