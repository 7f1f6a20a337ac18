// Package specs holds the API descriptions and workflows that ship with the
// product.
package specs

import "embed"

// FS holds the workflows in arazzo, the API descriptions that they name in
// openapi, laid out as their relative references expect, and the JSON Schemas of
// what the command writes in schemas.
//
//go:embed arazzo/*.yml openapi/*.yaml schemas/*.json
var FS embed.FS
