package main

import (
	"context"

	"github.com/argoproj/argo-cd/v3/util/lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type healthRequest struct {
	Script string         `json:"script"`
	Object map[string]any `json:"object"`
}

type healthReply struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// luaHealth runs a health check as the application controller does.
func luaHealth(_ context.Context, request healthRequest) (*healthReply, error) {
	object := &unstructured.Unstructured{Object: request.Object}
	health, err := lua.VM{}.ExecuteHealthLua(object, request.Script)
	if err != nil {
		return nil, err
	}
	if health == nil {
		return nil, errNothing
	}
	return &healthReply{Status: string(health.Status), Message: health.Message}, nil
}
