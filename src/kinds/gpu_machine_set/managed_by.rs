//! What a cloned worker says of who manages it.

use crate::cluster::Worker;
use crate::krm::Node;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};

/// Labels that Hive puts on what it makes of a MachinePool.
const HIVE_POOL: &str = "hive.openshift.io/machine-pool";

/// Says it of a worker that another controller manages; once, however many pools clone it.
pub(crate) fn check(worker: &Worker, problems: &mut Problems) {
    let Some(set) = &worker.machine_set else {
        return;
    };
    if set.str_at(&["spec", "authoritativeAPI"]) == Some("ClusterAPI") {
        let message = format!("worker `{}` is managed by Cluster API", worker.name);
        let place = worker.origin.place.clone();
        problems.push(Problem::new(&rule::WORKER_AUTHORITY, place, message).help(
            "the GPU set is made for the Machine API; look whether the cluster is to leave that",
        ));
    }
    let pool = set.at(&["metadata", "labels", HIVE_POOL]);
    if let Some(pool) = pool.and_then(Node::text) {
        let message = format!(
            "worker `{}` is made by Hive from MachinePool `{pool}`",
            worker.name
        );
        let place = worker.origin.place.clone();
        problems.push(
            Problem::new(&rule::HIVE_WORKER, place, message)
                .help("the GPU set is not Hive's; a MachinePool on the hub would be"),
        );
    }
}
