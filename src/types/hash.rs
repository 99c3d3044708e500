//! A short fingerprint of a text: it tells one from another by accident, not against somebody who wants them alike.

/// Fowler, Noll and Vo's hash: the same in every version of every program, which the standard library's is not. Who
/// could choose a file of the same hash could as well write the list that it stands in, so nothing stronger, and no
/// crate for it, would protect more.
pub(crate) fn fnv1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_is_the_published_one() {
        assert_eq!(fnv1a("".bytes()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("a".bytes()), 0xaf63_dc4c_8601_ec8c);
    }
}
