//! One run of a program: its time, its peak of memory, how it ended.
//!
//! The kernel knows the peak of *all* children of a process, so each run gets a process of its own between us and the
//! program: this same program, called with [`WORD`].

use std::fs::File;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

/// First argument of the process in between.
pub(crate) const WORD: &str = "--measure-child";

/// What a run took.
#[derive(Debug)]
pub(crate) struct Measure {
    /// From start to end.
    pub(crate) seconds: f64,
    /// Processor time of all its threads, in seconds: what the neighbours on a shared machine do not change.
    pub(crate) cpu: f64,
    /// Largest resident set, in bytes.
    pub(crate) peak: u64,
    /// Exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard error, its first 4 KiB.
    pub(crate) err: String,
}

/// Runs a program with a file as standard input; what it writes is read and thrown away.
pub(crate) fn measure(program: &Path, args: &[String], stdin: &Path) -> Measure {
    let us = std::env::current_exe().unwrap();
    let output = Command::new(us)
        .arg(WORD)
        .arg(program)
        .args(args)
        .stdin(File::open(stdin).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.splitn(5, ' ');
    let mut word = || {
        words
            .next()
            .unwrap_or_else(|| panic!("cannot run {}", program.display()))
    };
    Measure {
        seconds: word().parse().unwrap(),
        cpu: word().parse().unwrap(),
        peak: word().parse().unwrap(),
        code: word().parse().ok(),
        err: word().to_owned(),
    }
}

/// The process in between: runs the program in `args` and prints what it took.
pub(crate) fn child(args: &[String]) {
    let (program, args) = args.split_first().unwrap();
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let complaints = std::thread::spawn(move || {
        let mut err = Vec::new();
        let read = stderr.by_ref().take(4096).read_to_end(&mut err);
        let drained = std::io::copy(&mut stderr, &mut std::io::sink());
        read.and(drained)
            .map(|_| String::from_utf8_lossy(&err).into_owned())
    });
    let mut stdout = child.stdout.take().unwrap();
    let mut buffer = vec![0; 1 << 16];
    while stdout.read(&mut buffer).unwrap() > 0 {}
    let status = child.wait().unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let err = complaints.join().unwrap().unwrap();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let peak = usage.max_rss() * 1024;
    let micros = [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec());
    let cpu = micros.iter().sum::<i64>() as f64 / 1e6;
    let code = status.code().map_or_else(
        || format!("signal-{}", status.signal().unwrap_or(0)),
        |code| code.to_string(),
    );
    print!("{seconds} {cpu} {peak} {code} {err}");
}

/// The program gives back the bytes that it is given.
pub(crate) fn assert_copies(program: &Path, stdin: &Path) {
    let output = Command::new(program)
        .stdin(File::open(stdin).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let same = output.stdout == std::fs::read(stdin).unwrap();
    assert!(same, "{} came back changed", stdin.display());
}
