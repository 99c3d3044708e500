//! Quotas that machines count against.

/// Name of the quota that machines of a type count against, as the cloud's console lists it; `None` when it is not
/// known here. AWS counts vCPU per account and region, on demand and spot apart
/// (docs.aws.amazon.com/AWSEC2/latest/UserGuide: ec2-on-demand-instances.html, using-spot-limits.html).
pub(super) fn of(instance_type: &str, spot: bool) -> Option<&'static str> {
    let letters: String = (instance_type.chars())
        .take_while(char::is_ascii_lowercase)
        .collect();
    let generation = instance_type.get(letters.len()..)?.chars().next()?;
    match (letters.as_str(), generation, spot) {
        ("g" | "gr", _, false) => Some("Running On-Demand G and VT instances"),
        ("g" | "gr", _, true) => Some("All G and VT Spot Instance Requests"),
        ("p", _, false) => Some("Running On-Demand P instances"),
        ("p", '2'..='4', true) => Some("All P4, P3 and P2 Spot Instance Requests"),
        ("p", '5', true) => Some("All P5 Spot Instance Requests"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_follow_the_family_and_the_market() {
        let names = [
            ("g6.4xlarge", false),
            ("gr6.4xlarge", true),
            ("p5.48xlarge", false),
            ("p4d.24xlarge", true),
        ];
        let names = names.map(|(name, spot)| of(name, spot));
        assert_eq!(names[0], Some("Running On-Demand G and VT instances"));
        assert_eq!(names[1], Some("All G and VT Spot Instance Requests"));
        assert_eq!(names[2], Some("Running On-Demand P instances"));
        assert_eq!(names[3], Some("All P4, P3 and P2 Spot Instance Requests"));
        assert_eq!(of("p6-b200.48xlarge", true), None);
    }
}
