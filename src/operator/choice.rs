//! The channel of an operator. What the cluster's own catalogues offer decides; without that the table does, as far as
//! it goes: it ages, and of a catalogue of somebody else it knows nothing.

mod messages;

use super::channels::{self, Answer};
use super::objects::{self, MARKETPLACE};
use super::offers::Offer;
use super::{Operator, OperatorRequest, Shown};
use crate::api::gpu_platform::OperatorSettings;
use crate::problem::{Place, Problems};

/// The channel of a Subscription that is made or completed.
pub(crate) struct Choice<'a> {
    operator: &'static Operator,
    request: &'a OperatorRequest<'a>,
    /// What the user writes: in a Subscription of the input, which stays as it is, else in the GpuPlatform.
    named: Option<String>,
    /// The user's own Subscription.
    own: Option<&'a Shown>,
    /// Channel of the GpuPlatform that the user's own Subscription overrules.
    overruled: Option<String>,
    /// CatalogSource.
    source: String,
    /// Namespace of the CatalogSource.
    marketplace: String,
}

impl<'a> Choice<'a> {
    pub(crate) fn of(
        operator: &'static Operator,
        settings: &OperatorSettings,
        request: &'a OperatorRequest<'a>,
    ) -> Self {
        let own = request.installed.subscriptions(operator.package).next();
        let said = |key: &str| own.and_then(|one| one.node.str_at(&["spec", key]));
        let asked = settings.channel.clone();
        let all = request.spec.subscriptions.clone().unwrap_or_default();
        let (source, marketplace) = objects::source(operator, settings, &all);
        let written = said("channel").map(str::to_owned);
        let differ = |asked: &String| written.as_ref().is_some_and(|written| written != asked);
        Self {
            operator,
            request,
            overruled: asked.clone().filter(differ),
            named: written.or(asked),
            own,
            source: said("source").unwrap_or(source).to_owned(),
            marketplace: said("sourceNamespace").unwrap_or(marketplace).to_owned(),
        }
    }

    /// Whether the user says which.
    pub(crate) fn is_said(&self) -> bool {
        self.named.is_some() || self.own.is_some()
    }

    /// The channel; `None` after an error.
    pub(crate) fn make(&self, problems: &mut Problems) -> Option<String> {
        if let (Some(asked), Some(own)) = (&self.overruled, self.own) {
            problems.push(self.kept(asked, own));
        }
        let offers = self.request.installed.offers(self.operator.package);
        let here: Vec<&Offer> = (offers.iter())
            .filter(|offer| offer.source == self.source)
            .collect();
        if !here.is_empty() {
            return self.of_catalogue(&here, problems);
        }
        if !offers.is_empty() {
            problems.push(self.not_offered(&offers));
        }
        self.of_table(problems)
    }

    /// The cluster's own catalogue says what there is.
    fn of_catalogue(&self, here: &[&Offer], problems: &mut Problems) -> Option<String> {
        let has = |channel: &str| here.iter().any(|offer| offer.has(channel));
        let answer = self.answer();
        let Some(named) = self.named.clone() else {
            let ours = match answer {
                Answer::Known(channel) | Answer::Newer(channel, _) if has(channel) => Some(channel),
                _ => None,
            };
            if let Some(ours) = ours {
                return Some(ours.to_owned());
            }
            let default = here.iter().find_map(|offer| offer.default.clone());
            let default = default.filter(|default| has(default));
            if let Some(default) = &default {
                let is_known = channels::is_checked(self.operator.id, default);
                problems.extend((!is_known).then(|| self.not_compared(default, here)));
            } else {
                problems.push(self.no_such(Some(here)));
            }
            return default;
        };
        if !has(&named) {
            problems.push(self.no_such(Some(here)));
            return None;
        }
        if answer == Answer::NotChecked {
            problems.push(self.not_checked());
        }
        Some(named)
    }

    fn answer(&self) -> Answer {
        channels::choose(
            self.operator.id,
            self.request.version(),
            self.named.as_deref(),
        )
    }

    fn of_table(&self, problems: &mut Problems) -> Option<String> {
        let named = self.named.clone();
        let (channel, problem) = match self.answer() {
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
            Answer::NeedsVersion | Answer::Absent(_) | Answer::NoSuchChannel
                if named.is_some() && self.is_of_others() =>
            {
                (named, self.unknown_catalogue())
            }
            Answer::NeedsVersion => {
                problems.extend((self.request.missing_version)(self.place()));
                return None;
            }
            Answer::Absent(first) => (None, self.absent(first)),
            Answer::NotListed(first) => (named, self.not_listed(first)),
            Answer::NoSuchChannel => match self.newest_of_its_kind() {
                Some(newest) => (named, self.newer_channel(newest)),
                None => (None, self.no_such(None)),
            },
        };
        problems.push(problem);
        channel
    }

    /// Whether the catalogue is none that every cluster has: the table says nothing about it.
    fn is_of_others(&self) -> bool {
        self.source != self.operator.source || self.marketplace != MARKETPLACE
    }

    /// The newest known channel of the name's kind, when the name is that of a newer one.
    fn newest_of_its_kind(&self) -> Option<&'static str> {
        channels::older_than(self.operator.id, self.named.as_deref()?)
    }

    fn place(&self) -> Place {
        if let Some(own) = self.own {
            return own.at(&["channel"]);
        }
        let field = if self.named.is_some() { "channel" } else { "" };
        self.request.place_of(self.operator, field)
    }
}
