//! Which cluster something is of.

use super::{InfraName, InvalidName};

/// A cluster, by its infrastructure name, or the one whose name nobody states: a run has at most one of these, so two
/// that are unknown are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClusterId(Option<InfraName>);

impl ClusterId {
    /// As the label of an object has it, which is empty or not there when nobody says.
    pub(crate) fn of_label(label: Option<&str>) -> Result<Self, InvalidName> {
        let label = label.filter(|label| !label.is_empty());
        label.map(InfraName::parse).transpose().map(Self)
    }

    /// Its infrastructure name, when that is known.
    pub(crate) fn name(&self) -> Option<&InfraName> {
        self.0.as_ref()
    }

    /// Whether it is the one that is known by this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name().is_some_and(|own| own == name)
    }
}

impl From<Option<&InfraName>> for ClusterId {
    fn from(name: Option<&InfraName>) -> Self {
        Self(name.cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_names_is_one_cluster_and_no_other() {
        let of = |label| ClusterId::of_label(Some(label));
        assert_eq!(of(""), Ok(ClusterId::default()));
        assert_eq!(ClusterId::of_label(None), of(""));
        assert_ne!(of("a-abc12"), of(""));
        assert!(of("${INFRA}").is_err());
        assert!(!ClusterId::default().is(""));
        assert!(of("a-abc12").is_ok_and(
            |id| id.is("a-abc12") && id < ClusterId::of_label(Some("b")).expect("a name")
        ));
    }
}
