//! What vLLM measured, beside what the formula says: `measured.tsv`, each row with its source.

use super::{Ask, memory};
use crate::catalog::{self, Card};
use crate::types::Version;

const MEASURED: &str = include_str!("measured.tsv");

/// One start of vLLM.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub model: &'static str,
    pub card: &'static str,
    pub gpus: u32,
    /// GiB of KV cache that vLLM found.
    pub found: f64,
    /// GiB of KV cache that the formula says.
    pub computed: f64,
    /// The difference, in percent of the card.
    pub error_percent: f64,
    /// Whether constants of the formula were fitted on it, so that it proves less.
    pub is_fitted: bool,
    pub source: &'static str,
}

/// All of them.
pub(crate) fn measured() -> impl Iterator<Item = Measured> {
    MEASURED.lines().skip(1).filter_map(read)
}

fn read(line: &'static str) -> Option<Measured> {
    let mut cells = line.split('\t');
    let (model, card, usable) = (cells.next()?, cells.next()?, cells.next()?);
    let ask = Ask {
        model: catalog::served_model(model).ok()?,
        card: Card {
            model: card,
            usable_gib: usable.parse().ok()?,
            capability: (9, 0),
            is_measured: true,
            source: "",
        },
        gpus: cells.next()?.parse().ok()?,
        slices: 1,
        vllm: Version(0, 13),
        max_len: None,
        max_num_seqs: None,
        utilization: Some(cells.next()?.parse().ok()?),
        fp8_cache: false,
    };
    let found: f64 = cells.next()?.parse().ok()?;
    let computed = memory::of(&ask).ok()?.cache;
    Some(Measured {
        model,
        card,
        gpus: ask.gpus,
        found,
        computed,
        error_percent: (computed - found) / ask.card.usable_gib * 100.0,
        is_fitted: cells.next()? == "y",
        source: cells.next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_is_as_good_as_it_says() {
        assert_eq!(measured().count(), MEASURED.lines().count() - 1);
        for row in measured() {
            let name = (row.model, row.card, row.gpus);
            assert!(row.error_percent.abs() <= 5.0, "{name:?}: {row:?}");
            if row.is_fitted {
                assert!((row.computed - row.found).abs() <= 0.2, "{name:?}: {row:?}");
            }
        }
    }
}
