//! Which model is meant: one of the catalogue, or the `config.json` of any other.

#![allow(
    clippy::disallowed_methods,
    reason = "the edge reads the file that the command line names"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::catalog::{self, ServedModel};
use crate::edge::cli::Fit;
use crate::edge::files;
use crate::fit::{Config, Dimensions, Refused, Weights, read_config};
use crate::krm::{Document, Source};
use crate::problem::Problem;
use crate::types::quantity;

/// The model of a command line.
pub(super) struct Model {
    /// As it is called there.
    pub(super) name: String,
    /// What is computed with, or why nothing is.
    pub(super) row: Result<ServedModel, String>,
    /// Whether the catalogue has it.
    pub(super) is_known: bool,
    /// What its file says, in the words of a GpuModel.
    pub(super) dimensions: Option<Dimensions>,
    /// Whether its checkpoint is made for a KV cache in 8 bit.
    pub(super) fp8_cache: bool,
}

/// The model, or how to call it.
pub(super) fn of(args: &Fit) -> Result<Model, String> {
    let name = args.model.as_deref().unwrap_or_default();
    let known = catalog::served_model(name);
    if let (Ok(row), None) = (&known, &args.weights) {
        return Ok(Model {
            name: row.id.to_owned(),
            row: Ok(*row),
            is_known: true,
            dimensions: None,
            fp8_cache: false,
        });
    }
    let path = Path::new(name);
    match known {
        Err(nearest) if !path.exists() => {
            let tip = nearest.map_or_else(
                || "`gpu-machineset catalog models` lists all models; of another one name its `config.json`".to_owned(),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            Err(failed(
                &[format!("the model `{name}` is not in the catalogue")],
                &tip,
            ))
        }
        Err(_) => of_file(path, args.weights.as_deref()),
        Ok(_) => Err(failed(
            &["`--weights` is for a `config.json`".to_owned()],
            "leave it out: the catalogue knows how large the model is",
        )),
    }
}

/// One that a file describes.
fn of_file(path: &Path, weights: Option<&str>) -> Result<Model, String> {
    let file = if path.is_dir() {
        path.join("config.json")
    } else {
        path.to_owned()
    };
    let config = small(&file)?;
    let quantized = there(&file, "hf_quant_config.json");
    let quantized = quantized.map(|path| small(&path)).transpose()?;
    let weights = match weights {
        Some(text) => written(text)?,
        None => beside(&file)?,
    };
    let name = path.display().to_string();
    match read_config(&config, quantized.as_ref(), weights) {
        Ok(Config {
            model,
            dimensions,
            fp8_cache,
        }) => Ok(Model {
            name,
            row: Ok(model),
            is_known: false,
            dimensions,
            fp8_cache,
        }),
        Err(Refused::Unknown(why)) => Ok(Model {
            name,
            row: Err(why),
            is_known: false,
            dimensions: None,
            fp8_cache: false,
        }),
        Err(Refused::Lacks(lacks)) => {
            let of_file = |what: String| format!("{}: {what}", file.display());
            let lacks: Vec<String> = lacks.into_iter().map(of_file).collect();
            let tip =
                "`hf download REPOSITORY --include '*.json'` brings it and the list of its weights";
            Err(failed(&lacks, tip))
        }
    }
}

fn written(text: &str) -> Result<Weights, String> {
    let gib = quantity::gib(text).ok_or_else(|| {
        failed(
            &[format!("`{text}` is no size that is known here")],
            "write it in `Mi` or `Gi`, as `15.2Gi`",
        )
    })?;
    Ok(Weights::Written(gib))
}

/// A file of the folder that another one is in.
fn there(beside: &Path, name: &str) -> Option<PathBuf> {
    Some(beside.with_file_name(name)).filter(|path| path.is_file())
}

/// What the files of its weights take, where they or their list lie beside it.
fn beside(config: &Path) -> Result<Weights, String> {
    if let Some(index) = there(config, "model.safetensors.index.json") {
        let source = text(&index)?;
        let name = index.display();
        // the list names every tensor: more than our own reader takes
        let list: Value = serde_json::from_str(&source.text)
            .map_err(|error| failed(&[format!("{name} is no JSON: {error}")], BROKEN))?;
        let size = list["metadata"]["total_size"].as_f64();
        let size = size.filter(|size| (1.0..1e15).contains(size));
        let size = size.ok_or_else(|| {
            failed(
                &[format!("{name}: it says no `metadata.total_size`")],
                "write `--weights 15.2Gi`",
            )
        })?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was looked at"
        )]
        return Ok(Weights::Files(size as u64));
    }
    let alone = there(config, "model.safetensors").and_then(|path| size(&path));
    Ok(alone.map_or(Weights::Unsaid, Weights::Files))
}

/// Bytes of a file, or of the one that a pointer of Git LFS stands for: <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>
fn size(path: &Path) -> Option<u64> {
    let size = fs::metadata(path).ok()?.len();
    if size >= 1024 {
        return Some(size);
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    let pointed = text
        .strip_prefix("version https://git-lfs.github.com/spec/")
        .and_then(|rest| rest.lines().find_map(|line| line.strip_prefix("size ")))
        .and_then(|bytes| bytes.parse().ok());
    Some(pointed.unwrap_or(size))
}

const BROKEN: &str = "bring it again: it may be a page on an error, or a pointer of Git LFS";

fn text(path: &Path) -> Result<Source, String> {
    let name = path.display().to_string();
    let tip = "name the `config.json` of a model, or a folder that holds it";
    // a pipe that nobody writes to would be waited for
    if fs::metadata(path).is_ok_and(|file| !file.is_file()) {
        return Err(failed(&[format!("`{name}` is no regular file")], tip));
    }
    files::named(path, &name).map_err(|problems| {
        let of_file = |one: Problem| match one.message {
            said if said.contains(&name) => said,
            said => format!("{name}: {said}"),
        };
        let said: Vec<String> = problems.into_iter().map(of_file).collect();
        failed(&said, tip)
    })
}

/// JSON as Python writes it: with `Infinity`, which other readers of JSON refuse, and ours takes for a word.
fn small(path: &Path) -> Result<Value, String> {
    let source = text(path)?;
    let document = Document::whole(&source);
    let root = document.node().map_err(|problems| {
        let said = |one: Problem| format!("{}: {}", path.display(), one.message);
        let said: Vec<String> = problems.into_iter().map(said).collect();
        failed(&said, BROKEN)
    })?;
    Ok(root.to_json())
}

fn failed(said: &[String], tip: &str) -> String {
    let lines: Vec<String> = said.iter().map(|line| format!("error: {line}\n")).collect();
    format!("{}\n  tip: {tip}\n", lines.concat())
}
