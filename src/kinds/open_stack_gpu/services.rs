//! Services that not every OpenStack has: the section of each that works.
//!
//! Sections were tried against the webhooks of feature release 6 (openstack-operator 394c46c1).

use serde_json::{Map, Value, json};

use crate::api::open_stack_gpu::{Release, Service, Services};
use crate::krm::Node;

use super::cloud::Cloud;

/// A service that may be off.
pub(super) struct Optional {
    pub(super) name: &'static str,
    /// What is written of it.
    written: fn(&Services) -> Option<&Service>,
    /// Its section when it is on.
    section: fn(&Cloud<'_>) -> Value,
    /// Keys that it needs in the Secret with the passwords.
    pub(super) keys: &'static [&'static str],
}

/// All of them, in the order of the sections.
pub(super) static OPTIONAL: [Optional; 10] = [
    Optional {
        name: "cinder",
        written: |services| services.cinder.as_ref(),
        section: |cloud| {
            api_section(
                cloud,
                json!({
                    "cinderAPI": {"replicas": cloud.replicas()},
                    "cinderScheduler": {"replicas": 1},
                    "cinderBackup": {"replicas": 0},
                }),
            )
        },
        keys: &["CinderPassword"],
    },
    Optional {
        name: "horizon",
        written: |services| services.horizon.as_ref(),
        section: |cloud| {
            json!({"enabled": true, "apiOverride": {"route": {}}, "template": {
                "replicas": cloud.replicas(), "secret": cloud.osp_secret(), "memcachedInstance": "memcached",
            }})
        },
        keys: &[],
    },
    Optional {
        name: "swift",
        written: |services| services.swift.as_ref(),
        section: |cloud| {
            json!({"enabled": true, "proxyOverride": {"route": {}}, "template": {
                "swiftRing": {"ringReplicas": cloud.replicas()},
                "swiftStorage": {"replicas": cloud.replicas(), "storageClass": cloud.class(), "storageRequest": "10Gi"},
                "swiftProxy": {"replicas": cloud.replicas()},
            }})
        },
        keys: &["SwiftPassword"],
    },
    Optional {
        name: "barbican",
        written: |services| services.barbican.as_ref(),
        section: |cloud| {
            let mut section = api_section(
                cloud,
                json!({
                    "barbicanAPI": {"replicas": cloud.replicas()},
                    "barbicanWorker": {"replicas": 1},
                    "barbicanKeystoneListener": {"replicas": 1},
                }),
            );
            name_key_secret(&mut section["template"], cloud.osp_secret());
            section
        },
        keys: &["BarbicanPassword"],
    },
    Optional {
        name: "designate",
        written: |services| services.designate.as_ref(),
        section: |cloud| {
            api_section(
                cloud,
                json!({
                    "designateAPI": {"replicas": 1},
                    "designateCentral": {"replicas": 1},
                    "designateProducer": {"replicas": 1},
                    "designateWorker": {"replicas": 1, "networkAttachments": ["designate"]},
                    "designateMdns": {"replicas": 1, "networkAttachments": ["designate"]},
                    "designateBackendbind9": {
                        "replicas": 1, "storageClass": cloud.class(), "storageRequest": "10Gi",
                        "networkAttachments": ["designate"],
                    },
                }),
            )
        },
        keys: &["DesignatePassword"],
    },
    Optional {
        name: "heat",
        written: |services| services.heat.as_ref(),
        section: |cloud| {
            json!({"enabled": true, "apiOverride": {"route": {}}, "cnfAPIOverride": {"route": {}}, "template": {
                "databaseInstance": "openstack", "secret": cloud.osp_secret(),
                "heatAPI": {"replicas": 1}, "heatCfnAPI": {"replicas": 1}, "heatEngine": {"replicas": 1},
            }})
        },
        // without HeatStackDomainAdminPassword the domain has the password of the service
        keys: &["HeatPassword", "HeatAuthEncryptionKey"],
    },
    Optional {
        name: "ironic",
        written: |services| services.ironic.as_ref(),
        section: |cloud| {
            let mut conductor = json!({
                // a shorter element is completed within the list, where Argo CD compares the whole of it
                "conductorGroup": "", "customServiceConfig": "# add your customization here", "replicas": 1,
                "resources": {}, "storageClass": cloud.class(), "storageRequest": "10Gi",
            });
            if cloud.known_release >= Some(Release::Fr5) {
                conductor["terminationGracePeriodSeconds"] = 120.into();
            }
            json!({"enabled": true, "template": {
                "databaseInstance": "openstack", "secret": cloud.osp_secret(),
                "ironicAPI": {"replicas": 1}, "ironicConductors": [conductor],
                "ironicInspector": {"replicas": 1}, "ironicNeutronAgent": {"replicas": 1},
            }})
        },
        keys: &["IronicPassword", "IronicInspectorPassword"],
    },
    Optional {
        name: "manila",
        written: |services| services.manila.as_ref(),
        section: |cloud| {
            api_section(
                cloud,
                json!({
                    "manilaAPI": {"replicas": cloud.replicas()},
                    "manilaScheduler": {"replicas": 1},
                    // until somebody says where shares are
                    "manilaShares": {"share1": {"replicas": 0}},
                }),
            )
        },
        keys: &["ManilaPassword"],
    },
    Optional {
        name: "octavia",
        written: |services| services.octavia.as_ref(),
        section: |cloud| api_section(cloud, json!({"octaviaAPI": {"replicas": 1}})),
        keys: &["OctaviaPassword"],
    },
    Optional {
        name: "watcher",
        written: |services| services.watcher.as_ref(),
        section: |cloud| json!({"enabled": true, "template": {"databaseInstance": "openstack", "secret": cloud.osp_secret()}}),
        keys: &["WatcherPassword"],
    },
];

/// Keys of the Secret with the passwords, each with the service that every control plane has and that needs it.
pub(super) const KEYS: [(&str, &str); 7] = [
    ("AdminPassword", "keystone"),
    ("GlancePassword", "glance"),
    ("MetadataSecret", "nova"),
    ("NeutronPassword", "neutron"),
    ("NovaPassword", "nova"),
    ("PlacementPassword", "placement"),
    ("DbRootPassword", "galera"),
];

/// The Secret that Barbican has its key of keys from by default, whatever `secret` says (simpleCryptoBackendSecret).
pub(super) const KEY_SECRET: &str = "osp-secret";

/// Lets Barbican have its key of keys from the Secret of all passwords.
pub(super) fn name_key_secret(template: &mut Value, secret: &str) {
    if secret != KEY_SECRET {
        template["simpleCryptoBackendSecret"] = secret.into();
    }
}

fn api_section(cloud: &Cloud<'_>, template: Value) -> Value {
    let mut all = json!({"databaseInstance": "openstack", "secret": cloud.osp_secret()});
    if let Value::Object(fields) = template {
        for (key, value) in fields {
            all[key.as_str()] = value;
        }
    }
    json!({"enabled": true, "apiOverride": {"route": {}}, "template": all})
}

impl Optional {
    fn of<'c>(&self, cloud: &'c Cloud<'_>) -> Option<&'c Service> {
        cloud.spec.services.as_ref().and_then(self.written)
    }

    /// The section that works.
    pub(super) fn block(&self, cloud: &Cloud<'_>) -> Value {
        (self.section)(cloud)
    }

    /// Whether it is on.
    pub(super) fn is_on(&self, cloud: &Cloud<'_>) -> bool {
        self.of(cloud).is_some_and(Service::is_on)
    }

    /// Its section, off where nobody wants it.
    pub(super) fn section(&self, cloud: &Cloud<'_>) -> Value {
        match self.of(cloud) {
            Some(Service::On(true)) => (self.section)(cloud),
            Some(Service::Patch(patch)) => patched(&(self.section)(cloud), patch),
            _ => json!({"enabled": false}),
        }
    }
}

/// Whether a service is on.
pub(super) fn is_on(cloud: &Cloud<'_>, name: &str) -> bool {
    let services = cloud.spec.services.as_ref();
    let telemetry = services.and_then(|services| services.telemetry.as_ref());
    match name {
        "telemetry" => telemetry.is_some_and(crate::api::open_stack_gpu::Telemetry::is_on),
        "telemetry.ceilometer" => telemetry.is_some_and(|one| one.ceilometer == Some(true)),
        "telemetry.metricStorage" => telemetry.is_some_and(|one| one.metric_storage == Some(true)),
        "telemetry.autoscaling" => telemetry.is_some_and(|one| one.autoscaling == Some(true)),
        name => OPTIONAL
            .iter()
            .any(|one| one.name == name && one.is_on(cloud)),
    }
}

/// The section of telemetry: what of it is wanted.
pub(super) fn telemetry(cloud: &Cloud<'_>) -> Value {
    if !is_on(cloud, "telemetry") {
        return json!({"enabled": false});
    }
    let wanted = ["ceilometer", "metricStorage", "autoscaling"];
    let wanted = wanted.into_iter();
    let wanted = wanted.filter(|part| is_on(cloud, &format!("telemetry.{part}")));
    let parts = parts_of_telemetry(cloud, &wanted.collect::<Vec<_>>());
    json!({"enabled": true, "template": parts})
}

/// Parts of telemetry, those that are wanted on.
pub(super) fn parts_of_telemetry(cloud: &Cloud<'_>, wanted: &[&str]) -> Value {
    let on = |name: &str| wanted.contains(&name);
    let secret = cloud.osp_secret();
    let mut metrics = json!({"enabled": on("metricStorage")});
    if on("metricStorage") {
        let claim = json!({"pvcStorageClass": cloud.class(), "pvcStorageRequest": "20Gi"});
        metrics["monitoringStack"] = json!({
            "alertingEnabled": true, "scrapeInterval": "30s",
            "storage": {"strategy": "persistent", "retention": "24h", "persistent": claim},
        });
    }
    let mut autoscaling = json!({"enabled": on("autoscaling")});
    if on("autoscaling") {
        autoscaling["heatInstance"] = "heat".into();
        autoscaling["aodh"] = json!({"databaseInstance": "openstack", "secret": secret});
    }
    json!({
        "ceilometer": {"enabled": on("ceilometer"), "secret": secret},
        "metricStorage": metrics,
        "autoscaling": autoscaling,
    })
}

/// The section of Redis, which Designate alone needs.
pub(super) fn redis(cloud: &Cloud<'_>) -> Value {
    if is_on(cloud, "designate") {
        redis_on()
    } else {
        json!({"enabled": false})
    }
}

/// The section of Redis that Designate finds.
pub(super) fn redis_on() -> Value {
    json!({"enabled": true, "templates": {"designate-redis": {"replicas": 1}}})
}

/// A section with what is written over it.
pub(super) fn patched(section: &Value, patch: &Map<String, Value>) -> Value {
    let mut node = Node::from_json(section);
    node.merge_patch(&Node::from_json(&Value::Object(patch.clone())));
    node.to_json()
}
