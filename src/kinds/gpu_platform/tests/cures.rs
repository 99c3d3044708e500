//! Cures never take away what the release of OpenShift makes and keeps.

use super::*;
use crate::operator::owned::GROUPS;

fn part(namespace: &str) -> String {
    format!(
        "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {{name: authorino-operator, namespace: {namespace}}}\nspec: {{name: authorino-operator, channel: stable}}\n"
    )
}

fn group(namespace: &str, name: &str) -> String {
    format!(
        "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{}}\n"
    )
}

/// All cures of a case.
fn cures(case: &Case) -> Vec<String> {
    let (_, problems) = case.planned();
    let all = problems.sorted();
    all.iter()
        .flat_map(|problem| problem.help.clone())
        .collect()
}

/// What a cure tells to take away: up to where it says what stays.
fn taken(cure: &str) -> impl Iterator<Item = &str> {
    let clauses = cure.split(';');
    clauses.filter(|clause| {
        ["delete ", "remove "]
            .iter()
            .any(|verb| clause.contains(verb))
    })
}

/// Each of the release's groups in the input or on the cluster, beside whatever else may be wrong with them.
fn beside_groups() -> Vec<Case> {
    let mut cases = Vec::new();
    for (namespace, name) in GROUPS {
        let link = || Case::new(json!({"connectivity-link": {}, "cert-manager": {}}));
        let theirs = group(namespace, name);
        cases.push(link().live(&part(namespace)).live(&theirs));
        cases.push(link().own(&part(namespace)).own(&theirs));
        let there = json!({"nfd": {"namespace": namespace}});
        let second = group(namespace, "second");
        cases.push(Case::new(there.clone()).live(&theirs).own(&second));
        cases.push(Case::new(there.clone()).own(&second).live(&theirs));
        cases.push(Case::new(there).live(&second).live(&theirs));
    }
    cases
}

#[test]
fn no_cure_takes_away_what_the_cluster_owns() {
    let rules = super::rules::all();
    let table = rules
        .into_iter()
        .flat_map(|(_, broken, right)| [broken, right]);
    let (mut seen, mut takes) = (0, 0);
    for case in table.chain(beside_groups()) {
        for cure in cures(&case) {
            seen += 1;
            for clause in taken(&cure) {
                takes += 1;
                for (namespace, name) in GROUPS {
                    let owned = [
                        format!("OperatorGroup of `{namespace}`"),
                        format!("OperatorGroup `{name}`"),
                        format!("OperatorGroup {namespace}/{name}"),
                        format!("Namespace `{namespace}`"),
                    ];
                    let named = owned.iter().find(|owned| clause.contains(owned.as_str()));
                    assert_eq!(named, None, "{cure}");
                }
            }
        }
    }
    assert!(seen > 60 && takes > 15, "{seen} {takes}");
}

#[test]
fn a_part_of_connectivity_link_goes_with_its_own_group_and_with_no_other() {
    let link = || Case::new(json!({"connectivity-link": {}, "cert-manager": {}}));
    let told = |case: Case| {
        let cures = cures(&case);
        let cure = cures
            .iter()
            .find(|cure| cure.contains("authorino-operator"));
        cure.expect("a cure").clone()
    };
    assert_eq!(
        told(link().live(&part("openshift-operators"))),
        "delete Subscription `authorino-operator` of `openshift-operators` and its ClusterServiceVersion; the OperatorGroup there is the cluster's own and stays"
    );
    let theirs = || {
        link()
            .live(&part("authorino"))
            .live(&group("authorino", "mine"))
    };
    assert_eq!(
        told(theirs()),
        "delete Subscription `authorino-operator` of `authorino` and its ClusterServiceVersion, then OperatorGroup `mine`, which serves nothing else"
    );
    let other = part("authorino").replace("authorino-operator", "other");
    assert_eq!(
        told(theirs().live(&other)),
        "delete Subscription `authorino-operator` of `authorino` and its ClusterServiceVersion"
    );
}
