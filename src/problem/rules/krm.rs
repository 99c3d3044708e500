//! Rules about documents, before any meaning.

super::rules! {
    INVALID_YAML: Error "invalid-yaml"
        "every document is YAML or JSON"
        "The text is not YAML that kustomize, kubectl and Argo CD would all read. The place is where reading had to stop; the cause often stands a line above: a missing quote, a tab as indentation, a bracket that is not closed.";
    OBJECT_TOO_LARGE: Error "object-too-large"
        "an object that is read is at most 8 MiB long and holds at most 200000 values"
        "An API server takes 1.5 MiB (etcd, `--max-request-bytes`), so no object that can be applied or was saved from a cluster is larger; each element of a List counts by itself. The limit keeps a run short in time and memory when a generator ran away. Objects that nobody interprets pass through at any size.";
    NOT_UTF8: Error "not-utf8"
        "every input is UTF-8"
        "The KRM function contract (functions-spec of kustomize) and the API server take UTF-8 only, and a byte that is none would have to be dropped or guessed. Save the file as UTF-8; in PowerShell 5, `oc get ... -o yaml > file` writes UTF-16: use `| Out-File -Encoding utf8`.";
    DUPLICATE_KEY: Error "duplicate-key"
        "a mapping holds each key once"
        "kustomize refuses the document, kubectl keeps one of the two values without a word. Remove one of them.";
    EMPTY_INPUT: Error "empty-input"
        "something is there to render"
        "Empty standard output with exit code 0 means \"delete everything\" to kustomize, kpt and Argo CD, so an empty input is an error. Pipe documents in, or name files: `gpu-machineset render gpu.yaml facts/`.";
    UNREADABLE_OUTPUT: Error "unreadable-output"
        "what was rendered can be read again"
        "Files of one object each, and the checks for Argo CD, are made of the rendered text. Where that cannot be read, although every input could, no object of it is written or judged: an answer without objects would empty the folder, and Argo CD would delete what it does not get. The message says what is wrong, and where in the output.";
    INVALID_RESOURCE_LIST: Error "invalid-resource-list"
        "a ResourceList has a list of objects under `items`"
        "The KRM function contract (functions-spec of kustomize) sends `items: [...]`. A ResourceList with neither `items` nor `functionConfig` would itself land in the build as a resource, and all others would vanish.";
    UNKNOWN_RESOURCE_LIST_VERSION: Warning "unknown-resource-list-version"
        "the ResourceList is of a known version"
        "Known are config.kubernetes.io/v1, v1beta1 and v1alpha1. The input was read as v1; if the caller means something else by its version, tell us.";
    UNKNOWN_FUNCTION_CONFIG: Error "unknown-function-config"
        "the functionConfig is a ConfigMap, one of our kinds, or absent"
        "As functionConfig we take a ConfigMap (`data.mode: expand` or `validate`), a GpuMachineSet, a GpuPlatform or a ClusterFacts. Other kinds would be ignored silently.";
    DUPLICATE_OBJECT: Error "duplicate-object"
        "no object stands twice in the output"
        "kustomize stops with \"generated duplicate resource\" when two objects share group, version, kind, namespace and name. What we generate replaces an object in place only when it carries the annotation `gpu-machineset.dev/from` of the same placeholder; anything else belongs to somebody and is not overwritten. Rename one of them, or delete the one that is in the way.";
    ANCHOR_ACROSS_OBJECTS: Error "anchor-across-objects"
        "an object that is removed or rewritten holds no anchor that another object uses"
        "YAML lets one item of a list use an anchor of another. When the item with the anchor leaves the output, the alias would point to nothing, and kustomize reads every item alone anyway (\"unknown anchor\"). Write the value out where the alias stands.";
}
