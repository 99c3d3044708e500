//! Runtimes that others wrote.

use super::{Around, Found, Judged};
use crate::catalog;
use crate::krm::Node;
use crate::problem::Problem;
use crate::problem::rules::model as rule;
use crate::types::Version;

pub(super) fn check(judged: &Judged<'_>, around: &Around<'_>) -> Found {
    [name(judged), release(judged, around)]
        .into_iter()
        .flatten()
        .collect()
}

/// A name that cannot be that of a port.
fn name(judged: &Judged<'_>) -> Option<Problem> {
    let name = judged.document.name.as_ref();
    if !name.contains('.') {
        return None;
    }
    let message = format!(
        "{}: models that it serves get no metrics: a port is called after it, and takes no dot",
        judged.title()
    );
    let problem = Problem::new(
        &rule::MODEL_RUNTIME_NAME,
        judged.at(&["metadata", "name"]),
        message,
    );
    let right = name.replace('.', "-");
    Some(problem.values(name, Some(right.clone())).help(format!(
        "call it `{right}`, here and in `runtime` of its models"
    )))
}

/// The image of another release of OpenShift AI than the one that is installed.
fn release(judged: &Judged<'_>, around: &Around<'_>) -> Option<Problem> {
    let of = release_of(&judged.node)?;
    let ai = around.ai.filter(|ai| *ai != of)?;
    let message = format!(
        "{} runs the image of OpenShift AI {of}, and the cluster has {ai}",
        judged.title()
    );
    let problem = Problem::new(
        &rule::MODEL_RUNTIME_VERSION,
        judged.at(&["spec", "containers"]),
        message,
    );
    let row = catalog::runtimes().find(|row| Version::leading(row.release) == Some(ai));
    Some(match row {
        Some(row) => problem.help(format!("of {ai} it is `registry.redhat.io/{}`", row.image)),
        None => {
            problem.help("`oc get templates -n redhat-ods-applications` shows those of the cluster")
        }
    })
}

/// The release that an image is of: by the table, or by its tag `rhoai-2.21-cuda`.
pub(super) fn release_of(runtime: &Node) -> Option<Version> {
    let containers = runtime.at(&["spec", "containers"])?;
    let image = containers.items().first()?.str_at(&["image"])?;
    let row = catalog::runtimes()
        .filter(|row| image.ends_with(row.image))
        .last();
    let of_table = row.and_then(|row| Version::leading(row.release));
    of_table.or_else(|| Version::leading(image.split_once(":rhoai-")?.1))
}
