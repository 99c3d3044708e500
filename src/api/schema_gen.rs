//! Writes the published schemas out of the structs. Test code: schemars is not in the binary.

mod pages;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::cluster_facts::ClusterFactsSpec;
use super::gpu_access::GpuAccessSpec;
use super::gpu_delivery::GpuDeliverySpec;
use super::gpu_machine_set::GpuMachineSetSpec;
use super::gpu_model::GpuModelSpec;
use super::gpu_platform::GpuPlatformSpec;
use super::open_stack_gpu::OpenStackGpuSpec;
use super::{GROUP, OurKind, VERSION, schema};
// upwards, in a test only: the fields of an operator are known to its own file
use crate::operator::{OPERATORS, channels};
use crate::types::shape_of;

/// Counts are 32-bit integers in Kubernetes.
const INT32: i64 = i32::MAX as i64;

/// The schema of a whole object of a kind, as it must be committed.
pub(super) fn generate(kind: OurKind) -> Value {
    match kind {
        OurKind::ClusterFacts => object::<ClusterFactsSpec>(kind),
        OurKind::GpuAccess => object::<GpuAccessSpec>(kind),
        OurKind::GpuDelivery => object::<GpuDeliverySpec>(kind),
        OurKind::GpuMachineSet => object::<GpuMachineSetSpec>(kind),
        OurKind::GpuModel => object::<GpuModelSpec>(kind),
        OurKind::GpuPlatform => platform(),
        OurKind::OpenStackGpu => object::<OpenStackGpuSpec>(kind),
        OurKind::GpuNote => unreachable!("it is not published"),
    }
}

fn settings() -> SchemaSettings {
    let mut settings = SchemaSettings::draft07().for_deserialize();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    settings
}

/// With one property per operator.
fn platform() -> Value {
    let mut object = object::<GpuPlatformSpec>(OurKind::GpuPlatform);
    let mut properties = Map::new();
    for operator in OPERATORS {
        let mut generator = settings().into_generator();
        let mut schema = normal((operator.schema)(&mut generator).to_value());
        schema["description"] = operator.about.into();
        schema["x-also-known-as"] = json!(operator.aliases);
        schema["properties"]["channel"]["examples"] = json!(channels_of(operator.id));
        properties.insert(operator.id.to_owned(), schema);
    }
    let operators = &mut object["properties"]["spec"]["properties"]["operators"];
    operators["additionalProperties"] = false.into();
    operators["properties"] = properties.into();
    object
}

/// Every known channel of an operator, for editors and for people who write its number alone.
fn channels_of(operator: &str) -> Vec<&'static str> {
    let own = channels::rows()
        .iter()
        .filter(|row| row.operator == operator);
    let mut names: Vec<&str> = own
        .map(|row| row.channel)
        .filter(|name| *name != "-")
        .collect();
    names.dedup();
    names
}

fn object<T: JsonSchema>(kind: OurKind) -> Value {
    let generated: Schema = settings().into_generator().into_root_schema_for::<T>();
    let mut spec = normal(generated.to_value());
    let text = spec["description"].take();
    let spec_fields = spec.as_object_mut().expect("a struct");
    spec_fields.remove("description");
    let needs_spec = spec_fields.contains_key("required") || kind == OurKind::ClusterFacts;
    let mut required = vec!["apiVersion", "kind", "metadata"];
    if needs_spec {
        required.push("spec");
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": kind.name(),
        "description": text,
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": {
            "apiVersion": {"const": format!("{GROUP}/{VERSION}")},
            "kind": {"const": kind.name()},
            "metadata": normal(metadata(kind)),
            "spec": spec,
        },
    })
}

/// The namespace of a model is that of what it becomes; all others have none.
fn metadata(kind: OurKind) -> Value {
    let keys = json!({"format": "label-key"});
    let mut metadata = json!({
        "description": "As of every Kubernetes object. Labels and annotations go onto all that is generated.",
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"description": "Name of this object.", "type": "string", "minLength": 1, "format": "object-name"},
            "namespace": {"description": "Ignored.", "type": "string"},
            "labels": {
                "description": "Labels, copied to all that is generated.",
                "type": "object",
                "propertyNames": keys,
                "additionalProperties": {"type": "string", "format": "label-value"},
            },
            "annotations": {
                "description": "Annotations, copied to all that is generated. `config.kubernetes.io/local-config: \"true\"` keeps this object out of the cluster; it is not copied.",
                "type": "object",
                "propertyNames": keys,
                "additionalProperties": {"type": "string"},
            },
        },
    });
    if kind == OurKind::GpuModel {
        metadata["required"] = json!(["name", "namespace"]);
        metadata["properties"]["namespace"] = json!({
            "description": "Namespace of all that is generated.",
            "type": "string",
            "format": "dns-label",
        });
    }
    metadata
}

/// schemars' forms made plain: no null (a field is given or left out), enums as `enum`, one-line texts.
fn normal(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Object(fields) => Value::Object(normal_fields(fields)),
        other => other,
    }
}

fn normal_fields(fields: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in fields {
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(fields)) => fields
                .into_iter()
                .map(|(name, field)| (name, normal(field)))
                .collect(),
            ("default", Value::Null) | ("title", _) => continue,
            ("default" | "x-also-known-as" | "x-by-platform" | "const", value) => value,
            ("description", Value::String(text)) => Value::String(text.replace('\n', " ")),
            ("type", Value::Array(types)) => {
                let mut types = types.into_iter().filter(|one| one != "null");
                types.next().expect("a type beside null")
            }
            ("format", Value::String(format)) if shape_of(&format).is_none() => continue,
            (_, value) => normal(value),
        };
        out.insert(key, value);
    }
    if out.get("type") == Some(&json!("integer")) && !out.contains_key("maximum") {
        out.insert("maximum".to_owned(), INT32.into());
    }
    flatten_any_of(&mut out);
    enumerate(&mut out);
    describe_format(&mut out);
    if let (Some(_), Some(kind)) = (out.shift_remove("x-nullable"), out.get_mut("type")) {
        *kind = json!([kind.clone(), "null"]);
    }
    // the text first, then the type, as people read
    let first = |key: &str| match key {
        "description" => 0,
        "type" => 1,
        _ => 2,
    };
    let mut fields: Vec<(String, Value)> = out.into_iter().collect();
    fields.sort_by_key(|(key, _)| first(key));
    fields.into_iter().collect()
}

/// A `format` of ours brings the pattern and the length for editors, which do not know it.
fn describe_format(out: &mut Map<String, Value>) {
    let format = out.get("format").and_then(Value::as_str);
    if let Some(shape) = format.and_then(shape_of) {
        out.insert("pattern".to_owned(), shape.pattern.into());
        out.insert("maxLength".to_owned(), shape.max.into());
        out.insert(
            "patternErrorMessage".to_owned(),
            format!("not {}: {}", shape.what, shape.rule).into(),
        );
    }
}

/// `anyOf: [X, null]` is X.
fn flatten_any_of(out: &mut Map<String, Value>) {
    let Some(Value::Array(mut some)) = out.shift_remove("anyOf") else {
        return;
    };
    some.retain(|one| one.get("type") != Some(&json!("null")));
    if let [Value::Object(only)] = some.as_mut_slice() {
        for (key, value) in std::mem::take(only) {
            out.entry(key).or_insert(value);
        }
    } else {
        out.insert("anyOf".to_owned(), Value::Array(some));
    }
}

/// `oneOf: [{const, description}...]` is an `enum`, with the texts in the field that editors show.
fn enumerate(out: &mut Map<String, Value>) {
    let variants = out.get("oneOf").and_then(Value::as_array).cloned();
    let Some(variants) = variants else { return };
    let pick = |key: &str| -> Vec<Value> {
        variants
            .iter()
            .filter_map(|one| one.get(key).cloned())
            .collect()
    };
    let (values, texts) = (pick("const"), pick("description"));
    if values.len() == variants.len() {
        out.shift_remove("oneOf");
        out.insert("type".to_owned(), json!("string"));
        out.insert("enum".to_owned(), values.into());
        out.insert("enumDescriptions".to_owned(), texts.into());
    }
}

#[test]
fn committed_schemas_are_those_of_the_structs() {
    for kind in OurKind::ALL {
        let text = serde_json::to_string_pretty(&generate(kind)).expect("is JSON") + "\n";
        committed::compare(kind, "schema.json", &text, schema(kind));
    }
}

/// The files under `functions/`.
#[allow(
    clippy::disallowed_methods,
    reason = "tests compare committed files, and rewrite them on request"
)]
mod committed {
    use super::OurKind;

    fn path(kind: OurKind, file: &str) -> String {
        format!("{}/functions/{kind}/{file}", env!("CARGO_MANIFEST_DIR"))
    }

    pub(super) fn page(kind: OurKind) -> Option<String> {
        std::fs::read_to_string(path(kind, "README.md")).ok()
    }

    pub(super) fn example(kind: OurKind) -> Option<String> {
        std::fs::read_to_string(path(kind, "example.yaml")).ok()
    }

    /// Fails when the committed text is another, or writes it when `UPDATE` is set.
    pub(super) fn compare(kind: OurKind, file: &str, text: &str, committed: &str) {
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path(kind, file), text).expect("written");
        } else {
            assert!(
                text == committed,
                "functions/{kind}/{file} is stale: UPDATE=1 cargo test --lib api"
            );
        }
    }
}
