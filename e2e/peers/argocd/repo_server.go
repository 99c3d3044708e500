package main

import (
	"context"
	"fmt"
	"path/filepath"

	pluginclient "github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/app/discovery"
	"github.com/argoproj/argo-cd/v3/util/cmp"
	"github.com/argoproj/argo-cd/v3/util/git"
	utilio "github.com/argoproj/argo-cd/v3/util/io"
	"k8s.io/apimachinery/pkg/api/resource"
)

// repoRequest is one application at one commit.
type repoRequest struct {
	// What is asked for: "manifests" or "parameters".
	Want string `json:"want"`
	// The checked out repository.
	Root        string                     `json:"root"`
	App         string                     `json:"app"`
	Namespace   string                     `json:"namespace"`
	Source      v1alpha1.ApplicationSource `json:"source"`
	KubeVersion string                     `json:"kubeVersion"`
	APIVersions []string                   `json:"apiVersions"`
	TarExcluded []string                   `json:"tarExcluded"`
	// The annotation argocd.argoproj.io/manifest-generate-paths, with the setting that makes it count for plugins.
	GeneratePaths string `json:"generatePaths"`
}

type repoReply struct {
	Manifests  []string                           `json:"manifests,omitempty"`
	SourceType string                             `json:"sourceType,omitempty"`
	Parameters []*apiclient.ParameterAnnouncement `json:"parameters,omitempty"`
}

// The commit that the requests speak of.
const revision = "0123456789abcdef0123456789abcdef01234567"

// repoServer does what the repo-server does with a request of the controller,
// from the moment that the repository is checked out.
func repoServer(ctx context.Context, request repoRequest) (*repoReply, error) {
	appPath := filepath.Join(request.Root, request.Source.Path)
	if request.Want == "parameters" {
		return parameters(ctx, appPath, request)
	}
	query := &apiclient.ManifestRequest{
		Repo:              &v1alpha1.Repository{Repo: request.Source.RepoURL},
		Revision:          revision,
		AppLabelKey:       "app.kubernetes.io/instance",
		AppName:           request.App,
		Namespace:         request.Namespace,
		ApplicationSource: &request.Source,
		KubeVersion:       request.KubeVersion,
		ApiVersions:       request.APIVersions,
		TrackingMethod:    string(v1alpha1.TrackingMethodAnnotation),
		ProjectName:       "gpu",

		AnnotationManifestGeneratePaths: request.GeneratePaths,
	}
	response, err := repository.GenerateManifests(ctx, appPath, request.Root, revision, query, true,
		git.NoopCredsStore{}, resource.MustParse("0"), utilio.NewRandomizedTempPaths(request.Root),
		repository.WithCMPTarExcludedGlobs(request.TarExcluded), repository.WithCMPUseManifestGeneratePaths(request.GeneratePaths != ""))
	if err != nil {
		return nil, err
	}
	return &repoReply{Manifests: response.Manifests, SourceType: response.SourceType}, nil
}

// parameters does what populatePluginAppDetails does, which is not exported.
func parameters(ctx context.Context, appPath string, request repoRequest) (*repoReply, error) {
	env := []string{
		"ARGOCD_APP_NAME=" + request.App,
		"ARGOCD_APP_SOURCE_REPO_URL=" + request.Source.RepoURL,
		"ARGOCD_APP_SOURCE_PATH=" + request.Source.Path,
		"ARGOCD_APP_SOURCE_TARGET_REVISION=" + request.Source.TargetRevision,
	}
	given, err := request.Source.Plugin.Parameters.Environ()
	if err != nil {
		return nil, err
	}
	env = append(env, given...)
	conn, client, err := discovery.DetectConfigManagementPlugin(ctx, appPath, request.Root, request.Source.Plugin.Name, env, request.TarExcluded)
	if err != nil {
		return nil, err
	}
	defer utilio.Close(conn)
	stream, err := client.GetParametersAnnouncement(ctx)
	if err != nil {
		return nil, fmt.Errorf("error getting parametersAnnouncementStream: %w", err)
	}
	if err := cmp.SendRepoStream(stream.Context(), appPath, request.Root, stream, env, request.TarExcluded); err != nil {
		return nil, fmt.Errorf("error sending file to cmp-server: %w", err)
	}
	var announced *pluginclient.ParametersAnnouncementResponse
	if announced, err = stream.CloseAndRecv(); err != nil {
		return nil, fmt.Errorf("failed to get parameter announcement: %w", err)
	}
	return &repoReply{Parameters: announced.ParameterAnnouncements}, nil
}
