//! Operands, whoever wrote them, against what must not stand in one: the same rules for those that we make, those of
//! the input and those of the facts.

use super::{Context, Judged, Shown, fields};
use crate::krm::Node;
use crate::problem::{Place, Problems};

/// One that we make.
pub(crate) fn made(context: &Context<'_>, kind: &str, object: &Node, problems: &mut Problems) {
    let Some(spec) = object.get("spec") else {
        return;
    };
    let place = |path: &[&str]| written(context, path);
    let place = &place;
    let judged = Judged { kind, spec, place };
    fields::check(context, &judged, problems);
    (context.wanted.operator.judge)(context, &judged, problems);
}

/// One that is there. The server of a cluster has dropped what its CRD does not know, so that only what somebody
/// delivers is compared with that; and of a channel that nobody says nothing is known.
pub(crate) fn shown(context: &Context<'_>, shown: &Shown, problems: &mut Problems) {
    let Some(spec) = shown.node.get("spec") else {
        return;
    };
    let mut wanted = context.wanted.clone();
    if !wanted.is_channel_said {
        wanted.channel.clear();
    }
    let context = Context {
        wanted: &wanted,
        ..*context
    };
    let place = |path: &[&str]| shown.at(path);
    let judged = Judged {
        kind: &shown.kind,
        spec,
        place: &place,
    };
    if shown.document.is_some() {
        fields::check(&context, &judged, problems);
    }
    (wanted.operator.judge)(&context, &judged, problems);
}

/// Where a field of an operand that we make was written: under `operand`, or as far as it has a field of the
/// operator's own.
fn written(context: &Context<'_>, path: &[&str]) -> Place {
    let operand = context.wanted.settings.operand.as_ref();
    let first = path.first().copied().unwrap_or_default();
    let mut level = operand.and_then(|operand| operand.get(first));
    for key in path.iter().skip(1) {
        level = level.and_then(|level| level.get(*key));
    }
    if level.is_some() {
        return context.place(&format!("operand.{}", path.join(".")));
    }
    let mut own = Some(&context.wanted.value);
    let known = path.iter().take_while(|key| {
        own = own.and_then(|own| own.get(**key));
        own.is_some()
    });
    let known: Vec<&str> = known.copied().collect();
    context.place(&known.join("."))
}
