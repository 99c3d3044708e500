//! Inputs that are the same on every machine: made-up objects in the shapes that repositories hold.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

const HEAD: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";

/// A ResourceList of objects that are nobody's business; gives its size in bytes. It is written piece by piece: a
/// program's peak of memory begins with that of the one that started it.
pub(crate) fn resource_list(items: usize, path: &Path) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(HEAD.as_bytes()).unwrap();
    for index in 0..items {
        let text = match index % 10 {
            0..4 => deployment(index),
            4..6 => service(index),
            _ => config_map(index),
        };
        file.write_all(item(&text).as_bytes()).unwrap();
    }
    file.flush().unwrap();
    fs::metadata(path).unwrap().len()
}

/// The shipped example as a function gets it.
pub(crate) fn one_pool() -> String {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("functions/GpuMachineSet/example");
    let read = |name: &str| fs::read_to_string(example.join(name)).unwrap();
    let list = read("facts/machinesets.yaml");
    let (from, to) = (list.find("- ").unwrap(), list.find("kind: List").unwrap());
    let others = [read("gpu.yaml"), read("facts/infrastructure.yaml")];
    format!(
        "{HEAD}{}{}{}",
        item(&others[0]),
        item(&others[1]),
        &list[from..to]
    )
}

/// As an element of `items`.
fn item(text: &str) -> String {
    let mut item = String::with_capacity(text.len() + text.len() / 8);
    for (index, line) in text.lines().enumerate() {
        let indent = if index == 0 { "- " } else { "  " };
        let _ = writeln!(item, "{}{line}", if line.is_empty() { "" } else { indent });
    }
    item
}

fn deployment(i: usize) -> String {
    let (team, minor, patch) = (i % 97, i % 20, i % 7);
    format!(
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{i:06}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: app-{i:06}
    app.kubernetes.io/version: \"1.{minor}.{patch}\"
  annotations:
    config.kubernetes.io/origin: |
      path: base/deploy-{i}.yaml
    argocd.argoproj.io/sync-wave: \"{wave}\"
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: app-{i:06}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: app-{i:06}
    spec:
      containers:
      - name: main
        image: registry.example.com/shop/app-{i:06}:v1.{minor}.{patch}   # pinned
        args:
        - --listen=:8080
        - --log-level=info
        env:
        - name: FEATURE_FLAG
          value: \"true\"
        - name: POD_NAME
          valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}
        ports:
        - {{name: http, containerPort: 8080, protocol: TCP}}
        livenessProbe: {{httpGet: {{path: /healthz, port: http}}}}
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
        volumeMounts: [{{name: config, mountPath: /etc/app, readOnly: true}}]
      tolerations:
      - key: nvidia.com/gpu
        operator: Exists
        effect: NoSchedule
      volumes:
      - name: config
        configMap:
          name: app-{i:06}-config
          defaultMode: 0644
",
        wave = i % 9,
        replicas = 1 + i % 5,
    )
}

fn service(i: usize) -> String {
    format!(
        "\
# in front of app-{i:06}
apiVersion: v1
kind: Service
metadata: {{name: app-{i:06}, namespace: team-{team}}}
spec:
  selector:
    app.kubernetes.io/name: app-{i:06}
  ports:
  - {{name: http, port: 80, targetPort: http}}
",
        team = i % 97,
    )
}

fn config_map(i: usize) -> String {
    let mut settings = String::new();
    for key in 0..8 + i % 25 {
        let value = (i * 31 + key) % 9973;
        let _ = writeln!(
            settings,
            "    setting_{key} = \"value {value}\"   # comment {key}"
        );
    }
    format!(
        "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: app-{i:06}-config
  namespace: team-{team}
data:
  app.toml: |
    [server]
    listen = \"0.0.0.0:8080\"

{settings}  run.sh: |-
    #!/bin/bash
    set -euo pipefail
    for f in /etc/app/*; do
      echo \"- $f: $(wc -c <$f)\"
    done
  note: >-
    folded text that goes on
    over several lines for item {i}
",
        team = i % 97,
    )
}
