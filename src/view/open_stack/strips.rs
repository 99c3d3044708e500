//! The addresses of a network as a strip, and what takes which of them.

use super::{Network, Taken};
use crate::plan::By;
use crate::view::section::{Mark, Span, Strip};

/// What takes addresses: its word in JSON, how it is drawn, and in words. What comes first is seen where two would be
/// drawn in one place: an address of one machine is lost more easily than a range.
static TAKEN: [(&str, Mark); 6] = [
    ("gateway", mark('G', "gateway", 3)),
    ("node", mark('N', "node of the control plane", 1)),
    ("computeNode", mark('C', "compute node", 5)),
    ("services", mark('s', "services, by the load balancer", 0)),
    ("pods", mark('p', "pods of the control plane", 4)),
    (
        "allocation",
        mark('a', "compute nodes, by the NetConfig", 2),
    ),
];

const fn mark(sign: char, about: &'static str, colour: usize) -> Mark {
    Mark {
        sign,
        about,
        colour,
    }
}

pub(super) fn word(by: By) -> &'static str {
    match by {
        By::Gateway => "gateway",
        By::Node => "node",
        By::Compute => "computeNode",
        By::Services => "services",
        By::Pods => "pods",
        By::Allocation => "allocation",
    }
}

pub(super) fn of(network: &Network) -> Strip {
    let (shown, last) = &network.shown;
    let span = |taken: &Taken| {
        let rank = TAKEN.iter().position(|(word, _)| *word == taken.by)?;
        let (_, mark) = TAKEN.get(rank)?;
        let name = taken.name.as_ref();
        Some(Span {
            first: taken.first,
            last: taken.last,
            rank,
            mark: *mark,
            label: match name {
                Some(name) => format!("{} {name}: {}", mark.about, taken.range()),
                None => format!("{}: {}", mark.about, taken.range()),
            },
        })
    };
    let first = network.cidr.split_once('/').map_or("", |(first, _)| first);
    let rest = network.addresses - shown;
    let rest = match rest {
        0 => String::new(),
        _ => ", and nothing of this behind".to_owned(),
    };
    Strip {
        name: network.name.clone(),
        about: format!("{first} to {last}{rest}"),
        length: *shown,
        spans: network.taken.iter().filter_map(span).collect(),
    }
}
