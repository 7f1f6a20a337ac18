package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/runtime"
	"github.com/seed-d89508e2/arazzo/runtime/auth"
	"github.com/seed-d89508e2/arazzo/runtime/host"
	"github.com/seed-d89508e2/arazzo/runtime/report"
)

// watcher keeps all that a run shows.
type watcher struct {
	kinds []string
	text  bytes.Buffer
}

func (w *watcher) Observe(_ context.Context, ev *runtime.Event) {
	switch ev.Kind {
	case runtime.RequestSent, runtime.ResponseReceived, runtime.RequestRetried, runtime.ExchangeFailed:
		w.kinds = append(w.kinds, string(ev.Kind))
	default:
	}
	_ = json.NewEncoder(&w.text).Encode(ev)
	if ev.Request != nil {
		w.text.Write(ev.Request.Body)
	}
	if ev.Response != nil {
		w.text.Write(ev.Response.Body)
	}
}

// trial is one run of a workflow against a server.
type trial struct {
	result *runtime.Result
	shown  *watcher
	report string
}

// run calls the operations, one step each, of an API with the given security
// scheme.
func run(t *testing.T, p *auth.Provider, server, scheme string, paths ...string) *trial {
	t.Helper()
	api := "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\nservers: [{url: " + server + "}]\nsecurity: [{oauth: []}]\npaths:\n"
	steps := ""
	for _, path := range paths {
		name := strings.Trim(path, "/")
		api += "  " + path + ": {get: {operationId: " + name + ", responses: {'200': {description: d}}}}\n"
		steps += "  - {stepId: " + name + ", operationId: " + name + ", outputs: {echo: $response.body}}\n"
	}
	api += "components: {securitySchemes: {oauth: " + scheme + "}}\n"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"pets.yaml":   api,
		"arazzo.yaml": "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: pets, url: pets.yaml, type: openapi}]\nworkflows:\n- workflowId: w\n  steps:\n" + steps,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bundle, problems := (&arazzo.Loader{}).Load(t.Context(), filepath.Join(dir, "arazzo.yaml"))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	program, problems := runtime.Compile(bundle, runtime.CompileOptions{})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	binding, problems := program.Bind(t.Context(), runtime.BindOptions{Adapters: []runtime.Adapter{p}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	state, problems := program.Start(runtime.StartOptions{RunID: "run", Now: newClock().at})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	transport := &host.HTTP{Signers: map[string]host.Signer{auth.AuthScheme: p}}
	t.Cleanup(transport.CloseIdleConnections)
	out := &trial{shown: &watcher{}}
	recorder := &report.Recorder{}
	engine := &runtime.Engine{Program: program, Binding: binding, Transport: transport, Clock: newClock(), Observer: runtime.Observers(out.shown, recorder)}
	result, err := engine.Run(t.Context(), state)
	if err != nil {
		t.Fatal(err)
	}
	out.result = result
	var document bytes.Buffer
	doc := recorder.Document(result)
	doc.Outputs = nil // the answer to the user, who may see what a server tells him
	if err := doc.WriteJSON(&document); err != nil {
		t.Fatal(err)
	}
	out.report = document.String()
	return out
}

// hides makes sure that nothing of a run shows secrets.
func (tr *trial) hides(t *testing.T, secrets ...string) {
	t.Helper()
	shown := tr.shown.text.String() + tr.report
	if tr.result.Failure != nil {
		shown += tr.result.Failure.Message + tr.result.Failure.Hint
	}
	for _, secret := range secrets {
		if strings.Contains(shown, secret) {
			t.Errorf("%q shows in:\n%s", secret, shown)
		}
	}
}

func TestARequestWhoseTokenIsRefusedIsRepeatedOnce(t *testing.T) {
	s := newAuthorizationServer(t)
	p := auth.New(auth.Options{Source: variables(client()...)})
	scheme := "{type: oauth2, flows: " + clientFlow + "}"
	if tr := run(t, p, s.URL, scheme, "/pets"); tr.result.Status != runtime.Succeeded {
		t.Fatalf("the run is %s: %+v", tr.result.Status, tr.result.Failure)
	}
	s.revoke(t)
	tr := run(t, p, s.URL, scheme, "/pets")
	if tr.result.Status != runtime.Succeeded {
		t.Errorf("the run is %s: %+v", tr.result.Status, tr.result.Failure)
	}
	want := []string{"request-sent", "response-received", "request-retried", "request-sent", "response-received"}
	if diff := cmp.Diff(want, tr.shown.kinds); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if len(s.asked()) != 2 || len(s.tokens) != 3 || s.tokens[0] != s.tokens[1] || s.tokens[1] == s.tokens[2] {
		t.Errorf("the API was shown %q after %q", s.tokens, s.asked())
	}
	tr.hides(t, append([]string{clientSecret}, s.tokens...)...)

	s.tokens = nil
	tr = run(t, p, s.URL, scheme, "/closed")
	if tr.result.Status != runtime.Failed || len(s.tokens) != 2 {
		t.Errorf("the run is %s, and the API was shown %q, want two tokens", tr.result.Status, s.tokens)
	}
	tr.hides(t, append([]string{clientSecret}, s.tokens...)...)
}

func TestATokenThatExistsIsReplacedIfItCanBe(t *testing.T) {
	s := newAuthorizationServer(t)
	scheme := "{type: oauth2, flows: " + codeFlow + "}"
	alone := auth.New(auth.Options{Source: variables("ARAZZO_PETS_OAUTH_TOKEN=an-old-token")})
	if tr := run(t, alone, s.URL, scheme, "/pets"); tr.result.Status != runtime.Failed || len(s.tokens) != 1 {
		t.Errorf("the run is %s after tokens %q", tr.result.Status, s.tokens)
	}
	s.tokens = nil
	both := auth.New(auth.Options{Source: variables(client("ARAZZO_PETS_OAUTH_TOKEN=an-old-token", "ARAZZO_PETS_OAUTH_REFRESH_TOKEN="+s.refreshToken(t))...)})
	tr := run(t, both, s.URL, scheme, "/pets")
	if tr.result.Status != runtime.Succeeded || len(s.tokens) != 2 || s.tokens[0] != "an-old-token" {
		t.Errorf("the run is %s after tokens %q", tr.result.Status, s.tokens)
	}
	tr.hides(t, append([]string{clientSecret}, s.tokens...)...)
}

func TestAKeyInTheQueryShowsNowhere(t *testing.T) {
	var seen []string
	var s *httptest.Server
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "other "+r.URL.RequestURI()+" "+r.Header.Get("Cookie"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{}`))
	}))
	t.Cleanup(other.Close)
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "own "+r.URL.RequestURI())
		switch r.URL.Path {
		case "/same":
			http.Redirect(w, r, "/pets", http.StatusFound)
		case "/elsewhere":
			http.Redirect(w, r, other.URL+"/end?"+r.URL.RawQuery, http.StatusFound)
		case "/echo":
			w.Header().Set("Location", r.URL.RequestURI())
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"message": "bad key ` + r.URL.Query().Get("k") + `"}`))
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"url": "` + r.URL.RequestURI() + `"}`))
		}
	}))
	t.Cleanup(s.Close)
	const key = "the-key/with+signs"
	p := auth.New(auth.Options{Source: variables("ARAZZO_PETS_OAUTH=" + key)})
	tr := run(t, p, s.URL, "{type: apiKey, in: query, name: k}", "/pets", "/same", "/elsewhere", "/echo")
	const pair = "?k=the-key%2Fwith%2Bsigns"
	want := []string{"own /pets" + pair, "own /same" + pair, "own /pets" + pair, "own /elsewhere" + pair, "other /end ", "own /echo" + pair}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	tr.hides(t, key, "the-key%2Fwith%2Bsigns", "the-key")
}

func TestRefusedCredentialsOfABasicSchemeShowNowhere(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"message": "no ` + user + ` with ` + password + ` as ` + r.Header.Get("Authorization") + `"}`))
	}))
	t.Cleanup(s.Close)
	p := auth.New(auth.Options{Source: variables("ARAZZO_PETS_OAUTH=someone:hunter2-secret")})
	tr := run(t, p, s.URL, "{type: http, scheme: basic}", "/pets")
	if tr.result.Status != runtime.Failed {
		t.Errorf("the run is %s", tr.result.Status)
	}
	tr.hides(t, "hunter2-secret", "c29tZW9uZTpodW50ZXIyLXNlY3JldA==")
}
