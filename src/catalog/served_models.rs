//! Models that people serve, with what decides how much memory they take: `served_models.tsv`, each row with its source.

use crate::problem::did_you_mean;

/// The column of what is peculiar to a model, before those of experts: `default=4096`, `chunked`, `no-half`.
const TRAITS: usize = 21;

const MODELS: &str = include_str!("served_models.tsv");

/// How a model remembers the tokens of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attention {
    /// Each layer keeps keys and values of every token.
    Full,
    /// Some layers keep those of a window only.
    Window,
    /// Each layer keeps one compressed row per token, on every GPU.
    Latent,
    /// Some layers keep a state of fixed size, which no formula here knows.
    Hybrid,
    /// Nothing is kept from one token to the next.
    Encoder,
    /// No source says it, or the model is no transformer.
    Unknown,
}

/// One model. `None` stands for what no source says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ServedModel {
    /// Its name here and in commands.
    pub id: &'static str,
    /// Its repository on Hugging Face.
    pub hf_id: Option<&'static str>,
    /// `text`, `vision`, `embedding`, `guard`, `image`, `audio`, `document`.
    pub task: &'static str,
    /// What it takes when it is loaded, in GiB.
    pub weights_gib: Option<f64>,
    /// `file`, `measured`, `published`, or `formula` when it is computed from the dimensions.
    pub weights_from: &'static str,
    /// The type that its makers publish it in.
    pub dtype: &'static str,
    /// `fp8`, `int8`, `w4a16`, `awq`, `mxfp4`, `nvfp4`; `None` when it is not quantised.
    pub quant: Option<&'static str>,
    pub attention: Attention,
    pub hidden: Option<u32>,
    pub heads: Option<u32>,
    pub kv_heads: Option<u32>,
    pub intermediate: Option<u32>,
    pub vocab: Option<u32>,
    /// Tokens of the longest request that it was made for.
    pub max_len: Option<u32>,
    /// Tokens of the longest request when nobody asks for more, where vLLM makes a difference: LongRoPE.
    pub default_len: Option<u32>,
    /// Bytes that a token takes in all layers which keep every token.
    pub kv_bytes: Option<f64>,
    /// Tokens that the layers of a window keep.
    pub window: u32,
    /// Bytes that a token takes in all layers of a window.
    pub window_kv_bytes: f64,
    /// Number of parameters, as text: two rows of one number are variants of one model.
    pub params: &'static str,
    /// `v` its size is confirmed, `c` its dimensions are published, `u` neither.
    pub status: char,
    /// What else is to know.
    pub note: Option<&'static str>,
    /// Where the row's values come from.
    pub source: &'static str,
    /// Whether the layers of a window attend in chunks, which vLLM did not spare memory for at first.
    pub is_chunked: bool,
    /// Whether it does not compute in float16, and so in 32 bit on GPUs without bfloat16.
    pub no_half: bool,
    /// Whether its GPUs are on several machines, which takes memory of each as several GPUs of one do.
    pub is_spread: bool,
}

impl ServedModel {
    /// Rows of the same model in another format.
    pub(crate) fn variants(self) -> impl Iterator<Item = ServedModel> {
        let is_variant = move |other: &ServedModel| {
            let of = |one: &ServedModel| {
                (
                    one.params,
                    one.hidden,
                    one.heads,
                    one.vocab,
                    one.task,
                    one.max_len,
                )
            };
            other.id != self.id && self.params != "-" && of(other) == of(&self)
        };
        served_models().filter(is_variant)
    }
}

/// All of them, by name.
pub(crate) fn served_models() -> impl Iterator<Item = ServedModel> {
    MODELS.lines().skip(1).filter_map(read)
}

/// The model of a name, or of a repository on Hugging Face.
///
/// # Errors
/// The name that was probably meant.
pub(crate) fn served_model(name: &str) -> Result<ServedModel, Option<&'static str>> {
    let is_it = |model: &ServedModel| {
        let names = [Some(model.id), model.hf_id];
        let mut names = names.into_iter().flatten();
        names.any(|known| known.eq_ignore_ascii_case(name))
    };
    let nearest = || did_you_mean(name, served_models().map(|model| model.id));
    served_models().find(is_it).ok_or_else(nearest)
}

/// GiB of a model's weights that are experts, and of what is none, as far as it is loaded; `None` where nobody says it.
pub(crate) fn experts_of(model: &ServedModel) -> Option<(f64, f64)> {
    let mut lines = MODELS.lines().skip(1);
    let line = lines.find(|line| line.split('\t').next() == Some(model.id))?;
    let mut cells = line.rsplit('\t').map(|cell| cell.parse().ok());
    let (rest, experts) = (cells.next()??, cells.next()??);
    Some((experts, rest))
}

fn read(line: &'static str) -> Option<ServedModel> {
    let traits = line.split('\t').nth(TRAITS)?;
    let has = |name: &str| traits.split(' ').any(|one| one == name);
    let default = traits
        .split(' ')
        .find_map(|one| one.strip_prefix("default="));
    let mut cells = line.split('\t');
    let mut text = || cells.next();
    let known = |cell: &'static str| (cell != "-").then_some(cell);
    let number = |cell: &'static str| cell.parse().ok();
    Some(ServedModel {
        id: text()?,
        hf_id: known(text()?),
        task: text()?,
        weights_gib: text()?.parse().ok(),
        weights_from: text()?,
        dtype: text()?,
        quant: known(text()?),
        attention: match text()? {
            "full" => Attention::Full,
            "window" => Attention::Window,
            "latent" => Attention::Latent,
            "hybrid" => Attention::Hybrid,
            "encoder" => Attention::Encoder,
            _ => Attention::Unknown,
        },
        hidden: number(text()?),
        heads: number(text()?),
        kv_heads: number(text()?),
        intermediate: number(text()?),
        vocab: number(text()?),
        max_len: number(text()?),
        kv_bytes: text()?.parse().ok(),
        window: number(text()?).unwrap_or_default(),
        window_kv_bytes: text()?.parse().unwrap_or_default(),
        params: text()?,
        status: text()?.chars().next()?,
        note: known(text()?),
        source: text()?,
        default_len: default.and_then(|tokens| tokens.parse().ok()),
        is_chunked: has("chunked"),
        no_half: has("no-half"),
        is_spread: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_sorted_and_complete() {
        let rows: Vec<ServedModel> = served_models().collect();
        assert_eq!(rows.len(), MODELS.lines().count() - 1);
        assert!(rows.is_sorted_by_key(|row| row.id));
        for row in rows {
            assert!(!row.source.is_empty(), "{}", row.id);
            assert!(['v', 'c', 'u'].contains(&row.status), "{}", row.id);
            assert_eq!(served_model(row.id), Ok(row));
        }
    }

    /// A vector of keys and one of values, of 2 bytes a number, cannot be split into parts of a head.
    #[test]
    fn bytes_of_a_token_are_whole_heads() {
        for row in served_models() {
            if let (Attention::Full, Some(bytes), Some(heads)) =
                (row.attention, row.kv_bytes, row.kv_heads)
            {
                let part = bytes / (4.0 * f64::from(heads));
                assert!(bytes > 0.0 && part.fract() == 0.0, "{}", row.id);
            }
        }
    }

    #[test]
    fn what_is_peculiar_to_models_is_read() {
        let of = |name| {
            let model = served_model(name).unwrap();
            (model.default_len, model.is_chunked, model.no_half)
        };
        assert_eq!(of("phi-4-mini-instruct"), (Some(4096), false, false));
        assert_eq!(of("llama-4-scout"), (None, true, false));
        assert_eq!(of("gemma-3-4b-it"), (None, false, true));
        for line in MODELS.lines().skip(1) {
            let traits = line.split('\t').nth(TRAITS).unwrap();
            let known = |one: &str| ["-", "default=4096", "chunked", "no-half"].contains(&one);
            assert!(traits.split(' ').all(known), "{line}");
        }
    }

    /// Size of the files, and what of them is loaded.
    #[test]
    fn experts_and_the_rest_are_the_weights() {
        let mut known = 0;
        for row in served_models() {
            let Some((experts, rest)) = experts_of(&row) else {
                continue;
            };
            known += 1;
            let missing = row.weights_gib.unwrap() - experts - rest;
            let is_left_out = row.id == "deepseek-r1-0528";
            assert!(missing.abs() < 0.02 || is_left_out, "{}: {missing}", row.id);
        }
        assert!(known > 10);
    }

    #[test]
    fn a_model_is_found_by_both_names() {
        let id = |name| served_model(name).map(|model| model.id);
        assert_eq!(id("Microsoft/Phi-4"), Ok("phi-4"));
        assert_eq!(id("phi-5"), Err(Some("phi-4")));
        let model = served_model("llama-3.3-70b-instruct").unwrap();
        let variants: Vec<&str> = model.variants().map(|one| one.id).collect();
        assert!(variants.contains(&"llama-3.3-70b-instruct-w4a16"));
    }
}
