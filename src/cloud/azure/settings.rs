//! What the pool says of volume and market, written into a provider spec; and read back from a live one.

use crate::api::gpu_machine_set::Market;
use crate::cloud::Request;
use crate::cloud::zero::Zeros;
use crate::krm::Node;

/// Values that the Machine API writes by itself and that say nothing.
pub(super) static ZEROS: Zeros = Zeros {
    present: &["spotVMOptions"],
    plain: &["publicIP", "acceleratedNetworking"],
};

const DISK: &str = "osDisk";
const DISK_TYPE: [&str; 3] = [DISK, "managedDisk", "storageAccountType"];
const DISK_KEY: [&str; 4] = [DISK, "managedDisk", "diskEncryptionSet", "id"];

/// Writes the pool's settings.
pub(super) fn apply(spec: &mut Node, request: &Request<'_>) {
    let pool = request.pool.spec;
    if let Some(volume) = &pool.root_volume {
        if let Some(size) = volume.size_gib {
            spec.make(&[DISK]).set("diskSizeGB", size);
        }
        if let Some(kind) = &volume.r#type {
            let [disk, managed, field] = DISK_TYPE;
            spec.make(&[disk, managed]).set(field, kind.as_str());
        }
        if let Some(key) = &volume.kms_key {
            let [disk, managed, set, field] = DISK_KEY;
            spec.make(&[disk, managed, set]).set(field, key.as_str());
        }
    }
    if let Some(reservation) = &pool.capacity_reservation {
        spec.set("capacityReservationGroupID", reservation.id.as_str());
    }
    if pool.market == Some(Market::Spot) {
        let price = pool
            .spot
            .as_ref()
            .and_then(|spot| spot.max_price.as_deref());
        let options = price.map(|price| ("maxPrice", Node::from(price)));
        spec.set("spotVMOptions", Node::map(options));
    }
}

/// The price of Azure by default: whatever spot machines cost, up to those on demand.
const UP_TO_ON_DEMAND: &str = "-1";

/// Takes away what Azure does without it.
pub(super) fn drop_defaults(spec: &mut Node) {
    ZEROS.drop(spec);
    if spec.str_at(&["spotVMOptions", "maxPrice"]) == Some(UP_TO_ON_DEMAND)
        && let Some(options) = spec.at_mut(&["spotVMOptions"])
    {
        options.remove("maxPrice");
    }
}

/// Fields of a pool by which a clone of `base` becomes `live`.
pub(super) fn fields(live: &Node, base: &Node) -> Vec<(&'static str, Node)> {
    let mut fields = Vec::new();
    let changed = |path: &[&str]| {
        let text = |node: &Node| node.at(path).and_then(Node::text).map(str::to_owned);
        live.at(path).filter(|_| text(live) != text(base)).cloned()
    };
    let volume = [
        ("sizeGiB", changed(&[DISK, "diskSizeGB"])),
        ("type", changed(&DISK_TYPE)),
        ("kmsKey", changed(&DISK_KEY)),
    ];
    let volume = volume
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)));
    let volume = Node::map(volume);
    if !volume.is_empty() {
        fields.push(("rootVolume", volume));
    }
    if let Some(options) = live
        .get("spotVMOptions")
        .filter(|options| !options.is_null())
    {
        fields.push(("market", "Spot".into()));
        if let Some(price) = options
            .get("maxPrice")
            .and_then(Node::text)
            .filter(|one| !one.is_empty() && *one != UP_TO_ON_DEMAND)
        {
            fields.push(("spot", Node::from([("maxPrice", price.into())])));
        }
    }
    let reservation = live.str_at(&["capacityReservationGroupID"]);
    if let Some(id) = reservation.filter(|id| !id.is_empty()) {
        fields.push(("capacityReservation", Node::from([("id", id.into())])));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_that_azure_takes_by_itself_is_not_written() {
        let live = |price: &str| {
            let options = serde_json::json!({"spotVMOptions": {"maxPrice": price}});
            Node::from_json(&options)
        };
        let names = |price: &str| {
            let fields = fields(&live(price), &Node::map::<&str>([])).into_iter();
            fields.map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names("-1"), ["market"]);
        assert_eq!(names("1.20"), ["market", "spot"]);
        let mut spec = live("-1");
        drop_defaults(&mut spec);
        assert_eq!(spec.to_json(), serde_json::json!({"spotVMOptions": {}}));
    }
}
