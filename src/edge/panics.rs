//! What is said when we are wrong.

use std::io::Write as _;
use std::panic;
use std::process;

/// Exit code of an internal error, the one that Rust programs have.
const INTERNAL_ERROR: i32 = 101;

/// Replaces the panic message by one line that kpt and kustomize show whole, and ends the process before anything is
/// written to standard output. The release profile aborts on panic, so this hook is the last code that runs.
pub(super) fn report_in_one_line() {
    panic::set_hook(Box::new(|info| {
        let what = info.payload();
        let what = what
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| what.downcast_ref::<String>().map(String::as_str));
        let what = what.unwrap_or("panic").replace('\n', " ");
        let place = info.location().map_or(String::new(), |at| {
            format!(" at {}:{}", at.file(), at.line())
        });
        let version = env!("CARGO_PKG_VERSION");
        let line = format!(
            "error[internal]: gpu-machineset {version} has a bug{place}: {what}; nothing was written, please report it with its input\n"
        );
        let _ = std::io::stderr().write_all(line.as_bytes());
        #[expect(clippy::exit, reason = "a hook cannot return an exit code")]
        process::exit(INTERNAL_ERROR);
    }));
}
