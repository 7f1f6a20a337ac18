package runtime

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
)

// BindOptions says where the operations of a program are served. The zero
// value takes the servers of the API descriptions.
type BindOptions struct {
	// Workflow binds only what this workflow needs. Empty: all workflows.
	Workflow string
	// Servers are base URLs by the name of the source description. The empty
	// name stands for all sources that have no entry of their own.
	Servers map[string]string
	// Variables are values of server variables, by the name of the source
	// description (empty: all) and the name of the variable.
	Variables map[string]map[string]string
	// Adapters are asked in their order about each operation. Those that know
	// families of APIs stand before one that chooses credentials.
	Adapters []Adapter
	// Permit reports why requests must not go to a server, so that a run which would
	// need them is refused before it starts. Nil: nothing is asked.
	Permit func(server string, why Reach) *diag.Diagnostic
}

// Binding says, for each step of a program, where its requests go and how they
// are authenticated. It depends on the place and the time of the run, and so is
// kept apart from the Program. It is immutable and safe for concurrent use.
type Binding struct {
	targets map[stepKey]*target
}

type target struct {
	// base is the server URL without a query and without a slash at its end.
	base string
	// query is that of the server URL.
	query      []queryPart
	reach      Reach
	auth       []Auth
	secrets    []ParameterName
	mediaTypes map[string]string
	drop       []string
	header     Header
}

func (t *target) drops(name string) bool {
	return slices.ContainsFunc(t.drop, func(pattern string) bool {
		if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
			return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
		}
		return strings.EqualFold(name, pattern)
	})
}

// Bind finds out where the operations of the program are served. The list
// holds warnings, and errors that keep a run from starting; Binding is nil if
// there are any.
func (p *Program) Bind(ctx context.Context, o BindOptions) (*Binding, diag.List) {
	b := &binder{
		options: o, done: make(map[string]*target), served: make(map[string]bool), said: make(map[string]bool),
		owners: make(map[string]string), folded: make(map[string]string),
	}
	out := &Binding{targets: make(map[stepKey]*target)}
	workflows := p.reachable(o.Workflow)
	entry := p.entryDocument()
	for _, wf := range workflows {
		b.own(wf, wf.ref.Document == entry)
	}
	for _, wf := range workflows {
		b.own(wf, true)
	}
	for _, wf := range workflows {
		for _, s := range wf.steps {
			if s.call != nil {
				t := b.target(ctx, wf, s)
				b.permit(entry, wf, s, t)
				out.targets[s.key] = t
			}
		}
	}
	b.unknownSources()
	b.problems.Sort()
	if b.problems.HasErrors() {
		return nil, b.problems
	}
	return out, b.problems
}

type binder struct {
	options  BindOptions
	done     map[string]*target
	served   map[string]bool // operations whose server was looked at
	said     map[string]bool
	owners   map[string]string // where the sources are to which the names belong
	folded   map[string]string // the same, of names as environment variables have them
	problems diag.List
}

func (b *binder) unknownSources() {
	named := make(map[string]any, len(b.options.Servers)+len(b.options.Variables))
	for name := range b.options.Servers { // order: sorted below
		named[name] = nil
	}
	for name := range b.options.Variables { // order: sorted below
		named[name] = nil
	}
	for _, name := range sortedKeys(named) {
		if _, known := b.owners[name]; name != "" && !known {
			b.problems.Add(diag.Diagnostic{
				Rule:    "unknown-source",
				Message: fmt.Sprintf("a server is given for source description %q, which the document does not have", name),
				Hint:    "the document has " + strings.Join(b.names(), ", "),
			})
		}
	}
}

func (b *binder) names() []string {
	names := make(map[string]any, len(b.owners))
	for name := range b.owners { // order: sorted below
		names[name] = nil
	}
	return sortedKeys(names)
}

func (b *binder) target(ctx context.Context, wf *workflow, s *step) *target {
	given := s.given()
	location := wf.sources[s.call.source].location()
	key := targetKey(s, location, given)
	if t := b.done[key]; t != nil {
		return t
	}
	t := &target{}
	b.done[key] = t
	about, reach, problems := b.describe(s, location, given)
	t.reach = reach
	adaptation, ok := b.adapt(ctx, about)
	if !ok {
		// The error is reported; no other message shall follow from it.
		return t
	}
	if adaptation != nil {
		t.auth, t.drop, t.header, t.secrets = adaptation.auth(), adaptation.Drop, adaptation.Header, adaptation.Secrets
		t.base = adaptation.BaseURL
		if adaptation.Named {
			t.reach.Server = adaptation.BaseURL
		}
		t.mediaTypes = make(map[string]string, len(adaptation.MediaTypes))
		for from, to := range adaptation.MediaTypes { // order: a copy of a map
			t.mediaTypes[strings.ToLower(from)] = to
		}
	}
	if t.base == "" {
		t.base = about.BaseURL
		if operation := targetKey(s, location, nil); !b.served[operation] {
			b.served[operation] = true
			for _, d := range problems {
				if d.Severity == diag.Warning {
					b.once(d)
				} else {
					b.problems.Add(d)
				}
			}
		}
	}
	base, query, _ := strings.Cut(t.base, "?")
	t.base, t.query = strings.TrimRight(base, "/"), fixedQuery(query)
	return t
}

// describe says what adapters are told of a step's operation, and on whose word
// its requests go where they go. The problems are those that matter if no adapter
// knows another address.
func (b *binder) describe(s *step, location string, given []ParameterName) (Target, Reach, diag.List) {
	shadowed := b.owners[s.call.source] != location
	name := s.call.source
	if shadowed {
		b.warnShadowed(s, location)
		name = ""
	}
	override, ok := b.options.Servers[name]
	if !ok {
		override = b.options.Servers[""]
	}
	variables := b.variables(name)
	server := &serverChoice{step: s, override: override, variables: variables}
	base := server.choose()
	reach := Reach{}.onWordOf(server.file).onWordOf(location)
	if override != "" {
		reach.Server = base
	}
	return Target{
		Source: s.call.source, Shadowed: shadowed || b.folded[fold(s.call.source)] != location, Operation: s.call.operation, Server: override, Variables: variables,
		Range: s.origin.Range(), BaseURL: base, Given: given,
	}, reach, server.problems
}

// given lists the parameters of the step that could be credentials.
func (s *step) given() []ParameterName {
	var out []ParameterName
	for _, p := range s.parameters {
		switch p.declared.In {
		case "header", "query", "cookie":
			out = append(out, ParameterName{In: p.declared.In, Name: p.declared.Name})
		default:
		}
	}
	return out
}

// targetKey tells the targets of steps apart. Steps that give the same
// parameters to the same operation of the same description have one.
func targetKey(s *step, location string, given []ParameterName) string {
	names := make([]string, 0, len(given))
	for _, p := range given {
		names = append(names, p.In+":"+p.Name)
	}
	slices.Sort(names)
	return strings.Join(append([]string{s.call.source, location, s.call.operation.Pointer}, names...), "\x00")
}

func (b *binder) variables(source string) map[string]string {
	out := make(map[string]string)
	for _, name := range []string{"", source} {
		for k, v := range b.options.Variables[name] { // order: a copy of a map
			out[k] = v
		}
	}
	return out
}

// adapt asks the adapters. It returns nil if none has anything to say, and false
// after an error that leaves nothing to go on with.
func (b *binder) adapt(ctx context.Context, t Target) (*Adaptation, bool) {
	for _, a := range b.options.Adapters {
		adaptation, problems := a.Adapt(ctx, t)
		for _, d := range problems {
			b.once(d)
		}
		if adaptation != nil {
			t.Adapted = adaptation
		}
		if problems.HasErrors() {
			return t.Adapted, adaptation != nil
		}
	}
	return t.Adapted, true
}

// once adds a problem, unless it was added before: what ails all operations is
// said once, at the first.
func (b *binder) once(d diag.Diagnostic) {
	if said := d.Rule + "\x00" + d.Message; !b.said[said] {
		b.said[said] = true
		b.problems.Add(d)
	}
}

// serverChoice finds out where an operation is served.
type serverChoice struct {
	step      *step
	override  string
	variables map[string]string
	problems  diag.List
	// file holds the server that was chosen. Empty: it is none of a description.
	file string
}

// choose returns the base URL of the operation: the override, else the first
// server in force, in its https form if it is offered in both. It is empty if
// there is none, and the problems say why.
func (b *serverChoice) choose() string {
	s := b.step
	op := s.call.operation
	chosen := openapi.Server{URL: b.override}
	if b.override == "" {
		if len(op.Servers) == 0 {
			chosen.URL = "/"
		} else {
			chosen, _ = openapi.Preferred(op.Servers)
			b.file = chosen.Range.File
		}
	}
	filled, ok := b.fill(chosen)
	if !ok {
		return ""
	}
	base, err := url.Parse(filled)
	if err == nil && !base.IsAbs() && op.Document != nil {
		base, err = url.Parse(op.Document.Resolve(filled))
	}
	switch {
	case err != nil:
		b.problems.Add(problem(s.origin, "invalid-server", "give the base URL with --server "+s.call.source+"=URL",
			"the server URL %q for step %q is not a URL", filled, s.id))
		return ""
	case base.Host == "" || (base.Scheme != "http" && base.Scheme != "https"):
		message := fmt.Sprintf("the server URL %q for step %q is not an absolute http or https URL", filled, s.id)
		if b.override == "" && len(op.Servers) == 0 {
			message = fmt.Sprintf("the description of source %q names no server for step %q", s.call.source, s.id)
		}
		b.problems.Add(problem(s.origin, "no-server", "give the base URL with --server "+s.call.source+"=URL", "%s", message))
		return ""
	}
	base.Fragment, base.RawFragment = "", ""
	if base.User != nil {
		// The URL itself is not shown, since a password may stand in it.
		b.problems.Add(problem(s.origin, "invalid-server", "give credentials by their environment variables, and the URL without them",
			"the server URL for step %q has user information in it", s.id))
		return ""
	}
	return base.String()
}

// fill replaces the variables of a server URL.
func (b *serverChoice) fill(server openapi.Server) (string, bool) {
	out := server.URL
	for range strings.Count(server.URL, "{") {
		open := strings.IndexByte(out, '{')
		if open < 0 {
			break
		}
		length := strings.IndexByte(out[open:], '}')
		if length < 0 {
			break
		}
		name := out[open+1 : open+length]
		v, ok := b.variable(server, name)
		if !ok {
			return "", false
		}
		out = out[:open] + v + out[open+length+1:]
	}
	return out, true
}

func (b *serverChoice) variable(server openapi.Server, name string) (string, bool) {
	s := b.step
	var declared *openapi.ServerVariable
	for i := range server.Variables {
		if server.Variables[i].Name == name {
			declared = &server.Variables[i]
		}
	}
	v, given := b.variables[name]
	if !given && (declared == nil || !declared.HasDefault) {
		message := fmt.Sprintf("the server URL %q for step %q needs a value for %q", server.URL, s.id, name)
		if declared == nil {
			message += ", which the description does not declare"
		}
		b.problems.Add(problem(s.origin, "server-variable", fmt.Sprintf("give it with --server-var %s=VALUE", name), "%s", message))
		return "", false
	}
	kind := ""
	if !given {
		v, kind = declared.Default, "by default "
	}
	if strings.ContainsAny(v, "{}") {
		b.problems.Add(problem(s.origin, "server-variable", "", "the value of server variable %q holds a brace", name))
		return "", false
	}
	if declared != nil && len(declared.Enum) > 0 && !slices.Contains(declared.Enum, v) {
		d := problem(s.origin, "server-variable-value", "", "server variable %q is %s%q, which the description does not list", name, kind, v)
		d.Severity, d.Range, d.Hint = diag.Warning, server.Range, "it lists "+quotedValues(declared.Enum)
		b.problems.Add(d)
	}
	return v, true
}

// quotedValues lists values for a sentence, the first few of them.
func quotedValues(values []string) string {
	const most = 10
	var out []string
	for _, v := range values[:min(len(values), most)] {
		out = append(out, fmt.Sprintf("%q", v))
	}
	if len(values) > most {
		out = append(out, "…")
	}
	return strings.Join(out, ", ")
}
