//! The release of an OpenStack, as its objects say it.

use crate::api::open_stack_gpu::Release;
use crate::krm::{Document, Split};
use crate::operator::OPENSTACK;
use crate::operator::installed::OLM;

use super::objects::CORE;

/// What the input says of it.
pub(super) enum Said {
    /// The release.
    Known(Release),
    /// A version that names none, and what says it.
    Number(String),
    Nothing,
}

/// The first object that says it: the OpenStackVersion of the namespace, the version that the operator is installed in.
pub(super) fn said(splits: &[Split<'_>], namespace: &str) -> Said {
    let mut numbers = Vec::new();
    let documents = || splits.iter().flat_map(|split| &split.documents);
    // one without namespace is told elsewhere, and read as if it were of this
    let is_here = |one: &&Document<'_>| one.namespace == namespace || one.namespace.is_empty();
    for document in documents().filter(is_here) {
        if document.is(CORE, "OpenStackVersion") {
            let paths: [&[&str]; 2] = [&["status", "availableVersion"], &["spec", "targetVersion"]];
            numbers.extend(paths.iter().find_map(|path| at(document, path)));
        }
    }
    for document in documents() {
        let version = if document.is(OLM, "ClusterServiceVersion") {
            Some(document.name.to_string())
        } else if document.is(OLM, "Subscription") {
            at(document, &["status", "installedCSV"])
        } else {
            None
        };
        let version = version.as_deref().and_then(|name| {
            let (package, version) = name.split_once(".v")?;
            (package == OPENSTACK.package).then(|| version.to_owned())
        });
        numbers.extend(version);
    }
    match numbers.iter().find_map(|number| of(number)) {
        Some(release) => Said::Known(release),
        None => numbers
            .into_iter()
            .next()
            .map_or(Said::Nothing, Said::Number),
    }
}

fn at(document: &Document<'_>, path: &[&str]) -> Option<String> {
    document.node().ok()?.str_at(path).map(str::to_owned)
}

/// Public builds count feature releases behind a 0 (openstack-operator, `VERSION` of the Makefile of each branch). Which
/// one a number of the product is, no source says.
fn of(number: &str) -> Option<Release> {
    let mut parts = number.split(['.', '-']);
    if parts.next() != Some("0") {
        return None;
    }
    match parts.next()? {
        "2" => Some(Release::Fr2),
        "3" => Some(Release::Fr3),
        "4" => Some(Release::Fr4),
        "5" => Some(Release::Fr5),
        "6" => Some(Release::Fr6),
        _ => None,
    }
}
