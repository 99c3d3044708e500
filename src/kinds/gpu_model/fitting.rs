//! Whether a model fits on its pool.

use super::arguments::Arguments;
use super::context::Context;
use super::dimensions;
use super::placement::Placement;
use super::runtime::Serving;
use super::shape::Shape;
use crate::api::gpu_model::{FitMode, ModelRef};
use crate::catalog::{self, Card, ServedModel};
use crate::fit::{self, Ask, BFLOAT16, Change, Fit, Remedy, Verdict, Why};
use crate::operator::sharing;
use crate::pool_face::PoolFace;
use crate::problem::rules::model as rule;
use crate::problem::{Problem, Problems, Rule};

const OWN: &str = "or write its dimensions, as `config.json` of its repository has them: `model: {weights: 15.2Gi, layers: 40, ...}`";

/// The model's row of the catalogue, or what a person says of it.
pub(super) fn served(context: &Context<'_>, problems: &mut Problems) -> Option<ServedModel> {
    let name = match context.spec.model.as_ref()? {
        ModelRef::Name(name) => name.as_str(),
        ModelRef::Own(own) => return dimensions::of(context, own, problems),
    };
    match catalog::served_model(name) {
        Ok(model) => Some(model),
        Err(near) => {
            let message =
                format!("the model `{name}` is not in the catalogue: whether it fits is not known");
            let place = context.place("spec.model");
            let problem = Problem::new(&rule::MODEL_FIT_UNKNOWN, place, message);
            let help = near.map_or_else(
                || "`gpu-machineset catalog models` lists all that are known".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            problems.push(
                problem
                    .values(name, near.map(str::to_owned))
                    .help(help)
                    .help(OWN),
            );
            None
        }
    }
}

/// The answer, where it can be computed; what is wrong is reported.
pub(super) fn of(
    context: &Context<'_>,
    placement: &Placement<'_>,
    (shape, serving): (&Shape, &Serving<'_>),
    arguments: &Arguments,
    served: Option<ServedModel>,
    problems: &mut Problems,
) -> Option<Fit> {
    let pool = placement.pool()?;
    let mode = context.spec.fit.unwrap_or_default();
    let card = card_of(pool);
    problems.extend(
        card.as_ref()
            .ok()
            .and_then(|card| dtype(context, arguments, card, served)),
    );
    if mode == FitMode::Ignore || context.spec.model.is_some() && served.is_none() {
        return None;
    }
    let ask = match ask(placement, (shape, serving), arguments, served, card) {
        Ok(ask) => ask,
        Err((why, help)) => {
            problems.push(unknown(context, &why).help(help));
            return None;
        }
    };
    let found = fit::fit(&ask);
    let judged = Judged {
        context,
        pool,
        placement,
        shape,
        ask,
        fit: &found,
    };
    problems.extend(judged.refusals());
    problems.extend(judged.memory(mode));
    Some(found)
}

/// What is asked, or why nothing can be, and what to give.
fn ask(
    placement: &Placement<'_>,
    (shape, serving): (&Shape, &Serving<'_>),
    arguments: &Arguments,
    served: Option<ServedModel>,
    card: Result<Card, String>,
) -> Result<Ask, (String, &'static str)> {
    const IGNORE: &str = "`fit: ignore` says that it was measured";
    if !serving.is_vllm() {
        return Err((
            format!("`{}` is not served by vLLM", serving.format),
            IGNORE,
        ));
    }
    let model = served.ok_or_else(|| {
        let help =
            "name it: `model: granite-3.3-8b-instruct`; `gpu-machineset catalog models` lists all";
        ("which model it is is not said".to_owned(), help)
    })?;
    let vllm = serving.vllm.ok_or_else(|| {
        let help = "say it: `runtime: {vllm: 0.13.0}`, with the version in the image";
        ("the version of vLLM is not known".to_owned(), help)
    })?;
    if arguments
        .dtype
        .as_deref()
        .is_some_and(|dtype| dtype.starts_with("float") && dtype != "float16")
    {
        return Err(("32 bit are not in the formula".to_owned(), IGNORE));
    }
    let mut model = fit::overridden(shape.of_group(model), &arguments.all);
    if arguments.is_longer_allowed && arguments.max_len > model.max_len {
        model.max_len = None;
    }
    Ok(Ask {
        model,
        card: card.map_err(|why| (why, IGNORE))?,
        gpus: shape.tensor,
        slices: placement.slices,
        vllm,
        max_len: arguments.max_len,
        max_num_seqs: arguments.max_num_seqs,
        utilization: arguments.utilization,
        fp8_cache: arguments.fp8_cache,
    })
}

/// The GPU that a pod gets on a pool.
fn card_of(pool: &PoolFace) -> Result<Card, String> {
    let card = match (pool.instance, pool.board()) {
        (Some(instance), _) => fit::card_of(&instance)?,
        (None, Some(board)) => catalog::card(board)
            .ok_or_else(|| format!("the memory of its GPU, {board}, is not known"))?,
        (None, None) => return Err(format!("the GPUs of pool `{}` are not known", pool.name)),
    };
    let profile = pool
        .sharing
        .as_ref()
        .and_then(|sharing| sharing.mig.as_deref());
    match profile.filter(|profile| *profile != "all-disabled") {
        Some(profile) => fit::slice(card, profile),
        None => Ok(card),
    }
}

/// The type that is written, where the GPU or the model does not compute in it.
fn dtype(
    context: &Context<'_>,
    arguments: &Arguments,
    card: &Card,
    served: Option<ServedModel>,
) -> Option<Problem> {
    let no_half = served.is_some_and(|model| model.no_half);
    let has_bfloat16 = card.capability >= BFLOAT16;
    let (message, help) = match arguments.dtype.as_deref()? {
        "bfloat16" if !has_bfloat16 => (
            format!(
                "`bfloat16` needs compute capability {}.{}, and {} has {}.{}",
                BFLOAT16.0, BFLOAT16.1, card.model, card.capability.0, card.capability.1
            ),
            if no_half {
                "leave it out: the model computes in 32 bit there"
            } else {
                "write `dtype: half`"
            },
        ),
        "half" | "float16" if no_half => (
            "the model does not compute in float16".to_owned(),
            "leave it out: vLLM takes the type that the model has",
        ),
        _ => return None,
    };
    let path = if context.spec.dtype.is_some() {
        "spec.dtype"
    } else {
        "spec.args"
    };
    let problem = Problem::new(&rule::MODEL_DTYPE_UNSUPPORTED, context.place(path), message);
    Some(problem.help(help))
}

fn unknown(context: &Context<'_>, why: &str) -> Problem {
    let message = format!("whether the model fits is not known: {why}");
    Problem::new(
        &rule::MODEL_FIT_UNKNOWN,
        context.place("spec.model"),
        message,
    )
}

/// What to write.
fn words(what: Change) -> String {
    match what {
        Change::MaxModelLen(tokens) => format!("`maxModelLen: {tokens}`"),
        Change::MaxNumSeqs(count) => format!("`args: [--max-num-seqs={count}]`"),
        Change::Fp8Cache => "`args: [--kv-cache-dtype=fp8]`".to_owned(),
        Change::Model(id) => format!("`model: {id}`, with the weights of that"),
        Change::Gpus(count) => format!("`gpus: {count}`"),
        Change::Type(name) => format!("a pool of {name}"),
    }
}

/// An answer, to be told.
struct Judged<'j> {
    context: &'j Context<'j>,
    pool: &'j PoolFace,
    placement: &'j Placement<'j>,
    shape: &'j Shape,
    ask: Ask,
    fit: &'j Fit,
}

impl Judged<'_> {
    /// What vLLM refuses, whatever the memory.
    fn refusals(&self) -> Vec<Problem> {
        let (context, ask) = (self.context, &self.ask);
        let one = |(why, text): (Why, String)| {
            let (rule, path, help): (&'static Rule, _, _) = match why {
                Why::Heads => {
                    let heads = ask.model.heads.unwrap_or(1);
                    let legal = (1..=ask.gpus)
                        .rev()
                        .find(|gpus| heads.checked_rem(*gpus) == Some(0));
                    let help = format!("write `gpus: {}`", legal.unwrap_or(1));
                    (&rule::MODEL_TP_HEADS, "spec.gpus", vec![help])
                }
                Why::Format => (
                    &rule::MODEL_QUANTIZATION_UNSUPPORTED,
                    "spec.model",
                    self.cures(),
                ),
                Why::Length => {
                    let own = ask.model.max_len.unwrap_or_default();
                    let help = format!("write `maxModelLen: {own}` or less, or leave it out");
                    let over = "where its positions can be spread further, say so in `args`: `--hf-overrides={\"rope_scaling\": {\"rope_type\": \"yarn\", ...}}`, as the model's page has it";
                    let help = vec![help, over.to_owned()];
                    (&rule::MODEL_LEN_OVER_CONFIG, "spec.maxModelLen", help)
                }
                // said of the pool already
                Why::Slices => return None,
            };
            let problem = Problem::new(rule, context.place(path), text);
            Some(help.into_iter().fold(problem, Problem::help))
        };
        fit::refusals(ask).into_iter().filter_map(one).collect()
    }

    /// What the memory says.
    fn memory(&self, mode: FitMode) -> Option<Problem> {
        let (context, fit) = (self.context, self.fit);
        let rule: &'static Rule = match (fit.verdict, mode) {
            (Verdict::Fits | Verdict::Refused, _) => return None,
            (Verdict::Unknown, _) => {
                let problem = unknown(context, &fit.reasons.join("; "));
                return Some(problem.help("`fit: ignore` says that it was measured"));
            }
            (Verdict::DoesNotFit, FitMode::Check) => &rule::MODEL_DOES_NOT_FIT,
            (Verdict::Tight | Verdict::DoesNotFit, _) => &rule::MODEL_FIT_TIGHT,
        };
        let problem = Problem::new(rule, context.place("spec.model"), self.message()?);
        Some(self.cures().into_iter().fold(problem, Problem::help))
    }

    /// The verdict with its numbers.
    fn message(&self) -> Option<String> {
        let (fit, pool) = (self.fit, &self.pool.name);
        let memory = fit.memory?;
        let (len, needed) = (fit.max_model_len?, memory.needed?);
        let verdict = match fit.verdict {
            Verdict::Tight => "may or may not fit",
            _ => "does not fit",
        };
        let left = if memory.cache > 0.0 {
            format!("{:.1} of {:.1} GiB are left", memory.cache, memory.usable)
        } else {
            format!("nothing of {:.1} GiB is left", memory.usable)
        };
        Some(format!(
            "the model {verdict} on pool `{pool}`: a request of {len} tokens needs {needed:.1} GiB of KV cache, and {left} (weights {:.1}, peak {:.1})",
            memory.weights, memory.peak
        ))
    }

    /// What would help, each with what comes of it.
    fn cures(&self) -> Vec<String> {
        let ask = &self.ask;
        // more GPUs of a machine are another way to divide it
        let is_spread = self.shape.pods > 1;
        let most = self
            .placement
            .units
            .filter(|_| ask.slices == 1 && !is_spread);
        let mut found: Vec<(String, Option<f64>)> = Vec::new();
        for Remedy {
            what,
            margin_percent,
            ..
        } in fit::remedies(ask, most.or(Some(ask.gpus)))
        {
            found.push((words(what), margin_percent));
        }
        found.extend(self.other_pools());
        let platform = self.pool.instance.map(|instance| instance.platform);
        let another = platform.and_then(|platform| fit::another_type(ask, platform));
        let another = another.filter(|_| !is_spread);
        found.extend(another.map(|one| (words(one.what), one.margin_percent)));
        if found.is_empty() {
            return vec!["no other GPU of the catalogue helps: take a smaller model, or one in another format".to_owned()];
        }
        let shown = |(written, margin): (String, Option<f64>)| match margin {
            Some(margin) => format!("{written}: {margin:+.1} % of a GPU to spare"),
            None => written,
        };
        found.into_iter().map(shown).collect()
    }

    /// Pools of this input that it surely fits on.
    fn other_pools(&self) -> Vec<(String, Option<f64>)> {
        let others = self
            .context
            .pools
            .iter()
            .filter(|pool| pool.name != self.pool.name);
        let fitting = others.filter_map(|pool| {
            let units = sharing::units_per_gpu(pool.sharing.as_ref(), pool.board())?;
            let units = pool.gpus_per_machine()?.checked_mul(units)?;
            let slices = pool
                .sharing
                .as_ref()
                .and_then(|one| one.time_slicing.or(one.mps));
            let ask = Ask {
                card: card_of(pool).ok()?,
                slices: slices.unwrap_or(1),
                utilization: None,
                ..self.ask
            };
            let fit = fit::fit(&ask);
            let fits = units >= self.placement.gpus && fit.verdict == Verdict::Fits;
            fits.then(|| (format!("`pool: {}`", pool.name), fit.margin_percent))
        });
        fitting.collect()
    }
}
