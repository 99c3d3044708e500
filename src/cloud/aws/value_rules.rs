//! Values of a finished provider spec that the Machine API's webhook or EC2 refuses, wherever they came from.

use crate::api::gpu_machine_set::RootVolume;
use crate::cloud::Request;
use crate::cloud::author;
use crate::cloud::author::Author;
use crate::cloud::aws::root;
use crate::cloud::aws::root::Root;
use crate::cloud::common::from_worker;
use crate::krm::Node;
use crate::krm::scalar::Resolved;
use crate::problem::rules::{aws as rule, cloud as common};
use crate::problem::{Problem, Problems, Rule};

/// Fields that take one of a few values.
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

/// Whatever road a value came by.
pub(crate) fn check(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    let devices = node.get("blockDevices").map_or(&[][..], Node::items);
    let root = root::find(node);
    for (index, device) in devices.iter().enumerate() {
        if let Some(ebs) = device.get("ebs") {
            let volume = Volume {
                ebs,
                index,
                is_root: root == Root::At(index),
                request,
            };
            problems.extend(volume.throughput());
            problems.extend(volume.operations());
        }
    }
    choices(node, request, problems);
    if let Some(patch) = request.pool.patch {
        placement(node, patch, request, problems);
    }
}

struct Volume<'a> {
    ebs: &'a Node,
    index: usize,
    is_root: bool,
    request: &'a Request<'a>,
}

/// A setting of a volume: its field in the provider spec and in `rootVolume`, and whether a pool states it there.
struct Setting {
    field: &'static str,
    ours: &'static str,
    is_stated: fn(&RootVolume) -> bool,
}

const THROUGHPUT: Setting = Setting {
    field: "throughputMib",
    ours: "throughputMiB",
    is_stated: |volume| volume.throughput_mib.is_some(),
};
const IOPS: Setting = Setting {
    field: "iops",
    ours: "iops",
    is_stated: |volume| volume.iops.is_some(),
};
const TYPE: Setting = Setting {
    field: "volumeType",
    ours: "type",
    is_stated: |volume| volume.r#type.is_some(),
};

impl Volume<'_> {
    fn kind(&self) -> &str {
        self.ebs.str_at(&["volumeType"]).unwrap_or("")
    }

    fn throughput(&self) -> Option<Problem> {
        let kind = self.kind();
        let throughput = self.number("throughputMib")?;
        let (message, here, at_root) = if kind != "gp3" {
            let message = format!("throughput is for gp3 volumes only, not {kind}");
            (
                message,
                "remove it, or take `type: gp3`",
                "`rootVolume: {type: gp3}`",
            )
        } else if !(125..=2000).contains(&throughput) {
            let message = format!("throughput of {throughput} MiB/s is outside 125 to 2000");
            (
                message,
                "gp3 volumes take 125 to 2000 MiB/s",
                "`rootVolume: {throughputMiB: 125}`",
            )
        } else {
            return None;
        };
        Some(self.problem(&rule::VOLUME_SETTINGS, &THROUGHPUT, message, here, at_root))
    }

    fn operations(&self) -> Option<Problem> {
        let kind = self.kind();
        let iops = self.number("iops").filter(|iops| *iops > 0);
        match (kind, iops) {
            ("io1" | "io2", None) if self.ebs.get("iops").is_none_or(is_zero) => {
                let message = format!("volume type {kind} needs `iops`");
                let here = "add `iops`, or take `type: gp3`";
                let at_root = "`rootVolume: {type: gp3}`, or `iops` there";
                Some(self.problem(&rule::VOLUME_SETTINGS, &TYPE, message, here, at_root))
            }
            ("gp3", Some(iops)) if !(3000..=80_000).contains(&iops) => {
                let message = format!("{iops} operations per second are outside 3000 to 80000");
                let here = "gp3 volumes have 3000 without being asked";
                let at_root = "`rootVolume: {iops: 3000}`";
                Some(self.problem(&rule::VOLUME_IOPS, &IOPS, message, here, at_root))
            }
            // a worker's number does nothing there either
            ("gp2" | "st1" | "sc1" | "standard", Some(_))
                if self.author(&IOPS) != Some(Author::Worker) =>
            {
                let message = format!("volume type {kind} takes no `iops`: it does nothing");
                let here = "remove it, or take `type: gp3`";
                Some(self.problem(&rule::VOLUME_IOPS, &IOPS, message, here, ""))
            }
            _ => None,
        }
    }

    fn number(&self, field: &str) -> Option<i64> {
        match self.ebs.get(field)?.resolved()? {
            Resolved::Int(number) => Some(number),
            _ => None,
        }
    }

    /// Who wrote a setting; `None` for the pool's own `rootVolume`.
    fn author(&self, setting: &Setting) -> Option<Author> {
        let stated = self.request.pool.spec.root_volume.as_ref();
        match author::of(&["blockDevices"], self.request) {
            Author::Override => Some(Author::Override),
            _ if self.is_root && stated.is_some_and(setting.is_stated) => None,
            other => Some(other),
        }
    }

    /// Where the author of the setting wrote it, with a cure for there: `here`, or, for the root volume of a worker, what
    /// the pool says in its place.
    fn problem(
        &self,
        rule: &'static Rule,
        setting: &Setting,
        message: String,
        here: &str,
        at_root: &str,
    ) -> Problem {
        let place = |path: &str| (self.request.pool.place)(path);
        match self.author(setting) {
            None => {
                let path = format!("spec.rootVolume.{}", setting.ours);
                Problem::new(rule, place(&path), message).help(here)
            }
            Some(Author::Override) => {
                let (index, field) = (self.index, setting.field);
                let path = format!("spec.providerSpec.blockDevices[{index}].ebs.{field}");
                let help = here.replace("type: gp3", "volumeType: gp3");
                Problem::new(rule, place(&path), message).help(help)
            }
            Some(_) => {
                let problem = from_worker(Problem::new(rule, place("spec"), message), self.request);
                let help = if self.is_root {
                    format!("write {at_root} in the pool, or correct it at the worker")
                } else {
                    "correct it at the worker, or list the devices under `providerSpec: {blockDevices: [...]}`".to_owned()
                };
                problem.help(help)
            }
        }
    }
}

fn is_zero(number: &Node) -> bool {
    number.is_null() || number.text() == Some("0")
}

fn choices(node: &Node, request: &Request<'_>, problems: &mut Problems) {
    for (path, known) in CHOICES {
        let Some(text) = node.at(path).and_then(Node::str) else {
            // what is no text is not of the field's type
            continue;
        };
        let author = author::of(path, request);
        let is_empty = text.is_empty() && author != Author::Override;
        if is_empty || known.contains(&text) {
            continue;
        }
        let field = path.join(".");
        let message = format!("`{field}` is one of {}, not `{text}`", known.join(", "));
        let near = crate::problem::did_you_mean(text, known.iter().copied());
        let problem = author::problem(&common::PROVIDER_SPEC_VALUE, path, message, request)
            .values(text, near.map(str::to_owned));
        let problem = match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help(format!("write {}", known.join(" or "))),
        };
        problems.push(match author {
            Author::Worker => problem.help(format!(
                "correct it at the worker, or set `{field}` under `spec.providerSpec`"
            )),
            _ => problem,
        });
    }
}

fn placement(node: &Node, patch: &Node, request: &Request<'_>, problems: &mut Problems) {
    let mut wrong = |path: &str, message: &str, help: &str| {
        let place = (request.pool.place)(&format!("spec.providerSpec.{path}"));
        problems.push(Problem::new(&common::PROVIDER_SPEC_VALUE, place, message).help(help));
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
        let partition = node.get("placementGroupPartition").and_then(Node::resolved);
        if matches!(partition, Some(Resolved::Int(number)) if !(1..=7).contains(&number)) {
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
