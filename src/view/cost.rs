//! What machines cost per hour, by a person's own list.

use serde::{Serialize, Serializer};

use super::Cluster;

/// Millionths of a currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(u128);

const MILLION: u128 = 1_000_000;
/// Hours of a month, as price lists of clouds count them.
const MONTH: u64 = 730;

impl Price {
    /// A number with at most six decimals.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_number(whole, 12) || !is_number(part, 6) {
            return None;
        }
        let whole: u128 = whole.parse().ok()?;
        let part: u128 = format!("{part:0<6}").parse().ok()?;
        Some(Self(whole * MILLION + part))
    }

    pub(super) fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count.into()))
    }

    /// `1,234.50`, `0.5267`: two decimals, four below ten.
    fn text(self) -> String {
        let decimals = if self.0 < 10 * MILLION { 4 } else { 2 };
        let unit = 10_u128.pow(6 - decimals);
        let rounded = (self.0 + unit / 2) / unit;
        let scale = 10_u128.pow(decimals);
        let whole = u64::try_from(rounded / scale).unwrap_or(u64::MAX);
        let part = format!("{:0width$}", rounded % scale, width = decimals as usize);
        // cents always, more only when there is more
        let (cents, rest) = part.split_at(2);
        let rest = rest.trim_end_matches('0');
        format!("{}.{cents}{rest}", super::words::grouped(whole))
    }
}

impl Serialize for Price {
    /// As a number of the currency.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "JSON has no exacter number")]
        let number = self.0 as f64 / MILLION as f64;
        serializer.serialize_f64(number)
    }
}

/// What the machines of one currency cost per hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Its code: `USD`.
    pub currency: String,
    /// One machine of a pool; 0 where machines of several types come together.
    pub machine: Price,
    /// When all sets are new.
    pub first: Price,
    /// When the autoscaler has added what it may.
    pub max: Price,
}

/// What all machines cost per hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Costs {
    /// By currency, sorted.
    pub sums: Vec<Cost>,
    /// Types of which the list has no price: `p5.48xlarge (Spot)`. What they cost is in no sum.
    pub unpriced: Vec<String>,
}

impl Cost {
    /// The headings of what [`Cost::cells`] has.
    pub(super) const HEADS: [&'static str; 4] = ["Pool", "A machine", "At first", "At the most"];

    /// The cells of a table.
    fn cells(&self, pool: &str) -> [String; 4] {
        let text = |price: Price| format!("{} {}", price.text(), self.currency);
        [
            pool.to_owned(),
            text(self.machine),
            text(self.first),
            text(self.max),
        ]
    }
}

/// The cells of each pool that has a price.
pub(super) fn rows(cluster: &Cluster) -> impl Iterator<Item = [String; 4]> {
    let pools = cluster.pools.iter();
    pools.filter_map(|pool| Some(pool.cost.as_ref()?.cells(&pool.name)))
}

impl Costs {
    pub(super) fn sum(&mut self, cost: &Cost) {
        let at = self
            .sums
            .binary_search_by(|one| one.currency.cmp(&cost.currency));
        match at {
            Ok(at) => {
                if let Some(sum) = self.sums.get_mut(at) {
                    sum.first = Price(sum.first.0.saturating_add(cost.first.0));
                    sum.max = Price(sum.max.0.saturating_add(cost.max.0));
                }
            }
            Err(at) => self.sums.insert(
                at,
                Cost {
                    machine: Price::default(),
                    ..cost.clone()
                },
            ),
        }
    }

    pub(super) fn miss(&mut self, what: String) {
        if let Err(at) = self.unpriced.binary_search(&what) {
            self.unpriced.insert(at, what);
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for cost in &other.sums {
            self.sum(cost);
        }
        for what in &other.unpriced {
            self.miss(what.clone());
        }
    }

    /// Sentences: what it comes to, and what is in no sum.
    pub(super) fn sentences(&self) -> Vec<String> {
        let sum = |cost: &Cost| {
            let currency = &cost.currency;
            format!(
                "costs at first {} {currency} per hour, at the most {} {currency} per hour ({} {currency} in a month of {MONTH} hours)",
                cost.first.text(),
                cost.max.text(),
                cost.max.times(MONTH).text(),
            )
        };
        let mut sentences: Vec<String> = self.sums.iter().map(sum).collect();
        if !self.unpriced.is_empty() {
            let without = self.unpriced.join(", ");
            sentences.push(format!(
                "the list has no price of {without}: it is in no sum"
            ));
        }
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact_and_rounded_only_when_they_are_shown() {
        let text = |price: &str, count| Price::parse(price).map(|price| price.times(count).text());
        assert_eq!(text("1.3238", 1).as_deref(), Some("1.3238"));
        assert_eq!(text("1.3238", 3).as_deref(), Some("3.9714"));
        assert_eq!(text("1.3238", 300).as_deref(), Some("397.14"));
        assert_eq!(text("0.1", 1).as_deref(), Some("0.10"));
        assert_eq!(text("98.32", 1000).as_deref(), Some("98,320.00"));
        assert_eq!(text("0.333333", 3).as_deref(), Some("1.00"));
        for wrong in [
            "",
            ".",
            "1.",
            ".5",
            "1,5",
            "-1",
            "1e3",
            "$1",
            "1.0000001",
            "9999999999999",
        ] {
            assert_eq!(Price::parse(wrong), None, "{wrong}");
        }
    }
}
