//! The look of rustc: what, where, the line, which fact contradicts, what to write instead. The first line says the
//! most important thing alone.

use std::fmt::Write as _;

use super::parts;
use crate::problem::{Place, Problem, Severity, reported, shown};

/// Columns of a source line that are shown; of a longer one the part around the caret.
const WIDEST: usize = 120;
/// Columns shown before the caret of a line that is cut.
const BEFORE: usize = 40;
const CUT: &str = "...";
const TAB: &str = "    ";

/// The problems, the worst first and so many at most, and the count of all; nothing when there is none.
pub(super) fn print(
    problems: &[Problem],
    coloured: bool,
    deny_warnings: Option<&str>,
    most: usize,
) -> String {
    let paint = Paint(coloured);
    let mut text = String::new();
    for problem in problems.iter().take(most) {
        one(&mut text, problem, paint);
        text.push('\n');
    }
    if let Some(more) = problems.len().checked_sub(most).filter(|more| *more > 0) {
        let _ = writeln!(text, "and {more} more\n");
    }
    if !problems.is_empty() {
        text.push_str(&count(problems));
        let worst = problems.first().map(Problem::severity);
        if let Some(who) = deny_warnings.filter(|_| worst == Some(Severity::Warning)) {
            let _ = write!(text, ", denied by {who}");
        }
        text.push('\n');
    }
    text
}

fn one(text: &mut String, problem: &Problem, paint: Paint) {
    let severity = problem.severity();
    let head = paint.severity(severity, &format!("{severity}[{}]", problem.rule.slug));
    let message = paint.bold(&format!(": {}", in_one_line(&problem.message)));
    let _ = writeln!(text, "{head}{message}");

    let place = &problem.place;
    let line = place.position.map(|(at, _)| at.line.to_string());
    let gutter = " ".repeat(line.as_ref().map_or(1, String::len));
    let whereabouts = parts::whereabouts(problem);
    if !place.file.is_empty() || !whereabouts.is_empty() {
        let arrow = paint.frame("-->");
        let gap = if place.file.is_empty() || whereabouts.is_empty() {
            ""
        } else {
            "  "
        };
        let place = in_one_line(&place.to_string());
        let whereabouts = in_one_line(&whereabouts);
        let _ = writeln!(text, "{gutter}{arrow} {place}{gap}{whereabouts}");
    }
    // of what is only to be known the line says nothing more
    let is_shown = severity != Severity::Info && !place.line_text.trim().is_empty();
    if let Some(line) = line.filter(|_| is_shown) {
        let (shown, padding, width) = around_caret(place);
        let carets = paint.severity(severity, &"^".repeat(width));
        let bar = paint.frame("|");
        let line = paint.frame(&line);
        let _ = writeln!(text, "{gutter} {bar}");
        let _ = writeln!(text, "{line} {bar} {shown}");
        let _ = writeln!(text, "{gutter} {bar} {}{carets}", " ".repeat(padding));
    }
    for (label, detail) in parts::details(problem) {
        let mark = paint.frame("=");
        let label = paint.bold(label);
        let indent = " ".repeat(gutter.len() + 9);
        for (index, line) in reported(detail).lines().enumerate() {
            let line = printable(line);
            let _ = match index {
                0 => writeln!(text, "{gutter} {mark} {label}: {line}"),
                _ => writeln!(text, "{indent}{line}"),
            };
        }
    }
}

/// `2 errors, 1 warning`
fn count(problems: &[Problem]) -> String {
    let of = |severity: Severity| {
        let count = problems
            .iter()
            .filter(|problem| problem.severity() == severity)
            .count();
        let plural = if count == 1 || severity == Severity::Info {
            ""
        } else {
            "s"
        };
        (count > 0).then(|| format!("{count} {severity}{plural}"))
    };
    let counts = [Severity::Error, Severity::Warning, Severity::Info].map(of);
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The line as it is shown, the columns before the carets, and how many carets.
fn around_caret(place: &Place) -> (String, usize, usize) {
    let (start, width) = place.position.map_or((0, 1), |(at, width)| {
        (at.column.saturating_sub(place.line_cut + 1), width)
    });
    let line: Vec<char> = shown(&place.line_text).chars().collect();
    let start = start.min(line.len());
    let end = start.saturating_add(width).min(line.len());
    let fits = line.len() <= WIDEST;
    let from = if fits {
        0
    } else {
        start.saturating_sub(BEFORE)
    };
    let to = if fits {
        line.len()
    } else {
        (from + WIDEST).min(line.len())
    };
    let part = |from: usize, to: usize| -> String {
        line.get(from..to.max(from))
            .map(|part| part.iter().collect())
            .unwrap_or_default()
    };

    let head = if from > 0 { CUT } else { "" };
    let tail = if to < line.len() { CUT } else { "" };
    let before = printable(&part(from, start));
    let marked = printable(&part(start, end.min(to)));
    let after = printable(&part(end.min(to), to));
    let padding = columns(head) + columns(&before);
    let shown = format!("{head}{before}{marked}{after}{tail}");
    (
        shown.trim_end().to_owned(),
        padding,
        columns(&marked).max(1),
    )
}

/// The text without what steers a terminal or the reader of a log, and without tabs.
fn printable(text: &str) -> String {
    shown(text).replace('\t', TAB)
}

fn in_one_line(text: &str) -> String {
    printable(&text.replace(['\n', '\r'], " "))
}

fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Columns of a character on a terminal: the wide blocks of Unicode's EastAsianWidth and the emoji, combining marks.
fn width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn paint(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn severity(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Info => "1;36",
        };
        self.paint(code, text)
    }

    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn frame(self, text: &str) -> String {
        self.paint("1;34", text)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::krm::Source;
    use crate::problem::rules::krm;

    fn at(line: &str, needle: &str) -> String {
        let source = Source::new("a.yaml", line);
        let start = line.find(needle).unwrap();
        let place = Place::in_source(&source, start..start + needle.len());
        print(
            &[Problem::new(&krm::INVALID_YAML, place, "wrong")],
            false,
            None,
            usize::MAX,
        )
    }

    #[test]
    fn looks_like_rustc() {
        assert_snapshot!(print(&super::super::samples::problems(), false, None, usize::MAX), @r#"
        error[zone-outside-region]: zone `us-east-1a` is not in region `us-east-2`
         --> gpu/pool, a.yaml:4:5  GpuMachineSet l4, spec.zones[1]
          |
        4 |   - us-east-1a
          |     ^^^^^^^^^^
          = fact: region `us-east-2` from Infrastructure/cluster (facts.yaml:9)
          = help: zones with a worker MachineSet: us-east-2a, us-east-2b

        error[missing-fact]: fact `region` is missing: 100%
         --> <stdin>
          = help: any of:
                  - `Infrastructure/cluster`
                  - `ClusterFacts.spec.region`

        info[kustomization-skipped]: `gpu/kustomization.yaml` was not read: kustomize is not run
         --> gpu/kustomization.yaml

        2 errors, 1 info
        "#);
    }

    #[test]
    fn nothing_is_printed_when_clean() {
        assert_eq!(print(&[], true, None, usize::MAX), "");
    }

    #[test]
    fn carets_stand_under_wide_characters_and_tabs() {
        assert_snapshot!(at("\t日本: é here", "here"), @r#"
        error[invalid-yaml]: wrong
         --> a.yaml:1:8
          |
        1 |     日本: é here
          |             ^^^^

        1 error
        "#);
    }

    #[test]
    fn long_lines_are_cut_around_the_caret() {
        let line = format!("{}NEEDLE{}", "a".repeat(100_000), "b".repeat(100_000));
        assert_snapshot!(at(&line, "NEEDLE"), @r#"
        error[invalid-yaml]: wrong
         --> a.yaml:1:100001
          |
        1 | ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaNEEDLEbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...
          |                                            ^^^^^^

        1 error
        "#);
        let all = at(&line, &line);
        assert!(all.lines().all(|line| line.len() < 140), "{all}");
    }

    #[test]
    fn input_cannot_steer_the_terminal() {
        let text = at("a: \u{1b}[2J\u{202e}x", "x");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        let place = Place::in_file("a\nb.yaml");
        let text = print(
            &[Problem::new(&krm::INVALID_YAML, place, "a\nb")],
            false,
            None,
            usize::MAX,
        );
        assert_eq!(text.lines().next(), Some("error[invalid-yaml]: a b"));
        assert!(text.contains("--> a b.yaml\n"), "{text}");
    }

    #[test]
    fn a_long_list_is_cut_and_counted_whole() {
        let text = print(&super::super::samples::problems(), false, None, 1);
        assert_eq!(text.matches("-->").count(), 1, "{text}");
        assert!(
            text.ends_with("\nand 2 more\n\n2 errors, 1 info\n"),
            "{text}"
        );
    }

    #[test]
    fn colours_are_balanced_and_only_when_asked_for() {
        let plain = print(&super::super::samples::problems(), false, None, usize::MAX);
        let coloured = print(&super::super::samples::problems(), true, None, usize::MAX);
        let parts = coloured.split('\u{1b}').collect::<Vec<_>>();
        let bare: String = parts
            .iter()
            .enumerate()
            .map(|(index, part)| match index {
                0 => part,
                _ => part.split_once('m').unwrap().1,
            })
            .collect();
        assert_eq!(bare, plain);
        assert_eq!(parts.len() % 2, 1);
    }
}
