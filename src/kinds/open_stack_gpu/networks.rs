//! Networks with all their ranges, and whether they fit together.

use crate::api::Placeholder;
use crate::api::open_stack_gpu::{Ctlplane, Isolated, IsolatedNetwork, OpenStackGpuSpec};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Place, Problem, Problems};

use super::address::{Address, Cidr, Range};

/// The network by which compute nodes are reached.
pub(super) const CTLPLANE: &str = "ctlplane";

/// Networks beside the ctlplane, with addresses and VLAN as openstack-k8s-operators/architecture has them
/// (`lib/networking`).
const BESIDE: [(&str, &str, u32); 3] = [
    ("internalapi", "172.17.0.0/24", 20),
    ("storage", "172.18.0.0/24", 21),
    ("tenant", "172.19.0.0/24", 22),
];
const METALLB: &str = "80-90";
const ATTACH: &str = "30-70";

/// All networks that could be read, the ctlplane first.
#[derive(Debug, Default)]
pub(super) struct Networks {
    pub(super) all: Vec<Net>,
}

/// One network.
#[derive(Clone, Debug)]
pub(super) struct Net {
    pub(super) name: &'static str,
    pub(super) cidr: Cidr,
    pub(super) vlan: Option<u32>,
    pub(super) gateway: Option<Address>,
    pub(super) domain: String,
    pub(super) mtu: u32,
    /// Addresses of compute nodes.
    pub(super) ranges: Vec<Range>,
    /// Addresses of services.
    pub(super) metallb: Range,
    /// Addresses of pods.
    pub(super) attach: Range,
    /// Where it is written.
    path: String,
}

impl Net {
    /// The path of one of its fields.
    pub(super) fn field(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// An address of its services, by its number from the first.
    pub(super) fn service(&self, number: u32) -> String {
        self.metallb.from.behind(number).to_string()
    }
}

/// What is written of one network.
struct Written<'a> {
    name: &'static str,
    path: String,
    cidr: &'a str,
    vlan: Option<u32>,
    gateway: Option<&'a str>,
    domain: String,
    mtu: u32,
    ranges: Vec<&'a str>,
    metallb: &'a str,
    attach: &'a str,
}

impl Networks {
    pub(super) fn decide(
        placeholder: &Placeholder<'_, OpenStackGpuSpec>,
        problems: &mut Problems,
    ) -> Self {
        let network = placeholder.read.spec.network.as_ref();
        let empty = Ctlplane::default();
        let ctlplane = network
            .and_then(|network| network.ctlplane.as_ref())
            .unwrap_or(&empty);
        let isolated = network.and_then(|network| network.isolated.as_ref());
        let mut written = vec![of_ctlplane(ctlplane)];
        if let Some(isolated) = isolated {
            let domain = written[0].domain.clone();
            written.extend(BESIDE.map(|row| beside(row, isolated, &domain)));
        }
        let mut networks = Self::default();
        for one in &written {
            networks.all.extend(read(placeholder, one, problems));
        }
        networks.check(placeholder, isolated, problems);
        networks
    }

    pub(super) fn get(&self, name: &str) -> Option<&Net> {
        self.all.iter().find(|one| one.name == name)
    }

    fn check(
        &self,
        placeholder: &Placeholder<'_, OpenStackGpuSpec>,
        isolated: Option<&Isolated>,
        problems: &mut Problems,
    ) {
        for (at, net) in self.all.iter().enumerate() {
            for before in self.all.iter().take(at) {
                if before.cidr.overlaps(net.cidr) {
                    let message = format!(
                        "{} of `{}` overlaps {} of `{}`",
                        net.cidr, net.name, before.cidr, before.name
                    );
                    let place = placeholder.place(&format!("{}.cidr", net.path));
                    problems
                        .push(wrong(place, message).help("give each network addresses of its own"));
                }
                if net.vlan.is_some() && net.vlan == before.vlan {
                    let vlan = net.vlan.unwrap_or_default();
                    let message = format!(
                        "VLAN {vlan} is that of `{}` and of `{}`",
                        before.name, net.name
                    );
                    let place = placeholder.place(&format!("{}.vlan", net.path));
                    problems
                        .push(wrong(place, message).help("give each network a VLAN of its own"));
                }
            }
            problems.extend(apart(placeholder, net, isolated.is_some()));
            if isolated.is_some() && net.name == "internalapi" && net.metallb.count() < 7 {
                let message = format!(
                    "{} has {} addresses for services, and 7 are needed",
                    net.metallb,
                    net.metallb.count()
                );
                let place = placeholder.place(&format!("{}.metallb", net.path));
                problems.push(wrong(place, message).help("write a longer range: the first is that of the services, the sixth and seventh those of the message buses"));
            }
        }
        if let Some(isolated) = isolated {
            self.of_nodes(placeholder, isolated, problems);
        }
        self.of_computes(placeholder, isolated, problems);
    }

    /// Addresses of the nodes that carry the control plane.
    fn of_nodes(
        &self,
        placeholder: &Placeholder<'_, OpenStackGpuSpec>,
        isolated: &Isolated,
        problems: &mut Problems,
    ) {
        for net in &self.all {
            let mut seen: Vec<(Address, &str)> = Vec::new();
            for (name, node) in &isolated.nodes {
                let path = format!("spec.network.isolated.nodes.{name}.{}", net.name);
                let place = placeholder.place(&path);
                let text = node.on(net.name);
                let Some(address) = Self::address(net, text, &place, true, problems) else {
                    continue;
                };
                if let Some((_, other)) = seen.iter().find(|(known, _)| *known == address) {
                    let message = format!("{address} is that of `{other}` too");
                    problems
                        .push(wrong(place, message).help("give each node an address of its own"));
                }
                seen.push((address, name));
            }
        }
    }

    /// Addresses of compute nodes.
    fn of_computes(
        &self,
        placeholder: &Placeholder<'_, OpenStackGpuSpec>,
        isolated: Option<&Isolated>,
        problems: &mut Problems,
    ) {
        let Some(data_plane) = &placeholder.read.spec.data_plane else {
            return;
        };
        let Some(net) = self.get(CTLPLANE) else {
            return;
        };
        let mut seen: Vec<(String, String)> = Vec::new();
        if let Some(isolated) = isolated {
            let of_node = |(name, node): (&String, &crate::api::open_stack_gpu::NodeAddresses)| {
                (node.ctlplane.clone(), format!("node {name}"))
            };
            seen.extend(isolated.nodes.iter().map(of_node));
        }
        let written = data_plane.nodes.iter();
        let written = written.filter_map(|(name, node)| Some((name, node.address.as_ref()?)));
        for (name, own) in written {
            let place = placeholder.place(&format!("spec.dataPlane.nodes.{name}.address"));
            if Self::address(net, own, &place, false, problems).is_none() {
                continue;
            }
            if let Some((_, other)) = seen.iter().find(|(known, _)| known == own) {
                let message = format!("{own} is that of `{other}` too");
                problems.push(wrong(place, message).help("give each node an address of its own"));
            }
            seen.push((own.clone(), name.clone()));
        }
    }

    /// An address of a network that is none of those that others take; compute nodes may have one of their own ranges.
    fn address(
        net: &Net,
        text: &str,
        place: &Place,
        of_node: bool,
        problems: &mut Problems,
    ) -> Option<Address> {
        let address = match Address::read(text) {
            Ok(address) => address,
            Err(message) => {
                problems.push(
                    wrong(place.clone(), message)
                        .help("Ansible and nmstate need an address, not a name"),
                );
                return None;
            }
        };
        if !net.cidr.holds(address) {
            let message = format!("{address} is not of `{}`, which is {}", net.name, net.cidr);
            problems.push(wrong(place.clone(), message).help("write an address of that network"));
            return None;
        }
        let own: &[Range] = if of_node { &net.ranges } else { &[] };
        let taken = own.iter().chain([&net.metallb, &net.attach]);
        if let Some(range) = taken.into_iter().find(|range| range.holds(address)) {
            let message =
                format!("{address} is within {range}, whose addresses are given to others");
            problems.push(
                wrong(place.clone(), message)
                    .help("write one outside of all ranges of the network"),
            );
        }
        Some(address)
    }
}

fn of_ctlplane(ctlplane: &Ctlplane) -> Written<'_> {
    let domain = ctlplane.dns_domain.as_deref();
    let ranges = ctlplane.ranges.as_ref();
    Written {
        name: CTLPLANE,
        path: "spec.network.ctlplane".to_owned(),
        cidr: ctlplane.cidr.as_deref().unwrap_or("192.168.122.0/24"),
        vlan: None,
        gateway: ctlplane.gateway.as_deref(),
        domain: domain.unwrap_or("ctlplane.example.com").to_owned(),
        mtu: ctlplane.mtu.unwrap_or(1500),
        ranges: ranges.map_or_else(
            || vec!["100-120", "150-200"],
            |ranges| ranges.iter().map(String::as_str).collect(),
        ),
        metallb: ctlplane.metallb.as_deref().unwrap_or(METALLB),
        attach: ctlplane.attach.as_deref().unwrap_or(ATTACH),
    }
}

fn beside<'a>(
    (name, cidr, vlan): (&'static str, &'a str, u32),
    isolated: &'a Isolated,
    domain: &str,
) -> Written<'a> {
    let written: Option<&IsolatedNetwork> = isolated.network(name);
    let text = |field: fn(&IsolatedNetwork) -> &Option<String>| {
        written.and_then(|one| field(one).as_deref())
    };
    let rest = domain.split_once('.').map_or(domain, |(_, rest)| rest);
    let ranges = written.and_then(|one| one.ranges.as_ref());
    Written {
        name,
        path: format!("spec.network.isolated.networks.{name}"),
        cidr: text(|one| &one.cidr).unwrap_or(cidr),
        vlan: Some(written.and_then(|one| one.vlan).unwrap_or(vlan)),
        gateway: None,
        domain: format!("{name}.{rest}"),
        mtu: written.and_then(|one| one.mtu).unwrap_or(1500),
        ranges: ranges.map_or_else(
            || vec!["100-250"],
            |ranges| ranges.iter().map(String::as_str).collect(),
        ),
        metallb: text(|one| &one.metallb).unwrap_or(METALLB),
        attach: text(|one| &one.attach).unwrap_or(ATTACH),
    }
}

fn read(
    placeholder: &Placeholder<'_, OpenStackGpuSpec>,
    written: &Written<'_>,
    problems: &mut Problems,
) -> Option<Net> {
    let place = |field: &str| placeholder.place(&format!("{}.{field}", written.path));
    let mut take = |result: Result<Range, String>, field: &str| {
        let failed = |message| {
            let help =
                "a range is two addresses of the network, or their numbers in it, as `100-120`";
            [wrong(place(field), message).help(help)]
        };
        problems.take(result.map_err(failed))
    };
    let cidr = match Cidr::read(written.cidr) {
        Ok(cidr) => cidr,
        Err(message) => {
            let problem = wrong(place("cidr"), message);
            problems.push(problem.help("write the first address of the network and its prefix"));
            return None;
        }
    };
    let mut ranges = Vec::new();
    let mut is_whole = true;
    for (index, text) in written.ranges.iter().enumerate() {
        let range = take(cidr.range(text), &format!("ranges[{index}]"));
        is_whole &= range.is_some();
        ranges.extend(range);
    }
    let metallb = take(cidr.range(written.metallb), "metallb");
    let attach = take(cidr.range(written.attach), "attach");
    let gateway = match written.gateway.map(Address::read) {
        Some(Ok(gateway)) if cidr.holds(gateway) => Some(gateway),
        Some(read) => {
            let outside = |gateway| format!("the gateway {gateway} is not of the network {cidr}");
            let problem = wrong(place("gateway"), read.map_or_else(|wrong| wrong, outside));
            problems.push(problem.help("write an address of the network"));
            is_whole = false;
            None
        }
        None => None,
    };
    let (metallb, attach) = (metallb?, attach?);
    is_whole.then(|| Net {
        name: written.name,
        cidr,
        vlan: written.vlan,
        gateway,
        domain: written.domain.clone(),
        mtu: written.mtu,
        ranges,
        metallb,
        attach,
        path: written.path.clone(),
    })
}

/// Ranges of one network that share an address, and its gateway within one.
fn apart(
    placeholder: &Placeholder<'_, OpenStackGpuSpec>,
    net: &Net,
    is_isolated: bool,
) -> Vec<Problem> {
    let of_computes = net.ranges.iter().enumerate();
    let mut all: Vec<(String, Range)> = of_computes
        .map(|(index, range)| (format!("ranges[{index}]"), *range))
        .collect();
    if is_isolated {
        all.push(("metallb".to_owned(), net.metallb));
        all.push(("attach".to_owned(), net.attach));
    }
    let mut found = Vec::new();
    for (at, (field, range)) in all.iter().enumerate() {
        let place = || placeholder.place(&format!("{}.{field}", net.path));
        let before = all
            .iter()
            .take(at)
            .find(|(_, before)| before.overlaps(*range));
        if let Some((other, before)) = before {
            let message = format!(
                "{range} of `{field}` overlaps {before} of `{other}` in `{}`",
                net.name
            );
            let problem = wrong(place(), message);
            found.push(problem.help("two that give out one address give it twice: write ranges without a common address"));
        }
        if let Some(gateway) = net.gateway.filter(|gateway| range.holds(*gateway)) {
            let message = format!("the gateway {gateway} is within {range} of `{field}`");
            found.push(wrong(place(), message).help("write a range without it"));
        }
    }
    found
}

fn wrong(place: Place, message: String) -> Problem {
    Problem::new(&rule::CIDR, place, message)
}
