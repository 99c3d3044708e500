//! A network of its own for each kind of traffic: interfaces of nodes, attachments of pods, addresses of services.

use serde_json::{Value, json};

use crate::api::open_stack_gpu::{Isolated, Nncp};

use super::cloud::Cloud;
use super::networks::{CTLPLANE, Net};
use super::nodes::HOSTNAME;
use super::objects::{ADVERTISEMENT, ATTACHMENT, More, NODE_POLICY, Objects, POOL};

const METALLB: &str = "metallb-system";

/// Puts interfaces, attachments, pools and their advertisements.
pub(super) fn put(cloud: &Cloud<'_>, isolated: &Isolated, objects: &mut Objects<'_, '_>) {
    let bridge = isolated.bridge.as_deref().unwrap_or("ospbr");
    if isolated.nncp.unwrap_or_default() == Nncp::Emit {
        for node in isolated.nodes.keys() {
            policy(cloud, isolated, bridge, node, objects);
        }
    }
    for net in &cloud.networks.all {
        let config = json!({
            "cniVersion": "0.3.1",
            "name": net.name,
            "type": "macvlan",
            "master": interface(net, bridge),
            "ipam": {
                "type": "whereabouts",
                "range": net.cidr.to_string(),
                "range_start": net.attach.from.to_string(),
                "range_end": net.attach.to.to_string(),
            },
        });
        attachment(cloud, net.name, &config, objects);
    }
    let config = json!({"cniVersion": "0.3.1", "name": "datacentre", "type": "bridge", "bridge": bridge, "ipam": {}});
    attachment(cloud, "datacentre", &config, objects);
    for net in &cloud.networks.all {
        let pool = json!({
            "addresses": [net.metallb.to_string()],
            // another OpenStack of the cluster has addresses of its own
            "serviceAllocation": {"namespaces": [cloud.namespace]},
        });
        objects.add(
            POOL,
            net.name,
            Some(METALLB),
            More::default(),
            json!({"spec": pool}),
        );
        let spec = json!({"interfaces": [interface(net, bridge)], "ipAddressPools": [net.name]});
        objects.add(
            ADVERTISEMENT,
            net.name,
            Some(METALLB),
            More::default(),
            json!({"spec": spec}),
        );
    }
}

fn interface<'n>(net: &'n Net, bridge: &'n str) -> &'n str {
    if net.vlan.is_some() { net.name } else { bridge }
}

/// An attachment of the input is left as it is.
fn attachment(cloud: &Cloud<'_>, name: &str, config: &Value, objects: &mut Objects<'_, '_>) {
    let mut given = cloud.given_here("k8s.cni.cncf.io", "NetworkAttachmentDefinition");
    if given.any(|(_, document)| document.name == name) {
        return;
    }
    let more = More {
        labels: vec![("osp/net", name.to_owned())],
        ..More::default()
    };
    let config = serde_json::to_string_pretty(config).unwrap_or_default();
    objects.put(
        ATTACHMENT,
        name,
        more,
        json!({"spec": {"config": config + "\n"}}),
    );
}

/// VLANs and the bridge on the interface of a node.
fn policy(
    cloud: &Cloud<'_>,
    isolated: &Isolated,
    bridge: &str,
    node: &str,
    objects: &mut Objects<'_, '_>,
) {
    let Some(addresses) = isolated.nodes.get(node) else {
        return;
    };
    let base = addresses.interface.as_str();
    let mut interfaces = Vec::new();
    for net in &cloud.networks.all {
        let address = json!([{"ip": addresses.on(net.name), "prefix-length": net.cidr.prefix()}]);
        let on = json!({"address": address, "dhcp": false, "enabled": true});
        let off = json!({"enabled": false});
        let is_v6 = addresses.on(net.name).contains(':');
        let (v4, v6) = if is_v6 { (off, on) } else { (on, off) };
        let mut interface = json!({
            "name": interface(net, bridge),
            "description": format!("{} of OpenStack", net.name),
            "state": "up",
            "mtu": net.mtu,
            "ipv4": v4,
            "ipv6": v6,
        });
        if let Some(vlan) = net.vlan {
            interface["type"] = "vlan".into();
            interface["vlan"] = json!({"base-iface": base, "id": vlan});
        } else {
            interface["type"] = "linux-bridge".into();
            let port = json!([{"name": base}]);
            interface["bridge"] = json!({"options": {"stp": {"enabled": false}}, "port": port});
        }
        interfaces.push(interface);
    }
    let spec = json!({
        "desiredState": {"interfaces": interfaces},
        "nodeSelector": {HOSTNAME: node},
    });
    objects.add(
        NODE_POLICY,
        node,
        None,
        More::default(),
        json!({"spec": spec}),
    );
}

/// A service of MetalLB at an address of a network. Ports of several services may share one address.
fn balanced(net: &Net, number: u32, shared: bool) -> Value {
    let mut annotations = json!({"metallb.universe.tf/address-pool": net.name});
    if shared {
        annotations["metallb.universe.tf/allow-shared-ip"] = net.name.into();
    }
    annotations["metallb.universe.tf/loadBalancerIPs"] = net.service(number).into();
    json!({"metadata": {"annotations": annotations}, "spec": {"type": "LoadBalancer"}})
}

/// The control plane on these networks.
pub(super) fn within(cloud: &Cloud<'_>, spec: &mut Value) {
    let (Some(internal), Some(ctlplane)) = (
        cloud.networks.get("internalapi"),
        cloud.networks.get(CTLPLANE),
    ) else {
        return;
    };
    let service = balanced(internal, 0, true);
    let shared = json!({"override": {"service": {"internal": service}}});
    let on_storage = json!({"networkAttachments": ["storage"]});
    let on_internal = json!({"networkAttachments": ["internalapi"]});
    // the databases of OVN have one
    let of_ovn = json!({"networkAttachment": "internalapi"});
    let bus = |number| json!({"override": {"service": balanced(internal, number, false)}});
    let bridge = cloud.spec.network.as_ref();
    let bridge = bridge.and_then(|network| network.isolated.as_ref()?.bridge.as_deref());
    let bridge = bridge.unwrap_or("ospbr");
    let controller = json!({"networkAttachment": "tenant", "nicMappings": {"datacentre": bridge}});
    let additions = [
        (
            "/dns/template",
            json!({"replicas": 2, "override": {"service": balanced(ctlplane, 0, false)}}),
        ),
        ("/rabbitmq/templates/rabbitmq", bus(5)),
        ("/rabbitmq/templates/rabbitmq-cell1", bus(6)),
        ("/keystone/template", shared.clone()),
        ("/placement/template", shared.clone()),
        ("/neutron/template", shared.clone()),
        ("/neutron/template", on_internal),
        ("/glance/template/glanceAPIs/default", shared.clone()),
        ("/glance/template/glanceAPIs/default", on_storage.clone()),
        ("/nova/template/apiServiceTemplate", shared.clone()),
        (
            "/nova/template/metadataServiceTemplate",
            json!({"override": {"service": service}}),
        ),
        ("/ovn/template/ovnDBCluster/ovndbcluster-nb", of_ovn.clone()),
        ("/ovn/template/ovnDBCluster/ovndbcluster-sb", of_ovn),
        ("/ovn/template", json!({"ovnController": controller})),
        ("/cinder/template/cinderAPI", shared.clone()),
        ("/cinder/template/cinderBackup", on_storage.clone()),
        ("/swift/template/swiftProxy", shared),
        ("/swift/template/swiftProxy", on_storage.clone()),
        ("/swift/template/swiftStorage", on_storage),
    ];
    for (pointer, addition) in additions {
        let Some(target) = spec.pointer_mut(pointer).and_then(Value::as_object_mut) else {
            continue;
        };
        for (key, value) in addition.as_object().into_iter().flatten() {
            target.insert(key.clone(), value.clone());
        }
    }
    spec["tls"] = json!({"podLevel": {"enabled": true}, "ingress": {"enabled": true}});
}
