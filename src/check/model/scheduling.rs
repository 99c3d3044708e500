//! Where the pods of an InferenceService may run: what it says itself, and what its runtime, its hardware profile and
//! its queue add to it.

use super::predictor::Predictor;
use super::{Around, Judged};
use crate::api::gpu_machine_set::TaintEffect;
use crate::check::access::PROFILE;
use crate::krm::Node;
use crate::operator::tolerations::Toleration;
use crate::pool_face::PoolFace;

/// The webhook of OpenShift AI (rhods-operator, internal/webhook/hardwareprofile/mutating.go) brings what [`PROFILE`] says.
const PROFILE_NAMESPACE: &str = "opendatahub.io/hardware-profile-namespace";
const PROFILES: &str = "infrastructure.opendatahub.io";
/// Kueue adds labels and tolerations of the flavor that it assigns.
const QUEUE: &str = "kueue.x-k8s.io/queue-name";
const KUEUE: &str = "kueue.x-k8s.io";

/// Tolerations and labels that its pods have in the end.
pub(super) struct Scheduling {
    tolerations: Vec<Toleration>,
    selector: Vec<(String, String)>,
    /// Whether nothing else can add to them: all that it names is shown.
    pub(super) is_known: bool,
}

impl Scheduling {
    pub(super) fn of(judged: &Judged<'_>, predictor: Predictor<'_>, around: &Around<'_>) -> Self {
        let tolerations = predictor.tolerations();
        let mut all = Self {
            // KServe takes those of the runtime where the service has none
            is_known: !tolerations.is_empty() || !predictor.lacks_runtime(),
            tolerations,
            selector: predictor.selector(),
        };
        all.is_known &= all.profile(judged, around).is_some();
        let queue = judged.node.str_at(&["metadata", "labels", QUEUE]);
        let namespace = judged.document.namespace.as_ref();
        if let Some(queue) = queue {
            all.is_known &= all.queue((namespace, queue), around).is_some();
        }
        all
    }

    /// Whether its pods may run on a pool.
    pub(super) fn reaches(&self, pool: &PoolFace) -> bool {
        let mut taints = pool.taints.iter();
        let is_tolerated = taints.all(|taint| {
            taint.effect == TaintEffect::PreferNoSchedule
                || self.tolerations.iter().any(|one| one.tolerates(taint))
        });
        let mut labels = self.selector.iter();
        is_tolerated
            && labels.all(|(key, value)| {
                let label = pool.node_labels.get(key);
                label.is_none_or(|label| label == value)
            })
    }

    /// The value of a taint that it tolerates and that no pool has.
    pub(super) fn value_of_none(&self, pools: &[PoolFace]) -> Option<&str> {
        let taints = || pools.iter().flat_map(|pool| &pool.taints);
        let idle = |one: &&Toleration| !taints().any(|taint| one.tolerates(taint));
        let mut idle = self.tolerations.iter().filter(idle);
        idle.find_map(|one| one.value.as_deref())
    }

    fn add(&mut self, labels: Option<&Node>, tolerations: Option<&Node>) {
        let more = tolerations.map(Node::items).unwrap_or_default().iter();
        self.tolerations.extend(more.filter_map(Toleration::read));
        let labels = labels.map(Node::entries).unwrap_or_default().iter();
        let label = |one: &crate::krm::Entry| Some((one.key.clone(), one.value.text()?.to_owned()));
        self.selector.extend(labels.filter_map(label));
    }

    /// Adds what its profile says; `None` where a profile, or what it names, is not shown.
    fn profile(&mut self, judged: &Judged<'_>, around: &Around<'_>) -> Option<()> {
        let Some(name) = judged.document.annotation(PROFILE) else {
            return Some(());
        };
        let namespace = judged.document.annotation(PROFILE_NAMESPACE);
        let mut shown = around.shown(PROFILES, "HardwareProfile");
        let profile = shown.find(|one| {
            let is_there = |namespace: &str| one.namespace == namespace;
            one.name == name.as_str() && namespace.as_deref().is_none_or(is_there)
        })?;
        let node = profile.node().ok()?;
        let at = |key| node.at(&["spec", "scheduling", "node", key]);
        self.add(at("nodeSelector"), at("tolerations"));
        let queue = node.str_at(&["spec", "scheduling", "kueue", "localQueueName"]);
        match queue {
            Some(queue) => self.queue((judged.document.namespace.as_ref(), queue), around),
            None => Some(()),
        }
    }

    /// Adds what the flavors behind a queue say: any of them may be assigned.
    fn queue(&mut self, (namespace, name): (&str, &str), around: &Around<'_>) -> Option<()> {
        let mut locals = around.shown(KUEUE, "LocalQueue");
        let local = locals.find(|one| one.namespace == namespace && one.name == name)?;
        let local = local.node().ok()?;
        let queue = local.str_at(&["spec", "clusterQueue"])?;
        let queue = around
            .shown(KUEUE, "ClusterQueue")
            .find(|one| one.name == queue)?;
        let queue = queue.node().ok()?;
        let groups = queue.at(&["spec", "resourceGroups"]).map(Node::items)?;
        let flavors = groups.iter().filter_map(|group| group.get("flavors"));
        for flavor in flavors.flat_map(Node::items) {
            let name = flavor.str_at(&["name"])?;
            let mut flavors = around.shown(KUEUE, "ResourceFlavor");
            let flavor = flavors.find(|one| one.name == name)?.node().ok()?;
            // labels of one flavor say nothing of the others
            self.add(None, flavor.at(&["spec", "tolerations"]));
        }
        Some(())
    }
}
