// One binary for the parts of Argo CD that the tests run against: it does what
// the name it is called by says. All of it is Argo CD's own code; what is added
// reads requests from standard input and prints replies, as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	cmpserver "github.com/argoproj/argo-cd/v3/cmd/argocd-cmp-server/commands"
	log "github.com/sirupsen/logrus"
)

func main() {
	switch name := filepath.Base(os.Args[0]); name {
	case "argocd-cmp-server":
		endWithParent()
		if err := cmpserver.NewCommand().Execute(); err != nil {
			os.Exit(1)
		}
	case "repo-server-client":
		serve(repoServer)
	case "lua-health":
		serve(luaHealth)
	case "applicationset-render":
		serve(render)
	case "applicationset-generate":
		serve(generate)
	case "project-judge":
		serve(judge)
	case "ignore-normalizer":
		serve(normalize)
	default:
		fail(fmt.Errorf("%s: call me argocd-cmp-server, repo-server-client, lua-health, applicationset-render, applicationset-generate, project-judge or ignore-normalizer", name))
	}
}

// endWithParent makes a server end when its standard input does: the test that
// started it holds the other end, so no server outlives a test that was killed.
func endWithParent() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
}

// reply is what became of one request.
type reply[Out any] struct {
	Reply  *Out    `json:"reply,omitempty"`
	Error  string  `json:"error,omitempty"`
	Millis float64 `json:"millis"`
}

// serve takes a list of requests and answers all of them at once, as many
// applications of one commit do.
func serve[In, Out any](handle func(context.Context, In) (*Out, error)) {
	log.SetOutput(os.Stderr)
	log.SetLevel(log.WarnLevel)
	var requests []In
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fail(fmt.Errorf("requests: %w", err))
	}
	// the limit of the controller and the API server for a call
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	replies := make([]reply[Out], len(requests))
	var all sync.WaitGroup
	for i, request := range requests {
		all.Go(func() {
			start := time.Now()
			out, err := handle(ctx, request)
			replies[i] = reply[Out]{Reply: out, Millis: float64(time.Since(start).Microseconds()) / 1000}
			if err != nil {
				replies[i].Error = err.Error()
			}
		})
	}
	all.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(replies); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

var errNothing = errors.New("there is nothing in the request")
