//! What is there already: left to its owner, completed, checked.

use super::*;

#[test]
fn what_others_installed_is_not_made_again_but_checked() {
    let pools = || {
        vec![
            l4(),
            Pool {
                taints: vec![taint("team", TaintEffect::NoSchedule)],
                ..l4()
            },
        ]
    };
    let sub = "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {name: gpu, namespace: gpus}\nspec: {name: gpu-operator-certified, channel: v25.3}\n";
    let case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}}))
        .pools(pools())
        .live(sub);
    assert_eq!(
        case.slugs(),
        ["operator-installed", "operand-not-shown"]
            .map(str::to_owned)
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    assert!(case.names().iter().all(|name| !name.contains("gpu")));
    let case = case.live(POLICY);
    let (plan, problems) = case.plan();
    assert!(plan.completions.is_empty());
    assert_eq!(problems.len(), 2);
    assert!(problems.contains(&"taint-not-tolerated : ClusterPolicy `theirs` does not tolerate the taint `team` of the pools: no driver there".to_owned()), "{problems:?}");
    let group = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: openshift-nfd-x7k2p, namespace: openshift-nfd}\nspec: {targetNamespaces: [openshift-nfd]}\n";
    let case = case.live(group);
    assert_eq!(case.names(), [""; 0]);
}

#[test]
fn a_policy_of_the_input_is_completed_and_its_operator_is_left_to_its_owner() {
    let team = Pool {
        taints: vec![taint("team", TaintEffect::NoSchedule)],
        ..l4()
    };
    let case = Case::new(json!({"nvidia-gpu": {}, "nfd": {}}))
        .pools(vec![l4(), team])
        .own(POLICY);
    let (plan, problems) = case.plan();
    assert_eq!(
        problems,
        [
            "operator-installed spec.operators.nvidia-gpu: `nvidia-gpu` is there already and not made again"
        ]
    );
    let [completion] = plan.completions.as_slice() else {
        panic!("one")
    };
    let [addition] = completion.additions.as_slice() else {
        panic!("one")
    };
    assert_eq!(completion.document, (0, 0));
    assert_eq!(
        emit::block(&addition.value, 0),
        "- key: team\n  operator: Exists\n  effect: NoSchedule\n"
    );
    assert!(case.names().iter().all(|name| name.contains("nfd")));
}

#[test]
fn an_autoscaler_that_is_there_is_kept() {
    let text = "apiVersion: autoscaling.openshift.io/v1\nkind: ClusterAutoscaler\nmetadata: {name: default}\nspec: {}\n";
    let mut case = Case::new(json!({})).own(text);
    case.spec["clusterAutoscaler"] = json!({"scaleDown": {}});
    assert_eq!(case.names(), [""; 0]);
    assert_eq!(case.slugs(), ["autoscaler-kept"]);
}
