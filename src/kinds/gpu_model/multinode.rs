//! The runtime of a model over several machines: a head that answers, and workers that join it.
//!
//! KServe makes one Deployment for the head and one for the workers, and tells them each other's names by variables:
//! `HEAD_SVC`, `WORKER_SVC`, `PIPELINE_PARALLEL_SIZE`, `TENSOR_PARALLEL_SIZE`. Up to 3.3 they join through Ray, with the
//! certificates that KServe mounts; from 3.4 on through vLLM itself, where each worker has to know its rank.

use serde_json::{Value, json};

use super::context::Context;
use super::runtime::SHM;
use crate::types::Version;

/// First release in which vLLM needs no Ray for it.
const WITHOUT_RAY: Version = Version(3, 4);
const RAY_PORT: u32 = 6379;
const MASTER_PORT: u32 = 29500;
const SERVED: &str = "--served-model-name={{.Name}}";

/// Waits for all workers, then serves. Arguments of the container follow the script.
const RAY_HEAD: &str = r#"ray start --head --port=6379 --disable-usage-stats --include-dashboard=false
until [ "$(ray status | grep -c node_)" -ge "$PIPELINE_PARALLEL_SIZE" ]; do sleep 2; done
exec python -m vllm.entrypoints.openai.api_server --model="$MODEL_DIR" \
  --distributed-executor-backend=ray \
  --tensor-parallel-size="$TENSOR_PARALLEL_SIZE" \
  --pipeline-parallel-size="$PIPELINE_PARALLEL_SIZE" "$@"
"#;

/// Waits for the head, then stays with it.
const RAY_WORKER: &str = r#"head="$HEAD_SVC.$POD_NAMESPACE.svc.cluster.local:6379"
until ray health-check --address "$head" > /dev/null 2>&1; do sleep 5; done
exec ray start --address="$head" --block
"#;

/// Its rank is its place among the addresses of all workers.
const WORKER: &str = r#"rank=""
until [ -n "$rank" ]; do
  sleep 2
  all="$(getent ahosts "$WORKER_SVC" | awk '{print $1}' | sort -u)"
  if [ "$(printf '%s\n' "$all" | grep -c .)" -ge "$((PIPELINE_PARALLEL_SIZE - 1))" ]; then
    rank="$(printf '%s\n' "$all" | grep -nFx "$POD_IP" | cut -d: -f1)"
  fi
done
exec vllm serve "$@" --node-rank="$rank"
"#;

/// Whether workers take the arguments of the model: those of Ray are told by the head.
pub(super) fn workers_take_arguments(context: &Context<'_>) -> bool {
    context.ai >= WITHOUT_RAY
}

/// Annotations of the spec by which KServe knows how they join.
pub(super) fn backend(context: &Context<'_>) -> Option<(&'static str, &'static str)> {
    (context.ai >= WITHOUT_RAY).then_some(("multinode/executor-backend", "mp"))
}

/// Head and worker. Their sizes are those of the InferenceService.
pub(super) fn containers(context: &Context<'_>, image: &str, port: u32) -> (Value, Value) {
    if context.ai >= WITHOUT_RAY {
        (head(image, port), worker(image, port))
    } else {
        (ray_head(image, port), ray_worker(image))
    }
}

fn of_pod(name: &str, path: &str) -> Value {
    json!({"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}})
}

fn said(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn container(name: &str, image: &str, env: &[Value]) -> Value {
    json!({"name": name, "image": image, "env": env, "volumeMounts": [{"name": SHM, "mountPath": "/dev/shm"}]})
}

fn script(text: &str) -> Value {
    json!(["bash", "-c", text, "vllm"])
}

/// A load of an hour is not too long: nothing else is killed by it.
fn head_probes(container: &mut Value, port: u32) {
    let health = json!({"path": "/health", "port": port});
    container["ports"] = json!([{"containerPort": port, "name": "http", "protocol": "TCP"}]);
    container["startupProbe"] =
        json!({"httpGet": health, "periodSeconds": 30, "failureThreshold": 120});
    container["readinessProbe"] = json!({"httpGet": health, "periodSeconds": 10});
}

fn places() -> Vec<Value> {
    vec![
        of_pod("POD_IP", "status.podIP"),
        of_pod("POD_NAMESPACE", "metadata.namespace"),
        said("HF_HOME", "/tmp/hf_home"),
        said("HOME", "/tmp"),
    ]
}

fn parallel(port: u32, served: &str) -> Vec<String> {
    let all = [
        "/mnt/models".to_owned(),
        format!("--port={port}"),
        served.to_owned(),
        "--distributed-executor-backend=mp".to_owned(),
        "--tensor-parallel-size=$(TENSOR_PARALLEL_SIZE)".to_owned(),
        "--pipeline-parallel-size=$(PIPELINE_PARALLEL_SIZE)".to_owned(),
        "--nnodes=$(PIPELINE_PARALLEL_SIZE)".to_owned(),
        format!("--master-port={MASTER_PORT}"),
    ];
    all.to_vec()
}

fn head(image: &str, port: u32) -> Value {
    let mut head = container("kserve-container", image, &places());
    let mut args = parallel(port, SERVED);
    args.push("--node-rank=0".to_owned());
    args.push("--master-addr=$(POD_IP)".to_owned());
    head["command"] = json!(["vllm", "serve"]);
    head["args"] = args.into();
    head_probes(&mut head, port);
    head
}

fn worker(image: &str, port: u32) -> Value {
    let mut worker = container("worker-container", image, &places());
    let mut args = parallel(port, "--served-model-name=$(ISVC_NAME)");
    args.push("--master-addr=$(HEAD_SVC).$(POD_NAMESPACE).svc.cluster.local".to_owned());
    args.push("--headless".to_owned());
    worker["command"] = script(WORKER);
    worker["args"] = args.into();
    worker
}

/// Ray asks for certificates at both ends.
fn with_tls(mut env: Vec<Value>) -> Vec<Value> {
    env.push(said("RAY_USE_TLS", "1"));
    env.push(said("RAY_TLS_SERVER_CERT", "/etc/ray/tls/tls.pem"));
    env.push(said("RAY_TLS_SERVER_KEY", "/etc/ray/tls/tls.pem"));
    env.push(said("RAY_TLS_CA_CERT", "/etc/ray/tls/ca.crt"));
    env
}

/// A node that is lost ends the head, and it starts again with all of them.
fn joined(address: &str) -> Value {
    let text = format!(
        "[ \"$(ray status --address {address} | grep -c node_)\" -ge \"$PIPELINE_PARALLEL_SIZE\" ]"
    );
    json!({"exec": {"command": ["bash", "-c", text]}, "periodSeconds": 10, "timeoutSeconds": 15, "failureThreshold": 3})
}

fn ray_head(image: &str, port: u32) -> Value {
    let mut env = with_tls(places());
    env.push(said("RAY_ADDRESS", &format!("127.0.0.1:{RAY_PORT}")));
    let mut head = container("kserve-container", image, &env);
    head["command"] = script(RAY_HEAD);
    head["args"] = json!([format!("--port={port}"), SERVED]);
    head_probes(&mut head, port);
    head["livenessProbe"] = joined(&format!("127.0.0.1:{RAY_PORT}"));
    head
}

fn ray_worker(image: &str) -> Value {
    let address = format!("$HEAD_SVC.$POD_NAMESPACE.svc.cluster.local:{RAY_PORT}");
    let mut worker = container("worker-container", image, &with_tls(places()));
    worker["command"] = script(RAY_WORKER);
    let mut starts = joined(&address);
    starts["periodSeconds"] = 30.into();
    starts["failureThreshold"] = 120.into();
    worker["startupProbe"] = starts;
    worker["livenessProbe"] = joined(&address);
    worker
}
