//! The book over `docs/`: every page is in its contents, and every link and anchor leads somewhere.

#[path = "../packaging/book.rs"]
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "an example with a start of its own"
)]
mod pages_of_the_book;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::readme;
use crate::support::Folder;

const ADDRESS: &str = "https://example.com/blob";

#[test]
fn every_page_is_in_the_book_and_every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new("book");
    let pages = pages_of_the_book::gather(root, &folder.0, ADDRESS).unwrap();
    let all: BTreeSet<PathBuf> = readme::pages().iter().map(PathBuf::from).collect();
    let docs: BTreeSet<&PathBuf> = all.iter().filter(|page| page.starts_with("docs")).collect();
    let missing: Vec<_> = docs
        .iter()
        .filter(|page| !pages.contains_key(**page))
        .collect();
    assert!(missing.is_empty(), "not in docs/SUMMARY.md: {missing:?}");
    // what is read at a link's end is there, whether in the book or in the repository
    let mut links = 0;
    for place in pages.values() {
        let text = fs::read_to_string(folder.0.join(place)).unwrap();
        for link in pages_of_the_book::links(&text) {
            if !link.contains("://") && !link.starts_with('#') {
                let target = folder.0.join(place).parent().unwrap().join(link);
                let target = target
                    .to_str()
                    .unwrap()
                    .split('#')
                    .next()
                    .unwrap()
                    .to_owned();
                assert!(Path::new(&target).is_file(), "{}: {link}", place.display());
            }
            links += 1;
        }
    }
    assert!(links > 100, "{links} links");
}

/// A page that is linked and not there, and a heading that is not there, are told together.
#[test]
fn links_that_lead_nowhere_are_told_together() {
    let folder = Folder::new("book-dead")
        .file("docs/SUMMARY.md", "- [a](a.md)\n")
        .file(
            "docs/a.md",
            "# One heading\n[b](b.md) [c](#another) [d](a.md#one-heading) `[e](f)`\n",
        );
    let told = pages_of_the_book::gather(&folder.0, &folder.0.join("out"), ADDRESS).unwrap_err();
    assert_eq!(
        told.to_string(),
        "links lead nowhere:\ndocs/a.md: b.md\ndocs/a.md: #another"
    );
}

/// What the page says that tests run is what their modules pin.
#[test]
fn the_page_on_support_names_what_is_pinned() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/reference/support.md")).unwrap();
    let pinned = |peer: &str, module: &str| {
        let text = fs::read_to_string(root.join("e2e/peers").join(peer).join("go.mod")).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(module).map(str::to_owned));
        let version = line.unwrap_or_else(|| panic!("{peer} has no {module}"));
        version
            .trim()
            .split([' ', '-'])
            .next()
            .unwrap()
            .trim_start_matches('v')
            .to_owned()
    };
    for (row, peer, module) in [
        ("Argo CD", "argocd", "github.com/argoproj/argo-cd/v3 "),
        (
            "kustomize",
            "kustomize",
            "sigs.k8s.io/kustomize/kustomize/v5 ",
        ),
        ("kubectl, kube-apiserver", "kube", "k8s.io/kubernetes "),
        ("Kueue", "kueue", "sigs.k8s.io/kueue "),
        ("Kueue", "kueue-v1beta2", "sigs.k8s.io/kueue "),
        ("KServe", "kserve", "github.com/kserve/kserve "),
        ("KServe", "kserve-0.17", "github.com/kserve/kserve "),
    ] {
        let version = pinned(peer, module);
        let mut rows = page
            .lines()
            .filter(|line| line.starts_with(&format!("| {row}")));
        assert!(rows.any(|line| line.contains(&version)), "{row}: {version}");
    }
    let rust = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let rust = rust
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    assert!(page.contains(&format!("{} or later", rust.unwrap().trim_matches('"'))));
}
