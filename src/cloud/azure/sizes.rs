//! What decides of a size beside its GPUs: `sizes.tsv`, each row with its sources. A cell of `-` is not known.

const SIZES: &str = include_str!("sizes.tsv");

/// One size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Hypervisor generations that it starts images of: `1`, `2` or `1,2`.
    generations: &'static str,
    accelerated_networking: &'static str,
    rdma: &'static str,
    quota_family: &'static str,
    /// `retired`, `grid` (the licensed guest driver), `confidential`.
    note: &'static str,
}

impl Size {
    /// Whether images of a generation start; `None` when it is not known.
    pub(super) fn starts(&self, generation: &str) -> Option<bool> {
        let known = self.generations != "-";
        known.then(|| self.generations.split(',').any(|one| one == generation))
    }

    /// Whether it has accelerated networking; `None` when it is not known.
    pub(super) fn accelerates(&self) -> Option<bool> {
        match self.accelerated_networking {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    /// Whether its nodes can share an InfiniBand fabric.
    pub(super) fn has_fabric(&self) -> bool {
        self.rdma == "yes"
    }

    pub(super) fn is_retired(&self) -> bool {
        self.note == "retired"
    }

    pub(super) fn needs_guest_driver(&self) -> bool {
        self.note == "grid"
    }

    pub(super) fn is_confidential(&self) -> bool {
        self.note == "confidential"
    }
}

/// A size by its exact name.
pub(super) fn of(name: &str) -> Option<Size> {
    let mut rows = SIZES.lines().map(|line| line.split('\t'));
    let mut cells = rows.find_map(|mut cells| (cells.next() == Some(name)).then_some(cells))?;
    Some(Size {
        generations: cells.next()?,
        accelerated_networking: cells.next()?,
        rdma: cells.next()?,
        quota_family: cells.next()?,
        note: cells.next()?,
    })
}

/// The quota in vCPUs that a size counts against on demand. What spot machines count against is not known here.
pub(super) fn quota(name: &str, spot: bool) -> Option<&'static str> {
    let family = of(name)?.quota_family;
    (!spot && family != "-").then_some(family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn rows_are_sorted_complete_and_cover_the_catalogue() {
        let rows: Vec<&str> = SIZES.lines().skip(1).collect();
        assert!(rows.is_sorted());
        for row in &rows {
            let cells: Vec<&str> = row.split('\t').collect();
            assert!(
                cells.len() == 7 && cells.iter().all(|cell| !cell.is_empty()),
                "{row}"
            );
        }
        for instance in catalog::instances("Azure") {
            assert!(of(instance.name).is_some(), "{}", instance.name);
        }
    }

    #[test]
    fn generations_and_networks_are_those_of_the_size() {
        let size = |name| of(name).expect(name);
        assert_eq!(size("Standard_NC24ads_A100_v4").starts("1"), Some(false));
        assert_eq!(size("Standard_NC4as_T4_v3").starts("1"), Some(true));
        assert_eq!(size("Standard_NCC40ads_H100_v5").accelerates(), Some(false));
        assert_eq!(size("Standard_NC6").accelerates(), None);
        assert_eq!(
            quota("Standard_NC4as_T4_v3", false),
            Some("Standard NCASv3_T4 Family")
        );
    }
}
