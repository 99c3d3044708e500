// Kueue's own validation of what its webhooks look at: reads a list of objects from standard input, and prints for each
// what it refuses, as JSON. The peers of other versions share this file; their own types.go says which API it is of.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/kueue/pkg/webhooks"
)

func main() {
	var objects []map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		fail(err)
	}
	refused := make([][]string, len(objects))
	for i, object := range objects {
		errors, err := validate(&unstructured.Unstructured{Object: object})
		if err != nil {
			fail(err)
		}
		refused[i] = []string{}
		for _, one := range errors {
			refused[i] = append(refused[i], one.Error())
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(refused); err != nil {
		fail(err)
	}
}

func validate(object *unstructured.Unstructured) (field.ErrorList, error) {
	// strictly: a field that this version does not know is an error
	into := func(typed any) error {
		return runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object.Object, typed, true)
	}
	switch object.GetKind() {
	case "ClusterQueue":
		queue := &ClusterQueue{}
		if err := into(queue); err != nil {
			return nil, err
		}
		return webhooks.ValidateClusterQueue(queue), nil
	case "ResourceFlavor":
		flavor := &ResourceFlavor{}
		if err := into(flavor); err != nil {
			return nil, err
		}
		return webhooks.ValidateResourceFlavor(flavor), nil
	case "LocalQueue":
		// it has no webhook since 0.11: its rules are in the CRD
		return nil, into(&LocalQueue{})
	}
	return nil, fmt.Errorf("%s %s is none of Kueue's", object.GetKind(), object.GetName())
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
