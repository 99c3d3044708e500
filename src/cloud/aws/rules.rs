//! Rules over every finished provider spec, whatever road it came by.

use crate::cloud::Request;
use crate::cloud::author;
use crate::cloud::author::Author;
use crate::cloud::aws::pool_rules::reservation_id;
use crate::cloud::aws::required;
use crate::cloud::aws::root;
use crate::cloud::aws::root::Root;
use crate::cloud::common as checks;
use crate::cloud::common::from_worker;
use crate::krm::Node;
use crate::problem::rules::{aws as rule, cloud as common};
use crate::problem::{Problem, Problems};
use crate::types::AMI_ID;

/// Name of the tag by which AWS resources belong to a cluster, before its infrastructure name.
const CLUSTER_TAG: &str = "kubernetes.io/cluster/";

/// Rules over the finished provider spec, whatever road it came by and whatever was merged over it.
pub(crate) fn check(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    checks::contradictions(node, request, problems);
    owner(node, request, problems);
    edge_zone(request, problems);
    image(node, request, problems);
    references(node, request, problems);
    merged_market(node, request, problems);
    problems.extend(price(node, request));
    problems.extend(small_root(node, request));
    problems.extend(checks::control_plane(node, request));
}

fn small_root(node: &Node, request: &Request<'_>) -> Option<Problem> {
    let size = root::device(node)?.at(&["ebs", "volumeSize"])?.text()?;
    let size = size.parse::<u32>().ok().filter(|size| *size < 120)?;
    let message = format!("the root volume has {size} GiB");
    let problem = |path: &str| {
        Problem::new(
            &common::ROOT_VOLUME_SMALL,
            (request.pool.place)(path),
            message.clone(),
        )
    };
    let stated = request.pool.spec.root_volume.as_ref();
    let stated = stated.is_some_and(|volume| volume.size_gib.is_some());
    let help = "set `rootVolume: {sizeGiB: 200}`";
    Some(
        match (author::of(&["blockDevices"], request), root::find(node)) {
            (Author::Override, Root::At(index)) => problem(&format!(
                "spec.providerSpec.blockDevices[{index}].ebs.volumeSize"
            ))
            .help("write `volumeSize: 200`"),
            _ if stated => problem("spec.rootVolume.sizeGiB").help(help),
            _ => {
                let from = request
                    .worker
                    .map(|worker| format!("the size comes from {}", worker.origin));
                from.into_iter()
                    .fold(problem("spec"), Problem::fact)
                    .help(help)
            }
        },
    )
}

/// Every resource of a cluster carries its tag; a worker with another one was copied from another cluster.
fn owner(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    let tags = node.get("tags").map_or(&[][..], Node::items).iter();
    let clusters = tags.filter_map(|tag| tag.str_at(&["name"])?.strip_prefix(CLUSTER_TAG));
    let clusters: Vec<&str> = clusters.collect();
    let infra = request.pool.infra;
    if clusters.is_empty() || clusters.contains(&infra) {
        return;
    }
    let message = format!(
        "the machines would be tagged as of cluster `{}`, not `{infra}`",
        clusters.join("`, `")
    );
    let mut problem = author::problem(&rule::OWNER_TAG, &["tags"], message, request);
    if let Some(infra) = &request.pool.facts.infrastructure_name {
        problem = problem.fact(infra.quote("infrastructure name"));
    }
    if author::of(&["tags"], request) == Author::Override {
        problems.push(problem.help(format!(
            "write the tag `{CLUSTER_TAG}{infra}` here, or remove `tags`: the worker's are kept"
        )));
        return;
    }
    problems.push(problem.help("save the worker MachineSets from the cluster itself: `oc get machinesets.machine.openshift.io -n openshift-machine-api -o yaml`"));
}

/// A zone beyond the region's data centres.
fn edge_zone(request: &Request<'_>, problems: &mut Problems) {
    let rest = request
        .zone_name()
        .strip_prefix(request.pool.region)
        .unwrap_or("");
    if !rest.starts_with('-') {
        return;
    }
    let message = format!(
        "`{}` is a Local Zone or Wavelength Zone",
        request.zone_name()
    );
    let place = (request.pool.place)(&request.zone_path);
    problems.push(Problem::new(&rule::EDGE_ZONE, place, message).help(format!(
        "see whether it offers `{}`: `aws ec2 describe-instance-type-offerings --location-type availability-zone --filters Name=location,Values={}`",
        request.pool.spec.instance_type, request.zone_name()
    )));
}

fn image(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    let ami = node.str_at(&["ami", "id"]).unwrap_or("");
    if AMI_ID.check(ami).is_err() {
        let message = if ami.is_empty() {
            "the provider spec has no `ami.id`".to_owned()
        } else {
            format!("`{ami}` is no AMI id")
        };
        let problem = author::problem(&rule::AMI_SHAPE, &["ami", "id"], message, request);
        let problem = problem.values(ami, None);
        problems.push(match author::of(&["ami", "id"], request) {
            Author::Override => problem.help("write `id: ami-...` here, or remove `ami`: then the image of the worker or of the facts is taken"),
            // facts do not replace what a worker has
            Author::Worker => problem.help("correct it at the worker, or write `providerSpec: {ami: {id: ami-...}}`"),
            Author::Facts => problem.help("state `ami` in ClusterFacts, or `providerSpec: {ami: {id: ami-...}}`"),
        });
    }
    let own_image = request
        .pool
        .patch
        .is_some_and(|patch| patch.get("ami").is_some());
    let worker = request
        .worker
        .and_then(|worker| worker.architecture.as_deref());
    let cluster = request.pool.facts.architecture.as_ref();
    let image = worker.or(cluster.map(|architecture| architecture.value.as_str()));
    let (Some(instance), Some(image), false) = (request.pool.instance, image, own_image) else {
        return;
    };
    if instance.arch != image {
        let message = format!(
            "`{}` is {}, the image is {image}",
            instance.name, instance.arch
        );
        let problem = Problem::new(
            &common::ARCHITECTURE_MISMATCH,
            (request.pool.place)("spec.instanceType"),
            message,
        );
        problems.push(from_worker(problem, request).help(format!("take an {image} instance type, or give the {} image in `providerSpec: {{ami: {{id: ami-...}}}}`", instance.arch)));
    }
}

fn references(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    let named = |path: &[&str]| {
        node.at(path)
            .is_some_and(|node| !node.is_empty() && !node.is_null() && node.text() != Some(""))
    };
    let missing = [
        ("securityGroups", named(&["securityGroups"])),
        (
            "subnet",
            named(&["subnet", "id"]) || named(&["subnet", "filters"]),
        ),
        (
            "iamInstanceProfile.id",
            named(&["iamInstanceProfile", "id"]),
        ),
    ];
    let missing = missing.iter().filter(|(_, there)| !there);
    // the others have rules of their own
    let required = crate::cloud::required::missing(node, &required::REQUIRED)
        .filter(|field| matches!(field, ["credentialsSecret" | "userDataSecret", _]))
        .map(|field| field.join("."));
    for field in missing
        .map(|(field, _)| (*field).to_owned())
        .chain(required)
    {
        let message = format!("the provider spec has no `{field}`");
        let path: Vec<&str> = field.split('.').collect();
        let problem = author::problem(&common::WORKER_INCOMPLETE, &path, message, request);
        problems.push(match author::of(&path, request) {
            Author::Override => problem.help("do not take it away here"),
            _ => problem.help(format!("add `{field}` under `spec.providerSpec`")),
        });
    }
}

/// Azure alone has a price for "up to the one on demand".
fn price(node: &Node, request: &Request<'_>) -> Option<Problem> {
    let price = node.str_at(&["spotMarketOptions", "maxPrice"])?;
    (price == "-1").then(|| {
        let place = (request.pool.place)("spec.spot.maxPrice");
        let message = "`-1` is no price on AWS";
        let problem = Problem::new(&common::MARKET_CONFLICT, place, message);
        problem.help("leave `maxPrice` out to pay up to the on-demand price")
    })
}

fn merged_market(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    let Some(patch) = request.pool.patch else {
        return;
    };
    let touched = ["spotMarketOptions", "marketType", "capacityReservationId"];
    if !touched.iter().any(|key| patch.get(key).is_some()) {
        return;
    }
    let spot = node.get("spotMarketOptions").is_some();
    let reservation = node
        .str_at(&["capacityReservationId"])
        .filter(|id| !id.is_empty());
    let conflict = match node.str_at(&["marketType"]).unwrap_or("") {
        "" if spot && reservation.is_some() => {
            Some("spot options and a capacity reservation exclude each other")
        }
        "OnDemand" if spot => Some("`marketType: OnDemand` forbids spotMarketOptions"),
        "Spot" if reservation.is_some() => {
            Some("`marketType: Spot` forbids a capacity reservation")
        }
        "CapacityBlock" if spot => Some("`marketType: CapacityBlock` forbids spotMarketOptions"),
        "CapacityBlock" if reservation.is_none() => {
            Some("`marketType: CapacityBlock` needs a capacity reservation")
        }
        "" | "OnDemand" | "Spot" | "CapacityBlock" => None,
        _ => Some("`marketType` is OnDemand, Spot or CapacityBlock"),
    };
    let place = |field: &str| (request.pool.place)(&format!("spec.providerSpec.{field}"));
    if let Some(message) = conflict {
        let problem = Problem::new(&common::MARKET_CONFLICT, place("marketType"), message);
        problems.push(problem.help("use `spec.market`, `spec.spot` and `spec.capacityReservation` in place of the override"));
    }
    if let Some(id) = reservation.filter(|_| patch.get("capacityReservationId").is_some()) {
        reservation_id(id, place("capacityReservationId"), problems);
    }
}
