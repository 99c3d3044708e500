// Reads a JSON list of provider specs, the part of a MachineSet that no CRD
// describes, and prints for each what OpenShift's own types have against it:
// a JSON list of strings, empty ones for specs that are right.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	machinev1 "github.com/openshift/api/machine/v1"
	machinev1alpha1 "github.com/openshift/api/machine/v1alpha1"
	machinev1beta1 "github.com/openshift/api/machine/v1beta1"
	ibmcloud "github.com/openshift/machine-api-provider-ibmcloud/pkg/apis/ibmcloudprovider/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	strict "sigs.k8s.io/json"
)

// types names each spec as its controller looks it up.
var types = map[metav1.TypeMeta]func() any{
	{APIVersion: "machine.openshift.io/v1beta1", Kind: "AWSMachineProviderConfig"}:   func() any { return new(machinev1beta1.AWSMachineProviderConfig) },
	{APIVersion: "machine.openshift.io/v1beta1", Kind: "AzureMachineProviderSpec"}:   func() any { return new(machinev1beta1.AzureMachineProviderSpec) },
	{APIVersion: "machine.openshift.io/v1beta1", Kind: "GCPMachineProviderSpec"}:     func() any { return new(machinev1beta1.GCPMachineProviderSpec) },
	{APIVersion: "machine.openshift.io/v1beta1", Kind: "VSphereMachineProviderSpec"}: func() any { return new(machinev1beta1.VSphereMachineProviderSpec) },
	{APIVersion: "machine.openshift.io/v1", Kind: "NutanixMachineProviderConfig"}:    func() any { return new(machinev1.NutanixMachineProviderConfig) },
	{APIVersion: "machine.openshift.io/v1alpha1", Kind: "OpenstackProviderSpec"}:     func() any { return new(machinev1alpha1.OpenstackProviderSpec) },
	// The groups of older releases: the same structs read them.
	{APIVersion: "openstackproviderconfig.openshift.io/v1alpha1", Kind: "OpenstackProviderSpec"}:     func() any { return new(machinev1alpha1.OpenstackProviderSpec) },
	{APIVersion: "vsphereprovider.openshift.io/v1beta1", Kind: "VSphereMachineProviderSpec"}:         func() any { return new(machinev1beta1.VSphereMachineProviderSpec) },
	{APIVersion: "ibmcloudproviderconfig.openshift.io/v1beta1", Kind: "IBMCloudMachineProviderSpec"}: func() any { return new(ibmcloud.IBMCloudMachineProviderSpec) },
}

func judge(spec json.RawMessage) error {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(spec, &meta); err != nil {
		return err
	}
	blank, known := types[meta]
	if !known {
		return fmt.Errorf("no cloud of OpenShift has the provider spec %s %s", meta.APIVersion, meta.Kind)
	}
	// As the API server reads: by the letter, and no field twice.
	doubts, err := strict.UnmarshalStrict(spec, blank())
	return errors.Join(append(doubts, err)...)
}

func main() {
	var specs []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&specs); err != nil {
		fmt.Fprintln(os.Stderr, "openshift: stdin is not a JSON list:", err)
		os.Exit(1)
	}
	verdicts := make([]string, len(specs))
	for i, spec := range specs {
		if err := judge(spec); err != nil {
			verdicts[i] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, "openshift:", err)
		os.Exit(1)
	}
}
