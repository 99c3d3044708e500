//! What the name of a zone says by its form.

use super::Zone;

/// A zone of AWS, by the form of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsZone<'a> {
    /// The region that the name begins with. To check a zone, never to derive a region as a fact.
    pub region: &'a str,
    /// Its kind.
    pub kind: AwsZoneKind,
}

/// Kinds of AWS zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwsZoneKind {
    /// Region and one letter: `us-east-2a`.
    Availability,
    /// Region, place, number and letter: `us-east-1-bos-1a`.
    Local,
    /// With `wlz`: `us-east-1-wl1-bos-wlz-1`.
    Wavelength,
}

impl Zone {
    /// Reads the name as one of AWS; `None` when it has not the form.
    pub fn aws(&self) -> Option<AwsZone<'_>> {
        let text = self.as_str();
        let (region, rest) = text.split_at(region_end(text)?);
        let kind = match rest.as_bytes() {
            [letter] if letter.is_ascii_lowercase() => AwsZoneKind::Availability,
            [b'-', ..] if rest.split('-').any(|part| part == "wlz") => AwsZoneKind::Wavelength,
            [b'-', .., b'a'..=b'z'] => AwsZoneKind::Local,
            _ => return None,
        };
        Some(AwsZone { region, kind })
    }
}

/// Where the region ends: after the first part that begins with a digit (`us-gov-west-1`).
fn region_end(text: &str) -> Option<usize> {
    let mut start = 0;
    for (index, part) in text.split('-').enumerate() {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            return (index >= 2).then_some(start + digits);
        }
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        start += part.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::AwsZoneKind::{Availability, Local, Wavelength};
    use super::*;

    #[test]
    fn zones_of_aws_are_recognised_by_form() {
        let read = |text| {
            let zone = Zone::parse(text).expect("a zone");
            zone.aws().map(|zone| (zone.region.to_owned(), zone.kind))
        };
        let some = |region: &str, kind| Some((region.to_owned(), kind));
        assert_eq!(read("us-east-2a"), some("us-east-2", Availability));
        assert_eq!(read("us-gov-west-1b"), some("us-gov-west-1", Availability));
        assert_eq!(
            read("ap-southeast-5c"),
            some("ap-southeast-5", Availability)
        );
        assert_eq!(read("us-east-1-bos-1a"), some("us-east-1", Local));
        assert_eq!(
            read("us-east-1-wl1-bos-wlz-1"),
            some("us-east-1", Wavelength)
        );
        for other in [
            "1",
            "us-central1-a",
            "us-east-2",
            "us-east-2ab",
            "zone-a",
            "a-1a",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
