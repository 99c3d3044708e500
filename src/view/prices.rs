//! A price list that a person brings: none is shipped, since what a machine costs is between a person and a cloud.

use std::collections::BTreeMap;

use super::cost::{Cost, Costs, Price};
use super::{Cluster, Overview, Pool};
use crate::krm::Source;
use crate::problem::rules::input as rule;
use crate::problem::{Place, Problem, did_you_mean, limited};

/// Ways in which machines are bought, as `market` of a pool spells them.
const MARKETS: [&str; 3] = ["OnDemand", "Spot", "CapacityBlock"];
/// Problems of one list.
const LIMIT: usize = 100;
const COLUMNS: &str = "a row has the instance type, the market, the price per hour, the currency and, if the price is of one region, the region, with tabs between";

/// What a machine costs per hour, by type, market and region; without a region everywhere else.
#[derive(Debug, Default)]
pub struct Prices {
    rows: BTreeMap<(String, &'static str, String), Row>,
}

#[derive(Debug)]
struct Row {
    price: Price,
    currency: String,
    line: usize,
}

impl Prices {
    /// Reads a list: five columns with tabs between, the last one optional. Empty lines, those that begin with `#`, and
    /// a heading whose first word is `type` are left out.
    ///
    /// # Errors
    /// Every row that says nothing, or something that another row says too.
    pub fn read(source: &Source) -> Result<Self, Vec<Problem>> {
        let mut prices = Self::default();
        let mut problems = Vec::new();
        let mut at = 0;
        for (index, line) in source.text.split('\n').enumerate() {
            let text = line.trim_end_matches('\r');
            let is_heading = prices.rows.is_empty() && text.starts_with("type\t");
            if !text.trim().is_empty() && !text.starts_with('#') && !is_heading {
                let line = Line { source, at, text };
                problems.extend(prices.add(&line, index + 1).err().map(|problem| *problem));
            }
            at += line.len() + 1;
        }
        if prices.rows.is_empty() && problems.is_empty() {
            let place = Place::in_file(source.name.as_str());
            problems.push(
                Problem::new(&rule::INVALID_PRICES, place, "no price in the list").help(COLUMNS),
            );
        }
        if problems.is_empty() {
            Ok(prices)
        } else {
            Err(limited(problems, LIMIT, "list"))
        }
    }

    fn add(&mut self, line: &Line<'_>, number: usize) -> Result<(), Box<Problem>> {
        let cells: Vec<&str> = line.text.split('\t').map(str::trim).collect();
        let (name, market, price, currency, region) = match cells[..] {
            [name, market, price, currency] => (name, market, price, currency, ""),
            [name, market, price, currency, region] => (name, market, price, currency, region),
            _ => {
                let count = cells.len();
                let what = if count == 1 { "column" } else { "columns" };
                return Err(line
                    .problem(line.text, format!("{count} {what} in a row"))
                    .help(COLUMNS)
                    .into());
            }
        };
        if name.is_empty() {
            return Err(line
                .problem(line.text, "no instance type".to_owned())
                .help(COLUMNS)
                .into());
        }
        let known = MARKETS.into_iter().find(|known| *known == market);
        let known = known.ok_or_else(|| {
            let message = format!("`{market}` is no market");
            let problem = line.problem(market, message);
            problem.help(match did_you_mean(market, MARKETS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", MARKETS.join(", ")),
            })
        })?;
        let price = Price::parse(price).ok_or_else(|| {
            let message = format!("`{price}` is no price per hour");
            line.problem(price, message)
                .help("write a number with a point and no sign of the currency: `1.3238`")
        })?;
        if currency.is_empty() || !currency.chars().all(|c| c.is_ascii_alphabetic()) {
            let message = format!("`{currency}` is no currency");
            return Err(line
                .problem(currency, message)
                .help("write its code: `USD`, `EUR`")
                .into());
        }
        let key = (name.to_owned(), known, region.to_owned());
        if let Some(first) = self.rows.get(&key) {
            let message = format!("`{name}` ({known}) has two prices");
            let problem = line.problem(name, message);
            return Err(problem
                .fact(format!("the first is in line {}", first.line))
                .into());
        }
        let row = Row {
            price,
            currency: currency.to_uppercase(),
            line: number,
        };
        self.rows.insert(key, row);
        Ok(())
    }

    fn of(&self, pool: &Pool, region: Option<&str>) -> Option<&Row> {
        let find = |region: &str| {
            let market = MARKETS.into_iter().find(|known| *known == pool.market)?;
            let key = (pool.instance_type.clone(), market, region.to_owned());
            self.rows.get(&key)
        };
        region.and_then(find).or_else(|| find(""))
    }
}

/// One line of a list.
struct Line<'a> {
    source: &'a Source,
    at: usize,
    text: &'a str,
}

impl Line<'_> {
    /// A problem at a part of the line.
    fn problem(&self, part: &str, message: String) -> Problem {
        let from = self.at + self.text.find(part).unwrap_or(0);
        let place = Place::in_source(self.source, from..from + part.len());
        Problem::new(&rule::INVALID_PRICES, place, message)
    }
}

impl Overview {
    /// The same with what it costs; machines without a price are named.
    #[must_use]
    pub fn priced(mut self, prices: &Prices) -> Self {
        let mut all = Costs::default();
        for cluster in &mut self.clusters {
            let costs = priced(cluster, prices);
            all.add(&costs);
            cluster.costs = Some(costs);
        }
        self.costs = Some(all);
        self
    }
}

fn priced(cluster: &mut Cluster, prices: &Prices) -> Costs {
    let mut costs = Costs::default();
    for pool in &mut cluster.pools {
        let row = prices.of(pool, cluster.region.as_deref());
        let cost = row.map(|row| Cost {
            currency: row.currency.clone(),
            machine: row.price,
            first: row.price.times(pool.totals.first.machines),
            max: row.price.times(pool.totals.max.machines),
        });
        match &cost {
            Some(cost) => costs.sum(cost),
            None => costs.miss(format!("{} ({})", pool.instance_type, pool.market)),
        }
        pool.cost = cost;
    }
    costs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<usize, Vec<String>> {
        let source = Source::new("prices.tsv", text);
        match Prices::read(&source) {
            Ok(prices) => Ok(prices.rows.len()),
            Err(problems) => Err(problems
                .iter()
                .map(|one| {
                    let at = one.place.position.map_or(0, |(at, _)| at.line);
                    format!("{at}: {} | {}", one.message, one.help.join(" | "))
                })
                .collect()),
        }
    }

    #[test]
    fn a_list_may_have_a_heading_comments_and_regions() {
        let text = "# of June\ntype\tmarket\tprice\tcurrency\tregion\r\ng6.4xlarge\tOnDemand\t1.3238\tUSD\r\n\ng6.4xlarge\tOnDemand\t1.5\tUSD\teu-central-1\ng6.4xlarge\tSpot\t0.5\tusd\n";
        assert_eq!(read(text), Ok(3));
    }

    #[test]
    fn every_wrong_row_is_told() {
        let text = "g6.4xlarge\tOnDemand\tcheap\tUSD\ng6.xlarge OnDemand 1 USD\ng6.xlarge\tspot\t1\tUSD\ng6.xlarge\tSpot\t1,5\tUSD\ng6.xlarge\tSpot\t-1\tUSD\na\tSpot\t1\t$\nb\tSpot\t1\tUSD\nb\tSpot\t2\tUSD\n";
        let said = read(text).unwrap_err();
        assert_eq!(said.len(), 7, "{said:?}");
        assert!(said[0].starts_with("1: `cheap` is no price per hour"));
        assert!(said[1].starts_with("2: 1 column in a row | a row has"));
        assert_eq!(said[2], "3: `spot` is no market | did you mean `Spot`?");
        assert!(said[5].starts_with("6: `$` is no currency"));
        assert_eq!(said[6], "8: `b` (Spot) has two prices | ");
        assert_eq!(read("# nothing\n").unwrap_err().len(), 1);
    }
}
