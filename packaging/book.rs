//! Gathers the pages of the book: `cargo run --example book -- DIR`. What `docs/SUMMARY.md` lists is copied, the pages of
//! kinds to where a book can have them; every link leads to a page of the book, or to a file of the repository.
#![allow(
    clippy::disallowed_methods,
    reason = "a tool of packaging: it reads and writes files, and is no part of the program"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::{env, fs, io};

/// Pages by where they lie in the repository, with where they are in the book.
pub type Pages = BTreeMap<PathBuf, PathBuf>;

/// Writes the book's source below `out`, and gives its pages.
///
/// # Errors
/// All links that lead nowhere, a line each.
pub fn gather(root: &Path, out: &Path, address: &str) -> io::Result<Pages> {
    let summary = Path::new("docs/SUMMARY.md");
    let mut pages = Pages::new();
    for link in links(&fs::read_to_string(root.join(summary))?) {
        let page = resolved(summary, link);
        let kind = page.strip_prefix("functions").ok().map(Path::to_owned);
        let place = match kind.as_deref().and_then(Path::parent) {
            Some(kind) => Path::new("reference/kinds").join(kind).with_extension("md"),
            None => page.strip_prefix("docs").unwrap_or(&page).to_owned(),
        };
        pages.insert(page, place);
    }
    pages.insert(summary.to_owned(), "SUMMARY.md".into());
    let mut dead = Vec::new();
    for (page, place) in &pages {
        let text = fs::read_to_string(root.join(page))
            .map_err(|error| io::Error::other(format!("{}: {error}", page.display())))?;
        let mut book = String::new();
        let mut rest = text.as_str();
        while let Some((before, link, behind)) = next_link(rest) {
            book.push_str(before);
            book.push_str(&led(root, &pages, page, link, address).unwrap_or_else(|| {
                dead.push(format!("{}: {link}", page.display()));
                link.to_owned()
            }));
            rest = behind;
        }
        book.push_str(rest);
        let path = out.join(place);
        fs::create_dir_all(path.parent().unwrap_or(out))?;
        fs::write(path, book)?;
    }
    if dead.is_empty() {
        return Ok(pages);
    }
    Err(io::Error::other(format!(
        "links lead nowhere:\n{}",
        dead.join("\n")
    )))
}

/// A link as the book has it; none where it leads nowhere.
fn led(root: &Path, pages: &Pages, page: &Path, link: &str, address: &str) -> Option<String> {
    if link.contains("://") {
        return Some(link.to_owned());
    }
    let (path, anchor) = link
        .split_once('#')
        .map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let mut target = if path.is_empty() {
        page.to_owned()
    } else {
        resolved(page, path)
    };
    // GitHub shows the page of a folder
    if root.join(&target).is_dir() && pages.contains_key(&target.join("README.md")) {
        target.push("README.md");
    }
    let text = fs::read_to_string(root.join(&target)).ok();
    if let (Some(anchor), Some(text)) = (anchor, &text)
        && !anchors(text).contains(anchor)
    {
        return None;
    }
    let anchor = anchor
        .map(|anchor| format!("#{anchor}"))
        .unwrap_or_default();
    let Some(place) = pages.get(&target) else {
        let there = root.join(&target).exists();
        return there.then(|| format!("{address}/{}{anchor}", target.display()));
    };
    let mut way = String::new();
    let from = pages.get(page).and_then(|place| place.parent())?;
    way.extend(from.components().map(|_| "../"));
    Some(format!("{way}{}{anchor}", place.display()))
}

/// The next link of a text: what is before its address, the address, and the rest. Code is no link.
fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find("](")? + 2;
        let end = start + text[start..].find(')')?;
        let before = &text[..start];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let in_code = before[line..].matches('`').count() % 2 == 1
            || before.matches("\n```").count() % 2 == 1;
        let address = &text[start..end];
        if !in_code && !address.contains([' ', '\n']) {
            return Some((before, address, &text[end..]));
        }
        from = start;
    }
}

/// The addresses of all links of a text.
pub fn links(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut all = Vec::new();
    while let Some((_, link, behind)) = next_link(rest) {
        all.push(link);
        rest = behind;
    }
    all
}

/// The path of a link from the top of the repository.
fn resolved(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

/// The anchors that GitHub and mdBook give to the headings of a page.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let words = headings.map(|line| line.trim_start_matches('#').trim());
    words
        .map(|heading| {
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

/// Gathers into the folder that is named.
///
/// # Errors
/// When no folder is named, and those of [`gather`].
pub fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("which folder? book DIR"));
    };
    let version = env!("CARGO_PKG_VERSION");
    let address = format!("{}/blob/v{version}", env!("CARGO_PKG_REPOSITORY"));
    let pages = gather(Path::new(env!("CARGO_MANIFEST_DIR")), &folder, &address)?;
    let summary = folder.join("SUMMARY.md");
    // the contents are at the top of the book, where docs/SUMMARY.md was: nothing else is to do
    assert!(summary.is_file(), "{} pages", pages.len());
    Ok(())
}
