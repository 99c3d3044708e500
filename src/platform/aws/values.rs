//! Values of a finished provider spec that the Machine API's webhook or EC2 refuses, wherever they came from.

use super::super::Request;
use super::finished::from_worker;
use super::settings::is_root_device;
use crate::krm::Node;
use crate::krm::scalar::Resolved;
use crate::problem::rules::aws as rule;
use crate::problem::{Problem, Problems};

/// Fields of an override that take one of a few values.
const CHOICES: [(&[&str], &[&str]); 4] = [
    (&["networkInterfaceType"], &["ENA", "EFA"]),
    (
        &["metadataServiceOptions", "authentication"],
        &["Optional", "Required"],
    ),
    (
        &["cpuOptions", "confidentialCompute"],
        &["Disabled", "AMDEncryptedVirtualizationNestedPaging"],
    ),
    (&["placement", "tenancy"], &["default", "dedicated", "host"]),
];

/// Volumes of every road, and what an override says.
pub(super) fn check(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    let devices = node.get("blockDevices").map_or(&[][..], Node::items);
    for (index, device) in devices.iter().enumerate() {
        if let Some(ebs) = device.get("ebs") {
            let volume = Volume {
                ebs,
                index,
                is_root: is_root_device(device),
            };
            volume.check(request, problems);
        }
    }
    if let Some(patch) = request.pool.patch {
        choices(patch, request, problems);
        placement(node, patch, request, problems);
    }
}

struct Volume<'a> {
    ebs: &'a Node,
    index: usize,
    is_root: bool,
}

impl Volume<'_> {
    fn check(&self, request: &Request<'_>, problems: &mut Problems) {
        let kind = self.ebs.str_at(&["volumeType"]).unwrap_or("");
        let iops = self.number("iops").filter(|iops| *iops > 0);
        let mut wrong = |rule, field: (&str, &str), message: String, help: &str| {
            problems.push(self.problem(rule, field, message, request).help(help));
        };
        let throughput_field = ("throughputMib", "throughputMiB");
        match self.number("throughputMib") {
            Some(_) if kind != "gp3" => {
                let message = format!("throughput is for gp3 volumes only, not {kind}");
                let help = "remove it, or take `type: gp3`";
                wrong(&rule::VOLUME_SETTINGS, throughput_field, message, help);
            }
            Some(throughput) if !(125..=2000).contains(&throughput) => {
                let message = format!("throughput of {throughput} MiB/s is outside 125 to 2000");
                let help = "gp3 volumes take 125 to 2000 MiB/s";
                wrong(&rule::VOLUME_SETTINGS, throughput_field, message, help);
            }
            _ => {}
        }
        match (kind, iops) {
            ("io1" | "io2", None) => {
                let message = format!("volume type {kind} needs `iops`");
                let help = "add `iops`, or take `type: gp3`";
                let field = ("volumeType", "type");
                wrong(&rule::VOLUME_SETTINGS, field, message, help);
            }
            ("gp3", Some(iops)) if !(3000..=80_000).contains(&iops) => {
                let message = format!("{iops} operations per second are outside 3000 to 80000");
                let help = "gp3 volumes have 3000 without being asked";
                wrong(&rule::VOLUME_IOPS, ("iops", "iops"), message, help);
            }
            ("gp2" | "st1" | "sc1" | "standard", Some(_)) => {
                let message = format!("volume type {kind} takes no `iops`: it does nothing");
                let help = "remove it, or take `type: gp3`";
                wrong(&rule::VOLUME_IOPS, ("iops", "iops"), message, help);
            }
            _ => {}
        }
    }

    fn number(&self, field: &str) -> Option<i128> {
        match self.ebs.get(field)?.resolved()? {
            Resolved::Int(number) => Some(number.into()),
            _ => None,
        }
    }

    /// At the pool's own field, at the override, or at the worker that the volume was cloned from.
    fn problem(
        &self,
        rule: &'static crate::problem::Rule,
        (field, ours): (&str, &str),
        message: String,
        request: &Request<'_>,
    ) -> Problem {
        let pool = request.pool;
        let patched = pool.patch.and_then(|patch| patch.get("blockDevices"));
        if patched.is_some() {
            let path = format!("spec.providerSpec.blockDevices[{}].ebs.{field}", self.index);
            return Problem::new(rule, (pool.place)(&path), message);
        }
        if self.is_root && pool.spec.root_volume.is_some() {
            let path = format!("spec.rootVolume.{ours}");
            return Problem::new(rule, (pool.place)(&path), message);
        }
        from_worker(Problem::new(rule, (pool.place)("spec"), message), request)
    }
}

fn choices(patch: &Node, request: &Request<'_>, problems: &mut Problems) {
    for (path, known) in CHOICES {
        let Some(value) = patch.at(path).filter(|value| !value.is_null()) else {
            continue;
        };
        let text = value.text().unwrap_or("");
        if !known.contains(&text) {
            let field = path.join(".");
            let message = format!("`{field}` is one of {}, not `{text}`", known.join(", "));
            let place = (request.pool.place)(&format!("spec.providerSpec.{field}"));
            let near = crate::problem::did_you_mean(text, known.iter().copied());
            let problem = Problem::new(&rule::PROVIDER_SPEC_VALUE, place, message)
                .values(text, near.map(str::to_owned));
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!("write {}", known.join(" or "))),
            });
        }
    }
}

fn placement(node: &Node, patch: &Node, request: &Request<'_>, problems: &mut Problems) {
    let mut wrong = |path: &str, message: &str, help: &str| {
        let place = (request.pool.place)(&format!("spec.providerSpec.{path}"));
        problems.push(Problem::new(&rule::PROVIDER_SPEC_VALUE, place, message).help(help));
    };
    let written = |path: &[&str]| patch.at(path).is_some_and(|value| !value.is_null());
    if patch
        .get("cpuOptions")
        .is_some_and(|cpu| cpu.is_empty() && !cpu.is_null())
    {
        wrong("cpuOptions", "`cpuOptions` is empty", "remove it");
    }
    let host = node.str_at(&["placement", "tenancy"]) == Some("host");
    if written(&["placement", "host"]) && !host {
        let message = "a dedicated host is for `tenancy: host` only";
        wrong(
            "placement.host",
            message,
            "add `tenancy: host`, or remove it",
        );
    }
    if host && node.str_at(&["placementGroupName"]).is_some() {
        let message = "`tenancy: host` drops the placement group";
        let help = "take one of the two (machine-api-provider-aws instances.go)";
        wrong("placement.tenancy", message, help);
    }
    if written(&["placementGroupPartition"]) {
        let partition = node.get("placementGroupPartition").and_then(Node::text);
        let valid = partition.and_then(|text| text.parse::<u8>().ok());
        if !valid.is_some_and(|partition| (1..=7).contains(&partition)) {
            let message = "a placement group partition is 1 to 7";
            wrong("placementGroupPartition", message, "write one of them");
        } else if node.str_at(&["placementGroupName"]).is_none() {
            let message = "a placement group partition is given, but no placement group";
            wrong(
                "placementGroupPartition",
                message,
                "add `placementGroupName`",
            );
        }
    }
}
