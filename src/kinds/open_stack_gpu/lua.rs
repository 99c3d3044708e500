//! Health checks in Lua, as far as what they call Degraded can be told from their words.

/// Whether a text has a string, in quotes of either sort.
pub(super) fn names(text: &str, word: &str) -> bool {
    ["\"", "'"]
        .iter()
        .any(|quote| text.contains(&format!("{quote}{word}{quote}")))
}

/// Whether it answers Degraded where nothing but `Ready` is asked for, and is `False`. One that asks for a reason or a
/// severity too knows more.
pub(super) fn degrades_on_ready(text: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    // the condition that is being read
    let mut asked: Option<String> = None;
    let lines = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    for word in lines.flat_map(words) {
        match (word.as_str(), &mut asked) {
            ("then", Some(condition)) => {
                open.push(std::mem::take(condition));
                asked = None;
            }
            (word, Some(condition)) => condition.push_str(word),
            ("if", None) => asked = Some(String::new()),
            ("elseif", None) => {
                open.pop();
                asked = Some(String::new());
            }
            ("else", None) => {
                let before = open.pop().unwrap_or_default();
                open.push(before.replace("True", "False"));
            }
            ("do" | "function" | "repeat", None) => open.push(String::new()),
            ("end" | "until", None) => {
                open.pop();
            }
            (word, None) if names(word, "Degraded") && is_ready_alone(&open.concat()) => {
                return true;
            }
            _ => {}
        }
    }
    false
}

fn is_ready_alone(conditions: &str) -> bool {
    let knows_more = ["reason", "severity"]
        .iter()
        .any(|field| conditions.contains(field));
    let is_not = conditions.contains("~=\"True\"") || conditions.contains("~='True'");
    names(conditions, "Ready") && (is_not || names(conditions, "False")) && !knows_more
}

/// Words, strings with their quotes, and all else sign by sign.
fn words(line: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let (mut quote, mut is_word) = (None, false);
    for c in line.chars() {
        let of_word = c.is_alphanumeric() || c == '_' || c == '.';
        match all.last_mut() {
            Some(last) if quote.is_some() => last.push(c),
            Some(last) if is_word && of_word => last.push(c),
            _ if c.is_whitespace() => {}
            _ => all.push(c.to_string()),
        }
        if quote == Some(c) {
            quote = None;
            is_word = false;
        } else if quote.is_none() {
            if c == '"' || c == '\'' {
                quote = Some(c);
            }
            is_word = of_word;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_degraded_while_it_is_set_up_is_told() {
        for text in [
            include_str!("../../../deploy/health/OpenStack.lua"),
            include_str!("../../../deploy/health/OpenStackControlPlane.lua"),
            include_str!("../../../deploy/health/OpenStackDataPlaneNodeSet.lua"),
            include_str!("../../../deploy/health/OpenStackDataPlaneDeployment.lua"),
            include_str!("../../../deploy/health/NodeNetworkConfigurationPolicy.lua"),
        ] {
            assert!(!degrades_on_ready(text), "{text}");
        }
        for (text, expected) in [
            (
                "for i, c in ipairs(s) do\n  if c.type == \"Ready\" and c.status == \"False\" then -- no\n    hs.status = \"Degraded\"\n  end\nend",
                true,
            ),
            (
                "if c.type == 'Ready' then if c.status ~= 'True' then return {status = 'Degraded'} end end",
                true,
            ),
            (
                "if c.type == \"Ready\" then\n if c.status == \"True\" then hs.status = \"Healthy\" else hs.status = \"Degraded\" end\nend",
                true,
            ),
            (
                "if c.type == \"Ready\" and c.status == \"False\" and c.severity == \"Error\" then hs.status = \"Degraded\" end",
                false,
            ),
            (
                "if c.type == \"Ready\" and c.status == \"False\" then hs.status = \"Progressing\" end\nif c.reason == \"x\" then hs.status = \"Degraded\" end",
                false,
            ),
            (
                "if c.type == \"Degraded\" and c.status == \"True\" then x = \"Ready\" end",
                false,
            ),
            ("-- \"Ready\" \"False\" \"Degraded\"", false),
        ] {
            assert_eq!(degrades_on_ready(text), expected, "{text}");
        }
    }
}
