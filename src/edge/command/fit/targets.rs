//! What a model is to fit on: types of the command line, pools of files, or every GPU that is known.

use crate::catalog::{self, Card};
use crate::edge::cli::Fit;
use crate::edge::expansion::{add_unread, is_of_output};
use crate::edge::files;
use crate::fit::{self, Ask, Remedy, card_of};
use crate::problem::{Problems, did_you_mean};
use crate::view::{Pool, Sharing};
use crate::{Input, Mode, overview};

/// GPUs of one machine.
#[derive(Debug)]
pub(super) struct Target {
    /// How a person calls it: `pool l4 (g6.4xlarge)`.
    pub(super) name: String,
    /// Its pool.
    pub(super) pool: Option<String>,
    /// Its instance type.
    pub(super) instance_type: Option<String>,
    /// Each GPU, or why it is not known.
    pub(super) card: Result<Card, String>,
    /// GPUs of one machine.
    pub(super) most_gpus: Option<u32>,
    /// Pods that share a GPU.
    pub(super) slices: u32,
}

/// All that are asked for, with the problems of their files; or how to call it.
pub(super) fn of(args: &Fit) -> Result<(Vec<Target>, Problems), String> {
    if !args.paths.is_empty() {
        return of_pools(args);
    }
    if args.types.is_empty() {
        let all = catalog::cards().map(|card| Target {
            name: card.model.to_owned(),
            pool: None,
            instance_type: None,
            card: Ok(card),
            most_gpus: None,
            slices: 1,
        });
        return Ok((all.collect(), Problems::new()));
    }
    let types = args.types.iter().map(|name| of_type(name));
    Ok((types.collect::<Result<_, _>>()?, Problems::new()))
}

fn of_type(name: &str) -> Result<Target, String> {
    let Some(instance) = catalog::all().find(|row| row.name == name) else {
        let platforms = catalog::platforms();
        let nearest = platforms
            .iter()
            .find_map(|platform| catalog::nearest(platform, name));
        let tip = nearest.map_or_else(
            || "`gpu-machineset catalog` lists all types with GPUs".to_owned(),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        return Err(format!(
            "error: `{name}` is not in the catalogue\n\n  tip: {tip}\n"
        ));
    };
    Ok(Target {
        name: name.to_owned(),
        pool: None,
        instance_type: Some(name.to_owned()),
        card: card_of(&instance),
        most_gpus: (!instance.fractional).then_some(instance.gpus),
        slices: 1,
    })
}

/// The smallest type of the same cloud that it surely fits on, as it was asked.
pub(super) fn another_type(ask: &Ask, target: &Target) -> Option<Remedy> {
    let platform = catalog::platform_of(target.instance_type.as_deref()?)?;
    fit::another_type(ask, platform)
}

fn of_pools(args: &Fit) -> Result<(Vec<Target>, Problems), String> {
    let (sources, unread) = files::gather(&args.paths, &args.facts);
    let (overview, mut problems) = overview(&Input {
        sources,
        mode: Mode::Bare,
        ..Input::default()
    });
    problems.forget(is_of_output);
    add_unread(&mut problems, unread);
    if problems.has_errors() {
        return Ok((Vec::new(), problems));
    }
    let pools: Vec<(Option<&str>, &Pool)> = overview
        .clusters
        .iter()
        .flat_map(|cluster| {
            let platform = cluster.platform.as_deref();
            cluster.pools.iter().map(move |pool| (platform, pool))
        })
        .collect();
    let names = || pools.iter().map(|(_, pool)| pool.name.as_str());
    for asked in &args.pools {
        if !names().any(|name| name == asked) {
            let nearest = did_you_mean(asked, names());
            let tip = match (nearest, names().next()) {
                (Some(nearest), _) => format!("did you mean `{nearest}`?"),
                (None, Some(_)) => {
                    format!("the pools are {}", names().collect::<Vec<_>>().join(", "))
                }
                (None, None) => "the files hold no GpuMachineSet".to_owned(),
            };
            return Err(format!(
                "error: no pool has the name `{asked}`\n\n  tip: {tip}\n"
            ));
        }
    }
    let is_asked = |pool: &Pool| args.pools.is_empty() || args.pools.contains(&pool.name);
    let asked = pools.iter().filter(|(_, pool)| is_asked(pool));
    let targets = asked.map(|(platform, pool)| of_pool(*platform, pool));
    Ok((targets.collect(), problems))
}

fn of_pool(platform: Option<&str>, pool: &Pool) -> Target {
    let instance = platform.and_then(|platform| catalog::instance(platform, &pool.instance_type));
    let card = match instance {
        Some(instance) => card_of(&instance),
        None => Err(format!("{} is not in the catalogue", pool.instance_type)),
    };
    let slices = pool.sharing.as_ref().and_then(|one| one.pods_per_gpu);
    Target {
        name: format!("pool {} ({})", pool.name, pool.instance_type),
        pool: Some(pool.name.clone()),
        instance_type: Some(pool.instance_type.clone()),
        card: card.and_then(|card| cut(card, pool.sharing.as_ref())),
        most_gpus: instance.map(|instance| instance.gpus),
        slices: slices.unwrap_or(1),
    }
}

fn cut(card: Card, sharing: Option<&Sharing>) -> Result<Card, String> {
    match sharing.and_then(|one| one.profile.as_deref()) {
        Some(profile) => fit::slice(card, profile),
        None => Ok(card),
    }
}
