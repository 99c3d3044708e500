//! Whole platforms: what is made for whom, and which problems are found.

use serde_json::{Value, json};

mod catalogue;
mod channels_of;
mod cures;
mod images;
mod made;
mod rules;
mod sharing;
mod there;

use super::steps::{Planned, PlatformPlan, plan};
use super::*;
use crate::api::gpu_machine_set::{Sharing, Taint, TaintEffect};
use crate::catalog::{self, Instance};
use crate::krm::emit;
use crate::operator::*;
use crate::problem::rules::facts;
use crate::types::Version;

/// A pool of the tests.
struct Pool {
    taints: Vec<Taint>,
    accelerator: &'static str,
    sharing: Option<Sharing>,
    model: Option<&'static str>,
}

fn taint(key: &str, effect: TaintEffect) -> Taint {
    Taint {
        key: key.to_owned(),
        value: Some("true".to_owned()),
        effect,
    }
}

fn l4() -> Pool {
    Pool {
        taints: vec![taint("nvidia.com/gpu", TaintEffect::NoSchedule)],
        accelerator: "nvidia-l4",
        sharing: None,
        model: Some("l4"),
    }
}

fn shared(pool: Pool, sharing: Value) -> Pool {
    let sharing = serde_json::from_value(sharing).expect("sharing");
    Pool {
        sharing: Some(sharing),
        ..pool
    }
}

fn machine_of_two(model: &'static str) -> Instance {
    let known = catalog::all().next().expect("a row");
    Instance {
        name: "",
        gpus: 2,
        model,
        ..known
    }
}

struct Case {
    spec: Value,
    openshift: Option<&'static str>,
    pools: Vec<Pool>,
    installed: Installed,
    implied: bool,
}

impl Case {
    fn new(operators: impl Into<Value>) -> Self {
        let operators = operators.into();
        Self {
            spec: json!({ "operators": operators }),
            openshift: Some("4.20.8"),
            pools: vec![l4()],
            installed: Installed::default(),
            implied: false,
        }
    }

    fn on(mut self, version: &'static str) -> Self {
        self.openshift = Some(version);
        self
    }

    fn pools(mut self, pools: Vec<Pool>) -> Self {
        self.pools = pools;
        self
    }

    /// An object that only serves as a fact.
    fn live(mut self, text: &str) -> Self {
        self.installed.objects.push(shown(text, None));
        self
    }

    /// An object of the user's in the input.
    fn own(mut self, text: &str) -> Self {
        let index = self.installed.objects.len();
        self.installed.objects.push(shown(text, Some((0, index))));
        self
    }

    /// What an object that installs others holds, as the pipeline hands it over.
    fn delivering(mut self, text: &str) -> Self {
        let outer = shown(text, None);
        let title = format!("{} {}", outer.kind, outer.name);
        for one in contents(&outer.group, &outer.kind, &outer.node) {
            let read = |path: &[&str]| one.node.str_at(path).unwrap_or_default().to_owned();
            let shown = Shown {
                name: read(&["metadata", "name"]),
                namespace: read(&["metadata", "namespace"]),
                group: one.group,
                kind: one.kind,
                node: one.node.into(),
                within: Some(title.clone()),
                ..shown(text, None)
            };
            self.installed.objects.push(shown);
        }
        self
    }

    /// What a catalogue of the cluster holds.
    fn offering(self, source: &str, package: &str, channels: &str) -> Self {
        let first = channels.split(',').next().unwrap_or_default();
        self.live(&format!(
            "apiVersion: packages.operators.coreos.com/v1\nkind: PackageManifest\nmetadata: {{name: {package}, namespace: openshift-marketplace}}\nstatus:\n  catalogSource: {source}\n  defaultChannel: {first}\n  packageName: {package}\n  channels: [{}]\n",
            channels
                .split(',')
                .map(|name| format!("{{name: {name}}}"))
                .collect::<Vec<_>>()
                .join(", ")
        ))
    }

    fn plan(&self) -> (PlatformPlan, Vec<String>) {
        let (plan, problems) = self.planned();
        let text = |problem: &Problem| {
            format!(
                "{} {}: {}",
                problem.rule.slug, problem.place.path, problem.message
            )
        };
        (plan, problems.sorted().iter().map(text).collect())
    }

    fn planned(&self) -> (PlatformPlan, Problems) {
        let spec: GpuPlatformSpec = serde_json::from_value(self.spec.clone()).expect("a spec");
        let place = |path: &str| Place {
            path: path.to_owned(),
            ..Place::default()
        };
        let face = |pool: &Pool| PoolFace {
            name: pool.accelerator.to_owned(),
            cluster: ClusterId::default(),
            place: Place::default(),
            placeholder: Some(0),
            taints: pool.taints.clone(),
            node_labels: BTreeMap::new(),
            accelerator: pool.accelerator.to_owned(),
            instance_type: None,
            instance: pool.model.map(machine_of_two),
            size: None,
            gpu: pool.model.map(|model| machine_of_two(model).gpu()),
            sharing: pool.sharing.clone(),
            min_machines: 0,
            max_machines: 3,
            autoscaled: true,
            root_gib: None,
            zones: 1,
        };
        let pools: Vec<PoolFace> = self.pools.iter().map(face).collect();
        let place_of_pool = |_: &PoolFace, path: &str| place(path);
        let version = self.openshift.and_then(Version::leading);
        let missing = |place: Place| {
            Some(Problem::new(
                &facts::MISSING_FACT,
                place,
                "no OpenShift version",
            ))
        };
        let request = OperatorRequest {
            spec: &spec,
            implied: self.implied,
            alone: false,
            needed: &[],
            openshift: version.map(|version| (version, format!("OpenShift {version}"))),
            okd: self
                .openshift
                .is_some_and(|version| version.contains("okd")),
            missing_version: &missing,
            pools: &pools,
            place_of_pool: &place_of_pool,
            installed: &self.installed,
            place: &place,
        };
        let mut problems = Problems::new();
        let plan = plan(&request, &mut problems);
        (plan, problems)
    }

    /// `Kind namespace/name` of all that is made, in order.
    fn names(&self) -> Vec<String> {
        let (plan, _) = self.plan();
        let name = |planned: &Planned| {
            let text = |path: &[&str]| planned.object.str_at(path).unwrap_or_default().to_owned();
            let (kind, name) = (text(&["kind"]), text(&["metadata", "name"]));
            match text(&["metadata", "namespace"]).as_str() {
                "" => format!("{kind} {name}"),
                namespace => format!("{kind} {namespace}/{name}"),
            }
        };
        plan.objects.iter().map(name).collect()
    }

    fn object(&self, kind: &str) -> Node {
        let (plan, _) = self.plan();
        let mut objects = plan.objects.into_iter().map(|planned| planned.object);
        let found = objects.find(|object| object.str_at(&["kind"]) == Some(kind));
        found.unwrap_or_else(|| panic!("no {kind}"))
    }

    /// Slugs of the problems.
    fn slugs(&self) -> Vec<String> {
        let slug = |text: &String| text.split(' ').next().unwrap_or_default().to_owned();
        self.plan().1.iter().map(slug).collect()
    }
}

fn shown(text: &str, document: Option<(usize, usize)>) -> Shown {
    let node = crate::krm::parse::parse(text, 0..text.len()).expect("YAML");
    let read = |path: &[&str]| node.str_at(path).unwrap_or_default().to_owned();
    let api = read(&["apiVersion"]);
    Shown {
        group: api
            .split_once('/')
            .map_or("", |(group, _)| group)
            .to_owned(),
        kind: read(&["kind"]),
        name: read(&["metadata", "name"]),
        namespace: read(&["metadata", "namespace"]),
        place: Place::in_file("live.yaml"),
        fields: std::collections::BTreeMap::new(),
        node: node.into(),
        within: None,
        applier: None,
        cluster: None,
        document,
    }
}

const POLICY: &str = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: theirs}\nspec:\n  daemonsets:\n    tolerations:\n    - {key: nvidia.com/gpu, operator: Exists}\n";
