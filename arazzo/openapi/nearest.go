package openapi

import internal "github.com/seed-d89508e2/arazzo/internal/nearest"

// maxNearest is how many similar names are offered.
const maxNearest = 3

// nearest returns the names that are most like the wanted one, best first.
func nearest(wanted string, names []string) []string { return internal.Find(wanted, names) }
