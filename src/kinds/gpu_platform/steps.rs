//! Everything of the platform, decided: what is made, what is added to objects of the input, and what is wrong.

use std::collections::BTreeSet;

use crate::api::gpu_platform::{Argocd, ArgocdSettings, Waves};
use crate::kinds::gpu_platform::gpu_limits::gpu_limits;
use crate::kinds::gpu_platform::{chosen, cluster_autoscaler, conflicts, monitoring, wanted};
use crate::krm::Node;
use crate::operator::installed::GLOBAL_NAMESPACE;
use crate::operator::{
    Addition, Context, Operand, Operator, OperatorRequest, Shown, Wanted, judge, mig_strategy,
    objects, owned,
};
use crate::plan::{Chosen, Completion, GpuLimit};
use crate::problem::rules::platform as rule;
use crate::problem::{Problem, Problems};

/// An object to make.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// The object, with the annotations of Argo CD.
    pub(crate) object: Node,
    /// Order in the output, and the sync wave.
    pub(crate) wave: i32,
}

/// What becomes of a platform.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlatformPlan {
    /// Objects to make, in their order.
    pub(crate) objects: Vec<Planned>,
    /// Objects to complete.
    pub(crate) completions: Vec<Completion>,
    /// Packages that somebody else installed, and what shows it.
    pub(crate) elsewhere: Vec<(&'static str, String)>,
    /// Packages of all wanted operators, whoever installs them.
    pub(crate) packages: Vec<&'static str>,
    /// What the cluster has or gets of all operators.
    pub(crate) operators: Vec<Chosen>,
    /// How the device plugin names instances of MIG.
    pub(crate) mig_strategy: String,
    /// GPU limits of a ClusterAutoscaler, by accelerator.
    pub(crate) gpu_limits: Vec<GpuLimit>,
}

/// Steps with their waves, and whether Argo CD's annotations are wanted.
#[derive(Clone, Copy)]
struct Order {
    waves: Waves,
    annotate: bool,
}

impl Order {
    fn of(spec: &crate::api::gpu_platform::GpuPlatformSpec) -> Self {
        let settings = match &spec.argocd {
            Some(Argocd::On(settings)) => *settings,
            Some(Argocd::Off(_)) | None => ArgocdSettings::default(),
        };
        Self {
            waves: settings.waves.unwrap_or_default(),
            annotate: !matches!(spec.argocd, Some(Argocd::Off(_))),
        }
    }

    fn namespaces(self) -> i32 {
        self.waves.namespaces.unwrap_or(-8)
    }

    fn subscriptions(self) -> i32 {
        self.waves.subscriptions.unwrap_or(-7)
    }

    fn operands(self) -> i32 {
        self.waves.operands.unwrap_or(0)
    }
}

/// The sync wave of MachineSets and MachineAutoscalers; `None` when Argo CD's annotations are left off, or when
/// nothing was made that they could come after and nobody names a wave.
pub(crate) fn machine_set_wave(
    spec: &crate::api::gpu_platform::GpuPlatformSpec,
    made_something: bool,
) -> Option<i32> {
    let order = Order::of(spec);
    let named = order.waves.machine_sets;
    let default = made_something.then_some(10);
    order.annotate.then(|| named.or(default)).flatten()
}

struct Builder<'a> {
    request: &'a OperatorRequest<'a>,
    order: Order,
    plan: PlatformPlan,
    /// Catalogues of Red Hat that Subscriptions name because the user names none.
    catalogues: BTreeSet<&'static str>,
}

/// Plans the platform of one cluster.
pub(crate) fn plan(request: &OperatorRequest<'_>, problems: &mut Problems) -> PlatformPlan {
    let mut builder = Builder {
        request,
        order: Order::of(request.spec),
        plan: PlatformPlan::default(),
        catalogues: BTreeSet::new(),
    };
    // of a pool with errors nothing is made, and what is wrong there comes first
    let says = request.implied && !problems.has_errors();
    let all = wanted::resolve(request, problems);
    conflicts::unused_sources(request, &all, problems);
    let packages = all.iter().map(|one| one.operator.package);
    builder.plan.packages = packages.collect();
    builder.plan.operators = chosen::of(request, &all);
    builder.plan.mig_strategy = mig_strategy(request, &all);
    for one in &all {
        builder.operator(one, &all, problems);
    }
    if request.okd && !builder.catalogues.is_empty() {
        problems.push(conflicts::okd(request, &builder.catalogues));
    }
    let (operands, completion) = monitoring::plan(request, problems);
    for operand in &operands {
        builder.make(operand);
    }
    builder.plan.completions.extend(completion);
    builder.plan.gpu_limits = gpu_limits(request);
    let made = cluster_autoscaler::plan(request, &builder.plan.gpu_limits, problems);
    if let Some(object) = made {
        let operand = Operand {
            object,
            step: 10,
            custom: false,
        };
        builder.make(&operand);
    }
    let idle = builder.plan.objects.is_empty() && builder.plan.completions.is_empty();
    let elsewhere = !all.is_empty() && builder.plan.elsewhere.len() == all.len();
    if says && !elsewhere && (!idle || problems.has_errors()) {
        problems.push(conflicts::implied(request, &all));
    }
    builder.plan.objects.sort_by_key(|planned| planned.wave);
    builder.plan
}

impl Builder<'_> {
    fn operator(&mut self, wanted: &Wanted, all: &[Wanted], problems: &mut Problems) {
        let (operator, request) = (wanted.operator, self.request);
        let configured = wanted
            .settings
            .namespace
            .as_deref()
            .unwrap_or(operator.namespace);
        let elsewhere = request.installed.elsewhere(operator, configured);
        let mut own = request.installed.subscriptions(operator.package);
        let own = own.find(|one| one.document.is_some());
        let theirs = elsewhere.as_ref().and_then(|one| one.namespace.as_deref());
        let namespace = theirs
            .or(own.map(|one| one.namespace.as_str()))
            .unwrap_or(configured);
        let context = Context {
            request,
            wanted,
            all,
            namespace,
        };
        (operator.check)(&context, problems);
        conflicts::second_operands(operator, request, problems);
        let shown: Vec<&Shown> = request.installed.operands(operator).collect();
        if let Some(elsewhere) = &elsewhere {
            conflicts::installed_elsewhere(&context, elsewhere, shown.is_empty(), problems);
            let shown = elsewhere.text.clone();
            self.plan.elsewhere.push((operator.package, shown));
        } else if wanted.provided {
            return self.tend(&context, &shown, problems);
        } else if let Some(own) = own {
            if owned::is_namespace(namespace) {
                problems.push(conflicts::platform_namespace(namespace, own.place.clone()));
            }
            conflicts::groups_of(&context, Some(own), problems);
            self.complete_namespace(namespace, operator);
            self.operands(&context, &shown, problems);
        } else if shown.is_empty() {
            self.install(&context, problems);
            self.operands(&context, &shown, problems);
        } else if let Some(operand) = shown.first() {
            problems.push(conflicts::not_made(&context, operand.text()));
        }
        self.tend(&context, &shown, problems);
    }

    /// Namespace, OperatorGroup and Subscription, each unless the input has it.
    fn install(&mut self, context: &Context<'_>, problems: &mut Problems) {
        let Context {
            wanted,
            namespace,
            request,
            ..
        } = *context;
        let operator = wanted.operator;
        if owned::is_namespace(namespace) {
            problems.push(conflicts::platform_namespace(
                namespace,
                context.place("namespace"),
            ));
        }
        let all = request.spec.subscriptions.clone().unwrap_or_default();
        let shared = namespace == GLOBAL_NAMESPACE;
        if shared {
            conflicts::mode_conflict(
                context,
                crate::operator::Mode::All,
                "namespace `openshift-operators` has a global OperatorGroup",
                problems,
            );
        } else {
            if request.installed.namespace(namespace).is_some() {
                self.complete_namespace(namespace, operator);
            } else if !self.has("Namespace", namespace) {
                let object = objects::namespace_of(operator, namespace);
                self.put(object, self.order.namespaces());
            }
            if request.installed.groups(namespace).next().is_some() {
                conflicts::groups_of(context, None, problems);
            } else if self.has_group(namespace) {
                let message = format!(
                    "two operators share the namespace `{namespace}`, which takes one OperatorGroup"
                );
                let place = context.place("namespace");
                problems.push(
                    Problem::new(&rule::INSTALL_MODE_CONFLICT, place, message)
                        .help("give each its own namespace"),
                );
            } else {
                let object = objects::group(wanted, namespace);
                self.put(object, self.order.subscriptions());
            }
        }
        if objects::approval(wanted, &all) == "Manual" {
            conflicts::manual(context, problems);
        }
        let (source, _) = objects::source(operator, &wanted.settings, &all);
        if source == operator.source {
            self.catalogues.insert(operator.source);
        }
        let object = objects::subscription(wanted, namespace, &all);
        self.put(object, self.order.subscriptions());
    }

    fn operands(&mut self, context: &Context<'_>, shown: &[&Shown], problems: &mut Problems) {
        let operator = context.wanted.operator;
        for mut operand in (operator.plan)(context, problems) {
            let kind = operand
                .object
                .str_at(&["kind"])
                .unwrap_or_default()
                .to_owned();
            if shown.iter().any(|one| one.kind == kind) {
                continue;
            }
            if operator
                .operands
                .first()
                .is_some_and(|first| first.kind == kind)
            {
                patch(context, &mut operand.object);
                judge::made(context, &kind, &operand.object, problems);
            }
            self.make(&operand);
        }
    }

    /// What operands of the input or of others need besides.
    fn tend(&mut self, context: &Context<'_>, shown: &[&Shown], problems: &mut Problems) {
        let operator = context.wanted.operator;
        for one in shown {
            judge::shown(context, one, problems);
        }
        let companions = context.request.installed.companions(operator);
        for one in shown.iter().copied().chain(companions) {
            let mut additions = (operator.tend)(context, one, problems);
            for with in additions.iter().flat_map(|addition| &addition.with) {
                self.make(with);
            }
            additions.retain(|addition| !addition.value.is_empty());
            match one.document {
                _ if additions.is_empty() => {}
                Some(document) => self.plan.completions.push(Completion {
                    document,
                    additions,
                }),
                None => problems.extend(
                    additions
                        .iter()
                        .map(|addition| conflicts::lacking(one, addition)),
                ),
            }
        }
    }

    fn complete_namespace(&mut self, name: &str, operator: &Operator) {
        let Some(shown) = self.request.installed.namespace(name) else {
            return;
        };
        let labels = shown.node.at(&["metadata", "labels"]);
        let labelled = labels.is_some_and(|labels| labels.get(objects::MONITORED).is_some());
        let Some(document) = shown.document.filter(|_| operator.monitored && !labelled) else {
            return;
        };
        let addition = Addition {
            path: &["metadata", "labels", objects::MONITORED],
            value: "true".into(),
            as_text: false,
            rule: &rule::OPERATOR_INSTALLED,
            message: String::new(),
            with: Vec::new(),
        };
        self.plan.completions.push(Completion {
            document,
            additions: vec![addition],
        });
    }

    fn has(&self, kind: &str, name: &str) -> bool {
        self.plan.objects.iter().any(|planned| {
            planned.object.str_at(&["kind"]) == Some(kind)
                && planned.object.str_at(&["metadata", "name"]) == Some(name)
        })
    }

    fn has_group(&self, namespace: &str) -> bool {
        self.plan.objects.iter().any(|planned| {
            planned.object.str_at(&["kind"]) == Some("OperatorGroup")
                && planned.object.str_at(&["metadata", "namespace"]) == Some(namespace)
        })
    }

    fn make(&mut self, operand: &Operand) {
        let mut object = operand.object.clone();
        let namespace = object.str_at(&["kind"]) == Some("Namespace");
        let wave = if namespace {
            self.order.namespaces()
        } else {
            self.order.operands() + operand.step
        };
        if operand.custom && self.order.annotate {
            let annotations = object.make(&["metadata", "annotations"]);
            annotations.set(
                "argocd.argoproj.io/sync-options",
                "SkipDryRunOnMissingResource=true",
            );
        }
        self.put(object, wave);
    }

    fn put(&mut self, mut object: Node, wave: i32) {
        if self.order.annotate {
            let annotations = object.make(&["metadata", "annotations"]);
            annotations.set("argocd.argoproj.io/sync-wave", wave.to_string());
        }
        self.plan.objects.push(Planned { object, wave });
    }
}

/// The user's `operand` over the spec that we made.
fn patch(context: &Context<'_>, object: &mut Node) {
    let Some(patch) = context.wanted.settings.operand.clone() else {
        return;
    };
    let patch = Node::from_json(&serde_json::Value::Object(patch));
    object.make(&["spec"]).merge_patch(&patch);
}
