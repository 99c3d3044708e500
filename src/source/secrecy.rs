//! Which lines of a text nobody may be shown: what stands in a Secret, and what looks like a secret anywhere else.
//!
//! A message goes to logs of a CI, to annotations, to the status of an Application, which more people read than may
//! read the input. The text may be no YAML at all, so its kind is found from the lines, and what is unclear is hidden.

use std::ops::Range;

use memchr::memmem;

use super::{line_end, line_start};

/// Lines above a place that are looked at.
const FARTHEST: usize = 1000;
/// Bytes of a line that are looked at; nobody wrote a longer one by hand.
const LONGEST: usize = 1024;

/// What a text hides.
#[derive(Debug, Default)]
pub(super) struct Secrecy {
    /// Ends of the objects of the text and whether each is hidden; empty when none is.
    regions: Vec<(usize, bool)>,
    /// Whether any line may look like a secret.
    is_suspicious: bool,
}

/// Parts of words without which no line looks like a secret: most texts are searched for them and for nothing more.
const SUSPICIOUS: [&str; 19] = [
    "assw",
    "ASSW",
    "assphrase",
    "ASSPHRASE",
    "oken",
    "OKEN",
    "rivate",
    "RIVATE",
    "Key",
    "_key",
    "-key",
    "_KEY",
    "ecret",
    "ECRET",
    "redential",
    "uthorization",
    "ENC[",
    "BEGIN ",
    "://",
];

/// Beginnings of words that are tokens of somebody: AWS, GitHub, GitLab, Slack, OpenShift, JSON Web Tokens.
const TOKENS: [&str; 12] = [
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sha256~",
    "eyJhbGci",
    "ENC[",
];

impl Secrecy {
    pub(super) fn of(text: &str) -> Self {
        let holds = |part: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_some();
        let has_secret = kinds(text).any(|(_, is_secret)| is_secret) || holds("stringData");
        Self {
            regions: if has_secret {
                regions(text)
            } else {
                Vec::new()
            },
            is_suspicious: has_secret
                || (SUSPICIOUS.iter().chain(&TOKENS)).any(|part| is_on_a_secret_line(text, part)),
        }
    }

    /// Whether what stands there is shown to nobody.
    pub(super) fn hides(&self, text: &str, span: &Range<usize>) -> bool {
        let at = self.regions.partition_point(|(end, _)| *end <= span.start);
        let region = self.regions.get(at).or(self.regions.last());
        region.is_some_and(|(_, is_hidden)| *is_hidden)
            || (self.is_suspicious && looks_like_a_secret(text, span))
    }
}

/// Whether a word stands on a line that says a secret, or that one follows. Every worker names its `userDataSecret`:
/// without a look at the lines each place in it would be searched for what stands above.
fn is_on_a_secret_line(text: &str, part: &str) -> bool {
    let mut found = memmem::find_iter(text.as_bytes(), part.as_bytes());
    found.any(|at| {
        let line = text.get(line_start(text, at)..line_end(text, at));
        line.is_none_or(|line| {
            line.len() > LONGEST
                || is_secret_line(line)
                || is_name_of_secret(line)
                || key_of(line).is_some_and(names_a_secret)
        })
    })
}

/// Every `kind:` of a text: where it stands, and whether it is that of a Secret or cannot be told.
fn kinds(text: &str) -> impl Iterator<Item = (usize, bool)> {
    let bytes = text.as_bytes();
    memmem::find_iter(bytes, b"ind").filter_map(move |at| {
        let start = at.checked_sub(1)?;
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        let is_key = matches!(bytes.get(start), Some(b'k' | b'K'))
            && !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let rest = text.get(at + 3..).filter(|_| is_key)?;
        let rest = rest.strip_prefix('d').unwrap_or(rest);
        let rest = rest.trim_start_matches(['"', '\'', ' ', '\t']);
        let value = rest.strip_prefix(':')?;
        let value = value.trim_start_matches(['"', '\'', ' ', '\t']);
        let end = value.find(|c: char| !c.is_alphanumeric());
        let word = value.get(..end.unwrap_or(value.len()))?;
        let escaped = value
            .get(word.len()..)
            .is_some_and(|rest| rest.starts_with('\\'));
        let unclear = word.is_empty() || escaped;
        Some((start, unclear || word.to_lowercase().contains("secret")))
    })
}

/// The objects of a text that holds a Secret, by its lines: documents, and elements of `items`.
fn regions(text: &str) -> Vec<(usize, bool)> {
    /// Keys of a list beside its items.
    const OF_LISTS: [&str; 5] = [
        "apiVersion",
        "kind",
        "metadata",
        "functionConfig",
        "results",
    ];
    let mut starts = vec![0];
    let mut listed = false;
    let mut column = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(' ').trim_end();
        let indentation = line.len() - line.trim_start_matches(' ').len();
        let is_marker = |mark: &str| {
            let rest = line.strip_prefix(mark);
            rest.is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with([' ', '\t']))
        };
        let is_element = content == "-" || content.starts_with("- ");
        let key = content.split(':').next().unwrap_or_default();
        if is_marker("---") || is_marker("...") {
            (listed, column) = (false, None);
            starts.push(at);
        } else if indentation == 0 && !is_element && content.starts_with("items:") {
            (listed, column) = (true, None);
        } else {
            let is_next = listed && is_element && *column.get_or_insert(indentation) == indentation;
            let is_beside = column.is_some() && indentation == 0 && OF_LISTS.contains(&key);
            starts.extend((is_next || is_beside).then_some(at));
        }
        at += line.len();
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    let region =
        |(start, end): (usize, usize)| (end, is_secret(text.get(start..end).unwrap_or_default()));
    starts.iter().copied().zip(ends).map(region).collect()
}

/// Whether an object is a Secret, holds one, or may be a piece of one.
fn is_secret(object: &str) -> bool {
    if has_key(object, "stringData") {
        return true;
    }
    let kinds: Vec<(usize, bool)> = kinds(object).collect();
    // its own kind stands furthest left; what an object merely names (`from: {kind: Secret}`) is none
    let column = |at: usize| {
        let before = object.get(line_start(object, at)..at).unwrap_or_default();
        let is_first = before.chars().all(|c| matches!(c, ' ' | '-' | '"' | '\''));
        is_first.then_some(before.len())
    };
    let own = kinds.iter().filter_map(|(at, _)| column(*at)).min();
    let is_own = |at: usize| own.is_some() && column(at) == own;
    // without a kind it is a piece of something: of the Secret, as likely as not
    let mut secrets = kinds.iter().filter(|(_, is_secret)| *is_secret);
    own.is_none() && secrets.clone().next().is_some()
        || kinds.is_empty()
        || secrets.any(|(at, _)| is_own(*at) || has_key(object, "data"))
}

fn has_key(object: &str, key: &str) -> bool {
    object.match_indices(key).any(|(at, word)| {
        let before = object
            .get(..at)
            .and_then(|before| before.chars().next_back());
        let rest = object.get(at + word.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'', ' ', '\t']);
        rest.starts_with(':') && !before.is_some_and(char::is_alphanumeric)
    })
}

/// Whether the lines of a span, or a key that they stand under, look like a secret.
fn looks_like_a_secret(text: &str, span: &Range<usize>) -> bool {
    let start = line_start(text, span.start.min(text.len()));
    let near = |from: usize, to: usize| {
        let mut from = from.min(text.len());
        let mut to = to.min(text.len());
        while !text.is_char_boundary(from) {
            from -= 1;
        }
        while !text.is_char_boundary(to) {
            to += 1;
        }
        text.get(from..to).unwrap_or_default()
    };
    let end = line_end(text, span.end.max(span.start).min(text.len()));
    let around = near(
        start.max(span.start.saturating_sub(LONGEST)),
        end.min(span.start.saturating_add(LONGEST)),
    );
    if around.lines().any(is_secret_line) {
        return true;
    }
    let line = near(start, start.saturating_add(LONGEST));
    let line = line.lines().next().unwrap_or_default();
    let neighbours = || {
        let before = line_start(text, start.saturating_sub(1));
        near(before, start.saturating_add(2 * LONGEST))
            .lines()
            .take(3)
    };
    let is_value = key_of(line) == Some("value");
    (is_value && neighbours().any(is_name_of_secret)) || is_under_a_secret(text, start, line)
}

/// `name: DB_PASSWORD`, beside its `value`.
fn is_name_of_secret(line: &str) -> bool {
    let name = line
        .split_once(':')
        .filter(|_| key_of(line) == Some("name"));
    name.is_some_and(|(_, name)| names_a_secret(name.trim().trim_matches(['"', '\''])))
}

/// Whether a key above, further left, names a secret, or a private key is open there.
fn is_under_a_secret(text: &str, start: usize, line: &str) -> bool {
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut least = indentation(line);
    let mut at = start;
    let mut is_entry = key_of(line).is_some();
    for _ in 0..FARTHEST {
        // nothing is further left; what is no entry may still be a line of a private key
        if at <= line_start(text, 0) || (least == 0 && is_entry) {
            return false;
        }
        at = line_start(text, at - 1);
        let end = line_end(text, at).min(at.saturating_add(LONGEST));
        let Some(above) = text.get(at..end) else {
            return false;
        };
        if above.contains("-----BEGIN ") {
            return true;
        }
        if above.starts_with("---") || above.contains("-----END ") {
            return false;
        }
        let own = indentation(above);
        if above.trim().is_empty() || own >= least {
            continue;
        }
        if key_of(above).is_some_and(names_a_secret) {
            return true;
        }
        (least, is_entry) = (own, true);
    }
    false
}

/// The first key of a line.
fn key_of(line: &str) -> Option<&str> {
    let content = line.trim_start_matches([' ', '\t', '-', '{', '"', '\'']);
    let key = content.split_once(':')?.0;
    Some(key.trim_end_matches(['"', '\'', ' ']))
}

fn is_secret_line(line: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let keys = line.match_indices([':', '=']).filter_map(|(at, _)| {
        let before = line.get(..at)?.trim_end_matches(['"', '\'', ' ']);
        before.rsplit(|c| !is_word(c)).next()
    });
    let has_user = |(at, _): (usize, &str)| {
        let rest = line.get(at + 3..).unwrap_or_default();
        let host = rest
            .split(['/', ' ', '"', '\'', '?'])
            .next()
            .unwrap_or_default();
        host.rsplit_once('@')
            .is_some_and(|(user, _)| user.contains(':'))
    };
    let mut words = line.split(|c: char| c.is_whitespace() || "\"'{},:=".contains(c));
    keys.into_iter().any(names_a_secret)
        || words.any(|word| TOKENS.iter().any(|token| word.starts_with(token)))
        || line.contains("-----BEGIN ")
        || line.match_indices("://").any(has_user)
}

/// Whether a key's value is a secret, rather than the name of one: `adminPassword`, `API_KEY`, but not `secretName`.
fn names_a_secret(key: &str) -> bool {
    const PARTS: [&str; 11] = [
        "password",
        "passwd",
        "passphrase",
        "token",
        "apikey",
        "privatekey",
        "secretkey",
        "accesskey",
        "dockerconfigjson",
        "authorization",
        "clientsecret",
    ];
    const REFERENCES: [&str; 5] = ["name", "names", "ref", "refs", "namespace"];
    let folded: String = key
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(LONGEST)
        .collect();
    let is_named = PARTS.iter().any(|part| folded.contains(part))
        || matches!(
            folded.as_str(),
            "secret" | "credential" | "credentials" | "auth"
        );
    is_named && !REFERENCES.iter().any(|end| folded.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(text: &str, needle: &str) -> bool {
        let at = text.find(needle).unwrap();
        Secrecy::of(text).hides(text, &(at..at + needle.len()))
    }

    #[test]
    fn all_of_a_secret_is_hidden_whatever_is_wrong_with_it() {
        for text in [
            "kind: Secret\nstringData:\n  a: hunter2: x\n",
            "apiVersion: v1\nstringData:\n\ta: hunter2\nkind: Secret\n",
            "{\"kind\": \"Secret\", \"data\": {\"a\": \"hunter2\"",
            "kind: SealedSecret\nspec: {template: {data: {a: hunter2}}}\n",
            "kind: &k Secret\ndata:\n a: hunter2\n",
            "kind:Secret\ndata:\n a: hunter2\n",
            "Kind: Secret\ndata:\n a: hunter2\n",
            "stringData:\n  a: hunter2: x\n",
            "kind: List\nitems:\n- kind: A\n- kind: Secret\n  data:\n a: hunter2\n- kind: B\n",
            "kind: List\nitems:\n  - kind: A\n  - kind: Secret\n    data:\n  - hunter2\n",
            "kind: List\nitems:\n- kind: Secret\n  data:\nx: hunter2\nfunctionConfig: {kind: A}\n",
            "kind: Secret\ndata:\n  a: |\n---\nhunter2\n",
            "kind: Policy\nspec:\n  kind: Secret\n  data: {a: hunter2}\n",
            "kind: A\na: b\nkind: Secret\na: hunter2\n",
        ] {
            assert!(hides(text, "hunter2"), "{text}");
        }
    }

    #[test]
    fn what_stands_beside_a_secret_is_shown() {
        for text in [
            "kind: Secret\ndata: {a: b}\n---\nkind: A\nx: shown\n",
            "kind: A\nx: shown\n---\nkind: Secret\n",
            "kind: List\nitems:\n- kind: Secret\n  data:\n    a: b\n- kind: A\n  x: shown\n",
            "kind: List\nitems:\n- kind: Secret\nfunctionConfig:\n  kind: A\n  x: shown\n",
            "a: shown\n",
            "kind: ClusterFacts\nmetadata: {name: x}\nspec: {from: {region: {kind: Secret, path: $.stringData.shown}}}\n",
            "spec:\n  secretName: shown\n  userDataSecret: {name: x}\n",
            "kind: A\nspec:\n  secretRef:\n    key: shown\n",
        ] {
            assert!(!hides(text, "shown"), "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_hidden_in_any_kind() {
        for text in [
            "kind: ConfigMap\ndata:\n  adminPassword: hunter2\n",
            "kind: ConfigMap\ndata: {\"API_KEY\": \"hunter2\"}\n",
            "kind: ConfigMap\ndata:\n  token: |\n    a\n    hunter2\n",
            "kind: ConfigMap\ndata:\n  a: ENC[hunter2]\n",
            "kind: ConfigMap\ndata:\n  a: |\n    -----BEGIN PRIVATE KEY-----\n    hunter2\n",
            "kind: ConfigMap\ndata:\n  url: https://me:hunter2@host/\n",
            "kind: Pod\nspec:\n  env:\n  - name: DB_PASSWORD\n    value: hunter2\n",
            "kind: ConfigMap\ndata:\n  a: AKIAhunter2\n",
        ] {
            assert!(hides(text, "hunter2"), "{text}");
        }
    }
}
