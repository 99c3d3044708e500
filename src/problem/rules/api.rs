//! Rules about what users write, before any meaning: see `api/`.

super::rules! {
    MISSING_FIELD: Error "missing-field"
        "every required field is given"
        "The field has no safe default, so it is never guessed. The message says what the field means; `gpu-machineset schema KIND` prints all fields with their defaults.";
    UNKNOWN_KIND: Error "unknown-kind"
        "an object of the group gpu-machineset.dev is of a kind that this version knows"
        "Our kinds are input only: no cluster has a CRD for them, so a misspelt one would pass through and be refused, or pruned, by whoever applies it. Known are ClusterFacts, GpuAccess, GpuDelivery, GpuMachineSet, GpuModel, GpuPlatform and OpenStackGpu.";
    UNKNOWN_VERSION: Error "unknown-version"
        "an object of the group gpu-machineset.dev is of a version that this program knows"
        "Known is gpu-machineset.dev/v1alpha1. A newer version needs a newer program: reading its fields by the rules of an older one would render a pool that differs from what was meant.";
    UNKNOWN_FIELD: Error "unknown-field"
        "a placeholder holds known fields only"
        "A misspelt field that is ignored is a pool that silently differs from what was meant, so unknown fields are errors. `gpu-machineset schema KIND` prints all fields.";
    INVALID_VALUE: Error "invalid-value"
        "a field holds a value of its type"
        "The field's type, range or form is stated in the message and in `gpu-machineset schema KIND`.";
    ACCEPTANCE_INVALID: Error "acceptance-invalid"
        "`gpu-machineset.dev/accept` names warnings, each with a reason"
        "The annotation is a list of `rule: reason`, with `;` between two, and accepts warnings about the placeholder that carries it: they stay in every report as infos with the reason, and `--deny-warnings` lets them pass. An acceptance that is misspelt would accept nothing, without a reason nobody knows later whether it still holds, and errors cannot be accepted: of them nothing is rendered.";
    ACCEPTANCE_NOT_NEEDED: Warning "acceptance-not-needed"
        "what a placeholder accepts is there"
        "An acceptance that nothing needs any more would hide the warning when it comes back for another reason. Take the rule out of the annotation `gpu-machineset.dev/accept`.";
}
