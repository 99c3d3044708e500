//! The unified format, for two texts of some hundred lines.

use std::fmt::Write as _;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// Longest common subsequences are looked for in tables of at most this many cells.
const CELLS: usize = 4_000_000;

/// A line with its sign.
type Line<'t> = (char, &'t str);

/// All hunks; nothing when the texts are equal.
pub(super) fn hunks(old: &str, new: &str) -> String {
    let lines = compared(
        &old.lines().collect::<Vec<_>>(),
        &new.lines().collect::<Vec<_>>(),
    );
    let changed: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|(sign, _)| *sign != ' '))
        .collect();
    let mut text = String::new();
    let mut rest = changed.as_slice();
    while let Some(first) = rest.first() {
        let gap = |pair: &[usize]| matches!(pair, [a, b] if b - a > 2 * CONTEXT + 1);
        let count = rest
            .windows(2)
            .position(gap)
            .map_or(rest.len(), |at| at + 1);
        let last = rest.get(count - 1).unwrap_or(first);
        let start = first.saturating_sub(CONTEXT);
        let end = (last + CONTEXT + 1).min(lines.len());
        hunk(&mut text, &lines, start, end);
        rest = rest.get(count..).unwrap_or(&[]);
    }
    text
}

fn hunk(text: &mut String, lines: &[Line<'_>], start: usize, end: usize) {
    let count =
        |lines: &[Line<'_>], other: char| lines.iter().filter(|(sign, _)| *sign != other).count();
    let before = lines.get(..start).unwrap_or(&[]);
    let inside = lines.get(start..end).unwrap_or(&[]);
    let range = |other: char| {
        let length = count(inside, other);
        let first = count(before, other) + usize::from(length > 0);
        format!("{first},{length}")
    };
    let _ = writeln!(text, "@@ -{} +{} @@", range('+'), range('-'));
    for (sign, line) in inside {
        let _ = writeln!(text, "{sign}{line}");
    }
}

fn compared<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Line<'t>> {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (head, old) = old.split_at(same);
    let new = new.get(same..).unwrap_or(&[]);
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old, tail) = old.split_at(old.len() - tail);
    let new = new.get(..new.len() - tail.len()).unwrap_or(&[]);
    let mut lines: Vec<Line<'t>> = head.iter().map(|line| (' ', *line)).collect();
    if old.len().saturating_mul(new.len()) > CELLS {
        lines.extend(old.iter().map(|line| ('-', *line)));
        lines.extend(new.iter().map(|line| ('+', *line)));
    } else {
        middle(old, new, &mut lines);
    }
    lines.extend(tail.iter().map(|line| (' ', *line)));
    lines
}

/// By longest common subsequence.
fn middle<'t>(old: &[&'t str], new: &[&'t str], lines: &mut Vec<Line<'t>>) {
    let width = new.len() + 1;
    let mut table = vec![0usize; (old.len() + 1) * width];
    let at = |table: &[usize], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b {
                at(&table, i + 1, j + 1) + 1
            } else {
                at(&table, i + 1, j).max(at(&table, i, j + 1))
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                lines.push((' ', a));
                i += 1;
                j += 1;
            }
            (Some(a), b) if b.is_none() || at(&table, i + 1, j) >= at(&table, i, j + 1) => {
                lines.push(('-', a));
                i += 1;
            }
            (_, Some(b)) => {
                lines.push(('+', b));
                j += 1;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_have_the_numbers_that_patch_expects() {
        let old = (1..=20).fold(String::new(), |text, line| format!("{text}{line}\n"));
        let new = old
            .replace("\n5\n", "\nfive\n")
            .replace("\n16\n", "\n16\nnew\n");
        let expected = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -14,6 +14,7 @@\n 14\n 15\n 16\n+new\n 17\n 18\n 19\n";
        assert_eq!(hunks(&old, &new), expected);
        assert_eq!(hunks("", "a\n"), "@@ -0,0 +1,1 @@\n+a\n");
        assert_eq!(hunks(&old, &old), "");
    }
}
