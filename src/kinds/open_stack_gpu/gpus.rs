//! GPUs: what they are on the PCI bus, and what Nova calls them.

use serde_json::Value;

use crate::api::Placeholder;
use crate::api::open_stack_gpu::{DeviceType, Gpu, Host, NumaPolicy, OpenStackGpuSpec};
use crate::catalog::pci_devices::PciDevice;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

use super::boards::{self, Board};

/// What shows on a host whether a card is SR-IOV capable.
const LOOK: &str = "look at a host: `grep -H . /sys/bus/pci/devices/0000:*/sriov_totalvfs`; a card with a number above 0 there is `type-PF` to Nova, one without is `type-PCI`";

/// All cards of one alias.
#[derive(Clone, Debug)]
pub(super) struct Alias<'a> {
    pub(super) name: &'a str,
    pub(super) cards: Vec<Card<'a>>,
}

/// Cards of one id.
#[derive(Clone, Debug)]
pub(super) struct Card<'a> {
    pub(super) gpu: &'a Gpu,
    /// Its place in `spec.gpus`.
    pub(super) index: usize,
    pub(super) vendor_id: &'a str,
    pub(super) product_id: &'a str,
    pub(super) device_type: DeviceType,
    /// Id of its audio function, where that is passed on too.
    pub(super) audio_id: Option<&'static str>,
}

impl Card<'_> {
    /// `10de:27b8`
    pub(super) fn ids(&self) -> Vec<String> {
        let id = |product: &str| format!("{}:{product}", self.vendor_id);
        let own = std::iter::once(id(self.product_id));
        own.chain(self.audio_id.map(id)).collect()
    }

    /// The value of `device_spec` for a card at an address.
    pub(super) fn device_spec(&self, address: &str) -> String {
        let mut fields = vec![
            ("vendor_id", self.vendor_id),
            ("product_id", self.product_id),
            ("address", address),
        ];
        fields.extend(
            self.gpu
                .resource_class
                .as_deref()
                .map(|class| ("resource_class", class)),
        );
        spaced(&fields)
    }
}

impl Alias<'_> {
    /// The value of `alias`: one text for the API, for computes and, by its name, for flavors.
    pub(super) fn text(&self) -> String {
        let mut fields = vec![("name", self.name)];
        let Some(first) = self.cards.first() else {
            return spaced(&fields);
        };
        // several ids are one kind of GPU by their class alone
        if self.cards.len() == 1 {
            fields.push(("vendor_id", first.vendor_id));
            fields.push(("product_id", first.product_id));
        }
        fields.extend(
            first
                .gpu
                .resource_class
                .as_deref()
                .map(|class| ("resource_class", class)),
        );
        fields.push(("device_type", first.device_type.word()));
        fields.extend(
            first
                .gpu
                .numa_policy
                .map(|policy| ("numa_policy", policy.word())),
        );
        spaced(&fields)
    }
}

/// JSON with a space behind colons and commas, as people write it.
fn spaced(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(key, value)| {
        let (key, value) = (Value::from(*key), Value::from(*value));
        format!("{key}: {value}")
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

impl DeviceType {
    /// As Nova spells it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pci => "type-PCI",
            Self::Pf => "type-PF",
            Self::Vf => "type-VF",
        }
    }

    fn called(word: &str) -> Option<Self> {
        [Self::Pci, Self::Pf, Self::Vf]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

impl NumaPolicy {
    /// As Nova spells it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Legacy => "legacy",
            Self::Preferred => "preferred",
            Self::Socket => "socket",
        }
    }
}

/// All aliases of cards that are passed on whole, in the order in which they are written.
pub(super) fn decide<'a>(
    placeholder: &'a Placeholder<'a, OpenStackGpuSpec>,
    problems: &mut Problems,
) -> Vec<Alias<'a>> {
    let mut aliases: Vec<Alias<'a>> = Vec::new();
    let gpus = placeholder.read.spec.gpus.iter().enumerate();
    for (index, gpu) in gpus.filter(|(_, gpu)| gpu.mdev_type.is_none()) {
        let Some(card) = card(placeholder, index, gpu, problems) else {
            continue;
        };
        match aliases.iter_mut().find(|alias| alias.name == gpu.alias) {
            Some(alias) => alias.cards.push(card),
            None => aliases.push(Alias {
                name: &gpu.alias,
                cards: vec![card],
            }),
        }
    }
    for alias in &aliases {
        problems.extend(several(placeholder, alias));
    }
    let cards: Vec<&Card<'_>> = aliases.iter().flat_map(|alias| &alias.cards).collect();
    problems.extend(one_id_two_types(placeholder, &cards));
    aliases
}

fn card<'a>(
    placeholder: &'a Placeholder<'a, OpenStackGpuSpec>,
    index: usize,
    gpu: &'a Gpu,
    problems: &mut Problems,
) -> Option<Card<'a>> {
    let place = |field: &str| placeholder.place(&format!("spec.gpus[{index}]{field}"));
    let Board {
        vendor_id,
        product_id,
        known,
    } = boards::of(placeholder, index, gpu, problems)?;
    let device_type = device_type(gpu, known, &place, problems)?;
    let audio_id = audio(gpu, known, &place, problems);
    if gpu.audio == Some(true) && audio_id.is_none() {
        return None;
    }
    Some(Card {
        gpu,
        index,
        vendor_id,
        product_id,
        device_type,
        audio_id,
    })
}

/// Id of the audio function, where that is asked for and known.
fn audio(
    gpu: &Gpu,
    known: Option<PciDevice>,
    place: &dyn Fn(&str) -> crate::problem::Place,
    problems: &mut Problems,
) -> Option<&'static str> {
    if gpu.audio != Some(true) {
        return None;
    }
    let id = known.and_then(|known| known.audio_id);
    if id.is_none() {
        let message = "no audio function of this card is known";
        let problem = Problem::new(&rule::UNKNOWN_GPU, place(".audio"), message);
        problems.push(problem.help("cards without displays have none: remove `audio`"));
    }
    id
}

/// What Nova takes a card for: what its own driver sees on the compute node.
fn device_type(
    gpu: &Gpu,
    known: Option<PciDevice>,
    place: &dyn Fn(&str) -> crate::problem::Place,
    problems: &mut Problems,
) -> Option<DeviceType> {
    let is_nested = gpu.host == Some(Host::Nested);
    let follows = if is_nested {
        Some(DeviceType::Pci)
    } else {
        known.and_then(|known| DeviceType::called(known.bare_metal?))
    };
    let card = known.map_or("this card", |known| known.board);
    let Some(written) = gpu.device_type else {
        if follows.is_none() {
            let why = match known {
                Some(_) => format!("what Nova takes `{card}` for depends on its display mode"),
                None => "what Nova takes this card for is not known".to_owned(),
            };
            let problem = Problem::new(&rule::DEVICE_TYPE_UNKNOWN, place(".deviceType"), why);
            problems.push(
                problem
                    .help(
                        "`deviceType: type-PF` or `deviceType: type-PCI` beside the alias says it",
                    )
                    .help(LOOK),
            );
        } else if !is_nested && known.is_some_and(|known| known.evidence.is_none()) {
            let message =
                format!("`{card}` is taken for `type-PF`, which no source shows for bare metal");
            let problem = Problem::new(&rule::DEVICE_TYPE_ASSUMED, place(""), message);
            problems.push(
                problem
                    .help(LOOK)
                    .help("when you have looked, `deviceType` says it"),
            );
        }
        return follows;
    };
    let Some(follows) = follows.filter(|follows| *follows != written && written != DeviceType::Vf)
    else {
        return Some(written);
    };
    let (word, other) = (written.word(), follows.word());
    let (rule, message) = if let Some(host) = gpu.host {
        let host = if host == Host::Nested {
            "in a virtual machine"
        } else {
            "on bare metal"
        };
        let message = format!(
            "`{card}` {host} is `{other}` to Nova, not `{word}`: no host would be found, and no log names the alias"
        );
        (&rule::DEVICE_TYPE, message)
    } else {
        let message =
            format!("`{card}` on bare metal is `{other}` to Nova, and `{word}` is written");
        (&rule::DEVICE_TYPE_DOUBTFUL, message)
    };
    let problem = Problem::new(rule, place(".deviceType"), message);
    let problem = problem.values(word, Some(other.to_owned()));
    problems.push(problem.help("remove `deviceType`; `host: nested` is for compute nodes that are virtual machines").help(LOOK));
    Some(written)
}

/// With Placement an alias has one specification: Nova 2023.1 fails with a bare ValueError at each boot else.
fn several(placeholder: &Placeholder<'_, OpenStackGpuSpec>, alias: &Alias<'_>) -> Option<Problem> {
    let (first, others) = alias.cards.split_first()?;
    let class = |card: &Card<'_>| card.gpu.resource_class.clone();
    let differs = |card: &&Card<'_>| {
        class(first).is_none()
            || class(card) != class(first)
            || card.device_type != first.device_type
            || card.gpu.numa_policy != first.gpu.numa_policy
    };
    let other = others.iter().find(differs)?;
    let place = placeholder.place(&format!("spec.gpus[{}].alias", other.index));
    let message = format!(
        "alias `{}` stands for cards that Nova cannot take for one kind",
        alias.name
    );
    let problem = Problem::new(&rule::ALIAS_MULTIPLE, place, message);
    Some(
        problem
            .fact(format!("the first is spec.gpus[{}]", first.index))
            .help("give both one `resourceClass: CUSTOM_GPU`, and the same `deviceType` and `numaPolicy`; or give each an alias of its own"),
    )
}

/// nova-compute does not start with a card and its functions in one `device_spec`.
fn one_id_two_types(
    placeholder: &Placeholder<'_, OpenStackGpuSpec>,
    cards: &[&Card<'_>],
) -> Vec<Problem> {
    let mut found = Vec::new();
    for (at, card) in cards.iter().enumerate() {
        let same = |other: &&&Card<'_>| {
            (other.vendor_id, other.product_id) == (card.vendor_id, card.product_id)
                && other.device_type != card.device_type
        };
        let Some(first) = cards.get(..at).and_then(|before| before.iter().find(same)) else {
            continue;
        };
        let place = placeholder.place(&format!("spec.gpus[{}]", card.index));
        let (a, b) = (first.device_type.word(), card.device_type.word());
        let message = format!(
            "{}:{} is `{a}` in spec.gpus[{}] and `{b}` here",
            card.vendor_id, card.product_id, first.index
        );
        let problem = Problem::new(&rule::PF_AND_VF, place, message);
        found
            .push(problem.help("one card is one type on all hosts of a NodeSet: keep one of them"));
    }
    found
}
