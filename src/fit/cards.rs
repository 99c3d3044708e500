//! The GPU that a pod gets of a machine.

use crate::catalog::{self, Card, Instance};

/// The card of a type, or why it is not known.
pub(crate) fn card_of(instance: &Instance) -> Result<Card, String> {
    if instance.fractional {
        return Err("it has a share of a GPU, whose memory is not in the catalogue".to_owned());
    }
    let board = instance.board();
    catalog::card(board).ok_or_else(|| format!("the memory of its GPU, {board}, is not known"))
}

/// The slice of a card that a pod gets with a profile of MIG.
pub(crate) fn slice(card: Card, profile: &str) -> Result<Card, String> {
    // `all-1g.10gb`, `1g.10gb`: what stands behind the dot is the slice's own memory, of which 3 % are not usable
    let size = profile
        .rsplit_once('.')
        .and_then(|(_, size)| size.strip_suffix("gb"));
    let size = size.and_then(|gib| gib.parse::<u32>().ok());
    let size =
        size.ok_or_else(|| format!("the profile {profile} does not say how large a slice is"))?;
    Ok(Card {
        usable_gib: f64::from(size) * 0.97,
        is_measured: false,
        ..card
    })
}
