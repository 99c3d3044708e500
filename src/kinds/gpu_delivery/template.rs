//! Texts of users inside of a template of Go: what the generator of an ApplicationSet fills in, and braces that are meant
//! for others and have to survive.

use serde_json::Value;

/// What the generator of a cluster fills in. Other braces are the chart's or a dashboard's.
const KNOWN: [&str; 6] = [
    ".name",
    ".nameNormalized",
    ".server",
    ".project",
    ".values.",
    ".metadata.",
];

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    /// What stands between `{{` and `}}`, when the generator knows it.
    Known(&'t str),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut rest, mut plain) = (text, 0);
    while let Some((before, after)) = rest.get(plain..).and_then(|rest| rest.split_once("{{")) {
        let begin = plain + before.len();
        let Some((inner, left)) = after.split_once("}}") else {
            break;
        };
        if is_known(inner) {
            parts.extend(rest.get(..begin).map(Part::Text));
            parts.push(Part::Known(inner));
            (rest, plain) = (left, 0);
        } else {
            plain = begin + 2;
        }
    }
    parts.push(Part::Text(rest));
    parts
}

fn is_known(inner: &str) -> bool {
    let mut words = inner.split([' ', '(', ')', '|', '-']);
    words.any(|word| {
        let is = |known: &str| word == known || known.ends_with('.') && word.starts_with(known);
        KNOWN.into_iter().any(is)
    })
}

/// The text as an ApplicationSet has it: other braces come out of its template as they are.
pub(super) fn escaped(text: &str) -> String {
    let part = |part: Part<'_>| match part {
        Part::Text(text) => text.replace("{{", "{{ \"{{\" }}"),
        Part::Known(inner) => format!("{{{{{inner}}}}}"),
    };
    parts(text).into_iter().map(part).collect()
}

/// The text on the cluster that Argo CD runs on.
pub(super) fn filled_in(text: &str, name: &str, server: &str) -> String {
    let part = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned(),
        Part::Known(inner) => match inner.trim_matches([' ', '-']) {
            ".name" | ".nameNormalized" => name.to_owned(),
            ".server" => server.to_owned(),
            _ => format!("{{{{{inner}}}}}"),
        },
    };
    parts(text).into_iter().map(part).collect()
}

/// Names of the values that a text asks for: `{{.values.replicas}}`.
pub(super) fn values<'t>(text: &'t str) -> Vec<&'t str> {
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let asked = |part: Part<'t>| match part {
        Part::Text(_) => Vec::new(),
        Part::Known(inner) => inner.split(".values.").skip(1).collect(),
    };
    let asked = parts(text).into_iter().flat_map(asked);
    asked.filter_map(|rest| rest.split(is_end).next()).collect()
}

/// Every text in a value, changed.
pub(super) fn change(value: &Value, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => change(text).into(),
        Value::Array(items) => items
            .iter()
            .map(|item| self::change(item, change))
            .collect(),
        Value::Object(entries) => {
            let entry =
                |(key, value): (&String, &Value)| (key.clone(), self::change(value, change));
            Value::Object(entries.iter().map(entry).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_generator_knows_stays_and_other_braces_survive() {
        for (text, set, local) in [
            ("plain", "plain", "plain"),
            ("a-{{.name}}", "a-{{.name}}", "a-hub"),
            ("{{ .server }}/x", "{{ .server }}/x", "https://h/x"),
            (
                "{{ $labels.gpu }}",
                "{{ \"{{\" }} $labels.gpu }}",
                "{{ $labels.gpu }}",
            ),
            ("{{x}}{{.name}}", "{{ \"{{\" }}x}}{{.name}}", "{{x}}hub"),
            ("{{ open", "{{ \"{{\" }} open", "{{ open"),
            (
                "{{index .metadata.annotations \"a\"}}",
                "{{index .metadata.annotations \"a\"}}",
                "{{index .metadata.annotations \"a\"}}",
            ),
        ] {
            assert_eq!(escaped(text), set);
            assert_eq!(filled_in(text, "hub", "https://h"), local);
        }
    }

    #[test]
    fn values_are_asked_for_by_name() {
        assert_eq!(
            values("{{.values.a}} {{ .values.b_1 | quote }} {{ .Values.c }}"),
            ["a", "b_1"]
        );
        assert!(values("{{ .name }} .values.x").is_empty());
    }
}
