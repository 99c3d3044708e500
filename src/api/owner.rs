//! Which placeholder an object was made from, as its annotation says: `GpuMachineSet/l4`.

use std::fmt;

use super::OurKind;
use crate::krm::{Document, Node};

/// Annotation on all that we make: its [`Owner`].
pub(crate) const FROM: &str = "gpu-machineset.dev/from";

const IMPLIED: &str = "implied";

/// What an object was made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// A placeholder.
    Placeholder {
        /// Its kind.
        kind: OurKind,
        /// Its name.
        name: String,
    },
    /// What the other placeholders of the input imply where nobody wrote one of this kind.
    Implied(OurKind),
    /// What the annotation says otherwise. Somebody made it of something, and not we.
    Unknown(String),
}

impl Owner {
    /// A placeholder of this kind and name. Of the kind that can be implied, one of that name cannot be told from it.
    pub(crate) fn new(kind: OurKind, name: &str) -> Self {
        if kind == OurKind::GpuPlatform && name == IMPLIED {
            return Self::Implied(kind);
        }
        Self::Placeholder {
            kind,
            name: name.to_owned(),
        }
    }

    /// What a document says that it was made from.
    pub(crate) fn of(document: &Document<'_>) -> Option<Self> {
        let text = document.annotation(FROM)?;
        Some(Self::from(text.as_str()))
    }

    /// What an object says that it was made from.
    pub(crate) fn of_node(object: &Node) -> Option<Self> {
        Some(Self::from(mark(object)?.text()?))
    }

    /// Whether it is of this kind, written or implied.
    pub(crate) fn is(&self, kind: OurKind) -> bool {
        match self {
            Self::Placeholder { kind: own, .. } | Self::Implied(own) => *own == kind,
            Self::Unknown(_) => false,
        }
    }

    /// The name of the pool, when it is one.
    pub(crate) fn pool(&self) -> Option<&str> {
        match self {
            Self::Placeholder { kind, name } if *kind == OurKind::GpuMachineSet => Some(name),
            _ => None,
        }
    }

    /// Whether nobody wrote it.
    pub(crate) fn is_implied(&self) -> bool {
        matches!(self, Self::Implied(_))
    }

    /// Kind and name, as they would stand in a document.
    pub(crate) fn kind_and_name(&self) -> (&str, &str) {
        match self {
            Self::Placeholder { kind, name } => (kind.name(), name),
            Self::Implied(kind) => (kind.name(), IMPLIED),
            Self::Unknown(text) => text.split_once('/').unwrap_or((text, "")),
        }
    }
}

/// Whether an object says that we made it, of whatever.
pub(crate) fn is_made(object: &Node) -> bool {
    mark(object).is_some()
}

fn mark(object: &Node) -> Option<&Node> {
    object.at(&["metadata", "annotations", FROM])
}

impl From<&str> for Owner {
    fn from(text: &str) -> Self {
        let known = text
            .split_once('/')
            .and_then(|(kind, name)| Some(Self::new(OurKind::called(kind)?, name)));
        known.unwrap_or_else(|| Self::Unknown(text.to_owned()))
    }
}

impl fmt::Display for Owner {
    /// As the annotation has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Unknown(text) = self {
            return f.write_str(text);
        }
        let (kind, name) = self.kind_and_name();
        write!(f, "{kind}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_annotation_says_is_said_again() {
        for text in [
            "GpuMachineSet/l4",
            "GpuMachineSet/",
            "GpuMachineSet/a/b",
            "GpuPlatform/gpu",
            "GpuPlatform/implied",
            "ClusterFacts/prod",
            "gpumachineset/l4",
            "GpuMachineSet",
            "Deployment/x",
            "",
            "/",
            "\u{1b}[31m",
        ] {
            assert_eq!(Owner::from(text).to_string(), text);
        }
    }

    #[test]
    fn only_kinds_of_ours_are_owners_by_kind() {
        let of = |text| Owner::from(text);
        assert_eq!(of("GpuMachineSet/l4").pool(), Some("l4"));
        assert!(of("GpuPlatform/gpu").is(OurKind::GpuPlatform));
        assert!(of("GpuPlatform/implied").is(OurKind::GpuPlatform));
        assert!(of("GpuPlatform/implied").is_implied() && !of("GpuPlatform/gpu").is_implied());
        for foreign in ["gpuplatform/gpu", "GpuPlatform", "Deployment/implied", ""] {
            let kinds = OurKind::ALL.into_iter();
            assert!(
                !kinds.into_iter().any(|kind| of(foreign).is(kind)),
                "{foreign}"
            );
            assert_eq!(of(foreign).pool(), None);
        }
        assert_eq!(of("Deployment/x").kind_and_name(), ("Deployment", "x"));
        // as the annotation reads it again
        assert_eq!(
            Owner::new(OurKind::GpuPlatform, "implied"),
            of("GpuPlatform/implied")
        );
    }
}
