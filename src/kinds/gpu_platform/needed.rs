//! Operators that placeholders of other kinds do nothing without: implied as those of a pool are.

use crate::api::gpu_machine_set::FactsRef;
use crate::facts::Gathered;
use crate::kinds::Written;
use crate::krm::Split;
use crate::operator::{Installed, Operator};
use crate::problem::Place;
use crate::types::ClusterId;

/// What one placeholder needs.
pub(crate) struct Needed {
    /// Its cluster.
    pub(super) cluster: ClusterId,
    pub(super) operators: Vec<&'static Operator>,
    /// Its name.
    pub(super) place: Place,
}

impl Needed {
    /// `None` where nothing is needed, or nothing is known of a cluster: what it has may be all that is needed. What is
    /// wrong with the name of a cluster is said where the placeholder is planned.
    pub(crate) fn by(one: &dyn Written, splits: &[Split<'_>], gathered: &Gathered) -> Option<Self> {
        let operators = one.needs(splits);
        if operators.is_empty() || matches!(one.facts(), Some(FactsRef::Inline(_))) {
            return None;
        }
        let place = one.place("metadata.name");
        let facts = gathered.meant(one.facts(), place.clone()).ok()?;
        let infra = facts.infrastructure_name.as_ref();
        Some(Self {
            cluster: ClusterId::from(infra.map(|fact| &fact.value)),
            operators,
            place,
        })
    }
}

/// Those of a cluster that nothing shows, each once.
pub(super) fn missing(
    all: &[Needed],
    cluster: &ClusterId,
    installed: &Installed,
) -> Vec<&'static Operator> {
    let mut missing: Vec<&'static Operator> = Vec::new();
    let here = all.iter().filter(|one| one.cluster == *cluster);
    for operator in here.flat_map(|one| &one.operators) {
        let is_known = missing.iter().any(|known| known.id == operator.id);
        if !is_known && !installed.shows(operator) {
            missing.push(operator);
        }
    }
    missing
}
