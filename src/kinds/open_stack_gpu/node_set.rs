//! An OpenStackDataPlaneNodeSet of the input gets what its GPUs need: kernel arguments, the service that binds the cards,
//! the service that tells Nova of them. All else of it stays byte for byte.

use serde_json::Value;

use crate::api::open_stack_gpu::DataPlane;
use crate::krm::complete::{CannotComplete, Edits};
use crate::krm::draft::Draft;
use crate::krm::{Document, Node, complete, words};
use crate::plan::Plan;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::rules::platform::CANNOT_COMPLETE_OPERAND;
use crate::problem::{Place, Problem, Problems, did_you_mean};

use super::cloud::Cloud;
use super::complete::Theirs;
use super::data_plane::{BIND, DEFAULT_SERVICES, is_bound};

pub(super) const GROUP: &str = "dataplane.openstack.org";
pub(super) const KIND: &str = "OpenStackDataPlaneNodeSet";
pub(super) const SERVICE: &str = "OpenStackDataPlaneService";

const SERVICES: [&str; 2] = ["spec", "services"];

/// That of the name that is asked for, which somebody else wrote.
pub(super) fn find<'a>(cloud: &Cloud<'a>, plane: &DataPlane) -> Option<Theirs<'a>> {
    let mut all = cloud.given_here(GROUP, KIND);
    let (id, document) =
        all.find(|(_, document)| document.name == plane.name() && !document.is_live())?;
    Some(Theirs { id, document })
}

/// What a NodeSet of the input becomes.
#[derive(Default)]
pub(super) struct Completed {
    /// Its own service for Nova, where it has one: that gets one more source, and none is made for the GPUs.
    pub(super) custom: Option<String>,
    /// Its `spec` with all that came in: what is run.
    pub(super) spec: Value,
}

/// Completes it.
pub(super) fn complete(
    cloud: &Cloud<'_>,
    plane: &DataPlane,
    theirs: Theirs<'_>,
    plan: &mut Plan,
    problems: &mut Problems,
) -> Completed {
    let Some(root) = problems.take(theirs.document.node()) else {
        return Completed::default();
    };
    let set = NodeSet {
        cloud,
        plane,
        document: theirs.document,
        root,
    };
    let mut wrong = set.nodes();
    let mut draft = Draft::of(theirs.document);
    let mut added = Vec::new();
    match set.arguments(&mut draft) {
        Ok(lines) => added.extend(lines),
        Err(more) => wrong.extend(more),
    }
    let nova = set.nova(&mut wrong);
    if wrong.is_empty() {
        match set.services(&mut draft, &nova) {
            Ok(lines) => added.extend(lines),
            Err(more) => wrong.extend(more),
        }
    }
    let custom = match nova {
        Nova::Custom(service) => {
            match set.source(service) {
                Ok(Some(edits)) => plan.edits.push((service.id, edits)),
                Ok(None) => {}
                Err(problem) => wrong.push(*problem),
            }
            Some(service.document.name.to_string())
        }
        Nova::Default(_) | Nova::Ours | Nova::None => None,
    };
    let after = draft.document().node().ok();
    let spec = after.and_then(|root| Some(root.get("spec")?.to_json()));
    // after an error nothing is written
    if wrong.is_empty() && !added.is_empty() {
        let name = &theirs.document.name;
        let count: usize = added.iter().map(|one| one.places).sum();
        let message =
            format!("{KIND} `{name}` is completed at {count} places with what its GPUs need");
        let problem = Problem::new(&rule::COMPLETED, set.whole(), message);
        let said = added.into_iter().map(|one| one.said);
        problems.push(said.fold(problem, Problem::fact));
        plan.edits.push((theirs.id, draft.edits()));
    }
    problems.extend(wrong);
    Completed {
        custom,
        spec: spec.unwrap_or_default(),
    }
}

/// What came in, and at how many places.
pub(super) struct Added {
    pub(super) places: usize,
    pub(super) said: String,
}

impl Added {
    /// At one place.
    pub(super) fn at(place: &str, what: &str) -> Self {
        Self {
            places: 1,
            said: format!("at {place}: {what}"),
        }
    }
}

/// What a NodeSet runs for Nova.
enum Nova<'a> {
    /// The default service, at this place of the list.
    Default(usize),
    /// That of the GPUs already.
    Ours,
    /// One of somebody else's.
    Custom(Theirs<'a>),
    /// The list says none: the default of the operator, or a mistake that was said.
    None,
}

/// One that is completed.
pub(super) struct NodeSet<'c, 'a> {
    pub(super) cloud: &'c Cloud<'a>,
    pub(super) plane: &'c DataPlane,
    pub(super) document: &'c Document<'a>,
    pub(super) root: Node,
}

impl<'a> NodeSet<'_, 'a> {
    fn whole(&self) -> Place {
        let start = self.document.range.start;
        self.document.place(start..start, "")
    }

    pub(super) fn place(&self, path: &str) -> Place {
        crate::api::place(self.document, &self.root, path)
    }

    /// Nodes whose GPUs are written are nodes of it.
    fn nodes(&self) -> Vec<Problem> {
        let nodes = self.root.at(&["spec", "nodes"]);
        let known = || nodes.map_or(&[][..], Node::entries).iter();
        let mut wrong = Vec::new();
        for (name, node) in &self.plane.nodes {
            let path = format!("spec.dataPlane.nodes.{name}");
            let Some(entry) = known().find(|entry| entry.key == *name) else {
                let near = did_you_mean(name, known().map(|entry| entry.key.as_str()));
                let message = format!("{KIND} `{}` has no node `{name}`", self.document.name);
                let problem = Problem::new(&rule::NODE_SET, self.cloud.key_place(&path), message);
                let problem = problem.values(name.as_str(), near.map(str::to_owned));
                wrong.push(match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help("write the name that it has there, or add it there"),
                });
                continue;
            };
            let there = entry.value.str_at(&["ansible", "ansibleHost"]);
            if let (Some(there), Some(here)) = (there, &node.address)
                && there != here
            {
                let message = format!("node `{name}` has the address {there} in its {KIND}");
                let place = self.cloud.place(&format!("{path}.address"));
                let problem = Problem::new(&rule::NODE_SET, place, message);
                wrong.push(problem.help("remove `address`: it stands there"));
            }
        }
        wrong
    }

    fn names(&self) -> Vec<&str> {
        let list = self.root.at(&SERVICES).map_or(&[][..], Node::items);
        list.iter()
            .map(|item| item.text().unwrap_or_default())
            .collect()
    }

    /// Which of its services is that of Nova, and whether all that the GPUs need are there in their order.
    fn nova(&self, wrong: &mut Vec<Problem>) -> Nova<'a> {
        let names = self.names();
        if names.is_empty() {
            return Nova::None;
        }
        let at = |name: &str| names.iter().position(|one| *one == name);
        let place = self.place("spec.services");
        let mut lacks = |name: &str, why: &str| {
            let message = format!("{KIND} `{}` runs no `{name}`: {why}", self.document.name);
            let problem = Problem::new(&rule::SERVICES_ORDER, place.clone(), message);
            wrong.push(problem.help(format!(
                "`{name}` belongs to its services, where it stands in: {}",
                DEFAULT_SERVICES.join(", ")
            )));
        };
        if at("bootstrap").is_none() {
            lacks("bootstrap", "nothing writes the kernel arguments");
        }
        if at("reboot-os").is_none() {
            lacks("reboot-os", "kernel arguments count from a start on");
        }
        let gpu_service = self.plane.gpu_service();
        if at(&gpu_service).is_some() {
            return Nova::Ours;
        }
        if let Some(index) = at("nova") {
            return Nova::Default(index);
        }
        let own = self.cloud.given_here(GROUP, SERVICE);
        for (id, document) in own.filter(|(_, document)| at(&document.name).is_some()) {
            let Ok(root) = document.node() else { continue };
            if root.str_at(&["spec", "edpmServiceType"]) == Some("nova") {
                return Nova::Custom(Theirs { id, document });
            }
        }
        lacks(
            "nova",
            "nothing would be told of the GPUs; a service of your own for it has to be in the input",
        );
        Nova::None
    }

    fn services(&self, draft: &mut Draft, nova: &Nova<'_>) -> Result<Vec<Added>, Vec<Problem>> {
        let failed = |why| vec![self.by_hand("spec.services", why, BIND)];
        let gpu_service = self.plane.gpu_service();
        let is_bound = is_bound(self.cloud, self.plane);
        let bind = format!("`{BIND}` and ");
        let at = |what: &str| Added::at("`spec.services`", what);
        let mut added = Vec::new();
        if self.names().is_empty() {
            let all = super::data_plane::services(self.cloud, self.plane);
            let all: Vec<Node> = all.iter().map(|name| name.as_str().into()).collect();
            let document = draft.document();
            let root = document.node().map_err(|_| failed(CannotComplete::Alias))?;
            let edits = complete::add_items(&document, &root, &SERVICES, &all);
            let edits = edits.map_err(failed)?;
            draft.apply(edits);
            let bind = if is_bound { bind.as_str() } else { "" };
            added.push(at(&format!("the default list with {bind}`{gpu_service}`")));
            return Ok(added);
        }
        if let Nova::Default(index) = nova {
            let document = draft.document();
            let root = document.node().map_err(|_| failed(CannotComplete::Alias))?;
            let edits = words::replace_item(&document, &root, &SERVICES, *index, &gpu_service);
            let edits = edits.map_err(failed)?;
            draft.apply(edits);
            added.push(at(&format!("`{gpu_service}` instead of `nova`")));
        }
        let names = self.names();
        let reboot = names.iter().position(|name| *name == "reboot-os");
        if let Some(reboot) = reboot.filter(|_| is_bound && !names.contains(&BIND)) {
            let document = draft.document();
            let root = document.node().map_err(|_| failed(CannotComplete::Alias))?;
            let edits = words::insert_item(&document, &root, &SERVICES, reboot, BIND);
            let edits = edits.map_err(failed)?;
            draft.apply(edits);
            added.push(at(&format!("`{BIND}` before `reboot-os`")));
        }
        Ok(added)
    }

    /// One more source of a service of somebody else's.
    fn source(&self, service: Theirs<'_>) -> Result<Option<Edits>, Box<Problem>> {
        const SOURCES: [&str; 2] = ["spec", "dataSources"];
        let gpu_service = self.plane.gpu_service();
        let document = service.document;
        let start = document.range.start;
        let place = || document.place(start..start, "spec.dataSources");
        let source = Node::from([(
            "configMapRef",
            Node::from([("name", gpu_service.as_str().into())]),
        )]);
        let by_hand = |why: CannotComplete| {
            let message = format!("{SERVICE} `{}` cannot be completed: {why}", document.name);
            let problem = Problem::new(&CANNOT_COMPLETE_OPERAND, place(), message);
            Box::new(problem.help(format!(
                "add by hand to `spec.dataSources`: `- configMapRef: {{name: {gpu_service}}}`"
            )))
        };
        let root = document
            .node()
            .map_err(|_| by_hand(CannotComplete::Alias))?;
        let there = root.at(&SOURCES).map_or(&[][..], Node::items);
        let is_it = |one: &Node| one.str_at(&["configMapRef", "name"]) == Some(&gpu_service);
        if there.iter().any(is_it) {
            return Ok(None);
        }
        let edits = complete::add_items(document, &root, &SOURCES, &[source]);
        edits.map(Some).map_err(by_hand)
    }

    pub(super) fn by_hand(&self, field: &str, why: CannotComplete, text: &str) -> Problem {
        let message = format!("{KIND} `{}` cannot be completed: {why}", self.document.name);
        let place = self.place(field);
        let problem = Problem::new(&CANNOT_COMPLETE_OPERAND, place, message);
        problem.help(format!("add by hand to `{field}`: {text}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{Input, Mode, Source, expand};

    const GPUS: &str = "apiVersion: gpu-machineset.dev/v1alpha1
kind: OpenStackGpu
metadata: {name: cloud}
spec:
  gpus: [{alias: nvidia, model: l40s, deviceType: type-PF}]
  placement: {pci: false}
  dataPlane:
    nodeSet: gpu
    cpuVendor: intel
    nodes: {edpm-0: {gpus: {nvidia: [\"0000:04:00.0\"]}}}
";
    const CONTROL_PLANE: &str = "apiVersion: core.openstack.org/v1beta1
kind: OpenStackControlPlane
metadata: {name: cloud, namespace: cloud}
spec: {dns: {enabled: true, template: {}}, nova: {template: {cellTemplates: {cell0: {}}}}}
";

    fn completed(node_set: &str) -> Result<String, String> {
        let source = |name: &str, text: &str| Source::new(name, text);
        let sources = vec![
            source("a.yaml", GPUS),
            source("b.yaml", CONTROL_PLANE),
            source("c.yaml", node_set),
        ];
        let output = expand(&Input::new(sources, Mode::Bare));
        let said: Vec<String> = output
            .problems
            .iter()
            .map(|one| one.message.clone())
            .collect();
        if output.problems.has_errors() {
            return Err(said.join("\n"));
        }
        let documents = output.text.split("---\n");
        let newline = if node_set.contains("\r\n") {
            "kind: OpenStackDataPlaneNodeSet\r\n"
        } else {
            "kind: OpenStackDataPlaneNodeSet\n"
        };
        let mut of_set = documents.filter(|text| text.contains(newline));
        Ok(of_set.next().expect("it leaves").to_owned())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn every_line_stays_and_twice_is_once(
            arguments in prop::option::of(prop::sample::select(vec![
                "quiet", "'quiet  iommu=pt'", "\"console=ttyS0\" # serial", "intel_iommu=on vfio-pci.ids=10de:1eb8 # T4",
                ">-\n          quiet\n          splash",
            ])),
            comment in prop::sample::select(vec!["", " # mine", " # {{ template }}"]),
            flow in any::<bool>(),
            bound in any::<bool>(),
            crlf in any::<bool>(),
        ) {
            let bind = if bound { vec!["vfio-pci-bind"] } else { Vec::new() };
            let services = [vec!["bootstrap", "run-os"], bind, vec!["reboot-os", "libvirt", "nova"]].concat();
            let list = if flow {
                format!(" [{}]{comment}\n", services.join(", "))
            } else {
                let lines: Vec<String> = services.iter().map(|name| format!("  - {name}{comment}\n")).collect();
                format!("\n{}", lines.concat())
            };
            let arguments = arguments.map(|text| format!("        edpm_kernel_args: {text}\n")).unwrap_or_default();
            let mut text = format!("apiVersion: dataplane.openstack.org/v1beta1\nkind: OpenStackDataPlaneNodeSet\nmetadata: {{name: gpu, namespace: cloud}}\nspec:\n  # about\n  services:{list}  nodeTemplate:\n    ansible:\n      ansibleVars:{comment}\n        other: 1\n{arguments}  nodes: {{edpm-0: {{hostName: edpm-0, ansible: {{ansibleHost: 192.168.122.100}}, networks: [{{name: ctlplane, subnetName: subnet1}}]}}}}\n");
            if crlf { text = text.replace('\n', "\r\n"); }
            let made = completed(&text).unwrap();
            for word in ["intel_iommu=on", "iommu=pt", "10de:26b9", "rd.driver.pre=vfio-pci", "nova-gpu-gpu", "vfio-pci-bind"] {
                prop_assert_eq!(made.matches(word).count() >= 1, true, "{} {}", word, made);
            }
            prop_assert_eq!(made.contains("\r\n"), crlf);
            // every line is there still, in its order, some with more
            let mut rest = made.lines();
            for line in text.lines().filter(|line| !line.contains("nova") && !line.contains("edpm_kernel_args") && !line.contains("splash")) {
                let head = line.split(" [").next().unwrap();
                prop_assert!(rest.any(|one| one.starts_with(head)), "{} {}", line, made);
            }
            let again = completed(&made).unwrap();
            prop_assert_eq!(again, made);
        }
    }

    #[test]
    fn another_value_is_told_and_nothing_is_written() {
        let set = "apiVersion: dataplane.openstack.org/v1beta1\nkind: OpenStackDataPlaneNodeSet\nmetadata: {name: gpu, namespace: cloud}\nspec:\n  services: [bootstrap, reboot-os, nova]\n  nodeTemplate: {ansible: {ansibleVars: {edpm_kernel_args: intel_iommu=off}}}\n  nodes: {edpm-0: {networks: [{name: ctlplane, subnetName: subnet1}]}}\n";
        let said = completed(set).unwrap_err();
        assert!(
            said.contains("the kernel argument `intel_iommu=off` is there"),
            "{said}"
        );
    }

    fn of_nodes(count: usize, arguments: impl Fn(usize) -> String) -> String {
        let node = |index: usize| {
            let arguments = arguments(index);
            format!(
                "    edpm-{index}:\n      networks: [{{name: ctlplane, subnetName: subnet1}}]\n      ansible:\n        ansibleVars:\n          edpm_kernel_args: {arguments}\n"
            )
        };
        let nodes: String = (0..count).map(node).collect();
        format!(
            "apiVersion: dataplane.openstack.org/v1beta1\nkind: OpenStackDataPlaneNodeSet\nmetadata: {{name: gpu, namespace: cloud}}\nspec:\n  services: [bootstrap, reboot-os, nova]\n  nodes:\n{nodes}"
        )
    }

    #[test]
    fn nodes_with_arguments_of_their_own_are_completed_together() {
        let set = of_nodes(60, |index| match index % 3 {
            0 => format!("quiet n{index} # own"),
            1 => "# none yet".to_owned(),
            _ => "\"\" # empty".to_owned(),
        });
        let made = completed(&set).unwrap();
        assert_eq!(made.matches("vfio-pci.ids=10de:26b9").count(), 61, "{made}");
        for kept in [
            "edpm_kernel_args: quiet n57 intel_iommu=on ",
            " # own\n",
            " # none yet\n",
            " # empty\n",
        ] {
            assert!(made.contains(kept), "{kept}: {made}");
        }
        assert_eq!(completed(&made).unwrap(), made);
    }

    #[test]
    fn the_node_that_cannot_be_completed_is_named() {
        let set = of_nodes(9, |index| match index {
            2 => "&same quiet".to_owned(),
            5 => "*same".to_owned(),
            7 => "[quiet]".to_owned(),
            _ => "quiet".to_owned(),
        });
        let said = completed(&set).unwrap_err();
        assert_eq!(
            said.lines()
                .filter(|line| line.contains("cannot be completed"))
                .count(),
            3,
            "{said}"
        );
    }
}
