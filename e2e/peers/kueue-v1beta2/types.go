package main

import kueue "sigs.k8s.io/kueue/apis/kueue/v1beta2"

type (
	ClusterQueue   = kueue.ClusterQueue
	ResourceFlavor = kueue.ResourceFlavor
	LocalQueue     = kueue.LocalQueue
)
