//! The overview as JSON, for programs.

use super::Overview;

/// The overview itself, see [`Overview`]; with a line break at its end.
pub fn json(overview: &Overview) -> String {
    // strings, numbers and maps of strings: nothing that JSON cannot hold
    serde_json::to_string_pretty(overview).unwrap_or_default() + "\n"
}
