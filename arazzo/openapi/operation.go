package openapi

import (
	"github.com/seed-d89508e2/arazzo/arazzo/diag"
)

// Operation is what a step needs to know of one operation of an API
// description. It is immutable and safe for concurrent use.
type Operation struct {
	// ID is the operationId; it may be empty.
	ID string
	// Method is the HTTP method in upper case.
	Method string
	// Path is the key under "paths", as it is written. What follows a "#" in it
	// only tells operations apart and is never sent.
	Path string
	// Pointer is the JSON Pointer of the operation in its document.
	Pointer string
	// Document is the description that defines the operation.
	Document *Document
	// Range is the place of the operation in its document.
	Range diag.Range

	// Parameters are those of the path item and of the operation, merged by name
	// and location.
	Parameters []Parameter
	// RequestBody is nil if the operation declares none.
	RequestBody *RequestBody
	// Responses are the declared responses.
	Responses []Response
	// Servers are those in force: of the operation, else of the path item, else
	// of the document. Relative URLs are left as written.
	Servers []Server
	// Security lists the alternatives in force, each a set of schemes that must
	// all be met. Empty: none is declared. An alternative without schemes means
	// that anonymous access is allowed.
	Security []SecurityRequirement
	// Warnings are the defects of the description that were mended on the way,
	// such as references that lead nowhere.
	Warnings diag.List
}

// Parameter is a parameter that an operation declares.
type Parameter struct {
	Name string
	// In is "path", "query", "header", "cookie" or "querystring".
	In       string
	Required bool
	// Style and Explode have the defaults of their location filled in. In Swagger
	// 2.0, the delimited styles occur in every location, and "tabDelimited" is one.
	Style         string
	Explode       bool
	AllowReserved bool
	// ContentType is the media type of a parameter that is described by "content"
	// instead of a schema, else empty.
	ContentType string
	// Types are the JSON types that the schema admits; empty if it does not say.
	Types []string
	// Enum are the values that the schema admits, as JSON values; empty if it
	// does not say.
	Enum []any
	// Default is the schema's default; HasDefault tells null from none.
	Default    any
	HasDefault bool
	// Schema describes the value. It is nil if the description does not say.
	Schema *Schema
	Range  diag.Range

	object place
}

// Example returns a value that the description gives as an example of the
// parameter itself, not of its schema. It is false if there is none.
func (p *Parameter) Example() (any, bool) { return p.object.example() }

// RequestBody is the content that an operation accepts.
type RequestBody struct {
	Required bool
	// Content lists the media types in the order of the document.
	Content []MediaType
}

// MediaType is one media type of a request or response body.
type MediaType struct {
	Name string
	// Schema describes the content. It is nil if the description does not say.
	Schema *Schema
	// ItemSchema describes each item of a sequential media type (OpenAPI 3.2). It
	// is nil if the description does not say.
	ItemSchema *Schema
	// Encoding says how members of a form or multipart body are written, in the
	// order of the document.
	Encoding []Encoding
	// PrefixEncoding and ItemEncoding say how the parts of a multipart body are
	// written that have no names: the first ones, and those after them (OpenAPI
	// 3.2). ItemEncoding is nil if the description does not say.
	PrefixEncoding []Encoding
	ItemEncoding   *Encoding

	object  place
	literal place // an example itself, as Swagger 2.0 has it
}

// Example returns a value that the description gives as an example of the
// content, other than those of its schema. It is false if there is none.
func (m *MediaType) Example() (any, bool) {
	if m.literal.source != nil {
		return m.literal.json()
	}
	return m.object.example()
}

// EncodingOf returns the encoding of a member, or nil.
func (m *MediaType) EncodingOf(name string) *Encoding {
	for i := range m.Encoding {
		if m.Encoding[i].Name == name {
			return &m.Encoding[i]
		}
	}
	return nil
}

// Encoding is how one member of a form or multipart body is written.
//
// OpenAPI 3.1.1, Encoding Object.
type Encoding struct {
	// Name is that of the member.
	Name string
	// ContentType may list several media types and wildcards. Empty: it depends on
	// the type of the member.
	ContentType string
	// Headers are the fields of the part of a multipart body.
	Headers []Parameter
	// Styled is set if the description states style, explode or allowReserved: then
	// ContentType does not count in a form, and the other fields do, with their
	// defaults filled in.
	Styled        bool
	Style         string
	Explode       bool
	AllowReserved bool
}

// Response is a response that an operation declares.
type Response struct {
	// Status is "200", "4XX" or "default".
	Status      string
	Description string
	// Headers are the declared fields, with In "header".
	Headers []Parameter
	Content []MediaType
}

// Server is an address under which an API is offered.
type Server struct {
	// Name tells the servers of a description apart (OpenAPI 3.2); it may be empty.
	Name        string
	Description string
	// URL is the template as written; it may be relative.
	URL string
	// Variables are in the order of the document.
	Variables []ServerVariable
	Range     diag.Range
}

// ServerVariable is a variable of a server URL template.
type ServerVariable struct {
	Name string
	// Default is the value to take if none is given. HasDefault tells an empty one
	// from none.
	Default    string
	HasDefault bool
	// Enum lists the values that the description admits; empty if it does not say.
	Enum        []string
	Description string
}
