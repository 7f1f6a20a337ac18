// Package openapi reads what a workflow step needs from an API description,
// and nothing else of it.
package openapi

// Document is an API description. It is safe for concurrent use.
type Document struct{}

// Extensions returns the members of the object at a JSON Pointer whose names
// start with "x-".
func (d *Document) Extensions(pointer string) map[string]any { return nil }
