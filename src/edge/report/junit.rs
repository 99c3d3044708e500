//! JUnit XML, which Jenkins, Tekton dashboards, GitLab and Azure Pipelines show as tests. The form is that of
//! <https://github.com/testmoapp/junitxml>: there is no other standard of it.

use std::fmt::Write as _;

use super::parts;
use crate::problem::{Problem, Severity, reported};

/// A test for each problem: what fails the run fails the test, all else passes and says so. Without any there is one
/// test that passes, since a report of none is taken for a run that broke.
pub(super) fn print(problems: &[Problem], deny_warnings: bool) -> String {
    let fails = |problem: &Problem| match problem.severity() {
        Severity::Error => true,
        Severity::Warning => deny_warnings,
        Severity::Info => false,
    };
    let failures = problems.iter().filter(|problem| fails(problem)).count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\"",
        problems.len().max(1)
    );
    let _ = writeln!(text, "<testsuites {counts}>");
    let _ = writeln!(text, "  <testsuite name=\"gpu-machineset\" {counts}>");
    if problems.is_empty() {
        text.push_str("    <testcase classname=\"gpu-machineset\" name=\"no problem\"/>\n");
    }
    for problem in problems {
        let slug = xml(problem.rule.slug);
        let name = xml(&problem.message);
        let _ = write!(text, "    <testcase classname=\"{slug}\" name=\"{name}\"");
        if let Some(file) = parts::real_file(problem) {
            let _ = write!(text, " file=\"{}\"", xml(file));
        }
        let place = match problem.place.to_string() {
            place if place.is_empty() => place,
            place => format!("at {place}\n"),
        };
        let words = xml(&format!("{place}{}", parts::in_words(problem)));
        let severity = problem.severity();
        let _ = if fails(problem) {
            writeln!(
                text,
                ">\n      <failure type=\"{severity}\" message=\"{name}\">{words}</failure>\n    </testcase>"
            )
        } else {
            writeln!(
                text,
                ">\n      <system-out>{severity}: {words}</system-out>\n    </testcase>"
            )
        };
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

/// Text that no reader takes for markup or a command, and without the characters that XML does not know.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in reported(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::samples;

    #[test]
    fn a_problem_is_a_test_that_fails() {
        assert_snapshot!(super::print(&samples::problems()[..1], false), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="1" failures="1">
          <testsuite name="gpu-machineset" tests="1" failures="1">
            <testcase classname="zone-outside-region" name="zone `us-east-1a` is not in region `us-east-2`" file="gpu/pool, a.yaml">
              <failure type="error" message="zone `us-east-1a` is not in region `us-east-2`">at gpu/pool, a.yaml:4:5
        zone `us-east-1a` is not in region `us-east-2`
        in GpuMachineSet l4, spec.zones[1]
        fact: region `us-east-2` from Infrastructure/cluster (facts.yaml:9)
        help: zones with a worker MachineSet: us-east-2a, us-east-2b</failure>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn nothing_wrong_is_one_test_that_passes() {
        let text = super::print(&[], true);
        assert!(
            text.contains("<testsuites tests=\"1\" failures=\"0\">"),
            "{text}"
        );
    }

    #[test]
    fn markup_of_the_input_is_text() {
        assert_eq!(super::xml("<a b=\"&\">"), "&lt;a b=&quot;&amp;&quot;&gt;");
    }
}
