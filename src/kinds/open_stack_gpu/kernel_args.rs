//! Kernel arguments, merged token by token: what is there stays in its order, and nothing is overwritten.

/// An argument that is there with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    pub(super) wanted: String,
    pub(super) there: String,
}

/// Its key and value.
fn parts(token: &str) -> (&str, Option<&str>) {
    match token.split_once('=') {
        Some((key, value)) => (key, Some(value)),
        None => (token, None),
    }
}

/// The arguments with all that is wanted, each one token; `hugepages=` belongs to the `hugepagesz=` before it, and ids of
/// `vfio-pci.ids=` are a set.
pub(super) fn merged(there: &str, wanted: &[String]) -> Result<String, Vec<Conflict>> {
    let mut out = there.trim_end().to_owned();
    let mut conflicts = Vec::new();
    for (at, token) in wanted.iter().enumerate() {
        let size = at.checked_sub(1).and_then(|before| wanted.get(before));
        let size = size.filter(|size| size.starts_with("hugepagesz="));
        let (key, value) = parts(token);
        let found = match (key, size) {
            ("hugepages", Some(size)) => pages(&out, size),
            ("hugepagesz", _) => out
                .split_whitespace()
                .find(|one| same_size(one, token))
                .map(str::to_owned),
            _ => {
                let mut tokens = out.split_whitespace();
                tokens.find(|one| parts(one).0 == key).map(str::to_owned)
            }
        };
        let Some(found) = found else {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(token);
            continue;
        };
        let there = parts(&found).1;
        if key == "vfio-pci.ids" {
            let mut ids: Vec<&str> = there.unwrap_or_default().split(',').collect();
            ids.retain(|id| !id.is_empty());
            let missing = value.unwrap_or_default().split(',');
            let missing: Vec<&str> = missing.filter(|id| !ids.contains(id)).collect();
            if !missing.is_empty() {
                ids.extend(missing);
                out = with(&out, &found, &format!("{key}={}", ids.join(",")));
            }
        } else if there != value && !same_size(&found, token) {
            conflicts.push(Conflict {
                wanted: token.clone(),
                there: found,
            });
        }
    }
    if conflicts.is_empty() {
        Ok(out)
    } else {
        Err(conflicts)
    }
}

/// How many pages of a size there are: the token behind that of the size.
fn pages(arguments: &str, size: &str) -> Option<String> {
    let tokens: Vec<&str> = arguments.split_whitespace().collect();
    let at = tokens.iter().position(|one| same_size(one, size))?;
    let next = tokens.get(at + 1)?;
    (parts(next).0 == "hugepages").then(|| (*next).to_owned())
}

/// `1G` and `1GB` are one size to the kernel.
fn same_size(one: &str, other: &str) -> bool {
    let is_size = |key: &str| key.ends_with("hugepagesz");
    let size = |value: Option<&str>| value.map(|value| value.trim_end_matches('B').to_owned());
    let ((key, value), (other_key, other_value)) = (parts(one), parts(other));
    key == other_key && is_size(key) && size(value) == size(other_value)
}

/// With one token replaced where it first stands; the blanks stay.
fn with(arguments: &str, token: &str, new: &str) -> String {
    let mut out = String::new();
    let mut is_done = false;
    for part in arguments.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        if !is_done && word == token {
            is_done = true;
            out.push_str(new);
            out.push_str(part.get(word.len()..).unwrap_or_default());
        } else {
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wanted() -> Vec<String> {
        let tokens = "default_hugepagesz=1GB hugepagesz=1G hugepages=64 intel_iommu=on iommu=pt vfio-pci.ids=10de:26b9 rd.driver.pre=vfio-pci";
        tokens.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn what_is_missing_is_added() {
        assert_eq!(merged("", &wanted()).unwrap(), wanted().join(" "));
        let there = "quiet  default_hugepagesz=1G hugepagesz=2M hugepages=1024 vfio-pci.ids=10de:1eb8,10de:10f8 iommu=pt";
        let expected = "quiet  default_hugepagesz=1G hugepagesz=2M hugepages=1024 vfio-pci.ids=10de:1eb8,10de:10f8,10de:26b9 iommu=pt hugepagesz=1G hugepages=64 intel_iommu=on rd.driver.pre=vfio-pci";
        assert_eq!(merged(there, &wanted()).unwrap(), expected);
    }

    #[test]
    fn another_value_is_told_and_not_overwritten() {
        let said = merged("intel_iommu=off hugepagesz=1G hugepages=32", &wanted()).unwrap_err();
        let there: Vec<&str> = said.iter().map(|one| one.there.as_str()).collect();
        assert_eq!(there, ["hugepages=32", "intel_iommu=off"]);
    }

    proptest! {
        #[test]
        fn tokens_stay_in_their_order_and_twice_is_once(
            tokens in prop::collection::vec(prop_oneof![
                Just("quiet"), Just("intel_iommu=on"), Just("vfio-pci.ids=10de:26b9"), Just("console=ttyS0"), Just("a=b=c"),
                Just("hugepagesz=2M hugepages=4"), Just("default_hugepagesz=1G"),
            ], 0..8),
            gap in "[ ]{1,3}",
        ) {
            let there = tokens.join(&gap);
            let made = merged(&there, &wanted()).unwrap();
            prop_assert!(made.starts_with(there.trim_end()), "{made}");
            prop_assert_eq!(merged(&made, &wanted()).unwrap(), made.clone());
            for token in wanted() {
                prop_assert!(made.split_whitespace().any(|one| one == token || same_size(one, &token)), "{token} {made}");
            }
        }
    }
}
