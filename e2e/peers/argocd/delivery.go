package main

import (
	"context"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	log "github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientset "k8s.io/client-go/kubernetes/fake"
	client "sigs.k8s.io/controller-runtime/pkg/client/fake"
)

type generateRequest struct {
	ApplicationSet v1alpha1.ApplicationSet `json:"applicationSet"`
	Secrets        []corev1.Secret         `json:"secrets"`
}

type generateReply struct {
	Applications []v1alpha1.Application `json:"applications"`
}

// generate makes the Applications of an ApplicationSet as its controller does, with these Secrets in its namespace.
func generate(ctx context.Context, request generateRequest) (*generateReply, error) {
	set := request.ApplicationSet
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	var objects []runtime.Object
	for i := range request.Secrets {
		secret := request.Secrets[i].DeepCopy()
		// as the API server does it
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		for key, value := range secret.StringData {
			secret.Data[key] = []byte(value)
		}
		secret.StringData = nil
		secret.Namespace = set.Namespace
		objects = append(objects, secret)
	}
	api := client.NewClientBuilder().WithScheme(scheme).WithRuntimeObjects(objects...).Build()
	all := map[string]generators.Generator{
		"List":     generators.NewListGenerator(),
		"Clusters": generators.NewClusterGenerator(ctx, api, clientset.NewSimpleClientset(objects...), set.Namespace),
	}
	all["Matrix"] = generators.NewMatrixGenerator(map[string]generators.Generator{"List": all["List"], "Clusters": all["Clusters"]})
	applications, _, err := template.GenerateApplications(log.WithField("set", set.Name), set, all, &utils.Render{}, api)
	if err != nil {
		return nil, err
	}
	return &generateReply{Applications: applications}, nil
}

type projectRequest struct {
	Project      v1alpha1.AppProject    `json:"project"`
	Kinds        []projectKind          `json:"kinds"`
	Applications []v1alpha1.Application `json:"applications"`
}

type projectKind struct {
	Group      string `json:"group"`
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced"`
}

type projectReply struct {
	// Of each kind and of each Application, whether the project permits it.
	Kinds        []bool `json:"kinds"`
	Applications []bool `json:"applications"`
}

// judge validates an AppProject as the API server of Argo CD does, and asks it what it permits.
func judge(_ context.Context, request projectRequest) (*projectReply, error) {
	project := request.Project
	if err := project.ValidateProject(); err != nil {
		return nil, err
	}
	reply := &projectReply{}
	for _, kind := range request.Kinds {
		permitted := project.IsGroupKindPermitted(schema.GroupKind{Group: kind.Group, Kind: kind.Kind}, kind.Namespaced)
		reply.Kinds = append(reply.Kinds, permitted)
	}
	none := func(string) ([]*v1alpha1.Cluster, error) { return nil, nil }
	for _, application := range request.Applications {
		destination := application.Spec.Destination
		cluster := &v1alpha1.Cluster{Server: destination.Server, Name: destination.Name}
		permitted, err := project.IsDestinationPermitted(cluster, destination.Namespace, none)
		if err != nil {
			return nil, err
		}
		for _, source := range application.Spec.GetSources() {
			permitted = permitted && project.IsSourcePermitted(source)
		}
		reply.Applications = append(reply.Applications, permitted)
	}
	return reply, nil
}
