//! An OpenStackControlPlane of the input gets what Nova has to know of the GPUs; all else of it stays byte for byte.

use crate::krm::complete::CannotComplete;
use crate::krm::draft::Draft;
use crate::krm::{Document, Node, complete, embedded};
use crate::plan::Plan;
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::rules::platform::CANNOT_COMPLETE_OPERAND;
use crate::problem::{Place, Problem, Problems};

use super::cloud::Cloud;
use super::control_plane::conflict;
use super::images;
use super::ini;
use super::needs;
use super::nova::{self, CONFIG};
use super::objects::CORE;
use super::sections::Plane;

const KIND: &str = "OpenStackControlPlane";

/// A control plane of somebody else's.
#[derive(Clone, Copy)]
pub(super) struct Theirs<'a> {
    pub(super) id: (usize, usize),
    pub(super) document: &'a Document<'a>,
}

/// That of the namespace; a second one is a problem.
pub(super) fn find<'a>(cloud: &Cloud<'a>, problems: &mut Problems) -> Option<Theirs<'a>> {
    let mut all = cloud.given_here(CORE, KIND);
    let (id, document) = all.next()?;
    for (_, other) in all {
        let message = format!(
            "namespace `{}` has a second {KIND}, `{}`",
            cloud.namespace, other.name
        );
        let place = other.place(other.range.start..other.range.start, "metadata.name");
        let problem = Problem::new(&rule::ONE_CONTROL_PLANE, place, message);
        problems.push(
            problem
                .fact(format!("the first is `{}` at {}", document.name, whole(document)))
                .help("the operator takes one in a namespace: remove one of them, or move it to a namespace of its own"),
        );
    }
    if document.is_live() && document.name != cloud.name() {
        let message = format!(
            "namespace `{}` has the {KIND} `{}` already",
            cloud.namespace, document.name
        );
        let problem = Problem::new(&rule::ONE_CONTROL_PLANE, whole(document), message);
        problems.push(problem.help("to complete it, put its manifest into the input, as it stands in Git, instead of the dump").help(
            format!("to take it over, write `controlPlane: {{name: {}}}`", document.name),
        ));
    }
    (!document.is_live()).then_some(Theirs { id, document })
}

fn whole(document: &Document<'_>) -> Place {
    document.place(document.range.start..document.range.start, "")
}

/// Says what is wrong with its services, by the rules for those of a control plane that is made.
pub(super) fn judge(cloud: &Cloud<'_>, theirs: Theirs<'_>, problems: &mut Problems) {
    // what cannot be read is said where it is completed
    let Ok(root) = theirs.document.node() else {
        return;
    };
    let Some(spec) = root.get("spec") else { return };
    let plane = Plane {
        spec,
        theirs: Some((theirs.document, &root)),
    };
    needs::check(cloud, &plane, problems);
    images::check(cloud, &plane, problems);
}

/// Adds to it what it lacks.
pub(super) fn complete(
    cloud: &Cloud<'_>,
    theirs: Theirs<'_>,
    plan: &mut Plan,
    problems: &mut Problems,
) {
    let Some(root) = problems.take(theirs.document.node()) else {
        return;
    };
    let template: Vec<&str> = ["spec"].into_iter().chain(nova::TEMPLATE).collect();
    let cells = root
        .at(&template)
        .and_then(|template| template.get("cellTemplates"));
    let cells: Vec<String> = cells
        .map_or(&[][..], Node::entries)
        .iter()
        .map(|entry| entry.key.clone())
        .collect();
    if cells.is_empty() {
        let message = format!(
            "{KIND} `{}` says nothing of its cells, whose conductors have to know that Placement counts GPUs",
            theirs.document.name
        );
        let place = crate::api::place(theirs.document, &root, &template.join("."));
        let problem = Problem::new(&rule::CELLS_UNKNOWN, place, message);
        problems.push(problem.help("take over `cellTemplates` with `cell0` and `cell1` from what `oc get openstackcontrolplane -o yaml` shows"));
        return;
    }
    let mut draft = Draft::of(theirs.document);
    let (mut added, mut is_whole): (Vec<String>, bool) = (Vec::new(), true);
    for part in nova::parts(cloud, cells.iter().map(String::as_str)) {
        let own = part.path.iter().map(String::as_str);
        let path: Vec<&str> = template.iter().copied().chain(own).collect();
        match step(&mut draft, &path, &part.settings) {
            Ok(lines) => {
                let field = format!("{}.{CONFIG}", path.join("."));
                added.extend(lines.map(|lines| format!("at `{field}`: {lines}")));
            }
            Err(Failed::Conflicts(conflicts)) => {
                is_whole = false;
                let field = format!("{}.{CONFIG}", path.join("."));
                let place = crate::api::place(theirs.document, &root, &field);
                problems.extend(conflicts.iter().map(|one| conflict(place.clone(), one)));
            }
            Err(Failed::Layout(why)) => {
                is_whole = false;
                let field = format!("{}.{CONFIG}", path.join("."));
                problems.push(by_hand(theirs.document, &root, &field, &part.settings, why));
            }
        }
    }
    // after an error nothing is written
    if added.is_empty() || !is_whole {
        return;
    }
    let (name, count) = (&theirs.document.name, added.len());
    let message = format!(
        "{KIND} `{name}` is completed at {count} places with what Nova has to know of the GPUs"
    );
    let problem = Problem::new(&rule::COMPLETED, whole(theirs.document), message);
    problems.push(added.into_iter().fold(problem, Problem::fact));
    plan.edits.push((theirs.id, draft.edits()));
}

enum Failed {
    Conflicts(Vec<ini::Conflict>),
    Layout(CannotComplete),
}

/// Completes one service template. Gives what came in.
fn step(
    draft: &mut Draft,
    path: &[&str],
    settings: &[ini::Setting],
) -> Result<Option<String>, Failed> {
    let layout = Failed::Layout;
    let document = draft.document();
    let root = document.node().map_err(|_| layout(CannotComplete::Alias))?;
    let at: Vec<&str> = path.iter().copied().chain([CONFIG]).collect();
    let there = root.at(&at);
    let text = there
        .filter(|there| !there.is_null())
        .map(|there| there.text().ok_or(layout(CannotComplete::Scalar)));
    let text = text.transpose()?.unwrap_or_default();
    let missing = ini::missing(text, settings).map_err(Failed::Conflicts)?;
    if missing.is_empty() {
        return Ok(None);
    }
    let said = missing
        .iter()
        .map(|(_, text)| text.trim().replace(['\r', '\n'], " "));
    let said: Vec<String> = said.collect();
    let edits = if text.trim().is_empty() {
        let whole = ini::merged("", settings).map_err(Failed::Conflicts)?;
        complete::set_entry(&document, &root, path, CONFIG, &whole.into())
    } else {
        embedded::insert(&document, &root, &at, &missing)
    };
    draft.apply(edits.map_err(layout)?);
    Ok(Some(said.join(" ")))
}

fn by_hand(
    document: &Document<'_>,
    root: &Node,
    field: &str,
    settings: &[ini::Setting],
    why: CannotComplete,
) -> Problem {
    let message = format!("{KIND} `{}` cannot be completed: {why}", document.name);
    let place = crate::api::place(document, root, field);
    let text = ini::merged("", settings).unwrap_or_default();
    Problem::new(&CANNOT_COMPLETE_OPERAND, place, message).help(format!(
        "add by hand, in the text of `{field}`:\n{}",
        text.trim_end()
    ))
}

#[cfg(test)]
mod tests {
    use super::super::ini::{How, Setting};
    use super::*;
    use crate::krm::{Source, amend};

    const SETTINGS: [(&str, &str, How); 2] = [
        ("True", "pci_in_placement", How::Bool),
        ("{\"name\": \"a\"}", "alias", How::Named),
    ];

    fn completed(text: &str) -> String {
        let settings = SETTINGS.map(|(value, option, how)| Setting {
            section: if how == How::Bool {
                "filter_scheduler"
            } else {
                "pci"
            },
            option,
            value: value.to_owned(),
            how,
        });
        let source = Source::new("x", text);
        let document = Document::whole(&source);
        let mut draft = Draft::of(&document);
        let done = step(&mut draft, &["spec", "nova"], &settings);
        assert!(done.is_ok(), "{text}");
        amend::apply(text, draft.edits())
    }

    #[test]
    fn every_style_of_a_text_keeps_what_it_says() {
        let lines = "[filter_scheduler]\\npci_in_placement = True\\n[pci]\\nalias = {\\\"name\\\": \\\"a\\\"}";
        for (text, expected) in [
            // a block keeps its comments, its order and its indentation
            (
                "spec:\n  nova: # mine\n      customServiceConfig: | # why\n          # about\n          [pci]\n          x = {{ .Y }}\n\n  other: 1\n",
                "spec:\n  nova: # mine\n      customServiceConfig: | # why\n          # about\n          [pci]\n          x = {{ .Y }}\n          alias = {\"name\": \"a\"}\n          [filter_scheduler]\n          pci_in_placement = True\n\n  other: 1\n".to_owned(),
            ),
            (
                "spec: {nova: {customServiceConfig: \"[DEFAULT]\\nx = 1\"}} # flow\n",
                format!("spec: {{nova: {{customServiceConfig: \"[DEFAULT]\\nx = 1\\n{lines}\"}}}} # flow\n"),
            ),
            (
                "spec:\r\n  nova:\r\n    customServiceConfig: |-\r\n      [pci]\r\n      x = 1\r\n    z: 1\r\n",
                "spec:\r\n  nova:\r\n    customServiceConfig: |-\r\n      [pci]\r\n      x = 1\r\n      alias = {\"name\": \"a\"}\r\n      [filter_scheduler]\r\n      pci_in_placement = True\r\n    z: 1\r\n".to_owned(),
            ),
        ] {
            let made = completed(text);
            assert_eq!(made, expected);
            assert_eq!(completed(&made), made, "twice is once");
        }
    }

    #[test]
    fn a_text_that_is_not_there_is_made() {
        for text in [
            "spec:\n  nova:\n    replicas: 1 # one\n  other: 1\n",
            "spec:\n  other: 1\n",
            "spec:\n  nova:\n    customServiceConfig: \"\"\n",
            "spec:\n  nova:\n    customServiceConfig:\n  other: 1\n",
            "spec: {nova: {replicas: 1}}\n",
            "spec: {nova: {customServiceConfig: \"\"}} # mine\n",
            "spec: {nova: {customServiceConfig: , replicas: 1}} # mine\n",
            "{\"spec\":{\"nova\":{\"customServiceConfig\":\"\"}}}\n",
            "spec:\r\n  nova:\r\n    customServiceConfig: '' # mine\r\n    replicas: 1\r\n",
            "spec:\n  nova:\n    customServiceConfig: ~ # mine",
            "spec:\n  nova: {customServiceConfig: null} # mine\n",
        ] {
            let made = completed(text);
            let source = Source::new("x", made.as_str());
            let node = Document::whole(&source).node().unwrap();
            let said = node.str_at(&["spec", "nova", CONFIG]).unwrap();
            assert!(
                said.starts_with("[filter_scheduler]\npci_in_placement = True\n[pci]\n"),
                "{made}"
            );
            assert_eq!(completed(&made), made);
            assert_eq!(made.contains("# mine"), text.contains("# mine"), "{made}");
            assert_eq!(made.contains("\r\n"), text.contains("\r\n"), "{made}");
        }
    }
}
