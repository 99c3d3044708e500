//! Addresses, networks and ranges of addresses, of both families.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr {
    is_v6: bool,
    base: u128,
    prefix: u32,
}

/// An address of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    is_v6: bool,
    number: u128,
}

/// Addresses from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: Address,
    pub(super) to: Address,
}

impl Address {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(IpAddr::V4(address)) => Ok(Self {
                is_v6: false,
                number: u32::from(address).into(),
            }),
            Ok(IpAddr::V6(address)) => Ok(Self {
                is_v6: true,
                number: address.into(),
            }),
            Err(_) => Err(format!("`{text}` is not an IP address")),
        }
    }

    /// The address so many numbers behind it.
    pub(super) fn behind(self, number: u32) -> Self {
        Self {
            number: self.number.saturating_add(number.into()),
            ..self
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_v6 {
            return Ipv6Addr::from(self.number).fmt(f);
        }
        let number = u32::try_from(self.number).unwrap_or(u32::MAX);
        Ipv4Addr::from(number).fmt(f)
    }
}

impl Cidr {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a network, as `192.168.122.0/24`");
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let address = Address::read(address).map_err(|_| wrong())?;
        let bits = if address.is_v6 { 128 } else { 32 };
        let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
        if prefix == 0 || prefix > bits {
            return Err(wrong());
        }
        let cidr = Self {
            is_v6: address.is_v6,
            base: address.number,
            prefix,
        };
        let base = address.number & !cidr.rest();
        if base != address.number {
            let right = Self { base, ..cidr };
            return Err(format!(
                "`{text}` has bits behind its prefix: the network is `{right}`"
            ));
        }
        Ok(cidr)
    }

    /// The bits behind the prefix.
    fn rest(self) -> u128 {
        let bits = if self.is_v6 { 128 } else { 32 };
        let free = bits - self.prefix;
        1u128.checked_shl(free).map_or(u128::MAX, |one| one - 1)
    }

    /// Addresses in it, as far as anybody counts.
    pub(super) fn size(self) -> u64 {
        u64::try_from(self.rest())
            .unwrap_or(u64::MAX)
            .saturating_add(1)
    }

    /// The number of an address in it.
    pub(super) fn number_of(self, address: Address) -> u64 {
        u64::try_from(address.number & self.rest()).unwrap_or(u64::MAX)
    }

    /// The address of a number in it.
    pub(super) fn nth(self, number: u64) -> Address {
        Address {
            is_v6: self.is_v6,
            number: self.base.saturating_add(number.into()),
        }
    }

    pub(super) fn prefix(self) -> u32 {
        self.prefix
    }

    pub(super) fn holds(self, address: Address) -> bool {
        address.is_v6 == self.is_v6 && address.number & !self.rest() == self.base
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        let rest = self.rest() | other.rest();
        self.is_v6 == other.is_v6 && self.base & !rest == other.base & !rest
    }

    /// `192.168.122.100-192.168.122.120`, or with the numbers of addresses in the network, `100-120`.
    pub(super) fn range(self, text: &str) -> Result<Range, String> {
        let Some((from, to)) = text.split_once('-') else {
            return Err(format!("`{text}` is not a range, as `{}`", self.example()));
        };
        let (from, to) = (self.address(from.trim())?, self.address(to.trim())?);
        let range = Range { from, to };
        for address in [from, to] {
            if !self.holds(address) {
                return Err(format!("{address} is not of the network {self}"));
            }
        }
        if from >= to {
            return Err(format!("the range {range} does not end behind its start"));
        }
        Ok(range)
    }

    fn address(self, text: &str) -> Result<Address, String> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u32>() {
            Ok(number) if is_number => Ok(Address {
                is_v6: self.is_v6,
                number: self.base.saturating_add(number.into()),
            }),
            _ => Address::read(text),
        }
    }

    fn example(self) -> Range {
        let at = |number: u128| Address {
            is_v6: self.is_v6,
            number: self.base.saturating_add(number),
        };
        Range {
            from: at(100),
            to: at(120),
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Address {
            is_v6: self.is_v6,
            number: self.base,
        };
        write!(f, "{address}/{}", self.prefix)
    }
}

impl Range {
    pub(super) fn holds(self, address: Address) -> bool {
        self.from <= address && address <= self.to
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// Addresses in it, as far as anybody counts.
    pub(super) fn count(self) -> u128 {
        (self.to.number - self.from.number).saturating_add(1)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_compared() {
        let read = |text: &str| Cidr::read(text).unwrap();
        assert_eq!(read("192.168.122.0/24").to_string(), "192.168.122.0/24");
        assert!(read("172.16.0.0/12").overlaps(read("172.17.0.0/24")));
        assert!(!read("172.17.0.0/24").overlaps(read("172.18.0.0/24")));
        assert!(!read("::/1").overlaps(read("10.0.0.0/8")));
        assert!(read("fd00::/64").holds(Address::read("fd00::5").unwrap()));
        let said = Cidr::read("192.168.122.5/24").unwrap_err();
        assert!(
            said.ends_with("the network is `192.168.122.0/24`"),
            "{said}"
        );
        for wrong in [
            "192.168.122.0",
            "x/24",
            "192.168.122.0/33",
            "::/0",
            "1.2.3.4/x",
        ] {
            assert!(Cidr::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ranges_are_written_in_two_ways() {
        let network = Cidr::read("192.168.122.0/24").unwrap();
        let said = |text: &str| network.range(text).map(|range| range.to_string());
        let same = "192.168.122.100-192.168.122.120".to_owned();
        assert_eq!(said("100-120"), Ok(same.clone()));
        assert_eq!(said("192.168.122.100 - 192.168.122.120"), Ok(same));
        for wrong in [
            "100",
            "120-100",
            "100-100",
            "100-300",
            "192.168.123.1-192.168.123.9",
            "a-b",
            "::1-::2",
        ] {
            assert!(network.range(wrong).is_err(), "{wrong}");
        }
        let six = Cidr::read("fd00::/64").unwrap();
        assert_eq!((six.size(), network.size()), (u64::MAX, 256));
        assert_eq!(six.number_of(six.nth(300)), 300);
        assert_eq!(
            six.range("1-16").map(|range| range.to_string()),
            Ok("fd00::1-fd00::10".to_owned())
        );
    }
}
