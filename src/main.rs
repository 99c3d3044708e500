//! The command line: see [`gpu_machineset::edge`].

use std::process::ExitCode;

fn main() -> ExitCode {
    gpu_machineset::edge::run()
}
