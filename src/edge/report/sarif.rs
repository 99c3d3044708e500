//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::parts;
use crate::edge::address;
use crate::problem::{Problem, Rule, Severity, escaped, shown};
use crate::types::hash::fnv1a;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run with the rules that are broken and a result per problem.
pub(super) fn print(problems: &[Problem]) -> String {
    with_address(problems, address::repository())
}

fn with_address(problems: &[Problem], repository: Option<&str>) -> String {
    let mut rules: Vec<&Rule> = problems.iter().map(|problem| problem.rule).collect();
    rules.sort_by_key(|rule| rule.slug);
    rules.dedup_by_key(|rule| rule.slug);
    let mut seen = BTreeMap::new();
    let results = problems.iter().map(|problem| {
        let occurrence = seen.entry(parts::identity(problem)).or_insert(0);
        *occurrence += 1;
        result(problem, &rules, *occurrence)
    });
    let results: Vec<Value> = results.collect();
    let mut driver = json!({
        "name": "gpu-machineset",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
    });
    if let Some(repository) = repository {
        driver["informationUri"] = repository.into();
    }
    let descriptors = rules.iter().map(|rule| descriptor(rule, repository));
    driver["rules"] = descriptors.collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    escaped(&format!("{log:#}\n"))
}

fn descriptor(rule: &Rule, repository: Option<&str>) -> Value {
    let mut descriptor = json!({
        "id": rule.slug,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": rule.explanation},
        "defaultConfiguration": {"level": level(rule.severity)},
    });
    if let Some(repository) = repository {
        let link = address::of_rule(repository, rule.slug);
        // GitHub asks for `helpUri` and shows `help`
        descriptor["help"]["text"] = format!("{}\n\n{link}", rule.explanation).into();
        descriptor["helpUri"] = link.into();
    }
    descriptor
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(problem: &Problem, rules: &[&Rule], occurrence: usize) -> Value {
    let fingerprint = format!(
        "{:016x}:{occurrence}",
        fnv1a(parts::identity(problem).bytes())
    );
    let mut result = json!({
        "ruleId": problem.rule.slug,
        "level": level(problem.severity()),
        "message": {"text": plain(&parts::in_words(problem))},
        "locations": [location(problem)],
        "partialFingerprints": {"problem/v1": fingerprint},
    });
    // an index of -1 means none and is the default
    if let Some(index) = rules.iter().position(|rule| rule.slug == problem.rule.slug) {
        result["ruleIndex"] = index.into();
    }
    result
}

fn location(problem: &Problem) -> Value {
    let place = &problem.place;
    let mut physical = json!({"artifactLocation": {"uri": uri(&place.file)}});
    if let Some((at, width)) = place.position {
        physical["region"] = json!({
            "startLine": at.line,
            "startColumn": at.column,
            "endColumn": at.column + width,
        });
    }
    if let Some((at, _)) = place.position.filter(|_| !place.is_hidden()) {
        physical["contextRegion"] = json!({
            "startLine": at.line,
            "snippet": {"text": shown(&place.line_text)},
        });
    }
    let mut location = json!({"physicalLocation": physical});
    let whereabouts = parts::whereabouts(problem);
    if !whereabouts.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": shown(&whereabouts)}]);
    }
    location
}

/// A message without what steers its reader. `[x](y)` would be a link (§3.11.6).
fn plain(text: &str) -> String {
    shown(text).replace("](", "\\](")
}

/// A path as a URI reference (RFC 3986): relative to wherever the tool ran, `file://` for an absolute one. A stream
/// (`<stdin>`) has its name and what has no place the folder: code scanning refuses results without a location.
fn uri(path: &str) -> String {
    let path = match path.trim_matches(['<', '>']) {
        "" => ".",
        path => path,
    };
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    let path = path.strip_prefix("./").unwrap_or(path);
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::Value;

    use super::*;

    fn log(problems: &[Problem]) -> Value {
        serde_json::from_str(&print(problems)).unwrap()
    }

    #[test]
    fn results_have_place_rule_and_fingerprint() {
        let mut log = log(&super::super::samples::problems()[..1]);
        for result in log["runs"][0]["results"].as_array_mut().unwrap() {
            // a new rule moves it; the test below holds it
            result.as_object_mut().unwrap().remove("ruleIndex");
        }
        assert_snapshot!(format!("{:#}", log["runs"][0]["results"]), @r#"
        [
          {
            "ruleId": "zone-outside-region",
            "level": "error",
            "message": {
              "text": "zone `us-east-1a` is not in region `us-east-2`\nin GpuMachineSet l4, spec.zones[1]\nfact: region `us-east-2` from Infrastructure/cluster (facts.yaml:9)\nhelp: zones with a worker MachineSet: us-east-2a, us-east-2b"
            },
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "gpu/pool%2C%20a.yaml"
                  },
                  "region": {
                    "startLine": 4,
                    "startColumn": 5,
                    "endColumn": 15
                  },
                  "contextRegion": {
                    "startLine": 4,
                    "snippet": {
                      "text": "  - us-east-1a"
                    }
                  }
                },
                "logicalLocations": [
                  {
                    "fullyQualifiedName": "GpuMachineSet l4, spec.zones[1]"
                  }
                ]
              }
            ],
            "partialFingerprints": {
              "problem/v1": "aa1256d06861199f:1"
            }
          }
        ]
        "#);
    }

    #[test]
    fn every_result_points_at_its_rule() {
        let log = log(&super::super::samples::problems());
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
        assert_eq!(rules.len(), 3, "only the rules that are broken");
    }

    #[test]
    fn links_lead_to_the_rule_once_there_is_an_address() {
        let problems = super::super::samples::problems();
        let driver = |repository| {
            let log: Value = serde_json::from_str(&with_address(&problems, repository)).unwrap();
            log["runs"][0]["tool"]["driver"].clone()
        };
        let there = driver(Some("https://github.com/somebody/gpu-machineset"));
        assert_eq!(
            there["informationUri"],
            "https://github.com/somebody/gpu-machineset"
        );
        for rule in there["rules"].as_array().unwrap() {
            let link = rule["helpUri"].as_str().unwrap();
            assert!(link.ends_with(&format!("rules.md#{}", rule["id"].as_str().unwrap())));
            assert!(rule["help"]["text"].as_str().unwrap().ends_with(link));
        }
        let nowhere = driver(None);
        assert_eq!(nowhere["informationUri"], Value::Null);
        assert!(!nowhere.to_string().contains("helpUri"));
    }

    #[test]
    fn fingerprints_survive_moved_lines_and_differ_within_a_run() {
        let mut problems = super::super::samples::problems();
        let one = problems.remove(0);
        let mut moved = one.clone();
        moved.place.position = None;
        let log = log(&[one.clone(), moved, one]);
        let print = |index: usize| {
            let prints = &log["runs"][0]["results"][index]["partialFingerprints"];
            prints["problem/v1"].as_str().unwrap().to_owned()
        };
        assert_eq!(print(0).split(':').next(), print(1).split(':').next());
        assert_ne!(print(0), print(1));
        assert_ne!(print(1), print(2));
    }

    #[test]
    fn paths_are_uri_references() {
        assert_eq!(uri("./a b/ü.yaml"), "a%20b/%C3%BC.yaml");
        assert_eq!(uri("/tmp/a.yaml"), "file:///tmp/a.yaml");
        assert_eq!([uri("<stdin>"), uri("")], ["stdin", "."]);
    }
}
