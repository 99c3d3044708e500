//! Live provider specs: what the Machine API filled in, and what a pool says of them.

use crate::cloud::aws::root;
use crate::krm::Node;

/// Zero values of the typed struct that the Machine API writes on creation, as JSON: with these values they mean the same
/// as nothing. None of them is required.
const DEFAULTS: [(&str, &[&str]); 6] = [
    ("capacityReservationId", &["\"\""]),
    ("deviceIndex", &["0"]),
    ("loadBalancers", &["null", "[]"]),
    ("metadataServiceOptions", &["{}"]),
    ("publicIp", &["null"]),
    ("tags", &["null", "[]"]),
];
/// The same in a volume.
const VOLUME_DEFAULTS: [(&str, &[&str]); 2] = [
    ("iops", &["0"]),
    ("kmsKey", &["{}", r#"{"arn":""}"#, r#"{"id":""}"#]),
];

/// Removes what says nothing.
pub(crate) fn drop_defaults(spec: &mut Node) {
    spec.remove("metadata");
    drop(spec, &DEFAULTS);
    if let Some(devices) = spec.get_mut("blockDevices") {
        if devices.items().is_empty() {
            return;
        }
        for device in devices.items_mut() {
            if let Some(ebs) = device.get_mut("ebs") {
                drop(ebs, &VOLUME_DEFAULTS);
            }
        }
    }
}

fn drop(node: &mut Node, defaults: &[(&str, &[&str])]) {
    for (key, values) in defaults {
        let value = node.get(key).map(|value| value.to_json().to_string());
        if value.is_some_and(|value| values.contains(&value.as_str())) {
            node.remove(key);
        }
    }
}

/// The subnet as `spec.network.subnets` writes it, when that can say it.
pub(crate) fn subnet(spec: &Node) -> Option<&str> {
    let subnet = spec.get("subnet")?;
    if let Some(id) = subnet.str_at(&["id"]).filter(|id| !id.is_empty()) {
        return Some(id);
    }
    let [filter] = subnet.get("filters")?.items() else {
        return None;
    };
    match filter.get("values")?.items() {
        [only] if filter.str_at(&["name"]) == Some("tag:Name") => only.str(),
        _ => None,
    }
}

/// Fields of a pool by which a clone of `base` becomes `live`. What they cannot say is left to an override.
pub(crate) fn fields(live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
    let mut fields = Vec::new();
    if let Some(volume) = volume(live, base) {
        fields.push(("rootVolume", volume));
    }
    let market = live.str_at(&["marketType"]).unwrap_or("");
    let reservation = live
        .str_at(&["capacityReservationId"])
        .filter(|id| !id.is_empty());
    if let Some(options) = live
        .get("spotMarketOptions")
        .filter(|_| market != "CapacityBlock")
    {
        fields.push(("market", "Spot".into()));
        if let Some(price) = options
            .get("maxPrice")
            .and_then(Node::text)
            .filter(|price| !price.is_empty())
        {
            fields.push(("spot", Node::from([("maxPrice", price.into())])));
        }
    } else if market == "CapacityBlock" {
        fields.push(("market", "CapacityBlock".into()));
    }
    if let Some(id) = reservation {
        fields.push(("capacityReservation", Node::from([("id", id.into())])));
    }
    let interface = live
        .str_at(&["networkInterfaceType"])
        .filter(|kind| matches!(*kind, "EFA" | "ENA"));
    let group = live
        .str_at(&["placementGroupName"])
        .filter(|group| !group.is_empty());
    let partition = live
        .get("placementGroupPartition")
        .filter(|_| group.is_some());
    let network = [
        ("interfaceType", interface.map(Node::from)),
        ("placementGroup", group.map(Node::from)),
        ("placementGroupPartition", partition.cloned()),
    ];
    let network: Vec<(&str, Node)> = network
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect();
    if !network.is_empty() {
        fields.push(("network", Node::map(network)));
    }
    fields
}

fn volume(live: &Node, base: &Node) -> Option<Node> {
    let ebs = |node: &Node| {
        root::device(node)
            .and_then(|device| device.get("ebs"))
            .cloned()
    };
    let (live, base) = (ebs(live)?, ebs(base)?);
    let differs = |key: &str| {
        let text = |node: &Node| node.get(key).and_then(Node::text).map(str::to_owned);
        text(&live) != text(&base) && live.get(key).is_some()
    };
    let rows = [
        ("sizeGiB", "volumeSize"),
        ("type", "volumeType"),
        ("encrypted", "encrypted"),
        ("iops", "iops"),
        ("throughputMiB", "throughputMib"),
    ];
    let mut volume = Node::map::<&str>([]);
    for (ours, theirs) in rows {
        let is_zero = live.get(theirs).and_then(Node::text) == Some("0");
        if differs(theirs) && !is_zero {
            volume.set(ours, live.get(theirs)?.clone());
        }
    }
    // another type drops the numbers of the clone: say those of the live one
    if volume.get("type").is_some() {
        for (ours, theirs) in rows.iter().skip(3) {
            if let Some(number) = live.get(theirs).filter(|number| number.text() != Some("0")) {
                volume.set(ours, number.clone());
            }
        }
    }
    (!volume.is_empty()).then_some(volume)
}
