//! One array with all fields.

use serde_json::{Value, json};

use crate::problem::{Problem, escaped};

/// All problems; `[]` when there is none.
pub(super) fn print(problems: &[Problem]) -> String {
    let list = problems.iter().map(problem).collect();
    escaped(&format!("{:#}\n", Value::Array(list)))
}

fn problem(problem: &Problem) -> Value {
    let place = &problem.place;
    let position = place.position.map(
        |(at, width)| json!({"line": at.line, "column": at.column, "endColumn": at.column + width}),
    );
    let object = place.object.as_ref().map(|object| {
        json!({
            "apiVersion": object.api_version,
            "kind": object.kind,
            "name": object.name,
            "namespace": object.namespace,
        })
    });
    json!({
        "rule": problem.rule.slug,
        "severity": problem.severity().to_string(),
        "message": problem.message,
        "file": place.file,
        "position": position,
        "object": object,
        "path": place.path,
        "index": place.index,
        "facts": problem.facts,
        "help": problem.help,
        "currentValue": problem.current,
        "proposedValue": problem.proposed,
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    #[test]
    fn holds_all_fields() {
        assert_snapshot!(super::print(&super::super::samples::problems()[..2]), @r#"
        [
          {
            "rule": "zone-outside-region",
            "severity": "error",
            "message": "zone `us-east-1a` is not in region `us-east-2`",
            "file": "gpu/pool, a.yaml",
            "position": {
              "line": 4,
              "column": 5,
              "endColumn": 15
            },
            "object": {
              "apiVersion": "gpu-machineset.dev/v1alpha1",
              "kind": "GpuMachineSet",
              "name": "l4",
              "namespace": ""
            },
            "path": "spec.zones[1]",
            "index": 0,
            "facts": [
              "region `us-east-2` from Infrastructure/cluster (facts.yaml:9)"
            ],
            "help": [
              "zones with a worker MachineSet: us-east-2a, us-east-2b"
            ],
            "currentValue": "us-east-1a",
            "proposedValue": "us-east-2a"
          },
          {
            "rule": "missing-fact",
            "severity": "error",
            "message": "fact `region` is missing: 100%",
            "file": "<stdin>",
            "position": null,
            "object": null,
            "path": "",
            "index": 0,
            "facts": [],
            "help": [
              "any of:\n- `Infrastructure/cluster`\n- `ClusterFacts.spec.region`"
            ],
            "currentValue": null,
            "proposedValue": null
          }
        ]
        "#);
    }

    #[test]
    fn is_an_array_when_clean() {
        assert_eq!(super::print(&[]), "[]\n");
    }
}
