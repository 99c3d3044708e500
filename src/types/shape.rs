//! The rules behind the names, one table. The published schema carries the same rules as `format` and `pattern`.

mod devices;

use super::InvalidName;
use devices::{CPU_LIST, MDEV_TYPE, PCI_ADDRESS, PCI_ID, RESOURCE_CLASS};

/// The rule of one kind of name.
#[derive(Debug)]
pub(crate) struct Shape {
    /// `format` in the schema.
    pub format: &'static str,
    /// What it is, with its article: "a label value".
    pub what: &'static str,
    /// The rule in words.
    pub rule: &'static str,
    /// Most characters.
    pub max: usize,
    /// The rule as a regular expression (ECMA 262), without the length; for editors and the published schema.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the schema is written by a test")
    )]
    pub pattern: &'static str,
    fits: fn(&str) -> bool,
}

impl Shape {
    /// Checks a text; the error names the rule and the limit.
    pub(crate) fn check(&self, text: &str) -> Result<(), InvalidName> {
        let invalid = |rule: String| {
            Err(InvalidName {
                what: self.what,
                text: text.to_owned(),
                rule,
            })
        };
        let length = text.chars().count();
        if length > self.max {
            return invalid(format!(
                "it has {length} characters, {} are allowed",
                self.max
            ));
        }
        if text.is_empty() && !(self.fits)(text) {
            return invalid("it is empty".to_owned());
        }
        if (self.fits)(text) {
            Ok(())
        } else {
            invalid(self.rule.to_owned())
        }
    }
}

/// The shape of a `format` in the schema.
pub(crate) fn shape_of(format: &str) -> Option<&'static Shape> {
    ALL.iter().copied().find(|shape| shape.format == format)
}

const ALL: [&Shape; 29] = [
    &OBJECT_NAME,
    &DNS_LABEL,
    &INFRA_NAME,
    &SET_NAME,
    &REGION,
    &ZONE,
    &INSTANCE_TYPE,
    &LABEL_KEY,
    &LABEL_VALUE,
    &TAINT_KEY,
    &TAINT_VALUE,
    &AMI_ID,
    &CAPACITY_RESERVATION_ID,
    &SUBNET_ID,
    &PRICE,
    &VERSION,
    &VERSIONS,
    &DURATION,
    &SHARE,
    &VALUE_NAME,
    &SYNC_OPTION,
    &GROUP_NAME,
    &CRON,
    &DESCRIPTION,
    &PCI_ID,
    &PCI_ADDRESS,
    &RESOURCE_CLASS,
    &CPU_LIST,
    &MDEV_TYPE,
];

const LABEL: &str = "lower case letters, digits and `-`, beginning and ending with a letter or digit, at most 63 characters";
const LABEL_PATTERN: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
const SUBDOMAIN: &str = "lower case letters, digits, `-` and `.`, every part beginning and ending with a letter or digit, at most 253 characters";
const SUBDOMAIN_PATTERN: &str =
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
const QUALIFIED: &str = "letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, at most 63, after an optional DNS name and one `/`";
const QUALIFIED_PATTERN: &str = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
const VALUE: &str = "letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit, at most 63 characters";
const VALUE_PATTERN: &str = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

const OBJECT_NAME: Shape = Shape {
    format: "object-name",
    what: "a name of a Kubernetes object",
    rule: SUBDOMAIN,
    max: 253,
    pattern: SUBDOMAIN_PATTERN,
    fits: is_subdomain,
};
const DNS_LABEL: Shape = Shape {
    format: "dns-label",
    what: "a DNS label",
    rule: LABEL,
    max: 63,
    pattern: LABEL_PATTERN,
    fits: is_label,
};
pub(super) const INFRA_NAME: Shape = Shape {
    format: "infrastructure-name",
    what: "an infrastructure name",
    rule: LABEL,
    max: 63,
    pattern: LABEL_PATTERN,
    fits: is_label,
};
pub(super) const SET_NAME: Shape = Shape {
    format: "machine-set-name",
    what: "a MachineSet name",
    rule: "lower case letters, digits, `-` and `.`, every part beginning and ending with a letter or digit, at most 57 characters",
    max: super::SetName::LIMIT,
    pattern: SUBDOMAIN_PATTERN,
    fits: is_subdomain,
};
pub(super) const REGION: Shape = Shape {
    format: "region",
    what: "a region",
    rule: LABEL,
    max: 63,
    pattern: LABEL_PATTERN,
    fits: is_label,
};
pub(super) const VERSIONS: Shape = Shape {
    format: "openshift-versions",
    what: "a range of OpenShift versions",
    rule: "bounds with blanks between them, each a version `4.18` behind `>=`, `>`, `<=`, `<` or nothing",
    max: 63,
    pattern: r"^(>=|>|<=|<|=)? ?[0-9]+\.[0-9]+( +(>=|>|<=|<|=)? ?[0-9]+\.[0-9]+)*$",
    fits: |text| super::version::bounds(text).is_some(),
};
pub(super) const ZONE: Shape = Shape {
    format: "zone",
    what: "a zone",
    rule: VALUE,
    max: 63,
    pattern: "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$",
    fits: |text| !text.is_empty() && is_value(text),
};
pub(super) const INSTANCE_TYPE: Shape = Shape {
    format: "instance-type",
    what: "an instance type",
    rule: VALUE,
    max: 63,
    pattern: "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$",
    fits: |text| !text.is_empty() && is_value(text),
};
/// An optional DNS-1123 subdomain and a slash, and a name of at most 63 characters (`IsQualifiedName`).
pub(crate) const LABEL_KEY: Shape = Shape {
    format: "label-key",
    what: "a label key",
    rule: QUALIFIED,
    max: 317,
    pattern: QUALIFIED_PATTERN,
    fits: is_qualified,
};
/// Empty, or at most 63 characters (`IsValidLabelValue`).
pub(crate) const LABEL_VALUE: Shape = Shape {
    format: "label-value",
    what: "a label value",
    rule: VALUE,
    max: 63,
    pattern: VALUE_PATTERN,
    fits: is_value,
};
const TAINT_KEY: Shape = Shape {
    format: "taint-key",
    what: "a taint key",
    rule: QUALIFIED,
    max: 317,
    pattern: QUALIFIED_PATTERN,
    fits: is_qualified,
};
const TAINT_VALUE: Shape = Shape {
    format: "taint-value",
    what: "a taint value",
    rule: VALUE,
    max: 63,
    pattern: VALUE_PATTERN,
    fits: is_value,
};
/// 8 or, today, 17 hexadecimal digits.
pub(crate) const AMI_ID: Shape = Shape {
    format: "ami-id",
    what: "an AWS image id",
    rule: "`ami-` and 8 to 17 hexadecimal digits in lower case",
    max: 21,
    pattern: "^ami-[0-9a-f]{8,17}$",
    fits: |text| is_id(text, "ami-", |digits| (8..=17).contains(&digits)),
};
/// machine-api-operator pkg/webhooks/machine_webhook.go.
pub(crate) const CAPACITY_RESERVATION_ID: Shape = Shape {
    format: "capacity-reservation-id",
    what: "an AWS capacity reservation",
    rule: "`cr-` and 17 hexadecimal digits in lower case",
    max: 20,
    pattern: "^cr-[0-9a-f]{17}$",
    fits: |text| is_id(text, "cr-", |digits| digits == 17),
};
/// 8 or, today, 17 hexadecimal digits.
pub(crate) const SUBNET_ID: Shape = Shape {
    format: "subnet-id",
    what: "an AWS subnet id",
    rule: "`subnet-` and 8 or 17 hexadecimal digits in lower case",
    max: 24,
    pattern: "^subnet-([0-9a-f]{8}|[0-9a-f]{17})$",
    fits: |text| is_id(text, "subnet-", |digits| matches!(digits, 8 | 17)),
};
const PRICE: Shape = Shape {
    format: "price",
    what: "a price",
    rule: "a decimal above zero, as `1.20`",
    max: 20,
    pattern: r"^(-1|(?!0+(\.0+)?$)[0-9]+(\.[0-9]+)?)$",
    fits: is_price,
};
pub(super) const VERSION: Shape = Shape {
    format: "openshift-version",
    what: "an OpenShift version",
    rule: "`4.20.8`: major, minor, and patch if known",
    max: 80,
    pattern: r"^[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4}([-+][-+.A-Za-z0-9]+)?)?$",
    fits: |text| super::version::read(text).is_some(),
};

/// Go's form, as the CRD of the ClusterAutoscaler takes it.
const DURATION: Shape = Shape {
    format: "go-duration",
    what: "a duration",
    rule: "numbers with a unit, as `10m`, `90s` or `1h30m`",
    max: 40,
    pattern: r"^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$",
    fits: is_duration,
};
const SHARE: Shape = Shape {
    format: "share",
    what: "a share",
    rule: "a decimal between 0 and 1, as `0.4`",
    max: 20,
    pattern: r"^0\.[0-9]*[1-9][0-9]*$",
    fits: |text| text.starts_with("0.") && is_price(text),
};

/// What a Go template reads behind a dot.
const VALUE_NAME: Shape = Shape {
    format: "value-name",
    what: "a name of a value",
    rule: "letters, digits and `_`, beginning with a letter",
    max: 63,
    pattern: "^[A-Za-z][A-Za-z0-9_]*$",
    fits: |text| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    },
};
/// argo-cd docs/user-guide/sync-options.md.
const SYNC_OPTION: Shape = Shape {
    format: "sync-option",
    what: "a sync option",
    rule: "a name and a value, as `CreateNamespace=true`",
    max: 200,
    pattern: "^[A-Za-z]+=[A-Za-z]+$",
    fits: |text| {
        let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphabetic());
        (text.split_once('=')).is_some_and(|(name, value)| word(name) && word(value))
    },
};
/// argo-cd pkg/apis/application/v1alpha1/types.go, validateGroupName: a comma would have to be quoted.
const GROUP_NAME: Shape = Shape {
    format: "group-name",
    what: "a name of a group",
    rule: "no quotes, commas, tabs or line breaks, no space at its ends",
    max: 255,
    pattern: r#"^[^\s",]([^",\n\r\t]*[^\s",])?$"#,
    fits: |text| {
        let is_wrong = |c: char| matches!(c, '"' | ',' | '\n' | '\r' | '\t');
        !text.is_empty() && text.trim() == text && !text.contains(is_wrong)
    },
};
/// argo-cd pkg/apis/application/v1alpha1/types.go, SyncWindow.Validate: five fields, or none of the short words.
const CRON: Shape = Shape {
    format: "cron",
    what: "a schedule",
    rule: "minute, hour, day of the month, month and day of the week, as `0 22 * * *`",
    max: 200,
    pattern: r"^\S+( +\S+){4}$",
    fits: is_cron,
};
/// argo-cd pkg/apis/application/v1alpha1/types.go, AppProjectSpec.
const DESCRIPTION: Shape = Shape {
    format: "description",
    what: "a description",
    rule: "at most 255 characters",
    max: 255,
    pattern: "^",
    fits: |_| true,
};

/// Each field a list of `*`, numbers, names or ranges of them, with a step perhaps, within its bounds.
fn is_cron(text: &str) -> bool {
    const BOUNDS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];
    const NAMES: &str =
        "jan feb mar apr may jun jul aug sep oct nov dec sun mon tue wed thu fri sat";
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let value = |text: &str, (least, most): (u32, u32)| match text.parse::<u32>() {
        Ok(number) => (least..=most).contains(&number),
        Err(_) => most < 13 && NAMES.split(' ').any(|name| name.eq_ignore_ascii_case(text)),
    };
    let part = |part: &str, bounds: (u32, u32)| {
        let (range, step) = part.split_once('/').map_or((part, "1"), |both| both);
        let is_range = match range.split_once('-') {
            _ if matches!(range, "*" | "?") => true,
            Some((from, to)) => value(from, bounds) && value(to, bounds),
            None => value(range, bounds),
        };
        is_range && step.parse::<u32>().is_ok_and(|step| step > 0)
    };
    fields.len() == BOUNDS.len()
        && (fields.iter().zip(BOUNDS))
            .all(|(field, bounds)| field.split(',').all(|one| part(one, bounds)))
}

fn is_label(text: &str) -> bool {
    let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

fn is_value(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let edge = |b: Option<u8>| b.is_none_or(|b| b.is_ascii_alphanumeric());
    text.bytes().all(inner) && edge(text.bytes().next()) && edge(text.bytes().next_back())
}

fn is_qualified(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    let prefix_fits = prefix.is_none_or(|prefix| prefix.len() <= 253 && is_subdomain(prefix));
    prefix_fits && !name.is_empty() && name.len() <= 63 && is_value(name)
}

fn is_id(text: &str, prefix: &str, has: fn(usize) -> bool) -> bool {
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    text.strip_prefix(prefix)
        .is_some_and(|id| has(id.len()) && id.bytes().all(hex))
}

fn is_duration(text: &str) -> bool {
    let units = ["ns", "us", "ms", "s", "m", "h"];
    let mut rest = text;
    while !rest.is_empty() {
        let number = |c: char| c.is_ascii_digit() || c == '.';
        let unit_at = rest.find(|c| !number(c)).unwrap_or(rest.len());
        let (value, after) = rest.split_at(unit_at);
        let unit_end = after.find(number).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let parts: Vec<&str> = value.split('.').collect();
        if parts.len() > 2 || parts.contains(&"") || !units.contains(&unit) {
            return false;
        }
        rest = after;
    }
    !text.is_empty()
}

fn is_price(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let decimal = match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    };
    // on Azure: up to the price on demand; others refuse it themselves
    text == "-1" || decimal && text.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_unique_and_found() {
        for shape in ALL {
            let found = shape_of(shape.format).map(|found| found.what);
            assert_eq!(found, Some(shape.what));
        }
        assert!(shape_of("uint32").is_none());
    }

    #[test]
    fn prices_are_decimals_above_zero() {
        assert!(PRICE.check("1.20").is_ok());
        assert!(PRICE.check("-1").is_ok());
        for wrong in [
            "", "0", "0.00", "-2", "-1.0", "1,20", "$1.20", "1.", ".5", "1e3",
        ] {
            assert!(PRICE.check(wrong).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        /// An editor (pattern) and a run (fits) must say the same.
        #[test]
        fn patterns_say_what_the_code_says(text in "[a-zA-Z0-9._/-]{0,8}|ami-[0-9a-g]{7,18}|cr-[0-9a-f]{16,18}|subnet-[0-9a-f]{7,18}|[0-9.]{1,5}|([0-9.]{1,3}[nusmh]{1,2}){1,2}") {
            for shape in ALL {
                // the regex crate has no look-ahead
                let (pattern, zero) = match shape.format {
                    "price" => (r"^(-1|[0-9]+(\.[0-9]+)?)$", text.bytes().all(|b| b == b'0' || b == b'.')),
                    _ => (shape.pattern, false),
                };
                let matches = regex::Regex::new(pattern).expect("a pattern").is_match(&text) && !zero;
                proptest::prop_assert_eq!(matches && text.len() <= shape.max, shape.check(&text).is_ok(), "{} {}", shape.format, text);
            }
        }
    }
}
