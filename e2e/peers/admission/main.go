// Sends MachineSets through the Machine API operator's own admission webhooks:
// first the one that fills in defaults, then the one that validates; then once
// more as an update of what was stored, which the first does not see.
//
// Standard input is {"infrastructure": ..., "machineSets": [...]}; standard
// output is one verdict per set, in the same order.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
	configv1 "github.com/openshift/api/config/v1"
	machinev1beta1 "github.com/openshift/api/machine/v1beta1"
	"github.com/openshift/machine-api-operator/pkg/webhooks"
	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

type question struct {
	Infrastructure json.RawMessage   `json:"infrastructure"`
	MachineSets    []json.RawMessage `json:"machineSets"`
}

type verdict struct {
	// Refused is why the set is not admitted, empty when it is.
	Refused string `json:"refused"`
	// Warnings are what a person sees who creates it.
	Warnings []string `json:"warnings"`
	// RefusedUpdate is why the set is not admitted over the one that was stored, empty when it is. No webhook fills in
	// defaults then.
	RefusedUpdate string `json:"refusedUpdate"`
	// Stored is the set with its defaults.
	Stored json.RawMessage `json:"stored"`
}

// dns is of a cluster whose machines may have public addresses.
const dns = `{"apiVersion":"config.openshift.io/v1","kind":"DNS","metadata":{"name":"cluster"},"spec":{"publicZone":{"id":"Z1"}}}`

// serve answers the two requests with which the webhooks learn where they are.
func serve(infrastructure []byte) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/infrastructures/cluster"):
			_, _ = w.Write(infrastructure)
		case strings.HasSuffix(r.URL.Path, "/dnses/cluster"):
			_, _ = w.Write([]byte(dns))
		default:
			http.NotFound(w, r)
		}
	}))
}

// kubeconfig is how the webhooks find the server.
func kubeconfig(server, dir string) (string, error) {
	config := clientcmdapi.NewConfig()
	config.Clusters["c"] = &clientcmdapi.Cluster{Server: server}
	config.AuthInfos["u"] = &clientcmdapi.AuthInfo{}
	config.Contexts["c"] = &clientcmdapi.Context{Cluster: "c", AuthInfo: "u"}
	config.CurrentContext = "c"
	file := filepath.Join(dir, "kubeconfig")
	return file, clientcmd.WriteToFile(*config, file)
}

// judge sends one set through both webhooks, as the API server does.
func judge(defaulter, validator *admission.Webhook, set json.RawMessage) (verdict, error) {
	ctx := context.Background()
	create := func(object []byte) admission.Request {
		return admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
			Operation: admissionv1.Create,
			Object:    runtime.RawExtension{Raw: object},
		}}
	}
	defaulted := defaulter.Handle(ctx, create(set))
	if !defaulted.Allowed {
		return verdict{Refused: defaulted.Result.Message}, nil
	}
	operations, err := json.Marshal(defaulted.Patches)
	if err != nil {
		return verdict{}, err
	}
	patch, err := jsonpatch.DecodePatch(operations)
	if err != nil {
		return verdict{}, err
	}
	stored, err := patch.Apply(set)
	if err != nil {
		return verdict{}, err
	}
	validated := validator.Handle(ctx, create(stored))
	result := verdict{Warnings: validated.Warnings, Stored: stored}
	if !validated.Allowed {
		result.Refused = validated.Result.Message
	}
	updated := validator.Handle(ctx, admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Operation: admissionv1.Update,
		Object:    runtime.RawExtension{Raw: set},
		OldObject: runtime.RawExtension{Raw: stored},
	}})
	if !updated.Allowed {
		result.RefusedUpdate = updated.Result.Message
	}
	return result, nil
}

func run() error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	server := serve(asked.Infrastructure)
	defer server.Close()
	dir, err := os.MkdirTemp("", "admission")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file, err := kubeconfig(server.URL, dir)
	if err != nil {
		return err
	}
	if err := os.Setenv("KUBECONFIG", file); err != nil {
		return err
	}
	for _, install := range []func(*runtime.Scheme) error{machinev1beta1.Install, configv1.Install} {
		if err := install(scheme.Scheme); err != nil {
			return err
		}
	}
	// The installer makes it, and each cluster has it.
	credentials := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "aws-cloud-credentials", Namespace: "openshift-machine-api"}}
	client := fake.NewClientBuilder().WithScheme(scheme.Scheme).WithRuntimeObjects(credentials).Build()
	validator, err := webhooks.NewMachineSetValidator(client)
	if err != nil {
		return err
	}
	defaulter, err := webhooks.NewMachineSetDefaulter()
	if err != nil {
		return err
	}
	verdicts := make([]verdict, len(asked.MachineSets))
	for i, set := range asked.MachineSets {
		if verdicts[i], err = judge(defaulter, validator, set); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(verdicts)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "admission:", err)
		os.Exit(1)
	}
}
