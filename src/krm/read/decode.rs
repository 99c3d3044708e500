//! Bytes become text, or a problem that says where they are none.

use super::split::split;
use crate::problem::rules::krm as rule;
use crate::problem::{Place, Problem};
use crate::source::{Role, Source};

/// The source of these bytes. YAML for Kubernetes is UTF-8 (functions-spec of kustomize: MUST).
///
/// # Errors
/// One problem, at the first byte that is not UTF-8, with the object that it stands in.
pub fn decode(name: &str, bytes: Vec<u8>, role: Role) -> Result<Source, Box<Problem>> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(Box::new(packed(name)));
    }
    // without a byte order mark and accents, UTF-16 is UTF-8 with zeros
    if let Some(encoding) = utf16(&bytes) {
        return Err(Box::new(not_utf8_but(name, encoding)));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::with_role(name, text, role)),
        Err(error) => Err(Box::new(problem(name, error.as_bytes()))),
    }
}

fn not_utf8_but(name: &str, encoding: &str) -> Problem {
    let message = format!("`{name}` is {encoding}, not UTF-8");
    Problem::new(&rule::NOT_UTF8, Place::in_file(name), message)
        .help("PowerShell 5 writes UTF-16 with `>`: use `| Out-File -Encoding utf8`")
        .help(format!("or convert it: `iconv -f {encoding} -t UTF-8`"))
}

/// gzip (RFC 1952): what is in there would be shown as a line of noise. The command is without the name, which may
/// hold what a shell runs.
fn packed(name: &str) -> Problem {
    let message = format!("`{name}` is packed by gzip");
    let problem = Problem::new(&rule::NOT_UTF8, Place::in_file(name), message);
    let is_archive = [".tgz", ".tar.gz"].iter().any(|end| name.ends_with(end));
    problem.help(if is_archive {
        "unpack it: `tar xzf`, and name the folder that comes of it"
    } else {
        "unpack it: `gzip -cd`"
    })
}

fn problem(name: &str, bytes: &[u8]) -> Problem {
    let bad = bytes
        .utf8_chunks()
        .map(|chunk| chunk.invalid())
        .filter(|invalid| !invalid.is_empty());
    let others = bad.clone().count().saturating_sub(1);
    let first = bad.clone().next().unwrap_or_default();
    let shown: Vec<String> = first.iter().map(|byte| format!("{byte:02X}")).collect();
    let message = format!("byte 0x{} is not UTF-8", shown.concat());
    let problem = Problem::new(&rule::NOT_UTF8, place(name, bytes), message);
    let problem = match first.first() {
        // printable in ISO 8859-1, which editors call Latin-1
        Some(byte @ 0xa0..) => problem.help(format!(
            "in Latin-1 it is `{}`: if that is meant, save the file as UTF-8",
            char::from(*byte)
        )),
        _ => problem.help("save the file as UTF-8"),
    };
    match others {
        0 => problem,
        1 => problem.fact("1 more place in this input is not UTF-8"),
        others => problem.fact(format!("{others} more places in this input are not UTF-8")),
    }
}

/// The place of the first bad byte, in the object that holds it when the rest can be read.
fn place(name: &str, bytes: &[u8]) -> Place {
    let end = bytes
        .utf8_chunks()
        .next()
        .map_or(0, |chunk| chunk.valid().len());
    let source = Source::new(name, String::from_utf8_lossy(bytes));
    let span = end..end + char::REPLACEMENT_CHARACTER.len_utf8();
    let split = split(&source).ok();
    let object = split.as_ref().and_then(|split| {
        let mut documents = split.documents.iter();
        documents.find(|document| document.range.contains(&end))
    });
    match object {
        Some(document) => document.place(span, ""),
        None => Place::in_source(&source, span),
    }
}

/// By its byte order mark, or by the zero that every other byte of ASCII is.
fn utf16(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] | [1..=255, 0, 1..=255, 0, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] | [0, 1..=255, 0, 1..=255, ..] => Some("UTF-16BE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(bytes: &[u8]) -> Problem {
        *decode("a.yaml", bytes.to_owned(), Role::Input).unwrap_err()
    }

    #[test]
    fn the_first_bad_byte_is_shown_with_its_object() {
        let problem =
            bad(b"kind: A\n---\nkind: B\nmetadata: {name: x}\ndata: {y: caf\xe9, z: \xe9}\n");
        assert_eq!(problem.place.to_string(), "a.yaml:5:14");
        assert_eq!(problem.message, "byte 0xE9 is not UTF-8");
        let object = problem.place.object.unwrap();
        assert_eq!(
            (object.to_string(), problem.place.index),
            ("B x".to_owned(), 1)
        );
        assert_eq!(problem.facts, ["1 more place in this input is not UTF-8"]);
        assert!(problem.help[0].contains("`\u{e9}`"), "{:?}", problem.help);
    }

    #[test]
    fn what_is_packed_is_said_to_be() {
        let archive = decode(
            "must-gather.tar.gz",
            vec![0x1f, 0x8b, 8, 0],
            Role::FactsOnly,
        )
        .unwrap_err();
        assert!(archive.help[0].contains("`tar xzf`"));
        assert_eq!(bad(b"\x1f\x8b\x08").help, ["unpack it: `gzip -cd`"]);
    }

    #[test]
    fn a_place_is_known_in_what_is_no_yaml_either() {
        assert_eq!(bad(b"a: [\n\xff").place.to_string(), "a.yaml:2:1");
        assert_eq!(bad(b"\xf0\x9f").place.to_string(), "a.yaml:1:1");
    }

    #[test]
    fn utf16_is_called_by_its_name() {
        for bytes in [&b"\xff\xfea\0"[..], b"a\0:\0"] {
            assert!(bad(bytes).message.contains("UTF-16LE"));
        }
        assert!(bad(b"\xfe\xff\0a").message.contains("UTF-16BE"));
    }

    #[test]
    fn utf8_stays_as_it_is() {
        let text = "\u{feff}a: \u{e9}\r\n";
        let source = decode("a.yaml", text.into(), Role::FactsOnly).unwrap();
        assert_eq!((source.text.as_str(), source.role), (text, Role::FactsOnly));
    }
}
