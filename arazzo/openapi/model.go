package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// object is a JSON object of the document that is handed to the OpenAPI model.
type object = map[string]any

// model lets the OpenAPI model have its say on an operation that was cut out:
// how parameters are serialised, what a body requires, which servers and
// security apply. Should it refuse the slice, what was read stands. An operation
// without parameters and content has nothing that the model could add.
func (r *resolver) model(op *Operation) {
	read := load
	if r.document.isSwagger() {
		read = convert
	}
	description, err := read(op)
	if err == nil {
		err = adopt(op, description)
	}
	if err != nil {
		r.warn(RuleInvalidDescription, op.Range,
			"the OpenAPI model refuses the operation %q, which is used as it is written: %v", op.ID, err)
	}
}

// load hands the operation to the OpenAPI model as a document of its own, which
// refers to nothing.
func load(op *Operation) (description *openapi3.T, err error) {
	defer func() {
		if p := recover(); p != nil {
			description, err = nil, fmt.Errorf("%v", p)
		}
	}()
	data, err := json.Marshal(soundDocument(op))
	if err != nil {
		return nil, err
	}
	return openapi3.NewLoader().LoadFromData(data)
}

// slicePath is the path of the operation in the document for the model. The real
// one does not matter there.
const slicePath = "/"

// soundDocument returns an OpenAPI document that holds one operation.
func soundDocument(op *Operation) object {
	operation := object{
		"operationId": op.ID,
		"parameters":  parameterObjects(op.Parameters),
		"responses":   object{"default": object{"description": ""}},
		"servers":     serverObjects(op.Servers),
	}
	if op.RequestBody != nil {
		operation["requestBody"] = object{
			"required": op.RequestBody.Required,
			"content":  contentObject(op.RequestBody.Content),
		}
	}
	for _, response := range op.Responses {
		operation["responses"].(object)[response.Status] = object{
			"description": "", "content": contentObject(response.Content),
		}
	}
	security, schemes := securityObjects(op.Security)
	operation["security"] = security
	return object{
		"openapi":    "3.1.0",
		"info":       object{"title": "slice", "version": "1"},
		"paths":      object{slicePath: object{"post": operation}},
		"components": object{"securitySchemes": schemes},
	}
}

func contentObject(types []MediaType) object {
	content := object{}
	for _, t := range types {
		content[t.Name] = object{}
	}
	return content
}

func parameterObjects(parameters []Parameter) []any {
	list := []any{}
	for _, p := range parameters {
		schema := object{}
		if len(p.Types) > 0 {
			schema["type"] = p.Types
		}
		o := object{
			"name": p.Name, "in": p.In, "required": p.Required,
			"allowReserved": p.AllowReserved, "explode": p.Explode,
		}
		if p.Style != "" {
			o["style"] = p.Style
		}
		if p.ContentType != "" {
			o["content"] = object{p.ContentType: object{"schema": schema}}
		} else {
			o["schema"] = schema
		}
		list = append(list, o)
	}
	return list
}

func serverObjects(servers []Server) []any {
	list := []any{}
	for _, s := range servers {
		variables := object{}
		for _, v := range s.Variables {
			variable := object{}
			if v.HasDefault {
				variable["default"] = v.Default
			}
			if len(v.Enum) > 0 {
				variable["enum"] = v.Enum
			}
			variables[v.Name] = variable
		}
		list = append(list, object{"url": s.URL, "variables": variables})
	}
	return list
}

func securityObjects(security []SecurityRequirement) (list []any, schemes object) {
	list, schemes = []any{}, object{}
	for _, requirement := range security {
		o := object{}
		for _, use := range requirement {
			scopes := use.Scopes
			if scopes == nil {
				scopes = []string{}
			}
			o[use.Name] = scopes
			if s := use.Scheme; s != nil {
				schemes[use.Name] = object{
					"type": s.Type, "scheme": s.Scheme, "name": s.ParameterName,
					"in": s.In, "description": s.Description,
				}
			}
		}
		list = append(list, o)
	}
	return list, schemes
}

// errNotTheSlice means that the model found something other than it was given.
var errNotTheSlice = errors.New("it does not hold what was cut out")

// adopt takes over what the model says of the operation.
func adopt(op *Operation, description *openapi3.T) error {
	item := description.Paths.Value(slicePath)
	if item == nil || item.Post == nil {
		return errNotTheSlice
	}
	from := item.Post
	if len(from.Parameters) != len(op.Parameters) {
		return errNotTheSlice
	}
	for i, ref := range from.Parameters {
		if ref.Value == nil {
			return errNotTheSlice
		}
		adoptParameter(&op.Parameters[i], ref.Value)
	}
	if op.RequestBody != nil {
		if from.RequestBody == nil || from.RequestBody.Value == nil {
			return errNotTheSlice
		}
		if !op.isForm() { // of which the converter of Swagger 2.0 says nothing
			op.RequestBody.Required = from.RequestBody.Value.Required
		}
	}
	if from.Servers != nil && len(*from.Servers) == len(op.Servers) {
		for i, s := range *from.Servers {
			adoptServer(&op.Servers[i], s)
		}
	}
	if from.Security == nil || len(*from.Security) != len(op.Security) {
		return errNotTheSlice
	}
	for i, requirement := range *from.Security {
		for j := range op.Security[i] {
			use := &op.Security[i][j]
			if scopes := requirement[use.Name]; len(scopes) > 0 {
				use.Scopes = scopes
			}
			if description.Components == nil || use.Scheme == nil {
				continue
			}
			if ref := description.Components.SecuritySchemes[use.Name]; ref != nil && ref.Value != nil {
				use.Scheme.Type, use.Scheme.Scheme = ref.Value.Type, ref.Value.Scheme
				use.Scheme.ParameterName, use.Scheme.In = ref.Value.Name, ref.Value.In
			}
		}
	}
	return nil
}

// isForm reports whether the body is made of the form parameters of Swagger 2.0.
func (op *Operation) isForm() bool {
	for _, m := range op.RequestBody.Content {
		if m.Schema != nil && m.Schema.form != nil {
			return true
		}
	}
	return false
}

func adoptParameter(p *Parameter, from *openapi3.Parameter) {
	p.Required, p.AllowReserved = from.Required, from.AllowReserved
	if from.Style != "" || from.Explode != nil { // not by the converter of Swagger 2.0
		if method, err := from.SerializationMethod(); err == nil {
			p.Style, p.Explode = method.Style, method.Explode
		}
	}
	schema := from.Schema
	for name, media := range from.Content {
		if name == p.ContentType && media != nil {
			schema = media.Schema
		}
	}
	if schema != nil && schema.Value != nil && schema.Value.Type != nil {
		p.Types = schema.Value.Type.Slice()
	}
}

func adoptServer(s *Server, from *openapi3.Server) {
	if from == nil {
		return
	}
	s.URL = strings.TrimSpace(from.URL)
	for i := range s.Variables {
		if v := from.Variables[s.Variables[i].Name]; v != nil {
			s.Variables[i].Default, s.Variables[i].Enum = v.Default, v.Enum
		}
	}
}
