//! kubectl's spelling of paths.

use std::borrow::Cow;

use super::PathError;
use super::steps::is_member_name;

/// kubectl's forms to RFC 9535; the RFC's own pass as they are.
pub(super) fn translate(text: &str) -> Result<Cow<'_, str>, PathError> {
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').ok_or(PathError::Template)?.trim(),
        None => text,
    };
    let braces = inner.len() != text.len();
    if inner.is_empty() {
        return Err(PathError::Empty);
    }
    if braces && (inner.starts_with("range") || inner.contains('}')) {
        return Err(PathError::Template);
    }
    if !braces && inner.starts_with('$') {
        return Ok(inner.into());
    }
    let rest = inner.strip_prefix('$').unwrap_or(inner);
    if !rest.starts_with(['.', '[']) {
        return Err(PathError::Syntax(
            "it starts with neither `$` nor `.`".into(),
        ));
    }
    Ok(format!("${}", bracketed(rest)).into())
}

/// Names that kubectl allows after a dot and the RFC does not (`my-key`, `a\.b`) go into brackets.
fn bracketed(rest: &str) -> String {
    let mut out = String::new();
    let mut chars = rest.chars().peekable();
    let mut depth = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c != '.' || depth > 0 || matches!(chars.peek(), Some('.' | '[' | '*') | None) {
            out.push(c);
            continue;
        }
        let mut name = String::new();
        while let Some(next) = chars.next_if(|next| !matches!(next, '.' | '[')) {
            match next {
                '\\' => name.extend(chars.next()),
                next => name.push(next),
            }
        }
        // a name after `..` keeps the two dots
        let descends = out.ends_with('.');
        if is_member_name(&name) {
            out.push('.');
            out.push_str(&name);
        } else {
            if descends {
                out.push('.');
            }
            let name = name.replace('\\', "\\\\").replace('\'', "\\'");
            out.extend(["['", &name, "']"]);
        }
    }
    out
}
