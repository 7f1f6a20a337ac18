package runtime_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// adapterFunc makes an adapter of a function.
type adapterFunc func(runtime.Target) (*runtime.Adaptation, diag.List)

func (f adapterFunc) Adapt(_ context.Context, t runtime.Target) (*runtime.Adaptation, diag.List) {
	return f(t)
}

const listAndKey = `
- workflowId: w
  inputs: {type: object, properties: {key: {type: string}}}
  parameters: [{name: limit, in: query, value: 3}]
  steps:
  - stepId: plain
    operationId: listPets
  - stepId: keyed
    operationId: listPets
    parameters:
    - {name: x-own-key, in: header, value: $inputs.key}
    - {name: sid, in: cookie, value: c}
  - stepId: again
    operationId: listPets
`

func TestAdaptersAreAskedInTurn(t *testing.T) {
	tr := newTrial(t, listAndKey, ok("[]"))
	var asked []runtime.Target
	family := adapterFunc(func(target runtime.Target) (*runtime.Adaptation, diag.List) {
		asked = append(asked, target)
		return &runtime.Adaptation{
			Auth:   []runtime.Auth{{Scheme: "always"}},
			Claims: []runtime.Claim{{Scheme: "signed", Auth: runtime.Auth{Scheme: "signature"}}, {Scheme: "none"}},
			Header: runtime.Header{{Name: "X-Family", Value: "yes"}},
		}, nil
	})
	silent := adapterFunc(func(runtime.Target) (*runtime.Adaptation, diag.List) { return nil, nil })
	tr.bind = runtime.BindOptions{Adapters: []runtime.Adapter{family, silent}}
	tr.run(t)
	var given [][]runtime.ParameterName
	for _, target := range asked {
		given = append(given, target.Given)
		if target.BaseURL != "https://pets.example/v1" || target.Adapted != nil {
			t.Errorf("the first adapter is told of %q and %+v", target.BaseURL, target.Adapted)
		}
	}
	limit := runtime.ParameterName{In: "query", Name: "limit"}
	want := [][]runtime.ParameterName{{limit}, {limit, {In: "header", Name: "x-own-key"}, {In: "cookie", Name: "sid"}}}
	if diff := cmp.Diff(want, given); diff != "" {
		t.Errorf("parameters of the steps (-want +got):\n%s", diff)
	}
	for _, req := range tr.script.requests {
		if diff := cmp.Diff([]runtime.Auth{{Scheme: "always"}, {Scheme: "signature"}}, req.Auth); diff != "" {
			t.Errorf("a claim that nobody takes up holds (-want +got):\n%s", diff)
		}
	}

	choosing := adapterFunc(func(target runtime.Target) (*runtime.Adaptation, diag.List) {
		changed := *target.Adapted
		changed.Claims, changed.Auth = nil, []runtime.Auth{{Scheme: "chosen", Params: map[string]string{"base": target.BaseURL}}}
		return &changed, nil
	})
	tr.bind.Adapters = []runtime.Adapter{family, silent, choosing}
	tr.script.requests = nil
	tr.run(t)
	for _, req := range tr.script.requests {
		if diff := cmp.Diff([]runtime.Auth{{Scheme: "chosen", Params: map[string]string{"base": "https://pets.example/v1"}}}, req.Auth); diff != "" {
			t.Errorf("the last adapter decides (-want +got):\n%s", diff)
		}
		if _, kept := req.Header.Lookup("X-Family"); !kept {
			t.Error("what an adapter leaves as it was is lost")
		}
	}
}

func TestErrorsOfAdaptersKeepARunFromStarting(t *testing.T) {
	nowhere := strings.Replace(petAPI, "servers: [{url: https://pets.example/v1}]\n", "", 1)
	program, problems := load(t, map[string]string{"arazzo.yaml": document(listAndKey), "pets.yaml": nowhere})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	refusing := func(a *runtime.Adaptation) runtime.Adapter {
		return adapterFunc(func(runtime.Target) (*runtime.Adaptation, diag.List) {
			return a, diag.List{{Rule: "refused", Message: "no"}}
		})
	}
	unasked := adapterFunc(func(runtime.Target) (*runtime.Adaptation, diag.List) {
		t.Error("an adapter is asked after an error")
		return nil, nil
	})
	tests := []struct {
		name     string
		adapters []runtime.Adapter
		want     []string
	}{
		{"of an address", []runtime.Adapter{refusing(nil), unasked}, []string{"refused"}},
		{"of credentials, beside those of the description", []runtime.Adapter{refusing(&runtime.Adaptation{}), unasked}, []string{"refused", "no-server"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			binding, problems := program.Bind(t.Context(), runtime.BindOptions{Adapters: tt.adapters})
			var rules []string
			for _, d := range problems {
				rules = append(rules, d.Rule)
			}
			if diff := cmp.Diff(tt.want, rules); diff != "" || binding != nil {
				t.Errorf("binding %v, rules (-want +got):\n%s", binding, diff)
			}
		})
	}
}

// keeper is a transport with secrets of its own, which a server hands back.
type keeper struct {
	*script
	secrets []string
}

func (k *keeper) Secrets() []string {
	if len(k.requests) == 0 {
		return nil
	}
	return k.secrets
}

func TestEventsHideCredentials(t *testing.T) {
	tr := newTrial(t, listAndKey, reply{status: 401, header: "X-Echo: token-from-below", body: `{"you sent":"token-from-below"}`})
	tr.bind.Adapters = []runtime.Adapter{adapterFunc(func(runtime.Target) (*runtime.Adaptation, diag.List) {
		return &runtime.Adaptation{Secrets: []runtime.ParameterName{{In: "query", Name: "limit"}, {In: "header", Name: "X-Own-Key"}}}, nil
	})}
	tr.program = compile(t, strings.ReplaceAll(listAndKey, "stepId: plain\n", "stepId: plain\n    successCriteria: [{condition: $statusCode == 401}]\n"))
	tr.options.Inputs = map[string]any{"key": "given by the step"}
	seen := &recorder{}
	tr.observer = seen
	tr.transport = &keeper{tr.script, []string{"token-from-below"}}
	res := tr.run(t)
	shown := seen.text() + res.Failure.Message
	for _, ev := range seen.events {
		if ev.Response != nil {
			shown += string(ev.Response.Body)
		}
	}
	for _, secret := range []string{"token-from-below", "given by the step", "limit=3"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q shows in:\n%s", secret, shown)
		}
	}
	if got := tr.script.requests[1]; !strings.HasSuffix(got.URL, "limit=3") {
		t.Errorf("the request itself is changed: %s", got.URL)
	}
}

// insisting asks for every request to be sent again.
type insisting struct {
	*script
	retry runtime.Retry
}

func (i insisting) Retry(*runtime.Request, *runtime.Response, error, int) (runtime.Retry, bool) {
	return i.retry, true
}

func TestARetryForAReasonThatHelpsOnceIsMadeOnce(t *testing.T) {
	tr := newTrial(t, listAndKey, ok("[]"))
	seen := &recorder{}
	tr.observer = seen
	tr.transport = insisting{tr.script, runtime.Retry{Reason: "new token", Once: true, Exact: true}}
	if res := tr.run(t); res.Status != runtime.Succeeded {
		t.Fatalf("the run is %s: %+v", res.Status, res.Failure)
	}
	if got := len(tr.script.requests); got != 6 {
		t.Errorf("%d requests for three steps, want each twice", got)
	}
	if got := strings.Count(seen.text(), "new token"); got != 3 {
		t.Errorf("the repetitions show as %d events, want 3", got)
	}
	if diff := cmp.Diff([]time.Duration{0, 0, 0}, tr.clock.slept); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}
