// Package wire writes values as they stand in an HTTP request: the parameters of
// a URL and of a header in the styles of OpenAPI, and bodies in the media types
// that a payload can be written as.
//
// A value is JSON: nil, bool, string, json.Number, []any or map[string]any. The
// package knows no document and no run, does no I/O, and writes the same value
// always alike. Everything in it may be called concurrently.
package wire
