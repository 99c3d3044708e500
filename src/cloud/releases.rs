//! Fields of the provider spec that older releases of the Machine API drop.

use crate::api::gpu_machine_set::GpuMachineSetSpec;
use crate::cloud::PoolRequest;
use crate::krm::Node;
use crate::problem::rules::cloud as rule;
use crate::problem::{Problem, Problems};
use crate::types::Version;

/// A field with the first minor release of OpenShift 4 that has it: the branches `release-4.N` of openshift/api, which
/// the providers and machine-api-operator vendor.
pub(super) struct Since {
    pub(super) field: &'static [&'static str],
    pub(super) minor: u32,
    /// Releases before that one that got it in a later patch: minor and patch.
    pub(super) backports: &'static [(u32, u32)],
    /// The field of a pool that sets it, and whether it does.
    pub(super) stated: Option<Stated>,
}

pub(super) type Stated = (&'static str, fn(&GpuMachineSetSpec) -> bool);

/// Reports what the pool asks for and the cluster's Machine API would drop.
pub(super) fn check(table: &[Since], request: &PoolRequest<'_>, problems: &mut Problems) {
    let Some(fact) = &request.facts.openshift_version else {
        return;
    };
    let version = fact.value.version();
    let patch = request
        .patch
        .filter(|_| request.spec.allow_unknown_provider_fields != Some(true));
    for since in table {
        let backported = (since.backports.iter()).any(|(minor, patch)| {
            version == Version(4, *minor) && fact.value.patch().is_none_or(|it| it >= *patch)
        });
        if version >= Version(4, since.minor) || backported {
            continue;
        }
        let name = since.field.last().copied().unwrap_or_default();
        let stated = since.stated.filter(|(_, states)| states(request.spec));
        let stated = stated.map(|(path, _)| path.to_owned());
        let patched = patch.and_then(|patch| find(patch, since.field, "spec.providerSpec"));
        for path in stated.into_iter().chain(patched) {
            let message = format!(
                "the Machine API of OpenShift {} has no field `{name}`",
                fact.value
            );
            problems.push(
                Problem::new(
                    &rule::MACHINE_API_TOO_OLD,
                    (request.key_place)(&path),
                    message,
                )
                .fact(fact.quote("OpenShift version"))
                .help(since.upgrade()),
            );
        }
    }
}

impl Since {
    fn upgrade(&self) -> String {
        let backports = self.backports.iter().rev();
        let backports: Vec<String> = backports
            .map(|(minor, patch)| format!("4.{minor}.{patch}"))
            .collect();
        let also = match backports[..] {
            [] => String::new(),
            _ => format!(" and so have {}", backports.join(", ")),
        };
        format!(
            "remove it, or upgrade: OpenShift 4.{} is the first that has it{also}",
            self.minor
        )
    }
}

/// Where a patch sets a field; `null` takes it away, which every release does.
fn find(node: &Node, field: &[&str], path: &str) -> Option<String> {
    let Some((key, rest)) = field.split_first() else {
        return (!node.is_null() && node.text() != Some("")).then(|| path.to_owned());
    };
    if let Some(value) = node.get(key) {
        return find(value, rest, &format!("{path}.{key}"));
    }
    let mut items = node.items().iter().enumerate();
    items.find_map(|(index, item)| find(item, field, &format!("{path}[{index}]")))
}
