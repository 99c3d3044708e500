//! Settings in a file of oslo.config, merged line by line: what is there stays byte for byte, and nothing is overwritten.

use std::collections::BTreeMap;

use serde_json::Value;

/// A setting that has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) section: &'static str,
    pub(super) option: &'static str,
    pub(super) value: String,
    pub(super) how: How,
}

/// How an option takes values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// One boolean.
    Bool,
    /// One value.
    Once,
    /// JSON, as often as there are names.
    Named,
    /// JSON, as often as there are values.
    Many,
}

/// Text to come in at a place of the text that is there.
pub(super) type Insertion = (usize, String);

/// A setting that is there with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    pub(super) wanted: Setting,
    /// The value that is there.
    pub(super) there: String,
}

/// What has to come in, each at the end of a line, sorted by place.
pub(super) fn missing(text: &str, wanted: &[Setting]) -> Result<Vec<Insertion>, Vec<Conflict>> {
    let lines = Lines::read(text);
    let (mut conflicts, mut lacking) = (Vec::new(), Vec::new());
    for setting in wanted {
        match lines.has(setting) {
            Has::It => {}
            Has::Another(there) => conflicts.push(Conflict {
                wanted: setting.clone(),
                there,
            }),
            Has::Nothing => lacking.push(setting),
        }
    }
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut insertions: BTreeMap<usize, String> = BTreeMap::new();
    let mut added: Vec<&str> = Vec::new();
    // settings of sections that are there come before new sections, which may follow the same line
    let (known, new): (Vec<&Setting>, Vec<&Setting>) =
        (lacking.into_iter()).partition(|setting| lines.end_of(setting.section).is_some());
    for setting in known.into_iter().chain(new) {
        let end = lines.end_of(setting.section);
        let line = format!("{} = {}", setting.option, setting.value);
        let into = insertions.entry(end.unwrap_or(lines.end)).or_default();
        if end.is_none() && !added.contains(&setting.section) {
            added.push(setting.section);
            into.extend([newline, "[", setting.section, "]"]);
        }
        into.push_str(newline);
        into.push_str(&line);
    }
    let mut insertions: Vec<Insertion> = insertions.into_iter().collect();
    // into nothing: no line stands before
    if text.trim().is_empty()
        && let Some((_, first)) = insertions.first_mut()
    {
        *first = format!("{}{newline}", first.trim_start_matches(['\r', '\n']));
    }
    Ok(insertions)
}

/// The text with all settings.
pub(super) fn merged(text: &str, wanted: &[Setting]) -> Result<String, Vec<Conflict>> {
    let mut out = text.to_owned();
    for (at, new) in missing(text, wanted)?.into_iter().rev() {
        out.insert_str(at, &new);
    }
    Ok(out)
}

/// All values of an option, wherever sections of that name stand.
pub(super) fn values(text: &str, section: &str, option: &str) -> Vec<String> {
    Lines::read(text).values(section, option)
}

/// Whether an option is there.
enum Has {
    It,
    Another(String),
    Nothing,
}

/// A text, read.
#[derive(Default)]
struct Lines {
    /// Section, option and value of each setting, in their order.
    settings: Vec<(String, String, String)>,
    /// First section of each name, and where its last line that says something ends.
    sections: Vec<(String, usize)>,
    /// End of the last line that is not blank.
    end: usize,
}

impl Lines {
    fn read(text: &str) -> Self {
        let mut read = Self::default();
        let (mut at, mut section, mut is_first) = (0, String::new(), false);
        let mut continues = false;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches(['\r', '\n']);
            let end = at + content.len();
            at += line.len();
            let said = content.trim();
            if said.is_empty() {
                continues = false;
                continue;
            }
            read.end = end;
            // oslo_config/iniparser.py: at the margin a comment ends a value, further in it is a part of it
            let is_margin = !content.starts_with([' ', '\t']);
            continues &= !is_margin;
            let is_comment = said.starts_with(['#', ';']) && !continues;
            if is_comment && is_margin {
                continue;
            }
            if let Some(name) = said
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                && is_margin
            {
                name.clone_into(&mut section);
                is_first = !read.sections.iter().any(|(known, _)| *known == section);
                if is_first {
                    read.sections.push((section.clone(), end));
                }
                continue;
            }
            if is_first && let Some((_, last)) = read.sections.last_mut() {
                *last = end;
            }
            // a value before it would take it for its own
            if is_comment {
                continue;
            }
            if continues {
                if let Some((_, _, value)) = read.settings.last_mut() {
                    value.push('\n');
                    value.push_str(said);
                }
                continue;
            }
            let cut = said.find(['=', ':']).unwrap_or(said.len());
            let (option, value) = said.split_at(cut);
            let value = value.get(1..).unwrap_or("").trim();
            let option = option.trim().to_owned();
            (read.settings).push((section.clone(), option, value.to_owned()));
            continues = true;
        }
        read
    }

    fn end_of(&self, section: &str) -> Option<usize> {
        let mut sections = self.sections.iter();
        sections
            .find(|(name, _)| name == section)
            .map(|(_, end)| *end)
    }

    fn values(&self, section: &str, option: &str) -> Vec<String> {
        let of_it = |(in_section, name, _): &&(String, String, String)| {
            in_section == section && name == option
        };
        let found = self.settings.iter().filter(of_it);
        found.map(|(_, _, value)| value.clone()).collect()
    }

    fn has(&self, setting: &Setting) -> Has {
        let there = self.values(setting.section, setting.option);
        let json = |text: &str| serde_json::from_str(text).ok().map(in_small_letters);
        let wanted = json(&setting.value);
        match setting.how {
            // the last one counts
            How::Bool | How::Once => match there.last() {
                None => Has::Nothing,
                Some(value) if same(setting, value) => Has::It,
                Some(value) => Has::Another(value.clone()),
            },
            How::Many if there.iter().any(|value| json(value) == wanted) => Has::It,
            How::Many => Has::Nothing,
            How::Named => {
                let name = |value: &Value| value.get("name").cloned();
                let is_called = |value: &&String| {
                    json(value).is_some_and(|one| Some(name(&one)) == wanted.as_ref().map(name))
                };
                match there.iter().find(is_called) {
                    None => Has::Nothing,
                    Some(value) if json(value) == wanted => Has::It,
                    Some(value) => Has::Another(value.clone()),
                }
            }
        }
    }
}

/// Whether a value says the same.
fn same(setting: &Setting, value: &str) -> bool {
    if setting.how == How::Once {
        return setting.value == value;
    }
    truth(&setting.value).is_some() && truth(&setting.value) == truth(value)
}

/// A card or an alias as Nova compares it: ids are numbers to it, however their letters are written (nova/pci/request.py,
/// nova/pci/devspec.py).
pub(super) fn in_small_letters(mut card: Value) -> Value {
    for key in ["vendor_id", "product_id"] {
        if let Some(Value::String(id)) = card.get_mut(key) {
            id.make_ascii_lowercase();
        }
    }
    card
}

/// oslo_config/types.py, Boolean.
pub(super) fn truth(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Some(true),
        "false" | "0" | "off" | "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALIAS: &str = r#"{"name": "nvidia", "vendor_id": "10de", "product_id": "27b8"}"#;

    fn wanted() -> Vec<Setting> {
        vec![
            Setting {
                section: "filter_scheduler",
                option: "pci_in_placement",
                value: "True".to_owned(),
                how: How::Bool,
            },
            Setting {
                section: "pci",
                option: "alias",
                value: ALIAS.to_owned(),
                how: How::Named,
            },
        ]
    }

    #[test]
    fn nothing_becomes_all_of_it() {
        let all = format!("[filter_scheduler]\npci_in_placement = True\n[pci]\nalias = {ALIAS}\n");
        for nothing in ["", "\n", "  \n\n"] {
            let made = merged(nothing, &wanted()).unwrap();
            assert_eq!(made.trim_end(), all.trim_end(), "{nothing:?}");
        }
        assert_eq!(merged("", &wanted()).unwrap(), all);
        assert_eq!(merged(&all, &wanted()).unwrap(), all);
    }

    #[test]
    fn lines_come_where_their_section_ends() {
        let text = "# mine\n[pci]\nalias = {\"name\": \"a\"}\n  \n# about quota\n[quota]\ncores = {{ .Cores }}";
        let made = merged(text, &wanted()).unwrap();
        let expected = format!(
            "# mine\n[pci]\nalias = {{\"name\": \"a\"}}\nalias = {ALIAS}\n  \n# about quota\n[quota]\ncores = {{{{ .Cores }}}}\n[filter_scheduler]\npci_in_placement = True"
        );
        assert_eq!(made, expected);
    }

    #[test]
    fn what_says_the_same_is_left_and_what_does_not_is_told() {
        let same = "[pci]\nalias: {\n  \"product_id\":\"27b8\", \"vendor_id\":\"10de\",\n  \"name\":\"nvidia\"}\n[filter_scheduler]\npci_in_placement = yes\n";
        assert_eq!(merged(same, &wanted()).unwrap(), same);
        let other = "[pci]\nalias = {\"name\": \"nvidia\", \"product_id\": \"1eb8\"}\n[filter_scheduler]\npci_in_placement = False\n";
        let conflicts = merged(other, &wanted()).unwrap_err();
        let there: Vec<&str> = conflicts.iter().map(|one| one.there.as_str()).collect();
        assert_eq!(
            there,
            ["False", "{\"name\": \"nvidia\", \"product_id\": \"1eb8\"}"]
        );
    }

    #[test]
    fn ids_are_the_same_in_capital_letters() {
        let text = "[pci]\nalias = {\"name\": \"nvidia\", \"vendor_id\": \"10DE\", \"product_id\": \"27B8\"}\n[filter_scheduler]\npci_in_placement = 1\n";
        assert_eq!(merged(text, &wanted()).unwrap(), text);
        let name = text.replace("\"nvidia\"", "\"NVIDIA\"");
        assert_ne!(merged(&name, &wanted()).unwrap(), name);
    }

    #[test]
    fn an_option_of_a_second_section_of_the_name_counts() {
        let text = "[pci]\nx = 1\n[other]\n[pci]\nalias = {\"name\": \"nvidia\", \"vendor_id\": \"10de\", \"product_id\": \"27b8\"}\n[filter_scheduler]\npci_in_placement = 1\n";
        assert_eq!(merged(text, &wanted()).unwrap(), text);
    }

    proptest! {
        #[test]
        fn every_line_stays_in_its_order_and_twice_is_once(
            lines in prop::collection::vec(
                prop_oneof![
                    Just(String::new()), Just("# note".to_owned()), Just("  ; note".to_owned()), Just("[pci]".to_owned()),
                    Just("[filter_scheduler]".to_owned()), Just("[DEFAULT]".to_owned()),
                    Just("debug = {{ .Debug }}".to_owned()), Just("alias = {\"name\": \"a\"}".to_owned()),
                    Just("x = 1".to_owned()), Just("  more".to_owned()), Just("pci_in_placement=true".to_owned()),
                ],
                0..12,
            ),
            crlf in any::<bool>(),
            ends in any::<bool>(),
        ) {
            let newline = if crlf { "\r\n" } else { "\n" };
            let mut text = lines.join(newline);
            if ends && !text.is_empty() { text.push_str(newline); }
            // a line that is continued says something else
            prop_assume!(!text.contains("=true\n  ") && !text.contains("=true\r\n  "));
            let made = merged(&text, &wanted()).unwrap();
            let insertions = missing(&text, &wanted()).unwrap();
            // what is left without what came in is the text
            let mut left = made.clone();
            for (at, new) in &insertions {
                left.replace_range(*at..at + new.len(), "");
            }
            prop_assert_eq!(&left, &text);
            if text.contains('\n') { prop_assert_eq!(made.contains("\r\n"), text.contains("\r\n")); }
            prop_assert_eq!(merged(&made, &wanted()).unwrap(), made.clone());
            for setting in wanted() {
                let found = values(&made, setting.section, setting.option);
                prop_assert!(!found.is_empty());
            }
        }
    }
}
