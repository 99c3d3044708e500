//! What a program gets of a GPU: memory that torch reports, and compute capability. `cards.tsv`, each row with its
//! source.

const CARDS: &str = include_str!("cards.tsv");

/// One GPU, as a program sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Card {
    /// Model with its memory, as instance types have it.
    pub model: &'static str,
    /// Memory that torch reports, in GiB: less than the data sheet says.
    pub usable_gib: f64,
    /// Major and minor.
    pub capability: (u32, u32),
    /// Whether the memory was read on such a card, and not estimated from the data sheet.
    pub is_measured: bool,
    /// Where the row's values come from.
    pub source: &'static str,
}

impl Card {
    /// Whether it cannot be cut by MIG: none with such a compute capability is among the supported GPUs of NVIDIA's MIG
    /// user guide. That one may be cut, its capability does not say.
    pub(crate) const fn lacks_mig(&self) -> bool {
        let (major, minor) = self.capability;
        major < 8 || major == 8 && minor > 0
    }
}

/// All of them, by model.
pub(crate) fn cards() -> impl Iterator<Item = Card> {
    CARDS.lines().skip(1).filter_map(read)
}

/// The card of a model.
pub(crate) fn card(model: &str) -> Option<Card> {
    cards().find(|card| card.model == model)
}

fn read(line: &'static str) -> Option<Card> {
    let mut cells = line.split('\t');
    let (model, usable, capability) = (cells.next()?, cells.next()?, cells.next()?);
    let (major, minor) = capability.split_once('.')?;
    Some(Card {
        model,
        usable_gib: usable.parse().ok()?,
        capability: (major.parse().ok()?, minor.parse().ok()?),
        is_measured: cells.next()? == "measured",
        source: cells.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn rows_are_read_sorted_and_complete() {
        let rows: Vec<Card> = cards().collect();
        assert_eq!(rows.len(), CARDS.lines().count() - 1);
        assert!(rows.is_sorted_by_key(|row| row.model));
        assert!(rows.iter().all(|row| row.source.contains("usable: ")));
    }

    /// `a100` and `v100` are made with two sizes each, and no source says which of them these types have.
    #[test]
    fn every_nvidia_type_of_the_catalogue_has_its_card() {
        for row in catalog::all().filter(catalog::Instance::is_nvidia) {
            let board = row.board();
            let is_known = card(board).is_some();
            assert_eq!(
                is_known,
                !["a100", "v100", "h100"].contains(&board),
                "{board}"
            );
        }
    }
}
