//! Writes the man pages: `cargo run --example man -- DIR`, a page for the program and for each command.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool of packaging: it writes files, and is no part of the program"
)]

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("which folder? man DIR"));
    };
    fs::create_dir_all(&folder)?;
    clap_mangen::generate_to(gpu_machineset::edge::command_line(), folder)
}
