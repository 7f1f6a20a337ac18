package describe

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo"
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
	"github.com/seed-d89508e2/arazzo/arazzo/openapi"
	"github.com/seed-d89508e2/arazzo/runtime"
)

// source describes a source description. The problems are those that loading
// found.
func (b *builder) source(sd *arazzo.SourceDescription, loading diag.List) Source {
	out := Source{Name: sd.Name, Type: sd.Type, URL: sd.URL, Servers: b.servers[sd.Name]}
	s := b.bundle.Source(b.bundle.Entry, sd.Name)
	if s == nil {
		return out
	}
	out.Type = s.Kind
	if s.Err == nil {
		out.Location = s.Location
		out.Specification = specification(s)
		return out
	}
	out.Problem = &Problem{Rule: "unavailable-source", Message: s.Err.Error()}
	at := sd.Field("url").Range()
	for _, d := range loading {
		if d.Range == at {
			out.Problem.Rule, out.Problem.Hint = d.Rule, d.Hint
			break
		}
	}
	return out
}

// specification is what a source says it is.
func specification(s *arazzo.Source) string {
	switch {
	case s.API != nil && s.API.Kind() == "swagger":
		return "Swagger " + s.API.Version()
	case s.API != nil:
		return "OpenAPI " + s.API.Version()
	case s.Document != nil:
		return "Arazzo " + s.Document.Arazzo
	default:
		return ""
	}
}

// called is an operation as a step calls it.
type called struct {
	// base is the template of the URL where the operation is served, or empty.
	base string
	// needs are the credentials of the operation, nil if it needs none.
	needs *Credential
}

// target finds out where the operation of a step is served, and takes note of the
// servers.
func (b *builder) target(s *arazzo.Step, source *arazzo.Source, op *openapi.Operation) called {
	name := source.Description.Name
	shadowed := b.owners[name] != source.Location
	override, ok := b.options.Servers[name]
	if !ok || shadowed {
		override = b.options.Servers[""]
	}
	variables := make(map[string]string)
	for _, of := range []string{"", name} {
		if of == name && shadowed {
			continue
		}
		for k, v := range b.options.Variables[of] {
			variables[k] = v
		}
	}
	target := runtime.Target{
		Source: name, Shadowed: shadowed, Operation: op,
		Server: override, Variables: variables, Range: s.Range(), Given: given(s),
	}
	servers := op.Servers
	if len(servers) == 0 {
		// OpenAPI 3.1.1, OpenAPI Object: servers.
		servers = []openapi.Server{{URL: "/"}}
	}
	chosen, _ := openapi.Preferred(servers)
	if override != "" {
		chosen = openapi.Server{URL: override}
	}
	out := called{base: op.Document.Resolve(chosen.URL)}
	target.BaseURL = filled(out.base, newServer(op, &chosen, variables, true))
	aws := false
	if adapter := b.options.Credentials.AWS; adapter != nil {
		adapted, problems := adapter.Adapt(b.ctx, target)
		aws = adapted != nil || problems.HasErrors()
		if target.Adapted = adapted; adapted != nil && adapted.BaseURL != "" {
			out.base = adapted.BaseURL
		}
	}
	out.needs = b.requirement(target, aws)
	b.noteServers(name, op, servers, variables, out.base)
	if !isAbsolute(out.base) {
		out.base = ""
	}
	return out
}

// noteServers takes note of where an operation of a source is served, and of
// which of these is used.
func (b *builder) noteServers(source string, op *openapi.Operation, servers []openapi.Server, variables map[string]string, used string) {
	known := false
	for i := range servers {
		server := newServer(op, &servers[i], variables, false)
		server.Used = server.URL == used || filled(server.URL, server) == used
		known = known || server.Used
		if isAbsolute(server.URL) || len(op.Servers) > 0 {
			b.note(source, server)
		}
	}
	if !known {
		b.note(source, Server{URL: used, Used: true, Given: true})
	}
}

// isAbsolute reports whether a URL, with or without variables in it, names its
// host.
func isAbsolute(address string) bool { return strings.Contains(address, "://") }

// note adds a server to those of a source.
func (b *builder) note(source string, server Server) {
	list := b.servers[source]
	i := slices.IndexFunc(list, func(other Server) bool { return other.URL == server.URL })
	if i < 0 {
		b.servers[source] = append(list, server)
		return
	}
	list[i].Used = list[i].Used || server.Used
}

func newServer(op *openapi.Operation, s *openapi.Server, given map[string]string, used bool) Server {
	out := Server{Name: s.Name, URL: op.Document.Resolve(s.URL), Description: s.Description, Used: used}
	for _, v := range s.Variables {
		variable := Variable{Name: v.Name, Enum: v.Enum, Description: v.Description}
		if v.HasDefault {
			variable.Default, variable.Value = &v.Default, &v.Default
		}
		if value, ok := given[v.Name]; ok {
			variable.Value = &value
		}
		out.Variables = append(out.Variables, variable)
	}
	return out
}

// filled returns the URL of a server with the values of its variables. It is
// empty if one has none.
func filled(template string, s Server) string {
	for _, v := range s.Variables {
		if v.Value != nil {
			template = strings.ReplaceAll(template, "{"+v.Name+"}", *v.Value)
		}
	}
	if strings.ContainsAny(template, "{}") {
		return ""
	}
	return template
}

// given lists the parameters that a step sends and that could be credentials.
func given(s *arazzo.Step) []runtime.ParameterName {
	w := s.Workflow()
	var out []runtime.ParameterName
	for _, list := range [][]*arazzo.Parameter{w.Parameters, s.Parameters} {
		for _, p := range list {
			if p = w.Document().ResolveParameter(p); p == nil {
				continue
			}
			switch p.In {
			case "header", "query", "cookie":
				out = append(out, runtime.ParameterName{In: p.In, Name: p.Name})
			}
		}
	}
	return out
}
