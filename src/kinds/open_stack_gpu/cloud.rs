//! An `OpenStackGpu` with its defaults filled in, and what the input shows beside it.

use crate::api::gpu_machine_set::FactsRef;
use crate::api::open_stack_gpu::{OpenStackGpuSpec, Release, Secrets};
use crate::api::{OurKind, Owner, Placeholder};
use crate::cluster::ClusterFacts;
use crate::kinds::World;
use crate::krm::Document;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};
use crate::types::ClusterId;

use super::gpus::{self, Alias};
use super::namespaces;
use super::networks::Networks;
use super::node_set;
use super::objects::CORE;
use super::release::{self, Said};
use super::vgpus::{self, Vgpu};

const CONTROL_PLANE: &str = "OpenStackControlPlane";

/// One placeholder on one cluster.
pub(super) struct Cloud<'a> {
    pub(super) placeholder: &'a Placeholder<'a, OpenStackGpuSpec>,
    pub(super) spec: &'a OpenStackGpuSpec,
    pub(super) world: &'a World<'a>,
    pub(super) facts: Option<&'a ClusterFacts>,
    pub(super) cluster: ClusterId,
    pub(super) namespace: &'a str,
    /// The release, as it is written or as an object of the input says it.
    pub(super) known_release: Option<Release>,
    /// A version that an object says, and that names no release.
    number: Option<String>,
    /// GPUs, by alias in the order in which they are written.
    pub(super) aliases: Vec<Alias<'a>>,
    /// vGPUs.
    pub(super) vgpus: Vec<Vgpu<'a>>,
    /// Networks that could be read.
    pub(super) networks: Networks,
    secrets: Secrets,
}

impl<'a> Cloud<'a> {
    /// `None` after a problem that leaves nothing to decide.
    pub(super) fn of(
        placeholder: &'a Placeholder<'a, OpenStackGpuSpec>,
        world: &'a World<'a>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let spec = &placeholder.read.spec;
        let facts = facts(placeholder, world, problems).ok()?;
        let infra = facts.and_then(|facts| facts.infrastructure_name.as_ref());
        let namespace = spec.namespace.as_deref();
        let namespace = namespace.unwrap_or(&placeholder.read.name);
        let (said, number) = match release::said(world.splits, namespace) {
            Said::Known(release) => (Some(release), None),
            Said::Number(number) => (None, Some(number)),
            Said::Nothing => (None, None),
        };
        Some(Self {
            placeholder,
            spec,
            world,
            facts,
            cluster: ClusterId::from(infra.map(|fact| &fact.value)),
            namespace,
            known_release: spec.release.or(said),
            number,
            aliases: gpus::decide(placeholder, problems),
            vgpus: vgpus::decide(placeholder, problems),
            networks: Networks::decide(placeholder, problems),
            secrets: spec.secrets.clone().unwrap_or_default(),
        })
    }

    /// The place of a field.
    pub(super) fn place(&self, path: &str) -> Place {
        self.placeholder.place(path)
    }

    /// The place of the name of a field.
    pub(super) fn key_place(&self, path: &str) -> Place {
        self.placeholder.key_place(path)
    }

    /// What stands in `gpu-machineset.dev/from` of all that it makes.
    pub(super) fn owner(&self) -> Owner {
        Owner::new(OurKind::OpenStackGpu, &self.placeholder.read.name)
    }

    /// The release; a control plane cannot be made without it.
    pub(super) fn release(&self, problems: &mut Problems) -> Option<Release> {
        if self.known_release.is_none() {
            let message =
                "the release is not known, and fields of an OpenStackControlPlane came and went";
            let problem = Problem::new(&rule::RELEASE_MISSING, self.place("spec"), message);
            let number = self.number.iter();
            let problem = number.fold(problem, |problem, number| {
                problem.fact(format!(
                    "the cluster runs {number}, which names no feature release"
                ))
            });
            problems.push(self.beside_set(problem).help(
                "write `release: 18.0-fr6`; `oc get openstackversions -A` shows what the cluster runs",
            ));
        }
        self.known_release
    }

    /// Replicas of services.
    pub(super) fn replicas(&self) -> u32 {
        let written = self.spec.control_plane.as_ref();
        let default = if self.is_isolated() { 3 } else { 1 };
        written.and_then(|one| one.replicas).unwrap_or(default)
    }

    /// Name of the control plane.
    pub(super) fn name(&self) -> &'a str {
        let written = self.spec.control_plane.as_ref();
        written
            .and_then(|one| one.name.as_deref())
            .unwrap_or("openstack-galera")
    }

    /// Whether each kind of traffic has a network of its own.
    pub(super) fn is_isolated(&self) -> bool {
        let network = self.spec.network.as_ref();
        network.is_some_and(|network| network.isolated.is_some())
    }

    /// StorageClass of databases and queues.
    pub(super) fn class(&self) -> &'a str {
        let storage = self.spec.storage.as_ref();
        storage
            .and_then(|storage| storage.class.as_deref())
            .unwrap_or("local-storage")
    }

    /// Whether Placement is asked for GPUs; for vGPUs it is asked in any case.
    pub(super) fn uses_placement(&self) -> bool {
        let placement = self.spec.placement.as_ref();
        let is_whole = self.spec.gpus.iter().any(|gpu| gpu.mdev_type.is_none());
        is_whole && placement.and_then(|one| one.pci).unwrap_or(true)
    }

    /// Secret with the passwords of services.
    pub(super) fn osp_secret(&self) -> &str {
        self.secrets.osp.as_deref().unwrap_or("osp-secret")
    }

    /// Secret with Ansible's key.
    pub(super) fn ansible_ssh(&self) -> &str {
        let name = self.secrets.ansible_ssh.as_deref();
        name.unwrap_or("dataplane-ansible-ssh-private-key-secret")
    }

    /// Secret with the key of migrations.
    pub(super) fn migration_ssh(&self) -> &str {
        let name = self.secrets.migration_ssh.as_deref();
        name.unwrap_or("nova-migration-ssh-key")
    }

    /// Secrets with variables of Ansible.
    pub(super) fn ansible_vars(&self) -> Vec<&str> {
        match &self.secrets.ansible_vars {
            Some(names) => names.iter().map(String::as_str).collect(),
            None => vec!["subscription-manager", "redhat-registry"],
        }
    }

    /// Objects of the input of a kind that somebody else wrote, with the number of their source and their own.
    pub(super) fn given(
        &self,
        group: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = ((usize, usize), &'a Document<'a>)> {
        let splits = self.world.splits.iter().enumerate();
        let all = splits.flat_map(|(at, split)| {
            let documents = split.documents.iter().enumerate();
            documents.map(move |(index, document)| ((at, index), document))
        });
        all.filter(move |(_, document)| document.is(group, kind))
            .filter(|(_, document)| {
                Owner::of(document).is_none_or(|owner| !owner.is(OurKind::OpenStackGpu))
            })
    }

    /// Whether what a source holds is of its cluster: sources of the input may be of several.
    pub(super) fn is_of_cluster(&self, source: usize) -> bool {
        let infra = self.world.gathered.sources.get(&source);
        infra.is_none_or(|infra| ClusterId::from(Some(infra)) == self.cluster)
    }

    /// Those of its namespace. One that says no namespace, which is a problem of its own, is read as if it said this.
    pub(super) fn given_here(
        &self,
        group: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = ((usize, usize), &'a Document<'a>)> {
        let namespace = self.namespace;
        let own = self.given(group, kind);
        let own = own.filter(move |(_, document)| document.namespace == namespace);
        own.chain(namespaces::astray(self, group, kind))
    }

    /// A NodeSet of the input whose control plane is not in it: it has one, and nobody wants a second.
    pub(super) fn set_alone(&self) -> Option<&'a Document<'a>> {
        if self.given_here(CORE, CONTROL_PLANE).next().is_some() {
            return None;
        }
        let mut sets = self.given_here(node_set::GROUP, node_set::KIND);
        sets.next().map(|(_, document)| document)
    }

    /// Says it of a problem with a control plane that would be made beside it.
    pub(super) fn beside_set(&self, problem: Problem) -> Problem {
        match self.set_alone() {
            Some(set) => problem.help(format!(
                "NodeSet `{}` has a control plane already: put the manifest of its OpenStackControlPlane into the input too, and none is made",
                set.name
            )),
            None => problem,
        }
    }
}

/// The cluster; no fact of it is needed, so that none at all is no mistake. What failed was said.
fn facts<'a>(
    placeholder: &'a Placeholder<'a, OpenStackGpuSpec>,
    world: &'a World<'a>,
    problems: &mut Problems,
) -> Result<Option<&'a ClusterFacts>, ()> {
    let named = placeholder.read.spec.facts.as_ref();
    if named.is_none() && world.gathered.clusters.is_empty() {
        return Ok(None);
    }
    if let Some(FactsRef::Inline(_)) = named {
        let message = "an OpenStackGpu holds no facts of its own";
        let place = placeholder.place("spec.facts");
        let problem = Problem::new(&rule::FACTS_INLINE, place, message);
        problems.push(
            problem.help("write the nodes of the volumes: `storage: {local: {nodes: [NAME]}}`"),
        );
        return Err(());
    }
    let path = if named.is_some() {
        "spec.facts"
    } else {
        "spec"
    };
    let found = world.gathered.meant(named, placeholder.place(path));
    let taken = problems.take(found.map_err(|problem| [*problem]));
    taken.map(Some).ok_or(())
}
