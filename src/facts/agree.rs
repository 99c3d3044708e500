//! Facts that several sources state, made to agree.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::read::Statement;
use super::sources::Standing;
use super::{ClusterFacts, Fact, Origin, value};
use crate::cluster::FactName;
use crate::problem::rules::facts as rule;
use crate::problem::{Problem, Problems};
use crate::types::{InfraName, Region, Release, Zone};

/// What all statements about a cluster come to.
pub(super) fn agreed(
    name: &str,
    statements: &[&Statement],
    problems: &mut Problems,
) -> ClusterFacts {
    let zones = agree(name, FactName::Zones, statements, problems);
    let mut one = |fact| {
        let fact = agree(name, fact, statements, problems)?;
        let value = fact.value.into_iter().next()?;
        let origin = fact.origin;
        Some(Fact { value, origin })
    };
    let own = FactName::OWN.into_iter();
    let own = own.filter_map(|name| Some((name, one(name)?))).collect();
    let infra = one(FactName::InfrastructureName);
    let (platform, region) = (one(FactName::Platform), one(FactName::Region));
    let mut facts = ClusterFacts {
        platform,
        architecture: one(FactName::Architecture),
        managed: one(FactName::Managed),
        topology: one(FactName::Topology),
        cluster_autoscaler: one(FactName::ClusterAutoscaler),
        own,
        ..ClusterFacts::default()
    };
    let running = one(FactName::OpenshiftVersion);
    let installed = one(FactName::InstalledVersion);
    facts.infrastructure_name = value::parsed(infra, |text| InfraName::parse(text), problems);
    facts.region = value::parsed(region, |text| Region::parse(text), problems);
    let all = |texts: &Vec<String>| texts.iter().map(|text| Zone::parse(text)).collect();
    facts.zones = value::parsed(zones, all, problems);
    facts.openshift_version = value::parsed(running, |text| Release::parse(text), problems);
    facts.installed_version = value::parsed(installed, |text| Release::parse(text), problems);
    facts
}

/// What several sources state by a key: the first of each, and a problem where another says otherwise.
pub(super) fn by_key<'r, K: Ord + Clone + 'r, V: Clone + PartialEq + 'r>(
    stated: impl Iterator<Item = &'r (K, Fact<V>)>,
    what: impl Fn(&K) -> String,
    problems: &mut Problems,
) -> BTreeMap<K, Fact<V>> {
    let mut all: BTreeMap<K, Fact<V>> = BTreeMap::new();
    for (key, fact) in stated {
        let known = all.entry(key.clone()).or_insert_with(|| fact.clone());
        if known.value != fact.value {
            let quotes = [("first stated", &known.origin), ("otherwise", &fact.origin)];
            problems.push(disagree(&what(key), &quotes));
        }
    }
    all
}

/// The value that all sources of the best standing state. When they do not: one problem, and the first value, so that
/// nobody reports the fact as missing too.
fn agree(
    cluster: &str,
    fact: FactName,
    statements: &[&Statement],
    problems: &mut Problems,
) -> Option<Fact<Vec<String>>> {
    let stated = || statements.iter().filter(|statement| statement.fact == fact);
    // an override is no disagreement
    if let Some(given) = stated().find(|statement| statement.standing == Standing::Given) {
        return Some(Fact {
            value: given.values.clone(),
            origin: given.origin.clone(),
        });
    }
    let firm = || stated().filter(|statement| statement.standing != Standing::Fallback);
    let mut distinct: Vec<(Vec<String>, &Statement)> = Vec::new();
    for statement in firm() {
        let mut values = statement.values.clone();
        if fact == FactName::Zones {
            values.sort();
            values.dedup();
        }
        match distinct
            .iter_mut()
            .find(|(known, _)| same(fact, known, &values))
        {
            None => distinct.push((values, statement)),
            // `4.20` and `4.20.8` are one version: the longer one says more
            Some((known, origin)) if known.concat().len() < values.concat().len() => {
                *known = values;
                *origin = statement;
            }
            Some(_) => {}
        }
    }
    if distinct.len() > 1 {
        let quotes: Vec<(String, &Rc<Origin>)> = (distinct.iter())
            .map(|(values, statement)| {
                let what = format!("{fact} `{}`", values.join(", "));
                (what, &statement.origin)
            })
            .collect();
        let quotes: Vec<(&str, &Rc<Origin>)> = quotes
            .iter()
            .map(|(what, origin)| (what.as_str(), *origin))
            .collect();
        let problem = disagree(&format!("{fact} of cluster `{cluster}`"), &quotes);
        let said: Vec<&[String]> = distinct
            .iter()
            .map(|(values, _)| values.as_slice())
            .collect();
        problems.push(
            match zone_as_region(&said).filter(|_| fact == FactName::Region) {
                Some(zone) => problem.help(format!("`{zone}` looks like a zone, not a region")),
                None => problem,
            },
        );
    }
    let fallback = || {
        stated()
            .next()
            .map(|statement| (statement.values.clone(), *statement))
    };
    let (value, statement) = distinct.into_iter().next().or_else(fallback)?;
    let origin = statement.origin.clone();
    Some(Fact { value, origin })
}

/// What is longer than another by the letter of a zone.
fn zone_as_region(said: &[&[String]]) -> Option<String> {
    let ends = |one: &str, region: &&[String]| one.strip_prefix(&region.concat()).map(str::len);
    let is_zone = |one: &String| {
        said.iter()
            .any(|region| matches!(ends(one, region), Some(1 | 2)))
    };
    said.iter().map(|one| one.concat()).find(is_zone)
}

fn same(fact: FactName, a: &[String], b: &[String]) -> bool {
    let version = matches!(
        fact,
        FactName::OpenshiftVersion | FactName::InstalledVersion
    );
    let begins = |long: &String, short: &String| {
        let rest = long.strip_prefix(short.as_str());
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    match (a, b) {
        ([a], [b]) if version => a == b || begins(a, b) || begins(b, a),
        _ => a == b,
    }
}

/// The problem that sources say different things.
pub(super) fn disagree(what: &str, quotes: &[(&str, &Rc<Origin>)]) -> Problem {
    let place = quotes.last().map(|(_, origin)| origin.place.clone());
    let message = format!("sources disagree about the {what}");
    let mut problem = Problem::new(&rule::FACTS_DISAGREE, place.unwrap_or_default(), message);
    for (value, origin) in quotes {
        let path = origin.path.trim_start_matches('.');
        problem = problem.fact(format!("{value} from {origin}, `{path}`"));
    }
    problem.help("correct or remove the one that is stale or of another cluster")
}
