//! Channels that the table does not know, and catalogues that say themselves what they hold.

use super::*;

const PACKAGE: &str = "gpu-operator-certified";

fn gpu(settings: &Value) -> Case {
    Case::new(json!({"nfd": {}, "nvidia-gpu": settings}))
}

fn channel(case: &Case) -> Option<String> {
    let (plan, _) = case.plan();
    let mut objects = plan.objects.iter().map(|planned| &planned.object);
    let subscription = objects.find(|one| one.str_at(&["spec", "name"]) == Some(PACKAGE));
    let channel = subscription?.str_at(&["spec", "channel"]);
    channel.map(str::to_owned)
}

/// A Subscription of the user's, with its OperatorGroup.
fn own(settings: &Value, written: &str) -> Case {
    let group = "apiVersion: operators.coreos.com/v1\nkind: OperatorGroup\nmetadata: {name: a, namespace: gpus}\nspec: {targetNamespaces: [gpus]}\n";
    let text = format!(
        "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata: {{name: gpu, namespace: gpus}}\nspec: {{name: {PACKAGE}, {written}}}\n"
    );
    gpu(settings).own(&text).own(group)
}

#[test]
fn what_is_newer_than_the_table_or_of_another_catalogue_is_a_warning() {
    let slug = ["channel-not-checked"];
    let newer = gpu(&json!({"channel": "v26.10"}));
    assert_eq!(newer.slugs(), slug);
    assert_eq!(channel(&newer).as_deref(), Some("v26.10"));
    // on a version whose catalogue lacked the newest one when it was looked at
    assert_eq!(newer.on("4.14.3").slugs(), slug);
    for settings in [
        json!({"channel": "candidate", "source": "team"}),
        json!({"channel": "v24.8", "source": "team"}),
        json!({"channel": "candidate", "sourceNamespace": "team"}),
    ] {
        let case = gpu(&settings);
        assert_eq!(case.slugs(), slug);
        assert!(channel(&case).is_some());
    }
    let case = own(
        &json!({}),
        "channel: nightly, source: team, sourceNamespace: openshift-marketplace",
    );
    assert_eq!(case.slugs(), slug);
    let absent =
        Case::new(json!({"kueue": {"channel": "a", "source": "team"}, "cert-manager": {}}));
    assert_eq!(absent.on("4.16.1").slugs(), slug);
}

#[test]
fn what_the_default_catalogue_never_had_is_an_error() {
    for settings in [
        json!({"channel": "v24.8"}),
        json!({"channel": "candidate"}),
        json!({"channel": "25.10"}),
    ] {
        assert_eq!(gpu(&settings).slugs(), ["unknown-channel"]);
    }
    let case = own(
        &json!({}),
        "channel: v24.8, source: certified-operators, sourceNamespace: openshift-marketplace",
    );
    assert_eq!(case.slugs(), ["unknown-channel"]);
    let (_, problems) = gpu(&json!({"channel": "25.10"})).planned();
    let help = problems
        .sorted()
        .iter()
        .flat_map(|one| one.help.clone())
        .next();
    assert_eq!(help.as_deref(), Some("did you mean `v25.10`?"));
}

#[test]
fn a_package_manifest_is_the_truth_about_its_catalogue() {
    let source = "certified-operators";
    let offering = |settings: Value, channels| gpu(&settings).offering(source, PACKAGE, channels);
    // what it has is right, whatever the table says
    for name in ["v26.10", "v99.9", "candidate"] {
        let case = offering(json!({"channel": name}), name);
        assert_eq!(case.slugs(), [""; 0]);
        assert_eq!(channel(&case).as_deref(), Some(name));
    }
    // what it lacks is wrong, and what it has is listed
    let case = offering(json!({"channel": "v25.10"}), "v26.3,v26.7");
    let (_, problems) = case.planned();
    let sorted = problems.sorted();
    let problem = sorted.iter().next().expect("one");
    assert_eq!(problem.rule.slug, "unknown-channel");
    assert!(
        problem.help.contains(&"there are: v26.3, v26.7".to_owned()),
        "{:?}",
        problem.help
    );
    // the one that we prefer where it is there, else the catalogue's own default
    let channel_of = |channels| channel(&offering(json!({}), channels));
    assert_eq!(channel_of("v26.7,v26.3").as_deref(), Some("v26.3"));
    assert_eq!(channel_of("v26.7,v25.10").as_deref(), Some("v26.7"));
    assert_eq!(offering(json!({}), "v26.7,v25.10").slugs(), [""; 0]);
    assert_eq!(
        offering(json!({}), "v27.1").slugs(),
        ["channel-not-checked"]
    );
    // of another catalogue it says nothing
    let other = gpu(&json!({"channel": "v26.10"})).offering("mirror", PACKAGE, "v26.10");
    assert_eq!(other.slugs(), ["channel-not-checked", "package-elsewhere"]);
    let mirror = gpu(&json!({"channel": "v26.10", "source": "mirror"}));
    assert_eq!(
        mirror.offering("mirror", PACKAGE, "v26.10").slugs(),
        [""; 0]
    );
}

/// On 4.12 nothing is known: a catalogue that says what it holds is enough.
#[test]
fn no_cure_names_a_channel_that_nobody_knows() {
    let case = Case::new(json!({"odf": {}, "nfd": {"enabled": false}})).on("4.12.3");
    let (_, problems) = case.planned();
    let sorted = problems.sorted();
    let odf = sorted
        .iter()
        .find(|one| one.rule.slug == "operator-not-on-version");
    let help = odf.expect("not known").help.join("\n");
    assert!(!help.contains("channel: stable"), "{help}");
    assert!(
        help.contains("oc get packagemanifest odf-operator -n openshift-marketplace"),
        "{help}"
    );
    let case = case.offering("redhat-operators", "odf-operator", "stable-4.12");
    assert_eq!(case.slugs(), ["channel-not-checked", "operand-left-out"]);
}
