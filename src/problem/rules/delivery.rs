//! Rules about how Argo CD delivers: what a GpuDelivery says, and Argo CD's objects in the input, whoever wrote them.

super::rules! {
    COMPONENT_TWICE: Error "component-twice"
        "every component has a name of its own"
        "The name of a component is a part of the name of its Applications, and what the steps of an ApplicationSet and annotations of manifests find it by.";
    COMPONENT_SOURCE: Error "component-source"
        "a component is a folder of a Git repository or a chart of a repository of charts"
        "Argo CD takes either `path` or `chart` (argo-cd util/argo, ValidatePermissions: `spec.source.repoURL and either spec.source.path or spec.source.chart are required`). A chart in a Git repository is a `path`.";
    REPOSITORY_MISSING: Error "repository-missing"
        "every component comes from a repository"
        "Argo CD refuses an Application without `repoURL`, and the project allows the repositories of its components only. `spec.source.repoURL` is for all components that name no other.";
    CHART_VERSION: Error "chart-version"
        "a chart of a repository of charts has a version"
        "A repository of charts has no `HEAD`. Argo CD takes a version or a range (`1.2.3`, `1.*`) as `targetRevision`.";
    COMPONENT_FIELDS: Error "component-fields"
        "fields of a component that mean nothing together do not stand together"
        "A field that Argo CD never looks at looks as if it did something.";
    UNKNOWN_KIND_NAME: Error "unknown-kind-name"
        "a kind that is named alone is one of Kubernetes or OpenShift"
        "The project allows kinds by group and name, and by whether their objects are in a namespace. For kinds of Kubernetes and OpenShift a table knows both; for others write them. `ValidatingAdmissionWebhook` is a plugin of the API server, the kind is `ValidatingWebhookConfiguration`.";
    COMPONENT_KINDS: Error "component-kinds"
        "the kinds that a component delivers are known"
        "The project allows exactly what is delivered, and what a chart makes is not known before Helm runs. A kind that is not allowed fails the sync: `resource apps:StatefulSet is not permitted in project`.";
    ROLE_WITHOUT_POLICY: Error "role-without-policy"
        "a role may do something"
        "`admin` may do everything to the Applications of the project and `readonly` may look at them. What any other role may, nobody can guess.";
    READONLY_WRITES: Error "readonly-writes"
        "the role `readonly` only reads"
        "A sync changes the cluster. Somebody who has a role of this name is thought to be unable to.";
    CLUSTER_GROUPS_OVERLAP: Error "cluster-groups-overlap"
        "every cluster is in one group of `clusters.values`"
        "Each group is a generator of its own. A cluster that two of them find gets Applications of one name twice, and the controller refuses the whole ApplicationSet: `contains applications with duplicate name`. Groups that differ by the value of one label cannot overlap.";
    VALUE_NOT_SET: Error "value-not-set"
        "every value that a component asks for is set for every group of clusters"
        "With `missingkey=error` a value that is not there stops the ApplicationSet for all clusters; without it `<no value>` would be deployed. Values of a group without `matchLabels` are those of all groups that do not set their own.";
    CLUSTERS_CALLED_ALIKE: Error "clusters-called-alike"
        "clusters have names that still differ as part of an Application's name"
        "Argo CD makes `nameNormalized` of a cluster's name: lower case, a dash for all but letters, digits, `-` and `.`. Two Applications of one name stop the ApplicationSet.";
    SCHEDULING_MAP_PODS: Error "scheduling-map-pods"
        "the map has one entry for each pod, numbered from 0 without a gap"
        "The pods of a StatefulSet are numbered from 0. A pod without an entry is left to the default scheduler or stays pending, an entry without a pod keeps GPUs free for nobody, and of two entries of one pod the scheduler takes either.";
    SCHEDULING_MAP_DEVICES: Error "scheduling-map-devices"
        "a GPU of a node is given to one pod, and is there"
        "The scheduler sets CUDA_VISIBLE_DEVICES from the map. Two pods on one GPU run out of its memory, and a number beyond the last GPU of the node shows a pod no GPU at all.";
    SCHEDULING_MAP_NODE: Error "scheduling-map-node"
        "a node of the map is there"
        "A pod that is meant for a node that does not exist stays pending for ever. Nodes are known from `nodes` of ClusterFacts, which `gpu-machineset facts` captures, or from `oc get nodes -o yaml` among the facts; machines of a pool have new names whenever they are made again.";
    NO_MATCHING_CLUSTER: Warning "no-matching-cluster"
        "a selector of clusters finds one"
        "The generator of clusters looks at the labels of the Secrets in Argo CD's namespace that register clusters, not at the labels of nodes; there is no resource `cluster` to label. With a selector it does not find the local cluster while that has no Secret. The controller says `generated 0 applications` and no error.";
    APPLICATION_NAME_CUT: Warning "application-name-cut"
        "the names of Applications fit into a label"
        "Argo CD may track objects by a label, whose value has at most 63 characters. A name that is longer is cut, and ends in eight characters of the checksum of the cluster's address, so that no two are the same.";
    WINDOW_WITHOUT_EFFECT: Warning "window-without-effect"
        "a sync window that allows is closed at some time"
        "Without a window syncs are always allowed. One that opens every minute changes nothing, until somebody adds a second and wonders.";
    SINGLE_OF_ONE: Error "single-of-one"
        "one Application for all components is for one cluster, and one namespace"
        "An Application has one destination. Its server is where all of its sources go, its namespace is what manifests get that name none, as those of most charts do.";
    ORDER_WITHOUT_EFFECT: Warning "order-without-effect"
        "components that are ordered come from one ApplicationSet"
        "Steps (RollingSync) order the Applications of one ApplicationSet. Nothing orders those of several: sync waves on Applications count only inside of an Application that has them.";
    STEPS_NEED_A_SWITCH: Info "steps-need-a-switch"
        "the controller of ApplicationSets syncs in steps"
        "`strategy: RollingSync` is not looked at while progressive syncs are off, which they are by default: all Applications are then made and synced at once. With it the controller syncs, step after step, when the Applications before are healthy; automated sync and self-heal of its Applications are off.";
    LOCAL_CLUSTER_MADE: Info "local-cluster-made"
        "the local cluster has one Secret"
        "A selector finds the local cluster by the labels of its Secret. OpenShift GitOps makes one for each Argo CD (`<name>-default-cluster-config`), and with two for one address Argo CD takes either.";
    OUTSIDE_PROJECT: Warning "outside-project"
        "an AppProject allows what its Applications deliver"
        "Argo CD refuses an Application from a repository, or to a namespace, that its project does not list, and fails a sync with a kind that it does not list. Addresses are compared as they are written: `git@host:team/repo` and `https://host/team/repo` are two.";
    PLACEHOLDER_LEFT: Warning "placeholder-left"
        "no word that stands for something else is left"
        "YOUR_NAME, CHANGEME and hosts of example.com (RFC 2606) are there for the reader to replace. Argo CD takes them as they are, and says that the repository does not exist.";
    PROJECT_KIND: Warning "project-kind"
        "the kinds that an AppProject lists exist, in the list of their scope"
        "Argo CD compares group, kind and scope by their letters. A kind that does not exist allows nothing, and what was meant is refused: `resource admissionregistration.k8s.io:ValidatingWebhookConfiguration is not permitted in project`. `ValidatingAdmissionWebhook` is the name of a plugin of the API server.";
    POLICY_REFUSED: Warning "policy-refused"
        "Argo CD takes the policies of an AppProject"
        "A policy is `p, proj:<project>:<role>, <resource>, <action>, <project>/<application>, allow`, of the resources applications, applicationsets, clusters, exec, logs and repositories (argo-cd types.go, validatePolicy). With one that it refuses, Argo CD refuses the project, and none of its Applications syncs.";
    READONLY_ROLE_WRITES: Warning "readonly-role-writes"
        "a role that is called after reading only reads"
        "A sync changes the cluster. Whoever gives somebody a role of this name does not expect that.";
    DESTINATION_WIDE: Warning "destination-wide"
        "an AppProject names where its Applications deliver to"
        "With `*` for server and namespace a commit to one of the repositories may replace anything on any cluster; the namespaces of Kubernetes itself hold what runs the cluster.";
    ALLOW_EMPTY: Warning "allow-empty"
        "an Application that becomes empty does not delete everything"
        "With `prune` and `allowEmpty: true` a folder that is moved or cannot be rendered to anything deletes all that the Application has. The default, false, is what protects.";
    IGNORED_NEVER_DELIVERED: Warning "ignored-never-delivered"
        "ignoreDifferences name kinds that are delivered"
        "Argo CD compares objects that come from Git. Pods are made by controllers and come from nowhere.";
    WAVE_ORDERS_NOTHING: Warning "wave-orders-nothing"
        "Applications of an ApplicationSet are not ordered by sync waves"
        "No code of the controller of ApplicationSets reads the annotation. Sync waves order the objects inside of one Application; since Argo CD 1.8 not even an Application of Applications waits for the health of those in it. Steps (`strategy: RollingSync`) wait.";
    MISSING_KEYS: Info "missing-keys"
        "a template fails where a parameter is missing"
        "Without `missingkey=error` the controller deploys `<no value>`, or the parameter's name in braces, to clusters whose Secret lacks a label or annotation.";
    CLUSTER_LABEL_UNUSED: Warning "cluster-label-unused"
        "a label on the Secret of a cluster is looked for"
        "Only a generator of clusters looks at the labels of cluster Secrets. ApplicationSets with a `list` deliver to the servers that it names, whatever labels these have.";
    SCHEDULING_MAP_DOUBTFUL: Warning "scheduling-map-doubtful"
        "the map of the GPU scheduler in values gives each GPU to one pod"
        "Two pods on one GPU run out of its memory, a pod without an entry stays pending. `podIndex: 0, nodeName: node1` behind a dash without braces is no YAML.";
    WEBHOOK_STOPS_PODS: Warning "webhook-stops-pods"
        "a webhook for pods leaves out what it runs on itself"
        "With `failurePolicy: Fail`, which is the default, no pod is made while the webhook does not answer. When its own namespace is not left out, its own pods cannot come back either, and a `kube-system` that is not left out stops the cluster. The label that every namespace has is `kubernetes.io/metadata.name`; a selector over `name` leaves out nothing, since no namespace has that label by itself.";
}
