//! ExternalSecrets for the Secrets that OpenStack needs: where the values are, never what they are.

use serde_json::{Map, Value, json};

use crate::api::open_stack_gpu::{ExternalSecrets, StoreKind};

use super::cloud::Cloud;
use super::objects::{EXTERNAL_SECRET, More, Objects};
use super::secrets::{self, Wanted};

/// One for each Secret that what is made needs and that the input does not have.
pub(super) fn put(cloud: &Cloud<'_>, wanted: &[Wanted], objects: &mut Objects<'_, '_>) {
    let secrets = cloud.spec.secrets.as_ref();
    let Some(store) = secrets.and_then(|secrets| secrets.external.as_ref()) else {
        return;
    };
    for wanted in wanted.iter().filter(|wanted| wanted.is_ours) {
        if !secrets::is_given(cloud, &wanted.name) {
            let body = json!({"spec": spec(store, wanted)});
            objects.put(EXTERNAL_SECRET, &wanted.name, More::default(), body);
        }
    }
}

fn spec(store: &ExternalSecrets, wanted: &Wanted) -> Value {
    let kind = match store.kind.unwrap_or_default() {
        StoreKind::ClusterSecretStore => "ClusterSecretStore",
        StoreKind::SecretStore => "SecretStore",
    };
    let mut spec = Map::new();
    if let Some(interval) = &store.refresh_interval {
        spec.insert("refreshInterval".to_owned(), interval.as_str().into());
    }
    let of = json!({"kind": kind, "name": store.store});
    spec.insert("secretStoreRef".to_owned(), of);
    let mut target = json!({"name": wanted.name});
    if let Some(of) = wanted.of {
        target["template"] = json!({"type": of});
    }
    spec.insert("target".to_owned(), target);
    let key = format!("{}/{}", store.path.trim_end_matches('/'), wanted.name);
    if wanted.is_whole {
        let all = json!([{"extract": remote(&key, None)}]);
        spec.insert("dataFrom".to_owned(), all);
    } else {
        let one = |(name, _): &(&str, &str)| json!({"secretKey": name, "remoteRef": remote(&key, Some(name))});
        let all: Vec<Value> = wanted.keys.iter().map(one).collect();
        spec.insert("data".to_owned(), all.into());
    }
    Value::Object(spec)
}

/// The three values are the operator's defaults. The API server writes them within lists, which Argo CD compares whole.
fn remote(key: &str, property: Option<&str>) -> Value {
    let mut remote = Map::from_iter([("key".to_owned(), Value::from(key))]);
    remote.extend(property.map(|name| ("property".to_owned(), name.into())));
    let defaults = [
        ("conversionStrategy", "Default"),
        ("decodingStrategy", "None"),
        ("metadataPolicy", "None"),
    ];
    remote.extend(defaults.map(|(field, value)| (field.to_owned(), value.into())));
    Value::Object(remote)
}
