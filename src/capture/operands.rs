//! Operands that a dump shows, for rules that look at them: a ClusterFacts says that an operator is there, and not how
//! its operand is set.

use std::collections::BTreeSet;

use crate::krm::{Document, ObjectId, Role, Source, split_readable};
use crate::operator;

/// Each of them as a source that is read for facts only, but for those that stand in the other sources already.
pub(crate) fn operands(live: &[Source], beside: &[Source]) -> Vec<Source> {
    let known = split_readable(beside);
    let known = known.iter().flat_map(|split| &split.documents);
    let mut known: BTreeSet<ObjectId> = known
        .filter(|one| is_one(one))
        .map(ObjectId::from)
        .collect();
    let live = split_readable(live);
    let shown = live.iter().flat_map(|split| &split.documents);
    let mut operands = Vec::new();
    for document in shown.filter(|one| is_one(one)) {
        let (kind, name) = (&document.kind, &document.name);
        // what cannot be read is reported where the dump is
        let Ok(text) = document.standalone() else {
            continue;
        };
        if known.insert(ObjectId::from(document)) {
            let file = format!("{}#{kind}/{name}", document.source.name);
            operands.push(Source::with_role(file, text, Role::FactsOnly));
        }
    }
    operands
}

fn is_one(document: &Document<'_>) -> bool {
    let mut packages = operator::packages_of(document.group(), &document.kind);
    packages.next().is_some()
}
