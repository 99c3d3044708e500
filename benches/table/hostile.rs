//! What somebody sends to make a program fall over. Each case is a value, once in an object that only passes through
//! and once in a placeholder, which is read to the last byte; or a whole file.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::measure::{Measure, measure};
use crate::mib;

/// Levels, or elements, of most cases.
const MANY: usize = 100_000;
const MB_100: usize = 100_000_000;

type Write1 = fn(&mut dyn Write) -> std::io::Result<()>;

/// Values: they follow `x:` and are indented by four at least.
const VALUES: [(&str, Write1); 22] = [
    ("alias bomb, 10^9 leaves", |w| {
        bomb(w, |n| {
            format!("[{}]", vec![format!("*a{n}"); 10].join(", "))
        })
    }),
    ("alias bomb of merge keys", |w| {
        bomb(w, |n| {
            format!("{{<<: [{}]}}", vec![format!("*a{n}"); 10].join(", "))
        })
    }),
    ("20,000 aliases of 100 kB", |w| {
        write!(w, "\n    s: &s {}\n    t:\n", "x".repeat(MANY))?;
        (0..20_000).try_for_each(|_| writeln!(w, "    - *s"))
    }),
    ("an anchor inside itself", |w| writeln!(w, " &a [*a, *a]")),
    ("100,000 anchors", |w| {
        writeln!(w)?;
        (0..MANY).try_for_each(|n| writeln!(w, "    k{n}: &a{n} v"))
    }),
    ("100,000 × `[`", |w| writeln!(w, " {}", "[".repeat(MANY))),
    ("100,000 × `[` and as many `]`", |w| {
        writeln!(w, " {}{}", "[".repeat(MANY), "]".repeat(MANY))
    }),
    ("100,000 × `{a: `", |w| {
        writeln!(w, " {}", "{a: ".repeat(MANY))
    }),
    ("100,000 × `- `", |w| {
        writeln!(w, "\n    {}x", "- ".repeat(MANY))
    }),
    ("100,000 × `? `", |w| {
        writeln!(w, "\n    {}x", "? ".repeat(MANY))
    }),
    ("100,000 × `a: ` on a line", |w| {
        writeln!(w, "\n    {}x", "a: ".repeat(MANY))
    }),
    ("3,000 levels of indentation", |w| {
        writeln!(w)?;
        (0..3_000).try_for_each(|n| writeln!(w, "    {:n$}a:", ""))
    }),
    ("100 MB plain scalar", |w| {
        writeln!(w, " {}", "x".repeat(MB_100))
    }),
    ("100 MB quoted scalar", |w| {
        writeln!(w, " \"{}\"", "x".repeat(MB_100))
    }),
    ("100 MB block scalar", |w| {
        writeln!(w, " |")?;
        (0..MB_100 / 100).try_for_each(|_| writeln!(w, "    {}", "x".repeat(95)))
    }),
    ("1,000,000 comments", |w| {
        writeln!(w)?;
        (0..1_000_000).try_for_each(|n| writeln!(w, "    # {n}"))?;
        writeln!(w, "    a: b")
    }),
    ("100,000 times the same key", |w| {
        writeln!(w)?;
        (0..MANY).try_for_each(|_| writeln!(w, "    a: b"))
    }),
    ("300,000 keys", |w| {
        writeln!(w)?;
        (0..300_000).try_for_each(|n| writeln!(w, "    k{n}: v"))
    }),
    ("300,000 keys on a line", |w| {
        write!(w, " {{a: b")?;
        (0..300_000).try_for_each(|n| write!(w, ", k{n}: v"))?;
        writeln!(w, "}}")
    }),
    ("list of 10 MB on a line", |w| {
        writeln!(w, " [{}x]", "x, ".repeat(3_300_000))
    }),
    ("plain scalar over 1,000,000 lines", |w| {
        writeln!(w)?;
        (0..1_000_000).try_for_each(|_| writeln!(w, "    word"))
    }),
    ("a quote that is never closed, 10 MB", |w| {
        writeln!(w, " \"")?;
        (0..1_000_000).try_for_each(|_| writeln!(w, "    'word\""))
    }),
];

/// Whole files.
const FILES: [(&str, Write1); 7] = [
    ("500,000 empty documents", |w| {
        (0..500_000).try_for_each(|_| writeln!(w, "---"))
    }),
    ("200,000 documents", |w| {
        (0..200_000)
            .try_for_each(|n| writeln!(w, "---\napiVersion: v1\nkind: A\nmetadata: {{name: a{n}}}"))
    }),
    ("invalid UTF-8", |w| {
        w.write_all(b"apiVersion: v1\nkind: A\nmetadata: {name: \"\xff\xfe\"}\n")
    }),
    ("UTF-16", |w| w.write_all(b"\xff\xfea\0:\0 \0b\0\n\0")),
    ("10 MB of NUL", |w| w.write_all(&vec![0; 10_000_000])),
    ("10 MB of noise", |w| w.write_all(&noise(10_000_000))),
    ("10 MB of tabs", |w| w.write_all(&vec![b'\t'; 10_000_000])),
];

/// Prints the table.
pub(crate) fn table(ours: &Path, folder: &Path) {
    println!(
        "| hostile input | in an object that passes through | s | MiB | in a placeholder | s | MiB |"
    );
    println!("|---|---|--:|--:|---|--:|--:|");
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("functions/GpuMachineSet/example/facts");
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x:";
    let pool = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: a}\n\
                spec:\n  instanceType: g6.4xlarge\n  replicas: 3\n  allowUnknownProviderFields: true\n  providerSpec:\n   x:";
    let small = format!(
        "{} 1\n",
        pool.replace("providerSpec:\n   x:", "labels: {a: b}\n#")
    );
    for (name, value) in VALUES {
        let path = folder.join("hostile.yaml");
        write(&path, &format!("{small}---\n{other}"), value);
        let passing = run(ours, &path, &facts);
        write(&path, pool, value);
        let read = run(ours, &path, &facts);
        println!("| {name} | {} | {} |", cells(&passing), cells(&read));
    }
    for (name, text) in FILES {
        let path = folder.join("hostile.yaml");
        write(&path, "", text);
        println!("| {name} | {} | | | |", cells(&run(ours, &path, &facts)));
    }
    println!();
}

fn write(path: &Path, head: &str, value: Write1) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(head.as_bytes()).unwrap();
    value(&mut file).unwrap();
    file.flush().unwrap();
}

/// With the facts of the example, at most 60 s of processor and 8 GB of addresses: this machine is to survive it.
fn run(ours: &Path, path: &Path, facts: &Path) -> Measure {
    let nothing: PathBuf = path.with_file_name("nothing");
    fs::write(&nothing, "").unwrap();
    let limited = "ulimit -t 60; ulimit -v 8000000; exec \"$0\" render \"$@\"";
    let args = [ours, path, facts].map(|path| path.display().to_string());
    let args: Vec<String> = ["-c".to_owned(), limited.to_owned()]
        .into_iter()
        .chain(args)
        .collect();
    measure(Path::new("bash"), &args, &nothing)
}

fn cells(measure: &Measure) -> String {
    let first = measure.err.lines().next().unwrap_or_default();
    let said: String = first.chars().take(70).collect();
    let said = said.replace('|', "\\|");
    let what = match measure.code {
        Some(0) => "rendered".to_owned(),
        Some(_) => said,
        None => format!("**killed** {said}"),
    };
    format!("{what} | {:.2} | {:.0}", measure.seconds, mib(measure.peak))
}

fn bomb(w: &mut dyn Write, level: fn(usize) -> String) -> std::io::Result<()> {
    writeln!(w, "\n    a0: &a0 {{k: v}}")?;
    (0..9).try_for_each(|n| writeln!(w, "    a{}: &a{} {}", n + 1, n + 1, level(n)))
}

/// Bytes without a pattern, the same in every run.
fn noise(len: usize) -> Vec<u8> {
    let mut state: u64 = 7;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..len).map(|_| next()).collect()
}
