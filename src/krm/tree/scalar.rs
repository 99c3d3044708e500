//! What a plain scalar means to the readers that Kubernetes uses, and how a string is written so that all of them
//! read the same string back.

use serde_json::{Number, Value};

/// The type of a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolved {
    /// Empty, `~` or `null`.
    Null,
    /// `true` or `false`. `yes`, `on`... are strings to kustomize and booleans to `kubectl`: see [`is_yaml_1_1_bool`].
    Bool(bool),
    /// An integer that fits in 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// All else.
    Str,
}

impl Resolved {
    /// The JSON value of a plain scalar of this text.
    pub fn to_json(self, text: &str) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Number(value.into()),
            Self::Float(value) => Number::from_f64(value)
                .map_or_else(|| Value::String(text.to_owned()), Value::Number),
            Self::Str => Value::String(text.to_owned()),
        }
    }
}

/// The type of a plain scalar, as kyaml (go-yaml v3) and sigs.k8s.io/yaml (go-yaml v2) both see it.
pub(crate) fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "true" | "True" | "TRUE" => return Resolved::Bool(true),
        "false" | "False" | "FALSE" => return Resolved::Bool(false),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Resolved::Str;
    }
    let clean = text.replace('_', "");
    let digits = clean.strip_prefix(['+', '-']).unwrap_or(&clean);
    let negative = clean.starts_with('-');
    if let Some(value) = integer(digits) {
        return match i64::try_from(value) {
            Ok(value) if negative => Resolved::Int(-value),
            Ok(value) => Resolved::Int(value),
            Err(_) => Resolved::Float(float(&clean).unwrap_or(f64::MAX)),
        };
    }
    float(&clean).map_or(Resolved::Str, Resolved::Float)
}

fn integer(digits: &str) -> Option<u128> {
    let radix = |prefix: &str, radix| {
        let rest = digits.strip_prefix(prefix)?;
        u128::from_str_radix(rest, radix)
            .ok()
            .filter(|_| !rest.starts_with('+'))
    };
    if let Some(value) = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
    {
        return Some(value);
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) || digits.is_empty() {
        return None;
    }
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b < b'8') {
        return u128::from_str_radix(digits, 8).ok();
    }
    digits.parse().ok()
}

fn float(text: &str) -> Option<f64> {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    text.chars()
        .all(numeric)
        .then(|| text.parse().ok())?
        .filter(|_| has_digit)
}

/// Words that YAML 1.1 readers take for a boolean and YAML 1.2 readers for a string.
pub(crate) fn is_yaml_1_1_bool(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_typed_as_go_yaml_types_them() {
        for (text, expected) in [
            ("0777", Resolved::Int(511)),
            ("0o17", Resolved::Int(15)),
            ("0x1F", Resolved::Int(31)),
            ("08", Resolved::Int(8)),
            ("1_000", Resolved::Int(1000)),
            ("-3", Resolved::Int(-3)),
            ("1e3", Resolved::Float(1000.0)),
            ("1.2.3", Resolved::Str),
            ("2020-01-01", Resolved::Str),
            ("-", Resolved::Str),
            ("4.20.8", Resolved::Str),
            ("yes", Resolved::Str),
        ] {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }
}
