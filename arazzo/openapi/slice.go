package openapi

import (
	"slices"
	"strings"

	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// operation reads an operation that was found, the first time that it is asked
// for.
func (d *Document) operation(rec record) (*Operation, error) {
	key := operationKey{pointer: rec.pointer, id: rec.id, shadowed: rec.shadowed}
	d.mu.Lock()
	known := d.known[key]
	d.mu.Unlock()
	if known != nil {
		return known, nil
	}
	op, err := d.readOperation(rec)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.known[key]; known != nil {
		return known, nil
	}
	if d.known == nil {
		d.known = map[operationKey]*Operation{}
	}
	d.known[key] = op
	return op, nil
}

// operationKey tells one operation of a document from another.
type operationKey struct {
	pointer, id string
	shadowed    bool
}

func (d *Document) readOperation(rec record) (*Operation, error) {
	for {
		r := d.resolver()
		op, problem := r.operation(rec)
		if problem != nil {
			return nil, problem
		}
		if !r.parseOdd() {
			r.warnBroken()
			if len(op.Parameters) > 0 || op.RequestBody != nil {
				r.model(op)
			}
			op.Warnings = r.warnings
			op.Warnings.Sort()
			return op, nil
		}
		d.mu.Lock()
		d.operations = nil
		d.mu.Unlock()
		table, err := d.table()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(table.records, func(other record) bool {
			return other.pointer == rec.pointer && other.shadowed == rec.shadowed && other.id == rec.id
		})
		if i < 0 {
			return nil, &PointerError{Pointer: rec.pointer, reason: "the file cannot be read in one way only"}
		}
		rec = table.records[i]
	}
}

// warnBroken tells which of the files that were looked at could be read only in
// part.
func (r *resolver) warnBroken() {
	for _, t := range r.trees {
		if problem := t.src.isBroken(); problem != nil {
			r.warn(RuleInvalidDescription, problem.Range, "%s; only what is sound in the file is read", problem.Message)
		}
	}
}

// operation cuts an operation out of its document, with what it refers to as far
// as a request needs it, in a form that has no references and no defects.
// In a file that is not sound, an operation that is itself damaged is refused.
func (r *resolver) operation(rec record) (*Operation, *diag.Diagnostic) {
	body := rec.operation.value
	if body.damaged() || fromItem(rec.item, "parameters").damaged() || fromItem(rec.item, "servers").damaged() {
		return nil, body.tree.src.isBroken()
	}
	r.seen(body.tree)
	for _, t := range rec.item {
		r.seen(t.tree)
	}
	op := &Operation{
		ID:       rec.id,
		Method:   strings.ToUpper(rec.method),
		Path:     rec.path,
		Pointer:  rec.pointer,
		Document: r.document,
		Range:    body.place(rec.operation.keyStart()),
	}
	if strings.Contains(rec.pointer, "/additionalOperations/") {
		op.Method = rec.method
	}
	if op.Range.Start.IsValid() {
		op.Range.End = diag.Position{Line: op.Range.Start.Line, Column: op.Range.Start.Column + len(rec.method)}
	}
	r.warnings.Add(rec.warnings...)
	root := r.root()
	item, operation := r.places(rec)
	security := body.member("security")
	if security.kind() != kindArray {
		security = root.member("security")
	}
	if r.document.isSwagger() {
		r.swagger(op, root, item, operation)
		op.Security = r.security(security, root.member("securityDefinitions"))
		return op, nil
	}
	op.Parameters = r.parameters(memberOf(item, "parameters"), memberOf([]place{operation}, "parameters"))
	op.RequestBody = r.requestBody(memberOf([]place{operation}, "requestBody"))
	op.Responses = r.responses(memberOf([]place{operation}, "responses"), func(p place, response *Response) {
		response.Content = r.content(p)
	})
	op.Servers = r.servers(body.member("servers"), fromItem(rec.item, "servers"), root.member("servers"))
	op.Security = r.security(security, root.member("components").member("securitySchemes"))
	return op, nil
}

// damaged reports whether something inside a value could not be read.
func (v value) damaged() bool {
	return v.index != nil && v.node == nil && v.index.damaged(v.at)
}

// root returns the root of the document that is being read.
func (r *resolver) root() value {
	t, problem := r.document.source.tree()
	if problem != nil {
		return value{}
	}
	r.seen(t)
	return t.top()
}

// isBroken returns why the file cannot be parsed as a whole, once that was tried.
func (s *source) isBroken() *diag.Diagnostic {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// fromItem returns a member of a path item, or else of one that it refers to.
func fromItem(item []value, name string) value {
	for _, part := range item {
		if v := part.member(name); v.exists() {
			return v
		}
	}
	return value{}
}

// memberOf returns the place of a member of the first of the objects that has
// it. It is the zero place if none has.
func memberOf(objects []place, name string) place {
	for _, o := range objects {
		if p, ok := o.member(o.found, name); ok {
			return p
		}
	}
	return place{}
}

// requestBody reads a Request Body Object. A body whose reference leads nowhere
// may have any content.
func (r *resolver) requestBody(p place) *RequestBody {
	if !p.found.exists() || p.found.kind() == kindNull {
		return nil
	}
	body := &RequestBody{}
	if p, ok := r.followPlace(p); ok {
		body.Required = p.found.member("required").isTrue()
		body.Content = r.content(p)
	}
	return body
}

func (r *resolver) responses(list place, read func(p place, out *Response)) []Response {
	var out []Response
	known := make(map[string]int)
	r.members(list, "responses", func(at place, f field) {
		if strings.HasPrefix(f.name, "x-") {
			return
		}
		response := Response{Status: f.name}
		if p, ok := r.followPlace(at); ok {
			response.Description, _ = p.found.member("description").text()
			response.Headers = r.headers(p)
			read(p, &response)
		}
		if i, ok := known[f.name]; ok {
			out[i] = response
			return
		}
		known[f.name] = len(out)
		out = append(out, response)
	})
	return out
}

// servers reads the first of several lists of servers that is not empty.
//
// OpenAPI 3.1.1, Operation Object: "servers" overrides that of the path item,
// which overrides that of the document.
func (r *resolver) servers(lists ...value) []Server {
	for _, list := range lists {
		var out []Server
		if list.kind() == kindObject { // a server that is not in a list
			out = r.server(out, list)
		}
		list.items(func(v value) bool {
			out = r.server(out, v)
			return true
		})
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func (r *resolver) server(out []Server, v value) []Server {
	v, ok := r.follow(v)
	if !ok {
		return out
	}
	address, ok := v.member("url").text()
	if !ok {
		r.warn(RuleInvalidDescription, v.place(v.start()), "a server without a \"url\" is left out")
		return out
	}
	server := Server{URL: strings.TrimSpace(address), Range: v.place(v.start())}
	server.Name, _ = v.member("name").text()
	server.Description, _ = v.member("description").text()
	known := make(map[string]int)
	v.member("variables").fields(func(f field) bool {
		variable := r.serverVariable(f)
		if i, ok := known[f.name]; ok {
			server.Variables[i] = variable
			return true
		}
		known[f.name] = len(server.Variables)
		server.Variables = append(server.Variables, variable)
		return true
	})
	return append(out, server)
}

func (r *resolver) serverVariable(f field) ServerVariable {
	variable := ServerVariable{Name: f.name}
	variable.Description, _ = f.value.member("description").text()
	f.value.member("enum").items(func(v value) bool {
		if text, ok := v.text(); ok {
			variable.Enum = append(variable.Enum, text)
		}
		return true
	})
	text, ok := f.value.member("default").text()
	if !ok && len(variable.Enum) > 0 {
		text, ok = variable.Enum[0], true
		r.warn(RuleInvalidDescription, f.value.place(f.keyStart()),
			"the server variable %q has no default; its first value %q is taken", f.name, text)
	}
	variable.Default, variable.HasDefault = text, ok
	return variable
}
