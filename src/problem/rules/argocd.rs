//! Rules of the Argo CD way in: parameters, the destination, and what Argo CD would lose without a word.

super::rules! {
    UNKNOWN_PARAMETER: Error "unknown-parameter"
        "every parameter of the Application is known"
        "A parameter that nobody reads is most often a misspelt fact, and a fact that is not given is one that another source decides. `gpu-machineset argocd parameters` lists all of them. They are written as fields of ClusterFacts are (`infrastructureName`); `infrastructure-name` and the variable ARGOCD_ENV_INFRASTRUCTURE_NAME are the same parameter. A field of a pool is `pool.<name of the pool>.<field>`, as `pool.l4.autoscaling.max`, or an entry of the map `pool.<name of the pool>`.";
    INVALID_PARAMETER: Error "invalid-parameter"
        "a parameter of the Application has the type and the form of its fact"
        "Argo CD knows three types of parameters: `string`, `array` and `map`, whose values are all strings (argo-cd types.go, ApplicationSourcePluginParameter), so numbers stand in quotes. A list may also be one string with commas, since the template of an ApplicationSet cannot grow an array. An empty value is none: a template of an annotation that a cluster does not have leaves the fact to the files.";
    PARAMETERS_NOT_READ: Info "parameters-not-read"
        "what Argo CD hands to the plugin is read from the Application of the folder"
        "`argocd application` reads `spec.source.plugin` of an Application that names this plugin and is rendered from the same folder (`spec.source.path`). An Application of another folder hands over nothing here, and what the template of an ApplicationSet becomes for each cluster is not known before Argo CD fills it in.";
    AMBIGUOUS_APPLICATION: Error "ambiguous-application"
        "parameters come from one Application"
        "Several Applications may render one folder, each with parameters of its own, and need different things of the sets that come out. Name one of them at a time.";
    KUSTOMIZE_NOT_FOUND: Error "kustomize-not-found"
        "a folder with a kustomization is built by kustomize"
        "An Application whose folder holds a kustomization file means what kustomize makes of it, so the folder's files alone would be something else. Put `kustomize` on PATH in the sidecar's image, or take the kustomization file away when the folder's files are meant.";
    KUSTOMIZE_FAILED: Error "kustomize-failed"
        "`kustomize build` of the application's folder succeeds"
        "The message is kustomize's own. `kustomize build` in the same folder prints the same.";
    NESTED_KUSTOMIZATION: Error "nested-kustomization"
        "a kustomization stands in the application's own folder, or nowhere in it"
        "Files beside a kustomization file are parts of it: patches, bases, lists. Applied as they are they would be something else. Point `spec.source.path` at the folder with the kustomization, or list that folder under `resources:` of a kustomization above it.";
    DROPPED_BY_KUSTOMIZE: Error "dropped-by-kustomize"
        "placeholders and facts are still there after `kustomize build`"
        "At the end of a build kustomize drops every object that is annotated `config.kubernetes.io/local-config`, so that a plugin which runs after it never sees them: the pools would silently be pruned. What is ours never reaches the cluster in this way, so the annotation is not needed: remove it, or list the placeholder under `transformers:` and let kustomize run us.";
    OUTSIDE_OF_TREE: Error "outside-of-tree"
        "every path stays within the repository that Argo CD sent"
        "The sidecar works for all Applications, with the trees of several side by side. A path or a link that leads out of this one may show files of another team or of the container, so it is not followed. With `reposerver.plugin.use.manifest.generate.paths` Argo CD sends only what the annotation `argocd.argoproj.io/manifest-generate-paths` names: facts that lie elsewhere must be named there.";
    NO_MACHINE_API: Error "no-machine-api"
        "the destination serves the Machine API"
        "KUBE_API_VERSIONS, with which Argo CD tells what the destination cluster serves, lists no `machine.openshift.io/v1beta1`. Hosted control planes (HyperShift, ROSA with HCP) use NodePools instead of MachineSets, and a cluster can be installed without the MachineAPI capability. Nothing was synced.";
    NO_MACHINE_AUTOSCALER: Error "no-machine-autoscaler"
        "the destination serves MachineAutoscalers when a pool scales"
        "KUBE_API_VERSIONS, with which Argo CD tells what the destination cluster serves, lists no `autoscaling.openshift.io`: its cluster-autoscaler-operator is missing. Give the pool fixed `replicas`, or enable the MachineAPI capability.";
    KUBE_VERSION_DIFFERS: Error "kube-version-differs"
        "the facts describe the cluster that is deployed to"
        "OpenShift 4.N brings Kubernetes 1.(N+13). KUBE_VERSION, with which Argo CD tells what the destination runs, is two or more minor versions away from the OpenShift version of the facts: they are of another cluster, or older than its last upgrades. One minor version is what an upgrade makes for a while, and no problem.";
    LOST_DOCUMENT: Error "lost-document"
        "no document follows a `...` line without a `---` line"
        "Argo CD splits a stream with the reader of Kubernetes, which stops at `...`: everything up to the next `---` line would be dropped without a word, and pruned from the cluster.";
    TEXT_AFTER_SEPARATOR: Error "text-after-separator"
        "`---` stands on a line of its own"
        "Argo CD refuses a document that begins on the line of its `---` (\"invalid Yaml document separator\"), and all other documents with it.";
    YAML_DIRECTIVE: Error "yaml-directive"
        "no document begins with a `%YAML` or `%TAG` line"
        "Argo CD's reader takes a directive for a document and fails.";
    NOT_THE_SAME_TO_ALL: Error "not-the-same-to-all"
        "no plain scalar is a boolean to Argo CD and a string to kustomize"
        "Argo CD, kubectl and the API server read YAML 1.1 (go-yaml v2), where plain `y`, `yes`, `on`, `n`, `no` and `off` are booleans, as keys too. kustomize and most editors read them as strings. Write `true` or `false`, or put the word in quotes.";
    TAKEN_FOR_LIST: Error "taken-for-list"
        "only a List has `items` at its top level"
        "Argo CD takes every object with a list under the top-level key `items` for a List, and deploys the items instead of the object (argo-cd reposerver, Unstructured.IsList).";
    NO_KIND: Error "no-kind"
        "every document is an object with `apiVersion`, `kind` and `metadata.name`"
        "Argo CD fails on a document that is no object of Kubernetes and shows neither its file nor its line. Move files that are no manifests (values, settings) out of the application's folder, or begin their name or their folder's with a dot.";
    REPEATED_OBJECT: Error "repeated-object"
        "no object stands twice in an Application"
        "Of two objects with one group, kind, namespace and name Argo CD deploys the last, with a warning that is easily overlooked (RepeatedResourceWarning). Remove one of them.";
    PROBE_FAILED: Error "probe-failed"
        "argocd-cmp-server answers on its socket"
        "The probe connects to `$ARGOCD_PLUGINSOCKFILEPATH/gpu-machineset.sock` (default folder: /home/argocd/cmp-server/plugins), as the repo-server does. Right after the start of the container the socket is not there yet. Both containers must run as the same user, and the folder must be the same volume in both.";
}
