package openapi

import (
	"net/url"
	"slices"
	"strings"
)

// isSwagger reports whether the description follows Swagger 2.0. That number in
// "openapi" means the same.
func (d *Document) isSwagger() bool {
	return d.kind == "swagger" || d.version == "2.0"
}

// isRead reports whether the version of the specification is one that is read.
func (d *Document) isRead() bool {
	return !d.isSwagger() || d.version == "2" || strings.HasPrefix(d.version, "2.")
}

// swagger reads what Swagger 2.0 says in another way than OpenAPI 3: bodies and
// forms are parameters, media types are listed apart from schemas, and servers
// are put together from parts.
func (r *resolver) swagger(op *Operation, root value, item []place, operation place) {
	body := operation.found
	consumes := mediaTypesOf("consumes", body, root)
	produces := mediaTypesOf("produces", body, root)

	lists := []place{memberOf(item, "parameters"), memberOf([]place{operation}, "parameters")}
	var form, bodies []declared
	for _, d := range r.declarations(lists...) {
		switch d.in {
		case "path", "query", "header":
			op.Parameters = append(op.Parameters, r.parameter(d))
		case "formdata":
			form = append(form, d)
		case "body":
			bodies = append(bodies, d)
		default:
			r.noLocation(d)
		}
	}
	switch {
	case len(bodies) > 0:
		op.RequestBody = r.swaggerBody(bodies, form, consumes)
	case len(form) > 0:
		list := lists[1]
		if list.source == nil {
			list = lists[0]
		}
		op.RequestBody = r.swaggerForm(form, list, consumes)
	}
	op.Responses = r.responses(memberOf([]place{operation}, "responses"), func(p place, response *Response) {
		response.Content = r.swaggerContent(p, produces)
	})
	op.Servers = r.swaggerServers(root, body)
}

// mediaTypesOf reads "consumes" or "produces" of an operation, or else of the
// document. An empty list is a list.
func mediaTypesOf(name string, operation, root value) []string {
	if list, ok := textsOf(operation.member(name)); ok {
		return list
	}
	list, _ := textsOf(root.member(name))
	return list
}

// textsOf reads an array of strings without repetitions. A single string is
// taken for an array of one.
func textsOf(v value) (list []string, ok bool) {
	add := func(v value) bool {
		if text, ok := v.text(); ok {
			if text = strings.TrimSpace(text); text != "" && !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
		return true
	}
	switch v.kind() {
	case kindArray:
		v.items(add)
		return list, true
	case kindString:
		add(v)
		return list, true
	case kindNull, kindBoolean, kindNumber, kindObject:
	}
	return nil, false
}

// swaggerContent reads the content of a response: its schema in each of the
// media types, and the media types of which only an example is given.
//
// Swagger 2.0, Response Object.
func (r *resolver) swaggerContent(p place, produces []string) []MediaType {
	schema := r.schemaMember(p, "schema")
	if schema == nil {
		produces = nil
	} else if len(produces) == 0 {
		produces = []string{"application/json"}
	}
	var types []MediaType
	for _, name := range produces {
		types = append(types, MediaType{Name: name, Schema: schema})
	}
	examples := memberOf([]place{p}, "examples")
	r.members(examples, "examples", func(at place, f field) {
		i := slices.IndexFunc(types, func(m MediaType) bool { return strings.EqualFold(m.Name, f.name) })
		switch {
		case i >= 0:
			types[i].literal = at
		case schema == nil && strings.Contains(f.name, "/"):
			types = append(types, MediaType{Name: f.name, literal: at})
		}
	})
	return types
}

// swaggerServers puts the servers together from "schemes", "host" and
// "basePath".
//
// Swagger 2.0, Swagger Object: without a host, the one that serves the
// description is meant; without a scheme, the one by which it was read.
func (r *resolver) swaggerServers(root, operation value) []Server {
	schemes, ok := textsOf(operation.member("schemes"))
	if !ok || len(schemes) == 0 {
		schemes, _ = textsOf(root.member("schemes"))
	}
	at := root.member("host")
	host, hasHost := at.text()
	host = strings.TrimSpace(host)
	if !hasHost || host == "" {
		at, host = root, ""
	}
	base, _ := root.member("basePath").text()
	base = strings.TrimSpace(base)
	if !strings.HasPrefix(base, "/") {
		base = "/" + base
	}
	if scheme, rest, found := strings.Cut(host, "://"); found {
		r.warn(RuleInvalidDescription, at.place(at.start()), "%q is a URL, not a host", host)
		host = rest
		if len(schemes) == 0 {
			schemes = []string{scheme}
		}
	}
	host = strings.TrimSuffix(host, "/")
	location, err := url.Parse(r.document.Location())
	if err != nil || location.Host == "" || location.Scheme != "http" && location.Scheme != "https" {
		location = &url.URL{}
	}
	if host == "" {
		host = location.Host
	}
	switch {
	case host == "":
		return []Server{{URL: base, Range: at.place(at.start())}}
	case len(schemes) == 0 && location.Scheme != "":
		schemes = []string{location.Scheme}
	case len(schemes) == 0:
		schemes = []string{"https"}
		r.warn(RuleInvalidDescription, at.place(at.start()), "no scheme is given for the host %q; \"https\" is taken", host)
	}
	var out []Server
	for _, scheme := range schemes {
		out = append(out, Server{URL: strings.ToLower(scheme) + "://" + host + base, Range: at.place(at.start())})
	}
	return out
}
