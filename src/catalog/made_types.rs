//! Types of machines that people make, and that no table can know: what an input says of them.

use super::{Gpu, Size};
use crate::problem::Place;

/// A type that somebody makes, as a flavor of OpenStack.
#[derive(Clone, Debug)]
pub(crate) struct MadeType {
    /// Platform that it is of, as `Infrastructure.status.platformStatus.type` spells it.
    pub(crate) platform: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// What it is made by: `OpenStackGpu rhoso1`.
    pub(crate) by: String,
    /// Processors and memory.
    pub(crate) size: Size,
    /// Its GPUs.
    pub(crate) gpu: Gpu,
    /// Where it stands.
    pub(crate) place: Place,
}

/// All of an input.
#[derive(Clone, Debug, Default)]
pub(crate) struct MadeTypes(Vec<MadeType>);

impl MadeTypes {
    /// The type of a platform by its name. Two clouds may have types of one name: where those differ, nothing is known.
    pub(crate) fn find(&self, platform: &str, name: &str) -> Option<&MadeType> {
        let mut found = self
            .0
            .iter()
            .filter(|one| one.platform == platform && one.name == name);
        let first = found.next()?;
        let is_same = |other: &MadeType| (other.size, other.gpu) == (first.size, first.gpu);
        found.all(is_same).then_some(first)
    }

    /// Names of those of a platform.
    pub(crate) fn names<'t>(&'t self, platform: &'t str) -> impl Iterator<Item = &'t str> {
        let of = self.0.iter().filter(move |one| one.platform == platform);
        of.map(|one| one.name.as_str())
    }
}

impl FromIterator<MadeType> for MadeTypes {
    fn from_iter<T: IntoIterator<Item = MadeType>>(types: T) -> Self {
        Self(types.into_iter().collect())
    }
}
