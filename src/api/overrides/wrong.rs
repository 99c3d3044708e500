//! What is wrong with parameters of pools, before the pools are judged with them.

use super::{Override, Overriding, Shape, pool_schema};
use crate::api::{OurKind, Schema, suggest};
use crate::problem::rules::argocd as rule;
use crate::problem::{Problem, did_you_mean};

pub(super) fn unknown_pool(given: &Override, pools: &[&str]) -> Problem {
    let written = given.name.split('.').next().unwrap_or(&given.name);
    let message = format!("there is no pool `{written}`");
    let near = did_you_mean(written, pools.iter().copied());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if pools.is_empty() => "the application holds no GpuMachineSet".to_owned(),
        None => format!("pools of the application: `{}`", pools.join("`, `")),
    };
    Problem::new(&rule::UNKNOWN_PARAMETER, given.place.clone(), message)
        .help(help)
        .values(written, near.map(str::to_owned))
}

pub(super) fn unknown_field(
    pool: &str,
    written: &str,
    given: &Override,
    fields: &[(String, Shape)],
) -> Problem {
    let root = Schema::of(OurKind::GpuMachineSet);
    let (parent, key) = written.rsplit_once('.').unwrap_or(("", written));
    let level = (parent.split('.').filter(|step| !step.is_empty()))
        .try_fold(pool_schema(), |level, step| {
            level.get("properties")?.get(step)
        });
    let is_field = level.is_some_and(|level| suggest::properties(level).any(|name| name == key));
    let problem =
        |message: String| Problem::new(&rule::UNKNOWN_PARAMETER, given.place.clone(), message);
    if is_field {
        let message = format!("field `{written}` of a pool cannot be a parameter");
        return problem(message).help(
            "parameters are texts, lists of texts and maps of texts: write it in the pool's file",
        );
    }
    let cure = suggest::field(
        root,
        level.unwrap_or(pool_schema()),
        &format!("spec.{written}"),
        key,
        |_| false,
    );
    let meant = cure.proposed.map(|path| match path.strip_prefix("spec.") {
        Some(path) => path.to_owned(),
        None if parent.is_empty() => path,
        None => format!("{parent}.{path}"),
    });
    let names = || fields.iter().map(|(field, _)| field.as_str());
    let meant = meant.filter(|meant| names().any(|name| name == meant));
    let meant = meant.or_else(|| did_you_mean(written, names()).map(str::to_owned));
    let help = match &meant {
        Some(field) => format!("did you mean `pool.{pool}.{field}`?"),
        None => format!(
            "fields that can be parameters: {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    };
    problem(format!("a pool has no field `{written}`"))
        .help(help)
        .values(written, meant)
}

pub(super) fn no_field(given: &Override, pool: &str) -> Problem {
    let message = format!(
        "parameter `{}` does not say which field of the pool it is",
        given.parameter
    );
    Problem::new(&rule::INVALID_PARAMETER, given.place.clone(), message).help(format!(
        "write `{{name: pool.{pool}.replicas, string: \"2\"}}`, or `{{name: pool.{pool}, map: {{replicas: \"2\"}}}}`"
    ))
}

pub(super) fn mistyped(
    shape: Shape,
    pool: &str,
    field: &str,
    value: &Overriding,
    given: &Override,
) -> Problem {
    let (takes, example) = match shape {
        Shape::String | Shape::Plain => ("a string", "string: \"...\""),
        Shape::List => ("an array", "array: [...]"),
        Shape::Map => ("a map", "map: {...}"),
    };
    let got = match value {
        Overriding::Text(_) => "a string",
        Overriding::List(_) => "an array",
        Overriding::Map(_) => "a map",
    };
    let message = format!("field `{field}` of pool `{pool}` takes {takes}, not {got}");
    Problem::new(&rule::INVALID_PARAMETER, given.place.clone(), message)
        .help(format!("write `{{name: pool.{pool}.{field}, {example}}}`"))
}

pub(super) fn twice(first: &str, pool: &str, field: &str, given: &Override) -> Problem {
    let message = format!("field `{field}` of pool `{pool}` is given twice");
    let help = if first == given.parameter {
        "remove one of them".to_owned()
    } else {
        format!("remove `{first}` or `{}`", given.parameter)
    };
    Problem::new(&rule::INVALID_PARAMETER, given.place.clone(), message).help(help)
}
