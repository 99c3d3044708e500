//! The table of fields on each kind's page, out of its schema; and proof that examples on pages are right.

use super::super::read::tests::{document, source};
use super::super::validate::validate;
use super::super::{OurKind, Schema, suggest};
use super::{committed, generate};

const START: &str = "<!-- fields: written by `UPDATE=1 cargo test` -->\n";
const END: &str = "<!-- end of fields -->\n";

/// `| field | type | meaning |` of everything under `spec`.
fn table(schema: Schema<'_>) -> String {
    let mut rows = vec![
        "| field | type | meaning |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    let spec = schema.at(&["properties", "spec"]);
    fields(spec, "", &mut rows);
    rows.join("\n") + "\n"
}

fn fields(level: Schema<'_>, path: &str, rows: &mut Vec<String>) {
    let required: Vec<&str> = suggest::required(level).collect();
    for name in suggest::properties(level) {
        let field = level.at(&["properties", name]);
        let path = suggest::join(path, name);
        let must = if required.contains(&name) {
            ", required"
        } else {
            ""
        };
        let text = field.at(&["description"]).prose().unwrap_or_default();
        // `|` ends a cell
        let text = text.replace('|', "\\|");
        rows.push(format!("| `{path}` | {}{must} | {text} |", kind_of(field)));
        inner(field, &path, rows);
    }
}

fn inner(field: Schema<'_>, path: &str, rows: &mut Vec<String>) {
    fields(field, path, rows);
    fields(field.at(&["items"]), &format!("{path}[]"), rows);
    let values = field.at(&["additionalProperties"]);
    if values.is_object() {
        inner(values, &format!("{path}.*"), rows);
    }
}

fn kind_of(field: Schema<'_>) -> String {
    let name = |value: Schema<'_>| value.at(&["type"]).word().unwrap_or_default().to_owned();
    let words: Vec<&str> = suggest::choices(field).collect();
    let range = match (
        field.at(&["minimum"]).number(),
        field.at(&["maximum"]).number(),
    ) {
        (Some(least), Some(most)) if most < super::INT32 => format!(", {least} to {most}"),
        (Some(least), _) if least > 0 => format!(", at least {least}"),
        _ => String::new(),
    };
    match name(field).as_str() {
        _ if !words.is_empty() => format!("`{}`", words.join("`, `")),
        "array" => format!("list of {}", plural(&name(field.at(&["items"])))),
        "object" if suggest::properties(field).next().is_some() => "mapping".to_owned(),
        "object" => match name(field.at(&["additionalProperties"])).as_str() {
            "" => "free mapping".to_owned(),
            values => format!("name to {}", values.replace("object", "mapping")),
        },
        "" => {
            let some = field.at(&["anyOf"]).elements();
            let mut some = some.map(kind_of).collect::<Vec<_>>();
            some.dedup();
            some.join(" or ")
        }
        scalar => format!("{scalar}{range}"),
    }
}

fn plural(kind: &str) -> String {
    match kind {
        "object" => "mappings".to_owned(),
        kind => format!("{kind}s"),
    }
}

#[test]
fn tables_on_pages_are_those_of_the_schemas() {
    for kind in OurKind::ALL {
        let Some(page) = committed::page(kind) else {
            continue;
        };
        let (before, rest) = page.split_once(START).expect("a marker");
        let (_, after) = rest.split_once(END).expect("an end marker");
        let schema = serde_json::to_string_pretty(&generate(kind)).expect("is JSON");
        let table = table(Schema::new(&schema));
        let mut text = format!("{before}{START}{table}{END}{after}");
        if kind == OurKind::GpuPlatform {
            text = with_operators(&text);
        }
        committed::compare(kind, "README.md", &text, &page);
    }
}

/// The page with the table of operators out of the catalogue.
fn with_operators(page: &str) -> String {
    const START: &str = "<!-- operators: written by `UPDATE=1 cargo test` -->\n";
    const END: &str = "<!-- end of operators -->\n";
    let (before, rest) = page.split_once(START).expect("a marker");
    let (_, after) = rest.split_once(END).expect("an end marker");
    let mut table = "| operator | channel | OpenShift | note |\n|---|---|---|---|\n".to_owned();
    for [id, title, channel, versions, note] in crate::operator::catalogue(None) {
        let row = format!("| `{id}` ({title}) | {channel} | {versions} | {note} |\n");
        table.push_str(&row);
    }
    format!("{before}{START}{table}{END}{after}")
}

#[test]
fn examples_are_read_without_a_problem() {
    for kind in OurKind::ALL {
        let mut texts = Vec::from_iter(committed::example(kind));
        let page = committed::page(kind).unwrap_or_default();
        let blocks = page.split("```yaml\n").skip(1);
        let ours = |block: &&str| block.starts_with("apiVersion: gpu-machineset.dev/");
        let blocks = blocks.filter(ours);
        texts.extend(blocks.filter_map(|block| Some(block.split_once("```")?.0.to_owned())));
        assert!(texts.len() > 1, "{kind} has no examples");
        for text in texts {
            let source = source(&text);
            let document = document(&source);
            assert_eq!(document.kind, kind.name());
            let node = document.node().expect("is YAML");
            let problems = validate(&document, &node, Schema::of(kind));
            assert_eq!(problems, [], "{text}");
        }
    }
}
