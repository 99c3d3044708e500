//! Nimbus, a cloud without zones and regions. It exists in tests alone and shows what a cloud costs: this folder and its
//! row in `CLOUDS`.

use crate::cloud::profile::{FieldPath, GpusBy, Profile, Provider, Zones, no_family, no_quota};
use crate::cloud::required::Required;
use crate::cloud::{Cloud, MachineApi, PoolRequest, Request};
use crate::cluster::{Example, Worker};
use crate::krm::Node;
use crate::problem::rules::pool as rule;
use crate::problem::{Problem, Problems};

pub(crate) struct Nimbus;

static PROFILE: Profile = Profile {
    id: "Nimbus",
    claimed: false,
    label: None,
    infrastructure_region: None,
    failure_domains: None,
    needs_region: false,
    needs_worker: false,
    zones: Zones::Free,
    provider: Some(Provider {
        kind: "NimbusMachineProviderSpec",
        region: None,
        zone: Some(&["cell"]),
        instance_type: Some(&["size"]),
        gpus: None,
    }),
    boot_images: &[FieldPath::JqPath(
        ".spec.template.spec.providerSpec.value.disks[]?.image",
    )],
    stream_image: None,
    family: no_family,
    quota: no_quota,
    gpus_by: GpusBy::Provider,
    settings: &["rootVolume.sizeGiB"],
    example: Example {
        platform: "Nimbus",
        region: "",
        zone: "cell-1",
        ..Example::DEFAULT
    },
};

impl Cloud for Nimbus {
    fn profile(&self) -> &Profile {
        &PROFILE
    }

    fn machine_api(&self) -> Option<&dyn MachineApi> {
        Some(self)
    }
}

impl MachineApi for Nimbus {
    fn retarget(&self, worker: &Worker, request: &Request<'_>, _: &mut Problems) -> Option<Node> {
        let mut spec = Node::clone(&worker.provider_spec);
        spec.set("size", request.pool.spec.instance_type.as_str());
        if let Some(cell) = request.zone {
            spec.set("cell", cell);
        }
        Some(spec)
    }

    fn build(&self, request: &Request<'_>, problems: &mut Problems) -> Option<Node> {
        let place = (request.pool.place)("spec");
        let message = "a cluster on Nimbus needs a worker to clone";
        problems.push(Problem::new(&rule::NO_PLAIN_WORKER, place, message));
        None
    }

    fn settings(&self, spec: &mut Node, request: &Request<'_>, _: &mut Problems) {
        let volume = request.pool.spec.root_volume.as_ref();
        if let Some(size) = volume.and_then(|volume| volume.size_gib) {
            spec.set("diskGiB", size);
        }
    }

    fn rules(&self, _: &Node, _: &Request<'_>, _: &mut Problems) {}

    fn check_pool(&self, _: &PoolRequest<'_>, _: &mut Problems) {}

    fn required(&self) -> &'static [Required] {
        &[Required {
            field: &["image"],
            filled_in: None,
        }]
    }

    fn drop_defaults(&self, spec: &mut Node) {
        if spec.get("spares").and_then(Node::text) == Some("0") {
            spec.remove("spares");
        }
    }

    fn fields(&self, live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
        let size = |node: &Node| node.get("diskGiB").and_then(Node::text).map(str::to_owned);
        let differs = size(live) != size(base);
        let size = live.get("diskGiB").filter(|_| differs).cloned();
        let volume = size.map(|size| ("rootVolume", Node::from([("sizeGiB", size)])));
        volume.into_iter().collect()
    }
}
