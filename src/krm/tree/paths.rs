//! Editing a tree by the keys that lead to a value.

use super::node::Node;

impl Node {
    /// The value at a path, to edit; nothing is made on the way.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| node.get_mut(key))
    }

    /// Removes the value at a path, where there is one.
    pub fn remove_at(&mut self, path: &[&str]) {
        if let Some((key, parents)) = path.split_last()
            && let Some(parent) = self.at_mut(parents)
        {
            parent.remove(key);
        }
    }

    /// Removes the value at a path when it is null or holds nothing.
    pub fn remove_empty(&mut self, path: &[&str]) {
        let value = self.at(path);
        if value.is_some_and(|value| value.is_empty() || value.is_null()) {
            self.remove_at(path);
        }
    }
}
