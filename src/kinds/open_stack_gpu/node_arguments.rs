//! Kernel arguments of a NodeSet of the input: those of all nodes and those of single ones, where they stand.

use crate::krm::complete::CannotComplete;
use crate::krm::draft::Draft;
use crate::krm::{Node, amend, complete, words};
use crate::problem::Problem;
use crate::problem::rules::openstack_gpu as rule;

use super::made_node_set::{ARGUMENTS, kernel_arguments};
use super::node_set::{KIND, NodeSet};
use super::{kernel_args, of_nodes};

/// Variables of Ansible of all nodes, in a NodeSet.
pub(super) const VARS: [&str; 4] = ["spec", "nodeTemplate", "ansible", "ansibleVars"];

impl NodeSet<'_, '_> {
    /// Kernel arguments, of all nodes and of those that have their own.
    pub(super) fn arguments(&self, draft: &mut Draft) -> Result<Vec<String>, Vec<Problem>> {
        let wanted = kernel_arguments(self.cloud, self.plane);
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
            && let Some(found) = self.arguments_from(&wanted)
        {
            found?;
            paths.remove(0);
        }
        let mut added = Vec::new();
        let mut wrong = Vec::new();
        for path in paths {
            match self.arguments_at(draft, &path, &wanted) {
                Ok(Some(lines)) => added.push(lines),
                Ok(None) => {}
                Err(more) => wrong.extend(more),
            }
        }
        if wrong.is_empty() {
            Ok(added)
        } else {
            Err(wrong)
        }
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
        draft: &mut Draft,
        path: &[&str],
        wanted: &[String],
    ) -> Result<Option<String>, Vec<Problem>> {
        let document = draft.document();
        let field = format!("{}.{ARGUMENTS}", path.join("."));
        let failed = |why| vec![self.by_hand(&field, why, &wanted.join(" "))];
        let root = document.node().map_err(|_| failed(CannotComplete::Alias))?;
        let parent = root.at(path);
        let entry = parent.and_then(|parent| parent.entry(ARGUMENTS));
        let text = entry.filter(|entry| !entry.value.is_null());
        let text = text.map(|entry| entry.value.text().ok_or(CannotComplete::Scalar));
        let text = text.transpose().map_err(failed)?.unwrap_or_default();
        let merged = kernel_args::merged(text, wanted)
            .map_err(|conflicts| of_nodes::arguments(&self.place(&field), &conflicts))?;
        let after: Vec<&str> = merged.split_whitespace().collect();
        let before: Vec<&str> = text.split_whitespace().collect();
        if after == before {
            return Ok(None);
        }
        let edits = match entry {
            None => complete::add_entry(&document, &root, path, ARGUMENTS, &merged.as_str().into()),
            Some(entry) if entry.value.is_null() => {
                let written = &document.source.text;
                amend::replace_entry(written, entry, &merged.as_str().into())
                    .ok_or(CannotComplete::Layout)
            }
            Some(_) => words::rewrite(&document, &root, &[path, &[ARGUMENTS]].concat(), &after),
        };
        let edits = edits.map_err(failed)?;
        let new = after.iter().filter(|word| !before.contains(word));
        let said: Vec<&str> = new.copied().collect();
        let said = format!("at `{field}`: {}", said.join(" "));
        draft.apply(edits);
        Ok(Some(said))
    }
}
