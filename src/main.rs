//! The command line: see [`gpu_machineset::edge`].

use std::process::ExitCode;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: gpu_machineset_memory::Allocator = gpu_machineset_memory::Allocator::new();

fn main() -> ExitCode {
    gpu_machineset::edge::run()
}
