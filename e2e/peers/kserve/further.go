package main

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// further is empty here: nothing else of 0.15 is judged.
func further(*unstructured.Unstructured) (any, func(context.Context) error) { return nil, nil }
