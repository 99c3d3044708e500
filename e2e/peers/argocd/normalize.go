package main

import (
	"context"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type normalizeRequest struct {
	// Of an Application.
	IgnoreDifferences []v1alpha1.ResourceIgnoreDifferences `json:"ignoreDifferences"`
	Object            map[string]any                       `json:"object"`
}

type normalizeReply struct {
	Object map[string]any `json:"object"`
}

// normalize leaves of an object what Argo CD compares.
func normalize(_ context.Context, request normalizeRequest) (*normalizeReply, error) {
	normalizer, err := normalizers.NewIgnoreNormalizer(request.IgnoreDifferences, nil, normalizers.IgnoreNormalizerOpts{})
	if err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{Object: request.Object}
	if err := normalizer.Normalize(object); err != nil {
		return nil, err
	}
	return &normalizeReply{Object: object.Object}, nil
}
