//! Kernel arguments of a NodeSet of the input: those of all nodes and those of single ones, where they stand.

use crate::krm::complete::{CannotComplete, Edits};
use crate::krm::draft::Draft;
use crate::krm::{Document, Node, complete, words};
use crate::problem::Problem;
use crate::problem::rules::openstack_gpu as rule;

use super::made_node_set::{ARGUMENTS, kernel_arguments};
use super::node_set::{Added, KIND, NodeSet};
use super::{kernel_args, of_nodes};

/// Variables of Ansible of all nodes, in a NodeSet.
pub(super) const VARS: [&str; 4] = ["spec", "nodeTemplate", "ansible", "ansibleVars"];

impl NodeSet<'_, '_> {
    /// Kernel arguments, of all nodes and of those that have their own.
    pub(super) fn arguments(&self, draft: &mut Draft) -> Result<Vec<Added>, Vec<Problem>> {
        let wanted = kernel_arguments(self.cloud, self.plane);
        let paths = self.argument_places(&wanted)?;
        let document = draft.document();
        let failed = |path: &[&str], why| {
            let field = format!("{}.{ARGUMENTS}", path.join("."));
            self.by_hand(&field, why, &wanted.join(" "))
        };
        let root = (document.node()).map_err(|_| vec![failed(&VARS, CannotComplete::Alias)])?;
        let mut changes = Vec::new();
        let mut wrong = Vec::new();
        for path in &paths {
            match self.arguments_at(&document, &root, path, &wanted) {
                Ok(Some(change)) => changes.push((path, change)),
                Ok(None) => {}
                Err(Failed::Conflicts(more)) => wrong.extend(more),
                Err(Failed::Layout(why)) => wrong.push(failed(path, why)),
            }
        }
        // hundreds of nodes may have arguments of their own: all of them are read back at once
        let together = |changes: &[(&Vec<&str>, Change)]| {
            let mut after = root.clone();
            let mut edits = Edits::new();
            for (path, change) in changes {
                after.make(path).set(ARGUMENTS, change.text.as_str());
                edits.extend(change.edits.iter().cloned());
            }
            complete::checked(&document, edits, &after)
        };
        let edits = together(&changes).map_err(|why| {
            let alone = |one: &[(&Vec<&str>, Change)]| {
                let (path, _) = one.first()?;
                Some(failed(path, together(one).err()?))
            };
            let mut all: Vec<Problem> = changes.chunks(1).filter_map(alone).collect();
            if all.is_empty() {
                all.push(failed(&VARS, why));
            }
            all
        });
        match edits {
            Ok(edits) if wrong.is_empty() => {
                let added = told(&changes);
                draft.apply(edits);
                Ok(added)
            }
            Ok(_) => Err(wrong),
            Err(more) => {
                wrong.extend(more);
                Err(wrong)
            }
        }
    }

    /// Maps of variables that arguments stand in, or come into.
    fn argument_places(&self, wanted: &[String]) -> Result<Vec<Vec<&str>>, Vec<Problem>> {
        let nodes = self.root.at(&["spec", "nodes"]);
        let mut paths: Vec<Vec<&str>> = vec![VARS.to_vec()];
        for entry in nodes.map_or(&[][..], Node::entries) {
            let path = ["ansible", "ansibleVars"];
            if entry
                .value
                .at(&[&path[..], &[ARGUMENTS]].concat())
                .is_some()
            {
                paths.push(vec!["spec", "nodes", &entry.key, path[0], path[1]]);
            }
        }
        if self.root.at(&[&VARS[..], &[ARGUMENTS]].concat()).is_none()
            && let Some(found) = self.arguments_from(wanted)
        {
            found?;
            paths.remove(0);
        }
        Ok(paths)
    }

    /// Arguments out of a ConfigMap: one in the input is looked at, and is not ours to complete.
    fn arguments_from(&self, wanted: &[String]) -> Option<Result<(), Vec<Problem>>> {
        let from = ["spec", "nodeTemplate", "ansible", "ansibleVarsFrom"];
        let list = self.root.at(&from).map_or(&[][..], Node::items);
        for source in list {
            let Some(name) = source.str_at(&["configMapRef", "name"]) else {
                continue;
            };
            let prefix = source.str_at(&["prefix"]).unwrap_or_default();
            let Some(key) = ARGUMENTS.strip_prefix(prefix) else {
                continue;
            };
            let mut maps = self.cloud.given_here("", "ConfigMap");
            let Some((_, map)) = maps.find(|(_, map)| map.name == name) else {
                let message = format!(
                    "kernel arguments of {KIND} `{}` may stand in the ConfigMap `{name}`, which is not in the input",
                    self.document.name
                );
                let place = self.place(&from.join("."));
                return Some(Err(vec![
                    Problem::new(&rule::KERNEL_ARGS, place, message)
                        .help("put the ConfigMap into the input")
                        .help(format!(
                            "or write the arguments into the {KIND}, where they go before it: `ansibleVars: {{{ARGUMENTS}: TEXT}}`"
                        )),
                ]));
            };
            let Ok(root) = map.node() else { continue };
            let Some(there) = root.str_at(&["data", key]) else {
                continue;
            };
            let path = format!("data.{key}");
            let place = crate::api::place(map, &root, &path);
            return Some(match kernel_args::merged(there, wanted) {
                Err(conflicts) => Err(of_nodes::arguments(&place, &conflicts)),
                Ok(merged) if merged == there.trim_end() => Ok(()),
                Ok(merged) => {
                    let message =
                        format!("ConfigMap `{name}` lacks kernel arguments that GPUs need");
                    let problem = Problem::new(&rule::KERNEL_ARGS, place, message);
                    Err(vec![
                        problem.help(format!("it has to say `{key}: {merged}`")),
                    ])
                }
            });
        }
        None
    }

    fn arguments_at(
        &self,
        document: &Document<'_>,
        root: &Node,
        path: &[&str],
        wanted: &[String],
    ) -> Result<Option<Change>, Failed> {
        let field = format!("{}.{ARGUMENTS}", path.join("."));
        let parent = root.at(path);
        let entry = parent.and_then(|parent| parent.entry(ARGUMENTS));
        let text = entry.filter(|entry| !entry.value.is_null());
        let text = text.map(|entry| entry.value.text().ok_or(CannotComplete::Scalar));
        let text = text.transpose()?.unwrap_or_default();
        let merged = kernel_args::merged(text, wanted).map_err(|conflicts| {
            Failed::Conflicts(of_nodes::arguments(&self.place(&field), &conflicts))
        })?;
        let after: Vec<&str> = merged.split_whitespace().collect();
        let before: Vec<&str> = text.split_whitespace().collect();
        if after == before {
            return Ok(None);
        }
        let (edits, text) = if before.is_empty() {
            let value = Node::from(merged.as_str());
            let edits = complete::set_edits(document, root, path, ARGUMENTS, &value)?;
            (edits, merged.clone())
        } else {
            words::rewrite(document, root, &[path, &[ARGUMENTS]].concat(), &after)?
        };
        let new = after.iter().filter(|word| !before.contains(word));
        let new: Vec<&str> = new.copied().collect();
        let new = new.join(" ");
        Ok(Some(Change { edits, text, new }))
    }
}

/// What comes into one text.
struct Change {
    edits: Edits,
    /// What it says then.
    text: String,
    /// The words that came.
    new: String,
}

/// Each place with what came there; of many where the same came, the first and their number.
fn told(changes: &[(&Vec<&str>, Change)]) -> Vec<Added> {
    const MANY: usize = 5;
    let mut added: Vec<Added> = Vec::new();
    let count = |new: &str| changes.iter().filter(|(_, one)| one.new == new).count();
    let mut told: Vec<&str> = Vec::new();
    for (path, Change { new, .. }) in changes {
        if told.contains(&new.as_str()) {
            continue;
        }
        let field = format!("`{}.{ARGUMENTS}`", path.join("."));
        let places = count(new);
        if places < MANY {
            added.push(Added::at(&field, new));
        } else {
            told.push(new);
            let others = format!("{field} and {} others", places - 1);
            added.push(Added {
                places,
                ..Added::at(&others, new)
            });
        }
    }
    added
}

enum Failed {
    Conflicts(Vec<Problem>),
    Layout(CannotComplete),
}

impl From<CannotComplete> for Failed {
    fn from(why: CannotComplete) -> Self {
        Self::Layout(why)
    }
}
