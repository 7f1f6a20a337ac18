// Package sample makes values that a schema admits, for examples and for
// servers that answer in place of the real one.
//
// It knows JSON Schema 2020-12 and the dialects of OpenAPI as far as a value
// can be made from them: types, enumerations, examples, defaults, formats,
// bounds, patterns, required members, references and combinations. What it
// makes depends on the schema and the [Options] only.
package sample
