//! The day on which each table of facts was taken from its sources. The tables age, and whoever reads what
//! came of them must be able to tell.

use std::fmt;

/// A table of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// What its rows are, as a person names them.
    pub of: &'static str,
    /// Where it stands, below `src/`.
    pub file: &'static str,
    /// The day, as `2026-11-22`.
    pub day: &'static str,
}

impl fmt::Display for Table {
    /// `instance types of 2026-11-22`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.of, self.day)
    }
}

/// Instance types with GPUs.
pub(crate) const INSTANCES: Table = Table {
    of: "instance types",
    file: "catalog/instances.tsv",
    day: "2026-11-28",
};

/// Channels of operators.
pub(crate) const CHANNELS: Table = Table {
    of: "channels",
    file: "operator/channels.tsv",
    day: "2026-11-22",
};

/// Families without GPUs.
pub(crate) const GPULESS: Table = Table {
    of: "families without GPUs",
    file: "catalog/gpuless.tsv",
    day: "2026-11-22",
};

/// Generations, networks and quotas of Azure's sizes.
pub(crate) const AZURE_SIZES: Table = Table {
    of: "sizes of Azure",
    file: "cloud/azure/sizes.tsv",
    day: "2026-11-28",
};

/// Models of GPUs.
pub(crate) const MODELS: Table = Table {
    of: "models of GPUs",
    file: "catalog/models.tsv",
    day: "2026-11-28",
};

/// Families of Google Cloud.
pub(crate) const GCP_FAMILIES: Table = Table {
    of: "families of Google Cloud",
    file: "cloud/gcp/families.tsv",
    day: "2026-11-28",
};

/// GPUs that are attached.
pub(crate) const GCP_ATTACHABLE: Table = Table {
    of: "GPUs that are attached",
    file: "cloud/gcp/attach.tsv",
    day: "2026-11-28",
};

/// Kinds of Kubernetes and OpenShift.
pub(crate) const KINDS: Table = Table {
    of: "kinds",
    file: "catalog/kinds.tsv",
    day: "2026-11-28",
};

/// Images that serve models; their sources were read in the month that ends on this day.
pub(crate) const RUNTIMES: Table = Table {
    of: "runtimes of models",
    file: "catalog/runtimes.tsv",
    day: "2026-08-31",
};

/// Models that people serve, read in the same month; what is peculiar to them (`traits`) was read on 2026-11-28.
pub(crate) const SERVED_MODELS: Table = Table {
    of: "models to serve",
    file: "catalog/served_models.tsv",
    day: "2026-08-31",
};

/// Memory that a program gets of a GPU, read in the same month.
pub(crate) const CARDS: Table = Table {
    of: "memory of GPUs",
    file: "catalog/cards.tsv",
    day: "2026-08-31",
};

/// Memory that vLLM measured, read in the same month.
pub(crate) const MEASURED: Table = Table {
    of: "measurements of vLLM",
    file: "fit/measured.tsv",
    day: "2026-08-31",
};

/// PCI ids of cards.
pub(crate) const PCI_DEVICES: Table = Table {
    of: "PCI ids of cards",
    file: "catalog/pci_devices.tsv",
    day: "2026-11-28",
};

/// All of them, those that age fastest first.
pub(crate) const ALL: [Table; 13] = [
    CHANNELS,
    INSTANCES,
    KINDS,
    GPULESS,
    AZURE_SIZES,
    MODELS,
    GCP_FAMILIES,
    GCP_ATTACHABLE,
    RUNTIMES,
    SERVED_MODELS,
    CARDS,
    MEASURED,
    PCI_DEVICES,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::hash::fnv1a;

    /// What each table was on its day: a table that changes takes a new day.
    const SEEN: [(&str, &[u8], u64); 13] = [
        (
            "2026-11-22",
            include_bytes!("../operator/channels.tsv"),
            0x5e82_b7d2_1922_7872,
        ),
        (
            "2026-11-28",
            include_bytes!("instances.tsv"),
            0xcb2e_1ad9_580a_ddf8,
        ),
        (
            "2026-11-28",
            include_bytes!("kinds.tsv"),
            0x353c_1724_cc1a_7a9c,
        ),
        (
            "2026-11-22",
            include_bytes!("gpuless.tsv"),
            0x4e19_6aec_ee20_b245,
        ),
        (
            "2026-11-28",
            include_bytes!("../cloud/azure/sizes.tsv"),
            0xbd11_87e7_bc44_653e,
        ),
        (
            "2026-11-28",
            include_bytes!("models.tsv"),
            0xf05c_2a93_7900_20d9,
        ),
        (
            "2026-11-28",
            include_bytes!("../cloud/gcp/families.tsv"),
            0xd3b9_76c2_fae7_9e7c,
        ),
        (
            "2026-11-28",
            include_bytes!("../cloud/gcp/attach.tsv"),
            0x7232_6167_8d23_d2a9,
        ),
        (
            "2026-08-31",
            include_bytes!("runtimes.tsv"),
            0x7a75_83ac_62d4_0036,
        ),
        (
            "2026-08-31",
            include_bytes!("served_models.tsv"),
            0xe939_71d0_9802_8109,
        ),
        (
            "2026-08-31",
            include_bytes!("cards.tsv"),
            0x91ae_447b_3f24_c264,
        ),
        (
            "2026-08-31",
            include_bytes!("../fit/measured.tsv"),
            0x38e3_c795_013d_2185,
        ),
        (
            "2026-11-28",
            include_bytes!("pci_devices.tsv"),
            0x3f00_a9d7_2198_1075,
        ),
    ];

    #[test]
    fn a_table_that_changed_has_a_new_day() {
        for (table, (day, bytes, sum)) in ALL.iter().zip(SEEN) {
            let now = fnv1a(bytes.iter().copied());
            assert!(
                (table.day, now) == (day, sum),
                "src/{} is not what it was on {day}: write the day on which its rows were compared with their sources \
                 into src/catalog/dates.rs, and here that day and {now:#018x}",
                table.file
            );
        }
    }
}
