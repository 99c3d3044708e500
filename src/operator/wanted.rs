//! Which operators are wanted, with what they need, and the channel of each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::channels::{self, Answer, Version};
use super::{IMPLIED, OPERATORS, Operator, OperatorRequest, Wanted};
use crate::api::gpu_platform::OperatorSettings;
use crate::problem::rules::platform as rule;
use crate::problem::{Place, Problem, Problems, Rule, did_you_mean};

/// Every wanted operator in the order of the registry; with those that others need.
pub(super) fn resolve(request: &OperatorRequest<'_>, problems: &mut Problems) -> Vec<Wanted> {
    let written = request.spec.operators.as_ref();
    let mut open: Vec<(&'static Operator, Value, Option<&'static Operator>)> = Vec::new();
    for operator in OPERATORS {
        let value = written
            .and_then(|written| written.get(operator.id))
            .cloned();
        let implied = written.is_none() && IMPLIED.iter().any(|one| one.id == operator.id);
        if let Some(value) = value.or_else(|| implied.then(|| json!({}))) {
            open.push((operator, value, None));
        }
    }
    let mut found: BTreeMap<&'static str, Wanted> = BTreeMap::new();
    let mut off: Vec<&'static str> = Vec::new();
    while !open.is_empty() {
        let mut next = Vec::new();
        for (operator, value, needed_by) in open {
            if found.contains_key(operator.id) {
                continue;
            }
            if let Some(by) = needed_by {
                if off.contains(&operator.id) {
                    problems.push(turned_off(operator, by, request));
                    continue;
                }
                problems.push(added(operator, by, request));
            }
            let Some(wanted) = read(operator, value, request, problems) else {
                off.push(operator.id);
                continue;
            };
            if !wanted.provided {
                let needs = (operator.needs)(&wanted.channel);
                next.extend(
                    needs
                        .into_iter()
                        .map(|need| (need, json!({}), Some(operator))),
                );
            }
            found.insert(operator.id, wanted);
        }
        open = next;
    }
    found.into_values().collect()
}

fn read(
    operator: &'static Operator,
    value: Value,
    request: &OperatorRequest<'_>,
    problems: &mut Problems,
) -> Option<Wanted> {
    let settings: OperatorSettings = serde_json::from_value(value.clone()).unwrap_or_default();
    if settings.enabled == Some(false) {
        return None;
    }
    let namespace = settings.namespace.as_deref().unwrap_or(operator.namespace);
    let elsewhere = request.installed.elsewhere(operator, namespace);
    let provided = settings.provided == Some(true);
    let theirs = elsewhere
        .as_ref()
        .map(|elsewhere| elsewhere.channel.clone());
    let channel = match theirs {
        Some(channel) => channel.unwrap_or_default(),
        None if provided => settings.channel.clone().unwrap_or_default(),
        None => Choice::of(operator, &settings, request)
            .make(problems)
            .unwrap_or_default(),
    };
    Some(Wanted {
        operator,
        value,
        settings,
        channel,
        provided,
    })
}

fn added(operator: &Operator, by: &Operator, request: &OperatorRequest<'_>) -> Problem {
    let (id, by_id) = (operator.id, by.id);
    let message = format!("`{id}` is added: `{by_id}` does nothing without it");
    Problem::new(&rule::OPERATOR_ADDED, request.place_of(by, ""), message).help(format!(
        "write `{id}: {{}}` to say so, or `{id}: {{provided: true}}` when somebody else installs it"
    ))
}

fn turned_off(operator: &Operator, by: &Operator, request: &OperatorRequest<'_>) -> Problem {
    let (id, by_id) = (operator.id, by.id);
    let message = format!("`{id}` is turned off, but `{by_id}` does nothing without it");
    let place = request.place_of(operator, "enabled");
    Problem::new(&rule::DEPENDENCY_OFF, place, message)
        .help(format!("remove `enabled: false`, or write `{id}: {{provided: true}}` when somebody else installs it"))
}

/// The channel of a Subscription that we make.
struct Choice<'a> {
    operator: &'static Operator,
    request: &'a OperatorRequest<'a>,
    /// What the user writes, here or in a Subscription of the input.
    named: Option<String>,
}

impl<'a> Choice<'a> {
    fn of(
        operator: &'static Operator,
        settings: &OperatorSettings,
        request: &'a OperatorRequest<'a>,
    ) -> Self {
        let mut shown = request.installed.subscriptions(operator.package);
        let shown = shown
            .next()
            .and_then(|one| one.node.str_at(&["spec", "channel"]));
        Self {
            operator,
            request,
            named: settings.channel.clone().or(shown.map(str::to_owned)),
        }
    }

    /// The channel; `None` after an error.
    fn make(&self, problems: &mut Problems) -> Option<String> {
        let named = self.named.clone();
        let (channel, problem) =
            match channels::choose(self.operator.id, self.request.version(), named.as_deref()) {
                Answer::Known(channel) => return Some(channel.to_owned()),
                Answer::Newer(channel, newest) => {
                    (Some(channel.to_owned()), self.newer(channel, newest))
                }
                Answer::NewerNamed(newest) => {
                    let name = named.clone().unwrap_or_default();
                    (named, self.newer(&name, newest))
                }
                Answer::NotChecked => (named, self.not_checked()),
                Answer::NoneChecked(first) => (None, self.none_checked(first)),
                Answer::NeedsVersion => {
                    problems.extend((self.request.missing_version)(self.place()));
                    return None;
                }
                Answer::Absent(first) => (None, self.absent(first)),
                Answer::NotListed(first) => (named, self.not_listed(first)),
                Answer::NoSuchChannel => (None, self.no_such()),
            };
        problems.push(problem);
        channel
    }

    fn place(&self) -> Place {
        let field = if self.named.is_some() { "channel" } else { "" };
        self.request.place_of(self.operator, field)
    }

    /// A problem with the version and where it is from.
    fn problem(&self, rule: &'static Rule, message: String) -> Problem {
        let problem = Problem::new(rule, self.place(), message);
        match &self.request.openshift {
            Some((_, origin)) => problem.fact(origin.clone()),
            None => problem,
        }
    }

    /// `OpenShift 4.20`
    fn at(&self) -> String {
        match self.request.version() {
            Some(version) => format!("OpenShift {version}"),
            None => "any OpenShift version".to_owned(),
        }
    }

    fn newer(&self, channel: &str, newest: Version) -> Problem {
        let message = format!(
            "{} is newer than what is known of `{}`",
            self.at(),
            self.operator.id
        );
        self.problem(&rule::UNKNOWN_OPENSHIFT_VERSION, message)
            .help(format!("channel `{channel}` is taken; the newest known version is {newest}, a newer release of this program may know more"))
    }

    fn not_checked(&self) -> Problem {
        let named = self.named.as_deref().unwrap_or_default();
        let message = format!(
            "channel `{named}` of `{}` exists, but its operand was not checked",
            self.operator.id
        );
        self.problem(&rule::CHANNEL_NOT_CHECKED, message)
            .help(self.choices())
    }

    fn none_checked(&self, first: Version) -> Problem {
        let id = self.operator.id;
        let message = format!("no channel of `{id}` on {} was checked", self.at());
        let choices = self.choices();
        self.problem(&rule::OPERATOR_NOT_ON_VERSION, message)
            .help(format!(
                "{choices}; name one with `channel`, or upgrade: {first} is the first with a checked one"
            ))
    }

    fn absent(&self, first: Version) -> Problem {
        let id = self.operator.id;
        let message = format!("`{id}` does not exist on {}", self.at());
        self.problem(&rule::OPERATOR_NOT_ON_VERSION, message)
            .help(format!(
                "it starts with {first}: upgrade, or leave `{id}` out"
            ))
    }

    fn not_listed(&self, first: Version) -> Problem {
        let rule = match self.named {
            Some(_) => &rule::CHANNEL_NOT_CHECKED,
            None => &rule::OPERATOR_NOT_ON_VERSION,
        };
        let message = format!(
            "channels of `{}` on {} are not known",
            self.operator.id,
            self.at()
        );
        let package = self.operator.package;
        let first = channels::list(self.operator.id, first);
        let problem = self.problem(rule, message).help(format!(
            "known are {first}; name the one of your catalogue: `oc get packagemanifest {package} -o yaml`"
        ));
        if self.named.is_some() {
            return problem;
        }
        problem.help(format!(
            "in a GpuPlatform: `operators: {{{}: {{channel: stable}}}}`, or `operators: {{}}` when something else installs it",
            self.operator.id
        ))
    }

    fn no_such(&self) -> Problem {
        let named = self.named.as_deref().unwrap_or_default();
        let message = format!(
            "`{}` has no channel `{named}` on {}",
            self.operator.id,
            self.at()
        );
        let there = channels::at(self.operator.id, self.newest());
        let near = did_you_mean(named, there.map(|row| row.channel)).map(str::to_owned);
        let problem = self
            .problem(&rule::UNKNOWN_CHANNEL, message)
            .values(named, near);
        let elsewhere = channels::versions_of(self.operator.id, named);
        let problem = match elsewhere.as_slice() {
            [] => problem,
            versions => problem.fact(format!(
                "`{named}` is in the catalogues of OpenShift {}",
                versions.join(" and ")
            )),
        };
        problem.help(self.choices())
    }

    fn newest(&self) -> Version {
        self.request.version().unwrap_or(Version(u32::MAX, 0))
    }

    /// `there are: stable, fast; not checked: beta (3.5 early access)`
    fn choices(&self) -> String {
        let there = || channels::at(self.operator.id, self.newest());
        let checked: Vec<&str> = there()
            .filter(|row| row.checked)
            .map(|row| row.channel)
            .collect();
        let unchecked: Vec<String> = there()
            .filter(|row| !row.checked)
            .map(|row| format!("{} ({})", row.channel, row.note))
            .collect();
        match (checked.as_slice(), unchecked.as_slice()) {
            (checked, []) => format!("there are: {}", checked.join(", ")),
            ([], unchecked) => format!("there are, not checked: {}", unchecked.join(", ")),
            (checked, unchecked) => format!(
                "there are: {}; not checked: {}",
                checked.join(", "),
                unchecked.join(", ")
            ),
        }
    }
}
