//! AppProjects: what they allow, and what Argo CD refuses of them.

use crate::catalog::kinds;
use crate::krm::Node;
use crate::problem::Problem;
use crate::problem::rules::delivery as rule;

use super::Written;

/// Resources that a policy of a project may name (argo-cd util/rbac, ProjectScoped).
const RESOURCES: [&str; 6] = [
    "applications",
    "applicationsets",
    "clusters",
    "exec",
    "logs",
    "repositories",
];
/// Actions (argo-cd types.go, validActions).
const ACTIONS: [&str; 7] = ["*", "create", "delete", "get", "override", "sync", "update"];
const ACTION_PATTERNS: [&str; 3] = ["action/", "delete/", "update/"];
/// Lists of kinds, with whether their objects are in a namespace.
const LISTS: [(&str, bool); 4] = [
    ("clusterResourceWhitelist", false),
    ("clusterResourceBlacklist", false),
    ("namespaceResourceWhitelist", true),
    ("namespaceResourceBlacklist", true),
];

/// What an AppProject allows.
pub(crate) struct Project<'n> {
    pub(crate) name: &'n str,
    node: &'n Node,
}

impl<'n> Project<'n> {
    pub(crate) fn of(name: &'n str, node: &'n Node) -> Self {
        Self { name, node }
    }

    fn list(&self, key: &str) -> &'n [Node] {
        self.node.at(&["spec", key]).map_or(&[][..], Node::items)
    }

    /// Whether Applications may come from a repository.
    pub(crate) fn allows_source(&self, repository: &str) -> bool {
        let plain = |text: &str| {
            text.trim_end_matches('/')
                .trim_end_matches(".git")
                .to_lowercase()
        };
        let fits = |pattern: &str| glob(&plain(pattern), &plain(repository));
        allows(self.list("sourceRepos").iter().filter_map(Node::text), fits)
    }

    /// Whether Applications may go to a namespace of a cluster; `None` for a cluster that is not known yet.
    pub(crate) fn allows_destination(&self, server: Option<&str>, namespace: &str) -> bool {
        self.list("destinations").iter().any(|one| {
            let text = |key: &str| one.get(key).and_then(Node::text);
            let by_server = match (text("server"), server) {
                (Some(pattern), Some(server)) => glob(pattern, server),
                (Some(pattern), None) => pattern == "*",
                // by the name of the cluster, which an address does not tell
                (None, _) => text("name").is_some(),
            };
            by_server && text("namespace").is_some_and(|pattern| glob(pattern, namespace))
        })
    }

    /// Whether a kind may be delivered (argo-cd IsGroupKindPermitted).
    pub(crate) fn allows_kind(&self, group: &str, kind: &str, namespaced: bool) -> bool {
        let (white, black) = if namespaced {
            ("namespaceResourceWhitelist", "namespaceResourceBlacklist")
        } else {
            ("clusterResourceWhitelist", "clusterResourceBlacklist")
        };
        let has = |list: &str| {
            self.list(list).iter().any(|one| {
                let fits = |key: &str, value: &str| {
                    one.get(key)
                        .and_then(Node::text)
                        .is_some_and(|pattern| glob(pattern, value))
                };
                fits("group", group) && fits("kind", kind)
            })
        };
        let none_named = self.node.at(&["spec", white]).is_none_or(Node::is_null);
        (has(white) || namespaced && none_named) && !has(black)
    }
}

/// Of patterns one fits, and none that begins with `!` does.
fn allows<'p>(patterns: impl Iterator<Item = &'p str>, fits: impl Fn(&str) -> bool) -> bool {
    let (mut allowed, mut denied) = (false, false);
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(pattern) => denied |= fits(pattern),
            None => allowed |= fits(pattern),
        }
    }
    allowed && !denied
}

/// `*` stands for anything.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

/// What is wrong with an AppProject.
pub(super) fn check(one: &Written<'_>) -> Vec<Problem> {
    let mut problems = kinds_of(one);
    problems.extend(destinations(one));
    problems.extend(roles(one));
    let windows = one
        .node
        .at(&["spec", "syncWindows"])
        .map_or(&[][..], Node::items);
    let open = windows.iter().enumerate().filter(|(_, window)| {
        let schedule = window.str_at(&["schedule"]).unwrap_or_default();
        let mut fields = schedule.split_ascii_whitespace();
        window.str_at(&["kind"]) == Some("allow") && fields.all(|field| field == "*")
    });
    problems.extend(
        open.map(|(index, _)| always_open(one.place(&format!("spec.syncWindows[{index}]")))),
    );
    problems
}

/// Of a window that is never closed.
pub(crate) fn always_open(place: crate::problem::Place) -> Problem {
    let message = "a window that opens every minute allows what is allowed without any";
    Problem::new(&rule::WINDOW_WITHOUT_EFFECT, place, message)
        .help("let it open at a time, as `0 22 * * *`, or leave it out")
}

fn kinds_of(one: &Written<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (list, namespaced) in LISTS {
        let entries = one.node.at(&["spec", list]).map_or(&[][..], Node::items);
        for (index, entry) in entries.iter().enumerate() {
            let text = |key: &str| entry.get(key).and_then(Node::text).unwrap_or_default();
            let (group, kind) = (text("group"), text("kind"));
            if group.contains('*') || kind.contains('*') {
                continue;
            }
            let path = format!("spec.{list}[{index}].kind");
            match kinds::of(group, kind) {
                Some(row) if row.namespaced != namespaced => {
                    let (is, right) = if row.namespaced {
                        ("are in a namespace", list.replace("cluster", "namespace"))
                    } else {
                        ("are in no namespace", list.replace("namespace", "cluster"))
                    };
                    let message =
                        format!("objects of kind `{kind}` {is}: in `{list}` it has no effect");
                    let problem = one.problem(&rule::PROJECT_KIND, &path, message);
                    problems.push(problem.help(format!("move the entry to `{right}`")));
                }
                None if kinds::is_whole(group) => {
                    let message = format!(
                        "there is no kind `{kind}` in the group `{group}`: the project allows nothing by it"
                    );
                    let nearest = kinds::nearest(Some(group), kind);
                    let mut problem = one
                        .problem(&rule::PROJECT_KIND, &path, message)
                        .values(kind, nearest.map(str::to_owned));
                    if let Some(nearest) = nearest {
                        problem = problem.help(format!("did you mean `{nearest}`?"));
                    }
                    problems.push(problem);
                }
                _ => {}
            }
        }
    }
    problems
}

fn destinations(one: &Written<'_>) -> Vec<Problem> {
    let entries = one
        .node
        .at(&["spec", "destinations"])
        .map_or(&[][..], Node::items);
    let wide = entries.iter().enumerate().filter_map(|(index, entry)| {
        let text = |key: &str| entry.get(key).and_then(Node::text);
        let everywhere = text("server").or(text("name")) == Some("*");
        let what = match text("namespace")? {
            "*" if everywhere => "every namespace of every cluster",
            "kube-system" | "kube-public" | "kube-*" | "default" if everywhere => {
                "a namespace of Kubernetes itself, on every cluster"
            }
            _ => return None,
        };
        let message = format!("the project may write to {what}");
        let path = format!("spec.destinations[{index}]");
        let problem = one.problem(&rule::DESTINATION_WIDE, &path, message);
        Some(problem.help("name the namespaces that its Applications deliver to, or the servers"))
    });
    wide.collect()
}

fn roles(one: &Written<'_>) -> Vec<Problem> {
    let roles = one.node.at(&["spec", "roles"]).map_or(&[][..], Node::items);
    let mut problems = Vec::new();
    for (at, role) in roles.iter().enumerate() {
        let name = role.get("name").and_then(Node::text).unwrap_or_default();
        let policies = role.get("policies").map_or(&[][..], Node::items);
        for (index, policy) in policies.iter().enumerate() {
            let text = policy.text().unwrap_or_default();
            let path = format!("spec.roles[{at}].policies[{index}]");
            if let Some((what, help)) = refused(text, &one.document.name, name) {
                let message =
                    format!("Argo CD refuses the policy `{text}`, and the project with it: {what}");
                let problem = one.problem(&rule::POLICY_REFUSED, &path, message);
                problems.push(problem.values(text, None).help(help));
            } else if is_reader(name) && writes(text) {
                let message = format!("role `{name}` may change something: `{text}`");
                let problem = one.problem(&rule::READONLY_ROLE_WRITES, &path, message);
                problems.push(problem.help("remove the policy, or give the role another name"));
            }
        }
    }
    problems
}

/// Whether a role is called after reading: `readonly`, `read-only`, `gpu-scheduler-readonly`.
fn is_reader(role: &str) -> bool {
    let role = role.to_ascii_lowercase();
    let words: Vec<&str> = role.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_one = |word: &&str| ["readonly", "reader", "viewer", "view"].contains(word);
    words.iter().any(is_one) || words.windows(2).any(|two| two == ["read", "only"])
}

fn writes(policy: &str) -> bool {
    let fields: Vec<&str> = policy.split(',').map(str::trim).collect();
    matches!(fields[..], [_, _, _, action, _, "allow"] if action != "get")
}

/// Why Argo CD refuses a policy (argo-cd types.go, validatePolicy), and what to write.
fn refused(policy: &str, project: &str, role: &str) -> Option<(String, String)> {
    let fields: Vec<&str> = policy.split(',').map(str::trim).collect();
    let subject = format!("proj:{project}:{role}");
    let right =
        |action: &str| format!("write `p, {subject}, applications, {action}, {project}/*, allow`");
    let ["p", sub, resource, action, object, effect] = fields[..] else {
        return Some((
            "it has not six fields that begin with `p`".to_owned(),
            right("get"),
        ));
    };
    let is_action = ACTIONS.contains(&action)
        || ACTION_PATTERNS
            .iter()
            .any(|pattern| action.contains(pattern));
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '_' | '-' | '.'))
    };
    let of_project = object
        .strip_prefix(project)
        .and_then(|rest| rest.strip_prefix('/'));
    let is_object = of_project.is_some_and(|rest| {
        let parts: Vec<&str> = rest.split('/').collect();
        parts.len() <= 2 && parts.into_iter().all(is_name)
    });
    if sub != subject {
        return Some((
            format!("its subject is not `{subject}`"),
            format!("its second field has to be `{subject}`"),
        ));
    }
    if !RESOURCES.contains(&resource) {
        let known = RESOURCES.join("`, `");
        return Some((
            format!("`{resource}` is no resource of a project: `{known}` are"),
            "remove it: such rights are given in `argocd-rbac-cm`".to_owned(),
        ));
    }
    if !is_action {
        let known = ACTIONS.join("`, `");
        return Some((
            format!("`{action}` is no action: `{known}` are"),
            right("get"),
        ));
    }
    if !is_object {
        return Some((
            format!("its object `{object}` is not of the project"),
            format!("its fifth field has to be `{project}/*`"),
        ));
    }
    let is_effect = ["allow", "deny"].contains(&effect);
    (!is_effect).then(|| {
        (
            format!("`{effect}` is neither `allow` nor `deny`"),
            right(action),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_refused_as_argo_cd_refuses_them() {
        let is_refused = |policy: &str| refused(policy, "gpu", "admin").is_some();
        for right in [
            "p, proj:gpu:admin, applications, *, gpu/*, allow",
            "p,proj:gpu:admin,logs,get,gpu/team/app,deny",
            "p, proj:gpu:admin, applications, action/apps/Deployment/restart, gpu/*, allow",
            "p, proj:gpu:admin, repositories, get, gpu/*, allow",
        ] {
            assert!(!is_refused(right), "{right}");
        }
        for wrong in [
            "p, proj:gpu:admin, repositories, *, *, allow",
            "p, proj:gpu:admin, certificates, get, gpu/*, allow",
            "p, proj:gpu:reader, applications, get, gpu/*, allow",
            "p, proj:gpu:admin, applications, view, gpu/*, allow",
            "p, proj:gpu:admin, applications, get, other/*, allow",
            "p, proj:gpu:admin, applications, get, gpu/*, yes",
            "p, proj:gpu:admin, applications, get, gpu/*",
            "g, proj:gpu:admin, applications, get, gpu/*, allow",
        ] {
            assert!(is_refused(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_role_is_called_after_reading_by_whole_words() {
        for role in [
            "readonly",
            "read-only",
            "gpu-scheduler-readonly",
            "GPU_Viewer",
        ] {
            assert!(is_reader(role), "{role}");
        }
        for role in ["admin", "review", "reload-only", "only-read"] {
            assert!(!is_reader(role), "{role}");
        }
    }

    #[test]
    fn globs_are_those_of_projects() {
        for (pattern, text, fits) in [
            ("*", "anything", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abde", false),
            ("https://*.acme.dev", "https://x.acme.dev", true),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
        assert!(allows(["*", "!b"].into_iter(), |one| one == "*" || one == "a"));
        assert!(!allows(["*", "!b"].into_iter(), |_| true));
    }
}
