// KServe's own admission of what it serves: reads a list of objects from standard input, and prints for each, as JSON,
// what its webhooks refuse and which fields its defaulter would write. The peers of other versions share this file; their
// own further.go says what else of that version is judged.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/apis/serving/v1beta1"
	"github.com/kserve/kserve/pkg/webhook/admission/servingruntime"
)

// What becomes of one object.
type verdict struct {
	Refused []string `json:"refused"`
	Written []string `json:"written"`
}

func main() {
	var objects []map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		fail(err)
	}
	judge, err := newJudge(objects)
	if err != nil {
		fail(err)
	}
	verdicts := make([]verdict, len(objects))
	for i, object := range objects {
		verdicts[i], err = judge.object(&unstructured.Unstructured{Object: object})
		if err != nil {
			fail(err)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fail(err)
	}
}

type judge struct {
	ctx      context.Context
	runtimes servingruntime.ServingRuntimeValidator
}

// newJudge knows the runtimes of the list: those of one namespace are judged beside each other.
func newJudge(objects []map[string]any) (*judge, error) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	client := fake.NewClientBuilder().WithScheme(scheme)
	for _, object := range objects {
		one := &v1alpha1.ServingRuntime{}
		if object["kind"] != "ServingRuntime" || into(object, one) != nil {
			continue
		}
		client = client.WithObjects(one)
	}
	validator := servingruntime.ServingRuntimeValidator{Client: client.Build(), Decoder: admission.NewDecoder(scheme)}
	return &judge{ctx: context.Background(), runtimes: validator}, nil
}

func (j *judge) object(object *unstructured.Unstructured) (verdict, error) {
	said := verdict{Refused: []string{}, Written: []string{}}
	refuse := func(err error) {
		if err != nil {
			said.Refused = append(said.Refused, err.Error())
		}
	}
	switch object.GetKind() + "." + object.GetAPIVersion() {
	case "InferenceService.serving.kserve.io/v1beta1":
		service := &v1beta1.InferenceService{}
		if err := into(object.Object, service); err != nil {
			refuse(err)
			// one with a field that is not known is judged all the same
			if !runtime.IsStrictDecodingError(err) {
				return said, nil
			}
		}
		before := service.DeepCopy()
		service.DefaultInferenceService(nil, nil, &v1beta1.SecurityConfig{}, nil)
		written, err := differences(before, service)
		if err != nil {
			return said, err
		}
		said.Written = written
		validator := &v1beta1.InferenceServiceValidator{}
		_, err = validator.ValidateCreate(j.ctx, service)
		refuse(err)
		_, err = validator.ValidateUpdate(j.ctx, service.DeepCopy(), service)
		refuse(err)
	case "ServingRuntime.serving.kserve.io/v1alpha1":
		refuse(into(object.Object, &v1alpha1.ServingRuntime{}))
		raw, err := object.MarshalJSON()
		if err != nil {
			return said, err
		}
		request := admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
			Operation: admissionv1.Create,
			Object:    runtime.RawExtension{Raw: raw},
		}}
		response := j.runtimes.Handle(j.ctx, request)
		if !response.Allowed {
			refuse(errors.New(response.Result.Message))
		}
	default:
		typed, validate := further(object)
		if typed == nil {
			return said, fmt.Errorf("%s %s is not judged here", object.GetAPIVersion(), object.GetKind())
		}
		if err := into(object.Object, typed); err != nil {
			refuse(err)
			// one with a field that is not known is judged all the same
			if !runtime.IsStrictDecodingError(err) {
				return said, nil
			}
		}
		refuse(validate(j.ctx))
	}
	return said, nil
}

// into reads strictly: a field that this version does not know is an error.
func into(object map[string]any, typed any) error {
	return runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object, typed, true)
}

// differences lists the fields that the second has, or has otherwise, by path.
func differences(before, after any) ([]string, error) {
	one, err := runtime.DefaultUnstructuredConverter.ToUnstructured(before)
	if err != nil {
		return nil, err
	}
	two, err := runtime.DefaultUnstructuredConverter.ToUnstructured(after)
	if err != nil {
		return nil, err
	}
	found := []string{}
	compare("", one, two, &found)
	sort.Strings(found)
	return found, nil
}

func compare(path string, before, after any, found *[]string) {
	one, isMap := before.(map[string]any)
	two, isMapToo := after.(map[string]any)
	if !isMap || !isMapToo {
		if !reflect.DeepEqual(before, after) {
			*found = append(*found, path)
		}
		return
	}
	for key := range one {
		if _, ok := two[key]; !ok {
			*found = append(*found, path+"."+key)
		}
	}
	for key, value := range two {
		old, ok := one[key]
		if !ok {
			*found = append(*found, path+"."+key)
			continue
		}
		compare(path+"."+key, old, value, found)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
