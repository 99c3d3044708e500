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
    let mut parts = name
        .match_indices(value)
        .map(|(at, _)| (at, at + value.len()));
    let parts = parts.by_ref().filter(|(start, end)| {
        let (before, after) = (name.get(..*start), name.get(*end..));
        is_apart(before.and_then(|text| text.chars().next_back()))
            && is_apart(after.and_then(|text| text.chars().next()))
    });
    let parts: Vec<(usize, usize)> = parts.collect();
    let at_the_end = || {
        name.len()
            .checked_sub(value.len())
            .filter(|_| name.ends_with(value))
    };
    let (start, end) = match (parts.first(), at_the_end()) {
        (Some(only), _) if parts.len() == 1 => *only,
        (_, Some(start)) => (start, name.len()),
        _ => return name.to_owned(),
    };
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    text(name.get(..start)) + variable + &text(name.get(end..))
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
