//! `fit`: whether a model fits on a type, on a pool, or on which GPUs at all.

mod model;
mod print;
mod targets;

use crate::catalog::{self, Card, Runtime, ServedModel};
use crate::edge::cli::{Fit, TableFormat};
use crate::edge::reply::{Reply, Status};
use crate::edge::report::Report;
use crate::fit::{self, Ask, Remedy, Verdict};
use crate::problem::Problems;
use crate::types::Version;

use model::Model;
use targets::Target;

/// The answer of one machine.
struct Answer {
    target: Target,
    /// `None` when the GPU is not known.
    ask: Option<Ask>,
    fit: fit::Fit,
    remedies: Vec<Remedy>,
}

/// `gpu-machineset fit MODEL`
pub(super) fn fit(args: &Fit) -> Reply {
    if args.measured {
        return Reply::done(print::measured());
    }
    let asked = asked(args).and_then(|asked| {
        let found = targets::of(args)?;
        Ok((asked, found))
    });
    match asked {
        Ok(((model, runtime), (targets, problems))) => {
            if problems.has_errors() {
                return Report::default().beside(String::new(), problems.sorted());
            }
            answered(args, &model, runtime, targets, problems)
        }
        Err(said) => Reply::usage(said),
    }
}

/// The model and what runs it; or how to call it.
fn asked(args: &Fit) -> Result<(Model, Runtime), String> {
    let model = model::of(args)?;
    let release = args.openshift_ai.as_str();
    let runtime = catalog::runtimes().find(|runtime| runtime.release == release);
    let runtime = runtime.ok_or_else(|| {
        let known: Vec<&str> = catalog::runtimes().map(|one| one.release).collect();
        format!(
            "error: no runtime is known of OpenShift AI `{release}`\n\n  tip: the releases are {}\n",
            known.join(", ")
        )
    })?;
    Ok((model, runtime))
}

fn answered(
    args: &Fit,
    model: &Model,
    runtime: Runtime,
    targets: Vec<Target>,
    problems: Problems,
) -> Reply {
    let answers: Vec<Answer> = targets
        .into_iter()
        .map(|target| answer(args, model, runtime, target))
        .collect();
    let is_asked = args.is_of_machines();
    let text = match args.format {
        TableFormat::Json => print::json(model, runtime, &answers),
        TableFormat::Table if is_asked => print::in_full(model, runtime, &answers),
        TableFormat::Table => print::overview(model, runtime, &answers),
    };
    let fails =
        |answer: &Answer| matches!(answer.fit.verdict, Verdict::DoesNotFit | Verdict::Refused);
    // what pools need beside GPUs is for `plan`
    let report = Report {
        quiet: true,
        ..Report::default()
    };
    let mut reply = report.beside(text, problems.sorted());
    if is_asked && answers.iter().any(fails) {
        reply.status = Status::Problems;
    }
    reply
}

fn answer(args: &Fit, model: &Model, runtime: Runtime, target: Target) -> Answer {
    let vllm = Version::leading(runtime.vllm);
    let (row, card) = (model.row.clone(), target.card.clone());
    let (Ok(row), Ok(card), Some(vllm)) = (row, card, vllm) else {
        let reasons = [model.row.clone().err(), target.card.clone().err()];
        let reasons = reasons.into_iter().flatten().collect();
        return Answer {
            fit: unknown(reasons),
            target,
            ask: None,
            remedies: Vec::new(),
        };
    };
    let ask = asked_of(args, row, card, target.slices, vllm);
    let mut fit = fit::fit(&ask);
    if let Some(most) = target.most_gpus.filter(|most| *most < args.gpus) {
        fit.verdict = Verdict::Refused;
        let reason = format!("a machine has {most} of the {} GPUs", args.gpus);
        fit.reasons.push(reason);
    }
    let mut remedies = fit::remedies(&ask, target.most_gpus);
    if fit.verdict != Verdict::Fits {
        remedies.extend(targets::another_type(&ask, &target));
    }
    Answer {
        fit,
        remedies,
        ask: Some(ask),
        target,
    }
}

fn asked_of(args: &Fit, model: ServedModel, card: Card, slices: u32, vllm: Version) -> Ask {
    Ask {
        model,
        card,
        gpus: args.gpus,
        slices,
        vllm,
        max_len: args.max_model_len,
        max_num_seqs: args.max_num_seqs,
        utilization: None,
        fp8_cache: args.fp8_cache,
    }
}

fn unknown(reasons: Vec<String>) -> fit::Fit {
    fit::Fit {
        verdict: Verdict::Unknown,
        reasons,
        max_model_len: None,
        margin_percent: None,
        longest: None,
        concurrency: None,
        memory: None,
    }
}
