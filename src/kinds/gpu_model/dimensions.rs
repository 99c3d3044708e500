//! A model that the catalogue does not have becomes a row of it, by what a person says.

use super::context::Context;
use crate::api::gpu_model::{self, Quantization};
use crate::catalog::ServedModel;
use crate::fit::{Dimensions, gib_of_weights, head_dim_of};
use crate::problem::rules::api;
use crate::problem::{Problem, Problems};
use crate::types::quantity;

/// `None` after a problem.
pub(super) fn of(
    context: &Context<'_>,
    own: &gpu_model::Dimensions,
    problems: &mut Problems,
) -> Option<ServedModel> {
    let mut said = Said {
        context,
        own,
        found: Vec::new(),
    };
    let (kv_heads, head_dim) = said.heads();
    let windowed = said.windowed();
    let weights = said.weights();
    let is_right = said.found.is_empty();
    problems.extend(said.found);
    let dimensions = Dimensions {
        weights_gib: weights.filter(|_| is_right)?,
        weights_from: "written",
        quantization: own.quantization.map(name),
        layers: own.layers,
        heads: own.heads,
        kv_heads,
        head_dim,
        hidden: own.hidden,
        intermediate: own.intermediate,
        vocab: own.vocab,
        context: own.context,
        default_context: None,
        window: own.window.unwrap_or_default(),
        window_layers: windowed,
        is_chunked: false,
        no_half: false,
    };
    Some(dimensions.model())
}

/// What a person says, and what is wrong with it.
struct Said<'s> {
    context: &'s Context<'s>,
    own: &'s gpu_model::Dimensions,
    found: Vec<Problem>,
}

impl Said<'_> {
    fn wrong(&mut self, field: &str, message: String, help: &str) {
        let place = self.context.place(&format!("spec.model.{field}"));
        let problem = Problem::new(&api::INVALID_VALUE, place, message);
        self.found.push(problem.help(help));
    }

    /// Heads of keys and values, and numbers of each.
    fn heads(&mut self) -> (u32, u32) {
        let own = self.own;
        let kv_heads = own.kv_heads.unwrap_or(own.heads);
        if own.heads.checked_rem(kv_heads) != Some(0) {
            let message = format!(
                "{} heads cannot share {kv_heads} of keys and values",
                own.heads
            );
            let help = "say `num_key_value_heads` of its `config.json`";
            self.wrong("kvHeads", message, help);
        }
        let head_dim = own.head_dim.or(head_dim_of(own.hidden, own.heads));
        if head_dim.is_none() {
            let message = format!(
                "{} numbers cannot be divided among {} heads",
                own.hidden, own.heads
            );
            let help = "say `headDim` as well: `head_dim` of its `config.json`";
            self.wrong("hidden", message, help);
        }
        (kv_heads, head_dim.unwrap_or(1))
    }

    /// Layers that keep the tokens of a window only.
    fn windowed(&mut self) -> u32 {
        let own = self.own;
        let windowed = match own.window {
            Some(_) => own.window_layers.unwrap_or(own.layers),
            None => 0,
        };
        if own.window.is_none() && own.window_layers.is_some() {
            let message = "layers keep the tokens of a window, and none is written".to_owned();
            let help = "leave it out, or say the `window` as well";
            self.wrong("windowLayers", message, help);
        }
        if windowed > own.layers {
            let message = format!("{windowed} of {} layers keep a window", own.layers);
            self.wrong("windowLayers", message, "write at most as many as `layers`");
        }
        windowed
    }

    /// GiB.
    fn weights(&mut self) -> Option<f64> {
        let own = self.own;
        match (&own.weights, &own.parameters) {
            (Some(text), _) => {
                let gib = quantity::gib(text);
                if gib.is_none() {
                    let message = format!("`{text}` is no size that is known here");
                    self.wrong("weights", message, "write it in `Mi` or `Gi`, as `15.2Gi`");
                }
                gib
            }
            (None, Some(text)) => {
                let count = parameters(text);
                if count.is_none() {
                    let message = format!("`{text}` is no number of parameters");
                    let help = "write it in millions or billions, as `560M` or `8.2B`";
                    self.wrong("parameters", message, help);
                }
                let format = own.quantization.map(name);
                let wide = 2.0 * f64::from(own.vocab) * f64::from(own.hidden);
                count.map(|count| gib_of_weights(count, format, wide))
            }
            (None, None) => {
                let message = "how large the model is is not said".to_owned();
                let help = "write `weights: 15.2Gi`, or `parameters: 8.2B`";
                self.wrong("weights", message, help);
                None
            }
        }
    }
}

fn name(format: Quantization) -> &'static str {
    match format {
        Quantization::Fp8 => "fp8",
        Quantization::Int8 => "int8",
        Quantization::W4a16 => "w4a16",
        Quantization::Awq => "awq",
        Quantization::Mxfp4 => "mxfp4",
        Quantization::Nvfp4 => "nvfp4",
    }
}

/// `8.2B`, `560M`
fn parameters(text: &str) -> Option<f64> {
    let units = [("B", 1e9), ("M", 1e6)];
    let with = units
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = with?;
    let is_plain = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let count = number.parse::<f64>().ok().filter(|_| is_plain)? * factor;
    let count = count.round();
    (1.0..1e14).contains(&count).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn numbers_of_parameters_are_read() {
        assert_eq!(parameters("8.2B"), Some(8.2e9));
        assert_eq!(parameters("560M"), Some(5.6e8));
        for text in ["8", "8b", "-1B", "1e3B", "0B", "B", "1000000B"] {
            assert_eq!(parameters(text), None, "{text}");
        }
    }
}
