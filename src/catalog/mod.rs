//! What is known of the clouds' instance types: tables of facts, each row with its source. The tables are lint aids:
//! clouds add types every month, so an unknown type is a warning, never an error.
//!
//! The tables stay text in the binary. A look-up reads one line of 30 kB and nothing is parsed at the start.

mod cards;
pub(crate) mod dates;
pub(crate) mod kinds;
mod made_types;
mod models;
pub(crate) mod pci_devices;
mod runtimes;
mod served_models;

use std::fmt;

pub(crate) use cards::{Card, card, cards};
pub(crate) use made_types::{MadeType, MadeTypes};
pub(crate) use models::{Gpu, NoModel, model};
pub(crate) use runtimes::{Runtime, runtimes};
pub(crate) use served_models::{Attention, ServedModel, experts_of, served_model, served_models};

use crate::problem::did_you_mean;

const INSTANCES: &str = include_str!("instances.tsv");
const GPULESS: &str = include_str!("gpuless.tsv");

/// One instance type with GPUs (or what its cloud counts as such).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    /// Platform, as `Infrastructure.status.platformStatus.type` spells it.
    pub platform: &'static str,
    /// The type as the cloud spells it.
    pub name: &'static str,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory in MiB.
    pub memory_mib: u32,
    /// GPUs as the cloud's API counts them: 0 for some fractional types, 1 for others.
    pub gpus: u32,
    /// `amd64` or `arm64`.
    pub arch: &'static str,
    /// `nvidia`, `amd`, `habana`, `xilinx-fpga`.
    pub vendor: &'static str,
    /// Model of the GPU, lower case: `l4`, `a10g`, `h100`.
    pub model: &'static str,
    /// A share of a GPU (`g6f`, `gr6f`, `NV6ads_A10_v5`): no scaling from zero, or a count that is too high.
    pub fractional: bool,
    /// Where the row's values come from.
    pub source: &'static str,
}

/// Processors and memory of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Virtual CPUs.
    pub(crate) vcpu: u32,
    /// Memory in MiB.
    pub(crate) memory_mib: u32,
}

/// GPUs of types whose model does not say how much memory it has, which decides how they can be cut.
///
/// Sources: the tables of instance types of docs.aws.amazon.com/ec2 (accelerated computing): p4d A100 of 40 GB, p4de
/// A100 of 80 GB, p5 H100 of 80 GB.
const BOARDS: [(&str, &str); 4] = [
    ("p4d.24xlarge", "a100-40gb"),
    ("p4de.24xlarge", "a100-80gb"),
    ("p5.48xlarge", "h100-80gb"),
    ("p5.4xlarge", "h100-80gb"),
];

/// Memory of GPUs in GB, by model and memory or by model where it is made with one only.
///
/// Sources, of 2026-11-28: gpuhunt@3584151 `constraints.py`, NVIDIA/mig-parted@bd7160f4 `config-default.yaml`,
/// pciids@c1c1254.
const MEMORY: [(&str, u32); 25] = [
    ("a10", 24),
    ("a100-40gb", 40),
    ("a100-80gb", 80),
    ("a10g", 24),
    ("b200", 180),
    ("b300", 270),
    ("gb200", 186),
    ("h100-80gb", 80),
    ("h100-mega-80gb", 80),
    ("h200", 141),
    ("h200-141gb", 141),
    ("k80", 12),
    ("l4", 24),
    ("l40s", 48),
    ("m60", 8),
    ("p100", 16),
    ("p4", 8),
    ("p40", 24),
    ("rtx-pro-4500", 32),
    ("rtx-pro-6000", 96),
    ("rtx-pro-server-6000", 96),
    ("t4", 16),
    ("t4g", 16),
    ("v100-16gb", 16),
    ("v100-32gb", 32),
];

/// The GPU of a type for people, without its memory: `NVIDIA L4`.
pub(crate) fn model_title(instance: &Instance) -> String {
    let words = instance
        .model
        .split('-')
        .filter(|word| !word.ends_with("gb"));
    let words: Vec<String> = words.map(str::to_uppercase).collect();
    format!("{} {}", instance.vendor.to_uppercase(), words.join(" "))
}

/// The GPU of a type for people: `NVIDIA L4 24 GB`; without the memory where it is not known.
pub(crate) fn title(instance: &Instance) -> String {
    let title = model_title(instance);
    let memory = MEMORY.iter().find(|(board, _)| *board == instance.board());
    memory.map_or_else(
        || title.clone(),
        |(_, memory)| format!("{title} {memory} GB"),
    )
}

impl Instance {
    /// The processors and memory of one.
    pub(crate) fn size(&self) -> Size {
        Size {
            vcpu: self.vcpu,
            memory_mib: self.memory_mib,
        }
    }

    /// The GPUs of one.
    pub(crate) fn gpu(&self) -> Gpu {
        Gpu {
            count: self.gpus,
            model: Some(self.model),
        }
    }

    /// The model with its memory, where one is made with several.
    pub(crate) fn board(&self) -> &'static str {
        let known = BOARDS.iter().find(|(name, _)| *name == self.name);
        known.map_or(self.model, |(_, board)| board)
    }

    /// Whether the NVIDIA operator has work there.
    pub(crate) fn is_nvidia(&self) -> bool {
        self.vendor == "nvidia"
    }
}

impl fmt::Display for Instance {
    /// `g6.4xlarge: 1 x nvidia l4, 16 vCPU, 64 GiB, amd64`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        match (self.fractional, self.gpus) {
            (true, _) => write!(f, "a share of an {} {}", self.vendor, self.model)?,
            (false, gpus) => write!(f, "{gpus} x {} {}", self.vendor, self.model)?,
        }
        let gib = f64::from(self.memory_mib) / 1024.0;
        write!(f, ", {} vCPU, {gib} GiB, {}", self.vcpu, self.arch)
    }
}

/// The type of a platform by its exact name.
pub(crate) fn instance(platform: &str, name: &str) -> Option<Instance> {
    row(INSTANCES, platform, name).and_then(read)
}

/// The line of a table that begins with these two cells; the others are not parsed to find it.
fn row(table: &'static str, platform: &str, name: &str) -> Option<&'static str> {
    // the name alone is rarer than the line's start, and so found faster
    let cell = format!("\t{name}\t");
    let places = memchr::memmem::find_iter(table.as_bytes(), cell.as_bytes());
    let mut rows = places.filter_map(|at| {
        let (before, rest) = table.split_at_checked(at)?;
        let before = before.strip_suffix(platform)?;
        (before.ends_with('\n')).then_some((before.len(), platform.len() + rest.find('\n')?))
    });
    let (start, length) = rows.next()?;
    table.get(start..start + length)
}

/// All types of a platform, by name.
pub(crate) fn instances(platform: &str) -> impl Iterator<Item = Instance> {
    all().filter(move |instance| instance.platform == platform)
}

/// All types, by platform and name.
pub(crate) fn all() -> impl Iterator<Item = Instance> {
    INSTANCES.lines().skip(1).filter_map(read)
}

/// The platform that has an instance type of this name.
pub(crate) fn platform_of(name: &str) -> Option<&'static str> {
    let found = all().find(|instance| instance.name == name);
    found.map(|instance| instance.platform)
}

/// The type that was probably meant by `name`: equal but for case, dots, dashes, underscores or `Standard_`; else
/// the closest.
pub(crate) fn nearest(platform: &str, name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let same = |instance: &Instance| fold(instance.name) == folded;
    instances(platform)
        .find(same)
        .map(|instance| instance.name)
        .or_else(|| did_you_mean(name, instances(platform).map(|instance| instance.name)))
}

/// The types of a family that is written without a size: of `g6` on AWS.
pub(crate) fn types_of_family(platform: &str, family: &str) -> Vec<&'static str> {
    let is_of = |name: &&str| {
        name.strip_prefix(family)
            .is_some_and(|size| size.starts_with('.'))
    };
    instances(platform)
        .map(|instance| instance.name)
        .filter(is_of)
        .collect()
}

/// Why types of a family are known to have no NVIDIA GPU: the family, and the source that says so. `None` when nothing
/// is known.
pub(crate) fn without_gpu(platform: &str, family: &str) -> Option<(&'static str, &'static str)> {
    let mut cells = row(GPULESS, platform, family)?.splitn(4, '\t').skip(1);
    Some((cells.next()?, cells.nth(1)?))
}

/// What the processors of a family without GPUs run: `amd64` or `arm64`; `None` when it is not known.
pub(crate) fn architecture(platform: &str, family: &str) -> Option<&'static str> {
    let arch = row(GPULESS, platform, family)?.split('\t').nth(2)?;
    (arch != "-").then_some(arch)
}

/// Platforms as `Infrastructure.status.platformStatus.type` spells them, as far as there are types of them.
pub(crate) fn platforms() -> Vec<&'static str> {
    let mut platforms: Vec<&str> = all().map(|instance| instance.platform).collect();
    platforms.dedup();
    platforms
}

/// The default of the node label `cluster-api/accelerator`: vendor and model, `nvidia-l4`.
pub(crate) fn accelerator(instance: &Instance) -> String {
    format!("{}-{}", instance.vendor, instance.model)
}

fn fold(name: &str) -> String {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    let folded = letters(name);
    match folded.strip_prefix("standard") {
        Some(size) => size.to_owned(),
        None => folded,
    }
}

fn read(line: &'static str) -> Option<Instance> {
    let mut cells = line.split('\t');
    Some(Instance {
        platform: cells.next()?,
        name: cells.next()?,
        vcpu: cells.next()?.parse().ok()?,
        memory_mib: cells.next()?.parse().ok()?,
        gpus: cells.next()?.parse().ok()?,
        arch: cells.next()?,
        vendor: cells.next()?,
        model: cells.next()?,
        fractional: cells.next()? == "fractional",
        source: cells.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{InstanceType, LABEL_VALUE};

    #[test]
    fn every_row_is_found_by_its_name() {
        for row in all() {
            assert_eq!(instance(row.platform, row.name), Some(row));
        }
        for line in GPULESS.lines().skip(1) {
            assert_eq!(
                row(
                    GPULESS,
                    line.split('\t').next().unwrap(),
                    line.split('\t').nth(1).unwrap()
                ),
                Some(line)
            );
        }
        assert_eq!(
            (instance("AWS", "g6.4xlarg"), instance("WS", "g6.4xlarge")),
            (None, None)
        );
        assert_eq!(instance("Azure", "g6.4xlarge"), None);
    }

    #[test]
    fn a_family_without_a_size_has_its_own_types_only() {
        let types = types_of_family("AWS", "g6e");
        assert!(types.contains(&"g6e.xlarge") && types.iter().all(|name| name.starts_with("g6e.")));
        assert!(types_of_family("AWS", "g6e.xlarge").is_empty());
        assert!(types_of_family("AWS", "g").is_empty());
    }

    #[test]
    fn every_row_is_read_sorted_and_unique() {
        let rows: Vec<Instance> = all().collect();
        assert_eq!(rows.len(), INSTANCES.lines().count() - 1);
        for pair in rows.windows(2) {
            let key = |row: &Instance| (row.platform, row.name);
            assert!(key(&pair[0]) < key(&pair[1]), "{}", pair[1].name);
        }
        for line in INSTANCES.lines().chain(GPULESS.lines()) {
            assert!(
                !line.contains(['"', '\r']) && !line.ends_with(['\t', ' ']),
                "{line}"
            );
        }
    }

    /// Counts of the tables that the rows came from: AWS 78 and 5 fractional ones, Azure 92 without 8 of unknown memory,
    /// GCP 36, IBM Cloud 17 without its metal one.
    #[test]
    fn no_type_of_the_sources_is_missing() {
        let count = |platform| instances(platform).count();
        assert_eq!(platforms(), ["AWS", "Azure", "GCP", "IBMCloud"]);
        let counts = ["AWS", "Azure", "GCP", "IBMCloud"].map(count);
        assert_eq!(counts, [83, 84, 36, 16]);
    }

    #[test]
    fn values_are_possible() {
        for row in all() {
            let name = row.name;
            assert!((2..=1024).contains(&row.vcpu), "{name}");
            // in MiB: the smallest has 8 GiB, none has more than 8 TiB or less than 1 GiB per vCPU
            assert!((8192..=8_388_608).contains(&row.memory_mib), "{name}");
            assert!(row.memory_mib / row.vcpu >= 1024, "{name}");
            assert!(row.gpus <= 16 && (row.gpus > 0 || row.fractional), "{name}");
            assert!(["amd64", "arm64"].contains(&row.arch), "{name}");
            assert!(row.source.starts_with("sizes: ") && row.source.contains("; model: "));
            assert!(LABEL_VALUE.check(&accelerator(&row)).is_ok(), "{name}");
            assert!(InstanceType::parse(name).is_ok(), "{name}");
            assert_eq!(without_gpu(row.platform, name), None, "{name}");
        }
    }

    #[test]
    fn types_are_found_with_their_model() {
        let label = |name| instance("AWS", name).map(|row| accelerator(&row));
        let labels = [
            "g6.4xlarge",
            "g5.xlarge",
            "g6e.48xlarge",
            "p5.48xlarge",
            "g4dn.metal",
        ]
        .map(label);
        let expected = [
            "nvidia-l4",
            "nvidia-a10g",
            "nvidia-l40s",
            "nvidia-h100",
            "nvidia-t4",
        ];
        assert_eq!(labels, expected.map(|label| Some(label.to_owned())));
        let shown = instance("AWS", "g6.12xlarge").map(|row| row.to_string());
        assert_eq!(
            shown.as_deref(),
            Some("g6.12xlarge: 4 x nvidia l4, 48 vCPU, 192 GiB, amd64")
        );
        assert_eq!(instance("Azure", "g6.4xlarge"), None);
        assert!(instance("Azure", "Standard_NV6ads_A10_v5").is_some_and(|row| row.fractional));
        assert!(instance("AWS", "g6f.large").is_some_and(|row| row.fractional && row.gpus == 0));
        assert!(instance("AWS", "g4ad.xlarge").is_some_and(|row| !row.is_nvidia()));
    }

    #[test]
    fn slips_of_the_pen_find_their_type() {
        assert_eq!(nearest("AWS", "G6.4XLarge"), Some("g6.4xlarge"));
        assert_eq!(nearest("AWS", "g64xlarge"), Some("g6.4xlarge"));
        assert_eq!(nearest("AWS", "g6.12xlrage"), Some("g6.12xlarge"));
        assert_eq!(
            nearest("Azure", "nc24ads_a100_v4"),
            Some("Standard_NC24ads_A100_v4")
        );
        assert_eq!(nearest("GCP", "a2_highgpu_1g"), Some("a2-highgpu-1g"));
        assert_eq!(nearest("AWS", "something"), None);
    }

    #[test]
    fn every_family_without_a_gpu_has_its_source() {
        assert_eq!(
            without_gpu("AWS", "m6i").map(|(family, _)| family),
            Some("m6i")
        );
        for line in GPULESS.lines().skip(1) {
            assert_eq!(
                line.split('\t').filter(|cell| !cell.is_empty()).count(),
                4,
                "{line}"
            );
            let arch = line.split('\t').nth(2);
            assert!(matches!(arch, Some("amd64" | "arm64" | "-")), "{line}");
        }
    }
}
