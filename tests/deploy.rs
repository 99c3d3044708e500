//! What is shipped under `deploy/` is what our own program makes of the placeholders beside it.

use std::fs;
use std::path::Path;

use crate::support::Run;

#[test]
fn what_argo_cd_gets_is_what_its_delivery_becomes() {
    for way in ["fleet", "rendered"] {
        is_rendered(way);
    }
}

fn is_rendered(way: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(way);
    let delivery = folder.join("delivery.yaml");
    let answer = Run::new(&["render", delivery.to_str().unwrap()]).stdin("");
    // the address is for the reader to replace
    let said: Vec<&str> = answer
        .err
        .lines()
        .filter(|line| line.contains('[') && line.contains("]: "))
        .collect();
    assert!(
        said.len() == 1 && said[0].starts_with("warning[placeholder-left]"),
        "{}",
        answer.err
    );
    let head = "# Rendered from delivery.yaml by `gpu-machineset render delivery.yaml`.\n";
    let text = format!("{head}{}", answer.out);
    let shipped = folder.join("argocd.yaml");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&shipped, &text).unwrap();
    }
    assert!(
        fs::read_to_string(&shipped).unwrap() == text,
        "deploy/{way}/argocd.yaml is stale: UPDATE=1 cargo test deploy"
    );
}
