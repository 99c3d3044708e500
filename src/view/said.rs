//! Problems of a run, as a plan shows them: what a reviewer sees must not be less than what the terminal says.

use super::Said;
use crate::problem::{Problem, Problems};

/// All of them, the worst first, within a severity by place.
pub fn said(problems: &Problems) -> Vec<Said> {
    let mut list: Vec<&Problem> = problems.iter().collect();
    list.sort_by_key(|problem| problem.severity());
    list.into_iter().map(one).collect()
}

fn one(problem: &Problem) -> Said {
    let place = &problem.place;
    let object = place.object.as_ref().map(ToString::to_string);
    Said {
        severity: problem.severity().to_string(),
        rule: problem.rule.slug,
        message: problem.message.clone(),
        file: place.file.clone(),
        line: place.position.map(|(at, _)| at.line),
        object,
        path: place.path.clone(),
        facts: problem.facts.clone(),
        help: problem.help.clone(),
    }
}

impl Said {
    /// `gpu.yaml:5, GpuMachineSet l4, spec.zones`; empty where no place is known.
    pub(super) fn place(&self) -> String {
        let line = self
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let file = match self.file.as_str() {
            "" => String::new(),
            file => format!("{file}{line}"),
        };
        let object = self.object.clone().unwrap_or_default();
        let parts = [file, object, self.path.clone()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

/// What needs somebody, and what needs nobody: the one stands above what it is about, the other below.
pub(super) fn split(said: &[Said]) -> [Vec<&Said>; 2] {
    let (infos, grave) = said.iter().partition(|one| one.severity == "info");
    [grave, infos]
}

/// `1 warning, 3 infos`
pub(super) fn counted(said: &[&Said]) -> String {
    let number = |severity: &str| said.iter().filter(|one| one.severity == severity).count() as u64;
    let counts = [
        (number("error"), "error", "errors"),
        (number("warning"), "warning", "warnings"),
        (number("info"), "info", "infos"),
    ];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(number, one, many)| super::words::count(number, one, many))
        .collect();
    counts.join(", ")
}
