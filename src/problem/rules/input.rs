//! Rules about what is read from and written to the file system: paths, folders, encodings.

super::rules! {
    UNREADABLE_INPUT: Error "unreadable-input"
        "every path that is named can be read"
        "A file that cannot be read may hold the placeholder or the fact that matters, so nothing is rendered without it. Check the spelling and the permissions; in a container, check that the folder is mounted and readable by user `nobody`.";
    NO_MANIFESTS: Error "no-manifests"
        "a folder that is named holds manifests"
        "Of a folder all files that end in .yaml, .yml or .json are read, its sub-folders included; hidden files and folders and kustomization files are not. A folder without any is most likely the wrong one. A file that is named itself may end in anything.";
    INPUT_TOO_LARGE: Error "input-too-large"
        "an input is at most 512 MiB"
        "Everything is rendered in memory before the first byte is written, so that no caller sees half an output. An input of this size is most likely not a manifest. If it is, split it.";
    KUSTOMIZATION_SKIPPED: Info "kustomization-skipped"
        "a kustomization file is no manifest"
        "`render` and `check` read the files of a folder as they are and do not run kustomize. Render with kustomize (`kustomize build . | gpu-machineset`, or gpu-machineset as a function of the kustomization) when its patches and generators matter.";
    LEFT_OUT: Info "files-left-out"
        "a folder holds what is no manifest"
        "Beside manifests lie schemas, values of charts, patches and the files of other tools, and what `render -o` wrote. A file that was found in a folder and holds no object of Kubernetes, nor anything that was meant to be one (with `kind`, `metadata`, or `apiVersion` and `spec`), is left out in every way in, as kustomize and `oc apply` do not read it; so is a folder with the list `.gpu-machineset` of an earlier run, whose old objects would stay for ever if they were read again. What is named itself is always read.";
    FOREIGN_OUTPUT_FILES: Error "foreign-output-files"
        "only what gpu-machineset wrote is replaced"
        "`-o DIR` keeps DIR equal to what was rendered: objects that are gone are removed on the next run. It knows its own files by the list in DIR/.gpu-machineset. Files that are not on the list, and files that hold something else than what we wrote, belong to somebody: choose another folder, or allow them with `--force`, which leaves them alone unless they have the name of an object. `facts -o FILE` and `adopt -o FILE` know their own files by the first line; `facts --merge FILE -o FILE` keeps what people wrote into one.";
    UNWRITABLE_OUTPUT: Error "unwritable-output"
        "the output can be written"
        "Nothing is half written: the files are completed in a folder of their own first and then moved into place, so an output folder is as it was before. Make room or fix the permissions, then run again.";
    OUTPUT_IN_USE: Error "output-in-use"
        "one run at a time writes to a folder"
        "Two runs that write to one folder at once would leave files of both. The first locks the folder for as long as it lives, the second writes nothing. A lock of a run that was killed is gone with it. Some network file systems have no locks: there nothing is refused.";
    OUTPUT_REPAIRED: Info "output-repaired"
        "a run that was stopped is completed by the next one"
        "A run was killed, or the machine lost power, while it moved its files into place. Before the first one it had noted what will be there, and the next run has completed that, or taken back what was not noted to its end, before it wrote its own files. Nothing is to be done.";
    NO_PLAN: Error "no-plan-to-compare"
        "`plan --against` names an earlier plan"
        "It takes what `plan --format json` wrote, of this or another revision, or a folder of inputs, which is planned in place of the paths with the same `--facts`. A plan of an earlier release lacks what is compared: write it again.";
    PLAN_VERSION: Error "plan-version"
        "two plans that are compared are of one version"
        "The JSON form has a number, `version`, that changes when a field changes its meaning: numbers of two versions cannot be compared. Plan the other revision with this program: check it out and name its folder with `--against`.";
    INVALID_PRICES: Error "invalid-prices"
        "a price list has one price for each type, market and region"
        "`plan --prices FILE` reads rows of instance type, market (`OnDemand`, `Spot`, `CapacityBlock`), price per hour, currency and, if the price is of one region alone, the region, with tabs between. A row that is wrong would leave its machines out of the sums without a word. Prices are yours to bring: what a machine costs is between you and your cloud.";
    STILL_ENCRYPTED: Warning "still-encrypted"
        "what leaves is not encrypted"
        "SOPS encrypts the values of an object and adds a key `sops` to it. An API server refuses the key or keeps the ciphertext as the secret; nobody decrypts it behind this program. KSOPS decrypts as a generator of kustomize, which runs before functions and transformers; the plugin of Argo CD takes files as they are.";
    NO_OBJECT: Warning "no-object"
        "every document is an object of Kubernetes"
        "A document without `apiVersion` and `kind` leaves as it came, and no API server, kustomize or Argo CD takes it. Mostly it is what `oc` said instead of an object (`error: You must be logged in`), the values of a chart, or the file of another tool in a folder that is rendered.";
    FACTS_ALONE: Error "facts-alone"
        "facts come with something that is made of them"
        "Dumps of a running cluster leave the output when they served as facts. Without a GpuMachineSet or a GpuPlatform nothing reads them: they would be applied to the cluster as they were saved, and set what it has changed since back, as the replicas of its workers. A file that was named holds no object: mostly it is that of the pool, still empty.";
    DUMP_LEAVES: Warning "dump-leaves"
        "a dump of a running cluster does not leave as it came"
        "An input without a GpuMachineSet or a GpuPlatform leaves as it came, byte for byte, and this one holds what a running cluster says of itself. Applied, it would set what the cluster has changed since back. Mostly the file of the pool was not named.";
    EMPTY_OUTPUT: Error "empty-output"
        "something comes out"
        "Empty standard output with exit code 0 means \"delete everything\" to kustomize, kpt and Argo CD, so an empty result is an error. The input held only facts and objects that are marked `config.kubernetes.io/local-config`: add a GpuMachineSet.";
    FOLDER_TWICE: Error "folder-twice"
        "every cluster has a folder of its own"
        "With `--per-cluster` a cluster is written to a folder that has the name of its facts, in lower case. Two clusters of one name would overwrite each other.";
}
