//! An answer for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Answer;
use super::model::Model;
use crate::catalog::Runtime;
use crate::catalog::dates::{CARDS, MEASURED, SERVED_MODELS};
use crate::fit::{self, Memory, Remedy};
use crate::types::Version;
use crate::view;

/// All answers, each with its numbers and what helps.
pub(super) fn in_full(model: &Model, runtime: Runtime, answers: &[Answer]) -> String {
    let mut text = heading(model, runtime);
    for answer in answers {
        text.push_str(&one(answer));
    }
    text + &in_words_of_ours(model, runtime, answers) + &dated(model, runtime, answers)
}

/// One line per GPU.
pub(super) fn overview(model: &Model, runtime: Runtime, answers: &[Answer]) -> String {
    let head = ["GPU", "GIB", "VERDICT", "MARGIN", "LONGEST", "WHY"].map(str::to_owned);
    let rows = answers.iter().map(|answer| {
        let usable = answer.ask.as_ref().map(|ask| gib(ask.card.usable_gib));
        vec![
            answer.target.name.clone(),
            usable.unwrap_or_default(),
            answer.fit.verdict.words().to_owned(),
            answer.fit.margin_percent.map(percent).unwrap_or_default(),
            answer
                .fit
                .longest
                .map(|tokens| tokens.to_string())
                .unwrap_or_default(),
            answer.fit.reasons.join("; "),
        ]
    });
    let rows: Vec<Vec<String>> = std::iter::once(head.to_vec()).chain(rows).collect();
    let mut text = heading(model, runtime);
    text.push_str(&view::columns(&rows, "", None));
    text + &in_words_of_ours(model, runtime, answers) + &dated(model, runtime, answers)
}

/// What to write for a model that the catalogue does not have.
fn in_words_of_ours(model: &Model, runtime: Runtime, answers: &[Answer]) -> String {
    let (Some(dimensions), Some(vllm)) = (&model.dimensions, Version::leading(runtime.vllm)) else {
        return String::new();
    };
    let fields = dimensions.fields(vllm).into_iter().map(|(name, value)| {
        let plain = value.as_str().map(str::to_owned);
        format!("{name}: {}", plain.unwrap_or_else(|| value.to_string()))
    });
    let fields: Vec<String> = fields.collect();
    let mut text = format!("\nin a GpuModel\n  model: {{{}}}\n", fields.join(", "));
    // a GpuModel does not know what vLLM makes of the rest of the file
    let len = answers.iter().find_map(|answer| answer.fit.max_model_len);
    if let Some(len) = len.filter(|_| dimensions.default_context.is_some()) {
        let _ = writeln!(text, "  maxModelLen: {len}");
    }
    if dimensions.no_half {
        text.push_str("  dtype: bfloat16\n");
    }
    text
}

fn heading(model: &Model, runtime: Runtime) -> String {
    format!(
        "{}, vLLM {} of OpenShift AI {}\n",
        model.name, runtime.vllm, runtime.release
    )
}

fn dated(model: &Model, runtime: Runtime, answers: &[Answer]) -> String {
    let is_estimated = |answer: &Answer| {
        let ask = answer.ask.as_ref();
        ask.is_some_and(|ask| !ask.card.is_measured)
    };
    let weights = match &model.row {
        _ if model.is_known => format!("{SERVED_MODELS}; "),
        Ok(row) if row.weights_from == "file" => "weights by the size of the files; ".to_owned(),
        Ok(row) if row.weights_from == "formula" => "weights by the dimensions; ".to_owned(),
        Ok(_) => "weights as written; ".to_owned(),
        // why there are none stands in each answer
        Err(_) => String::new(),
    };
    let mut text = format!("# {weights}{CARDS}\n");
    if answers.iter().any(is_estimated) {
        text.push_str("# the memory of some of these GPUs is estimated from their data sheets\n");
    }
    let is_wide = |answer: &Answer| answer.ask.as_ref().is_some_and(|ask| !ask.fp8_cache);
    if model.fp8_cache && answers.iter().any(is_wide) {
        text.push_str(fp8_cache(runtime));
    }
    text
}

/// vLLM, `get_kv_cache_quant_algo_string` in `utils/torch_utils.py` and `model_executor/layers/attention/attention.py`: in
/// 0.18.0 and 0.24.0, not in 0.13.0.
fn fp8_cache(runtime: Runtime) -> &'static str {
    if Version::leading(runtime.vllm) >= Some(Version(0, 18)) {
        "# its checkpoint is made for a KV cache in 8 bit, which this vLLM may take by itself: `--fp8-cache` computes with it\n"
    } else {
        "# its checkpoint is made for a KV cache in 8 bit, which this vLLM takes with `--kv-cache-dtype=fp8` only: `--fp8-cache` computes with it\n"
    }
}

fn one(answer: &Answer) -> String {
    let fit = &answer.fit;
    let mut text = format!("\n{}: {}", answer.target.name, fit.verdict.words());
    if let (Some(margin), Some(tokens)) = (fit.margin_percent, fit.max_model_len) {
        let _ = write!(text, " for {tokens} tokens, {} of a GPU", percent(margin));
    }
    text.push('\n');
    for reason in &fit.reasons {
        let _ = writeln!(text, "  {reason}");
    }
    if let Some(memory) = &fit.memory {
        text.push_str(&view::columns(&numbers(answer, memory), "  ", None));
    }
    if !answer.remedies.is_empty() {
        text.push_str("  what helps\n");
        let rows: Vec<Vec<String>> = answer.remedies.iter().map(remedy).collect();
        text.push_str(&view::columns(&rows, "    ", None));
    }
    text
}

fn numbers(answer: &Answer, memory: &Memory) -> Vec<Vec<String>> {
    let gpus = answer.ask.as_ref().map_or(1, |ask| ask.gpus);
    let each = if gpus > 1 {
        format!("each of {gpus} GPUs")
    } else {
        String::new()
    };
    let is_single = answer.ask.as_ref().is_some_and(fit::is_single);
    let in_32_bit = if is_single {
        "in 32 bit: the GPU has no bfloat16, and the model no float16"
    } else {
        ""
    };
    let mut rows = vec![
        ("GPU", memory.usable, each),
        ("budget", memory.budget, "what vLLM may take".to_owned()),
        ("weights", memory.weights, in_32_bit.to_owned()),
        ("peak", memory.peak, "of one step".to_owned()),
        (
            "other",
            memory.other + memory.graphs,
            "CUDA, NCCL, graphs".to_owned(),
        ),
        ("KV cache", memory.cache, "what is left".to_owned()),
    ];
    if let Some(needed) = memory.needed {
        let what = format!(
            "for one request of {} tokens",
            answer.fit.max_model_len.unwrap_or_default()
        );
        rows.push(("needed", needed, what));
    }
    let mut rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(name, value, what)| vec![name.to_owned(), format!("{:>7} GiB", gib(value)), what])
        .collect();
    if let Some(tokens) = answer.fit.longest {
        rows.push(vec![
            "longest".to_owned(),
            format!("{tokens:>7} tokens"),
            String::new(),
        ]);
    }
    rows
}

fn remedy(remedy: &Remedy) -> Vec<String> {
    vec![
        remedy.change.clone(),
        remedy.verdict.words().to_owned(),
        remedy.margin_percent.map(percent).unwrap_or_default(),
    ]
}

fn gib(value: f64) -> String {
    format!("{value:.2}")
}

fn percent(value: f64) -> String {
    format!("{value:+.1} %")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    model: &'a str,
    release: &'a str,
    vllm: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<Map<String, Value>>,
    answers: Vec<Row<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    pool: Option<&'a str>,
    instance_type: Option<&'a str>,
    gpu_model: Option<&'a str>,
    gpu_memory_measured: Option<bool>,
    gpus: Option<u32>,
    #[serde(flatten)]
    fit: &'a fit::Fit,
    remedies: &'a [Remedy],
}

/// The same for programs.
pub(super) fn json(model: &Model, runtime: Runtime, answers: &[Answer]) -> String {
    let rows = answers.iter().map(|answer| Row {
        pool: answer.target.pool.as_deref(),
        instance_type: answer.target.instance_type.as_deref(),
        gpu_model: answer.ask.as_ref().map(|ask| ask.card.model),
        gpu_memory_measured: answer.ask.as_ref().map(|ask| ask.card.is_measured),
        gpus: answer.ask.as_ref().map(|ask| ask.gpus),
        fit: &answer.fit,
        remedies: &answer.remedies,
    });
    let dimensions = model.dimensions.zip(Version::leading(runtime.vllm));
    let page = Page {
        model: &model.name,
        dimensions: dimensions.map(|(own, vllm)| own.fields(vllm)),
        release: runtime.release,
        vllm: runtime.vllm,
        answers: rows.collect(),
    };
    // strings and numbers: nothing that JSON cannot hold
    serde_json::to_string_pretty(&page).unwrap_or_default() + "\n"
}

/// What vLLM measured, beside what the formula says.
pub(super) fn measured() -> String {
    let head = [
        "MODEL", "GPU", "GPUS", "MEASURED", "COMPUTED", "ERROR", "FITTED", "SOURCE",
    ];
    let rows = fit::measured().map(|row| {
        vec![
            row.model.to_owned(),
            row.card.to_owned(),
            row.gpus.to_string(),
            gib(row.found),
            gib(row.computed),
            percent(row.error_percent),
            if row.is_fitted { "yes" } else { "no" }.to_owned(),
            row.source.to_owned(),
        ]
    });
    let head = head.map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    format!(
        "{}# {MEASURED}, in GiB of KV cache; errors in percent of a GPU\n",
        view::columns(&rows, "", None)
    )
}
