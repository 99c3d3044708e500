//! `schema`: the JSON Schema of a kind.

use crate::api::{self, OurKind};
use crate::edge::reply::Reply;
use crate::problem::did_you_mean;

/// `gpu-machineset schema [KIND]`
pub(super) fn schema(kind: Option<&str>) -> Reply {
    let kinds = OurKind::ALL.map(OurKind::name);
    let Some(name) = kind else {
        return Reply::done(kinds.join("\n") + "\n");
    };
    if let Some(kind) = OurKind::find(name) {
        return Reply::done(api::schema(kind));
    }
    let tip = did_you_mean(name, kinds).map_or_else(
        || format!("the kinds are {}", kinds.join(", ")),
        |meant| format!("did you mean `{meant}`?"),
    );
    Reply::usage(format!(
        "error: no kind has the name `{name}`\n\n  tip: {tip}\n"
    ))
}
