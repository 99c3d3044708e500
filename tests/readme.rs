//! The README and the pages of `docs/` are true: their blocks are run, compared or parsed.

pub(crate) mod session;

use std::fs;
use std::path::Path;

use serde::Deserialize as _;

use crate::support::{Folder, PROGRAM, Run};
use session::{Session, blocks};

const EXAMPLE: &str = "functions/GpuMachineSet/example";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// All pages that people read, from the top of the repository.
pub(crate) fn pages() -> Vec<String> {
    let mut found = vec!["README.md".to_owned()];
    let mut folders = vec!["docs".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                folders.push(path);
            } else if Path::new(&path).extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn session<'a>(page: &'a str, folder: &'a Folder) -> Session<'a> {
    Session {
        page,
        root: root(),
        folder: &folder.0,
        path: vec![Path::new(PROGRAM).parent().unwrap().to_owned()],
        peers: false,
    }
}

#[test]
fn session_goes_as_the_page_says() {
    let folder = Folder::new("readme");
    session("README.md", &folder).run(&page("README.md"));
}

#[test]
fn sessions_of_docs_go_as_their_pages_say() {
    let mut ran = 0;
    for name in pages() {
        let text = page(&name);
        let is_run = |block: &session::Block| block.mark.starts_with("run");
        if name == "README.md" || !blocks(&text).iter().any(is_run) {
            continue;
        }
        let folder = Folder::new(&name.replace('/', "-"));
        let session = session(&name, &folder);
        let replies = session.run(&text);
        ran += replies.len();
        if name == "docs/tutorial/first-pool.md" {
            let render = replies
                .iter()
                .find(|reply| reply.block.text.contains("render gpu.yaml"));
            assert_eq!(
                session.applied(),
                render.unwrap().out,
                "a pipe gives what files give"
            );
        }
    }
    assert!(ran >= 20, "{ran} blocks were run");
}

/// People copy a whole placeholder: one that is refused as it is printed costs each of them an hour.
#[test]
fn every_whole_openstack_of_a_page_is_rendered() {
    let readmes = fs::read_dir(root().join("functions")).unwrap();
    let readmes = readmes.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let readmes = readmes.map(|kind| format!("functions/{kind}/README.md"));
    let readmes = readmes.filter(|name| root().join(name).is_file());
    let mut rendered = 0;
    for name in pages().into_iter().chain(readmes) {
        let blocks = blocks(&page(&name));
        let is_whole = |block: &&session::Block| {
            let lines = || block.text.lines();
            lines().any(|line| line == "kind: OpenStackGpu") && lines().any(|line| line == "spec:")
        };
        for block in blocks.iter().filter(is_whole) {
            let at = format!("{name}:{}", block.line);
            rendered += 1;
            if name.starts_with("functions/") {
                let answer = Run::new(&["render", "-"]).stdin(&block.text);
                let is_info = !answer.err.contains("error[") && !answer.err.contains("warning[");
                assert!(answer.code == Some(0) && is_info, "{at}: {answer:?}");
                continue;
            }
            let file = block.mark.strip_prefix("file ").unwrap_or_default();
            let mut runs = blocks.iter().filter(|one| one.mark == "run");
            let is_run = runs.any(|run| {
                let words = run.text.split_whitespace();
                run.line > block.line && words.into_iter().any(|word| word == file)
            });
            assert!(
                is_run,
                "{at}: write `<!-- file NAME -->` before it, and render NAME in a block `run`"
            );
        }
    }
    assert!(rendered >= 7, "{rendered}");
}

#[test]
fn cargo_blocks_name_commands_that_work_in_a_clone() {
    let page = page("README.md");
    let all = blocks(&page);
    let commands: Vec<&str> = all
        .iter()
        .filter(|block| block.mark == "cargo")
        .flat_map(|block| block.text.lines())
        .collect();
    let run = commands
        .iter()
        .find_map(|line| line.strip_prefix("cargo run --release -- "));
    let args: Vec<&str> = run.unwrap().split(' ').collect();
    let answer = Run::new(&args).within(root()).stdin("");
    assert!(
        answer.err.contains("\ninfo[implied-platform]"),
        "{answer:?}"
    );
    assert!(answer.out.contains("kind: MachineSet\n"), "{answer:?}");
    // these run in .ci/run and by whoever installs; here they would run this test in itself
    let known = ["cargo test", "cargo install --locked --path ."];
    for command in commands
        .iter()
        .filter(|line| !line.starts_with("cargo run "))
    {
        assert!(known.contains(command), "{command}");
    }
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    for command in ["cargo test --locked", "cargo test --workspace"] {
        assert!(ci.contains(command), "{command}");
    }
}

#[test]
fn files_on_the_page_are_those_of_the_example() {
    let mut same = 0;
    let pages = [
        "README.md",
        "docs/tutorial/first-pool.md",
        "docs/how-to/kustomize.md",
    ];
    for block in pages.iter().flat_map(|name| blocks(&page(name))) {
        let name = block.mark.strip_prefix("file ").unwrap_or_default();
        let shipped = root().join(EXAMPLE).join(name);
        if !name.is_empty() && shipped.is_file() {
            let shipped = fs::read_to_string(shipped).unwrap();
            // the path of the schema is right where the example lies
            let shipped = match shipped.split_once('\n') {
                Some((first, rest)) if first.starts_with("# yaml-language-server:") => rest,
                _ => &shipped,
            };
            assert_eq!(shipped, block.text, "{name}");
            same += 1;
        }
    }
    assert_eq!(same, 4, "gpu.yaml twice, kustomization.yaml, expand.yaml");
}

#[test]
fn yaml_blocks_are_yaml() {
    let mut read = 0;
    for name in pages() {
        for block in blocks(&page(&name)) {
            if block.language == "yaml" {
                let line = block.line;
                for document in serde_yaml::Deserializer::from_str(&block.text) {
                    let value = serde_yaml::Value::deserialize(document);
                    let is_object =
                        value.is_ok_and(|value| value.is_mapping() || value.is_sequence());
                    assert!(is_object, "{name}:{line}");
                    read += 1;
                }
            }
        }
    }
    assert!(read >= 30, "{read}");
}

#[test]
fn editors_find_the_schema_of_the_example() {
    let example = root().join(EXAMPLE);
    let text = fs::read_to_string(example.join("gpu.yaml")).unwrap();
    let first = text.lines().next().unwrap();
    let schema = first
        .strip_prefix("# yaml-language-server: $schema=")
        .unwrap();
    let found = fs::canonicalize(example.join(schema)).unwrap();
    assert_eq!(
        found,
        fs::canonicalize(root().join("functions/GpuMachineSet/schema.json")).unwrap()
    );
    // what the schema knows and what the program takes is compared in src/api/schema_gen.rs
    let printed = Run::new(&["schema", "GpuMachineSet"]).stdin("").clean();
    assert_eq!(printed, fs::read_to_string(found).unwrap());
}
