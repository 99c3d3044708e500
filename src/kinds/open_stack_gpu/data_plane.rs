//! Compute nodes with GPUs: what binds the cards to vfio-pci, what tells Nova of them, and the run that does both.

use serde_json::{Value, json};

use crate::api::open_stack_gpu::DataPlane;
use crate::plan::Plan;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::bare_metal;
use super::cloud::Cloud;
use super::ini::{self, How, Setting};
use super::made_node_set;
use super::node_set;
use super::nova;
use super::objects::{CONFIG_MAP, DEPLOYMENT, More, NODE_SET, Objects, SERVICE};
use super::of_nodes;
use super::vgpu_rules;
use super::vgpus;

/// Service of the operator that installs drivers, from feature release 5 on.
pub(super) const DRIVERS: &str = "accel-drivers";

/// Service that binds cards; after it the node has to start anew.
pub(super) const BIND: &str = "vfio-pci-bind";

/// Services of a NodeSet (openstack-operator, openstackdataplanenodeset_types.go), with ours: cards are bound before the
/// node starts anew, and the GPU service stands for that of Nova, of which a NodeSet has one.
pub(super) const DEFAULT_SERVICES: [&str; 17] = [
    "redhat",
    "bootstrap",
    "download-cache",
    "configure-network",
    "validate-network",
    "install-os",
    "configure-os",
    "ssh-known-hosts",
    "run-os",
    BIND,
    "reboot-os",
    "install-certs",
    "ovn",
    "neutron-metadata",
    "libvirt",
    "nova",
    "telemetry",
];

const PLAYBOOK: &str = r#"- name: Bind GPUs to vfio-pci
  hosts: "{{ edpm_override_hosts | default('all', true) }}"
  become: true
  tasks:
  - name: Keep other drivers off the GPUs
    ansible.builtin.copy:
      dest: /etc/modprobe.d/90-gpu-passthrough.conf
      mode: "0644"
      content: |
        blacklist nouveau
        blacklist nvidia
        options nouveau modeset=0
    register: gpu_drivers
  - name: Load vfio-pci when the node starts
    ansible.builtin.copy:
      dest: /etc/modules-load.d/90-gpu-passthrough.conf
      mode: "0644"
      content: |
        vfio-pci
    register: gpu_modules
  - name: Make the initramfs anew
    ansible.builtin.command: dracut --force
    when: gpu_drivers.changed or gpu_modules.changed
"#;

impl DataPlane {
    /// Name of the NodeSet.
    pub(super) fn name(&self) -> &str {
        self.node_set.as_deref().unwrap_or("openstack-edpm")
    }

    /// Name of what tells Nova of the cards: a ConfigMap and the service that mounts it.
    pub(super) fn gpu_service(&self) -> String {
        format!("nova-gpu-{}", self.name())
    }

    fn is_deployed(&self) -> bool {
        let deployment = self.deployment.as_ref();
        deployment.and_then(|one| one.deployed).unwrap_or(false)
    }
}

/// Puts services, NodeSet and run. A NodeSet of the input is completed instead, and its owner says when it is run.
pub(super) fn put(
    cloud: &Cloud<'_>,
    plane: &DataPlane,
    objects: &mut Objects<'_, '_>,
    plan: &mut Plan,
    problems: &mut Problems,
) {
    let theirs = node_set::find(cloud, plane);
    of_nodes::check(cloud, plane, theirs.is_none(), problems);
    bare_metal::check(cloud, plane, theirs.is_none(), problems);
    let (gpu_service, data) = (plane.gpu_service(), config(cloud, plane));
    let own = service(cloud, &gpu_service);
    vgpu_rules::of_plane(cloud, plane, theirs, problems);
    let is_bound = is_bound(cloud, plane);
    let bind = json!({"edpmServiceType": BIND, "playbookContents": playbook(cloud, plane)});
    let (set, custom) = match theirs {
        Some(theirs) => {
            let completed = node_set::complete(cloud, plane, theirs, plan, problems);
            (completed.spec, completed.custom)
        }
        None => (made_node_set::spec(cloud, plane, problems), None),
    };
    let text = if is_bound {
        json!([data, own, bind, set, plane.is_deployed()])
    } else {
        json!([data, own, set, plane.is_deployed()])
    };
    let text = text.to_string();
    objects.put(
        CONFIG_MAP,
        &gpu_service,
        More::default(),
        json!({"data": data}),
    );
    if is_bound {
        objects.put(SERVICE, BIND, More::default(), json!({"spec": bind}));
    }
    if custom.is_none() {
        objects.put(SERVICE, &gpu_service, More::default(), json!({"spec": own}));
    }
    if theirs.is_none() {
        objects.put(
            NODE_SET,
            plane.name(),
            More::default(),
            json!({"spec": set}),
        );
    }
    let nova = custom.as_deref().unwrap_or(&gpu_service);
    let again = again(cloud, plane, theirs.is_none(), nova);
    let (name, run) = run(plane, &again, &text);
    if theirs.is_some() && plane.deployment.is_none() {
        problems.push(waits(cloud, plane, &name, &run));
        return;
    }
    let more = More {
        // a run that is gone is no loss, but Argo CD would delete each one as soon as its name is not rendered any more
        options: vec!["Prune=false"],
        ..More::default()
    };
    objects.put(DEPLOYMENT, &name, more, json!({"spec": run}));
}

/// Nothing of a NodeSet happens before a run.
fn waits(cloud: &Cloud<'_>, plane: &DataPlane, name: &str, run: &Value) -> Problem {
    let message = format!(
        "nothing of what `{}` gets happens before it is run",
        plane.name()
    );
    let at = cloud.key_place("spec.dataPlane");
    let problem = Problem::new(&rule::RUN_NEEDED, at, message);
    let object = json!({
        "apiVersion": "dataplane.openstack.org/v1beta1",
        "kind": "OpenStackDataPlaneDeployment",
        "metadata": {"name": name, "namespace": cloud.namespace},
        "spec": run,
    });
    problem.help(format!(
        "`dataPlane: {{deployment: {{}}}}` makes a run; or add one of your own: `{object}`"
    ))
}

/// On a node with vGPUs NVIDIA's driver has to load.
fn playbook(cloud: &Cloud<'_>, plane: &DataPlane) -> String {
    if vgpus::need_driver(cloud, plane) {
        PLAYBOOK.replace("        blacklist nvidia\n", "")
    } else {
        PLAYBOOK.to_owned()
    }
}

/// Services of a run on compute nodes: what GPUs need, and nothing else.
fn again<'n>(cloud: &Cloud<'_>, plane: &DataPlane, is_made: bool, nova: &'n str) -> Vec<&'n str> {
    let installs = is_made && vgpus::need_driver(cloud, plane);
    let all = [
        Some("bootstrap"),
        Some(DRIVERS).filter(|_| installs),
        Some(BIND).filter(|_| is_bound(cloud, plane)),
        Some("reboot-os"),
        Some(nova),
    ];
    all.into_iter().flatten().collect()
}

/// The run and its name.
fn run(plane: &DataPlane, again: &[&str], text: &str) -> (String, Value) {
    let revision = plane.deployment.as_ref();
    let revision = revision.and_then(|one| one.revision.as_deref());
    let revision = match revision {
        None | Some("auto") => format!("{:08x}", checksum(text)),
        Some(written) => written.to_owned(),
    };
    let mut run = json!({"nodeSets": [plane.name()]});
    if plane.is_deployed() {
        // no usual run restarts a compute node, and kernel arguments count from a start on
        run["servicesOverride"] = json!(again);
        run["ansibleExtraVars"] = json!({"edpm_reboot_strategy": "force"});
    }
    (format!("{}-{revision}", plane.name()), run)
}

/// FNV-1a: a name that is the same whenever all else is.
fn checksum(text: &str) -> u32 {
    let fold = |sum: u32, byte: u8| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(0x811c_9dc5, fold)
}

/// Files of Nova on the computes, sorted behind those of the operator (`02-nova-host-specific.conf`).
fn config(cloud: &Cloud<'_>, plane: &DataPlane) -> Value {
    let mut gpus: Vec<Setting> = of_nodes::device_specs(cloud, plane);
    gpus.extend(nova::aliases(cloud));
    if !gpus.is_empty() {
        gpus.push(Setting {
            section: "pci",
            option: "report_in_placement",
            value: "True".to_owned(),
            how: How::Bool,
        });
    }
    let once = |section, option, value: Option<String>| {
        value.map(|value| Setting {
            section,
            option,
            value,
            how: How::Once,
        })
    };
    let cpus = plane.cpus.as_ref();
    let compute = [
        once(
            "DEFAULT",
            "reserved_host_memory_mb",
            plane.reserved_memory.map(|mib| mib.to_string()),
        ),
        once(
            "compute",
            "cpu_shared_set",
            cpus.and_then(|cpus| cpus.shared.clone()),
        ),
        once(
            "compute",
            "cpu_dedicated_set",
            cpus.and_then(|cpus| cpus.dedicated.clone()),
        ),
    ];
    let compute: Vec<Setting> = compute.into_iter().flatten().collect();
    let gpus = ini::merged("", &gpus).unwrap_or_default();
    let mut data = json!({"30-gpu.conf": format!("{gpus}{}", vgpus::config(cloud, plane))});
    if !compute.is_empty() {
        data["31-compute.conf"] = ini::merged("", &compute).unwrap_or_default().into();
    }
    data
}

/// The default service `nova`, equal in all releases, with one more source.
fn service(cloud: &Cloud<'_>, name: &str) -> Value {
    json!({
        "playbook": "osp.edpm.nova",
        "edpmServiceType": "nova",
        "caCerts": "combined-ca-bundle",
        "containerImageFields": ["NovaComputeImage", "EdpmIscsidImage"],
        "dataSources": [
            {"secretRef": {"name": "nova-cell1-compute-config"}},
            {"secretRef": {"name": cloud.migration_ssh()}},
            {"configMapRef": {"name": "nova-extra-config", "optional": true}},
            {"configMapRef": {"name": name}},
        ],
    })
}

/// The services of a NodeSet with GPUs.
pub(super) fn services(cloud: &Cloud<'_>, plane: &DataPlane) -> Vec<String> {
    let mut services = Vec::new();
    for name in DEFAULT_SERVICES {
        match name {
            "nova" => services.push(plane.gpu_service()),
            BIND if !is_bound(cloud, plane) => {}
            name => services.push(name.to_owned()),
        }
        // the driver wants a start too
        if name == "run-os" && vgpus::need_driver(cloud, plane) {
            services.push(DRIVERS.to_owned());
        }
    }
    services
}

/// Whether a NodeSet has cards that are passed on whole.
pub(super) fn is_bound(cloud: &Cloud<'_>, plane: &DataPlane) -> bool {
    !of_nodes::ids(cloud, plane).is_empty()
}
