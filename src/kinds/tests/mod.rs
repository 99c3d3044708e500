//! What must hold of every kind.

pub(crate) mod gpu_note;

use super::*;

#[test]
fn kinds_are_told_apart() {
    for kind in KINDS {
        let found = find(kind.kind()).expect("a row");
        assert!(
            std::ptr::addr_eq(found, *kind),
            "{} stands twice",
            kind.kind()
        );
    }
}
