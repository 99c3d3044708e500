//! What is known of architectures: `model_type` of a `config.json`.

/// One of them, with what holds where a file does not say it.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of a table, whose facts have nothing to do with each other"
)]
pub(super) struct Architecture {
    /// `model_type`
    pub(super) name: &'static str,
    /// Whether its parameters follow from its dimensions: three matrices a layer beside attention, no experts.
    pub(super) is_counted: bool,
    /// Of so many layers one keeps every token where there is a window, unless the file says which.
    pub(super) every: u32,
    /// `head_dim`; zero stands for what each head has of the hidden size.
    pub(super) head_dim: u32,
    /// `num_key_value_heads`; zero stands for one for each head.
    pub(super) kv_heads: u32,
    /// Whether a window is used only where `use_sliding_window` is true, and it is false unless it is said.
    pub(super) asks_for_window: bool,
    /// `original_max_position_embeddings`, zero where there is none.
    pub(super) original: u32,
    /// Whether the length of a file is written with the factor of `rope_scaling` in it already.
    pub(super) is_spread: bool,
    /// As [`crate::catalog::ServedModel::no_half`].
    pub(super) no_half: bool,
}

const fn other(name: &'static str, head_dim: u32, kv_heads: u32) -> Architecture {
    Architecture {
        name,
        is_counted: false,
        every: 0,
        head_dim,
        kv_heads,
        asks_for_window: false,
        original: 0,
        is_spread: false,
        no_half: false,
    }
}

impl Architecture {
    const fn counted(self) -> Self {
        Self {
            is_counted: true,
            ..self
        }
    }

    const fn every(self, every: u32) -> Self {
        Self { every, ..self }
    }

    const fn asking_for_window(self) -> Self {
        Self {
            asks_for_window: true,
            ..self
        }
    }

    const fn spread(self) -> Self {
        Self {
            is_spread: true,
            ..self
        }
    }

    const fn without_half(self) -> Self {
        Self {
            no_half: true,
            ..self
        }
    }
}

/// Counted are those whose size was held against that of their files. Periods are those of transformers' and llama.cpp's
/// defaults for files that do not list their layers.
///
/// Defaults: transformers 4.57.3, `models/*/configuration_*.py`, and 5.5.3 for `ministral3`. Those of `kimi_k2`, `mimo` and
/// `minimax_m2` are not known here, and without them each head has its own keys and values, which is on the safe side. A
/// window that a file leaves out is none here, for the same reason.
/// Without half: vLLM, `_FLOAT16_NOT_SUPPORTED_MODELS` in `config/model.py` of 0.11.2, 0.13.0, 0.18.0 and 0.24.0.
const ARCHITECTURES: [Architecture; 29] = [
    other("llama", 0, 0).counted(),
    other("mistral", 0, 8).counted(),
    Architecture {
        original: 4096,
        ..other("phi3", 0, 0).counted()
    },
    other("qwen2", 0, 32).counted().asking_for_window(),
    other("qwen3", 128, 32).counted().asking_for_window(),
    other("deepseek_v2", 0, 0),
    other("deepseek_v3", 0, 0),
    other("gemma", 256, 16),
    other("gemma2", 256, 4).every(2).without_half(),
    other("gemma3", 256, 4).every(6).spread().without_half(),
    other("gemma3_text", 256, 4)
        .every(6)
        .spread()
        .without_half(),
    other("gpt_oss", 64, 8).every(2),
    other("granite", 0, 0),
    other("kimi_k2", 0, 0),
    other("llama4_text", 128, 8).every(4),
    other("mimo", 0, 0).asking_for_window(),
    other("minimax_m2", 0, 0),
    other("ministral3", 128, 8),
    other("mixtral", 0, 8),
    other("olmo2", 0, 0),
    other("qwen2_5_vl", 0, 8).asking_for_window(),
    other("qwen2_5_vl_text", 0, 8).asking_for_window(),
    other("qwen2_moe", 0, 16).asking_for_window(),
    other("qwen2_vl", 0, 8).asking_for_window(),
    other("qwen2_vl_text", 0, 8).asking_for_window(),
    other("qwen3_moe", 0, 4).asking_for_window(),
    other("qwen3_vl_moe_text", 0, 16),
    other("qwen3_vl_text", 128, 32),
    other("smollm3", 0, 4).asking_for_window(),
];

/// The one of a name.
pub(super) fn known(name: &str) -> Option<&'static Architecture> {
    ARCHITECTURES.iter().find(|known| known.name == name)
}
