//! One object to what it states.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::path::{Found, Path};
use super::sources::{self, ROWS, Row, Standing, Take};
use super::value::{self, Bad};
use super::{DocumentId, Fact, Origin, Worker};
use crate::api::cluster_facts::{CatalogPackage, InstalledOperator, NodeFacts};
use crate::cloud;
use crate::cluster;
use crate::cluster::{FactName, source};
use crate::krm::{Document, Entry, Node, original_name};
use crate::problem::rules::{api, facts as rule};
use crate::problem::{Place, Problem, Problems};

/// An object of a kind that states facts.
pub(super) struct Object<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) id: DocumentId,
    pub(super) node: Rc<Node>,
    /// Its name in the user's file.
    pub(super) name: String,
}

/// One value of one fact, as one row of the table found it.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) fact: FactName,
    /// One value; several for zones.
    pub(super) values: Vec<String>,
    pub(super) origin: Rc<Origin>,
    pub(super) standing: Standing,
}

/// All that one object states.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) id: DocumentId,
    /// `ClusterVersion/version`
    pub(super) object: String,
    pub(super) place: Place,
    /// Names that placeholders may call its cluster, the preferred one first.
    pub(super) names: Vec<String>,
    /// Labels by which `spec.facts` may choose its cluster.
    pub(super) labels: Vec<(String, String)>,
    pub(super) statements: Vec<Statement>,
    pub(super) workers: Vec<Worker>,
    pub(super) operators: Vec<(String, Fact<InstalledOperator>)>,
    pub(super) catalogs: Vec<((String, String), Fact<CatalogPackage>)>,
    pub(super) nodes: Vec<(String, Fact<NodeFacts>)>,
    pub(super) domains: Vec<(String, Fact<Node>)>,
    pub(super) tags: Vec<(String, Fact<Node>)>,
    /// Fields of pools: name of the pool, path of the field.
    pub(super) overrides: Vec<((String, String), Fact<Node>)>,
    /// Facts that it would state but for a mistake that was reported.
    pub(super) failed: BTreeSet<FactName>,
}

impl<'a> Object<'a> {
    pub(super) fn new(
        document: &'a Document<'a>,
        id: DocumentId,
        problems: &mut Problems,
    ) -> Option<Self> {
        let node = problems.take(document.node())?;
        let name = original_name(&node).unwrap_or(&document.name).to_owned();
        Some(Self {
            document,
            id,
            node: Rc::new(node),
            name,
        })
    }

    /// `Infrastructure/cluster`
    pub(super) fn title(&self) -> String {
        format!("{}/{}", self.document.kind, self.name)
    }

    pub(super) fn place(&self, node: &Node, path: &str) -> Place {
        let path = path.strip_prefix('.').unwrap_or(path);
        self.document.place(node.span.clone(), path)
    }

    pub(super) fn origin(&self, node: &Node, path: &str) -> Rc<Origin> {
        Rc::new(Origin {
            object: self.title(),
            path: path.to_owned(),
            place: self.place(node, path),
        })
    }

    /// Whether a user wrote it for us, so that every oddity is a mistake of theirs.
    pub(super) fn is_ours(&self) -> bool {
        self.document.group() == crate::api::GROUP
    }

    pub(super) fn bad(&self, node: &Node, path: &str, what: &str, bad: Bad) -> Problem {
        let rule = if self.is_ours() {
            &api::INVALID_VALUE
        } else {
            &rule::MALFORMED_FACT
        };
        let message = format!("{what} {}", bad.reason);
        let problem = Problem::new(rule, self.place(node, path), message).help(bad.help);
        problem.values(node.text().unwrap_or(""), bad.proposed)
    }

    /// Rows over a part of the object that stands at `prefix`.
    pub(super) fn statements<'r>(
        &self,
        rows: impl Iterator<Item = &'r Row>,
        part: &Node,
        prefix: &str,
        problems: &mut Problems,
    ) -> Vec<Statement> {
        self.stated(rows, part, prefix, problems).0
    }

    /// The same, and the facts that it would state but for a mistake.
    fn stated<'r>(
        &self,
        rows: impl Iterator<Item = &'r Row>,
        part: &Node,
        prefix: &str,
        problems: &mut Problems,
    ) -> (Vec<Statement>, BTreeSet<FactName>) {
        let (mut statements, mut failed) = (Vec::new(), BTreeSet::new());
        for row in rows {
            match self.statement(row, part, prefix) {
                Ok(statement) => statements.extend(statement),
                Err(problem) => {
                    failed.insert(row.fact);
                    problems.push(*problem);
                }
            }
        }
        (statements, failed)
    }

    fn statement(
        &self,
        row: &Row,
        part: &Node,
        prefix: &str,
    ) -> Result<Option<Statement>, Box<Problem>> {
        // rows are part of the program: a test reads them all
        let found = Path::parse(row.path).and_then(|path| path.find(part));
        self.of_found(row, &found.unwrap_or_default(), prefix)
    }

    /// What a row says of the values that were found for it.
    fn of_found(
        &self,
        row: &Row,
        found: &[Found<'_>],
        prefix: &str,
    ) -> Result<Option<Statement>, Box<Problem>> {
        let single = match row.take {
            Take::Oldest => found.last(),
            _ => found.first(),
        };
        let Some(single) = single else {
            return Ok(None);
        };
        let mut values = Vec::new();
        let several = std::slice::from_ref(single);
        let all = if row.fact == FactName::Zones {
            found
        } else {
            several
        };
        for one in all {
            values.extend(self.value(row, one, prefix)?);
        }
        Ok((!values.is_empty()).then(|| Statement {
            fact: row.fact,
            values,
            origin: self.origin(single.node, &format!("{prefix}{}", single.path)),
            standing: row.standing,
        }))
    }

    fn value(
        &self,
        row: &Row,
        found: &Found<'_>,
        prefix: &str,
    ) -> Result<Option<String>, Box<Problem>> {
        let path = || format!("{prefix}{}", found.path);
        let bad = |what: String, bad: Bad| Box::new(self.bad(found.node, &path(), &what, bad));
        let field = || format!("`{}`", path().trim_start_matches('.'));
        let text = value::text(found.node).map_err(|reason| bad(field(), reason))?;
        let Some(text) = text else {
            if self.is_ours() {
                let reason = Bad::empty();
                return Err(bad(field(), reason));
            }
            return Ok(None);
        };
        let taken = match row.take {
            Take::Only | Take::Oldest => Some(text.to_owned()),
            Take::Single => Some(text.to_owned()).filter(|text| !text.contains(',')),
            Take::Claimed => {
                let cloud = cloud::find(text).filter(|cloud| cloud.profile().claimed);
                cloud.map(|cloud| cloud.profile().id.to_owned())
            }
            Take::Labeled => {
                let mut clouds = cloud::CLOUDS.iter().map(|cloud| cloud.profile());
                let labeled = clouds.find(|profile| profile.label == Some(text));
                labeled.map(|profile| profile.id.to_owned())
            }
            Take::Table(rows) => {
                let row = rows.iter().find(|(from, _)| *from == text);
                row.map(|(_, to)| (*to).to_owned())
            }
            Take::Json(member) => {
                let value = serde_json::from_str::<serde_json::Value>(text).ok();
                let value = value.and_then(|value| Some(value.get(member)?.as_str()?.to_owned()));
                Some(value.ok_or_else(|| bad(field(), Bad::json(member)))?)
            }
        };
        let Some(taken) = taken.filter(|taken| !taken.is_empty()) else {
            return Ok(None);
        };
        // a platform that is newer than this program is a fact all the same
        if row.fact != FactName::Platform || self.is_ours() {
            let what = || format!("{} `{taken}`", row.fact);
            value::check(row.fact, &taken).map_err(|reason| bad(what(), reason))?;
        }
        Ok(Some(taken))
    }

    /// What the provider spec of a MachineSet states, which stands at `prefix`: its kind is of one cloud.
    pub(super) fn of_provider_spec(
        &self,
        spec: &Node,
        prefix: &str,
        problems: &mut Problems,
    ) -> Vec<Statement> {
        let kind = cloud::of_spec(spec).zip(spec.get("kind"));
        let platform = kind.map(|(cloud, node)| Statement {
            fact: FactName::Platform,
            values: vec![cloud.profile().id.to_owned()],
            origin: self.origin(node, &format!("{prefix}.kind")),
            standing: Standing::Stated,
        });
        let region = cloud::field(spec, |provider| provider.region).and_then(|(path, node)| {
            let path = format!(".{}", path.join("."));
            let row = sources::row_of_region();
            let stated = self.of_found(&row, &[Found { node, path }], prefix);
            problems.take(stated.map_err(|problem| [*problem]))?
        });
        platform.into_iter().chain(region).collect()
    }

    /// What a raw Infrastructure, ClusterVersion or ManagedCluster states.
    pub(super) fn raw(&self, problems: &mut Problems) -> Option<Reading> {
        let kind = self.document.kind.as_ref();
        if kind != source::MANAGED && self.node.get("status").is_none_or(Node::is_empty) {
            // repositories hold ClusterVersions that only ask for an upgrade
            if kind == source::INFRA {
                problems.push(self.hollow());
            }
            return None;
        }
        let regions: Vec<Row> = if kind == source::INFRA {
            sources::infrastructure_regions().collect()
        } else {
            Vec::new()
        };
        let rows = ROWS.iter().chain(&regions);
        let rows = rows.filter(|row| row.kind == kind);
        let (statements, failed) = self.stated(rows.clone(), &self.node, "", problems);
        let complain = failed.is_empty();
        for row in rows.filter(|row| complain && row.standing == Standing::Required) {
            if !statements.iter().any(|stated| stated.fact == row.fact) {
                problems.push(self.lacks(row));
            }
        }
        let mut reading = self.reading(statements);
        reading.failed = failed;
        if kind == source::INFRA {
            for cloud in cloud::CLOUDS {
                let domains = cloud.profile().failure_domains;
                let listed = |path| self.listed(&self.node, "", path, "name");
                reading
                    .domains
                    .extend(domains.map(listed).unwrap_or_default());
                let listed = |path| self.listed(&self.node, "", path, "key");
                reading
                    .tags
                    .extend(cloud.resource_tags().map(listed).unwrap_or_default());
            }
        }
        if kind == source::MANAGED {
            reading.names = self.names();
            reading.labels = self.labels();
        }
        Some(reading)
    }

    /// The elements of a list at `path` of a part of the object, which itself stands at `prefix`, by what each has at
    /// `key`.
    pub(super) fn listed(
        &self,
        part: &Node,
        prefix: &str,
        path: &[&str],
        key: &str,
    ) -> Vec<(String, Fact<Node>)> {
        let all = part
            .at(path)
            .map_or(&[][..], Node::items)
            .iter()
            .enumerate();
        let named = all.filter_map(|(index, one)| {
            let name = one.get(key)?.text()?.to_owned();
            let path = format!("{prefix}.{}[{index}]", path.join("."));
            let origin = self.origin(one, &path);
            // how it is written does not matter
            let value = Node::from_json(&one.to_json());
            Some((name, Fact { value, origin }))
        });
        named.collect()
    }

    /// A reading without workers and operators.
    pub(super) fn reading(&self, statements: Vec<Statement>) -> Reading {
        Reading {
            id: self.id,
            object: self.title(),
            place: self.place(&self.node, ""),
            names: Vec::new(),
            labels: Vec::new(),
            statements,
            workers: Vec::new(),
            operators: Vec::new(),
            catalogs: Vec::new(),
            nodes: Vec::new(),
            domains: Vec::new(),
            tags: Vec::new(),
            overrides: Vec::new(),
            failed: BTreeSet::new(),
        }
    }

    /// Its name in the user's file, and the one that kustomize made of it.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = vec![self.name.clone(), self.document.name.to_string()];
        names.retain(|name| !name.is_empty());
        names.dedup();
        names
    }

    /// Its labels.
    pub(super) fn labels(&self) -> Vec<(String, String)> {
        let labels = self.node.at(&["metadata", "labels"]);
        let labels = labels.map_or(&[][..], Node::entries).iter();
        let label = |entry: &Entry| Some((entry.key.clone(), entry.value.text()?.to_owned()));
        labels.filter_map(label).collect()
    }

    fn lacks(&self, row: &Row) -> Problem {
        let field = row.path.trim_start_matches("$.");
        let message = format!("{} has no `{field}`", self.title());
        let status = self.node.get("status").unwrap_or(&self.node);
        Problem::new(&rule::MALFORMED_FACT, self.place(status, "status"), message).help(format!(
            "save it from the cluster again: `{}`",
            cluster::command(row.kind)
        ))
    }

    fn hollow(&self) -> Problem {
        let message = format!("{} has no status, so it states no facts", self.title());
        Problem::new(
            &rule::FACT_WITHOUT_STATUS,
            self.place(&self.node, ""),
            message,
        )
        .help(format!(
            "save it from the cluster: `{}`",
            cluster::command(source::INFRA)
        ))
    }
}

impl Reading {
    /// The infrastructure name that it states: the identity of its cluster.
    pub(super) fn infra(&self) -> Option<&str> {
        let stated = |statement: &&Statement| statement.fact == FactName::InfrastructureName;
        let statement = self.statements.iter().find(stated)?;
        statement.values.first().map(String::as_str)
    }
}
