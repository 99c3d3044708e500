//! What help shows behind the arguments.

pub(super) const PROGRAM: &str = "\
First pool, on a cluster that you are logged in to (`gpu-machineset init` writes it):
  mkdir facts
  oc get infrastructure cluster -o yaml > facts/infrastructure.yaml
  oc get machinesets.machine.openshift.io -n openshift-machine-api -o yaml > facts/machinesets.yaml
  oc get clusterversion version -o yaml > facts/version.yaml
  oc get clusterautoscalers.autoscaling.openshift.io -o yaml > facts/clusterautoscaler.yaml
  cat > gpu.yaml <<EOF
  apiVersion: gpu-machineset.dev/v1alpha1
  kind: GpuMachineSet
  metadata:
    name: l4
    annotations: {config.kubernetes.io/local-config: \"true\"}
  spec:
    instanceType: g6.4xlarge
    replicas: 1
  EOF
  gpu-machineset render gpu.yaml facts/ | oc apply -f -

Without a command it reads documents, or the ResourceList of a KRM function, from
standard input, and writes the same kind to standard output:
  cat gpu.yaml facts/*.yaml | gpu-machineset
  kustomize build --enable-alpha-plugins --enable-exec overlays/prod

Exit codes: 0 rendered, 1 problems (all of them on standard error, nothing
rendered), 2 called wrongly.";

pub(super) const INIT: &str = "\
Examples:
  gpu-machineset init
  gpu-machineset init gpus --type Standard_NC8as_T4_v3

It asks nothing, and stops when a file of its names is there.";

pub(super) const RENDER: &str = "\
Examples:
  gpu-machineset render gpu.yaml facts/
  gpu-machineset render gpu.yaml --facts facts/ -o rendered/
  gpu-machineset render gpu.yaml --facts clusters/ --per-cluster -o rendered/
  kustomize build base | gpu-machineset render - --facts facts/";

pub(super) const CHECK: &str = "\
Examples:
  gpu-machineset check gpu.yaml facts/
  gpu-machineset check . --format sarif > gpu-machineset.sarif
  gpu-machineset check . --format github --deny-warnings
  gpu-machineset check gpu.yaml --facts clusters/ --per-cluster

Text goes to standard error, every other format to standard output.";

pub(super) const FACTS: &str = "\
Examples:
  oc get infrastructures.config.openshift.io,clusterversions.config.openshift.io,machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io,clusterautoscalers.autoscaling.openshift.io,subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml | gpu-machineset facts -o facts.yaml
  gpu-machineset facts must-gather.local.123/ > facts.yaml

One ClusterFacts comes out: what pools and operators need of the cluster and
nothing else. Review it, commit it, and render with it:
  gpu-machineset render gpu.yaml facts.yaml";

pub(super) const DIFF: &str = "\
Examples:
  oc get machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io -n openshift-machine-api -o yaml | gpu-machineset diff gpu.yaml facts.yaml --live -
  gpu-machineset diff gpu.yaml --live must-gather.local.123/ --format json-patch
  gpu-machineset diff gpu.yaml --facts clusters/ --live dumps/ --per-cluster

What the cluster adds by itself is no difference: defaults, status, annotations
of controllers, replicas that the autoscaler decides. Facts may come out of the
dump. Running machines are never replaced: MachineSets do not roll.

Exit codes: 0 no difference, 1 differences, 2 called wrongly or nothing could be
rendered.";

pub(super) const ADOPT: &str = "\
Examples:
  oc get infrastructures.config.openshift.io,clusterversions.config.openshift.io,machinesets.machine.openshift.io,machineautoscalers.autoscaling.openshift.io,clusterautoscalers.autoscaling.openshift.io,subscriptions.operators.coreos.com,operatorgroups.operators.coreos.com -A -o yaml > cluster.yaml
  oc get clusterpolicies.nvidia.com,nodefeaturediscoveries.nfd.openshift.io -A -o yaml > operands.yaml
  gpu-machineset facts cluster.yaml -o facts.yaml
  gpu-machineset adopt cluster.yaml operands.yaml -o gpu.yaml
  gpu-machineset diff gpu.yaml facts.yaml --live cluster.yaml --live operands.yaml

The second line saves operands, which are judged too: name only those of the two
kinds that the cluster knows.

To be told what a cloning Job left behind:
  oc get jobs.batch,cronjobs.batch,configmaps,serviceaccounts -n NAMESPACE -o yaml > job.yaml
  oc get clusterroles,clusterrolebindings -o yaml > roles.yaml
  gpu-machineset adopt cluster.yaml job.yaml roles.yaml -o gpu.yaml";

pub(super) const CATALOG: &str = "\
Examples:
  gpu-machineset catalog g6.4xlarge
  gpu-machineset catalog h100 --platform AWS
  gpu-machineset catalog operators --openshift 4.20
  gpu-machineset catalog models";

pub(super) const FIT: &str = "\
Examples:
  gpu-machineset fit granite-3.3-8b-instruct
  gpu-machineset fit granite-3.3-8b-instruct --type g6.4xlarge --max-model-len 16384
  gpu-machineset fit llama-3.3-70b-instruct-fp8 --type p5.48xlarge --gpus 2 --format json
  gpu-machineset fit phi-4 gpu.yaml facts/ --pool l40s
  gpu-machineset fit my-model/config.json --type g6e.xlarge
  gpu-machineset fit --measured

Exit codes: 0 it fits, is tight or nothing certain was asked, 1 it does not fit or
vLLM would not start it, 2 called wrongly.";

pub(super) const SCHEMA: &str = "\
Examples:
  gpu-machineset schema GpuMachineSet > gpu-machineset.schema.json
  # first line of gpu.yaml:
  # yaml-language-server: $schema=gpu-machineset.schema.json";

pub(super) const INSTALL: &str = "\
Examples:
  eval \"$(gpu-machineset install ~/.config/kustomize/plugin)\"
  kubectl kustomize --enable-alpha-plugins overlays/prod

One GpuMachineSet, GpuPlatform or ClusterFacts file is listed under `transformers:` of a
kustomization.yaml, without a function annotation; all others, and the facts, under
`resources:`.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  source <(gpu-machineset completions bash)      # in ~/.bashrc
  source <(gpu-machineset completions zsh)       # in ~/.zshrc, after compinit
  gpu-machineset completions fish | source       # in ~/.config/fish/config.fish

The shell asks the program at each TAB: options, rules, kinds, formats, types and files.
Do not save the script: it and the program must be of one release.";

pub(super) const PLAN: &str = "\
Examples:
  gpu-machineset plan gpu.yaml facts/
  gpu-machineset plan gpu.yaml facts/ --format markdown | gh pr comment --body-file -
  gpu-machineset plan gpu.yaml facts/ --format html > plan.html
  gpu-machineset plan gpu.yaml --facts clusters/ --per-cluster
  gpu-machineset plan gpu.yaml facts/ --format json | jq '.clusters[].totals.max.gpus'

Problems go to standard error, and into Markdown, JSON and HTML too, so that a review shows
what failed: after errors these hold the problems alone, and the exit code is 1.";

pub(super) const GENERATE: &str = "\
Reads every manifest of the current folder, or what `kustomize build` makes of it when
it holds a kustomization. Facts and overrides come from ARGOCD_APP_PARAMETERS, then from
ARGOCD_ENV_*, then from the files. To see what Argo CD will see:
  cd apps/gpu && ARGOCD_APP_PARAMETERS='[{\"name\": \"region\", \"string\": \"us-east-2\"}]' \\
    gpu-machineset argocd generate";

pub(super) const APPLICATION: &str = "\
Examples:
  gpu-machineset argocd application apps/gpu --facts clusters/prod
  gpu-machineset argocd application apps/gpu argocd/gpu.yaml

Of an Application among the paths, the parameters and variables of its plugin count as
Argo CD hands them over; so do ARGOCD_APP_PARAMETERS and ARGOCD_ENV_*, which are stronger.
Paths of the parameter `facts` are relative to the folder.";

pub(super) const SECRET: &str = "\
Examples:
  gpu-machineset argocd secret clusters/prod.yaml
  gpu-machineset argocd secret clusters/prod.yaml --name cluster-prod --label environment=gpu-enabled

Find the name of the Secret with
  oc get secrets -n openshift-gitops -l argocd.argoproj.io/secret-type=cluster
Read what is printed, then run it.";
