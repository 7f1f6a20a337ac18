package openapi

import (
	"encoding/json"
	"fmt"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

// convert hands an operation of Swagger 2.0 to the OpenAPI model as a document
// of its own, which refers to nothing, through the model's converter.
func convert(op *Operation) (description *openapi3.T, err error) {
	defer func() {
		if p := recover(); p != nil {
			description, err = nil, fmt.Errorf("%v", p)
		}
	}()
	data, err := json.Marshal(soundSwagger(op))
	if err != nil {
		return nil, err
	}
	var document openapi2.T
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	return openapi2conv.ToV3(&document)
}

// soundSwagger returns a Swagger document that holds one operation, without the
// servers: those are texts that were put together already.
func soundSwagger(op *Operation) object {
	var parameters []any
	add := func(name, in string, required bool, types []string) {
		o := object{"name": name, "in": in, "required": required}
		if len(types) > 0 {
			o["type"] = types
		}
		parameters = append(parameters, o)
	}
	for _, p := range op.Parameters {
		add(p.Name, p.In, p.Required, p.Types)
	}
	operation := object{"operationId": op.ID}
	if body := op.RequestBody; body != nil && len(body.Content) > 0 {
		var consumes []string
		for _, m := range body.Content {
			consumes = append(consumes, m.Name)
		}
		operation["consumes"] = consumes
		if schema := body.Content[0].Schema; schema != nil && schema.form != nil {
			for _, field := range schema.Properties() {
				add(field.Name, "formData", field.Required, field.Schema.Types())
			}
		} else {
			parameters = append(parameters, object{"name": "body", "in": "body", "required": body.Required, "schema": object{}})
		}
	}
	operation["parameters"] = parameters
	responses := object{}
	for _, response := range op.Responses {
		responses[response.Status] = object{"description": ""}
	}
	operation["responses"] = responses
	security, definitions := swaggerSecurityObjects(op.Security)
	operation["security"] = security
	return object{
		"swagger":             "2.0",
		"info":                object{"title": "slice", "version": "1"},
		"paths":               object{slicePath: object{"post": operation}},
		"securityDefinitions": definitions,
	}
}

func swaggerSecurityObjects(security []SecurityRequirement) (list []any, definitions object) {
	list, schemes := securityObjects(security)
	definitions = object{}
	for _, requirement := range security {
		for _, use := range requirement {
			o, known := schemes[use.Name].(object)
			switch s := use.Scheme; {
			case !known:
			case s.Type == "http" && s.Scheme == "basic":
				definitions[use.Name] = object{"type": "basic"}
			case s.Type == "apiKey":
				definitions[use.Name] = o
			case s.Type == "oauth2" && len(s.Flows) > 0:
				flow := s.Flows[0]
				definitions[use.Name] = object{
					"type": "oauth2", "flow": swaggerFlow(flow.Kind), "scopes": object{},
					"authorizationUrl": flow.AuthorizationURL, "tokenUrl": flow.TokenURL,
				}
			}
		}
	}
	return list, definitions
}

// swaggerFlow returns the name of a flow in Swagger 2.0.
func swaggerFlow(kind string) string {
	switch kind {
	case "clientCredentials":
		return "application"
	case "authorizationCode":
		return "accessCode"
	default:
		return kind
	}
}
