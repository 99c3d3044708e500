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
    let is_capi = Version::parse(&installed.value).ok()?.at_least(4, 16);
    Some(if is_capi {
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

    #[test]
    fn names_are_those_of_the_installed_version_unless_they_are_stated() {
        let fact = |text: &str| Fact {
            value: text.to_owned(),
            origin: Rc::new(Origin {
                object: String::new(),
                path: String::new(),
                place: Place::default(),
            }),
        };
        let mut facts = ClusterFacts::default();
        assert_eq!(of(&facts), None);
        facts.installed_version = Some(fact("4.15.22"));
        assert_eq!(of(&facts), Some(Naming::Terraform));
        facts.installed_version = Some(fact("4.16.1"));
        assert_eq!(of(&facts), Some(Naming::Capi));
        facts.own.insert(FactName::Naming, fact("terraform"));
        assert_eq!(of(&facts), Some(Naming::Terraform));
    }
}
