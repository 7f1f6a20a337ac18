package hard_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/host"
)

// xmlService answers as the service does whose workflows are the published ones
// that read XML by JSON Pointer: with the lists and wrappers that are on its wire.
type xmlService struct {
	mu    sync.Mutex
	state []string
}

func (s *xmlService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	action := r.URL.Query().Get("Action")
	content := "<return>true</return>"
	switch action {
	case "RunInstances":
		s.state = []string{"pending", "running"}
		content = `<reservationId>r-1</reservationId><ownerId>111122223333</ownerId><groupSet/><instancesSet><item><instanceId>i-1</instanceId><instanceState><code>0</code><name>pending</name></instanceState></item></instancesSet>`
	case "StartInstances", "RebootInstances":
		s.state = []string{"pending", "running"}
	case "StopInstances":
		s.state = []string{"stopping", "stopped"}
	case "TerminateInstances":
		s.state = []string{"shutting-down", "terminated"}
	case "CreateImage":
		content = `<imageId>ami-1</imageId>`
	case "DescribeInstances":
		now := "running"
		if len(s.state) > 0 {
			now = s.state[0]
		}
		if len(s.state) > 1 {
			s.state = s.state[1:]
		}
		content = `<reservationSet><item><reservationId>r-1</reservationId><groupSet/><instancesSet><item><instanceId>i-1</instanceId><instanceState><code>16</code><name>` + now + `</name></instanceState><tagSet/></item></instancesSet></item></reservationSet>`
	}
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<%sResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>%s</%sResponse>`, action, content, action)
}

// TestPublishedWorkflowsThatReadXML runs them all, and expects that each pointer
// into a reply reaches its value.
func TestPublishedWorkflowsThatReadXML(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus, "amazon-ec2", "arazzo", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the collection of published workflows is not beside the repository")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yml"), func(t *testing.T) {
			server := httptest.NewServer(&xmlService{})
			defer server.Close()
			bundle, list := (&arazzo.Loader{}).Load(t.Context(), file)
			list.Add(arazzo.Check(bundle, arazzo.CheckOptions{})...)
			if err := list.Err(); err != nil {
				t.Fatal(err)
			}
			program, list := runtime.Compile(bundle, runtime.CompileOptions{})
			if err := list.Err(); err != nil {
				t.Fatal(err)
			}
			info := program.Workflows()[0]
			inputs := make(map[string]any)
			for _, in := range info.Inputs {
				switch {
				case in.HasDefault:
				case len(in.Types) == 1 && in.Types[0] == "integer":
					inputs[in.Name] = 1
				case len(in.Types) == 1 && in.Types[0] == "boolean":
					inputs[in.Name] = true
				default:
					inputs[in.Name] = "x"
				}
			}
			clock := &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
			st, list := program.Start(runtime.StartOptions{RunID: "xml", Inputs: inputs, Now: clock.now, Policy: runtime.Policy{MaxSteps: 50}})
			if err := list.Err(); err != nil {
				t.Fatal(err)
			}
			binding, list := program.Bind(t.Context(), runtime.BindOptions{Servers: map[string]string{"": server.URL}})
			if err := list.Err(); err != nil {
				t.Fatal(err)
			}
			engine := &runtime.Engine{Program: program, Binding: binding, Transport: &host.HTTP{}, Clock: clock}
			res, err := engine.Run(t.Context(), st)
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != runtime.Succeeded {
				t.Errorf("%s: %+v", res.Status, res.Failure)
			}
			for _, d := range res.Warnings {
				if d.Rule == "absent-output" || d.Rule == "absent-value" || d.Rule == "unreadable-body" {
					t.Errorf("%s: %s", d.Rule, d.Message)
				}
			}
		})
	}
}
