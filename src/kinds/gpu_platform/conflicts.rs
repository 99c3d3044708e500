//! What is wrong about a platform as a whole: modes, namespaces, second installations, fields.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::list;
use crate::krm::{Node, emit};
use crate::operator::installed::{Elsewhere, GLOBAL_NAMESPACE};
use crate::operator::{
    Addition, Context, Mode, OperandKind, Operator, OperatorRequest, Shown, Wanted, objects, owned,
};
use crate::problem::rules::{krm as krm_rule, platform as rule};
use crate::problem::{Place, Problem, Problems, did_you_mean};

pub(crate) fn implied(request: &OperatorRequest<'_>, all: &[Wanted]) -> Problem {
    let names: Vec<String> = all
        .iter()
        .map(|one| format!("`{}`", one.operator.id))
        .collect();
    let message = format!(
        "no GpuPlatform: {} are implied; write one to choose, or with `operators: {{}}` for none",
        list(&names, "and")
    );
    let problem = Problem::new(&rule::IMPLIED_PLATFORM, (request.place)(""), message);
    let problem = match request.installed.applied.first() {
        Some((subscription, applier)) => problem
            .fact(format!("{applier} applies {subscription}"))
            .help(format!("are these pools applied by another than {applier}? Then write a GpuPlatform with `operators: {{}}` beside them, or both write the same objects in turn")),
        None => problem,
    };
    if !request.alone {
        return problem;
    }
    let there: Vec<String> = all
        .iter()
        .map(|one| format!("{}: {{}}", one.operator.id))
        .collect();
    problem.help(format!(
        "a generator sees no other object: in a build with several, all but one say `spec.facts.operators: {{{}}}`",
        there.join(", ")
    ))
}

/// OKD disables the default catalogues but that of the community.
pub(crate) fn okd(request: &OperatorRequest<'_>, catalogues: &BTreeSet<&str>) -> Problem {
    let names: Vec<&str> = catalogues.iter().copied().collect();
    let message = format!(
        "OKD does not enable the catalogues that the operators come from: `{}`",
        names.join("`, `")
    );
    let place = if request.implied {
        ""
    } else {
        "spec.operators"
    };
    let problem = Problem::new(&rule::OKD_CATALOGUE, (request.place)(place), message);
    let problem = match &request.openshift {
        Some((_, origin)) => problem.fact(origin.clone()),
        None => problem,
    };
    let own: Vec<String> = names.iter().map(|name| format!("{name}: NAME")).collect();
    problem
        .help("enable them under `spec.sources` of `operatorhub.config.openshift.io/cluster`; their images need a pull secret of registry.redhat.io")
        .help(format!("or name yours in a GpuPlatform: `subscriptions: {{sources: {{{}}}}}`, or `operators: {{}}` when something else installs them", own.join(", ")))
}

pub(crate) fn platform_namespace(namespace: &str, place: Place) -> Problem {
    let message =
        format!("`{namespace}` belongs to OpenShift itself and takes no operator of ours");
    Problem::new(&rule::PLATFORM_NAMESPACE, place, message)
        .values(namespace, None)
        .help("choose another namespace; Connectivity Link brings its DNS operator into its own, `kuadrant-system`")
}

/// Catalogues that OpenShift brings. A list of mirrors holds all of them, whatever operators a platform has.
const CATALOGUES: [&str; 4] = [
    "certified-operators",
    "community-operators",
    "redhat-marketplace",
    "redhat-operators",
];

/// Mirrors of catalogues that no Subscription names: a slip leaves the operators where they were.
pub(crate) fn unused_sources(
    request: &OperatorRequest<'_>,
    all: &[Wanted],
    problems: &mut Problems,
) {
    let sources = request.spec.subscriptions.as_ref();
    let sources = sources.and_then(|all| all.sources.as_ref());
    let names = || all.iter().map(|one| one.operator.source);
    for (name, mirror) in sources.into_iter().flatten() {
        if names().chain(CATALOGUES).any(|known| known == name) {
            continue;
        }
        let message =
            format!("no operator comes from catalogue `{name}`, so `{mirror}` is not used");
        let near = did_you_mean(name, CATALOGUES).map(str::to_owned);
        let path = format!("spec.subscriptions.sources.{name}");
        let mut problem = Problem::new(&rule::SOURCE_NOT_USED, (request.place)(&path), message);
        let mut there: Vec<&str> = names().collect();
        there.sort_unstable();
        there.dedup();
        problem = match &near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if there.is_empty() => problem.help("remove the line"),
            None => problem.help(format!(
                "catalogues of the operators here: {}",
                there.join(", ")
            )),
        };
        problems.push(problem.values(name.as_str(), near));
    }
}

pub(crate) fn second_operands(
    operator: &Operator,
    request: &OperatorRequest<'_>,
    problems: &mut Problems,
) {
    for kind in operator.operands.iter().filter(|kind| kind.singleton) {
        let shown: Vec<&Shown> = request.installed.of(kind.group, kind.kind).collect();
        let [first, rest @ ..] = shown.as_slice() else {
            continue;
        };
        for second in rest.iter().filter(|second| second.name != first.name) {
            let message = format!(
                "a second {} `{}`: a cluster takes one",
                kind.kind, second.name
            );
            problems.push(
                Problem::new(&rule::SECOND_OPERAND, second.place.clone(), message)
                    .fact(first.text())
                    .help(owned::one_of(first, second))
                    .help(format!(
                        "the operator ignores or refuses the younger {}",
                        kind.kind
                    )),
            );
        }
    }
}

pub(crate) fn installed_elsewhere(
    context: &Context<'_>,
    elsewhere: &Elsewhere,
    nothing_shown: bool,
    problems: &mut Problems,
) {
    let operator = context.wanted.operator;
    problems.push(not_made(context, elsewhere.text.clone()));
    let Some(kind) = operator.operands.first().filter(|_| nothing_shown) else {
        return;
    };
    if !asks_something(context, kind) {
        return;
    }
    let message = format!(
        "`{}` is there, but no {} is shown, so it cannot be checked against the pools",
        operator.id, kind.kind
    );
    problems.push(
        Problem::new(&rule::OPERAND_NOT_SHOWN, context.place(""), message).help(format!(
            "add it to the facts: `oc get {0}.{1} -A -o yaml > facts/{0}.yaml`; without a folder of facts, save it anywhere and name it with `--facts`",
            kind.kind.to_lowercase(),
            kind.group
        )),
    );
}

/// Whether pools ask more of an operand than what its operator does by itself.
fn asks_something(context: &Context<'_>, kind: &OperandKind) -> bool {
    let bare = Shown {
        group: kind.group.to_owned(),
        kind: kind.kind.to_owned(),
        name: String::new(),
        namespace: String::new(),
        node: Node::map::<&str>([]).into(),
        place: Place::default(),
        fields: BTreeMap::new(),
        within: None,
        applier: None,
        cluster: None,
        document: None,
    };
    let mut wrong = Problems::new();
    let additions = (context.wanted.operator.tend)(context, &bare, &mut wrong);
    !additions.is_empty() || !wrong.is_empty()
}

/// An operand in the input without a Subscription shows an operator too: its owner delivers both.
pub(crate) fn not_made(context: &Context<'_>, shown: String) -> Problem {
    let id = context.wanted.operator.id;
    let message = format!("`{id}` is there already and not made again");
    Problem::new(&rule::OPERATOR_INSTALLED, context.place(""), message).fact(shown)
}

/// OperatorGroups that the input has in the operator's namespace: exactly one, of a mode that the operator supports.
pub(crate) fn groups_of(
    context: &Context<'_>,
    subscription: Option<&Shown>,
    problems: &mut Problems,
) {
    let (operator, namespace) = (context.wanted.operator, context.namespace);
    if namespace == GLOBAL_NAMESPACE {
        return mode_conflict(
            context,
            Mode::All,
            "namespace `openshift-operators` has a global OperatorGroup",
            problems,
        );
    }
    let groups: Vec<&Shown> = context.request.installed.groups(namespace).collect();
    if let (Some(subscription), []) = (subscription, groups.as_slice()) {
        let message = format!(
            "no OperatorGroup in namespace `{namespace}` is in the input; OLM needs exactly one"
        );
        let group = emit::block(&objects::group(context.wanted, namespace), 0);
        problems.push(
            Problem::new(
                &rule::OPERATOR_GROUP_MISSING,
                subscription.place.clone(),
                message,
            )
            .help(format!(
                "unless it is delivered elsewhere, add:\n{}",
                group.trim_end()
            )),
        );
    }
    for (index, group) in groups.iter().enumerate() {
        let before = groups.iter().take(index);
        if let Some(same) = before.copied().find(|one| one.name == group.name) {
            problems.extend(stands_twice(same, group));
            continue;
        }
        if index > 0 {
            let message = format!(
                "a second OperatorGroup in namespace `{namespace}`: OLM stops every operator there"
            );
            let problem = Problem::new(&rule::SECOND_OPERATOR_GROUP, group.place.clone(), message);
            problems.extend(groups.first().map(|first| {
                let problem = problem.fact(first.text());
                problem.help(owned::one_of(first, group))
            }));
        }
        let Some(mode) = group.mode() else { continue };
        if !operator.modes.contains(&mode) {
            let text = format!("OperatorGroup `{}` selects {}", group.name, mode_text(mode));
            let problem = conflict(context, &text, group.place.clone());
            problems.push(problem);
        }
    }
}

/// One object that two files hold: what a cluster saved of it is the same object, and nothing to say of.
fn stands_twice(first: &Shown, second: &Shown) -> Option<Problem> {
    (first.document.is_some() && second.document.is_some()).then(|| {
        let message = format!(
            "{} `{}` stands twice in the input",
            second.kind, second.name
        );
        Problem::new(&krm_rule::DUPLICATE_OBJECT, second.place.clone(), message)
            .fact(format!("the first is at {}", first.place))
            .help("remove one of them")
    })
}

pub(crate) fn mode_conflict(context: &Context<'_>, mode: Mode, why: &str, problems: &mut Problems) {
    if !context.wanted.operator.modes.contains(&mode) {
        problems.push(conflict(context, why, context.place("namespace")));
    }
}

fn conflict(context: &Context<'_>, why: &str, place: Place) -> Problem {
    let operator = context.wanted.operator;
    let modes: Vec<&str> = operator.modes.iter().map(|mode| mode_text(*mode)).collect();
    let message = format!(
        "{why}, but `{}` supports {} only",
        operator.id,
        modes.join(" or ")
    );
    let right = emit::block(&objects::group(context.wanted, context.namespace), 0);
    Problem::new(&rule::INSTALL_MODE_CONFLICT, place, message)
        .help(format!("right is:\n{}", right.trim_end()))
}

fn mode_text(mode: Mode) -> &'static str {
    match mode {
        Mode::Own => "its own namespace",
        Mode::Single => "one namespace",
        Mode::All => "all namespaces",
    }
}

pub(crate) fn manual(context: &Context<'_>, problems: &mut Problems) {
    let id = context.wanted.operator.id;
    let message = format!(
        "`{id}` waits for a person to approve its InstallPlan, and later sync waves with it"
    );
    let mut problem = Problem::new(
        &rule::MANUAL_APPROVAL,
        context.place("installPlanApproval"),
        message,
    );
    if context.wanted.settings.starting_csv.is_none() {
        problem = problem.help("pin what is approved with `startingCSV`");
    }
    problems.push(problem.help("approve with `oc patch installplan NAME -n NAMESPACE --type merge -p '{\"spec\":{\"approved\":true}}'`"));
}

/// The problem of an addition to what is not ours to edit, with the lines.
pub(crate) fn lacking(shown: &Shown, addition: &Addition) -> Problem {
    let lines = emit::block(&addition.lines(), 0);
    let problem = Problem::new(addition.rule, shown.place.clone(), addition.message.clone())
        .fact(format!("{} is managed elsewhere", shown.text()));
    let problem = match &shown.applier {
        // nobody wrote it, so nobody can add to it
        Some(applier) => problem.help(format!(
            "render the pools together with those of {applier}, which knows them then"
        )),
        None => problem,
    };
    problem.help(format!("add at its owner:\n{}", lines.trim_end()))
}
