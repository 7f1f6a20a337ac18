package conformance

import (
	"embed"
	"io/fs"
)

//go:embed cases checklist.yaml
var data embed.FS

// Suite returns all cases that come with this package.
func Suite() ([]*Case, error) {
	cases, err := fs.Sub(data, "cases")
	if err != nil {
		return nil, err
	}
	return LoadAll(cases)
}
