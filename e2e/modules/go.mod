// Modules whose files tests read, and whose code is not built.
module gpu-machineset.dev/e2e/modules

go 1.26

require (
	github.com/external-secrets/external-secrets v0.19.2
	github.com/metallb/metallb-operator v0.14.2
)
