//! Shapes of devices and processors, as Nova and the kernel write them.

use super::Shape;

/// Nova compares them without case, and takes no `0x` (nova/pci/utils.py).
pub(super) const PCI_ID: Shape = Shape {
    format: "pci-id",
    what: "a PCI id",
    rule: "four hexadecimal digits in lower case, as `10de`",
    max: 4,
    pattern: "^[0-9a-f]{4}$",
    fits: |text| text.len() == 4 && text.bytes().all(is_hex),
};
/// nova/pci/devspec.py: the highest slot is 1f, the highest function 7.
pub(super) const PCI_ADDRESS: Shape = Shape {
    format: "pci-address",
    what: "a PCI address",
    rule: "domain, bus, slot and function in lower case, as `0000:04:00.0`",
    max: 12,
    pattern: r"^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$",
    fits: is_pci_address,
};
/// os-resource-classes: what is not of the standard is custom.
pub(super) const RESOURCE_CLASS: Shape = Shape {
    format: "resource-class",
    what: "a resource class",
    rule: "`CUSTOM_` and capital letters, digits and `_`",
    max: 255,
    pattern: "^CUSTOM_[A-Z0-9_]+$",
    fits: |text| {
        let inner = |b: u8| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        (text.strip_prefix("CUSTOM_"))
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(inner))
    },
};
/// It is a part of the name of a section and of a list with commas (nova/conf/devices.py).
pub(super) const MDEV_TYPE: Shape = Shape {
    format: "mdev-type",
    what: "a type of mediated devices",
    rule: "letters, digits, `-` and `_`, as `nvidia-558`",
    max: 64,
    pattern: "^[A-Za-z0-9_-]+$",
    fits: |text| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        !text.is_empty() && text.bytes().all(fits)
    },
};
pub(super) const CPU_LIST: Shape = Shape {
    format: "cpu-list",
    what: "a list of processors",
    rule: "numbers and ranges with commas between them, as `4-27,32-55`",
    max: 1000,
    pattern: "^[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*$",
    fits: |text| {
        let number =
            |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.split(',').all(|part| match part.split_once('-') {
            Some((from, to)) => number(from) && number(to),
            None => number(part),
        })
    },
};

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn is_pci_address(text: &str) -> bool {
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(is_hex);
    let mut parts = text.split(':');
    let (Some(domain), Some(bus), Some(rest), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Some((slot, function)) = rest.split_once('.') else {
        return false;
    };
    hex(domain, 4)
        && hex(bus, 2)
        && hex(slot, 2)
        && slot.starts_with(['0', '1'])
        && function.len() == 1
        && function.bytes().all(|b| matches!(b, b'0'..=b'7'))
}
