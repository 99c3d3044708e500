//! What serves models, by release of OpenShift AI: `runtimes.tsv`, each row with its source.

const RUNTIMES: &str = include_str!("runtimes.tsv");

/// vLLM as a release of OpenShift AI ships it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Runtime {
    /// Release of OpenShift AI: `3.4`.
    pub release: &'static str,
    /// Version of vLLM.
    pub vllm: &'static str,
    /// Image for NVIDIA GPUs.
    pub image: &'static str,
    /// Image for CPU of x86, where it ships one.
    pub cpu: Option<&'static str>,
}

/// All releases, oldest first.
pub(crate) fn runtimes() -> impl Iterator<Item = Runtime> {
    RUNTIMES.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Runtime {
            release: cells.next()?,
            vllm: cells.next()?,
            image: cells.next()?,
            cpu: cells.next().filter(|cell| *cell != "-"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_is_one_of_a_digest() {
        assert_eq!(runtimes().count(), RUNTIMES.lines().count() - 1);
        for row in runtimes() {
            for image in [Some(row.image), row.cpu].into_iter().flatten() {
                let digest = image.split_once("@sha256:").map(|(_, digest)| digest);
                assert_eq!(digest.map(str::len), Some(64), "{}", row.release);
            }
        }
    }
}
