//! The session of the page on kustomize, with its kustomize and kubectl blocks.

#[path = "../../tests/readme/session.rs"]
mod session;

use std::fs;

use crate::inputs::IMPLIED;
use gpu_machineset_e2e::{Project, bin, documents, kubectl, kustomize, object_id, root};
use session::{Reply, Session};

/// `Kind/name` of what a block of commands printed, sorted: kustomize has an order of its own.
fn objects(reply: &Reply) -> Vec<String> {
    let documents = documents(&reply.out).expect("the page prints YAML");
    let mut all: Vec<String> = documents.iter().map(object_id).collect();
    all.sort();
    all
}

fn session(folder: &Project) -> Session<'_> {
    let programs = [bin().to_owned(), kustomize(), kubectl()];
    let parent = |program: &std::path::PathBuf| program.parent().expect("a folder").to_owned();
    Session {
        page: PAGE,
        root: root(),
        folder: folder.path(),
        path: programs.iter().map(parent).collect(),
        peers: true,
    }
}

const PAGE: &str = "docs/how-to/kustomize.md";

fn page() -> String {
    fs::read_to_string(root().join(PAGE)).expect("the page is there")
}

/// Without `--enable-exec` kustomize ends well and prints nothing of ours: the page's guard has to see it.
#[test]
fn guard_of_the_page_fails_when_the_function_did_not_run() {
    let folder = Project::new();
    let page = page();
    let (before, guard) = page
        .rsplit_once("<!-- run with kustomize -->")
        .expect("the guard");
    let (guard, _) = guard.split_once("\n```\n").expect("a block");
    assert!(guard.contains("| grep "), "{guard}");
    let guard = guard.replace(" --enable-exec", "");
    session(&folder).run(&format!(
        "{before}<!-- run with kustomize, exit 1 -->{guard}\n```\n"
    ));
}

#[test]
fn page_goes_as_it_says_under_the_real_kustomize_and_kubectl() {
    let folder = Project::new();
    let session = session(&folder);
    let page = page();
    let replies = session.run(&page);
    let find = |word: &str| {
        let found = replies.iter().find(|reply| reply.block.text.contains(word));
        found.unwrap_or_else(|| panic!("the page has no `{word}`"))
    };
    let rendered = objects(find("gpu-machineset render gpu.yaml facts/\n"));
    assert_eq!(
        rendered.len(),
        6 + IMPLIED.len(),
        "a set and an autoscaler for each of three zones, and what they imply"
    );
    assert_eq!(objects(find("kustomize build")), rendered);
    assert_eq!(objects(find("kubectl kustomize")), rendered);
    assert!(
        !session.applied().is_empty(),
        "the cluster of the page has the pool"
    );
}
