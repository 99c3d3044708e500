//! Boot disks by family of machine types (`families.tsv`), and GPUs that are attached to N1 (`attach.tsv`), each row with
//! its source.

const FAMILIES: &str = include_str!("families.tsv");
const ATTACHABLE: &str = include_str!("attach.tsv");

/// Disk types that machines of a type boot from, the first by preference; `None` for families that are not listed.
pub(super) fn boot_disks(machine_type: &str) -> Option<Vec<&'static str>> {
    let rows = FAMILIES.lines().skip(1).filter_map(|row| {
        let mut cells = row.split('\t');
        Some((cells.next()?, cells.next()?))
    });
    // a3-ultragpu is a3 with rules of its own
    let fitting = rows.filter(|(family, _)| machine_type.starts_with(family));
    let (_, disks) = fitting.max_by_key(|(family, _)| family.len())?;
    Some(disks.split('|').collect())
}

/// A GPU that can be attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attachable {
    /// As the provider spec names it: `nvidia-tesla-t4`.
    pub(super) name: &'static str,
    /// As the catalogue names it: `t4`.
    pub(super) model: &'static str,
    counts: &'static str,
}

impl Attachable {
    /// Whether that many can be attached to one machine.
    pub(super) fn takes(&self, count: &str) -> bool {
        self.counts.split(',').any(|one| one == count)
    }

    /// `1, 2 or 4`
    pub(super) fn counts(&self) -> String {
        let (most, last) = self.counts.rsplit_once(',').unwrap_or(("", self.counts));
        format!("{} or {last}", most.replace(',', ", "))
    }
}

/// All of them.
pub(super) fn attachable() -> impl Iterator<Item = Attachable> {
    ATTACHABLE.lines().skip(1).filter_map(|row| {
        let mut cells = row.split('\t');
        Some(Attachable {
            name: cells.next()?,
            model: cells.next()?,
            counts: cells.next()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_type_of_the_catalogue_boots_from_something() {
        for instance in catalog::instances("GCP") {
            assert!(boot_disks(instance.name).is_some(), "{}", instance.name);
        }
        let first = |name| boot_disks(name).and_then(|disks| disks.first().copied());
        assert_eq!(first("a3-ultragpu-8g"), Some("hyperdisk-balanced"));
        assert_eq!(first("a3-highgpu-8g"), Some("pd-ssd"));
        assert_eq!(boot_disks("n2-standard-4"), None);
    }

    #[test]
    fn what_is_attached_is_a_model_that_is_known() {
        assert_eq!(attachable().count(), 5);
        for one in attachable() {
            assert_eq!(catalog::model(one.model, None), Ok(one.model));
        }
        let t4 = attachable().find(|one| one.model == "t4").expect("t4");
        assert!(t4.takes("2") && !t4.takes("3") && t4.counts() == "1, 2 or 4");
    }
}
