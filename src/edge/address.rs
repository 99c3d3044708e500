//! Where the project lives, by Cargo.toml alone: what a report links to.

/// Stands for the owner as long as nobody has said who that is; no account of GitHub can have an underscore.
const NOT_SET: &str = "/owner_not_set/";

/// The repository of this build: `None` as long as it has no owner, since a link to nowhere helps nobody.
pub(super) fn repository() -> Option<&'static str> {
    set(env!("CARGO_PKG_REPOSITORY"))
}

fn set(address: &str) -> Option<&str> {
    (!address.is_empty() && !address.contains(NOT_SET)).then_some(address)
}

/// Where a rule is explained, in the words of this very version.
pub(super) fn of_rule(repository: &str, slug: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("{repository}/blob/v{version}/docs/reference/rules.md#{slug}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_no_address() {
        assert_eq!(set("https://github.com/owner_not_set/gpu-machineset"), None);
        assert_eq!(set(""), None);
        let address = "https://github.com/somebody/gpu-machineset";
        assert_eq!(set(address), Some(address));
        let link = of_rule(address, "zone-outside-region");
        assert!(
            link.ends_with("/docs/reference/rules.md#zone-outside-region"),
            "{link}"
        );
    }
}
