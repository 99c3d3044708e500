//! Workflow commands of GitHub Actions:
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message>

use std::fmt::Write as _;

use super::parts;
use crate::problem::{Problem, Severity, shown};

/// One command per problem.
pub(super) fn print(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems {
        let command = match problem.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let mut properties = Vec::new();
        if let Some(file) = parts::real_file(problem) {
            properties.push(format!("file={}", property(file)));
            if let Some((at, width)) = problem.place.position {
                properties.push(format!("line={},endLine={}", at.line, at.line));
                properties.push(format!("col={},endColumn={}", at.column, at.column + width));
            }
        }
        properties.push(format!("title={}", property(problem.rule.slug)));
        let mut message = parts::in_words(problem);
        if parts::real_file(problem).is_none() && !problem.place.file.is_empty() {
            let _ = write!(message, "\nat {}", problem.place);
        }
        let message = data(&message);
        let _ = writeln!(text, "::{command} {}::{message}", properties.join(","));
    }
    text
}

/// As `escapeData` of actions/toolkit, of what is shown.
fn data(text: &str) -> String {
    shown(text).replace('%', "%25").replace('\n', "%0A")
}

/// As `escapeProperty` of actions/toolkit.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    #[test]
    fn one_line_per_problem_with_everything_escaped() {
        assert_snapshot!(super::print(&super::super::samples::problems()), @r#"
        ::error file=gpu/pool%2C a.yaml,line=4,endLine=4,col=5,endColumn=15,title=zone-outside-region::zone `us-east-1a` is not in region `us-east-2`%0Ain GpuMachineSet l4, spec.zones[1]%0Afact: region `us-east-2` from Infrastructure/cluster (facts.yaml:9)%0Ahelp: zones with a worker MachineSet: us-east-2a, us-east-2b
        ::error title=missing-fact::fact `region` is missing: 100%25%0Ahelp: any of:%0A- `Infrastructure/cluster`%0A- `ClusterFacts.spec.region`%0Aat <stdin>
        ::notice file=gpu/kustomization.yaml,title=kustomization-skipped::`gpu/kustomization.yaml` was not read: kustomize is not run
        "#);
    }
}
