// Package specs holds the API descriptions and workflows that ship with the
// product.
package specs

import "embed"

// FS holds the workflows in arazzo and the API descriptions that they name in
// openapi, laid out as their relative references expect.
//
//go:embed arazzo/*.yml openapi/*.yaml
var FS embed.FS
