//! CUDA of the driver that a channel of the operator installs.

use crate::types::Version;

/// Release of the operator and the newest CUDA of its driver, the newest first. Sources: certified-operators, heads of the
/// channels (v25.3: driver 570, v25.10: driver 580), and the table of drivers in NVIDIA's CUDA release notes; 2026-11-28.
const CUDA: [(Version, Version); 2] = [
    (Version(25, 10), Version(13, 0)),
    (Version(25, 3), Version(12, 8)),
];

/// The newest CUDA that pods may be built for; nothing of a channel that the table does not know.
pub(crate) fn cuda_of(channel: &str) -> Option<Version> {
    let release = Version::leading(channel.strip_prefix('v')?)?;
    let mut rows = CUDA.iter();
    rows.find(|(known, _)| *known == release)
        .map(|(_, cuda)| *cuda)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_of_the_table_have_a_cuda_and_others_none() {
        for (channel, cuda) in [
            ("v25.10", Some(Version(13, 0))),
            ("v25.3", Some(Version(12, 8))),
            ("v26.3", None),
            ("stable", None),
            ("25.3", None),
        ] {
            assert_eq!(cuda_of(channel), cuda, "{channel}");
        }
    }
}
