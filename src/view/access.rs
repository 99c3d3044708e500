//! Who may use which pool, and what keeps it so.

use serde::Serialize;

use super::Cluster;
use super::section::{Block, Table};
use crate::api::gpu_access::Enforcement;
use crate::plan::{Access, AccessPool, AccessTeam};

/// What one team, or everybody, may use of one pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// Name of the GpuAccess.
    pub access: String,
    /// The pool.
    pub pool: String,
    /// The team; `null` for everybody.
    pub team: Option<String>,
    /// Its namespaces.
    pub namespaces: Vec<String>,
    /// What pods ask for: `nvidia.com/gpu`.
    pub resource: Option<String>,
    /// How many of them; `null` for no limit of its own.
    pub count: Option<u32>,
    /// How many of them the pool reaches.
    pub capacity: Option<u32>,
    /// What limits it: `ResourceQuota vision/gpu`.
    pub limited_by: Vec<String>,
    /// What happens to pods of other namespaces: `deny`, `warn`, `off`; `null` where everybody may use the pool.
    pub others: Option<&'static str>,
}

impl Share {
    /// The headings of what [`Share::cells`] has.
    const HEADS: [&'static str; 6] = [
        "Pool",
        "Team",
        "Namespaces",
        "May use",
        "Limited by",
        "Others",
    ];

    /// The cells of a table.
    fn cells(&self) -> [String; 6] {
        let or_none = |list: &[String]| match list {
            [] => "nothing".to_owned(),
            list => list.join(", "),
        };
        let resource = self.resource.as_deref().unwrap_or("GPUs");
        let amount = match (self.count, self.capacity, &self.team) {
            (Some(count), Some(capacity), _) => format!("{count} of {capacity} {resource}"),
            (Some(count), None, _) => format!("{count} {resource}"),
            // `all` is no number: teams with one come first
            (None, Some(capacity), Some(_)) => {
                format!("what others leave of {capacity} {resource}")
            }
            (None, Some(capacity), None) => format!("any of {capacity} {resource}"),
            (None, None, _) => format!("any {resource}"),
        };
        let others = match self.others {
            Some("deny") => "refused",
            Some("warn") => "warned",
            Some(_) => "not kept off",
            None => "may use it too",
        };
        [
            self.pool.clone(),
            self.team.clone().unwrap_or_else(|| "everybody".to_owned()),
            if self.team.is_none() {
                "all".to_owned()
            } else {
                or_none(&self.namespaces)
            },
            amount,
            or_none(&self.limited_by),
            others.to_owned(),
        ]
    }
}

/// The table of shares.
pub(super) fn section(cluster: &Cluster) -> Vec<Block> {
    let rows = cluster.access.iter().map(Share::cells);
    Table::of_words("Access", &Share::HEADS, rows)
        .into_iter()
        .collect()
}

/// Whose a pool is, behind what is said of it: `; for fraud (6), vision and everybody`. Nothing where nobody says it.
pub(super) fn whose(shares: &[Share], pool: &str) -> String {
    let names = shares.iter().filter(|share| share.pool == pool);
    let names = names.map(|share| match (&share.team, share.count) {
        (Some(team), Some(count)) => format!("{team} ({count})"),
        (Some(team), None) => team.clone(),
        (None, _) => "everybody".to_owned(),
    });
    let names: Vec<String> = names.collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => format!("; for {only}"),
        [first @ .., last] => format!("; for {} and {last}", first.join(", ")),
    }
}

/// All shares, pool by pool.
pub(super) fn shares(access: &Access) -> Vec<Share> {
    let pools = access.pools.iter();
    pools.flat_map(|pool| of_pool(access, pool)).collect()
}

fn of_pool(access: &Access, pool: &AccessPool) -> Vec<Share> {
    let others = pool
        .is_restricted()
        .then_some(match (&pool.guard, access.enforcement) {
            (None, _) | (_, Enforcement::Off) => "off",
            (_, Enforcement::Deny) => "deny",
            (_, Enforcement::Warn) => "warn",
        });
    let share = |team: Option<&AccessTeam>| {
        let amount = team.and_then(|team| team.gpus.get(&pool.face.name));
        let limits = team.map(|team| team.limits.as_slice()).unwrap_or_default();
        // a queue is of one pool, a quota of all
        let queue = format!("ClusterQueue {}", pool.key);
        let is_of_pool = |limit: &&String| {
            let rest = limit.strip_prefix(queue.as_str());
            !access.is_queued || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        Share {
            access: access.name.clone(),
            pool: pool.face.name.clone(),
            team: team.map(|team| team.name.clone()),
            namespaces: team
                .map(|team| team.namespaces.iter().cloned().collect())
                .unwrap_or_default(),
            resource: pool.resource.clone(),
            count: amount.and_then(|amount| amount.count()),
            capacity: pool.capacity,
            limited_by: limits.iter().filter(is_of_pool).cloned().collect(),
            others,
        }
    };
    let teams = access
        .teams
        .iter()
        .filter(|team| team.gpus.contains_key(&pool.face.name));
    let mut shares: Vec<Share> = teams.map(|team| share(Some(team))).collect();
    if !pool.is_restricted() {
        shares.push(share(None));
    }
    shares
}
