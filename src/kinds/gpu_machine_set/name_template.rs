//! Names of MachineSets out of a template.

use crate::types::name_part;

/// What a name template may hold.
pub(crate) struct Variables<'a> {
    pub(crate) infra: &'a str,
    pub(crate) name: &'a str,
    pub(crate) instance_type: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) region: &'a str,
}

/// The template of seed 000's names: `cluster-zpqdx-xxm9n-gpu-g6-4xlarge-us-east-2a`.
pub(crate) const DEFAULT: &str = "{infra}-gpu-{instanceType}-{zone}";

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
            "zone" => self.zone.to_owned(),
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
            zone: "us-east-2a",
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
