//! What must hold of every kind.

pub(crate) mod gpu_note;

use super::*;

#[test]
fn kinds_are_told_apart_and_none_waits_for_itself() {
    let mut planned: Vec<OurKind> = Vec::new();
    while planned.len() < KINDS.len() {
        let next = KINDS.iter().find(|kind| {
            let ready = kind.after().iter().all(|one| planned.contains(one));
            ready && !planned.contains(&kind.kind())
        });
        planned.push(next.expect("kinds wait for each other").kind());
    }
    for kind in KINDS {
        assert!(find(kind.kind()).is_some_and(|found| found.kind() == kind.kind()));
    }
}
