//! Problems in the forms that people and machines read.

mod github;
mod gitlab;
mod json;
mod junit;
mod parts;
mod sarif;
mod text;

use clap::ValueEnum;

use crate::problem::{Problem, Problems, Severity};

use super::reply::{Reply, Status};
use super::streams;

/// How problems are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, with the line and what to write instead
    Text,
    /// One array with all fields
    Json,
    /// GitHub workflow commands: annotations in the changed files
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitLab's Code Quality report, for its merge requests
    Gitlab,
    /// JUnit XML, for Jenkins, Tekton and others
    Junit,
}

/// When text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Even into a pipe
    Always,
    /// Not at all
    Never,
}

impl Color {
    /// Whether what goes to a terminal, or to a pipe, is coloured.
    pub(super) fn is_wanted(self, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => is_terminal && streams::may_colour(),
        }
    }
}

/// How the problems of a run are reported.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    /// Their form.
    pub(super) format: Format,
    /// Colours of the text form.
    pub(super) color: Color,
    /// Whether a warning fails the run, and who said so.
    pub(super) deny_warnings: Option<&'static str>,
    /// Whether infos are left out.
    pub(super) quiet: bool,
    /// How many problems the text form shows; the others are counted.
    pub(super) most: usize,
}

/// The flag that lets a warning fail the run.
pub(super) const DENY_WARNINGS: &str = "--deny-warnings";

impl Default for Report {
    fn default() -> Self {
        Self {
            format: Format::Text,
            color: Color::Auto,
            deny_warnings: None,
            quiet: false,
            most: usize::MAX,
        }
    }
}

impl Report {
    /// Whether the run fails.
    pub(super) fn fails(self, problems: &Problems) -> bool {
        let worst = problems.iter().map(Problem::severity).min();
        match worst {
            Some(Severity::Error) => true,
            Some(Severity::Warning) => self.deny_warnings.is_some(),
            _ => false,
        }
    }

    /// Standard output for what was rendered, standard error for the problems. A run that fails renders nothing.
    pub(super) fn beside(self, mut out: String, problems: Problems) -> Reply {
        if self.fails(&problems) {
            out.clear();
        }
        self.answer(out, problems)
    }

    /// The same for a ResourceList, which is answered with its items and results whatever is wrong with it.
    pub(super) fn answer(self, out: String, problems: Problems) -> Reply {
        let status = self.status(&problems);
        let err = self.print(problems, streams::stderr_is_terminal());
        Reply { out, err, status }
    }

    /// The problems alone: text on standard error, what machines read on standard output.
    pub(super) fn alone(self, problems: Problems) -> Reply {
        let status = self.status(&problems);
        let (out, err) = match self.format {
            Format::Text => (
                String::new(),
                self.print(problems, streams::stderr_is_terminal()),
            ),
            _ => (self.print(problems, false), String::new()),
        };
        Reply { out, err, status }
    }

    fn status(self, problems: &Problems) -> Status {
        if self.fails(problems) {
            Status::Problems
        } else {
            Status::Done
        }
    }

    /// The worst first, since kpt shows four lines; within a severity by place.
    fn print(self, problems: Problems, is_terminal: bool) -> String {
        let list = problems.sorted().into_iter();
        let is_said = |one: &Problem| !self.quiet || one.severity() != Severity::Info;
        let mut list: Vec<Problem> = list.filter(is_said).collect();
        list.sort_by_key(Problem::severity);
        match self.format {
            Format::Text => {
                let coloured = self.is_coloured(is_terminal);
                text::print(&list, coloured, self.deny_warnings, self.most)
            }
            Format::Json => json::print(&list),
            Format::Github => github::print(&list),
            Format::Sarif => sarif::print(&list),
            Format::Gitlab => gitlab::print(&list),
            Format::Junit => junit::print(&list, self.deny_warnings.is_some()),
        }
    }

    fn is_coloured(self, is_terminal: bool) -> bool {
        self.color.is_wanted(is_terminal)
    }
}

#[cfg(test)]
pub(super) mod samples {
    use crate::problem::rules::{facts, input, pool};
    use crate::problem::{ObjectRef, Place, Problem};
    use crate::{Position, Source};

    /// An error in a file, an error without a place, an info.
    pub(super) fn problems() -> Vec<Problem> {
        let text = "spec:\n  zones:\n  - us-east-2a\n  - us-east-1a\n";
        let source = Source::new("gpu/pool, a.yaml", text);
        let object = ObjectRef {
            api_version: "gpu-machineset.dev/v1alpha1".to_owned(),
            kind: "GpuMachineSet".to_owned(),
            name: "l4".to_owned(),
            namespace: String::new(),
        };
        let place = Place::in_source(&source, 34..44).of(object, "spec.zones[1]");
        assert_eq!(place.position, Some((Position { line: 4, column: 5 }, 10)));
        let message = "zone `us-east-1a` is not in region `us-east-2`";
        let zone = Problem::new(&pool::ZONE_OUTSIDE_REGION, place, message)
            .fact("region `us-east-2` from Infrastructure/cluster (facts.yaml:9)")
            .help("zones with a worker MachineSet: us-east-2a, us-east-2b")
            .values("us-east-1a", Some("us-east-2a".to_owned()));
        let fact = Problem::new(
            &facts::MISSING_FACT,
            Place::in_file("<stdin>"),
            "fact `region` is missing: 100%",
        )
        .help("any of:\n- `Infrastructure/cluster`\n- `ClusterFacts.spec.region`");
        let info = Problem::new(
            &input::KUSTOMIZATION_SKIPPED,
            Place::in_file("gpu/kustomization.yaml"),
            "`gpu/kustomization.yaml` was not read: kustomize is not run",
        );
        vec![zone, fact, info]
    }
}
