//! How the installer named subnets and security groups.

use crate::api::cluster_facts::Naming;
use crate::cluster::{ClusterFacts, FactName};
use crate::types::Version;

/// What is written, else what follows from the version that the cluster was installed with (4.16 began to use Cluster
/// API). A cluster that was only upgraded to 4.16 keeps its old names, so the running version says nothing.
pub(crate) fn of(facts: &ClusterFacts) -> Option<Naming> {
    if let Some(stated) = facts.own(FactName::Naming) {
        return Some(match stated.value.as_str() {
            "capi" => Naming::Capi,
            _ => Naming::Terraform,
        });
    }
    let installed = facts.installed_version.as_ref()?;
    Some(if installed.value.version() >= Version(4, 16) {
        Naming::Capi
    } else {
        Naming::Terraform
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::cluster::{Fact, Origin};
    use crate::problem::Place;
    use crate::types::Release;

    #[test]
    fn names_are_those_of_the_installed_version_unless_they_are_stated() {
        let origin = Rc::new(Origin {
            object: String::new(),
            path: String::new(),
            place: Place::default(),
        });
        let installed = |text: &str| Fact {
            value: Release::parse(text).expect("a version"),
            origin: Rc::clone(&origin),
        };
        let mut facts = ClusterFacts::default();
        assert_eq!(of(&facts), None);
        facts.installed_version = Some(installed("4.15.22"));
        assert_eq!(of(&facts), Some(Naming::Terraform));
        facts.installed_version = Some(installed("4.16.1"));
        assert_eq!(of(&facts), Some(Naming::Capi));
        let value = "terraform".to_owned();
        let stated = Fact { value, origin };
        facts.own.insert(FactName::Naming, stated);
        assert_eq!(of(&facts), Some(Naming::Terraform));
    }
}
