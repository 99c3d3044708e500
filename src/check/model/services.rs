//! InferenceServices that others wrote.

use super::predictor::Predictor;
use super::runtimes::release_of;
use super::scheduling::Scheduling;
use super::served::is_stopped;
use super::{Around, Found, Judged};
use crate::catalog;
use crate::fit::{self, Ask, BFLOAT16, Verdict, flag};
use crate::operator;
use crate::operator::tolerations::taint_text;
use crate::pool_face::PoolFace;
use crate::problem::rules::model as rule;
use crate::problem::{Problem, did_you_mean};
use crate::types::Version;

const MODE: &str = "serving.kserve.io/deploymentMode";

const ARGS: [&str; 4] = ["spec", "predictor", "model", "args"];

pub(super) fn check(judged: &Judged<'_>, around: &Around<'_>) -> Found {
    let Some(predictor) = around.predictor(judged) else {
        return Found::new();
    };
    let service = Service {
        judged,
        around,
        predictor,
        scheduling: Scheduling::of(judged, predictor, around),
    };
    let mut found: Found = [
        service.pool(),
        service.runtime(),
        service.mode(),
        service.storage(),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.extend(service.fit());
    found
}

struct Service<'s> {
    judged: &'s Judged<'s>,
    around: &'s Around<'s>,
    predictor: Predictor<'s>,
    scheduling: Scheduling,
}

impl Service<'_> {
    /// Pools that its pods may run on.
    fn pools(&self) -> Vec<&PoolFace> {
        let pools = self.around.pools.iter();
        pools.filter(|pool| self.scheduling.reaches(pool)).collect()
    }

    /// A toleration of a taint that no pool has.
    fn pool(&self) -> Option<Problem> {
        let pools = &self.around.pools;
        let is_judged = self.around.has_access || self.predictor.gpus() == 0 || pools.is_empty();
        let waits = self.scheduling.is_known && !is_stopped(&self.judged.node);
        if is_judged || !waits || !self.pools().is_empty() {
            return None;
        }
        let taints = pools.iter().flat_map(|pool| &pool.taints);
        let mut names: Vec<String> = taints
            .map(|taint| format!("`{}`", taint_text(taint)))
            .collect();
        names.dedup();
        let value = self.scheduling.value_of_none(pools);
        let title = self.judged.title();
        let message = match value {
            Some(value) => format!(
                "{title} tolerates `{value}`, which is the taint of no pool: it waits for ever"
            ),
            None => format!(
                "{title} asks for a GPU and tolerates the taint of no pool: it waits for ever"
            ),
        };
        let place = self.judged.at(&["spec", "predictor", "tolerations"]);
        let problem = Problem::new(&rule::MODEL_TOLERATES_NO_POOL, place, message);
        Some(problem.help(format!("taints of the pools: {}", names.join(", "))))
    }

    /// A runtime that is nowhere.
    fn runtime(&self) -> Option<Problem> {
        let name = self.predictor.model()?.str_at(&["runtime"])?;
        let namespace = self.judged.document.namespace.as_ref();
        let (there, made) = (&self.around.runtimes, &self.around.made);
        let is_made = made.iter().any(|(at, one)| at == namespace && one == name);
        // where the input shows no runtime at all, they are looked after elsewhere
        if is_made || there.is_empty() || there.contains_key(&(namespace, name)) {
            return None;
        }
        let message = format!(
            "{} names the runtime `{name}`, which nothing shows",
            self.judged.title()
        );
        let place = self.judged.at(&["spec", "predictor", "model", "runtime"]);
        let names = there.keys().map(|(_, name)| *name);
        let near = did_you_mean(name, names);
        let problem = Problem::new(&rule::MODEL_RUNTIME_NOT_SHOWN, place, message);
        let problem = match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        };
        Some(problem.help("else add the ServingRuntime to the input or the facts"))
    }

    /// A word that the release rewrites, or does not know.
    fn mode(&self) -> Option<Problem> {
        let ai = self.around.ai?;
        let mode = self.judged.document.annotation(MODE)?;
        let right = operator::deployment_mode(ai);
        let is_other = ["Standard", "RawDeployment"].contains(&mode.as_str()) && mode != right;
        if !is_other {
            return None;
        }
        let message = if mode == "RawDeployment" {
            format!(
                "{}: OpenShift AI {ai} writes `{right}` for `{mode}`, and a GitOps tool sees a difference for ever",
                self.judged.title()
            )
        } else {
            format!(
                "{}: OpenShift AI {ai} does not know `{mode}`, and refuses every later update",
                self.judged.title()
            )
        };
        let path = ["metadata", "annotations", MODE];
        let written = self.judged.node.at(&path)?.span.clone();
        let place = self
            .judged
            .document
            .place(written, format!("metadata.annotations[\"{MODE}\"]"));
        let problem = Problem::new(&rule::MODEL_MODE, place, message);
        let problem = problem.values(mode, Some(right.to_owned()));
        Some(problem.help(format!("write `{right}`")))
    }

    /// A folder that is there for the form only.
    fn storage(&self) -> Option<Problem> {
        let storage = self.predictor.model()?.get("storage")?;
        let path = storage.str_at(&["path"]).unwrap_or_default();
        let name = path.trim_matches('/');
        if !["", "dummy", "none", "empty"].contains(&name) {
            return None;
        }
        let message = format!(
            "{} downloads `{path}` of its connection at every start, and nothing is meant to be there",
            self.judged.title()
        );
        let place = self
            .judged
            .at(&["spec", "predictor", "model", "storage", "path"]);
        let problem = Problem::new(&rule::MODEL_EMPTY_STORAGE, place, message);
        Some(problem.help("leave `storage` out where the image of the runtime holds the model; in a GpuModel: `storage: none`"))
    }

    /// What is asked of vLLM, where its pool, its model and its vLLM are known.
    fn ask(&self, pool: &PoolFace) -> Option<Ask> {
        let card = pool.board().and_then(catalog::card);
        let args = self.predictor.args();
        let number = |name: &str| flag(&args, name)?.parse().ok();
        Some(Ask {
            model: fit::overridden(self.predictor.served()?, &args),
            card: card.filter(|_| pool.sharing.is_none())?,
            gpus: self.predictor.gpus().max(1),
            slices: 1,
            vllm: self.vllm()?,
            max_len: number("--max-model-len"),
            max_num_seqs: number("--max-num-seqs"),
            utilization: flag(&args, "--gpu-memory-utilization").and_then(|text| text.parse().ok()),
            fp8_cache: flag(&args, "--kv-cache-dtype").is_some_and(|text| text.starts_with("fp8")),
        })
    }

    /// Whether it fits.
    fn fit(&self) -> Found {
        let pools = self.pools();
        let [pool] = pools.as_slice() else {
            return Found::new();
        };
        let Some(ask) = self.ask(pool) else {
            return Found::new();
        };
        let mut problems = Found::new();
        problems.extend(self.memory(&ask, pool));
        let card = &ask.card;
        if flag(&self.predictor.args(), "--dtype") == Some("bfloat16") && card.capability < BFLOAT16
        {
            let title = self.judged.title();
            let message = format!("{title}: {} does not compute `bfloat16`", card.model);
            let place = self.judged.at(&ARGS);
            let problem = Problem::new(&rule::MODEL_FIT_TIGHT, place, message);
            problems.push(problem.help(if ask.model.no_half {
                "leave it out: the model computes in 32 bit there"
            } else {
                "write `--dtype=half`"
            }));
        }
        problems
    }

    fn memory(&self, ask: &Ask, pool: &PoolFace) -> Option<Problem> {
        let found = fit::fit(ask);
        let verdict = match found.verdict {
            Verdict::Tight => "may or may not fit",
            Verdict::DoesNotFit => "does not fit",
            Verdict::Refused => "does not start",
            Verdict::Fits | Verdict::Unknown => return None,
        };
        let why = match (found.memory, found.max_model_len) {
            _ if found.verdict == Verdict::Refused => found.reasons.join("; "),
            (Some(memory), Some(tokens)) => format!(
                "a request of {tokens} tokens needs {:.1} GiB of KV cache, and {:.1} of {:.1} GiB are left",
                memory.needed.unwrap_or_default(),
                memory.cache.max(0.0),
                memory.usable
            ),
            _ => String::new(),
        };
        let message = format!(
            "{} ({}) {verdict} on pool `{}`: {why}",
            self.judged.title(),
            ask.model.id,
            pool.name
        );
        let problem = Problem::new(&rule::MODEL_FIT_TIGHT, self.judged.at(&ARGS), message);
        let remedies = fit::remedies(ask, pool.gpus_per_machine());
        let shown = |one: &fit::Remedy| format!("`{}`", one.change);
        let helps: Vec<String> = remedies.iter().map(shown).collect();
        Some(match helps.as_slice() {
            [] => problem.help("take a smaller model, or a pool of larger GPUs"),
            helps => problem.help(format!("what helps: {}", helps.join(", "))),
        })
    }

    /// The vLLM of its runtime. The formula has one constant for all that are older than the table.
    fn vllm(&self) -> Option<Version> {
        let name = self.predictor.model()?.str_at(&["runtime"])?;
        let key = (self.judged.document.namespace.as_ref(), name);
        let release = release_of(self.around.runtimes.get(&key)?)?;
        let rows = catalog::runtimes()
            .filter(|row| Version::leading(row.release).is_some_and(|of| of <= release));
        let row = rows.last().or_else(|| catalog::runtimes().next())?;
        Version::leading(row.vllm)
    }
}
