//! What a card is on the PCI bus: its device id, and what Nova takes it for on bare metal. `pci_devices.tsv`, each row
//! with its evidence and source.

use crate::problem::did_you_mean;

const DEVICES: &str = include_str!("pci_devices.tsv");

/// NVIDIA's vendor id.
pub(crate) const NVIDIA: &str = "10de";

/// One board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PciDevice {
    /// Its name; a model may have several.
    pub board: &'static str,
    /// Its model, as `models.tsv` has it where that knows it.
    pub model: &'static str,
    /// PCI device id.
    pub product_id: &'static str,
    /// What Nova takes it for on bare metal; `None` where the display mode of the card decides.
    pub bare_metal: Option<&'static str>,
    /// Device id of its audio function, where one is known.
    pub audio_id: Option<&'static str>,
    /// What shows the type on bare metal; `None` where it follows from SR-IOV of the card alone.
    pub evidence: Option<&'static str>,
}

/// Why a board is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoDevice {
    /// The model has several boards.
    Several(Vec<PciDevice>),
    /// No row has it; the closest one.
    Unknown(Option<&'static str>),
}

/// All of them, by board.
pub(crate) fn devices() -> impl Iterator<Item = PciDevice> {
    DEVICES.lines().skip(1).filter_map(read)
}

/// The board of a name: its own, or that of its model with or without the memory.
pub(crate) fn device(name: &str) -> Result<PciDevice, NoDevice> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("nvidia-").unwrap_or(&name);
    if let Some(exact) = devices().find(|one| one.board == name) {
        return Ok(exact);
    }
    let is_called = |one: &PciDevice| {
        let rest = one.model.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let found: Vec<PciDevice> = devices().filter(is_called).collect();
    match found[..] {
        [only] => Ok(only),
        [] => Err(NoDevice::Unknown(did_you_mean(
            name,
            devices().map(|one| one.board),
        ))),
        _ => Err(NoDevice::Several(found)),
    }
}

/// The board of a device id of NVIDIA's. One id may be of two boards.
pub(crate) fn of_id(product_id: &str) -> impl Iterator<Item = PciDevice> {
    devices().filter(move |one| one.product_id == product_id)
}

fn read(line: &'static str) -> Option<PciDevice> {
    let mut cells = line.split('\t');
    let (board, model, product_id) = (cells.next()?, cells.next()?, cells.next()?);
    Some(PciDevice {
        board,
        model,
        product_id,
        bare_metal: cells.next().filter(|one| one.starts_with("type-")),
        audio_id: cells.next().filter(|id| !id.is_empty()),
        evidence: cells.next().filter(|said| *said != "-"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_sorted_and_complete() {
        let rows: Vec<PciDevice> = devices().collect();
        assert_eq!(rows.len(), DEVICES.lines().count() - 1);
        assert!(rows.is_sorted_by_key(|row| row.board));
        for row in &rows {
            assert_eq!(device(row.board), Ok(*row));
            assert!(
                crate::types::shape_of("pci-id")
                    .unwrap()
                    .check(row.product_id)
                    .is_ok()
            );
        }
        assert!(DEVICES.lines().all(|line| line.split('\t').count() == 7));
    }

    #[test]
    fn a_model_is_its_board_where_it_has_one() {
        assert_eq!(device("L4").map(|one| one.product_id), Ok("27b8"));
        assert_eq!(
            device("nvidia-h100-nvl").map(|one| one.product_id),
            Ok("2321")
        );
        assert!(matches!(device("a100-80gb"), Err(NoDevice::Several(both)) if both.len() == 2));
        assert!(matches!(device("a100"), Err(NoDevice::Several(all)) if all.len() == 4));
        assert_eq!(device("l44"), Err(NoDevice::Unknown(Some("l4"))));
        assert_eq!(of_id("25b6").count(), 2);
    }
}
