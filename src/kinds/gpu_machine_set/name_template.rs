//! Names of MachineSets out of a template.

use crate::types::name_part;

/// What a name template may hold.
pub(crate) struct Variables<'a> {
    pub(crate) infra: &'a str,
    pub(crate) name: &'a str,
    pub(crate) instance_type: &'a str,
    /// `None` where machines have none.
    pub(crate) zone: Option<&'a str>,
    pub(crate) region: &'a str,
}

/// The template of seed 000's names: `cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a`.
const DEFAULT: &str = "{infra}-gpu-{instanceType}-{zone}";

/// The same where machines have no zones.
const WITHOUT_ZONE: &str = "{infra}-gpu-{instanceType}";

/// The template of a set of whose name nobody says anything.
pub(crate) fn default_of(zone: Option<&str>) -> &'static str {
    zone.map_or(WITHOUT_ZONE, |_| DEFAULT)
}

/// A name as a template that gives it back: a value that it holds becomes a variable where it is a part by itself, or the
/// last one. The name as it is when the value is nowhere, or when it is not clear where it is meant.
pub(crate) fn with_variable(name: &str, value: &str, variable: &str) -> String {
    if value.is_empty() {
        return name.to_owned();
    }
    let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    let parts = name.match_indices(value).filter_map(|(at, _)| {
        let (before, rest) = name.split_at_checked(at)?;
        let after = rest.strip_prefix(value)?;
        let apart = is_apart(before.chars().next_back()) && is_apart(after.chars().next());
        apart.then_some((before, after))
    });
    let parts: Vec<(&str, &str)> = parts.collect();
    let meant = match parts[..] {
        [only] => Some(only),
        _ => name.strip_suffix(value).map(|before| (before, "")),
    };
    meant.map_or_else(
        || name.to_owned(),
        |(before, after)| format!("{before}{variable}{after}"),
    )
}

/// Names of the variables, for messages.
pub(crate) const VARIABLES: [&str; 6] = [
    "infra",
    "name",
    "instanceType",
    "instanceTypeRaw",
    "zone",
    "region",
];

impl Variables<'_> {
    fn value(&self, variable: &str) -> Option<String> {
        Some(match variable {
            "infra" => self.infra.to_owned(),
            "name" => self.name.to_owned(),
            "instanceType" => name_part(self.instance_type),
            "instanceTypeRaw" => self.instance_type.to_owned(),
            "zone" => self.zone?.to_owned(),
            "region" => self.region.to_owned(),
            _ => return None,
        })
    }

    /// Fills the template; the first unknown variable is the error.
    pub(crate) fn fill<'t>(&self, template: &'t str) -> Result<String, &'t str> {
        let mut name = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            name.push_str(before);
            let (variable, after) = after.split_once('}').ok_or(after)?;
            name.push_str(&self.value(variable).ok_or(variable)?);
            rest = after;
        }
        name.push_str(rest);
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_variable_where_it_is_clear_which_one_is_meant() {
        let zone = |name, value| with_variable(name, value, "{zone}");
        assert_eq!(zone("a-worker-us-east-2a", "us-east-2a"), "a-worker-{zone}");
        assert_eq!(zone("a-us-east-2a-big", "us-east-2a"), "a-{zone}-big");
        // parts of other words are none, and the end decides between several
        assert_eq!(
            zone("prod1-x7k2p-worker-eastus1", "1"),
            "prod1-x7k2p-worker-eastus{zone}"
        );
        assert_eq!(zone("1-worker-1", "1"), "1-worker-{zone}");
        assert_eq!(zone("1-a-1-b", "1"), "1-a-1-b");
        assert_eq!(
            (zone("nc16as", "1"), zone("a", "")),
            ("nc16as".into(), "a".into())
        );
    }

    #[test]
    fn the_default_gives_the_names_of_seed_000() {
        let variables = Variables {
            infra: "cluster-zpqdx-xxm9n",
            name: "l4",
            instance_type: "g6.4xlarge",
            zone: Some("us-east-2a"),
            region: "us-east-2",
        };
        let name = variables.fill(DEFAULT);
        assert_eq!(
            name.as_deref(),
            Ok("cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a")
        );
        assert_eq!(
            variables.fill("{name}-{instanceTypeRaw}").as_deref(),
            Ok("l4-g6.4xlarge")
        );
        assert_eq!(variables.fill("{zones}"), Err("zones"));
        assert_eq!(variables.fill("{zone"), Err("zone"));
        assert_eq!(
            name_part("Standard_NC24ads_A100_v4"),
            "standard-nc24ads-a100-v4"
        );
    }
}
