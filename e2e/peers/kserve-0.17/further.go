package main

import (
	"context"

	"github.com/kserve/kserve/pkg/apis/serving/v1alpha1"
	"github.com/kserve/kserve/pkg/apis/serving/v1alpha2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// further gives the type of an LLMInferenceService, to read it into, and what judges it then.
func further(object *unstructured.Unstructured) (any, func(context.Context) error) {
	switch object.GetKind() + "." + object.GetAPIVersion() {
	case "LLMInferenceService.serving.kserve.io/v1alpha1":
		service := &v1alpha1.LLMInferenceService{}
		return service, func(ctx context.Context) error {
			_, err := (&v1alpha1.LLMInferenceServiceValidator{}).ValidateCreate(ctx, service)
			return err
		}
	case "LLMInferenceService.serving.kserve.io/v1alpha2":
		service := &v1alpha2.LLMInferenceService{}
		return service, func(ctx context.Context) error {
			_, err := (&v1alpha2.LLMInferenceServiceValidator{}).ValidateCreate(ctx, service)
			return err
		}
	}
	return nil, nil
}
