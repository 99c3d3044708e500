//! How large a model is: what a person writes, what its files hold, or what follows from its dimensions.

use serde_json::Value;

use super::{Architecture, File, Weights};
use crate::fit::dimensions::{Dimensions, gib_of_weights};
use crate::fit::memory::GIB;

/// No model has a hundredth of it.
const LARGEST_GIB: f64 = 1_000_000.0;

const UNSAID: &str = "how large it is does not follow from its dimensions: add `--weights 15.2Gi`, or name a folder that holds its `model.safetensors.index.json` too";

impl File<'_> {
    /// GiB of its weights when they are loaded, and who says it.
    pub(super) fn weights(
        &mut self,
        known: &Architecture,
        weights: Weights,
        found: &Dimensions,
    ) -> (f64, &'static str) {
        let (gib, from) = match weights {
            Weights::Written(gib) => (gib, "written"),
            Weights::Files(size) => {
                #[expect(clippy::cast_precision_loss, reason = "no model has 2^53 bytes")]
                let gib = size as f64 / GIB;
                self.is_whole(known, gib, found);
                let halved = found.quantization.is_none() && self.is_single(known, gib, found);
                (if halved { gib / 2.0 } else { gib }, "file")
            }
            // which layers of `nvfp4` stay in 16 bit differs by checkpoint
            Weights::Unsaid
                if known.is_counted && self.is_alone() && found.quantization != Some("nvfp4") =>
            {
                (self.counted(found, found.quantization), "formula")
            }
            Weights::Unsaid => {
                self.lacks.push(UNSAID.to_owned());
                (0.0, "file")
            }
        };
        if gib > LARGEST_GIB {
            let said = "no model is as large as it says".to_owned();
            self.lacks.push(said);
        }
        (gib, from)
    }

    /// Whether the model is one on text and nothing else.
    fn is_alone(&self) -> bool {
        std::ptr::eq(self.text, self.config)
    }

    /// GiB of the parameters that follow from its dimensions, in a format.
    fn counted(&self, found: &Dimensions, format: Option<&str>) -> f64 {
        let tied = self.get("tie_word_embeddings").and_then(Value::as_bool);
        let tables = if tied == Some(true) { 1.0 } else { 2.0 };
        let wide = tables * f64::from(found.vocab) * f64::from(found.hidden);
        let parameters = wide + per_layer(found) * f64::from(found.layers);
        gib_of_weights(parameters, format, wide)
    }

    /// Whether its files can be those of its dimensions: a pointer of Git LFS, one part of several or the files of another
    /// model are not.
    fn is_whole(&mut self, known: &Architecture, gib: f64, found: &Dimensions) {
        let least = if known.is_counted {
            self.counted(found, found.quantization)
        } else {
            self.least(found)
        };
        let (is_small, word) = if known.is_counted {
            (gib < least / 2.0, "")
        } else {
            (gib < least, " at least")
        };
        // 32 bit are twice 16; a part on images adds to a text model that is nested
        let most = 3.0 * self.counted(found, None);
        let is_large = known.is_counted && self.is_alone() && gib > most;
        if is_small || is_large {
            self.lacks.push(format!(
                "its files hold {gib:.2} GiB, and by its dimensions it takes {least:.2} GiB{word}: they are not the whole of this model, or of another one (`--weights 15.2Gi` says it instead)"
            ));
        }
    }

    /// What it takes at least where not every part of it is known: half of one table and of one expert a layer.
    fn least(&self, found: &Dimensions) -> f64 {
        let table = f64::from(found.vocab) * f64::from(found.hidden);
        // attention over compressed rows has matrices of other sizes
        let layer = if self.text.get("kv_lora_rank").is_some() {
            network(found)
        } else {
            per_layer(found)
        };
        let parameters = table + layer * f64::from(found.layers);
        gib_of_weights(parameters, found.quantization, table) / 2.0
    }

    /// Whether its files are in 32 bit, which vLLM loads as 16 unless it is told otherwise.
    ///
    /// vLLM takes the type of the whole file, then of its parts on text, on images and of an encoder, then of its tensors:
    /// `_find_dtype` in `config/model.py` of 0.11.2, 0.13.0, 0.18.0 and 0.24.0. Of tensors only their size is known here.
    fn is_single(&self, known: &Architecture, gib: f64, found: &Dimensions) -> bool {
        let parts = ["vision_config", "encoder_config"].map(|part| self.config.get(part));
        let parts = [Some(self.config), Some(self.text), parts[0], parts[1]];
        let said = parts.into_iter().flatten().find_map(|part| {
            let keys = ["dtype", "torch_dtype"].into_iter();
            keys.filter_map(|key| part.get(key)).find_map(Value::as_str)
        });
        match said {
            Some(said) => ["float32", "float"].contains(&said),
            None => known.is_counted && gib > 1.5 * self.counted(found, None),
        }
    }
}

/// Parameters of a layer: attention, a gated network of two layers, norms. Biases are too few to count.
fn per_layer(found: &Dimensions) -> f64 {
    let hidden = f64::from(found.hidden);
    let head_dim = f64::from(found.head_dim);
    let heads = f64::from(found.heads) + f64::from(found.kv_heads);
    2.0 * hidden * heads * head_dim + network(found) + 2.0 * hidden
}

fn network(found: &Dimensions) -> f64 {
    3.0 * f64::from(found.hidden) * f64::from(found.intermediate)
}
