//! The OpenStackControlPlane, with every section switched on or off: one that is absent would be off, one that is there
//! without `enabled` would be as its schema says.

use serde_json::{Value, json};

use crate::api::open_stack_gpu::Release;
use crate::krm::Node;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::cloud::Cloud;
use super::images;
use super::ini;
use super::isolation;
use super::needs;
use super::nova::{self, CONFIG};
use super::objects::{CONTROL_PLANE, More, Objects};
use super::sections::Plane;
use super::services::{self, OPTIONAL};

/// Cells of what is made.
const CELLS: [(&str, &str, &str); 2] = [
    ("cell0", "openstack", "rabbitmq"),
    ("cell1", "openstack-cell1", "rabbitmq-cell1"),
];

/// Puts the control plane.
pub(super) fn put(
    cloud: &Cloud<'_>,
    release: Release,
    objects: &mut Objects<'_, '_>,
    problems: &mut Problems,
) {
    let mut spec = base(cloud, release);
    if cloud.is_isolated() {
        isolation::within(cloud, &mut spec);
    }
    if let Some(patch) = &cloud.spec.control_plane_spec {
        spec = services::patched(&spec, patch);
    }
    let judged = Node::from_json(&spec);
    let plane = Plane {
        spec: &judged,
        theirs: None,
    };
    needs::check(cloud, &plane, problems);
    images::check(cloud, &plane, problems);
    with_gpus(cloud, &mut spec, problems);
    objects.put(
        CONTROL_PLANE,
        cloud.name(),
        More::default(),
        json!({"spec": spec}),
    );
}

/// What it claims of volumes: two databases and two message buses for each replica, both databases of OVN, Glance, Swift,
/// logs, and what some services keep.
pub(super) fn claims(cloud: &Cloud<'_>) -> u32 {
    let on = |name: &str| u32::from(services::is_on(cloud, name));
    6 * cloud.replicas()
        + 2
        + on("swift")
        + on("designate")
        + on("ironic")
        + on("telemetry.metricStorage")
}

fn base(cloud: &Cloud<'_>, release: Release) -> Value {
    let secret = cloud.osp_secret();
    let class = cloud.class();
    let mut spec = json!({"secret": secret, "storageClass": class});
    if release >= Release::Fr5 {
        spec["messagingBus"] = json!({"cluster": "rabbitmq"});
    }
    spec["dns"] = dns(cloud, release);
    spec["galera"] = galera(cloud);
    spec["rabbitmq"] = rabbitmq(cloud);
    spec["memcached"] = memcached(cloud);
    spec["keystone"] = api(cloud);
    spec["placement"] = api(cloud);
    spec["glance"] = patched_glance(cloud);
    let mut optional = OPTIONAL.iter().map(|one| (one.name, one.section(cloud)));
    spec["cinder"] = optional
        .next()
        .map(|(_, section)| section)
        .unwrap_or_default();
    spec["ovn"] = ovn(cloud);
    spec["neutron"] = api(cloud);
    spec["nova"] = nova(cloud, release);
    for (name, section) in optional {
        // the section came with feature release 4, and is no field before
        if name != "watcher" {
            spec[name] = section;
        } else if release >= Release::Fr4 {
            spec["redis"] = services::redis(cloud);
            spec["telemetry"] = services::telemetry(cloud);
            spec[name] = section;
        }
    }
    if release < Release::Fr4 {
        spec["redis"] = services::redis(cloud);
        spec["telemetry"] = services::telemetry(cloud);
    }
    spec
}

/// The section of a service that every OpenStack has, and that is the same in every release.
pub(super) fn section(cloud: &Cloud<'_>, name: &str, has_swift: bool) -> Option<Value> {
    match name {
        "galera" => Some(galera(cloud)),
        "rabbitmq" => Some(rabbitmq(cloud)),
        "memcached" => Some(memcached(cloud)),
        "keystone" | "placement" | "neutron" => Some(api(cloud)),
        "glance" => Some(glance(cloud, has_swift)),
        "ovn" => Some(ovn(cloud)),
        _ => None,
    }
}

fn rabbitmq(cloud: &Cloud<'_>) -> Value {
    let replicas = json!({"replicas": cloud.replicas()});
    json!({"enabled": true, "templates": {"rabbitmq": replicas, "rabbitmq-cell1": replicas}})
}

fn memcached(cloud: &Cloud<'_>) -> Value {
    let replicas = json!({"replicas": cloud.replicas()});
    json!({"enabled": true, "templates": {"memcached": replicas}})
}

/// An API that needs nothing else.
fn api(cloud: &Cloud<'_>) -> Value {
    json!({"enabled": true, "apiOverride": {"route": {}}, "template": {
        "databaseInstance": "openstack", "secret": cloud.osp_secret(), "replicas": cloud.replicas(),
    }})
}

/// From feature release 6 the webhook adds the last option, for whoever does not have it.
fn dns(cloud: &Cloud<'_>, release: Release) -> Value {
    let network = cloud.spec.network.as_ref();
    let ctlplane = network.and_then(|network| network.ctlplane.as_ref());
    let resolvers = ctlplane.and_then(|ctlplane| ctlplane.resolvers.as_ref());
    let mut options: Vec<Value> = Vec::new();
    options.extend(resolvers.map(|servers| json!({"key": "server", "values": servers})));
    if release >= Release::Fr6 {
        let local = format!("/{}.svc/", cloud.namespace);
        options.push(json!({"key": "local", "values": [local]}));
    }
    json!({"enabled": true, "template": {"options": options}})
}

fn galera(cloud: &Cloud<'_>) -> Value {
    let one = json!({
        "replicas": cloud.replicas(), "secret": cloud.osp_secret(), "storageClass": cloud.class(),
        "storageRequest": "5Gi",
    });
    json!({"enabled": true, "templates": {"openstack": one, "openstack-cell1": one}})
}

/// Images on Swift. Without Swift somebody has to say where they are.
fn glance(cloud: &Cloud<'_>, has_swift: bool) -> Value {
    const ON_SWIFT: &str = "[DEFAULT]
enabled_backends = default_backend:swift
[glance_store]
default_backend = default_backend
[default_backend]
swift_store_create_container_on_put = True
swift_store_auth_version = 3
swift_store_auth_address = {{ .KeystoneInternalURL }}
swift_store_endpoint_type = internalURL
swift_store_user = service:glance
swift_store_key = {{ .ServicePassword }}
";
    let mut template = json!({
        "databaseInstance": "openstack",
        "secret": cloud.osp_secret(),
        "keystoneEndpoint": "default",
        "imageCache": {},
        "glanceAPIs": {"default": {"type": "single", "replicas": cloud.replicas()}},
        "storage": {"storageClass": cloud.class(), "storageRequest": "10Gi"},
    });
    if has_swift {
        template[CONFIG] = ON_SWIFT.into();
    }
    json!({"enabled": true, "apiOverrides": {"default": {"route": {}}}, "template": template})
}

/// With what is written of Glance over it.
fn patched_glance(cloud: &Cloud<'_>) -> Value {
    let section = glance(cloud, services::is_on(cloud, "swift"));
    let written = cloud.spec.services.as_ref();
    match written.and_then(|services| services.glance.as_ref()) {
        Some(crate::api::open_stack_gpu::Service::Patch(patch)) => {
            services::patched(&section, patch)
        }
        _ => section,
    }
}

fn ovn(cloud: &Cloud<'_>) -> Value {
    let database = |kind: &str| json!({"dbType": kind, "replicas": cloud.replicas(), "storageRequest": "10Gi"});
    json!({"enabled": true, "template": {
        "ovnDBCluster": {"ovndbcluster-nb": database("NB"), "ovndbcluster-sb": database("SB")},
        "ovnNorthd": {"replicas": 1},
    }})
}

fn nova(cloud: &Cloud<'_>, release: Release) -> Value {
    let replicas = json!({"replicas": cloud.replicas()});
    let mut cells = json!({});
    for (name, database, bus) in CELLS {
        let mut cell = json!({"cellDatabaseAccount": format!("nova-{name}"), "cellDatabaseInstance": database});
        if release >= Release::Fr5 {
            cell["messagingBus"] = json!({"cluster": bus});
        } else {
            cell["cellMessageBusInstance"] = bus.into();
        }
        cell["hasAPIAccess"] = true.into();
        cell["conductorServiceTemplate"] = replicas.clone();
        cells[name] = cell;
    }
    json!({"enabled": true, "apiOverride": {"route": {}}, "template": {
        "secret": cloud.osp_secret(),
        "apiServiceTemplate": replicas,
        "metadataServiceTemplate": replicas,
        "schedulerServiceTemplate": replicas,
        "cellTemplates": cells,
    }})
}

/// Settings of GPUs, beside what is patched.
fn with_gpus(cloud: &Cloud<'_>, spec: &mut Value, problems: &mut Problems) {
    let pointer = |keys: &[&str]| format!("/{}", keys.join("/"));
    let cells = spec.pointer(&pointer(&["nova", "template", "cellTemplates"]));
    let cells: Vec<String> = cells
        .and_then(Value::as_object)
        .map_or_else(Vec::new, |cells| cells.keys().cloned().collect());
    for part in nova::parts(cloud, cells.iter().map(String::as_str)) {
        let keys = nova::TEMPLATE.iter().copied();
        let keys: Vec<&str> = keys.chain(part.path.iter().map(String::as_str)).collect();
        let Some(service) = spec
            .pointer_mut(&pointer(&keys))
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let there = service
            .get(CONFIG)
            .and_then(Value::as_str)
            .unwrap_or_default();
        match ini::merged(there, &part.settings) {
            Ok(text) => {
                service.insert(CONFIG.to_owned(), text.into());
            }
            Err(conflicts) => {
                let path = format!("spec.controlPlaneSpec.{}.{CONFIG}", keys.join("."));
                let place = cloud.place(&path);
                problems.extend(conflicts.iter().map(|one| conflict(place.clone(), one)));
            }
        }
    }
}

/// A setting that is there with another value: which of them is meant, only people know.
pub(super) fn conflict(place: crate::problem::Place, conflict: &ini::Conflict) -> Problem {
    let wanted = &conflict.wanted;
    let (section, option) = (wanted.section, wanted.option);
    let message = format!("`[{section}] {option}` is there with another value than GPUs need");
    Problem::new(&rule::OPTION_CONFLICT, place, message)
        .fact(format!("there: {option} = {}", conflict.there))
        .fact(format!("needed: {option} = {}", wanted.value))
        .help("either the line that is there goes, or the OpenStackGpu says the same")
}
