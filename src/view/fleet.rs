//! What several clusters get, in a few lines: totals, and a table of clusters by pools.

use std::collections::BTreeSet;

use super::{Cluster, Costs, Overview, Totals, words};

/// Pools that the table has a column for. With more it would be wider than what shows it.
const COLUMNS: usize = 6;

/// Clusters by pools.
pub(super) struct Summary {
    /// Heads of the columns.
    pub(super) head: Vec<String>,
    /// A row per cluster.
    pub(super) rows: Vec<Vec<String>>,
}

/// What all clusters get together.
pub(super) fn totals(clusters: &[Cluster]) -> Totals {
    let all = clusters.iter().map(|cluster| &cluster.totals);
    all.fold(Totals::default(), |sum, totals| sum.plus(totals))
}

/// Sentences: how many clusters with pools and with operators, and what they come to.
pub(super) fn sentences(overview: &Overview) -> Vec<String> {
    let clusters = &overview.clusters;
    let with_pools = clusters.iter().filter(|one| !one.pools.is_empty()).count() as u64;
    let with_operators = clusters.iter().filter(|one| !one.operators.is_empty());
    let operators = with_operators.count() as u64;
    let count = |number| words::count(number, "cluster", "clusters");
    let mut sentences = vec![format!(
        "{}: {with_pools} with pools, {operators} with operators",
        count(clusters.len() as u64)
    )];
    if with_pools > 0 {
        let totals = &overview.totals;
        sentences.push(format!("at first {}", words::amount(&totals.first)));
        sentences.push(format!("at the most {}", words::amount(&totals.max)));
    }
    sentences.extend(overview.costs.iter().flat_map(Costs::sentences));
    sentences
}

/// The table: for each cluster the machines of each pool and of all.
pub(super) fn summary(clusters: &[Cluster]) -> Summary {
    let pools = clusters.iter().flat_map(|cluster| &cluster.pools);
    let names: BTreeSet<&str> = pools.map(|pool| pool.name.as_str()).collect();
    let names: Vec<&str> = if names.len() > COLUMNS {
        Vec::new()
    } else {
        names.into_iter().collect()
    };
    let mut head: Vec<String> = ["Cluster", "Where"].map(str::to_owned).to_vec();
    head.extend(names.iter().map(|name| format!("Pool {name}")));
    head.extend(["Machines", "At first", "GPUs at the most", "Operators"].map(str::to_owned));
    let rows = clusters
        .iter()
        .map(|cluster| row(cluster, &names))
        .collect();
    Summary { head, rows }
}

fn row(cluster: &Cluster, names: &[&str]) -> Vec<String> {
    let place = [&cluster.platform, &cluster.region].map(|part| part.as_deref().unwrap_or(""));
    let version = cluster.openshift_version.as_deref().unwrap_or("");
    let mut cells = vec![
        cluster.name.clone(),
        format!("{} {version}", place.join(" ").trim())
            .trim()
            .to_owned(),
    ];
    for name in names {
        let mut pools = cluster.pools.iter().filter(|pool| pool.name == *name);
        cells.push(pools.next().map_or_else(String::new, |pool| {
            words::range(pool.totals.min.machines, pool.totals.max.machines)
        }));
    }
    let totals = &cluster.totals;
    cells.extend([
        words::range(totals.min.machines, totals.max.machines),
        words::grouped(totals.first.machines),
        words::grouped(totals.max.gpus),
        cluster.operators.len().to_string(),
    ]);
    cells
}
