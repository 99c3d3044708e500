//! Models of GPUs, as pools name them where no catalogue of instance types does: `models.tsv`, each row with its source.

use crate::problem::did_you_mean;

const MODELS: &str = include_str!("models.tsv");

/// GPUs of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gpu {
    pub count: u32,
    /// The model with its memory, as the tables have it; `None` when they do not know it.
    pub model: Option<&'static str>,
}

/// Why a model is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoModel {
    /// It is made with several sizes of memory.
    Several(Vec<&'static str>),
    /// No row has it; the closest one.
    Unknown(Option<&'static str>),
}

/// Models with their memory in GiB.
fn models() -> impl Iterator<Item = (&'static str, Option<u32>)> {
    let rows = MODELS.lines().skip(1).map(|row| row.split('\t'));
    rows.filter_map(|mut cells| Some((cells.next()?, cells.nth(1)?.parse().ok())))
}

/// The model of a name and a memory: `a100` of 80 GiB is `a100-80gb`.
pub(crate) fn model(name: &str, memory_gib: Option<u32>) -> Result<&'static str, NoModel> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("nvidia-").unwrap_or(&name);
    let is_called = |model: &str| {
        let rest = model.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-') && rest.ends_with("gb"))
    };
    let has =
        |memory: Option<u32>| memory_gib.is_none() || memory.is_none() || memory == memory_gib;
    let found: Vec<&'static str> = models()
        .filter(|(model, memory)| is_called(model) && has(*memory))
        .map(|(model, _)| model)
        .collect();
    match found[..] {
        [only] => Ok(only),
        [] => Err(NoModel::Unknown(did_you_mean(
            name,
            models().map(|(model, _)| model),
        ))),
        _ => match found.iter().find(|model| **model == name) {
            Some(exact) => Ok(exact),
            None => Err(NoModel::Several(found)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_by_name_and_memory() {
        assert_eq!(model("T4", None), Ok("t4"));
        assert_eq!(model("nvidia-l40s", Some(48)), Ok("l40s"));
        assert_eq!(model("a100", Some(80)), Ok("a100-80gb"));
        assert_eq!(model("a100-40gb", None), Ok("a100-40gb"));
        let several = NoModel::Several(vec!["a100-40gb", "a100-80gb"]);
        assert_eq!(model("a100", None), Err(several));
        assert_eq!(model("l40x", None), Err(NoModel::Unknown(Some("l40"))));
        assert!(matches!(model("a100", Some(20)), Err(NoModel::Unknown(_))));
    }

    #[test]
    fn rows_are_sorted_and_complete() {
        let rows: Vec<&str> = MODELS.lines().skip(1).collect();
        assert!(rows.is_sorted_by_key(|row| row.split('\t').next()));
        for row in rows {
            assert_eq!(
                row.split('\t').filter(|cell| !cell.is_empty()).count(),
                4,
                "{row}"
            );
        }
    }
}
