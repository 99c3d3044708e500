//! What is said of a command line that cannot be read.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::reply::{Reply, Status};
use crate::problem::reported;

/// How kubectl and others take files.
const FILE_FLAGS: [&str; 5] = ["-f", "--filename", "--file", "-i", "--input"];

/// Help and version are no errors; a path where a command is expected is a forgotten `render`.
pub(super) fn refusal(error: &clap::Error, args: &[OsString]) -> Reply {
    let word = |at: usize| {
        let word = args.get(at).cloned().unwrap_or_default();
        word.to_string_lossy().into_owned()
    };
    let text = error.render().to_string();
    let command = match word(1).as_str() {
        "argocd" => format!("argocd {}", word(2)),
        command => command.to_owned(),
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Reply::done(text),
        ErrorKind::InvalidSubcommand if is_path(&command) => {
            let paths: Vec<String> = (1..args.len()).map(word).collect();
            wrong(
                &format!("`{command}` is a path, not a command"),
                &[format!("gpu-machineset render {}", paths.join(" "))],
            )
        }
        ErrorKind::InvalidSubcommand if command == "version" => wrong(
            "`version` is not a command",
            &["gpu-machineset --version".to_owned()],
        ),
        ErrorKind::UnknownArgument if FILE_FLAGS.contains(&named(error).as_str()) => {
            let command = match command.as_str() {
                flag if flag.starts_with('-') => "render",
                command => command,
            };
            wrong(
                &format!("there is no `{}`: paths need no flag", named(error)),
                &[format!("gpu-machineset {command} gpu.yaml facts/")],
            )
        }
        ErrorKind::MissingRequiredArgument if named(error) == "<PATH>..." => wrong(
            &format!("nothing to {command}"),
            &[
                format!("gpu-machineset {command} gpu.yaml facts/"),
                format!("... | gpu-machineset {command} -"),
            ],
        ),
        _ => Reply {
            out: String::new(),
            err: reported(&text),
            status: Status::Usage,
        },
    }
}

fn is_path(word: &str) -> bool {
    let ends = [".yaml", ".yml", ".json", "/"];
    Path::new(word).exists() || ends.iter().any(|end| word.ends_with(end))
}

/// The argument that the error is about, when it is about one.
fn named(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => name.clone(),
        Some(ContextValue::Strings(names)) => names.join(" "),
        _ => String::new(),
    }
}

fn wrong(message: &str, tips: &[String]) -> Reply {
    let tips = tips.join("\n  tip: ");
    Reply::usage(reported(&format!("error: {message}\n\n  tip: {tips}\n")))
}
