//! What `--version` says behind the number: which build this is, and how old the facts in it are.

use std::sync::OnceLock;

use crate::catalog::dates::ALL;

/// Commit and its day, `02dbee271fa6 2026-11-22`, which packaging alone sets: a build never asks Git, so that the same
/// sources give the same bytes.
const BUILD: Option<&str> = option_env!("GPU_MACHINESET_BUILD");

/// `0.1.0 (02dbee271fa6 2026-11-22)` and a line on the tables.
pub(super) fn long() -> &'static str {
    static LONG: OnceLock<String> = OnceLock::new();
    LONG.get_or_init(|| {
        let version = env!("CARGO_PKG_VERSION");
        let build = BUILD.unwrap_or("built from source");
        let tables = ALL.map(|table| table.to_string()).join(", ");
        format!("{version} ({build})\n{tables}")
    })
}
