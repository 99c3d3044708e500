// Reads a JSON list of YAML streams on stdin and prints, for each, what every
// Go reader that meets our output makes of it, as JSON.
//
//	kubectl  kubectl's own splitter and decoder (sigs.k8s.io/yaml, so YAML 1.1)
//	v2       go.yaml.in/yaml/v2: YAML 1.1, with the types that it saw
//	v3       go.yaml.in/yaml/v3: what kustomize reads with
//
// A reader gives {"docs": [...]} or {"error": "..."}. A value that JSON cannot
// hold, and a key that is not a string, is an error: a string of ours that
// turns into an infinity or a boolean key must not look like a string again.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	yamlv2 "go.yaml.in/yaml/v2"
	yamlv3 "go.yaml.in/yaml/v3"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

type answer struct {
	Docs  []any  `json:"docs,omitempty"`
	Error string `json:"error,omitempty"`
}

// decode fills the value with the next document, or says io.EOF.
type decode func(any) error

func read(next decode, plain func(any) (any, error)) answer {
	docs := []any{}
	for {
		var v any
		err := next(&v)
		if err == io.EOF {
			return answer{Docs: docs}
		}
		if err == nil {
			v, err = plain(v)
		}
		if err != nil {
			return answer{Error: err.Error()}
		}
		docs = append(docs, v)
	}
}

func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int, int64, uint64, string:
		return v, nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, fmt.Errorf("%v is not a number in JSON", v)
		}
		return v, nil
	case time.Time:
		// No string, and it should not look like the one that it may have been.
		return map[string]any{"!!timestamp": v.String()}, nil
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = plain(v[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		return object(v)
	case map[any]any:
		return object(v)
	default:
		return nil, fmt.Errorf("%v was read as a %T", v, v)
	}
}

func object[K comparable](pairs map[K]any) (any, error) {
	out := make(map[string]any, len(pairs))
	for k, v := range pairs {
		key, ok := any(k).(string)
		if !ok {
			return nil, fmt.Errorf("key %v was read as a %T", k, k)
		}
		value, err := plain(v)
		if err != nil {
			return nil, err
		}
		out[key] = value
	}
	return out, nil
}

func kubectl(text string) answer {
	d := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	return read(func(into any) error {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		*into.(*any) = raw
		return nil
	}, func(v any) (any, error) { return v, nil })
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, "goyaml: stdin is not a JSON list of strings:", err)
		os.Exit(1)
	}
	answers := make([]map[string]answer, len(texts))
	for i, text := range texts {
		answers[i] = map[string]answer{
			"kubectl": kubectl(text),
			"v2":      read(yamlv2.NewDecoder(strings.NewReader(text)).Decode, plain),
			"v3":      read(yamlv3.NewDecoder(strings.NewReader(text)).Decode, plain),
		}
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if err := out.Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, "goyaml:", err)
		os.Exit(1)
	}
}
