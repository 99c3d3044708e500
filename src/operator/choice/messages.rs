//! What is said about a channel.

use super::super::Shown;
use super::super::channels;
use super::super::offers::{Offer, SAVE_OFFERS};
use super::Choice;
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Rule};
use crate::types::Version;

impl Choice<'_> {
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

    fn name(&self) -> &str {
        self.named.as_deref().unwrap_or_default()
    }

    pub(super) fn newer(&self, channel: &str, newest: Version) -> Problem {
        let message = format!(
            "{} is newer than what is known of `{}`",
            self.at(),
            self.operator.id
        );
        self.problem(&rule::UNKNOWN_OPENSHIFT_VERSION, message)
            .help(format!("channel `{channel}` is taken; the newest known version is {newest}, a newer release of this program may know more"))
    }

    pub(super) fn newer_channel(&self, newest: &str) -> Problem {
        let message = format!(
            "channel `{}` of `{}` is newer than what is known: `{newest}`",
            self.name(),
            self.operator.id
        );
        self.problem(&rule::CHANNEL_NOT_CHECKED, message)
            .help(self.choices())
            .help(ask())
    }

    pub(super) fn unknown_catalogue(&self) -> Problem {
        let message = format!(
            "channel `{}` of `{}` is not known, nor what catalogue `{}` holds",
            self.name(),
            self.operator.id,
            self.source
        );
        self.problem(&rule::CHANNEL_NOT_CHECKED, message)
            .help(ask())
    }

    pub(super) fn not_checked(&self) -> Problem {
        let message = format!(
            "channel `{}` of `{}` exists, but its operand was not checked",
            self.name(),
            self.operator.id
        );
        self.problem(&rule::CHANNEL_NOT_CHECKED, message)
            .help(self.choices())
    }

    /// The default of the cluster's catalogue, where none of ours is in it.
    pub(super) fn not_compared(&self, default: &str, here: &[&Offer]) -> Problem {
        let message = format!(
            "channel `{default}` of `{}` is taken, the default of catalogue `{}`, but its operand was not checked",
            self.operator.id, self.source
        );
        let problem = self.problem(&rule::CHANNEL_NOT_CHECKED, message);
        problem.fact(of(here)).help(offered(here))
    }

    pub(super) fn none_checked(&self, first: Version) -> Problem {
        let id = self.operator.id;
        let message = format!("no channel of `{id}` on {} was checked", self.at());
        let choices = self.choices();
        self.problem(&rule::OPERATOR_NOT_ON_VERSION, message)
            .help(format!(
                "{choices}; name one with `channel`, or upgrade: {first} is the first with a checked one"
            ))
    }

    pub(super) fn absent(&self, first: Version) -> Problem {
        let id = self.operator.id;
        let message = format!("`{id}` does not exist on {}", self.at());
        self.problem(&rule::OPERATOR_NOT_ON_VERSION, message)
            .help(format!(
                "it starts with {first}: upgrade, or leave `{id}` out"
            ))
            .help(format!(
                "in a fleet: `{id}: {{where: available}}` leaves it out on clusters like this one"
            ))
    }

    pub(super) fn not_listed(&self, first: Version) -> Problem {
        let rule = match self.named {
            Some(_) => &rule::CHANNEL_NOT_CHECKED,
            None => &rule::OPERATOR_NOT_ON_VERSION,
        };
        let (id, package) = (self.operator.id, self.operator.package);
        let message = format!("channels of `{id}` on {} are not known", self.at());
        let first = channels::list(id, first);
        let problem = self.problem(rule, message).help(format!(
            "known are {first}; what your catalogue has: `oc get packagemanifest {package} -n openshift-marketplace -o jsonpath='{{.status.channels[*].name}}'`"
        ));
        if self.named.is_some() {
            return problem;
        }
        problem.help(format!(
            "name one of those in a GpuPlatform, `operators: {{{id}: {{channel: NAME}}}}`, or write `operators: {{}}` when something else installs it"
        )).help(ask())
    }

    /// A name that is not there: not in the cluster's catalogue, or in none that is known.
    pub(super) fn no_such(&self, here: Option<&[&Offer]>) -> Problem {
        let (id, named) = (self.operator.id, self.name());
        let known: Vec<&str> = match here {
            Some(here) => here
                .iter()
                .flat_map(|offer| offer.channels.iter().map(String::as_str))
                .collect(),
            None => channels::at(id, self.newest())
                .map(|row| row.channel)
                .collect(),
        };
        let message = match here {
            Some(_) if self.named.is_none() => {
                format!(
                    "catalogue `{}` has no channel of `{id}` by default",
                    self.source
                )
            }
            Some(_) => format!(
                "`{id}` has no channel `{named}` in catalogue `{}`",
                self.source
            ),
            None => format!("`{id}` has no channel `{named}` on {}", self.at()),
        };
        let near = channels::near(named, known.iter().copied()).map(str::to_owned);
        let mut problem = match here {
            Some(here) => {
                Problem::new(&rule::UNKNOWN_CHANNEL, self.place(), message).fact(of(here))
            }
            None => self.problem(&rule::UNKNOWN_CHANNEL, message),
        };
        // of two channels with different numbers nobody means the other
        if let Some(near) = near.as_ref().filter(|near| near.ends_with(named)) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        problem = problem.values(named, near);
        if let Some(here) = here {
            return problem.help(offered(here));
        }
        let elsewhere = channels::versions_of(id, named);
        if !elsewhere.is_empty() {
            problem = problem.fact(format!(
                "`{named}` is in the catalogues of OpenShift {}",
                elsewhere.join(" and ")
            ));
        }
        problem.help(self.choices()).help(ask())
    }

    /// The catalogue that the Subscription names does not hold the package, and others do.
    pub(super) fn not_offered(&self, offers: &[Offer]) -> Problem {
        let package = self.operator.package;
        let mut sources: Vec<&str> = offers.iter().map(|offer| offer.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        let message = format!(
            "catalogue `{}` is not known to hold `{package}`, but `{}` does",
            self.source,
            sources.join("`, `")
        );
        let source = sources.first().copied().unwrap_or_default();
        let texts: Vec<&Offer> = offers.iter().collect();
        let problem = Problem::new(&rule::PACKAGE_ELSEWHERE, self.place(), message);
        let problem = problem.fact(of(&texts));
        match self.own {
            Some(_) => problem.help(format!("write `source: {source}` there")),
            None => problem.help(format!(
                "write `operators: {{{}: {{source: {source}}}}}`, or `subscriptions: {{sources: {{{}: {source}}}}}` for all",
                self.operator.id, self.operator.source
            )),
        }
    }

    /// Two say which channel; the Subscription of the input leaves as it is.
    pub(super) fn kept(&self, asked: &str, own: &Shown) -> Problem {
        let id = self.operator.id;
        let message = format!(
            "channel `{asked}` has no effect: the Subscription of `{id}` in the input says `{}`",
            self.name()
        );
        let place = self.request.place_of(self.operator, "channel");
        Problem::new(&rule::SUBSCRIPTION_KEPT, place, message)
            .fact(own.text())
            .help("change it there, and remove `channel` here")
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

/// `PackageManifest openshift-marketplace/nfd (facts.yaml:3:1)`
fn of(here: &[&Offer]) -> String {
    let mut texts: Vec<&str> = here.iter().map(|offer| offer.text.as_str()).collect();
    texts.dedup();
    texts.join(", ")
}

fn offered(here: &[&Offer]) -> String {
    let channels = here.iter().flat_map(|offer| &offer.channels);
    let mut channels: Vec<&str> = channels.map(String::as_str).collect();
    channels.sort_unstable();
    channels.dedup();
    format!("there are: {}", channels.join(", "))
}

/// What makes the catalogue known.
fn ask() -> String {
    format!(
        "add what the catalogues of the cluster hold to the facts: `{SAVE_OFFERS} > facts/catalogs.yaml`"
    )
}
