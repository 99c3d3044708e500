//! The operators that a cluster has or gets, with the channel of each: what other kinds decide by.

use crate::operator::{OPERATORS, Operator, OperatorRequest, Wanted};
use crate::plan::Chosen;

/// What is wanted, and what is shown besides.
pub(crate) fn of(request: &OperatorRequest<'_>, all: &[Wanted]) -> Vec<Chosen> {
    let chosen = |operator: &&'static Operator| {
        let wanted = all.iter().find(|one| one.operator.id == operator.id);
        let configured = wanted.and_then(|one| one.settings.namespace.as_deref());
        let configured = configured.unwrap_or(operator.namespace);
        let elsewhere = request.installed.elsewhere(operator, configured);
        let own = request.installed.subscriptions(operator.package).next();
        let said = own.and_then(|one| one.node.str_at(&["spec", "channel"]));
        let shown = elsewhere.as_ref().map(|one| one.channel.clone());
        let channel = match (wanted, shown) {
            (Some(wanted), _) => wanted.channel.clone(),
            (None, Some(channel)) => channel.unwrap_or_default(),
            (None, None) => said?.to_owned(),
        };
        let theirs = elsewhere.and_then(|one| one.namespace);
        let namespace = theirs.or(own.map(|one| one.namespace.clone()));
        Some(Chosen {
            operator,
            channel,
            namespace: namespace.unwrap_or_else(|| configured.to_owned()),
        })
    };
    OPERATORS.iter().filter_map(chosen).collect()
}
