//! Code Quality reports of GitLab: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use serde_json::{Value, json};

use super::parts;
use crate::problem::{Problem, Severity, escaped};
use crate::types::hash::fnv1a;

/// All problems; `[]` when there is none.
pub(super) fn print(problems: &[Problem]) -> String {
    let list = problems.iter().map(problem).collect();
    escaped(&format!("{:#}\n", Value::Array(list)))
}

fn problem(problem: &Problem) -> Value {
    let place = &problem.place;
    let line = place.position.map_or(1, |(at, _)| at.line);
    // of a stream there is no file to show it in: the widget wants a path all the same
    let path = parts::real_file(problem).unwrap_or("stdin");
    json!({
        "description": parts::in_words(problem),
        "check_name": problem.rule.slug,
        "fingerprint": fingerprint(problem),
        "severity": match problem.severity() {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        "location": {"path": path.trim_start_matches("./"), "lines": {"begin": line}},
    })
}

/// The same for one problem wherever it moves in its file, so that a merge request shows what is new.
fn fingerprint(problem: &Problem) -> String {
    format!("{:016x}", fnv1a(parts::identity(problem).bytes()))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples;

    #[test]
    fn holds_what_the_widget_wants() {
        assert_snapshot!(super::print(&samples::problems()[..1]), @r#"
        [
          {
            "description": "zone `us-east-1a` is not in region `us-east-2`\nin GpuMachineSet l4, spec.zones[1]\nfact: region `us-east-2` from Infrastructure/cluster (facts.yaml:9)\nhelp: zones with a worker MachineSet: us-east-2a, us-east-2b",
            "check_name": "zone-outside-region",
            "fingerprint": "aa1256d06861199f",
            "severity": "critical",
            "location": {
              "path": "gpu/pool, a.yaml",
              "lines": {
                "begin": 4
              }
            }
          }
        ]
        "#);
    }

    #[test]
    fn a_problem_that_moves_is_the_same_one() {
        let mut one = samples::problems().remove(0);
        let before = super::fingerprint(&one);
        one.place.position = None;
        assert_eq!(super::fingerprint(&one), before);
        one.message.push('!');
        assert_ne!(super::fingerprint(&one), before);
    }
}
