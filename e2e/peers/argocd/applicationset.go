package main

import (
	"context"

	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

type renderRequest struct {
	ApplicationSet v1alpha1.ApplicationSet `json:"applicationSet"`
	// What the cluster generator makes of one cluster Secret.
	Params map[string]any `json:"params"`
}

// render makes the Application of one cluster as the ApplicationSet controller does.
func render(_ context.Context, request renderRequest) (*v1alpha1.Application, error) {
	set := request.ApplicationSet
	template := &v1alpha1.Application{Spec: set.Spec.Template.Spec}
	template.Name = set.Spec.Template.Name
	template.Labels = set.Spec.Template.Labels
	template.Annotations = set.Spec.Template.Annotations
	renderer := utils.Render{}
	return renderer.RenderTemplateParams(template, set.Spec.SyncPolicy, request.Params, set.Spec.GoTemplate, set.Spec.GoTemplateOptions)
}
