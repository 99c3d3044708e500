//! Boxes, lines and text of one size.

use std::fmt::Write as _;

use super::super::html::escape;
use super::super::words::wrapped;

/// Width of a letter at 12 px, rounded up over the usual fonts.
const LETTER: f64 = 7.6;
pub(super) const LINE: usize = 17;
pub(super) const PAD: usize = 12;
pub(super) const GAP: usize = 18;
/// Colours of taints before they repeat.
pub(super) const COLOURS: usize = 6;

/// A drawn box.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Area {
    pub(super) fn middle(self) -> usize {
        self.y + self.height / 2
    }

    pub(super) fn right(self) -> usize {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> usize {
        self.y + self.height
    }
}

/// Lines behind, boxes over them.
#[derive(Default)]
pub(super) struct Canvas {
    pub(super) lines: String,
    pub(super) boxes: String,
}

impl Canvas {
    /// A box with text in it.
    pub(super) fn labelled(
        &mut self,
        parts: &[(&str, &str)],
        x: usize,
        y: usize,
        width: usize,
        class: &str,
    ) -> Area {
        let wrapped: Vec<(&str, Vec<String>)> = parts
            .iter()
            .map(|(class, text)| (*class, wrapped(text, letters(width - 2 * PAD))))
            .collect();
        let count: usize = wrapped.iter().map(|(_, lines)| lines.len()).sum();
        let height = count * LINE + 2 * PAD - 4;
        let area = Area {
            x,
            y,
            width,
            height,
        };
        self.rect(area, class);
        let mut top = y + PAD - 2;
        for (class, lines) in wrapped {
            self.lines_of(&lines, x + PAD, top, class);
            top += lines.len() * LINE;
        }
        area
    }

    pub(super) fn rect(&mut self, area: Area, class: &str) {
        let Area {
            x,
            y,
            width,
            height,
        } = area;
        let _ = writeln!(
            self.boxes,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
        );
    }

    pub(super) fn head(&mut self, text: &str, x: usize, y: usize) {
        self.text(text, x, y, "head");
    }

    pub(super) fn lines_of(&mut self, lines: &[String], x: usize, y: usize, class: &str) {
        for (at, line) in lines.iter().enumerate() {
            self.text(line, x, y + at * LINE, class);
        }
    }

    pub(super) fn text(&mut self, text: &str, x: usize, y: usize, class: &str) {
        let class = match class {
            "" => String::new(),
            class => format!(" class=\"{class}\""),
        };
        // `y` is the top of the line, SVG's is the foot of the letters
        let _ = writeln!(
            self.boxes,
            "<text{class} x=\"{x}\" y=\"{}\">{}</text>",
            y + 13,
            escape(text)
        );
    }

    pub(super) fn curve(&mut self, from: Area, to: Area, colour: usize) {
        let (x1, y1, x2, y2) = (from.right(), from.middle(), to.x, to.middle());
        let half = usize::midpoint(x1, x2);
        let colour = colour % COLOURS;
        let _ = writeln!(
            self.lines,
            "<path class=\"edge t{colour}\" d=\"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}\"/>"
        );
    }

    /// A line along one side.
    pub(super) fn lane(&mut self, from: Area, to: Area, side: usize, colour: usize) {
        let end = if side < from.x { from.x } else { from.right() };
        let shift = 6 * (colour % 3);
        let (start, stop, colour) = (from.middle() + shift, to.middle() + shift, colour % COLOURS);
        let _ = writeln!(
            self.lines,
            "<path class=\"edge t{colour}\" d=\"M{end} {start}H{side}V{stop}H{end}\"/>"
        );
    }

    /// From what is needed to what needs it.
    pub(super) fn arrow(&mut self, from: Area, to: Area) {
        let (x1, y1, x2, y2) = (from.right(), from.middle(), to.x, to.middle());
        let half = usize::midpoint(x1, x2);
        let _ = writeln!(
            self.lines,
            "<path class=\"needs\" d=\"M{x1} {y1}C{half} {y1} {half} {y2} {} {y2}\"/>",
            x2.saturating_sub(6)
        );
        let _ = writeln!(
            self.lines,
            "<path class=\"tip\" d=\"M{x2} {y2}l-7 -4v8z\"/>"
        );
    }
}

/// How wide a text is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels of a page"
)]
pub(super) fn space(text: &str) -> usize {
    (text.chars().count() as f64 * LETTER).ceil() as usize
}

/// How many letters fit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels of a page"
)]
pub(super) fn letters(width: usize) -> usize {
    (width as f64 / LETTER).floor() as usize
}

/// Width of the box of a zone, and how many stand side by side.
pub(super) fn chips(zones: &[String], room: usize) -> (usize, usize) {
    let widest = zones.iter().map(|zone| space(zone) + 16).max();
    let chip = widest.unwrap_or(0).max(84).min(room);
    (chip, ((room + 8) / (chip + 8)).max(1))
}
