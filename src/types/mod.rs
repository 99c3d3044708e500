//! Names and numbers that were checked once and are right from then on. Each says where its rule comes from, and its
//! error says what it is, what is wrong and what the limit is.

mod cluster_id;
pub(crate) mod hash;
pub(crate) mod machine_api;
pub(crate) mod metadata_keys;
pub(crate) mod quantity;
mod shape;
mod version;

use std::fmt;
use std::ops::Deref;

pub(crate) use cluster_id::ClusterId;
pub(crate) use shape::{AMI_ID, CAPACITY_RESERVATION_ID, LABEL_KEY, LABEL_VALUE, SUBNET_ID};
pub(crate) use shape::{Shape, shape_of};
pub(crate) use version::{Release, Version};

/// Why a text is not the name that it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidName {
    /// What it should be: "label value".
    pub what: &'static str,
    /// The text as given.
    pub text: String,
    /// The rule that it breaks, with the limit.
    pub rule: String,
}

impl std::error::Error for InvalidName {}

impl fmt::Display for InvalidName {
    /// `` `a_b` is not a MachineSet name: at most 57 ... ``
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text.chars().take(80).collect();
        write!(f, "`{text}` is not {}: {}", self.what, self.rule)
    }
}

/// Declares newtypes over a checked string.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $shape:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(String);

        impl $name {
            /// The rule.
            pub(crate) const SHAPE: &'static Shape = &$shape;

            /// Checks a text.
            pub(crate) fn parse(text: &str) -> Result<Self, InvalidName> {
                Self::SHAPE.check(text)?;
                Ok(Self(text.to_owned()))
            }

            /// The text.
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }

        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// `Infrastructure.status.infrastructureName`: the cluster's name and five random characters. The installer cuts
    /// it at 27 characters (pkg/asset/installconfig/clusterid.go); others may write longer ones, so only the form of
    /// a DNS-1123 label is required here.
    InfraName: shape::INFRA_NAME;
    /// Name of a MachineSet: at most 57 characters. The machine API adds a dash and five characters for each Machine,
    /// and the API server cuts a generated name's base at 58 (k8s.io/apiserver names/generate.go), so a longer name
    /// is cut in silence; it is also the value of a label, at most 63. A dot is legal on AWS.
    SetName: shape::SET_NAME;
    /// A region, as the cloud spells it.
    Region: shape::REGION;
    /// A zone, as the cloud spells it: `us-east-2a` on AWS, `1` on Azure, `us-central1-a` on GCP.
    Zone: shape::ZONE;
    /// An instance type, as the cloud spells it: `g6.4xlarge`, `Standard_NC24ads_A100_v4`, `a2-highgpu-1g`.
    InstanceType: shape::INSTANCE_TYPE;
}

impl Zone {
    /// As a worker has it. The cloud or the author of its MachineSet decides what that is; whether it fits is said where
    /// it is held against its region, and where a name is made of it.
    pub(crate) fn of_worker(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl SetName {
    /// Longest name, in characters (all are ASCII).
    pub(crate) const LIMIT: usize = 57;
}

/// An instance type as part of a DNS-1123 name: lower case, and a dash for everything but letters and digits.
pub(crate) fn name_part(instance_type: &str) -> String {
    let part = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
        _ => '-',
    };
    instance_type.chars().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_name_leaves_room_for_its_machines() {
        let long = "a".repeat(58);
        assert!(SetName::parse(&long[1..]).is_ok());
        let error = SetName::parse(&long).expect_err("too long").to_string();
        assert!(
            error.contains("58 characters") && error.contains("57"),
            "{error}"
        );
        assert!(
            SetName::parse("c-x7k2p-gpu-g6.4xlarge-us-east-2a").is_ok(),
            "legal on AWS"
        );
        for wrong in ["", "A", "-a", "a-", "a..b", "a_b", "a.-b", "ä"] {
            assert!(SetName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn labels_and_taints_follow_kubernetes() {
        for right in [
            "a",
            "nvidia.com/gpu",
            "node-role.kubernetes.io/gpu",
            "A_b.c-1",
        ] {
            assert!(LABEL_KEY.check(right).is_ok(), "{right}");
        }
        let long_name = format!("a/{}", "b".repeat(64));
        let long_prefix = format!("{}/a", "a".repeat(254));
        for wrong in [
            "",
            "/a",
            "a/",
            "a/b/c",
            "A/b",
            "-a",
            "a b",
            &long_name,
            &long_prefix,
        ] {
            assert!(LABEL_KEY.check(wrong).is_err(), "{wrong}");
        }
        for right in ["", "true", "nvidia-l4", "A.b_c"] {
            assert!(LABEL_VALUE.check(right).is_ok(), "{right}");
        }
        for wrong in ["nvidia.com/gpu", "a b", "-a", "a-", &"a".repeat(64)] {
            assert!(LABEL_VALUE.check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_of_aws_are_told_from_placeholders() {
        assert!(AMI_ID.check("ami-0123456789abcdef0").is_ok());
        for wrong in [
            "ami-xyz",
            "AMI_ID",
            "ami-",
            "ami-0123456789abcdef01",
            "${AMI}",
        ] {
            assert!(AMI_ID.check(wrong).is_err(), "{wrong}");
        }
        assert!(
            CAPACITY_RESERVATION_ID
                .check("cr-0123456789abcdef0")
                .is_ok()
        );
        assert!(CAPACITY_RESERVATION_ID.check("cr-01234567").is_err());
        for right in ["subnet-0123456789abcdef0", "subnet-0a1b2c3d"] {
            assert!(SUBNET_ID.check(right).is_ok(), "{right}");
        }
        for wrong in [
            "subnet-0123456789",
            "subnet-private",
            "private-us-east-2a",
            "subnet-0A1B2C3D",
        ] {
            assert!(SUBNET_ID.check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn types_become_name_parts() {
        assert_eq!(name_part("g6.4xlarge"), "g6-4xlarge");
        assert_eq!(
            name_part("Standard_NC24ads_A100_v4"),
            "standard-nc24ads-a100-v4"
        );
    }
}
